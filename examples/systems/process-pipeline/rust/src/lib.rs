//! Runs pipelines of commands: several processes, each reading what the one before it writes.

mod run;
mod sys;

use std::fmt;
use std::io;
use std::time::Duration;

use run::{Run, TimeLimit};

/// Why a pipeline was not run.
#[derive(Debug)]
pub enum PipelineError {
    /// What is wrong with the arguments, for people; no command was started.
    InvalidArgument(String),
    /// `index` is the first command that was not started; those before it were killed.
    Start { index: usize, source: io::Error },
}

impl fmt::Display for PipelineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidArgument(message) => write!(formatter, "invalid argument: {message}"),
            Self::Start { index, source } => {
                write!(formatter, "command {index} was not started: {source}")
            }
        }
    }
}

impl std::error::Error for PipelineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InvalidArgument(_) => None,
            Self::Start { source, .. } => Some(source),
        }
    }
}

/// What a run is given besides its commands.
#[derive(Debug, Clone, Default)]
pub struct Options<'a> {
    pub input: &'a [u8],
    /// Bytes kept of the output and of each standard error.
    pub capture_limit: usize,
    /// None: no time limit.
    pub timeout: Option<Duration>,
}

/// How a command ended: its exit code or the number of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Exited(i32),
    Signaled(i32),
}

/// What one command left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandResult {
    pub status: Status,
    pub stderr: Vec<u8>,
    pub stderr_truncated: bool,
}

/// What a run left, its commands in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineResult {
    pub output: Vec<u8>,
    pub output_truncated: bool,
    pub timed_out: bool,
    pub commands: Vec<CommandResult>,
}

/// Runs commands, each connected to the next by a pipe, and waits for their end.
///
/// # Panics
///
/// If the system refuses to wait for its own descriptors, which it does only without memory.
pub fn run_pipeline(
    commands: &[&[&str]],
    options: &Options<'_>,
) -> Result<PipelineResult, PipelineError> {
    let time_limit = TimeLimit::new(options.timeout);
    check(commands, options).map_err(|message| PipelineError::InvalidArgument(message.into()))?;
    let mut run = Run::new(options.input, options.capture_limit);
    for (index, command) in commands.iter().enumerate() {
        run.start(command)
            .map_err(|source| PipelineError::Start { index, source })?;
    }
    let timed_out = !run.transfer(&time_limit);
    if timed_out {
        run.kill();
    }
    Ok(run.into_result(timed_out))
}

fn check(commands: &[&[&str]], options: &Options<'_>) -> Result<(), &'static str> {
    if commands.is_empty() {
        return Err("no commands");
    }
    for command in commands {
        if command.first().is_none_or(|program| program.is_empty()) {
            return Err("a command without a program name");
        }
        if command.iter().any(|argument| argument.contains('\0')) {
            return Err("an argument with a zero byte");
        }
    }
    if options.timeout == Some(Duration::ZERO) {
        return Err("a time limit that is not positive");
    }
    Ok(())
}
