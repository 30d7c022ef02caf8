#include "dependency_order.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace dependency_order {

namespace {

using Index = std::size_t;
using Indexes = std::vector<Index>;
using Links = std::vector<Indexes>;  // of each target, by its index

std::string quoted(const std::string& name)
{
    return '"' + name + '"';
}

std::string describe_cycle(const std::vector<std::string>& path)
{
    std::string text = "dependency cycle: ";
    for (const std::string& name : path) {
        text += (&name == &path.front() ? "" : " -> ") + quoted(name);
    }
    return text;
}

std::vector<std::string> names_of(const std::vector<Target>& targets, const Indexes& indexes)
{
    std::vector<std::string> names;
    names.reserve(indexes.size());
    for (Index index : indexes) {
        names.push_back(targets[index].name);
    }
    return names;
}

std::unordered_map<std::string_view, Index> index_by_name(const std::vector<Target>& targets)
{
    std::unordered_map<std::string_view, Index> indexes;
    indexes.reserve(targets.size());
    for (Index i = 0; i < targets.size(); ++i) {
        if (!indexes.emplace(targets[i].name, i).second) {
            throw DuplicateTargetError(targets[i].name);
        }
    }
    return indexes;
}

/// Returns the dependencies of each target as indexes of targets.
Links resolve(const std::vector<Target>& targets)
{
    const auto indexes = index_by_name(targets);
    Links resolved(targets.size());
    for (Index i = 0; i < targets.size(); ++i) {
        for (const std::string& dependency : targets[i].dependencies) {
            const auto found = indexes.find(dependency);
            if (found == indexes.end()) {
                throw UnknownTargetError(targets[i].name, dependency);
            }
            resolved[i].push_back(found->second);
        }
    }
    return resolved;
}

Links reverse(const Links& links)
{
    Links reversed(links.size());
    for (Index from = 0; from < links.size(); ++from) {
        for (Index to : links[from]) {
            reversed[to].push_back(from);
        }
    }
    return reversed;
}

/// Returns the targets that are not blocked, in build order.
Indexes place(const Links& dependencies)
{
    const Links dependents = reverse(dependencies);
    std::vector<std::size_t> missing;
    std::priority_queue<Index, Indexes, std::greater<>> ready;
    for (Index i = 0; i < dependencies.size(); ++i) {
        missing.push_back(dependencies[i].size());
        if (missing[i] == 0) {
            ready.push(i);
        }
    }

    Indexes order;
    while (!ready.empty()) {
        const Index placed = ready.top();
        ready.pop();
        order.push_back(placed);
        for (Index dependent : dependents[placed]) {
            if (--missing[dependent] == 0) {
                ready.push(dependent);
            }
        }
    }
    return order;
}

/// Walks from the first target that is not placed into a cycle, and returns that cycle
/// from its lowest index back to it.
Indexes find_cycle(const Links& dependencies, const Indexes& placed)
{
    std::vector<bool> blocked(dependencies.size(), true);
    for (Index index : placed) {
        blocked[index] = false;
    }
    const auto is_blocked = [&blocked](Index index) { return blocked[index]; };

    std::vector<bool> visited(dependencies.size(), false);
    Indexes walk;
    Index current = static_cast<Index>(std::ranges::find(blocked, true) - blocked.begin());
    while (!visited[current]) {
        visited[current] = true;
        walk.push_back(current);
        // A target is blocked only because one of its dependencies is, so there is one to go to.
        current = *std::ranges::find_if(dependencies[current], is_blocked);
    }

    Indexes cycle(std::ranges::find(walk, current), walk.end());
    std::ranges::rotate(cycle, std::ranges::min_element(cycle));
    cycle.push_back(cycle.front());
    return cycle;
}

}  // namespace

DuplicateTargetError::DuplicateTargetError(std::string name)
    : OrderError("target " + quoted(name) + " is declared twice"), name_(std::move(name))
{
}

UnknownTargetError::UnknownTargetError(std::string target, std::string dependency)
    : OrderError("target " + quoted(target) + " depends on the unknown target " + quoted(dependency)),
      target_(std::move(target)),
      dependency_(std::move(dependency))
{
}

CycleError::CycleError(std::vector<std::string> path) : OrderError(describe_cycle(path)), path_(std::move(path))
{
}

std::vector<std::string> build_order(const std::vector<Target>& targets)
{
    const Links dependencies = resolve(targets);
    const Indexes order = place(dependencies);
    if (order.size() < targets.size()) {
        throw CycleError(names_of(targets, find_cycle(dependencies, order)));
    }
    return names_of(targets, order);
}

}  // namespace dependency_order
