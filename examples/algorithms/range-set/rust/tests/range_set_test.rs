#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::ops::Range;
use std::time::{Duration, Instant};

use range_set::{InvalidRange, RangeSet};

const BOUND: i64 = 1 << 52;

fn set(ranges: &[Range<i64>]) -> RangeSet {
    RangeSet::new(ranges).unwrap()
}

fn assert_ranges(actual: &RangeSet, expected: &[Range<i64>]) {
    assert_eq!(actual.ranges(), expected);
    assert_eq!(actual.size(), expected.iter().map(|range| (range.end - range.start) as u64).sum());
}

fn of_bits(bits: u32) -> RangeSet {
    let ranges: Vec<_> = (0..5).filter(|n| bits >> n & 1 == 1).map(|n| n..n + 1).collect();
    set(&ranges)
}

fn to_bits(set: &RangeSet) -> u32 {
    (0..6).filter(|&n| set.contains(n)).map(|n| 1 << n).sum()
}

#[test]
fn the_fewest_ranges_in_ascending_order__R1() {
    assert_ranges(&set(&[5..9, 1..3, 3..4, 2..3, 8..12]), &[1..4, 5..12]);
    assert_ranges(&set(&[10..11, 9..10, 2..3]), &[2..3, 9..11]);
    assert_ranges(&set(&[1..9, 2..3, 4..5]), &[1..9]);
    assert_ranges(&set(&[1..2, 1..2, 1..2]), &[1..2]);
    assert_ranges(&set(&[1..3, 1..5, 4..5]), &[1..5]);
    assert_ranges(&set(&[-5..-3, -100..-20, 3..20]), &[-100..-20, -5..-3, 3..20]);
    assert_ranges(&set(&[1..2, 3..4]), &[1..2, 3..4]);
}

#[test]
fn union_intersection_and_difference__R2() {
    let a = set(&[1..4, 6..9]);
    let b = set(&[3..7]);
    assert_ranges(&a.union(&b), &[1..9]);
    assert_ranges(&b.union(&a), &[1..9]);
    assert_ranges(&a.intersection(&b), &[3..4, 6..7]);
    assert_ranges(&a.difference(&b), &[1..3, 7..9]);
    assert_ranges(&b.difference(&a), &[4..6]);
    assert_ranges(&set(&[0..10]).difference(&set(&[2..3, 5..6, 9..12])), &[0..2, 3..5, 6..9]);
}

#[test]
fn all_pairs_of_small_sets__R2() {
    for left in 0..32 {
        for right in 0..32 {
            let (a, b) = (of_bits(left), of_bits(right));
            assert_eq!(a.union(&b), of_bits(left | right));
            assert_eq!(a.intersection(&b), of_bits(left & right));
            assert_eq!(a.difference(&b), of_bits(left & !right));
            assert_eq!(to_bits(&a.union(&b)), left | right);
            assert_eq!(to_bits(&a.difference(&b)), left & !right);
        }
    }
}

#[test]
fn nothing__R3() {
    let none = set(&[]);
    let some = set(&[1..2]);
    assert_ranges(&none, &[]);
    assert_eq!(none, RangeSet::default());
    assert_ranges(&set(&[3..3, 7..7]), &[]);
    assert_ranges(&set(&[1..5, 3..3, 9..9, 5..5, 0..0]), &[1..5]);
    assert_ranges(&some.union(&none), &[1..2]);
    assert_ranges(&none.union(&some), &[1..2]);
    assert_ranges(&some.intersection(&none), &[]);
    assert_ranges(&none.intersection(&some), &[]);
    assert_ranges(&none.difference(&some), &[]);
    assert_ranges(&some.difference(&none), &[1..2]);
    assert_ranges(&some.difference(&some), &[]);
    assert_ranges(&some.union(&some), &[1..2]);
}

#[test]
fn ranges_that_touch__R3() {
    assert_ranges(&set(&[0..5]).union(&set(&[5..9])), &[0..9]);
    assert_ranges(&set(&[0..5]).intersection(&set(&[5..9])), &[]);
    assert_ranges(&set(&[0..9]).difference(&set(&[0..5])), &[5..9]);
    assert_ranges(&set(&[0..9]).difference(&set(&[5..9])), &[0..5]);
    assert_ranges(&set(&[0..2, 4..6]).union(&set(&[2..4])), &[0..6]);
}

#[test]
fn members__R4() {
    let ranges = set(&[-2..1, 5..6]);
    assert_eq!(ranges.size(), 4);
    for value in [-2, -1, 0, 5] {
        assert!(ranges.contains(value), "{value}");
    }
    for value in [-3, 1, 2, 4, 6, 7, i64::MIN, i64::MAX] {
        assert!(!ranges.contains(value), "{value}");
        assert!(!set(&[]).contains(value));
    }
}

#[test]
fn sets_never_change__R5() {
    let mut list = vec![1..3, 7..9];
    let a = set(&list);
    let b = set(&[2..8]);
    list[0].end = 99;
    assert_ranges(&a.union(&b), &[1..9]);
    assert_ranges(&a.intersection(&b), &[2..3, 7..8]);
    assert_ranges(&a.difference(&b), &[1..2, 8..9]);
    assert_ranges(&a, &[1..3, 7..9]);
    assert_ranges(&b, &[2..8]);
}

#[test]
#[allow(clippy::reversed_empty_ranges)]
fn ranges_that_can_not_be__R6() {
    let far = BOUND + 1;
    for wrong in [3..2, 0..far, -far..0, far..far, -far..-far, i64::MIN..i64::MAX] {
        for (index, list) in [(0, vec![wrong.clone()]), (2, vec![5..6, 1..1, wrong.clone(), 9..8])] {
            let error = RangeSet::new(&list).unwrap_err();
            assert_eq!(error, InvalidRange { index }, "{list:?}");
            assert!(error.to_string().contains(&index.to_string()));
        }
    }
}

#[test]
fn the_bounds__R7() {
    let all = set(&[-BOUND..BOUND]);
    assert_ranges(&all, &[-BOUND..BOUND]);
    assert_eq!(all.size(), 1 << 53);
    assert_eq!([-BOUND, BOUND - 1, BOUND].map(|value| all.contains(value)), [true, true, false]);
    let rest = all.difference(&set(&[0..1]));
    assert_ranges(&rest, &[-BOUND..0, 1..BOUND]);
    assert_eq!(rest.size(), (1 << 53) - 1);
    assert_ranges(&all.difference(&all), &[]);
    assert_ranges(&set(&[BOUND..BOUND, -BOUND..-BOUND]), &[]);
}

#[test]
fn many_ranges__R8() {
    let count = 200_000;
    let list: Vec<_> = (0..count).rev().map(|i| 4 * i..4 * i + 2).collect();
    let start = Instant::now();
    let a = set(&list);
    let b = set(&list.iter().map(|range| range.start + 1..range.end + 1).collect::<Vec<_>>());
    assert_eq!(a.union(&b).size(), 3 * count as u64);
    assert_eq!(a.intersection(&b).size(), count as u64);
    assert_eq!(a.difference(&b).ranges().len(), count as usize);
    assert_eq!((0..count).filter(|i| a.contains(4 * i + i % 4)).count(), count as usize / 2);
    assert!(start.elapsed() < Duration::from_secs(5));
}
