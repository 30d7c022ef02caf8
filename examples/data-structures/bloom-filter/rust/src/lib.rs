//! A set that never forgets an item, but may take others for contained.

use std::error::Error;
use std::f64::consts::LN_2;
use std::fmt;

const MAX_BITS: u64 = 1 << 28;
const MAX_HASHES: u32 = 50;
const MAGIC: [u8; 4] = *b"BLM1";

/// Why there is no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BloomError {
    /// Expected number or rate are out of range, or need too many bits.
    InvalidArgument,
    /// Filters have different numbers of bits or hashes.
    Mismatch,
    /// Bytes are not those of a filter.
    Format,
}

impl fmt::Display for BloomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidArgument => "a filter is for 1 or more items, a rate from 1e-15 to 0.5 and at most 2^28 bits",
            Self::Mismatch => "the filters have different numbers of bits or hashes",
            Self::Format => "the bytes are not those of a filter",
        })
    }
}

impl Error for BloomError {}

/// A set of byte strings. Equal filters have the same bits, hashes, and bits set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BloomFilter {
    bits: u64,
    hashes: u32,
    data: Vec<u8>,
}

impl BloomFilter {
    /// An empty filter for an expected number of items, 1 or more, and a rate of false positives, from 1e-15 to 0.5.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, also if more than 2^28 bits would be needed.
    pub fn new(expected: u64, rate: f64) -> Result<Self, BloomError> {
        if expected < 1 || !(1e-15..=0.5).contains(&rate) {
            return Err(BloomError::InvalidArgument);
        }
        let bits = (-(expected as f64) * rate.ln() / (LN_2 * LN_2)).ceil();
        if bits > MAX_BITS as f64 {
            return Err(BloomError::InvalidArgument);
        }
        let hashes = (bits / expected as f64 * LN_2).round();
        let bits = bits as u64;
        Ok(Self { bits, hashes: hashes as u32, data: vec![0; data_size(bits)] })
    }

    #[must_use]
    pub fn bits(&self) -> u64 {
        self.bits
    }

    #[must_use]
    pub fn hashes(&self) -> u32 {
        self.hashes
    }

    /// Adds an item; whether it certainly was new.
    pub fn add(&mut self, item: impl AsRef<[u8]>) -> bool {
        let mut is_new = false;
        for (byte, mask) in self.places(item.as_ref()) {
            is_new |= self.data[byte] & mask == 0;
            self.data[byte] |= mask;
        }
        is_new
    }

    /// Whether the item was added, or probably was.
    #[must_use]
    pub fn contains(&self, item: impl AsRef<[u8]>) -> bool {
        self.places(item.as_ref()).all(|(byte, mask)| self.data[byte] & mask != 0)
    }

    /// A filter that contains the items of both.
    ///
    /// # Errors
    ///
    /// `Mismatch` unless both have the same bits and hashes.
    pub fn union(&self, other: &Self) -> Result<Self, BloomError> {
        if (self.bits, self.hashes) != (other.bits, other.hashes) {
            return Err(BloomError::Mismatch);
        }
        let data = self.data.iter().zip(&other.data).map(|(left, right)| left | right).collect();
        Ok(Self { data, ..*self })
    }

    /// The byte form, which `from_bytes` reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&MAGIC[..], &self.hashes.to_le_bytes(), &self.bits.to_le_bytes(), &self.data].concat()
    }

    /// Reads the byte form of a filter.
    ///
    /// # Errors
    ///
    /// `Format` if the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        Self::parse(bytes).ok_or(BloomError::Format)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.strip_prefix(&MAGIC)?.split_first_chunk()?;
        let (bits, data) = rest.split_first_chunk()?;
        let (hashes, bits) = (u32::from_le_bytes(*hashes), u64::from_le_bytes(*bits));
        let is_in_range = (1..=MAX_HASHES).contains(&hashes) && (1..=MAX_BITS).contains(&bits);
        if !is_in_range || data.len() != data_size(bits) {
            return None;
        }
        let is_clean = bits % 8 == 0 || data.last()? >> (bits % 8) == 0;
        is_clean.then(|| Self { bits, hashes, data: data.to_vec() })
    }

    /// For each position of an item the index of its byte and the mask of its bit there.
    fn places(&self, item: &[u8]) -> impl Iterator<Item = (usize, u8)> + use<> {
        let bits = self.bits;
        let first = mix(fnv1a(item));
        let step = mix(first) | 1;
        (0..u64::from(self.hashes))
            .map(move |i| first.wrapping_add(i.wrapping_mul(step)) % bits)
            .map(|position| ((position / 8) as usize, 1 << (position % 8)))
    }
}

fn data_size(bits: u64) -> usize {
    bits.div_ceil(8) as usize
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(14_695_981_039_346_656_037, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211))
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
