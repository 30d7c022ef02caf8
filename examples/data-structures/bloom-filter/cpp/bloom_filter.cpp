#include "bloom_filter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <numeric>
#include <ranges>
#include <utility>

namespace bloom {

namespace {

constexpr double min_rate = 1e-15;
constexpr double max_rate = 0.5;
constexpr std::uint64_t max_bits = 1 << 28;
constexpr std::uint64_t max_hashes = 50;
constexpr std::string_view magic = "BLM1";
constexpr std::size_t hashes_size = 4;
constexpr std::size_t bits_size = 8;
constexpr std::size_t header_size = magic.size() + hashes_size + bits_size;

constexpr std::uint64_t mix(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

std::uint64_t fnv1a(std::string_view bytes)
{
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{14695981039346656037u},
                           [](std::uint64_t hash, unsigned char byte) { return (hash ^ byte) * 1099511628211; });
}

/// The positions of an item, computed as they are asked for.
auto positions(std::string_view item, std::uint64_t bits, std::uint32_t hashes)
{
    const std::uint64_t first = mix(fnv1a(item));
    const std::uint64_t step = mix(first) | 1;
    return std::views::iota(std::uint64_t{0}, std::uint64_t{hashes})
           | std::views::transform([=](std::uint64_t i) { return (first + i * step) % bits; });
}

constexpr std::uint8_t mask(std::uint64_t position)
{
    return static_cast<std::uint8_t>(1 << position % 8);
}

constexpr std::size_t data_size(std::uint64_t bits)
{
    return (bits + 7) / 8;
}

void append_number(std::string& bytes, std::uint64_t number, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>(number >> 8 * i & 0xff);
    }
}

std::uint64_t read_number(std::string_view bytes)
{
    return std::accumulate(bytes.rbegin(), bytes.rend(), std::uint64_t{0},
                           [](std::uint64_t number, unsigned char byte) { return number << 8 | byte; });
}

std::uint64_t bits_for(std::uint64_t expected, double rate)
{
    if (expected < 1 || !(rate >= min_rate && rate <= max_rate)) {
        throw std::invalid_argument("a filter is for 1 or more items and a rate from 1e-15 to 0.5");
    }
    const double bits = std::ceil(-static_cast<double>(expected) * std::log(rate) / (std::numbers::ln2 * std::numbers::ln2));
    if (bits > static_cast<double>(max_bits)) {
        throw std::invalid_argument("a filter has at most 2^28 bits");
    }
    return static_cast<std::uint64_t>(bits);
}

}  // namespace

Filter::Filter(std::uint64_t expected, double rate)
    : bits_(bits_for(expected, rate)),
      hashes_(static_cast<std::uint32_t>(
          std::round(static_cast<double>(bits_) / static_cast<double>(expected) * std::numbers::ln2))),
      data_(data_size(bits_))
{
}

Filter::Filter(std::uint64_t bits, std::uint32_t hashes, Data data) : bits_(bits), hashes_(hashes), data_(std::move(data))
{
}

bool Filter::add(std::string_view item)
{
    bool is_new = false;
    for (const std::uint64_t position : positions(item, bits_, hashes_)) {
        is_new |= (data_[position / 8] & mask(position)) == 0;
        data_[position / 8] |= mask(position);
    }
    return is_new;
}

bool Filter::contains(std::string_view item) const
{
    return std::ranges::all_of(positions(item, bits_, hashes_), [this](std::uint64_t position) {
        return (data_[position / 8] & mask(position)) != 0;
    });
}

std::string Filter::serialise() const
{
    std::string bytes(magic);
    bytes.reserve(header_size + data_.size());
    append_number(bytes, hashes_, hashes_size);
    append_number(bytes, bits_, bits_size);
    bytes.append(data_.begin(), data_.end());
    return bytes;
}

Filter Filter::parse(std::string_view bytes)
{
    if (bytes.size() < header_size || !bytes.starts_with(magic)) {
        throw FormatError("no header of a filter");
    }
    const std::uint64_t hashes = read_number(bytes.substr(magic.size(), hashes_size));
    const std::uint64_t bits = read_number(bytes.substr(magic.size() + hashes_size, bits_size));
    const std::string_view data = bytes.substr(header_size);
    if (hashes < 1 || hashes > max_hashes || bits < 1 || bits > max_bits) {
        throw FormatError("numbers of bits or hashes out of range");
    }
    if (data.size() != data_size(bits)) {
        throw FormatError("more or fewer bytes than the bits need");
    }
    if (bits % 8 != 0 && static_cast<unsigned char>(data.back()) >> bits % 8 != 0) {
        throw FormatError("a bit beyond the last one");
    }
    return Filter(bits, static_cast<std::uint32_t>(hashes), Data(data.begin(), data.end()));
}

Filter operator|(const Filter& left, const Filter& right)
{
    if (left.bits_ != right.bits_ || left.hashes_ != right.hashes_) {
        throw MismatchError("filters with different numbers of bits or hashes");
    }
    Filter both = left;
    std::ranges::transform(left.data_, right.data_, both.data_.begin(), std::bit_or{});
    return both;
}

}  // namespace bloom
