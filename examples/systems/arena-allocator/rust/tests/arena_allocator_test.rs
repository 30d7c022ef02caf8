#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::alloc::{self, Layout};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;

use arena_allocator::{Arena, ArenaError, ChunkSource, Stats, SystemSource};

const PAGE: usize = 4096;
const OFFSET: usize = 16;

#[derive(Default)]
struct Log {
    asked: Cell<usize>,
    released: Cell<usize>,
    empty: Cell<bool>,
    chunks: RefCell<Vec<(NonNull<u8>, Layout)>>,
}

impl Log {
    fn has(&self, block: NonNull<u8>, size: usize) -> bool {
        let first = block.as_ptr() as usize;
        self.chunks.borrow().iter().any(|(chunk, layout)| {
            let start = chunk.as_ptr() as usize;
            first >= start && first + size <= start + layout.size()
        })
    }
}

/// Checks what is returned to it. Its chunks start 16 bytes after the start of a page: at a multiple of 16 and of nothing more.
#[derive(Clone, Default)]
struct Source(Rc<Log>);

fn pages(layout: Layout) -> Layout {
    Layout::from_size_align(OFFSET + layout.size(), PAGE).unwrap()
}

unsafe impl ChunkSource for Source {
    fn allocate(&self, layout: Layout) -> Option<NonNull<u8>> {
        self.0.asked.set(self.0.asked.get() + 1);
        assert_eq!(layout.align(), 16);
        if self.0.empty.get() || layout.size() > 1 << 20 {
            return None;
        }
        let chunk = unsafe { NonNull::new(alloc::alloc(pages(layout))).unwrap().add(OFFSET) };
        unsafe { chunk.write_bytes(0xAA, layout.size()) };
        self.0.chunks.borrow_mut().push((chunk, layout));
        Some(chunk)
    }

    unsafe fn release(&self, chunk: NonNull<u8>, layout: Layout) {
        let mut chunks = self.0.chunks.borrow_mut();
        let position = chunks.iter().position(|held| *held == (chunk, layout));
        chunks.swap_remove(position.expect("not a chunk of the source, or returned before"));
        self.0.released.set(self.0.released.get() + 1);
        unsafe { alloc::dealloc(chunk.sub(OFFSET).as_ptr(), pages(layout)) };
    }
}

fn arena(chunk_size: usize, limit: Option<usize>) -> (Arena<Source>, Rc<Log>) {
    let source = Source::default();
    let log = source.0.clone();
    (Arena::with_source(chunk_size, limit, source).unwrap(), log)
}

fn stats(used: usize, peak: usize, held: usize, chunks: usize) -> Stats {
    Stats { used, peak, held, chunks }
}

fn alloc_aligned<S: ChunkSource>(arena: &Arena<S>, size: usize, alignment: usize) -> NonNull<u8> {
    let block = arena.alloc(size, alignment).unwrap();
    assert_eq!(block.as_ptr() as usize % alignment, 0);
    block
}

fn alloc<S: ChunkSource>(arena: &Arena<S>, size: usize) -> NonNull<u8> {
    alloc_aligned(arena, size, 1)
}

fn fill(block: NonNull<u8>, size: usize, byte: u8) {
    unsafe { block.write_bytes(byte, size) };
}

fn alloc_filled<S: ChunkSource>(arena: &Arena<S>, size: usize, byte: u8) -> NonNull<u8> {
    let block = alloc(arena, size);
    fill(block, size, byte);
    block
}

/// Only for blocks that were filled.
fn is_filled(block: NonNull<u8>, size: usize, byte: u8) -> bool {
    (0..size).all(|i| unsafe { block.add(i).read() } == byte)
}

fn after(block: NonNull<u8>, bytes: usize) -> usize {
    block.as_ptr() as usize + bytes
}

fn address(block: NonNull<u8>) -> usize {
    after(block, 0)
}

#[test]
fn blocks_have_their_alignment__R1() {
    let (arena, log) = arena(16384, None);
    for bits in 0..=12 {
        alloc(&arena, 1);
        let block = alloc_aligned(&arena, 3, 1 << bits);
        assert!(log.has(block, 3));
    }
}

#[test]
fn oversize_blocks_have_their_alignment__R1() {
    let (arena, log) = arena(32, None);
    for bits in 0..=12 {
        let block = alloc_aligned(&arena, 100, 1 << bits);
        assert!(log.has(block, 100));
        fill(block, 100, 1);
    }
}

#[test]
fn blocks_keep_their_bytes__R1() {
    let (arena, log) = arena(1000, None);
    let blocks: Vec<_> = (0..200u8)
        .map(|i| {
            let size = if i % 50 == 49 { 1500 } else { 1 + usize::from(i) * 7 % 90 };
            let block = alloc_aligned(&arena, size, 1 << (i % 8));
            assert!(log.has(block, size));
            fill(block, size, i);
            (block, size, i)
        })
        .collect();
    for (block, size, byte) in blocks {
        assert!(is_filled(block, size, byte));
    }
}

#[test]
fn system_heap__R1() {
    let arena = Arena::new(256, None).unwrap();
    let small = alloc_filled(&arena, 100, 1);
    let large = alloc_filled(&arena, 1000, 2);
    let aligned = alloc_aligned(&arena, 200, 64);
    fill(aligned, 200, 3);
    assert!(is_filled(small, 100, 1));
    assert!(is_filled(large, 1000, 2));
    assert!(is_filled(aligned, 200, 3));
    assert_eq!(arena.stats(), stats(1300, 1300, 256 + 1000 + 256, 3));
}

#[test]
fn system_source_can_be_given__R1() {
    let arena = Arena::with_source(64, Some(64), SystemSource).unwrap();
    let block = alloc_filled(&arena, 64, 9);
    assert!(is_filled(block, 64, 9));
    assert_eq!(arena.alloc(1, 1), Err(ArenaError::OutOfMemory));
}

#[test]
fn requests_of_size_zero__R1() {
    let (arena, log) = arena(64, Some(64));
    for full in [false, true] {
        for (count, size) in [(1, 0), (0, 8), (0, 0), (0, usize::MAX), (usize::MAX, 0)] {
            for bits in 0..=12 {
                let block = arena.alloc_array(count, size, 1 << bits).unwrap();
                assert_eq!(block.as_ptr() as usize % (1 << bits), 0);
                alloc_aligned(&arena, 0, 1 << bits);
            }
        }
        assert_eq!(log.asked.get(), usize::from(full));
        if full {
            assert_eq!(arena.stats(), stats(64, 64, 64, 1));
        } else {
            assert_eq!(arena.stats(), stats(0, 0, 0, 0));
            alloc(&arena, 64);
        }
    }
}

#[test]
fn requests_of_size_zero_take_no_room__R1() {
    let (arena, _) = arena(64, None);
    let first = alloc(&arena, 1);
    alloc_aligned(&arena, 0, 32);
    assert_eq!(address(alloc(&arena, 63)), after(first, 1));
    assert_eq!(arena.stats(), stats(64, 64, 64, 1));
}

#[test]
fn creation_takes_no_chunk__R2() {
    let (arena, log) = arena(64, None);
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
    drop(arena);
    assert_eq!((log.asked.get(), log.released.get()), (0, 0));
}

#[test]
fn chunk_is_filled_to_the_last_byte__R2() {
    for chunk_size in [1, 15, 16, 17, 100, 1024] {
        let (arena, log) = arena(chunk_size, None);
        let first = alloc(&arena, 1);
        for used in 1..chunk_size {
            assert_eq!(address(alloc(&arena, 1)), after(first, used));
        }
        assert_eq!(log.asked.get(), 1);
        assert!(log.has(first, chunk_size));
        assert_eq!(arena.stats(), stats(chunk_size, chunk_size, chunk_size, 1));
        alloc(&arena, 1);
        assert_eq!(log.asked.get(), 2);
        assert_eq!(arena.stats(), stats(chunk_size + 1, chunk_size + 1, 2 * chunk_size, 2));
    }
}

#[test]
fn padding_is_not_used_but_takes_room__R2() {
    let (arena, _) = arena(64, None);
    let first = alloc(&arena, 3);
    assert_eq!(address(alloc_aligned(&arena, 8, 8)), after(first, 8));
    assert_eq!(address(alloc_aligned(&arena, 2, 2)), after(first, 16));
    assert_eq!(address(alloc_aligned(&arena, 17, 16)), after(first, 32));
    assert_eq!(arena.stats(), stats(30, 30, 64, 1));
    alloc_aligned(&arena, 1, 16);
    assert_eq!(arena.stats(), stats(31, 31, 128, 2));
}

#[test]
fn last_bytes_of_a_chunk_behind_padding__R2() {
    let (arena, _) = arena(100, None);
    let first = alloc(&arena, 91);
    assert_eq!(address(alloc_aligned(&arena, 4, 16)), after(first, 96));
    assert_eq!(arena.stats(), stats(95, 95, 100, 1));
    alloc_aligned(&arena, 100, 16);
    alloc(&arena, 1);
    assert_eq!(arena.stats(), stats(196, 196, 300, 3));
}

#[test]
fn array_counts_as_product__R2() {
    let (arena, _) = arena(96, None);
    let first = arena.alloc_array(3, 20, 4).unwrap();
    assert_eq!(arena.stats(), stats(60, 60, 96, 1));
    assert_eq!(address(arena.alloc_array(9, 4, 4).unwrap()), after(first, 60));
    assert_eq!(arena.stats(), stats(96, 96, 96, 1));
    arena.alloc_array(97, 1, 1).unwrap();
    assert_eq!(arena.stats(), stats(193, 193, 193, 2));
}

#[test]
fn need_equal_to_chunk_size_is_ordinary__R3() {
    for (size, alignment) in [(256, 1), (256, 16), (208, 64), (16, 256), (240, 32)] {
        let (mut arena, _) = arena(256, None);
        let mark = arena.mark();
        fill(alloc_aligned(&arena, size, alignment), size, 1);
        assert_eq!(arena.stats(), stats(size, size, 256, 1));
        arena.rewind(mark).unwrap();
        assert_eq!(arena.stats(), stats(0, size, 256, 1));
    }
}

#[test]
fn need_above_chunk_size_gets_its_own_chunk__R3() {
    for (size, alignment) in [(257, 1), (257, 16), (209, 64), (17, 256), (241, 32)] {
        let (arena, log) = arena(256, None);
        let first = alloc(&arena, 56);
        fill(alloc_aligned(&arena, size, alignment), size, 1);
        assert_eq!(arena.stats(), stats(56 + size, 56 + size, 256 + 257, 2));
        assert_eq!(address(alloc(&arena, 200)), after(first, 56));
        assert_eq!(log.asked.get(), 2);
        assert_eq!(arena.stats(), stats(256 + size, 256 + size, 256 + 257, 2));
    }
}

#[test]
fn oversize_chunk_serves_no_other_request__R3() {
    let (arena, _) = arena(16, None);
    alloc_aligned(&arena, 1, 1024);
    assert_eq!(arena.stats(), stats(1, 1, 1009, 1));
    alloc(&arena, 1);
    assert_eq!(arena.stats(), stats(2, 2, 1009 + 16, 2));
}

#[test]
fn overflow_is_out_of_memory__R4() {
    const MAX: usize = usize::MAX;
    let (arena, log) = arena(64, None);
    for (count, size, alignment) in [
        (MAX / 2 + 1, 2, 1),
        (MAX / 2 + 2, 2, 1),
        (MAX / 8 + 2, 8, 8),
        (8, MAX / 8 + 2, 8),
        (MAX, MAX, 1),
        (1, MAX, 32),
        (1, MAX - 47, 64),
        (1, MAX, PAGE),
        (1, MAX / 2 + 17, MAX / 2 + 1),
    ] {
        assert_eq!(arena.alloc_array(count, size, alignment), Err(ArenaError::OutOfMemory));
        if count == 1 {
            assert_eq!(arena.alloc(size, alignment), Err(ArenaError::OutOfMemory));
        }
    }
    assert_eq!(log.asked.get(), 0);
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
}

#[test]
fn sum_of_held_is_not_representable__R4() {
    let (arena, log) = arena(64, None);
    let first = alloc(&arena, 1);
    assert_eq!(arena.alloc(usize::MAX, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(arena.alloc(usize::MAX - 63, 16), Err(ArenaError::OutOfMemory));
    assert_eq!(log.asked.get(), 1);
    assert_eq!(arena.stats(), stats(1, 1, 64, 1));
    assert_eq!(address(alloc(&arena, 63)), after(first, 1));
}

#[test]
fn huge_request_that_no_source_serves__R4_R5() {
    let (arena, _) = arena(64, None);
    for size in [usize::MAX, usize::MAX / 2 + 1, usize::MAX / 2 - 100] {
        assert_eq!(arena.alloc(size, 16), Err(ArenaError::OutOfMemory));
    }
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
}

#[test]
fn limit_is_reached_but_not_exceeded__R5() {
    let (arena, log) = arena(64, Some(128));
    alloc(&arena, 60);
    alloc(&arena, 60);
    assert_eq!(arena.stats(), stats(120, 120, 128, 2));
    assert_eq!(arena.alloc(5, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(log.asked.get(), 2);
    assert_eq!(arena.stats(), stats(120, 120, 128, 2));
    alloc(&arena, 4);
    assert_eq!(arena.stats(), stats(124, 124, 128, 2));
}

#[test]
fn limit_counts_oversize_chunks__R5() {
    let (arena, log) = arena(64, Some(200));
    assert_eq!(arena.alloc(201, 1), Err(ArenaError::OutOfMemory));
    alloc(&arena, 1);
    assert_eq!(arena.alloc(137, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(arena.alloc(121, 32), Err(ArenaError::OutOfMemory));
    assert_eq!(log.asked.get(), 1);
    alloc(&arena, 136);
    assert_eq!(arena.stats(), stats(137, 137, 200, 2));
    alloc(&arena, 63);
    assert_eq!(arena.alloc(1, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(log.asked.get(), 2);
}

#[test]
fn returned_chunks_do_not_count_for_the_limit__R5() {
    let (mut arena, _) = arena(64, Some(200));
    let mark = arena.mark();
    alloc(&arena, 150);
    assert_eq!(arena.alloc(1, 1), Err(ArenaError::OutOfMemory));
    arena.rewind(mark).unwrap();
    alloc(&arena, 200);
    assert_eq!(arena.stats(), stats(200, 200, 200, 1));
}

#[test]
fn source_without_memory__R5() {
    let (arena, log) = arena(64, None);
    log.empty.set(true);
    assert_eq!(arena.alloc(1, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
    log.empty.set(false);
    let first = alloc_filled(&arena, 40, 7);
    log.empty.set(true);
    assert_eq!(arena.alloc(25, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(arena.alloc(65, 1), Err(ArenaError::OutOfMemory));
    assert_eq!(arena.stats(), stats(40, 40, 64, 1));
    assert_eq!(address(alloc(&arena, 24)), after(first, 40));
    assert!(is_filled(first, 40, 7));
    log.empty.set(false);
    alloc(&arena, 25);
    assert_eq!(arena.stats(), stats(89, 89, 128, 2));
    drop(arena);
    assert_eq!(log.released.get(), 2);
}

#[test]
fn failed_requests_leave_marks_usable__R5() {
    let (mut arena, _) = arena(64, Some(64));
    alloc(&arena, 10);
    let mark = arena.mark();
    alloc(&arena, 20);
    assert_eq!(arena.alloc(60, 1), Err(ArenaError::OutOfMemory));
    arena.rewind(mark).unwrap();
    assert_eq!(arena.stats(), stats(10, 30, 64, 1));
    alloc(&arena, 54);
    assert_eq!(arena.stats(), stats(64, 64, 64, 1));
}

#[test]
fn invalid_alignments__R6() {
    let (arena, log) = arena(64, None);
    for alignment in [0, 3, 6, 12, 24, 100, usize::MAX, usize::MAX - 1] {
        for size in [0, 8, usize::MAX] {
            assert_eq!(arena.alloc(size, alignment), Err(ArenaError::InvalidArgument));
            assert_eq!(arena.alloc_array(0, size, alignment), Err(ArenaError::InvalidArgument));
            assert_eq!(arena.alloc_array(usize::MAX, size, alignment), Err(ArenaError::InvalidArgument));
        }
    }
    assert_eq!(log.asked.get(), 0);
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
}

#[test]
fn invalid_chunk_sizes_and_limits__R6() {
    for (chunk_size, limit) in [(0, None), (0, Some(0)), (0, Some(100)), (64, Some(63)), (64, Some(0))] {
        assert_eq!(Arena::new(chunk_size, limit).err(), Some(ArenaError::InvalidArgument));
        let with_source = Arena::with_source(chunk_size, limit, Source::default());
        assert_eq!(with_source.err(), Some(ArenaError::InvalidArgument));
    }
}

#[test]
fn limit_equal_to_chunk_size__R6() {
    let (arena, _) = arena(64, Some(64));
    alloc(&arena, 64);
    assert_eq!(arena.stats(), stats(64, 64, 64, 1));
}

#[test]
fn errors_can_be_shown__R6() {
    let error: Box<dyn std::error::Error> = Box::new(ArenaError::InvalidArgument);
    assert!(!error.to_string().is_empty());
    assert_ne!(error.to_string(), ArenaError::OutOfMemory.to_string());
}

#[test]
fn mark_that_is_used_up__R6_R7() {
    let (mut arena, _) = arena(64, None);
    alloc(&arena, 1);
    let outer = arena.mark();
    alloc(&arena, 2);
    let inner = arena.mark();
    alloc(&arena, 4);
    arena.rewind(outer).unwrap();
    alloc(&arena, 8);
    let later = arena.mark();
    alloc(&arena, 16);
    assert_eq!(arena.rewind(inner), Err(ArenaError::InvalidArgument));
    assert_eq!(arena.rewind(outer), Err(ArenaError::InvalidArgument));
    assert_eq!(arena.stats(), stats(25, 25, 64, 1));
    assert_eq!(arena.rewind(later), Ok(()));
    assert_eq!(arena.stats(), stats(9, 25, 64, 1));
    assert_eq!(arena.rewind(later), Err(ArenaError::InvalidArgument));
}

#[test]
fn marks_without_requests_between__R6_R7() {
    let (mut arena, _) = arena(64, None);
    let first = arena.mark();
    let second = arena.mark();
    let third = arena.mark();
    alloc(&arena, 5);
    assert_eq!(arena.rewind(second), Ok(()));
    assert_eq!(arena.stats(), stats(0, 5, 64, 1));
    assert_eq!(arena.rewind(third), Err(ArenaError::InvalidArgument));
    assert_eq!(arena.rewind(second), Err(ArenaError::InvalidArgument));
    assert_eq!(arena.rewind(first), Ok(()));
}

#[test]
fn reset_uses_up_marks__R6() {
    let (mut arena, _) = arena(64, None);
    let mark = arena.mark();
    arena.reset();
    alloc(&arena, 8);
    assert_eq!(arena.rewind(mark), Err(ArenaError::InvalidArgument));
    arena.mark();
    assert_eq!(arena.rewind(mark), Err(ArenaError::InvalidArgument));
    assert_eq!(arena.stats(), stats(8, 8, 64, 1));
}

#[test]
fn mark_of_another_arena__R6() {
    let (mut a, _) = arena(64, None);
    let (mut b, _) = arena(64, None);
    let (of_a, of_b) = (a.mark(), b.mark());
    alloc(&a, 8);
    alloc(&b, 8);
    assert_eq!(a.rewind(of_b), Err(ArenaError::InvalidArgument));
    assert_eq!(b.rewind(of_a), Err(ArenaError::InvalidArgument));
    assert_eq!((a.stats(), b.stats()), (stats(8, 8, 64, 1), stats(8, 8, 64, 1)));
    assert_eq!(a.rewind(of_a), Ok(()));
    assert_eq!(b.rewind(of_b), Ok(()));
}

#[test]
fn marks_follow_an_arena_that_moves__R6_R7() {
    let (mut a, _) = arena(64, None);
    let (mut b, _) = arena(64, None);
    let block = alloc_filled(&a, 8, 5);
    let (of_a, of_b) = (a.mark(), b.mark());
    alloc(&a, 8);
    std::mem::swap(&mut a, &mut b);
    assert_eq!(a.rewind(of_a), Err(ArenaError::InvalidArgument));
    assert_eq!(b.rewind(of_b), Err(ArenaError::InvalidArgument));
    assert_eq!(b.rewind(of_a), Ok(()));
    assert_eq!(b.stats(), stats(8, 16, 64, 1));
    assert!(is_filled(block, 8, 5));
}

#[test]
fn rewind_in_a_chunk__R7() {
    let (mut arena, _) = arena(64, None);
    let older = alloc_filled(&arena, 10, 1);
    let mark = arena.mark();
    alloc_filled(&arena, 20, 2);
    assert_eq!(arena.stats(), stats(30, 30, 64, 1));
    arena.rewind(mark).unwrap();
    assert_eq!(arena.stats(), stats(10, 30, 64, 1));
    alloc_filled(&arena, 54, 3);
    assert!(is_filled(older, 10, 1));
    assert_eq!(arena.stats(), stats(64, 64, 64, 1));
}

fn request_several(arena: &Arena<Source>) {
    for (size, alignment) in [(30, 1), (40, 16), (64, 1), (33, 8), (1, 1)] {
        fill(alloc_aligned(arena, size, alignment), size, 2);
    }
}

#[test]
fn same_requests_after_rewind__R7() {
    let (mut arena, log) = arena(64, None);
    let older = alloc_filled(&arena, 30, 1);
    for _ in 0..3 {
        let mark = arena.mark();
        request_several(&arena);
        assert_eq!(arena.stats(), stats(198, 198, 256, 4));
        arena.rewind(mark).unwrap();
        assert_eq!(arena.stats(), stats(30, 198, 256, 4));
    }
    assert!(is_filled(older, 30, 1));
    assert_eq!((log.asked.get(), log.released.get()), (4, 0));
    drop(arena);
    assert_eq!(log.released.get(), 4);
}

#[test]
fn same_requests_after_reset__R7() {
    let (mut arena, log) = arena(64, None);
    for _ in 0..3 {
        request_several(&arena);
        assert_eq!(arena.stats(), stats(168, 168, 256, 4));
        arena.reset();
        assert_eq!(arena.stats(), stats(0, 168, 256, 4));
    }
    assert_eq!((log.asked.get(), log.released.get()), (4, 0));
    drop(arena);
    assert_eq!(log.released.get(), 4);
}

#[test]
fn kept_chunks_are_used_before_new_ones__R7() {
    let (mut arena, log) = arena(64, None);
    alloc(&arena, 64);
    let mark = arena.mark();
    alloc(&arena, 64);
    alloc(&arena, 64);
    arena.rewind(mark).unwrap();
    let mut blocks = Vec::new();
    for (byte, asked) in [(0, 3), (1, 3), (2, 4), (3, 5)] {
        blocks.push((alloc_filled(&arena, 50, byte), byte));
        assert_eq!(log.asked.get(), asked);
    }
    assert!(blocks.into_iter().all(|(block, byte)| is_filled(block, 50, byte)));
    assert_eq!(arena.stats(), stats(264, 264, 320, 5));
    drop(arena);
    assert_eq!(log.released.get(), 5);
}

#[test]
fn rewind_returns_newer_oversize_chunks__R7() {
    let (mut arena, log) = arena(64, None);
    let older = alloc_filled(&arena, 100, 1);
    let mark = arena.mark();
    alloc(&arena, 200);
    alloc(&arena, 8);
    alloc_aligned(&arena, 300, 64);
    assert_eq!(arena.stats(), stats(608, 608, 100 + 200 + 64 + 348, 4));
    arena.rewind(mark).unwrap();
    assert_eq!(log.released.get(), 2);
    assert_eq!(arena.stats(), stats(100, 608, 164, 2));
    assert!(is_filled(older, 100, 1));
    arena.reset();
    assert_eq!(log.released.get(), 3);
    assert_eq!(arena.stats(), stats(0, 608, 64, 1));
    drop(arena);
    assert_eq!(log.released.get(), 4);
}

#[test]
fn nested_marks__R7() {
    let (mut arena, log) = arena(64, None);
    let first = alloc_filled(&arena, 40, 1);
    let outer = arena.mark();
    let second = alloc_filled(&arena, 40, 2);
    let inner = arena.mark();
    alloc_filled(&arena, 40, 3);
    arena.rewind(inner).unwrap();
    assert_eq!(arena.stats(), stats(80, 120, 192, 3));
    alloc_filled(&arena, 20, 4);
    assert!(is_filled(second, 40, 2));
    arena.rewind(outer).unwrap();
    assert_eq!(arena.stats(), stats(40, 120, 192, 3));
    alloc_filled(&arena, 24, 5);
    assert!(is_filled(first, 40, 1));
    assert_eq!(log.asked.get(), 3);
}

#[test]
fn peak_is_the_greatest_used__R7() {
    let (mut arena, _) = arena(64, None);
    alloc(&arena, 60);
    arena.reset();
    alloc(&arena, 50);
    assert_eq!(arena.stats(), stats(50, 60, 64, 1));
    alloc(&arena, 11);
    assert_eq!(arena.stats(), stats(61, 61, 64, 1));
}

#[test]
fn dropping_returns_every_chunk__R7() {
    let (mut arena, log) = arena(64, None);
    for i in 0..5 {
        alloc(&arena, 60);
        alloc(&arena, 100 + i);
    }
    let mark = arena.mark();
    alloc(&arena, 60);
    arena.rewind(mark).unwrap();
    arena.mark();
    drop(arena);
    assert_eq!((log.asked.get(), log.released.get()), (11, 11));
    assert!(log.chunks.borrow().is_empty());
}

type Letters = Rc<RefCell<String>>;

/// Writes its letter when it is dropped; `!` if its own bytes have changed or its chunk is gone.
struct Entry {
    letters: Letters,
    log: Rc<Log>,
    bytes: [char; 20],
}

impl Entry {
    fn new(letters: &Letters, log: &Rc<Log>, letter: char) -> Self {
        Self { letters: letters.clone(), log: log.clone(), bytes: [letter; 20] }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let letter = self.bytes[0];
        let intact = self.bytes == [letter; 20] && self.log.has(NonNull::from(&*self).cast(), size_of::<Self>());
        self.letters.borrow_mut().push(if intact { letter } else { '!' });
    }
}

fn add(arena: &Arena<Source>, letters: &Letters, log: &Rc<Log>, letter: char) {
    arena.alloc_value(Entry::new(letters, log, letter)).unwrap();
}

#[test]
fn values_are_dropped_in_reverse_order__R8() {
    let (mut arena, log) = arena(256, None);
    let letters = Letters::default();
    add(&arena, &letters, &log, 'a');
    let mark = arena.mark();
    for letter in ['b', 'c', 'd'] {
        add(&arena, &letters, &log, letter);
    }
    assert_eq!(*letters.borrow(), "");
    arena.rewind(mark).unwrap();
    assert_eq!(*letters.borrow(), "dcb");
    add(&arena, &letters, &log, 'e');
    arena.reset();
    assert_eq!(*letters.borrow(), "dcbea");
    arena.reset();
    assert_eq!(*letters.borrow(), "dcbea");
    add(&arena, &letters, &log, 'f');
    add(&arena, &letters, &log, 'g');
    drop(arena);
    assert_eq!(*letters.borrow(), "dcbeagf");
}

#[test]
fn values_are_dropped_before_chunks_are_returned__R8() {
    let (mut arena, log) = arena(1, None);
    let letters = Letters::default();
    add(&arena, &letters, &log, 'a');
    let mark = arena.mark();
    add(&arena, &letters, &log, 'b');
    add(&arena, &letters, &log, 'c');
    arena.rewind(mark).unwrap();
    assert_eq!(*letters.borrow(), "cb");
    assert_eq!(log.released.get(), 2);
    add(&arena, &letters, &log, 'd');
    arena.reset();
    assert_eq!(*letters.borrow(), "cbda");
    assert_eq!(log.released.get(), 4);
    add(&arena, &letters, &log, 'e');
    add(&arena, &letters, &log, 'f');
    drop(arena);
    assert_eq!(*letters.borrow(), "cbdafe");
    assert_eq!(log.released.get(), 6);
}

#[test]
fn rewinding_to_the_outer_mark_drops_all_later_values__R8() {
    let (mut arena, log) = arena(1024, None);
    let letters = Letters::default();
    let outer = arena.mark();
    add(&arena, &letters, &log, 'a');
    arena.mark();
    add(&arena, &letters, &log, 'b');
    arena.rewind(outer).unwrap();
    assert_eq!(*letters.borrow(), "ba");
    drop(arena);
    assert_eq!(*letters.borrow(), "ba");
}

#[test]
fn failed_rewind_drops_nothing__R6_R8() {
    let (mut arena, log) = arena(1024, None);
    let letters = Letters::default();
    let mark = arena.mark();
    arena.rewind(mark).unwrap();
    add(&arena, &letters, &log, 'a');
    assert_eq!(arena.rewind(mark), Err(ArenaError::InvalidArgument));
    assert_eq!(*letters.borrow(), "");
    drop(arena);
    assert_eq!(*letters.borrow(), "a");
}

#[test]
fn value_has_a_block_of_its_size_and_alignment__R1_R2() {
    #[repr(align(64))]
    struct Wide([u8; 128]);
    let (arena, log) = arena(1024, None);
    let number = arena.alloc_value(42u32).unwrap();
    let wide = arena.alloc_value(Wide([7; 128])).unwrap();
    *number += 1;
    assert_eq!(*number, 43);
    assert_eq!(wide.0, [7; 128]);
    assert_eq!(&raw const *wide as usize % 64, 0);
    assert!(log.has(NonNull::from(number).cast(), 4));
    assert!(log.has(NonNull::from(wide).cast(), 128));
    assert_eq!(arena.stats(), stats(132, 132, 1024, 1));
}

#[test]
fn value_for_which_there_is_no_memory_is_dropped_at_once__R5_R8() {
    struct Counted(Rc<Cell<usize>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let size = size_of::<Counted>();
    let drops = Rc::new(Cell::new(0));
    let (arena, _) = arena(size, Some(size));
    assert!(arena.alloc_value(Counted(drops.clone())).is_ok());
    assert_eq!(drops.get(), 0);
    let refused = arena.alloc_value(Counted(drops.clone()));
    assert_eq!(refused.err(), Some(ArenaError::OutOfMemory));
    assert_eq!(drops.get(), 1);
    assert_eq!(arena.stats(), stats(size, size, size, 1));
    drop(arena);
    assert_eq!(drops.get(), 2);
}

#[test]
fn value_of_size_zero_is_dropped_once__R1_R8() {
    thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });
    struct Empty;
    impl Drop for Empty {
        fn drop(&mut self) {
            DROPS.set(DROPS.get() + 1);
        }
    }
    let (mut arena, log) = arena(64, None);
    arena.alloc_value(Empty).unwrap();
    assert_eq!(arena.stats(), stats(0, 0, 0, 0));
    assert_eq!((log.asked.get(), DROPS.get()), (0, 0));
    arena.reset();
    drop(arena);
    assert_eq!(DROPS.get(), 1);
}
