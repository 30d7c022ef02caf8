//! One test alone, since descriptors belong to all threads of the process.

#![allow(non_snake_case)] // R8: the requirement that the test proves

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use child_supervisor::{Options, State, Supervisor};

fn supervise(command: &[&str]) -> Supervisor {
    let options = Options {
        max_restarts: 1,
        base_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
        healthy: Duration::from_secs(100),
        grace: Duration::ZERO,
        output_limit: 100,
    };
    Supervisor::new(command, options).unwrap()
}

/// Steps until the child has ended.
fn run_child(supervisor: &mut Supervisor) -> State {
    supervisor.step().unwrap();
    for _ in 0..4000 {
        if supervisor.pid().is_none() {
            return supervisor.state();
        }
        thread::sleep(Duration::from_millis(1));
        supervisor.step().unwrap();
    }
    panic!("the child does not end");
}

fn count_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Not true of a zombie.
fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

#[test]
fn no_process_and_no_descriptor_is_left__R8() {
    let descriptors = count_descriptors();
    let mut supervisor = supervise(&["false"]);
    supervisor.step().unwrap();
    let first = supervisor.pid().unwrap();
    assert_eq!(run_child(&mut supervisor), State::Waiting);
    assert!(is_gone(first));
    assert_eq!(run_child(&mut supervisor), State::GaveUp);
    assert_eq!(count_descriptors(), descriptors);

    assert!(supervise(&["./missing"]).step().is_err());
    assert_eq!(count_descriptors(), descriptors);

    let mut running = supervise(&["sh", "-c", "trap '' TERM; exec sleep 30"]);
    running.step().unwrap();
    let pid = running.pid().unwrap();
    assert!(!is_gone(pid));
    assert_eq!(count_descriptors(), descriptors + 1);
    running.stop();
    drop(running);
    assert!(is_gone(pid));
    assert_eq!(count_descriptors(), descriptors);
}
