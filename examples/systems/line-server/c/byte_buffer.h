#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Bytes that grow at the end; all zero is an empty one. */
typedef struct {
    char *data;
    size_t length;
    size_t capacity;
} byte_buffer;

/** Appends the bytes; false, and nothing changed, if there is no memory. */
bool byte_buffer_append(byte_buffer *buffer, const char *bytes, size_t length);

/** Removes the first bytes. */
void byte_buffer_drop(byte_buffer *buffer, size_t length);

/** Frees the bytes and leaves the buffer empty. */
void byte_buffer_release(byte_buffer *buffer);
