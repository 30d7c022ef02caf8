#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "arena_allocator.hpp"

using arena_allocator::Arena;
using arena_allocator::Mark;
using arena_allocator::Stats;

namespace {

constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();
constexpr std::size_t page = 4096;

struct Request {
    std::size_t size, alignment;
};

struct Array {
    std::size_t count, size, alignment = 1;
};

/// Checks what is returned to it. Its chunks start 16 bytes after the start of a page: at a multiple of 16 and of nothing more.
class Source : public std::pmr::memory_resource {
public:
    int asked = 0;
    int released = 0;
    bool empty = false;
    std::map<std::byte*, std::size_t> chunks;

    bool has(const void* block, std::size_t size) const
    {
        const auto* first = static_cast<const std::byte*>(block);
        return std::any_of(chunks.begin(), chunks.end(), [&](const auto& chunk) {
            return first >= chunk.first && first + size <= chunk.first + chunk.second;
        });
    }

private:
    static constexpr std::size_t offset = 16;

    void* do_allocate(std::size_t size, std::size_t alignment) override
    {
        ++asked;
        CHECK(alignment == 16);
        if (empty || size > 1 << 20) {
            throw std::bad_alloc();
        }
        auto* chunk = static_cast<std::byte*>(::operator new(offset + size, std::align_val_t(page))) + offset;
        std::memset(chunk, 0xAA, size);
        chunks.emplace(chunk, size);
        return chunk;
    }

    void do_deallocate(void* chunk, std::size_t size, std::size_t alignment) override
    {
        ++released;
        CHECK(alignment == 16);
        const auto found = chunks.find(static_cast<std::byte*>(chunk));
        CHECK_MESSAGE(found != chunks.end(), "not a chunk of the source, or returned before");
        if (found != chunks.end()) {
            CHECK(found->second == size);
            ::operator delete(found->first - offset, std::align_val_t(page));
            chunks.erase(found);
        }
    }

    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }
};

std::byte* allocate(Arena& arena, std::size_t size, std::size_t alignment = 1)
{
    void* block = arena.allocate(size, alignment);
    REQUIRE(block != nullptr);
    REQUIRE(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
    return static_cast<std::byte*>(block);
}

std::byte* allocate_filled(Arena& arena, std::size_t size, int byte, std::size_t alignment = 1)
{
    return static_cast<std::byte*>(std::memset(allocate(arena, size, alignment), byte, size));
}

bool is_filled(const std::byte* block, std::size_t size, int byte)
{
    return std::all_of(block, block + size, [&](std::byte b) { return b == static_cast<std::byte>(byte); });
}

void check_out_of_memory(Arena& arena, std::size_t size, std::size_t alignment = 1)
{
    CHECK_THROWS_AS(arena.allocate(size, alignment), std::bad_alloc);
}

}

TEST_CASE("R1: blocks have their alignment")
{
    Source source;
    Arena arena(16384, std::nullopt, &source);
    for (std::size_t alignment = 1; alignment <= page; alignment *= 2) {
        allocate(arena, 1);
        CHECK(source.has(allocate(arena, 3, alignment), 3));
    }
}

TEST_CASE("R1: oversize blocks have their alignment")
{
    Source source;
    Arena arena(32, std::nullopt, &source);
    for (std::size_t alignment = 1; alignment <= page; alignment *= 2) {
        CHECK(source.has(allocate_filled(arena, 100, 1, alignment), 100));
    }
}

TEST_CASE("R1: the default alignment suits every scalar type")
{
    Arena arena(256);
    arena.allocate(1);
    CHECK(reinterpret_cast<std::uintptr_t>(arena.allocate(1)) % alignof(std::max_align_t) == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(arena.allocate_array(3, 1)) % alignof(std::max_align_t) == 0);
    CHECK(arena.stats() == Stats{5, 5, 256, 1});
}

TEST_CASE("R1: blocks keep their bytes")
{
    Source source;
    Arena arena(1000, std::nullopt, &source);
    std::vector<std::pair<std::byte*, std::size_t>> blocks;
    for (int i = 0; i < 200; ++i) {
        const std::size_t size = i % 50 == 49 ? 1500 : 1 + i * 7 % 90;
        blocks.emplace_back(allocate_filled(arena, size, i, std::size_t{1} << i % 8), size);
        REQUIRE(source.has(blocks.back().first, size));
    }
    for (int i = 0; i < 200; ++i) {
        CHECK(is_filled(blocks[i].first, blocks[i].second, i));
    }
}

TEST_CASE("R1: the system's heap")
{
    Arena arena(256);
    const std::byte* small = allocate_filled(arena, 100, 1);
    const std::byte* large = allocate_filled(arena, 1000, 2);
    const std::byte* aligned = allocate_filled(arena, 200, 3, 64);
    CHECK(is_filled(small, 100, 1));
    CHECK(is_filled(large, 1000, 2));
    CHECK(is_filled(aligned, 200, 3));
    CHECK(arena.stats() == Stats{1300, 1300, 256 + 1000 + 256, 3});
}

TEST_CASE("R1: requests of size zero")
{
    Source source;
    Arena arena(64, 64, &source);
    for (const bool full : {false, true}) {
        for (const auto& [count, size, least_alignment] : {Array{1, 0}, {0, 8}, {0, 0}, {0, max_size}, {max_size, 0}}) {
            for (std::size_t alignment = least_alignment; alignment <= page; alignment *= 2) {
                const void* block = arena.allocate_array(count, size, alignment);
                CHECK(block != nullptr);
                CHECK(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
                allocate(arena, 0, alignment);
            }
        }
        CHECK(source.asked == (full ? 1 : 0));
        CHECK(arena.stats() == (full ? Stats{64, 64, 64, 1} : Stats{0, 0, 0, 0}));
        if (!full) {
            allocate(arena, 64);
        }
    }
}

TEST_CASE("R1: requests of size zero take no room")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const std::byte* first = allocate(arena, 1);
    allocate(arena, 0, 32);
    CHECK(allocate(arena, 63) == first + 1);
    CHECK(arena.stats() == Stats{64, 64, 64, 1});
}

TEST_CASE("R2: creation takes no chunk")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        allocate(arena, 0);
        CHECK(arena.stats() == Stats{0, 0, 0, 0});
    }
    CHECK(source.asked == 0);
    CHECK(source.released == 0);
}

TEST_CASE("R2: a chunk is filled to the last byte")
{
    for (const std::size_t chunk_size : {1, 15, 16, 17, 100, 1024}) {
        Source source;
        Arena arena(chunk_size, std::nullopt, &source);
        const std::byte* first = allocate(arena, 1);
        for (std::size_t used = 1; used < chunk_size; ++used) {
            REQUIRE(allocate(arena, 1) == first + used);
        }
        CHECK(source.asked == 1);
        CHECK(source.has(first, chunk_size));
        CHECK(arena.stats() == Stats{chunk_size, chunk_size, chunk_size, 1});
        allocate(arena, 1);
        CHECK(source.asked == 2);
        CHECK(arena.stats() == Stats{chunk_size + 1, chunk_size + 1, 2 * chunk_size, 2});
    }
}

TEST_CASE("R2: padding is not used but takes room")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const std::byte* first = allocate(arena, 3);
    CHECK(allocate(arena, 8, 8) == first + 8);
    CHECK(allocate(arena, 2, 2) == first + 16);
    CHECK(allocate(arena, 17, 16) == first + 32);
    CHECK(arena.stats() == Stats{30, 30, 64, 1});
    allocate(arena, 1, 16);
    CHECK(arena.stats() == Stats{31, 31, 128, 2});
}

TEST_CASE("R2: the last bytes of a chunk behind padding")
{
    Source source;
    Arena arena(100, std::nullopt, &source);
    const std::byte* first = allocate(arena, 91);
    CHECK(allocate(arena, 4, 16) == first + 96);
    CHECK(arena.stats() == Stats{95, 95, 100, 1});
    allocate(arena, 100, 16);
    allocate(arena, 1);
    CHECK(arena.stats() == Stats{196, 196, 300, 3});
}

TEST_CASE("R2: an array counts as the product")
{
    Source source;
    Arena arena(96, std::nullopt, &source);
    auto* first = static_cast<std::byte*>(arena.allocate_array(3, 20, 4));
    CHECK(arena.stats() == Stats{60, 60, 96, 1});
    CHECK(arena.allocate_array(9, 4, 4) == first + 60);
    CHECK(arena.stats() == Stats{96, 96, 96, 1});
    arena.allocate_array(97, 1, 1);
    CHECK(arena.stats() == Stats{193, 193, 193, 2});
}

TEST_CASE("R3: a need equal to the chunk size is served from an ordinary chunk")
{
    for (const auto& [size, alignment] : {Request{256, 1}, {256, 16}, {208, 64}, {16, 256}, {240, 32}}) {
        Source source;
        Arena arena(256, std::nullopt, &source);
        const Mark mark = arena.mark();
        allocate_filled(arena, size, 1, alignment);
        CHECK(arena.stats() == Stats{size, size, 256, 1});
        arena.rewind(mark);
        CHECK(arena.stats() == Stats{0, size, 256, 1});
    }
}

TEST_CASE("R3: a need above the chunk size gets its own chunk")
{
    for (const auto& [size, alignment] : {Request{257, 1}, {257, 16}, {209, 64}, {17, 256}, {241, 32}}) {
        Source source;
        Arena arena(256, std::nullopt, &source);
        const std::byte* first = allocate(arena, 56);
        allocate_filled(arena, size, 1, alignment);
        CHECK(arena.stats() == Stats{56 + size, 56 + size, 256 + 257, 2});
        CHECK(allocate(arena, 200) == first + 56);
        CHECK(source.asked == 2);
        CHECK(arena.stats() == Stats{256 + size, 256 + size, 256 + 257, 2});
    }
}

TEST_CASE("R3: an oversize chunk serves no other request")
{
    Source source;
    Arena arena(16, std::nullopt, &source);
    allocate(arena, 1, 1024);
    CHECK(arena.stats() == Stats{1, 1, 1009, 1});
    allocate(arena, 1);
    CHECK(arena.stats() == Stats{2, 2, 1009 + 16, 2});
}

TEST_CASE("R4: an overflow is out of memory")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    for (const auto& [count, size, alignment] : {
             Array{max_size / 2 + 1, 2, 1}, {max_size / 2 + 2, 2, 1}, {max_size / 8 + 2, 8, 8}, {8, max_size / 8 + 2, 8},
             {max_size, max_size, 1}, {1, max_size, 32}, {1, max_size - 47, 64}, {1, max_size, page},
             {1, max_size / 2 + 17, max_size / 2 + 1}}) {
        CHECK_THROWS_AS(arena.allocate_array(count, size, alignment), std::bad_alloc);
        if (count == 1) {
            check_out_of_memory(arena, size, alignment);
        }
    }
    CHECK(source.asked == 0);
    CHECK(arena.stats() == Stats{0, 0, 0, 0});
}

TEST_CASE("R4: a sum of held and new chunk that is not representable")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const std::byte* first = allocate(arena, 1);
    check_out_of_memory(arena, max_size);
    check_out_of_memory(arena, max_size - 63, 16);
    CHECK(source.asked == 1);
    CHECK(arena.stats() == Stats{1, 1, 64, 1});
    CHECK(allocate(arena, 63) == first + 1);
}

TEST_CASE("R4 R5: a huge request that no source serves")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    check_out_of_memory(arena, max_size, 16);
    CHECK_THROWS_AS(arena.allocate_array(max_size / 16, 16, 16), std::bad_alloc);
    CHECK(arena.stats() == Stats{0, 0, 0, 0});
}

TEST_CASE("R5: the limit is reached but not exceeded")
{
    Source source;
    Arena arena(64, 128, &source);
    allocate(arena, 60);
    allocate(arena, 60);
    CHECK(arena.stats() == Stats{120, 120, 128, 2});
    check_out_of_memory(arena, 5);
    CHECK(source.asked == 2);
    CHECK(arena.stats() == Stats{120, 120, 128, 2});
    allocate(arena, 4);
    CHECK(arena.stats() == Stats{124, 124, 128, 2});
}

TEST_CASE("R5: the limit counts oversize chunks")
{
    Source source;
    Arena arena(64, 200, &source);
    check_out_of_memory(arena, 201);
    allocate(arena, 1);
    check_out_of_memory(arena, 137);
    check_out_of_memory(arena, 121, 32);
    CHECK(source.asked == 1);
    allocate(arena, 136);
    CHECK(arena.stats() == Stats{137, 137, 200, 2});
    allocate(arena, 63);
    check_out_of_memory(arena, 1);
    CHECK(source.asked == 2);
}

TEST_CASE("R5: returned chunks do not count for the limit")
{
    Source source;
    Arena arena(64, 200, &source);
    const Mark mark = arena.mark();
    allocate(arena, 150);
    check_out_of_memory(arena, 1);
    arena.rewind(mark);
    allocate(arena, 200);
    CHECK(arena.stats() == Stats{200, 200, 200, 1});
}

TEST_CASE("R5: a source without memory")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        source.empty = true;
        check_out_of_memory(arena, 1);
        CHECK(arena.stats() == Stats{0, 0, 0, 0});
        source.empty = false;
        const std::byte* first = allocate_filled(arena, 40, 7);
        source.empty = true;
        check_out_of_memory(arena, 25);
        check_out_of_memory(arena, 65);
        CHECK(arena.stats() == Stats{40, 40, 64, 1});
        CHECK(allocate(arena, 24) == first + 40);
        CHECK(is_filled(first, 40, 7));
        source.empty = false;
        allocate(arena, 25);
        CHECK(arena.stats() == Stats{89, 89, 128, 2});
    }
    CHECK(source.released == 2);
}

TEST_CASE("R5: failed requests leave marks usable")
{
    Source source;
    Arena arena(64, 64, &source);
    allocate(arena, 10);
    const Mark mark = arena.mark();
    allocate(arena, 20);
    check_out_of_memory(arena, 60);
    arena.rewind(mark);
    CHECK(arena.stats() == Stats{10, 30, 64, 1});
    allocate(arena, 54);
    CHECK(arena.stats() == Stats{64, 64, 64, 1});
}

TEST_CASE("R6: invalid alignments")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    for (const std::size_t alignment : {std::size_t{0}, std::size_t{3}, std::size_t{6}, std::size_t{24}, max_size, max_size - 1}) {
        for (const std::size_t size : {std::size_t{0}, std::size_t{8}, max_size}) {
            CHECK_THROWS_AS(arena.allocate(size, alignment), std::invalid_argument);
            CHECK_THROWS_AS(arena.allocate_array(0, size, alignment), std::invalid_argument);
            CHECK_THROWS_AS(arena.allocate_array(max_size, size, alignment), std::invalid_argument);
        }
    }
    CHECK(source.asked == 0);
    CHECK(arena.stats() == Stats{0, 0, 0, 0});
}

TEST_CASE("R6: invalid chunk sizes and limits")
{
    Source source;
    CHECK_THROWS_AS(Arena(0), std::invalid_argument);
    CHECK_THROWS_AS(Arena(0, 100), std::invalid_argument);
    CHECK_THROWS_AS(Arena(0, 0, &source), std::invalid_argument);
    CHECK_THROWS_AS(Arena(64, 63, &source), std::invalid_argument);
    CHECK_THROWS_AS(Arena(64, 0), std::invalid_argument);
}

TEST_CASE("R6: a limit equal to the chunk size")
{
    Source source;
    Arena arena(64, 64, &source);
    allocate(arena, 64);
    CHECK(arena.stats() == Stats{64, 64, 64, 1});
}

TEST_CASE("R6 R7: a mark that is used up")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    allocate(arena, 1);
    const Mark outer = arena.mark();
    allocate(arena, 2);
    const Mark inner = arena.mark();
    allocate(arena, 4);
    arena.rewind(outer);
    allocate(arena, 8);
    const Mark later = arena.mark();
    allocate(arena, 16);
    CHECK_THROWS_AS(arena.rewind(inner), std::invalid_argument);
    CHECK_THROWS_AS(arena.rewind(outer), std::invalid_argument);
    CHECK(arena.stats() == Stats{25, 25, 64, 1});
    arena.rewind(later);
    CHECK(arena.stats() == Stats{9, 25, 64, 1});
    CHECK_THROWS_AS(arena.rewind(later), std::invalid_argument);
}

TEST_CASE("R6 R7: marks without requests between them")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const Mark first = arena.mark();
    const Mark second = arena.mark();
    const Mark third = arena.mark();
    allocate(arena, 5);
    arena.rewind(second);
    CHECK(arena.stats() == Stats{0, 5, 64, 1});
    CHECK_THROWS_AS(arena.rewind(third), std::invalid_argument);
    CHECK_THROWS_AS(arena.rewind(second), std::invalid_argument);
    CHECK_NOTHROW(arena.rewind(first));
}

TEST_CASE("R6: reset uses up marks")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const Mark mark = arena.mark();
    arena.reset();
    allocate(arena, 8);
    CHECK_THROWS_AS(arena.rewind(mark), std::invalid_argument);
    arena.mark();
    CHECK_THROWS_AS(arena.rewind(mark), std::invalid_argument);
    CHECK(arena.stats() == Stats{8, 8, 64, 1});
}

TEST_CASE("R6: a mark of another arena")
{
    Source source;
    Arena a(64, std::nullopt, &source);
    Arena b(64, std::nullopt, &source);
    const Mark of_a = a.mark();
    const Mark of_b = b.mark();
    allocate(a, 8);
    allocate(b, 8);
    CHECK_THROWS_AS(a.rewind(of_b), std::invalid_argument);
    CHECK_THROWS_AS(b.rewind(of_a), std::invalid_argument);
    CHECK(a.stats() == Stats{8, 8, 64, 1});
    CHECK(b.stats() == Stats{8, 8, 64, 1});
    CHECK_NOTHROW(a.rewind(of_a));
    CHECK_NOTHROW(b.rewind(of_b));
}

TEST_CASE("R6: a mark of a destroyed arena at the same address")
{
    std::optional<Arena> arena(64);
    const Mark old = arena->mark();
    arena.emplace(64);
    arena->mark();
    allocate(*arena, 8);
    CHECK_THROWS_AS(arena->rewind(old), std::invalid_argument);
    CHECK(arena->stats() == Stats{8, 8, 64, 1});
}

TEST_CASE("R7: marks can be copied")
{
    static_assert(std::is_copy_constructible_v<Mark> && std::is_copy_assignable_v<Mark>);
    static_assert(!std::is_default_constructible_v<Mark> && !std::is_copy_constructible_v<Arena>);
    Arena arena(64);
    allocate(arena, 3);
    Mark mark = arena.mark();
    const Mark copy = mark;
    allocate(arena, 5);
    mark = arena.mark();
    allocate(arena, 7);
    arena.rewind(mark);
    CHECK(arena.stats().used == 8);
    arena.rewind(copy);
    CHECK(arena.stats().used == 3);
}

TEST_CASE("R7: rewinding in a chunk")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const std::byte* older = allocate_filled(arena, 10, 1);
    const Mark mark = arena.mark();
    allocate_filled(arena, 20, 2);
    CHECK(arena.stats() == Stats{30, 30, 64, 1});
    arena.rewind(mark);
    CHECK(arena.stats() == Stats{10, 30, 64, 1});
    allocate_filled(arena, 54, 3);
    CHECK(is_filled(older, 10, 1));
    CHECK(arena.stats() == Stats{64, 64, 64, 1});
}

static void request_several(Arena& arena)
{
    allocate_filled(arena, 30, 2);
    allocate_filled(arena, 40, 3, 16);
    allocate_filled(arena, 64, 4);
    allocate_filled(arena, 33, 5, 8);
    allocate_filled(arena, 1, 6);
}

TEST_CASE("R7: the same requests after a rewind")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        const std::byte* older = allocate_filled(arena, 30, 1);
        for (int round = 0; round < 3; ++round) {
            const Mark mark = arena.mark();
            request_several(arena);
            CHECK(arena.stats() == Stats{198, 198, 256, 4});
            arena.rewind(mark);
            CHECK(arena.stats() == Stats{30, 198, 256, 4});
        }
        CHECK(is_filled(older, 30, 1));
        CHECK(source.asked == 4);
        CHECK(source.released == 0);
    }
    CHECK(source.released == 4);
}

TEST_CASE("R7: the same requests after a reset")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        for (int round = 0; round < 3; ++round) {
            request_several(arena);
            CHECK(arena.stats() == Stats{168, 168, 256, 4});
            arena.reset();
            CHECK(arena.stats() == Stats{0, 168, 256, 4});
        }
        CHECK(source.asked == 4);
    }
    CHECK(source.released == 4);
}

TEST_CASE("R7: kept chunks are used before new ones")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        allocate(arena, 64);
        const Mark mark = arena.mark();
        allocate(arena, 64);
        allocate(arena, 64);
        arena.rewind(mark);
        std::vector<std::byte*> blocks;
        for (int i = 0; i < 4; ++i) {
            blocks.push_back(allocate_filled(arena, 50, i));
            CHECK(source.asked == (i < 2 ? 3 : i + 2));
        }
        for (int i = 0; i < 4; ++i) {
            CHECK(is_filled(blocks[i], 50, i));
        }
        CHECK(arena.stats() == Stats{264, 264, 320, 5});
    }
    CHECK(source.released == 5);
    CHECK(source.chunks.empty());
}

TEST_CASE("R7: a rewind returns newer oversize chunks")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        const std::byte* older = allocate_filled(arena, 100, 1);
        const Mark mark = arena.mark();
        allocate(arena, 200);
        allocate(arena, 8);
        allocate(arena, 300, 64);
        CHECK(arena.stats() == Stats{608, 608, 100 + 200 + 64 + 348, 4});
        arena.rewind(mark);
        CHECK(source.released == 2);
        CHECK(arena.stats() == Stats{100, 608, 164, 2});
        CHECK(is_filled(older, 100, 1));
        arena.reset();
        CHECK(source.released == 3);
        CHECK(arena.stats() == Stats{0, 608, 64, 1});
    }
    CHECK(source.released == 4);
}

TEST_CASE("R7: nested marks")
{
    Source source;
    Arena arena(64, std::nullopt, &source);
    const std::byte* first = allocate_filled(arena, 40, 1);
    const Mark outer = arena.mark();
    const std::byte* second = allocate_filled(arena, 40, 2);
    const Mark inner = arena.mark();
    allocate_filled(arena, 40, 3);
    arena.rewind(inner);
    CHECK(arena.stats() == Stats{80, 120, 192, 3});
    allocate_filled(arena, 20, 4);
    CHECK(is_filled(second, 40, 2));
    arena.rewind(outer);
    CHECK(arena.stats() == Stats{40, 120, 192, 3});
    allocate_filled(arena, 24, 5);
    CHECK(is_filled(first, 40, 1));
    CHECK(source.asked == 3);
}

TEST_CASE("R7: peak is the greatest used")
{
    Arena arena(64);
    allocate(arena, 60);
    arena.reset();
    allocate(arena, 50);
    CHECK(arena.stats() == Stats{50, 60, 64, 1});
    allocate(arena, 11);
    CHECK(arena.stats() == Stats{61, 61, 64, 1});
}

TEST_CASE("R7: destroying returns every chunk")
{
    Source source;
    {
        Arena arena(64, std::nullopt, &source);
        for (std::size_t i = 0; i < 5; ++i) {
            allocate(arena, 60);
            allocate(arena, 100 + i);
        }
        const Mark mark = arena.mark();
        allocate(arena, 60);
        arena.rewind(mark);
        arena.mark();
    }
    CHECK(source.asked == 11);
    CHECK(source.released == 11);
    CHECK(source.chunks.empty());
}

namespace {

/// Writes its letter to the log when it is destroyed, after a look at its own bytes and at its chunk.
struct Entry {
    Entry(std::string& log, char letter, const Source* source = nullptr) : log_(log), source_(source), bytes_(100, letter) {}
    Entry(const Entry&) = delete;
    ~Entry()
    {
        const bool intact = bytes_ == std::string(100, bytes_[0]) && (!source_ || source_->has(this, sizeof *this));
        log_ += intact ? bytes_[0] : '!';
    }

private:
    std::string& log_;
    const Source* source_;
    std::string bytes_;
};

/// Makes another entry in the arena before itself is made.
struct Outer {
    Outer(Arena& arena, std::string& log) : inner(arena.make<Entry>(log, 'i')), own(log, 'o') {}
    Entry& inner;
    Entry own;
};

struct Failing {
    Failing(Arena& arena, std::string& log) : part(log, 'p')
    {
        arena.make<Entry>(log, 'k');
        throw std::runtime_error("no");
    }
    Entry part;
};

}

TEST_CASE("R8: objects are destroyed in reverse order")
{
    Source source;
    std::string log;
    {
        Arena arena(256, std::nullopt, &source);
        arena.make<Entry>(log, 'a', &source);
        const Mark mark = arena.mark();
        arena.make<Entry>(log, 'b', &source);
        arena.make<Entry>(log, 'c', &source);
        arena.make<Entry>(log, 'd', &source);
        CHECK(log == "");
        arena.rewind(mark);
        CHECK(log == "dcb");
        arena.make<Entry>(log, 'e', &source);
        arena.reset();
        CHECK(log == "dcbea");
        arena.reset();
        CHECK(log == "dcbea");
        arena.make<Entry>(log, 'f', &source);
        arena.make<Entry>(log, 'g', &source);
    }
    CHECK(log == "dcbeagf");
}

TEST_CASE("R8: objects are destroyed before chunks are returned")
{
    struct Watching {
        Watching(Source& watched, std::vector<int>& seen) : source(watched), released(seen) {}
        ~Watching() { released.push_back(source.released); }
        Source& source;
        std::vector<int>& released;
    };
    Source source;
    std::vector<int> released;
    {
        Arena arena(1, std::nullopt, &source);
        arena.make<Watching>(source, released);
        const Mark mark = arena.mark();
        arena.make<Watching>(source, released);
        arena.make<Watching>(source, released);
        arena.rewind(mark);
        CHECK(source.released == 2);
        arena.make<Watching>(source, released);
        arena.reset();
        CHECK(source.released == 4);
        arena.make<Watching>(source, released);
        arena.make<Watching>(source, released);
    }
    CHECK(released == std::vector{0, 0, 2, 2, 4, 4});
    CHECK(source.released == 6);
}

TEST_CASE("R8: rewinding to the outer mark destroys all later objects")
{
    std::string log;
    {
        Arena arena(1024);
        const Mark outer = arena.mark();
        arena.make<Entry>(log, 'a');
        arena.mark();
        arena.make<Entry>(log, 'b');
        arena.rewind(outer);
        CHECK(log == "ba");
    }
    CHECK(log == "ba");
}

TEST_CASE("R6 R8: a failed rewind destroys nothing")
{
    std::string log;
    {
        Arena arena(1024);
        const Mark mark = arena.mark();
        arena.rewind(mark);
        arena.make<Entry>(log, 'a');
        CHECK_THROWS_AS(arena.rewind(mark), std::invalid_argument);
        CHECK(log == "");
    }
    CHECK(log == "a");
}

TEST_CASE("R8: an object made in a constructor outlives the one that made it")
{
    std::string log;
    Arena arena(1024);
    arena.make<Outer>(arena, log);
    CHECK(log == "");
    arena.reset();
    CHECK(log == "oi");
}

TEST_CASE("R8: a constructor that throws registers no cleanup")
{
    std::string log;
    Arena arena(1024);
    arena.make<Entry>(log, 'a');
    CHECK_THROWS_AS(arena.make<Failing>(arena, log), std::runtime_error);
    CHECK(log == "p");
    arena.make<Entry>(log, 'b');
    arena.reset();
    CHECK(log == "pbka");
}

TEST_CASE("R1 R2: an object has a block of its size and alignment")
{
    struct alignas(64) Wide {
        char bytes[128];
    };
    Source source;
    Arena arena(1024, std::nullopt, &source);
    int& number = arena.make<int>(42);
    Wide& wide = arena.make<Wide>();
    CHECK(number == 42);
    CHECK(reinterpret_cast<std::uintptr_t>(&wide) % 64 == 0);
    CHECK(source.has(&number, sizeof number));
    CHECK(source.has(&wide, sizeof wide));
    CHECK(arena.stats() == Stats{sizeof(int) + 128, sizeof(int) + 128, 1024, 1});
}

TEST_CASE("R8: arguments are forwarded")
{
    Arena arena(1024);
    auto owned = std::make_unique<int>(7);
    const int* address = owned.get();
    auto& holder = arena.make<std::unique_ptr<int>>(std::move(owned));
    CHECK(holder.get() == address);
    CHECK(owned == nullptr);
    std::string text = "alice";
    CHECK(&arena.make<std::reference_wrapper<std::string>>(text).get() == &text);
}

TEST_CASE("R5 R8: an object for which there is no memory is not made")
{
    Source source;
    std::string log;
    {
        Arena arena(sizeof(Entry), sizeof(Entry), &source);
        arena.make<Entry>(log, 'a');
        CHECK_THROWS_AS(arena.make<Entry>(log, 'b'), std::bad_alloc);
        CHECK(arena.stats() == Stats{sizeof(Entry), sizeof(Entry), sizeof(Entry), 1});
    }
    CHECK(log == "a");
}
