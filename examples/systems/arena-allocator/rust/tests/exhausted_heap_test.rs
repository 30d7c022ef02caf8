//! A program of its own: its heap can be made to have no memory.
#![allow(non_snake_case)] // R5: the requirement that a test proves

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::{self, NonNull};

use arena_allocator::{Arena, ArenaError, ChunkSource, Stats};

thread_local!(static IS_EXHAUSTED: Cell<bool> = const { Cell::new(false) });

struct Heap;

unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_EXHAUSTED.get() { ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static HEAP: Heap = Heap;

/// Has memory even when the heap has none.
struct Source;

unsafe impl ChunkSource for Source {
    fn allocate(&self, layout: Layout) -> Option<NonNull<u8>> {
        NonNull::new(unsafe { System.alloc(layout) })
    }

    unsafe fn release(&self, chunk: NonNull<u8>, layout: Layout) {
        unsafe { System.dealloc(chunk.as_ptr(), layout) }
    }
}

fn with_exhausted_heap<T>(action: impl FnOnce() -> T) -> T {
    IS_EXHAUSTED.set(true);
    let result = action();
    IS_EXHAUSTED.set(false);
    result
}

#[test]
fn heap_without_memory_for_the_records_of_an_arena__R5() {
    let arena = Arena::with_source(64, None, Source).unwrap();
    for size in [8, 65] {
        let before = arena.stats();
        // An arena that needs no more memory for its records may serve the request.
        match with_exhausted_heap(|| arena.alloc(size, 1)) {
            Err(error) => assert_eq!((error, arena.stats()), (ArenaError::OutOfMemory, before)),
            Ok(_) => assert_eq!(arena.stats().used, before.used + size),
        }
        assert!(arena.alloc(size, 1).is_ok());
    }
}

#[test]
fn heap_without_memory_for_the_record_of_a_cleanup__R5() {
    struct Counted<'a>(&'a Cell<usize>);
    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let drops: &'static Cell<usize> = Box::leak(Box::default());
    let arena = Arena::with_source(64, None, Source).unwrap();
    arena.alloc(8, 8).unwrap();
    let refused = with_exhausted_heap(|| arena.alloc_value(Counted(drops)).err());
    if refused.is_some() {
        assert_eq!((refused, drops.get()), (Some(ArenaError::OutOfMemory), 1));
        assert_eq!(arena.stats(), Stats { used: 8, peak: 8, held: 64, chunks: 1 });
    }
    assert!(arena.alloc_value(Counted(drops)).is_ok());
    drop(arena);
    assert_eq!(drops.get(), 2);
}
