//! The edit distance (Levenshtein distance) of two texts, by strsim.

/// Returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
pub fn edit_distance(first: &str, second: &str) -> usize {
    strsim::levenshtein(first, second)
}
