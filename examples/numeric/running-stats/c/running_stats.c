#include "running_stats.h"

#include <math.h>

running_stats_status running_stats_merge(running_stats *stats, const running_stats *other)
{
    if (other->count == 0) {
        return RUNNING_STATS_OK;
    }
    if (stats->count == 0) {
        *stats = *other;
        return RUNNING_STATS_OK;
    }

    uint64_t count = stats->count + other->count;
    double difference = other->mean - stats->mean;
    double share = (double)other->count / (double)count;
    double squared_deviations = stats->squared_deviations + other->squared_deviations
                                + difference * share * (difference * (double)stats->count);
    if (!isfinite(squared_deviations)) {
        return RUNNING_STATS_OVERFLOW;
    }
    *stats = (running_stats){
        .count = count,
        .mean = stats->mean + difference * share,
        .squared_deviations = squared_deviations,
        .minimum = fmin(stats->minimum, other->minimum),
        .maximum = fmax(stats->maximum, other->maximum),
    };
    return RUNNING_STATS_OK;
}

running_stats_status running_stats_add(running_stats *stats, double value)
{
    if (!isfinite(value)) {
        return RUNNING_STATS_NOT_FINITE;
    }
    return running_stats_merge(stats, &(running_stats){.count = 1, .mean = value, .minimum = value, .maximum = value});
}

static bool give(bool is_defined, double value, double *result)
{
    if (is_defined) {
        *result = value;
    }
    return is_defined;
}

bool running_stats_minimum(const running_stats *stats, double *result)
{
    return give(stats->count > 0, stats->minimum, result);
}

bool running_stats_maximum(const running_stats *stats, double *result)
{
    return give(stats->count > 0, stats->maximum, result);
}

bool running_stats_mean(const running_stats *stats, double *result)
{
    return give(stats->count > 0, stats->mean, result);
}

static bool give_variance(const running_stats *stats, uint64_t fewer, double *result)
{
    return stats->count > fewer && give(true, stats->squared_deviations / (double)(stats->count - fewer), result);
}

bool running_stats_population_variance(const running_stats *stats, double *result)
{
    return give_variance(stats, 0, result);
}

bool running_stats_sample_variance(const running_stats *stats, double *result)
{
    return give_variance(stats, 1, result);
}
