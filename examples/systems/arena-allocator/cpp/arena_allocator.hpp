#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <memory_resource>
#include <optional>
#include <utility>
#include <vector>

namespace arena_allocator {

struct Stats {
    std::size_t used;   ///< sizes of all requests that are not retired
    std::size_t peak;   ///< greatest value of used so far
    std::size_t held;   ///< usable bytes of all chunks
    std::size_t chunks;
    bool operator==(const Stats&) const = default;
};

/// A state of an arena to rewind it to.
class Mark {
    friend class Arena;
    explicit Mark(std::uint64_t serial) : serial_(serial) {}
    std::uint64_t serial_;
};

/// Hands out blocks of memory from larger chunks and gives them back all together. One thread uses an arena at a time.
///
/// An invalid argument gives std::invalid_argument; a request that cannot be served gives std::bad_alloc or a class below it.
class Arena {
public:
    /// The arena holds at most limit usable bytes. Its source, nullptr for the system's heap, must outlive it.
    explicit Arena(std::size_t chunk_size, std::optional<std::size_t> limit = std::nullopt,
                   std::pmr::memory_resource* source = nullptr);

    /// Runs the cleanups and returns the chunks.
    ~Arena();

    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// Returns a block of uninitialized bytes; alignment is a power of two.
    void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t));

    /// Like allocate, for count elements of size bytes each.
    void* allocate_array(std::size_t count, std::size_t size, std::size_t alignment = alignof(std::max_align_t));

    /// Makes a T, which is destroyed when the arena is rewound to an earlier mark, reset or destroyed.
    template <class T, class... Args>
    T& make(Args&&... args);

    /// Notes the present state.
    Mark mark();

    /// Retires what was requested after the mark; uses up the mark and all later ones.
    void rewind(const Mark& mark);

    /// Retires all blocks and uses up all marks.
    void reset();

    Stats stats() const noexcept;

private:
    struct Release {
        std::pmr::memory_resource* source;
        std::size_t usable;
        void operator()(std::byte* chunk) const;
    };
    using Chunk = std::unique_ptr<std::byte, Release>;

    struct Cleanup {
        void (*run)(void* object) = nullptr;
        void* object = nullptr;
    };

    /// How far the blocks reach.
    struct Fill {
        std::size_t chunks = 0;  // ordinary chunks in use; the last of them is the current one
        std::size_t bytes = 0;   // taken of the current chunk
        std::size_t used = 0;
    };

    /// What a rewind restores.
    struct State {
        Fill fill;
        std::size_t oversize = 0;  // number of chunks
        std::size_t cleanups = 0;  // number of cleanups
    };

    struct NotedState {
        std::uint64_t serial;
        State state;
    };

    void restore(const State& earlier);
    Chunk acquire_chunk(std::size_t usable);
    void advance();
    void* place(std::size_t size, std::size_t alignment);
    void* allocate_ordinary(std::size_t size, std::size_t alignment);
    void* allocate_oversize(std::size_t need, std::size_t alignment);
    void* allocate_block(std::size_t size, std::size_t alignment);

    std::size_t chunk_size_;
    std::size_t limit_;
    std::pmr::memory_resource* source_;
    std::vector<Chunk> ordinary_;  // in order of use: those after the current one are free
    std::vector<Chunk> oversize_;
    std::list<Cleanup> cleanups_;
    std::vector<NotedState> marks_;  // with rising serials
    Fill fill_;
    std::size_t peak_ = 0;
    std::size_t held_ = 0;
};

template <class T, class... Args>
T& Arena::make(Args&&... args)
{
    std::list<Cleanup> registration(1);
    void* block = allocate(sizeof(T), alignof(T));
    T* object = std::construct_at(static_cast<T*>(block), std::forward<Args>(args)...);
    registration.front() = {[](void* made) { std::destroy_at(static_cast<T*>(made)); }, object};
    cleanups_.splice(cleanups_.end(), registration);
    return *object;
}

}
