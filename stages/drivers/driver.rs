//! Runs a workload of `bench_*.rs` and reports what it took; see `stages/core/driver.py` for the protocol.

use std::cell::RefCell;
use std::env;
use std::fs::File;
use std::fs::read_to_string;
use std::hint::black_box;
use std::io::BufWriter;
use std::io::Write;
use std::rc::Rc;
use std::time::Instant;

#[path = "BENCH_FILE"]
mod bench;

/// Seeded numbers below a bound.
pub struct Random(u32);

impl Random {
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % bound
    }
}

pub struct Work {
    run: Box<dyn FnMut()>,
    check: Box<dyn FnMut() -> bool>,
}

/// Work that may be done any number of times, and a check that is given its last result.
pub fn work<R: 'static>(mut run: impl FnMut() -> R + 'static, mut check: impl FnMut(&R) -> bool + 'static) -> Work {
    let last = Rc::new(RefCell::new(None));
    let result = Rc::clone(&last);
    Work {
        run: Box::new(move || *result.borrow_mut() = Some(black_box(run()))),
        check: Box::new(move || last.borrow().as_ref().is_some_and(&mut check)),
    }
}

pub struct Workload {
    pub name: &'static str,
    pub size: usize,
    /// Makes the input of a size.
    pub prepare: fn(usize, &mut Random) -> Work,
}

fn setting(name: &str) -> i64 {
    env::var(format!("BENCH_{name}")).unwrap().parse().unwrap()
}

fn status(field: &str) -> i64 {
    let text = read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[repr(C)]
struct Time {
    seconds: i64,
    nanoseconds: i64,
}

unsafe extern "C" {
    fn clock_gettime(clock: i32, time: *mut Time) -> i32;
}

fn cpu() -> i64 {
    let mut time = Time { seconds: 0, nanoseconds: 0 };
    // 2 is the CPU time of the process.
    unsafe { clock_gettime(2, &mut time) };
    time.seconds * 1_000_000_000 + time.nanoseconds
}

fn measure(output: &mut impl Write, kind: &str, work: &mut Work, size: usize, loops: i64) -> (i64, i64) {
    let switches = status("voluntary_ctxt_switches");
    let (began, used) = (Instant::now(), cpu());
    for _ in 0..loops {
        (work.run)();
    }
    let (used, wall) = (cpu() - used, began.elapsed().as_nanos() as i64);
    let switches = status("voluntary_ctxt_switches") - switches;
    writeln!(output, "{kind}\t{size}\t{loops}\t{used}\t{wall}\t{switches}").unwrap();
    (used, wall)
}

fn bench_one(output: &mut impl Write, one: &Workload, size: usize) -> i64 {
    let (least, fixed, values, warmup) = (setting("LEAST_NS"), setting("LOOPS"), setting("VALUES"), setting("WARMUP_NS"));
    let mut work = (one.prepare)(size, &mut Random(2463534242));
    if values == 0 {
        for _ in 0..fixed {
            (work.run)();
        }
    }
    let (mut loops, mut spent, mut slowest, mut once) = (fixed.max(1), 0, 0, 0);
    while values > 0 && (spent < warmup || (fixed == 0 && slowest < least)) {
        let (used, wall) = measure(output, "warmup", &mut work, size, loops);
        slowest = used.max(wall / 50).max(1);
        spent += slowest;
        if fixed == 0 && slowest < least {
            loops *= 2;
        }
    }
    for _ in 0..values {
        once = once.max(measure(output, "value", &mut work, size, loops).1 / loops);
    }
    writeln!(output, "peak\t{size}\t{}", status("VmHWM")).unwrap();
    if values > 0 || fixed > 0 {
        writeln!(output, "check\t{size}\t{}", i32::from((work.check)())).unwrap();
    }
    once
}

fn main() {
    let mut output = BufWriter::new(File::create("/tmp/bench.tsv").unwrap());
    let wanted = env::var("BENCH_WORKLOAD").unwrap();
    for one in bench::WORKLOADS {
        if wanted.is_empty() {
            writeln!(output, "workload\t{}\t{}", one.name, one.size).unwrap();
        }
        if one.name != wanted {
            continue;
        }
        for size in env::var("BENCH_SIZES").unwrap().split_whitespace() {
            if bench_one(&mut output, one, size.parse().unwrap()) > setting("MOST_NS") {
                break;
            }
        }
    }
    output.flush().unwrap();
}
