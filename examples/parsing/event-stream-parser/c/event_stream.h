/* A push parser for text/event-stream. */
#pragma once

#include <stddef.h>

typedef enum {
    EVENT_STREAM_OK = 0,
    EVENT_STREAM_TOO_LARGE, /**< a line or the data of an event is longer than the limit; the parser is closed */
    EVENT_STREAM_NO_MEMORY, /**< the parser is closed */
    EVENT_STREAM_CLOSED     /**< an error came before */
} event_stream_status;

/** UTF-8 that may hold zero bytes and is not ended by one; valid during the call of a handler. bytes is never NULL. */
typedef struct {
    const char *bytes;
    size_t length;
} event_stream_text;

typedef struct {
    void (*event)(void *context, event_stream_text type, event_stream_text data, event_stream_text last_id);
    void (*retry)(void *context, unsigned long milliseconds);
} event_stream_handlers;

typedef struct event_stream event_stream;

/** NULL with errno EINVAL if the limit is 0, or ENOMEM. Released with event_stream_free. */
event_stream *event_stream_new(size_t limit, event_stream_handlers handlers, void *context);

/** Takes the next bytes and calls the handlers for what they complete. */
event_stream_status event_stream_feed(event_stream *self, const char *bytes, size_t length);

/** NULL is allowed. */
void event_stream_free(event_stream *self);
