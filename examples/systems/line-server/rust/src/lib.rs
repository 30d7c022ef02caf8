//! A TCP server that keeps a key-value store in memory and speaks a line protocol.

mod connection;
mod event_loop;
mod line_buffer;
mod poll;
mod store;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use event_loop::EventLoop;

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The greatest line length is zero.
    InvalidLineLength,
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidLineLength => formatter.write_str("the greatest line length must be at least 1"),
            Self::Io(error) => write!(formatter, "cannot start the server: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InvalidLineLength => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A running or stopped server; dropping it stops it with no grace time.
pub struct Server {
    port: u16,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop_request: Sender<Duration>,
    /// Closing it wakes the event loop.
    wake: UnixStream,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts a server on 127.0.0.1, on a free port if `port` is 0; it listens when this returns.
    pub fn start(port: u16, max_line_length: usize) -> Result<Server, StartError> {
        if max_line_length == 0 {
            return Err(StartError::InvalidLineLength);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (wake, woken) = UnixStream::pair()?;
        let (stop_request, stop_requested) = mpsc::channel();
        let event_loop = EventLoop::new(listener, woken, stop_requested, max_line_length);
        let thread = thread::Builder::new().name("line-server".into()).spawn(move || event_loop.run())?;
        let running = Running { stop_request, wake, thread };
        Ok(Server { port, running: Mutex::new(Some(running)) })
    }

    /// The port the server listens on, or listened on before it was stopped.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers what was received before, closes everything and returns when the server's thread has ended.
    ///
    /// Connections that are not done after `grace` are cut. Does nothing if the server is stopped already.
    pub fn stop(&self, grace: Duration) {
        // The lock is held to the end, so that no concurrent call returns while the server still runs.
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { stop_request, wake, thread }) = running.take() {
            // Sending and joining fail only if the thread has panicked, and then it has closed everything.
            let _ = stop_request.send(grace);
            drop(wake);
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}
