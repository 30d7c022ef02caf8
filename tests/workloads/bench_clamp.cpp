#include <numeric>

#include "clamp.hpp"
#include "workload.hpp"

namespace {

Work clamped(std::size_t size, const Random& random) {
    std::vector<double> values(size);
    for (auto& value : values) value = random(1000);
    // With 1,000 values the sum is the same in every language, because the values are.
    return work(
        [=] {
            return std::accumulate(values.begin(), values.end(), 0.0,
                                   [](double sum, double value) { return sum + clamp(value, 250, 750); });
        },
        [=](double sum) { return size != 1000 || sum == 508073; });
}

}  // namespace

const std::vector<Workload> workloads{{"clamped", 1000, clamped}};
