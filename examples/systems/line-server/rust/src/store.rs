//! The requests and what they do to the keys and values.

use std::collections::hash_map::Entry;
use std::collections::HashMap;

/// Keys and their values.
#[derive(Default)]
pub struct Store {
    values: HashMap<Vec<u8>, Vec<u8>>,
}

enum Request<'a> {
    Set { key: &'a [u8], value: &'a [u8] },
    Add { key: &'a [u8], value: &'a [u8] },
    Get { key: &'a [u8] },
    Del { key: &'a [u8] },
    Count,
}

enum RequestError {
    UnknownCommand,
    WrongArguments,
}

impl Store {
    /// Executes the request in `line`, which is without its line end, and appends the reply, also without one.
    pub fn execute(&mut self, line: &[u8], output: &mut Vec<u8>) {
        match parse(line) {
            Ok(request) => self.apply(request, output),
            Err(RequestError::UnknownCommand) => output.extend_from_slice(b"ERR unknown command"),
            Err(RequestError::WrongArguments) => output.extend_from_slice(b"ERR wrong arguments"),
        }
    }

    fn apply(&mut self, request: Request<'_>, output: &mut Vec<u8>) {
        match request {
            Request::Set { key, value } => {
                self.values.insert(key.to_vec(), value.to_vec());
                output.extend_from_slice(b"OK");
            }
            Request::Add { key, value } => match self.values.entry(key.to_vec()) {
                Entry::Occupied(_) => output.extend_from_slice(b"EXISTS"),
                Entry::Vacant(entry) => {
                    entry.insert(value.to_vec());
                    output.extend_from_slice(b"OK");
                }
            },
            Request::Get { key } => match self.values.get(key) {
                Some(value) => {
                    output.extend_from_slice(b"VALUE ");
                    output.extend_from_slice(value);
                }
                None => output.extend_from_slice(b"NONE"),
            },
            Request::Del { key } => match self.values.remove(key) {
                Some(_) => output.extend_from_slice(b"OK"),
                None => output.extend_from_slice(b"NONE"),
            },
            Request::Count => output.extend_from_slice(format!("COUNT {}", self.values.len()).as_bytes()),
        }
    }
}

fn parse(line: &[u8]) -> Result<Request<'_>, RequestError> {
    let (command, arguments) = match split_at_space(line) {
        Some((command, arguments)) => (command, Some(arguments)),
        None => (line, None),
    };
    let request = match command {
        b"SET" => arguments.and_then(key_and_value).map(|(key, value)| Request::Set { key, value }),
        b"ADD" => arguments.and_then(key_and_value).map(|(key, value)| Request::Add { key, value }),
        b"GET" => arguments.and_then(only_key).map(|key| Request::Get { key }),
        b"DEL" => arguments.and_then(only_key).map(|key| Request::Del { key }),
        b"COUNT" => arguments.is_none().then_some(Request::Count),
        _ => return Err(RequestError::UnknownCommand),
    };
    request.ok_or(RequestError::WrongArguments)
}

fn key_and_value(arguments: &[u8]) -> Option<(&[u8], &[u8])> {
    split_at_space(arguments).filter(|(key, _)| !key.is_empty())
}

fn only_key(arguments: &[u8]) -> Option<&[u8]> {
    (!arguments.is_empty() && !arguments.contains(&b' ')).then_some(arguments)
}

fn split_at_space(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    Some((&bytes[..space], &bytes[space + 1..]))
}
