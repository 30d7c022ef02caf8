#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ring_log.hpp"

using ring_log::Batch;
using ring_log::Number;
using ring_log::RingLog;

namespace {

using Numbers = std::vector<Number>;

/// From `first` up to, but without, `next`.
Numbers range(Number first, Number next)
{
    Numbers numbers;
    for (Number number = first; number < next; ++number) {
        numbers.push_back(number);
    }
    return numbers;
}

/// Appends numbers that are their own sequence numbers.
void append(RingLog<Number>& log, int times)
{
    for (int i = 0; i < times; ++i) {
        const Number number = log.next();
        CHECK(log.append(number) == number);
    }
}

RingLog<Number> log_of(std::size_t capacity, int times)
{
    RingLog<Number> log(capacity);
    append(log, times);
    return log;
}

template <class T>
std::vector<T> held(const RingLog<T>& log)
{
    std::vector<T> entries;
    for (const T& entry : log.entries()) {
        entries.push_back(entry);
    }
    return entries;
}

void check_holds(const RingLog<Number>& log, Number first, Number next)
{
    CHECK(held(log) == range(first, next));
    CHECK(log.first() == first);
    CHECK(log.next() == next);
    CHECK(log.size() == next - first);
}

void check_read(const RingLog<Number>& log, Number from, Number lost, const Numbers& entries)
{
    const Batch<Number> batch = log.read(from);
    CHECK(batch.lost == lost);
    CHECK(batch.entries == entries);
    CHECK(batch.next == log.next());
}

}  // namespace

TEST_CASE("R1: numbers and order")
{
    RingLog<Number> log(3);
    CHECK(log.capacity() == 3);
    check_holds(log, 0, 0);
    for (Number next = 1; next <= 3; ++next) {
        CHECK(log.append(next - 1) == next - 1);
        check_holds(log, 0, next);
    }
}

TEST_CASE("R1: entries are values of any kind")
{
    RingLog<std::string> texts(4);
    for (const char* text : {"b", "", "a", "b"}) {
        texts.append(text);
    }
    CHECK(held(texts) == std::vector<std::string>{"b", "", "a", "b"});

    RingLog<std::unique_ptr<int>> pointers(2);
    CHECK(pointers.append(std::make_unique<int>(7)) == 0);
    CHECK(pointers.append(nullptr) == 1);
    REQUIRE(pointers.size() == 2);
    CHECK(*pointers.entries()[0] == 7);
    CHECK(pointers.entries()[1] == nullptr);
}

TEST_CASE("R2: a full log overwrites its oldest entry")
{
    for (std::size_t capacity = 1; capacity <= 5; ++capacity) {
        RingLog<Number> log(capacity);
        for (Number next = 1; next <= 3 * capacity + 1; ++next) {
            append(log, 1);
            check_holds(log, next > capacity ? next - capacity : 0, next);
            CHECK(log.capacity() == capacity);
        }
    }
}

TEST_CASE("R3: reading from every number")
{
    for (std::size_t capacity = 1; capacity <= 4; ++capacity) {
        for (Number next = 1; next <= 10; ++next) {
            const auto log = log_of(capacity, static_cast<int>(next));
            const Number first = next > capacity ? next - capacity : 0;
            for (Number from = 0; from <= next; ++from) {
                check_read(log, from, from < first ? first - from : 0, range(std::max(from, first), next));
            }
        }
    }
}

TEST_CASE("R3: a reader gets each entry once, or learns that it is lost")
{
    RingLog<Number> log(4);
    Number next = 0;
    Number seen = 0;
    Number lost = 0;
    for (const int times : {3, 0, 4, 9, 1, 5}) {
        append(log, times);
        const Batch<Number> batch = log.read(next);
        lost += batch.lost;
        for (const Number entry : batch.entries) {
            CHECK(entry == seen + lost);
            ++seen;
        }
        next = batch.next;
    }
    CHECK(next == 22);
    CHECK(seen == 16);
    CHECK(lost == 6);
}

TEST_CASE("R3: what was read stays")
{
    auto log = log_of(2, 2);
    const Batch<Number> batch = log.read(0);
    append(log, 2);
    log.clear();
    CHECK(batch.entries == Numbers{0, 1});
    CHECK(batch.next == 2);
}

TEST_CASE("R4: reading at the ends")
{
    check_read(RingLog<Number>(3), 0, 0, {});
    const auto log = log_of(3, 7);
    check_read(log, 7, 0, {});
    check_read(log, 6, 0, {6});
    check_read(log, 4, 0, {4, 5, 6});
    check_read(log, 3, 1, {4, 5, 6});
}

TEST_CASE("R5: clearing keeps the numbers going")
{
    RingLog<Number> log(3);
    log.clear();
    check_holds(log, 0, 0);
    append(log, 5);
    for (int times = 0; times < 2; ++times) {
        log.clear();
        check_holds(log, 5, 5);
        CHECK(log.capacity() == 3);
        check_read(log, 5, 0, {});
        check_read(log, 1, 4, {});
    }
    append(log, 2);
    check_holds(log, 5, 7);
    check_read(log, 4, 1, {5, 6});
    append(log, 2);
    check_holds(log, 6, 9);
}

TEST_CASE("R6: a capacity of 0")
{
    CHECK_THROWS_AS(RingLog<int>(0), std::invalid_argument);
    CHECK(RingLog<int>(1).capacity() == 1);
}

TEST_CASE("R6: reading from above next")
{
    const auto log = log_of(2, 3);
    for (const Number from : {Number{4}, Number{5}, std::numeric_limits<Number>::max()}) {
        CHECK_THROWS_AS(log.read(from), std::out_of_range);
    }
    CHECK_THROWS_AS(RingLog<int>(2).read(1), std::out_of_range);
    check_holds(log, 1, 3);
}

TEST_CASE("R7: entries are let go when they are overwritten or cleared")
{
    RingLog<std::shared_ptr<int>> log(2);
    std::vector<std::weak_ptr<int>> given;
    for (int i = 0; i < 5; ++i) {
        auto entry = std::make_shared<int>(i);
        given.push_back(entry);
        log.append(std::move(entry));
        const std::size_t alive = static_cast<std::size_t>(
            std::count_if(given.begin(), given.end(), [](const auto& one) { return !one.expired(); }));
        CHECK(alive == std::min<std::size_t>(given.size(), 2));
    }
    CHECK(!given[3].expired());
    CHECK(given[4].use_count() == 1);
    log.clear();
    CHECK(given[3].expired());
    CHECK(given[4].expired());
}

TEST_CASE("R7: many entries quickly")
{
    RingLog<Number> log(1000);
    const auto start = std::chrono::steady_clock::now();
    for (Number i = 0; i < 200'000; ++i) {
        log.append(i);
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
    CHECK(log.capacity() == 1000);
    check_holds(log, 199'000, 200'000);
}
