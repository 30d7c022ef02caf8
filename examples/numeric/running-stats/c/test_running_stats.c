#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "running_stats.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NO_VALUE 12345.0

static const double ordinary[] = {2, 4, 4, 4, 5, 5, 7, 9};

static void add(running_stats *stats, double value)
{
    ck_assert_int_eq(running_stats_add(stats, value), RUNNING_STATS_OK);
}

static void merge(running_stats *stats, const running_stats *other)
{
    ck_assert_int_eq(running_stats_merge(stats, other), RUNNING_STATS_OK);
}

static running_stats of(const double *values, size_t count)
{
    running_stats stats = {0};
    for (size_t i = 0; i < count; i++) {
        add(&stats, values[i]);
    }
    return stats;
}

typedef bool query(const running_stats *stats, double *result);

/* What a query says; checks that it leaves the result alone if there is none. */
static double ask(query *statistic, const running_stats *stats)
{
    double result = NO_VALUE;
    if (!statistic(stats, &result)) {
        ck_assert_double_eq(result, NO_VALUE);
    }
    return result;
}

static bool is_near(double actual, double expected, double relative)
{
    return fabs(actual - expected) <= relative * fabs(expected);
}

/* The sample variance is expected to be missing if there is one value. */
static void assert_stats(const running_stats *stats, uint64_t count, double minimum, double maximum, double mean,
                         double population, double relative)
{
    ck_assert_uint_eq(stats->count, count);
    ck_assert_double_eq(ask(running_stats_minimum, stats), minimum);
    ck_assert_double_eq(ask(running_stats_maximum, stats), maximum);
    ck_assert(is_near(ask(running_stats_mean, stats), mean, fmin(relative, 1e-12)));
    ck_assert(is_near(ask(running_stats_population_variance, stats), population, relative));
    double sample = count == 1 ? NO_VALUE : population * (double)count / (double)(count - 1);
    ck_assert(is_near(ask(running_stats_sample_variance, stats), sample, relative));
}

static void assert_empty(const running_stats *stats)
{
    query *const queries[] = {running_stats_minimum, running_stats_maximum, running_stats_mean,
                              running_stats_population_variance, running_stats_sample_variance};
    ck_assert_uint_eq(stats->count, 0);
    for (size_t i = 0; i < COUNT(queries); i++) {
        ck_assert_double_eq(ask(queries[i], stats), NO_VALUE);
    }
}

static void assert_same(const running_stats *one, const running_stats *other)
{
    ck_assert_uint_eq(one->count, other->count);
    ck_assert_double_eq(ask(running_stats_minimum, one), ask(running_stats_minimum, other));
    ck_assert_double_eq(ask(running_stats_maximum, one), ask(running_stats_maximum, other));
    ck_assert_double_eq(ask(running_stats_mean, one), ask(running_stats_mean, other));
    ck_assert_double_eq(ask(running_stats_sample_variance, one), ask(running_stats_sample_variance, other));
}

START_TEST(test_statistics_of_ordinary_values__R1)
{
    running_stats stats = of(ordinary, COUNT(ordinary));
    assert_stats(&stats, 8, 2, 9, 5, 4, 1e-12);
    ck_assert(is_near(ask(running_stats_sample_variance, &stats), 32.0 / 7, 1e-12));
    const double mixed[] = {-1.5, 3.25, 0, -7};
    stats = of(mixed, COUNT(mixed));
    assert_stats(&stats, 4, -7, 3.25, -1.3125, 13.73046875, 1e-12);
}
END_TEST

START_TEST(test_order_does_not_matter__R1)
{
    running_stats stats = {0};
    for (size_t i = COUNT(ordinary); i-- > 0;) {
        add(&stats, ordinary[i]);
    }
    assert_stats(&stats, 8, 2, 9, 5, 4, 1e-12);
}
END_TEST

START_TEST(test_asked_between_additions__R1)
{
    running_stats stats = {0};
    add(&stats, 3);
    add(&stats, 1);
    for (int times = 0; times < 2; times++) {
        assert_stats(&stats, 2, 1, 3, 2, 1, 1e-12);
    }
    add(&stats, 8);
    assert_stats(&stats, 3, 1, 8, 4, 26.0 / 3, 1e-12);
}
END_TEST

START_TEST(test_no_value_and_one_value__R2)
{
    const double values[] = {5.5, -3, 0, 1e300};
    for (size_t i = 0; i < COUNT(values); i++) {
        running_stats stats = {0};
        assert_empty(&stats);
        add(&stats, values[i]);
        assert_stats(&stats, 1, values[i], values[i], values[i], 0, 0);
    }
}
END_TEST

START_TEST(test_equal_values_have_no_variance__R3)
{
    const double values[] = {0.1, -1e9 / 3, 5e-324};
    for (size_t i = 0; i < COUNT(values); i++) {
        running_stats stats = {0};
        for (int times = 0; times < 1000; times++) {
            add(&stats, values[i]);
        }
        assert_stats(&stats, 1000, values[i], values[i], values[i], 0, 0);
        merge(&stats, &stats);
        assert_stats(&stats, 2000, values[i], values[i], values[i], 0, 0);
    }
}
END_TEST

START_TEST(test_large_offset__R4)
{
    for (double sign = -1; sign <= 1; sign += 2) {
        const double values[] = {sign * (1e9 + 4), sign * (1e9 + 7), sign * (1e9 + 13), sign * (1e9 + 16)};
        running_stats stats = of(values, COUNT(values));
        assert_stats(&stats, 4, fmin(values[0], values[3]), fmax(values[0], values[3]), sign * (1e9 + 10), 22.5, 1e-6);
    }
}
END_TEST

START_TEST(test_many_values_at_a_large_offset__R4)
{
    running_stats whole = {0}, merged = {0};
    for (int part = 0; part < 100; part++) {
        running_stats piece = {0};
        for (int i = 0; i < 1000; i++) {
            add(&whole, 1e9 + i % 10);
            add(&piece, 1e9 + i % 10);
        }
        merge(&merged, &piece);
    }
    assert_stats(&whole, 100000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25, 1e-6);
    assert_stats(&merged, 100000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25, 1e-6);
}
END_TEST

START_TEST(test_merged_wherever_it_was_cut__R5)
{
    for (size_t cut = 1; cut < COUNT(ordinary); cut++) {
        running_stats first = of(ordinary, cut), second = of(ordinary + cut, COUNT(ordinary) - cut);
        const running_stats before = first;
        running_stats turned = second;
        merge(&first, &second);
        merge(&turned, &before);
        assert_stats(&first, 8, 2, 9, 5, 4, 1e-12);
        assert_stats(&turned, 8, 2, 9, 5, 4, 1e-12);
    }
}
END_TEST

START_TEST(test_other_is_left_alone__R5)
{
    running_stats stats = of((const double[]){1, 3}, 2);
    const running_stats other = of((const double[]){10, 20, 30}, 3);
    merge(&stats, &other);
    add(&stats, 1000);
    assert_stats(&other, 3, 10, 30, 20, 200.0 / 3, 1e-12);
    ck_assert_double_eq(ask(running_stats_maximum, &stats), 1000);

    running_stats copied = {0}, source = other;
    merge(&copied, &source);
    add(&source, 40);
    assert_same(&copied, &other);
    assert_stats(&source, 4, 10, 40, 25, 125, 1e-12);
}
END_TEST

START_TEST(test_merges_with_empty_collectors__R6)
{
    const running_stats empty = {0}, filled = of(ordinary, COUNT(ordinary));
    running_stats stats = filled;
    merge(&stats, &empty);
    assert_same(&stats, &filled);
    stats = empty;
    merge(&stats, &empty);
    assert_empty(&stats);
    merge(&stats, &filled);
    assert_same(&stats, &filled);
    assert_stats(&stats, 8, 2, 9, 5, 4, 1e-12);
}
END_TEST

START_TEST(test_merged_with_itself__R6)
{
    running_stats stats = of((const double[]){1, 2, 6}, 3);
    merge(&stats, &stats);
    assert_stats(&stats, 6, 1, 6, 3, 14.0 / 3, 1e-12);
    add(&stats, 10);
    assert_stats(&stats, 7, 1, 10, 4, 70.0 / 7, 1e-12);
}
END_TEST

START_TEST(test_values_that_are_not_finite__R7)
{
    const double refused[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT(refused); i++) {
        running_stats stats = {0};
        ck_assert_int_eq(running_stats_add(&stats, refused[i]), RUNNING_STATS_NOT_FINITE);
        assert_empty(&stats);
        add(&stats, 1);
        add(&stats, 2);
        ck_assert_int_eq(running_stats_add(&stats, refused[i]), RUNNING_STATS_NOT_FINITE);
        assert_stats(&stats, 2, 1, 2, 1.5, 0.25, 1e-12);
        add(&stats, 3);
        assert_stats(&stats, 3, 1, 3, 2, 2.0 / 3, 1e-12);
    }
}
END_TEST

START_TEST(test_overflow_when_adding__R8)
{
    const double pairs[][2] = {{1e200, -1e200}, {1.7e308, -1.7e308}, {-1e160, 1e160}, {0, 1.7e308}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        running_stats stats = of(pairs[i], 1);
        ck_assert_int_eq(running_stats_add(&stats, pairs[i][1]), RUNNING_STATS_OVERFLOW);
        assert_stats(&stats, 1, pairs[i][0], pairs[i][0], pairs[i][0], 0, 0);
        add(&stats, pairs[i][0]);
        assert_stats(&stats, 2, pairs[i][0], pairs[i][0], pairs[i][0], 0, 0);
    }
}
END_TEST

START_TEST(test_overflow_when_merging__R8)
{
    running_stats stats = of((const double[]){1e200}, 1);
    const running_stats far_away = of((const double[]){-1e200}, 1);
    ck_assert_int_eq(running_stats_merge(&stats, &far_away), RUNNING_STATS_OVERFLOW);
    assert_stats(&stats, 1, 1e200, 1e200, 1e200, 0, 0);

    const running_stats wide = of((const double[]){9e153, -9e153}, 2);
    stats = wide;
    ck_assert_int_eq(running_stats_merge(&stats, &wide), RUNNING_STATS_OVERFLOW);
    assert_stats(&stats, 2, -9e153, 9e153, 0, 81e306, 1e-12);
}
END_TEST

START_TEST(test_large_values_are_no_error__R8)
{
    running_stats stats = of((const double[]){1.7e308, 1.7e308}, 2);
    assert_stats(&stats, 2, 1.7e308, 1.7e308, 1.7e308, 0, 0);
    merge(&stats, &stats);
    assert_stats(&stats, 4, 1.7e308, 1.7e308, 1.7e308, 0, 0);
    stats = of((const double[]){1e150, -1e150}, 2);
    assert_stats(&stats, 2, -1e150, 1e150, 0, 1e300, 1e-12);
    stats = of((const double[]){0, 1.8e154}, 2);
    assert_stats(&stats, 2, 0, 1.8e154, 9e153, 81e306, 1e-12);
    stats = of((const double[]){0}, 1);
    const running_stats great = of((const double[]){1.8e154}, 1);
    merge(&stats, &great);
    assert_stats(&stats, 2, 0, 1.8e154, 9e153, 81e306, 1e-12);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("running_stats");
    tcase_add_test(tests, test_statistics_of_ordinary_values__R1);
    tcase_add_test(tests, test_order_does_not_matter__R1);
    tcase_add_test(tests, test_asked_between_additions__R1);
    tcase_add_test(tests, test_no_value_and_one_value__R2);
    tcase_add_test(tests, test_equal_values_have_no_variance__R3);
    tcase_add_test(tests, test_large_offset__R4);
    tcase_add_test(tests, test_many_values_at_a_large_offset__R4);
    tcase_add_test(tests, test_merged_wherever_it_was_cut__R5);
    tcase_add_test(tests, test_other_is_left_alone__R5);
    tcase_add_test(tests, test_merges_with_empty_collectors__R6);
    tcase_add_test(tests, test_merged_with_itself__R6);
    tcase_add_test(tests, test_values_that_are_not_finite__R7);
    tcase_add_test(tests, test_overflow_when_adding__R8);
    tcase_add_test(tests, test_overflow_when_merging__R8);
    tcase_add_test(tests, test_large_values_are_no_error__R8);
    Suite *suite = suite_create("running-stats");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
