#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ring_log.h"

#define MOST 16
#define UNTOUCHED (-77)

/* A log of numbers, with a guard at each end of its storage. */
typedef struct {
    ring_log log;
    int memory[MOST + 2];
    size_t capacity;
} fixture;

static void set_up(fixture *fixture, size_t capacity)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->capacity = capacity;
    for (size_t i = 0; i < MOST + 2; i++) {
        fixture->memory[i] = UNTOUCHED;
    }
    ck_assert_int_eq(ring_log_init(&fixture->log, fixture->memory + 1, sizeof(int), capacity), RING_LOG_OK);
    ck_assert_uint_eq(fixture->log.capacity, capacity);
}

/* Appends as many numbers, each one ten times its sequence number. */
static void append(fixture *fixture, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++) {
        uint64_t number = fixture->log.next;
        int entry = (int)number * 10;
        ck_assert_uint_eq(ring_log_append(&fixture->log, &entry), number);
        entry = UNTOUCHED;
        ck_assert_uint_eq(fixture->log.next, number + 1);
    }
}

/* The log holds the entries from first up to, but without, next. */
static void assert_holds(fixture *fixture, uint64_t first, uint64_t next)
{
    const ring_log *log = &fixture->log;
    ck_assert_uint_eq(ring_log_first(log), first);
    ck_assert_uint_eq(log->next, next);
    ck_assert_uint_eq(log->count, next - first);
    ck_assert_uint_eq(log->capacity, fixture->capacity);
    for (uint64_t number = first; number < next; number++) {
        const int *entry = ring_log_get(log, number);
        ck_assert_ptr_nonnull(entry);
        ck_assert_int_eq(*entry, (int)number * 10);
    }
    ck_assert_ptr_null(ring_log_get(log, next));
    ck_assert_ptr_null(ring_log_get(log, next + 1));
    if (first > 0) {
        ck_assert_ptr_null(ring_log_get(log, first - 1));
        ck_assert_ptr_null(ring_log_get(log, 0));
    }
    ck_assert_int_eq(fixture->memory[0], UNTOUCHED);
    for (size_t i = fixture->capacity + 1; i < MOST + 2; i++) {
        ck_assert_int_eq(fixture->memory[i], UNTOUCHED);
    }
}

/* Reading gives count entries from start on, and nothing behind them is written. */
static void assert_read(fixture *fixture, uint64_t from, size_t room, uint64_t lost, uint64_t start, size_t count)
{
    int entries[MOST + 1];
    for (size_t i = 0; i <= MOST; i++) {
        entries[i] = UNTOUCHED;
    }
    ring_log_batch batch = {99, 99, 99};
    ck_assert_int_eq(ring_log_read(&fixture->log, from, entries, room, &batch), RING_LOG_OK);
    ck_assert_uint_eq(batch.lost, lost);
    ck_assert_uint_eq(batch.count, count);
    ck_assert_uint_eq(batch.next, start + count);
    for (size_t i = 0; i <= MOST; i++) {
        ck_assert_int_eq(entries[i], i < count ? (int)(start + i) * 10 : UNTOUCHED);
    }
}

START_TEST(test_numbers_and_order__R1)
{
    fixture fixture;
    set_up(&fixture, 4);
    assert_holds(&fixture, 0, 0);
    for (uint64_t next = 1; next <= 4; next++) {
        append(&fixture, 1);
        assert_holds(&fixture, 0, next);
    }
}
END_TEST

START_TEST(test_entries_are_copies_of_any_size__R1)
{
    typedef struct {
        char name[7];
        double value;
    } record;
    record storage[3];
    ring_log log = {0};
    ck_assert_int_eq(ring_log_init(&log, storage, sizeof *storage, 3), RING_LOG_OK);
    record given = {"first", 1.5};
    ck_assert_uint_eq(ring_log_append(&log, &given), 0);
    ck_assert_uint_eq(ring_log_append(&log, &given), 1);
    given = (record){"second", -2};
    ck_assert_uint_eq(ring_log_append(&log, &given), 2);
    const record *first = ring_log_get(&log, 0), *equal = ring_log_get(&log, 1), *second = ring_log_get(&log, 2);
    ck_assert_str_eq(first->name, "first");
    ck_assert_double_eq(first->value, 1.5);
    ck_assert_str_eq(equal->name, "first");
    ck_assert_double_eq(equal->value, 1.5);
    ck_assert_str_eq(second->name, "second");
    ck_assert_double_eq(second->value, -2);
    record read[3];
    ring_log_batch batch;
    ck_assert_int_eq(ring_log_read(&log, 1, read, 3, &batch), RING_LOG_OK);
    ck_assert_uint_eq(batch.count, 2);
    ck_assert_str_eq(read[0].name, "first");
    ck_assert_str_eq(read[1].name, "second");
    ck_assert_double_eq(read[1].value, -2);
}
END_TEST

START_TEST(test_overwrites_the_oldest__R2)
{
    for (size_t capacity = 1; capacity <= 5; capacity++) {
        fixture fixture;
        set_up(&fixture, capacity);
        for (uint64_t next = 1; next <= 3 * capacity + 1; next++) {
            append(&fixture, 1);
            assert_holds(&fixture, next > capacity ? next - capacity : 0, next);
        }
    }
}
END_TEST

START_TEST(test_appends_what_it_holds__R2)
{
    fixture fixture;
    set_up(&fixture, 3);
    append(&fixture, 4);
    for (uint64_t number = 4; number < 8; number++) {
        ck_assert_uint_eq(ring_log_append(&fixture.log, ring_log_get(&fixture.log, number - 3)), number);
        ck_assert_int_eq(*(const int *)ring_log_get(&fixture.log, number), (int)((number - 1) % 3 + 1) * 10);
    }
}
END_TEST

START_TEST(test_read_from_every_number__R3)
{
    for (size_t capacity = 1; capacity <= 4; capacity++) {
        for (uint64_t next = 1; next <= 10; next++) {
            fixture fixture;
            set_up(&fixture, capacity);
            append(&fixture, next);
            uint64_t first = next > capacity ? next - capacity : 0;
            for (uint64_t from = 0; from <= next; from++) {
                uint64_t start = from > first ? from : first;
                assert_read(&fixture, from, MOST, start - from, start, (size_t)(next - start));
            }
        }
    }
}
END_TEST

START_TEST(test_reader_goes_on_with_less_room__R3)
{
    fixture fixture;
    set_up(&fixture, 5);
    append(&fixture, 8);
    assert_read(&fixture, 1, 2, 2, 3, 2);
    assert_read(&fixture, 5, 3, 0, 5, 3);
    assert_read(&fixture, 5, 2, 0, 5, 2);
    assert_read(&fixture, 7, 2, 0, 7, 1);
    assert_read(&fixture, 1, 0, 2, 3, 0);
    ring_log_batch batch = {99, 99, 99};
    ck_assert_int_eq(ring_log_read(&fixture.log, 1, NULL, 0, &batch), RING_LOG_OK);
    ck_assert_uint_eq(batch.lost, 2);
    append(&fixture, 4);
    assert_read(&fixture, 8, MOST, 0, 8, 4);
    append(&fixture, 7);
    assert_read(&fixture, 12, MOST, 2, 14, 5);
}
END_TEST

START_TEST(test_what_was_read_stays__R3)
{
    fixture fixture;
    set_up(&fixture, 2);
    append(&fixture, 2);
    int entries[2];
    ring_log_batch batch;
    ck_assert_int_eq(ring_log_read(&fixture.log, 0, entries, 2, &batch), RING_LOG_OK);
    append(&fixture, 2);
    ring_log_clear(&fixture.log);
    ck_assert_int_eq(entries[0], 0);
    ck_assert_int_eq(entries[1], 10);
    ck_assert_uint_eq(batch.next, 2);
}
END_TEST

START_TEST(test_read_at_the_ends__R4)
{
    fixture fixture;
    set_up(&fixture, 3);
    assert_read(&fixture, 0, MOST, 0, 0, 0);
    append(&fixture, 7);
    assert_read(&fixture, 7, MOST, 0, 7, 0);
    assert_read(&fixture, 6, MOST, 0, 6, 1);
    assert_read(&fixture, 4, MOST, 0, 4, 3);
    assert_read(&fixture, 3, MOST, 1, 4, 3);
}
END_TEST

START_TEST(test_clear__R5)
{
    fixture fixture;
    set_up(&fixture, 3);
    ring_log_clear(&fixture.log);
    assert_holds(&fixture, 0, 0);
    append(&fixture, 5);
    for (int times = 0; times < 2; times++) {
        ring_log_clear(&fixture.log);
        assert_holds(&fixture, 5, 5);
        assert_read(&fixture, 5, MOST, 0, 5, 0);
        assert_read(&fixture, 1, MOST, 4, 5, 0);
    }
    append(&fixture, 2);
    assert_holds(&fixture, 5, 7);
    assert_read(&fixture, 4, MOST, 1, 5, 2);
    append(&fixture, 2);
    assert_holds(&fixture, 6, 9);
}
END_TEST

START_TEST(test_invalid_storage__R6)
{
    int storage[1] = {UNTOUCHED};
    ring_log log = {0};
    ck_assert_int_eq(ring_log_init(&log, storage, sizeof *storage, 0), RING_LOG_INVALID_ARGUMENT);
    ck_assert_int_eq(ring_log_init(&log, storage, 0, 1), RING_LOG_INVALID_ARGUMENT);
    ck_assert_int_eq(ring_log_init(&log, NULL, sizeof *storage, 1), RING_LOG_INVALID_ARGUMENT);
    ck_assert_ptr_null(log.storage);
    ck_assert_int_eq(ring_log_init(&log, storage, sizeof *storage, 1), RING_LOG_OK);
    ck_assert_ptr_eq(log.storage, storage);
}
END_TEST

START_TEST(test_read_from_above_next__R6)
{
    fixture fixture;
    set_up(&fixture, 2);
    append(&fixture, 3);
    static const uint64_t above[] = {4, 5, UINT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        int entry = UNTOUCHED;
        ring_log_batch batch = {97, 98, 99};
        ck_assert_int_eq(ring_log_read(&fixture.log, above[i], &entry, 1, &batch), RING_LOG_OUT_OF_RANGE);
        ck_assert_uint_eq(batch.lost, 97);
        ck_assert_uint_eq(batch.count, 98);
        ck_assert_uint_eq(batch.next, 99);
        ck_assert_int_eq(entry, UNTOUCHED);
    }
    assert_holds(&fixture, 1, 3);
}
END_TEST

START_TEST(test_never_writes_beyond_its_storage__R7)
{
    fixture fixture;
    set_up(&fixture, 7);
    append(&fixture, 10000);
    assert_holds(&fixture, 9993, 10000);
}
END_TEST

START_TEST(test_many_entries_quickly__R7)
{
    static int storage[1000];
    ring_log log = {0};
    ck_assert_int_eq(ring_log_init(&log, storage, sizeof *storage, 1000), RING_LOG_OK);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < 200000; i++) {
        ring_log_append(&log, &i);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    ck_assert_double_lt((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, 1);
    ck_assert_uint_eq(ring_log_first(&log), 199000);
    ck_assert_int_eq(*(const int *)ring_log_get(&log, 199000), 199000);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("ring-log");
    tcase_add_test(tests, test_numbers_and_order__R1);
    tcase_add_test(tests, test_entries_are_copies_of_any_size__R1);
    tcase_add_test(tests, test_overwrites_the_oldest__R2);
    tcase_add_test(tests, test_appends_what_it_holds__R2);
    tcase_add_test(tests, test_read_from_every_number__R3);
    tcase_add_test(tests, test_reader_goes_on_with_less_room__R3);
    tcase_add_test(tests, test_what_was_read_stays__R3);
    tcase_add_test(tests, test_read_at_the_ends__R4);
    tcase_add_test(tests, test_clear__R5);
    tcase_add_test(tests, test_invalid_storage__R6);
    tcase_add_test(tests, test_read_from_above_next__R6);
    tcase_add_test(tests, test_never_writes_beyond_its_storage__R7);
    tcase_add_test(tests, test_many_entries_quickly__R7);
    Suite *suite = suite_create("ring-log");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
