#define _POSIX_C_SOURCE 200809L

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "range_set.h"

static const int64_t BOUND = RANGE_SET_BOUND;

/* Of ranges written as "1:4 6:9". */
static range_set *set(const char *text)
{
    range ranges[16];
    size_t count = 0;
    for (int used = 0; sscanf(text, "%" SCNd64 ":%" SCNd64 "%n", &ranges[count].start, &ranges[count].end, &used) == 2;
         text += used) {
        count++;
    }
    range_set *result = NULL;
    ck_assert_int_eq(range_set_new(ranges, count, &result, NULL), RANGE_SET_OK);
    ck_assert_ptr_nonnull(result);
    return result;
}

static void expect(const range_set *actual, const char *expected)
{
    char text[512] = "";
    uint64_t size = 0;
    size_t count = 99;
    const range *ranges = range_set_ranges(actual, &count);
    for (size_t i = 0; i < count; i++) {
        size_t end = strlen(text);
        snprintf(text + end, sizeof text - end, "%s%" PRId64 ":%" PRId64, i == 0 ? "" : " ", ranges[i].start, ranges[i].end);
        size += (uint64_t)(ranges[i].end - ranges[i].start);
    }
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(range_set_size(actual), size);
}

static void expect_and_free(range_set *actual, const char *expected)
{
    ck_assert_ptr_nonnull(actual);
    expect(actual, expected);
    range_set_free(actual);
}

typedef range_set *(*operation)(const range_set *, const range_set *);

static void expect_of(operation apply, const char *left, const char *right, const char *expected)
{
    range_set *a = set(left);
    range_set *b = set(right);
    expect_and_free(apply(a, b), expected);
    range_set_free(a);
    range_set_free(b);
}

static range_set *of_bits(unsigned bits)
{
    range ranges[5];
    size_t count = 0;
    for (int64_t n = 0; n < 5; n++) {
        if (bits >> n & 1) {
            ranges[count++] = (range){n, n + 1};
        }
    }
    range_set *result = NULL;
    ck_assert_int_eq(range_set_new(ranges, count, &result, NULL), RANGE_SET_OK);
    return result;
}

static void expect_bits(range_set *actual, unsigned bits)
{
    for (int n = -1; n < 7; n++) {
        ck_assert_int_eq(range_set_contains(actual, n), n >= 0 && (bits >> n & 1) == 1);
    }
    range_set *expected = of_bits(bits);
    size_t count, expected_count;
    const range *ranges = range_set_ranges(actual, &count);
    const range *expected_ranges = range_set_ranges(expected, &expected_count);
    ck_assert_uint_eq(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(ranges[i].start, expected_ranges[i].start);
        ck_assert_int_eq(ranges[i].end, expected_ranges[i].end);
    }
    range_set_free(actual);
    range_set_free(expected);
}

START_TEST(fewest_ranges__R1)
{
    expect_and_free(set("5:9 1:3 3:4 2:3 8:12"), "1:4 5:12");
    expect_and_free(set("10:11 9:10 2:3"), "2:3 9:11");
    expect_and_free(set("1:9 2:3 4:5"), "1:9");
    expect_and_free(set("1:2 1:2 1:2"), "1:2");
    expect_and_free(set("1:3 1:5 4:5"), "1:5");
    expect_and_free(set("-5:-3 -100:-20 3:20"), "-100:-20 -5:-3 3:20");
    expect_and_free(set("1:2 3:4"), "1:2 3:4");
}
END_TEST

START_TEST(operations__R2)
{
    expect_of(range_set_union, "1:4 6:9", "3:7", "1:9");
    expect_of(range_set_intersection, "1:4 6:9", "3:7", "3:4 6:7");
    expect_of(range_set_difference, "1:4 6:9", "3:7", "1:3 7:9");
    expect_of(range_set_difference, "3:7", "1:4 6:9", "4:6");
    expect_of(range_set_difference, "0:10", "2:3 5:6 9:12", "0:2 3:5 6:9");
}
END_TEST

START_TEST(all_pairs_of_small_sets__R2)
{
    for (unsigned left = 0; left < 32; left++) {
        for (unsigned right = 0; right < 32; right++) {
            range_set *a = of_bits(left);
            range_set *b = of_bits(right);
            expect_bits(range_set_union(a, b), left | right);
            expect_bits(range_set_intersection(a, b), left & right);
            expect_bits(range_set_difference(a, b), left & ~right);
            range_set_free(a);
            range_set_free(b);
        }
    }
}
END_TEST

START_TEST(nothing__R3)
{
    range_set *none = NULL;
    ck_assert_int_eq(range_set_new(NULL, 0, &none, NULL), RANGE_SET_OK);
    expect_and_free(none, "");
    expect_and_free(set("3:3 7:7"), "");
    expect_and_free(set("1:5 3:3 9:9 5:5 0:0"), "1:5");
    expect_of(range_set_union, "1:2", "", "1:2");
    expect_of(range_set_union, "", "1:2", "1:2");
    expect_of(range_set_intersection, "1:2", "", "");
    expect_of(range_set_intersection, "", "1:2", "");
    expect_of(range_set_difference, "", "1:2", "");
    expect_of(range_set_difference, "1:2", "", "1:2");
    expect_of(range_set_difference, "1:2", "1:2", "");
    expect_of(range_set_union, "", "", "");
    range_set_free(NULL);
}
END_TEST

START_TEST(ranges_that_touch__R3)
{
    expect_of(range_set_union, "0:5", "5:9", "0:9");
    expect_of(range_set_intersection, "0:5", "5:9", "");
    expect_of(range_set_difference, "0:9", "0:5", "5:9");
    expect_of(range_set_difference, "0:9", "5:9", "0:5");
    expect_of(range_set_union, "0:2 4:6", "2:4", "0:6");
}
END_TEST

START_TEST(members__R4)
{
    range_set *ranges = set("-2:1 5:6");
    ck_assert_uint_eq(range_set_size(ranges), 4);
    const int64_t inside[] = {-2, -1, 0, 5};
    const int64_t outside[] = {-3, 1, 2, 4, 6, 7, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        ck_assert(range_set_contains(ranges, inside[i]));
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        ck_assert(!range_set_contains(ranges, outside[i]));
    }
    range_set_free(ranges);
}
END_TEST

START_TEST(sets_never_change__R5)
{
    range list[] = {{1, 3}, {7, 9}};
    range_set *a = NULL;
    ck_assert_int_eq(range_set_new(list, 2, &a, NULL), RANGE_SET_OK);
    list[0].end = 99;
    range_set *b = set("2:8");
    expect_and_free(range_set_union(a, b), "1:9");
    expect_and_free(range_set_intersection(a, b), "2:3 7:8");
    expect_and_free(range_set_difference(a, b), "1:2 8:9");
    expect_and_free(range_set_union(a, a), "1:3 7:9");
    expect_and_free(range_set_difference(a, a), "");
    range_set *same = range_set_intersection(a, a);
    range_set_free(b);
    expect_and_free(a, "1:3 7:9");
    expect_and_free(same, "1:3 7:9");
}
END_TEST

START_TEST(list_is_not_sorted_in_place__R5)
{
    range list[] = {{7, 9}, {1, 3}};
    range_set *a = NULL;
    ck_assert_int_eq(range_set_new(list, 2, &a, NULL), RANGE_SET_OK);
    ck_assert_int_eq(list[0].start, 7);
    ck_assert_int_eq(list[1].start, 1);
    expect_and_free(a, "1:3 7:9");
}
END_TEST

static void expect_invalid(const range *ranges, size_t count, size_t expected)
{
    size_t invalid = 99;
    range_set *result = NULL;
    ck_assert_int_eq(range_set_new(ranges, count, &result, &invalid), RANGE_SET_INVALID_RANGE);
    ck_assert_uint_eq(invalid, expected);
    ck_assert_int_eq(range_set_new(ranges, count, &result, NULL), RANGE_SET_INVALID_RANGE);
    ck_assert_ptr_null(result);
}

START_TEST(ranges_that_can_not_be__R6)
{
    ck_assert_int_eq(RANGE_SET_OK, 0); /* a status is true if something is wrong */
    const range wrong[] = {
        {3, 2}, {0, BOUND + 1}, {-BOUND - 1, 0}, {BOUND + 1, BOUND + 1}, {-BOUND - 1, -BOUND - 1}, {INT64_MIN, INT64_MAX}, {INT64_MAX, INT64_MIN},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        expect_invalid(&wrong[i], 1, 0);
        const range list[] = {{5, 6}, {1, 1}, wrong[i], {9, 8}};
        expect_invalid(list, 4, 2);
    }
}
END_TEST

START_TEST(bounds__R7)
{
    range_set *all = set("-4503599627370496:4503599627370496");
    ck_assert_uint_eq(range_set_size(all), UINT64_C(1) << 53);
    ck_assert(range_set_contains(all, -BOUND));
    ck_assert(range_set_contains(all, BOUND - 1));
    ck_assert(!range_set_contains(all, BOUND));
    range_set *one = set("0:1");
    range_set *rest = range_set_difference(all, one);
    expect(rest, "-4503599627370496:0 1:4503599627370496");
    ck_assert_uint_eq(range_set_size(rest), (UINT64_C(1) << 53) - 1);
    expect_and_free(range_set_difference(all, all), "");
    expect_and_free(set("4503599627370496:4503599627370496 -4503599627370496:-4503599627370496"), "");
    range_set_free(all);
    range_set_free(one);
    range_set_free(rest);
}
END_TEST

START_TEST(many_ranges__R8)
{
    enum { COUNT = 200000 };
    range *list = malloc(COUNT * sizeof *list);
    ck_assert_ptr_nonnull(list);
    for (int64_t i = 0; i < COUNT; i++) {
        list[i] = (range){4 * (COUNT - 1 - i), 4 * (COUNT - 1 - i) + 2};
    }
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    range_set *a = NULL;
    range_set *b = NULL;
    ck_assert_int_eq(range_set_new(list, COUNT, &a, NULL), RANGE_SET_OK);
    for (size_t i = 0; i < COUNT; i++) {
        list[i].start++;
        list[i].end++;
    }
    ck_assert_int_eq(range_set_new(list, COUNT, &b, NULL), RANGE_SET_OK);
    free(list);
    operation operations[] = {range_set_union, range_set_intersection, range_set_difference};
    uint64_t sizes[] = {3 * COUNT, COUNT, COUNT};
    for (size_t i = 0; i < 3; i++) {
        range_set *result = operations[i](a, b);
        ck_assert_uint_eq(range_set_size(result), sizes[i]);
        range_set_free(result);
    }
    int found = 0;
    for (int64_t i = 0; i < COUNT; i++) {
        found += range_set_contains(a, 4 * i + i % 4);
    }
    ck_assert_int_eq(found, COUNT / 2);
    clock_gettime(CLOCK_MONOTONIC, &end);
    ck_assert_int_lt(end.tv_sec - start.tv_sec, 5);
    range_set_free(a);
    range_set_free(b);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("range-set");
    tcase_add_test(tests, fewest_ranges__R1);
    tcase_add_test(tests, operations__R2);
    tcase_add_test(tests, all_pairs_of_small_sets__R2);
    tcase_add_test(tests, nothing__R3);
    tcase_add_test(tests, ranges_that_touch__R3);
    tcase_add_test(tests, members__R4);
    tcase_add_test(tests, sets_never_change__R5);
    tcase_add_test(tests, list_is_not_sorted_in_place__R5);
    tcase_add_test(tests, ranges_that_can_not_be__R6);
    tcase_add_test(tests, bounds__R7);
    tcase_add_test(tests, many_ranges__R8);
    Suite *suite = suite_create("range-set");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
