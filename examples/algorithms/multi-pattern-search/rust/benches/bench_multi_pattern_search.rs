use multi_pattern_search::{Match, Searcher};

use crate::{Random, Work, Workload, work};

pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "keywords",
        size: 200_000,
        prepare: keywords,
    },
    Workload {
        name: "motifs",
        size: 200_000,
        prepare: motifs,
    },
    Workload {
        name: "building",
        size: 10_000,
        prepare: building,
    },
];

fn random_words(
    count: usize,
    shortest: usize,
    longest: usize,
    letters: &[u8],
    random: &mut Random,
) -> Vec<String> {
    (0..count)
        .map(|_| {
            let length = shortest + random.below((longest - shortest + 1) as u32) as usize;
            (0..length)
                .map(|_| char::from(letters[random.below(letters.len() as u32) as usize]))
                .collect()
        })
        .collect()
}

fn searching(words: Vec<String>, text: String, least: usize) -> Work {
    let searcher = Searcher::new(&words).unwrap();
    let searched = text.clone();
    work(
        move || searcher.search(&searched),
        move |result: &Vec<Match>| {
            let is_right =
                |found: &Match| text.get(found.start..found.end) == Some(&words[found.index]);
            result.len() >= least && result.iter().all(is_right)
        },
    )
}

/// A hundred of the five hundred words that a text is made of.
fn keywords(n: usize, random: &mut Random) -> Work {
    let mut vocabulary = random_words(500, 3, 8, b"abcdefghijklmnopqrstuvwxyz", random);
    let chosen: Vec<usize> = (0..n / 6).map(|_| random.below(500) as usize).collect();
    let text: Vec<&str> = chosen
        .iter()
        .map(|&index| vocabulary[index].as_str())
        .collect();
    let text = text.join(" ");
    let least = chosen.iter().filter(|&&index| index < 100).count();
    vocabulary.truncate(100);
    searching(vocabulary, text, least)
}

/// Words of four letters only, which nearly always fail after some of them.
fn motifs(n: usize, random: &mut Random) -> Work {
    let words = random_words(200, 7, 12, b"acgt", random);
    let text = random_words(1, n, n, b"acgt", random).concat() + &words[0];
    searching(words, text, 1)
}

/// The building itself, of words that together have n letters.
fn building(n: usize, random: &mut Random) -> Work {
    let words = random_words(n / 8, 8, 8, b"abcdefghijklmnopqrstuvwxyz", random);
    let (text, least) = (words.concat(), words.len());
    work(
        move || Searcher::new(&words).unwrap(),
        move |searcher: &Searcher| searcher.search(&text).len() >= least,
    )
}
