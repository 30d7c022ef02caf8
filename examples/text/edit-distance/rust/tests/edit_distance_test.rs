#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use edit_distance::edit_distance;

/// The distance has to be the same in both directions.
fn assert_distances(cases: &[(&str, &str, usize)]) {
    for &(first, second, distance) in cases {
        assert_eq!(
            edit_distance(first, second),
            distance,
            "{first:.40?} {second:.40?}"
        );
        assert_eq!(
            edit_distance(second, first),
            distance,
            "{second:.40?} {first:.40?}"
        );
    }
}

/// The same text each time, in every language that these tests are written in.
fn some_text(mut seed: usize, length: usize, alphabet: &str) -> String {
    let characters: Vec<char> = alphabet.chars().collect();
    (0..length)
        .map(|_| {
            seed = seed * 16807 % 2147483647;
            characters[seed % characters.len()]
        })
        .collect()
}

fn by_whole_table(first: &str, second: &str) -> usize {
    let first: Vec<char> = first.chars().collect();
    let second: Vec<char> = second.chars().collect();
    let mut table = vec![vec![0; second.len() + 1]; first.len() + 1];
    for i in 0..=first.len() {
        for j in 0..=second.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else if first[i - 1] == second[j - 1] {
                table[i - 1][j - 1]
            } else {
                1 + table[i - 1][j - 1]
                    .min(table[i - 1][j])
                    .min(table[i][j - 1])
            };
        }
    }
    table[first.len()][second.len()]
}

#[test]
fn fewest_edits__R1() {
    assert_distances(&[
        ("kitten", "sitting", 3),
        ("intention", "execution", 5),
        ("flaw", "lawn", 2),
        ("abcdef", "bcdefg", 2),
        ("saturday", "sunday", 3),
        ("abc", "xyz", 3),
        ("abcdefgh", "axcxexgx", 4),
        ("abcde", "xaxbxcxdxex", 6),
    ]);
}

#[test]
fn as_by_the_whole_table__R1() {
    for alphabet in ["ab", "abcd", "aáé中😀🨀"] {
        for seed in 1..=12 {
            let first = some_text(seed, seed * 37 % 150, alphabet);
            let second = some_text(seed + 100, seed * 61 % 150, alphabet);
            assert_distances(&[(&first, &second, by_whole_table(&first, &second))]);
        }
    }
}

#[test]
fn lengths_around_words_of_the_machine__R1() {
    for length in [31, 32, 33, 63, 64, 65, 127, 128, 129] {
        let first = some_text(3, length, "abc");
        let second = some_text(4, length, "abc");
        let (a, b, ab) = ("a".repeat(length), "b".repeat(length), "ab".repeat(length));
        assert_distances(&[
            (&first, &second, by_whole_table(&first, &second)),
            (&a, &b, length),
            (&format!("x{ab}"), &format!("{ab}y"), 2),
            (&format!("{a}b"), "b", length),
        ]);
    }
}

#[test]
fn each_edit_costs_one__R2() {
    assert_distances(&[
        ("ab", "ba", 2),
        ("ca", "abc", 3),
        ("abc", "axc", 1),
        ("abc", "abxc", 1),
        ("abc", "ac", 1),
        ("abcd", "badc", 3),
        ("a", "b", 1),
        ("abc", "bca", 2),
    ]);
}

#[test]
fn only_identical_texts_give_zero__R3() {
    for text in [
        "a",
        "kitten",
        "日本語",
        "a😀b",
        &"ab".repeat(100),
        " \n\0\u{feff}",
    ] {
        let mut shortened = String::from(text);
        shortened.pop();
        assert_distances(&[
            (text, &String::from(text), 0),
            (text, &format!("{text}x"), 1),
            (text, &format!("x{text}"), 1),
            (text, &format!("{shortened}x"), 1),
        ]);
    }
}

#[test]
fn common_ends__R3() {
    assert_distances(&[
        ("ab", "aab", 1),
        ("xay", "xaay", 1),
        ("aXbXa", "aXa", 2),
        ("aaaa", "aa", 2),
        ("prefix-one", "prefix-two", 3),
        ("one-suffix", "two-suffix", 3),
        ("abXYcd", "abZcd", 2),
        ("ababab", "abab", 2),
        ("abcabc", "abc", 3),
    ]);
}

#[test]
fn calls_are_independent__R3() {
    let (a, b, ab) = ("a".repeat(200), "b".repeat(150), "ab".repeat(75));
    let mut pairs = [
        ("kitten", "sitting", 3),
        (&a, &b, 200),
        ("", "abc", 3),
        ("flaw", "lawn", 2),
        (&b, &ab, 75),
        ("same", "same", 0),
    ];
    assert_distances(&pairs);
    pairs.reverse();
    assert_distances(&pairs);
}

#[test]
fn empty_text__R4() {
    assert_distances(&[
        ("", "", 0),
        ("a", "", 1),
        ("héllo😀", "", 6),
        ("kitten", "", 6),
        ("😀😁", "", 2),
        ("\0", "", 1),
        (&"a".repeat(3000), "", 3000),
    ]);
}

#[test]
fn every_code_point_is_one_character__R5() {
    assert_distances(&[
        ("😀", "x", 1),
        ("a😀b", "a😁b", 1),
        ("😀😁", "😁", 1),
        ("\u{1f600}", "\u{1fa00}", 1),
        ("😀", "😁", 1),
        ("é", "è", 1),
        ("日本語", "日本", 1),
        ("\u{10ffff}", "\u{ffff}", 1),
        ("\u{ffff}a", "\u{ffff}b", 1),
        ("😀😁😂", "😂😀😁", 2),
        ("aé中😀", "😀中éa", 4),
        ("áa", "aá", 2),
    ]);
}

#[test]
fn many_different_code_points__R5() {
    // Multiples of a power of two are alike for whoever looks at the low bits only.
    for gap in [1, 2, 64, 128, 256, 1024, 4096] {
        let points: Vec<char> = (0..160)
            .map(|i| char::from_u32(0x10000 + gap * i).unwrap())
            .collect();
        let text = |points: &[char]| points.iter().collect::<String>();
        let spaced = text(&points[..80]);
        assert_distances(&[
            (&spaced, &text(&points[80..]), 80),
            (&spaced, &format!("x{}", text(&points[..79])), 2),
            (&spaced, &text(&points[3..82]), 5),
        ]);
    }
}

#[test]
fn nothing_is_changed_before__R6() {
    assert_distances(&[
        ("\u{e9}", "e\u{301}", 2),
        ("A", "a", 1),
        ("ß", "ss", 2),
        ("a", "a\u{fe0f}", 1),
        ("a\0b", "a\0c", 1),
        ("ab", "a\0b", 1),
        ("ab", "ab\0", 1),
        ("ab", " ab ", 2),
        ("ab", "ab\n", 1),
        ("ab", "\r\nab", 2),
        ("ab", "\u{feff}ab", 1),
        ("\u{feff}", "\u{2060}", 1),
        ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "", 5),
        (
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f468}\u{1f469}\u{1f467}",
            2,
        ),
        ("ﬁ", "fi", 2),
        ("Å", "\u{212b}", 1),
    ]);
}

#[test]
fn long_texts__R7() {
    assert_distances(&[(
        &some_text(1, 2000, "abcd"),
        &some_text(2, 2000, "abcd"),
        1054,
    )]);
}

#[test]
fn long_and_short_text__R7() {
    let spread: String = "abcdefghij"
        .chars()
        .map(|letter| format!("{letter}{}", "-".repeat(9999)))
        .collect();
    assert_distances(&[
        (&spread, "abcdefghij", 99_990),
        (&spread, "jihgfedcba", 99_999),
    ]);
}

#[test]
fn distances_above_16_bits__R7() {
    assert_distances(&[
        (&"x".repeat(70_000), &"y".repeat(5), 70_000),
        (&"x".repeat(65_535), "y", 65_535),
        (&"x".repeat(65_536), "y", 65_536),
    ]);
}
