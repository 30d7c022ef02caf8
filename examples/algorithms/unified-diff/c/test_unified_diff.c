#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unified_diff.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define UNENDED "\n\\ No newline at end of file\n"
#define MOST_LINES 64

typedef struct {
    const char *old_text;
    const char *new_text;
    int context;
    const char *expected;
} example;

static char *diff_of(const char *old_text, const char *new_text, int context)
{
    char *diff = NULL;
    ck_assert_int_eq(unified_diff(old_text, new_text, context, &diff), UNIFIED_DIFF_OK);
    ck_assert_ptr_nonnull(diff);
    return diff;
}

static void assert_examples(const example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *diff = diff_of(examples[i].old_text, examples[i].new_text, examples[i].context);
        ck_assert_str_eq(diff, examples[i].expected);
        free(diff);
    }
}

START_TEST(test_context__R1)
{
    static const char all[] = "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n";
    static const char old_text[] = "a\nb\nc\nd\ne\nf\ng\n", new_text[] = "a\nb\nc\nD\ne\nf\ng\n";
    const example examples[] = {
        {"a\nb\nc\nd\ne\n", "a\nB\nc\nd\ne\n", 1, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
        {old_text, new_text, 0, "@@ -4 +4 @@\n-d\n+D\n"},
        {old_text, new_text, 2, "@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n"},
        {old_text, new_text, 3, all},
        {old_text, new_text, 4, all},
        {old_text, new_text, INT_MAX, all},
        {"a\nb\nc\n", "A\nb\nC\n", INT_MAX, "@@ -1,3 +1,3 @@\n-a\n+A\n b\n-c\n+C\n"},
        {"a\nx\ny\nb\n", "a\nP\nQ\nR\nb\n", 1, "@@ -1,4 +1,5 @@\n a\n-x\n-y\n+P\n+Q\n+R\n b\n"},
        {"a\nb\nc\n", "A\nb\nc\n", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n"},
        {"a\nb\nc\n", "a\nb\nC\n", 1, "@@ -2,2 +2,2 @@\n b\n-c\n+C\n"},
    };
    assert_examples(examples, COUNT(examples));
}
END_TEST

START_TEST(test_near_changes_share_a_hunk__R2)
{
    static const example examples[] = {
        {"a\nb\nc\nd\n", "A\nb\nc\nD\n", 1, "@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n-d\n+D\n"},
        {"a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n", 1,
         "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n"},
        {"a\nb\nc\n", "A\nb\nC\n", 0, "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n"},
        {"a\nb\nc\nd\ne\nf\ng\n", "A\nb\nc\nD\ne\nf\nG\n", 1,
         "@@ -1,7 +1,7 @@\n-a\n+A\n b\n c\n-d\n+D\n e\n f\n-g\n+G\n"},
        {"a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n", 2, "@@ -1,5 +1,5 @@\n-a\n+A\n b\n c\n d\n-e\n+E\n"},
    };
    assert_examples(examples, COUNT(examples));
}
END_TEST

START_TEST(test_headers__R3)
{
    static const example examples[] = {
        {"a\nb\n", "a\nX\nb\n", 0, "@@ -1,0 +2 @@\n+X\n"},
        {"a\nb\n", "X\na\nb\n", 0, "@@ -0,0 +1 @@\n+X\n"},
        {"a\nb\n", "a\nb\nX\nY\n", 0, "@@ -2,0 +3,2 @@\n+X\n+Y\n"},
        {"a\nb\nc\n", "a\nc\n", 0, "@@ -2 +1,0 @@\n-b\n"},
        {"a\nb\n", "b\n", 0, "@@ -1 +0,0 @@\n-a\n"},
        {"a\nb\nc\n", "a\n", 0, "@@ -2,2 +1,0 @@\n-b\n-c\n"},
        {"a\nb\nc\nd\ne\nf\ng\n", "X\nY\na\nb\nc\nd\ne\ng\n", 1,
         "@@ -1 +1,3 @@\n+X\n+Y\n a\n@@ -5,3 +7,2 @@\n e\n-f\n g\n"},
    };
    assert_examples(examples, COUNT(examples));
}
END_TEST

/* The text behind as many characters, which must be those of other. */
static const char *skip_same(const char *text, const char *other, size_t length)
{
    ck_assert_int_eq(strncmp(text, other, length), 0);
    return text + length;
}

/* Carries out a diff of lines with their newlines; returns how many lines it removes and adds. */
static size_t patch(const char *old_text, const char *diff, char *result)
{
    size_t changed = 0;
    size_t old_line = 1;
    while (*diff) {
        size_t length = strcspn(diff, "\n") + 1;
        if (*diff == '@') {
            size_t start;
            ck_assert_int_eq(sscanf(diff, "@@ -%zu", &start), 1);
            start += strstr(diff, ",0 +") && strstr(diff, ",0 +") < diff + length ? 1 : 0;
            for (; old_line < start; old_line++) {
                *result++ = *old_text++;
                *result++ = *old_text++;
            }
        } else {
            if (*diff != '+') {
                old_text = skip_same(old_text, diff + 1, length - 1);
                old_line++;
            }
            if (*diff != '-') {
                memcpy(result, diff + 1, length - 1);
                result += length - 1;
            }
            changed += *diff != ' ';
        }
        diff += length;
    }
    strcpy(result, old_text);
    return changed;
}

/* The least number of changed lines between texts with one character a line. */
static size_t least_changes(const char *old_text, const char *new_text)
{
    size_t old_count = strlen(old_text) / 2, new_count = strlen(new_text) / 2;
    size_t common[MOST_LINES + 1][MOST_LINES + 1] = {0};
    for (size_t i = 0; i < old_count; i++) {
        for (size_t j = 0; j < new_count; j++) {
            size_t longer = common[i][j + 1] > common[i + 1][j] ? common[i][j + 1] : common[i + 1][j];
            common[i + 1][j + 1] = old_text[2 * i] == new_text[2 * j] ? common[i][j] + 1 : longer;
        }
    }
    return old_count + new_count - 2 * common[old_count][new_count];
}

static void assert_least(const char *old_text, const char *new_text, int context)
{
    char result[2 * MOST_LINES + 1];
    char *diff = diff_of(old_text, new_text, context);
    ck_assert_uint_eq(patch(old_text, diff, result), least_changes(old_text, new_text));
    ck_assert_str_eq(result, new_text);
    free(diff);
}

START_TEST(test_all_short_texts__R4)
{
    enum { LENGTH = 5 };
    char texts[1 << (LENGTH + 1)][2 * LENGTH + 1];
    size_t count = 0;
    for (int length = 0; length <= LENGTH; length++) {
        for (int bits = 0; bits < 1 << length; bits++, count++) {
            for (int i = 0; i < length; i++) {
                memcpy(texts[count] + 2 * i, bits & 1 << i ? "b\n" : "a\n", 2);
            }
            texts[count][2 * length] = '\0';
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            assert_least(texts[i], texts[j], (int)(i + j) % 3);
        }
    }
}
END_TEST

START_TEST(test_longer_texts__R4)
{
    unsigned state = 7;
    for (int round = 0; round < 100; round++) {
        char texts[2][2 * MOST_LINES + 1];
        for (int side = 0; side < 2; side++) {
            int length = 10 + (round * (3 + side)) % 50;
            for (int i = 0; i < length; i++) {
                state = state * 1103515245u + 12345u;
                texts[side][2 * i] = (char)('a' + (state >> 16) % (2 + (unsigned)round % 5));
                texts[side][2 * i + 1] = '\n';
            }
            texts[side][2 * length] = '\0';
        }
        assert_least(texts[0], texts[1], round % 4);
    }
}
END_TEST

START_TEST(test_equal_and_empty_texts__R5)
{
    static const example examples[] = {
        {"", "", 3, ""},
        {"a\nb\n", "a\nb\n", 3, ""},
        {"a", "a", 0, ""},
        {"", "a\n", 3, "@@ -0,0 +1 @@\n+a\n"},
        {"", "a\nb\n", 3, "@@ -0,0 +1,2 @@\n+a\n+b\n"},
        {"a\n", "", 3, "@@ -1 +0,0 @@\n-a\n"},
        {"a\nb\n", "", 0, "@@ -1,2 +0,0 @@\n-a\n-b\n"},
        {"\n", "", 1, "@@ -1 +0,0 @@\n-\n"},
        {"a\n\nb\n", "a\nb\n", 1, "@@ -1,3 +1,2 @@\n a\n-\n b\n"},
        {"-a\n@@ -1 +1 @@\n", "-a\n+b\n", 1, "@@ -1,2 +1,2 @@\n -a\n-@@ -1 +1 @@\n++b\n"},
    };
    assert_examples(examples, COUNT(examples));
}
END_TEST

START_TEST(test_missing_newline__R6)
{
    static const example examples[] = {
        {"a\nb", "a\nc", 1, "@@ -1,2 +1,2 @@\n a\n-b" UNENDED "+c" UNENDED},
        {"a", "a\n", 3, "@@ -1 +1 @@\n-a" UNENDED "+a\n"},
        {"a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a" UNENDED},
        {"a\nb", "A\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b" UNENDED},
        {"a\nb", "A\nb", 0, "@@ -1 +1 @@\n-a\n+A\n"},
        {"a", "a\nb\n", 3, "@@ -1 +1,2 @@\n-a" UNENDED "+a\n+b\n"},
        {"", "a", 3, "@@ -0,0 +1 @@\n+a" UNENDED},
        {"a\r\nb\n", "a\nb\n", 0, "@@ -1 +1 @@\n-a\r\n+a\n"},
        {"a\r\nb\r\n", "a\r\nc\r\n", 1, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
        {"a\rb\n", "a\rc\n", 1, "@@ -1 +1 @@\n-a\rb\n+a\rc\n"},
        {"\xc3\xa9\xe2\x80\xa8\f\n", "e\xcc\x81\xe2\x80\xa8\f\n", 0,
         "@@ -1 +1 @@\n-\xc3\xa9\xe2\x80\xa8\f\n+e\xcc\x81\xe2\x80\xa8\f\n"},
    };
    assert_examples(examples, COUNT(examples));
}
END_TEST

START_TEST(test_negative_context__R7)
{
    static const int negative[] = {-1, -2, INT_MIN};
    for (size_t i = 0; i < COUNT(negative); i++) {
        char untouched[] = "untouched";
        char *diff = untouched;
        ck_assert_int_eq(unified_diff("a\n", "b\n", negative[i], &diff), UNIFIED_DIFF_INVALID_ARGUMENT);
        ck_assert_ptr_null(diff);
        ck_assert_int_eq(unified_diff("a\n", "a\n", negative[i], &diff), UNIFIED_DIFF_INVALID_ARGUMENT);
    }
}
END_TEST

/* Numbered lines, the middle one of every step of them with a prefix of its own. */
static char *numbered_lines(int count, int step, char prefix)
{
    char *text = malloc((size_t)count * 8 + 1), *at = text;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < count; i++) {
        at += sprintf(at, "%c%d\n", i % step == step / 2 ? prefix : '1', i);
    }
    return text;
}

static void assert_quick(int count, int step, int changed)
{
    char *old_text = numbered_lines(count, step, 'x');
    char *new_text = numbered_lines(count, step, 'y');
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    char *diff = diff_of(old_text, new_text, 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    ck_assert_double_lt((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, 2);
    int removed = 0, added = 0;
    for (const char *at = diff; (at = strchr(at, '\n')); at++) {
        removed += at[1] == '-';
        added += at[1] == '+';
    }
    ck_assert_int_eq(removed, changed);
    ck_assert_int_eq(added, changed);
    free(diff);
    free(old_text);
    free(new_text);
}

START_TEST(test_long_texts__R8)
{
    assert_quick(20000, 1000, 20);
}
END_TEST

START_TEST(test_nothing_in_common__R8)
{
    assert_quick(400, 1, 400);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("unified-diff");
    tcase_set_timeout(tests, 20);
    tcase_add_test(tests, test_context__R1);
    tcase_add_test(tests, test_near_changes_share_a_hunk__R2);
    tcase_add_test(tests, test_headers__R3);
    tcase_add_test(tests, test_all_short_texts__R4);
    tcase_add_test(tests, test_longer_texts__R4);
    tcase_add_test(tests, test_equal_and_empty_texts__R5);
    tcase_add_test(tests, test_missing_newline__R6);
    tcase_add_test(tests, test_negative_context__R7);
    tcase_add_test(tests, test_long_texts__R8);
    tcase_add_test(tests, test_nothing_in_common__R8);
    Suite *suite = suite_create("unified-diff");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
