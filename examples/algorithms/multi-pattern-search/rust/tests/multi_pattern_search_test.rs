#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::collections::HashSet;

use multi_pattern_search::{EmptyWordError, Match, Searcher};

type Triple = (usize, usize, usize);

fn searcher(words: &[&str]) -> Searcher {
    Searcher::new(words).unwrap()
}

fn triples(matches: &[Match]) -> Vec<Triple> {
    matches
        .iter()
        .map(|found| (found.index, found.start, found.end))
        .collect()
}

/// Also checks that each match is where it says.
fn assert_found<S: AsRef<str>>(words: &[S], text: &str, expected: &[Triple]) {
    let matches = Searcher::new(words).unwrap().search(text);
    for found in &matches {
        assert_eq!(
            text.get(found.start..found.end),
            Some(words[found.index].as_ref())
        );
    }
    assert_eq!(triples(&matches), expected, "{text:.50}");
}

/// The same by trying each word at each place.
fn try_everywhere(words: &[String], text: &str) -> Vec<Triple> {
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        for start in 0..text.len() {
            if text.as_bytes()[start..].starts_with(word.as_bytes()) {
                found.push((index, start, start + word.len()));
            }
        }
    }
    found.sort_by_key(|&(index, start, end)| (end, start, index));
    found
}

/// Numbers below a bound, always the same.
struct Random(u32);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (self.0 >> 16) as usize % bound
    }

    fn draw(&mut self, letters: &[char], length: usize) -> String {
        (0..length)
            .map(|_| letters[self.below(letters.len())])
            .collect()
    }
}

#[test]
fn words_that_overlap__R1() {
    let words = ["he", "she", "his", "hers"];
    assert_found(&words, "ushers", &[(1, 1, 4), (0, 2, 4), (3, 2, 6)]);
}

#[test]
fn inside_longer_words__R1() {
    assert_found(&["cat"], "concatenate cats", &[(0, 3, 6), (0, 12, 15)]);
}

#[test]
fn search_goes_on_when_a_word_is_given_up__R1() {
    assert_found(&["abd", "bc"], "abc", &[(1, 1, 3)]);
    assert_found(&["aab"], "aaab", &[(0, 1, 4)]);
    assert_found(&["ababc"], "abababc", &[(0, 2, 7)]);
    assert_found(&["abcabd"], "abcabcabd", &[(0, 3, 9)]);
    assert_found(&["abcx", "bcy", "cz"], "abcz", &[(2, 2, 4)]);
    assert_found(&["abcx", "bcy", "cz"], "abcy", &[(1, 1, 4)]);
    assert_found(&["abcx", "bcy", "cz"], "abxbcy", &[(1, 3, 6)]);
    assert_found(&["ab"], "axb", &[]);
    assert_found(&["ab", "cd"], "ab!cdacbd", &[(0, 0, 2), (1, 3, 5)]);
}

#[test]
fn same_as_trying_everywhere__R1_R2() {
    let mut random = Random(1);
    for alphabet in ["ab", "abc", "aé😀"] {
        let mut letters: Vec<char> = alphabet.chars().collect();
        for _ in 0..100 {
            let words: Vec<String> = (0..1 + random.below(8))
                .map(|_| {
                    let length = 1 + random.below(5);
                    random.draw(&letters, length)
                })
                .collect();
            letters.push('x');
            let text = random.draw(&letters, 30);
            letters.pop();
            assert_found(&words, &text, &try_everywhere(&words, &text));
        }
    }
}

#[test]
fn order__R2() {
    let words = ["bc", "abcd", "c", "abc"];
    assert_found(
        &words,
        "abcd",
        &[(3, 0, 3), (0, 1, 3), (2, 2, 3), (1, 0, 4)],
    );
    let words = ["c", "abc", "bc", "abcd"];
    assert_found(
        &words,
        "abcd",
        &[(1, 0, 3), (2, 1, 3), (0, 2, 3), (3, 0, 4)],
    );
}

fn permutations<'a>(items: &[&'a str]) -> Vec<Vec<&'a str>> {
    if items.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for (i, &item) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(i);
        for mut others in permutations(&rest) {
            others.insert(0, item);
            all.push(others);
        }
    }
    all
}

#[test]
fn order_of_the_words_has_no_influence__R2() {
    for words in permutations(&["bc", "abcd", "c", "abc"]) {
        let matches = searcher(&words).search("abcd");
        let found: Vec<&str> = matches.iter().map(|found| words[found.index]).collect();
        assert_eq!(found, ["abc", "bc", "c", "abcd"], "{words:?}");
    }
}

#[test]
fn by_end_before_start__R2() {
    assert_found(&["abcde", "c"], "abcde", &[(1, 2, 3), (0, 0, 5)]);
}

#[test]
fn a_word_overlaps_itself__R3() {
    assert_found(&["aa"], "aaaa", &[(0, 0, 2), (0, 1, 3), (0, 2, 4)]);
    assert_found(&["abab"], "ababab", &[(0, 0, 4), (0, 2, 6)]);
}

#[test]
fn words_within_words__R3() {
    let six = [
        (0, 0, 1),
        (1, 0, 2),
        (0, 1, 2),
        (2, 0, 3),
        (1, 1, 3),
        (0, 2, 3),
    ];
    assert_found(&["a", "aa", "aaa"], "aaa", &six);
    let words = ["abcde", "ab", "cd", "de", "bcd"];
    assert_found(
        &words,
        "abcde",
        &[(1, 0, 2), (4, 1, 4), (2, 2, 4), (0, 0, 5), (3, 3, 5)],
    );
}

#[test]
fn suffix_that_is_only_the_beginning_of_a_word__R3() {
    assert_found(&["abcd", "cde", "d"], "abcd", &[(0, 0, 4), (2, 3, 4)]);
    assert_found(&["abcx", "bcy", "c"], "abc", &[(2, 2, 3)]);
}

#[test]
fn equal_words__R4() {
    assert_found(&["b", "ab", "b"], "ab", &[(1, 0, 2), (0, 1, 2), (2, 1, 2)]);
    let six = [
        (0, 0, 1),
        (1, 0, 1),
        (2, 0, 1),
        (0, 1, 2),
        (1, 1, 2),
        (2, 1, 2),
    ];
    assert_found(&["a", "a", "a"], "aa", &six);
    let words = ["a", "ba", "a", "ba"];
    assert_found(&words, "ba", &[(1, 0, 2), (3, 0, 2), (0, 1, 2), (2, 1, 2)]);
}

#[test]
fn nothing_found__R5() {
    assert_found::<&str>(&[], "text", &[]);
    assert_found::<&str>(&[], "", &[]);
    assert_found(&["a"], "", &[]);
    assert_found(&["abc", "x"], "aabbcc", &[]);
    assert_found(&["abc"], "ab", &[]);
    assert_found(&["abc", "bcd"], "abab", &[]);
    assert_found(&["é"], "e", &[]);
}

#[test]
fn start_end_and_whole_text__R5() {
    assert_found(&["ab"], "abxab", &[(0, 0, 2), (0, 3, 5)]);
    assert_found(&["abc"], "abc", &[(0, 0, 3)]);
    assert_found(&["a"], "a", &[(0, 0, 1)]);
}

#[test]
fn words_are_compared_exactly__R6() {
    assert_found(&["He"], "he HE hE", &[]);
    assert_found(&["he"], "He the", &[(0, 4, 6)]);
    assert_found(&["\u{e9}"], "e\u{301}", &[]);
    assert_found(&["e", "e\u{301}"], "e\u{301}", &[(0, 0, 1), (1, 0, 3)]);
    assert_found(&["e"], "\u{e9}", &[]);
    assert_found(&["😀"], "😁", &[]);
    assert_found(&["😀"], "😁😀", &[(0, 4, 8)]);
    assert_found(&["a"], "\u{161}\u{6161}\u{10061}", &[]);
    assert_found(&["\u{e9}"], "\u{129}\u{a9}\u{c3}", &[]);
    assert_found(&["a", "¤", "¥"], "¥a", &[(2, 0, 2), (0, 2, 3)]);
}

#[test]
fn all_characters_stand_for_themselves__R6() {
    for character in " \t\n\r\0.*+?[](){}^$|\\".chars() {
        let words = [format!("a{character}b"), character.to_string()];
        let text = format!("axb-ab{character}a{character}b");
        assert_found(&words, &text, &[(1, 6, 7), (1, 8, 9), (0, 7, 10)]);
    }
}

#[test]
fn places_after_any_character__R6() {
    let characters = [
        "z",
        "\u{7f}",
        "\u{80}",
        "é",
        "\u{7ff}",
        "\u{800}",
        "中",
        "\u{d7ff}",
        "\u{e000}",
        "\u{ffff}",
        "😀",
        "\u{10ffff}",
    ];
    for before in characters {
        let size = before.len();
        assert_found(
            &["ab", before],
            &format!("{before}ab{before}{before}ab"),
            &[
                (1, 0, size),
                (0, size, size + 2),
                (1, size + 2, 2 * size + 2),
                (1, 2 * size + 2, 3 * size + 2),
                (0, 3 * size + 2, 3 * size + 4),
            ],
        );
    }
}

#[test]
fn all_bytes_of_utf8__R6() {
    let leads = (0x800..0xd800).step_by(0x800);
    let others = [0xe000, 0xf000, 0x10000, 0x40000, 0x80000, 0xc0000, 0x100000];
    let codes = (0..0x800).chain(leads).chain(others);
    let words: Vec<String> = codes
        .map(|code| char::from_u32(code).unwrap().to_string())
        .collect();
    let mut expected = Vec::new();
    let mut end = 0;
    for (index, word) in words.iter().enumerate() {
        expected.push((index, end, end + word.len()));
        end += word.len();
    }
    assert_found(&words, &words.concat(), &expected);
}

#[test]
fn empty_word__R7() {
    let cases: [(&[&str], usize); 5] = [
        (&[""], 0),
        (&["", "a"], 0),
        (&["a", ""], 1),
        (&["a", "b", "", "c", ""], 2),
        (&["a", "a", ""], 2),
    ];
    for (words, index) in cases {
        let error = Searcher::new(words).unwrap_err();
        assert_eq!(error, EmptyWordError { index }, "{words:?}");
        let error: Box<dyn std::error::Error> = Box::new(error);
        assert!(error.to_string().contains(&index.to_string()), "{error}");
    }
}

#[test]
fn each_search_begins_afresh__R8() {
    let searcher = searcher(&["ab"]);
    assert_eq!(searcher.search("a"), []);
    assert_eq!(searcher.search("b"), []);
    assert_eq!(triples(&searcher.search("ab")), [(0, 0, 2)]);
    assert_eq!(searcher.search("b"), []);
}

#[test]
fn results_are_independent__R8() {
    let searcher = searcher(&["a", "ba", "a"]);
    let expected = [(1, 0, 2), (0, 1, 2), (2, 1, 2)];
    let mut first = searcher.search("ba");
    assert_eq!(triples(&first), expected);
    first.clear();
    assert_eq!(triples(&searcher.search("ba")), expected);
}

#[test]
fn list_of_words_is_independent__R8() {
    let mut words = vec!["b".to_string(), "ab".to_string(), "b".to_string()];
    let searcher = Searcher::new(&words).unwrap();
    assert_eq!(words, ["b", "ab", "b"]);
    words.clear();
    let found = searcher.search("abx");
    assert_eq!(triples(&found), [(1, 0, 2), (0, 1, 2), (2, 1, 2)]);
}

#[test]
fn searchers_are_independent__R8() {
    let (one, other) = (searcher(&["ab", "b"]), searcher(&["bc", "abc"]));
    assert_eq!(triples(&one.search("abc")), [(0, 0, 2), (1, 1, 2)]);
    assert_eq!(triples(&other.search("abc")), [(1, 0, 3), (0, 1, 3)]);
    assert_eq!(triples(&one.search("abc")), [(0, 0, 2), (1, 1, 2)]);
}

#[test]
fn long_word__R9() {
    let expected: Vec<Triple> = (0..11).map(|start| (0, start, start + 10_000)).collect();
    assert_found(&["a".repeat(10_000)], &"a".repeat(10_010), &expected);
}

#[test]
fn many_words__R9() {
    let words: Vec<String> = (0..2_000_u64)
        .map(|i| format!("{:010}", i * 4_321_987))
        .collect();
    let matches = Searcher::new(&words).unwrap().search(&words.concat());
    let found: HashSet<Triple> = triples(&matches).into_iter().collect();
    for i in 0..words.len() {
        assert!(found.contains(&(i, 10 * i, 10 * i + 10)), "{}", words[i]);
    }
}
