//! Versions that follow Semantic Versioning 2.0.0, read and ordered by the crate semver.

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
    let version = read(text)?;
    Ok(Version {
        major: version.major,
        minor: version.minor,
        patch: version.patch,
        prerelease: version.pre.to_string(),
        build: version.build.to_string(),
    })
}

/// Returns which of two versions has the lower precedence, or the error of the first that is no version.
pub fn compare(first: &str, second: &str) -> Result<Ordering, InvalidVersion> {
    let first = read(first)?;
    Ok(first.cmp_precedence(&read(second)?))
}

/// Returns the versions with the lowest precedence first and equal ones in the order they have,
/// or the error of the first that is no version.
pub fn sort(versions: &[&str]) -> Result<Vec<String>, InvalidVersion> {
    let mut entries = versions
        .iter()
        .map(|&text| Ok((read(text)?, text)))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by(|(a, _), (b, _)| a.cmp_precedence(b));
    Ok(entries.iter().map(|(_, text)| text.to_string()).collect())
}

fn read(text: &str) -> Result<semver::Version, InvalidVersion> {
    semver::Version::parse(text).map_err(|_| InvalidVersion {
        text: text.to_string(),
    })
}
