#define _POSIX_C_SOURCE 200809L

#include "lines.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_CAPACITY = 64 };

static bool push(byte_buffer *buffer, char byte)
{
    if (buffer->length == buffer->capacity) {
        size_t capacity = buffer->capacity == 0 ? LEAST_CAPACITY : 2 * buffer->capacity;
        char *data = realloc(buffer->data, capacity);
        if (data == NULL) {
            return false;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    buffer->data[buffer->length++] = byte;
    return true;
}

line_status line_read(FILE *file, size_t limit, byte_buffer *into)
{
    const size_t start = into->length;
    int byte;
    while ((byte = getc_unlocked(file)) != EOF && byte != '\n') {
        if (into->length - start + 1 == limit) {
            return LINE_TOO_LONG;
        }
        if (!push(into, (char)byte)) {
            return LINE_SYSTEM_ERROR;
        }
    }
    if (ferror(file)) {
        return LINE_SYSTEM_ERROR;
    }
    if (byte == EOF && into->length == start) {
        return LINE_END_OF_FILE;
    }
    return push(into, '\n') ? LINE_READ : LINE_SYSTEM_ERROR;
}

line line_first(const char *bytes, size_t size)
{
    const char *end = memchr(bytes, '\n', size);
    size_t length = (size_t)(end - bytes);
    const char *tab = memchr(bytes, '\t', length);
    return (line){.bytes = bytes, .length = length, .key_length = tab == NULL ? length : (size_t)(tab - bytes)};
}

int line_compare(const line *left, const line *right)
{
    size_t common = left->key_length < right->key_length ? left->key_length : right->key_length;
    int order = memcmp(left->bytes, right->bytes, common);
    return order != 0 ? order : (left->key_length > right->key_length) - (left->key_length < right->key_length);
}

bool line_write(FILE *file, const line *written)
{
    return fwrite(written->bytes, 1, written->length, file) == written->length && putc_unlocked('\n', file) != EOF;
}

/* qsort need not keep the order of equal lines: it is that of their places in memory. */
static int compare_with_places(const void *left, const void *right)
{
    const line *a = left, *b = right;
    int order = line_compare(a, b);
    return order != 0 ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

bool lines_write_sorted(FILE *file, const char *bytes, size_t size, size_t count)
{
    if (count == 0) {
        return true;
    }
    line *lines = calloc(count, sizeof *lines);
    if (lines == NULL) {
        return false;
    }
    const char *next = bytes;
    for (size_t i = 0; i < count; i++) {
        lines[i] = line_first(next, size - (size_t)(next - bytes));
        next += lines[i].length + 1;
    }
    qsort(lines, count, sizeof *lines, compare_with_places);
    bool is_written = true;
    for (size_t i = 0; i < count && is_written; i++) {
        is_written = line_write(file, &lines[i]);
    }
    free(lines);
    return is_written;
}
