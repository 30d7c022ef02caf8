#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_parser.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BYTES(literal) literal, sizeof(literal) - 1
#define START "POST / HTTP/1.1\r\n"
#define START_LOG "request POST /\n"
#define CHUNKED START "Transfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_LOG START_LOG "field Transfer-Encoding=chunked\nhead\n"
#define MANY 1000

/* The events as text, one a line; pieces of a body are joined. */
typedef struct {
    char text[4096];
    size_t length;
    int is_in_body;
} event_log;

static void write_log(event_log *events, const char *bytes, size_t length)
{
    ck_assert_uint_lt(events->length + length, sizeof events->text);
    memcpy(events->text + events->length, bytes, length);
    events->length += length;
}

static void write_event(event_log *events, const char *word, http_bytes first, const char *separator, http_bytes second)
{
    if (events->is_in_body) {
        write_log(events, BYTES("\n"));
        events->is_in_body = 0;
    }
    write_log(events, word, strlen(word));
    write_log(events, first.data, first.length);
    write_log(events, separator, strlen(separator));
    write_log(events, second.data, second.length);
    write_log(events, BYTES("\n"));
}

static void on_request(void *context, http_bytes method, http_bytes target)
{
    write_event(context, "request ", method, " ", target);
}

static void on_field(void *context, http_bytes name, http_bytes value)
{
    write_event(context, "field ", name, "=", value);
}

static void on_head_end(void *context)
{
    write_event(context, "head", (http_bytes){"", 0}, "", (http_bytes){"", 0});
}

static void on_body(void *context, http_bytes piece)
{
    event_log *events = context;
    ck_assert_uint_gt(piece.length, 0);
    if (!events->is_in_body) {
        write_log(events, BYTES("body "));
        events->is_in_body = 1;
    }
    write_log(events, piece.data, piece.length);
}

static void on_end(void *context)
{
    write_event(context, "end", (http_bytes){"", 0}, "", (http_bytes){"", 0});
}

static http_parser *new_parser(event_log *events, size_t max_line, size_t max_fields)
{
    static const http_handlers handlers = {on_request, on_field, on_head_end, on_body, on_end};
    *events = (event_log){.length = 0};
    http_parser *parser = http_parser_new(&handlers, events, max_line, max_fields);
    ck_assert_ptr_nonnull(parser);
    return parser;
}

static http_parser_status feed(http_parser *parser, const char *text)
{
    return http_parser_feed(parser, text, strlen(text));
}

static void assert_log(const event_log *events, const char *expected, size_t length)
{
    ck_assert_msg(events->length == length && memcmp(events->text, expected, length) == 0, "got: %.*s",
                  (int)events->length, events->text);
}

/* Feeds the input in pieces of several sizes, each piece alone in memory, and expects these events and this status. */
static void assert_parsed_within(size_t max_line, size_t max_fields, const char *input, size_t length,
                                 http_parser_status status, const char *expected, size_t expected_length)
{
    static const size_t sizes[] = {1, 2, 3, 7, 16, 100000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        event_log events;
        http_parser *parser = new_parser(&events, max_line, max_fields);
        http_parser_status result = HTTP_PARSER_OK;
        for (size_t at = 0; at < length && result == HTTP_PARSER_OK; at += sizes[i]) {
            size_t size = length - at < sizes[i] ? length - at : sizes[i];
            char *piece = malloc(size);
            memcpy(piece, input + at, size);
            result = http_parser_feed(parser, piece, size);
            free(piece);
        }
        ck_assert_int_eq(result, status);
        assert_log(&events, expected, expected_length);
        if (status == HTTP_PARSER_OK) {
            ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_OK);
        }
        http_parser_free(parser);
    }
}

static void assert_parsed(const char *input, size_t length, http_parser_status status, const char *expected,
                          size_t expected_length)
{
    assert_parsed_within(MANY, MANY, input, length, status, expected, expected_length);
}

static void assert_texts(const char *input, http_parser_status status, const char *expected)
{
    assert_parsed(input, strlen(input), status, expected, strlen(expected));
}

START_TEST(test_requests_without_body__R1)
{
    assert_texts("OPTIONS * HTTP/1.1\r\n\r\n", HTTP_PARSER_OK, "request OPTIONS *\nhead\nend\n");
    assert_texts("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nACCEPT:*/*\r\n\r\n", HTTP_PARSER_OK,
                 "request GET /a?b=c\nfield Host=example.com\nfield ACCEPT=*/*\nhead\nend\n");
    assert_texts(START "Content-Length: 0\r\n\r\n", HTTP_PARSER_OK, START_LOG "field Content-Length=0\nhead\nend\n");
}
END_TEST

START_TEST(test_body_with_length__R1)
{
    assert_parsed(BYTES(START "content-LENGTH: 8\r\n\r\na\r\n\0\n\r\xFF" "b"), HTTP_PARSER_OK,
                  BYTES(START_LOG "field content-LENGTH=8\nhead\nbody a\r\n\0\n\r\xFF" "b\nend\n"));
    assert_texts(START "Content-Length: 1\r\n\r\n\n", HTTP_PARSER_OK,
                 START_LOG "field Content-Length=1\nhead\nbody \n\nend\n");
    assert_texts(START "Content-Length: 000000000000012\r\n\r\nhello, world", HTTP_PARSER_OK,
                 START_LOG "field Content-Length=000000000000012\nhead\nbody hello, world\nend\n");
}
END_TEST

START_TEST(test_values__R1)
{
    assert_texts(START "A:\r\nB: \t\r\nC:\t x\t y \t \r\nD::\r\nE: \xA0\r\n\r\n", HTTP_PARSER_OK,
                 START_LOG "field A=\nfield B=\nfield C=x\t y\nfield D=:\nfield E=\xA0\nhead\nend\n");
}
END_TEST

START_TEST(test_all_allowed_characters__R1)
{
    const char *tokens = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz";
    char target[0x7F - 0x20] = "", value[300] = "", input[1000], expected[1000];
    for (int byte = 0x21; byte <= 0x7E; byte++) {
        target[byte - 0x21] = (char)byte;
    }
    size_t length = 0;
    for (int byte = 0x21; byte <= 0xFF; byte++) {
        if (byte != 0x7F) {
            value[length++] = (char)byte;
        }
    }
    snprintf(input, sizeof input, "%s %s HTTP/1.1\r\n%s: %s\r\n\r\n", tokens, target, tokens, value);
    snprintf(expected, sizeof expected, "request %s %s\nfield %s=%s\nhead\nend\n", tokens, target, tokens, value);
    assert_texts(input, HTTP_PARSER_OK, expected);
}
END_TEST

START_TEST(test_events_come_with_their_last_byte__R2)
{
    static const struct {
        const char *piece, *expected;
    } steps[] = {
        {"POST / HTTP/1.1\r", ""},
        {"\n", START_LOG},
        {"", START_LOG},
        {"Content-Length: 5\r\nX: 1", START_LOG "field Content-Length=5\n"},
        {"2\r\n", START_LOG "field Content-Length=5\nfield X=12\n"},
        {"\r", START_LOG "field Content-Length=5\nfield X=12\n"},
        {"\n", START_LOG "field Content-Length=5\nfield X=12\nhead\n"},
        {"", START_LOG "field Content-Length=5\nfield X=12\nhead\n"},
        {"he", START_LOG "field Content-Length=5\nfield X=12\nhead\nbody he"},
        {"llo", START_LOG "field Content-Length=5\nfield X=12\nhead\nbody hello\nend\n"},
    };
    event_log events;
    http_parser *parser = new_parser(&events, MANY, MANY);
    for (size_t i = 0; i < COUNT(steps); i++) {
        ck_assert_int_eq(feed(parser, steps[i].piece), HTTP_PARSER_OK);
        assert_log(&events, steps[i].expected, strlen(steps[i].expected));
    }
    http_parser_free(parser);
}
END_TEST

START_TEST(test_messages_follow_one_another__R2)
{
    assert_texts("GET /1 HTTP/1.1\r\n\r\n" START "Content-Length: 3\r\n\r\nabc" CHUNKED "1\r\nx\r\n0\r\n\r\n"
                 "GET /2 HTTP/1.1\r\n\r\n",
                 HTTP_PARSER_OK,
                 "request GET /1\nhead\nend\n" START_LOG "field Content-Length=3\nhead\nbody abc\nend\n" CHUNKED_LOG
                 "body x\nend\nrequest GET /2\nhead\nend\n");
}
END_TEST

START_TEST(test_chunks__R3)
{
    assert_texts(CHUNKED "5\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\n\r\n", HTTP_PARSER_OK,
                 CHUNKED_LOG "body hello, \r\nworld!\nend\n");
    assert_texts(CHUNKED "0\r\n\r\n", HTTP_PARSER_OK, CHUNKED_LOG "end\n");
    assert_texts(CHUNKED "00000000000c\r\nabcdefghijkl\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n000000000000\r\n\r\n",
                 HTTP_PARSER_OK, CHUNKED_LOG "body abcdefghijklabcdefghijklmnopqrstuvwxyz\nend\n");
    assert_texts(CHUNKED "F\r\n0123456789abcde\r\nf\r\n0123456789abcde\r\n0\r\n\r\n", HTTP_PARSER_OK,
                 CHUNKED_LOG "body 0123456789abcde0123456789abcde\nend\n");
    assert_texts(START "transfer-ENCODING: ChunKed \r\n\r\n9\r\n123456789\r\n0\r\n\r\n", HTTP_PARSER_OK,
                 START_LOG "field transfer-ENCODING=ChunKed\nhead\nbody 123456789\nend\n");
}
END_TEST

START_TEST(test_part_of_a_long_body_is_passed_on__R1_R3)
{
    static const struct {
        const char *input, *expected;
    } cases[] = {
        {CHUNKED "FFFFFFFFFFFF\r\nabc", CHUNKED_LOG "body abc"},
        {CHUNKED "100000000\r\nabc", CHUNKED_LOG "body abc"},
        {START "Content-Length: 4294967296\r\n\r\nabc", START_LOG "field Content-Length=4294967296\nhead\nbody abc"},
        {START "Content-Length: 999999999999999\r\n\r\nabc",
         START_LOG "field Content-Length=999999999999999\nhead\nbody abc"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        event_log events;
        http_parser *parser = new_parser(&events, MANY, MANY);
        ck_assert_int_eq(feed(parser, cases[i].input), HTTP_PARSER_OK);
        assert_log(&events, cases[i].expected, strlen(cases[i].expected));
        http_parser_free(parser);
    }
}
END_TEST

START_TEST(test_wrong_chunks__R3)
{
    static const char *const sizes[] = {"",    "g",  "G",   "@",   "`",    "/",  ":",  "-1",          "+1",
                                        "0x1", " 1", "1 ",  "\t1", "1;a=b", "1;", "1g", "0000000000001"};
    char input[200];
    for (size_t i = 0; i < COUNT(sizes); i++) {
        snprintf(input, sizeof input, CHUNKED "%s\r\na\r\n0\r\n\r\n", sizes[i]);
        assert_texts(input, HTTP_PARSER_CHUNK, CHUNKED_LOG);
    }
    assert_texts(CHUNKED "4\r\nhello\r\n0\r\n\r\n", HTTP_PARSER_CHUNK, CHUNKED_LOG "body hell");
    assert_texts(CHUNKED "4\r\nhell0\r\n\r\n", HTTP_PARSER_CHUNK, CHUNKED_LOG "body hell");
    assert_texts(CHUNKED "1\r\na\r\n0\r\nX: y\r\n\r\n", HTTP_PARSER_CHUNK, CHUNKED_LOG "body a");
}
END_TEST

START_TEST(test_wrong_request_lines__R4)
{
    static const char *const lines[] = {
        "", " ", "GET", "GET /", "GET HTTP/1.1", "GET  HTTP/1.1", "GET  / HTTP/1.1", " GET / HTTP/1.1", " / HTTP/1.1",
        "GET / HTTP/1.1 ", "GET / a HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "G(T / HTTP/1.1", "G\x80 / HTTP/1.1",
        "GET /\x7F HTTP/1.1", "GET /\x80 HTTP/1.1", "GET /\t HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.", "GET / HTTP/11",
        "GET / HTTP/1.10", "GET / HTTP/1.1\t", "GET / HTTP/a.1", "GET / HTTP/1.b", "GET / HTTP/:.1", "GET / HTTP/1./",
        "GET / HTTP/1,1", "GET / XTTP/1.1", "GET / HTTP/1.0 "};
    char input[200];
    for (size_t i = 0; i < COUNT(lines); i++) {
        snprintf(input, sizeof input, "%s\r\nHost: a\r\n\r\n", lines[i]);
        assert_texts(input, HTTP_PARSER_REQUEST_LINE, "");
    }
    assert_parsed(BYTES("G\0T / HTTP/1.1\r\n\r\n"), HTTP_PARSER_REQUEST_LINE, BYTES(""));
    assert_texts("GET / HTTP/1.1\r\n\r\n\r\n", HTTP_PARSER_REQUEST_LINE, "request GET /\nhead\nend\n");
}
END_TEST

START_TEST(test_other_versions__R4)
{
    static const char *const versions[] = {"1.0", "1.2", "0.9", "2.0", "2.1", "9.9"};
    char input[200];
    for (size_t i = 0; i < COUNT(versions); i++) {
        snprintf(input, sizeof input, "GET / HTTP/%s\r\n\r\n", versions[i]);
        assert_texts(input, HTTP_PARSER_VERSION, "");
        snprintf(input, sizeof input, "GET /\x7F HTTP/%s\r\n\r\n", versions[i]);
        assert_texts(input, HTTP_PARSER_REQUEST_LINE, "");
    }
}
END_TEST

START_TEST(test_wrong_field_lines__R5)
{
    static const char *const lines[] = {" folded", "\tfolded: b", " ", "Host : a", "Host\t: a", ": a", ":", "Host", "Ho st: a",
                                        "Hos(t): a", "H\x80: a", "X: \x7F", "X: a\x1F" "b", "X:\x01", "X: a\x0B",
                                        "X: a\x0C"};
    char input[200];
    for (size_t i = 0; i < COUNT(lines); i++) {
        snprintf(input, sizeof input, START "A: 1\r\n%s\r\nB: 2\r\n\r\n", lines[i]);
        assert_texts(input, HTTP_PARSER_HEADER, START_LOG "field A=1\n");
    }
    assert_parsed(BYTES(START "X: a\0b\r\n\r\n"), HTTP_PARSER_HEADER, BYTES(START_LOG));
    assert_parsed(BYTES(START "X\0: a\r\n\r\n"), HTTP_PARSER_HEADER, BYTES(START_LOG));
}
END_TEST

START_TEST(test_wrong_line_ends__R5)
{
    static const struct {
        const char *input, *expected;
    } cases[] = {
        {"\n" START, ""},
        {"\r" START, ""},
        {"POST / HTTP/1.1\n", ""},
        {"POST / HTTP/1.1\r\r\n", ""},
        {"POST / HT\rTP/1.1\r\n", ""},
        {"(\n", ""},
        {START "(: a\n", START_LOG},
        {START "X: a\nY: b\r\n\r\n", START_LOG},
        {START "X: a\rY: b\r\n\r\n", START_LOG},
        {START "X: a\r\r\n\r\n", START_LOG},
        {START "X: a\r\n\n", START_LOG "field X=a\n"},
        {START "X: a\r\n\rX", START_LOG "field X=a\n"},
        {CHUNKED "g\n", CHUNKED_LOG},
        {CHUNKED "1\na\r\n", CHUNKED_LOG},
        {CHUNKED "1\ra\r\n", CHUNKED_LOG},
        {CHUNKED "1\r\na\n", CHUNKED_LOG "body a"},
        {CHUNKED "1\r\na\r0", CHUNKED_LOG "body a"},
        {CHUNKED "0\r\n\n", CHUNKED_LOG},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_texts(cases[i].input, HTTP_PARSER_LINE_END, cases[i].expected);
    }
}
END_TEST

START_TEST(test_contradictory_lengths__R6)
{
    static const char *const pairs[][2] = {
        {"Content-Length: 5", "Transfer-Encoding: chunked"},
        {"transfer-encoding: chunked", "content-length: 5"},
        {"Content-Length: 5", "Content-Length: 6"},
        {"Content-Length: 5", "CONTENT-LENGTH: 5"},
        {"Content-Length: 0", "Content-Length: 0"},
        {"Transfer-Encoding: chunked", "transfer-encoding: chunked"},
        {"Transfer-Encoding: chunked", "Transfer-Encoding: identity"},
        {"Transfer-Encoding: gzip", "Transfer-Encoding: chunked"},
        {"Content-Length: x", "Content-Length: 5"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char input[300], expected[300];
        const char *first = strchr(pairs[i][0], ':'), *second = strchr(pairs[i][1], ':');
        snprintf(input, sizeof input, START "%s\r\nX: y\r\n%s\r\n\r\n0\r\n\r\n", pairs[i][0], pairs[i][1]);
        snprintf(expected, sizeof expected, START_LOG "field %.*s=%s\nfield X=y\nfield %.*s=%s\n",
                 (int)(first - pairs[i][0]), pairs[i][0], first + 2, (int)(second - pairs[i][1]), pairs[i][1], second + 2);
        assert_texts(input, HTTP_PARSER_FRAMING, expected);
    }
}
END_TEST

START_TEST(test_malformed_lengths__R6)
{
    static const char *const lengths[] = {"",    "+5", "-5", "0x5", "5, 5",             "5 5", "1e3",
                                          "5;", "a",  "5a", "5.0", "0000000000000005", "/",   ":",
                                          "\xA0" "5", "\xB2"};
    static const char *const codings[] = {"", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunkedx",
                                          "chunke", "chunked;", "\"chunked\"", "identity"};
    char input[300], expected[300];
    for (size_t i = 0; i < COUNT(lengths); i++) {
        snprintf(input, sizeof input, START "Content-Length: %s\r\n\r\nhello", lengths[i]);
        snprintf(expected, sizeof expected, START_LOG "field Content-Length=%s\n", lengths[i]);
        assert_texts(input, HTTP_PARSER_FRAMING, expected);
    }
    for (size_t i = 0; i < COUNT(codings); i++) {
        snprintf(input, sizeof input, START "Transfer-Encoding: %s\r\n\r\n0\r\n\r\n", codings[i]);
        snprintf(expected, sizeof expected, START_LOG "field Transfer-Encoding=%s\n", codings[i]);
        assert_texts(input, HTTP_PARSER_FRAMING, expected);
    }
}
END_TEST

START_TEST(test_fields_of_other_names__R6)
{
    assert_texts(START "X-Content-Length: 5\r\nContent-Length-X: 5\r\nTransfer-Encodin: x\r\n\r\n", HTTP_PARSER_OK,
                 START_LOG "field X-Content-Length=5\nfield Content-Length-X=5\nfield Transfer-Encodin=x\nhead\nend\n");
}
END_TEST

START_TEST(test_lengths_of_lines__R7)
{
    static const struct {
        size_t max_line;
        http_parser_status status;
        const char *input, *expected;
    } cases[] = {
        {15, HTTP_PARSER_OK, START "X: 34567890\t345\r\n\r\n", START_LOG "field X=34567890\t345\nhead\nend\n"},
        {14, HTTP_PARSER_LIMIT, START "\r\n", ""},
        {15, HTTP_PARSER_LIMIT, START "X: 3456789012345", START_LOG},
        {15, HTTP_PARSER_LIMIT, START "X:              ", START_LOG},
        {15, HTTP_PARSER_LIMIT, START " 234567890123456", START_LOG},
        {26, HTTP_PARSER_LIMIT, CHUNKED "000000000000000000000000001", CHUNKED_LOG},
        {26, HTTP_PARSER_CHUNK, CHUNKED "00000000000000000000000001\r\n", CHUNKED_LOG},
        {26, HTTP_PARSER_LIMIT, CHUNKED "1\r\na123456789012345678901234567", CHUNKED_LOG "body a"},
        {15, HTTP_PARSER_LINE_END, START "X: 345678901234\r5", START_LOG},
        {15, HTTP_PARSER_LINE_END, START "X: 345678901234\n", START_LOG},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_parsed_within(cases[i].max_line, MANY, cases[i].input, strlen(cases[i].input), cases[i].status,
                             cases[i].expected, strlen(cases[i].expected));
    }
}
END_TEST

START_TEST(test_limit_is_told_before_the_line_ends__R7)
{
    event_log events;
    http_parser *parser = new_parser(&events, 5, MANY);
    ck_assert_int_eq(feed(parser, "12345"), HTTP_PARSER_OK);
    ck_assert_int_eq(feed(parser, "6"), HTTP_PARSER_LIMIT);
    http_parser_free(parser);
}
END_TEST

START_TEST(test_number_of_fields__R7)
{
    static const char two[] = START "A: 1\r\nB: 2\r\n\r\n" START "A: 1\r\nB: 2\r\n\r\n";
    static const char two_log[] =
        START_LOG "field A=1\nfield B=2\nhead\nend\n" START_LOG "field A=1\nfield B=2\nhead\nend\n";
    assert_parsed_within(MANY, 2, BYTES(two), HTTP_PARSER_OK, BYTES(two_log));
    assert_parsed_within(MANY, 2, BYTES(START "A: 1\r\nB: 2\r\nwrong\r\n"), HTTP_PARSER_LIMIT,
                         BYTES(START_LOG "field A=1\nfield B=2\n"));
    assert_parsed_within(MANY, 0, BYTES(START "A: 1\r\n"), HTTP_PARSER_LIMIT, BYTES(START_LOG));
    assert_parsed_within(MANY, 0, BYTES(START "A: 1\n"), HTTP_PARSER_LINE_END, BYTES(START_LOG));
    assert_parsed_within(MANY, 0, BYTES(START "\r\n"), HTTP_PARSER_OK, BYTES(START_LOG "head\nend\n"));
}
END_TEST

START_TEST(test_stays_in_error__R8)
{
    static const struct {
        const char *input;
        http_parser_status status;
    } cases[] = {
        {"\n", HTTP_PARSER_LINE_END},
        {"0123456789012345678901234567890", HTTP_PARSER_LIMIT},
        {"GET\r\n", HTTP_PARSER_REQUEST_LINE},
        {"GET / HTTP/1.0\r\n", HTTP_PARSER_VERSION},
        {START "A\r\n", HTTP_PARSER_HEADER},
        {START "Content-Length: a\r\n\r\n", HTTP_PARSER_FRAMING},
        {CHUNKED "x\r\n", HTTP_PARSER_CHUNK},
        {CHUNKED "1\r\nab\r\n", HTTP_PARSER_CHUNK},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        event_log events;
        http_parser *parser = new_parser(&events, 30, MANY);
        ck_assert_int_eq(feed(parser, cases[i].input), cases[i].status);
        size_t length = events.length;
        for (int times = 0; times < 2; times++) {
            ck_assert_int_eq(feed(parser, "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), cases[i].status);
            ck_assert_int_eq(feed(parser, ""), cases[i].status);
            ck_assert_int_eq(http_parser_finish(parser), cases[i].status);
        }
        ck_assert_uint_eq(events.length, length);
        http_parser_free(parser);
    }
}
END_TEST

START_TEST(test_end_between_messages__R8)
{
    event_log events;
    http_parser *parser = new_parser(&events, MANY, MANY);
    ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_OK);
    ck_assert_int_eq(feed(parser, "GET / HTTP/1.1\r\n\r\n"), HTTP_PARSER_OK);
    ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_OK);
    ck_assert_int_eq(feed(parser, CHUNKED "0\r\n\r\n"), HTTP_PARSER_OK);
    ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_OK);
    assert_log(&events, BYTES("request GET /\nhead\nend\n" CHUNKED_LOG "end\n"));
    http_parser_free(parser);
    http_parser_free(NULL);
}
END_TEST

START_TEST(test_end_within_a_message__R8)
{
    static const char *const messages[] = {"\r\n", START "Content-Length: 3\r\n\r\nabc", CHUNKED "1\r\na\r\n0\r\n\r\n"};
    for (size_t i = 0; i < COUNT(messages); i++) {
        for (size_t length = 1; length < strlen(messages[i]); length++) {
            event_log events;
            http_parser *parser = new_parser(&events, MANY, MANY);
            ck_assert_int_eq(http_parser_feed(parser, messages[i], length), HTTP_PARSER_OK);
            ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_INCOMPLETE);
            ck_assert_int_eq(feed(parser, messages[i] + length), HTTP_PARSER_INCOMPLETE);
            ck_assert_int_eq(http_parser_finish(parser), HTTP_PARSER_INCOMPLETE);
            http_parser_free(parser);
        }
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("http_parser");
    tcase_add_test(tests, test_requests_without_body__R1);
    tcase_add_test(tests, test_body_with_length__R1);
    tcase_add_test(tests, test_values__R1);
    tcase_add_test(tests, test_all_allowed_characters__R1);
    tcase_add_test(tests, test_events_come_with_their_last_byte__R2);
    tcase_add_test(tests, test_messages_follow_one_another__R2);
    tcase_add_test(tests, test_chunks__R3);
    tcase_add_test(tests, test_part_of_a_long_body_is_passed_on__R1_R3);
    tcase_add_test(tests, test_wrong_chunks__R3);
    tcase_add_test(tests, test_wrong_request_lines__R4);
    tcase_add_test(tests, test_other_versions__R4);
    tcase_add_test(tests, test_wrong_field_lines__R5);
    tcase_add_test(tests, test_wrong_line_ends__R5);
    tcase_add_test(tests, test_contradictory_lengths__R6);
    tcase_add_test(tests, test_malformed_lengths__R6);
    tcase_add_test(tests, test_fields_of_other_names__R6);
    tcase_add_test(tests, test_lengths_of_lines__R7);
    tcase_add_test(tests, test_limit_is_told_before_the_line_ends__R7);
    tcase_add_test(tests, test_number_of_fields__R7);
    tcase_add_test(tests, test_stays_in_error__R8);
    tcase_add_test(tests, test_end_between_messages__R8);
    tcase_add_test(tests, test_end_within_a_message__R8);
    Suite *suite = suite_create("http-message-parser");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
