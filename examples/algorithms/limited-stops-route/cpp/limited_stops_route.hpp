#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace limited_stops_route {

/// The greatest cost of a leg. It keeps sums of as many legs as fit into memory within 64 bits.
inline constexpr std::int64_t max_cost = 1'000'000'000;

/// A directed connection of two places; the cost is to be from 0 to max_cost.
struct Leg {
    std::string from;
    std::string to;
    std::int64_t cost;
};

/// A route with its total cost and its places from start to destination.
struct Route {
    std::int64_t cost;
    std::vector<std::string> places;

    bool operator==(const Route&) const = default;
};

/// The cost of a leg is not allowed.
class InvalidCostError : public std::invalid_argument {
public:
    InvalidCostError(std::size_t index, std::int64_t cost);
    /// The index of the leg in the list.
    std::size_t index() const noexcept { return index_; }
    std::int64_t cost() const noexcept { return cost_; }

private:
    std::size_t index_;
    std::int64_t cost_;
};

/// No leg begins or ends at a place.
class UnknownPlaceError : public std::invalid_argument {
public:
    explicit UnknownPlaceError(std::string_view place);
    const std::string& place() const noexcept { return place_; }

private:
    std::string place_;
};

/// Returns the cheapest route with at most max_stops places between start and destination, or nothing if
/// there is none. Of several the one with the fewest legs is taken, then the one whose legs stand earlier
/// in the list. Throws InvalidCostError or UnknownPlaceError, looked for in this order.
std::optional<Route> cheapest_route(const std::vector<Leg>& legs, std::string_view from, std::string_view to,
                                    std::size_t max_stops);

}  // namespace limited_stops_route
