#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RUNNING_STATS_OK,
    RUNNING_STATS_NOT_FINITE, /* the value is NaN or an infinity */
    RUNNING_STATS_OVERFLOW    /* the sum of squared deviations would not be finite */
} running_stats_status;

/**
 * Statistics of the values added so far. All zero is a collector without values, and a collector is copied by
 * assignment. Only the count is to be read directly.
 */
typedef struct {
    uint64_t count;
    double mean;
    double squared_deviations;
    double minimum;
    double maximum;
} running_stats;

/** Takes in a value. Unless it returns RUNNING_STATS_OK, nothing has changed. */
running_stats_status running_stats_add(running_stats *stats, double value);

/**
 * Takes in all values of other, which may be stats itself. Unless it returns RUNNING_STATS_OK, nothing has changed;
 * RUNNING_STATS_NOT_FINITE is not among its results.
 */
running_stats_status running_stats_merge(running_stats *stats, const running_stats *other);

/* Each of these is false, and leaves the result alone, if the statistic is not defined. */

bool running_stats_minimum(const running_stats *stats, double *result);
bool running_stats_maximum(const running_stats *stats, double *result);
bool running_stats_mean(const running_stats *stats, double *result);

/** Divides by the count: the variance if the values are all there are. */
bool running_stats_population_variance(const running_stats *stats, double *result);

/** Divides by the count less one, so it takes two values: an estimate from a sample. */
bool running_stats_sample_variance(const running_stats *stats, double *result);
