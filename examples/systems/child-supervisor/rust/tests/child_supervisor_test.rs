#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::cell::Cell;
use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::{symlink, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use child_supervisor::{End, Options, State, Supervisor};

const MS: Duration = Duration::from_millis(1);
const HUGE: Duration = Duration::from_secs(1 << 62);

const WAIT_FOR_GO: &str = "while [ ! -e go ]; do sleep 0.005; done;";

fn options() -> Options {
    Options {
        max_restarts: 0,
        base_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
        healthy: Duration::from_secs(1),
        grace: Duration::from_millis(50),
        output_limit: 1000,
    }
}

/// A clock that only tests move.
struct TestClock(Rc<Cell<Duration>>);

impl TestClock {
    fn new() -> Self {
        Self(Rc::default())
    }

    fn advance(&self, duration: Duration) {
        self.0.set(self.0.get().saturating_add(duration));
    }

    fn supervise(&self, command: &[&str], options: Options) -> Supervisor {
        let now = Rc::clone(&self.0);
        Supervisor::with_clock(command, options, move || now.get()).unwrap()
    }
}

struct Folder(PathBuf);

/// A script that runs in a folder.
struct Script(String, String);

impl Script {
    fn command(&self) -> [&str; 4] {
        ["/bin/sh", "-c", &self.0, &self.1]
    }
}

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("supervisor-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).into_os_string().into_string().unwrap()
    }

    fn make(&self, name: &str) {
        fs::write(self.0.join(name), "").unwrap();
    }

    fn shell(&self, script: &str) -> Script {
        Script(format!("cd \"$0\" || exit 99; {script}"), self.path(""))
    }

    fn wait_for(&self, name: &str) {
        for round in 0.. {
            if self.0.join(name).exists() {
                return;
            }
            pause_shortly(round);
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn pause_shortly(round: u32) {
    assert!(round < 4000, "nothing happens");
    thread::sleep(Duration::from_millis(1));
}

/// Steps until the child has ended.
fn run_child(supervisor: &mut Supervisor) -> State {
    let mut state = supervisor.step().unwrap();
    for round in 0.. {
        if supervisor.pid().is_none() {
            break;
        }
        pause_shortly(round);
        state = supervisor.step().unwrap();
    }
    state
}

fn run_all(supervisor: &mut Supervisor) -> State {
    (0..100).map(|_| run_child(supervisor)).find(|&state| state != State::Waiting).unwrap()
}

/// Also true of a process that is no zombie any more.
fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

fn kill(pid: u32) {
    assert!(process::Command::new("/bin/sh").args(["-c", &format!("kill -9 {pid}")]).status().unwrap().success());
}

fn start(command: &[&str], options: Options) -> Supervisor {
    Supervisor::with_clock(command, options, || Duration::ZERO).unwrap()
}

#[track_caller]
fn check_run(supervisor: &Supervisor, end: End, output: &[u8], truncated: bool) {
    let run = supervisor.last_run().unwrap();
    assert_eq!((run.end, &run.output[..], run.output_truncated), (end, output, truncated));
}

#[test]
fn program_gets_its_arguments_and_succeeds__R1() {
    let mut supervisor = start(&["printf", "[%s]", "", "a b", "$(x)\"'"], options());
    assert_eq!(supervisor.state(), State::Waiting);
    assert_eq!(supervisor.step().unwrap(), State::Running);
    assert_eq!(supervisor.starts(), 1);
    assert!(supervisor.pid().is_some());
    assert!(supervisor.last_run().is_none());
    assert_eq!(run_child(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"[][a b][$(x)\"']", false);
    assert_eq!(supervisor.step().unwrap(), State::Succeeded);
    assert_eq!(supervisor.state(), State::Succeeded);
    assert_eq!(supervisor.starts(), 1);
}

#[test]
fn standard_input_is_empty__R1() {
    let mut supervisor = start(&["sh", "-c", "cat; echo end"], options());
    assert_eq!(run_all(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"end\n", false);
}

#[test]
fn failing_child_is_restarted_a_few_times__R2() {
    let folder = Folder::new();
    let script = folder.shell("echo run; echo run >> runs; exit 3");
    let mut supervisor = start(&script.command(), Options { max_restarts: 2, ..options() });
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    check_run(&supervisor, End::Exited(3), b"run\n", false);
    assert_eq!(run_all(&mut supervisor), State::GaveUp);
    check_run(&supervisor, End::Exited(3), b"run\n", false);
    assert_eq!(supervisor.starts(), 3);
    assert_eq!(supervisor.step().unwrap(), State::GaveUp);
    assert_eq!(fs::read_to_string(folder.path("runs")).unwrap(), "run\nrun\nrun\n");
}

#[test]
fn child_ended_by_a_signal_failed__R2() {
    let mut supervisor = start(&["sh", "-c", "kill -9 $$"], options());
    assert_eq!(run_all(&mut supervisor), State::GaveUp);
    check_run(&supervisor, End::Signaled(9), b"", false);
    assert_eq!(supervisor.starts(), 1);
}

#[test]
fn child_that_recovers_succeeds__R2() {
    let folder = Folder::new();
    let script = folder.shell("[ -e done ] && exit 0; : > done; exit 1");
    let mut supervisor = start(&script.command(), Options { max_restarts: 5, ..options() });
    assert_eq!(run_all(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"", false);
    assert_eq!(supervisor.starts(), 2);
}

#[test]
fn delays_grow_up_to_the_greatest__R3() {
    let cases: [(Duration, Duration, &[Duration]); 6] = [
        (100 * MS, 350 * MS, &[100 * MS, 200 * MS, 350 * MS, 350 * MS]),
        (100 * MS, 200 * MS, &[100 * MS, 200 * MS, 200 * MS]),
        (100 * MS, 70 * MS, &[70 * MS, 70 * MS]),
        (Duration::ZERO, 70 * MS, &[Duration::ZERO; 70]),
        (MS, Duration::MAX, &[MS, 2 * MS, 4 * MS, 8 * MS]),
        (HUGE, 2 * HUGE, &[HUGE, 2 * HUGE]),
    ];
    for (base_delay, max_delay, delays) in cases {
        let clock = TestClock::new();
        let options =
            Options { max_restarts: delays.len() as u32, base_delay, max_delay, healthy: Duration::MAX, ..options() };
        let mut supervisor = clock.supervise(&["false"], options);
        for (count, &delay) in (1..).zip(delays) {
            assert_eq!(run_child(&mut supervisor), State::Waiting);
            if let Some(shorter) = delay.checked_sub(Duration::from_nanos(1)) {
                clock.advance(shorter);
                assert_eq!(supervisor.step().unwrap(), State::Waiting);
                assert_eq!(supervisor.starts(), count);
                clock.advance(Duration::from_nanos(1));
            }
        }
        assert_eq!(run_child(&mut supervisor), State::GaveUp);
        assert_eq!(supervisor.starts(), delays.len() as u32 + 1);
    }
}

#[test]
fn delay_beyond_the_range_of_the_clock_never_ends__R3() {
    let clock = TestClock::new();
    clock.advance(2 * MS);
    let options = Options { max_restarts: 1, base_delay: Duration::MAX, max_delay: Duration::MAX, ..options() };
    let mut supervisor = clock.supervise(&["false"], options);
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    clock.advance(Duration::MAX - 2 * MS);
    assert_eq!(supervisor.step().unwrap(), State::Waiting);
}

#[test]
fn monotonic_clock_is_the_default__R3() {
    let options = Options { max_restarts: 1, base_delay: 3 * MS, max_delay: 3 * MS, ..options() };
    let start = Instant::now();
    let mut supervisor = Supervisor::new(&["false"], options).unwrap();
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    for round in 0.. {
        if supervisor.step().unwrap() != State::Waiting {
            break;
        }
        pause_shortly(round);
    }
    assert_eq!(run_child(&mut supervisor), State::GaveUp);
    assert!(start.elapsed() >= 3 * MS);
}

#[test]
fn only_a_child_that_ran_for_the_healthy_time_sets_the_count_back__R3() {
    let options = Options { max_restarts: 1, base_delay: 10 * MS, max_delay: 500 * MS, ..options() };
    for (duration, state) in [(options.healthy - MS, State::GaveUp), (options.healthy, State::Waiting)] {
        let (folder, clock) = (Folder::new(), TestClock::new());
        let script = folder.shell(&format!("[ -e second ] || {{ : > second; exit 1; }}; {WAIT_FOR_GO} exit 2"));
        let mut supervisor = clock.supervise(&script.command(), options.clone());
        assert_eq!(run_child(&mut supervisor), State::Waiting);
        clock.advance(10 * MS);
        assert_eq!(supervisor.step().unwrap(), State::Running);
        clock.advance(duration);
        folder.make("go");
        assert_eq!(run_child(&mut supervisor), state);
        check_run(&supervisor, End::Exited(2), b"", false);
        if state == State::Waiting {
            clock.advance(9 * MS);
            assert_eq!(supervisor.step().unwrap(), State::Waiting);
            clock.advance(MS);
            assert_eq!(supervisor.step().unwrap(), State::Running);
            assert_eq!(run_child(&mut supervisor), State::GaveUp);
        }
    }
}

#[test]
fn stop_lets_the_child_end_its_own_way__R4() {
    for code in [7, 0] {
        let folder = Folder::new();
        let script = folder.shell(&format!("trap 'echo bye; exit {code}' TERM; : > ready; {WAIT_FOR_GO}"));
        let mut supervisor = start(&script.command(), Options { max_restarts: 3, ..options() });
        assert_eq!(supervisor.step().unwrap(), State::Running);
        folder.wait_for("ready");
        assert_eq!(supervisor.stop(), State::Stopping);
        assert_eq!(run_child(&mut supervisor), State::Stopped);
        check_run(&supervisor, End::Exited(code), b"bye\n", false);
        assert_eq!(supervisor.step().unwrap(), State::Stopped);
        assert_eq!(supervisor.starts(), 1);
    }
}

#[test]
fn stop_is_a_sigterm__R4() {
    let mut supervisor = start(&["sleep", "30"], options());
    assert_eq!(supervisor.step().unwrap(), State::Running);
    assert_eq!(supervisor.stop(), State::Stopping);
    assert_eq!(run_child(&mut supervisor), State::Stopped);
    check_run(&supervisor, End::Signaled(15), b"", false);
}

#[test]
fn stop_while_waiting__R4() {
    let options = Options { max_restarts: 3, base_delay: 10 * MS, max_delay: 10 * MS, ..options() };
    let mut unstarted = start(&["false"], options.clone());
    assert_eq!(unstarted.stop(), State::Stopped);
    assert_eq!(unstarted.step().unwrap(), State::Stopped);
    assert_eq!(unstarted.starts(), 0);
    assert!(unstarted.last_run().is_none());

    let clock = TestClock::new();
    let mut failed = clock.supervise(&["false"], options);
    assert_eq!(run_child(&mut failed), State::Waiting);
    assert_eq!(failed.stop(), State::Stopped);
    clock.advance(10 * MS);
    assert_eq!(failed.step().unwrap(), State::Stopped);
    assert_eq!(failed.starts(), 1);
    check_run(&failed, End::Exited(1), b"", false);
}

#[test]
fn sigkill_comes_exactly_when_the_grace_time_has_passed_and_sigterm_once__R5() {
    for in_time in [true, false] {
        let (folder, clock) = (Folder::new(), TestClock::new());
        let script = folder.shell(&format!("trap 'echo T >> terms' TERM; : > ready; {WAIT_FOR_GO} exit 5"));
        let mut supervisor = clock.supervise(&script.command(), options());
        assert_eq!(supervisor.step().unwrap(), State::Running);
        folder.wait_for("ready");
        clock.advance(7 * MS);
        assert_eq!(supervisor.stop(), State::Stopping);
        folder.wait_for("terms");
        clock.advance(options().grace - MS);
        for _ in 0..5 {
            assert_eq!(supervisor.step().unwrap(), State::Stopping);
        }
        assert_eq!(supervisor.stop(), State::Stopping);
        if in_time {
            folder.make("go");
            assert_eq!(run_child(&mut supervisor), State::Stopped);
            check_run(&supervisor, End::Exited(5), b"", false);
            assert_eq!(fs::read_to_string(folder.path("terms")).unwrap(), "T\n");
        } else {
            clock.advance(MS);
            assert_eq!(run_child(&mut supervisor), State::Stopped);
            check_run(&supervisor, End::Signaled(9), b"", false);
        }
    }
}

#[test]
fn stop_in_a_final_state__R5() {
    for (program, state) in [("true", State::Succeeded), ("false", State::GaveUp)] {
        let mut supervisor = start(&[program], options());
        assert_eq!(run_all(&mut supervisor), state);
        assert_eq!(supervisor.stop(), state);
    }
}

#[test]
fn both_streams_in_order__R6() {
    let mut supervisor = start(&["sh", "-c", "echo out; echo err >&2; printf 'a\\0\\377'"], options());
    assert_eq!(run_all(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"out\nerr\na\0\xff", false);
}

#[test]
fn last_bytes_up_to_the_limit_are_kept__R6() {
    for output_limit in [0, 1, 4, 7, 9, 10, usize::MAX] {
        let folder = Folder::new();
        let script = folder.shell(&format!("printf 01234; : > ready; {WAIT_FOR_GO} printf 56789"));
        let mut supervisor = start(&script.command(), Options { output_limit, ..options() });
        assert_eq!(supervisor.step().unwrap(), State::Running);
        folder.wait_for("ready");
        supervisor.step().unwrap(); // The two halves are read by different steps.
        folder.make("go");
        assert_eq!(run_child(&mut supervisor), State::Succeeded);
        let kept = &b"0123456789"[10 - output_limit.min(10)..];
        check_run(&supervisor, End::Exited(0), kept, output_limit < 10);
    }
}

#[test]
fn no_output_is_not_more_than_nothing__R6() {
    let mut supervisor = start(&["true"], Options { output_limit: 0, ..options() });
    assert_eq!(run_all(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"", false);
}

#[test]
fn more_output_than_a_pipe_holds__R6() {
    for (output_limit, length) in [(10, 10), (usize::MAX, 1_000_003)] {
        let script = "head -c 1000000 /dev/zero | tr '\\0' x; printf end";
        let mut supervisor = start(&["sh", "-c", script], Options { output_limit, ..options() });
        assert_eq!(run_all(&mut supervisor), State::Succeeded);
        let run = supervisor.last_run().unwrap();
        assert_eq!((run.output.len(), run.output_truncated), (length, length == 10));
        assert!(run.output.ends_with(b"xxxxxxxend"));
    }
}

#[test]
fn each_child_begins_anew__R6() {
    let folder = Folder::new();
    let script = folder.shell("[ -e done ] && exit 0; : > done; printf more; exit 1");
    let mut supervisor = start(&script.command(), Options { max_restarts: 1, output_limit: 3, ..options() });
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    check_run(&supervisor, End::Exited(1), b"ore", true);
    assert_eq!(run_all(&mut supervisor), State::Succeeded);
    check_run(&supervisor, End::Exited(0), b"", false);
}

#[test]
fn process_left_behind_is_not_waited_for__R6() {
    let mut supervisor = start(&["sh", "-c", "sleep 30 & echo $!; exit 4"], options());
    assert_eq!(run_all(&mut supervisor), State::GaveUp);
    let run = supervisor.last_run().unwrap();
    assert_eq!(run.end, End::Exited(4));
    let pid: u32 = String::from_utf8_lossy(&run.output).trim().parse().unwrap();
    assert!(!is_gone(pid));
    kill(pid);
}

#[test]
fn program_that_cannot_be_started__R7() {
    let folder = Folder::new();
    folder.make("text");
    fs::set_permissions(folder.path("text"), fs::Permissions::from_mode(0o644)).unwrap();
    for (program, kind) in [
        (folder.path("missing"), io::ErrorKind::NotFound),
        ("no-such-program".to_owned(), io::ErrorKind::NotFound),
        (folder.path("text"), io::ErrorKind::PermissionDenied),
    ] {
        let mut supervisor = start(&[&program], Options { max_restarts: 5, ..options() });
        assert_eq!(supervisor.step().unwrap_err().kind(), kind);
        assert_eq!(supervisor.state(), State::StartFailed);
        assert_eq!(supervisor.pid(), None);
        assert_eq!(supervisor.step().unwrap(), State::StartFailed);
        assert_eq!(supervisor.stop(), State::StartFailed);
        assert_eq!(supervisor.starts(), 0);
    }
}

#[test]
fn program_that_is_gone_at_the_restart__R7() {
    let folder = Folder::new();
    let program = folder.path("once");
    symlink("/bin/sh", &program).unwrap();
    let command = [&program, "-c", "rm \"$0\"; exit 1", &program];
    let mut supervisor = start(&command, Options { max_restarts: 5, ..options() });
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    assert_eq!(supervisor.step().unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(supervisor.step().unwrap(), State::StartFailed);
    assert_eq!(supervisor.starts(), 1);
    check_run(&supervisor, End::Exited(1), b"", false);
}

#[test]
fn invalid_arguments__R7() {
    let commands: [&[&str]; 4] = [&[], &["", "a"], &["true\0"], &["true", "a\0b"]];
    for command in commands {
        let error = Supervisor::new(command, options()).err().unwrap();
        assert!(error.to_string().starts_with("invalid argument: "));
    }
    assert!(Supervisor::new(&["true"], Options { healthy: Duration::ZERO, ..options() }).is_err());
    let shortest = Options { healthy: Duration::from_nanos(1), grace: Duration::ZERO, ..options() };
    assert_eq!(run_all(&mut Supervisor::new(&["true"], shortest).unwrap()), State::Succeeded);
}
