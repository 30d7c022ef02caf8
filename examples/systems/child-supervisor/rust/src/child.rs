use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::{End, Run};

const PIPE_CAPACITY: usize = 64 * 1024;

/// A started process and its output; killed and waited for when it is dropped.
pub struct RunningChild {
    child: Child,
    pipe: File,
    output: Vec<u8>,
    output_limit: usize,
    output_truncated: bool,
}

impl RunningChild {
    pub fn start(command: &[String], output_limit: usize) -> io::Result<Self> {
        let (read_end, write_end) = open_pipe()?;
        let child = Command::new(&command[0])
            .args(&command[1..])
            .stdin(Stdio::null())
            .stdout(write_end.try_clone()?)
            .stderr(write_end)
            .spawn()?;
        Ok(Self { child, pipe: read_end.into(), output: Vec::new(), output_limit, output_truncated: false })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn terminate(&self) {
        // SAFETY: kill takes no pointers; the process id is the child's as long as nobody has waited for it.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM) };
    }

    pub fn kill(&mut self) {
        // An error would mean that it has ended already.
        let _ = self.child.kill();
    }

    /// Reads output; the run if the child has ended.
    pub fn look(&mut self) -> io::Result<Option<Run>> {
        let status = self.child.try_wait()?;
        self.collect_output();
        Ok(status.map(|status| Run {
            end: end_of(status),
            output: std::mem::take(&mut self.output),
            output_truncated: self.output_truncated,
        }))
    }

    /// One read takes all that a pipe holds, so a child that writes without end can't keep a step from returning.
    /// An error means that there is nothing to be read now.
    fn collect_output(&mut self) {
        let mut chunk = vec![0; PIPE_CAPACITY];
        if let Ok(count) = self.pipe.read(&mut chunk) {
            self.output.extend_from_slice(&chunk[..count]);
        }
        if self.output.len() > self.output_limit {
            self.output.drain(..self.output.len() - self.output_limit);
            self.output_truncated = true;
        }
    }
}

impl Drop for RunningChild {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
    }
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Signaled(signal.unwrap_or_default()),
    }
}

/// The read end does not block; neither end is inherited by other children.
fn open_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: there is room for two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    // SAFETY: both were just opened and belong to nobody else.
    let (read_end, write_end) = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
    // SAFETY: setting a flag of an open descriptor.
    check(unsafe { libc::fcntl(read_end.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) })?;
    Ok((read_end, write_end))
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
