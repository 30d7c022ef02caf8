#include "bloom_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BITS = 1 << 28, MAX_HASHES = 50, HASHES_AT = 4, BITS_AT = 8, HEADER_SIZE = 16 };

static const unsigned char magic[HASHES_AT] = {'B', 'L', 'M', '1'};
static const double min_rate = 1e-15, max_rate = 0.5;

struct bloom_filter {
    uint64_t bits;
    uint32_t hashes;
    unsigned char data[];
};

/* The positions of an item, one after the other. */
typedef struct {
    uint64_t hash, step, bits;
} probe;

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint64_t fnv1a(const unsigned char *bytes, size_t size)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 1099511628211u;
    }
    return hash;
}

static probe probe_for(const bloom_filter *filter, const void *item, size_t size)
{
    uint64_t first = mix(fnv1a(item, size));
    return (probe){.hash = first, .step = mix(first) | 1, .bits = filter->bits};
}

static uint64_t next_position(probe *one)
{
    uint64_t position = one->hash % one->bits;
    one->hash += one->step;
    return position;
}

static unsigned char mask(uint64_t position)
{
    return (unsigned char)(1u << (position % 8));
}

static size_t data_size(uint64_t bits)
{
    return (size_t)((bits + 7) / 8);
}

static bloom_status make(uint64_t bits, uint32_t hashes, bloom_filter **filter)
{
    *filter = calloc(1, sizeof **filter + data_size(bits));
    if (*filter == NULL) {
        return BLOOM_NO_MEMORY;
    }
    (*filter)->bits = bits;
    (*filter)->hashes = hashes;
    return BLOOM_OK;
}

bloom_status bloom_filter_new(uint64_t expected, double rate, bloom_filter **filter)
{
    *filter = NULL;
    if (expected < 1 || !(rate >= min_rate && rate <= max_rate)) {
        return BLOOM_INVALID_ARGUMENT;
    }
    const double ln_2 = log(2);
    double bits = ceil(-(double)expected * log(rate) / (ln_2 * ln_2));
    if (bits > MAX_BITS) {
        return BLOOM_INVALID_ARGUMENT;
    }
    return make((uint64_t)bits, (uint32_t)round(bits / (double)expected * ln_2), filter);
}

void bloom_filter_free(bloom_filter *filter)
{
    free(filter);
}

uint64_t bloom_filter_bits(const bloom_filter *filter)
{
    return filter->bits;
}

uint32_t bloom_filter_hashes(const bloom_filter *filter)
{
    return filter->hashes;
}

bool bloom_filter_add(bloom_filter *filter, const void *item, size_t size)
{
    bool is_new = false;
    probe one = probe_for(filter, item, size);
    for (uint32_t i = 0; i < filter->hashes; i++) {
        uint64_t position = next_position(&one);
        is_new |= (filter->data[position / 8] & mask(position)) == 0;
        filter->data[position / 8] |= mask(position);
    }
    return is_new;
}

bool bloom_filter_contains(const bloom_filter *filter, const void *item, size_t size)
{
    probe one = probe_for(filter, item, size);
    for (uint32_t i = 0; i < filter->hashes; i++) {
        uint64_t position = next_position(&one);
        if ((filter->data[position / 8] & mask(position)) == 0) {
            return false;
        }
    }
    return true;
}

bloom_status bloom_filter_union(const bloom_filter *left, const bloom_filter *right, bloom_filter **filter)
{
    *filter = NULL;
    if (left->bits != right->bits || left->hashes != right->hashes) {
        return BLOOM_MISMATCH;
    }
    bloom_status status = make(left->bits, left->hashes, filter);
    if (status == BLOOM_OK) {
        for (size_t i = 0; i < data_size(left->bits); i++) {
            (*filter)->data[i] = left->data[i] | right->data[i];
        }
    }
    return status;
}

static void write_number(unsigned char *bytes, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(number >> (8 * i));
    }
}

static uint64_t read_number(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = size; i > 0; i--) {
        number = number << 8 | bytes[i - 1];
    }
    return number;
}

size_t bloom_filter_size(const bloom_filter *filter)
{
    return HEADER_SIZE + data_size(filter->bits);
}

void bloom_filter_write(const bloom_filter *filter, unsigned char *bytes)
{
    memcpy(bytes, magic, sizeof magic);
    write_number(bytes + HASHES_AT, filter->hashes, BITS_AT - HASHES_AT);
    write_number(bytes + BITS_AT, filter->bits, HEADER_SIZE - BITS_AT);
    memcpy(bytes + HEADER_SIZE, filter->data, data_size(filter->bits));
}

bloom_status bloom_filter_read(const unsigned char *bytes, size_t size, bloom_filter **filter)
{
    *filter = NULL;
    if (size < HEADER_SIZE || memcmp(bytes, magic, sizeof magic) != 0) {
        return BLOOM_FORMAT;
    }
    uint64_t hashes = read_number(bytes + HASHES_AT, BITS_AT - HASHES_AT);
    uint64_t bits = read_number(bytes + BITS_AT, HEADER_SIZE - BITS_AT);
    if (hashes < 1 || hashes > MAX_HASHES || bits < 1 || bits > MAX_BITS || size != HEADER_SIZE + data_size(bits)) {
        return BLOOM_FORMAT;
    }
    if (bits % 8 != 0 && bytes[size - 1] >> (bits % 8) != 0) {
        return BLOOM_FORMAT;
    }
    bloom_status status = make(bits, (uint32_t)hashes, filter);
    if (status == BLOOM_OK) {
        memcpy((*filter)->data, bytes + HEADER_SIZE, data_size(bits));
    }
    return status;
}
