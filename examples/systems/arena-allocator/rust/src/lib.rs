//! Hands out blocks of memory from larger chunks and gives them back all together.

mod chunks;
mod source;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};

use chunks::{Chunks, State};
pub use source::{ChunkSource, SystemSource};

/// Why an arena did not do what it was asked for; it is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArenaError {
    InvalidArgument,
    OutOfMemory,
}

impl fmt::Display for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidArgument => "invalid argument",
            Self::OutOfMemory => "out of memory",
        })
    }
}

impl Error for ArenaError {}

/// A state of an arena to rewind it to.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    serial: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Sizes of all requests that are not retired.
    pub used: usize,
    /// Greatest value of `used` so far.
    pub peak: usize,
    /// Usable bytes of all chunks.
    pub held: usize,
    pub chunks: usize,
}

struct Cleanup {
    drop_value: unsafe fn(NonNull<u8>),
    value: NonNull<u8>,
}

#[derive(Clone, Copy, Default)]
struct Snapshot {
    chunks: State,
    used: usize,
    cleanups: usize,
}

struct NotedMark {
    serial: u64,
    snapshot: Snapshot,
}

/// An allocator whose blocks are given back all together: by a rewind, a reset, or when it is dropped.
pub struct Arena<S: ChunkSource = SystemSource> {
    chunks: RefCell<Chunks<S>>,
    cleanups: RefCell<Vec<Cleanup>>,
    /// With rising serials.
    marks: RefCell<Vec<NotedMark>>,
    used: Cell<usize>,
    peak: Cell<usize>,
}

impl Arena<SystemSource> {
    /// An arena on the system's heap; see [`Arena::with_source`].
    pub fn new(chunk_size: usize, limit: Option<usize>) -> Result<Self, ArenaError> {
        Self::with_source(chunk_size, limit, SystemSource)
    }
}

impl<S: ChunkSource> Arena<S> {
    /// An arena that holds at most `limit` usable bytes, in chunks of `chunk_size`.
    pub fn with_source(chunk_size: usize, limit: Option<usize>, source: S) -> Result<Self, ArenaError> {
        let limit = limit.unwrap_or(usize::MAX);
        if chunk_size == 0 || limit < chunk_size {
            return Err(ArenaError::InvalidArgument);
        }
        Ok(Self {
            chunks: RefCell::new(Chunks::new(chunk_size, limit, source)),
            cleanups: RefCell::default(),
            marks: RefCell::default(),
            used: Cell::new(0),
            peak: Cell::new(0),
        })
    }

    /// A block whose bytes are not initialized; `alignment` is a power of two.
    pub fn alloc(&self, size: usize, alignment: usize) -> Result<NonNull<u8>, ArenaError> {
        self.alloc_array(1, size, alignment)
    }

    /// Like [`Arena::alloc`], for `count` elements of `size` bytes each.
    pub fn alloc_array(&self, count: usize, size: usize, alignment: usize) -> Result<NonNull<u8>, ArenaError> {
        if !alignment.is_power_of_two() {
            return Err(ArenaError::InvalidArgument);
        }
        let size = count.checked_mul(size).ok_or(ArenaError::OutOfMemory)?;
        if size == 0 {
            return NonNull::new(ptr::without_provenance_mut(alignment)).ok_or(ArenaError::InvalidArgument);
        }
        let block = self.chunks.borrow_mut().alloc(size, alignment)?;
        self.used.set(self.used.get() + size);
        self.peak.set(self.peak.get().max(self.used.get()));
        Ok(block)
    }

    /// Moves the value into a block of its size and alignment; dropping it is the cleanup.
    /// On an error the value is dropped at once.
    #[allow(clippy::mut_from_ref)]
    pub fn alloc_value<T: 'static>(&self, value: T) -> Result<&mut T, ArenaError> {
        self.cleanups.borrow_mut().try_reserve(1).map_err(|_| ArenaError::OutOfMemory)?;
        let block = self.alloc(size_of::<T>(), align_of::<T>())?;
        let place = block.cast::<T>();
        // SAFETY: the block has the size and alignment of T and belongs to nobody else.
        unsafe { place.write(value) };
        self.cleanups.borrow_mut().push(Cleanup { drop_value: drop_value::<T>, value: block });
        // SAFETY: the value is initialized, is given out once, and stays until a rewind, a reset or the drop of the arena,
        // all of which need the arena without this borrow.
        Ok(unsafe { &mut *place.as_ptr() })
    }

    /// Notes the present state.
    pub fn mark(&self) -> Mark {
        let serial = next_serial();
        let snapshot = Snapshot {
            chunks: self.chunks.borrow().state(),
            used: self.used.get(),
            cleanups: self.cleanups.borrow().len(),
        };
        self.marks.borrow_mut().push(NotedMark { serial, snapshot });
        Mark { serial }
    }

    /// Retires what was requested after the mark; uses up the mark and all later ones.
    ///
    /// `&mut self` ends the borrows of all values, older ones too; blocks from `alloc` older than the mark stay valid.
    pub fn rewind(&mut self, mark: Mark) -> Result<(), ArenaError> {
        let marks = self.marks.get_mut();
        let position =
            marks.binary_search_by_key(&mark.serial, |noted| noted.serial).map_err(|_| ArenaError::InvalidArgument)?;
        let snapshot = marks[position].snapshot;
        marks.truncate(position);
        self.restore(snapshot);
        Ok(())
    }

    /// Retires all blocks and uses up all marks.
    pub fn reset(&mut self) {
        self.marks.get_mut().clear();
        self.restore(Snapshot::default());
    }

    pub fn stats(&self) -> Stats {
        let chunks = self.chunks.borrow();
        Stats { used: self.used.get(), peak: self.peak.get(), held: chunks.held(), chunks: chunks.count() }
    }

    fn restore(&mut self, earlier: Snapshot) {
        let cleanups = self.cleanups.get_mut();
        for cleanup in cleanups.drain(earlier.cleanups..).rev() {
            // SAFETY: the value is in its block still, and with its cleanup gone nobody drops it again.
            unsafe { (cleanup.drop_value)(cleanup.value) };
        }
        self.chunks.get_mut().restore(earlier.chunks);
        self.used.set(earlier.used);
    }
}

/// Runs the cleanups and returns the chunks.
impl<S: ChunkSource> Drop for Arena<S> {
    fn drop(&mut self) {
        self.reset();
    }
}

/// # Safety
/// A `T` lies at `value`, which is not used afterwards.
unsafe fn drop_value<T>(value: NonNull<u8>) {
    // SAFETY: the caller promises it.
    unsafe { value.cast::<T>().drop_in_place() }
}

fn next_serial() -> u64 {
    static SERIALS: AtomicU64 = AtomicU64::new(0);
    SERIALS.fetch_add(1, Ordering::Relaxed)
}
