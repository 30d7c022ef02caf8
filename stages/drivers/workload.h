/* What a workload file `bench_*.c` defines: `workloads`, ended by one without a name.
 *
 * `prepare` makes the input of `size` from the seeded numbers below a bound that `random` gives; `run` does the work and
 * may be called any number of times; `check` tells whether the last result is right; `release` frees all. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned (*workload_random)(unsigned below);

struct workload {
    const char *name;
    size_t size;
    void *(*prepare)(size_t size, workload_random random);
    void (*run)(void *input);
    bool (*check)(void *input);
    void (*release)(void *input);
};

extern const struct workload workloads[];

#endif
