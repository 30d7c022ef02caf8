"""Runs a list of jobs that depend on each other, with a limit on how many run at the same time."""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from typing import Protocol


class JobGraphError(Exception):
    """The jobs cannot be run because of what they depend on."""


class UnknownDependencyError(JobGraphError):
    """A job depends on a name that is not in the list of jobs."""

    def __init__(self, job: str, dependency: str) -> None:
        super().__init__(f"job {job!r} depends on {dependency!r}, which is not in the list")
        self.job = job
        self.dependency = dependency


class CycleError(JobGraphError):
    """Jobs depend on each other in a circle; ``cycle`` names them, the first one also at the end."""

    def __init__(self, cycle: list[str]) -> None:
        super().__init__(f"the dependencies contain a cycle: {' -> '.join(cycle)}")
        self.cycle = cycle


class JobStatus(StrEnum):
    """How a job ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True)
class Job:
    """A function to run once all jobs named in ``depends_on`` have succeeded.

    ``run`` is called with the results of these jobs by name. When ``timeout`` seconds have passed before it has ended,
    it is told to stop by an ``asyncio.CancelledError`` raised where it is awaiting.
    """

    name: str
    run: Callable[[dict[str, Any]], Awaitable[Any]]
    depends_on: Sequence[str] = ()
    timeout: float | None = None


@dataclass(frozen=True)
class JobReport:
    """How one job ended: with a result if it succeeded, an error if it failed, a cause if it was skipped."""

    name: str
    status: JobStatus
    result: Any = None
    error: BaseException | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Report:
    """How every job of a run ended, by name, and the names of the started ones in the order of their start."""

    jobs: dict[str, JobReport]
    started: list[str]


class TimerHandle(Protocol):
    """A timer that has been started."""

    def cancel(self) -> object:
        """Stop the timer."""


CallLater = Callable[[float, Callable[[], object]], TimerHandle]


async def run_jobs(
    jobs: Sequence[Job],
    *,
    limit: int,
    cancel: asyncio.Event | None = None,
    call_later: CallLater | None = None,
) -> Report:
    """Run every job once, at most ``limit`` at the same time, and report how each of them ended.

    Args:
        jobs: Of the jobs that could start, the one that comes earliest in this list goes first.
        limit: The greatest number of functions that run at the same time.
        cancel: Once it is set, no further job starts; those that run are waited for.
        call_later: Starts the timers of the timeouts; by default that of the running event loop.

    Raises:
        ValueError: The limit, a name or a timeout is invalid, or two jobs have the same name.
        UnknownDependencyError: A dependency is not the name of a job.
        CycleError: The dependencies contain a cycle.
    """
    jobs = tuple(jobs)
    _check_arguments(jobs, limit)
    graph = _Graph(jobs)
    if cycle := graph.find_cycle():
        raise CycleError([jobs[position].name for position in cycle])
    run = _Run(
        jobs,
        graph,
        limit=limit,
        cancel=cancel or asyncio.Event(),
        call_later=call_later or asyncio.get_running_loop().call_later,
    )
    return await run.execute()


def _check_arguments(jobs: Sequence[Job], limit: int) -> None:
    if not isinstance(limit, int) or limit < 1:
        raise ValueError(f"the limit must be an integer of at least 1, not {limit!r}")
    names: set[str] = set()
    for job in jobs:
        if not job.name:
            raise ValueError("a job has an empty name")
        if job.name in names:
            raise ValueError(f"two jobs have the name {job.name!r}")
        if job.timeout is not None and not 0 < job.timeout < math.inf:
            raise ValueError(f"the timeout of job {job.name!r} must be positive and finite, not {job.timeout!r}")
        names.add(job.name)


class _Graph:
    """What depends on what. Jobs are denoted by their positions in the list."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        positions = {job.name: position for position, job in enumerate(jobs)}
        self.dependencies = [_dependencies(job, positions) for job in jobs]
        self.dependants: list[list[int]] = [[] for _ in jobs]
        for position, dependencies in enumerate(self.dependencies):
            for dependency in dependencies:
                self.dependants[dependency].append(position)

    def find_cycle(self) -> list[int]:
        """Return a cycle that begins and ends with its earliest job, or nothing if there is none."""
        blocked = self._find_blocked()
        if not blocked:
            return []
        walk: dict[int, None] = {}
        position = next(iter(blocked))
        while position not in walk:
            walk[position] = None
            position = next(dependency for dependency in self.dependencies[position] if dependency in blocked)
        path = list(walk)
        cycle = path[path.index(position) :]
        start = cycle.index(min(cycle))
        return [*cycle[start:], *cycle[: start + 1]]

    def _find_blocked(self) -> set[int]:
        """Return the jobs that can never become ready: those in cycles and those that depend on them."""
        missing = [len(dependencies) for dependencies in self.dependencies]
        runnable = [position for position, count in enumerate(missing) if count == 0]
        for position in runnable:  # which grows meanwhile
            for dependant in self.dependants[position]:
                missing[dependant] -= 1
                if missing[dependant] == 0:
                    runnable.append(dependant)
        return set(range(len(missing))).difference(runnable)


def _dependencies(job: Job, positions: dict[str, int]) -> list[int]:
    """Return the positions of a job's dependencies, each one once."""
    for name in job.depends_on:
        if name not in positions:
            raise UnknownDependencyError(job.name, name)
    return [positions[name] for name in dict.fromkeys(job.depends_on)]


class _Run:
    """One run of jobs that have been checked. Jobs are denoted by their positions in the list."""

    def __init__(
        self, jobs: Sequence[Job], graph: _Graph, *, limit: int, cancel: asyncio.Event, call_later: CallLater
    ) -> None:
        self._jobs = jobs
        self._graph = graph
        self._limit = limit
        self._cancel = cancel
        self._call_later = call_later
        self._missing = [len(dependencies) for dependencies in graph.dependencies]
        # A heap, as any sorted list is.
        self._ready = [position for position, count in enumerate(self._missing) if count == 0]
        self._running = 0
        self._reports: dict[int, JobReport] = {}
        self._started: list[str] = []
        self._idle = asyncio.Event()
        self._abandoned = False

    async def execute(self) -> Report:
        """Run the jobs until no function is running and none can start."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._fill()
            try:
                await self._idle.wait()
            except asyncio.CancelledError:
                # Nobody waits for the report any more: the task group now ends the functions that are running.
                self._abandoned = True
                raise
        return self._report()

    def _report(self) -> Report:
        reports = {
            job.name: self._reports.get(position) or JobReport(job.name, JobStatus.CANCELLED)
            for position, job in enumerate(self._jobs)
        }
        return Report(reports, self._started)

    def _fill(self) -> None:
        """Give the free places to the earliest ready jobs."""
        while self._ready and self._running < self._limit and self._may_start():
            self._running += 1
            self._tasks.create_task(self._run_job(heapq.heappop(self._ready)))
        if self._running == 0:
            self._idle.set()

    def _may_start(self) -> bool:
        return not (self._cancel.is_set() or self._abandoned)

    async def _run_job(self, position: int) -> None:
        # A task begins later than it is created; the run may have been cancelled in between.
        if self._may_start():
            self._settle(position, await self._call(position))
        self._running -= 1
        self._fill()

    async def _call(self, position: int) -> JobReport:
        job = self._jobs[position]
        self._started.append(job.name)
        dependencies = self._graph.dependencies[position]
        inputs = {self._jobs[dependency].name: self._reports[dependency].result for dependency in dependencies}
        with _Deadline(job.timeout, self._call_later) as deadline:
            try:
                report = JobReport(job.name, JobStatus.SUCCEEDED, result=await job.run(inputs))
            except (Exception, asyncio.CancelledError) as error:
                report = JobReport(job.name, JobStatus.FAILED, error=error)
        return JobReport(job.name, JobStatus.TIMED_OUT) if deadline.passed else report

    def _settle(self, position: int, report: JobReport) -> None:
        self._reports[position] = report
        if report.status is JobStatus.SUCCEEDED:
            self._release_dependants(position)
        elif not self._cancel.is_set():
            self._skip_dependants(position)

    def _release_dependants(self, position: int) -> None:
        for dependant in self._graph.dependants[position]:
            self._missing[dependant] -= 1
            if self._missing[dependant] == 0:
                heapq.heappush(self._ready, dependant)

    def _skip_dependants(self, position: int) -> None:
        cause = self._jobs[position].name
        pending = [position]
        while pending:
            for dependant in self._graph.dependants[pending.pop()]:
                if dependant not in self._reports:
                    self._reports[dependant] = JobReport(self._jobs[dependant].name, JobStatus.SKIPPED, cause=cause)
                    pending.append(dependant)


class _Deadline:
    """Cancels the task that runs the ``with`` block if the timeout passes before the block has ended."""

    def __init__(self, timeout: float | None, call_later: CallLater) -> None:
        self.passed = False
        self._timeout = timeout
        self._call_later = call_later
        self._timer: TimerHandle | None = None

    def __enter__(self) -> _Deadline:
        self._task = asyncio.current_task()
        if self._timeout is not None:
            self._timer = self._call_later(self._timeout, self._fire)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _fire(self) -> None:
        self.passed = True
        self._task.cancel()  # which does nothing to a task that has ended
