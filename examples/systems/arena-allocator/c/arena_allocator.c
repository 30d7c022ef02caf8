#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include "arena_allocator.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { CHUNK_ALIGNMENT = 16 };

typedef struct chunk {
    struct chunk *next;
    size_t usable;
    alignas(CHUNK_ALIGNMENT) unsigned char bytes[];
} chunk;

typedef struct cleanup {
    struct cleanup *older;
    void (*run)(void *object);
    void *object;
} cleanup;

/* What a rewind restores. */
typedef struct {
    chunk *current;    /* the ordinary chunk of the latest block; NULL before the first one */
    size_t filled;     /* bytes taken of the current chunk */
    size_t used;
    chunk *oversize;   /* newest first */
    cleanup *cleanups; /* newest first */
} state;

typedef struct mark {
    struct mark *older;
    uint64_t serial;
    state noted;
} mark;

struct arena {
    size_t chunk_size;
    size_t limit;
    arena_source source;
    chunk *ordinary; /* in order of use: those after the current chunk are free */
    state now;
    mark *marks; /* newest first, so with falling serials */
    size_t peak;
    size_t held;
    size_t chunks;
};

static void *heap_allocate(void *context, size_t size)
{
    (void)context;
    void *memory;
    return posix_memalign(&memory, CHUNK_ALIGNMENT, size) == 0 ? memory : NULL;
}

static void heap_release(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

static bool is_power_of_two(size_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

static size_t padding_at(const unsigned char *address, size_t alignment)
{
    return (size_t)(-(uintptr_t)address & (alignment - 1));
}

static uint64_t next_serial(void)
{
    static atomic_uint_fast64_t serials;
    return atomic_fetch_add_explicit(&serials, 1, memory_order_relaxed);
}

/* A new chunk, which is in no list yet; NULL if there is no memory for it. */
static chunk *acquire_chunk(arena *a, size_t usable)
{
    if (usable > a->limit - a->held || usable > SIZE_MAX - sizeof(chunk)) {
        return NULL;
    }
    chunk *acquired = a->source.allocate(a->source.context, sizeof(chunk) + usable);
    if (acquired != NULL) {
        acquired->next = NULL;
        acquired->usable = usable;
        a->held += usable;
        a->chunks++;
    }
    return acquired;
}

static void release_chunk(arena *a, chunk *released)
{
    a->held -= released->usable;
    a->chunks--;
    a->source.release(a->source.context, released, sizeof(chunk) + released->usable);
}

/* Makes the next ordinary chunk the current one; false, and no change, if there is no memory for it. */
static bool advance(arena *a)
{
    chunk **link = a->now.current == NULL ? &a->ordinary : &a->now.current->next;
    if (*link == NULL) {
        *link = acquire_chunk(a, a->chunk_size);
    }
    if (*link == NULL) {
        return false;
    }
    a->now.current = *link;
    a->now.filled = 0;
    return true;
}

/* A block of the current chunk; NULL if it does not fit. */
static void *place(arena *a, size_t size, size_t alignment)
{
    if (a->now.current == NULL) {
        return NULL;
    }
    unsigned char *end = a->now.current->bytes + a->now.filled;
    size_t padding = padding_at(end, alignment);
    size_t left = a->chunk_size - a->now.filled;
    if (padding > left || size > left - padding) {
        return NULL;
    }
    a->now.filled += padding + size;
    return end + padding;
}

static void *alloc_ordinary(arena *a, size_t size, size_t alignment)
{
    void *block = place(a, size, alignment);
    if (block == NULL && advance(a)) {
        block = place(a, size, alignment);
    }
    return block;
}

static void *alloc_oversize(arena *a, size_t need, size_t alignment)
{
    chunk *own = acquire_chunk(a, need);
    if (own == NULL) {
        return NULL;
    }
    own->next = a->now.oversize;
    a->now.oversize = own;
    return own->bytes + padding_at(own->bytes, alignment);
}

static void *alloc_block(arena *a, size_t size, size_t alignment)
{
    size_t slack = alignment > CHUNK_ALIGNMENT ? alignment - CHUNK_ALIGNMENT : 0;
    if (size > SIZE_MAX - slack) {
        return NULL;
    }
    size_t need = size + slack;
    return need > a->chunk_size ? alloc_oversize(a, need, alignment) : alloc_ordinary(a, size, alignment);
}

static void run_cleanups_until(arena *a, const cleanup *last)
{
    while (a->now.cleanups != last) {
        cleanup *newest = a->now.cleanups;
        a->now.cleanups = newest->older;
        newest->run(newest->object);
        free(newest);
    }
}

static void release_oversize_until(arena *a, const chunk *last)
{
    while (a->now.oversize != last) {
        chunk *newest = a->now.oversize;
        a->now.oversize = newest->next;
        release_chunk(a, newest);
    }
}

static void drop_marks_until(arena *a, const mark *last)
{
    while (a->marks != last) {
        mark *newest = a->marks;
        a->marks = newest->older;
        free(newest);
    }
}

static void restore(arena *a, state earlier)
{
    run_cleanups_until(a, earlier.cleanups);
    release_oversize_until(a, earlier.oversize);
    a->now = earlier;
}

arena_status arena_create(size_t chunk_size, size_t limit, const arena_source *source, arena **out)
{
    static const arena_source heap = {.allocate = heap_allocate, .release = heap_release};
    if (out == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    *out = NULL;
    if (source == NULL) {
        source = &heap;
    }
    if (chunk_size == 0 || limit < chunk_size || source->allocate == NULL || source->release == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    arena *a = malloc(sizeof *a);
    if (a == NULL) {
        return ARENA_NO_MEMORY;
    }
    *a = (arena){.chunk_size = chunk_size, .limit = limit, .source = *source};
    *out = a;
    return ARENA_OK;
}

void arena_destroy(arena *a)
{
    if (a == NULL) {
        return;
    }
    arena_reset(a);
    while (a->ordinary != NULL) {
        chunk *first = a->ordinary;
        a->ordinary = first->next;
        release_chunk(a, first);
    }
    free(a);
}

arena_status arena_alloc(arena *a, size_t size, size_t alignment, void **out)
{
    return arena_alloc_array(a, 1, size, alignment, out);
}

arena_status arena_alloc_array(arena *a, size_t count, size_t size, size_t alignment, void **out)
{
    if (out == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    *out = NULL;
    if (a == NULL || !is_power_of_two(alignment)) {
        return ARENA_INVALID_ARGUMENT;
    }
    if (count == 0 || size == 0) {
        *out = (void *)(uintptr_t)alignment;
        return ARENA_OK;
    }
    if (count > SIZE_MAX / size) {
        return ARENA_NO_MEMORY;
    }
    *out = alloc_block(a, count * size, alignment);
    if (*out == NULL) {
        return ARENA_NO_MEMORY;
    }
    a->now.used += count * size;
    if (a->now.used > a->peak) {
        a->peak = a->now.used;
    }
    return ARENA_OK;
}

arena_status arena_take_mark(arena *a, arena_mark *out)
{
    if (a == NULL || out == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    mark *taken = malloc(sizeof *taken);
    if (taken == NULL) {
        return ARENA_NO_MEMORY;
    }
    *taken = (mark){.older = a->marks, .serial = next_serial(), .noted = a->now};
    a->marks = taken;
    *out = (arena_mark){.owner = a, .serial = taken->serial};
    return ARENA_OK;
}

arena_status arena_rewind(arena *a, arena_mark mark_to)
{
    if (a == NULL || mark_to.owner != a) {
        return ARENA_INVALID_ARGUMENT;
    }
    const mark *found = a->marks;
    while (found != NULL && found->serial > mark_to.serial) {
        found = found->older;
    }
    if (found == NULL || found->serial != mark_to.serial) {
        return ARENA_INVALID_ARGUMENT;
    }
    restore(a, found->noted);
    drop_marks_until(a, found->older);
    return ARENA_OK;
}

arena_status arena_reset(arena *a)
{
    if (a == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    restore(a, (state){0});
    drop_marks_until(a, NULL);
    return ARENA_OK;
}

arena_status arena_get_stats(const arena *a, arena_stats *out)
{
    if (a == NULL || out == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    *out = (arena_stats){.used = a->now.used, .peak = a->peak, .held = a->held, .chunks = a->chunks};
    return ARENA_OK;
}

arena_status arena_add_cleanup(arena *a, void (*run)(void *object), void *object)
{
    if (a == NULL || run == NULL) {
        return ARENA_INVALID_ARGUMENT;
    }
    cleanup *added = malloc(sizeof *added);
    if (added == NULL) {
        return ARENA_NO_MEMORY;
    }
    *added = (cleanup){.older = a->now.cleanups, .run = run, .object = object};
    a->now.cleanups = added;
    return ARENA_OK;
}
