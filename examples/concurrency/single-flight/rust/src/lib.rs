//! Concurrent calls for the same key share one execution of their work.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

/// What a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<T> {
    pub value: T,
    /// Whether the caller waited for the work of another.
    pub shared: bool,
}

/// Why a call gives no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlightError {
    /// The key was run from within the work in progress for the same key.
    Reentrant,
    /// The work that was waited for panicked.
    Abandoned,
}

impl fmt::Display for FlightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reentrant => "the work in progress for a key runs the same key",
            Self::Abandoned => "the work that was waited for panicked",
        })
    }
}

impl Error for FlightError {}

struct Execution<T> {
    owner: ThreadId,
    waiters: AtomicUsize,
    /// Empty until the end; then nothing if the work panicked.
    value: OnceLock<Option<T>>,
}

type Executions<K, T> = HashMap<K, Arc<Execution<T>>>;

/// Spares threads from doing the same work at the same time.
pub struct SingleFlight<K, T> {
    /// Never locked while work is called.
    executions: Mutex<Executions<K, T>>,
}

/// Ends an execution when it is dropped, also by a panic of the work.
struct Landing<'a, K: Eq + Hash, T> {
    group: &'a SingleFlight<K, T>,
    key: &'a K,
    execution: &'a Execution<T>,
    value: Option<T>,
}

impl<K: Eq + Hash, T> Drop for Landing<'_, K, T> {
    fn drop(&mut self) {
        self.group.lock().remove(self.key);
        let _ = self.execution.value.set(self.value.take());
    }
}

impl<K, T> Default for SingleFlight<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, T> SingleFlight<K, T> {
    #[must_use]
    pub fn new() -> Self {
        Self { executions: Mutex::new(HashMap::new()) }
    }

    /// The number of keys with an execution in progress.
    pub fn in_progress(&self) -> usize {
        self.lock().len()
    }

    /// Only a panic of the keys' own code can have poisoned the mutex, and that leaves the map valid.
    fn lock(&self) -> MutexGuard<'_, Executions<K, T>> {
        self.executions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone, T: Clone> SingleFlight<K, T> {
    /// Calls the work, or waits for what is in progress for the key. A panic of the work goes on in its own thread.
    ///
    /// # Errors
    ///
    /// `Reentrant`, or `Abandoned` if the work that was waited for panicked.
    pub fn run(&self, key: K, work: impl FnOnce() -> T) -> Result<Outcome<T>, FlightError> {
        let mut executions = self.lock();
        if let Some(present) = executions.get(&key).cloned() {
            if present.owner == thread::current().id() {
                return Err(FlightError::Reentrant);
            }
            present.waiters.fetch_add(1, Ordering::Relaxed);
            drop(executions);
            let value = present.value.wait().clone().ok_or(FlightError::Abandoned)?;
            return Ok(Outcome { value, shared: true });
        }
        let own = Arc::new(Execution {
            owner: thread::current().id(),
            waiters: AtomicUsize::new(0),
            value: OnceLock::new(),
        });
        executions.insert(key.clone(), Arc::clone(&own));
        drop(executions);

        let mut landing = Landing { group: self, key: &key, execution: &own, value: None };
        let value = work();
        landing.value = Some(value.clone());
        Ok(Outcome { value, shared: false })
    }

    /// The number of callers that wait for the execution of the key; 0 if there is none.
    pub fn waiting<Q>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.lock().get(key).map_or(0, |present| present.waiters.load(Ordering::Relaxed))
    }
}
