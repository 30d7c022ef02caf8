#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bloom_filter.h"

enum { HEADER_SIZE = 16, MAX_BITS = 1 << 28 };

typedef struct {
    const char *bytes;
    size_t size;
} bytes_view;

#define VIEW(text) ((bytes_view){(text), sizeof(text) - 1})

static bloom_filter *new_filter(uint64_t expected, double rate)
{
    bloom_filter *filter = NULL;
    ck_assert_int_eq(bloom_filter_new(expected, rate, &filter), BLOOM_OK);
    ck_assert_ptr_nonnull(filter);
    return filter;
}

static bool add(bloom_filter *filter, bytes_view item)
{
    return bloom_filter_add(filter, item.bytes, item.size);
}

static bool contains(const bloom_filter *filter, bytes_view item)
{
    return bloom_filter_contains(filter, item.bytes, item.size);
}

static bytes_view number_item(int number)
{
    static char text[16];
    return (bytes_view){text, (size_t)snprintf(text, sizeof text, "%d", number)};
}

static unsigned char *bytes_of(const bloom_filter *filter)
{
    unsigned char *bytes = malloc(bloom_filter_size(filter));
    bloom_filter_write(filter, bytes);
    return bytes;
}

static void assert_equal(const bloom_filter *left, const bloom_filter *right)
{
    unsigned char *left_bytes = bytes_of(left), *right_bytes = bytes_of(right);
    ck_assert_uint_eq(bloom_filter_size(left), bloom_filter_size(right));
    ck_assert_mem_eq(left_bytes, right_bytes, bloom_filter_size(left));
    free(left_bytes);
    free(right_bytes);
}

START_TEST(test_numbers_of_bits_and_hashes__R1)
{
    static const struct {
        uint64_t expected;
        double rate;
        uint64_t bits;
        uint32_t hashes;
    } cases[] = {
        {1, 0.5, 2, 1},          {1, 1e-15, 72, 50},      {1, 0.25, 3, 2},         {3, 0.5, 5, 1},
        {100, 0.5, 145, 1},      {7, 0.01, 68, 7},        {10, 0.01, 96, 7},       {1000, 0.01, 9586, 7},
        {1000, 0.001, 14378, 10}, {1000, 0.35, 2186, 2},  {1000, 0.36, 2127, 1},   {12345, 1e-9, 532474, 30},
        {1000, 1e-15, 71888, 50}, {1000000, 0.05, 6235225, 4}, {20000000, 0.001582845374112, MAX_BITS, 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bloom_filter *filter = new_filter(cases[i].expected, cases[i].rate);
        ck_assert_uint_eq(bloom_filter_bits(filter), cases[i].bits);
        ck_assert_uint_eq(bloom_filter_hashes(filter), cases[i].hashes);
        bloom_filter_free(filter);
    }
    bloom_filter_free(NULL);
}
END_TEST

static const bytes_view items[] = {
    {"", 0}, {"\0", 1}, {"\0\0", 2}, {"alice", 5}, {"alice\0", 6}, {"Alice", 5}, {"\xff\xfe", 2}, {"a longer item that is no word", 29},
};
enum { ITEMS = sizeof items / sizeof *items };

START_TEST(test_items_are_never_forgotten__R2)
{
    bloom_filter *filter = new_filter(100, 1e-9);
    for (int i = 0; i < ITEMS; i++) {
        ck_assert(!contains(filter, items[i]));
        ck_assert(add(filter, items[i]));
        for (int j = 0; j < ITEMS; j++) {
            ck_assert_int_eq(contains(filter, items[j]), j <= i);
        }
        ck_assert(!add(filter, items[i]));
    }
    ck_assert(bloom_filter_contains(filter, NULL, 0));
    bloom_filter_free(filter);

    filter = new_filter(10, 0.01);
    int known = 0;
    for (int item = 0; item < 40; item++) { /* more than expected: not all of them are certainly new */
        bool was_contained = contains(filter, number_item(item));
        ck_assert_int_eq(add(filter, number_item(item)), !was_contained);
        known += was_contained;
    }
    ck_assert_int_gt(known, 0);
    bloom_filter_free(filter);
}
END_TEST

START_TEST(test_long_items__R2)
{
    enum { SIZE = 100000 };
    char *item = calloc(1, SIZE);
    bloom_filter *filter = new_filter(10, 1e-9);
    ck_assert(bloom_filter_add(filter, item, SIZE));
    ck_assert(bloom_filter_contains(filter, item, SIZE));
    ck_assert(!bloom_filter_contains(filter, item, SIZE - 1));
    item[SIZE - 1] = 1;
    ck_assert(!bloom_filter_contains(filter, item, SIZE));
    bloom_filter_free(filter);
    free(item);
}
END_TEST

START_TEST(test_rate_of_false_positives__R3)
{
    static const struct {
        int expected;
        double rate;
    } cases[] = {{10000, 0.01}, {10000, 0.001}, {5000, 0.5}};
    enum { OTHERS = 20000 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bloom_filter *filter = new_filter((uint64_t)cases[i].expected, cases[i].rate);
        for (int item = 0; item < cases[i].expected; item++) {
            add(filter, number_item(item));
        }
        int found = 0;
        for (int item = 0; item < cases[i].expected; item++) {
            ck_assert(contains(filter, number_item(item)));
        }
        for (int item = cases[i].expected; item < cases[i].expected + OTHERS; item++) {
            found += contains(filter, number_item(item));
        }
        ck_assert_double_le(found, 1.5 * cases[i].rate * OTHERS);
        bloom_filter_free(filter);
    }
}
END_TEST

START_TEST(test_byte_form__R4)
{
    static const unsigned char empty[25] = "BLM1\7\0\0\0\x44\0\0\0\0\0\0\0";
    static const unsigned char one[25] = "BLM1\7\0\0\0\x44\0\0\0\0\0\0\0\x20\0\0\x84\0\0\x10\0\0";
    static const unsigned char three[25] = "BLM1\7\0\0\0\x44\0\0\0\0\0\0\0\x22\0\x10\x95\x40\0\x95\x64\0";
    static const unsigned char five[25] = "BLM1\7\0\0\0\x44\0\0\0\0\0\0\0\x2e\x50\x10\xb5\xe1\0\x97\x76\0";
    bloom_filter *filter = new_filter(7, 0.01);
    ck_assert_uint_eq(bloom_filter_size(filter), 25);
    unsigned char *bytes = bytes_of(filter);
    ck_assert_mem_eq(bytes, empty, 25);
    add(filter, VIEW("alice"));
    bloom_filter_write(filter, bytes);
    ck_assert_mem_eq(bytes, one, 25);
    add(filter, VIEW("bob"));
    add(filter, VIEW("\0"));
    bloom_filter_write(filter, bytes);
    ck_assert_mem_eq(bytes, three, 25);
    add(filter, VIEW("\xff\x80"));
    add(filter, VIEW(""));
    bloom_filter_write(filter, bytes);
    ck_assert_mem_eq(bytes, five, 25);
    free(bytes);
    bloom_filter_free(filter);
}
END_TEST

START_TEST(test_reading_what_was_written__R4)
{
    static const struct {
        uint64_t expected;
        double rate;
    } cases[] = {{1, 0.5}, {1, 1e-15}, {7, 0.01}, {10, 0.01}, {20000000, 0.001582845374112}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bloom_filter *first = new_filter(cases[i].expected, cases[i].rate), *second = NULL;
        add(first, VIEW("alice"));
        size_t size = bloom_filter_size(first);
        ck_assert_uint_eq(size, HEADER_SIZE + (bloom_filter_bits(first) + 7) / 8);
        unsigned char *bytes = bytes_of(first);
        ck_assert_int_eq(bloom_filter_read(bytes, size, &second), BLOOM_OK);
        memset(bytes, 0, size);
        free(bytes);
        ck_assert_uint_eq(bloom_filter_bits(second), bloom_filter_bits(first));
        ck_assert_uint_eq(bloom_filter_hashes(second), bloom_filter_hashes(first));
        assert_equal(first, second);
        ck_assert(contains(second, VIEW("alice")));
        bool was_contained = contains(first, VIEW("bob"));
        add(second, VIEW("bob"));
        ck_assert_int_eq(contains(first, VIEW("bob")), was_contained);
        ck_assert(contains(second, VIEW("bob")));
        bloom_filter_free(first);
        bloom_filter_free(second);
    }
}
END_TEST

START_TEST(test_union__R5)
{
    bloom_filter *all = new_filter(100, 0.01), *empty = new_filter(100, 0.01), *sides[2], *copies[2], *both = NULL;
    for (int side = 0; side < 2; side++) {
        sides[side] = new_filter(100, 0.01);
        copies[side] = new_filter(100, 0.01);
        for (int item = 40 * side; item < 40 * side + 60; item++) {
            add(sides[side], number_item(item));
            add(copies[side], number_item(item));
            add(all, number_item(item));
        }
    }
    for (int side = 0; side < 2; side++) {
        ck_assert_int_eq(bloom_filter_union(sides[side], sides[1 - side], &both), BLOOM_OK);
        assert_equal(both, all);
        add(both, VIEW("another"));
        bloom_filter_free(both);
        ck_assert_int_eq(bloom_filter_union(sides[side], sides[side], &both), BLOOM_OK);
        assert_equal(both, sides[side]);
        bloom_filter_free(both);
        ck_assert_int_eq(bloom_filter_union(empty, sides[side], &both), BLOOM_OK);
        assert_equal(both, sides[side]);
        bloom_filter_free(both);
        assert_equal(sides[0], copies[0]);
        assert_equal(sides[1], copies[1]);
    }
    for (int side = 0; side < 2; side++) {
        bloom_filter_free(sides[side]);
        bloom_filter_free(copies[side]);
    }
    bloom_filter_free(all);
    bloom_filter_free(empty);
}
END_TEST

/* The byte form of an empty filter with these numbers. */
static size_t form(unsigned char *bytes, uint64_t hashes, uint64_t bits, size_t data_size)
{
    memcpy(bytes, "BLM1", 4);
    for (int i = 0; i < 4; i++) {
        bytes[4 + i] = (unsigned char)(hashes >> (8 * i));
    }
    for (int i = 0; i < 8; i++) {
        bytes[8 + i] = (unsigned char)(bits >> (8 * i));
    }
    memset(bytes + HEADER_SIZE, 0, data_size);
    return HEADER_SIZE + data_size;
}

START_TEST(test_union_of_different_filters__R5)
{
    static const struct {
        uint64_t hashes, bits;
    } numbers[] = {{7, 68}, {6, 68}, {7, 67}, {7, 69}, {8, 68}};
    bloom_filter *filters[5];
    unsigned char bytes[32];
    for (int i = 0; i < 5; i++) {
        size_t size = form(bytes, numbers[i].hashes, numbers[i].bits, 9);
        ck_assert_int_eq(bloom_filter_read(bytes, size, &filters[i]), BLOOM_OK);
    }
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            bloom_filter *both = filters[0];
            ck_assert_int_eq(bloom_filter_union(filters[i], filters[j], &both), i == j ? BLOOM_OK : BLOOM_MISMATCH);
            ck_assert_int_eq(both == NULL, i != j);
            bloom_filter_free(both);
        }
    }
    for (int i = 0; i < 5; i++) {
        bloom_filter_free(filters[i]);
    }
}
END_TEST

START_TEST(test_invalid_arguments__R6)
{
    static const struct {
        uint64_t expected;
        double rate;
    } cases[] = {
        {0, 0.01},      {10, 0},           {10, -0.01},     {10, 9.99e-16}, {10, 0.5000001}, {10, 1},
        {10, INFINITY}, {10, -INFINITY},   {10, NAN},       {20000000, 0.001582845336087},
        {UINT64_MAX, 0.01}, {UINT64_MAX, 0.5}, {UINT64_MAX / 2 + 2, 1e-15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bloom_filter *filter = (bloom_filter *)&cases;
        ck_assert_int_eq(bloom_filter_new(cases[i].expected, cases[i].rate, &filter), BLOOM_INVALID_ARGUMENT);
        ck_assert_ptr_null(filter);
    }
}
END_TEST

/* Reads a copy that is exactly as long as said, so that reading beyond it is found. */
static bloom_status read_exactly(const unsigned char *bytes, size_t size)
{
    unsigned char *copy = malloc(size + (size == 0));
    memcpy(copy, bytes, size);
    bloom_filter *filter = (bloom_filter *)&bytes;
    bloom_status status = bloom_filter_read(copy, size, &filter);
    ck_assert_int_eq(filter == NULL, status != BLOOM_OK);
    bloom_filter_free(filter);
    free(copy);
    return status;
}

START_TEST(test_cut_and_changed_bytes__R7)
{
    unsigned char bytes[64] = {0};
    size_t size = form(bytes, 7, 68, 9);
    ck_assert_int_eq(read_exactly(bytes, size), BLOOM_OK);
    for (size_t cut = 0; cut < size; cut++) {
        ck_assert_int_eq(read_exactly(bytes, cut), BLOOM_FORMAT);
    }
    ck_assert_int_eq(read_exactly(bytes, size + 1), BLOOM_FORMAT);
    for (int i = 0; i < 4; i++) {
        bytes[i] ^= 0x20;
        ck_assert_int_eq(read_exactly(bytes, size), BLOOM_FORMAT);
        bytes[i] ^= 0x20;
    }
    for (int bit = 0; bit < 8; bit++) {
        bytes[size - 1] = (unsigned char)(1 << bit);
        ck_assert_int_eq(read_exactly(bytes, size), bit < 4 ? BLOOM_OK : BLOOM_FORMAT);
    }
    size = form(bytes, 7, 72, 9);
    bytes[size - 1] = 0xff;
    ck_assert_int_eq(read_exactly(bytes, size), BLOOM_OK);
}
END_TEST

START_TEST(test_numbers_out_of_range__R7)
{
    static const struct {
        uint64_t hashes, bits;
        size_t data_size;
        bloom_status status;
    } cases[] = {
        {1, 68, 9, BLOOM_OK},
        {50, 68, 9, BLOOM_OK},
        {0, 68, 9, BLOOM_FORMAT},
        {51, 68, 9, BLOOM_FORMAT},
        {0x0107, 68, 9, BLOOM_FORMAT},
        {0x07000000, 68, 9, BLOOM_FORMAT},
        {0xffffffff, 68, 9, BLOOM_FORMAT},
        {7, 0, 0, BLOOM_FORMAT},
        {7, 0, 1, BLOOM_FORMAT},
        {7, 1, 1, BLOOM_OK},
        {7, 8, 1, BLOOM_OK},
        {7, 9, 1, BLOOM_FORMAT},
        {7, 8, 2, BLOOM_FORMAT},
        {7, 64, 9, BLOOM_FORMAT},
        {7, 65, 9, BLOOM_OK},
        {7, 73, 9, BLOOM_FORMAT},
        {7, (uint64_t)68 << 56, 9, BLOOM_FORMAT},
        {7, ((uint64_t)1 << 32) + 68, 9, BLOOM_FORMAT},
        {7, MAX_BITS, 9, BLOOM_FORMAT},
        {7, UINT64_MAX / 2 + 1, 9, BLOOM_FORMAT},
        {7, UINT64_MAX - 6, 0, BLOOM_FORMAT},
        {7, UINT64_MAX, 0, BLOOM_FORMAT},
    };
    unsigned char bytes[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = form(bytes, cases[i].hashes, cases[i].bits, cases[i].data_size);
        ck_assert_int_eq(read_exactly(bytes, size), cases[i].status);
    }
}
END_TEST

START_TEST(test_the_greatest_number_of_bits__R7)
{
    unsigned char *bytes = malloc(HEADER_SIZE + MAX_BITS / 8 + 1);
    size_t size = form(bytes, 9, MAX_BITS, MAX_BITS / 8);
    ck_assert_int_eq(read_exactly(bytes, size), BLOOM_OK);
    size = form(bytes, 9, MAX_BITS + 1, MAX_BITS / 8 + 1);
    ck_assert_int_eq(read_exactly(bytes, size), BLOOM_FORMAT);
    free(bytes);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("bloom filter");
    tcase_add_test(tests, test_numbers_of_bits_and_hashes__R1);
    tcase_add_test(tests, test_items_are_never_forgotten__R2);
    tcase_add_test(tests, test_long_items__R2);
    tcase_add_test(tests, test_rate_of_false_positives__R3);
    tcase_add_test(tests, test_byte_form__R4);
    tcase_add_test(tests, test_reading_what_was_written__R4);
    tcase_add_test(tests, test_union__R5);
    tcase_add_test(tests, test_union_of_different_filters__R5);
    tcase_add_test(tests, test_invalid_arguments__R6);
    tcase_add_test(tests, test_cut_and_changed_bytes__R7);
    tcase_add_test(tests, test_numbers_out_of_range__R7);
    tcase_add_test(tests, test_the_greatest_number_of_bits__R7);
    Suite *suite = suite_create("bloom-filter");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
