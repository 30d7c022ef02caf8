#define _GNU_SOURCE

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace_file.h"

static char folder[PATH_MAX];

/* Each test runs in an empty folder, which is its working directory. */
static void enter_folder(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/replace-file-XXXXXX", base == NULL ? "/tmp" : base);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    umask(022);
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

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static bool holds(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    char *bytes = malloc(size + 2);
    size_t length = fread(bytes, 1, size + 2, file);
    bool same = length == size && (size == 0 || memcmp(bytes, data, size) == 0);
    free(bytes);
    fclose(file);
    return same;
}

static bool holds_text(const char *path, const char *text)
{
    return holds(path, text, strlen(text));
}

static int count_entries(const char *path)
{
    DIR *entries = opendir(path);
    ck_assert_ptr_nonnull(entries);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(entries);
    return count;
}

static unsigned permissions(const char *path)
{
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static bool is_link(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/* Writes down what is done, and fails with the errors given. */
typedef struct {
    char events[100];
    char source[PATH_MAX], target[PATH_MAX];
    bool complete; /* whether the source held "new" when it was renamed */
    int file_error, rename_error, folder_error;
} watch;

static int failing_with(int error)
{
    errno = error;
    return error == 0 ? 0 : -1;
}

static int watched_flush(void *context, int descriptor)
{
    watch *w = context;
    struct stat status;
    ck_assert_int_eq(fstat(descriptor, &status), 0);
    char *end = w->events + strlen(w->events);
    if (S_ISDIR(status.st_mode)) {
        struct stat expected;
        ck_assert_int_eq(stat(folder, &expected), 0);
        ck_assert_int_eq(status.st_ino, expected.st_ino);
        strcpy(end, "folder ");
        return failing_with(w->folder_error);
    }
    sprintf(end, "file:%d ", (int)status.st_size);
    return failing_with(w->file_error);
}

static int watched_rename(void *context, const char *source, const char *target)
{
    watch *w = context;
    strcat(w->events, "rename ");
    ck_assert_ptr_nonnull(realpath(source, w->source));
    snprintf(w->target, sizeof w->target, "%s", target);
    w->complete = holds_text(source, "new");
    return w->rename_error == 0 ? rename(source, target) : failing_with(w->rename_error);
}

static replace_file_operations watched_by(watch *w)
{
    return (replace_file_operations){watched_flush, watched_rename, w};
}

START_TEST(test_content_is_replaced__R1)
{
    put("file", "old content");
    ck_assert_int_eq(replace_file("file", "new", 3), 0);
    ck_assert(holds_text("file", "new"));
    ck_assert_int_eq(replace_file("file", "a\0\r\n\xff", 5), 0);
    ck_assert(holds("file", "a\0\r\n\xff", 5));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

START_TEST(test_large_content__R1)
{
    enum { SIZE = 3000001 };
    char *data = malloc(SIZE);
    for (int i = 0; i < SIZE; i++) {
        data[i] = (char)(i * 31 >> 3);
    }
    ck_assert_int_eq(replace_file("file", data, SIZE), 0);
    ck_assert(holds("file", data, SIZE));
    free(data);
}
END_TEST

START_TEST(test_empty_content__R1_R7)
{
    put("file", "old");
    ck_assert_int_eq(replace_file("file", NULL, 0), 0);
    ck_assert(holds("file", "", 0));
    ck_assert_int_eq(replace_file("fresh", "unread", 0), 0);
    ck_assert(holds("fresh", "", 0));
}
END_TEST

START_TEST(test_new_file__R1)
{
    char path[PATH_MAX + 10];
    snprintf(path, sizeof path, "%s/fresh", folder);
    ck_assert_int_eq(replace_file(path, "x", 1), 0);
    ck_assert(holds_text("fresh", "x"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

START_TEST(test_relative_paths__R1)
{
    static const char *paths[] = {"file", "./file", "sub/../file", "sub//..//file"};
    ck_assert_int_eq(mkdir("sub", 0700), 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        put("file", "old");
        ck_assert_int_eq(replace_file(paths[i], "new", 3), 0);
        ck_assert(holds_text("file", "new"));
    }
    ck_assert_int_eq(replace_file("sub/inner", "x", 1), 0);
    ck_assert(holds_text("sub/inner", "x"));
    ck_assert_int_eq(count_entries("."), 2);
}
END_TEST

START_TEST(test_longest_name__R1)
{
    char name[NAME_MAX + 1] = {0};
    memset(name, 'n', NAME_MAX);
    ck_assert_int_eq(replace_file(name, "x", 1), 0);
    ck_assert(holds_text(name, "x"));
}
END_TEST

START_TEST(test_open_readers_keep_the_old_content__R2)
{
    put("file", "old");
    int reader = open("file", O_RDONLY);
    ck_assert_int_eq(replace_file("file", "longer than before", 18), 0);
    char bytes[20];
    ck_assert_int_eq(read(reader, bytes, sizeof bytes), 3);
    ck_assert_int_eq(memcmp(bytes, "old", 3), 0);
    close(reader);
    ck_assert(holds_text("file", "longer than before"));
}
END_TEST

START_TEST(test_written_beside_and_renamed__R2)
{
    watch w = {0};
    replace_file_operations operations = watched_by(&w);
    put("file", "old");
    ck_assert_int_eq(replace_file_with("file", "new", 3, &operations), 0);
    char expected[PATH_MAX];
    ck_assert_ptr_nonnull(realpath(".", expected));
    size_t length = strlen(expected);
    ck_assert_int_eq(strncmp(w.source, expected, length), 0);
    ck_assert_ptr_eq(strrchr(w.source, '/'), w.source + length);
    ck_assert_ptr_nonnull(realpath(w.target, expected));
    ck_assert_str_eq(strrchr(expected, '/'), "/file");
    ck_assert_str_ne(w.source, expected);
    ck_assert(w.complete);
    ck_assert(holds_text("file", "new"));
}
END_TEST

START_TEST(test_flushed_in_the_right_order__R3)
{
    static const char *paths[] = {"file", "./file", "fresh"};
    put("file", "old");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        watch w = {0};
        replace_file_operations operations = watched_by(&w);
        ck_assert_int_eq(replace_file_with(paths[i], "12345", 5, &operations), 0);
        ck_assert_str_eq(w.events, "file:5 rename folder ");
    }
}
END_TEST

START_TEST(test_permissions_are_kept__R4)
{
    static const unsigned modes[] = {0600, 0644, 0640, 0755, 0400, 0666};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        unlink("file");
        put("file", "old");
        ck_assert_int_eq(chmod("file", modes[i]), 0);
        ck_assert_int_eq(replace_file("file", "new", 3), 0);
        ck_assert_uint_eq(permissions("file"), modes[i]);
        ck_assert_int_eq(chmod("file", 0600), 0);
        ck_assert(holds_text("file", "new"));
    }
}
END_TEST

START_TEST(test_permissions_of_a_new_file__R4)
{
    static const unsigned cases[][2] = {{022, 0644}, {027, 0640}, {077, 0600}, {0, 0666}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unlink("fresh");
        umask(cases[i][0]);
        ck_assert_int_eq(replace_file("fresh", "x", 1), 0);
        ck_assert_uint_eq(umask(022), cases[i][0]);
        ck_assert_uint_eq(permissions("fresh"), cases[i][1]);
    }
}
END_TEST

START_TEST(test_links_stay_and_their_file_is_replaced__R5)
{
    put("file", "old");
    ck_assert_int_eq(chmod("file", 0640), 0);
    ck_assert_int_eq(mkdir("other", 0700), 0);
    ck_assert_int_eq(symlink("../file", "other/first"), 0);
    ck_assert_int_eq(symlink("first", "other/second"), 0);
    char absolute[PATH_MAX + 20];
    snprintf(absolute, sizeof absolute, "%s/other/second", folder);
    ck_assert_int_eq(symlink(absolute, "third"), 0);
    ck_assert_int_eq(replace_file("third", "new", 3), 0);
    ck_assert(is_link("third") && is_link("other/first") && is_link("other/second"));
    ck_assert(!is_link("file"));
    ck_assert(holds_text("file", "new"));
    ck_assert_uint_eq(permissions("file"), 0640);
    ck_assert_int_eq(count_entries("other"), 2);
    ck_assert_int_eq(count_entries("."), 3);
}
END_TEST

START_TEST(test_links_to_folders_on_the_way__R5)
{
    ck_assert_int_eq(mkdir("deep", 0700), 0);
    ck_assert_int_eq(mkdir("deep/inner", 0700), 0);
    ck_assert_int_eq(symlink("deep/inner", "short"), 0);
    put("deep/file", "old");
    ck_assert_int_eq(symlink("../file", "deep/inner/link"), 0);
    ck_assert_int_eq(replace_file("short/link", "new", 3), 0);
    ck_assert(holds_text("deep/file", "new"));
    ck_assert(is_link("deep/inner/link"));
    ck_assert_int_eq(count_entries("."), 2);
}
END_TEST

START_TEST(test_link_to_nothing_makes_the_file__R5)
{
    ck_assert_int_eq(symlink("second", "first"), 0);
    ck_assert_int_eq(symlink("target", "second"), 0);
    ck_assert_int_eq(replace_file("first", "x", 1), 0);
    ck_assert(is_link("first") && is_link("second") && !is_link("target"));
    ck_assert(holds_text("target", "x"));
    ck_assert_uint_eq(permissions("target"), 0644);
}
END_TEST

START_TEST(test_as_many_links_as_the_system_follows__R5)
{
    put("file", "old");
    char target[8] = "file", link[8];
    for (int i = 1; i <= 40; i++) {
        snprintf(link, sizeof link, "%d", i);
        ck_assert_int_eq(symlink(target, link), 0);
        strcpy(target, link);
    }
    ck_assert(holds_text("40", "old"));
    ck_assert_int_eq(replace_file("40", "new", 3), 0);
    ck_assert(holds_text("file", "new"));
    ck_assert(is_link("1") && is_link("40"));
}
END_TEST

START_TEST(test_circle_of_links__R5_R6)
{
    ck_assert_int_eq(symlink("b", "a"), 0);
    ck_assert_int_eq(symlink("a", "b"), 0);
    errno = 0;
    ck_assert_int_eq(replace_file("a", "x", 1), -1);
    ck_assert_int_eq(errno, ELOOP);
    ck_assert_int_eq(count_entries("."), 2);
}
END_TEST

START_TEST(test_failure_leaves_the_old_file_alone__R6)
{
    static const char *events[] = {"file:3 ", "file:3 rename "};
    for (int failing = 0; failing < 2; failing++) {
        watch w = {.file_error = failing == 0 ? EIO : 0, .rename_error = failing == 1 ? ENOSPC : 0};
        replace_file_operations operations = watched_by(&w);
        put("file", "old");
        ck_assert_int_eq(replace_file_with("file", "new", 3, &operations), -1);
        ck_assert_int_eq(errno, failing == 0 ? EIO : ENOSPC);
        ck_assert_str_eq(w.events, events[failing]);
        ck_assert(holds_text("file", "old"));
        ck_assert_int_eq(count_entries("."), 1);
        w.events[0] = '\0';
        ck_assert_int_eq(replace_file_with("fresh", "new", 3, &operations), -1);
        ck_assert_int_eq(count_entries("."), 1);
    }
}
END_TEST

START_TEST(test_failure_of_the_last_flush__R6)
{
    watch w = {.folder_error = EIO};
    replace_file_operations operations = watched_by(&w);
    put("file", "old");
    ck_assert_int_eq(replace_file_with("file", "new", 3, &operations), -1);
    ck_assert_int_eq(errno, EIO);
    ck_assert(holds_text("file", "new"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

START_TEST(test_failure_to_write__R6)
{
    enum { LIMIT = 4096, SIZE = 10000 };
    put("file", "old");
    char *data = calloc(1, SIZE);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){LIMIT, before.rlim_max});
    int result = replace_file("file", data, SIZE);
    int error = errno;
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    free(data);
    ck_assert_int_eq(result, -1);
    ck_assert_int_eq(error, EFBIG);
    ck_assert(holds_text("file", "old"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

START_TEST(test_folder_in_the_way__R6)
{
    ck_assert_int_eq(mkdir("sub", 0700), 0);
    ck_assert_int_eq(replace_file("sub", "x", 1), -1);
    ck_assert_int_eq(errno, EISDIR);
    ck_assert_int_eq(count_entries("."), 1);
    ck_assert_int_eq(count_entries("sub"), 0);
}
END_TEST

START_TEST(test_missing_folder__R6)
{
    static const char *paths[] = {"missing/file", ""};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        errno = 0;
        ck_assert_int_eq(replace_file(paths[i], "x", 1), -1);
        ck_assert_int_eq(errno, ENOENT);
    }
    put("file", "old");
    ck_assert_int_eq(replace_file("file/inner", "x", 1), -1);
    ck_assert_int_eq(errno, ENOTDIR);
    ck_assert(holds_text("file", "old"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

START_TEST(test_nothing_stays_open__R6)
{
    watch w = {.rename_error = EIO};
    replace_file_operations operations = watched_by(&w);
    put("file", "old");
    int before = count_entries("/proc/self/fd");
    ck_assert_int_eq(replace_file("file", "new", 3), 0);
    ck_assert_int_eq(replace_file_with("file", "other", 5, &operations), -1);
    ck_assert_int_eq(replace_file("missing/file", "x", 1), -1);
    ck_assert_int_eq(count_entries("/proc/self/fd"), before);
}
END_TEST

START_TEST(test_invalid_arguments__R7)
{
    watch w = {0};
    replace_file_operations operations = watched_by(&w), no_flush = operations, no_rename = operations;
    no_flush.flush = NULL;
    no_rename.rename = NULL;
    put("file", "old");
    const struct {
        const char *path, *data;
        const replace_file_operations *operations;
    } cases[] = {
        {"file", NULL, &operations}, {"fresh", NULL, &operations}, {NULL, "x", &operations},
        {"file", "x", NULL}, {"file", "x", &no_flush}, {"file", "x", &no_rename},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        errno = 0;
        ck_assert_int_eq(replace_file_with(cases[i].path, cases[i].data, 1, cases[i].operations), -1);
        ck_assert_int_eq(errno, EINVAL);
    }
    errno = 0;
    ck_assert_int_eq(replace_file("file", NULL, 1), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(replace_file(NULL, "x", 1), -1);
    ck_assert_str_eq(w.events, "");
    ck_assert(holds_text("file", "old"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

enum { WRITERS = 8, ROUNDS = 10, WRITER_SIZE = 20000 };

typedef struct {
    pthread_barrier_t *barrier;
    char letter;
    int mistakes;
} writer;

/* Whether the file holds the data of one writer. */
static bool is_whole(const char *path)
{
    char bytes[WRITER_SIZE + 1], expected[WRITER_SIZE];
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    if (file != NULL) {
        fclose(file);
    }
    memset(expected, length > 0 ? bytes[0] : 0, sizeof expected);
    return length == WRITER_SIZE && bytes[0] >= 'a' && bytes[0] < 'a' + WRITERS && memcmp(bytes, expected, WRITER_SIZE) == 0;
}

static void *write_often(void *argument)
{
    writer *w = argument;
    char data[WRITER_SIZE];
    memset(data, w->letter, sizeof data);
    pthread_barrier_wait(w->barrier);
    for (int round = 0; round < ROUNDS; round++) {
        w->mistakes += replace_file("file", data, sizeof data) != 0;
        w->mistakes += !is_whole("file");
    }
    return NULL;
}

START_TEST(test_many_writers_at_once__R8)
{
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, WRITERS);
    pthread_t threads[WRITERS];
    writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (writer){&barrier, (char)('a' + i), 0};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_often, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(writers[i].mistakes, 0);
    }
    pthread_barrier_destroy(&barrier);
    ck_assert(is_whole("file"));
    ck_assert_int_eq(count_entries("."), 1);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("replace-file");
    tcase_add_checked_fixture(tests, enter_folder, remove_folder);
    tcase_add_test(tests, test_content_is_replaced__R1);
    tcase_add_test(tests, test_large_content__R1);
    tcase_add_test(tests, test_empty_content__R1_R7);
    tcase_add_test(tests, test_new_file__R1);
    tcase_add_test(tests, test_relative_paths__R1);
    tcase_add_test(tests, test_longest_name__R1);
    tcase_add_test(tests, test_open_readers_keep_the_old_content__R2);
    tcase_add_test(tests, test_written_beside_and_renamed__R2);
    tcase_add_test(tests, test_flushed_in_the_right_order__R3);
    tcase_add_test(tests, test_permissions_are_kept__R4);
    tcase_add_test(tests, test_permissions_of_a_new_file__R4);
    tcase_add_test(tests, test_links_stay_and_their_file_is_replaced__R5);
    tcase_add_test(tests, test_links_to_folders_on_the_way__R5);
    tcase_add_test(tests, test_link_to_nothing_makes_the_file__R5);
    tcase_add_test(tests, test_as_many_links_as_the_system_follows__R5);
    tcase_add_test(tests, test_circle_of_links__R5_R6);
    tcase_add_test(tests, test_failure_leaves_the_old_file_alone__R6);
    tcase_add_test(tests, test_failure_of_the_last_flush__R6);
    tcase_add_test(tests, test_failure_to_write__R6);
    tcase_add_test(tests, test_folder_in_the_way__R6);
    tcase_add_test(tests, test_missing_folder__R6);
    tcase_add_test(tests, test_nothing_stays_open__R6);
    tcase_add_test(tests, test_invalid_arguments__R7);
    tcase_add_test(tests, test_many_writers_at_once__R8);
    Suite *suite = suite_create("replace-file");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
