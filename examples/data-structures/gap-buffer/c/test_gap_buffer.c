#define _POSIX_C_SOURCE 200809L /* strndup */

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gap_buffer.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static gap_buffer *new_buffer(size_t max_steps)
{
    gap_buffer *buffer = gap_buffer_new(max_steps);
    ck_assert_ptr_nonnull(buffer);
    return buffer;
}

static void insert(gap_buffer *buffer, const char *text)
{
    ck_assert_int_eq(gap_buffer_insert(buffer, text, strlen(text)), GAP_BUFFER_OK);
}

static void move(gap_buffer *buffer, size_t position)
{
    ck_assert_int_eq(gap_buffer_move(buffer, position), GAP_BUFFER_OK);
}

static void delete_before(gap_buffer *buffer, size_t count)
{
    ck_assert_int_eq(gap_buffer_delete_before(buffer, count), GAP_BUFFER_OK);
}

static void delete_after(gap_buffer *buffer, size_t count)
{
    ck_assert_int_eq(gap_buffer_delete_after(buffer, count), GAP_BUFFER_OK);
}

static bool undo(gap_buffer *buffer)
{
    bool is_done = false;
    ck_assert_int_eq(gap_buffer_undo(buffer, &is_done), GAP_BUFFER_OK);
    return is_done;
}

static bool redo(gap_buffer *buffer)
{
    bool is_done = false;
    ck_assert_int_eq(gap_buffer_redo(buffer, &is_done), GAP_BUFFER_OK);
    return is_done;
}

static void assert_read(const gap_buffer *buffer, size_t start, size_t end, const char *expected)
{
    char *text = NULL;
    size_t size = 12345;
    ck_assert_int_eq(gap_buffer_read(buffer, start, end, &text, &size), GAP_BUFFER_OK);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(size, strlen(expected));
    free(text);
}

/* The cursor is where the expected text has a |. */
static void assert_text(const gap_buffer *buffer, const char *expected)
{
    const char *bar = strchr(expected, '|');
    size_t cursor = gap_buffer_cursor(buffer), length = gap_buffer_length(buffer);
    char *before = strndup(expected, (size_t)(bar - expected));
    assert_read(buffer, 0, cursor, before);
    assert_read(buffer, cursor, length, bar + 1);
    free(before);
}

/* A buffer with a text, inserted in one step, and the cursor at the |. */
static gap_buffer *new_with_text(const char *text)
{
    gap_buffer *buffer = new_buffer(3);
    const char *bar = strchr(text, '|');
    gap_buffer_begin_group(buffer);
    ck_assert_int_eq(gap_buffer_insert(buffer, text, (size_t)(bar - text)), GAP_BUFFER_OK);
    size_t cursor = gap_buffer_cursor(buffer);
    insert(buffer, bar + 1);
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    move(buffer, cursor);
    assert_text(buffer, text);
    return buffer;
}

START_TEST(test_edits_at_the_cursor__R1)
{
    gap_buffer *buffer = new_buffer(10);
    assert_text(buffer, "|");
    insert(buffer, "world");
    assert_text(buffer, "world|");
    move(buffer, 0);
    insert(buffer, "hello ");
    assert_text(buffer, "hello |world");
    move(buffer, 11);
    insert(buffer, "!");
    assert_text(buffer, "hello world!|");
    ck_assert_uint_eq(gap_buffer_length(buffer), 12);
    move(buffer, 5);
    ck_assert_uint_eq(gap_buffer_cursor(buffer), 5);
    delete_before(buffer, 4);
    assert_text(buffer, "h| world!");
    delete_after(buffer, 2);
    assert_text(buffer, "h|orld!");
    delete_after(buffer, 5);
    delete_before(buffer, 1);
    assert_text(buffer, "|");
    ck_assert_uint_eq(gap_buffer_length(buffer), 0);
    insert(buffer, "new");
    assert_text(buffer, "new|");
    gap_buffer_free(buffer);
    gap_buffer_free(NULL);
}
END_TEST

START_TEST(test_every_position__R1)
{
    for (size_t at = 0; at <= 6; at++) {
        for (size_t from = 0; from <= 6; from++) {
            gap_buffer *buffer = new_with_text("|abcdef");
            move(buffer, from);
            move(buffer, at);
            insert(buffer, "123456789");
            char expected[20] = "";
            strncat(expected, "abcdef", at);
            strcat(expected, "123456789|");
            strcat(expected, "abcdef" + at);
            assert_text(buffer, expected);
            gap_buffer_free(buffer);
        }
    }
}
END_TEST

START_TEST(test_long_text__R1)
{
    gap_buffer *buffer = new_buffer(30000);
    for (int i = 0; i < 100000; i++) {
        insert(buffer, "ab");
        insert(buffer, "c");
        move(buffer, gap_buffer_cursor(buffer) - 1);
        delete_before(buffer, 1);
    }
    ck_assert_uint_eq(gap_buffer_length(buffer), 200000);
    ck_assert_uint_eq(gap_buffer_cursor(buffer), 100000);
    assert_read(buffer, 99997, 100003, "aaaccc");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_code_points__R2)
{
    static const char *const points[] = {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                                         "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"};
    gap_buffer *buffer = new_buffer(2);
    for (size_t i = 0; i < COUNT(points); i++) {
        insert(buffer, points[i]);
        ck_assert_uint_eq(gap_buffer_length(buffer), i + 1);
    }
    move(buffer, 3);
    for (size_t i = 0; i < COUNT(points); i++) {
        assert_read(buffer, i, i + 1, points[i]);
    }
    delete_after(buffer, 5);
    delete_before(buffer, 1);
    assert_text(buffer, "\x01\x7F|\xF0\x90\x80\x80\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
    ck_assert(undo(buffer));
    ck_assert(undo(buffer));
    ck_assert_uint_eq(gap_buffer_cursor(buffer), 3);
    for (size_t i = 0; i < COUNT(points); i++) {
        assert_read(buffer, i, i + 1, points[i]);
    }
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_zero_and_combining_marks__R2)
{
    gap_buffer *buffer = new_buffer(0);
    ck_assert_int_eq(gap_buffer_insert(buffer, "a\0b", 3), GAP_BUFFER_OK);
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_eq(gap_buffer_read(buffer, 0, 3, &text, &size), GAP_BUFFER_OK);
    ck_assert_mem_eq(text, "a\0b", 4);
    ck_assert_uint_eq(size, 3);
    free(text);
    insert(buffer, "e\xCC\x81");
    ck_assert_uint_eq(gap_buffer_length(buffer), 5);
    delete_before(buffer, 1);
    assert_read(buffer, 2, 4, "be");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_read_anywhere__R3)
{
    static const char all[] = "abcdef";
    for (size_t cursor = 0; cursor <= 6; cursor++) {
        gap_buffer *buffer = new_with_text("abc|def");
        move(buffer, cursor);
        for (size_t start = 0; start <= 6; start++) {
            for (size_t end = start; end <= 6; end++) {
                char expected[7] = "";
                strncat(expected, all + start, end - start);
                assert_read(buffer, start, end, expected);
                ck_assert_uint_eq(gap_buffer_cursor(buffer), cursor);
            }
        }
        assert_read(buffer, 0, 6, all);
        gap_buffer_free(buffer);
    }
}
END_TEST

START_TEST(test_out_of_range__R4)
{
    gap_buffer *buffer = new_with_text("ab\xC3\xA9|d");
    char *text = NULL;
    size_t size = 5;
    ck_assert_int_eq(gap_buffer_move(buffer, 5), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_move(buffer, SIZE_MAX), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_read(buffer, 2, 5, &text, &size), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_read(buffer, 3, 2, &text, &size), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_read(buffer, 5, 5, &text, &size), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 5);
    ck_assert_int_eq(gap_buffer_delete_before(buffer, 4), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_delete_after(buffer, 2), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_delete_after(buffer, SIZE_MAX), GAP_BUFFER_OUT_OF_RANGE);
    assert_text(buffer, "ab\xC3\xA9|d");
    ck_assert(undo(buffer));
    assert_text(buffer, "|");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_invalid_text__R4)
{
    static const char *const texts[] = {
        "\x80", "a\xBF", "\xC3", "\xC3z", "\xC0\x80", "\xC1\xBF", "\xE2\x82", "\xE2\x82z", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x9F\x98", "\xF0\x9F\x98z", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
        "\xFF", "\xFE", "ab\xE2z\x82", "\xC3\xC3"};
    gap_buffer *buffer = new_with_text("ab|c");
    for (size_t i = 0; i < COUNT(texts); i++) {
        ck_assert_int_eq(gap_buffer_insert(buffer, texts[i], strlen(texts[i])), GAP_BUFFER_INVALID_TEXT);
        assert_text(buffer, "ab|c");
    }
    ck_assert_int_eq(gap_buffer_insert(buffer, "\xC3\xA9", 1), GAP_BUFFER_INVALID_TEXT);
    ck_assert(undo(buffer));
    ck_assert(!undo(buffer));
    ck_assert(redo(buffer));
    assert_read(buffer, 0, 3, "abc");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_undo_and_redo__R5)
{
    gap_buffer *buffer = new_buffer(100);
    ck_assert(!undo(buffer));
    ck_assert(!redo(buffer));
    insert(buffer, "abcdef");
    move(buffer, 2);
    insert(buffer, "12");
    move(buffer, 6);
    delete_before(buffer, 4);
    delete_after(buffer, 1);
    assert_text(buffer, "ab|f");
    static const char *const back[] = {"ab|ef", "ab12cd|ef", "ab|cdef", "|"};
    static const char *const forth[] = {"abcdef|", "ab12|cdef", "ab|ef", "ab|f"};
    for (int times = 0; times < 2; times++) {
        for (size_t i = 0; i < COUNT(back); i++) {
            move(buffer, gap_buffer_length(buffer) / 2);
            ck_assert(undo(buffer));
            assert_text(buffer, back[i]);
        }
        ck_assert(!undo(buffer));
        assert_text(buffer, "|");
        for (size_t i = 0; i < COUNT(forth); i++) {
            move(buffer, gap_buffer_length(buffer) / 3);
            ck_assert(redo(buffer));
            assert_text(buffer, forth[i]);
        }
        move(buffer, 3);
        ck_assert(!redo(buffer));
        assert_text(buffer, "abf|");
    }
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_groups__R6)
{
    gap_buffer *buffer = new_with_text("|abcdef");
    move(buffer, 6);
    gap_buffer_begin_group(buffer);
    move(buffer, 3);
    insert(buffer, "X");
    ck_assert_int_eq(gap_buffer_delete_after(buffer, 4), GAP_BUFFER_OUT_OF_RANGE);
    gap_buffer_begin_group(buffer);
    move(buffer, 7);
    delete_before(buffer, 2);
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    move(buffer, 0);
    delete_after(buffer, 1);
    move(buffer, 2);
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    insert(buffer, "Y");
    assert_text(buffer, "bcY|Xd");
    ck_assert(undo(buffer));
    assert_text(buffer, "bc|Xd");
    ck_assert(undo(buffer));
    assert_text(buffer, "abc|def");
    ck_assert(redo(buffer));
    assert_text(buffer, "|bcXd");
    ck_assert(redo(buffer));
    assert_text(buffer, "bcY|Xd");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_empty_groups_are_no_steps__R6)
{
    gap_buffer *buffer = new_with_text("ab|c");
    insert(buffer, "d");
    for (int times = 0; times < 5; times++) {
        gap_buffer_begin_group(buffer);
        move(buffer, 1);
        insert(buffer, "");
        ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    }
    ck_assert(undo(buffer));
    assert_text(buffer, "ab|c");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_wrong_state__R6)
{
    gap_buffer *buffer = new_with_text("ab|c");
    bool is_done = true;
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_WRONG_STATE);
    insert(buffer, "d");
    ck_assert(undo(buffer));
    gap_buffer_begin_group(buffer);
    gap_buffer_begin_group(buffer);
    for (int depth = 2; depth > 0; depth--) {
        ck_assert_int_eq(gap_buffer_undo(buffer, &is_done), GAP_BUFFER_WRONG_STATE);
        ck_assert_int_eq(gap_buffer_redo(buffer, &is_done), GAP_BUFFER_WRONG_STATE);
        assert_text(buffer, "ab|c");
        ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    }
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_WRONG_STATE);
    ck_assert(redo(buffer));
    assert_text(buffer, "abd|c");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_edit_ends_redo__R7)
{
    for (int kind = 0; kind < 3; kind++) {
        gap_buffer *buffer = new_with_text("ab|c");
        insert(buffer, "d");
        insert(buffer, "e");
        ck_assert(undo(buffer));
        ck_assert(undo(buffer));
        if (kind == 0) {
            insert(buffer, "x");
        } else if (kind == 1) {
            delete_before(buffer, 1);
        } else {
            delete_after(buffer, 1);
        }
        ck_assert(!redo(buffer));
        assert_text(buffer, kind == 0 ? "abx|c" : kind == 1 ? "a|c" : "ab|");
        ck_assert(undo(buffer));
        assert_text(buffer, "ab|c");
        gap_buffer_free(buffer);
    }
}
END_TEST

START_TEST(test_other_operations_keep_redo__R7)
{
    gap_buffer *buffer = new_with_text("ab|c");
    insert(buffer, "d");
    ck_assert(undo(buffer));
    move(buffer, 0);
    insert(buffer, "");
    ck_assert_int_eq(gap_buffer_insert(buffer, NULL, 0), GAP_BUFFER_OK);
    delete_before(buffer, 0);
    delete_after(buffer, 0);
    assert_read(buffer, 0, 3, "abc");
    gap_buffer_begin_group(buffer);
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    ck_assert_int_eq(gap_buffer_delete_before(buffer, 1), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_delete_after(buffer, 4), GAP_BUFFER_OUT_OF_RANGE);
    ck_assert_int_eq(gap_buffer_insert(buffer, "\xFF", 1), GAP_BUFFER_INVALID_TEXT);
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_WRONG_STATE);
    ck_assert(redo(buffer));
    assert_text(buffer, "abd|c");
    ck_assert(undo(buffer));
    ck_assert(undo(buffer));
    ck_assert(!undo(buffer));
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_oldest_steps_are_forgotten__R8)
{
    gap_buffer *buffer = new_buffer(3);
    insert(buffer, "a");
    gap_buffer_begin_group(buffer);
    for (int i = 0; i < 5; i++) {
        insert(buffer, "b");
    }
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    insert(buffer, "c");
    insert(buffer, "d");
    static const char *const back[] = {"abbbbbc|", "abbbbb|", "a|"};
    for (size_t i = 0; i < COUNT(back); i++) {
        ck_assert(undo(buffer));
        assert_text(buffer, back[i]);
    }
    ck_assert(!undo(buffer));
    ck_assert(redo(buffer));
    ck_assert(redo(buffer));
    insert(buffer, "x");
    insert(buffer, "y");
    assert_text(buffer, "abbbbbcxy|");
    for (int times = 0; times < 3; times++) {
        ck_assert(undo(buffer));
    }
    ck_assert(!undo(buffer));
    assert_text(buffer, "abbbbb|");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_group_is_forgotten_as_a_whole__R8)
{
    gap_buffer *buffer = new_buffer(1);
    gap_buffer_begin_group(buffer);
    insert(buffer, "a");
    insert(buffer, "b");
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    insert(buffer, "c");
    ck_assert(undo(buffer));
    ck_assert(!undo(buffer));
    assert_text(buffer, "ab|");
    gap_buffer_free(buffer);
}
END_TEST

START_TEST(test_no_steps_at_all__R8)
{
    gap_buffer *buffer = new_buffer(0);
    insert(buffer, "abc");
    gap_buffer_begin_group(buffer);
    delete_before(buffer, 1);
    insert(buffer, "d");
    ck_assert_int_eq(gap_buffer_end_group(buffer), GAP_BUFFER_OK);
    ck_assert(!undo(buffer));
    ck_assert(!redo(buffer));
    assert_text(buffer, "abd|");
    gap_buffer_free(buffer);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("gap_buffer");
    tcase_add_test(tests, test_edits_at_the_cursor__R1);
    tcase_add_test(tests, test_every_position__R1);
    tcase_add_test(tests, test_long_text__R1);
    tcase_add_test(tests, test_code_points__R2);
    tcase_add_test(tests, test_zero_and_combining_marks__R2);
    tcase_add_test(tests, test_read_anywhere__R3);
    tcase_add_test(tests, test_out_of_range__R4);
    tcase_add_test(tests, test_invalid_text__R4);
    tcase_add_test(tests, test_undo_and_redo__R5);
    tcase_add_test(tests, test_groups__R6);
    tcase_add_test(tests, test_empty_groups_are_no_steps__R6);
    tcase_add_test(tests, test_wrong_state__R6);
    tcase_add_test(tests, test_edit_ends_redo__R7);
    tcase_add_test(tests, test_other_operations_keep_redo__R7);
    tcase_add_test(tests, test_oldest_steps_are_forgotten__R8);
    tcase_add_test(tests, test_group_is_forgotten_as_a_whole__R8);
    tcase_add_test(tests, test_no_steps_at_all__R8);
    Suite *suite = suite_create("gap-buffer");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
