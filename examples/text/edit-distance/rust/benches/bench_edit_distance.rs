use crate::{Random, Work, Workload, work};
use edit_distance::edit_distance;

pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "misspelt_words",
        size: 2_000,
        prepare: misspelt_words,
    },
    Workload {
        name: "edited_text",
        size: 2_000,
        prepare: edited_text,
    },
    Workload {
        name: "wide_alphabet",
        size: 2_000,
        prepare: wide_alphabet,
    },
];

fn misspelt_words(n: usize, random: &mut Random) -> Work {
    let mut pairs = Vec::new();
    let mut edits = 0;
    for _ in 0..n {
        let length = 4 + random.below(9) as usize;
        let word = characters('a', 13, length, random);
        let other = edited(&word, 4, 'n', 13, random);
        edits += edits_between(&word, &other);
        pairs.push((text(&word), text(&other)));
    }
    work(
        move || -> usize {
            pairs
                .iter()
                .map(|(word, other)| edit_distance(word, other))
                .sum()
        },
        move |&result| result == edits,
    )
}

fn edited_text(n: usize, random: &mut Random) -> Work {
    let first = characters('a', 26, n, random);
    let second = edited(&first, 16, 'A', 26, random);
    distance_of(&first, &second)
}

fn wide_alphabet(n: usize, random: &mut Random) -> Work {
    let first = characters('\u{4e00}', 20_000, n, random);
    let second = edited(&first, 2, '\u{1f300}', 256, random);
    distance_of(&first, &second)
}

fn distance_of(first: &[char], second: &[char]) -> Work {
    let edits = edits_between(first, second);
    let (first, second) = (text(first), text(second));
    work(
        move || edit_distance(&first, &second),
        move |&result| result == edits,
    )
}

fn characters(from: char, count: u32, n: usize, random: &mut Random) -> Vec<char> {
    (0..n).map(|_| character(from, count, random)).collect()
}

fn character(from: char, count: u32, random: &mut Random) -> char {
    char::from_u32(from as u32 + random.below(count)).unwrap()
}

/// One in so many characters is replaced, by one that is nowhere in the text.
fn edited(text: &[char], rarity: u32, from: char, count: u32, random: &mut Random) -> Vec<char> {
    text.iter()
        .map(|&point| {
            if random.below(rarity) == 0 {
                character(from, count, random)
            } else {
                point
            }
        })
        .collect()
}

fn edits_between(first: &[char], second: &[char]) -> usize {
    first.iter().zip(second).filter(|(a, b)| a != b).count()
}

fn text(characters: &[char]) -> String {
    characters.iter().collect()
}
