use crate::{Random, Work, Workload, work};
use clamp::clamp;

pub const WORKLOADS: &[Workload] = &[Workload { name: "clamped", size: 1_000, prepare: clamped }];

fn clamped(n: usize, random: &mut Random) -> Work {
    let values: Vec<f64> = (0..n).map(|_| f64::from(random.below(1_000))).collect();
    // With 1,000 values the sum is the same in every language, because the values are.
    work(
        move || values.iter().map(|&value| clamp(value, 250.0, 750.0).unwrap()).sum::<f64>(),
        move |&sum| n != 1_000 || sum == 508_073.0,
    )
}
