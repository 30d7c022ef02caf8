"""The only file that starts foreign code. Each run is a box: fresh namespaces that are gone when the run ends.

Promised, each with a test in `tests/test_sandbox.py`:

- no network but loopback inside; no other socket family than UNIX, IPv4, IPv6 and netlink
- no sight of the home folder, the caller's environment, other examples or other processes
- a read-only system and example; only `/tmp` and `/dev/shm` are writable: private, in memory, of bounded size
- limits on wall time, CPU time of the whole tree, memory, processes, open files and output
- no process outlives the run; output is drained fully, and cut only when it is stored
- what the run reports can't be forged through the report pipe, and a killed supervisor is a crash, not a pass
- no user namespaces, ptrace, mounts, keyrings, bpf, setuid programs or core dumps

Not promised: the kernel is shared, so a kernel exploit escapes; memory is watched by polling every 30 ms, so it may be
exceeded for a moment, and kernel memory (inodes, pipes) is bounded only by file, process and `/tmp` limits; a test can
still lie about itself, which is why `verify` has a negative control and people read test files.

Backend: bubblewrap. As root the box runs under a user id of its own, without a user namespace; otherwise in a user
namespace. There is no mode without isolation.

Method: bubblewrap's own sandboxing notes, and what `lab/sandbox.md` found by attacking it.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import marshal
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from typing import Literal
from typing import NamedTuple
from typing import get_args

import pyseccomp

from stages.core.errors import SandboxUnavailable
from stages.core.language import BOX
from stages.core.language import PORT
from stages.core.params import Limits

GRACE_SECONDS = 10
MIB = 1024 * 1024
SUPERVISOR = Path(__file__).with_name('supervisor.py')
SYSTEM = ('/bin', '/lib', '/lib32', '/lib64', '/libx32', '/sbin')
ETC = (
    'alternatives',
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'localtime',
    'mime.types',
    'nsswitch.conf',
    'protocols',
    'services',
)
FORBIDDEN = [
    'acct',
    'add_key',
    'bpf',
    'chroot',
    'clone3',
    'delete_module',
    'fanotify_init',
    'finit_module',
    'fsconfig',
    'fsmount',
    'fsopen',
    'fspick',
    'init_module',
    'io_uring_enter',
    'io_uring_register',
    'io_uring_setup',
    'ioperm',
    'iopl',
    'kcmp',
    'kexec_file_load',
    'kexec_load',
    'keyctl',
    'lookup_dcookie',
    'mbind',
    'memfd_create',
    'memfd_secret',
    'migrate_pages',
    'mount',
    'mount_setattr',
    'move_mount',
    'move_pages',
    'name_to_handle_at',
    'nfsservctl',
    'open_by_handle_at',
    'open_tree',
    'perf_event_open',
    'pidfd_getfd',
    'pivot_root',
    'process_madvise',
    'process_vm_readv',
    'process_vm_writev',
    'ptrace',
    'quotactl',
    'quotactl_fd',
    'reboot',
    'request_key',
    'set_mempolicy',
    'setns',
    'swapoff',
    'swapon',
    'sysfs',
    'syslog',
    'umount2',
    'unshare',
    'uselib',
    'userfaultfd',
    'vhangup',
    'vmsplice',
]
# memfd_create and clone3 must look unsupported, so that runtimes fall back; the rest is refused.
UNSUPPORTED = {'clone3', 'memfd_create', 'memfd_secret', 'io_uring_setup'}
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
TIOCSTI = 0x5412
ADDR_NO_RANDOMIZE = 0x0040000
SLOTS = itertools.count()

Status = Literal['exited', 'timed_out', 'out_of_memory', 'too_much_output', 'server_failed', 'crashed']
STATUSES: dict[str, Status] = {status: status for status in get_args(Status)}


class Job(NamedTuple):
    """One command to run in a box.

    ``files`` appear read-only below `/box` by relative path; ``mounts`` are host folders, read-only, by path in the
    box; ``results`` are paths in the box that are handed back if they are regular files; ``serve`` is started first and
    must listen on ``PORT`` before ``command`` starts.
    """

    command: tuple[str, ...]
    files: Mapping[str, bytes]
    cwd: str = BOX
    environment: Mapping[str, str] = {}
    mounts: Mapping[str, Path] = {}
    serve: tuple[str, ...] | None = None
    results: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """How a run ended: exit code (-1 if there is none), full output, result files, seconds, MiB."""

    status: Status
    exit_code: int
    stdout: bytes
    stderr: bytes
    results: dict[str, bytes]
    wall_seconds: float
    cpu_seconds: float
    peak_memory_mib: float


@functools.cache
def seccomp_program() -> bytes:
    """The BPF filter that bubblewrap installs."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse, unsupported = pyseccomp.ERRNO(1), pyseccomp.ERRNO(38)
    for name in FORBIDDEN:
        with contextlib.suppress(ValueError, RuntimeError, OSError):  # not a syscall of this architecture
            rules.add_rule(unsupported if name in UNSUPPORTED else refuse, name)
    no_family = pyseccomp.ERRNO(97)
    for low, high in itertools.pairwise((-1, *FAMILIES)):
        for family in range(low + 1, high):
            rules.add_rule(no_family, 'socket', pyseccomp.Arg(0, pyseccomp.EQ, family))
    rules.add_rule(no_family, 'socket', pyseccomp.Arg(0, pyseccomp.GT, FAMILIES[-1]))
    for flag in CLONE_NEW:
        rules.add_rule(refuse, 'clone', pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    rules.add_rule(refuse, 'shmget', pyseccomp.Arg(1, pyseccomp.GT, 4096))  # PostgreSQL needs one page
    # Benchmarks are told apart from where things happen to lie in memory.
    rules.add_rule(refuse, 'personality', pyseccomp.Arg(0, pyseccomp.NE, ADDR_NO_RANDOMIZE))
    rules.add_rule(refuse, 'ioctl', pyseccomp.Arg(1, pyseccomp.EQ, TIOCSTI))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


@functools.cache
def interpreter() -> tuple[str, Path]:
    """A Python for the supervisor: its path and the folder that must be visible for it to start."""
    prefix = Path(sys.base_prefix).resolve()
    binary = prefix / 'bin' / f'python{sys.version_info.major}.{sys.version_info.minor}'
    return str(binary), prefix


@functools.cache
def fixed_arguments() -> tuple[str, ...]:
    """The part of the bubblewrap command line that is the same for every run on this machine."""
    bwrap = shutil.which('bwrap')
    if bwrap is None:
        raise SandboxUnavailable('no bubblewrap on this machine; apt-get install bubblewrap')
    root = os.getuid() == 0
    if root:
        user = ('--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID')
    else:
        user = ('--unshare-user', '--uid', '1000', '--gid', '1000', '--disable-userns')
    arguments = [
        bwrap,
        *user,
        '--unshare-pid',
        '--unshare-net',
        '--unshare-ipc',
        '--unshare-uts',
        '--unshare-cgroup-try',
    ]
    arguments += ['--hostname', 'box', '--die-with-parent', '--new-session', '--as-pid-1']
    arguments += ['--perms', '0755', '--dir', BOX, '--ro-bind', '/usr', '/usr']
    for path in SYSTEM:
        if os.path.islink(path):
            arguments += ['--symlink', os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ['--ro-bind', path, path]
    arguments += _bind(str(interpreter()[1]), interpreter()[1])
    arguments += ['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev']
    return tuple(arguments)


def _bind(path: str, folder: Path) -> list[str]:
    """Arguments that show a folder of the host at a path of the box, below folders that everybody may enter."""
    if folder == Path(path) and folder.is_relative_to('/usr'):
        return []  # is there already
    parents = (str(parent) for parent in reversed(Path(path).parents[:-1]))
    return [word for parent in parents for word in ('--perms', '0755', '--dir', parent)] + [
        '--ro-bind',
        str(folder),
        path,
    ]


@functools.cache
def etc_folder() -> Path:
    """A small `/etc`, made once a process and bound whole: fewer mounts, quicker boxes."""
    folder = Path(tempfile.mkdtemp(prefix='proven-etc-'))
    folder.chmod(0o755)
    for name in ETC:
        source = Path('/etc') / name
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True)
        elif source.exists():
            shutil.copy(source, folder / name)
    (folder / 'hosts').write_text('127.0.0.1 localhost box\n::1 localhost\n')
    (folder / 'group').write_text('box:x:1000:\n')
    (folder / 'passwd').write_text('box:x:1000:1000::/tmp:/bin/sh\n')
    return folder


def box_uid() -> int:
    """As root: a user id that no other run on this machine has now, so that process limits count this box alone."""
    return (1 << 20) + (os.getpid() << 6 | next(SLOTS) % 64) if os.getuid() == 0 else 1000


@contextlib.contextmanager
def laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The job's files in a folder of the host that the box can read."""
    with tempfile.TemporaryDirectory(prefix='proven-box-') as name:
        root = Path(name) / 'files'
        root.mkdir()
        for path, content in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        yield root


def run(job: Job, limits: Limits) -> Outcome:
    """Run one command in a fresh box.

    Raises:
        SandboxUnavailable: the box could not be made; nothing foreign has run.
    """
    descriptors: list[int] = []
    with laid_out(job.files) as root, contextlib.ExitStack() as stack:
        report_read, report_write = os.pipe()
        filter_read, filter_write = os.pipe()
        descriptors += [report_write, filter_read]
        os.write(filter_write, seccomp_program())
        os.close(filter_write)
        report = stack.enter_context(os.fdopen(report_read, 'rb'))
        try:
            process = subprocess.Popen(
                _arguments(job, limits, root, report_write, filter_read),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=descriptors,
                env={},
            )
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        stack.enter_context(process)
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            stopped, output = _drain(
                {'stdout': process.stdout, 'stderr': process.stderr, 'report': report},
                limits.wall_seconds + GRACE_SECONDS,
                limits.output_mib * MIB,
            )
        finally:
            process.kill()
    return _outcome(job, stopped, output)


def _arguments(job: Job, limits: Limits, root: Path, report: int, seccomp: int) -> list[str]:
    arguments = [*fixed_arguments(), '--ro-bind', str(etc_folder()), '/etc']
    for size, path in ((limits.tmp_mib, '/tmp'), (16, '/dev/shm')):  # noqa: S108 - paths in the box
        arguments += ['--perms', '1777', '--size', str(size * MIB), '--tmpfs', path]
    for name in sorted({path.split('/')[0] for path in job.files}):
        arguments += ['--ro-bind', str(root / name), f'{BOX}/{name}']
    for path, folder in job.mounts.items():
        arguments += _bind(path, folder)
    arguments += ['--ro-bind', str(SUPERVISOR), '/supervisor.py', '--remount-ro', '/', '--seccomp', str(seccomp)]
    environment = {'HOME': '/tmp', 'TMPDIR': '/tmp', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8', 'NO_COLOR': '1'}  # noqa: S108
    message = (
        tuple(job.command),
        tuple(job.serve) if job.serve else None,
        PORT,
        job.cwd,
        {**environment, **job.environment},
        tuple(job.results),
        limits.model_dump(),
        report,
        box_uid(),
    )
    python = interpreter()[0]
    return [*arguments, '--chdir', '/', '--', python, '-I', '-S', '/supervisor.py', marshal.dumps(message).hex()]


def _drain(pipes: Mapping[str, IO[bytes]], seconds: float, most: int) -> tuple[Status | None, dict[str, bytes]]:
    """Read all pipes to their ends, or until time or output is used up; which of the two, if any."""
    chunks: dict[str, list[bytes]] = {name: [] for name in pipes}
    size, until = 0, time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for name, pipe in pipes.items():
            selector.register(pipe, selectors.EVENT_READ, name)
        stopped: Status | None = None
        while selector.get_map() and stopped is None:
            for key, _ in selector.select(max(0.0, until - time.monotonic())):
                chunk = os.read(key.fd, 1 << 16)
                if chunk:
                    chunks[key.data].append(chunk)
                    size += len(chunk) if key.data != 'report' else 0
                else:
                    selector.unregister(key.fileobj)
            if size > most:
                stopped = 'too_much_output'
            elif time.monotonic() > until:
                stopped = 'timed_out'
    return stopped, {name: b''.join(parts) for name, parts in chunks.items()}


def _frames(data: bytes) -> list[bytes]:
    frames = []
    while len(data) >= 8:
        length = int.from_bytes(data[:8], 'big')
        if len(data) < 8 + length:
            break
        frames.append(data[8 : 8 + length])
        data = data[8 + length :]
    return frames


def _outcome(job: Job, stopped: Status | None, output: Mapping[str, bytes]) -> Outcome:
    stdout, stderr, frames = output['stdout'], output['stderr'], _frames(output['report'])
    if not frames:
        raise SandboxUnavailable(
            f'the sandbox did not start: {stderr.decode(errors="replace").strip()[-400:]}; {REMEDY}'
        )
    if stopped or len(frames) < 2:
        return Outcome(stopped or 'crashed', -1, stdout, stderr, {}, 0.0, 0.0, 0.0)
    status, exit_code, wall, cpu, peak, *sizes = frames[1].decode().split()
    contents = iter(frames[2:])
    results = {
        path: content
        for path, size in zip(job.results, sizes, strict=True)
        if size != '-1' and len(content := next(contents, b'')) == int(size)
    }
    return Outcome(STATUSES[status], int(exit_code), stdout, stderr, results, float(wall), float(cpu), float(peak))


REMEDY = (
    'on Ubuntu 23.10 and later allow bwrap to make user namespaces (./setup does it), in a container run it with '
    '--privileged, elsewhere see `proven doctor`'
)
PROBE = """
import os, socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError:
    print("isolated", os.getuid() != 0)
"""


@functools.cache
def require() -> None:
    """Make sure, once a process, that a box can be made and isolates.

    Raises:
        SandboxUnavailable: with the remedy.
    """
    outcome = run(Job(command=(interpreter()[0], '-I', '-S', '-c', PROBE), files={}), Limits())
    if outcome.stdout.strip() != b'isolated True':
        raise SandboxUnavailable(
            f'the sandbox does not isolate: {outcome.stderr.decode(errors="replace")[-400:]}; {REMEDY}'
        )
