#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "dependency_order.hpp"

using dependency_order::build_order;
using dependency_order::CycleError;
using dependency_order::DuplicateTargetError;
using dependency_order::OrderError;
using dependency_order::Target;
using dependency_order::UnknownTargetError;

static_assert(std::is_base_of_v<OrderError, DuplicateTargetError>);
static_assert(std::is_base_of_v<OrderError, UnknownTargetError>);
static_assert(std::is_base_of_v<OrderError, CycleError>);

namespace {

using Names = std::vector<std::string>;
using Targets = std::vector<Target>;

Targets independent(const Names& names)
{
    Targets targets;
    for (const std::string& name : names) {
        targets.push_back({name, {}});
    }
    return targets;
}

std::string duplicate(const Targets& targets)
{
    try {
        build_order(targets);
    } catch (const DuplicateTargetError& error) {
        return error.name();
    }
    REQUIRE_MESSAGE(false, "no error");
    return {};
}

std::pair<std::string, std::string> unknown(const Targets& targets)
{
    try {
        build_order(targets);
    } catch (const UnknownTargetError& error) {
        return {error.target(), error.dependency()};
    }
    REQUIRE_MESSAGE(false, "no error");
    return {};
}

Names cycle_path(const Targets& targets)
{
    try {
        build_order(targets);
    } catch (const CycleError& error) {
        return error.path();
    }
    REQUIRE_MESSAGE(false, "no error");
    return {};
}

/// Whether the message of the error shows the names in this order.
bool message_shows(const Targets& targets, const Names& names)
{
    try {
        build_order(targets);
    } catch (const OrderError& error) {
        const std::string message = error.what();
        std::size_t place = 0;
        for (const std::string& name : names) {
            place = message.find(name, place);
            if (place == std::string::npos) {
                return false;
            }
            place += name.size();
        }
        return true;
    }
    REQUIRE_MESSAGE(false, "no error");
    return false;
}

std::pair<std::string, std::string> both(std::string target, std::string dependency)
{
    return {std::move(target), std::move(dependency)};
}

const Names distinct = {"App", "app", "1", "01", "1.0", "a", "a ", " a", "", std::string("a\0b", 3),
                        std::string("a\0c", 3), "__proto__", "constructor", "\u00e9", "e\u0301"};

}  // namespace

TEST_CASE("R1: dependencies come first, wherever they are declared")
{
    const Targets targets = {
        {"app", {"http", "log"}}, {"core", {}}, {"http", {"net", "core"}}, {"net", {"core"}}, {"log", {"core"}},
    };
    CHECK(build_order(targets) == Names{"core", "net", "http", "log", "app"});
}

TEST_CASE("R1: every declaration order of a diamond")
{
    const Targets diamond = {{"top", {"left", "right"}}, {"left", {"base"}}, {"right", {"base"}}, {"base", {}}};
    std::vector<std::size_t> permutation = {0, 1, 2, 3};
    do {
        Targets targets;
        for (std::size_t i : permutation) {
            targets.push_back(diamond[i]);
        }
        const Names order = build_order(targets);
        const Names expected = std::ranges::find(order, "left") < std::ranges::find(order, "right")
                                   ? Names{"base", "left", "right", "top"}
                                   : Names{"base", "right", "left", "top"};
        CHECK(order == expected);
    } while (std::ranges::next_permutation(permutation).found);
}

TEST_CASE("R1: indirect dependencies come first")
{
    CHECK(build_order({{"d", {"c"}}, {"b", {"a"}}, {"c", {"b"}}, {"a", {}}}) == Names{"a", "b", "c", "d"});
}

TEST_CASE("R1: the result does not depend on the life of the input")
{
    Names order;
    {
        const Targets targets = {{"a long name that needs memory of its own", {"b"}}, {"b", {}}};
        order = build_order(targets);
    }
    CHECK(order == Names{"b", "a long name that needs memory of its own"});
}

TEST_CASE("R2: the ready target declared first comes next")
{
    CHECK(build_order({{"x", {"z"}}, {"y", {}}, {"z", {}}, {"w", {}}}) == Names{"y", "z", "x", "w"});
}

TEST_CASE("R2: independent targets keep their order")
{
    CHECK(build_order(independent({"c", "a", "d", "b"})) == Names{"c", "a", "d", "b"});
}

TEST_CASE("R2: targets made ready together keep their order")
{
    CHECK(build_order({{"z", {"base"}}, {"a", {"base"}}, {"m", {"base"}}, {"base", {}}}) ==
          Names{"base", "z", "a", "m"});
}

TEST_CASE("R2: decided anew after every placement")
{
    CHECK(build_order({{"first", {"third"}}, {"second", {"first"}}, {"third", {}}, {"fourth", {}}}) ==
          Names{"third", "first", "second", "fourth"});
}

TEST_CASE("R2: the declaration counts, not the moment of becoming ready")
{
    Targets targets;
    Names names;
    for (int i = 0; i < 100; ++i) {
        targets.push_back({"step" + std::to_string(i), {}});
    }
    for (int i = 0; i < 100; ++i) {
        targets.push_back({"later" + std::to_string(i), {"step" + std::to_string(37 * i % 100)}});
    }
    for (const Target& target : targets) {
        names.push_back(target.name);
    }
    CHECK(build_order(targets) == names);
}

TEST_CASE("R3: no targets")
{
    CHECK(build_order({}).empty());
}

TEST_CASE("R3: a repeated dependency counts once")
{
    CHECK(build_order({{"a", {"b", "b"}}, {"b", {}}, {"c", {}}}) == Names{"b", "a", "c"});
    CHECK(build_order({{"a", {"b", "b", "c"}}, {"b", {}}, {"c", {}}}) == Names{"b", "c", "a"});
    CHECK(build_order({{"a", {"b", "c", "b"}}, {"c", {}}, {"b", {}}}) == Names{"c", "b", "a"});
}

TEST_CASE("R3: the order of the dependencies has no influence")
{
    Names dependencies = {"b", "c", "d"};
    do {
        CHECK(build_order({{"a", dependencies}, {"c", {}}, {"b", {}}, {"d", {"c"}}}) == Names{"c", "b", "d", "a"});
    } while (std::ranges::next_permutation(dependencies).found);
}

TEST_CASE("R4: similar names are different targets")
{
    CHECK(build_order(independent(distinct)) == distinct);
}

TEST_CASE("R4: a dependency names exactly one target")
{
    for (const std::string& name : distinct) {
        Names others = distinct;
        std::erase(others, name);
        Targets targets = independent(others);
        targets.insert(targets.begin(), {"needs it", {name}});
        targets.push_back({name, {}});

        Names expected = others;
        expected.insert(expected.end(), {name, "needs it"});
        CHECK(build_order(targets) == expected);
    }
}

TEST_CASE("R4, R6: a similar name is unknown")
{
    const std::vector<std::pair<std::string, std::string>> pairs = {
        {"App", "app"}, {"01", "1"},           {"1", "01"},
        {"a ", "a"},    {"a", "a "},           {"a", ""},
        {"a", "b"},     {"e\u0301", "\u00e9"}, {"a", std::string("a\0b", 3)},
    };
    for (const auto& [declared, dependency] : pairs) {
        CHECK(unknown({{declared, {dependency}}}) == both(declared, dependency));
    }
}

TEST_CASE("R4: errors hold names as they were given")
{
    for (const std::string& name : distinct) {
        CHECK(duplicate({{name, {}}, {name, {}}}) == name);
        CHECK(unknown({{name, {"missing"}}}) == both(name, "missing"));
        CHECK(cycle_path({{"b", {name}}, {name, {"b"}}}) == Names{"b", name, "b"});
    }
}

TEST_CASE("R5: a duplicate name")
{
    CHECK(duplicate({{"a", {}}, {"b", {"a"}}, {"a", {"b"}}}) == "a");
    CHECK(duplicate(independent({"a", "a", "a"})) == "a");
}

TEST_CASE("R5, R6, R7: the message shows the names")
{
    CHECK(message_shows(independent({"app", "app"}), {"app"}));
    CHECK(message_shows({{"app", {"log"}}}, {"app", "log"}));
    CHECK(message_shows({{"app", {"log"}}, {"log", {"app"}}}, {"app", "log", "app"}));
}

TEST_CASE("R5: the first declaration that repeats one counts")
{
    CHECK(duplicate(independent({"a", "b", "b", "a"})) == "b");
    CHECK(duplicate(independent({"b", "a", "a", "b"})) == "a");
    CHECK(duplicate(independent({"c", "a", "b", "c", "a", "b"})) == "c");
}

TEST_CASE("R5: a duplicate comes before other errors")
{
    CHECK(duplicate({{"x", {"missing"}}, {"y", {"y"}}, {"z", {}}, {"z", {}}}) == "z");
}

TEST_CASE("R6: an unknown dependency")
{
    CHECK(unknown({{"a", {}}, {"b", {"a", "missing"}}}) == both("b", "missing"));
}

TEST_CASE("R6: the first unknown dependency of the first target counts")
{
    CHECK(unknown({{"ok", {}}, {"m", {"ok", "zeta", "alpha"}}, {"b", {"beta"}}}) == both("m", "zeta"));
}

TEST_CASE("R6: the order of declaration decides, not that of building")
{
    CHECK(unknown({{"a", {"b", "zeta"}}, {"b", {"alpha"}}}) == both("a", "zeta"));
}

TEST_CASE("R6: an unknown dependency comes before a cycle")
{
    CHECK(unknown({{"a", {"b"}}, {"b", {"a"}}, {"c", {"c"}}, {"d", {"missing"}}}) == both("d", "missing"));
    CHECK(unknown({{"a", {"a", "missing"}}}) == both("a", "missing"));
}

TEST_CASE("R7: a cycle of three")
{
    CHECK(cycle_path({{"a", {"c"}}, {"b", {"a"}}, {"c", {"b"}}}) == Names{"a", "c", "b", "a"});
}

TEST_CASE("R7: a cycle of one")
{
    CHECK(cycle_path({{"a", {"a"}}}) == Names{"a", "a"});
    CHECK(cycle_path({{"free", {}}, {"b", {"free", "b"}}}) == Names{"b", "b"});
}

TEST_CASE("R7: targets that only depend on a cycle are left out")
{
    CHECK(cycle_path({{"user", {"proxy"}}, {"proxy", {"b"}}, {"a", {"b"}}, {"b", {"a"}}}) == Names{"a", "b", "a"});
}

TEST_CASE("R7: targets that a cycle depends on are left out")
{
    CHECK(cycle_path({{"a", {"free", "b"}}, {"free", {}}, {"b", {"free", "a"}}}) == Names{"a", "b", "a"});
}

TEST_CASE("R7: the path begins with the target declared first, not where the cycle is entered")
{
    CHECK(cycle_path({{"start", {"y"}}, {"z", {"x"}}, {"x", {"y"}}, {"y", {"z"}}}) == Names{"z", "x", "y", "z"});
}

TEST_CASE("R7: the first blocked dependency is followed")
{
    CHECK(cycle_path({{"a", {"free", "c", "b"}}, {"b", {"a"}}, {"c", {"a"}}, {"free", {}}}) == Names{"a", "c", "a"});
}

TEST_CASE("R7: the first blocked target leads to the cycle")
{
    CHECK(cycle_path({{"start", {"d"}},
                      {"a", {"b"}},
                      {"b", {"a"}},
                      {"c", {"d"}},
                      {"d", {"c"}},
                      {"e", {"f"}},
                      {"f", {"e"}}}) == Names{"c", "d", "c"});
}

TEST_CASE("R7: a blocked dependency that is in no cycle is followed too")
{
    CHECK(cycle_path({{"a", {"bridge", "a"}}, {"bridge", {"d"}}, {"c", {"d"}}, {"d", {"c"}}}) == Names{"c", "d", "c"});
}

TEST_CASE("R7: a self-dependency beside a longer cycle")
{
    CHECK(cycle_path({{"a", {"b"}}, {"b", {"b", "a"}}}) == Names{"b", "b"});
    CHECK(cycle_path({{"a", {"b"}}, {"b", {"a", "b"}}}) == Names{"a", "b", "a"});
}

namespace {

constexpr std::size_t length = 10'000;

Names numbers()
{
    Names names;
    for (std::size_t i = 0; i < length; ++i) {
        names.push_back(std::to_string(i));
    }
    return names;
}

Names reversed_numbers()
{
    Names names = numbers();
    std::ranges::reverse(names);
    return names;
}

/// Each target depends on the one that is offset after it, the last ones on the first ones.
Targets long_cycle(std::size_t offset)
{
    const Names names = numbers();
    Targets targets;
    for (std::size_t i = 0; i < length; ++i) {
        targets.push_back({names[i], {names[(i + offset) % length]}});
    }
    return targets;
}

template <typename Action>
Names within_two_seconds(Action action, const Targets& targets)
{
    const auto start = std::chrono::steady_clock::now();
    Names names = action(targets);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    return names;
}

}  // namespace

TEST_CASE("R8: a long chain, each needing the next")
{
    Targets targets = long_cycle(1);
    targets.back().dependencies.clear();
    const bool right = within_two_seconds(build_order, targets) == reversed_numbers();
    CHECK(right);
}

TEST_CASE("R8: a long chain, each needing the one before")
{
    Targets targets = long_cycle(length - 1);
    targets.front().dependencies.clear();
    const bool right = within_two_seconds(build_order, targets) == numbers();
    CHECK(right);
}

TEST_CASE("R8: a long cycle, each needing the next")
{
    Names expected = numbers();
    expected.push_back("0");
    const bool right = within_two_seconds(cycle_path, long_cycle(1)) == expected;
    CHECK(right);
}

TEST_CASE("R8: a long cycle, each needing the one before")
{
    Names expected = reversed_numbers();
    expected.insert(expected.begin(), "0");
    const bool right = within_two_seconds(cycle_path, long_cycle(length - 1)) == expected;
    CHECK(right);
}
