//! The thread that serves all connections, so that each request is executed as a whole.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::poll::{self, Interest};
use crate::store::Store;

/// How long no connection is accepted after the system had no descriptor or memory for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The listener, the connections and the store.
pub struct EventLoop {
    listener: TcpListener,
    woken: UnixStream,
    stop_requested: Receiver<Duration>,
    max_line_length: usize,
    connections: Vec<Connection>,
    store: Store,
}

impl EventLoop {
    /// `woken` is closed at its other end after a grace time was sent to `stop_requested`.
    pub fn new(
        listener: TcpListener,
        woken: UnixStream,
        stop_requested: Receiver<Duration>,
        max_line_length: usize,
    ) -> Self {
        let (connections, store) = (Vec::new(), Store::default());
        Self { listener, woken, stop_requested, max_line_length, connections, store }
    }

    /// Serves until stop is requested, and then for the grace time at most.
    pub fn run(mut self) {
        self.serve();
        let grace = self.stop_requested.recv().unwrap_or(Duration::ZERO);
        let Self { listener, connections, store, .. } = self;
        drop(listener);
        finish(connections, store, grace);
    }

    fn serve(&mut self) {
        let mut can_accept = true;
        loop {
            let mut interests = vec![(self.woken.as_fd(), Interest::Read)];
            interests.extend(self.connections.iter().map(Connection::interest));
            if can_accept {
                interests.push((self.listener.as_fd(), Interest::Read));
            }
            let ready = wait(&interests, (!can_accept).then_some(ACCEPT_PAUSE));
            if ready[0] {
                return;
            }
            let count = self.connections.len();
            advance_ready(&mut self.connections, &ready[1..=count], &mut self.store);
            can_accept = !ready.get(count + 1).is_some_and(|&ready| ready) || self.accept();
        }
    }

    /// Returns whether more can be accepted when there is more.
    fn accept(&mut self) -> bool {
        match self.listener.accept() {
            Ok((stream, _)) => {
                // One that fails here is gone already.
                self.connections.extend(Connection::new(stream, self.max_line_length));
                true
            }
            Err(error) => {
                matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::ConnectionAborted)
            }
        }
    }
}

fn finish(mut connections: Vec<Connection>, mut store: Store, grace: Duration) {
    let start = Instant::now();
    connections.retain_mut(|connection| connection.limit_input().is_ok() && !connection.is_done());
    while !connections.is_empty() {
        let left = grace.saturating_sub(start.elapsed());
        let interests: Vec<_> = connections.iter().map(Connection::interest).collect();
        let ready = wait(&interests, Some(left));
        advance_ready(&mut connections, &ready, &mut store);
        if left.is_zero() {
            return;
        }
    }
}

fn advance_ready(connections: &mut Vec<Connection>, ready: &[bool], store: &mut Store) {
    let mut ready = ready.iter();
    connections.retain_mut(|connection| {
        !ready.next().is_some_and(|&ready| ready) || (connection.advance(store).is_ok() && !connection.is_done())
    });
}

fn wait(interests: &[(BorrowedFd<'_>, Interest)], timeout: Option<Duration>) -> Vec<bool> {
    poll::wait(interests, timeout).expect("poll fails only for lack of memory in the kernel")
}
