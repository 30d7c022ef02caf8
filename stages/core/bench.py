"""Running the workloads of an example: one fresh process in a box for each sample, one at a time.

Address space layout is the same in every run where the system allows it: for CPython alone it is worth 40 %.
"""

from __future__ import annotations

import functools
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stages.core import sandbox
from stages.core import toolchain
from stages.core import trial
from stages.core.driver import BUILT
from stages.core.driver import DRIVERS
from stages.core.driver import PROGRAM
from stages.core.driver import REPORT
from stages.core.errors import ProvenError
from stages.core.examples import Example
from stages.core.language import BOX
from stages.core.language import Language
from stages.core.params import Limits

SAME_LAYOUT = ('/usr/bin/setarch', '--addr-no-randomize')
MS = 1_000_000
# Of the ladder of sizes: a call that takes longer is the last.
LONGEST_CALL_NS = 60 * MS


class BenchFailed(ProvenError):
    """A workload could not be built or run, or its result is wrong; the message says what it printed."""


class Value(NamedTuple):
    """One value: so many calls on an input of so many elements, and what they took in all, in ns.

    ``waits`` says how often the process gave up the CPU by itself.
    """

    size: int
    loops: int
    cpu: int
    wall: int
    waits: int


class Report(NamedTuple):
    """What a driver wrote: peaks in KiB and whether the result is right by size."""

    warmups: tuple[Value, ...]
    values: tuple[Value, ...]
    peaks: dict[int, int]
    checks: dict[int, bool]
    workloads: dict[str, int]


class Bench:
    """The workloads of one example; variants are built once."""

    def __init__(self, example: Example, adapter: Language, limits: Limits) -> None:
        assert adapter.DRIVER is not None
        self.example = example
        self.adapter = adapter
        self.driver = DRIVERS[adapter.DRIVER]
        self.limits = limits
        self.wall_seconds = 0.0
        ((self.file, self.source),) = example.of_role('benchmark').items()
        self._programs: dict[str, bytes | BenchFailed] = {}

    @property
    def variants(self) -> list[str]:
        meta = self.example.meta
        return ['solution', *(['draft'] if meta.draft else ()), *(['human'] if meta.human else ())]

    def workloads(self) -> dict[str, int]:
        """The workloads and their sizes.

        Raises:
            BenchFailed: they can't be listed.
        """
        return self._run('solution', {'WORKLOAD': '', 'SIZES': '', 'VALUES': '0', 'LOOPS': '0'}).workloads

    def run(
        self, variant: str, workload: str, sizes: Sequence[int], values: int, loops: int = 0, is_warm: bool = True
    ) -> Report:
        """One process: ``values`` for each size, each of ``loops`` calls, or as many as take long enough if it is 0.

        With ``values`` 0 there are just so many calls, without clocks.

        Raises:
            BenchFailed: it ended otherwise, or a result is wrong.
        """
        report = self._run(
            variant,
            {
                'WORKLOAD': workload,
                'SIZES': ' '.join(map(str, sizes)),
                'VALUES': str(values),
                'LOOPS': str(loops),
                'WARMUP_NS': str((self.driver.warmup_ms * MS if is_warm else MS) // len(sizes)),
            },
        )
        if not report.peaks or not all(report.checks.values()):
            raise BenchFailed(f'{variant}: {workload}: the check says that the result is wrong')
        return report

    def _run(self, variant: str, settings: dict[str, str]) -> Report:
        command = self.driver.run
        extra = {PROGRAM.removeprefix(f'{BOX}/'): self._program(variant)} if self.driver.build else {}
        outcome = self._box(variant, command, settings, REPORT, extra)
        report = outcome.results.get(REPORT)
        if outcome.status != 'exited' or outcome.exit_code or report is None:
            raise BenchFailed(f'{variant}: {settings["WORKLOAD"] or self.file}: {_told(outcome)}')
        try:
            return _read(report)
        except (ValueError, IndexError) as error:
            raise BenchFailed(f'{variant}: {settings["WORKLOAD"]}: its report makes no sense ({error})') from error

    def _program(self, variant: str) -> bytes:
        if variant not in self._programs:
            assert self.driver.build is not None
            outcome = self._box(variant, self.driver.build, {}, BUILT, {})
            is_built = not outcome.exit_code and BUILT in outcome.results
            failed = BenchFailed(f'{variant}: {self.file} can not be built: {_told(outcome)}')
            self._programs[variant] = outcome.results[BUILT] if is_built else failed
        program = self._programs[variant]
        if isinstance(program, BenchFailed):
            raise program
        return program

    def _box(
        self, variant: str, command: tuple[str, ...], settings: dict[str, str], result: str, extra: dict[str, bytes]
    ) -> sandbox.Outcome:
        replaced = self.example.variant(variant) if variant in ('draft', 'human') else {}  # type: ignore[arg-type]
        content = {**self.example.of_role('solution'), **replaced, self.file: self.source}
        packages = self.adapter.PACKAGES if variant == 'human' and self.adapter.PACKAGES else trial.NO_PACKAGES
        told = {'LEAST_NS': str(self.driver.least_ms * MS), 'MOST_NS': str(LONGEST_CALL_NS), 'WARMUP_NS': '0'}
        job = sandbox.Job(
            (*same_layout(), *command),
            {**{f'example/{path}': data for path, data in content.items()}, **self.driver.sources(), **extra},
            cwd=f'{BOX}/example',
            environment={
                **toolchain.environment(self.adapter.TOOLCHAIN),
                **self.adapter.ENVIRONMENT,
                **packages.environment,
                **{f'BENCH_{name}': value for name, value in {**told, **settings, 'FILE': self.file}.items()},
            },
            mounts=toolchain.mounts(self.adapter.TOOLCHAIN, *filter(None, (packages.toolchain,))),
            results=(result,),
        )
        outcome = sandbox.run(job, self.limits)
        self.wall_seconds += outcome.wall_seconds
        return outcome


def _told(outcome: sandbox.Outcome) -> str:
    output = (outcome.stdout + b'\n' + outcome.stderr)[-2000:].decode(errors='replace').strip()
    return f'{outcome.status}, exit code {outcome.exit_code}\n{output}'.rstrip()


def _read(report: bytes) -> Report:
    warmups: list[Value] = []
    values: list[Value] = []
    peaks: dict[int, int] = {}
    checks: dict[int, bool] = {}
    workloads: dict[str, int] = {}
    for line in report.decode().splitlines():
        kind, *fields = line.split('\t')
        if kind == 'workload':
            workloads[fields[0]] = int(fields[1])
        elif kind == 'peak':
            peaks[int(fields[0])] = int(fields[1])
        elif kind == 'check':
            checks[int(fields[0])] = fields[1] == '1'
        else:
            (warmups if kind == 'warmup' else values).append(Value(*map(int, fields)))
    return Report(tuple(warmups), tuple(values), peaks, checks, workloads)


@functools.cache
def same_layout() -> tuple[str, ...]:
    """What starts a program in the box without address space layout randomisation; nothing where that is not allowed.

    It is not done outside of the box, because the kernel forgets it where capabilities change.
    """
    started = sandbox.Job((*SAME_LAYOUT, 'cat', '/proc/self/personality'), {}, environment={'PATH': '/usr/bin:/bin'})
    told = sandbox.run(started, Limits()).stdout.decode().strip()
    return SAME_LAYOUT if told and int(told, 16) & sandbox.ADDR_NO_RANDOMIZE else ()


@functools.cache
def machine() -> dict[str, str | int]:
    """What timings depend on beside the code: the processor, the system, how boxes are set up. No name of anybody."""
    cpuinfo = Path('/proc/cpuinfo').read_text(errors='replace')
    facts = dict(line.split(':', 1) for line in cpuinfo.splitlines() if ':' in line)
    fields = {name.strip(): value.strip() for name, value in facts.items()}
    release = Path('/etc/os-release').read_text() if Path('/etc/os-release').exists() else ''
    system = dict(line.split('=', 1) for line in release.splitlines() if '=' in line)
    return {
        'cpu': fields.get('model name', platform.machine()),
        'cores': os.cpu_count() or 1,
        'virtual': 'yes' if 'hypervisor' in fields.get('flags', '') else 'no',
        'kernel': '.'.join(platform.release().split('.')[:2]),
        'system': system.get('PRETTY_NAME', platform.system()).strip('"'),
        'aslr': 'off' if same_layout() else 'on',
    }
