#![allow(non_snake_case)] // R8: the requirement that a test proves

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use edit_distance::edit_distance;

/// The system's heap, which counts the bytes that a thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    MOST.set(MOST.get().max(held));
}

// Safety: all is left to the system's heap; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

#[test]
fn memory_is_linear__R8() {
    let text = |mut seed: usize| -> String {
        (0..1000)
            .map(|_| {
                seed = seed * 16807 % 2147483647;
                char::from(b"abcd"[seed % 4])
            })
            .collect()
    };
    let (first, second) = (text(1), text(2));
    assert_memory(&first, &second, 531, 2000);
}

#[test]
fn memory_is_linear_with_many_different_code_points__R8() {
    let many: String = ('\u{10000}'..).take(10_000).collect();
    assert_memory(&many, "abcdefghij", 10_000, 10_010);
}

/// A call may hold no more than the requirement allows for so many code points.
fn assert_memory(first: &str, second: &str, distance: usize, code_points: isize) {
    let before = HELD.get();
    MOST.set(before);
    assert_eq!(edit_distance(first, second), distance);
    let most = MOST.get() - before;
    assert!(most <= (1 << 20) + 200 * code_points, "{most} bytes held");
}
