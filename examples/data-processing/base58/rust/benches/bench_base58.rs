use crate::{Random, Work, Workload, work};
use base58::{decode, encode};

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "keys",
        size: 500,
        prepare: keys,
    },
    Workload {
        name: "long_data",
        size: 5_000,
        prepare: long_data,
    },
    Workload {
        name: "long_text",
        size: 8_000,
        prepare: long_text,
    },
];

fn random_bytes(n: usize, random: &mut Random) -> Vec<u8> {
    (0..n).map(|_| random.below(256) as u8).collect()
}

fn keys(n: usize, random: &mut Random) -> Work {
    let values: Vec<_> = (0..n).map(|_| random_bytes(32, random)).collect();
    let expected = values.clone();
    work(
        move || -> Vec<_> {
            values
                .iter()
                .map(|value| decode(&encode(value)).unwrap())
                .collect()
        },
        move |result| *result == expected,
    )
}

fn long_data(n: usize, random: &mut Random) -> Work {
    let data = random_bytes(n, random);
    let expected = data.clone();
    work(
        move || encode(&data),
        move |result| decode(result).as_ref() == Ok(&expected),
    )
}

fn long_text(n: usize, random: &mut Random) -> Work {
    let text: String = (0..n)
        .map(|_| char::from(ALPHABET[random.below(58) as usize]))
        .collect();
    let expected = text.clone();
    work(
        move || decode(&text).unwrap(),
        move |result| encode(result) == expected,
    )
}
