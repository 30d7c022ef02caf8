"""Ends every test by itself: one that hangs fails, and what it left running does not reach the next."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

GUARD_SECONDS = 4.0  # only ever reached by a run that hangs
NEXT_GUARD_SECONDS = 1.0  # once one has hung, others will
AGAIN_SECONDS = 0.5  # a hanging run may hang once more while it is being left


class Guard:
    """Interrupts whatever the main thread waits for, or does without end, by an exception that is no `Exception`."""

    def __init__(self):
        self.seconds = GUARD_SECONDS

    def __enter__(self):
        signal.signal(signal.SIGALRM, self.fail)
        signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN_SECONDS)

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def fail(self, *_):
        self.seconds = NEXT_GUARD_SECONDS
        pytest.fail("does not end")


guard = Guard()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        with guard:
            return (yield)
    finally:
        end_children()


def end_children():
    """Kill all children of this process with their groups, and wait for them."""
    for pid in children():
        for send in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                send(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # a thread that still runs may be quicker
            os.waitpid(pid, 0)


def children():
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parent = stat.read_text().rpartition(") ")[2].split()[1]
            if int(parent) == os.getpid():
                found.append(int(stat.parent.name))
    return found
