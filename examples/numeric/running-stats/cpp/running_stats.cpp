#include "running_stats.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace running_stats {

namespace {

double checked(double squared_deviations)
{
    if (!std::isfinite(squared_deviations)) {
        throw std::overflow_error("the sum of squared deviations is too great");
    }
    return squared_deviations;
}

}

void RunningStats::add(double value)
{
    if (!std::isfinite(value)) {
        throw std::invalid_argument("a value must be finite");
    }
    const double difference = value - mean_;
    const double mean = mean_ + difference / static_cast<double>(count_ + 1);
    squared_deviations_ = checked(squared_deviations_ + difference * (value - mean));
    mean_ = mean;
    minimum_ = std::min(minimum_, value);
    maximum_ = std::max(maximum_, value);
    ++count_;
}

RunningStats& RunningStats::operator+=(const RunningStats& other)
{
    if (other.count_ == 0) {
        return *this;
    }
    const auto count = static_cast<double>(count_);
    const double share = static_cast<double>(other.count_) / static_cast<double>(count_ + other.count_);
    const double difference = other.mean_ - mean_;
    squared_deviations_ =
        checked(squared_deviations_ + other.squared_deviations_ + difference * share * (difference * count));
    mean_ += difference * share;
    minimum_ = std::min(minimum_, other.minimum_);
    maximum_ = std::max(maximum_, other.maximum_);
    count_ += other.count_;
    return *this;
}

std::optional<double> RunningStats::if_any(double statistic) const noexcept
{
    return count_ > 0 ? std::optional(statistic) : std::nullopt;
}

std::optional<double> RunningStats::variance(std::uint64_t fewer) const noexcept
{
    return count_ > fewer ? std::optional(squared_deviations_ / static_cast<double>(count_ - fewer)) : std::nullopt;
}

}
