#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "range_set.hpp"

using range_set::InvalidRange;
using range_set::Range;
using range_set::RangeSet;

namespace {

constexpr std::int64_t BOUND = std::int64_t{1} << 52;

using Ranges = std::vector<Range>;

RangeSet set(Ranges ranges)
{
    return RangeSet(std::move(ranges));
}

void expect(const RangeSet& actual, const Ranges& expected)
{
    CHECK(std::ranges::equal(actual.ranges(), expected));
    std::uint64_t size = 0;
    for (const Range& range : expected) {
        size += static_cast<std::uint64_t>(range.end - range.start);
    }
    CHECK(actual.size() == size);
}

RangeSet of_bits(unsigned bits)
{
    Ranges ranges;
    for (int n = 0; n < 5; n++) {
        if (bits >> n & 1) {
            ranges.push_back({n, n + 1});
        }
    }
    return set(ranges);
}

unsigned to_bits(const RangeSet& ranges)
{
    unsigned bits = 0;
    for (int n = 0; n < 6; n++) {
        bits |= static_cast<unsigned>(ranges.contains(n)) << n;
    }
    return bits;
}

void expect_invalid(std::size_t index, const Ranges& ranges)
{
    bool refused = false;
    try {
        set(ranges);
    } catch (const InvalidRange& error) {
        refused = true;
        CHECK(error.index() == index);
        CHECK(std::string(error.what()).find(std::to_string(index)) != std::string::npos);
    }
    CHECK(refused);
}

}  // namespace

TEST_CASE("R1: the fewest ranges in ascending order")
{
    expect(set({{5, 9}, {1, 3}, {3, 4}, {2, 3}, {8, 12}}), {{1, 4}, {5, 12}});
    expect(set({{10, 11}, {9, 10}, {2, 3}}), {{2, 3}, {9, 11}});
    expect(set({{1, 9}, {2, 3}, {4, 5}}), {{1, 9}});
    expect(set({{1, 2}, {1, 2}, {1, 2}}), {{1, 2}});
    expect(set({{1, 3}, {1, 5}, {4, 5}}), {{1, 5}});
    expect(set({{-5, -3}, {-100, -20}, {3, 20}}), {{-100, -20}, {-5, -3}, {3, 20}});
    expect(set({{1, 2}, {3, 4}}), {{1, 2}, {3, 4}});
}

TEST_CASE("R2: union, intersection and difference")
{
    RangeSet a = set({{1, 4}, {6, 9}});
    RangeSet b = set({{3, 7}});
    expect(a | b, {{1, 9}});
    expect(b | a, {{1, 9}});
    expect(a & b, {{3, 4}, {6, 7}});
    expect(a - b, {{1, 3}, {7, 9}});
    expect(b - a, {{4, 6}});
    expect(set({{0, 10}}) - set({{2, 3}, {5, 6}, {9, 12}}), {{0, 2}, {3, 5}, {6, 9}});
}

TEST_CASE("R2: all pairs of small sets")
{
    for (unsigned left = 0; left < 32; left++) {
        for (unsigned right = 0; right < 32; right++) {
            RangeSet a = of_bits(left);
            RangeSet b = of_bits(right);
            CHECK((a | b) == of_bits(left | right));
            CHECK((a & b) == of_bits(left & right));
            CHECK((a - b) == of_bits(left & ~right));
            CHECK(to_bits(a | b) == (left | right));
            CHECK(to_bits(a - b) == (left & ~right));
        }
    }
}

TEST_CASE("R3: nothing")
{
    RangeSet none;
    RangeSet some = set({{1, 2}});
    expect(none, {});
    CHECK(set({}) == none);
    CHECK(some != none);
    expect(set({{3, 3}, {7, 7}}), {});
    expect(set({{1, 5}, {3, 3}, {9, 9}, {5, 5}, {0, 0}}), {{1, 5}});
    expect(some | none, {{1, 2}});
    expect(none | some, {{1, 2}});
    expect(some & none, {});
    expect(none & some, {});
    expect(none - some, {});
    expect(some - none, {{1, 2}});
    expect(some - some, {});
    expect(some | some, {{1, 2}});
}

TEST_CASE("R3: ranges that touch")
{
    expect(set({{0, 5}}) | set({{5, 9}}), {{0, 9}});
    expect(set({{0, 5}}) & set({{5, 9}}), {});
    expect(set({{0, 9}}) - set({{0, 5}}), {{5, 9}});
    expect(set({{0, 9}}) - set({{5, 9}}), {{0, 5}});
    expect(set({{0, 2}, {4, 6}}) | set({{2, 4}}), {{0, 6}});
}

TEST_CASE("R4: members")
{
    RangeSet ranges = set({{-2, 1}, {5, 6}});
    CHECK(ranges.size() == 4);
    for (std::int64_t value : {-2, -1, 0, 5}) {
        CHECK(ranges.contains(value));
    }
    using Limits = std::numeric_limits<std::int64_t>;
    for (std::int64_t value : {std::int64_t{-3}, std::int64_t{1}, std::int64_t{2}, std::int64_t{4}, std::int64_t{6},
                               std::int64_t{7}, Limits::min(), Limits::max()}) {
        CHECK_FALSE(ranges.contains(value));
        CHECK_FALSE(RangeSet().contains(value));
    }
}

TEST_CASE("R5: sets never change")
{
    Ranges list{{7, 9}, {1, 3}};
    RangeSet a(list);
    RangeSet b = set({{2, 8}});
    CHECK(list == Ranges{{7, 9}, {1, 3}});
    list.clear();
    expect(a | b, {{1, 9}});
    expect(a & b, {{2, 3}, {7, 8}});
    expect(a - b, {{1, 2}, {8, 9}});
    expect(a, {{1, 3}, {7, 9}});
    expect(b, {{2, 8}});
}

TEST_CASE("R6: ranges that can not be")
{
    using Limits = std::numeric_limits<std::int64_t>;
    const std::int64_t far = BOUND + 1;
    for (Range wrong : Ranges{{3, 2}, {0, far}, {-far, 0}, {far, far}, {-far, -far}, {Limits::min(), Limits::max()}}) {
        expect_invalid(0, {wrong});
        expect_invalid(2, {{5, 6}, {1, 1}, wrong, {9, 8}});
    }
}

TEST_CASE("R7: the bounds")
{
    RangeSet all = set({{-BOUND, BOUND}});
    expect(all, {{-BOUND, BOUND}});
    CHECK(all.size() == std::uint64_t{1} << 53);
    CHECK(all.contains(-BOUND));
    CHECK(all.contains(BOUND - 1));
    CHECK_FALSE(all.contains(BOUND));
    RangeSet rest = all - set({{0, 1}});
    expect(rest, {{-BOUND, 0}, {1, BOUND}});
    CHECK(rest.size() == (std::uint64_t{1} << 53) - 1);
    expect(all - all, {});
    expect(set({{BOUND, BOUND}, {-BOUND, -BOUND}}), {});
}

TEST_CASE("R8: many ranges")
{
    const std::int64_t count = 200'000;
    Ranges list;
    Ranges shifted;
    for (std::int64_t i = count - 1; i >= 0; i--) {
        list.push_back({4 * i, 4 * i + 2});
        shifted.push_back({4 * i + 1, 4 * i + 3});
    }
    auto start = std::chrono::steady_clock::now();
    RangeSet a(list);
    RangeSet b(shifted);
    CHECK((a | b).size() == 3 * count);
    CHECK((a & b).size() == count);
    CHECK((a - b).ranges().size() == count);
    int found = 0;
    for (std::int64_t i = 0; i < count; i++) {
        found += a.contains(4 * i + i % 4);
    }
    CHECK(found == count / 2);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}
