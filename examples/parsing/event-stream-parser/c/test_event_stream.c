#include <check.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_stream.h"

/* What was told: events as "[type|id]data;", reconnection times as "(500);". Zero bytes are shown as "0". */
static char told[4096];

static void add(const char *bytes, size_t length)
{
    size_t end = strlen(told);
    ck_assert_uint_lt(end + length, sizeof told);
    for (size_t i = 0; i < length; i++) {
        told[end + i] = bytes[i] == '\0' ? '0' : bytes[i];
    }
    told[end + length] = '\0';
}

static void on_event(void *context, event_stream_text type, event_stream_text data, event_stream_text last_id)
{
    ck_assert_ptr_eq(context, told);
    add("[", 1);
    add(type.bytes, type.length);
    add("|", 1);
    add(last_id.bytes, last_id.length);
    add("]", 1);
    add(data.bytes, data.length);
    add(";", 1);
}

static void on_retry(void *context, unsigned long milliseconds)
{
    ck_assert_ptr_eq(context, told);
    char text[32];
    add(text, (size_t)snprintf(text, sizeof text, "(%lu);", milliseconds));
}

static event_stream *new_stream(size_t limit)
{
    event_stream *stream = event_stream_new(limit, (event_stream_handlers){on_event, on_retry}, told);
    ck_assert_ptr_nonnull(stream);
    told[0] = '\0';
    return stream;
}

/* Feeds in chunks of each size. */
static void expect_bytes(const char *bytes, size_t length, const char *expected)
{
    for (size_t size = 1; size <= length + 1; size = size < 4 ? size + 1 : size * 2) {
        event_stream *stream = new_stream(1000);
        for (size_t start = 0; start < length; start += size) {
            size_t rest = length - start;
            ck_assert_int_eq(event_stream_feed(stream, bytes + start, rest < size ? rest : size), EVENT_STREAM_OK);
        }
        ck_assert_str_eq(told, expected);
        event_stream_free(stream);
    }
}

static void expect(const char *text, const char *expected)
{
    expect_bytes(text, strlen(text), expected);
}

static void expect_feed(event_stream *stream, const char *text, event_stream_status status, const char *expected)
{
    ck_assert_int_eq(event_stream_feed(stream, text, strlen(text)), status);
    ck_assert_str_eq(told, expected);
    told[0] = '\0';
}

START_TEST(events__R1)
{
    expect("event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;");
    expect("data: 1\n\ndata: 2\n\n", "[message|]1;[message|]2;");
    expect("data: 1\nid: 7\nevent: b\n\n", "[b|7]1;");
    expect("event: a\nevent: b\ndata: 1\n\n", "[b|]1;");
    expect("data: \xe4\xbd\xa0\xe5\xa5\xbd\n\n", "[message|]\xe4\xbd\xa0\xe5\xa5\xbd;");
    expect_bytes("data: a\0b\n\n", 11, "[message|]a0b;");
}
END_TEST

START_TEST(told_with_the_byte_that_completes_it__R2)
{
    event_stream *stream = new_stream(100);
    expect_feed(stream, "da", EVENT_STREAM_OK, "");
    expect_feed(stream, "ta: 1\xe4", EVENT_STREAM_OK, "");
    expect_feed(stream, "\xbd\xa0\r", EVENT_STREAM_OK, "");
    expect_feed(stream, "\n", EVENT_STREAM_OK, "");
    expect_feed(stream, "", EVENT_STREAM_OK, "");
    expect_feed(stream, "\r", EVENT_STREAM_OK, "[message|]1\xe4\xbd\xa0;");
    expect_feed(stream, "\nretry: 5", EVENT_STREAM_OK, "");
    expect_feed(stream, "\n", EVENT_STREAM_OK, "(5);");
    expect_feed(stream, "data\n\ndata: 2\n\nda", EVENT_STREAM_OK, "[message|];[message|]2;");
    event_stream_free(stream);
}
END_TEST

START_TEST(line_ends__R3)
{
    expect("data:1\r\rdata:2\n\ndata:3\r\n\r\n", "[message|]1;[message|]2;[message|]3;");
    expect("data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;");
    expect("data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;");
    expect("data:1\n\rdata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\r\r\ndata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\r\n\ndata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\v2\f3\xc2\x85\xe2\x80\xa8 4\n\n", "[message|]1\v2\f3\xc2\x85\xe2\x80\xa8 4;");
}
END_TEST

START_TEST(names_and_values__R4)
{
    expect("data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;");
    expect("data: a:b: c\n\n", "[message|]a:b: c;");
    expect(": data: 1\n:\n:data\ndata: 2\n\n", "[message|]2;");
    expect("Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", "[message|]6;");
    expect("\xef\xbb\xbf" "data: 1\n\n", "[message|]1;");
    expect("\xef\xbb\xbf: c\ndata: 1\n\n", "[message|]1;");
    expect("\xef\xbb\xbf\xef\xbb\xbf" "data: 1\n\ndata: 2\n\n", "[message|]2;");
    expect("data: 1\n\n\xef\xbb\xbf" "data: 2\n\n", "[message|]1;");
    expect("\n\xef\xbb\xbf" "data: 2\n\n", "");
}
END_TEST

START_TEST(last_event_id__R5)
{
    expect("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "[message|1]a;[message|1]b;[message|2]c;");
    expect("id: 1\n\ndata: a\n\n", "[message|1]a;");
    expect("id: 1\ndata: a\n\nid\ndata: b\n\n", "[message|1]a;[message|]b;");
    expect("id: 1\nid:\ndata: a\n\n", "[message|]a;");
    expect_bytes("id: 1\nid: 2\0\nid: \0\ndata: a\n\n", 28, "[message|1]a;");
}
END_TEST

START_TEST(what_is_not_told__R6)
{
    expect("event: a\n\ndata: 1\n\n", "[message|]1;");
    expect("event: a\nid: 3\n\n\n\n", "");
    expect("data\n\n", "[message|];");
    expect("data:\n\n", "[message|];");
    expect("data\ndata\n\n", "[message|]\n;");
    expect("data\ndata: 1\ndata\n\n", "[message|]\n1\n;");
    expect("event: a\nevent:\ndata: 1\n\n", "[message|]1;");
    expect("data: 1\n\ndata: 2\n", "[message|]1;");
    expect("data: 1\n\ndata: 2", "[message|]1;");
    expect("", "");
    expect("\n\n\r\r\n", "");
}
END_TEST

START_TEST(reconnection_times__R7)
{
    expect("data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", "(500);[message|]1;(0);(12);");
    expect("retry: 999999999\n", "(999999999);");
    expect("retry: 1000000000\nretry:\nretry\nretry: -1\nretry: 1.5\nretry: 1 \nretry:  1\nretry: 0x1\nretry: 1:2\n", "");
    expect("retry: \xef\xbc\x91\nretry: /\nretry: :\nretry: 12a\nRetry: 1\n", "");
}
END_TEST

START_TEST(lines_of_the_limit__R8)
{
    event_stream *stream = new_stream(8);
    expect_feed(stream, "data: 12\r\nid: 4567\n:234567\n\n", EVENT_STREAM_OK, "[message|4567]12;");
    expect_feed(stream, "data: 1\n\ndata: 123", EVENT_STREAM_TOO_LARGE, "[message|4567]1;");
    expect_feed(stream, "\n\n", EVENT_STREAM_CLOSED, "");
    expect_feed(stream, "", EVENT_STREAM_CLOSED, "");
    event_stream_free(stream);

    stream = new_stream(8);
    expect_feed(stream, ":1234567", EVENT_STREAM_OK, "");
    expect_feed(stream, "", EVENT_STREAM_OK, "");
    expect_feed(stream, "8", EVENT_STREAM_TOO_LARGE, "");
    event_stream_free(stream);

    stream = new_stream(8);
    expect_feed(stream, "\xef\xbb\xbf" "data:\n\n", EVENT_STREAM_OK, "[message|];");
    event_stream_free(stream);
    stream = new_stream(8);
    expect_feed(stream, "\xef\xbb\xbf" "data:1\n", EVENT_STREAM_TOO_LARGE, "");
    event_stream_free(stream);
}
END_TEST

START_TEST(data_of_the_limit__R8)
{
    event_stream *stream = new_stream(7);
    expect_feed(stream, "data:12\ndata:45\ndata\n\n", EVENT_STREAM_OK, "[message|]12\n45\n;");
    expect_feed(stream, "data:12\ndata:45\ndata:7\n\n", EVENT_STREAM_OK, "[message|]12\n45\n7;");
    expect_feed(stream, "data:12\ndata:45\ndata:78", EVENT_STREAM_OK, "");
    expect_feed(stream, "\n", EVENT_STREAM_TOO_LARGE, "");
    expect_feed(stream, "\n", EVENT_STREAM_CLOSED, "");
    event_stream_free(stream);

    stream = new_stream(5);
    expect_feed(stream, "data\ndata\ndata\ndata\ndata\ndata\n", EVENT_STREAM_OK, "");
    expect_feed(stream, "data\n", EVENT_STREAM_TOO_LARGE, "");
    event_stream_free(stream);

    stream = new_stream(8); /* characters of three bytes */
    expect_feed(stream, "data:\xe4\xbd\xa0\ndata:\xe5\xa5\xbd\n\n", EVENT_STREAM_OK, "[message|]\xe4\xbd\xa0\n\xe5\xa5\xbd;");
    expect_feed(stream, "data:\xe4\xbd\xa0\ndata:\xe5\xa5\xbd\ndata:1\n", EVENT_STREAM_TOO_LARGE, "");
    event_stream_free(stream);
}
END_TEST

START_TEST(line_without_end__R8)
{
    event_stream *stream = new_stream(100000);
    char chunk[1000];
    memset(chunk, 'x', sizeof chunk);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(event_stream_feed(stream, chunk, sizeof chunk), EVENT_STREAM_OK);
    }
    ck_assert_int_eq(event_stream_feed(stream, chunk, 1), EVENT_STREAM_TOO_LARGE);
    event_stream_free(stream);
}
END_TEST

START_TEST(no_limit__R8)
{
    errno = 0;
    ck_assert_ptr_null(event_stream_new(0, (event_stream_handlers){on_event, on_retry}, told));
    ck_assert_int_eq(errno, EINVAL);
    event_stream *stream = new_stream(1);
    expect_feed(stream, ":\n", EVENT_STREAM_OK, "");
    expect_feed(stream, "::", EVENT_STREAM_TOO_LARGE, "");
    event_stream_free(stream);
    event_stream_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("event_stream");
    TCase *all = tcase_create("all");
    tcase_add_test(all, events__R1);
    tcase_add_test(all, told_with_the_byte_that_completes_it__R2);
    tcase_add_test(all, line_ends__R3);
    tcase_add_test(all, names_and_values__R4);
    tcase_add_test(all, last_event_id__R5);
    tcase_add_test(all, what_is_not_told__R6);
    tcase_add_test(all, reconnection_times__R7);
    tcase_add_test(all, lines_of_the_limit__R8);
    tcase_add_test(all, data_of_the_limit__R8);
    tcase_add_test(all, line_without_end__R8);
    tcase_add_test(all, no_limit__R8);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
