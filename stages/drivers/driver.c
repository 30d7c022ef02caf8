/* Runs a workload of `bench_*.c` and reports what it took; see `stages/core/driver.py` for the protocol. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "workload.h"

static FILE *output;
static uint32_t state;

static unsigned next_random(unsigned below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static long long setting(const char *name) { return atoll(getenv(name)); }

static long long now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long status(const char *field) {
    char line[256];
    long long value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0) value = atoll(line + strlen(field) + 1);
    fclose(file);
    return value;
}

static long long measure(const struct workload *one, void *input, const char *kind, size_t size, long long loops, long long *wall) {
    long long switches = status("voluntary_ctxt_switches");
    long long began = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long long i = 0; i < loops; i++) one->run(input);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    *wall = now(CLOCK_MONOTONIC) - began;
    fprintf(output, "%s\t%zu\t%lld\t%lld\t%lld\t%lld\n", kind, size, loops, cpu, *wall, status("voluntary_ctxt_switches") - switches);
    return cpu;
}

static long long bench(const struct workload *one, size_t size) {
    long long least = setting("BENCH_LEAST_NS"), fixed = setting("BENCH_LOOPS"), values = setting("BENCH_VALUES");
    long long warmup = setting("BENCH_WARMUP_NS"), spent = 0, slowest = 0, once = 0, wall = 0, loops = fixed ? fixed : 1;
    state = 2463534242u;
    void *input = one->prepare(size, next_random);
    for (long long i = 0; values == 0 && i < fixed; i++) one->run(input);
    while (values > 0 && (spent < warmup || (fixed == 0 && slowest < least))) {
        slowest = measure(one, input, "warmup", size, loops, &wall);
        if (slowest < wall / 50) slowest = wall / 50;
        spent += slowest + 1;
        if (fixed == 0 && slowest < least) loops *= 2;
    }
    for (long long i = 0; i < values; i++) {
        measure(one, input, "value", size, loops, &wall);
        if (wall / loops > once) once = wall / loops;
    }
    fprintf(output, "peak\t%zu\t%lld\n", size, status("VmHWM"));
    if (values > 0 || fixed > 0) fprintf(output, "check\t%zu\t%d\n", size, one->check(input) ? 1 : 0);
    one->release(input);
    return once;
}

int main(void) {
    const char *wanted = getenv("BENCH_WORKLOAD");
    output = fopen("/tmp/bench.tsv", "w");
    for (const struct workload *one = workloads; one->name != NULL; one++) {
        if (*wanted == '\0') fprintf(output, "workload\t%s\t%zu\n", one->name, one->size);
        if (strcmp(one->name, wanted) != 0) continue;
        char *rest = getenv("BENCH_SIZES");
        while (*rest != '\0')
            if (bench(one, (size_t)strtoull(rest, &rest, 10)) > setting("BENCH_MOST_NS")) break;
    }
    return fclose(output) == 0 ? 0 : 1;
}
