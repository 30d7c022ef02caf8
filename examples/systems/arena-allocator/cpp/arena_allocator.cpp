#include "arena_allocator.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <new>
#include <stdexcept>

namespace arena_allocator {

namespace {

constexpr std::size_t chunk_alignment = 16;
constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();

std::size_t padding_at(const std::byte* address, std::size_t alignment)
{
    return -reinterpret_cast<std::uintptr_t>(address) & (alignment - 1);
}

std::uint64_t next_serial()
{
    static std::atomic<std::uint64_t> serials;
    return serials.fetch_add(1, std::memory_order_relaxed);
}

}

void Arena::Release::operator()(std::byte* chunk) const
{
    source->deallocate(chunk, usable, chunk_alignment);
}

Arena::Arena(std::size_t chunk_size, std::optional<std::size_t> limit, std::pmr::memory_resource* source)
    : chunk_size_(chunk_size),
      limit_(limit.value_or(max_size)),
      source_(source != nullptr ? source : std::pmr::new_delete_resource())
{
    if (chunk_size == 0) {
        throw std::invalid_argument("the chunk size is 0");
    }
    if (limit_ < chunk_size) {
        throw std::invalid_argument("the limit is below the chunk size");
    }
}

Arena::~Arena()
{
    reset();
}

void* Arena::allocate(std::size_t size, std::size_t alignment)
{
    return allocate_array(1, size, alignment);
}

void* Arena::allocate_array(std::size_t count, std::size_t size, std::size_t alignment)
{
    if (!std::has_single_bit(alignment)) {
        throw std::invalid_argument("the alignment is not a power of two");
    }
    if (count == 0 || size == 0) {
        return reinterpret_cast<void*>(alignment);
    }
    if (count > max_size / size) {
        throw std::bad_alloc();
    }
    void* block = allocate_block(count * size, alignment);
    fill_.used += count * size;
    peak_ = std::max(peak_, fill_.used);
    return block;
}

Mark Arena::mark()
{
    const State now{fill_, oversize_.size(), cleanups_.size()};
    return Mark(marks_.emplace_back(NotedState{next_serial(), now}).serial);
}

void Arena::rewind(const Mark& mark)
{
    const auto noted = std::ranges::lower_bound(marks_, mark.serial_, {}, &NotedState::serial);
    if (noted == marks_.end() || noted->serial != mark.serial_) {
        throw std::invalid_argument("the mark is used up or of another arena");
    }
    restore(noted->state);
    marks_.erase(noted, marks_.end());
}

void Arena::reset()
{
    restore({});
    marks_.clear();
}

Stats Arena::stats() const noexcept
{
    return {fill_.used, peak_, held_, ordinary_.size() + oversize_.size()};
}

void Arena::restore(const State& earlier)
{
    while (cleanups_.size() > earlier.cleanups) {
        const Cleanup newest = cleanups_.back();
        cleanups_.pop_back();
        newest.run(newest.object);
    }
    while (oversize_.size() > earlier.oversize) {
        held_ -= oversize_.back().get_deleter().usable;
        oversize_.pop_back();
    }
    fill_ = earlier.fill;
}

Arena::Chunk Arena::acquire_chunk(std::size_t usable)
{
    if (usable > limit_ - held_) {
        throw std::bad_alloc();
    }
    void* memory = source_->allocate(usable, chunk_alignment);
    return Chunk(static_cast<std::byte*>(memory), Release{source_, usable});
}

/// Makes the next ordinary chunk the current one.
void Arena::advance()
{
    if (fill_.chunks == ordinary_.size()) {
        ordinary_.push_back(acquire_chunk(chunk_size_));
        held_ += chunk_size_;
    }
    ++fill_.chunks;
    fill_.bytes = 0;
}

/// Returns a block of the current chunk; nullptr if it does not fit.
void* Arena::place(std::size_t size, std::size_t alignment)
{
    if (fill_.chunks == 0) {
        return nullptr;
    }
    std::byte* end = ordinary_[fill_.chunks - 1].get() + fill_.bytes;
    const std::size_t padding = padding_at(end, alignment);
    const std::size_t left = chunk_size_ - fill_.bytes;
    if (padding > left || size > left - padding) {
        return nullptr;
    }
    fill_.bytes += padding + size;
    return end + padding;
}

void* Arena::allocate_ordinary(std::size_t size, std::size_t alignment)
{
    void* block = place(size, alignment);
    if (block == nullptr) {
        advance();
        block = place(size, alignment);
    }
    return block;
}

void* Arena::allocate_oversize(std::size_t need, std::size_t alignment)
{
    oversize_.push_back(acquire_chunk(need));
    held_ += need;
    std::byte* bytes = oversize_.back().get();
    return bytes + padding_at(bytes, alignment);
}

void* Arena::allocate_block(std::size_t size, std::size_t alignment)
{
    const std::size_t slack = alignment > chunk_alignment ? alignment - chunk_alignment : 0;
    if (size > max_size - slack) {
        throw std::bad_alloc();
    }
    const std::size_t need = size + slack;
    return need > chunk_size_ ? allocate_oversize(need, alignment) : allocate_ordinary(size, alignment);
}

}
