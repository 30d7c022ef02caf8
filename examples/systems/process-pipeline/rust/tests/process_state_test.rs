//! Tests that look at or change what all threads of the process share; they take turns.

#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::mem::MaybeUninit;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use process_pipeline::{
    CommandResult, Options, PipelineError, PipelineResult, Status, run_pipeline,
};

const LONG: Duration = Duration::from_secs(10);

/// Tells, a line each, what a process started by the shell holds open.
const LIST_OPEN: &[&str] = &["sh", "-c", "ls -l /proc/self/fd >&2; cat"];

static TURN: Mutex<()> = Mutex::new(());

fn take_turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(commands: &[&[&str]], input: &[u8], timeout: Duration) -> PipelineResult {
    run_pipeline(commands, &options(input, timeout)).unwrap()
}

fn options(input: &[u8], timeout: Duration) -> Options<'_> {
    Options {
        input,
        capture_limit: usize::MAX,
        timeout: Some(timeout),
    }
}

fn start_error(commands: &[&[&str]]) -> (usize, Option<i32>) {
    match run_pipeline(commands, &options(b"", LONG)) {
        Err(PipelineError::Start { index, source }) => (index, source.raw_os_error()),
        other => panic!("no start error: {other:?}"),
    }
}

/// More than a pipe holds.
fn large_bytes() -> Vec<u8> {
    vec![b'x'; 1024 * 1024]
}

fn count_descriptors() -> usize {
    // SAFETY: asking for the flags of a descriptor changes nothing.
    (0..256)
        .filter(|&i| unsafe { libc::fcntl(i, libc::F_GETFD) } != -1)
        .count()
}

fn has_no_children() -> bool {
    // SAFETY: no status is asked for.
    let waited = unsafe { libc::waitpid(-1, ptr::null_mut(), libc::WNOHANG) };
    waited == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD)
}

fn action_of(signal: i32) -> (usize, i32) {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: all zero is a valid action, and no new one is set.
    let action = unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
        action.assume_init()
    };
    (action.sa_sigaction, action.sa_flags)
}

fn set_action(signal: i32, handler: usize) {
    // SAFETY: the handler is SIG_DFL or SIG_IGN.
    unsafe { libc::signal(signal, handler) };
}

fn masked_signals() -> Vec<i32> {
    let mut mask = MaybeUninit::uninit();
    // SAFETY: the mask is written before it is read, and no new one is set.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), mask.as_mut_ptr());
        (1..=64)
            .filter(|&i| libc::sigismember(mask.as_ptr(), i) == 1)
            .collect()
    }
}

fn change_mask(how: i32, changed: &[i32]) {
    let mut signals = MaybeUninit::uninit();
    // SAFETY: sigemptyset initializes the set.
    unsafe {
        libc::sigemptyset(signals.as_mut_ptr());
        for &signal in changed {
            libc::sigaddset(signals.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(how, signals.as_ptr(), ptr::null_mut());
    }
}

fn pending_signals() -> Vec<i32> {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: sigpending initializes the set.
    unsafe {
        libc::sigpending(pending.as_mut_ptr());
        (1..=64)
            .filter(|&i| libc::sigismember(pending.as_ptr(), i) == 1)
            .collect()
    }
}

/// Lets commands inherit nothing of what the test program was given.
fn hand_on_nothing() {
    for descriptor in 3..256 {
        // SAFETY: no descriptor is opened or closed.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

fn holds_three_pipes(command: &CommandResult) -> bool {
    let list = String::from_utf8_lossy(&command.stderr);
    list.matches("-> pipe:").count() == 3 && !list.contains("anon_inode")
}

/// A folder of one test, gone after it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pipeline-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn write_program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Runs something with a folder before all others in PATH.
fn with_path<T>(folder: &Path, action: impl FnOnce() -> T) -> T {
    let usual = std::env::var("PATH").unwrap();
    // SAFETY: the tests take turns, and none of them has threads of its own now.
    unsafe { std::env::set_var("PATH", format!("{}:{usual}", folder.display())) };
    let result = action();
    // SAFETY: as before.
    unsafe { std::env::set_var("PATH", usual) };
    result
}

#[test]
fn environment_folder_and_path_are_those_of_the_caller__R1() {
    let _turn = take_turn();
    let folder = Folder::new("environment");
    folder.write_program("program", "#!/bin/sh\necho \"$PATH\"; pwd -P\n");
    let (result, path) = with_path(&folder.0, || {
        (
            run(&[&["program"]], b"", LONG),
            std::env::var("PATH").unwrap(),
        )
    });
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    assert_eq!(
        String::from_utf8(result.output).unwrap(),
        format!("{path}\n{}\n", here.display())
    );
}

#[test]
fn text_without_interpreter_is_not_run_by_a_shell__R2() {
    let _turn = take_turn();
    let folder = Folder::new("unknown-format");
    let path = folder.write_program("unknown-format", "echo run by a shell\n");
    assert_eq!(
        start_error(&[&[path.to_str().unwrap()]]),
        (0, Some(libc::ENOEXEC))
    );
    let error = with_path(&folder.0, || start_error(&[&["cat"], &["unknown-format"]]));
    assert_eq!(error, (1, Some(libc::ENOEXEC)));
}

#[test]
fn input_that_is_not_read_is_dropped__R4() {
    let _turn = take_turn();
    let commands: &[&[&str]] = &[&["sh", "-c", "exec <&-; echo unread; exit 5"]];
    for action in [libc::SIG_IGN, libc::SIG_DFL] {
        set_action(libc::SIGPIPE, action);
        let result = run(commands, &large_bytes(), LONG);
        set_action(libc::SIGPIPE, libc::SIG_IGN);
        assert_eq!(result.output, b"unread\n");
        assert_eq!(result.commands[0].status, Status::Exited(5));
    }
}

#[test]
fn signal_settings_of_caller_stay__R4() {
    let _turn = take_turn();
    for action in [libc::SIG_DFL, libc::SIG_IGN] {
        set_action(libc::SIGPIPE, action);
        let before: Vec<_> = (1..=64).map(action_of).collect();
        let masked = masked_signals();
        let result = run(&[&["true"], &["cat"]], &large_bytes(), LONG);
        let after: Vec<_> = (1..=64).map(action_of).collect();
        set_action(libc::SIGPIPE, libc::SIG_IGN);
        assert_eq!(after, before);
        assert_eq!(masked_signals(), masked);
        assert_eq!(result.commands[0].status, Status::Exited(0));
    }
}

#[test]
fn blocked_sigpipe_of_caller_is_neither_passed_on_nor_left__R4() {
    let _turn = take_turn();
    set_action(libc::SIGPIPE, libc::SIG_DFL);
    change_mask(libc::SIG_BLOCK, &[libc::SIGPIPE]);
    let unread = run(&[&["true"]], &large_bytes(), LONG);
    let is_pending = pending_signals().contains(&libc::SIGPIPE);
    let is_masked = masked_signals().contains(&libc::SIGPIPE);
    let ended = run(&[&["yes"], &["true"]], b"", LONG);
    set_action(libc::SIGPIPE, libc::SIG_IGN);
    change_mask(libc::SIG_UNBLOCK, &[libc::SIGPIPE]);
    assert_eq!(unread.commands[0].status, Status::Exited(0));
    assert!(!is_pending);
    assert!(is_masked);
    assert_eq!(ended.commands[0].status, Status::Signaled(libc::SIGPIPE));
}

#[test]
fn pending_signals_of_caller_stay__R4() {
    const OTHERS: [i32; 6] = [
        libc::SIGHUP,
        libc::SIGINT,
        libc::SIGQUIT,
        libc::SIGUSR1,
        libc::SIGUSR2,
        libc::SIGTERM,
    ];
    let with_sigpipe = [&OTHERS[..], &[libc::SIGPIPE]].concat();
    let _turn = take_turn();
    for raised in [&OTHERS, with_sigpipe.as_slice()] {
        set_action(libc::SIGPIPE, libc::SIG_DFL);
        change_mask(libc::SIG_BLOCK, &with_sigpipe);
        for &signal in raised {
            // SAFETY: the signal is blocked.
            unsafe { libc::raise(signal) };
        }
        let before = pending_signals();
        run(&[&["true"]], &large_bytes(), LONG);
        let after = pending_signals();
        for &signal in &with_sigpipe {
            set_action(signal, libc::SIG_IGN); // which drops one that is pending
        }
        change_mask(libc::SIG_UNBLOCK, &with_sigpipe);
        for signal in OTHERS {
            set_action(signal, libc::SIG_DFL);
        }
        assert_eq!(before.len(), raised.len());
        assert_eq!(after, before);
    }
}

#[test]
fn groups_of_started_commands_are_killed__R6() {
    let _turn = take_turn();
    let folder = Folder::new("groups");
    let path = folder.0.join("alive");
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let mut alive = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(&path)
        .unwrap();
    let script = format!("exec 3>{}; sleep 30 & sleep 30 & wait", path.display());
    let mut commands: Vec<&[&str]> = vec![&["cat"]; 9];
    let first = ["sh", "-c", &script];
    commands[0] = &first;
    commands[8] = &["no-such-program"];
    assert_eq!(start_error(&commands), (8, Some(libc::ENOENT)));
    assert!(has_no_children());
    let start = Instant::now();
    loop {
        match alive.read(&mut [0]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock && start.elapsed() < LONG => {
                thread::sleep(Duration::from_millis(1));
            }
            ended => break assert_eq!(ended.unwrap(), 0), // no process holds the other end
        }
    }
}

#[test]
fn refused_descriptors_are_a_start_error__R6_R8() {
    let _turn = take_turn();
    let before = count_descriptors();
    let mut usual = MaybeUninit::uninit();
    // SAFETY: getrlimit initializes the limit.
    let usual = unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, usual.as_mut_ptr()), 0);
        usual.assume_init()
    };
    let mut refused = 0;
    for rlim_cur in 3..100 {
        let tight = libc::rlimit { rlim_cur, ..usual };
        // SAFETY: both limits are valid.
        let result = unsafe {
            libc::setrlimit(libc::RLIMIT_NOFILE, &tight);
            let result = run_pipeline(&[&["true"], &["true"]], &options(b"", LONG));
            libc::setrlimit(libc::RLIMIT_NOFILE, &usual);
            result
        };
        assert!(has_no_children());
        assert_eq!(count_descriptors(), before);
        match result {
            Ok(_) => break,
            Err(PipelineError::Start { index, source }) => {
                assert!(index < 2);
                assert_eq!(source.raw_os_error(), Some(libc::EMFILE));
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!((4..97).contains(&refused), "{refused}");
}

#[test]
fn invalid_argument_leaves_no_children__R7() {
    let _turn = take_turn();
    let result = run_pipeline(&[&["sleep", "30"], &[]], &options(b"", LONG));
    assert!(matches!(result, Err(PipelineError::InvalidArgument(_))));
    assert!(has_no_children());
}

#[test]
fn nothing_stays_open_or_running__R8() {
    let _turn = take_turn();
    let before = count_descriptors();
    let bytes = large_bytes();
    let result = run(&[&["cat"], &["true"], &["cat"]], &bytes, LONG);
    assert_eq!(result.commands[1].status, Status::Exited(0));
    assert_eq!(count_descriptors(), before);
    assert!(has_no_children());
    let commands: &[&[&str]] = &[&["sleep", "30"], &["sleep", "30"]];
    assert!(run(commands, &bytes, Duration::from_millis(10)).timed_out);
    assert_eq!(count_descriptors(), before);
    assert!(has_no_children());
    assert_eq!(start_error(&[&["cat"], &["no-such-program"]]).0, 1);
    assert_eq!(count_descriptors(), before);
    assert!(has_no_children());
}

#[test]
fn other_children_are_not_waited_for__R8() {
    let _turn = take_turn();
    let mut other = Command::new("sh").args(["-c", "exit 42"]).spawn().unwrap();
    let start = Instant::now();
    let stat = format!("/proc/{}/stat", other.id());
    while !fs::read_to_string(&stat).unwrap().contains(") Z ") && start.elapsed() < LONG {
        thread::sleep(Duration::from_millis(1));
    }
    let result = run(
        &[&["true"], &["sleep", "30"]],
        b"",
        Duration::from_millis(20),
    );
    assert!(result.timed_out);
    assert_eq!(other.wait().unwrap().code(), Some(42));
}

#[test]
fn commands_hold_only_their_standard_streams__R8() {
    let _turn = take_turn();
    hand_on_nothing();
    let result = run(&[LIST_OPEN; 3], b"x", LONG);
    assert_eq!(result.output, b"x");
    assert_eq!(result.commands.len(), 3);
    for command in &result.commands {
        assert!(
            holds_three_pipes(command),
            "{}",
            String::from_utf8_lossy(&command.stderr)
        );
    }
}

#[test]
fn runs_of_several_threads_do_not_disturb_each_other__R8() {
    let _turn = take_turn();
    hand_on_nothing();
    let before = count_descriptors();
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                let input = format!("run {number}");
                for _ in 0..6 {
                    let result = run(&[LIST_OPEN, &["cat"], LIST_OPEN], input.as_bytes(), LONG);
                    assert_eq!(result.output, input.as_bytes());
                    assert!(!result.timed_out);
                    assert!(holds_three_pipes(&result.commands[0]));
                    assert!(holds_three_pipes(&result.commands[2]));
                }
            });
        }
    });
    assert_eq!(count_descriptors(), before);
    assert!(has_no_children());
}
