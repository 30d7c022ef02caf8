#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    RING_LOG_OK = 0,
    RING_LOG_INVALID_ARGUMENT,
    RING_LOG_OUT_OF_RANGE
} ring_log_status;

/** The most recent entries, all of one size, in memory of the caller. Its members are not to be changed. */
typedef struct {
    unsigned char *storage;
    size_t entry_size;
    size_t capacity;
    size_t count;
    uint64_t next; /* the number that the next entry will get */
} ring_log;

/** What one reading gave. */
typedef struct {
    uint64_t lost; /* how many of the numbers asked for are no longer held */
    size_t count;  /* how many entries were copied */
    uint64_t next; /* where to go on reading */
} ring_log_batch;

/**
 * Makes an empty log in storage, which has room for capacity entries of entry_size bytes and is aligned for them.
 * Nothing is allocated, now or later; storage must outlive the log.
 * INVALID_ARGUMENT, with *log as it was: storage is NULL, or entry_size or capacity is 0.
 */
ring_log_status ring_log_init(ring_log *log, void *storage, size_t entry_size, size_t capacity);

/**
 * Copies an entry into the log, over the oldest one if the log is full, and returns its number. The entry may be one
 * that the log holds.
 */
uint64_t ring_log_append(ring_log *log, const void *entry);

/** Returns the number of the oldest entry held, or the next number if the log is empty. */
uint64_t ring_log_first(const ring_log *log);

/** Returns the entry with this number, valid until the log is changed; NULL if it is not held. */
const void *ring_log_get(const ring_log *log, uint64_t number);

/**
 * Copies the entries with the number from and greater into entries, oldest first, at most room of them. A reader with
 * less room goes on at batch->next. entries may be NULL if room is 0.
 * OUT_OF_RANGE, with nothing written: from is greater than the next number.
 */
ring_log_status ring_log_read(const ring_log *log, uint64_t from, void *entries, size_t room, ring_log_batch *batch);

/** Removes all entries; the numbers go on. */
void ring_log_clear(ring_log *log);
