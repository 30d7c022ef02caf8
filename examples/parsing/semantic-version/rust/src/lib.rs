//! Versions that follow Semantic Versioning 2.0.0: their parts and their order.

use std::cmp::Ordering;
use std::fmt;

/// The parts of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    /// Empty if there is none.
    pub prerelease: String,
    /// Empty if there is none.
    pub build: String,
}

/// Tells a text that is no version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidVersion {
    /// The text exactly as given.
    pub text: String,
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a semantic version: {:?}", self.text)
    }
}

impl std::error::Error for InvalidVersion {}

/// Returns the parts of a version.
pub fn parse(text: &str) -> Result<Version, InvalidVersion> {
    let parts = Parts::of(text)?;
    let [major, minor, patch] = parts.numbers;
    Ok(Version {
        major,
        minor,
        patch,
        prerelease: parts.prerelease.to_string(),
        build: parts.build.to_string(),
    })
}

/// Returns which of two versions has the lower precedence, or the error of the first that is no version.
pub fn compare(first: &str, second: &str) -> Result<Ordering, InvalidVersion> {
    let first = Parts::of(first)?;
    Ok(first.precedence(&Parts::of(second)?))
}

/// Returns the versions with the lowest precedence first and equal ones in the order they have,
/// or the error of the first that is no version.
pub fn sort(versions: &[&str]) -> Result<Vec<String>, InvalidVersion> {
    let mut entries = versions
        .iter()
        .map(|&text| Ok((Parts::of(text)?, text)))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by(|(a, _), (b, _)| a.precedence(b));
    Ok(entries.iter().map(|(_, text)| text.to_string()).collect())
}

/// The parts of a version as slices of its text.
struct Parts<'a> {
    /// Major, minor and patch.
    numbers: [u64; 3],
    prerelease: &'a str,
    build: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self, InvalidVersion> {
        Self::split(text).ok_or_else(|| InvalidVersion {
            text: text.to_string(),
        })
    }

    fn split(text: &'a str) -> Option<Self> {
        // The plus sign comes first: build metadata may contain hyphens, a pre-release no plus sign.
        let (rest, build) = cut(text, b'+');
        let (core, prerelease) = cut(rest, b'-');
        if prerelease.is_some_and(|list| !list.split('.').all(is_prerelease_identifier))
            || build.is_some_and(|list| !list.split('.').all(is_identifier))
        {
            return None;
        }
        let (major, rest) = cut(core, b'.');
        let (minor, patch) = cut(rest?, b'.');
        Some(Parts {
            // A fourth number would stand in the patch, with its dot.
            numbers: [number(major)?, number(minor)?, number(patch?)?],
            prerelease: prerelease.unwrap_or_default(),
            build: build.unwrap_or_default(),
        })
    }

    fn precedence(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| compare_prereleases(self.prerelease, other.prerelease))
    }
}

/// What is before and after the first separator.
fn cut(text: &str, separator: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == separator) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// Only for text without a plus sign, which `u64::from_str` would take before the digits.
fn number(digits: &str) -> Option<u64> {
    if has_leading_zero(digits) {
        return None;
    }
    digits.parse().ok()
}

fn is_prerelease_identifier(text: &str) -> bool {
    is_identifier(text) && !(has_leading_zero(text) && is_number(text))
}

fn is_identifier(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_allowed)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    // What is equal needs no splitting: only the identifiers around the first difference are looked at.
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let start = a[..same].rfind('.').map_or(0, |dot| dot + 1);
    compare_identifiers(identifier_at(a, start), identifier_at(b, start))
        .then(a.len().cmp(&b.len()))
}

fn identifier_at(prerelease: &str, start: usize) -> &str {
    cut(&prerelease[start..], b'.').0
}

fn compare_identifiers(a: &str, b: &str) -> Ordering {
    match (is_number(a), is_number(b)) {
        // Without leading zeros the longer number is the greater, and numbers of one length compare as text.
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (false, false) => a.cmp(b),
        (a_is_number, b_is_number) => b_is_number.cmp(&a_is_number),
    }
}
