#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace running_stats {

/// Statistics of the values added so far; an ordinary value that can be copied, compared and merged.
class RunningStats {
public:
    RunningStats() = default;

    /// Takes in all values of a range.
    template <class Range>
    static RunningStats of(const Range& values)
    {
        RunningStats stats;
        for (const double value : values) {
            stats.add(value);
        }
        return stats;
    }

    /// Takes in a value. Throws, and changes nothing, std::invalid_argument if it is NaN or an infinity and
    /// std::overflow_error if the sum of squared deviations would not be finite.
    void add(double value);

    /// Takes in all values of another collector, which may be this one. Throws, and changes nothing,
    /// std::overflow_error if the sum of squared deviations would not be finite.
    RunningStats& operator+=(const RunningStats& other);

    friend RunningStats operator+(RunningStats one, const RunningStats& other) { return one += other; }

    bool operator==(const RunningStats&) const = default;

    std::uint64_t count() const noexcept { return count_; }
    std::optional<double> minimum() const noexcept { return if_any(minimum_); }
    std::optional<double> maximum() const noexcept { return if_any(maximum_); }
    std::optional<double> mean() const noexcept { return if_any(mean_); }

    /// Divides by the count: the variance if the values are all there are.
    std::optional<double> population_variance() const noexcept { return variance(0); }

    /// Divides by the count less one, so it takes two values: an estimate from a sample.
    std::optional<double> sample_variance() const noexcept { return variance(1); }

private:
    std::optional<double> if_any(double statistic) const noexcept;
    std::optional<double> variance(std::uint64_t fewer) const noexcept;

    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squared_deviations_ = 0;
    double minimum_ = std::numeric_limits<double>::infinity();
    double maximum_ = -std::numeric_limits<double>::infinity();
};

}
