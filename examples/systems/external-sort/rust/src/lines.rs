//! Lines, which are kept without their LF.

use std::cmp::Ordering;
use std::io::{self, BufRead, Read as _, Write};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    Line,
    TooLong,
    End,
}

/// Reads the next line, which takes with its LF at most `limit` bytes; no more of it than that is read.
pub fn read_line(reader: &mut impl BufRead, limit: u64, line: &mut Vec<u8>) -> io::Result<Read> {
    line.clear();
    let count = reader.take(limit).read_until(b'\n', line)?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok(Read::Line);
    }
    Ok(match count as u64 {
        0 => Read::End,
        count if count == limit => Read::TooLong,
        _ => Read::Line,
    })
}

pub fn write_line(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    out.write_all(line)?;
    out.write_all(b"\n")
}

pub fn write_sorted(lines: &mut [Vec<u8>], out: &mut impl Write) -> io::Result<()> {
    lines.sort_by(|left, right| key(left).cmp(key(right)));
    lines.iter().try_for_each(|line| write_line(line, out))
}

fn key(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b'\t').next().unwrap_or_default()
}

/// The current line of a run. The greatest is that which comes first, as a `BinaryHeap` wants it.
pub struct Head {
    pub line: Vec<u8>,
    /// Of the run among those that are merged.
    pub index: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        (key(&other.line), other.index).cmp(&(key(&self.line), self.index))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}
