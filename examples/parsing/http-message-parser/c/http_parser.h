#pragma once

#include <stddef.h>

typedef enum {
    HTTP_PARSER_OK = 0,
    HTTP_PARSER_LINE_END,
    HTTP_PARSER_LIMIT,
    HTTP_PARSER_REQUEST_LINE,
    HTTP_PARSER_VERSION,
    HTTP_PARSER_HEADER,
    HTTP_PARSER_FRAMING,
    HTTP_PARSER_CHUNK,
    HTTP_PARSER_INCOMPLETE
} http_parser_status;

/** Bytes without a zero at their end; valid only while the handler that gets them runs. */
typedef struct {
    const char *data;
    size_t length;
} http_bytes;

/** What the parser calls, with the context it was made with. None is NULL, and none may call the parser. */
typedef struct {
    void (*on_request)(void *context, http_bytes method, http_bytes target);
    void (*on_field)(void *context, http_bytes name, http_bytes value);
    void (*on_head_end)(void *context);
    void (*on_body)(void *context, http_bytes piece);
    void (*on_end)(void *context);
} http_handlers;

typedef struct http_parser http_parser;

/** The limits: bytes of a line without its end, fields of a message. NULL if there is no memory. */
http_parser *http_parser_new(const http_handlers *handlers, void *context, size_t max_line, size_t max_fields);

/** Parses the next bytes of the stream. After an error every call returns that error. */
http_parser_status http_parser_feed(http_parser *parser, const char *bytes, size_t length);

/** Tells that no more bytes come: HTTP_PARSER_INCOMPLETE unless the parser is between messages. */
http_parser_status http_parser_finish(http_parser *parser);

/** NULL is allowed. */
void http_parser_free(http_parser *parser);
