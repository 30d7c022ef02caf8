#include "range_set.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

namespace range_set {

namespace {

constexpr std::int64_t BOUND = std::int64_t{1} << 52;

bool is_valid(const Range& range)
{
    return range.start >= -BOUND && range.start <= range.end && range.end <= BOUND;
}

bool is_empty(const Range& range)
{
    return range.start == range.end;
}

/// Joins sorted ranges that overlap or touch.
std::vector<Range> joined(const std::vector<Range>& sorted)
{
    std::vector<Range> result;
    for (const Range& range : sorted) {
        if (!result.empty() && range.start <= result.back().end) {
            result.back().end = std::max(result.back().end, range.end);
        } else {
            result.push_back(range);
        }
    }
    return result;
}

/// What the ranges of one have in common with those of the other; in neither do any overlap.
std::vector<Range> overlaps(const std::vector<Range>& a, const std::vector<Range>& b)
{
    std::vector<Range> result;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        Range common{std::max(i->start, j->start), std::min(i->end, j->end)};
        if (common.start < common.end) {
            result.push_back(common);
        }
        if (i->end < j->end) {
            ++i;
        } else {
            ++j;
        }
    }
    return result;
}

/// What ranges leave out between the bounds; the first and last may be empty.
std::vector<Range> gaps(const std::vector<Range>& ranges)
{
    std::vector<Range> result{{-BOUND, BOUND}};
    for (const Range& range : ranges) {
        result.back().end = range.start;
        result.push_back({range.end, BOUND});
    }
    return result;
}

}  // namespace

InvalidRange::InvalidRange(std::size_t index)
    : std::invalid_argument("range " + std::to_string(index) + " is invalid"), index_(index)
{
}

RangeSet::RangeSet(std::vector<Range> ranges)
{
    auto wrong = std::ranges::find_if_not(ranges, is_valid);
    if (wrong != ranges.end()) {
        throw InvalidRange(static_cast<std::size_t>(wrong - ranges.begin()));
    }
    std::erase_if(ranges, is_empty);
    std::ranges::sort(ranges, {}, &Range::start);
    ranges_ = joined(ranges);
}

bool RangeSet::contains(std::int64_t value) const
{
    auto after = std::ranges::upper_bound(ranges_, value, {}, &Range::start);
    return after != ranges_.begin() && value < std::prev(after)->end;
}

std::uint64_t RangeSet::size() const
{
    return std::accumulate(ranges_.begin(), ranges_.end(), std::uint64_t{0}, [](std::uint64_t sum, const Range& range) {
        return sum + static_cast<std::uint64_t>(range.end - range.start);
    });
}

RangeSet operator|(const RangeSet& a, const RangeSet& b)
{
    std::vector<Range> all;
    all.reserve(a.ranges_.size() + b.ranges_.size());
    std::ranges::merge(a.ranges_, b.ranges_, std::back_inserter(all), {}, &Range::start, &Range::start);
    RangeSet result;
    result.ranges_ = joined(all);
    return result;
}

RangeSet operator&(const RangeSet& a, const RangeSet& b)
{
    RangeSet result;
    result.ranges_ = overlaps(a.ranges_, b.ranges_);
    return result;
}

RangeSet operator-(const RangeSet& a, const RangeSet& b)
{
    RangeSet result;
    result.ranges_ = overlaps(a.ranges_, gaps(b.ranges_));
    return result;
}

}  // namespace range_set
