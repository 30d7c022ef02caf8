#define _GNU_SOURCE

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "external_sort.h"

enum { MOST_EVENTS = 64, MOST_BYTES = 1 << 17 };

typedef struct {
    const char *bytes;
    size_t size;
} text;

#define TEXT(literal) ((text){(literal), sizeof(literal) - 1})

static char folder[PATH_MAX];

/* Each test runs in an empty folder, its working directory, with folders for temporary files and for output. */
static void enter_folder(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/external-sort-XXXXXX", base == NULL ? "/tmp" : base);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *real = realpath(folder, NULL);
    snprintf(folder, sizeof folder, "%s", real);
    free(real);
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("temporary", 0700), 0);
    ck_assert_int_eq(mkdir("result", 0700), 0);
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

static void put(const char *path, text content)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(content.bytes, 1, content.size, file), content.size);
    fclose(file);
}

static bool holds(const char *path, text content)
{
    static char bytes[MOST_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return size == content.size && memcmp(bytes, content.bytes, size) == 0;
}

static int entries(const char *path)
{
    DIR *open = opendir(path);
    ck_assert_ptr_nonnull(open);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(open);
    return count;
}

static int counted_files, counted_accesses;

static int count_file(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)path;
    counted_files += type == FTW_F;
    counted_accesses += position->level == 1 && (status->st_mode & 077) != 0;
    return 0;
}

static int temporary_files(void)
{
    counted_files = 0;
    nftw("temporary", count_file, 8, FTW_PHYS);
    return counted_files;
}

/* Whether other users have no access to what was made in the folder for temporary files. */
static bool temporary_is_private(void)
{
    counted_accesses = 0;
    nftw("temporary", count_file, 8, FTW_PHYS);
    return counted_accesses == 0;
}

/* Files of the test's folder that are open. */
static int open_files(void)
{
    DIR *open = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(open);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        char target[PATH_MAX] = {0};
        ssize_t length = readlinkat(dirfd(open), entry->d_name, target, sizeof target - 1);
        count += length > 0 && strncmp(target, folder, strlen(folder)) == 0;
    }
    closedir(open);
    return count;
}

/* What progress was told, and what it saw. */
typedef struct {
    int calls, stop_at; /* the call that stops the sort; 0 for none */
    struct {
        external_sort_step step;
        uint64_t count;
        int open_files, temporary_files;
        bool temporary_is_private, output_is_old;
    } events[MOST_EVENTS];
} journal;

static bool note(void *context, external_sort_step step, uint64_t count)
{
    journal *notes = context;
    ck_assert_int_lt(notes->calls, MOST_EVENTS);
    notes->events[notes->calls].step = step;
    notes->events[notes->calls].count = count;
    notes->events[notes->calls].open_files = open_files();
    notes->events[notes->calls].temporary_files = temporary_files();
    notes->events[notes->calls].temporary_is_private = temporary_is_private();
    notes->events[notes->calls].output_is_old = holds("result/output", TEXT("old"));
    notes->calls++;
    return notes->calls != notes->stop_at;
}

static external_sort_options options_of(size_t memory, size_t files)
{
    return (external_sort_options){.temporary_folder = "temporary", .memory = memory, .max_open_files = files};
}

static external_sort_status sort_to(const char *output, size_t memory, size_t files, journal *notes, uint64_t *lines)
{
    external_sort_options options = options_of(memory, files);
    if (notes != NULL) {
        options.progress = note;
        options.context = notes;
    }
    return external_sort("input", output, &options, lines);
}

static void assert_sorted(text input, text output, uint64_t lines, size_t memory, size_t files)
{
    uint64_t sorted = 0;
    put("input", input);
    ck_assert_int_eq(sort_to("result/output", memory, files, NULL, &sorted), EXTERNAL_SORT_OK);
    ck_assert_uint_eq(sorted, lines);
    ck_assert(holds("result/output", output));
    ck_assert(holds("input", input));
    ck_assert_int_eq(entries("temporary"), 0);
    ck_assert_int_eq(entries("result"), 1);
}

typedef struct {
    text input, output;
    uint64_t lines;
    size_t longest;
} example;

/* Sorts in one run, in as many as can be, and in some between. */
static void assert_all_sorted(const example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t memory = examples[i].longest; memory < examples[i].longest + 8; memory++) {
            assert_sorted(examples[i].input, examples[i].output, examples[i].lines, memory, 3);
        }
        assert_sorted(examples[i].input, examples[i].output, examples[i].lines, examples[i].longest, 4);
        assert_sorted(examples[i].input, examples[i].output, examples[i].lines, 1000, 3);
    }
}

START_TEST(test_small_files__R1)
{
    const example examples[] = {
        {TEXT("b\na\nc\n"), TEXT("a\nb\nc\n"), 3, 2},
        {TEXT("\xff\n\x7f\n\x80\na\n"), TEXT("a\n\x7f\n\x80\n\xff\n"), 4, 2},
        {TEXT("ab\na\nabc\nb\n"), TEXT("a\nab\nabc\nb\n"), 4, 4},
        {TEXT("b\t1\na\t2\nb\t0\na\t1\n"), TEXT("a\t2\na\t1\nb\t1\nb\t0\n"), 4, 4},
        {TEXT("a\x01\na\tz\n"), TEXT("a\tz\na\x01\n"), 2, 4},
        {TEXT("a\tz\na\na\ty\tx\n"), TEXT("a\tz\na\na\ty\tx\n"), 3, 6},
        {TEXT("e\nd\nc\nb\na\n"), TEXT("a\nb\nc\nd\ne\n"), 5, 2},
        {TEXT("g\nf\ne\nd\nc\nb\na\nh\n"), TEXT("a\nb\nc\nd\ne\nf\ng\nh\n"), 8, 2},
    };
    assert_all_sorted(examples, sizeof examples / sizeof *examples);
}
END_TEST

START_TEST(test_many_lines_keep_their_order__R1)
{
    enum { LINES = 3000, KEYS = 40 };
    static const size_t memories[] = {12, 300, 2000, 1 << 20}, files[] = {3, 5, 40};
    static char input[MOST_BYTES], output[MOST_BYTES];
    static int keys[LINES];
    size_t size = 0, sorted = 0;
    unsigned random = 1;
    for (int i = 0; i < LINES; i++) {
        random = random * 1103515245 + 12345;
        keys[i] = (int)(random >> 16) % KEYS;
        size += (size_t)sprintf(input + size, "%02d\t%d\n", keys[i], i);
    }
    for (int key = 0; key < KEYS; key++) {
        for (int i = 0; i < LINES; i++) {
            if (keys[i] == key) {
                sorted += (size_t)sprintf(output + sorted, "%02d\t%d\n", key, i);
            }
        }
    }
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 3; j++) {
            if (memories[i] > 12 || files[j] > 5) {
                assert_sorted((text){input, size}, (text){output, sorted}, LINES, memories[i], files[j]);
            }
        }
    }
}
END_TEST

START_TEST(test_ends_and_odd_bytes__R2)
{
    const example examples[] = {
        {TEXT(""), TEXT(""), 0, 1},
        {TEXT("\n"), TEXT("\n"), 1, 1},
        {TEXT("b\na"), TEXT("a\nb\n"), 2, 2},
        {TEXT("a"), TEXT("a\n"), 1, 2},
        {TEXT("\n\na\n\n"), TEXT("\n\n\na\n"), 4, 2},
        {TEXT("b\r\na\r\na\r"), TEXT("a\r\na\r\nb\r\n"), 3, 3},
        {TEXT("\0b\n\0a\n\0\n"), TEXT("\0\n\0a\n\0b\n"), 3, 3},
        {TEXT("\tx\n\n\tw"), TEXT("\tx\n\n\tw\n"), 3, 3},
        {TEXT("\xc3\x28\n\xc3\n"), TEXT("\xc3\n\xc3\x28\n"), 2, 3},
    };
    assert_all_sorted(examples, sizeof examples / sizeof *examples);
}
END_TEST

/* Checks the counts of the events of a step, as a text of digits. */
static void assert_events(const journal *notes, external_sort_step step, const char *counts)
{
    char told[MOST_EVENTS + 1] = {0};
    for (int i = 0, length = 0; i < notes->calls; i++) {
        if (notes->events[i].step == step) {
            told[length++] = (char)('0' + notes->events[i].count);
        }
    }
    ck_assert_str_eq(told, counts);
}

START_TEST(test_runs_take_what_fits__R3)
{
    static const struct {
        const char *input;
        size_t memory;
        const char *runs;
    } cases[] = {
        {"bb\naa\nbb\naa\nbb\n", 3, "11111"}, {"bb\naa\nbb\naa\nbb\n", 6, "221"}, {"bb\naa\nbb\naa\nbb\n", 8, "221"},
        {"bb\naa\nbb\naa\nbb\n", 9, "32"},    {"bb\naa\nbb\naa\nbb\n", 14, "41"}, {"bb\naa\nbb\naa\nbb\n", 15, ""},
        {"bb\naa", 5, "11"},                  {"bb\naa", 6, ""},                  {"abcde\n", 6, ""},
        {"\n\n\n\n", 2, "22"},                {"\n\n\n", 1, "111"},               {"a\nbbbb\na\na\na\n", 6, "113"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journal notes = {0};
        uint64_t lines;
        put("input", (text){cases[i].input, strlen(cases[i].input)});
        ck_assert_int_eq(sort_to("result/output", cases[i].memory, 10, &notes, &lines), EXTERNAL_SORT_OK);
        assert_events(&notes, EXTERNAL_SORT_RUN, cases[i].runs);
        char merges[2] = {(char)('0' + strlen(cases[i].runs)), '\0'};
        assert_events(&notes, EXTERNAL_SORT_MERGE, cases[i].runs[0] == '\0' ? "" : merges);
    }
}
END_TEST

START_TEST(test_one_run_needs_no_folder__R3)
{
    external_sort_options options = options_of(SIZE_MAX, SIZE_MAX);
    options.temporary_folder = "missing";
    uint64_t lines;
    put("input", TEXT("b\na\n"));
    ck_assert_int_eq(external_sort("input", "result/output", &options, &lines), EXTERNAL_SORT_OK);
    ck_assert(holds("result/output", TEXT("a\nb\n")));
}
END_TEST

START_TEST(test_passes__R4)
{
    static const struct {
        size_t files;
        const char *merges;
        int temporary_files[6]; /* when each merge begins */
    } cases[] = {
        {3, "222222", {8, 7, 6, 5, 4, 2}}, {4, "333", {8, 6, 3}}, {5, "432", {8, 5, 2}},
        {6, "522", {8, 4, 2}},             {7, "62", {8, 2}},     {8, "7", {7}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journal notes = {0};
        uint64_t lines;
        put("input", TEXT("g\nf\ne\nd\nc\nb\na\n"));
        ck_assert_int_eq(sort_to("result/output", 2, cases[i].files, &notes, &lines), EXTERNAL_SORT_OK);
        ck_assert(holds("result/output", TEXT("a\nb\nc\nd\ne\nf\ng\n")));
        assert_events(&notes, EXTERNAL_SORT_RUN, "1111111");
        assert_events(&notes, EXTERNAL_SORT_MERGE, cases[i].merges);
        for (int event = 0; event < 7; event++) {
            ck_assert_int_le(notes.events[event].open_files, (int)cases[i].files);
        }
        for (int event = 7; event < notes.calls; event++) {
            ck_assert_int_eq(notes.events[event].open_files, (int)notes.events[event].count + 1);
            ck_assert_int_le(notes.events[event].open_files, (int)cases[i].files);
            ck_assert_int_eq(notes.events[event].temporary_files, cases[i].temporary_files[event - 7]);
        }
        ck_assert_int_eq(open_files(), 0);
    }
}
END_TEST

START_TEST(test_output_is_replaced_at_the_end__R5)
{
    static const size_t memories[] = {2, 100};
    for (int i = 0; i < 2; i++) {
        journal notes = {0};
        uint64_t lines;
        char old[10];
        put("input", TEXT("c\nb\na\n"));
        put("result/output", TEXT("old"));
        ck_assert_int_eq(chmod("result/output", 0600), 0);
        int reader = open("result/output", O_RDONLY);
        ck_assert_int_eq(sort_to("result/output", memories[i], 3, &notes, &lines), EXTERNAL_SORT_OK);
        ck_assert_int_eq(notes.calls, i == 0 ? 5 : 0);
        for (int event = 0; event < notes.calls; event++) {
            ck_assert(notes.events[event].output_is_old);
            ck_assert(notes.events[event].temporary_is_private);
        }
        ck_assert_int_eq(read(reader, old, sizeof old), 3);
        ck_assert_mem_eq(old, "old", 3);
        close(reader);
        struct stat status;
        ck_assert_int_eq(stat("result/output", &status), 0);
        ck_assert_int_eq(status.st_mode & 0777, 0600);
        ck_assert(holds("result/output", TEXT("a\nb\nc\n")));
        ck_assert_int_eq(entries("result"), 1);
        ck_assert_int_eq(entries("temporary"), 0);
    }
}
END_TEST

START_TEST(test_input_may_be_the_output__R5)
{
    for (size_t memory = 2; memory < 8; memory++) {
        uint64_t lines;
        put("input", TEXT("c\nb\na"));
        ck_assert_int_eq(sort_to("input", memory, 3, NULL, &lines), EXTERNAL_SORT_OK);
        ck_assert_uint_eq(lines, 3);
        ck_assert(holds("input", TEXT("a\nb\nc\n")));
        ck_assert_int_eq(entries("."), 3);
        ck_assert_int_eq(entries("temporary"), 0);
    }
}
END_TEST

START_TEST(test_files_of_others_stay__R5)
{
    uint64_t lines;
    put("result/other", TEXT("of another program"));
    put("temporary/0", TEXT("of another program"));
    put("input", TEXT("c\nb\na"));
    ck_assert_int_eq(sort_to("result/output", 2, 3, NULL, &lines), EXTERNAL_SORT_OK);
    ck_assert(holds("result/output", TEXT("a\nb\nc\n")));
    ck_assert(holds("temporary/0", TEXT("of another program")));
    ck_assert_int_eq(entries("result"), 2);
    ck_assert_int_eq(entries("temporary"), 1);
}
END_TEST

static void assert_nothing_left(void)
{
    ck_assert(holds("result/output", TEXT("old")));
    ck_assert_int_eq(entries("result"), 1);
    ck_assert_int_eq(entries("temporary"), 0);
    ck_assert_int_eq(open_files(), 0);
}

START_TEST(test_lines_that_are_too_long__R6)
{
    static char huge[100000];
    memset(huge, 'x', sizeof huge);
    const struct {
        text input;
        uint64_t line;
    } cases[] = {
        {TEXT("aaaa\n"), 1},           {TEXT("aaaa"), 1},          {TEXT("aaa\nbbbb\n"), 2}, {TEXT("aaa\nbbb\nc\ndddd"), 4},
        {TEXT("\n\n\n\n\n\naaaaa\n"), 7}, {{huge, sizeof huge}, 1},
    };
    put("result/output", TEXT("old"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t line = 0;
        put("input", cases[i].input);
        ck_assert_int_eq(sort_to("result/output", 4, 3, NULL, &line), EXTERNAL_SORT_LINE_TOO_LONG);
        ck_assert_uint_eq(line, cases[i].line);
        assert_nothing_left();
    }
    assert_sorted(TEXT("bbb\naaa"), TEXT("aaa\nbbb\n"), 2, 4, 3);
}
END_TEST

START_TEST(test_stopping_at_every_step__R7)
{
    put("input", TEXT("g\nf\ne\nd\nc\nb\na\n"));
    put("result/output", TEXT("old"));
    for (int stop_at = 1; stop_at <= 13; stop_at++) {
        journal notes = {.stop_at = stop_at};
        uint64_t lines;
        ck_assert_int_eq(sort_to("result/output", 2, 3, &notes, &lines), EXTERNAL_SORT_CANCELLED);
        ck_assert_int_eq(notes.calls, stop_at);
        assert_nothing_left();
    }
    journal notes = {.stop_at = 14};
    uint64_t lines;
    ck_assert_int_eq(sort_to("result/output", 2, 3, &notes, &lines), EXTERNAL_SORT_OK);
    ck_assert_int_eq(notes.calls, 13);
}
END_TEST

/* Sorts with an error of the system, which must leave nothing behind. */
static void assert_system_error(int error, const char *input, const char *output, const char *temporary, size_t memory)
{
    external_sort_options options = options_of(memory, 3);
    options.temporary_folder = temporary;
    uint64_t lines;
    errno = 0;
    ck_assert_int_eq(external_sort(input, output, &options, &lines), EXTERNAL_SORT_SYSTEM);
    ck_assert_int_eq(errno, error);
    assert_nothing_left();
}

START_TEST(test_errors_of_the_system__R8)
{
    put("input", TEXT("c\nb\na\n"));
    put("result/output", TEXT("old"));
    ck_assert_int_eq(mkdir("other", 0700), 0);
    for (size_t memory = 2; memory <= 100; memory += 98) {
        assert_system_error(ENOENT, "missing", "result/output", "temporary", memory);
        assert_system_error(EISDIR, "other", "result/output", "temporary", memory);
        assert_system_error(ENOENT, "input", "missing/output", "temporary", memory);
        assert_system_error(EISDIR, "input", "other", "temporary", memory);
    }
    assert_system_error(ENOENT, "input", "result/output", "missing", 2);
    ck_assert_int_eq(entries("."), 4);
    ck_assert_int_eq(entries("other"), 0);
}
END_TEST

START_TEST(test_failure_to_write__R8)
{
    enum { SIZE = 20000, LIMIT = 4096 };
    static char lines_of_two[SIZE];
    static const size_t memories[] = {6000, 2 * SIZE, 3000}; /* for runs, the output of one run, merged runs */
    for (int i = 0; i < SIZE; i++) {
        lines_of_two[i] = i % 2 == 0 ? 'a' : '\n';
    }
    put("input", (text){lines_of_two, SIZE});
    put("result/output", TEXT("old"));
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        uint64_t lines;
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){LIMIT, before.rlim_max});
        external_sort_status status = sort_to("result/output", memories[i], 3, NULL, &lines);
        int error = errno;
        setrlimit(RLIMIT_FSIZE, &before);
        ck_assert_int_eq(status, EXTERNAL_SORT_SYSTEM);
        ck_assert_int_eq(error, EFBIG);
        assert_nothing_left();
    }
    signal(SIGXFSZ, SIG_DFL);
}
END_TEST

START_TEST(test_invalid_arguments__R8)
{
    static const size_t cases[][2] = {{0, 3}, {100, 0}, {100, 1}, {100, 2}};
    put("input", TEXT("b\na\n"));
    put("result/output", TEXT("old"));
    for (int i = 0; i < 4; i++) {
        journal notes = {0};
        uint64_t lines;
        ck_assert_int_eq(sort_to("result/output", cases[i][0], cases[i][1], &notes, &lines), EXTERNAL_SORT_INVALID_ARGUMENT);
        ck_assert_int_eq(notes.calls, 0);
        assert_nothing_left();
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("external sort");
    tcase_add_checked_fixture(tests, enter_folder, remove_folder);
    tcase_add_test(tests, test_small_files__R1);
    tcase_add_test(tests, test_many_lines_keep_their_order__R1);
    tcase_add_test(tests, test_ends_and_odd_bytes__R2);
    tcase_add_test(tests, test_runs_take_what_fits__R3);
    tcase_add_test(tests, test_one_run_needs_no_folder__R3);
    tcase_add_test(tests, test_passes__R4);
    tcase_add_test(tests, test_output_is_replaced_at_the_end__R5);
    tcase_add_test(tests, test_input_may_be_the_output__R5);
    tcase_add_test(tests, test_files_of_others_stay__R5);
    tcase_add_test(tests, test_lines_that_are_too_long__R6);
    tcase_add_test(tests, test_stopping_at_every_step__R7);
    tcase_add_test(tests, test_errors_of_the_system__R8);
    tcase_add_test(tests, test_failure_to_write__R8);
    tcase_add_test(tests, test_invalid_arguments__R8);
    Suite *suite = suite_create("external-sort");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
