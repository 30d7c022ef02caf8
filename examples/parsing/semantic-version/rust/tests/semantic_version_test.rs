#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use semantic_version::{InvalidVersion, Version, compare, parse, sort};

const WHITE_SPACE: [&str; 13] = [
    " ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\u{85}", "\u{a0}", "\u{2003}",
    "\u{2028}", "\u{feff}",
];

/// The characters next to the allowed ones in ASCII, and some that other formats of versions have.
const OTHER_CHARACTERS: [&str; 14] = [
    "/", ":", "@", "[", "`", "{", "_", ",", "*", "~", "!", "^", "=", "\0",
];

/// They are like digits or letters to many functions.
const NOT_ASCII: [&str; 9] = [
    "é",
    "\u{663}",
    "\u{ff11}",
    "\u{b2}",
    "\u{ff41}",
    "\u{17f}",
    "\u{212a}",
    "\u{1d7d9}",
    "\u{1f600}",
];

/// Each is less than all that follow it, greater than all before it, and equal to itself.
fn assert_ascending(versions: &[&str]) {
    for (i, first) in versions.iter().enumerate() {
        for (j, second) in versions.iter().enumerate() {
            assert_eq!(
                compare(first, second),
                Ok(i.cmp(&j)),
                "{first} and {second}"
            );
        }
    }
}

fn assert_equal(versions: &[&str]) {
    for first in versions {
        for second in versions {
            assert!(
                compare(first, second).unwrap().is_eq(),
                "{first} and {second}"
            );
        }
    }
}

/// All three functions report the text, wherever it is given.
fn assert_invalid(text: &str) {
    let error = InvalidVersion {
        text: text.to_string(),
    };
    assert_eq!(parse(text).as_ref(), Err(&error));
    assert_eq!(compare(text, "1.0.0").as_ref(), Err(&error));
    assert_eq!(compare("1.0.0", text).as_ref(), Err(&error));
    assert_eq!(sort(&[text]).as_ref(), Err(&error));
    assert_eq!(sort(&["2.0.0", text, "1.0.0"]).as_ref(), Err(&error));
}

fn assert_parts(text: &str, [major, minor, patch]: [u64; 3], prerelease: &str, build: &str) {
    let expected = Version {
        major,
        minor,
        patch,
        prerelease: prerelease.to_string(),
        build: build.to_string(),
    };
    assert_eq!(parse(text), Ok(expected), "{text}");
}

fn sorted(versions: &[&str]) -> Vec<String> {
    sort(versions).unwrap()
}

#[test]
fn parts__R1() {
    assert_parts("1.4.0-rc.2+build.007", [1, 4, 0], "rc.2", "build.007");
    assert_parts("0.0.10", [0, 0, 10], "", "");
    assert_parts("0.0.0", [0, 0, 0], "", "");
    assert_parts("1.0.0+a-b", [1, 0, 0], "", "a-b");
    assert_parts("1.0.0--.x-y", [1, 0, 0], "-.x-y", "");
    assert_parts("1.0.0-a-b+c-d", [1, 0, 0], "a-b", "c-d");
    assert_parts("1.0.0-a+b.-", [1, 0, 0], "a", "b.-");
    assert_parts(
        "10.20.30-0.9.10.AZaz-09",
        [10, 20, 30],
        "0.9.10.AZaz-09",
        "",
    );
    assert_parts("9.99.109+0AZaz9-.00.1", [9, 99, 109], "", "0AZaz9-.00.1");
}

#[test]
fn largest_numbers__R1() {
    assert_parts(
        "2147483647.2147483646.2147483647-2147483647",
        [2147483647, 2147483646, 2147483647],
        "2147483647",
        "",
    );
}

#[test]
fn long_texts__R1() {
    for identifiers in [
        "a".repeat(250),
        "-".repeat(250),
        "a.".repeat(124) + "ab",
        "1.".repeat(124) + "10",
    ] {
        assert_parts(&format!("1.2.3-{identifiers}"), [1, 2, 3], &identifiers, "");
        assert_parts(&format!("1.2.3+{identifiers}"), [1, 2, 3], "", &identifiers);
    }
}

#[test]
fn numbers_by_value__R2() {
    assert_ascending(&["1.9.9", "1.10.0", "2.0.0", "10.0.0"]);
    assert_ascending(&[
        "0.0.0", "0.0.1", "0.0.9", "0.0.10", "0.0.100", "0.1.0", "0.9.0", "0.10.0", "1.0.0",
    ]);
}

#[test]
fn major_before_minor_before_patch__R2() {
    assert_ascending(&[
        "1.2.3", "1.2.4", "1.3.0", "1.3.2", "2.0.0", "2.0.1", "2.1.0",
    ]);
}

#[test]
fn largest_numbers_differ__R2() {
    assert_ascending(&[
        "0.0.2147483646",
        "0.0.2147483647",
        "0.2147483646.0",
        "0.2147483647.0",
    ]);
    assert_ascending(&[
        "0.2147483647.2147483647",
        "1.0.0",
        "2147483646.0.0",
        "2147483647.0.0",
    ]);
}

#[test]
fn order_of_the_standard__R3() {
    assert_ascending(&[
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1-alpha",
        "1.0.1",
        "1.1.0-alpha",
    ]);
}

#[test]
fn numbers_of_prereleases_by_value__R3() {
    assert_ascending(&[
        "1.0.0-0",
        "1.0.0-1",
        "1.0.0-9",
        "1.0.0-10",
        "1.0.0-11",
        "1.0.0-20",
        "1.0.0-100",
    ]);
    assert_ascending(&[
        "1.0.0-a.999999999",
        "1.0.0-a.2147483646",
        "1.0.0-a.2147483647",
    ]);
    assert_ascending(&["1.0.0-a.2.z", "1.0.0-a.10.b", "1.0.0-a.10.c"]);
}

#[test]
fn first_difference_decides__R3() {
    assert_ascending(&[
        "1.0.0-a",
        "1.0.0-a.b.c",
        "1.0.0-a.c",
        "1.0.0-ab",
        "1.0.0-b",
        "1.0.0-b.0",
    ]);
    assert_ascending(&[
        "1.0.0-1.2.3",
        "1.0.0-1.3",
        "1.0.0-1.3.0",
        "1.0.0-1.20",
        "1.0.0-2",
        "1.0.0-12.0",
    ]);
    assert_ascending(&[
        "1.0.0-x.y.z",
        "1.0.0-x.y.z.0",
        "1.0.0-x.y.z.0.0",
        "1.0.0-x.y.z.a",
    ]);
    assert_ascending(&[
        "1.0.0-rc.1.1",
        "1.0.0-rc.1.1.1",
        "1.0.0-rc.1.2",
        "1.0.0-rc.11",
        "1.0.0-rc.11.1",
    ]);
}

#[test]
fn equal_prereleases__R3() {
    assert_equal(&["1.0.0-alpha.1", "1.0.0-alpha.1"]);
}

#[test]
fn digits_in_other_identifiers_are_text__R4() {
    assert_ascending(&["1.0.0-rc1", "1.0.0-rc10", "1.0.0-rc2"]);
    assert_ascending(&["1.0.0-10a", "1.0.0-9a"]);
    assert_ascending(&["1.0.0-a.1-10", "1.0.0-a.1-9"]);
    assert_ascending(&["1.0.0--10", "1.0.0--9"]);
    assert_ascending(&["1.0.0-00a", "1.0.0-0a", "1.0.0-1a"]);
}

#[test]
fn numbers_before_other_identifiers__R4() {
    assert_ascending(&["1.0.0-9", "1.0.0--", "1.0.0-0a"]);
    assert_ascending(&["1.0.0-0", "1.0.0--1"]);
    assert_ascending(&["1.0.0-2147483647", "1.0.0--"]);
    assert_ascending(&["1.0.0-12", "1.0.0-1-", "1.0.0-1a"]);
    assert_ascending(&[
        "1.0.0-a.12",
        "1.0.0-a.1-",
        "1.0.0-a.1-2",
        "1.0.0-a.1a",
        "1.0.0-a.1b",
    ]);
    assert_ascending(&["1.0.0-1.9", "1.0.0-10.0", "1.0.0-1-.0"]);
}

#[test]
fn texts_by_ascii__R4() {
    assert_ascending(&[
        "1.0.0--", "1.0.0--a", "1.0.0-0-", "1.0.0-9Z", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-z",
    ]);
    assert_ascending(&["1.0.0-Z.a", "1.0.0-Za", "1.0.0-a.Z", "1.0.0-aZ", "1.0.0-aa"]);
}

#[test]
fn a_hyphen_is_lower_than_a_dot_but_longer__R4() {
    assert_ascending(&["1.0.0-a.b", "1.0.0-a-", "1.0.0-a-.b", "1.0.0-a-b"]);
}

#[test]
fn build_metadata_has_no_precedence__R5() {
    assert_equal(&["1.0.0+1", "1.0.0+2", "1.0.0", "1.0.0+a.b-c", "1.0.0+-"]);
    assert_equal(&["1.0.0-a+x", "1.0.0-a", "1.0.0-a+y.1"]);
    assert_ascending(&["1.0.0-a+z", "1.0.0-b+a", "1.0.0+b", "1.0.1+a"]);
}

#[test]
fn digits_of_build_metadata__R5() {
    let nines = "9".repeat(250);
    for build in [
        "00",
        "007",
        "0.00.000",
        "99999999999999999999",
        &nines,
        "-",
        "01-",
    ] {
        let text = format!("1.0.0+{build}");
        assert_parts(&text, [1, 0, 0], "", build);
        assert_equal(&[&text, "1.0.0"]);
    }
}

#[test]
fn sorts_by_precedence__R6() {
    let expected = [
        "0.9.0", "1.0.0-1", "1.0.0-10", "1.0.0-a", "1.0.0", "1.9.0", "1.10.0-b", "1.10.0", "10.0.0",
    ];
    for step in [1, 2, 4, 5, 7, 8] {
        let versions: Vec<_> = (0..9).map(|i| expected[i * step % 9]).collect();
        assert_eq!(sorted(&versions), expected);
    }
}

#[test]
fn equal_versions_keep_their_order__R6() {
    assert_eq!(
        sorted(&["1.0.0+b", "0.9.0", "1.0.0", "1.0.0+a"]),
        ["0.9.0", "1.0.0+b", "1.0.0", "1.0.0+a"]
    );

    let builds: Vec<_> = (0..50).map(|i| format!("1.0.0-a+{}", i * 7 % 50)).collect();
    let mut versions: Vec<_> = builds.iter().map(String::as_str).collect();
    let mut expected = versions.clone();
    versions.insert(0, "1.0.0");
    versions.push("0.1.0");
    expected.insert(0, "0.1.0");
    expected.push("1.0.0");
    assert_eq!(sorted(&versions), expected);
}

#[test]
fn repeated_texts_are_kept__R6() {
    assert_eq!(
        sorted(&["1.0.0", "0.1.0", "1.0.0", "0.1.0", "1.0.0"]),
        ["0.1.0", "0.1.0", "1.0.0", "1.0.0", "1.0.0"]
    );
}

#[test]
fn texts_are_returned_as_given__R6() {
    let versions = ["2.0.0", "1.0.0+007", "10.0.0-rc.1"];
    assert_eq!(sorted(&versions), ["1.0.0+007", "2.0.0", "10.0.0-rc.1"]);
}

#[test]
fn short_lists__R6() {
    assert!(sorted(&[]).is_empty());
    assert_eq!(sorted(&["1.0.0-a+b"]), ["1.0.0-a+b"]);
}

#[test]
fn wrong_numbers__R7() {
    for text in [
        "",
        ".",
        "..",
        "1",
        "1.",
        "1.2",
        "1.2.",
        ".1.2",
        "1.2.3.",
        "1.2.3.4",
        "1..3",
        "..3",
        "1.2..3",
        "01.2.3",
        "1.02.3",
        "1.2.03",
        "00.2.3",
        "1.00.3",
        "1.2.00",
        "000000000000.0.0",
        "-1.2.3",
        "1.-2.3",
        "+1.2.3",
        "1.+2.3",
        "1.2.+3",
        "1.2-3",
        "1.2+3",
        "1-2.3.4",
        "1+2.3.4",
        "-",
        "+",
        "1.2-a",
        "x.2.3",
        "1.x.3",
        "1.2.x",
        "1.2.3a",
        "1.2.a3",
        "1a.2.3",
        "1.2a.3",
        "1e1.0.0",
        "0x1.0.0",
        "1_0.0.0",
        "1,2,3",
        "v1.2.3",
        "V1.2.3",
        "=1.2.3",
        "version 1.2.3",
        "1.2.3;",
        "a.b.c",
    ] {
        assert_invalid(text);
    }
}

#[test]
fn white_space__R7() {
    for space in WHITE_SPACE {
        for text in [
            "_1.2.3", "1.2.3_", "_1.2.3_", "1_.2.3", "1._2.3", "1.2.3_-a", "1.2.3-a_", "1.2.3+a_",
            "_",
        ] {
            assert_invalid(&text.replace('_', space));
        }
    }
}

#[test]
fn other_characters_in_numbers__R7() {
    for character in NOT_ASCII.into_iter().chain(OTHER_CHARACTERS) {
        for text in ["C.2.3", "1.C.3", "1.2.C", "1C.2.3", "1.2C.3", "1.2.3C"] {
            assert_invalid(&text.replace('C', character));
        }
    }
}

#[test]
fn empty_identifiers__R8() {
    for text in [
        "1.2.3-",
        "1.2.3-+b",
        "1.2.3-a..b",
        "1.2.3-.a",
        "1.2.3-a.",
        "1.2.3-.",
        "1.2.3-a.+b",
        "1.2.3-1..2",
        "1.2.3+",
        "1.2.3+a.",
        "1.2.3+.a",
        "1.2.3+a..b",
        "1.2.3+.",
        "1.2.3-a+",
        "1.2.3-+",
        "1.2.3-a+b..c",
    ] {
        assert_invalid(text);
    }
}

#[test]
fn other_characters_in_identifiers__R8() {
    for character in NOT_ASCII.into_iter().chain(OTHER_CHARACTERS).chain([" "]) {
        for text in [
            "1.2.3-C",
            "1.2.3-aCb+c",
            "1.2.3-1C",
            "1.2.3-a.C+b",
            "1.2.3+C",
            "1.2.3+aCb",
            "1.2.3+0.C",
        ] {
            assert_invalid(&text.replace('C', character));
        }
    }
    for text in ["1.2.3-a+b+c", "1.2.3++", "1.2.3+a+b"] {
        assert_invalid(text);
    }
}

#[test]
fn leading_zeros__R8() {
    for identifiers in ["01", "00", "a.00", "0.01.a", "010+a", "a.0000000000", "09"] {
        assert_invalid(&format!("1.2.3-{identifiers}"));
    }
}

#[test]
fn zeros_and_hyphens_that_are_allowed__R8() {
    for identifiers in [
        "0", "0a", "00-", "-01", "0.0", "a.0", "0-0", "00a.0", "01a", "-", "--", "-.-", "10", "100",
    ] {
        assert_parts(&format!("1.2.3-{identifiers}"), [1, 2, 3], identifiers, "");
    }
}

#[test]
fn errors_hold_the_text__R9() {
    for text in [
        "",
        " 1.2.3\n",
        "\t",
        "1.2.3-a\u{a0}",
        "v1.2.3 ",
        "\"1\\",
        "1.2.3-\u{1f600}",
    ] {
        assert_invalid(text);
    }
}

#[test]
fn errors_are_std_errors_that_tell_the_text__R9() {
    let error: Box<dyn std::error::Error> = Box::new(parse("v1.2.3").unwrap_err());
    assert!(error.is::<InvalidVersion>());
    assert!(error.to_string().contains("v1.2.3"));
}

#[test]
fn first_of_two_wrong_arguments__R9() {
    for (first, second) in [("1.2", "v1.2.3"), ("v1.2.3", "1.2"), ("", " ")] {
        assert_eq!(compare(first, second).unwrap_err().text, first);
    }
}

#[test]
fn first_wrong_text_of_a_list__R9() {
    for (versions, wrong) in [
        (["3.0.0", "2.0.0", "b", "1.0.0", "a"].as_slice(), "b"),
        (&["3.0.0", "2.0.0", "a", "1.0.0", "b"], "a"),
        (&["1.0.0 ", "1.0.0", ""], "1.0.0 "),
        (&["2.0.0", "1.0.0", "1"], "1"),
    ] {
        assert_eq!(sort(versions).unwrap_err().text, wrong);
    }
}
