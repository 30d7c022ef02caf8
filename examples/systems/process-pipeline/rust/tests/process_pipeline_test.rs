#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use process_pipeline::{
    CommandResult, Options, PipelineError, PipelineResult, Status, run_pipeline,
};

/// Long enough for a shell to write a line.
const SHORT: Duration = Duration::from_millis(300);
/// For what must not take that long.
const LONG: Duration = Duration::from_secs(10);

const UNLIMITED: Options<'static> = Options {
    input: b"",
    capture_limit: usize::MAX,
    timeout: None,
};

fn run(commands: &[&[&str]]) -> PipelineResult {
    run_pipeline(commands, &UNLIMITED).unwrap()
}

fn run_with_input(commands: &[&[&str]], input: &[u8]) -> PipelineResult {
    run_pipeline(commands, &Options { input, ..UNLIMITED }).unwrap()
}

fn run_captured(commands: &[&[&str]], capture_limit: usize, input: &[u8]) -> PipelineResult {
    let options = Options {
        input,
        capture_limit,
        timeout: None,
    };
    run_pipeline(commands, &options).unwrap()
}

fn run_for(commands: &[&[&str]], timeout: Duration) -> PipelineResult {
    let options = Options {
        timeout: Some(timeout),
        ..UNLIMITED
    };
    run_pipeline(commands, &options).unwrap()
}

fn start_error(commands: &[&[&str]]) -> (usize, io::Error) {
    match run_pipeline(commands, &UNLIMITED) {
        Err(PipelineError::Start { index, source }) => (index, source),
        other => panic!("no start error: {other:?}"),
    }
}

fn statuses(result: &PipelineResult) -> Vec<Status> {
    result
        .commands
        .iter()
        .map(|command| command.status)
        .collect()
}

fn large_bytes() -> Vec<u8> {
    (0..3 * 1024 * 1024)
        .map(|i: usize| (i * 31 + i / 251) as u8)
        .collect()
}

/// A folder of one test, gone after it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pipeline-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path_of(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn is_running(process: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else {
        return false;
    };
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    !rest.starts_with(['Z', 'X'])
}

/// Killed processes that are not our children take a moment to end.
fn ends_soon(process: &str) -> bool {
    let start = Instant::now();
    while is_running(process) && start.elapsed() < LONG {
        thread::sleep(Duration::from_millis(1));
    }
    !is_running(process)
}

fn kill(process: &str) {
    // SAFETY: the arguments are plain numbers.
    unsafe { libc::kill(process.parse().unwrap(), libc::SIGKILL) };
}

#[test]
fn input_passes_through_all_commands_in_order__R1() {
    let result = run_with_input(
        &[&["cat"], &["sed", "s/a/b/"], &["sed", "s/b/c/"]],
        b"a-x\n",
    );
    let quiet = CommandResult {
        status: Status::Exited(0),
        stderr: Vec::new(),
        stderr_truncated: false,
    };
    let expected = PipelineResult {
        output: b"c-x\n".to_vec(),
        output_truncated: false,
        timed_out: false,
        commands: vec![quiet; 3],
    };
    assert_eq!(result, expected);
}

#[test]
fn all_byte_values_are_unchanged__R1() {
    let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
    assert_eq!(run_with_input(&[&["cat"], &["cat"]], &bytes).output, bytes);
}

#[test]
fn empty_input_ends_at_once__R1() {
    assert_eq!(run(&[&["sh", "-c", "cat; echo end"]]).output, b"end\n");
}

#[test]
fn status_and_standard_error_of_each_command__R1() {
    let result = run(&[
        &["sh", "-c", "echo first >&2; exit 3"],
        &["sh", "-c", "cat; echo second >&2; kill -TERM $$"],
        &["sh", "-c", r"cat; printf 'third\0' >&2; exit 255"],
        &["cat"],
    ]);
    assert_eq!(result.output, b"");
    assert_eq!(
        statuses(&result),
        [
            Status::Exited(3),
            Status::Signaled(libc::SIGTERM),
            Status::Exited(255),
            Status::Exited(0)
        ]
    );
    let errors: Vec<&[u8]> = result.commands.iter().map(|one| &one.stderr[..]).collect();
    assert_eq!(errors, [&b"first\n"[..], b"second\n", b"third\0", b""]);
}

#[test]
fn waits_for_output_of_background_processes__R1() {
    let result = run(&[&[
        "sh",
        "-c",
        "(sleep 0.02; echo late; echo trouble >&2) & exit 4",
    ]]);
    assert_eq!(result.output, b"late\n");
    assert_eq!(result.commands[0].stderr, b"trouble\n");
    assert_eq!(statuses(&result), [Status::Exited(4)]);
}

#[test]
fn waits_for_commands_that_closed_their_streams__R1() {
    let result = run(&[
        &["sh", "-c", "exec >&- 2>&-; sleep 0.02; exit 7"],
        &["sh", "-c", "exec >&- 2>&-; exit 8"],
    ]);
    assert_eq!(statuses(&result), [Status::Exited(7), Status::Exited(8)]);
}

#[test]
fn arguments_are_passed_as_they_are__R2() {
    let arguments = [
        "",
        "two words",
        "'single' \"double\"",
        "line\nend\n",
        "*",
        "$(echo x)",
        "a;b",
        "`id`",
        r"\n",
        "$HOME",
        "~",
        "|",
        ">x",
        "ä€",
        "",
    ];
    let command = [&["printf", "[%s]"][..], &arguments[..]].concat();
    let expected: String = arguments.map(|argument| format!("[{argument}]")).concat();
    assert_eq!(run(&[&command]).output, expected.as_bytes());
}

#[test]
fn program_name_is_no_shell_text__R2() {
    let (index, source) = start_error(&[&["echo hello"]]);
    assert_eq!(index, 0);
    assert_eq!(source.raw_os_error(), Some(libc::ENOENT));
}

#[test]
fn large_streams_all_at_once__R3() {
    let bytes = large_bytes();
    let result = run_with_input(&[&["tee", "/dev/stderr"], &["tee", "/dev/stderr"]], &bytes);
    assert!(result.output == bytes);
    assert!(!result.output_truncated);
    assert_eq!(result.commands.len(), 2);
    for command in &result.commands {
        assert!(command.stderr == bytes);
        assert!(!command.stderr_truncated);
    }
}

#[test]
fn one_large_stream_after_the_other__R3() {
    let script = "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; cat >/dev/null; \
                  head -c 500000 /dev/zero >&2";
    let result = run_with_input(&[&["sh", "-c", script]], &large_bytes());
    assert!(result.output == vec![0; 1_000_000]);
    assert!(result.commands[0].stderr == vec![0; 1_500_000]);
}

#[test]
fn capture_limit_is_exact__R3() {
    let commands: &[&[&str]] = &[&["sh", "-c", "printf error >&2; printf out; printf put"]];
    for (limit, output, stderr) in [
        (0, &b""[..], &b""[..]),
        (1, b"o", b"e"),
        (4, b"outp", b"erro"),
        (5, b"outpu", b"error"),
        (6, b"output", b"error"),
        (7, b"output", b"error"),
    ] {
        let result = run_captured(commands, limit, b"");
        assert_eq!(result.output, output, "limit {limit}");
        assert_eq!(result.output_truncated, limit < 6, "limit {limit}");
        assert_eq!(result.commands[0].stderr, stderr, "limit {limit}");
        assert_eq!(
            result.commands[0].stderr_truncated,
            limit < 5,
            "limit {limit}"
        );
    }
}

#[test]
fn limit_zero_without_bytes_is_not_truncated__R3() {
    let result = run_captured(&[&["sh", "-c", "cat >/dev/null"]], 0, b"dropped");
    assert_eq!(result.output, b"");
    assert!(!result.output_truncated);
    assert!(!result.commands[0].stderr_truncated);
}

#[test]
fn what_goes_beyond_the_limit_is_read__R3() {
    let bytes = large_bytes();
    let commands: &[&[&str]] = &[
        &["tee", "/dev/stderr"],
        &["cat"],
        &["sh", "-c", "cat; printf small >&2"],
    ];
    let result = run_captured(commands, 100_000, &bytes);
    assert!(result.output == bytes[..100_000]);
    assert!(result.output_truncated);
    assert!(result.commands[0].stderr == bytes[..100_000]);
    let truncated: Vec<bool> = result
        .commands
        .iter()
        .map(|one| one.stderr_truncated)
        .collect();
    assert_eq!(truncated, [true, false, false]);
    assert_eq!(result.commands[2].stderr, b"small");
    assert_eq!(statuses(&result), [Status::Exited(0); 3]);
}

#[test]
fn background_reader_of_input_does_not_hold_up_the_end__R4() {
    let bytes = large_bytes();
    let options = Options {
        input: &bytes,
        timeout: Some(LONG),
        ..UNLIMITED
    };
    let script = "exec 3<&0; sleep 30 0<&3 >/dev/null 2>&1 & printf $!";
    let result = run_pipeline(&[&["sh", "-c", script]], &options).unwrap();
    assert!(!result.timed_out);
    kill(std::str::from_utf8(&result.output).unwrap());
    assert_eq!(statuses(&result), [Status::Exited(0)]);
}

#[test]
fn writer_to_ended_command_is_ended_by_sigpipe__R4() {
    let result = run(&[&["yes"], &["head", "-n", "1"]]);
    assert_eq!(result.output, b"y\n");
    assert_eq!(
        statuses(&result),
        [Status::Signaled(libc::SIGPIPE), Status::Exited(0)]
    );
}

#[test]
fn command_may_handle_sigpipe_itself__R4() {
    let script = "trap '' PIPE; while echo x 2>/dev/null; do :; done; echo handled >&2; exit 6";
    let result = run(&[&["sh", "-c", script], &["true"]]);
    assert_eq!(statuses(&result), [Status::Exited(6), Status::Exited(0)]);
    assert_eq!(result.commands[0].stderr, b"handled\n");
}

#[test]
fn commands_are_killed_when_time_is_up__R5() {
    let bytes = large_bytes();
    let options = Options {
        input: &bytes,
        timeout: Some(Duration::from_millis(20)),
        ..UNLIMITED
    };
    let start = Instant::now();
    let result = run_pipeline(&[&["sleep", "30"], &["sleep", "30"]], &options).unwrap();
    let elapsed = start.elapsed();
    assert!(
        elapsed >= Duration::from_millis(20) && elapsed < LONG,
        "{elapsed:?}"
    );
    assert!(result.timed_out);
    assert_eq!(result.output, b"");
    assert_eq!(
        statuses(&result),
        [Status::Signaled(9), Status::Signaled(9)]
    );
}

#[test]
fn what_was_received_and_true_statuses_are_kept__R5() {
    let commands: &[&[&str]] = &[
        &["sh", "-c", "echo trouble >&2; exit 3"],
        &["sh", "-c", "kill -TERM $$"],
        &[
            "sh",
            "-c",
            "echo partial; echo more >&2; trap '' TERM; sleep 30; exit 0",
        ],
    ];
    let result = run_for(commands, SHORT);
    assert!(result.timed_out);
    assert_eq!(
        statuses(&result),
        [
            Status::Exited(3),
            Status::Signaled(libc::SIGTERM),
            Status::Signaled(libc::SIGKILL)
        ]
    );
    assert_eq!(result.output, b"partial\n");
    assert_eq!(result.commands[0].stderr, b"trouble\n");
    assert_eq!(result.commands[2].stderr, b"more\n");
}

#[test]
fn processes_of_ended_commands_are_killed__R5() {
    let commands: &[&[&str]] = &[
        &["sh", "-c", "sleep 30 >/dev/null & echo $!; exit 2"],
        &["sh", "-c", "cat; sleep 30 2>/dev/null & echo $!; exit 0"],
    ];
    let result = run_for(commands, SHORT);
    assert!(result.timed_out);
    assert_eq!(statuses(&result), [Status::Exited(2), Status::Exited(0)]);
    let output = String::from_utf8(result.output).unwrap();
    let processes: Vec<&str> = output.lines().collect();
    assert_eq!(processes.len(), 2);
    assert!(processes.into_iter().all(ends_soon));
}

#[test]
fn command_that_closed_its_streams_is_killed__R5() {
    let commands: &[&[&str]] = &[&["sh", "-c", "exec >&- 2>&-; exec sleep 30"]];
    let result = run_for(commands, Duration::from_millis(30));
    assert!(result.timed_out);
    assert_eq!(statuses(&result), [Status::Signaled(9)]);
}

#[test]
fn process_in_another_group_is_not_waited_for__R5() {
    let start = Instant::now();
    let script = "setsid sh -c 'printf $$; exec sleep 30' & exit 1";
    let result = run_for(&[&["sh", "-c", script]], SHORT);
    assert!(start.elapsed() < LONG);
    assert!(result.timed_out);
    assert_eq!(statuses(&result), [Status::Exited(1)]);
    let process = String::from_utf8(result.output).unwrap();
    assert!(is_running(&process));
    kill(&process);
}

#[test]
fn endless_output_ends_with_the_time__R5() {
    let options = Options {
        input: b"",
        capture_limit: 10,
        timeout: Some(Duration::from_millis(30)),
    };
    let result = run_pipeline(&[&["yes"]], &options).unwrap();
    assert!(result.timed_out);
    assert_eq!(statuses(&result), [Status::Signaled(9)]);
}

#[test]
fn end_before_the_limit_is_no_timeout__R5() {
    for timeout in [None, Some(LONG), Some(Duration::MAX)] {
        let options = Options {
            timeout,
            ..UNLIMITED
        };
        let commands: &[&[&str]] = &[&["sh", "-c", "sleep 0.01; kill -KILL $$"]];
        let result = run_pipeline(commands, &options).unwrap();
        assert!(!result.timed_out, "{timeout:?}");
        assert_eq!(statuses(&result), [Status::Signaled(9)]);
    }
}

#[test]
fn background_process_with_other_streams_is_left_alone__R5() {
    let result = run_for(
        &[&["sh", "-c", "sleep 30 >/dev/null 2>&1 & printf $!"]],
        LONG,
    );
    assert!(!result.timed_out);
    let process = String::from_utf8(result.output).unwrap();
    thread::sleep(Duration::from_millis(30)); // to be killed takes a moment
    assert!(is_running(&process));
    kill(&process);
}

#[test]
fn group_of_caller_is_not_killed__R5() {
    let mut bystander = std::process::Command::new("sleep")
        .arg("30")
        .spawn()
        .unwrap();
    let result = run_for(&[&["sleep", "30"]], Duration::from_millis(20));
    let status = bystander.try_wait().unwrap();
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    assert!(result.timed_out);
    assert_eq!(status, None);
}

#[test]
fn first_command_that_can_not_be_started__R6() {
    let folder = Folder::new("not-executable");
    let plain = folder.path_of("plain");
    fs::write(&plain, "#!/bin/sh\n").unwrap();
    for (program, error_number) in [
        ("no-such-program-of-example", libc::ENOENT),
        ("./no-such-program", libc::ENOENT),
        (&plain, libc::EACCES),
        ("/", libc::EACCES),
    ] {
        let start = Instant::now();
        let commands: &[&[&str]] = &[
            &["sleep", "30"],
            &["sleep", "30"],
            &[program],
            &["no-such-program-either"],
        ];
        let (index, source) = start_error(commands);
        assert!(start.elapsed() < LONG);
        assert_eq!(index, 2, "{program}");
        assert_eq!(source.raw_os_error(), Some(error_number), "{program}");
    }
}

#[test]
fn start_error_tells_its_source__R6() {
    let error = run_pipeline(&[&["/no/such/program"]], &UNLIMITED).unwrap_err();
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);
    assert!(!error.to_string().is_empty());
}

#[test]
fn later_commands_are_not_started__R6() {
    let folder = Folder::new("later");
    let marker = folder.path_of("marker");
    let (index, _) = start_error(&[&["no-such-program"], &["touch", &marker]]);
    assert_eq!(index, 0);
    thread::sleep(Duration::from_millis(20));
    assert!(!fs::exists(&marker).unwrap());
}

#[test]
fn invalid_arguments_start_nothing__R7() {
    let folder = Folder::new("invalid");
    let marker = folder.path_of("marker");
    let touch: &[&str] = &["touch", &marker];
    let invalid: [&[&[&str]]; 8] = [
        &[],
        &[touch, &[]],
        &[&[], touch],
        &[touch, &[""]],
        &[touch, &["", "x"]],
        &[touch, &["no-such-program"], &[""]],
        &[touch, &["echo", "a\0b"]],
        &[touch, &["ec\0ho"]],
    ];
    for commands in invalid {
        let result = run_pipeline(commands, &UNLIMITED);
        assert!(
            matches!(&result, Err(PipelineError::InvalidArgument(message)) if !message.is_empty()),
            "{commands:?}: {result:?}"
        );
    }
    let options = Options {
        timeout: Some(Duration::ZERO),
        ..UNLIMITED
    };
    let error = run_pipeline(&[touch], &options).unwrap_err();
    assert!(matches!(error, PipelineError::InvalidArgument(_)));
    assert!(error.source().is_none());
    thread::sleep(Duration::from_millis(20));
    assert!(!fs::exists(&marker).unwrap());
}

#[test]
fn smallest_valid_arguments__R7() {
    let options = Options {
        timeout: Some(Duration::from_nanos(1)),
        ..Options::default()
    };
    assert!(
        run_pipeline(&[&["sleep", "30"]], &options)
            .unwrap()
            .timed_out
    );
    assert_eq!(
        statuses(&run(&[&["printf", "%s", ""]])),
        [Status::Exited(0)]
    );
}
