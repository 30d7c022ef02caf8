"""Energy by the counters of the processor (RAPL), where the machine has them and we may read them; never a guess.

They count the whole package, so other work and idle power are in it: it is measured only on a quiet machine, and idle
power is subtracted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

POWERCAP = Path('/sys/class/powercap')
PROC_STAT = Path('/proc/stat')
# What one sample takes, what idle power is taken over, in seconds; the share of the CPU that others may use.
SAMPLE_SECONDS = 10.0
IDLE_SECONDS = 2.0
QUIET = 0.05


class Meter(NamedTuple):
    """Counters of all packages, in microjoules, each with the value after which it begins at 0 again."""

    counters: tuple[tuple[Path, int], ...]

    def read(self) -> tuple[int, ...]:
        return tuple(int(path.read_text()) for path, _ in self.counters)

    def joules(self, before: tuple[int, ...], after: tuple[int, ...]) -> float:
        parts = zip(before, after, self.counters, strict=True)
        return sum((late - early) % (limit + 1) for early, late, (_, limit) in parts) / 1e6


def meter(powercap: Path = POWERCAP) -> tuple[Meter | None, str]:
    """The counters, or None and the reason why there are none."""
    found = []
    for domain in sorted(powercap.glob('intel-rapl:[0-9]*')):
        if domain.name.count(':') > 1 or not (domain / 'name').read_text().startswith('package'):
            continue
        try:
            (domain / 'energy_uj').read_text()
        except PermissionError:
            return None, f'{domain / "energy_uj"} may be read by root only'
        found.append((domain / 'energy_uj', int((domain / 'max_energy_range_uj').read_text())))
    if not found:
        return None, 'this machine has no energy counters (RAPL); virtual machines have none'
    return Meter(tuple(found)), ''


def busy(seconds: float, stat: Path = PROC_STAT) -> float:
    """The share of all CPU time that somebody used during some seconds of waiting."""

    def read() -> tuple[int, int]:
        ticks = [int(word) for word in stat.read_text().split('\n', 1)[0].split()[1:]]
        return sum(ticks), ticks[3] + ticks[4]

    total, idle = read()
    time.sleep(seconds)
    total_after, idle_after = read()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def joules_per_call(
    counters: Meter, run: Callable[[int], float], seconds_per_call: float, others: Callable[[float], float] = busy
) -> tuple[float | None, str]:
    """Energy of one call in joules, above idle power; or None and the reason.

    ``run`` does so many calls in a fresh process and returns the wall seconds that it took.
    """
    before = counters.read()
    if others(IDLE_SECONDS) > QUIET:
        return None, 'other processes use the CPU'
    idle = counters.joules(before, counters.read()) / IDLE_SECONDS

    def above_idle(calls: int) -> float:
        began = counters.read()
        wall = run(calls)
        return counters.joules(began, counters.read()) - idle * wall

    calls = math.ceil(SAMPLE_SECONDS / seconds_per_call)
    return max(0.0, above_idle(calls) - above_idle(0)) / calls, ''
