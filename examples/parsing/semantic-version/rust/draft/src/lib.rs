//! Versions that follow Semantic Versioning 2.0.0.

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;

/// The parts of a version; `prerelease` and `build` are empty if absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    pub prerelease: String,
    pub build: String,
}

/// The error for a text that is not a semantic version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidVersion {
    pub text: String,
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid version: {:?}", self.text)
    }
}

impl Error for InvalidVersion {}

/// Returns the parts of a version.
pub fn parse(text: &str) -> Result<Version, InvalidVersion> {
    parse_parts(text).ok_or_else(|| InvalidVersion {
        text: text.to_string(),
    })
}

/// Returns how the precedence of `first` compares with that of `second`.
pub fn compare(first: &str, second: &str) -> Result<Ordering, InvalidVersion> {
    Ok(compare_parsed(&parse(first)?, &parse(second)?))
}

/// Returns the versions with the lowest precedence first; versions of equal
/// precedence keep their order.
pub fn sort(versions: &[&str]) -> Result<Vec<String>, InvalidVersion> {
    let mut entries = Vec::with_capacity(versions.len());
    for &text in versions {
        entries.push((text, parse(text)?));
    }
    entries.sort_by(|(_, a), (_, b)| compare_parsed(a, b));
    Ok(entries
        .into_iter()
        .map(|(text, _)| text.to_string())
        .collect())
}

fn parse_parts(text: &str) -> Option<Version> {
    // The first `+` starts the build metadata, which may itself contain `-`.
    let (rest, build) = split_optional(text, '+');
    let (core, prerelease) = split_optional(rest, '-');

    let mut numbers = core.split('.');
    let major = parse_number(numbers.next()?)?;
    let minor = parse_number(numbers.next()?)?;
    let patch = parse_number(numbers.next()?)?;
    if numbers.next().is_some() {
        return None;
    }

    if let Some(prerelease) = prerelease {
        let valid = |part: &str| is_identifier(part) && !(is_number(part) && has_leading_zero(part));
        if !prerelease.split('.').all(valid) {
            return None;
        }
    }
    if let Some(build) = build {
        if !build.split('.').all(is_identifier) {
            return None;
        }
    }

    Some(Version {
        major,
        minor,
        patch,
        prerelease: prerelease.unwrap_or_default().to_string(),
        build: build.unwrap_or_default().to_string(),
    })
}

fn split_optional(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn parse_number(text: &str) -> Option<u64> {
    if !is_number(text) || has_leading_zero(text) {
        return None;
    }
    text.parse().ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(number: &str) -> bool {
    number.len() > 1 && number.starts_with('0')
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn compare_parsed(a: &Version, b: &Version) -> Ordering {
    (a.major, a.minor, a.patch)
        .cmp(&(b.major, b.minor, b.patch))
        .then_with(|| compare_prereleases(&a.prerelease, &b.prerelease))
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        // The version without a pre-release is the higher one.
        return a.is_empty().cmp(&b.is_empty());
    }
    let mut left = a.split('.');
    let mut right = b.split('.');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => {
                let order = compare_identifiers(x, y);
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

fn compare_identifiers(a: &str, b: &str) -> Ordering {
    match (is_number(a), is_number(b)) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        // Without leading zeros, the number with more digits is the higher one.
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (false, false) => a.cmp(b),
    }
}
