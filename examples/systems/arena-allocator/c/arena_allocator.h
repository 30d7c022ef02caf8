/* Hands out blocks of memory from larger chunks and gives them back all together. One thread uses an arena at a time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARENA_OK = 0,
    ARENA_INVALID_ARGUMENT,
    ARENA_NO_MEMORY
} arena_status;

/** Where an arena gets its chunks from. */
typedef struct {
    void *(*allocate)(void *context, size_t size);            /* a multiple of 16, or NULL */
    void (*release)(void *context, void *chunk, size_t size); /* size as in the call of allocate */
    void *context;
} arena_source;

#define ARENA_NO_LIMIT SIZE_MAX

typedef struct arena arena;

/** A state of an arena to rewind it to. The fields are for the arena only; a mark can be copied. */
typedef struct {
    const arena *owner;
    uint64_t serial;
} arena_mark;

typedef struct {
    size_t used;   /* sizes of all requests that are not retired */
    size_t peak;   /* greatest value of used so far */
    size_t held;   /* usable bytes of all chunks */
    size_t chunks;
} arena_stats;

/* Pointers given must not be NULL (ARENA_INVALID_ARGUMENT) except where said.
 * On an error out parameters of pointer type are set to NULL, others are not written. */

/**
 * Creates an arena that holds at most limit usable bytes, in chunks of chunk_size.
 * A source of NULL is the system's heap; *source is copied, both its functions must be given, its context must outlive the arena.
 * The caller releases *out with arena_destroy.
 */
arena_status arena_create(size_t chunk_size, size_t limit, const arena_source *source, arena **out);

/** Runs the cleanups, returns the chunks and frees the arena, which may be NULL. */
void arena_destroy(arena *a);

/** Sets *out to a block of uninitialized bytes, which belongs to the arena; alignment is a power of two. */
arena_status arena_alloc(arena *a, size_t size, size_t alignment, void **out);

/** Like arena_alloc, for count elements of size bytes each. */
arena_status arena_alloc_array(arena *a, size_t count, size_t size, size_t alignment, void **out);

/** Notes the present state in *out. */
arena_status arena_take_mark(arena *a, arena_mark *out);

/** Retires what was requested after the mark; uses up the mark and all later ones. */
arena_status arena_rewind(arena *a, arena_mark mark);

/** Retires all blocks and uses up all marks. */
arena_status arena_reset(arena *a);

arena_status arena_get_stats(const arena *a, arena_stats *out);

/**
 * Registers cleanup(object), which is run once when the arena is rewound to an earlier mark, reset or destroyed.
 * It must not use the arena. The object may be NULL.
 */
arena_status arena_add_cleanup(arena *a, void (*cleanup)(void *object), void *object);
