#include "range_set.h"

#include <stdlib.h>
#include <string.h>

struct range_set {
    size_t count;
    range ranges[];
};

/** Whether an integer is kept, given whether it is in the one set and in the other. */
typedef bool (*choice)(bool in_a, bool in_b);

static bool in_any(bool in_a, bool in_b)
{
    return in_a || in_b;
}

static bool in_both(bool in_a, bool in_b)
{
    return in_a && in_b;
}

static bool in_first_only(bool in_a, bool in_b)
{
    return in_a && !in_b;
}

static range_set *with_room(size_t count)
{
    if (count > (SIZE_MAX - sizeof(range_set)) / sizeof(range)) {
        return NULL;
    }
    range_set *self = malloc(sizeof *self + count * sizeof(range));
    if (self != NULL) {
        self->count = 0;
    }
    return self;
}

static bool is_valid(range candidate)
{
    return candidate.start >= -RANGE_SET_BOUND && candidate.start <= candidate.end && candidate.end <= RANGE_SET_BOUND;
}

static int by_start(const void *left, const void *right)
{
    int64_t a = ((const range *)left)->start;
    int64_t b = ((const range *)right)->start;
    return (a > b) - (a < b);
}

/** Joins sorted ranges in place and leaves out empty ones. */
static void join(range_set *self)
{
    size_t joined = 0;
    for (size_t i = 0; i < self->count; i++) {
        range next = self->ranges[i];
        if (next.start == next.end) {
            continue;
        }
        if (joined > 0 && next.start <= self->ranges[joined - 1].end) {
            range *last = &self->ranges[joined - 1];
            last->end = last->end > next.end ? last->end : next.end;
        } else {
            self->ranges[joined++] = next;
        }
    }
    self->count = joined;
}

/** The place at which the set begins or ends for the turn-th time; beyond the last a place that is never reached. */
static int64_t turn_of(const range_set *self, size_t turn)
{
    if (turn / 2 == self->count) {
        return INT64_MAX;
    }
    const range *of = &self->ranges[turn / 2];
    return turn % 2 == 0 ? of->start : of->end;
}

static range_set *combine(const range_set *a, const range_set *b, choice keeps)
{
    range_set *result = with_room(a->count + b->count);
    if (result == NULL) {
        return NULL;
    }
    bool inside = false;
    for (size_t i = 0, j = 0; i < 2 * a->count || j < 2 * b->count;) {
        int64_t next_a = turn_of(a, i);
        int64_t next_b = turn_of(b, j);
        int64_t place = next_a < next_b ? next_a : next_b;
        i += next_a == place;
        j += next_b == place;
        bool kept = keeps(i % 2 == 1, j % 2 == 1);
        if (kept && !inside) {
            result->ranges[result->count].start = place;
        } else if (inside && !kept) {
            result->ranges[result->count++].end = place;
        }
        inside = kept;
    }
    return result;
}

range_set_status range_set_new(const range *ranges, size_t count, range_set **result, size_t *invalid)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_valid(ranges[i])) {
            if (invalid != NULL) {
                *invalid = i;
            }
            return RANGE_SET_INVALID_RANGE;
        }
    }
    range_set *self = with_room(count);
    if (self == NULL) {
        return RANGE_SET_NO_MEMORY;
    }
    if (count > 0) {
        memcpy(self->ranges, ranges, count * sizeof *ranges);
        self->count = count;
        qsort(self->ranges, count, sizeof *ranges, by_start);
        join(self);
    }
    *result = self;
    return RANGE_SET_OK;
}

range_set *range_set_union(const range_set *a, const range_set *b)
{
    return combine(a, b, in_any);
}

range_set *range_set_intersection(const range_set *a, const range_set *b)
{
    return combine(a, b, in_both);
}

range_set *range_set_difference(const range_set *a, const range_set *b)
{
    return combine(a, b, in_first_only);
}

bool range_set_contains(const range_set *self, int64_t value)
{
    size_t low = 0;
    size_t high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->ranges[middle].end <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < self->count && self->ranges[low].start <= value;
}

uint64_t range_set_size(const range_set *self)
{
    uint64_t size = 0;
    for (size_t i = 0; i < self->count; i++) {
        size += (uint64_t)(self->ranges[i].end - self->ranges[i].start);
    }
    return size;
}

const range *range_set_ranges(const range_set *self, size_t *count)
{
    *count = self->count;
    return self->ranges;
}

void range_set_free(range_set *self)
{
    free(self);
}
