#include "gap_buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

typedef struct {
    bool starts_step;
    bool is_insertion;
    size_t position;
    size_t cursor_before;
    size_t count;
    uint32_t *text;
} edit;

/* The text is points[0] up to the gap and points[gap_end] up to the capacity; the cursor is where the gap starts. */
struct gap_buffer {
    uint32_t *points;
    size_t capacity;
    size_t gap_start;
    size_t gap_end;
    edit *edits; /* those before first are forgotten, those before done are in the text, the others can be redone */
    size_t first;
    size_t edit_count;
    size_t edit_capacity;
    size_t done;
    size_t steps_done;
    size_t max_steps;
    size_t group_depth;
    bool group_has_edits;
};

gap_buffer *gap_buffer_new(size_t max_steps)
{
    gap_buffer *buffer = malloc(sizeof *buffer);
    if (buffer) {
        *buffer = (gap_buffer){.max_steps = max_steps};
    }
    return buffer;
}

static void forget_redo(gap_buffer *buffer)
{
    while (buffer->edit_count > buffer->done) {
        free(buffer->edits[--buffer->edit_count].text);
    }
}

void gap_buffer_free(gap_buffer *buffer)
{
    if (buffer) {
        buffer->done = buffer->first;
        forget_redo(buffer);
        free(buffer->edits);
        free(buffer->points);
        free(buffer);
    }
}

size_t gap_buffer_length(const gap_buffer *buffer)
{
    return buffer->capacity - (buffer->gap_end - buffer->gap_start);
}

size_t gap_buffer_cursor(const gap_buffer *buffer)
{
    return buffer->gap_start;
}

static bool reserve_gap(gap_buffer *buffer, size_t count)
{
    size_t length = gap_buffer_length(buffer);
    if (buffer->capacity - length >= count) {
        return true;
    }
    if (count > SIZE_MAX / 2 / sizeof(uint32_t) - length) {
        return false;
    }
    size_t capacity = 2 * (length + count);
    uint32_t *points = realloc(buffer->points, capacity * sizeof *points);
    if (!points) {
        return false;
    }
    size_t behind = length - buffer->gap_start;
    memmove(points + capacity - behind, points + buffer->gap_end, behind * sizeof *points);
    buffer->points = points;
    buffer->capacity = capacity;
    buffer->gap_end = capacity - behind;
    return true;
}

static void move_gap(gap_buffer *buffer, size_t position)
{
    if (position < buffer->gap_start) {
        size_t count = buffer->gap_start - position;
        buffer->gap_end -= count;
        memmove(buffer->points + buffer->gap_end, buffer->points + position, count * sizeof *buffer->points);
    } else if (position > buffer->gap_start) {
        size_t count = position - buffer->gap_start;
        memmove(buffer->points + buffer->gap_start, buffer->points + buffer->gap_end, count * sizeof *buffer->points);
        buffer->gap_end += count;
    }
    buffer->gap_start = position;
}

static void insert_points(gap_buffer *buffer, const edit *change)
{
    move_gap(buffer, change->position);
    memcpy(buffer->points + buffer->gap_start, change->text, change->count * sizeof *change->text);
    buffer->gap_start += change->count;
}

static void delete_points(gap_buffer *buffer, const edit *change)
{
    move_gap(buffer, change->position);
    buffer->gap_end += change->count;
}

static uint32_t point_at(const gap_buffer *buffer, size_t position)
{
    size_t gap = buffer->gap_end - buffer->gap_start;
    return buffer->points[position < buffer->gap_start ? position : position + gap];
}

/* Makes room in the history and returns the text of an edit, which record takes over; NULL if there is no memory. */
static uint32_t *reserve_edit(gap_buffer *buffer, size_t count)
{
    if (buffer->done == buffer->edit_capacity) {
        size_t capacity = 2 * buffer->edit_capacity + 1;
        edit *edits = realloc(buffer->edits, capacity * sizeof *edits);
        if (!edits) {
            return NULL;
        }
        buffer->edits = edits;
        buffer->edit_capacity = capacity;
    }
    return calloc(count, sizeof(uint32_t));
}

/* The others move up only when they are no more than the forgotten ones: at most once for each edit that is forgotten. */
static void forget_oldest_step(gap_buffer *buffer)
{
    do {
        free(buffer->edits[buffer->first++].text);
    } while (buffer->first < buffer->edit_count && !buffer->edits[buffer->first].starts_step);
    buffer->steps_done--;
    size_t kept = buffer->edit_count - buffer->first;
    if (kept <= buffer->first) {
        memmove(buffer->edits, buffer->edits + buffer->first, kept * sizeof *buffer->edits);
        buffer->edit_count = buffer->done = kept;
        buffer->first = 0;
    }
}

static void complete_step(gap_buffer *buffer)
{
    buffer->group_has_edits = false;
    if (buffer->steps_done > buffer->max_steps) {
        forget_oldest_step(buffer);
    }
}

/* Room for the edit has been reserved. */
static void record(gap_buffer *buffer, edit change)
{
    forget_redo(buffer);
    change.starts_step = !buffer->group_has_edits;
    buffer->group_has_edits = true;
    buffer->steps_done += change.starts_step;
    buffer->edits[buffer->done++] = change;
    buffer->edit_count = buffer->done;
    if (buffer->group_depth == 0) {
        complete_step(buffer);
    }
}

static bool count_points(const char *text, size_t size, size_t *count)
{
    uint32_t point;
    *count = 0;
    for (size_t i = 0, length; i < size; i += length) {
        length = utf8_decode(text + i, size - i, &point);
        if (length == 0) {
            return false;
        }
        ++*count;
    }
    return true;
}

gap_buffer_status gap_buffer_insert(gap_buffer *buffer, const char *text, size_t size)
{
    edit change = {.is_insertion = true, .position = buffer->gap_start, .cursor_before = buffer->gap_start};
    if (!count_points(text, size, &change.count)) {
        return GAP_BUFFER_INVALID_TEXT;
    }
    if (change.count == 0) {
        return GAP_BUFFER_OK;
    }
    if (!reserve_gap(buffer, change.count) || !(change.text = reserve_edit(buffer, change.count))) {
        return GAP_BUFFER_NO_MEMORY;
    }
    for (size_t i = 0; i < change.count; i++) {
        text += utf8_decode(text, UTF8_MAX_BYTES, &change.text[i]);
    }
    insert_points(buffer, &change);
    record(buffer, change);
    return GAP_BUFFER_OK;
}

/* The points from a position on are there. */
static gap_buffer_status delete_from(gap_buffer *buffer, size_t position, size_t count)
{
    if (count == 0) {
        return GAP_BUFFER_OK;
    }
    edit change = {.position = position, .cursor_before = buffer->gap_start, .count = count};
    change.text = reserve_edit(buffer, count);
    if (!change.text) {
        return GAP_BUFFER_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        change.text[i] = point_at(buffer, position + i);
    }
    delete_points(buffer, &change);
    record(buffer, change);
    return GAP_BUFFER_OK;
}

gap_buffer_status gap_buffer_delete_before(gap_buffer *buffer, size_t count)
{
    if (count > buffer->gap_start) {
        return GAP_BUFFER_OUT_OF_RANGE;
    }
    return delete_from(buffer, buffer->gap_start - count, count);
}

gap_buffer_status gap_buffer_delete_after(gap_buffer *buffer, size_t count)
{
    if (count > gap_buffer_length(buffer) - buffer->gap_start) {
        return GAP_BUFFER_OUT_OF_RANGE;
    }
    return delete_from(buffer, buffer->gap_start, count);
}

gap_buffer_status gap_buffer_move(gap_buffer *buffer, size_t position)
{
    if (position > gap_buffer_length(buffer)) {
        return GAP_BUFFER_OUT_OF_RANGE;
    }
    move_gap(buffer, position);
    return GAP_BUFFER_OK;
}

gap_buffer_status gap_buffer_read(const gap_buffer *buffer, size_t start, size_t end, char **text, size_t *size)
{
    if (start > end || end > gap_buffer_length(buffer)) {
        return GAP_BUFFER_OUT_OF_RANGE;
    }
    char *bytes = malloc((end - start) * UTF8_MAX_BYTES + 1);
    if (!bytes) {
        return GAP_BUFFER_NO_MEMORY;
    }
    size_t length = 0;
    for (size_t position = start; position < end; position++) {
        length += utf8_encode(point_at(buffer, position), bytes + length);
    }
    bytes[length] = '\0';
    *text = bytes;
    *size = length;
    return GAP_BUFFER_OK;
}

void gap_buffer_begin_group(gap_buffer *buffer)
{
    buffer->group_depth++;
}

gap_buffer_status gap_buffer_end_group(gap_buffer *buffer)
{
    if (buffer->group_depth == 0) {
        return GAP_BUFFER_WRONG_STATE;
    }
    if (--buffer->group_depth == 0) {
        complete_step(buffer);
    }
    return GAP_BUFFER_OK;
}

/* Neither undo nor redo needs memory: the text was as long before, and the room stays. */

gap_buffer_status gap_buffer_undo(gap_buffer *buffer, bool *is_done)
{
    if (buffer->group_depth > 0) {
        return GAP_BUFFER_WRONG_STATE;
    }
    *is_done = buffer->done > buffer->first;
    if (!*is_done) {
        return GAP_BUFFER_OK;
    }
    const edit *change;
    do {
        change = &buffer->edits[--buffer->done];
        (change->is_insertion ? delete_points : insert_points)(buffer, change);
    } while (!change->starts_step);
    buffer->steps_done--;
    move_gap(buffer, change->cursor_before);
    return GAP_BUFFER_OK;
}

gap_buffer_status gap_buffer_redo(gap_buffer *buffer, bool *is_done)
{
    if (buffer->group_depth > 0) {
        return GAP_BUFFER_WRONG_STATE;
    }
    *is_done = buffer->done < buffer->edit_count;
    if (!*is_done) {
        return GAP_BUFFER_OK;
    }
    do {
        const edit *change = &buffer->edits[buffer->done++];
        (change->is_insertion ? insert_points : delete_points)(buffer, change);
    } while (buffer->done < buffer->edit_count && !buffer->edits[buffer->done].starts_step);
    buffer->steps_done++;
    return GAP_BUFFER_OK;
}
