//! One client.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use crate::line_buffer::{Line, LineBuffer};
use crate::poll::{self, Interest};
use crate::store::Store;

const CHUNK_LENGTH: usize = 16 * 1024;
/// From this on, replies are sent before more requests are executed.
const OUTPUT_LIMIT: usize = 64 * 1024;

/// A connection that is read only while no reply waits: a client that does not read costs a bounded amount of memory.
pub struct Connection {
    stream: TcpStream,
    lines: LineBuffer,
    has_more_lines: bool,
    output: Vec<u8>,
    sent: usize,
    input: Input,
}

enum Input {
    Open,
    /// The server stops: so many bytes had been received.
    Limited(usize),
    Ended,
}

impl Connection {
    pub fn new(stream: TcpStream, max_line_length: usize) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            lines: LineBuffer::new(max_line_length),
            has_more_lines: false,
            output: Vec::new(),
            sent: 0,
            input: Input::Open,
        })
    }

    /// What has to be possible for `advance` to get on.
    pub fn interest(&self) -> (BorrowedFd<'_>, Interest) {
        let interest =
            if self.has_more_lines || !self.output.is_empty() { Interest::Write } else { Interest::Read };
        (self.stream.as_fd(), interest)
    }

    /// Receives, executes and replies as far as that needs no waiting; bounded, so that others get their turn.
    pub fn advance(&mut self, store: &mut Store) -> io::Result<()> {
        if self.output.is_empty() {
            if !self.has_more_lines {
                self.receive()?;
            }
            self.answer(store);
        }
        self.send()
    }

    /// Ends the input after what the system has received until now.
    pub fn limit_input(&mut self) -> io::Result<()> {
        if matches!(self.input, Input::Open) {
            self.input = match poll::bytes_received(&self.stream)? {
                0 => Input::Ended,
                count => Input::Limited(count),
            };
        }
        Ok(())
    }

    /// Whether everything that was received is answered and nothing more will be.
    pub fn is_done(&self) -> bool {
        matches!(self.input, Input::Ended) && !self.has_more_lines && self.output.is_empty()
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut chunk = [0; CHUNK_LENGTH];
        let room = match self.input {
            Input::Open => CHUNK_LENGTH,
            Input::Limited(left) => left.min(CHUNK_LENGTH),
            Input::Ended => return Ok(()),
        };
        let Some(count) = unless_blocked(self.stream.read(&mut chunk[..room]))? else {
            return Ok(());
        };
        self.lines.push(&chunk[..count]);
        self.input = match self.input {
            Input::Open if count > 0 => Input::Open,
            Input::Limited(left) if 0 < count && count < left => Input::Limited(left - count),
            _ => Input::Ended,
        };
        Ok(())
    }

    fn answer(&mut self, store: &mut Store) {
        self.has_more_lines = true;
        while self.output.len() < OUTPUT_LIMIT {
            match self.lines.next_line() {
                Some(Line::Whole(line)) => store.execute(line, &mut self.output),
                Some(Line::TooLong) => self.output.extend_from_slice(b"ERR line too long"),
                None => {
                    self.has_more_lines = false;
                    return;
                }
            }
            self.output.push(b'\n');
        }
    }

    fn send(&mut self) -> io::Result<()> {
        while self.sent < self.output.len() {
            match unless_blocked(self.stream.write(&self.output[self.sent..]))? {
                Some(count) => self.sent += count,
                None => return Ok(()),
            }
        }
        self.output.clear();
        self.sent = 0;
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Closing with unread input resets the connection; the end of the stream has to be on its way before that.
        // It fails if the client has reset the connection, and then there is no one to tell.
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}

fn unless_blocked(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
        Err(error) => Err(error),
    }
}
