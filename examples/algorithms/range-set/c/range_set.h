/* Immutable sets of integers that are kept as ranges. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANGE_SET_BOUND (INT64_C(1) << 52)

/** The integers from start up to, but without, end. */
typedef struct {
    int64_t start;
    int64_t end;
} range;

typedef enum {
    RANGE_SET_OK = 0,
    RANGE_SET_INVALID_RANGE, /**< a start after its end, or one of them beyond ±RANGE_SET_BOUND */
    RANGE_SET_NO_MEMORY
} range_set_status;

typedef struct range_set range_set;

/**
 * Makes a set of ranges in any order; ranges may be NULL if the count is 0. On RANGE_SET_INVALID_RANGE *invalid, unless
 * NULL, is the position of the first such range. Only on success *result is set; it is released with range_set_free.
 */
range_set_status range_set_new(const range *ranges, size_t count, range_set **result, size_t *invalid);

/* New sets, NULL without memory; the operands stay as they are, and may be the same set. */
range_set *range_set_union(const range_set *a, const range_set *b);
range_set *range_set_intersection(const range_set *a, const range_set *b);
range_set *range_set_difference(const range_set *a, const range_set *b); /**< what is in a and not in b */

bool range_set_contains(const range_set *self, int64_t value);

/** How many integers there are. */
uint64_t range_set_size(const range_set *self);

/** The fewest ranges, ascending. They belong to the set. */
const range *range_set_ranges(const range_set *self, size_t *count);

/** NULL is allowed. */
void range_set_free(range_set *self);
