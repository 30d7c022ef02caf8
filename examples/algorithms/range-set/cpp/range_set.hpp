// An immutable set of integers that is kept as ranges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace range_set {

/// The integers from start up to, but without, end.
struct Range {
    std::int64_t start;
    std::int64_t end;

    friend bool operator==(const Range&, const Range&) = default;
};

/// A range has its start after its end, or one of them beyond ±2^52.
class InvalidRange : public std::invalid_argument {
public:
    explicit InvalidRange(std::size_t index);

    /// The position in the list, from 0.
    std::size_t index() const noexcept { return index_; }

private:
    std::size_t index_;
};

class RangeSet {
public:
    RangeSet() = default;

    /// @param ranges in any order
    /// @throws InvalidRange
    explicit RangeSet(std::vector<Range> ranges);

    /// The fewest, ascending; valid as long as this set.
    std::span<const Range> ranges() const noexcept { return ranges_; }

    bool contains(std::int64_t value) const;

    /// How many integers there are.
    std::uint64_t size() const;

    friend RangeSet operator|(const RangeSet& a, const RangeSet& b);  ///< union
    friend RangeSet operator&(const RangeSet& a, const RangeSet& b);  ///< intersection
    friend RangeSet operator-(const RangeSet& a, const RangeSet& b);  ///< what is in a and not in b

    friend bool operator==(const RangeSet&, const RangeSet&) = default;

private:
    std::vector<Range> ranges_;
};

}  // namespace range_set
