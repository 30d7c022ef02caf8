#include "event_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";
enum { MARK_LENGTH = sizeof BYTE_ORDER_MARK - 1, MAX_RETRY_DIGITS = 9 };

typedef struct {
    char *bytes;
    size_t length;
    size_t capacity;
} buffer;

struct event_stream {
    size_t limit;
    event_stream_handlers handlers;
    void *context;
    bool closed;
    bool begun; /* the first line has ended */
    bool after_cr;
    bool has_data;
    buffer line;
    buffer type;
    buffer data;
    buffer last_id;
};

static bool append(buffer *self, const char *bytes, size_t length)
{
    if (length > self->capacity - self->length) {
        size_t capacity = self->capacity < 64 ? 64 : self->capacity;
        while (capacity - self->length < length) {
            if (capacity > (size_t)-1 / 2) {
                return false;
            }
            capacity *= 2;
        }
        char *grown = realloc(self->bytes, capacity);
        if (grown == NULL) {
            return false;
        }
        self->bytes = grown;
        self->capacity = capacity;
    }
    if (length > 0) {
        memcpy(self->bytes + self->length, bytes, length);
    }
    self->length += length;
    return true;
}

static bool set(buffer *self, event_stream_text value)
{
    self->length = 0;
    return append(self, value.bytes, value.length);
}

static event_stream_text text_of(const buffer *self)
{
    return (event_stream_text){self->bytes == NULL ? "" : self->bytes, self->length};
}

static bool is(event_stream_text text, const char *name)
{
    return text.length == strlen(name) && memcmp(text.bytes, name, text.length) == 0;
}

static event_stream_status add_data(event_stream *self, event_stream_text value)
{
    if (value.length + self->data.length + (self->has_data ? 1 : 0) > self->limit) {
        return EVENT_STREAM_TOO_LARGE;
    }
    bool added = append(&self->data, "\n", self->has_data ? 1 : 0) && append(&self->data, value.bytes, value.length);
    self->has_data = true;
    return added ? EVENT_STREAM_OK : EVENT_STREAM_NO_MEMORY;
}

static void tell_retry(event_stream *self, event_stream_text value)
{
    if (value.length == 0 || value.length > MAX_RETRY_DIGITS) {
        return;
    }
    unsigned long milliseconds = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9') {
            return;
        }
        milliseconds = milliseconds * 10 + (unsigned long)(value.bytes[i] - '0');
    }
    self->handlers.retry(self->context, milliseconds);
}

static event_stream_status take_field(event_stream *self, event_stream_text name, event_stream_text value)
{
    if (is(name, "data")) {
        return add_data(self, value);
    }
    if (is(name, "event")) {
        return set(&self->type, value) ? EVENT_STREAM_OK : EVENT_STREAM_NO_MEMORY;
    }
    if (is(name, "id")) {
        bool ignored = value.length > 0 && memchr(value.bytes, '\0', value.length) != NULL;
        return ignored || set(&self->last_id, value) ? EVENT_STREAM_OK : EVENT_STREAM_NO_MEMORY;
    }
    if (is(name, "retry")) {
        tell_retry(self, value);
    }
    return EVENT_STREAM_OK;
}

static void end_event(event_stream *self)
{
    if (self->has_data) {
        event_stream_text type = self->type.length > 0 ? text_of(&self->type) : (event_stream_text){"message", 7};
        self->handlers.event(self->context, type, text_of(&self->data), text_of(&self->last_id));
    }
    self->type.length = 0;
    self->data.length = 0;
    self->has_data = false;
}

static event_stream_status end_line(event_stream *self)
{
    event_stream_text line = text_of(&self->line);
    if (!self->begun && line.length >= MARK_LENGTH && memcmp(line.bytes, BYTE_ORDER_MARK, MARK_LENGTH) == 0) {
        line.bytes += MARK_LENGTH;
        line.length -= MARK_LENGTH;
    }
    self->begun = true;
    self->line.length = 0; /* its bytes stay until the next one is appended */
    if (line.length == 0) {
        end_event(self);
        return EVENT_STREAM_OK;
    }
    const char *colon = memchr(line.bytes, ':', line.length);
    if (colon == NULL) {
        return take_field(self, line, (event_stream_text){"", 0});
    }
    event_stream_text name = {line.bytes, (size_t)(colon - line.bytes)};
    event_stream_text value = {colon + 1, line.length - name.length - 1};
    if (value.length > 0 && value.bytes[0] == ' ') {
        value.bytes++;
        value.length--;
    }
    return take_field(self, name, value); /* the name of a comment is empty */
}

static event_stream_status take(event_stream *self, char byte)
{
    bool after_cr = self->after_cr;
    self->after_cr = byte == '\r';
    if (byte == '\n' && after_cr) {
        return EVENT_STREAM_OK;
    }
    if (byte == '\n' || byte == '\r') {
        return end_line(self);
    }
    if (self->line.length == self->limit) {
        return EVENT_STREAM_TOO_LARGE;
    }
    return append(&self->line, &byte, 1) ? EVENT_STREAM_OK : EVENT_STREAM_NO_MEMORY;
}

event_stream *event_stream_new(size_t limit, event_stream_handlers handlers, void *context)
{
    if (limit == 0) {
        errno = EINVAL;
        return NULL;
    }
    event_stream *self = calloc(1, sizeof *self);
    if (self != NULL) {
        self->limit = limit;
        self->handlers = handlers;
        self->context = context;
    }
    return self;
}

event_stream_status event_stream_feed(event_stream *self, const char *bytes, size_t length)
{
    if (self->closed) {
        return EVENT_STREAM_CLOSED;
    }
    for (size_t i = 0; i < length; i++) {
        event_stream_status status = take(self, bytes[i]);
        if (status != EVENT_STREAM_OK) {
            self->closed = true;
            return status;
        }
    }
    return EVENT_STREAM_OK;
}

void event_stream_free(event_stream *self)
{
    if (self == NULL) {
        return;
    }
    free(self->line.bytes);
    free(self->type.bytes);
    free(self->data.bytes);
    free(self->last_id.bytes);
    free(self);
}
