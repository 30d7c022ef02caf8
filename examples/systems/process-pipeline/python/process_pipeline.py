"""Run pipelines of commands: several processes, each reading what the one before it writes."""

from __future__ import annotations

import contextlib
import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO

_CHUNK_SIZE = 64 * 1024
_LONGEST_WAIT = 24 * 60 * 60.0  # seconds; poll takes no more than an int of milliseconds


class StartError(Exception):
    """A command could not be started; the cause is the system's error."""

    def __init__(self, index: int) -> None:
        super().__init__(f"command {index} was not started")
        self.index = index


@dataclass(frozen=True)
class CommandResult:
    """What one command left; either its exit code or its signal is None."""

    exit_code: int | None
    signal: int | None
    stderr: bytes
    stderr_truncated: bool


@dataclass(frozen=True)
class PipelineResult:
    """What a run left, its commands in order."""

    output: bytes
    output_truncated: bool
    timed_out: bool
    commands: tuple[CommandResult, ...]


def run_pipeline(
    commands: Sequence[Sequence[str]],
    *,
    input: bytes = b"",
    capture_limit: int,
    timeout: float | None = None,
) -> PipelineResult:
    """Run commands, each connected to the next by a pipe, and wait for their end.

    Of the output and of each standard error the first ``capture_limit`` bytes are kept. After ``timeout`` seconds the
    process groups of the commands are killed.

    Raises:
        ValueError: an argument is invalid; nothing was started.
        StartError: a command could not be started; those before it were killed.
    """
    start = time.monotonic()
    _check(commands, capture_limit, timeout)
    with _Run(input, capture_limit) as run:
        for index, command in enumerate(commands):
            try:
                run.start(command)
            except OSError as error:
                raise StartError(index) from error
        timed_out = not run.transfer(None if timeout is None else start + timeout)
        if timed_out:
            run.kill()
        return run.result(timed_out)


def _check(commands: Sequence[Sequence[str]], capture_limit: int, timeout: float | None) -> None:
    if not commands:
        raise ValueError("no commands")
    for command in commands:
        if not command or not command[0]:
            raise ValueError("a command without a program name")
        if any(b"\0" in os.fsencode(argument) for argument in command):
            raise ValueError("an argument with a zero byte")
    if capture_limit < 0:
        raise ValueError(f"capture limit {capture_limit} is negative")
    if timeout is not None and not (math.isfinite(timeout) and timeout > 0):
        raise ValueError(f"time limit {timeout} is not a positive number of seconds")


class _Capture:
    """The first bytes of a stream."""

    def __init__(self, source: FileIO, limit: int) -> None:
        self.source = source
        self._limit = limit
        self._kept = bytearray()
        self.truncated = False

    @property
    def content(self) -> bytes:
        return bytes(self._kept)

    def receive(self) -> bool:
        """Take what is there; False at the end of the stream."""
        chunk = self.source.read(_CHUNK_SIZE)
        room = self._limit - len(self._kept)
        self._kept += chunk[:room]
        self.truncated = self.truncated or len(chunk) > room
        return bool(chunk)


class _Run:
    """One run; left as a context, it has killed what was not waited for and closed all its descriptors."""

    def __init__(self, input: bytes, capture_limit: int) -> None:
        self._input_left = memoryview(input)
        self._capture_limit = capture_limit
        self._processes: list[subprocess.Popen[bytes]] = []
        self._errors: list[_Capture] = []
        self._next_input: FileIO | None = None
        self._output: _Capture | None = None
        self._to_close = contextlib.ExitStack()
        # Handlers by descriptor; poll, unlike epoll, needs no descriptor of its own.
        self._selector = selectors.PollSelector()
        self._awaited = 0

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *_: object) -> None:
        if any(process.returncode is None for process in self._processes):
            self.kill()
        for process in self._processes:
            process.wait()
        self._to_close.close()

    def start(self, command: Sequence[str]) -> None:
        """Add a command that reads the output of the one before."""
        stdin = self._next_input or self._open_input()
        output, stdout = self._open_pipe()
        error, stderr = self._open_pipe()
        with stdin, stdout, stderr:
            process = _popen(command, stdin, stdout, stderr)
        self._processes.append(process)
        self._watch_end(process)
        self._next_input = output
        self._errors.append(self._capture(error))

    def transfer(self, deadline: float | None) -> bool:
        """Move bytes until the end of the run; False if the deadline came first."""
        assert self._next_input is not None, "a run has commands"
        self._output = self._capture(self._next_input)
        while self._awaited:
            left = _LONGEST_WAIT if deadline is None else max(0.0, deadline - time.monotonic())
            for key, _ in self._selector.select(min(left, _LONGEST_WAIT)):
                key.data()
            if left == 0 and self._awaited:
                return False
        return True

    def kill(self) -> None:
        """Kill the commands and their groups.

        All are stopped first: otherwise one might end by itself because its neighbour was killed a moment before. None
        has been waited for, so their ids, which are those of the groups too, still belong to them.
        """
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in self._processes:
                for send in (os.killpg, os.kill):  # a command may have left its group
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        send(process.pid, number)

    def result(self, timed_out: bool) -> PipelineResult:
        """Wait for the commands, which have ended or been killed."""
        assert self._output is not None, "the bytes were moved"
        return PipelineResult(
            output=self._output.content,
            output_truncated=self._output.truncated,
            timed_out=timed_out,
            commands=tuple(map(_command_result, self._processes, self._errors)),
        )

    def _open_pipe(self) -> tuple[FileIO, FileIO]:
        read_end, write_end = os.pipe()
        return (
            self._to_close.enter_context(FileIO(read_end, "r")),
            self._to_close.enter_context(FileIO(write_end, "w")),
        )

    def _open_input(self) -> FileIO:
        read_end, write_end = self._open_pipe()
        os.set_blocking(write_end.fileno(), False)
        self._selector.register(write_end, selectors.EVENT_WRITE, lambda: self._feed(write_end))
        return read_end

    def _feed(self, write_end: FileIO) -> None:
        try:
            written = _write_without_sigpipe(write_end.fileno(), self._input_left)
            self._input_left = self._input_left[written:]
        except BlockingIOError:
            return
        except OSError:  # nobody reads it any more
            self._input_left = self._input_left[:0]
        if not self._input_left:
            self._selector.unregister(write_end)
            write_end.close()

    def _capture(self, source: FileIO) -> _Capture:
        capture = _Capture(source, self._capture_limit)
        self._await(source, capture.receive)
        return capture

    def _watch_end(self, process: subprocess.Popen[bytes]) -> None:
        descriptor = os.pidfd_open(process.pid)  # readable when the process has ended, waited for or not
        self._to_close.callback(os.close, descriptor)
        self._await(descriptor, lambda: False)

    def _await(self, source: FileIO | int, receive: Callable[[], bool]) -> None:
        """Let the run go on, and call ``receive`` when there is something, until that returns False."""

        def handle() -> None:
            if not receive():
                self._selector.unregister(source)
                self._awaited -= 1

        self._selector.register(source, selectors.EVENT_READ, handle)
        self._awaited += 1


def _popen(command: Sequence[str], stdin: FileIO, stdout: FileIO, stderr: FileIO) -> subprocess.Popen[bytes]:
    """Start a command in a group of its own that does not block SIGPIPE; Popen sees to the default action.

    A command inherits the mask of the thread that starts it. If the caller has SIGPIPE blocked, another thread has to
    do it: were the signal unblocked here, one that is pending would reach the caller.
    """

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(list(command), stdin=stdin, stdout=stdout, stderr=stderr, process_group=0)

    if signal.SIGPIPE not in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        return start()
    unblock = (signal.SIG_UNBLOCK, {signal.SIGPIPE})
    with ThreadPoolExecutor(1, initializer=signal.pthread_sigmask, initargs=unblock) as starter:
        return starter.submit(start).result()


def _write_without_sigpipe(descriptor: int, data: memoryview) -> int:
    """Write as ``os.write``, and take back the SIGPIPE of a closed pipe from a caller who does not ignore it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    was_pending = signal.SIGPIPE in signal.sigpending()
    try:
        return os.write(descriptor, data)
    finally:
        if not was_pending:
            signal.sigtimedwait({signal.SIGPIPE}, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _command_result(process: subprocess.Popen[bytes], error: _Capture) -> CommandResult:
    status = process.wait()
    return CommandResult(
        exit_code=status if status >= 0 else None,
        signal=-status if status < 0 else None,
        stderr=error.content,
        stderr_truncated=error.truncated,
    )
