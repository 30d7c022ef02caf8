#define _GNU_SOURCE

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log_follower.h"

static char folder[] = "/tmp/log-follower-XXXXXX";

/* What was delivered: lines ended by "|", or by "~" if they were truncated. */
static char got[1024 * 1024];
static size_t got_size;
static const char *refused; /* the line at which the callback fails */
static log_follower *observed;
static off_t offset_in_callback;

static bool take(void *context, const char *line, size_t length, bool truncated)
{
    ck_assert_ptr_eq(context, got);
    log_position position;
    if (observed != NULL && log_follower_position(observed, &position)) {
        offset_in_callback = position.offset;
    }
    if (refused != NULL && length == strlen(refused) && memcmp(line, refused, length) == 0) {
        return false;
    }
    if (length > 0) {
        memcpy(got + got_size, line, length);
    }
    got_size += length;
    got[got_size++] = truncated ? '~' : '|';
    return true;
}

static void enter_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

static void remove_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void append_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "ab");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void append(const char *path, const char *text)
{
    append_bytes(path, text, strlen(text));
}

static log_follower *follow_from(const log_position *position, size_t max_line_length)
{
    log_follower *follower = log_follower_new("log", max_line_length, position, take, got);
    ck_assert_ptr_nonnull(follower);
    return follower;
}

static log_follower *follow(void)
{
    return follow_from(NULL, 100);
}

/* Polls, and compares what was delivered; the count is that of its marks. */
static void check_poll(log_follower *follower, const char *expected)
{
    size_t delivered = 99, count = 0;
    got_size = 0;
    ck_assert_int_eq(log_follower_poll(follower, &delivered), LOG_FOLLOWER_OK);
    got[got_size] = '\0';
    ck_assert_str_eq(got, expected);
    for (const char *mark = expected; *mark != '\0'; mark++) {
        count += *mark == '|' || *mark == '~';
    }
    ck_assert_uint_eq(delivered, count);
}

static off_t offset_of(const log_follower *follower)
{
    log_position position = {0};
    ck_assert(log_follower_position(follower, &position));
    return position.offset;
}

static int count_descriptors(void)
{
    int count = 0;
    for (int i = 0; i < 256; i++) {
        count += fcntl(i, F_GETFD) != -1;
    }
    return count;
}

START_TEST(test_appended_lines__R1)
{
    log_follower *follower = follow();
    append("log", "one\ntwo\n");
    check_poll(follower, "one|two|");
    check_poll(follower, "");
    append("log", "\n\nthree\r\n");
    check_poll(follower, "||three\r|");
    append_bytes("log", "a\0b\xff\n", 5);
    got_size = 0;
    ck_assert_int_eq(log_follower_poll(follower, NULL), LOG_FOLLOWER_OK);
    ck_assert_uint_eq(got_size, 5);
    ck_assert_mem_eq(got, "a\0b\xff|", 5);
    log_follower_free(follower);
}
END_TEST

START_TEST(test_unfinished_line__R2)
{
    log_follower *follower = follow();
    append("log", "one\ntw");
    check_poll(follower, "one|");
    append("log", "o");
    check_poll(follower, "");
    ck_assert_int_eq(offset_of(follower), 4);
    append("log", "\nth");
    check_poll(follower, "two|");
    append("log", "ree\n");
    check_poll(follower, "three|");
    check_poll(follower, "");
    ck_assert_int_eq(offset_of(follower), 14);
    log_follower_free(follower);
}
END_TEST

START_TEST(test_many_and_long_lines__R2)
{
    static char text[300001], expected[300001];
    const size_t lengths[] = {1, 7, 65535, 65536, 65537, 150000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t j = 0; j < 300000; j++) {
            text[j] = (char)('a' + j % 23);
            text[j] = j % (lengths[i] + 1) == lengths[i] || j == 299999 ? '\n' : text[j];
            expected[j] = text[j] == '\n' ? '|' : text[j];
        }
        unlink("log");
        append("log", text);
        log_follower *follower = follow_from(NULL, 1000000);
        check_poll(follower, expected);
        check_poll(follower, "");
        log_follower_free(follower);
    }
}
END_TEST

START_TEST(test_rotation__R3)
{
    log_follower *follower = follow();
    append("log", "one\n");
    check_poll(follower, "one|");
    append("log", "two\nthr");
    rename("log", "log.1");
    append("log.1", "ee\nunfinished");
    append("log", "new\npart");
    check_poll(follower, "two|three|unfinished|new|");
    ck_assert_int_eq(offset_of(follower), 4);
    append("log", "s\n");
    check_poll(follower, "parts|");
    append("log.1", "late\n");
    check_poll(follower, "");
    rename("log", "log.2");
    append("log", "");
    check_poll(follower, "");
    append("log", "last\n");
    check_poll(follower, "last|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_file_that_is_moved_away__R3)
{
    log_follower *follower = follow();
    append("log", "one\nt");
    check_poll(follower, "one|");
    rename("log", "log.1");
    check_poll(follower, "");
    append("log.1", "wo\nthree\nr");
    check_poll(follower, "two|three|");
    ck_assert_int_eq(offset_of(follower), 14);
    append("log.1", "est");
    append("log", "new\n");
    check_poll(follower, "rest|new|");
    unlink("log");
    check_poll(follower, "");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_file_that_appears_later__R3)
{
    log_follower *follower = follow();
    log_position position;
    check_poll(follower, "");
    ck_assert(!log_follower_position(follower, &position));
    append("log", "one\n");
    check_poll(follower, "one|");
    struct stat status;
    ck_assert_int_eq(stat("log", &status), 0);
    ck_assert(log_follower_position(follower, &position));
    ck_assert(position.device == status.st_dev && position.inode == status.st_ino);
    log_follower_free(follower);
}
END_TEST

START_TEST(test_truncation__R4)
{
    log_follower *follower = follow();
    append("log", "one\ntwo\nunfinished");
    check_poll(follower, "one|two|");
    ck_assert_int_eq(truncate("log", 0), 0);
    append("log", "a\nb");
    check_poll(follower, "a|");
    ck_assert_int_eq(offset_of(follower), 2);
    ck_assert_int_eq(truncate("log", 2), 0);
    append("log", "");
    check_poll(follower, "a|");
    ck_assert_int_eq(truncate("log", 0), 0);
    check_poll(follower, "");
    ck_assert_int_eq(offset_of(follower), 0);
    append("log", "c\n");
    check_poll(follower, "c|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_truncation_before_rotation__R4)
{
    log_follower *follower = follow();
    append("log", "one\nunfinished");
    check_poll(follower, "one|");
    ck_assert_int_eq(truncate("log", 0), 0);
    append("log", "short");
    rename("log", "log.1");
    append("log", "new\n");
    check_poll(follower, "short|new|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_resuming__R5)
{
    log_position position;
    log_follower *follower = follow();
    append("log", "one\ntwo\nthr");
    check_poll(follower, "one|two|");
    ck_assert(log_follower_position(follower, &position));
    log_follower_free(follower);
    ck_assert_int_eq(position.offset, 8);
    append("log", "ee\nfour\n");
    follower = follow_from(&position, 100);
    ck_assert_int_eq(offset_of(follower), 8);
    check_poll(follower, "three|four|");
    ck_assert(log_follower_position(follower, &position));
    log_follower_free(follower);
    follower = follow_from(&position, 100);
    check_poll(follower, "");
    log_follower_free(follower);
    ck_assert_int_eq(truncate("log", position.offset - 1), 0);
    follower = follow_from(&position, 100);
    check_poll(follower, "one|two|three|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_resuming_with_another_file__R5)
{
    log_position position;
    log_follower *follower = follow();
    append("log", "one\n");
    check_poll(follower, "one|");
    ck_assert(log_follower_position(follower, &position));
    log_follower_free(follower);
    rename("log", "log.1");
    follower = follow_from(&position, 100);
    check_poll(follower, "");
    ck_assert_int_eq(offset_of(follower), 4);
    append("log", "new one\n");
    check_poll(follower, "new one|");
    log_follower_free(follower);
    position.device++;
    rename("log.1", "log");
    follower = follow_from(&position, 100);
    check_poll(follower, "one|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_long_lines_are_cut__R6)
{
    log_follower *follower = follow_from(NULL, 5);
    append("log", "12345\n123456\n1234567890\n1\n");
    check_poll(follower, "12345|12345~12345~1|");
    append("log", "123");
    check_poll(follower, "");
    append("log", "45");
    check_poll(follower, "");
    append("log", "6789");
    check_poll(follower, "");
    append("log", "0\n12345");
    check_poll(follower, "12345~");
    append("log", "\n");
    check_poll(follower, "12345|");
    ck_assert_int_eq(offset_of(follower), 26 + 11 + 6);
    append("log", "1234567");
    rename("log", "log.1");
    append("log", "1\n");
    check_poll(follower, "12345~1|");
    log_follower_free(follower);
}
END_TEST

static void check_stopped(log_follower *follower, const char *line, const char *before, off_t offset)
{
    size_t delivered = 99;
    refused = line;
    observed = follower;
    got_size = 0;
    ck_assert_int_eq(log_follower_poll(follower, &delivered), LOG_FOLLOWER_STOPPED);
    got[got_size] = '\0';
    ck_assert_str_eq(got, before);
    ck_assert_uint_eq(delivered, strlen(before) / 4);
    ck_assert_int_eq(offset_of(follower), offset);
    ck_assert_int_eq(offset_in_callback, offset);
    refused = NULL;
}

START_TEST(test_callback_that_fails__R7)
{
    log_follower *follower = follow();
    append("log", "one\ntwo\nsix\nte");
    check_stopped(follower, "six", "one|two|", 8);
    check_stopped(follower, "six", "", 8);
    append("log", "n\n");
    check_poll(follower, "six|ten|");
    append("log", "unfinished");
    check_poll(follower, "");
    rename("log", "log.1");
    append("log", "new\n");
    check_stopped(follower, "unfinished", "", 16);
    check_poll(follower, "unfinished|new|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_folder_at_the_path__R8)
{
    log_follower *follower = follow();
    size_t delivered = 99;
    ck_assert_int_eq(mkdir("log", 0755), 0);
    ck_assert_int_eq(log_follower_poll(follower, &delivered), LOG_FOLLOWER_NOT_REGULAR);
    ck_assert_uint_eq(delivered, 0);
    rmdir("log");
    append("log", "one\n");
    check_poll(follower, "one|");
    append("log", "two\n");
    rename("log", "log.1");
    ck_assert_int_eq(mkdir("log", 0755), 0);
    got_size = 0;
    ck_assert_int_eq(log_follower_poll(follower, &delivered), LOG_FOLLOWER_NOT_REGULAR);
    ck_assert_uint_eq(got_size, 0);
    ck_assert_int_eq(offset_of(follower), 4);
    rmdir("log");
    append("log", "new\n");
    check_poll(follower, "two|new|");
    log_follower_free(follower);
}
END_TEST

START_TEST(test_refusal_of_the_system__R8)
{
    append("file", "one\n");
    log_follower *follower = log_follower_new("file/log", 10, NULL, take, got);
    ck_assert_int_eq(log_follower_poll(follower, NULL), LOG_FOLLOWER_SYSTEM);
    ck_assert_int_eq(errno, ENOTDIR);
    log_follower_free(follower);
}
END_TEST

START_TEST(test_invalid_arguments__R8)
{
    const log_position negative = {.offset = -1}, zero = {.offset = 0};
    ck_assert_ptr_null(log_follower_new(NULL, 10, NULL, take, got));
    errno = 0;
    ck_assert_ptr_null(log_follower_new("", 10, NULL, take, got));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_null(log_follower_new("log", 0, NULL, take, got));
    ck_assert_ptr_null(log_follower_new("log", 10, NULL, NULL, got));
    ck_assert_ptr_null(log_follower_new("log", 10, &negative, take, got));
    log_follower *follower = follow_from(&zero, 1);
    append("log", "1\n");
    check_poll(follower, "1|");
    log_follower_free(follower);
    log_follower_free(NULL);
}
END_TEST

START_TEST(test_descriptors__R8)
{
    int descriptors = count_descriptors();
    log_follower *follower = follow();
    for (int i = 0; i < 5; i++) {
        append("log", "one\n");
        check_poll(follower, "one|");
        ck_assert_int_eq(count_descriptors(), descriptors + 1);
        rename("log", i % 2 == 0 ? "log.1" : "log.2"); /* the last but one stays, so that its inode is not used again */
    }
    log_follower_free(follower);
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("log-follower");
    tcase_add_checked_fixture(tests, enter_folder, remove_folder);
    tcase_add_test(tests, test_appended_lines__R1);
    tcase_add_test(tests, test_unfinished_line__R2);
    tcase_add_test(tests, test_many_and_long_lines__R2);
    tcase_add_test(tests, test_rotation__R3);
    tcase_add_test(tests, test_file_that_is_moved_away__R3);
    tcase_add_test(tests, test_file_that_appears_later__R3);
    tcase_add_test(tests, test_truncation__R4);
    tcase_add_test(tests, test_truncation_before_rotation__R4);
    tcase_add_test(tests, test_resuming__R5);
    tcase_add_test(tests, test_resuming_with_another_file__R5);
    tcase_add_test(tests, test_long_lines_are_cut__R6);
    tcase_add_test(tests, test_callback_that_fails__R7);
    tcase_add_test(tests, test_folder_at_the_path__R8);
    tcase_add_test(tests, test_refusal_of_the_system__R8);
    tcase_add_test(tests, test_invalid_arguments__R8);
    tcase_add_test(tests, test_descriptors__R8);
    Suite *suite = suite_create("log-follower");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
