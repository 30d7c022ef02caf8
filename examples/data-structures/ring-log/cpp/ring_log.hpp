#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ring_log {

/// The sequence number of an entry.
using Number = std::uint64_t;

/// What one reading gave.
template <class T>
struct Batch {
    Number lost;             ///< how many of the numbers asked for are no longer held
    std::vector<T> entries;  ///< oldest first
    Number next;             ///< where to go on reading
};

/// The most recent entries, at most as many as the capacity; each further one overwrites the oldest.
template <class T>
class RingLog {
public:
    /// Throws std::invalid_argument if the capacity is 0.
    explicit RingLog(std::size_t capacity) : slots_(capacity)
    {
        if (capacity == 0) {
            throw std::invalid_argument("the capacity of a log must be at least 1");
        }
    }

    /// Adds an entry and returns its number.
    Number append(T entry)
    {
        slot(next_) = std::move(entry);
        count_ = std::min(count_ + 1, capacity());
        return next_++;
    }

    /// Removes all entries; the numbers go on.
    void clear()
    {
        std::ranges::fill(slots_, std::nullopt);
        count_ = 0;
    }

    /// A view of the entries held, oldest first, valid until the log is changed.
    auto entries() const { return held_from(first()); }

    /// Copies the entries with the number `from` and greater.
    /// Throws std::out_of_range if `from` is greater than next().
    Batch<T> read(Number from) const
    {
        if (from > next_) {
            throw std::out_of_range("reading from a number that no entry has yet");
        }
        const Number start = std::max(from, first());
        Batch<T> batch{start - from, {}, next_};
        std::ranges::copy(held_from(start), std::back_inserter(batch.entries));
        return batch;
    }

    /// The number of the oldest entry, or next() if the log is empty.
    Number first() const noexcept { return next_ - count_; }

    /// The number that the next entry will get.
    Number next() const noexcept { return next_; }

    std::size_t size() const noexcept { return count_; }

    std::size_t capacity() const noexcept { return slots_.size(); }

private:
    std::optional<T>& slot(Number number) { return slots_[number % slots_.size()]; }

    auto held_from(Number start) const
    {
        return std::views::iota(start, next_)
               | std::views::transform([this](Number number) -> const T& { return *slots_[number % slots_.size()]; });
    }

    std::vector<std::optional<T>> slots_;
    std::size_t count_ = 0;
    Number next_ = 0;
};

}  // namespace ring_log
