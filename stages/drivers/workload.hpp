// What a workload file `bench_*.cpp` defines: `workloads`.
//
// `prepare` makes the input of a size from the seeded numbers below a bound that `random` gives, and returns the work, which
// may be called any number of times, and a check that tells whether its last result is right.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using Random = std::function<unsigned(unsigned below)>;

struct Work {
    std::function<void()> run;
    std::function<bool()> check;
};

struct Workload {
    std::string name;
    std::size_t size;
    std::function<Work(std::size_t size, const Random& random)> prepare;
};

// A run that returns its result, and a check that is given it.
template <typename Run, typename Check>
Work work(Run run, Check check) {
    auto result = std::make_shared<std::optional<decltype(run())>>();
    return {[=]() mutable { *result = run(); }, [=]() mutable { return check(**result); }};
}

extern const std::vector<Workload> workloads;
