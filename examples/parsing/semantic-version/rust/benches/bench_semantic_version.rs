use crate::{Random, Work, Workload, work};
use semantic_version::{compare, sort};
use std::collections::HashMap;

pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "sort_releases",
        size: 2_000,
        prepare: sort_releases,
    },
    Workload {
        name: "sort_nightlies",
        size: 500,
        prepare: sort_nightlies,
    },
    Workload {
        name: "compare_releases",
        size: 4_000,
        prepare: compare_releases,
    },
];

const STAGES: [&str; 3] = ["alpha", "beta", "rc"];

/// A version as projects have them, and its place in the order.
fn release(random: &mut Random) -> (String, u32) {
    let (major, minor, patch) = (random.below(4), random.below(20), random.below(30));
    let (stage, number) = (random.below(8), random.below(12));
    let core = format!("{major}.{minor}.{patch}");
    let (mut text, stage, number) = match STAGES.get(stage as usize) {
        Some(name) => (format!("{core}-{name}.{number}"), stage, number),
        None => (core, 3, 0),
    };
    if random.below(8) == 0 {
        text += &format!("+build.{}", random.below(1000));
    }
    (
        text,
        (((major * 20 + minor) * 30 + patch) * 4 + stage) * 12 + number,
    )
}

/// A build of one and the same version, and its place in the order.
fn nightly(random: &mut Random) -> (String, u32) {
    let (year, day) = (2000 + random.below(30), random.below(365));
    let (run, is_text) = (random.below(200), random.below(2));
    // In the order of their texts, arm10 stands before arm2.
    let (target, place) = if is_text == 1 {
        let before = |other: &u32| other.to_string() < run.to_string();
        (format!("arm{run}"), (0..200).filter(before).count() as u32)
    } else {
        (run.to_string(), run)
    };
    let text = format!("3.0.0-nightly.linux-x86-64.{year}.{day}.{target}");
    (text, ((year * 365 + day) * 2 + is_text) * 200 + place)
}

fn sort_releases(n: usize, random: &mut Random) -> Work {
    sort_of((0..n).map(|_| release(random)).collect())
}

fn sort_nightlies(n: usize, random: &mut Random) -> Work {
    sort_of((0..n).map(|_| nightly(random)).collect())
}

fn sort_of(mut all: Vec<(String, u32)>) -> Work {
    let mut places = HashMap::new();
    all.retain(|(text, place)| places.insert(text.clone(), *place).is_none());
    let mut expected: Vec<_> = all.iter().map(|(_, place)| *place).collect();
    expected.sort();
    work(
        move || {
            let versions: Vec<&str> = all.iter().map(|(text, _)| text.as_str()).collect();
            sort(&versions).unwrap()
        },
        move |result| {
            result
                .iter()
                .map(|text| places[text])
                .eq(expected.iter().copied())
        },
    )
}

fn compare_releases(n: usize, random: &mut Random) -> Work {
    let pairs: Vec<_> = (0..n).map(|_| (release(random), release(random))).collect();
    let expected: Vec<_> = pairs
        .iter()
        .map(|(first, second)| first.1.cmp(&second.1))
        .collect();
    work(
        move || {
            let compare_one = |((first, _), (second, _)): &((String, u32), (String, u32))| {
                compare(first, second).unwrap()
            };
            pairs.iter().map(compare_one).collect::<Vec<_>>()
        },
        move |result| *result == expected,
    )
}
