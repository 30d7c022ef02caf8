#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use base58::{InvalidCharacter, decode, encode};

const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const NUMBERS: [(&[u8], &str); 13] = [
    (&[0x01], "2"),
    (&[0x09], "A"),
    (&[0x21], "a"),
    (&[0x39], "z"),
    (&[0x3a], "21"),
    (&[0x61], "2g"),
    (&[0xff], "5Q"),
    (&[0xff; 4], "7YXq9G"),
    (&[1, 0, 0, 0, 0], "7YXq9H"),
    (&[0xff; 8], "jpXCZedGfVQ"),
    (&[1, 0, 0, 0, 0, 0, 0, 0, 0], "jpXCZedGfVR"),
    (b"hello world", "StV1DL6CwTryKyV"),
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
];

const ZEROS: [(&[u8], &str); 8] = [
    (&[0], "1"),
    (&[0, 0], "11"),
    (&[0, 0, 1], "112"),
    (&[0, 0x39], "1z"),
    (&[0, 0xff, 0], "1LQX"),
    (&[0x0d, 0x24], "211"),
    (&[0, 0, 0x0d, 0x24], "11211"),
    (
        &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        "11111111jpXCZedGfVR",
    ),
];

/// The same numbers each time, evenly spread.
fn numbers(count: usize, below: u64) -> Vec<usize> {
    let mut state = 1;
    let mut next = || {
        state = state * 48271 % 2_147_483_647;
        (state % below) as usize
    };
    (0..count).map(|_| next()).collect()
}

fn some_bytes(count: usize) -> Vec<u8> {
    numbers(count, 256).into_iter().map(|n| n as u8).collect()
}

fn digit(value: usize) -> &'static str {
    &ALPHABET[value..=value]
}

/// The bytes of a small number times powers of 58, beginning with the power 0.
fn times_powers_of_58(number: u8) -> impl Iterator<Item = Vec<u8>> {
    std::iter::successors(Some(vec![number]), |bytes| {
        let mut carry = 0;
        let mut product = Vec::new();
        for &byte in bytes.iter().rev() {
            carry += u32::from(byte) * 58;
            product.push(carry as u8);
            carry >>= 8;
        }
        if carry > 0 {
            product.push(carry as u8);
        }
        product.reverse();
        Some(product)
    })
}

fn minus_one(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for byte in bytes.iter_mut().rev() {
        *byte = byte.wrapping_sub(1);
        if *byte != 255 {
            break;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    bytes.split_off(zeros)
}

fn assert_both(data: &[u8], text: &str) {
    assert_eq!(encode(data), text, "{data:?}");
    assert_eq!(decode(text).as_deref(), Ok(data), "{text}");
}

fn assert_bytes_return(data: &[u8]) {
    let text = encode(data);
    assert_eq!(decode(&text).as_deref(), Ok(data), "{text}");
}

fn assert_text_returns(text: &str) {
    assert_eq!(encode(&decode(text).unwrap()), text);
}

fn assert_error(text: &str, character: char, position: usize) {
    let expected = InvalidCharacter {
        character,
        position,
    };
    assert_eq!(decode(text), Err(expected), "{text:?}");
}

#[test]
fn encode_numbers__R1() {
    for (data, text) in NUMBERS {
        assert_eq!(encode(data), text, "{data:?}");
    }
}

#[test]
fn encode_single_bytes__R1() {
    for value in 1..=255 {
        let (high, low) = (usize::from(value) / 58, usize::from(value) % 58);
        let high = if high > 0 { digit(high) } else { "" };
        assert_eq!(encode(&[value]), format!("{high}{}", digit(low)));
    }
}

#[test]
fn bytes_are_left__R1() {
    let data = [0, 0, 255, 1, 0, 17];
    encode(&data);
    assert_eq!(data, [0, 0, 255, 1, 0, 17]);
}

#[test]
fn decode_numbers__R2() {
    for (data, text) in NUMBERS {
        assert_eq!(decode(text).as_deref(), Ok(data), "{text}");
    }
}

#[test]
fn decode_single_digits__R2() {
    for value in 0..58 {
        assert_eq!(decode(digit(value)), Ok(vec![value as u8]));
    }
}

#[test]
fn case_matters__R2() {
    assert_eq!(decode("a"), Ok(vec![0x21]));
    assert_eq!(decode("A"), Ok(vec![0x09]));
    assert_ne!(
        decode("StV1DL6CwTryKyV").unwrap(),
        decode("stv1dL6cWtRYkYv").unwrap()
    );
}

#[test]
fn leading_zeros__R3() {
    for (data, text) in ZEROS {
        assert_both(data, text);
    }
}

#[test]
fn zeros_alone__R3() {
    for count in 1..70 {
        assert_both(&vec![0; count], &"1".repeat(count));
    }
}

#[test]
fn zeros_before_and_behind__R3() {
    for before in 0..20 {
        for (behind, number) in times_powers_of_58(5).take(20).enumerate() {
            let data = [vec![0; before], vec![5], vec![0; behind]].concat();
            let text = encode(&data);
            let ones = text.len() - text.trim_start_matches('1').len();
            assert_eq!(ones, before, "{data:?}");
            assert_eq!(decode(&text), Ok(data));

            let text = format!("{}6{}", "1".repeat(before), "1".repeat(behind));
            assert_both(&[vec![0; before], number].concat(), &text);
        }
    }
}

#[test]
fn nothing__R4() {
    assert_both(&[], "");
}

#[test]
fn nothing_else_is_empty__R4() {
    for value in 0..=255 {
        assert_ne!(encode(&[value]), "", "{value}");
    }
    for value in 0..58 {
        assert_ne!(decode(digit(value)), Ok(vec![]), "{value}");
    }
}

#[test]
fn all_pairs_of_bytes__R5() {
    for first in 0..=255 {
        for second in (first % 7..=255).step_by(7) {
            assert_bytes_return(&[first, second]);
        }
    }
}

#[test]
fn all_pairs_of_characters__R5() {
    for first in ALPHABET.chars() {
        for second in ALPHABET.chars() {
            assert_text_returns(&format!("{first}{second}"));
        }
    }
}

#[test]
fn bytes_of_every_length__R5() {
    for length in 0..100 {
        let mut data = some_bytes(length);
        assert_bytes_return(&data);
        data.reverse();
        assert_bytes_return(&data);
        assert_bytes_return(&vec![255; length]);
        assert_bytes_return(&[vec![1], vec![0; length]].concat());
    }
}

#[test]
fn texts_of_every_length__R5() {
    for length in 0..100 {
        let text: String = numbers(length, 58).into_iter().map(digit).collect();
        assert_text_returns(&text);
        assert_text_returns(&text.chars().rev().collect::<String>());
        assert_text_returns(&"z".repeat(length));
        assert_text_returns(&format!("2{}", "1".repeat(length)));
    }
}

#[test]
fn powers_of_58__R6() {
    for (exponent, power) in times_powers_of_58(1).enumerate().take(5001).skip(1) {
        if exponent < 70 || exponent >= 4999 {
            assert_both(&power, &format!("2{}", "1".repeat(exponent)));
            assert_both(&minus_one(&power), &"z".repeat(exponent));
        }
    }
}

#[test]
fn bytes_4096__R6() {
    let data = [255; 4096];
    let text = encode(&data);
    assert_eq!(text.len(), 5594);
    assert!(text.starts_with("LsHDw8PAKAqf1k6o"), "{text:.16}");
    assert!(text.ends_with("rDXdrS7X9Ds4Db9Q"), "{}", &text[5578..]);
    assert_eq!(decode(&text).as_deref(), Ok(&data[..]));
}

#[test]
fn zeros_before_a_long_number__R6() {
    let number = [vec![7], some_bytes(1999)].concat();
    let text = encode(&number);
    assert!(!text.starts_with('1'), "{text:.16}");
    assert_both(
        &[vec![0; 1000], number].concat(),
        &format!("{}{text}", "1".repeat(1000)),
    );
}

#[test]
fn first_bad_character__R7() {
    assert_error("2Ol0", 'O', 1);
    assert_error("0", '0', 0);
    assert_error("O", 'O', 0);
    assert_error("I", 'I', 0);
    assert_error("l", 'l', 0);
    assert_error("0OIl", '0', 0);
    assert_error("lI", 'l', 0);
    assert_error("21I", 'I', 2);
    assert_error("1110", '0', 3);
    assert_error("StV1DL6CwTryKyVl", 'l', 15);
    assert_error("z-z+z", '-', 1);
}

#[test]
fn every_other_ascii_character__R7() {
    for character in ('\0'..='\x7f').filter(|&character| !ALPHABET.contains(character)) {
        assert_error(&format!("2z1A{character}0"), character, 4);
    }
}

#[test]
fn far_positions__R7() {
    let zs = "z".repeat(5000);
    assert_error(&format!("{zs}Ozzzzzzzzzzzzzzzzzzzz"), 'O', 5000);
    assert_error(&format!("{}0", "1".repeat(3000)), '0', 3000);
}

#[test]
fn message__R7() {
    for (text, character, position) in [
        ("2Ol0", 'O', 1),
        ("~", '~', 0),
        ("zzzzzzzzzzzz~", '~', 12),
        ("2é", 'é', 1),
        ("222\u{216b}", '\u{216b}', 3),
        ("21😀1", '😀', 2),
    ] {
        let message = decode(text).unwrap_err().to_string();
        let has_code_point = message
            .split(|other: char| !other.is_ascii_hexdigit())
            .any(|digits| u32::from_str_radix(digits, 16) == Ok(character.into()));
        assert!(message.contains(character) || has_code_point, "{message}");
        let has_position = message
            .split(|other: char| !other.is_alphanumeric())
            .any(|word| word == position.to_string());
        assert!(has_position, "{message}");
    }
}

#[test]
fn is_an_error__R7() {
    let error: Box<dyn std::error::Error> = decode("0").unwrap_err().into();
    assert!(error.is::<InvalidCharacter>());
}

#[test]
fn white_space_and_control_characters__R8() {
    assert_error("2 1", ' ', 1);
    assert_error("21\n", '\n', 2);
    assert_error(" ", ' ', 0);
    assert_error("21\0", '\0', 2);
    assert_error(" 21", ' ', 0);
    assert_error("21 ", ' ', 2);
    assert_error("\t21", '\t', 0);
    assert_error("\n21", '\n', 0);
    assert_error("21\r\n", '\r', 2);
    assert_error("\0", '\0', 0);
    assert_error("1 ", ' ', 1);
    assert_error("2\x0b", '\x0b', 1);
    assert_error("2\x0c", '\x0c', 1);
    assert_error("2\x1f", '\x1f', 1);
    assert_error("2\x7f", '\x7f', 1);
    assert_error("2\u{80}", '\u{80}', 1);
    assert_error("21\u{85}", '\u{85}', 2);
    assert_error("21\u{a0}", '\u{a0}', 2);
    assert_error("\u{2003}21", '\u{2003}', 0);
    assert_error("\u{feff}21", '\u{feff}', 0);
}

#[test]
fn characters_outside_ascii__R9() {
    assert_error("2é", 'é', 1);
    assert_error("21😀1", '😀', 2);
    assert_error("😀", '😀', 0);
    assert_error("é21", 'é', 0);
    assert_error("2éé0", 'é', 1);
    assert_error("2e\u{301}\u{301}", '\u{301}', 2);
    assert_error("\u{ff11}", '\u{ff11}', 0); // full-width 1
    assert_error("2\u{410}", '\u{410}', 1); // Cyrillic A
    assert_error("\u{141}", '\u{141}', 0); // its last 8 bits are those of A
    assert_error("\u{661}", '\u{661}', 0); // Arabic-Indic 1
    assert_error("2\u{b9}", '\u{b9}', 1); // superscript 1
    assert_error("2\u{b1}", '\u{b1}', 1); // its last 7 bits are those of 1
    assert_error("2\u{10041}", '\u{10041}', 1); // its last 16 bits are those of A
    assert_error("2\u{10ffff}", '\u{10ffff}', 1);
}

#[test]
fn characters_with_the_low_bits_of_digits__R9() {
    for character in ALPHABET.chars() {
        for offset in [0x80, 0x100, 0x1000, 0xff00 - 0x20, 0x10000, 0x100000] {
            let other = char::from_u32(u32::from(character) + offset).unwrap();
            assert_error(&format!("11{other}"), other, 2);
        }
    }
}
