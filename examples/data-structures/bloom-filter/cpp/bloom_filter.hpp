#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bloom {

/// Filters have different numbers of bits or hashes.
class MismatchError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Bytes are not those of a filter.
class FormatError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A set that never forgets an item, but may take others for contained. Items are bytes.
class Filter {
public:
    /// Makes an empty filter for an expected number of items, 1 or more, and a rate of false positives, from 1e-15 to 0.5.
    /// Throws std::invalid_argument, also if more than 2^28 bits would be needed.
    Filter(std::uint64_t expected, double rate);

    std::uint64_t bits() const noexcept { return bits_; }
    std::uint32_t hashes() const noexcept { return hashes_; }

    /// Adds an item; returns whether it certainly was new.
    bool add(std::string_view item);

    /// Whether the item was added, or probably was.
    bool contains(std::string_view item) const;

    /// The byte form, which `parse` reads.
    std::string serialise() const;

    /// Throws FormatError if the bytes are anything but the byte form of a filter.
    static Filter parse(std::string_view bytes);

    /// The union. Throws MismatchError unless both have the same bits and hashes.
    friend Filter operator|(const Filter& left, const Filter& right);

    friend bool operator==(const Filter&, const Filter&) = default;

private:
    using Data = std::vector<std::uint8_t>;

    Filter(std::uint64_t bits, std::uint32_t hashes, Data data);

    std::uint64_t bits_;
    std::uint32_t hashes_;
    Data data_;
};

}  // namespace bloom
