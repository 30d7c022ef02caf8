import asyncio
import functools
import math
import sys

import pytest

from job_scheduler import CycleError
from job_scheduler import Job
from job_scheduler import JobGraphError
from job_scheduler import JobReport
from job_scheduler import JobStatus
from job_scheduler import UnknownDependencyError
from job_scheduler import run_jobs

SUCCEEDED = JobStatus.SUCCEEDED
FAILED = JobStatus.FAILED
SKIPPED = JobStatus.SKIPPED
CANCELLED = JobStatus.CANCELLED
TIMED_OUT = JobStatus.TIMED_OUT

CHAIN_LENGTH = 10_000
GUARD_SECONDS = 15  # only ever reached by a run that hangs
TURNS = 50  # of the event loop; enough for everything that does not wait for the test

UNUSUAL_NAMES = ["__proto__", "constructor", " ", "  ", "0", "00", "A", "a", "\u00e9", "e\u0301", "a -> b", "\n"]


def async_test(scenario):
    """Run an async test function in an event loop of its own."""

    @functools.wraps(scenario)
    def test(**arguments):
        asyncio.run(asyncio.wait_for(scenario(**arguments), GUARD_SECONDS))

    return test


async def settle():
    for _ in range(TURNS):
        await asyncio.sleep(0)


def by_name(*reports):
    return {report.name: report for report in reports}


def statuses(report):
    return {name: entry.status for name, entry in report.jobs.items()}


def returns(value=None):
    async def run(inputs):
        return value

    return run


def raises(error):
    async def run(inputs):
        raise error

    return run


async def forever(inputs):
    await asyncio.Event().wait()


class FakeTimer:
    def __init__(self, fire):
        self.fire = fire
        self.stopped = False

    def cancel(self):
        self.stopped = True


class Bench:
    """Makes jobs that run until the test ends them, runs them, and records what happens to them.

    Timers are known by their durations, so each job with a timeout needs one of its own.
    """

    def __init__(self):
        self.cancel = asyncio.Event()
        self.called = []
        self.running = []
        self.inputs = {}
        self.told_to_stop = []
        self.timers = {}
        self._gates = {}

    def job(self, name, *depends_on, timeout=None, run=None, stubborn=False):
        """Make a job; `run` is awaited instead of the test's `end`, a stubborn job runs on when told to stop."""

        async def record(inputs):
            self.called.append(name)
            self.running.append(name)
            self.inputs[name] = inputs
            gate = self._gates[name] = asyncio.get_running_loop().create_future()
            try:
                return await (asyncio.shield(gate) if run is None else run(inputs))
            except asyncio.CancelledError:
                self.told_to_stop.append(name)
                if stubborn:
                    return await gate
                raise
            finally:
                self.running.remove(name)

        return Job(name, record, depends_on, timeout)

    async def start(self, *jobs, limit=10):
        """Start a run and return its task once nothing more happens by itself."""
        run = asyncio.create_task(run_jobs(jobs, limit=limit, cancel=self.cancel, call_later=self._call_later))
        await settle()
        return run

    async def run(self, *jobs, limit=10):
        """Run jobs that end by themselves."""
        return await run_jobs(jobs, limit=limit, cancel=self.cancel, call_later=self._call_later)

    async def end(self, name, result=None):
        self._gates[name].set_result(result)
        await settle()

    async def fail(self, name, error=None):
        self._gates[name].set_exception(error or RuntimeError(name))
        await settle()

    async def fire(self, seconds):
        self.timers[seconds].fire()
        await settle()

    def _call_later(self, seconds, callback):
        assert seconds not in self.timers
        self.timers[seconds] = FakeTimer(callback)
        return self.timers[seconds]


# --- Order of starting -----------------------------------------------------------------------------


@async_test
async def test_starts_ready_jobs_in_the_order_of_the_list__R1():
    bench = Bench()
    report = await bench.run(*[bench.job(name, run=returns()) for name in "cab"], limit=1)
    assert bench.called == ["c", "a", "b"]
    assert report.started == ["c", "a", "b"]


@async_test
async def test_earlier_job_overtakes_one_that_was_ready_before__R1():
    bench = Bench()
    run = await bench.start(bench.job("late", "a"), bench.job("a"), bench.job("b"), limit=1)
    assert bench.running == ["a"]
    await bench.end("a")
    assert bench.running == ["late"]
    await bench.end("late")
    assert bench.running == ["b"]
    await bench.end("b")
    assert (await run).started == ["a", "late", "b"]


@async_test
async def test_later_job_waits_for_one_that_was_ready_before__R1():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b"), bench.job("late", "a"), limit=1)
    await bench.end("a")
    assert bench.running == ["b"]
    await bench.end("b")
    await bench.end("late")
    assert (await run).started == ["a", "b", "late"]


@async_test
async def test_always_takes_the_earliest_of_many_ready_jobs__R1():
    bench = Bench()
    jobs = [
        bench.job("h", "e", "c", run=returns()),
        bench.job("g", "b", run=returns()),
        bench.job("f", "d", run=returns()),
        bench.job("e", "a", run=returns()),
        bench.job("d", run=returns()),
        bench.job("c", "a", run=returns()),
        bench.job("b", "d", run=returns()),
        bench.job("a", run=returns()),
    ]
    report = await bench.run(*jobs, limit=1)
    assert report.started == ["d", "f", "b", "g", "a", "e", "c", "h"]
    assert bench.called == report.started


@async_test
async def test_does_not_wait_for_jobs_that_it_does_not_depend_on__R1():
    bench = Bench()
    run = await bench.start(bench.job("slow"), bench.job("a"), bench.job("b", "a"), bench.job("c", "b"))
    assert bench.running == ["slow", "a"]
    await bench.end("a")
    assert bench.running == ["slow", "b"]
    await bench.end("b")
    assert bench.running == ["slow", "c"]
    await bench.end("c")
    assert not run.done()
    await bench.end("slow")
    assert (await run).started == ["slow", "a", "b", "c"]


@async_test
async def test_waits_for_all_dependencies__R1():
    bench = Bench()
    run = await bench.start(bench.job("d", "a", "b", "c"), bench.job("a"), bench.job("b"), bench.job("c"))
    assert bench.running == ["a", "b", "c"]
    await bench.end("c")
    await bench.end("a")
    assert bench.running == ["b"]
    await bench.end("b")
    assert bench.running == ["d"]
    await bench.end("d")
    assert (await run).started == ["a", "b", "c", "d"]


@async_test
async def test_one_end_may_start_several_jobs__R1():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("d", "a"), bench.job("c", "a"), bench.job("b", "a"), limit=2)
    await bench.end("a")
    assert bench.running == ["d", "c"]
    await bench.end("d")
    assert bench.running == ["c", "b"]
    await bench.end("b")
    await bench.end("c")
    assert (await run).started == ["a", "d", "c", "b"]


@async_test
async def test_same_jobs_can_be_run_again__R1():
    bench = Bench()
    jobs = [bench.job("b", "a", run=returns(2)), bench.job("a", run=returns(1))]
    first = await bench.run(*jobs)
    second = await bench.run(*jobs)
    assert first == second
    assert second.started == ["a", "b"]
    assert bench.called == ["a", "b", "a", "b"]


# --- Limit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 6])
@async_test
async def test_runs_exactly_as_many_as_the_limit__R2(limit):
    bench = Bench()
    run = await bench.start(*[bench.job(name) for name in "abcdef"], limit=limit)
    for done in range(6):
        assert bench.running == list("abcdef")[done : done + limit]
        await bench.end("abcdef"[done])
    assert statuses(await run) == dict.fromkeys("abcdef", SUCCEEDED)


@pytest.mark.parametrize("limit", [4, 1_000, sys.maxsize])
@async_test
async def test_limit_may_be_greater_than_the_number_of_jobs__R2(limit):
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b"), bench.job("c"), limit=limit)
    assert bench.running == ["a", "b", "c"]
    for name in "abc":
        await bench.end(name)
    assert (await run).started == ["a", "b", "c"]


@async_test
async def test_failed_function_gives_its_place_to_one_job__R2_R6():
    bench = Bench()
    run = await bench.start(*[bench.job(name) for name in "abcd"], limit=2)
    await bench.fail("a")
    assert bench.running == ["b", "c"]
    for name in "bcd":
        await bench.end(name)
    assert (await run).started == ["a", "b", "c", "d"]


@async_test
async def test_limit_holds_throughout_a_mixed_run__R2():
    running = 0
    peak = 0

    def work(turns, error=None):
        async def run(inputs):
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            for _ in range(turns):
                await asyncio.sleep(0)
            running -= 1
            if error:
                raise error

        return run

    def job(n):
        error = RuntimeError() if n % 17 == 16 else None
        return Job(f"j{n}", work(n % 4, error), [f"j{n // 2}"] if n % 3 == 2 else [])

    report = await run_jobs([job(n) for n in range(60)], limit=4)
    assert peak == 4
    assert len(report.jobs) == 60


# --- Results ---------------------------------------------------------------------------------------


@async_test
async def test_function_receives_the_results_of_direct_dependencies_only__R3():
    bench = Bench()
    report = await bench.run(
        bench.job("a", run=returns(1)),
        bench.job("b", "a", run=returns([2])),
        bench.job("other", run=returns(9)),
        bench.job("c", "b", run=returns("three")),
        bench.job("d", "c", "a", run=returns()),
    )
    assert bench.inputs == {"a": {}, "b": {"a": 1}, "other": {}, "c": {"b": [2]}, "d": {"c": "three", "a": 1}}
    assert report.jobs == by_name(
        JobReport("a", SUCCEEDED, result=1),
        JobReport("b", SUCCEEDED, result=[2]),
        JobReport("other", SUCCEEDED, result=9),
        JobReport("c", SUCCEEDED, result="three"),
        JobReport("d", SUCCEEDED),
    )


@pytest.mark.parametrize("result", [None, 0, False, "", [], ValueError("returned, not raised")], ids=repr)
@async_test
async def test_any_value_is_a_result__R3(result):
    bench = Bench()
    report = await bench.run(bench.job("a", run=returns(result)), bench.job("b", "a", run=returns()))
    assert bench.inputs["b"] == {"a": result}
    assert report.jobs["a"] == JobReport("a", SUCCEEDED, result=result)


@async_test
async def test_changed_inputs_are_not_seen_elsewhere__R3():
    async def tamper(inputs):
        inputs["a"] = "changed"
        inputs["added"] = True

    bench = Bench()
    report = await bench.run(
        bench.job("a", run=returns("original")),
        bench.job("b", "a", run=tamper),
        bench.job("c", "a", run=returns()),
        bench.job("d", "a", "b", run=returns()),
        limit=1,
    )
    assert bench.inputs["c"] == {"a": "original"}
    assert bench.inputs["d"] == {"a": "original", "b": None}
    assert set(report.jobs) == {"a", "b", "c", "d"}
    assert report.jobs["a"].result == "original"


@async_test
async def test_function_may_be_a_plain_one_that_returns_a_future__R3():
    future = asyncio.get_running_loop().create_future()
    future.set_result(5)
    report = await run_jobs([Job("a", lambda inputs: future)], limit=1)
    assert report.jobs["a"] == JobReport("a", SUCCEEDED, result=5)


# --- Invalid arguments and unknown dependencies ----------------------------------------------------


@pytest.mark.parametrize("limit", [0, -1, 1.5, math.nan, math.inf])
@async_test
async def test_invalid_limit__R4(limit):
    bench = Bench()
    with pytest.raises(ValueError):
        await bench.run(bench.job("a", run=returns()), limit=limit)
    assert bench.called == []


@async_test
async def test_invalid_limit_for_an_empty_list__R4_R10():
    with pytest.raises(ValueError):
        await run_jobs([], limit=0)


@pytest.mark.parametrize("names", [["a", ""], ["a", "a"], ["a", "b", "c", "b"]])
@async_test
async def test_empty_or_repeated_name__R4(names):
    bench = Bench()
    with pytest.raises(ValueError):
        await bench.run(*[bench.job(name, run=returns()) for name in names])
    assert bench.called == []


@pytest.mark.parametrize("timeout", [0, 0.0, -1, -0.001, math.nan, math.inf, -math.inf])
@async_test
async def test_invalid_timeout__R4(timeout):
    bench = Bench()
    with pytest.raises(ValueError):
        await bench.run(bench.job("a", run=returns()), bench.job("b", run=returns(), timeout=timeout))
    assert bench.called == []
    assert bench.timers == {}


@async_test
async def test_unknown_dependency__R4():
    bench = Bench()
    with pytest.raises(UnknownDependencyError) as caught:
        await bench.run(bench.job("a", run=returns()), bench.job("b", "a", "missing", run=returns()))
    assert (caught.value.job, caught.value.dependency) == ("b", "missing")
    assert bench.called == []


@async_test
async def test_reports_the_first_unknown_dependency__R4():
    bench = Bench()
    jobs = [bench.job("c", "a"), bench.job("b", "c", "z", "y"), bench.job("a", "x")]
    with pytest.raises(UnknownDependencyError) as caught:
        await bench.run(*jobs)
    assert (caught.value.job, caught.value.dependency) == ("b", "z")


@pytest.mark.parametrize("dependency", ["A", "a ", " a", "aa"])
@async_test
async def test_dependencies_are_compared_exactly__R4(dependency):
    bench = Bench()
    with pytest.raises(UnknownDependencyError) as caught:
        await bench.run(bench.job("a"), bench.job("b", dependency))
    assert (caught.value.job, caught.value.dependency) == ("b", dependency)


@pytest.mark.parametrize(
    ("limit", "names", "timeout"), [(0, "abc", None), (1, "aba", None), (1, ["a", "b", ""], None), (1, "abc", -1)]
)
@async_test
async def test_invalid_argument_precedes_unknown_dependency_and_cycle__R4(limit, names, timeout):
    bench = Bench()
    first, second, third = names
    jobs = [bench.job(first, first), bench.job(second, "missing"), bench.job(third, timeout=timeout)]
    with pytest.raises(ValueError):
        await bench.run(*jobs, limit=limit)


@async_test
async def test_unknown_dependency_precedes_cycle__R4_R5():
    bench = Bench()
    with pytest.raises(UnknownDependencyError):
        await bench.run(bench.job("a", "b"), bench.job("b", "a"), bench.job("c", "missing"))


@async_test
async def test_errors_of_the_graph_are_no_value_errors__R4_R5():
    bench = Bench()
    for jobs in ([bench.job("a", "missing")], [bench.job("a", "a")]):
        with pytest.raises(JobGraphError) as caught:
            await bench.run(*jobs)
        assert not isinstance(caught.value, ValueError)


@async_test
async def test_cancelled_run_is_checked_all_the_same__R4_R5():
    bench = Bench()
    bench.cancel.set()
    with pytest.raises(ValueError):
        await bench.run(bench.job("a"), limit=0)
    with pytest.raises(UnknownDependencyError):
        await bench.run(bench.job("a", "missing"))
    with pytest.raises(CycleError):
        await bench.run(bench.job("a", "a"))


# --- Cycles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dependencies", "cycle"),
    [
        pytest.param({"a": "a"}, "aa", id="itself"),
        pytest.param({"a": "aa"}, "aa", id="itself twice"),
        pytest.param({"a": "b", "b": "a"}, "aba", id="two"),
        pytest.param({"a": "c", "b": "a", "c": "b"}, "acba", id="three against the list"),
        pytest.param({"a": "b", "b": "c", "c": "a"}, "abca", id="three along the list"),
        pytest.param({"x": "c", "b": "c", "c": "d", "d": "b"}, "bcdb", id="entered in the middle"),
        pytest.param({"a": "", "x": "ab", "b": "ac", "c": "ab", "y": "c"}, "bcb", id="jobs before and behind"),
        pytest.param({"a": "", "b": "ae", "c": "a", "d": "bc", "e": "cd"}, "bedb", id="branches without cycle"),
    ],
)
@async_test
async def test_cycle_begins_and_ends_with_its_earliest_job__R5(dependencies, cycle):
    bench = Bench()
    with pytest.raises(CycleError) as caught:
        await bench.run(*[bench.job(name, *names, run=returns()) for name, names in dependencies.items()])
    assert caught.value.cycle == list(cycle)
    assert " -> ".join(cycle) in str(caught.value)
    assert bench.called == []


@async_test
async def test_one_of_several_cycles_is_given__R5():
    dependencies = {"a": "b", "b": "ca", "c": "db", "d": "ce", "e": "e", "f": "ef"}
    bench = Bench()
    with pytest.raises(CycleError) as caught:
        await bench.run(*[bench.job(name, *names) for name, names in dependencies.items()])
    cycle = caught.value.cycle
    assert "".join(cycle) in {"aba", "bcb", "cdc", "ee", "ff"}
    assert " -> ".join(cycle) in str(caught.value)


@async_test
async def test_shared_dependency_is_no_cycle__R5():
    bench = Bench()
    report = await bench.run(
        bench.job("top", "left", "right", "bottom", run=returns()),
        bench.job("left", "bottom", run=returns()),
        bench.job("right", "bottom", run=returns()),
        bench.job("bottom", run=returns()),
        limit=1,
    )
    assert report.started == ["bottom", "left", "right", "top"]


# --- Failing ---------------------------------------------------------------------------------------


@async_test
async def test_failure_skips_direct_and_indirect_dependants_only__R6():
    error = RuntimeError("boom")
    bench = Bench()
    report = await bench.run(
        bench.job("d", "c", "ok", run=returns()),
        bench.job("c", "b", run=returns()),
        bench.job("b", "a", run=returns()),
        bench.job("a", run=raises(error)),
        bench.job("ok", run=returns(1)),
        bench.job("after", "ok", run=returns(2)),
        limit=1,
    )
    assert report.jobs == by_name(
        JobReport("a", FAILED, error=error),
        JobReport("b", SKIPPED, cause="a"),
        JobReport("c", SKIPPED, cause="a"),
        JobReport("d", SKIPPED, cause="a"),
        JobReport("ok", SUCCEEDED, result=1),
        JobReport("after", SUCCEEDED, result=2),
    )
    assert report.started == bench.called == ["a", "ok", "after"]


@async_test
async def test_cause_is_the_job_that_failed_first__R6():
    bench = Bench()
    run = await bench.start(
        bench.job("a"), bench.job("b"), bench.job("both", "a", "b"), bench.job("end", "both"), bench.job("only", "a")
    )
    await bench.fail("b")
    await bench.fail("a")
    report = await run
    assert {name: report.jobs[name].cause for name in ("both", "end", "only")} == {"both": "b", "end": "b", "only": "a"}


@async_test
async def test_later_failure_does_not_reach_through_skipped_jobs__R6():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b"), bench.job("c", "a"), bench.job("d", "c", "b"))
    await bench.fail("a")
    await bench.fail("b")
    report = await run
    assert report.jobs["c"] == JobReport("c", SKIPPED, cause="a")
    assert report.jobs["d"] == JobReport("d", SKIPPED, cause="a")


@async_test
async def test_success_of_one_dependency_does_not_revive_a_skipped_job__R6():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b"), bench.job("c", "a", "b"))
    await bench.fail("a")
    await bench.end("b")
    report = await run
    assert statuses(report) == {"a": FAILED, "b": SUCCEEDED, "c": SKIPPED}
    assert bench.called == report.started == ["a", "b"]


@async_test
async def test_running_functions_are_not_told_to_stop_by_a_failure__R6():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b"), bench.job("c", "b"))
    await bench.fail("a")
    assert bench.running == ["b"]
    assert not run.done()
    await bench.end("b", 1)
    await bench.end("c", 2)
    assert statuses(await run) == {"a": FAILED, "b": SUCCEEDED, "c": SUCCEEDED}
    assert bench.told_to_stop == []


@async_test
async def test_plain_function_that_raises_fails__R6():
    error = KeyError("boom")

    def run(inputs):
        raise error

    report = await run_jobs([Job("a", run), Job("b", returns(), ["a"]), Job("c", returns())], limit=1)
    assert report.jobs == by_name(
        JobReport("a", FAILED, error=error), JobReport("b", SKIPPED, cause="a"), JobReport("c", SUCCEEDED)
    )


@async_test
async def test_cancelled_error_without_a_timeout_is_a_failure__R6():
    error = asyncio.CancelledError("of the function's own making")
    report = await run_jobs(
        [Job("a", raises(error)), Job("b", returns(), ["a"]), Job("c", returns())], limit=1
    )
    assert report.jobs == by_name(
        JobReport("a", FAILED, error=error), JobReport("b", SKIPPED, cause="a"), JobReport("c", SUCCEEDED)
    )


@async_test
async def test_awaiting_something_cancelled_is_a_failure__R6():
    async def await_cancelled(inputs):
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    report = await run_jobs([Job("a", await_cancelled, timeout=60), Job("b", returns(), ["a"])], limit=1)
    assert statuses(report) == {"a": FAILED, "b": SKIPPED}
    assert isinstance(report.jobs["a"].error, asyncio.CancelledError)


# --- Timeouts --------------------------------------------------------------------------------------


@async_test
async def test_timer_is_started_with_the_job__R7():
    bench = Bench()
    run = await bench.start(
        bench.job("a", timeout=1.5), bench.job("b", timeout=7), bench.job("c"), bench.job("d", "b", timeout=3), limit=2
    )
    assert list(bench.timers) == [1.5, 7]
    await bench.end("a")
    assert bench.running == ["b", "c"]
    assert list(bench.timers) == [1.5, 7]
    await bench.end("b")
    assert list(bench.timers) == [1.5, 7, 3]
    await bench.end("c")
    await bench.end("d")
    assert statuses(await run) == dict.fromkeys("abcd", SUCCEEDED)


@async_test
async def test_timed_out_job_is_told_to_stop_and_its_dependants_are_skipped__R7():
    bench = Bench()
    run = await bench.start(
        bench.job("a", timeout=1), bench.job("b", "a"), bench.job("c", "b"), bench.job("other"), bench.job("d", "other")
    )
    await bench.fire(1)
    assert bench.told_to_stop == ["a"]
    assert bench.running == ["other"]
    await bench.end("other", 5)
    await bench.end("d", 6)
    report = await run
    assert report.jobs == by_name(
        JobReport("a", TIMED_OUT),
        JobReport("b", SKIPPED, cause="a"),
        JobReport("c", SKIPPED, cause="a"),
        JobReport("other", SUCCEEDED, result=5),
        JobReport("d", SUCCEEDED, result=6),
    )
    assert report.started == ["a", "other", "d"]


@async_test
async def test_only_the_job_whose_timer_fires_is_told_to_stop__R7():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1), bench.job("b", timeout=2), bench.job("c"))
    await bench.fire(2)
    assert bench.told_to_stop == ["b"]
    assert bench.running == ["a", "c"]
    await bench.end("a")
    await bench.end("c")
    assert statuses(await run) == {"a": SUCCEEDED, "b": TIMED_OUT, "c": SUCCEEDED}


@async_test
async def test_timer_is_stopped_when_the_function_ends_first__R7():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1), bench.job("b", timeout=2), bench.job("c", timeout=3))
    assert [timer.stopped for timer in bench.timers.values()] == [False, False, False]
    await bench.end("a")
    assert [timer.stopped for timer in bench.timers.values()] == [True, False, False]
    await bench.fail("b")
    assert [timer.stopped for timer in bench.timers.values()] == [True, True, False]
    await bench.end("c")
    assert bench.timers[3].stopped
    assert statuses(await run) == {"a": SUCCEEDED, "b": FAILED, "c": SUCCEEDED}


@async_test
async def test_plain_function_that_returns_a_future_is_told_to_stop__R7():
    future = asyncio.get_running_loop().create_future()
    bench = Bench()
    run = await bench.start(Job("a", lambda inputs: future, timeout=1))
    await bench.fire(1)
    assert future.cancelled()
    assert (await run).jobs["a"] == JobReport("a", TIMED_OUT)


@async_test
async def test_default_timer_times_out__R7():
    report = await run_jobs([Job("a", forever, timeout=0.002), Job("b", returns(), ["a"])], limit=1)
    assert report.jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", SKIPPED, cause="a"))


@async_test
async def test_default_timer_does_not_hold_up_the_run__R7():
    report = await run_jobs([Job("a", returns(1), timeout=3_600), Job("b", forever, ["a"], timeout=0.002)], limit=1)
    assert report.jobs == by_name(JobReport("a", SUCCEEDED, result=1), JobReport("b", TIMED_OUT))


@async_test
async def test_stubborn_function_keeps_its_place_and_the_run__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1, stubborn=True), bench.job("b"), limit=1)
    await bench.fire(1)
    assert bench.told_to_stop == ["a"]
    assert bench.called == ["a"]
    await bench.end("a", "late")
    assert bench.running == ["b"]
    await bench.end("b")
    assert (await run).jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", SUCCEEDED))


@async_test
async def test_run_does_not_end_before_a_stubborn_function__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1, stubborn=True))
    await bench.fire(1)
    assert not run.done()
    await bench.end("a")
    assert run.done()
    assert (await run).jobs["a"].status is TIMED_OUT


@async_test
async def test_error_after_the_timeout_is_dropped__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1, stubborn=True), bench.job("b", "a"))
    await bench.fire(1)
    await bench.fail("a")
    assert (await run).jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", SKIPPED, cause="a"))


@async_test
async def test_result_returned_on_being_told_to_stop_is_dropped__R8():
    async def give_what_there_is(inputs):
        try:
            await forever(inputs)
        except asyncio.CancelledError:
            return "partial"

    bench = Bench()
    run = await bench.start(Job("a", give_what_there_is, timeout=1), bench.job("b", "a"))
    await bench.fire(1)
    assert (await run).jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", SKIPPED, cause="a"))
    assert bench.called == []


@async_test
async def test_timer_that_fires_inside_the_function_counts__R8():
    async def outlast_timer(inputs):
        await settle()
        bench.timers[1].fire()
        return "too late"

    bench = Bench()
    run = await bench.start(Job("a", outlast_timer, timeout=1), bench.job("b", "a"), bench.job("c"), limit=1)
    await settle()
    await bench.end("c")
    assert statuses(await run) == {"a": TIMED_OUT, "b": SKIPPED, "c": SUCCEEDED}


@async_test
async def test_dependants_are_not_skipped_before_the_function_ends__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1, stubborn=True), bench.job("b"), bench.job("c", "a", "b"))
    await bench.fire(1)
    await bench.fail("b")
    await bench.end("a")
    report = await run
    assert statuses(report) == {"a": TIMED_OUT, "b": FAILED, "c": SKIPPED}
    assert report.jobs["c"].cause == "b"


@async_test
async def test_timer_that_fires_after_a_dependant_has_started_changes_nothing__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1), bench.job("b", "a"))
    await bench.end("a", 1)
    assert bench.running == ["b"]
    await bench.fire(1)
    assert bench.running == ["b"]
    await bench.end("b", 2)
    assert (await run).jobs == by_name(JobReport("a", SUCCEEDED, result=1), JobReport("b", SUCCEEDED, result=2))
    assert bench.told_to_stop == []


@async_test
async def test_timer_that_fires_after_the_run_changes_nothing__R8():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1))
    await bench.end("a", 1)
    report = await run
    await bench.fire(1)
    assert report.jobs == by_name(JobReport("a", SUCCEEDED, result=1))
    assert report.started == ["a"]


# --- Cancelling ------------------------------------------------------------------------------------


@async_test
async def test_cancelled_run_starts_nothing_and_waits_for_running_functions__R9():
    error = RuntimeError("boom")
    bench = Bench()
    run = await bench.start(
        bench.job("a"), bench.job("b"), bench.job("ready"), bench.job("c", "a"), bench.job("d", "c"), limit=2
    )
    bench.cancel.set()
    await settle()
    assert bench.running == ["a", "b"]
    assert not run.done()
    await bench.end("a", 1)
    assert not run.done()
    await bench.fail("b", error)
    report = await run
    assert report.jobs == by_name(
        JobReport("a", SUCCEEDED, result=1),
        JobReport("b", FAILED, error=error),
        JobReport("ready", CANCELLED),
        JobReport("c", CANCELLED),
        JobReport("d", CANCELLED),
    )
    assert report.started == bench.called == ["a", "b"]
    assert bench.told_to_stop == []


@async_test
async def test_failure_after_cancelling_skips_nothing__R9():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b", "a"), bench.job("c", "b"))
    bench.cancel.set()
    await bench.fail("a")
    assert (await run).jobs["b"] == JobReport("b", CANCELLED)
    assert (await run).jobs["c"] == JobReport("c", CANCELLED)


@async_test
async def test_jobs_skipped_before_cancelling_stay_skipped__R9():
    bench = Bench()
    jobs = [bench.job("a"), bench.job("d"), bench.job("b", "a"), bench.job("c", "b"), bench.job("e"), bench.job("f")]
    run = await bench.start(*jobs, limit=2)
    await bench.fail("a")
    bench.cancel.set()
    await bench.end("d")
    await bench.end("e")
    report = await run
    assert statuses(report) == {"a": FAILED, "b": SKIPPED, "c": SKIPPED, "d": SUCCEEDED, "e": SUCCEEDED, "f": CANCELLED}
    assert report.jobs["c"].cause == "a"


@async_test
async def test_function_that_cancels_the_run_and_succeeds__R9():
    async def cancel_run(inputs):
        bench.cancel.set()
        return "last"

    bench = Bench()
    report = await bench.run(
        bench.job("a", run=cancel_run), bench.job("b", "a", run=returns()), bench.job("c", run=returns()), limit=1
    )
    assert report.jobs["a"] == JobReport("a", SUCCEEDED, result="last")
    assert statuses(report) == {"a": SUCCEEDED, "b": CANCELLED, "c": CANCELLED}
    assert bench.called == report.started == ["a"]


@async_test
async def test_function_that_cancels_the_run_and_fails__R9():
    async def cancel_run(inputs):
        bench.cancel.set()
        raise RuntimeError

    bench = Bench()
    report = await bench.run(bench.job("a", run=cancel_run), bench.job("b", "a", run=returns()))
    assert statuses(report) == {"a": FAILED, "b": CANCELLED}


@async_test
async def test_timeouts_stay_in_force_after_cancelling__R9():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1), bench.job("b", "a"), bench.job("c", timeout=2))
    bench.cancel.set()
    await settle()
    assert [timer.stopped for timer in bench.timers.values()] == [False, False]
    await bench.fire(1)
    assert bench.told_to_stop == ["a"]
    await bench.end("c")
    assert bench.timers[2].stopped
    assert (await run).jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", CANCELLED), JobReport("c", SUCCEEDED))


@async_test
async def test_cancelling_between_the_timeout_and_the_end_of_the_function__R8_R9():
    bench = Bench()
    run = await bench.start(bench.job("a", timeout=1, stubborn=True), bench.job("b", "a"))
    await bench.fire(1)
    bench.cancel.set()
    await settle()
    assert not run.done()
    await bench.end("a")
    assert (await run).jobs == by_name(JobReport("a", TIMED_OUT), JobReport("b", CANCELLED))


@async_test
async def test_cancelling_after_the_last_start_changes_nothing__R9():
    bench = Bench()
    run = await bench.start(bench.job("a"), bench.job("b", "a"))
    await bench.end("a", 1)
    bench.cancel.set()
    await bench.end("b", 2)
    assert (await run).jobs == by_name(JobReport("a", SUCCEEDED, result=1), JobReport("b", SUCCEEDED, result=2))


# --- Edge cases ------------------------------------------------------------------------------------


@async_test
async def test_empty_list__R10():
    report = await run_jobs([], limit=1)
    assert report.jobs == {}
    assert report.started == []


@async_test
async def test_empty_list_in_a_cancelled_run__R10():
    bench = Bench()
    bench.cancel.set()
    report = await bench.run()
    assert (report.jobs, report.started) == ({}, [])


@async_test
async def test_run_cancelled_before_it_begins__R10():
    bench = Bench()
    bench.cancel.set()
    report = await bench.run(bench.job("a", run=returns(), timeout=1), bench.job("b", "a", run=returns()))
    assert report.jobs == by_name(JobReport("a", CANCELLED), JobReport("b", CANCELLED))
    assert report.started == bench.called == []
    assert bench.timers == {}


@async_test
async def test_dependency_named_twice_counts_once__R10():
    bench = Bench()
    run = await bench.start(bench.job("c", "a", "b", "a", "a"), bench.job("a"), bench.job("b"))
    await bench.end("a", 1)
    assert bench.running == ["b"]
    await bench.end("b", 2)
    assert bench.running == ["c"]
    assert bench.inputs["c"] == {"a": 1, "b": 2}
    await bench.end("c")
    assert (await run).started == ["a", "b", "c"]


@async_test
async def test_unusual_names__R10():
    bench = Bench()
    jobs = [bench.job(name, run=returns(name.encode())) for name in UNUSUAL_NAMES]
    last = bench.job("last", *UNUSUAL_NAMES, run=returns())
    report = await bench.run(last, *jobs)
    assert report.started == [*UNUSUAL_NAMES, "last"]
    assert bench.inputs["last"] == {name: name.encode() for name in UNUSUAL_NAMES}
    assert statuses(report) == dict.fromkeys([*UNUSUAL_NAMES, "last"], SUCCEEDED)


@async_test
async def test_unusual_name_as_cause__R10():
    bench = Bench()
    report = await bench.run(bench.job("__proto__", run=raises(RuntimeError())), bench.job(" ", "__proto__"))
    assert report.jobs[" "] == JobReport(" ", SKIPPED, cause="__proto__")


def forwards(jobs):
    return jobs


def backwards(jobs):
    return jobs[::-1]


def mixed(jobs):
    return [jobs[position * 7919 % len(jobs)] for position in range(len(jobs))]


in_any_order = pytest.mark.parametrize("order", [forwards, backwards, mixed])


def chain(first):
    """Jobs 0, 1, 2, ... of which each depends on the one before and adds 1 to its result."""

    async def add_one(inputs):
        (result,) = inputs.values()
        return result + 1

    return [first, *(Job(str(n), add_one, [str(n - 1)]) for n in range(1, CHAIN_LENGTH))]


@in_any_order
@async_test
async def test_long_chain_is_run__R10(order):
    report = await run_jobs(order(chain(Job("0", returns(0)))), limit=3)
    assert report.started == [str(n) for n in range(CHAIN_LENGTH)]
    assert report.jobs[str(CHAIN_LENGTH - 1)].result == CHAIN_LENGTH - 1


@in_any_order
@async_test
async def test_long_chain_is_skipped__R10(order):
    report = await run_jobs(order(chain(Job("0", raises(RuntimeError())))), limit=3)
    assert report.started == ["0"]
    assert len(report.jobs) == CHAIN_LENGTH
    assert all(report.jobs[str(n)].cause == "0" for n in range(1, CHAIN_LENGTH))


@in_any_order
@async_test
async def test_long_chain_is_reported_as_a_cycle__R10(order):
    jobs = order(chain(Job("0", returns(), [str(CHAIN_LENGTH - 1)])))
    with pytest.raises(CycleError) as caught:
        await run_jobs(jobs, limit=3)
    first = int(jobs[0].name)
    assert caught.value.cycle == [str((first - n) % CHAIN_LENGTH) for n in range(CHAIN_LENGTH + 1)]
