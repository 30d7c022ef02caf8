#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "limited_stops_route.hpp"

using limited_stops_route::cheapest_route;
using limited_stops_route::InvalidCostError;
using limited_stops_route::Leg;
using limited_stops_route::Route;
using limited_stops_route::UnknownPlaceError;

static_assert(std::is_base_of_v<std::invalid_argument, InvalidCostError>);
static_assert(std::is_base_of_v<std::invalid_argument, UnknownPlaceError>);

namespace {

using Legs = std::vector<Leg>;

/// Legs written as "A>B:3 B>C:4".
Legs legs_of(const std::string& text)
{
    std::istringstream stream(text);
    Legs legs;
    for (std::string leg; stream >> leg;) {
        const std::size_t arrow = leg.find('>');
        const std::size_t colon = leg.find(':');
        const std::string to = leg.substr(arrow + 1, colon - arrow - 1);
        legs.push_back({leg.substr(0, arrow), to, std::stoll(leg.substr(colon + 1))});
    }
    return legs;
}

std::string show(const std::optional<Route>& route)
{
    if (!route) {
        return "none";
    }
    std::string text = std::to_string(route->cost);
    for (const std::string& place : route->places) {
        text += ' ' + place;
    }
    return text;
}

std::string find(const std::string& legs, std::string_view from, std::string_view to, std::size_t max_stops)
{
    return show(cheapest_route(legs_of(legs), from, to, max_stops));
}

std::optional<Route> within(const Legs& legs, std::string_view from, std::string_view to, std::size_t max_stops)
{
    const auto started = std::chrono::steady_clock::now();
    const std::optional<Route> route = cheapest_route(legs, from, to, max_stops);
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(2));
    return route;
}

struct Case {
    std::string legs;
    std::string expected;
};

void check_all(const std::vector<Case>& cases, std::string_view from, std::string_view to)
{
    for (const Case& one : cases) {
        CAPTURE(one.legs);
        CHECK(find(one.legs, from, to, 5) == one.expected);
    }
}

std::optional<std::string> unknown_place(const Legs& legs, std::string_view from, std::string_view to)
{
    try {
        cheapest_route(legs, from, to, 3);
    } catch (const UnknownPlaceError& error) {
        CHECK(std::string(error.what()).find(error.place()) != std::string::npos);
        return error.place();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("R1: the cheapest route, in the direction of the legs")
{
    const std::string legs = "A>B:4 A>C:1 C>B:1 B>D:5 C>D:9 D>A:1";
    CHECK(find(legs, "A", "D", 5) == "7 A C B D");
    CHECK(find(legs, "A", "B", 5) == "2 A C B");
    CHECK(find(legs, "D", "B", 5) == "3 D A C B");
    CHECK(find(legs, "B", "A", 5) == "6 B D A");
    CHECK(find(legs, "C", "A", 5) == "7 C B D A");
}

TEST_CASE("R1: parallel legs, free legs, loops and large sums")
{
    check_all(
        {
            {"A>B:5 A>B:2 A>B:9", "2 A B"},
            {"A>B:2 A>B:5", "2 A B"},
            {"A>C:0 C>B:0", "0 A C B"},
            {"A>A:0 A>B:1 B>B:0", "1 A B"},
            {"A>C:1000000000 C>D:1000000000 D>E:1000000000 E>F:1000000000 F>B:999999999", "4999999999 A C D E F B"},
        },
        "A", "B");
}

TEST_CASE("R1: the route does not depend on the life of the legs")
{
    const std::string stop = "a long name that needs memory of its own";
    std::optional<Route> route;
    {
        const Legs legs = {{"A", stop, 1}, {stop, "B", 2}};
        route = cheapest_route(legs, "A", "B", 1);
    }
    CHECK(route == Route{3, {"A", stop, "B"}});
}

TEST_CASE("R2: stops are limited, whatever the order of the list")
{
    struct Limited {
        std::string legs;
        std::string direct;
        std::string one_stop;
        std::string more;
    };
    for (const Limited& one : {
             Limited{"A>B:10 A>C:1 C>B:1 B>D:1", "none", "11 A B D", "3 A C B D"},
             Limited{"A>B:1 B>C:1 C>D:1 A>D:50 B>D:10", "50 A D", "11 A B D", "3 A B C D"},
             Limited{"A>B:1 B>D:10 B>C:1 C>D:1", "none", "11 A B D", "3 A B C D"},
             Limited{"A>B:1 B>C:1 C>D:1", "none", "none", "3 A B C D"},
         }) {
        CAPTURE(one.legs);
        Legs legs = legs_of(one.legs);
        for (int turn = 0; turn < 2; ++turn) {
            CHECK(show(cheapest_route(legs, "A", "D", 0)) == one.direct);
            CHECK(show(cheapest_route(legs, "A", "D", 1)) == one.one_stop);
            for (std::size_t stops = 2; stops < 5; ++stops) {
                CHECK(show(cheapest_route(legs, "A", "D", stops)) == one.more);
            }
            std::ranges::reverse(legs);
        }
    }
}

TEST_CASE("R3: the fewest legs")
{
    check_all(
        {
            {"A>B:1 B>D:1 A>D:2", "2 A D"},
            {"A>D:2 A>B:1 B>D:1", "2 A D"},
            {"A>B:0 B>C:0 C>D:0 A>D:0", "0 A D"},
            {"A>B:1 B>C:1 C>D:1 A>E:1 E>D:2", "3 A E D"},
        },
        "A", "D");
}

TEST_CASE("R3: the earlier leg where routes first differ")
{
    check_all(
        {
            {"Y>D:1 X>D:1 A>X:1 A>Y:1", "2 A X D"},
            {"X>D:1 Y>D:1 A>Y:1 A>X:1", "2 A Y D"},
            {"A>B:1 B>Y:1 B>X:1 X>D:1 Y>D:1", "3 A B Y D"},
            {"A>X:2 A>Y:1 Y>D:2 X>D:1", "3 A X D"},
            {"A>Y:1 A>X:2 X>D:1 Y>D:2", "3 A Y D"},
            {"A>P:1 A>Q:1 Q>R:1 P>S:1 R>D:1 S>D:1", "3 A P S D"},
            {"A>X:5 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A Y D"},
            {"A>X:1 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A X D"},
        },
        "A", "D");
}

TEST_CASE("R4: a place is reached from itself")
{
    for (std::size_t max_stops : {0, 1, 5}) {
        CHECK(find("A>B:1 B>A:1 A>A:0", "A", "A", max_stops) == "0 A");
        CHECK(find("A>B:1", "B", "B", max_stops) == "0 B");
    }
}

TEST_CASE("R4: no route is no error")
{
    CHECK(find("A>B:1 C>D:1", "A", "D", 9) == "none");
    CHECK(find("A>B:1 C>D:1", "B", "A", 9) == "none");
    CHECK(find("A>B:1 C>D:1", "C", "D", 9) == "1 C D");
}

TEST_CASE("R5: a cost out of range")
{
    using Limits = std::numeric_limits<std::int64_t>;
    const std::vector<std::int64_t> costs = {-1, 1'000'000'001, 4'294'967'296, Limits::min(), Limits::max()};
    for (std::int64_t cost : costs) {
        const Legs legs = {{"A", "B", 0}, {"C", "C", 1'000'000'000}, {"C", "D", cost}, {"E", "F", -7}};
        for (const char* start : {"A", "unknown"}) {
            CAPTURE(cost);
            bool thrown = false;
            try {
                cheapest_route(legs, start, "A", 0);
            } catch (const InvalidCostError& error) {
                thrown = true;
                CHECK(error.index() == 2);
                CHECK(error.cost() == cost);
                const std::string message = error.what();
                const std::size_t index = message.find('2');
                REQUIRE(index != std::string::npos);
                CHECK(message.find(std::to_string(cost), index + 1) != std::string::npos);
            }
            CHECK(thrown);
        }
    }
    CHECK(find("A>B:0 A>C:1000000000", "A", "C", 0) == "1000000000 A C");
}

TEST_CASE("R6: an unknown place")
{
    const Legs legs = legs_of("A>B:1 C>B:1");
    CHECK(unknown_place(legs, "X", "B") == "X");
    CHECK(unknown_place(legs, "A", "Y") == "Y");
    CHECK(unknown_place(legs, "X", "Y") == "X");
    CHECK(unknown_place(legs, "X", "X") == "X");
    CHECK(unknown_place(legs, "a", "A") == "a");
    CHECK(unknown_place(legs, "A", "A ") == "A ");
    CHECK(unknown_place(legs, "A", "") == "");
}

TEST_CASE("R6: without legs no place is known, with one both its places are")
{
    CHECK(unknown_place({}, "A", "A") == "A");
    CHECK(find("A>B:1", "A", "B", 0) == "1 A B");
    CHECK(find("A>B:1", "B", "A", 0) == "none");
}

TEST_CASE("R7: layers with very many routes")
{
    const auto name = [](int layer, int place) { return std::to_string(layer) + '.' + std::to_string(place); };
    Legs legs;
    Route expected{24, {"0.3"}};
    for (int layer = 0; layer < 24; ++layer) {
        for (int pair = 0; pair < 100; ++pair) {
            legs.push_back({name(layer, pair / 10), name(layer + 1, pair % 10), 1});
        }
        expected.places.push_back(name(layer + 1, layer < 23 ? 0 : 7));
    }
    CHECK(within(legs, "0.3", "24.7", 23) == expected);
}

TEST_CASE("R7: a long chain listed in either direction")
{
    Legs legs;
    Route expected{1998, {"0"}};
    for (int i = 0; i < 999; ++i) {
        legs.push_back({std::to_string(i), std::to_string(i + 1), 2});
        expected.places.push_back(std::to_string(i + 1));
    }
    CHECK(within(legs, "0", "999", 998) == expected);
    std::ranges::reverse(legs);
    CHECK(within(legs, "0", "999", 998) == expected);
}

TEST_CASE("R7: a large limit")
{
    const Legs legs = legs_of("A>B:1 B>C:1 C>A:0 C>D:1 B>A:0 A>D:4");
    CHECK(show(within(legs, "A", "D", 2'000'000'000)) == "3 A B C D");
}
