//! Keeps one command running: starts it again when it fails, with growing delays. Unix.

mod child;

use std::error::Error;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use child::RunningChild;

/// What a supervisor is doing; the last four are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A start is due now or later.
    Waiting,
    Running,
    Stopping,
    Succeeded,
    GaveUp,
    Stopped,
    StartFailed,
}

#[derive(Debug, Clone)]
pub struct Options {
    /// In a row.
    pub max_restarts: u32,
    pub base_delay: Duration,
    pub max_delay: Duration,
    /// Above zero.
    pub healthy: Duration,
    pub grace: Duration,
    /// Bytes kept of the end of the output.
    pub output_limit: usize,
}

/// How a child ended: its exit code or the number of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Exited(i32),
    Signaled(i32),
}

/// What a child that has ended left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub end: End,
    pub output: Vec<u8>,
    pub output_truncated: bool,
}

/// What is wrong with the arguments, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidArgument(&'static str);

impl fmt::Display for InvalidArgument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid argument: {}", self.0)
    }
}

impl Error for InvalidArgument {}

/// Supervises one command. Dropping it kills a child that still runs and waits for it.
pub struct Supervisor {
    command: Vec<String>,
    options: Options,
    clock: Box<dyn Fn() -> Duration>,
    state: State,
    child: Option<RunningChild>,
    last_run: Option<Run>,
    starts: u32,
    restarts: u32,
    due: Option<Duration>,
    started: Duration,
    stopped: Duration,
}

impl Supervisor {
    /// A supervisor that measures time with the monotonic clock.
    pub fn new(command: &[&str], options: Options) -> Result<Self, InvalidArgument> {
        let origin = Instant::now();
        Self::with_clock(command, options, move || origin.elapsed())
    }

    /// A supervisor with a clock of its own: the time since some moment, which never goes back.
    pub fn with_clock(
        command: &[&str],
        options: Options,
        clock: impl Fn() -> Duration + 'static,
    ) -> Result<Self, InvalidArgument> {
        if let Some(problem) = problem_of(command, &options) {
            return Err(InvalidArgument(problem));
        }
        let now = clock();
        Ok(Self {
            command: command.iter().map(|&argument| argument.to_owned()).collect(),
            options,
            clock: Box::new(clock),
            state: State::Waiting,
            child: None,
            last_run: None,
            starts: 0,
            restarts: 0,
            due: Some(now),
            started: now,
            stopped: now,
        })
    }

    /// Does what is due, without waiting.
    ///
    /// # Errors
    ///
    /// The system's error if the program can't be started.
    pub fn step(&mut self) -> io::Result<State> {
        let now = (self.clock)();
        if self.state == State::Waiting {
            if self.due.is_some_and(|due| now >= due) {
                self.start(now)?;
            }
        } else if let Some(child) = &mut self.child {
            if let Some(run) = child.look()? {
                self.child = None;
                self.finish(run, now);
            } else if self.state == State::Stopping && now - self.stopped >= self.options.grace {
                child.kill();
            }
        }
        Ok(self.state)
    }

    /// Asks the child to end with SIGTERM.
    pub fn stop(&mut self) -> State {
        match (self.state, &self.child) {
            (State::Waiting, _) => self.state = State::Stopped,
            (State::Running, Some(child)) => {
                child.terminate();
                self.stopped = (self.clock)();
                self.state = State::Stopping;
            }
            _ => {}
        }
        self.state
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// How often a child was started.
    pub fn starts(&self) -> u32 {
        self.starts
    }

    /// The process id of the present child.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(RunningChild::id)
    }

    /// The last child that has ended.
    pub fn last_run(&self) -> Option<&Run> {
        self.last_run.as_ref()
    }

    fn start(&mut self, now: Duration) -> io::Result<()> {
        self.state = State::StartFailed;
        self.child = Some(RunningChild::start(&self.command, self.options.output_limit)?);
        self.state = State::Running;
        self.starts += 1;
        self.started = now;
        Ok(())
    }

    fn finish(&mut self, run: Run, now: Duration) {
        let succeeded = run.end == End::Exited(0);
        self.last_run = Some(run);
        if self.state == State::Stopping {
            self.state = State::Stopped;
        } else if succeeded {
            self.state = State::Succeeded;
        } else {
            self.plan_restart(now);
        }
    }

    fn plan_restart(&mut self, now: Duration) {
        if now - self.started >= self.options.healthy {
            self.restarts = 0;
        }
        if self.restarts == self.options.max_restarts {
            self.state = State::GaveUp;
            return;
        }
        self.due = now.checked_add(self.backoff());
        self.restarts += 1;
        self.state = State::Waiting;
    }

    /// min(max delay, base delay · 2^restarts)
    fn backoff(&self) -> Duration {
        let Options { base_delay, max_delay, .. } = self.options;
        (0..self.restarts)
            .try_fold(base_delay, |delay, _| delay.checked_mul(2).filter(|&delay| delay < max_delay))
            .unwrap_or(max_delay)
            .min(max_delay)
    }
}

fn problem_of(command: &[&str], options: &Options) -> Option<&'static str> {
    if command.first().is_none_or(|program| program.is_empty()) {
        Some("no program name")
    } else if command.iter().any(|argument| argument.contains('\0')) {
        Some("an argument with a zero byte")
    } else if options.healthy.is_zero() {
        Some("a healthy time that is not positive")
    } else {
        None
    }
}
