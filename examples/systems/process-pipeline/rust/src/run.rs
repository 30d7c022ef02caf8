//! One run: its processes and the streams between them and the caller.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{CommandResult, PipelineResult, Status, sys};

const CHUNK_SIZE: usize = 64 * 1024;

/// A time limit that counts from its making.
pub struct TimeLimit {
    start: Instant,
    limit: Option<Duration>,
}

impl TimeLimit {
    pub fn new(limit: Option<Duration>) -> Self {
        Self {
            start: Instant::now(),
            limit,
        }
    }

    /// What is left of it; None if there is no limit.
    fn left(&self) -> Option<Duration> {
        self.limit
            .map(|limit| limit.saturating_sub(self.start.elapsed()))
    }
}

/// A started command; dropped before its end was waited for, it is killed with its group.
struct Process {
    child: Child,
    /// Readable when the command has ended; None when that was seen.
    end: Option<OwnedFd>,
    is_waited_for: bool,
}

impl Process {
    fn new(child: Child) -> Self {
        Self {
            child,
            end: None,
            is_waited_for: false,
        }
    }

    /// Nobody has waited for the command yet, so its id still belongs to it, and so does the group of that id.
    fn signal(&self, number: i32) {
        sys::signal_with_group(self.child.id(), number);
    }

    fn wait(&mut self) -> io::Result<ExitStatus> {
        self.is_waited_for = true;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_waited_for {
            self.signal(libc::SIGKILL);
            let _ = self.wait();
        }
    }
}

/// The first bytes of a stream.
#[derive(Default)]
struct Capture {
    /// None after the end of the stream.
    source: Option<File>,
    bytes: Vec<u8>,
    is_truncated: bool,
}

impl Capture {
    fn new(source: impl Into<OwnedFd>) -> Self {
        Self {
            source: Some(File::from(source.into())),
            ..Self::default()
        }
    }

    fn receive(&mut self, limit: usize) {
        let Some(source) = &mut self.source else {
            return;
        };
        let mut chunk = [0; CHUNK_SIZE];
        match source.read(&mut chunk) {
            Ok(0) => self.source = None,
            Ok(size) => {
                let kept = size.min(limit - self.bytes.len());
                self.bytes.extend_from_slice(&chunk[..kept]);
                self.is_truncated |= kept < size;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.source = None,
        }
    }
}

/// A command and what it reports.
struct Stage {
    process: Process,
    stderr: Capture,
}

impl Stage {
    fn has_ended(&self) -> bool {
        self.stderr.source.is_none() && self.process.end.is_none()
    }
}

pub struct Run<'a> {
    input: Option<OwnedFd>,
    input_left: &'a [u8],
    capture_limit: usize,
    /// Of the last stage.
    output: Capture,
    stages: Vec<Stage>,
}

impl<'a> Run<'a> {
    pub fn new(input: &'a [u8], capture_limit: usize) -> Self {
        Self {
            input: None,
            input_left: input,
            capture_limit,
            output: Capture::default(),
            stages: Vec::new(),
        }
    }

    /// Adds a command that reads the output of the one before.
    pub fn start(&mut self, command: &[&str]) -> io::Result<()> {
        let source = self.output.source.take();
        let mut child = spawn(
            Command::new(command[0])
                .args(&command[1..])
                .stdin(source.map_or_else(Stdio::piped, Stdio::from))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .process_group(0),
        )?;
        let stdin = child.stdin.take();
        self.output = child.stdout.take().map(Capture::new).unwrap_or_default();
        let stderr = child.stderr.take().map(Capture::new).unwrap_or_default();
        let mut process = Process::new(child);
        process.end = Some(sys::open_pidfd(process.child.id())?);
        if let Some(stdin) = stdin {
            sys::set_nonblocking(stdin.as_fd())?;
            self.input = Some(stdin.into());
        }
        self.stages.push(Stage { process, stderr });
        Ok(())
    }

    /// Moves bytes until the end of the run; false if the time limit came first.
    pub fn transfer(&mut self, time_limit: &TimeLimit) -> bool {
        while !self.has_ended() {
            let left = time_limit.left();
            let mut watched = self.watched();
            match sys::poll(&mut watched, left) {
                Ok(()) => self.handle_events(&watched),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("poll failed: {error}"),
            }
            if left == Some(Duration::ZERO) && !self.has_ended() {
                return false;
            }
        }
        true
    }

    /// Kills the commands with their groups. All are stopped first: otherwise one might end by itself because its
    /// neighbour was killed a moment before.
    pub fn kill(&self) {
        for number in [libc::SIGSTOP, libc::SIGKILL] {
            for stage in &self.stages {
                stage.process.signal(number);
            }
        }
    }

    pub fn into_result(self, timed_out: bool) -> PipelineResult {
        PipelineResult {
            output: self.output.bytes,
            output_truncated: self.output.is_truncated,
            timed_out,
            commands: self.stages.into_iter().map(into_command_result).collect(),
        }
    }

    /// Input that nobody takes any more does not keep a run from its end.
    fn has_ended(&self) -> bool {
        self.output.source.is_none() && self.stages.iter().all(Stage::has_ended)
    }

    /// What to wait for: the input, the output, then standard error and end of each command.
    fn watched(&self) -> Vec<libc::pollfd> {
        let mut watched = vec![
            entry(self.input.as_ref(), libc::POLLOUT),
            entry(self.output.source.as_ref(), libc::POLLIN),
        ];
        for stage in &self.stages {
            watched.push(entry(stage.stderr.source.as_ref(), libc::POLLIN));
            watched.push(entry(stage.process.end.as_ref(), libc::POLLIN));
        }
        watched
    }

    fn handle_events(&mut self, watched: &[libc::pollfd]) {
        let mut has_event = watched.iter().map(|entry| entry.revents != 0);
        let mut next_has_event = || has_event.next().unwrap_or(false);
        if next_has_event() {
            self.feed_input();
        }
        if next_has_event() {
            self.output.receive(self.capture_limit);
        }
        for stage in &mut self.stages {
            if next_has_event() {
                stage.stderr.receive(self.capture_limit);
            }
            if next_has_event() {
                stage.process.end = None;
            }
        }
    }

    fn feed_input(&mut self) {
        let Some(input) = &self.input else {
            return;
        };
        let is_refused = match sys::write_without_sigpipe(input.as_fd(), self.input_left) {
            Ok(written) => {
                self.input_left = &self.input_left[written..];
                false
            }
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        };
        if is_refused || self.input_left.is_empty() {
            self.input = None;
        }
    }
}

/// Starts a command that does not block SIGPIPE; the standard library sees to the default action.
///
/// A command inherits the mask of the thread that starts it. If the caller has SIGPIPE blocked, another thread has to do
/// it: were the signal unblocked here, one that is pending would reach the caller.
fn spawn(command: &mut Command) -> io::Result<Child> {
    if !sys::is_sigpipe_blocked() {
        return command.spawn();
    }
    thread::scope(|scope| {
        let starter = thread::Builder::new().spawn_scoped(scope, || {
            sys::unblock_sigpipe();
            command.spawn()
        })?;
        starter.join().expect("starting a command does not panic")
    })
}

/// Poll passes over the descriptor -1.
fn entry(descriptor: Option<&impl AsRawFd>, events: libc::c_short) -> libc::pollfd {
    const CLOSED: RawFd = -1;
    libc::pollfd {
        fd: descriptor.map_or(CLOSED, AsRawFd::as_raw_fd),
        events,
        revents: 0,
    }
}

fn into_command_result(mut stage: Stage) -> CommandResult {
    let status = stage
        .process
        .wait()
        .expect("nobody else waits for a command");
    CommandResult {
        status: match status.code() {
            Some(code) => Status::Exited(code),
            None => Status::Signaled(status.signal().expect("it exited or a signal ended it")),
        },
        stderr: stage.stderr.bytes,
        stderr_truncated: stage.stderr.is_truncated,
    }
}
