#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::error::Error;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use single_flight::{FlightError, Outcome, SingleFlight};

/// When all waiting of all tests together ends.
static DEADLINE: LazyLock<Instant> = LazyLock::new(|| Instant::now() + Duration::from_secs(20));

type Value = Result<Arc<u32>, Arc<str>>;
type Group = SingleFlight<String, Value>;
type Call = Receiver<Result<Outcome<Value>, FlightError>>;

#[track_caller]
fn wait_until(condition: impl Fn() -> bool) {
    while !condition() && Instant::now() < *DEADLINE {
        thread::sleep(Duration::from_micros(500));
    }
    assert!(condition());
}

/// Calls a function in a thread that is left to itself if it hangs; a panic leaves the channel without an answer.
fn in_thread<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(function()));
    receiver
}

#[track_caller]
fn result<T>(call: &Receiver<T>) -> T {
    call.recv_timeout(DEADLINE.saturating_duration_since(Instant::now())).unwrap()
}

/// Work that waits until it may end, and then gives its value.
struct Job {
    may_end: AtomicBool,
    calls: AtomicUsize,
    value: Value,
}

impl Job {
    fn new(value: Value) -> Arc<Self> {
        Arc::new(Self { may_end: AtomicBool::new(false), calls: AtomicUsize::new(0), value })
    }

    fn open(self: &Arc<Self>) -> Arc<Self> {
        self.may_end.store(true, Ordering::SeqCst);
        Arc::clone(self)
    }

    fn work(&self) -> Value {
        self.calls.fetch_add(1, Ordering::SeqCst);
        while !self.may_end.load(Ordering::SeqCst) && Instant::now() < *DEADLINE {
            thread::sleep(Duration::from_micros(500));
        }
        self.value.clone()
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn start(group: &Arc<Group>, key: &str, work: impl FnOnce() -> Value + Send + 'static) -> Call {
    let (group, key) = (Arc::clone(group), key.to_owned());
    in_thread(move || group.run(key, work))
}

fn start_owner(group: &Arc<Group>, key: &str, job: &Arc<Job>) -> Call {
    let owned = Arc::clone(job);
    let owner = start(group, key, move || owned.work());
    wait_until(|| job.calls() == 1);
    owner
}

fn start_waiters(group: &Arc<Group>, key: &str, count: usize, unused: &Arc<Job>) -> Vec<Call> {
    let waiters = (0..count)
        .map(|_| {
            let unused = Arc::clone(unused);
            start(group, key, move || unused.work())
        })
        .collect();
    wait_until(|| group.waiting(key) == count);
    waiters
}

/// Whether both are the same object, not only equal.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Ok(left), Ok(right)) => Arc::ptr_eq(left, right),
        (Err(left), Err(right)) => Arc::ptr_eq(left, right),
        _ => false,
    }
}

#[track_caller]
fn assert_outcome(got: &Result<Outcome<Value>, FlightError>, value: &Value, shared: bool) {
    let outcome = got.as_ref().unwrap();
    assert!(is_same(&outcome.value, value));
    assert_eq!(outcome.shared, shared);
}

#[track_caller]
fn assert_runs_anew(group: &Group, key: &str) {
    let in_progress = group.in_progress();
    let value = Ok(Arc::new(9));
    let mut counts = Vec::new();
    let outcome = group.run(key.to_owned(), || {
        counts.push(group.in_progress());
        value.clone()
    });
    assert_outcome(&outcome, &value, false);
    assert_eq!(counts, [in_progress + 1]);
    assert_eq!(group.in_progress(), in_progress);
    assert_eq!(group.waiting(key), 0);
}

fn assert_one_execution(value: Value) {
    let group = Arc::new(Group::new());
    let (executed, unused) = (Job::new(value), Job::new(Ok(Arc::new(0))));
    let owner = start_owner(&group, "key", &executed);
    let waiters = start_waiters(&group, "key", 6, &unused);
    executed.open();
    assert_outcome(&result(&owner), &executed.value, false);
    for waiter in &waiters {
        assert_outcome(&result(waiter), &executed.value, true);
    }
    assert_eq!((executed.calls(), unused.calls()), (1, 0));
    assert_runs_anew(&group, "key");
}

#[test]
fn all_get_the_value_of_one_execution__R1_R3() {
    assert_one_execution(Ok(Arc::new(7)));
}

#[test]
fn all_get_the_error_of_one_execution__R2_R3() {
    assert_one_execution(Err("failed".into()));
}

#[test]
fn racing_callers_are_owners_or_share__R1() {
    for _ in 0..50 {
        let group = Arc::new(Group::default());
        let job = Job::new(Ok(Arc::new(7))).open();
        let calls: Vec<Call> = (0..4)
            .map(|_| {
                let job = Arc::clone(&job);
                start(&group, "key", move || job.work())
            })
            .collect();
        let mut shared = 0;
        for call in &calls {
            let outcome = result(call).unwrap();
            assert!(is_same(&outcome.value, &job.value));
            shared += usize::from(outcome.shared);
        }
        assert_eq!(job.calls() + shared, 4);
        assert_eq!(group.in_progress(), 0);
    }
}

#[test]
fn a_call_after_a_result_runs_anew__R3() {
    for _ in 0..50 {
        let group = Arc::new(Group::new());
        let (first, second) = (Job::new(Ok(Arc::new(1))), Job::new(Ok(Arc::new(2))).open());
        let calls: Vec<_> = (0..4)
            .map(|_| {
                let (group, first, second) = (Arc::clone(&group), Arc::clone(&first), Arc::clone(&second));
                in_thread(move || {
                    let before = group.run("key".to_owned(), || first.work()).unwrap();
                    (before, group.run("key".to_owned(), || second.work()).unwrap())
                })
            })
            .collect();
        wait_until(|| group.waiting("key") == 3);
        first.open();
        let mut shared = 0;
        for call in &calls {
            let (before, after) = result(call);
            assert!(is_same(&before.value, &first.value));
            assert!(is_same(&after.value, &second.value));
            shared += usize::from(after.shared);
        }
        assert_eq!(first.calls(), 1);
        assert_eq!(second.calls() + shared, 4);
    }
}

#[test]
fn different_keys_go_on_together__R4_R7() {
    let group = Arc::new(Group::new());
    let keys = ["", "key", "Key", "ke", "key "];
    let mut started = Vec::new();
    for key in keys {
        let job = Job::new(Ok(Arc::new(1)));
        started.push((start_owner(&group, key, &job), job));
        assert_eq!(group.in_progress(), started.len());
    }
    for i in 0..keys.len() {
        let ending = (i + 2) % keys.len();
        let (call, job) = &started[ending];
        job.open();
        assert_outcome(&result(call), &job.value, false);
        assert_eq!(group.in_progress(), keys.len() - 1 - i);
        assert_runs_anew(&group, keys[ending]);
    }
}

#[test]
fn work_may_run_other_keys__R4_R7() {
    let group = Group::new();
    let value = Ok(Arc::new(1));
    let mut counts = Vec::new();
    let outcome = group.run("a".to_owned(), || {
        counts.push(group.in_progress());
        let inner = group.run("b".to_owned(), || {
            counts.push(group.in_progress());
            value.clone()
        });
        counts.push(group.in_progress());
        assert_outcome(&inner, &value, false);
        inner.unwrap().value
    });
    assert_outcome(&outcome, &value, false);
    assert_eq!(counts, [1, 2, 1]);
}

#[test]
fn a_panic_leaves_nobody_waiting__R5() {
    for count in [0, 1, 3] {
        let group = Arc::new(Group::new());
        let (executed, unused) = (Job::new(Ok(Arc::new(1))), Job::new(Ok(Arc::new(0))));
        let (own_group, job) = (Arc::clone(&group), Arc::clone(&executed));
        let owner = in_thread(move || {
            let work = || -> Value {
                job.work().ok();
                panic::panic_any("the work's own panic")
            };
            panic::catch_unwind(AssertUnwindSafe(|| own_group.run("key".to_owned(), work)))
                .map_err(|thrown| thrown.downcast_ref::<&str>().copied())
        });
        wait_until(|| executed.calls() == 1);
        let waiters = start_waiters(&group, "key", count, &unused);
        executed.open();
        assert_eq!(result(&owner), Err(Some("the work's own panic")));
        for waiter in &waiters {
            assert_eq!(result(waiter), Err(FlightError::Abandoned));
        }
        assert_eq!(unused.calls(), 0);
        assert_runs_anew(&group, "key");
    }
}

#[test]
fn reentrance_is_told_at_once__R6() {
    let group = Group::new();
    let value = Ok(Arc::new(1));
    let mut calls = 0;
    let mut reenter = |key: &str| {
        group.run(key.to_owned(), || {
            calls += 1;
            Ok(Arc::new(0))
        })
    };
    let outcome = group.run("a".to_owned(), || {
        assert_eq!(reenter("a"), Err(FlightError::Reentrant));
        let inner = group.run("b".to_owned(), || {
            assert_eq!(reenter("a"), Err(FlightError::Reentrant));
            assert_eq!(reenter("b"), Err(FlightError::Reentrant));
            value.clone()
        });
        assert_outcome(&inner, &value, false);
        assert_runs_anew(&group, "b");
        assert_eq!(group.waiting("a"), 0);
        value.clone()
    });
    assert_outcome(&outcome, &value, false);
    assert_eq!(calls, 0);
    assert_runs_anew(&group, "a");
}

#[test]
fn waiters_get_the_outcome_in_spite_of_reentrance__R6() {
    let group = Arc::new(Group::new());
    let (executed, unused) = (Job::new(Ok(Arc::new(1))), Job::new(Ok(Arc::new(0))));
    let (own_group, job, never) = (Arc::clone(&group), Arc::clone(&executed), Arc::clone(&unused));
    let owner = start(&group, "key", move || {
        let value = job.work();
        assert_eq!(own_group.run("key".to_owned(), || never.work()), Err(FlightError::Reentrant));
        value
    });
    wait_until(|| executed.calls() == 1);
    let waiters = start_waiters(&group, "key", 1, &unused);
    executed.open();
    assert_outcome(&result(&owner), &executed.value, false);
    assert_outcome(&result(&waiters[0]), &executed.value, true);
    assert_eq!(unused.calls(), 0);
}

#[test]
fn errors_have_messages__R5_R6() {
    let messages = [FlightError::Reentrant, FlightError::Abandoned].map(|error| (&error as &dyn Error).to_string());
    assert!(messages[0].contains("same key"));
    assert!(messages[1].contains("panicked"));
}

#[test]
fn counts__R7() {
    let group = Arc::new(Group::new());
    let (executed, unused) = (Job::new(Ok(Arc::new(1))), Job::new(Ok(Arc::new(0))));
    assert_eq!((group.in_progress(), group.waiting("a")), (0, 0));
    let owner = start_owner(&group, "a", &executed);
    assert_eq!((group.in_progress(), group.waiting("a")), (1, 0));
    let waiters = start_waiters(&group, "a", 3, &unused);
    assert_eq!((group.in_progress(), group.waiting("b")), (1, 0));
    executed.open();
    assert_outcome(&result(&owner), &executed.value, false);
    assert_eq!((group.in_progress(), group.waiting("a")), (0, 0));
    for waiter in &waiters {
        assert_outcome(&result(waiter), &executed.value, true);
    }
}
