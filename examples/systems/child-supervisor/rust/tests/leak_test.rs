//! One test alone, since descriptors and their limit belong to all threads of the process.

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

/// Returns the former one.
fn set_descriptor_limit(soft: libc::rlim_t) -> libc::rlim_t {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointers are those of a value that outlives the calls.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        let former = std::mem::replace(&mut limit.rlim_cur, soft);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
        former
    }
}

#[test]
fn no_process_and_no_descriptor_is_left__R7_R8() {
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

    let mut refused = supervise(&["true"]);
    let limit = set_descriptor_limit(3);
    let error = refused.step().unwrap_err();
    set_descriptor_limit(limit);
    assert_eq!(error.raw_os_error(), Some(libc::EMFILE));
    assert_eq!(refused.step().unwrap(), State::StartFailed);

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
