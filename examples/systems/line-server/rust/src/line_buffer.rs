//! Cuts a stream of bytes into lines.

use std::mem;

/// A line whose LF has come.
pub enum Line<'a> {
    /// The line without its line end.
    Whole(&'a [u8]),
    /// The line was longer than allowed.
    TooLong,
}

/// Bytes received that are not taken as lines yet; it never keeps more of an unfinished line than the greatest length.
pub struct LineBuffer {
    max_length: usize,
    bytes: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// How far no LF is; a line that comes in pieces is thus searched only once.
    searched: usize,
    /// The beginning of the current line was too long and is dropped.
    overlong: bool,
}

impl LineBuffer {
    pub fn new(max_length: usize) -> Self {
        Self { max_length, bytes: Vec::new(), start: 0, searched: 0, overlong: false }
    }

    pub fn push(&mut self, received: &[u8]) {
        self.bytes.extend_from_slice(received);
    }

    /// Takes the next line, if its LF has come.
    pub fn next_line(&mut self) -> Option<Line<'_>> {
        let Some(distance) = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n') else {
            self.keep_unfinished_line();
            return None;
        };
        let end = self.searched + distance;
        let begin = mem::replace(&mut self.start, end + 1);
        self.searched = self.start;
        if mem::take(&mut self.overlong) || end - begin > self.max_length {
            return Some(Line::TooLong);
        }
        let line = &self.bytes[begin..end];
        Some(Line::Whole(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    fn keep_unfinished_line(&mut self) {
        self.bytes.drain(..self.start);
        if self.bytes.len() > self.max_length {
            self.overlong = true;
            self.bytes.clear();
        }
        self.start = 0;
        self.searched = self.bytes.len();
    }
}
