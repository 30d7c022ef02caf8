#include "limited_stops_route.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

namespace limited_stops_route {

namespace {

/// A way to the destination: a linked list, of which longer ways share the rest.
struct Trail {
    std::string_view place;
    std::int64_t cost;
    const Trail* rest;
};

using Trails = std::unordered_map<std::string_view, const Trail*>;

void check_costs(const std::vector<Leg>& legs)
{
    for (std::size_t index = 0; index < legs.size(); ++index) {
        if (legs[index].cost < 0 || legs[index].cost > max_cost) {
            throw InvalidCostError(index, legs[index].cost);
        }
    }
}

void check_known(const std::vector<Leg>& legs, std::string_view place)
{
    if (std::ranges::none_of(legs, [place](const Leg& leg) { return leg.from == place || leg.to == place; })) {
        throw UnknownPlaceError(place);
    }
}

/// Looks for ways from each place to one destination that are cheaper, the longer they may be.
class Search {
public:
    Search(const std::vector<Leg>& legs, std::string_view to) : legs_(legs)
    {
        newest_.emplace(to, &trails_.emplace_back(to, 0, nullptr));
        best_ = newest_;
    }

    /// Puts one leg before each of the newest trails; whether any place is reached cheaper by that.
    bool add_leg()
    {
        Trails found;
        for (const Leg& leg : legs_) {
            const auto rest = newest_.find(leg.to);
            if (rest == newest_.end()) {
                continue;
            }
            const std::int64_t cost = leg.cost + rest->second->cost;
            // What this round found is cheaper than the best of those before.
            const Trail* known = find(found, leg.from);
            if (known == nullptr) {
                known = find(best_, leg.from);
            }
            if (known == nullptr || cost < known->cost) {
                found.insert_or_assign(leg.from, &trails_.emplace_back(leg.from, cost, rest->second));
            }
        }
        for (const auto& [place, trail] : found) {
            best_.insert_or_assign(place, trail);
        }
        newest_ = std::move(found);
        return !newest_.empty();
    }

    std::optional<Route> best_from(std::string_view from) const
    {
        const Trail* trail = find(best_, from);
        if (trail == nullptr) {
            return std::nullopt;
        }
        Route route{trail->cost, {}};
        for (; trail != nullptr; trail = trail->rest) {
            route.places.emplace_back(trail->place);
        }
        return route;
    }

private:
    static const Trail* find(const Trails& trails, std::string_view place)
    {
        const auto found = trails.find(place);
        return found == trails.end() ? nullptr : found->second;
    }

    const std::vector<Leg>& legs_;
    std::deque<Trail> trails_;  // never moves its elements
    Trails newest_;
    Trails best_;
};

}  // namespace

InvalidCostError::InvalidCostError(std::size_t index, std::int64_t cost)
    : std::invalid_argument("leg " + std::to_string(index) + " has the invalid cost " + std::to_string(cost)),
      index_(index),
      cost_(cost)
{
}

UnknownPlaceError::UnknownPlaceError(std::string_view place)
    : std::invalid_argument("unknown place \"" + std::string(place) + '"'), place_(place)
{
}

std::optional<Route> cheapest_route(const std::vector<Leg>& legs, std::string_view from, std::string_view to,
                                    std::size_t max_stops)
{
    check_costs(legs);
    check_known(legs, from);
    check_known(legs, to);

    Search search(legs, to);
    std::size_t stops = 0;
    while (search.add_leg() && stops < max_stops) {
        ++stops;
    }
    return search.best_from(from);
}

}  // namespace limited_stops_route
