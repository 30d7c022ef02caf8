//! An immutable set of integers that is kept as ranges.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::iter::once;
use std::ops::Range;

const BOUND: i64 = 1 << 52;

/// A range has its start after its end, or one of them beyond ±2⁵².
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRange {
    /// The position in the list, from 0.
    pub index: usize,
}

impl Display for InvalidRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "range {} is invalid", self.index)
    }
}

impl Error for InvalidRange {}

/// A set of integers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeSet {
    ranges: Vec<Range<i64>>,
}

impl RangeSet {
    /// Makes a set of ranges in any order.
    ///
    /// # Errors
    ///
    /// The first range that can not be.
    pub fn new(ranges: &[Range<i64>]) -> Result<Self, InvalidRange> {
        let is_wrong = |range: &Range<i64>| range.start < -BOUND || range.start > range.end || range.end > BOUND;
        if let Some(index) = ranges.iter().position(is_wrong) {
            return Err(InvalidRange { index });
        }
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable_by_key(|range| range.start);
        Ok(join(sorted))
    }

    /// The fewest ranges, ascending.
    pub fn ranges(&self) -> &[Range<i64>] {
        &self.ranges
    }

    pub fn union(&self, other: &Self) -> Self {
        let mut theirs = other.ranges.iter().peekable();
        let mut merged = Vec::with_capacity(self.ranges.len() + other.ranges.len());
        for mine in &self.ranges {
            while let Some(earlier) = theirs.next_if(|range| range.start < mine.start) {
                merged.push(earlier.clone());
            }
            merged.push(mine.clone());
        }
        join(merged.into_iter().chain(theirs.cloned()))
    }

    pub fn intersection(&self, other: &Self) -> Self {
        overlaps(&self.ranges, other.ranges.iter().cloned())
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        let starts = once(-BOUND).chain(other.ranges.iter().map(|range| range.end));
        let ends = other.ranges.iter().map(|range| range.start).chain(once(BOUND));
        overlaps(&self.ranges, starts.zip(ends).map(|(start, end)| start..end))
    }

    pub fn contains(&self, value: i64) -> bool {
        let place = self.ranges.partition_point(|range| range.end <= value);
        self.ranges.get(place).is_some_and(|range| range.contains(&value))
    }

    /// How many integers there are.
    pub fn size(&self) -> u64 {
        self.ranges.iter().map(|range| range.end.abs_diff(range.start)).sum()
    }
}

/// From valid ranges by their starts; those that overlap or touch become one, empty ones are left out.
fn join(ranges: impl IntoIterator<Item = Range<i64>>) -> RangeSet {
    let mut joined: Vec<Range<i64>> = Vec::new();
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    RangeSet { ranges: joined }
}

/// What ranges have in common with others; both ascend without overlapping.
fn overlaps(mine: &[Range<i64>], others: impl Iterator<Item = Range<i64>>) -> RangeSet {
    let mut place = 0;
    let mut common = Vec::new();
    for other in others {
        place += mine[place..].iter().take_while(|range| range.end <= other.start).count();
        let reached = mine[place..].iter().take_while(|range| range.start < other.end);
        let both = reached.map(|range| range.start.max(other.start)..range.end.min(other.end));
        common.extend(both.filter(|range| !range.is_empty()));
    }
    RangeSet { ranges: common }
}
