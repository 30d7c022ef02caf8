"""Each test attacks one promise of `stages/core/sandbox.py`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from stages.core import sandbox
from stages.core.errors import SandboxUnavailable
from stages.core.params import Limits
from stages.core.sandbox import Job
from stages.core.sandbox import Outcome

SMALL = Limits(wall_seconds=6, cpu_seconds=3, memory_mib=256, processes=64, tmp_mib=32, output_mib=16)
PYTHON = sandbox.interpreter()[0]


def run_python(code: str, limits: Limits = SMALL, **job: object) -> Outcome:
    return sandbox.run(Job((PYTHON, '-I', '-c', code), {}, **job), limits)  # type: ignore[arg-type]


def said(code: str, limits: Limits = SMALL) -> str:
    outcome = run_python(code, limits)
    assert outcome.status == 'exited', outcome
    return (outcome.stdout + outcome.stderr).decode().strip()


@pytest.fixture
def host_port():
    """A server of the host that a box must not reach."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        yield server.getsockname()[1]


# --- network


@pytest.mark.parametrize(
    ('family', 'kind', 'address'),
    [
        pytest.param('AF_INET', 'SOCK_STREAM', ('192.0.2.1', 80), id='tcp'),
        pytest.param('AF_INET', 'SOCK_DGRAM', ('192.0.2.1', 53), id='udp'),
        pytest.param('AF_INET', 'SOCK_STREAM', ('169.254.169.254', 80), id='cloud-metadata'),
        pytest.param('AF_INET6', 'SOCK_STREAM', ('2001:db8::1', 80), id='ipv6'),
    ],
)
def test_network_outside_is_unreachable(family, kind, address):
    code = f'import socket; s = socket.socket(socket.{family}, socket.{kind}); s.settimeout(2); s.connect({address})'
    assert 'unreachable' in said(code)


def test_host_loopback_is_unreachable(host_port):
    assert 'Connection refused' in said(f'import socket; socket.create_connection(("127.0.0.1", {host_port}), 2)')


def test_names_are_not_resolved():
    assert 'gaierror' in said('import socket; socket.getaddrinfo("example.com", 80)')


@pytest.mark.parametrize('address', ['127.0.0.1', '::1'])
def test_loopback_inside_works(address):
    code = (
        'import socket, threading\n'
        f'server = socket.create_server(("{address}", 0), family=socket.AF_INET6 if ":" in "{address}" else socket.AF_INET)\n'
        'threading.Thread(target=lambda: server.accept()[0].sendall(b"hello"), daemon=True).start()\n'
        f'print(socket.create_connection(("{address}", server.getsockname()[1]), 2).recv(5).decode())'
    )
    assert said(code) == 'hello'


@pytest.mark.parametrize('family', [17, 38, 40], ids=['packet', 'alg', 'vsock'])
def test_other_socket_families_are_refused(family):
    assert 'Address family not supported' in said(f'import socket; socket.socket({family}, socket.SOCK_DGRAM)')


# --- sight


def test_home_is_not_seen():
    home = Path.home()
    assert (
        said(f'import os; print(os.path.exists("{home}/.cache"), os.path.exists("{home}/.ssh"), os.environ["HOME"])')
        == 'False False /tmp'
    )


def test_repository_is_not_seen():
    here = Path(__file__).parents[1]
    assert said(f'import os; print(os.path.exists("{here}/pyproject.toml"))') == 'False'


def test_environment_is_not_seen(monkeypatch):
    monkeypatch.setenv('MY_SECRET_TOKEN', 'not-for-the-box')
    code = (
        'import glob, os\nseen = [str(os.environ)]\n'
        'for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):\n'
        '    try: seen.append(open(path).read())\n'
        '    except OSError: pass\n'
        'print("not-for-" + "the-box" in "".join(seen))'
    )
    assert said(code) == 'False'


def test_other_example_is_not_seen():
    done = threading.Event()
    first = Job((PYTHON, '-c', 'import time; time.sleep(3)'), {'example/secret.txt': b'mine'})
    thread = threading.Thread(target=lambda: (sandbox.run(first, SMALL), done.set()))
    thread.start()
    time.sleep(0.5)
    try:
        code = 'import os; print([f for top in ("/box", "/tmp") for _, _, files in os.walk(top) for f in files], len([p for p in os.listdir("/proc") if p.isdigit()]))'
        assert said(code) == '[] 2'
        assert not done.is_set()
    finally:
        thread.join()


# --- writing


@pytest.mark.parametrize(
    'path',
    [
        '/x',
        '/usr/x',
        '/etc/x',
        '/etc/passwd',
        '/box/example/a.txt',
        '/box/x',
        '/dev/x',
        '/var/x',
        '/supervisor.py',
        '/proc/sys/kernel/hostname',
    ],
)
def test_nothing_outside_tmp_is_writable(path):
    outcome = sandbox.run(Job((PYTHON, '-c', f'open("{path}", "w").write("x")'), {'example/a.txt': b'a'}), SMALL)
    assert outcome.exit_code == 1
    assert any(word in outcome.stderr for word in (b'Read-only', b'No such file', b'Permission denied'))


@pytest.mark.parametrize('path', ['/tmp', '/dev/shm'])
def test_disk_is_bounded(path):
    code = f'written = 0\nfor i in range(100):\n    with open(f"{path}/{{i}}", "wb") as file: written += file.write(bytes(1 << 20))\n'
    outcome = run_python(code + 'print(written)')
    assert outcome.exit_code == 1
    assert b'No space left' in outcome.stderr


def test_tmp_is_fresh_each_time():
    said('open("/tmp/left", "w").write("x")')
    assert said('import os; print(os.listdir("/tmp"))') == '[]'


# --- limits


def test_memory_bomb_is_killed():
    outcome = run_python('x = []\nwhile True: x.append(bytearray(8 << 20))')
    assert outcome.status == 'out_of_memory'


def test_memory_of_all_processes_counts():
    code = 'import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        x = bytearray(os.urandom(1 << 20) * 30); time.sleep(9)\ntime.sleep(9)'
    assert run_python(code).status == 'out_of_memory'


def test_hidden_memory_is_refused():
    assert 'not implemented' in said('import os; os.memfd_create("x")')
    assert said('import ctypes; print(ctypes.CDLL(None).shmget(0, 4097, 0o1600))') == '-1'


def test_fork_bomb_is_held():
    code = 'import os\nwhile True:\n    try: os.fork()\n    except OSError: pass'
    began = time.monotonic()
    outcome = run_python(code, Limits(wall_seconds=4, cpu_seconds=60, memory_mib=512, processes=32))
    assert outcome.status in ('timed_out', 'out_of_memory')
    assert time.monotonic() - began < 4 + sandbox.GRACE_SECONDS


def test_process_limit_is_exact():
    code = 'import os, time\nn = 0\ntry:\n    while n < 200:\n        if os.fork() == 0: time.sleep(5); os._exit(0)\n        n += 1\nexcept OSError: pass\nprint(n, flush=True); os._exit(0)'
    assert 50 <= int(said(code)) <= 64


def test_endless_loop_is_killed():
    outcome = run_python('while True: pass')
    assert (outcome.status, outcome.exit_code) in (('timed_out', -1), ('exited', -24))  # by us or by RLIMIT_CPU


def test_sleeping_for_ever_is_killed():
    outcome = run_python('import time; time.sleep(1000)', Limits(wall_seconds=2))
    assert outcome.status == 'timed_out'
    assert outcome.wall_seconds < 4


def test_cpu_time_of_short_lived_children_counts():
    code = 'import os\nwhile True:\n    if os.fork() == 0:\n        for _ in range(3_000_000): pass\n        os._exit(0)\n    os.wait()'
    assert run_python(code, Limits(wall_seconds=30, cpu_seconds=2)).status == 'timed_out'


def test_endless_output_is_killed():
    outcome = run_python('import sys\nwhile True: sys.stdout.write("y" * 65536)')
    assert outcome.status == 'too_much_output'


def test_ten_megabytes_of_output_pass():
    outcome = run_python('import sys; sys.stdout.write("y" * 10_000_000); sys.stderr.write("n" * 1_000_000)')
    assert (outcome.status, outcome.exit_code) == ('exited', 0)
    assert (len(outcome.stdout), len(outcome.stderr)) == (10_000_000, 1_000_000)


# --- survivors


def test_daemon_does_not_outlive_its_parent():
    mark = f'proven-daemon-{os.getpid()}'
    code = (
        'import os, sys, time\n'
        'if os.fork() == 0:\n'
        '    os.setsid()\n'
        '    if os.fork() == 0:\n'
        f'        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", "{mark}"])\n'
        '    os._exit(0)\n'
        'os.wait(); time.sleep(0.3); print("left")'
    )
    began = time.monotonic()
    assert said(code) == 'left'
    assert time.monotonic() - began < 5
    commands = [path.read_bytes() for path in Path('/proc').glob('[0-9]*/cmdline') if os.access(path, os.R_OK)]
    assert not any(mark.encode() in command for command in commands)


def test_box_dies_with_the_runner(tmp_path):
    mark = f'proven-orphan-{os.getpid()}'
    code = (
        'from stages.core import sandbox\nfrom stages.core.params import Limits\n'
        f'sandbox.run(sandbox.Job(({PYTHON!r}, "-c", "import time; time.sleep(60)", "{mark}"), {{}}), Limits())'
    )
    runner = subprocess.Popen([sys.executable, '-c', code], cwd=Path(__file__).parents[1])
    assert eventually(lambda: alive(mark))
    runner.kill()
    runner.wait()
    assert eventually(lambda: not alive(mark))


def alive(mark: str) -> bool:
    for path in Path('/proc').glob('[0-9]*/cmdline'):
        try:
            words = path.read_bytes().split(b'\0')
        except OSError:
            continue
        if mark.encode() in words:
            return True
    return False


def eventually(condition, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


# --- the supervisor and its report


@pytest.mark.parametrize('target', ['1', '-1', 'os.getppid()'])
def test_killing_the_runner_is_never_a_pass(target):
    outcome = run_python(
        f'import os, signal, time\ntry: os.kill({target}, signal.SIGKILL)\nexcept OSError: pass\ntime.sleep(0.2); os._exit(3)'
    )
    assert outcome.status in ('exited', 'crashed')
    assert outcome.exit_code != 0


def test_report_pipe_is_out_of_reach():
    code = (
        'import os\nopened = []\n'
        'for pid in ("1", str(os.getppid())):\n'
        '    for fd in range(3, 64):\n'
        '        try: opened.append(os.open(f"/proc/{pid}/fd/{fd}", os.O_WRONLY))\n'
        '        except OSError: pass\n'
        'try: opened.append(os.open("/proc/1/mem", os.O_RDWR))\n'
        'except OSError: pass\n'
        'print(opened, sorted(map(int, os.listdir("/proc/self/fd")))[:-1])'
    )
    assert said(code) == '[] [0, 1, 2]'


def test_forged_report_on_output_is_ignored():
    outcome = run_python(r'import sys; sys.stdout.write("\0\0\0\0\0\0\0\7started"); sys.exit(9)')
    assert (outcome.status, outcome.exit_code) == ('exited', 9)


@pytest.mark.parametrize(
    'plant',
    [
        pytest.param('os.symlink("/etc/passwd", path)', id='symlink'),
        pytest.param('os.mkfifo(path)', id='fifo'),
        pytest.param('os.symlink("/dev/zero", path)', id='device'),
        pytest.param('os.mkdir(path)', id='folder'),
        pytest.param('open(path, "wb").truncate(20 << 20)', id='too-big'),
        pytest.param('None', id='missing'),
    ],
)
def test_planted_result_is_not_read(plant):
    outcome = run_python(f'import os; path = "/tmp/report.xml"; {plant}', results=('/tmp/report.xml',))
    assert (outcome.status, outcome.exit_code, outcome.results) == ('exited', 0, {})


def test_result_files_come_back_whole():
    results = ('/tmp/missing', '/tmp/a', '/tmp/b')
    outcome = run_python(r'open("/tmp/a", "wb").write(b"\0\n" * 100_000); open("/tmp/b", "wb")', results=results)
    assert outcome.results == {'/tmp/a': b'\0\n' * 100_000, '/tmp/b': b''}


# --- privileges


def test_user_is_nobody_in_particular():
    assert 'True True' in said('import os; print(os.getuid() != 0, os.geteuid() != 0, os.getgroups())')


@pytest.mark.parametrize(
    'call',
    [
        pytest.param('libc.ptrace(16, 1, 0, 0)', id='ptrace-supervisor'),
        pytest.param('libc.ptrace(0, 0, 0, 0)', id='ptrace-me'),
        pytest.param('libc.unshare(0x10000000)', id='user-namespace'),
        pytest.param('libc.unshare(0x20000)', id='mount-namespace'),
        pytest.param('libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)', id='mount'),
        pytest.param('libc.umount2(b"/usr", 2)', id='umount'),
        pytest.param('libc.setuid(0)', id='setuid-root'),
        pytest.param('libc.chroot(b"/tmp")', id='chroot'),
        pytest.param('libc.sethostname(b"x", 1)', id='hostname'),
        pytest.param('libc.process_vm_readv(1, None, 0, None, 0, 0)', id='read-memory'),
        pytest.param('libc.mknod(b"/tmp/d", 0o60666, 0x800)', id='device-node'),
        pytest.param('libc.syscall(321, 0, 0, 0)', id='bpf'),
        pytest.param('libc.syscall(250, 0, 0, 0, 0, 0)', id='keyctl'),
    ],
)
def test_privileged_calls_fail(call):
    assert (
        said(
            f'import ctypes; libc = ctypes.CDLL(None, use_errno=True); print({call}, ctypes.get_errno() in (1, 22, 38))'
        )
        == '-1 True'
    )


def test_setuid_programs_gain_nothing():
    outcome = sandbox.run(
        Job(('sh', '-c', 'cp /usr/bin/id /tmp/id; chmod 4755 /tmp/id; /tmp/id -u; su -c id; mount'), {}), SMALL
    )
    assert b'uid=0' not in outcome.stdout
    assert outcome.stdout.split()[0] != b'0'


def test_priority_can_not_be_raised():
    assert 'Permission denied' in said('import os; os.setpriority(os.PRIO_PROCESS, 0, -5)')


# --- servers


def test_server_is_ready_before_the_command_starts():
    serve = (
        PYTHON,
        '-c',
        'import time; time.sleep(0.5); import http.server as h; h.HTTPServer(("127.0.0.1", 8000), h.SimpleHTTPRequestHandler).serve_forever()',
    )
    outcome = run_python('import urllib.request as u; print(u.urlopen("http://127.0.0.1:8000/").status)', serve=serve)
    assert (outcome.exit_code, outcome.stdout.strip()) == (0, b'200')


def test_server_that_dies_is_told():
    outcome = run_python('print("never")', serve=(PYTHON, '-c', 'raise SystemExit("no database")'))
    assert outcome.status == 'server_failed'
    assert b'no database' in outcome.stderr
    assert outcome.stdout == b''


# --- our own failures are never verdicts


def test_missing_bubblewrap_is_our_error(monkeypatch):
    monkeypatch.setenv('PATH', '/nonexistent')
    sandbox.fixed_arguments.cache_clear()
    with pytest.raises(SandboxUnavailable, match='apt-get install bubblewrap'):
        run_python('pass')
    sandbox.fixed_arguments.cache_clear()


def test_refusing_bubblewrap_is_our_error(monkeypatch, tmp_path):
    fake = tmp_path / 'bwrap'
    fake.write_text('#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setenv('PATH', str(tmp_path))
    sandbox.fixed_arguments.cache_clear()
    with pytest.raises(SandboxUnavailable, match=r'Permission denied.*Ubuntu'):
        run_python('pass')
    sandbox.fixed_arguments.cache_clear()


def test_command_that_does_not_exist_is_not_a_pass():
    outcome = sandbox.run(Job(('no-such-program',), {}), SMALL)
    assert (outcome.status, outcome.exit_code) == ('exited', 127)
