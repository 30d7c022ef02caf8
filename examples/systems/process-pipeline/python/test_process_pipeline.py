import errno
import math
import os
import resource
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from process_pipeline import CommandResult, PipelineResult, StartError, run_pipeline

SHORT = 0.3  # seconds; long enough for a shell to write a line
LONG = 10  # for what must not take that long
UNLIMITED = 1 << 40
LARGE_BYTES = bytes(range(256)) * 12345 + b"end"  # 3 MiB
# Tells, a line each, what a process started by the shell holds open.
LIST_OPEN = ["sh", "-c", "ls -l /proc/self/fd >&2; cat"]


def run(commands, **options):
    return run_pipeline(commands, **{"capture_limit": UNLIMITED, **options})


def shell(script):
    return ["sh", "-c", script]


def start_error(commands):
    with pytest.raises(StartError) as caught:
        run(commands)
    assert isinstance(caught.value.__cause__, OSError)
    return caught.value.index, caught.value.__cause__.errno


def statuses(result):
    """Exit codes, or signals as negative numbers."""
    found = []
    for command in result.commands:
        assert (command.exit_code is None) != (command.signal is None)
        found.append(command.exit_code if command.signal is None else -command.signal)
    return found


def is_running(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(") ")[2][0] not in "ZX"


def ends_soon(pid):
    """Killed processes that are not our children take a moment to end."""
    until = time.monotonic() + LONG
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.001)
    return not is_running(pid)


def has_no_children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def count_descriptors():
    return len(os.listdir("/proc/self/fd"))


def holds_in_child(check):
    """Whether the check is true in a process of its own, where it may change signals and the like."""
    guard_left, _ = signal.getitimer(signal.ITIMER_REAL)
    pid = os.fork()
    if pid == 0:
        good = False
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.8 * guard_left, 0.1)  # see conftest.py; not inherited
            good = check()
        finally:
            os._exit(33 if good else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 33


def holds_three_pipes(command):
    return command.stderr.count(b"-> pipe:") == 3 and b"anon_inode" not in command.stderr


def test_input_passes_through_all_commands_in_order__R1():
    result = run([["cat"], ["sed", "s/a/b/"], ["sed", "s/b/c/"]], input=b"a-x\n")
    quiet = CommandResult(exit_code=0, signal=None, stderr=b"", stderr_truncated=False)
    assert result == PipelineResult(
        output=b"c-x\n", output_truncated=False, timed_out=False, commands=(quiet, quiet, quiet)
    )


def test_all_byte_values_are_unchanged__R1():
    every_byte = bytes(range(256)) * 2
    assert run([["cat"], ["cat"]], input=every_byte).output == every_byte


def test_empty_input_ends_at_once__R1():
    assert run([shell("cat; echo end")]).output == b"end\n"


def test_status_and_standard_error_of_each_command__R1():
    result = run(
        [
            shell("echo first >&2; exit 3"),
            shell("cat; echo second >&2; kill -TERM $$"),
            shell(r"cat; printf 'third\0' >&2; exit 255"),
            ["cat"],
        ]
    )
    assert result.output == b""
    assert statuses(result) == [3, -signal.SIGTERM, 255, 0]
    assert [command.stderr for command in result.commands] == [b"first\n", b"second\n", b"third\0", b""]


def test_waits_for_output_of_background_processes__R1():
    result = run([shell("(sleep 0.02; echo late; echo trouble >&2) & exit 4")])
    assert result.output == b"late\n"
    assert result.commands[0].stderr == b"trouble\n"
    assert statuses(result) == [4]


def test_waits_for_commands_that_closed_their_streams__R1():
    result = run([shell("exec >&- 2>&-; sleep 0.02; exit 7"), shell("exec >&- 2>&-; exit 8")])
    assert statuses(result) == [7, 8]


def test_environment_folder_and_path_are_those_of_the_caller__R1(tmp_path, monkeypatch):
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "$PIPELINE_TEST"; cat data\n')
    program.chmod(0o755)
    (tmp_path / "data").write_text("content")
    monkeypatch.setenv("PIPELINE_TEST", "from the caller")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    assert run([["program"]]).output == b"from the caller\ncontent"


def test_arguments_are_passed_as_they_are__R2():
    arguments = ["", "two words", "'single' \"double\"", "line\nend\n", "*", "$(echo x)", "a;b", "`id`"]
    arguments += ["\\n", "$HOME", "~", "|", ">x", "ä€", ""]
    expected = "".join(f"[{argument}]" for argument in arguments)
    assert run([["printf", "[%s]", *arguments]]).output == expected.encode()


def test_program_name_is_no_shell_text__R2():
    assert start_error([["echo hello"]]) == (0, errno.ENOENT)


def test_text_without_interpreter_is_not_run_by_a_shell__R2(tmp_path, monkeypatch):
    program = tmp_path / "unknown"
    program.write_text("echo run by a shell\n")
    program.chmod(0o755)
    assert start_error([[str(program)]]) == (0, errno.ENOEXEC)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{tmp_path}")
    assert start_error([["cat"], ["unknown"]]) == (1, errno.ENOEXEC)


def test_large_streams_all_at_once__R3():
    result = run([["tee", "/dev/stderr"], ["tee", "/dev/stderr"]], input=LARGE_BYTES)
    assert result.output == LARGE_BYTES
    assert not result.output_truncated
    assert len(result.commands) == 2
    for command in result.commands:
        assert command.stderr == LARGE_BYTES
        assert not command.stderr_truncated


def test_one_large_stream_after_the_other__R3():
    script = "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; cat >/dev/null; head -c 500000 /dev/zero >&2"
    result = run([shell(script)], input=LARGE_BYTES)
    assert result.output == bytes(1_000_000)
    assert result.commands[0].stderr == bytes(1_500_000)


@pytest.mark.parametrize(
    ("limit", "output", "output_truncated", "stderr", "stderr_truncated"),
    [
        (0, b"", True, b"", True),
        (1, b"o", True, b"e", True),
        (4, b"outp", True, b"erro", True),
        (5, b"outpu", True, b"error", False),
        (6, b"output", False, b"error", False),
        (7, b"output", False, b"error", False),
    ],
)
def test_capture_limit_is_exact__R3(limit, output, output_truncated, stderr, stderr_truncated):
    result = run([shell("printf error >&2; printf out; printf put")], capture_limit=limit)
    assert (result.output, result.output_truncated) == (output, output_truncated)
    assert (result.commands[0].stderr, result.commands[0].stderr_truncated) == (stderr, stderr_truncated)


def test_limit_zero_without_bytes_is_not_truncated__R3():
    result = run([shell("cat >/dev/null")], input=b"dropped", capture_limit=0)
    assert (result.output, result.output_truncated) == (b"", False)
    assert not result.commands[0].stderr_truncated


def test_what_goes_beyond_the_limit_is_read__R3():
    commands = [["tee", "/dev/stderr"], ["cat"], shell("cat; printf small >&2")]
    result = run(commands, input=LARGE_BYTES, capture_limit=100_000)
    assert result.output == LARGE_BYTES[:100_000]
    assert result.output_truncated
    assert result.commands[0].stderr == LARGE_BYTES[:100_000]
    assert [command.stderr_truncated for command in result.commands] == [True, False, False]
    assert result.commands[2].stderr == b"small"
    assert statuses(result) == [0, 0, 0]


def test_background_reader_of_input_does_not_hold_up_the_end__R4():
    script = "exec 3<&0; sleep 30 0<&3 >/dev/null 2>&1 & echo $!"
    result = run([shell(script)], input=LARGE_BYTES, timeout=LONG)
    os.kill(int(result.output), signal.SIGKILL)
    assert not result.timed_out
    assert statuses(result) == [0]


@pytest.mark.parametrize("action", [signal.SIG_DFL, signal.SIG_IGN])
def test_input_that_is_not_read_is_dropped__R4(action):
    def check():
        signal.signal(signal.SIGPIPE, action)
        result = run([shell("exec <&-; echo unread; exit 5")], input=LARGE_BYTES)
        return result.output == b"unread\n" and statuses(result) == [5]

    assert holds_in_child(check)


@pytest.mark.parametrize("action", [signal.SIG_DFL, signal.SIG_IGN])
def test_writer_to_ended_command_is_ended_by_sigpipe__R4(action):
    def check():
        signal.signal(signal.SIGPIPE, action)
        result = run([["yes"], ["head", "-n", "1"]])
        return result.output == b"y\n" and statuses(result) == [-signal.SIGPIPE, 0]

    assert holds_in_child(check)


def test_command_may_handle_sigpipe_itself__R4():
    script = "trap '' PIPE; while echo x 2>/dev/null; do :; done; echo handled >&2; exit 6"
    result = run([shell(script), ["true"]])
    assert statuses(result) == [6, 0]
    assert result.commands[0].stderr == b"handled\n"


@pytest.mark.parametrize("action", [signal.SIG_DFL, signal.SIG_IGN])
def test_signal_settings_of_caller_stay__R4(action):
    def settings():
        actions = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
        return actions, signal.pthread_sigmask(signal.SIG_BLOCK, ())

    def check():
        signal.signal(signal.SIGPIPE, action)
        before = settings()
        result = run([["true"], ["cat"]], input=LARGE_BYTES)
        return settings() == before and statuses(result) == [0, 0]

    assert holds_in_child(check)


def test_blocked_sigpipe_of_caller_is_neither_passed_on_nor_left__R4():
    def check():
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        unread = run([["true"]], input=LARGE_BYTES)
        is_pending = signal.SIGPIPE in signal.sigpending()
        is_blocked = signal.SIGPIPE in signal.pthread_sigmask(signal.SIG_BLOCK, ())
        ended = run([["yes"], ["true"]])
        return (
            statuses(unread) == [0] and not is_pending and is_blocked and statuses(ended) == [-signal.SIGPIPE, 0]
        )

    assert holds_in_child(check)


def test_commands_are_killed_when_time_is_up__R5():
    start = time.monotonic()
    result = run([["sleep", "30"], ["sleep", "30"]], input=LARGE_BYTES, timeout=0.02)
    assert 0.02 <= time.monotonic() - start < LONG
    assert result.timed_out
    assert result.output == b""
    assert statuses(result) == [-9, -9]


def test_what_was_received_and_true_statuses_are_kept__R5():
    result = run(
        [
            shell("echo trouble >&2; exit 3"),
            shell("kill -TERM $$"),
            shell("echo partial; echo more >&2; trap '' TERM; sleep 30; exit 0"),
        ],
        timeout=SHORT,
    )
    assert result.timed_out
    assert statuses(result) == [3, -signal.SIGTERM, -signal.SIGKILL]
    assert result.output == b"partial\n"
    assert [command.stderr for command in result.commands] == [b"trouble\n", b"", b"more\n"]


def test_processes_of_ended_commands_are_killed__R5():
    result = run(
        [
            shell("sleep 30 >/dev/null & echo $!; exit 2"),
            shell("cat; sleep 30 2>/dev/null & echo $!; exit 0"),
        ],
        timeout=SHORT,
    )
    assert result.timed_out
    assert statuses(result) == [2, 0]
    first, second = map(int, result.output.split())
    assert ends_soon(first)
    assert ends_soon(second)


def test_command_that_closed_its_streams_is_killed__R5():
    result = run([shell("exec >&- 2>&-; exec sleep 30")], timeout=0.03)
    assert result.timed_out
    assert statuses(result) == [-9]


def test_process_in_another_group_is_not_waited_for__R5():
    start = time.monotonic()
    result = run([shell("setsid sh -c 'echo $$; exec sleep 30' & exit 1")], timeout=SHORT)
    assert time.monotonic() - start < LONG
    assert result.timed_out
    assert statuses(result) == [1]
    pid = int(result.output)
    assert is_running(pid)
    os.kill(pid, signal.SIGKILL)


def test_endless_output_ends_with_the_time__R5():
    result = run([["yes"]], capture_limit=10, timeout=0.03)
    assert result.timed_out
    assert statuses(result) == [-9]


@pytest.mark.parametrize("timeout", [None, LONG, 1e300])
def test_end_before_the_limit_is_no_timeout__R5(timeout):
    result = run([shell("sleep 0.01; kill -KILL $$")], timeout=timeout)
    assert not result.timed_out
    assert statuses(result) == [-9]


def test_background_process_with_other_streams_is_left_alone__R5():
    result = run([shell("sleep 30 >/dev/null 2>&1 & echo $!")], timeout=LONG)
    assert not result.timed_out
    pid = int(result.output)
    time.sleep(0.03)  # to be killed takes a moment
    assert is_running(pid)
    os.kill(pid, signal.SIGKILL)


def test_group_of_caller_is_not_killed__R5():
    with subprocess.Popen(["sleep", "30"]) as bystander:
        result = run([["sleep", "30"]], timeout=0.02)
        status = bystander.poll()
        bystander.kill()
    assert result.timed_out
    assert status is None


@pytest.mark.parametrize(
    ("program", "error_number"),
    [
        ("no-such-program-of-example", errno.ENOENT),
        ("./no-such-program", errno.ENOENT),
        ("{folder}/plain", errno.EACCES),
        ("/", errno.EACCES),
    ],
)
def test_first_command_that_can_not_be_started__R6(tmp_path, program, error_number):
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    start = time.monotonic()
    commands = [["sleep", "30"], ["sleep", "30"], [program.format(folder=tmp_path)], ["no-such-program-either"]]
    assert start_error(commands) == (2, error_number)
    assert time.monotonic() - start < LONG
    assert has_no_children()


def test_groups_of_started_commands_are_killed__R6(tmp_path):
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    first = shell(f"exec 3>{tmp_path}/alive; sleep 30 & sleep 30 & wait")
    assert start_error([first, *[["cat"]] * 7, ["no-such-program"]]) == (8, errno.ENOENT)
    assert has_no_children()
    until = time.monotonic() + LONG
    received = None
    while received is None and time.monotonic() < until:
        try:
            received = os.read(alive, 1)  # empty when no process holds the other end
        except BlockingIOError:
            time.sleep(0.001)
    os.close(alive)
    assert received == b""


def test_later_commands_are_not_started__R6(tmp_path):
    assert start_error([["no-such-program"], ["touch", str(tmp_path / "marker")]]) == (0, errno.ENOENT)
    time.sleep(0.02)
    assert not (tmp_path / "marker").exists()


def test_refused_descriptors_are_a_start_error__R6_R8():
    def tight_run(limit, usual):
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, usual[1]))
        try:
            return run([["true"], ["true"]])
        except StartError as error:
            return error
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, usual)

    before = count_descriptors()
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    refused = 0
    for limit in range(3, 100):
        result = tight_run(limit, usual)
        assert has_no_children()
        assert count_descriptors() == before
        if isinstance(result, PipelineResult):
            break
        assert result.index in (0, 1)
        assert result.__cause__.errno == errno.EMFILE
        refused += 1
    assert statuses(result) == [0, 0]
    assert refused > 3


@pytest.mark.parametrize(
    "others",
    [
        [[]],
        [[""]],
        [["", "x"]],
        [["no-such-program"], [""]],
        [["echo", "a\0b"]],
        [["echo", "\0"]],
        [["ec\0ho"]],
    ],
)
def test_invalid_commands_start_nothing__R7(tmp_path, others):
    touch = ["touch", str(tmp_path / "marker")]
    for commands in ([touch, *others], [*others, touch]):
        with pytest.raises(ValueError):
            run(commands)
    assert has_no_children()
    assert not (tmp_path / "marker").exists()


def test_no_commands_are_invalid__R7():
    with pytest.raises(ValueError):
        run([])


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -0.001},
        {"timeout": math.nan},
        {"timeout": math.inf},
        {"timeout": -math.inf},
        {"capture_limit": -1},
    ],
)
def test_invalid_options_start_nothing__R7(tmp_path, options):
    with pytest.raises(ValueError):
        run([["touch", str(tmp_path / "marker")]], **options)
    assert has_no_children()
    assert not (tmp_path / "marker").exists()


def test_smallest_valid_arguments__R7():
    assert run([["sleep", "30"]], capture_limit=0, timeout=1e-9).timed_out
    assert statuses(run([["printf", "%s", ""]])) == [0]


def test_nothing_stays_open_or_running__R8():
    before = count_descriptors()
    assert statuses(run([["cat"], ["true"], ["cat"]], input=LARGE_BYTES))[1:] == [0, 0]
    assert count_descriptors() == before
    assert has_no_children()
    assert run([["sleep", "30"], ["sleep", "30"]], input=LARGE_BYTES, timeout=0.01).timed_out
    assert count_descriptors() == before
    assert has_no_children()
    assert start_error([["cat"], ["no-such-program"]]) == (1, errno.ENOENT)
    assert count_descriptors() == before
    assert has_no_children()


def test_other_children_are_not_waited_for__R8():
    other = os.fork()
    if other == 0:
        os._exit(42)
    os.waitid(os.P_PID, other, os.WEXITED | os.WNOWAIT)
    assert run([["true"], ["sleep", "30"]], timeout=0.02).timed_out
    assert os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) == 42


def test_commands_hold_only_their_standard_streams__R8():
    result = run([LIST_OPEN] * 3, input=b"x")
    assert result.output == b"x"
    assert len(result.commands) == 3
    for command in result.commands:
        assert holds_three_pipes(command), command.stderr.decode()


def test_closed_standard_streams_of_caller__R8():
    def check():
        for descriptor in range(3):
            os.close(descriptor)
        result = run([shell("cat; echo first >&2"), shell("cat; echo second >&2")], input=b"x")
        errors = [command.stderr for command in result.commands]
        return result.output == b"x" and errors == [b"first\n", b"second\n"]

    assert holds_in_child(check)


def test_runs_of_several_threads_do_not_disturb_each_other__R8():
    good = []

    def run_repeatedly(data):
        for _ in range(6):
            result = run([LIST_OPEN, ["cat"], LIST_OPEN], input=data, timeout=LONG)
            first, _, last = result.commands
            good.append(result.output == data and holds_three_pipes(first) and holds_three_pipes(last))

    before = count_descriptors()
    threads = [
        threading.Thread(target=run_repeatedly, args=(b"run %d" % number,), daemon=True) for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert good == [True] * 24
    assert count_descriptors() == before
    assert has_no_children()
