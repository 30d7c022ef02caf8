//! Base58 with the alphabet of Bitcoin, without a checksum.

use std::error::Error;
use std::fmt;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const NO_DIGIT: u8 = u8::MAX;
const DIGITS: [u8; 128] = {
    let mut digits = [NO_DIGIT; 128]; // by the character's code
    let mut digit = 0;
    while digit < ALPHABET.len() {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

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
    convert::<256, 4, 58, 5>(data)
        .into_iter()
        .map(|digit| char::from(ALPHABET[usize::from(digit)]))
        .collect()
}

/// Returns the bytes of a Base58 text, or the first character outside the alphabet as an error.
pub fn decode(text: &str) -> Result<Vec<u8>, InvalidCharacter> {
    let digits = text
        .chars()
        .enumerate()
        .map(|(position, character)| {
            digit(character).ok_or(InvalidCharacter {
                character,
                position,
            })
        })
        .collect::<Result<Vec<u8>, _>>()?;
    Ok(convert::<58, 5, 256, 4>(&digits))
}

fn digit(character: char) -> Option<u8> {
    let digit = *DIGITS.get(character as usize)?;
    (digit != NO_DIGIT).then_some(digit)
}

/// Writes a number with digits of another base, and as many zeros in front of it as there were.
/// Digits stand with the most significant first.
///
/// The number is built of limbs, `TO_COUNT` digits in each, from groups of `FROM_COUNT` digits.
/// What a limb or a group can hold has to be no more than 32 bits.
fn convert<const FROM: u64, const FROM_COUNT: u32, const TO: u64, const TO_COUNT: u32>(
    digits: &[u8],
) -> Vec<u8> {
    let group_base = const { FROM.pow(FROM_COUNT) };
    let limb_base = const { TO.pow(TO_COUNT) };
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();

    let mut limbs: Vec<u64> = Vec::new(); // the least significant first
    for group in digits[zeros..].rchunks(FROM_COUNT as usize).rev() {
        let mut carry = group
            .iter()
            .fold(0, |number, &digit| number * FROM + u64::from(digit));
        for limb in &mut limbs {
            carry += *limb * group_base;
            *limb = carry % limb_base;
            carry /= limb_base;
        }
        while carry > 0 {
            limbs.push(carry % limb_base);
            carry /= limb_base;
        }
    }

    let mut result = Vec::with_capacity(zeros + limbs.len() * TO_COUNT as usize);
    for mut limb in limbs {
        for _ in 0..TO_COUNT {
            result.push((limb % TO) as u8);
            limb /= TO;
        }
    }
    while result.last() == Some(&0) {
        result.pop();
    }
    result.resize(result.len() + zeros, 0);
    result.reverse();
    result
}
