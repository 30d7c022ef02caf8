#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "bloom_filter.hpp"

using bloom::Filter;
using bloom::FormatError;
using bloom::MismatchError;
using namespace std::string_literals;

static_assert(std::is_base_of_v<std::invalid_argument, MismatchError>);
static_assert(std::is_base_of_v<std::runtime_error, FormatError>);

namespace {

constexpr std::uint64_t max_bits = 1 << 28;
constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

/// The byte form of an empty filter with these numbers.
std::string form(std::uint64_t hashes, std::uint64_t bits, std::size_t data_size)
{
    std::string bytes = "BLM1";
    for (int i = 0; i < 4; ++i) {
        bytes += static_cast<char>(hashes >> (8 * i));
    }
    for (int i = 0; i < 8; ++i) {
        bytes += static_cast<char>(bits >> (8 * i));
    }
    return bytes + std::string(data_size, '\0');
}

/// Whether bytes are read, from memory that ends with them, so that reading beyond is found.
bool is_read(std::string_view bytes)
{
    const std::vector<char> copy(bytes.begin(), bytes.end());
    try {
        Filter::parse(std::string_view(copy.data(), copy.size()));
        return true;
    } catch (const FormatError&) {
        return false;
    }
}

void add_numbers(Filter& filter, int from, int to)
{
    for (int number = from; number < to; ++number) {
        filter.add(std::to_string(number));
    }
}

}  // namespace

TEST_CASE("R1: numbers of bits and hashes")
{
    struct Case {
        std::uint64_t expected;
        double rate;
        std::uint64_t bits;
        std::uint32_t hashes;
    };
    const std::vector<Case> cases = {
        {1, 0.5, 2, 1},           {1, 1e-15, 72, 50},  {1, 0.25, 3, 2},       {3, 0.5, 5, 1},
        {100, 0.5, 145, 1},       {7, 0.01, 68, 7},    {10, 0.01, 96, 7},     {1000, 0.01, 9586, 7},
        {1000, 0.001, 14378, 10}, {1000, 0.35, 2186, 2}, {1000, 0.36, 2127, 1}, {12345, 1e-9, 532474, 30},
        {1000, 1e-15, 71888, 50}, {1000000, 0.05, 6235225, 4}, {20000000, 0.001582845374112, max_bits, 9},
    };
    for (const Case& one : cases) {
        const Filter filter(one.expected, one.rate);
        CHECK(filter.bits() == one.bits);
        CHECK(filter.hashes() == one.hashes);
    }
}

TEST_CASE("R2: items are never forgotten")
{
    const std::vector<std::string> items = {
        "", "\0"s, "\0\0"s, "alice", "alice\0"s, "Alice", "\xff\xfe", "a longer item that is no word",
    };
    Filter filter(100, 1e-9);
    for (std::size_t i = 0; i < items.size(); ++i) {
        CHECK_FALSE(filter.contains(items[i]));
        CHECK(filter.add(items[i]));
        for (std::size_t j = 0; j < items.size(); ++j) {
            CHECK(filter.contains(items[j]) == (j <= i));
        }
        CHECK_FALSE(filter.add(items[i]));
    }
}

TEST_CASE("R2: more items than expected are not all certainly new")
{
    Filter filter(10, 0.01);
    int known = 0;
    for (int number = 0; number < 40; ++number) {
        const std::string item = std::to_string(number);
        const bool was_contained = filter.contains(item);
        CHECK(filter.add(item) == !was_contained);
        known += was_contained;
    }
    CHECK(known > 0);
}

TEST_CASE("R2: long items")
{
    std::string item(100000, '\0');
    Filter filter(10, 1e-9);
    CHECK(filter.add(item));
    CHECK(filter.contains(item));
    CHECK_FALSE(filter.contains(item.substr(1)));
    item.back() = '\1';
    CHECK_FALSE(filter.contains(item));
}

TEST_CASE("R3: rate of false positives")
{
    struct Case {
        int expected;
        double rate;
    };
    constexpr int others = 20000;
    for (const Case& one : {Case{10000, 0.01}, Case{10000, 0.001}, Case{5000, 0.5}}) {
        Filter filter(static_cast<std::uint64_t>(one.expected), one.rate);
        add_numbers(filter, 0, one.expected);
        int found = 0;
        int forgotten = 0;
        for (int number = 0; number < one.expected + others; ++number) {
            const bool contained = filter.contains(std::to_string(number));
            forgotten += number < one.expected && !contained;
            found += number >= one.expected && contained;
        }
        CHECK(forgotten == 0);
        CHECK(found <= 1.5 * one.rate * others);
    }
}

TEST_CASE("R4: byte form")
{
    Filter filter(7, 0.01);
    CHECK(filter.serialise() == form(7, 68, 9));
    filter.add("alice");
    CHECK(filter.serialise() == form(7, 68, 0) + "\x20\0\0\x84\0\0\x10\0\0"s);
    filter.add("bob");
    filter.add("\0"s);
    CHECK(filter.serialise() == form(7, 68, 0) + "\x22\0\x10\x95\x40\0\x95\x64\0"s);
    filter.add("\xff\x80");
    filter.add("");
    CHECK(filter.serialise() == form(7, 68, 0) + "\x2e\x50\x10\xb5\xe1\0\x97\x76\0"s);
}

TEST_CASE("R4: reading what was written")
{
    struct Case {
        std::uint64_t expected;
        double rate;
    };
    for (const Case& one : {Case{1, 0.5}, Case{1, 1e-15}, Case{7, 0.01}, Case{10, 0.01}, Case{20000000, 0.001582845374112}}) {
        Filter first(one.expected, one.rate);
        first.add("alice");
        std::string bytes = first.serialise();
        CHECK(bytes.size() == 16 + (first.bits() + 7) / 8);
        Filter second = Filter::parse(bytes);
        bytes.assign(bytes.size(), '\0');
        CHECK(second.bits() == first.bits());
        CHECK(second.hashes() == first.hashes());
        CHECK(second == first);
        CHECK(second.contains("alice"));
        const bool was_contained = first.contains("bob");
        second.add("bob");
        CHECK(first.contains("bob") == was_contained);
        CHECK(second.contains("bob"));
    }
}

TEST_CASE("R5: union")
{
    const Filter empty(100, 0.01);
    Filter left = empty, right = empty, all = empty;
    add_numbers(left, 0, 60);
    add_numbers(right, 40, 100);
    add_numbers(all, 0, 100);
    const Filter left_copy = left, right_copy = right;
    CHECK((left | right) == all);
    CHECK((right | left) == all);
    CHECK((left | left) == left_copy);
    CHECK((empty | right) == right_copy);
    CHECK((right | empty) == right_copy);
    Filter both = left | right;
    both.add("another");
    CHECK(left == left_copy);
    CHECK(right == right_copy);
    CHECK(left != right);
    CHECK(both != all);
}

TEST_CASE("R5: filters with other numbers have no union")
{
    const std::vector<std::string> forms = {
        form(7, 68, 9), form(6, 68, 9), form(7, 67, 9), form(7, 69, 9), form(8, 68, 9),
    };
    for (const std::string& left : forms) {
        for (const std::string& right : forms) {
            if (left == right) {
                CHECK((Filter::parse(left) | Filter::parse(right)) == Filter::parse(left));
            } else {
                CHECK_THROWS_AS(Filter::parse(left) | Filter::parse(right), MismatchError);
            }
        }
    }
}

TEST_CASE("R6: invalid arguments")
{
    const auto refused = [](std::uint64_t expected, double rate) {
        CHECK_THROWS_AS(Filter(expected, rate), std::invalid_argument);
    };
    for (const double rate : {0.0, -0.01, 9.99e-16, 0.5000001, 1.0, HUGE_VAL, -HUGE_VAL, std::nan("")}) {
        refused(10, rate);
    }
    refused(0, 0.01);
    refused(20000000, 0.001582845336087);
    refused(max, 0.01);
    refused(max, 0.5);
    refused(max / 2 + 2, 1e-15);
}

TEST_CASE("R7: cut and changed bytes")
{
    const std::string bytes = form(7, 68, 9);
    CHECK(is_read(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(is_read(bytes.substr(0, size)));
    }
    CHECK_FALSE(is_read(bytes + '\0'));
    for (std::size_t i = 0; i < 4; ++i) {
        std::string changed = bytes;
        changed[i] ^= 0x20;
        CHECK_FALSE(is_read(changed));
    }
    for (int bit = 0; bit < 8; ++bit) {
        std::string changed = bytes;
        changed.back() = static_cast<char>(1 << bit);
        CHECK(is_read(changed) == (bit < 4));
    }
    std::string full = form(7, 72, 9);
    full.back() = '\xff';
    CHECK(is_read(full));
}

TEST_CASE("R7: numbers out of range")
{
    struct Case {
        std::uint64_t hashes;
        std::uint64_t bits;
        std::size_t data_size;
        bool valid;
    };
    const std::vector<Case> cases = {
        {1, 68, 9, true},
        {50, 68, 9, true},
        {0, 68, 9, false},
        {51, 68, 9, false},
        {0x0107, 68, 9, false},
        {0x07000000, 68, 9, false},
        {0xffffffff, 68, 9, false},
        {7, 0, 0, false},
        {7, 0, 1, false},
        {7, 1, 1, true},
        {7, 8, 1, true},
        {7, 9, 1, false},
        {7, 8, 2, false},
        {7, 64, 9, false},
        {7, 65, 9, true},
        {7, 73, 9, false},
        {7, std::uint64_t{68} << 56, 9, false},
        {7, (std::uint64_t{1} << 32) + 68, 9, false},
        {7, max_bits, 9, false},
        {7, max / 2 + 1, 9, false},
        {7, max - 6, 0, false},
        {7, max, 0, false},
        {9, max_bits, max_bits / 8, true},
        {9, max_bits + 1, max_bits / 8 + 1, false},
    };
    for (const Case& one : cases) {
        CHECK(is_read(form(one.hashes, one.bits, one.data_size)) == one.valid);
    }
}
