#include "byte_buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(byte_buffer *buffer, size_t additional)
{
    if (buffer->capacity - buffer->length >= additional) {
        return true;
    }
    if (buffer->capacity > SIZE_MAX / 2 || additional > SIZE_MAX / 2 - buffer->length) {
        return false;
    }
    size_t needed = buffer->length + additional;
    size_t capacity = needed > 2 * buffer->capacity ? needed : 2 * buffer->capacity;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool byte_buffer_append(byte_buffer *buffer, const char *bytes, size_t length)
{
    if (length == 0) {
        return true;
    }
    if (!reserve(buffer, length)) {
        return false;
    }
    memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

void byte_buffer_drop(byte_buffer *buffer, size_t length)
{
    if (length == 0) {
        return;
    }
    buffer->length -= length;
    memmove(buffer->data, buffer->data + length, buffer->length);
}

void byte_buffer_release(byte_buffer *buffer)
{
    free(buffer->data);
    *buffer = (byte_buffer){0};
}
