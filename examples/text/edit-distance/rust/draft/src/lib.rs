//! Levenshtein distance between two texts, counted in Unicode code points.

/// Returns the smallest number of insertions, deletions and replacements of
/// one code point that turn `first` into `second`.
///
/// Memory use is linear in the lengths of the texts.
pub fn edit_distance(first: &str, second: &str) -> usize {
    let first: Vec<char> = first.chars().collect();
    let second: Vec<char> = second.chars().collect();

    // A common prefix and a common suffix never need an edit.
    let prefix = first
        .iter()
        .zip(&second)
        .take_while(|(a, b)| a == b)
        .count();
    let first = &first[prefix..];
    let second = &second[prefix..];
    let suffix = first
        .iter()
        .rev()
        .zip(second.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let first = &first[..first.len() - suffix];
    let second = &second[..second.len() - suffix];

    // The distance is symmetric, so the row can follow the shorter text.
    let (longer, shorter) = if first.len() < second.len() {
        (second, first)
    } else {
        (first, second)
    };
    if shorter.is_empty() {
        return longer.len();
    }

    // row[j] is the distance from the part of `longer` read so far to the
    // first j characters of `shorter`.
    let mut row: Vec<usize> = (0..=shorter.len()).collect();
    for (i, a) in longer.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        row[0] = left;
        for (cell, b) in row[1..].iter_mut().zip(shorter) {
            let above = *cell;
            left = if a == b {
                diagonal
            } else {
                diagonal.min(above).min(left) + 1
            };
            *cell = left;
            diagonal = above;
        }
    }
    row[shorter.len()]
}
