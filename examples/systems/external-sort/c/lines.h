/* Lines of bytes, their keys, and how they are read and written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Bytes that grow at the end; all zero is an empty one. The data is to be freed. */
typedef struct {
    char *data;
    size_t length, capacity;
} byte_buffer;

/** A line somewhere in memory, without its LF; the key is at its beginning. */
typedef struct {
    const char *bytes;
    size_t length, key_length;
} line;

typedef enum { LINE_READ, LINE_END_OF_FILE, LINE_TOO_LONG, LINE_SYSTEM_ERROR } line_status;

/** Appends the next line and an LF, which are together at most limit bytes; what does not fit is not read. */
line_status line_read(FILE *file, size_t limit, byte_buffer *into);

/** The first line of these bytes, which end with an LF. */
line line_first(const char *bytes, size_t size);

/** Compares keys: less than, equal to or greater than 0. */
int line_compare(const line *left, const line *right);

/** Writes the line and an LF; false if the system fails. */
bool line_write(FILE *file, const line *written);

/** Writes the lines of these bytes, each of which has its LF, sorted; false if the system fails. */
bool lines_write_sorted(FILE *file, const char *bytes, size_t size, size_t count);
