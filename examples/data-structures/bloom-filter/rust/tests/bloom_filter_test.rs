#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::error::Error;

use bloom_filter::{BloomError, BloomFilter};

const MAX_BITS: u64 = 1 << 28;

#[track_caller]
fn filter(expected: u64, rate: f64) -> BloomFilter {
    BloomFilter::new(expected, rate).unwrap()
}

/// The byte form of an empty filter with these numbers.
fn form(hashes: u32, bits: u64, data_size: usize) -> Vec<u8> {
    [b"BLM1", &hashes.to_le_bytes()[..], &bits.to_le_bytes(), &vec![0; data_size]].concat()
}

fn is_read(bytes: &[u8]) -> bool {
    match BloomFilter::from_bytes(bytes) {
        Ok(filter) => filter.to_bytes() == bytes,
        Err(error) => {
            assert_eq!(error, BloomError::Format);
            false
        }
    }
}

fn with_numbers(numbers: std::ops::Range<u32>) -> BloomFilter {
    let mut made = filter(100, 0.01);
    for number in numbers {
        made.add(number.to_string());
    }
    made
}

#[test]
fn numbers_of_bits_and_hashes__R1() {
    for (expected, rate, bits, hashes) in [
        (1, 0.5, 2, 1),
        (1, 1e-15, 72, 50),
        (1, 0.25, 3, 2),
        (3, 0.5, 5, 1),
        (100, 0.5, 145, 1),
        (7, 0.01, 68, 7),
        (10, 0.01, 96, 7),
        (1000, 0.01, 9586, 7),
        (1000, 0.001, 14378, 10),
        (1000, 0.35, 2186, 2),
        (1000, 0.36, 2127, 1),
        (12345, 1e-9, 532_474, 30),
        (1000, 1e-15, 71888, 50),
        (1_000_000, 0.05, 6_235_225, 4),
        (20_000_000, 0.001_582_845_374_112, MAX_BITS, 9),
    ] {
        let made = filter(expected, rate);
        assert_eq!((made.bits(), made.hashes()), (bits, hashes));
    }
}

#[test]
fn items_are_never_forgotten__R2() {
    let items: [&[u8]; 8] =
        [b"", b"\0", b"\0\0", b"alice", b"alice\0", b"Alice", b"\xff\xfe", b"a longer item that is no word"];
    let mut made = filter(100, 1e-9);
    for (i, item) in items.iter().enumerate() {
        assert!(!made.contains(item));
        assert!(made.add(item));
        for (j, other) in items.iter().enumerate() {
            assert_eq!(made.contains(other), j <= i);
        }
        assert!(!made.add(item));
    }
}

#[test]
fn more_items_than_expected_are_not_all_certainly_new__R2() {
    let mut made = filter(10, 0.01);
    let mut known = 0;
    for item in (0..40).map(|number: u32| number.to_string()) {
        let was_contained = made.contains(&item);
        assert_eq!(made.add(&item), !was_contained);
        known += u32::from(was_contained);
    }
    assert!(known > 0);
}

#[test]
fn long_items__R2() {
    let mut item = vec![0; 100_000];
    let mut made = filter(10, 1e-9);
    assert!(made.add(&item));
    assert!(made.contains(&item));
    assert!(!made.contains(&item[1..]));
    *item.last_mut().unwrap() = 1;
    assert!(!made.contains(&item));
}

#[test]
fn rate_of_false_positives__R3() {
    const OTHERS: u32 = 20_000;
    for (expected, rate) in [(10_000, 0.01), (10_000, 0.001), (5_000, 0.5)] {
        let mut made = filter(u64::from(expected), rate);
        for item in 0..expected {
            made.add(item.to_string());
        }
        assert!((0..expected).all(|item| made.contains(item.to_string())));
        let found = (expected..expected + OTHERS).filter(|item| made.contains(item.to_string())).count();
        assert!(found as f64 <= 1.5 * rate * f64::from(OTHERS));
    }
}

#[test]
fn byte_form__R4() {
    let mut made = filter(7, 0.01);
    assert_eq!(made.to_bytes(), form(7, 68, 9));
    made.add("alice");
    assert_eq!(made.to_bytes(), [&form(7, 68, 0)[..], b"\x20\0\0\x84\0\0\x10\0\0"].concat());
    made.add("bob");
    made.add([0]);
    assert_eq!(made.to_bytes(), [&form(7, 68, 0)[..], b"\x22\0\x10\x95\x40\0\x95\x64\0"].concat());
    made.add(b"\xff\x80");
    made.add([]);
    assert_eq!(made.to_bytes(), [&form(7, 68, 0)[..], b"\x2e\x50\x10\xb5\xe1\0\x97\x76\0"].concat());
}

#[test]
fn reading_what_was_written__R4() {
    for (expected, rate) in [(1, 0.5), (1, 1e-15), (7, 0.01), (10, 0.01), (20_000_000, 0.001_582_845_374_112)] {
        let mut first = filter(expected, rate);
        first.add("alice");
        let bytes = first.to_bytes();
        assert_eq!(bytes.len() as u64, 16 + first.bits().div_ceil(8));
        let mut second = BloomFilter::from_bytes(&bytes).unwrap();
        assert_eq!((second.bits(), second.hashes()), (first.bits(), first.hashes()));
        assert!(second == first);
        assert!(second.contains("alice"));
        let was_contained = first.contains("bob");
        second.add("bob");
        assert_eq!(first.contains("bob"), was_contained);
        assert!(second.contains("bob"));
    }
}

#[test]
fn union__R5() {
    let (empty, left, right) = (with_numbers(0..0), with_numbers(0..60), with_numbers(40..100));
    assert_eq!(left.union(&right), Ok(with_numbers(0..100)));
    assert_eq!(right.union(&left), Ok(with_numbers(0..100)));
    assert_eq!(left.union(&left), Ok(with_numbers(0..60)));
    assert_eq!(empty.union(&right), Ok(with_numbers(40..100)));
    assert_eq!(right.union(&empty), Ok(with_numbers(40..100)));
    left.union(&right).unwrap().add("another");
    assert_eq!(left, with_numbers(0..60));
    assert_eq!(right, with_numbers(40..100));
    assert_ne!(left, right);
}

#[test]
fn filters_with_other_numbers_have_no_union__R5() {
    let filters = [(7, 68), (6, 68), (7, 67), (7, 69), (8, 68)]
        .map(|(hashes, bits)| BloomFilter::from_bytes(&form(hashes, bits, 9)).unwrap());
    for left in &filters {
        for right in &filters {
            let expected = if left == right { Ok(left.clone()) } else { Err(BloomError::Mismatch) };
            assert_eq!(left.union(right), expected);
        }
    }
}

#[test]
fn invalid_arguments__R6() {
    let rates = [0.0, -0.01, 9.99e-16, 0.500_000_1, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let other = [
        (0, 0.01),
        (20_000_000, 0.001_582_845_336_087),
        (u64::MAX, 0.01),
        (u64::MAX, 0.5),
        (u64::MAX / 2 + 2, 1e-15),
    ];
    for (expected, rate) in rates.map(|rate| (10, rate)).into_iter().chain(other) {
        assert_eq!(BloomFilter::new(expected, rate), Err(BloomError::InvalidArgument));
    }
}

#[test]
fn cut_and_changed_bytes__R7() {
    let bytes = form(7, 68, 9);
    assert!(is_read(&bytes));
    for size in 0..bytes.len() {
        assert!(!is_read(&bytes[..size]));
    }
    assert!(!is_read(&[&bytes[..], &[0]].concat()));
    for i in 0..4 {
        let mut changed = bytes.clone();
        changed[i] ^= 0x20;
        assert!(!is_read(&changed));
    }
    for bit in 0..8 {
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() = 1 << bit;
        assert_eq!(is_read(&changed), bit < 4);
    }
    let mut full = form(7, 72, 9);
    *full.last_mut().unwrap() = 0xff;
    assert!(is_read(&full));
}

#[test]
fn numbers_out_of_range__R7() {
    for (hashes, bits, data_size, valid) in [
        (1, 68, 9, true),
        (50, 68, 9, true),
        (0, 68, 9, false),
        (51, 68, 9, false),
        (0x0107, 68, 9, false),
        (0x0700_0000, 68, 9, false),
        (u32::MAX, 68, 9, false),
        (7, 0, 0, false),
        (7, 0, 1, false),
        (7, 1, 1, true),
        (7, 8, 1, true),
        (7, 9, 1, false),
        (7, 8, 2, false),
        (7, 64, 9, false),
        (7, 65, 9, true),
        (7, 73, 9, false),
        (7, 68 << 56, 9, false),
        (7, (1 << 32) + 68, 9, false),
        (7, MAX_BITS, 9, false),
        (7, u64::MAX / 2 + 1, 9, false),
        (7, u64::MAX - 6, 0, false),
        (7, u64::MAX, 0, false),
        (9, MAX_BITS, 1 << 25, true),
        (9, MAX_BITS + 1, (1 << 25) + 1, false),
    ] {
        assert_eq!(is_read(&form(hashes, bits, data_size)), valid);
    }
}

#[test]
fn errors_have_messages__R5_R6_R7() {
    let errors = [BloomError::Mismatch, BloomError::InvalidArgument, BloomError::Format];
    let messages = errors.map(|error| (&error as &dyn Error).to_string());
    for (message, part) in messages.iter().zip(["different", "2^28", "not those"]) {
        assert!(message.contains(part));
    }
}
