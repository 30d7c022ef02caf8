use std::alloc::{self, Layout};
use std::ptr::NonNull;

/// Where an arena gets its chunks from.
///
/// # Safety
/// A chunk that `allocate` returns is valid for `layout` and used by nobody else until it is released.
pub unsafe trait ChunkSource {
    /// Returns a new chunk, `None` if there is no memory; `layout.align()` is 16.
    fn allocate(&self, layout: Layout) -> Option<NonNull<u8>>;

    /// Takes a chunk back.
    ///
    /// # Safety
    /// `chunk` was returned by `allocate` of this source for the same layout and not released since.
    unsafe fn release(&self, chunk: NonNull<u8>, layout: Layout);
}

/// The system's heap. It has no chunks of size 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSource;

// SAFETY: the global allocator gives the same promises for layouts that are not empty.
unsafe impl ChunkSource for SystemSource {
    fn allocate(&self, layout: Layout) -> Option<NonNull<u8>> {
        if layout.size() == 0 {
            return None;
        }
        // SAFETY: the layout is not empty.
        NonNull::new(unsafe { alloc::alloc(layout) })
    }

    unsafe fn release(&self, chunk: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller promises that the chunk is one of `allocate` for this layout.
        unsafe { alloc::dealloc(chunk.as_ptr(), layout) }
    }
}
