/* A set that never forgets an item, but may take others for contained. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    BLOOM_OK = 0,
    BLOOM_INVALID_ARGUMENT,
    BLOOM_MISMATCH, /* filters with different numbers of bits or hashes */
    BLOOM_FORMAT,   /* bytes that are not those of a filter */
    BLOOM_NO_MEMORY,
} bloom_status;

typedef struct bloom_filter bloom_filter;

/**
 * Makes an empty filter for an expected number of items, 1 or more, and a rate of false positives, from 1e-15 to 0.5.
 * Like all functions that make one: *filter is to be released with bloom_filter_free, and NULL after an error.
 */
bloom_status bloom_filter_new(uint64_t expected, double rate, bloom_filter **filter);

/** NULL is allowed. */
void bloom_filter_free(bloom_filter *filter);

uint64_t bloom_filter_bits(const bloom_filter *filter);
uint32_t bloom_filter_hashes(const bloom_filter *filter);

/** Adds an item; whether it certainly was new. The item may be NULL if its size is 0, here and below. */
bool bloom_filter_add(bloom_filter *filter, const void *item, size_t size);

/** Whether the item was added, or probably was. */
bool bloom_filter_contains(const bloom_filter *filter, const void *item, size_t size);

/** Makes a filter that contains the items of both; BLOOM_MISMATCH unless they have the same bits and hashes. */
bloom_status bloom_filter_union(const bloom_filter *left, const bloom_filter *right, bloom_filter **filter);

/** The number of bytes that bloom_filter_write writes. */
size_t bloom_filter_size(const bloom_filter *filter);

/** Writes the byte form of the filter. */
void bloom_filter_write(const bloom_filter *filter, unsigned char *bytes);

/** Makes a filter of its byte form; BLOOM_FORMAT if the bytes are anything else. */
bloom_status bloom_filter_read(const unsigned char *bytes, size_t size, bloom_filter **filter);
