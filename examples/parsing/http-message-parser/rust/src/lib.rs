//! Parses a stream of HTTP/1.1 requests as its bytes come.

use std::error::Error;
use std::fmt;

const MAX_LENGTH_DIGITS: usize = 15;
const MAX_SIZE_DIGITS: usize = 12;

/// Why a stream was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseError {
    /// A CR without LF after it, or an LF without CR before it.
    LineEnd,
    /// A line that is too long, or a field too many.
    Limit,
    /// A malformed request line.
    RequestLine,
    /// A version other than HTTP/1.1.
    Version,
    /// A malformed field line.
    Header,
    /// Fields that do not give one sound length of the body.
    Framing,
    /// A malformed chunk, an extension or a trailer field.
    Chunk,
    /// The end of input within a message.
    Incomplete,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LineEnd => "a line does not end with CR LF",
            Self::Limit => "a limit is exceeded",
            Self::RequestLine => "malformed request line",
            Self::Version => "a version other than HTTP/1.1",
            Self::Header => "malformed field line",
            Self::Framing => "no sound length of the body",
            Self::Chunk => "malformed chunk",
            Self::Incomplete => "the input ends within a message",
        })
    }
}

impl Error for ParseError {}

/// What the parser calls.
pub trait Handler {
    /// The request line is complete.
    fn request(&mut self, method: &str, target: &str);
    /// A field line is complete; a value may hold bytes that are no UTF-8.
    fn field(&mut self, name: &str, value: &[u8]);
    /// The fields are complete and the length of the body is sound.
    fn head_end(&mut self);
    /// One or more bytes of the body.
    fn body(&mut self, piece: &[u8]);
    /// The message is complete.
    fn end(&mut self);
}

/// What a message may not exceed.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a line without its end.
    pub line: usize,
    /// Header fields of a message.
    pub fields: usize,
}

/// How the fields so far say where the body ends.
#[derive(Clone, Copy)]
enum Framing {
    NoBody,
    Length(u64),
    Chunked,
    Contradictory,
}

#[derive(Clone, Copy)]
enum State {
    RequestLine,
    FieldLine { count: usize, framing: Framing },
    FixedBody { remaining: u64 },
    ChunkSize,
    ChunkBody { remaining: u64 },
    ChunkEnd,
    LastLine,
    Failed(ParseError),
}

/// A parser that tells a handler what it finds.
pub struct Parser<H> {
    handler: H,
    limits: Limits,
    state: State,
    line: Vec<u8>,
    has_carriage_return: bool,
}

impl<H: Handler> Parser<H> {
    pub fn new(handler: H, limits: Limits) -> Self {
        Self {
            handler,
            limits,
            state: State::RequestLine,
            line: Vec::new(),
            has_carriage_return: false,
        }
    }

    /// The handler that was given.
    pub fn handler(&self) -> &H {
        &self.handler
    }

    /// Parses the next bytes of the stream.
    ///
    /// # Errors
    ///
    /// Once there was an error, every call returns that error.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), ParseError> {
        if let State::Failed(error) = self.state {
            return Err(error);
        }
        while let Some((&first, rest)) = bytes.split_first() {
            bytes = match self.state {
                State::FixedBody { remaining } => {
                    let (left, rest) = self.pass_on(remaining, bytes);
                    self.state = match left {
                        0 => self.end_message(),
                        remaining => State::FixedBody { remaining },
                    };
                    rest
                }
                State::ChunkBody { remaining } => {
                    let (left, rest) = self.pass_on(remaining, bytes);
                    self.state = match left {
                        0 => State::ChunkEnd,
                        remaining => State::ChunkBody { remaining },
                    };
                    rest
                }
                _ => {
                    self.take_line_byte(first).inspect_err(|&error| self.state = State::Failed(error))?;
                    rest
                }
            };
        }
        Ok(())
    }

    /// Tells that no more bytes come.
    ///
    /// # Errors
    ///
    /// `Incomplete` unless the parser is between messages, or the error of an earlier call.
    pub fn finish(&mut self) -> Result<(), ParseError> {
        match self.state {
            State::RequestLine if self.line.is_empty() && !self.has_carriage_return => Ok(()),
            State::Failed(error) => Err(error),
            _ => {
                self.state = State::Failed(ParseError::Incomplete);
                Err(ParseError::Incomplete)
            }
        }
    }

    /// Returns how many bytes of the body are left, and the bytes behind it.
    fn pass_on<'a>(&mut self, remaining: u64, bytes: &'a [u8]) -> (u64, &'a [u8]) {
        let length = usize::try_from(remaining).unwrap_or(usize::MAX).min(bytes.len());
        let (piece, rest) = bytes.split_at(length);
        self.handler.body(piece);
        (remaining - piece.len() as u64, rest)
    }

    fn take_line_byte(&mut self, byte: u8) -> Result<(), ParseError> {
        match byte {
            b'\n' if self.has_carriage_return => {
                self.has_carriage_return = false;
                let line = std::mem::take(&mut self.line);
                self.state = self.take_line(&line)?;
                self.line = line;
                self.line.clear();
            }
            b'\n' => return Err(ParseError::LineEnd),
            _ if self.has_carriage_return => return Err(ParseError::LineEnd),
            b'\r' => self.has_carriage_return = true,
            _ if self.line.len() == self.limits.line => return Err(ParseError::Limit),
            _ => self.line.push(byte),
        }
        Ok(())
    }

    /// Returns the state after the line.
    fn take_line(&mut self, line: &[u8]) -> Result<State, ParseError> {
        match self.state {
            State::RequestLine => self.take_request_line(line),
            State::FieldLine { framing, .. } if line.is_empty() => self.end_head(framing),
            State::FieldLine { count, framing } => self.take_field_line(line, count, framing),
            State::ChunkSize => match number(line, 16, MAX_SIZE_DIGITS) {
                Some(0) => Ok(State::LastLine),
                Some(remaining) => Ok(State::ChunkBody { remaining }),
                None => Err(ParseError::Chunk),
            },
            _ if !line.is_empty() => Err(ParseError::Chunk),
            State::ChunkEnd => Ok(State::ChunkSize),
            _ => Ok(self.end_message()),
        }
    }

    fn take_request_line(&mut self, line: &[u8]) -> Result<State, ParseError> {
        let mut parts = line.split(|&byte| byte == b' ');
        let (Some(method), Some(target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseError::RequestLine);
        };
        let method = text(method, is_token_byte).ok_or(ParseError::RequestLine)?;
        let target = text(target, |byte| byte.is_ascii_graphic()).ok_or(ParseError::RequestLine)?;
        match version {
            b"HTTP/1.1" => {}
            [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => return Err(ParseError::Version),
            _ => return Err(ParseError::RequestLine),
        }
        self.handler.request(method, target);
        Ok(State::FieldLine { count: 0, framing: Framing::NoBody })
    }

    fn take_field_line(&mut self, line: &[u8], count: usize, framing: Framing) -> Result<State, ParseError> {
        if count == self.limits.fields {
            return Err(ParseError::Limit);
        }
        let colon = line.iter().position(|&byte| byte == b':').ok_or(ParseError::Header)?;
        let name = text(&line[..colon], is_token_byte).ok_or(ParseError::Header)?;
        let value = trim(&line[colon + 1..]);
        if !value.iter().all(|&byte| byte == b'\t' || !byte.is_ascii_control()) {
            return Err(ParseError::Header);
        }
        self.handler.field(name, value);
        Ok(State::FieldLine { count: count + 1, framing: framing.and(said(name, value)) })
    }

    fn end_head(&mut self, framing: Framing) -> Result<State, ParseError> {
        if matches!(framing, Framing::Contradictory) {
            return Err(ParseError::Framing);
        }
        self.handler.head_end();
        Ok(match framing {
            Framing::Chunked => State::ChunkSize,
            Framing::Length(remaining @ 1..) => State::FixedBody { remaining },
            _ => self.end_message(),
        })
    }

    fn end_message(&mut self) -> State {
        self.handler.end();
        State::RequestLine
    }
}

impl Framing {
    /// The second word about the body spoils it, even if it repeats the first.
    fn and(self, said: Self) -> Self {
        match (self, said) {
            (one, Self::NoBody) => one,
            (Self::NoBody, one) => one,
            _ => Self::Contradictory,
        }
    }
}

/// What a field says about the body.
fn said(name: &str, value: &[u8]) -> Framing {
    if name.eq_ignore_ascii_case("content-length") {
        number(value, 10, MAX_LENGTH_DIGITS).map_or(Framing::Contradictory, Framing::Length)
    } else if !name.eq_ignore_ascii_case("transfer-encoding") {
        Framing::NoBody
    } else if value.eq_ignore_ascii_case(b"chunked") {
        Framing::Chunked
    } else {
        Framing::Contradictory
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// One or more bytes that are all allowed, as text.
fn text(bytes: &[u8], is_allowed: fn(u8) -> bool) -> Option<&str> {
    let is_sound = !bytes.is_empty() && bytes.iter().all(|&byte| is_allowed(byte));
    std::str::from_utf8(bytes).ok().filter(|_| is_sound)
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Digits alone: `from_str_radix` would take a sign.
fn number(digits: &[u8], radix: u32, max_digits: usize) -> Option<u64> {
    if digits.is_empty() || digits.len() > max_digits {
        return None;
    }
    digits.iter().try_fold(0, |number, &digit| {
        let digit = char::from(digit).to_digit(radix)?;
        Some(number * u64::from(radix) + u64::from(digit))
    })
}
