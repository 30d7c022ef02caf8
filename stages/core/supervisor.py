"""Runs inside the box as process 1: starts the command, holds it to its limits, kills what is left, reports.

Started as ``python -I -S supervisor.py JOB`` by `sandbox.py`, never imported. It is a part of every run's time, so it
imports only what loads at once: no json, socket, signal or typing. JOB is the fields of `Job`, marshalled, in hex. What
it tells goes to a private pipe that no other process of the box holds, as length-prefixed frames: first ``started``, at
the end the outcome as words, then the result files. Without the outcome the run counts as crashed, never as passed.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import resource
import select
import stat
import sys
import time

MIB = 1024 * 1024
POLL_MILLISECONDS = 30
SERVER_START_SECONDS = 60
SIGKILL = 9
PR_SET_DUMPABLE = 4
PAGE = os.sysconf('SC_PAGE_SIZE')
TICKS = os.sysconf('SC_CLK_TCK')
SERVER_LOG = '/tmp/server.log'


class Job:
    """What `sandbox.py` wants done; limits as in `params.Limits`."""

    def __init__(
        self,
        command: tuple[str, ...],
        serve: tuple[str, ...] | None,
        port: int,
        cwd: str,
        environment: dict[str, str],
        results: tuple[str, ...],
        limits: dict[str, int],
        report: int,
        uid: int,
    ) -> None:
        self.command = command
        self.serve = serve
        self.port = port
        self.cwd = cwd
        self.environment = environment
        self.results = results
        self.limits = limits
        self.report = report
        self.uid = uid


def send(report: int, payload: bytes) -> None:
    data = len(payload).to_bytes(8, 'big') + payload
    while data:
        data = data[os.write(report, data) :]


def drop_privileges(uid: int) -> None:
    """Become ``uid``, and closed to the processes that we watch: they have the same user id."""
    if os.getuid() != uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit_child(limits: dict[str, int]) -> None:
    for name, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits['cpu_seconds'] + 10),
        (resource.RLIMIT_FSIZE, limits['tmp_mib'] * MIB),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_NPROC, limits['processes']),
    ):
        resource.setrlimit(name, (value, value))


def start(command: tuple[str, ...], job: Job, log: str | None = None) -> int:
    """Fork and exec one command, its output into ``log`` if there is one; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        limit_child(job.limits)
        os.chdir(job.cwd)
        if log:
            descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
        os.closerange(3, 1024)
        os.execvpe(command[0], command, job.environment)
    except OSError as error:
        os.write(2, f'{command[0]}: {error.strerror}\n'.encode())
    finally:
        os._exit(127)


def others() -> list[str]:
    return [name for name in os.listdir('/proc') if name.isdigit() and name != '1']


def usage() -> tuple[float, int]:
    """CPU seconds and resident bytes of all living processes but this one."""
    ticks = pages = 0
    for name in others():
        try:
            with open(f'/proc/{name}/stat', 'rb') as file:
                fields = file.read().rpartition(b')')[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
        pages += int(fields[21])
    return ticks / TICKS, pages * PAGE


def proportional_bytes() -> int:
    """Memory with shared pages counted once (PSS); what can't be read counts as nothing."""
    total = 0
    for name in others():
        try:
            with open(f'/proc/{name}/smaps_rollup', 'rb') as file:
                total += next((int(line.split()[1]) * 1024 for line in file if line.startswith(b'Pss:')), 0)
        except OSError:
            continue
    return total


def listens(port: int) -> bool:
    """Whether a process of the box accepts TCP connections on the port."""
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(table) as file:
                rows = [line.split() for line in file]
        except OSError:
            continue
        if any(row[1].endswith(f':{port:04X}') and row[3] == '0A' for row in rows[1:]):
            return True
    return False


class Watch:
    """Holds everything in the box to the limits while waiting for something."""

    def __init__(self, job: Job) -> None:
        self.limits = job.limits
        self.poll = select.poll()
        self.report = job.report
        self.poll.register(job.report, 0)
        self.began = time.monotonic()
        self.exited: dict[int, int] = {}
        self.peak = 0

    def breach(self) -> str | None:
        """Wait a moment, or until a process waited for ends; the status of the limit that is broken now, if any."""
        for descriptor, _ in self.poll.poll(POLL_MILLISECONDS):
            if descriptor == self.report:
                os._exit(0)  # nobody reads the report: the runner is gone, and with process 1 goes the box
            self.poll.unregister(descriptor)
        self.reap()
        if time.monotonic() - self.began > self.limits['wall_seconds']:
            return 'timed_out'
        cpu, resident = usage()
        done = resource.getrusage(resource.RUSAGE_CHILDREN)
        if cpu + done.ru_utime + done.ru_stime > self.limits['cpu_seconds']:
            return 'timed_out'
        limit = self.limits['memory_mib'] * MIB
        if resident > limit:
            resident = proportional_bytes()
        self.peak = max(self.peak, resident)
        return 'out_of_memory' if resident > limit else None

    def reap(self) -> None:
        try:
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                self.exited[found[0]] = os.waitstatus_to_exitcode(found[1])
        except ChildProcessError:
            return

    def wait_for_server(self, pid: int, port: int) -> str | None:
        until = time.monotonic() + SERVER_START_SECONDS
        while not listens(port):
            if status := self.breach():
                return status
            if pid in self.exited or time.monotonic() > until:
                return 'server_failed'
        return None

    def wait_for(self, pid: int) -> str | None:
        self.poll.register(os.pidfd_open(pid), select.POLLIN)
        while pid not in self.exited:
            if status := self.breach():
                return status
        return None


def run(job: Job) -> list[object]:
    """Start the server, if there is one, then the command; status, exit code, wall and CPU seconds, peak MiB."""
    watch = Watch(job)
    status = None
    if job.serve:
        status = watch.wait_for_server(start(job.serve, job, SERVER_LOG), job.port)
    main = start(job.command, job) if status is None else 0
    if main:
        status = watch.wait_for(main)
    wall = time.monotonic() - watch.began
    done = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status is None and done.ru_utime + done.ru_stime > job.limits['cpu_seconds']:
        status = 'timed_out'  # the kernel was quicker than we
    try:
        while True:
            os.kill(-1, SIGKILL)
            os.waitpid(-1, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # nothing is left
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [
        status or 'exited',
        watch.exited.get(main, -1),
        round(wall, 3),
        round(children.ru_utime + children.ru_stime, 3),
        round(max(watch.peak, children.ru_maxrss * 1024) / MIB, 1),
    ]


def collect(path: str, most: int) -> bytes | None:
    """The bytes of a regular file of at most ``most`` bytes; links, pipes and devices are not followed or opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
            return None
        with open(descriptor, 'rb', closefd=False) as file:
            return file.read(most)
    finally:
        os.close(descriptor)


def main() -> None:
    job = Job(*marshal.loads(bytes.fromhex(sys.argv[1])))
    os.set_inheritable(job.report, False)
    drop_privileges(job.uid)
    send(job.report, b'started')
    outcome = run(job)
    most = job.limits['result_mib'] * MIB
    if outcome[0] == 'server_failed':
        os.write(2, (collect(SERVER_LOG, MIB) or b'')[-8192:] + b'\nthe server did not start\n')
    contents = [collect(path, most) for path in job.results]
    sizes = [-1 if content is None else len(content) for content in contents]
    send(job.report, ' '.join(map(str, [*outcome, *sizes])).encode())
    for content in contents:
        if content is not None:
            send(job.report, content)


main()
