#include "ring_log.h"

#include <string.h>

static unsigned char *slot(const ring_log *log, uint64_t number)
{
    return log->storage + (size_t)(number % log->capacity) * log->entry_size;
}

ring_log_status ring_log_init(ring_log *log, void *storage, size_t entry_size, size_t capacity)
{
    if (!storage || entry_size == 0 || capacity == 0) {
        return RING_LOG_INVALID_ARGUMENT;
    }
    *log = (ring_log){.storage = storage, .entry_size = entry_size, .capacity = capacity};
    return RING_LOG_OK;
}

uint64_t ring_log_append(ring_log *log, const void *entry)
{
    memmove(slot(log, log->next), entry, log->entry_size);
    if (log->count < log->capacity) {
        log->count++;
    }
    return log->next++;
}

uint64_t ring_log_first(const ring_log *log)
{
    return log->next - log->count;
}

const void *ring_log_get(const ring_log *log, uint64_t number)
{
    return number >= ring_log_first(log) && number < log->next ? slot(log, number) : NULL;
}

ring_log_status ring_log_read(const ring_log *log, uint64_t from, void *entries, size_t room, ring_log_batch *batch)
{
    if (from > log->next) {
        return RING_LOG_OUT_OF_RANGE;
    }
    uint64_t first = ring_log_first(log);
    uint64_t start = from < first ? first : from;
    size_t held = (size_t)(log->next - start);
    size_t count = held < room ? held : room;
    unsigned char *target = entries;
    for (size_t i = 0; i < count; i++) {
        memcpy(target + i * log->entry_size, slot(log, start + i), log->entry_size);
    }
    *batch = (ring_log_batch){.lost = start - from, .count = count, .next = start + count};
    return RING_LOG_OK;
}

void ring_log_clear(ring_log *log)
{
    log->count = 0;
}
