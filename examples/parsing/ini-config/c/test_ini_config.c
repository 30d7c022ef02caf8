#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ini_config.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ASSERT_PROBLEMS(text, ...) \
    assert_problems(text, (const ini_problem[]){__VA_ARGS__}, COUNT(((const ini_problem[]){__VA_ARGS__})))

static ini_config *parse(const char *text)
{
    ini_config *config = NULL;
    ck_assert_int_eq(ini_parse(text, &config), INI_OK);
    ck_assert_ptr_nonnull(config);
    size_t count = 1;
    ini_problems(config, &count);
    ck_assert_uint_eq(count, 0);
    return config;
}

/* value is NULL if the key is not to be set. */
static void assert_value(const char *text, const char *section, const char *key, const char *value)
{
    ini_config *config = parse(text);
    ck_assert_pstr_eq(ini_get(config, section, key), value);
    ini_free(config);
}

static void assert_problems(const char *text, const ini_problem *expected, size_t count)
{
    ini_config *config = NULL;
    ck_assert_msg(ini_parse(text, &config) == INI_PROBLEMS, "no problems: %s", text);
    ck_assert_ptr_null(ini_get(config, "", "ok"));
    size_t found;
    const ini_problem *problems = ini_problems(config, &found);
    ck_assert_msg(found == count, "%zu problems: %s", found, text);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(problems[i].line == expected[i].line, "line %zu: %s", problems[i].line, text);
        ck_assert_msg(problems[i].reason == expected[i].reason, "reason %d: %s", problems[i].reason, text);
    }
    ini_free(config);
}

START_TEST(test_settings_by_section_and_key__R1)
{
    ini_config *config = parse("top = 1\n\n; a comment = x\n[web]\n# [other]\nport = 80\nhost=example.com\n"
                               "[Db.main_2-b]\nport = 5432\n");
    ck_assert_pstr_eq(ini_get(config, "", "top"), "1");
    ck_assert_pstr_eq(ini_get(config, "web", "port"), "80");
    ck_assert_pstr_eq(ini_get(config, "web", "host"), "example.com");
    ck_assert_pstr_eq(ini_get(config, "Db.main_2-b", "port"), "5432");
    ck_assert_ptr_null(ini_get(config, "web", "top"));
    ck_assert_ptr_null(ini_get(config, "", "; a comment"));
    ini_free(config);
}
END_TEST

START_TEST(test_values_as_they_stand__R1)
{
    static const char *const values[] = {
        "", "x", "C:\\new", "#1", "; 2", "[s]", "1  2", "b\"", "b = \"c\" ; d", "\u00e9\u00a0",
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        char text[32];
        snprintf(text, sizeof text, "a = %s", values[i]);
        assert_value(text, "", "a", values[i]);
    }
    assert_value("a=", "", "a", "");
}
END_TEST

START_TEST(test_spaces_and_tabs_around__R1)
{
    assert_value(" \t[s] \t\n\t k.1 \t=\t v \t\n  ; x\n\t# y\n \t\n", "s", "k.1", "v");
    assert_value("A_b-9.=w", "", "A_b-9.", "w");
    assert_value("[AZaz09]\nAZaz09=w", "AZaz09", "AZaz09", "w");
}
END_TEST

START_TEST(test_text_is_copied__R1)
{
    char text[] = "[s]\na = 1\nb = \"\\\\2\"\n";
    ini_config *config = parse(text);
    ck_assert_str_eq(text, "[s]\na = 1\nb = \"\\\\2\"\n");
    memset(text, 'x', sizeof text);
    ck_assert_pstr_eq(ini_get(config, "s", "a"), "1");
    ck_assert_pstr_eq(ini_get(config, "s", "b"), "\\2");
    ini_free(config);
    ini_free(NULL);
}
END_TEST

START_TEST(test_quoted_values__R2)
{
    assert_value("a = \" b \"", "", "a", " b ");
    assert_value("a = \"\tb\t\" \t", "", "a", "\tb\t");
    assert_value("a = \"\"", "", "a", "");
    assert_value("a = \"a;b#c=d\"", "", "a", "a;b#c=d");
    assert_value("a = \"\\\" \\\\ \\n \\t\"", "", "a", "\" \\ \n \t");
    assert_value("a = \"\\\\n\"", "", "a", "\\n");
    assert_value("a = \"\\\\\"", "", "a", "\\");
    assert_value("a = \"\\\"\"", "", "a", "\"");
    assert_value("a = \"[s]\"", "", "a", "[s]");
}
END_TEST

START_TEST(test_ends_of_lines__R3)
{
    const char *text = "a = 1\r\n[s]\r\n\r\n; x\r\nb = \"2\"\r\nc = 3 \r\nd = 4\r";
    assert_value(text, "", "a", "1");
    assert_value(text, "s", "b", "2");
    assert_value(text, "s", "c", "3");
    assert_value(text, "s", "d", "4");
    assert_value("a = 1\n\n\nb = 2", "", "b", "2");
}
END_TEST

START_TEST(test_only_one_carriage_return_at_the_end_does_not_count__R3)
{
    assert_value("a = 1\r2\r\r\n", "", "a", "1\r2\r");
    ASSERT_PROBLEMS("[s]\r\r\n", {1, INI_BAD_SECTION});
}
END_TEST

START_TEST(test_empty_texts__R3)
{
    static const char *const texts[] = {"", "\n", "\r\n\r\n", " \t", "; only\n# comments"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_value(texts[i], "", "a", NULL);
        char text[32];
        snprintf(text, sizeof text, "%s\na = 1", texts[i]);
        assert_value(text, "", "a", "1");
    }
}
END_TEST

START_TEST(test_continued_sections_and_letter_case__R3)
{
    const char *text = "[s]\na = 1\n[S]\na = 2\nA = 3\n[s]\nb = 4\n";
    assert_value(text, "s", "a", "1");
    assert_value(text, "s", "b", "4");
    assert_value(text, "S", "a", "2");
    assert_value(text, "S", "A", "3");
    assert_value(text, "s", "A", NULL);
    assert_value(text, "S", "b", NULL);
    assert_value(text, "t", "a", NULL);
    assert_value(text, "", "a", NULL);
    assert_value(text, "s", "", NULL);
}
END_TEST

static const struct {
    ini_reason reason;
    const char *line;
} bad_lines[] = {
    {INI_BAD_SECTION, "[a b]"},
    {INI_BAD_SECTION, "[]"},
    {INI_BAD_SECTION, "[a] x"},
    {INI_BAD_SECTION, "[a"},
    {INI_BAD_SECTION, "[[a]]"},
    {INI_BAD_SECTION, "[ a]"},
    {INI_BAD_SECTION, "[a ]"},
    {INI_BAD_SECTION, "[a]]"},
    {INI_BAD_SECTION, "[\u00e9]"},
    {INI_BAD_SECTION, "[a] = 1"},
    {INI_BAD_SECTION, "[a];x"},
    {INI_BAD_SECTION, "["},
    {INI_MISSING_EQUALS, "a"},
    {INI_MISSING_EQUALS, "a: 1"},
    {INI_MISSING_EQUALS, "a b"},
    {INI_MISSING_EQUALS, "\"a\""},
    {INI_MISSING_EQUALS, "a]"},
    {INI_MISSING_EQUALS, "a ; b"},
    {INI_BAD_KEY, "= 1"},
    {INI_BAD_KEY, "="},
    {INI_BAD_KEY, "a b = \""},
    {INI_BAD_KEY, "a! = 1"},
    {INI_BAD_KEY, "\u00e9 = 1"},
    {INI_BAD_KEY, "a\t b="},
    {INI_BAD_KEY, "\"a\" = 1"},
    {INI_BAD_KEY, "a[] = 1"},
    {INI_BAD_KEY, "a: 1 = \"\\x"},
    {INI_BAD_ESCAPE, "a = \"\\x"},
    {INI_BAD_ESCAPE, "a = \"\\r\""},
    {INI_BAD_ESCAPE, "a = \"\\'\""},
    {INI_BAD_ESCAPE, "a = \"b\\N\" c"},
    {INI_BAD_ESCAPE, "a = \"\\\\\\q\""},
    {INI_BAD_ESCAPE, "a = \"\\\u00e9\""},
    {INI_BAD_ESCAPE, "a = \"\\ \""},
    {INI_UNTERMINATED, "a = \"b\\\""},
    {INI_UNTERMINATED, "a = \""},
    {INI_UNTERMINATED, "a = \"b"},
    {INI_UNTERMINATED, "a = \"\\"},
    {INI_UNTERMINATED, "a = \"b\\\\\\\""},
    {INI_UNTERMINATED, "a = \"b\\n\\"},
    {INI_UNTERMINATED, "a = \"b; c"},
    {INI_TRAILING_TEXT, "a = \"b\" c"},
    {INI_TRAILING_TEXT, "a = \"\"\""},
    {INI_TRAILING_TEXT, "a = \"\" ;"},
    {INI_TRAILING_TEXT, "a = \"b\"\\x"},
    {INI_TRAILING_TEXT, "a = \"b\" \"c\""},
    {INI_TRAILING_TEXT, "a = \"\\\\\"\\"},
};

START_TEST(test_reason_of_each_bad_line__R4)
{
    for (size_t i = 0; i < COUNT(bad_lines); i++) {
        char text[64];
        snprintf(text, sizeof text, "\nok = 1\n %s\t\nlast = 2", bad_lines[i].line);
        ASSERT_PROBLEMS(text, {3, bad_lines[i].reason});
    }
}
END_TEST

START_TEST(test_names_of_reasons__R4)
{
    ck_assert_pstr_eq(ini_reason_name(INI_BAD_SECTION), "bad-section");
    ck_assert_pstr_eq(ini_reason_name(INI_MISSING_EQUALS), "missing-equals");
    ck_assert_pstr_eq(ini_reason_name(INI_BAD_KEY), "bad-key");
    ck_assert_pstr_eq(ini_reason_name(INI_BAD_ESCAPE), "bad-escape");
    ck_assert_pstr_eq(ini_reason_name(INI_UNTERMINATED), "unterminated");
    ck_assert_pstr_eq(ini_reason_name(INI_TRAILING_TEXT), "trailing-text");
    ck_assert_pstr_eq(ini_reason_name(INI_DUPLICATE_KEY), "duplicate-key");
}
END_TEST

START_TEST(test_all_problems_at_once__R5)
{
    ASSERT_PROBLEMS("[a\nb\n\n; c\n= 1\na = \"\\x\"\n[s]\nd = \"\ne = 1\ne = 2\nf = \"g\" h\n[t] u\n",
                    {1, INI_BAD_SECTION}, {2, INI_MISSING_EQUALS}, {5, INI_BAD_KEY}, {6, INI_BAD_ESCAPE},
                    {8, INI_UNTERMINATED}, {10, INI_DUPLICATE_KEY}, {11, INI_TRAILING_TEXT}, {12, INI_BAD_SECTION});
}
END_TEST

START_TEST(test_every_further_line_is_a_duplicate__R5)
{
    ASSERT_PROBLEMS("ok = 1\nok = 1\nb = 2\nok = \"3\"", {2, INI_DUPLICATE_KEY}, {4, INI_DUPLICATE_KEY});
    ASSERT_PROBLEMS("[s]\na = 1\n[t]\na = 2\n[s]\na = 3\n", {6, INI_DUPLICATE_KEY});
    ASSERT_PROBLEMS("a =\na =", {2, INI_DUPLICATE_KEY});
}
END_TEST

START_TEST(test_keys_that_are_no_duplicates__R5)
{
    ASSERT_PROBLEMS("a = \"\na = 1", {1, INI_UNTERMINATED});
    ASSERT_PROBLEMS("a = 1\na = 2\na = \"\\x\"", {2, INI_DUPLICATE_KEY}, {3, INI_BAD_ESCAPE});
    ASSERT_PROBLEMS("a = 1\n[s\na = 1\na = 2\nx\n[s]\na = 3\n", {2, INI_BAD_SECTION}, {5, INI_MISSING_EQUALS});
    ASSERT_PROBLEMS("[s]\na = 1\n[]\na = 1\n[s]\nb = 1\na = 1\n", {3, INI_BAD_SECTION}, {7, INI_DUPLICATE_KEY});
}
END_TEST

/* value is what stands after "a = ". */
static ini_status integer_of(const char *value, int64_t *number)
{
    char text[64];
    snprintf(text, sizeof text, "[s]\na = %s", value);
    ini_config *config = parse(text);
    ini_status status = ini_get_integer(config, "s", "a", number);
    ini_free(config);
    return status;
}

START_TEST(test_integers__R6)
{
    static const struct {
        const char *value;
        int64_t number;
    } cases[] = {
        {"0", 0}, {"-0", 0}, {"42", 42}, {"-7", -7}, {"10", 10}, {"\"99\"", 99},
        {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t number = 1;
        ck_assert_msg(integer_of(cases[i].value, &number) == INI_OK, "%s", cases[i].value);
        ck_assert_int_eq(number, cases[i].number);
    }
}
END_TEST

START_TEST(test_what_is_no_integer__R6)
{
    static const char *const values[] = {
        "007", "00", "-01", "+1", "1.0", "1e3", "0x1", "1_000", "", "-", "--1", "1 2", "\u0665", "yes", "\"1\\n\"",
        "\" 1\"", "9223372036854775808", "-9223372036854775809", "99999999999999999999",
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        int64_t number = 12;
        ck_assert_msg(integer_of(values[i], &number) == INI_INVALID, "%s", values[i]);
        ck_assert_int_eq(number, 12);
    }
}
END_TEST

/* value is what stands after "a = ". */
static ini_status boolean_of(const char *value, bool *flag)
{
    char text[64];
    snprintf(text, sizeof text, "[s]\na = %s", value);
    ini_config *config = parse(text);
    ini_status status = ini_get_boolean(config, "s", "a", flag);
    ini_free(config);
    return status;
}

START_TEST(test_booleans__R7)
{
    static const char *const values[] = {"true", "Yes", "oN", "1", "FALSE", "no", "Off", "0", "YES", "nO"};
    static const bool flags[] = {true, true, true, true, false, false, false, false, true, false};
    for (size_t i = 0; i < COUNT(values); i++) {
        bool flag = !flags[i];
        ck_assert_msg(boolean_of(values[i], &flag) == INI_OK, "%s", values[i]);
        ck_assert_msg(flag == flags[i], "%s", values[i]);
    }
}
END_TEST

START_TEST(test_what_is_no_boolean__R7)
{
    static const char *const values[] = {
        "2", "y", "", "truee", "tru", "01", "enabled", "o n", "-1", "\uff4fn", "\"on\\n\"",
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        for (int before = 0; before < 2; before++) {
            bool flag = before;
            ck_assert_msg(boolean_of(values[i], &flag) == INI_INVALID, "%s", values[i]);
            ck_assert_int_eq(flag, before);
        }
    }
}
END_TEST

START_TEST(test_missing_settings__R6_R7)
{
    static const char *const names[][2] = {{"s", "a"}, {"", "b"}, {"t", "b"}};
    ini_config *config = parse("a = 1\n[s]\nb = 1\n");
    for (size_t i = 0; i < COUNT(names); i++) {
        int64_t number = 12;
        ck_assert_int_eq(ini_get_integer(config, names[i][0], names[i][1], &number), INI_MISSING);
        ck_assert_int_eq(number, 12);
        for (int before = 0; before < 2; before++) {
            bool flag = before;
            ck_assert_int_eq(ini_get_boolean(config, names[i][0], names[i][1], &flag), INI_MISSING);
            ck_assert_int_eq(flag, before);
        }
    }
    ini_free(config);
}
END_TEST

START_TEST(test_long_lines__R8)
{
    enum { SPACES = 30000, PAIRS = 100000 };
    char *spread = malloc(SPACES + 16);
    char *quoted = malloc(3 * PAIRS + 16);
    ck_assert(spread && quoted);
    snprintf(spread, SPACES + 16, "a = x%*sy", SPACES, "");
    char *end = quoted + sprintf(quoted, "b = \"");
    for (int i = 0; i < PAIRS; i++, end += 3) {
        memcpy(end, "x\\n", 3);
    }
    strcpy(end, "\"");

    clock_t started = clock();
    assert_value(spread, "", "a", spread + 4);
    ini_config *config = parse(quoted);
    ck_assert(clock() - started < 2 * CLOCKS_PER_SEC);
    const char *value = ini_get(config, "", "b");
    ck_assert_ptr_nonnull(value);
    ck_assert_uint_eq(strlen(value), 2 * PAIRS);
    for (int i = 0; i < PAIRS; i++) {
        ck_assert(value[2 * i] == 'x' && value[2 * i + 1] == '\n');
    }
    ini_free(config);
    free(spread);
    free(quoted);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("ini-config");
    tcase_add_test(tests, test_settings_by_section_and_key__R1);
    tcase_add_test(tests, test_values_as_they_stand__R1);
    tcase_add_test(tests, test_spaces_and_tabs_around__R1);
    tcase_add_test(tests, test_text_is_copied__R1);
    tcase_add_test(tests, test_quoted_values__R2);
    tcase_add_test(tests, test_ends_of_lines__R3);
    tcase_add_test(tests, test_only_one_carriage_return_at_the_end_does_not_count__R3);
    tcase_add_test(tests, test_empty_texts__R3);
    tcase_add_test(tests, test_continued_sections_and_letter_case__R3);
    tcase_add_test(tests, test_reason_of_each_bad_line__R4);
    tcase_add_test(tests, test_names_of_reasons__R4);
    tcase_add_test(tests, test_all_problems_at_once__R5);
    tcase_add_test(tests, test_every_further_line_is_a_duplicate__R5);
    tcase_add_test(tests, test_keys_that_are_no_duplicates__R5);
    tcase_add_test(tests, test_integers__R6);
    tcase_add_test(tests, test_what_is_no_integer__R6);
    tcase_add_test(tests, test_booleans__R7);
    tcase_add_test(tests, test_what_is_no_boolean__R7);
    tcase_add_test(tests, test_missing_settings__R6_R7);
    tcase_add_test(tests, test_long_lines__R8);
    Suite *suite = suite_create("ini-config");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
