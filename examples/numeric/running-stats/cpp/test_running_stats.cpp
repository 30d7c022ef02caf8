#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "running_stats.hpp"

using running_stats::RunningStats;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> ordinary{2, 4, 4, 4, 5, 5, 7, 9};

RunningStats of(const std::vector<double>& values)
{
    return RunningStats::of(values);
}

bool is_near(std::optional<double> actual, double expected, double relative)
{
    return actual && std::abs(*actual - expected) <= relative * std::abs(expected);
}

struct Expected {
    std::uint64_t count;
    double minimum, maximum, mean, population_variance;
};

void check(const RunningStats& stats, const Expected& expected, double relative = 1e-12)
{
    const auto count = static_cast<double>(expected.count);
    CHECK(stats.count() == expected.count);
    CHECK(stats.minimum() == expected.minimum);
    CHECK(stats.maximum() == expected.maximum);
    CHECK(is_near(stats.mean(), expected.mean, std::min(relative, 1e-12)));
    CHECK(is_near(stats.population_variance(), expected.population_variance, relative));
    if (expected.count == 1) {
        CHECK_FALSE(stats.sample_variance());
    } else {
        CHECK(is_near(stats.sample_variance(), expected.population_variance * count / (count - 1), relative));
    }
}

void check_single(const RunningStats& stats, double value)
{
    check(stats, {1, value, value, value, 0}, 0);
}

void check_empty(const RunningStats& stats)
{
    CHECK(stats.count() == 0);
    for (const auto& statistic : {stats.minimum(), stats.maximum(), stats.mean(), stats.population_variance(),
                                  stats.sample_variance()}) {
        CHECK_FALSE(statistic);
    }
}

}

TEST_CASE("R1: statistics of ordinary values")
{
    check(of(ordinary), {8, 2, 9, 5, 4});
    CHECK(is_near(of(ordinary).sample_variance(), 32.0 / 7, 1e-12));
    check(of({-1.5, 3.25, 0, -7}), {4, -7, 3.25, -1.3125, 13.73046875});
    check(RunningStats::of(std::array{1, 2, 6}), {3, 1, 6, 3, 14.0 / 3});
}

TEST_CASE("R1: the order does not matter")
{
    check(of({ordinary.rbegin(), ordinary.rend()}), {8, 2, 9, 5, 4});
}

TEST_CASE("R1: asked between additions")
{
    RunningStats stats;
    stats.add(3);
    stats.add(1);
    for (int times = 0; times < 2; ++times) {
        check(stats, {2, 1, 3, 2, 1});
    }
    stats.add(8);
    check(stats, {3, 1, 8, 4, 26.0 / 3});
}

TEST_CASE("R2: no value and one value")
{
    for (const double value : {5.5, -3.0, 0.0, 1e300}) {
        RunningStats stats;
        check_empty(stats);
        stats.add(value);
        check_single(stats, value);
    }
}

TEST_CASE("R3: equal values have no variance")
{
    for (const double value : {0.1, -1e9 / 3, 5e-324}) {
        const auto stats = of(std::vector(1000, value));
        check(stats, {1000, value, value, value, 0}, 0);
        check(stats + stats, {2000, value, value, value, 0}, 0);
    }
}

TEST_CASE("R4: large offset")
{
    check(of({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}), {4, 1e9 + 4, 1e9 + 16, 1e9 + 10, 22.5}, 1e-6);
    check(of({-1e9 - 4, -1e9 - 7, -1e9 - 13, -1e9 - 16}), {4, -1e9 - 16, -1e9 - 4, -1e9 - 10, 22.5}, 1e-6);
}

TEST_CASE("R4: many values at a large offset")
{
    RunningStats whole, merged;
    for (int part = 0; part < 100; ++part) {
        RunningStats piece;
        for (int i = 0; i < 1000; ++i) {
            whole.add(1e9 + i % 10);
            piece.add(1e9 + i % 10);
        }
        merged += piece;
    }
    const Expected expected{100'000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25};
    check(whole, expected, 1e-6);
    check(merged, expected, 1e-6);
}

TEST_CASE("R5: merged wherever it was cut")
{
    const std::span all(ordinary);
    for (std::size_t cut = 1; cut < all.size(); ++cut) {
        const auto first = RunningStats::of(all.first(cut));
        const auto second = RunningStats::of(all.subspan(cut));
        check(first + second, {8, 2, 9, 5, 4});
        check(second + first, {8, 2, 9, 5, 4});
    }
}

TEST_CASE("R5: the other is left alone")
{
    auto stats = of({1, 3});
    auto other = of({10, 20, 30});
    const auto before = other;
    stats += other;
    stats.add(1000);
    CHECK(other == before);
    check(other, {3, 10, 30, 20, 200.0 / 3});

    RunningStats taken;
    taken += other;
    other.add(40);
    CHECK(taken == before);
    check(other, {4, 10, 40, 25, 125});
}

TEST_CASE("R6: merges with empty collectors")
{
    const RunningStats empty;
    const auto filled = of(ordinary);
    CHECK(filled + empty == filled);
    CHECK(empty + filled == filled);
    check(empty + filled, {8, 2, 9, 5, 4});
    check_empty(empty + empty);
}

TEST_CASE("R6: merged with itself")
{
    auto stats = of({1, 2, 6});
    stats += stats;
    check(stats, {6, 1, 6, 3, 14.0 / 3});
    stats.add(10);
    check(stats, {7, 1, 10, 4, 10});
}

TEST_CASE("R7: values that are not finite")
{
    for (const double refused : {not_a_number, -not_a_number, infinity, -infinity}) {
        RunningStats stats;
        CHECK_THROWS_AS(stats.add(refused), std::invalid_argument);
        check_empty(stats);
        stats.add(1);
        stats.add(2);
        CHECK_THROWS_AS(stats.add(refused), std::invalid_argument);
        check(stats, {2, 1, 2, 1.5, 0.25});
        stats.add(3);
        check(stats, {3, 1, 3, 2, 2.0 / 3});
    }
}

TEST_CASE("R8: overflow when adding")
{
    for (const auto& [first, second] : {std::pair{1e200, -1e200}, {1.7e308, -1.7e308}, {-1e160, 1e160}, {0.0, 1.7e308}}) {
        auto stats = of({first});
        CHECK_THROWS_AS(stats.add(second), std::overflow_error);
        check_single(stats, first);
        stats.add(first);
        check(stats, {2, first, first, first, 0}, 0);
    }
}

TEST_CASE("R8: overflow when merging")
{
    auto stats = of({1e200});
    const auto far_away = of({-1e200});
    CHECK_THROWS_AS(stats += far_away, std::overflow_error);
    check_single(stats, 1e200);

    auto wide = of({9e153, -9e153});
    CHECK_THROWS_AS(wide += wide, std::overflow_error);
    check(wide, {2, -9e153, 9e153, 0, 81e306});
}

TEST_CASE("R8: large values are no error")
{
    const auto stats = of({1.7e308, 1.7e308});
    check(stats, {2, 1.7e308, 1.7e308, 1.7e308, 0}, 0);
    check(stats + stats, {4, 1.7e308, 1.7e308, 1.7e308, 0}, 0);
    check(of({1e150, -1e150}), {2, -1e150, 1e150, 0, 1e300});
    check(of({0, 1.8e154}), {2, 0, 1.8e154, 9e153, 81e306});
    check(of({0}) + of({1.8e154}), {2, 0, 1.8e154, 9e153, 81e306});
}
