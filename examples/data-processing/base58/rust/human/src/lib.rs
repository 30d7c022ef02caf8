//! Base58 by the package bs58, with the error of this task.

use std::error::Error;
use std::fmt;

/// Says which character of a text is not in the alphabet, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCharacter {
    pub character: char,
    /// Counted in characters, from 0.
    pub position: usize,
}

impl fmt::Display for InvalidCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code_point = u32::from(self.character);
        let position = self.position;
        write!(
            f,
            "not a Base58 character: U+{code_point:04X} at position {position}"
        )
    }
}

impl Error for InvalidCharacter {}

/// Returns the Base58 text of the bytes.
pub fn encode(data: &[u8]) -> String {
    bs58::encode(data).into_string()
}

/// Returns the bytes of a Base58 text, or the first character outside the alphabet as an error.
pub fn decode(text: &str) -> Result<Vec<u8>, InvalidCharacter> {
    bs58::decode(text).into_vec().map_err(|error| match error {
        bs58::decode::Error::InvalidCharacter { index, .. }
        | bs58::decode::Error::NonAsciiCharacter { index } => InvalidCharacter {
            character: text[index..].chars().next().unwrap(),
            position: index, // all before it are ASCII
        },
        other => unreachable!("{other}"),
    })
}
