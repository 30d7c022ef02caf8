// Runs a workload of `bench_*.cpp` and reports what it took; see `stages/core/driver.py` for the protocol.
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "workload.hpp"

namespace {

std::ofstream output{"/tmp/bench.tsv"};

long long setting(const char* name) { return std::atoll(std::getenv(name)); }

long long now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

long long status(const std::string& field) {
    std::ifstream file{"/proc/self/status"};
    for (std::string line; std::getline(file, line);)
        if (line.rfind(field, 0) == 0) return std::atoll(line.c_str() + field.size() + 1);
    return 0;
}

struct Took {
    long long cpu, wall;
};

Took measure(const Work& one, const char* kind, std::size_t size, long long loops) {
    const auto switches = status("voluntary_ctxt_switches");
    const auto wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long long i = 0; i < loops; i++) one.run();
    const Took took{now(CLOCK_PROCESS_CPUTIME_ID) - cpu, now(CLOCK_MONOTONIC) - wall};
    output << kind << '\t' << size << '\t' << loops << '\t' << took.cpu << '\t' << took.wall << '\t'
           << status("voluntary_ctxt_switches") - switches << '\n';
    return took;
}

long long bench(const Workload& workload, std::size_t size) {
    const auto least = setting("BENCH_LEAST_NS"), fixed = setting("BENCH_LOOPS"), values = setting("BENCH_VALUES");
    const auto warmup = setting("BENCH_WARMUP_NS");
    std::uint32_t state = 2463534242u;
    const Work one = workload.prepare(size, [&state](unsigned below) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state % below;
    });
    for (long long i = 0; values == 0 && i < fixed; i++) one.run();
    long long loops = fixed ? fixed : 1, spent = 0, slowest = 0, once = 0;
    while (values > 0 && (spent < warmup || (fixed == 0 && slowest < least))) {
        const auto took = measure(one, "warmup", size, loops);
        slowest = std::max({took.cpu, took.wall / 50, 1LL});
        spent += slowest;
        if (fixed == 0 && slowest < least) loops *= 2;
    }
    for (long long i = 0; i < values; i++) once = std::max(once, measure(one, "value", size, loops).wall / loops);
    output << "peak\t" << size << '\t' << status("VmHWM") << '\n';
    if (values > 0 || fixed > 0) output << "check\t" << size << '\t' << (one.check() ? 1 : 0) << '\n';
    return once;
}

}  // namespace

int main() {
    const std::string wanted = std::getenv("BENCH_WORKLOAD");
    for (const auto& one : workloads) {
        if (wanted.empty()) output << "workload\t" << one.name << '\t' << one.size << '\n';
        if (one.name != wanted) continue;
        std::istringstream sizes{std::getenv("BENCH_SIZES")};
        for (std::size_t size; sizes >> size;)
            if (bench(one, size) > setting("BENCH_MOST_NS")) break;
    }
}
