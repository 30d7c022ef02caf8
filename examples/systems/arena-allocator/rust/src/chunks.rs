use std::alloc::Layout;
use std::ptr::NonNull;

use crate::{ArenaError, ChunkSource};

const CHUNK_ALIGNMENT: usize = 16;

struct Chunk {
    start: NonNull<u8>,
    layout: Layout,
}

/// How far the ordinary chunks are filled.
#[derive(Clone, Copy, Default)]
struct Fill {
    /// Number of chunks in use; the last of them is the current one.
    chunks: usize,
    /// Bytes taken of the current chunk.
    bytes: usize,
}

/// What a rewind restores.
#[derive(Clone, Copy, Default)]
pub(crate) struct State {
    fill: Fill,
    oversize: usize,
}

/// The chunks that an arena holds; they are returned to the source when this is dropped.
pub(crate) struct Chunks<S: ChunkSource> {
    source: S,
    chunk_size: usize,
    limit: usize,
    held: usize,
    /// In order of use: those after the current chunk are free.
    ordinary: Vec<Chunk>,
    oversize: Vec<Chunk>,
    fill: Fill,
}

impl<S: ChunkSource> Chunks<S> {
    pub(crate) fn new(chunk_size: usize, limit: usize, source: S) -> Self {
        Self { source, chunk_size, limit, held: 0, ordinary: Vec::new(), oversize: Vec::new(), fill: Fill::default() }
    }

    /// The usable bytes of all chunks.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    pub(crate) fn count(&self) -> usize {
        self.ordinary.len() + self.oversize.len()
    }

    pub(crate) fn state(&self) -> State {
        State { fill: self.fill, oversize: self.oversize.len() }
    }

    /// Returns newer oversize chunks to the source and frees what newer blocks took of the ordinary ones.
    pub(crate) fn restore(&mut self, earlier: State) {
        for chunk in self.oversize.drain(earlier.oversize..) {
            self.held -= chunk.layout.size();
            // SAFETY: the chunk came from this source and has just left the list.
            unsafe { self.source.release(chunk.start, chunk.layout) };
        }
        self.fill = earlier.fill;
    }

    /// A block of `size` bytes, which is not 0; `alignment` is a power of two.
    pub(crate) fn alloc(&mut self, size: usize, alignment: usize) -> Result<NonNull<u8>, ArenaError> {
        let slack = alignment.saturating_sub(CHUNK_ALIGNMENT);
        let need = size.checked_add(slack).ok_or(ArenaError::OutOfMemory)?;
        if need > self.chunk_size {
            return self.alloc_oversize(need, alignment);
        }
        if let Some(block) = self.place(size, alignment) {
            return Ok(block);
        }
        self.advance()?;
        self.place(size, alignment).ok_or(ArenaError::OutOfMemory)
    }

    fn alloc_oversize(&mut self, need: usize, alignment: usize) -> Result<NonNull<u8>, ArenaError> {
        self.oversize.try_reserve(1).map_err(|_| ArenaError::OutOfMemory)?;
        let chunk = self.acquire(need)?;
        let start = chunk.start;
        self.oversize.push(chunk);
        // SAFETY: the need of a request has room for the greatest padding.
        Ok(unsafe { start.add(padding_at(start, alignment)) })
    }

    /// A block of the current chunk, if it fits there.
    fn place(&mut self, size: usize, alignment: usize) -> Option<NonNull<u8>> {
        let current = self.ordinary.get(self.fill.chunks.checked_sub(1)?)?;
        // SAFETY: a chunk is filled with at most its size.
        let end = unsafe { current.start.add(self.fill.bytes) };
        let padding = padding_at(end, alignment);
        let room = (self.chunk_size - self.fill.bytes).checked_sub(padding)?;
        if size > room {
            return None;
        }
        self.fill.bytes += padding + size;
        // SAFETY: the padding and the block were just seen to fit.
        Some(unsafe { end.add(padding) })
    }

    /// Makes the next ordinary chunk the current one.
    fn advance(&mut self) -> Result<(), ArenaError> {
        if self.fill.chunks == self.ordinary.len() {
            self.ordinary.try_reserve(1).map_err(|_| ArenaError::OutOfMemory)?;
            let chunk = self.acquire(self.chunk_size)?;
            self.ordinary.push(chunk);
        }
        self.fill = Fill { chunks: self.fill.chunks + 1, bytes: 0 };
        Ok(())
    }

    fn acquire(&mut self, usable: usize) -> Result<Chunk, ArenaError> {
        if usable > self.limit - self.held {
            return Err(ArenaError::OutOfMemory);
        }
        let layout = Layout::from_size_align(usable, CHUNK_ALIGNMENT).map_err(|_| ArenaError::OutOfMemory)?;
        let start = self.source.allocate(layout).ok_or(ArenaError::OutOfMemory)?;
        self.held += usable;
        Ok(Chunk { start, layout })
    }
}

impl<S: ChunkSource> Drop for Chunks<S> {
    fn drop(&mut self) {
        for chunk in self.ordinary.drain(..).chain(self.oversize.drain(..)) {
            // SAFETY: the chunk came from this source and has just left its list.
            unsafe { self.source.release(chunk.start, chunk.layout) };
        }
    }
}

fn padding_at(address: NonNull<u8>, alignment: usize) -> usize {
    address.as_ptr().addr().wrapping_neg() & (alignment - 1)
}
