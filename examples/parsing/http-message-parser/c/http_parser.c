#define _POSIX_C_SOURCE 200809L /* strncasecmp */

#include "http_parser.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_LENGTH_DIGITS = 15, MAX_SIZE_DIGITS = 12 };

/* What comes next: bytes of a body, or a line. */
typedef enum {
    REQUEST_LINE,
    FIELD_LINE,
    FIXED_BODY,
    CHUNK_SIZE,
    CHUNK_BODY,
    CHUNK_END,
    LAST_LINE,
} parser_state;

typedef enum { NO_BODY, BODY_WITH_LENGTH, CHUNKED_BODY, CONTRADICTORY_BODY } body_framing;

struct http_parser {
    http_handlers handlers;
    void *context;
    size_t max_line;
    size_t max_fields;
    http_parser_status status;
    parser_state state;
    size_t field_count;
    body_framing framing;
    uint64_t remaining; /* of the body or of the chunk */
    bool has_carriage_return;
    size_t line_length;
    char line[];
};

http_parser *http_parser_new(const http_handlers *handlers, void *context, size_t max_line, size_t max_fields)
{
    if (max_line > SIZE_MAX - sizeof(http_parser)) {
        return NULL;
    }
    http_parser *parser = malloc(sizeof *parser + max_line);
    if (parser) {
        *parser = (http_parser){
            .handlers = *handlers, .context = context, .max_line = max_line, .max_fields = max_fields};
    }
    return parser;
}

void http_parser_free(http_parser *parser)
{
    free(parser);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_token_character(char byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')
           || (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte));
}

static bool is_target_character(char byte)
{
    return byte >= 0x21 && byte <= 0x7E;
}

static bool is_value_character(char byte)
{
    return byte == '\t' || ((unsigned char)byte >= 0x20 && byte != 0x7F);
}

static bool is_white_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool all_are(bool (*is_allowed)(char), http_bytes bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        if (!is_allowed(bytes.data[i])) {
            return false;
        }
    }
    return true;
}

static bool equals(http_bytes bytes, const char *text)
{
    return bytes.length == strlen(text) && memcmp(bytes.data, text, bytes.length) == 0;
}

static bool equals_ignoring_case(http_bytes bytes, const char *text)
{
    return bytes.length == strlen(text) && strncasecmp(bytes.data, text, bytes.length) == 0;
}

/* Removes and returns what stands before the separator; all of it if there is none. */
static http_bytes take_until(http_bytes *rest, char separator)
{
    const char *found = rest->length > 0 ? memchr(rest->data, separator, rest->length) : NULL;
    http_bytes part = {rest->data, found ? (size_t)(found - rest->data) : rest->length};
    size_t taken = part.length + (found != NULL);
    *rest = (http_bytes){rest->data + taken, rest->length - taken};
    return part;
}

static http_bytes trim(http_bytes bytes)
{
    while (bytes.length > 0 && is_white_space(bytes.data[0])) {
        bytes = (http_bytes){bytes.data + 1, bytes.length - 1};
    }
    while (bytes.length > 0 && is_white_space(bytes.data[bytes.length - 1])) {
        bytes.length--;
    }
    return bytes;
}

static int digit_value(char byte)
{
    if (is_digit(byte)) {
        return byte - '0';
    }
    byte |= 0x20; /* to lower case */
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : 16;
}

static bool read_number(http_bytes digits, int base, size_t max_digits, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < digits.length; i++) {
        int digit = digit_value(digits.data[i]);
        if (digit >= base || i == max_digits) {
            return false;
        }
        *number = *number * (unsigned)base + (unsigned)digit;
    }
    return digits.length > 0;
}

static http_parser_status end_message(http_parser *parser)
{
    parser->state = REQUEST_LINE;
    parser->handlers.on_end(parser->context);
    return HTTP_PARSER_OK;
}

static http_parser_status parse_request_line(http_parser *parser, http_bytes line)
{
    http_bytes method = take_until(&line, ' ');
    http_bytes target = take_until(&line, ' ');
    bool is_version = line.length == 8 && memcmp(line.data, "HTTP/", 5) == 0 && is_digit(line.data[5])
                      && line.data[6] == '.' && is_digit(line.data[7]);
    if (method.length == 0 || !all_are(is_token_character, method) || target.length == 0
        || !all_are(is_target_character, target) || !is_version) {
        return HTTP_PARSER_REQUEST_LINE;
    }
    if (!equals(line, "HTTP/1.1")) {
        return HTTP_PARSER_VERSION;
    }
    parser->state = FIELD_LINE;
    parser->field_count = 0;
    parser->framing = NO_BODY;
    parser->handlers.on_request(parser->context, method, target);
    return HTTP_PARSER_OK;
}

static void note_framing(http_parser *parser, http_bytes name, http_bytes value)
{
    body_framing said = NO_BODY;
    if (equals_ignoring_case(name, "content-length")) {
        bool is_sound = read_number(value, 10, MAX_LENGTH_DIGITS, &parser->remaining);
        said = is_sound ? BODY_WITH_LENGTH : CONTRADICTORY_BODY;
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
        said = equals_ignoring_case(value, "chunked") ? CHUNKED_BODY : CONTRADICTORY_BODY;
    }
    if (said != NO_BODY) {
        parser->framing = parser->framing == NO_BODY ? said : CONTRADICTORY_BODY;
    }
}

static http_parser_status parse_field_line(http_parser *parser, http_bytes line)
{
    if (parser->field_count == parser->max_fields) {
        return HTTP_PARSER_LIMIT;
    }
    parser->field_count++;
    bool has_colon = memchr(line.data, ':', line.length) != NULL;
    http_bytes name = take_until(&line, ':');
    if (!has_colon || name.length == 0 || !all_are(is_token_character, name) || !all_are(is_value_character, line)) {
        return HTTP_PARSER_HEADER;
    }
    http_bytes value = trim(line);
    note_framing(parser, name, value);
    parser->handlers.on_field(parser->context, name, value);
    return HTTP_PARSER_OK;
}

static http_parser_status end_head(http_parser *parser)
{
    if (parser->framing == CONTRADICTORY_BODY) {
        return HTTP_PARSER_FRAMING;
    }
    parser->handlers.on_head_end(parser->context);
    if (parser->framing == CHUNKED_BODY) {
        parser->state = CHUNK_SIZE;
    } else if (parser->framing == BODY_WITH_LENGTH && parser->remaining > 0) {
        parser->state = FIXED_BODY;
    } else {
        return end_message(parser);
    }
    return HTTP_PARSER_OK;
}

static http_parser_status parse_chunk_size(http_parser *parser, http_bytes line)
{
    if (!read_number(line, 16, MAX_SIZE_DIGITS, &parser->remaining)) {
        return HTTP_PARSER_CHUNK;
    }
    parser->state = parser->remaining > 0 ? CHUNK_BODY : LAST_LINE;
    return HTTP_PARSER_OK;
}

static http_parser_status parse_line(http_parser *parser)
{
    http_bytes line = {parser->line, parser->line_length};
    parser->line_length = 0;
    switch (parser->state) {
    case REQUEST_LINE:
        return parse_request_line(parser, line);
    case FIELD_LINE:
        return line.length > 0 ? parse_field_line(parser, line) : end_head(parser);
    case CHUNK_SIZE:
        return parse_chunk_size(parser, line);
    case CHUNK_END:
        parser->state = CHUNK_SIZE;
        return line.length > 0 ? HTTP_PARSER_CHUNK : HTTP_PARSER_OK;
    default:
        return line.length > 0 ? HTTP_PARSER_CHUNK : end_message(parser);
    }
}

static http_parser_status parse_line_byte(http_parser *parser, char byte)
{
    if (parser->has_carriage_return) {
        parser->has_carriage_return = false;
        return byte == '\n' ? parse_line(parser) : HTTP_PARSER_LINE_END;
    }
    if (byte == '\n') {
        return HTTP_PARSER_LINE_END;
    }
    if (byte == '\r') {
        parser->has_carriage_return = true;
    } else if (parser->line_length == parser->max_line) {
        return HTTP_PARSER_LIMIT;
    } else {
        parser->line[parser->line_length++] = byte;
    }
    return HTTP_PARSER_OK;
}

/* Returns how many of the bytes belong to the body. */
static size_t pass_on_body(http_parser *parser, const char *bytes, size_t length)
{
    size_t taken = length < parser->remaining ? length : (size_t)parser->remaining;
    parser->handlers.on_body(parser->context, (http_bytes){bytes, taken});
    parser->remaining -= taken;
    if (parser->remaining == 0) {
        if (parser->state == CHUNK_BODY) {
            parser->state = CHUNK_END;
        } else {
            end_message(parser);
        }
    }
    return taken;
}

http_parser_status http_parser_feed(http_parser *parser, const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && parser->status == HTTP_PARSER_OK) {
        if (parser->state == FIXED_BODY || parser->state == CHUNK_BODY) {
            i += pass_on_body(parser, bytes + i, length - i);
        } else {
            parser->status = parse_line_byte(parser, bytes[i++]);
        }
    }
    return parser->status;
}

http_parser_status http_parser_finish(http_parser *parser)
{
    bool is_between = parser->state == REQUEST_LINE && parser->line_length == 0 && !parser->has_carriage_return;
    if (parser->status == HTTP_PARSER_OK && !is_between) {
        parser->status = HTTP_PARSER_INCOMPLETE;
    }
    return parser->status;
}
