#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dependency_order.h"

#define LONG 10000
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A target from its name and the names of its dependencies. */
#define TARGET(...) target((const char *const[]){__VA_ARGS__, NULL})

#define ASSERT_BUILD(targets, status, ...) \
    assert_build(targets, COUNT(targets), status, (const char *const[]){__VA_ARGS__, NULL})
#define ASSERT_ORDER(targets, ...) ASSERT_BUILD(targets, DEPENDENCY_ORDER_OK, __VA_ARGS__)
#define ASSERT_DUPLICATE(targets, name) ASSERT_BUILD(targets, DEPENDENCY_ORDER_DUPLICATE_TARGET, name)
#define ASSERT_UNKNOWN(targets, target, dependency) \
    ASSERT_BUILD(targets, DEPENDENCY_ORDER_UNKNOWN_TARGET, target, dependency)
#define ASSERT_CYCLE(targets, ...) ASSERT_BUILD(targets, DEPENDENCY_ORDER_CYCLE, __VA_ARGS__)

static size_t length_of(const char *const *strings)
{
    size_t length = 0;
    while (strings[length]) {
        length++;
    }
    return length;
}

static dependency_order_target target(const char *const *strings)
{
    return (dependency_order_target){strings[0], strings + 1, length_of(strings + 1)};
}

/* names ends with NULL. */
static void assert_build(const dependency_order_target *targets, size_t count, dependency_order_status status,
                         const char *const *names)
{
    const char *overwritten[] = {"overwritten"};
    dependency_order_names result = {overwritten, 1};
    ck_assert_int_eq(dependency_order_build(targets, count, &result), status);
    ck_assert_uint_eq(result.count, length_of(names));
    for (size_t i = 0; i < result.count; i++) {
        ck_assert_str_eq(result.names[i], names[i]);
    }
    for (int times = 0; times < 2; times++) {
        dependency_order_names_free(&result);
        ck_assert_ptr_null(result.names);
        ck_assert_uint_eq(result.count, 0);
    }
}

START_TEST(test_dependencies_come_first_wherever_declared__R1)
{
    dependency_order_target targets[] = {
        TARGET("app", "http", "log"), TARGET("core"),        TARGET("http", "net", "core"),
        TARGET("net", "core"),        TARGET("log", "core"),
    };
    ASSERT_ORDER(targets, "core", "net", "http", "log", "app");
}
END_TEST

START_TEST(test_diamond_in_several_declaration_orders__R1)
{
    dependency_order_target down[] = {TARGET("top", "left", "right"), TARGET("left", "base"), TARGET("right", "base"),
                                      TARGET("base")};
    ASSERT_ORDER(down, "base", "left", "right", "top");
    dependency_order_target up[] = {TARGET("base"), TARGET("right", "base"), TARGET("left", "base"),
                                    TARGET("top", "left", "right")};
    ASSERT_ORDER(up, "base", "right", "left", "top");
    dependency_order_target mixed[] = {TARGET("right", "base"), TARGET("top", "left", "right"), TARGET("base"),
                                       TARGET("left", "base")};
    ASSERT_ORDER(mixed, "base", "right", "left", "top");
}
END_TEST

START_TEST(test_indirect_dependencies_come_first__R1)
{
    dependency_order_target targets[] = {TARGET("d", "c"), TARGET("b", "a"), TARGET("c", "b"), TARGET("a")};
    ASSERT_ORDER(targets, "a", "b", "c", "d");
}
END_TEST

START_TEST(test_input_is_not_changed__R1)
{
    char names[][2] = {"a", "b", "c"};
    const char *dependencies[] = {names[2], names[1], names[2]};
    dependency_order_target targets[] = {
        {names[0], dependencies, 3}, {names[1], NULL, 0}, {names[2], &dependencies[1], 1}};
    dependency_order_target before[COUNT(targets)];
    memcpy(before, targets, sizeof targets);

    ASSERT_ORDER(targets, "b", "c", "a");

    ck_assert_mem_eq(targets, before, sizeof targets);
    ck_assert_mem_eq(names, "a\0b\0c", sizeof names);
    ck_assert_ptr_eq(dependencies[0], names[2]);
    ck_assert_ptr_eq(dependencies[1], names[1]);
    ck_assert_ptr_eq(dependencies[2], names[2]);
}
END_TEST

START_TEST(test_names_are_not_copied__R1)
{
    char first[] = "first";
    char second[] = "second";
    dependency_order_target targets[] = {{first, NULL, 0}, {second, NULL, 0}};
    dependency_order_names result;
    ck_assert_int_eq(dependency_order_build(targets, 2, &result), DEPENDENCY_ORDER_OK);
    ck_assert_uint_eq(result.count, 2);
    ck_assert_ptr_eq(result.names[0], first);
    ck_assert_ptr_eq(result.names[1], second);
    dependency_order_names_free(&result);
}
END_TEST

START_TEST(test_ready_target_declared_first_comes_next__R2)
{
    dependency_order_target targets[] = {TARGET("x", "z"), TARGET("y"), TARGET("z"), TARGET("w")};
    ASSERT_ORDER(targets, "y", "z", "x", "w");
}
END_TEST

START_TEST(test_independent_targets_keep_their_order__R2)
{
    dependency_order_target targets[] = {TARGET("c"), TARGET("a"), TARGET("d"), TARGET("b")};
    ASSERT_ORDER(targets, "c", "a", "d", "b");
}
END_TEST

START_TEST(test_targets_made_ready_together_keep_their_order__R2)
{
    dependency_order_target targets[] = {TARGET("z", "base"), TARGET("a", "base"), TARGET("m", "base"),
                                         TARGET("base")};
    ASSERT_ORDER(targets, "base", "z", "a", "m");
}
END_TEST

START_TEST(test_targets_made_ready_take_their_places_among_others__R2)
{
    dependency_order_target targets[] = {TARGET("base"), TARGET("a"), TARGET("b", "base"), TARGET("c"),
                                         TARGET("d", "base"), TARGET("e"), TARGET("f", "base"), TARGET("g")};
    ASSERT_ORDER(targets, "base", "a", "b", "c", "d", "e", "f", "g");
}
END_TEST

START_TEST(test_decides_after_every_placement__R2)
{
    dependency_order_target targets[] = {TARGET("first", "third"), TARGET("second", "first"), TARGET("third"),
                                         TARGET("fourth")};
    ASSERT_ORDER(targets, "third", "first", "second", "fourth");
}
END_TEST

START_TEST(test_declaration_counts_not_moment_of_becoming_ready__R2)
{
    enum { STEPS = 100 };
    static char names[2 * STEPS][8];
    static const char *needed[STEPS];
    static const char *expected[2 * STEPS + 1];
    dependency_order_target targets[2 * STEPS];
    for (int i = 0; i < STEPS; i++) {
        snprintf(names[i], sizeof names[i], "s%d", i);
        snprintf(names[STEPS + i], sizeof names[i], "later%d", i);
        needed[i] = names[37 * i % STEPS];
        targets[i] = (dependency_order_target){names[i], NULL, 0};
        targets[STEPS + i] = (dependency_order_target){names[STEPS + i], &needed[i], 1};
    }
    for (int i = 0; i < 2 * STEPS; i++) {
        expected[i] = names[i];
    }
    assert_build(targets, COUNT(targets), DEPENDENCY_ORDER_OK, expected);
}
END_TEST

START_TEST(test_no_targets__R3)
{
    const char *overwritten[] = {"overwritten"};
    dependency_order_names result = {overwritten, 1};
    ck_assert_int_eq(dependency_order_build(NULL, 0, &result), DEPENDENCY_ORDER_OK);
    ck_assert_ptr_null(result.names);
    ck_assert_uint_eq(result.count, 0);
    dependency_order_names_free(&result);
    dependency_order_names_free(NULL);
}
END_TEST

START_TEST(test_repeated_dependency_counts_once__R3)
{
    dependency_order_target once[] = {TARGET("a", "b", "b"), TARGET("b"), TARGET("c")};
    ASSERT_ORDER(once, "b", "a", "c");
    dependency_order_target first[] = {TARGET("a", "b", "b", "c"), TARGET("b"), TARGET("c")};
    ASSERT_ORDER(first, "b", "c", "a");
    dependency_order_target around[] = {TARGET("a", "b", "c", "b"), TARGET("c"), TARGET("b")};
    ASSERT_ORDER(around, "c", "b", "a");
}
END_TEST

START_TEST(test_order_of_dependencies_has_no_influence__R3)
{
    static const char *const orders[][3] = {{"b", "c", "d"}, {"b", "d", "c"}, {"c", "b", "d"},
                                            {"c", "d", "b"}, {"d", "b", "c"}, {"d", "c", "b"}};
    for (size_t i = 0; i < COUNT(orders); i++) {
        dependency_order_target targets[] = {{"a", orders[i], 3}, TARGET("c"), TARGET("b"), TARGET("d", "c")};
        ASSERT_ORDER(targets, "c", "b", "d", "a");
    }
}
END_TEST

#define DISTINCT \
    "App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301"

START_TEST(test_similar_names_are_different_targets__R4)
{
    static const char *const distinct[] = {DISTINCT};
    dependency_order_target targets[COUNT(distinct)];
    for (size_t i = 0; i < COUNT(distinct); i++) {
        targets[i] = (dependency_order_target){distinct[i], NULL, 0};
    }
    ASSERT_ORDER(targets, DISTINCT);
}
END_TEST

START_TEST(test_dependency_names_exactly_one_target__R4)
{
    static const char *const distinct[] = {DISTINCT};
    enum { NAMES = COUNT(distinct) };
    for (size_t i = 0; i < NAMES; i++) {
        dependency_order_target targets[NAMES + 1] = {{"needs it", &distinct[i], 1}};
        const char *expected[NAMES + 2] = {NULL};
        size_t others = 0;
        for (size_t j = 0; j < NAMES; j++) {
            if (j != i) {
                expected[others++] = distinct[j];
                targets[others] = (dependency_order_target){distinct[j], NULL, 0};
            }
        }
        targets[NAMES] = (dependency_order_target){distinct[i], NULL, 0};
        expected[NAMES - 1] = distinct[i];
        expected[NAMES] = "needs it";
        assert_build(targets, COUNT(targets), DEPENDENCY_ORDER_OK, expected);
    }
}
END_TEST

START_TEST(test_equal_names_may_lie_at_different_addresses__R4)
{
    char declared[] = "name";
    char needed[] = "name";
    dependency_order_target targets[] = {TARGET("user", needed), {declared, NULL, 0}};
    ASSERT_ORDER(targets, "name", "user");
    dependency_order_target repeated[] = {{declared, NULL, 0}, {needed, NULL, 0}};
    ASSERT_DUPLICATE(repeated, "name");
}
END_TEST

START_TEST(test_similar_name_is_unknown__R4_R6)
{
    static const char *const pairs[][2] = {
        {"App", "app"}, {"01", "1"},           {"1", "01"},          {"a ", "a"},          {"a", "a "},
        {"a", ""},      {"e\u0301", "\u00e9"}, {"a", "constructor"}, {"abcdef", "abcdeg"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        dependency_order_target targets[] = {TARGET(pairs[i][0], pairs[i][1])};
        ASSERT_UNKNOWN(targets, pairs[i][0], pairs[i][1]);
    }
}
END_TEST

START_TEST(test_errors_hold_names_as_given__R4)
{
    static const char *const names[] = {"", "1", "01", "__proto__", "constructor", "a "};
    for (size_t i = 0; i < COUNT(names); i++) {
        dependency_order_target repeated[] = {TARGET(names[i]), TARGET(names[i])};
        ASSERT_DUPLICATE(repeated, names[i]);
        dependency_order_target unknown[] = {TARGET(names[i], "missing")};
        ASSERT_UNKNOWN(unknown, names[i], "missing");
        dependency_order_target cycle[] = {TARGET("b", names[i]), TARGET(names[i], "b")};
        ASSERT_CYCLE(cycle, "b", names[i], "b");
    }
}
END_TEST

START_TEST(test_duplicate_name__R5)
{
    dependency_order_target two[] = {TARGET("a"), TARGET("b", "a"), TARGET("a", "b")};
    ASSERT_DUPLICATE(two, "a");
    dependency_order_target three[] = {TARGET("a"), TARGET("a"), TARGET("a")};
    ASSERT_DUPLICATE(three, "a");
}
END_TEST

START_TEST(test_first_declaration_that_repeats_counts__R5)
{
    dependency_order_target inner[] = {TARGET("a"), TARGET("b"), TARGET("b"), TARGET("a")};
    ASSERT_DUPLICATE(inner, "b");
    dependency_order_target swapped[] = {TARGET("b"), TARGET("a"), TARGET("a"), TARGET("b")};
    ASSERT_DUPLICATE(swapped, "a");
    dependency_order_target round[] = {TARGET("c"), TARGET("a"), TARGET("b"), TARGET("c"), TARGET("a"), TARGET("b")};
    ASSERT_DUPLICATE(round, "c");
}
END_TEST

START_TEST(test_duplicate_comes_before_other_errors__R5)
{
    dependency_order_target targets[] = {TARGET("x", "missing"), TARGET("y", "y"), TARGET("z"), TARGET("z")};
    ASSERT_DUPLICATE(targets, "z");
}
END_TEST

START_TEST(test_unknown_dependency__R6)
{
    dependency_order_target targets[] = {TARGET("a"), TARGET("b", "a", "missing")};
    ASSERT_UNKNOWN(targets, "b", "missing");
}
END_TEST

START_TEST(test_first_unknown_of_first_target_counts__R6)
{
    dependency_order_target targets[] = {TARGET("ok"), TARGET("m", "ok", "zeta", "alpha"), TARGET("b", "beta")};
    ASSERT_UNKNOWN(targets, "m", "zeta");
}
END_TEST

START_TEST(test_order_of_declaration_decides_not_of_building__R6)
{
    dependency_order_target targets[] = {TARGET("a", "b", "zeta"), TARGET("b", "alpha")};
    ASSERT_UNKNOWN(targets, "a", "zeta");
}
END_TEST

START_TEST(test_unknown_comes_before_cycle__R6)
{
    dependency_order_target targets[] = {TARGET("a", "b"), TARGET("b", "a"), TARGET("c", "c"), TARGET("d", "missing")};
    ASSERT_UNKNOWN(targets, "d", "missing");
    dependency_order_target one[] = {TARGET("a", "a", "missing")};
    ASSERT_UNKNOWN(one, "a", "missing");
}
END_TEST

START_TEST(test_cycle_of_three__R7)
{
    dependency_order_target targets[] = {TARGET("a", "c"), TARGET("b", "a"), TARGET("c", "b")};
    ASSERT_CYCLE(targets, "a", "c", "b", "a");
}
END_TEST

START_TEST(test_cycle_of_one__R7)
{
    dependency_order_target alone[] = {TARGET("a", "a")};
    ASSERT_CYCLE(alone, "a", "a");
    dependency_order_target beside[] = {TARGET("free"), TARGET("b", "free", "b")};
    ASSERT_CYCLE(beside, "b", "b");
}
END_TEST

START_TEST(test_targets_that_only_depend_on_cycle_are_left_out__R7)
{
    dependency_order_target targets[] = {TARGET("user", "proxy"), TARGET("proxy", "b"), TARGET("a", "b"),
                                         TARGET("b", "a")};
    ASSERT_CYCLE(targets, "a", "b", "a");
}
END_TEST

START_TEST(test_targets_that_cycle_depends_on_are_left_out__R7)
{
    dependency_order_target targets[] = {TARGET("a", "free", "b"), TARGET("free"), TARGET("b", "free", "a")};
    ASSERT_CYCLE(targets, "a", "b", "a");
}
END_TEST

START_TEST(test_path_begins_with_target_declared_first__R7)
{
    dependency_order_target targets[] = {TARGET("start", "y"), TARGET("z", "x"), TARGET("x", "y"), TARGET("y", "z")};
    ASSERT_CYCLE(targets, "z", "x", "y", "z");
}
END_TEST

START_TEST(test_follows_first_blocked_dependency__R7)
{
    dependency_order_target targets[] = {TARGET("a", "free", "c", "b"), TARGET("b", "a"), TARGET("c", "a"),
                                         TARGET("free")};
    ASSERT_CYCLE(targets, "a", "c", "a");
}
END_TEST

START_TEST(test_first_blocked_target_leads_to_the_cycle__R7)
{
    dependency_order_target targets[] = {
        TARGET("start", "d"), TARGET("a", "b"), TARGET("b", "a"), TARGET("c", "d"),
        TARGET("d", "c"),     TARGET("e", "f"), TARGET("f", "e"),
    };
    ASSERT_CYCLE(targets, "c", "d", "c");
}
END_TEST

START_TEST(test_follows_blocked_dependency_in_no_cycle__R7)
{
    dependency_order_target targets[] = {TARGET("a", "bridge", "a"), TARGET("bridge", "d"), TARGET("c", "d"),
                                         TARGET("d", "c")};
    ASSERT_CYCLE(targets, "c", "d", "c");
}
END_TEST

START_TEST(test_self_dependency_beside_longer_cycle__R7)
{
    dependency_order_target self[] = {TARGET("a", "b"), TARGET("b", "b", "a")};
    ASSERT_CYCLE(self, "b", "b");
    dependency_order_target longer[] = {TARGET("a", "b"), TARGET("b", "a", "b")};
    ASSERT_CYCLE(longer, "a", "b", "a");
}
END_TEST

static char numbers[LONG][8];
static dependency_order_target long_targets[LONG];
static const char *long_dependencies[LONG];
static const char *long_expected[LONG + 2];

/* Each target depends on the one that is offset after it, the last ones on the first ones. Nothing is expected yet. */
static void declare_long_cycle(size_t offset)
{
    memset(long_expected, 0, sizeof long_expected);
    for (size_t i = 0; i < LONG; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%zu", i);
        long_dependencies[i] = numbers[(i + offset) % LONG];
        long_targets[i] = (dependency_order_target){numbers[i], &long_dependencies[i], 1};
    }
}

static void assert_long_build_within_two_seconds(dependency_order_status status)
{
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_build(long_targets, LONG, status, long_expected);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    ck_assert_double_lt(seconds, 2);
}

START_TEST(test_long_chain_each_needing_the_next__R8)
{
    declare_long_cycle(1);
    long_targets[LONG - 1].dependency_count = 0;
    for (size_t i = 0; i < LONG; i++) {
        long_expected[i] = numbers[LONG - 1 - i];
    }
    assert_long_build_within_two_seconds(DEPENDENCY_ORDER_OK);
}
END_TEST

START_TEST(test_long_chain_each_needing_the_one_before__R8)
{
    declare_long_cycle(LONG - 1);
    long_targets[0].dependency_count = 0;
    for (size_t i = 0; i < LONG; i++) {
        long_expected[i] = numbers[i];
    }
    assert_long_build_within_two_seconds(DEPENDENCY_ORDER_OK);
}
END_TEST

START_TEST(test_long_cycle_each_needing_the_next__R8)
{
    declare_long_cycle(1);
    for (size_t i = 0; i <= LONG; i++) {
        long_expected[i] = numbers[i % LONG];
    }
    assert_long_build_within_two_seconds(DEPENDENCY_ORDER_CYCLE);
}
END_TEST

START_TEST(test_long_cycle_each_needing_the_one_before__R8)
{
    declare_long_cycle(LONG - 1);
    for (size_t i = 0; i <= LONG; i++) {
        long_expected[i] = numbers[(LONG - i) % LONG];
    }
    assert_long_build_within_two_seconds(DEPENDENCY_ORDER_CYCLE);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("dependency-order");
    tcase_add_test(tests, test_dependencies_come_first_wherever_declared__R1);
    tcase_add_test(tests, test_diamond_in_several_declaration_orders__R1);
    tcase_add_test(tests, test_indirect_dependencies_come_first__R1);
    tcase_add_test(tests, test_input_is_not_changed__R1);
    tcase_add_test(tests, test_names_are_not_copied__R1);
    tcase_add_test(tests, test_ready_target_declared_first_comes_next__R2);
    tcase_add_test(tests, test_independent_targets_keep_their_order__R2);
    tcase_add_test(tests, test_targets_made_ready_together_keep_their_order__R2);
    tcase_add_test(tests, test_targets_made_ready_take_their_places_among_others__R2);
    tcase_add_test(tests, test_decides_after_every_placement__R2);
    tcase_add_test(tests, test_declaration_counts_not_moment_of_becoming_ready__R2);
    tcase_add_test(tests, test_no_targets__R3);
    tcase_add_test(tests, test_repeated_dependency_counts_once__R3);
    tcase_add_test(tests, test_order_of_dependencies_has_no_influence__R3);
    tcase_add_test(tests, test_similar_names_are_different_targets__R4);
    tcase_add_test(tests, test_dependency_names_exactly_one_target__R4);
    tcase_add_test(tests, test_equal_names_may_lie_at_different_addresses__R4);
    tcase_add_test(tests, test_similar_name_is_unknown__R4_R6);
    tcase_add_test(tests, test_errors_hold_names_as_given__R4);
    tcase_add_test(tests, test_duplicate_name__R5);
    tcase_add_test(tests, test_first_declaration_that_repeats_counts__R5);
    tcase_add_test(tests, test_duplicate_comes_before_other_errors__R5);
    tcase_add_test(tests, test_unknown_dependency__R6);
    tcase_add_test(tests, test_first_unknown_of_first_target_counts__R6);
    tcase_add_test(tests, test_order_of_declaration_decides_not_of_building__R6);
    tcase_add_test(tests, test_unknown_comes_before_cycle__R6);
    tcase_add_test(tests, test_cycle_of_three__R7);
    tcase_add_test(tests, test_cycle_of_one__R7);
    tcase_add_test(tests, test_targets_that_only_depend_on_cycle_are_left_out__R7);
    tcase_add_test(tests, test_targets_that_cycle_depends_on_are_left_out__R7);
    tcase_add_test(tests, test_path_begins_with_target_declared_first__R7);
    tcase_add_test(tests, test_follows_first_blocked_dependency__R7);
    tcase_add_test(tests, test_first_blocked_target_leads_to_the_cycle__R7);
    tcase_add_test(tests, test_follows_blocked_dependency_in_no_cycle__R7);
    tcase_add_test(tests, test_self_dependency_beside_longer_cycle__R7);
    tcase_add_test(tests, test_long_chain_each_needing_the_next__R8);
    tcase_add_test(tests, test_long_chain_each_needing_the_one_before__R8);
    tcase_add_test(tests, test_long_cycle_each_needing_the_next__R8);
    tcase_add_test(tests, test_long_cycle_each_needing_the_one_before__R8);
    Suite *suite = suite_create("dependency-order");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
