//! Base58 encoding and decoding with the Bitcoin alphabet, without a checksum.

use std::error::Error;
use std::fmt;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE: u32 = 58;

/// A text to decode has a character outside the Base58 alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCharacter {
    /// The character.
    pub character: char,
    /// Its position in the text, counted from 0.
    pub position: usize,
}

impl fmt::Display for InvalidCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invalid Base58 character {:?} at position {}",
            self.character, self.position
        )
    }
}

impl Error for InvalidCharacter {}

/// Returns the Base58 text for the bytes.
pub fn encode(data: &[u8]) -> String {
    let zeros = data.iter().take_while(|&&byte| byte == 0).count();

    // Base 58, least significant digit first.
    let mut digits: Vec<u8> = Vec::new();
    for &byte in &data[zeros..] {
        let mut carry = u32::from(byte);
        for digit in digits.iter_mut() {
            carry += u32::from(*digit) << 8;
            *digit = (carry % BASE) as u8;
            carry /= BASE;
        }
        while carry > 0 {
            digits.push((carry % BASE) as u8);
            carry /= BASE;
        }
    }

    let mut text = "1".repeat(zeros);
    text.extend(
        digits
            .iter()
            .rev()
            .map(|&digit| char::from(ALPHABET[usize::from(digit)])),
    );
    text
}

/// Returns the bytes that the Base58 text stands for, or an error for the
/// first character outside the alphabet.
pub fn decode(text: &str) -> Result<Vec<u8>, InvalidCharacter> {
    // Least significant byte first.
    let mut data: Vec<u8> = Vec::new();
    for (position, character) in text.chars().enumerate() {
        let mut carry = digit_of(character).ok_or(InvalidCharacter {
            character,
            position,
        })?;
        for byte in data.iter_mut() {
            carry += u32::from(*byte) * BASE;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            // Always below 58.
            data.push(carry as u8);
        }
    }

    let zeros = text.bytes().take_while(|&byte| byte == b'1').count();
    data.resize(data.len() + zeros, 0);
    data.reverse();
    Ok(data)
}

fn digit_of(character: char) -> Option<u32> {
    ALPHABET
        .iter()
        .position(|&byte| char::from(byte) == character)
        .map(|digit| digit as u32)
}
