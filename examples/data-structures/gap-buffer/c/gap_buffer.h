#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    GAP_BUFFER_OK,
    GAP_BUFFER_OUT_OF_RANGE,
    GAP_BUFFER_INVALID_TEXT, /* not well-formed UTF-8 */
    GAP_BUFFER_WRONG_STATE,  /* no group to end, or a group is open */
    GAP_BUFFER_NO_MEMORY
} gap_buffer_status;

/** The text of an editor with its cursor and history. Positions and counts are in code points. */
typedef struct gap_buffer gap_buffer;

/** An empty buffer in which max_steps steps can be undone; NULL if there is no memory. */
gap_buffer *gap_buffer_new(size_t max_steps);

/** NULL is allowed. */
void gap_buffer_free(gap_buffer *buffer);

size_t gap_buffer_length(const gap_buffer *buffer);
size_t gap_buffer_cursor(const gap_buffer *buffer);

/* Unless these return GAP_BUFFER_OK, nothing has changed. */

/** Inserts size bytes of UTF-8 at the cursor, which is behind them then. Text may be NULL if size is 0. */
gap_buffer_status gap_buffer_insert(gap_buffer *buffer, const char *text, size_t size);

gap_buffer_status gap_buffer_delete_before(gap_buffer *buffer, size_t count);
gap_buffer_status gap_buffer_delete_after(gap_buffer *buffer, size_t count);
gap_buffer_status gap_buffer_move(gap_buffer *buffer, size_t position);

/**
 * Gives the text between two positions as UTF-8 of *size bytes with a zero behind it. The caller frees *text, which is
 * left alone on an error, as is *size.
 */
gap_buffer_status gap_buffer_read(const gap_buffer *buffer, size_t start, size_t end, char **text, size_t *size);

/** What is edited up to the end of the group is one step. Groups may be nested; then the outermost counts. */
void gap_buffer_begin_group(gap_buffer *buffer);
gap_buffer_status gap_buffer_end_group(gap_buffer *buffer);

/** Takes back a step; *is_done tells whether there was one. */
gap_buffer_status gap_buffer_undo(gap_buffer *buffer, bool *is_done);

/** Does the step undone last again; *is_done tells whether there was one. */
gap_buffer_status gap_buffer_redo(gap_buffer *buffer, bool *is_done);
