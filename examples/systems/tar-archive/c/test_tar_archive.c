#define _GNU_SOURCE

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tar_archive.h"

/* Archives for tests are put together here, independently of what tar_write does. */
static char built[400 * 1024];
static size_t built_size;
static char folder[] = "/tmp/tar-archive-XXXXXX";
static const tar_limits generous = {1000, 1000000};

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

static void enter_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    umask(022);
    built_size = 0;
}

static void remove_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void put_checksum(char *header)
{
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++) {
        sum += (unsigned char)header[i];
    }
    snprintf(header + 148, 8, "%06o", sum);
}

static void put_text(char *field, size_t size, const char *text)
{
    ck_assert_uint_le(strlen(text), size);
    memcpy(field, text, strlen(text));
}

/* Appends a header; it is returned for damaging, and put_checksum is to be called after that. */
static char *add_header(char type, const char *path, size_t size)
{
    char *header = built + built_size;
    memset(header, 0, 512);
    put_text(header, 100, path);
    strcpy(header + 100, "0000644");
    strcpy(header + 108, "0001750");
    strcpy(header + 116, "0001750");
    snprintf(header + 124, 12, "%011zo", size);
    strcpy(header + 136, "14000000000");
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    put_checksum(header);
    built_size += 512;
    return header;
}

static void add_content(const void *content, size_t size)
{
    size_t blocks = (size + 511) / 512;
    memset(built + built_size, 0, blocks * 512);
    memcpy(built + built_size, content, size);
    built_size += blocks * 512;
}

static void add_file(const char *path, const char *text)
{
    add_header('0', path, strlen(text));
    add_content(text, strlen(text));
}

static void add_link(const char *path, const char *target)
{
    char *header = add_header('2', path, 0);
    put_text(header + 157, 100, target);
    put_checksum(header);
}

static void add_end(void)
{
    memset(built + built_size, 0, 1024);
    built_size += 1024;
}

static tar_status extract(uint64_t *count)
{
    FILE *archive = fmemopen(built, built_size, "rb");
    ck_assert_ptr_nonnull(archive);
    tar_status status = tar_extract(archive, "out", generous, count);
    fclose(archive);
    return status;
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static int count_names(void)
{
    DIR *names = opendir(".");
    int count = -2;
    while (readdir(names) != NULL) {
        count++;
    }
    closedir(names);
    return count;
}

static void check_refused_with(tar_limits limits, tar_status expected, uint64_t index, const char *what)
{
    uint64_t count = 99;
    FILE *archive = fmemopen(built, built_size, "rb");
    tar_status status = tar_extract(archive, "out", limits, &count);
    fclose(archive);
    ck_assert_msg(status == expected, "%s: %d instead of %d", what, status, expected);
    ck_assert_msg(count == index, "%s: index %d", what, (int)count);
    ck_assert_msg(count_names() == 0, "%s: something is left", what);
    built_size = 0;
}

static void check_refused(tar_status expected, uint64_t index, const char *what)
{
    add_end();
    check_refused_with(generous, expected, index, what);
}

static void check_extracted(uint64_t expected)
{
    uint64_t count = 0;
    ck_assert_int_eq(extract(&count), TAR_OK);
    ck_assert_uint_eq(count, expected);
    built_size = 0;
}

static void check_file(const char *path, const void *content, size_t size, unsigned mode)
{
    static char bytes[400 * 1024];
    struct stat status;
    ck_assert_msg(lstat(path, &status) == 0, "%s is missing", path);
    ck_assert(S_ISREG(status.st_mode));
    ck_assert_uint_eq(status.st_mode & 07777, mode);
    FILE *file = fopen(path, "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, file), size);
    fclose(file);
    ck_assert(memcmp(bytes, content, size) == 0);
}

static void check_link(const char *path, const char *target)
{
    char found[200] = "";
    ck_assert_int_gt(readlink(path, found, sizeof found - 1), 0);
    ck_assert_str_eq(found, target);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void remove_out(void)
{
    nftw("out", remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

START_TEST(test_files_folders_and_links__R1)
{
    add_header('5', "docs/", 0);
    add_file("docs/read me", "hello\n");
    char *header = add_header('\0', "a/b/c", 4);
    strcpy(header + 100, "000600 ");
    put_checksum(header);
    add_content("\0\xff\r\n", 4);
    add_header('5', "a/b", 0);
    add_header('5', "empty", 0);
    add_link("docs/link", "../a/b/c");
    add_end();
    memset(built + built_size, 'x', 700);
    built_size += 700;
    check_extracted(6);
    check_file("out/docs/read me", "hello\n", 6, 0644);
    check_file("out/a/b/c", "\0\xff\r\n", 4, 0600);
    ck_assert(is_folder("out/docs") && is_folder("out/empty"));
    check_link("out/docs/link", "../a/b/c");
}
END_TEST

START_TEST(test_sizes_around_blocks_and_modes__R1)
{
    static char content[200000];
    const size_t sizes[] = {0, 1, 511, 512, 513, 1024, 65536, 65537, 200000};
    const char *modes[] = {"0000777", "0000000", "  640 ", "0100444"};
    const unsigned permissions[] = {0777, 0, 0640, 0444};
    char path[20];
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (char)(i * 7 + i / 251);
    }
    for (int i = 0; i < 9; i++) {
        snprintf(path, sizeof path, "file%d", i);
        char *header = add_header('0', path, sizes[i]);
        strcpy(header + 100, modes[i % 4]);
        put_checksum(header);
        add_content(content, sizes[i]);
    }
    add_end();
    check_extracted(9);
    for (int i = 0; i < 9; i++) {
        snprintf(path, sizeof path, "out/file%d", i);
        if (permissions[i % 4] != 0) {
            check_file(path, content, sizes[i], permissions[i % 4]);
        }
    }
    struct stat status;
    ck_assert_int_eq(stat("out/file1", &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0);
    ck_assert_int_eq(status.st_size, 1);
}
END_TEST

START_TEST(test_archive_without_entries__R1)
{
    add_end();
    check_extracted(0);
    ck_assert(is_folder("out"));
    ck_assert_int_eq(rmdir("out"), 0);
}
END_TEST

/* Writes to `built`. */
static tar_status write_entries(const tar_entry *entries, size_t count, size_t *index)
{
    memset(built, 'x', sizeof built);
    FILE *archive = fmemopen(built, sizeof built, "wb");
    setvbuf(archive, NULL, _IONBF, 0);
    tar_status status = tar_write(archive, entries, count, index);
    built_size = (size_t)ftell(archive);
    fclose(archive);
    return status;
}

static void check_written(const tar_entry *entries, size_t count)
{
    size_t index = 99;
    ck_assert_int_eq(write_entries(entries, count, &index), TAR_OK);
}

static void check_field(size_t offset, const char *bytes, size_t size)
{
    ck_assert_mem_eq(built + offset, bytes, size);
}

START_TEST(test_bytes_of_an_archive__R2)
{
    const tar_entry entries[] = {
        {.type = TAR_FILE, .path = "bin/run", .mode = 04751, .data = "#!\n", .size = 3},
        {.type = TAR_FOLDER, .path = "d", .mode = 0700},
        {.type = TAR_LINK, .path = "l", .target = "bin/run"},
    };
    check_written(entries, 3);
    ck_assert_uint_eq(built_size, 512 + 512 + 512 + 512 + 1024);
    char header[512] = "bin/run";
    memcpy(header + 100, "0000751\0000000000\0000000000\00000000000003\00000000000000", 47);
    memcpy(header + 156, "0", 1);
    memcpy(header + 257, "ustar\00000", 8);
    memcpy(header + 329, "0000000\0000000000", 15);
    put_checksum(header);
    check_field(0, header, 512);
    ck_assert_int_eq(built[154], '\0');
    ck_assert_int_eq(built[155], ' ');
    char content[512] = "#!\n";
    check_field(512, content, 512);
    check_field(1024, "d/\0", 3);
    check_field(1024 + 100, "0000755", 8);
    check_field(1024 + 124, "00000000000", 12);
    check_field(1024 + 156, "5", 1);
    check_field(1536, "l\0", 2);
    check_field(1536 + 100, "0000777", 8);
    check_field(1536 + 156, "2bin/run\0", 9);
    static const char end[1024];
    check_field(2048, end, 1024);
}
END_TEST

START_TEST(test_what_is_written_can_be_extracted__R2)
{
    static char content[1024];
    memset(content, 'c', sizeof content);
    const tar_entry entries[] = {
        {.type = TAR_FOLDER, .path = "d"},
        {.type = TAR_FILE, .path = "d/one block", .mode = 0640, .data = content, .size = 512},
        {.type = TAR_FILE, .path = "d/empty", .mode = 0444},
        {.type = TAR_LINK, .path = "d/e/link", .target = "../empty"},
        {.type = TAR_FILE, .path = "d/more", .mode = 0755, .data = content, .size = 1023},
    };
    check_written(entries, 5);
    check_extracted(5);
    check_file("out/d/one block", content, 512, 0640);
    check_file("out/d/empty", content, 0, 0444);
    check_file("out/d/more", content, 1023, 0755);
    check_link("out/d/e/link", "../empty");
    check_written(NULL, 0);
    ck_assert_uint_eq(built_size, 1024);
}
END_TEST

/* `length` letters, with slashes at the places given, ended by 0. */
static char *letters(size_t length, const size_t *slashes)
{
    static char text[400];
    memset(text, 'n', length);
    text[length] = '\0';
    while (*slashes != 0) {
        text[*slashes++] = '/';
    }
    return text;
}

START_TEST(test_long_paths_are_split_and_joined__R3)
{
    const struct {
        size_t length;
        size_t slashes[4];
        size_t split; /* 0: in the name alone */
    } cases[] = {{100, {50}, 0}, {101, {50}, 50}, {101, {1}, 1}, {150, {20, 49, 51}, 49}, {150, {48, 70}, 70},
                 {160, {59, 100}, 59}, {256, {100, 155}, 155}, {255, {154}, 154}, {156, {154}, 154}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = letters(cases[i].length, cases[i].slashes);
        check_written(&(tar_entry){.type = TAR_FILE, .path = path, .mode = 0644}, 1);
        size_t split = cases[i].split, start = split == 0 ? 0 : split + 1;
        ck_assert_msg(strncmp(built, path + start, 100) == 0, "name of case %zu", i);
        ck_assert_msg(strlen(built + 345) == split && strncmp(built + 345, path, split) == 0, "prefix of case %zu", i);
        check_extracted(1);
        char extracted[400];
        snprintf(extracted, sizeof extracted, "out/%s", path);
        check_file(extracted, "", 0, 0644);
        remove_out();
    }
}
END_TEST

static void check_write_refused(const tar_entry *entry, tar_status expected, const char *what)
{
    const tar_entry entries[] = {{.type = TAR_FILE, .path = "good", .mode = 0644, .data = "x", .size = 1}, *entry};
    size_t index = 99;
    ck_assert_msg(write_entries(entries, 2, &index) == expected, "%s", what);
    ck_assert_uint_eq(index, 1);
    ck_assert_msg(built_size == 0, "%s: something was written", what);
    ck_assert_int_eq(built[0], 'x');
}

START_TEST(test_what_fits_in_no_way__R3)
{
    const struct {
        tar_type type;
        size_t length;
        size_t slashes[3];
    } cases[] = {{TAR_FILE, 101, {0}}, {TAR_FILE, 150, {48}}, {TAR_FILE, 257, {100, 155}}, {TAR_FILE, 257, {156}},
                 {TAR_FILE, 399, {155, 200}}, {TAR_FOLDER, 100, {0}}, {TAR_FOLDER, 256, {155}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tar_entry entry = {.type = cases[i].type, .path = letters(cases[i].length, cases[i].slashes)};
        check_write_refused(&entry, TAR_TOO_LONG, entry.path);
    }
    char *target = letters(101, (size_t[]){50, 0});
    check_write_refused(&(tar_entry){.type = TAR_LINK, .path = "l", .target = target}, TAR_TOO_LONG, "target");
    target[100] = '\0';
    const tar_entry link = {.type = TAR_LINK, .path = "l", .target = target};
    check_written(&link, 1);
    check_extracted(1);
    check_link("out/l", target);
    remove_out();
    const tar_entry entry = {.type = TAR_FOLDER, .path = letters(99, (size_t[]){0})};
    check_written(&entry, 1);
    ck_assert_int_eq(built[99], '/');
    ck_assert_int_eq(built[345], '\0');
}
END_TEST

static const char *const unsafe_paths[] = {"/", "/etc/x", "..", "../x", "a/../x", "a/..", ".", "./x", "a/./x", "a/.",
                                           "a//x", "//x", "", "a//"};

START_TEST(test_unsafe_paths__R4)
{
    for (size_t i = 0; i < sizeof unsafe_paths / sizeof unsafe_paths[0]; i++) {
        const char *path = unsafe_paths[i];
        add_file("good", "x");
        add_file(path, "x");
        check_refused(TAR_UNSAFE, 1, path);
        add_header('5', path, 0);
        check_refused(TAR_UNSAFE, 0, path);
        add_link(path, "x");
        check_refused(TAR_UNSAFE, 0, path);
        check_write_refused(&(tar_entry){.type = TAR_FILE, .path = path}, TAR_UNSAFE, path);
        check_write_refused(&(tar_entry){.type = TAR_FOLDER, .path = path}, TAR_UNSAFE, path);
    }
    add_file("a/", "x");
    check_refused(TAR_UNSAFE, 0, "file with a slash at the end");
    check_write_refused(&(tar_entry){.type = TAR_FOLDER, .path = "a/"}, TAR_UNSAFE, "a/");
}
END_TEST

START_TEST(test_unsafe_by_the_prefix__R4)
{
    const char *prefixes[] = {"..", "/", "/etc", "a/..", ".", "a/", "x"};
    for (int i = 0; i < 7; i++) {
        char *header = add_header('0', i < 6 ? "b" : "../b", 0);
        put_text(header + 345, 155, prefixes[i]);
        put_checksum(header);
        check_refused(TAR_UNSAFE, 0, prefixes[i]);
    }
}
END_TEST

START_TEST(test_names_with_dots_are_safe__R4)
{
    add_file("...", "x");
    add_file("..a/.b/c..", "x");
    add_link(".l", "..a");
    add_end();
    check_extracted(3);
    check_file("out/..a/.b/c..", "x", 1, 0644);
    check_link("out/.l", "..a");
}
END_TEST

START_TEST(test_links_that_lead_outside__R5)
{
    const char *const cases[][2] = {
        {"l", "/etc/passwd"}, {"l", "/"}, {"l", ".."}, {"l", "../x"}, {"l", "a/../x"}, {"l", "a/.."}, {"l", "."},
        {"l", "./x"}, {"l", ""}, {"l", "a//b"}, {"l", "a/"}, {"a/l", "../.."}, {"a/l", "../../x"}, {"a/l", "../"},
        {"a/l", "..//x"}, {"a/l", "../x/.."}, {"a/b/l", "../../../x"}, {"a/l", "../."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        add_link(cases[i][0], cases[i][1]);
        check_refused(TAR_UNSAFE, 0, cases[i][1]);
        const tar_entry entry = {.type = TAR_LINK, .path = cases[i][0], .target = cases[i][1]};
        check_write_refused(&entry, TAR_UNSAFE, cases[i][1]);
    }
}
END_TEST

START_TEST(test_links_that_stay_within__R5)
{
    const char *const cases[][2] = {{"l", "missing"}, {"a/l", ".."}, {"a/m", "../x"}, {"a/b/l", "../../x/y"},
                                    {"a/b/m", "../.."}, {"n", "...x"}};
    for (int i = 0; i < 6; i++) {
        add_link(cases[i][0], cases[i][1]);
    }
    add_end();
    check_extracted(6);
    for (int i = 0; i < 6; i++) {
        char path[20];
        snprintf(path, sizeof path, "out/%s", cases[i][0]);
        check_link(path, cases[i][1]);
    }
}
END_TEST

START_TEST(test_nothing_goes_through_or_over_what_was_made__R5)
{
    const struct {
        char type;
        const char *target;
    } made[] = {{'0', ""}, {'5', ""}, {'2', "d"}, {'2', "missing"}};
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
            add_header('5', "d", 0);
            char *header = add_header(made[i].type, "x", 0);
            strcpy(header + 157, made[i].target);
            put_checksum(header);
            header = add_header(made[j].type, "x", 0);
            strcpy(header + 157, made[j].target);
            put_checksum(header);
            if (i == 1 && j == 1) {
                add_end();
                check_extracted(3);
                remove_out();
            } else {
                check_refused(TAR_CONFLICT, 2, "the same path again");
            }
        }
        if (i != 1) {
            add_header('5', "d", 0);
            char *header = add_header(made[i].type, "x", 0);
            strcpy(header + 157, made[i].target);
            put_checksum(header);
            add_file("x/y", "z");
            check_refused(TAR_CONFLICT, 2, "through a link or file");
        }
    }
    add_file("x", "");
    add_header('0', "x", 5);
    check_refused_with(generous, TAR_CONFLICT, 1, "conflict comes before the content");
}
END_TEST

START_TEST(test_special_bits_are_not_set__R5)
{
    char *header = add_header('0', "run", 0);
    strcpy(header + 100, "0007755");
    put_checksum(header);
    add_end();
    check_extracted(1);
    check_file("out/run", "", 0, 0755);
}
END_TEST

START_TEST(test_damaged_headers__R6)
{
    const struct {
        size_t offset;
        const char *bytes;
        size_t size;
    } cases[] = {
        {257, "ustar  \0", 8}, {257, "ustaR", 5}, {263, "01", 2}, {263, "10", 2}, {100, "00006448", 8},
        {100, "0000648\0", 8}, {100, "       \0", 8}, {100, "\0\0\0\0\0\0\0\0", 8}, {100, "06 4400\0", 8},
        {100, "-000644\0", 8}, {124, "000000000000", 12}, {124, "\200\0\0\0\0\0\0\0\0\0\0\0", 12}, {124, "0000000000x", 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        add_file("good", "x");
        char *header = add_header('0', "file", 0);
        memcpy(header + cases[i].offset, cases[i].bytes, cases[i].size);
        put_checksum(header);
        check_refused(TAR_MALFORMED, 1, cases[i].bytes);
    }
    add_header('5', "folder", 1);
    check_refused(TAR_MALFORMED, 0, "folder with a size");
    char *header = add_header('x', "../x", 0);
    header[100] = '8';
    put_checksum(header);
    check_refused(TAR_MALFORMED, 0, "malformed first");
    header = add_header('2', "link", 1);
    header[157] = 'x';
    put_checksum(header);
    check_refused(TAR_MALFORMED, 0, "link with a size");
    memset(built, 0, 512);
    built_size = 512;
    add_file("file", "x");
    check_refused(TAR_MALFORMED, 0, "single block of zero bytes");
}
END_TEST

START_TEST(test_checksums__R6)
{
    const int offsets[] = {0, 147, 148, 156, 500, 511};
    for (int i = 0; i < 6; i++) {
        char *header = add_header('0', "file", 0);
        header[offsets[i]] = (char)(header[offsets[i]] + 1);
        check_refused(TAR_MALFORMED, 0, "one byte is another");
    }
    char *header = add_header('0', "high \xff", 0);
    memmove(header + 149, header + 148, 6);
    header[148] = ' ';
    add_end();
    check_extracted(1);
    ck_assert(exists("out/high \xff"));
}
END_TEST

START_TEST(test_other_types__R6)
{
    for (const char *type = "1346789xgLKSA"; *type != '\0'; type++) {
        char *header = add_header(*type, "x", 0);
        strcpy(header + 157, "/etc/passwd");
        put_checksum(header);
        check_refused(TAR_UNSUPPORTED, 0, type);
    }
}
END_TEST

START_TEST(test_archives_that_are_cut_off__R6)
{
    const size_t sizes[] = {0, 1, 511, 512, 512 + 511, 1024, 1024 + 511, 1536, 1536 + 599, 1536 + 600, 1536 + 1023,
                            2560, 2560 + 511, 2560 + 512, 2560 + 1023};
    const uint64_t indexes[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2};
    char content[600] = "x";
    for (int i = 0; i < 15; i++) {
        add_file("one", "x");
        add_header('0', "folder/two", sizeof content);
        add_content(content, sizeof content);
        add_end();
        ck_assert_uint_eq(built_size, 2560 + 1024);
        built_size = sizes[i];
        check_refused_with(generous, TAR_TRUNCATED, indexes[i], "cut off");
    }
}
END_TEST

static void add_three_files(void)
{
    add_file("one", "1");
    add_header('5', "two", 0);
    add_file("three", "4444");
    add_end();
}

START_TEST(test_limits__R7)
{
    uint64_t count = 0;
    add_three_files();
    FILE *archive = fmemopen(built, built_size, "rb");
    ck_assert_int_eq(tar_extract(archive, "out", (tar_limits){3, 5}, &count), TAR_OK);
    fclose(archive);
    ck_assert_uint_eq(count, 3);
    remove_out();
    check_refused_with((tar_limits){2, 5}, TAR_LIMIT, 2, "one entry more");
    add_three_files();
    check_refused_with((tar_limits){3, 4}, TAR_LIMIT, 2, "one byte more");
    add_three_files();
    check_refused_with((tar_limits){0, 100}, TAR_LIMIT, 0, "no entries");
    add_header('0', "huge", 077777777777);
    check_refused(TAR_LIMIT, 0, "without the content that it claims");
    add_file("a", "1");
    add_header('0', "a", 1000000);
    check_refused(TAR_LIMIT, 1, "limit comes before conflict");
    add_end();
    archive = fmemopen(built, built_size, "rb");
    ck_assert_int_eq(tar_extract(archive, "out", (tar_limits){0, 0}, &count), TAR_OK);
    fclose(archive);
}
END_TEST

START_TEST(test_unsafe_comes_before_limit_and_unsupported_before_unsafe__R6_R7)
{
    add_header('0', "../x", 2000000);
    check_refused(TAR_UNSAFE, 0, "unsafe first");
    add_header('x', "../x", 2000000);
    check_refused(TAR_UNSUPPORTED, 0, "unsupported first");
}
END_TEST

START_TEST(test_nothing_is_left_of_a_refused_archive__R8)
{
    add_file("a/b/c/file", "x");
    add_link("a/link", "b");
    char *header = add_header('0', "private", 0);
    strcpy(header + 100, "0000000");
    put_checksum(header);
    add_file("../x", "x");
    check_refused(TAR_UNSAFE, 3, "after much was made");
}
END_TEST

START_TEST(test_what_exists_stays__R8)
{
    uint64_t count;
    add_file("file", "new");
    add_end();
    size_t size = built_size;
    ck_assert_int_eq(mkdir("out", 0755), 0);
    ck_assert_int_eq(extract(&count), TAR_SYSTEM);
    ck_assert_int_eq(errno, EEXIST);
    ck_assert_int_eq(rmdir("out"), 0);
    ck_assert_int_eq(symlink("missing", "out"), 0);
    ck_assert_int_eq(extract(&count), TAR_SYSTEM);
    ck_assert_int_eq(errno, EEXIST);
    check_link("out", "missing");
    ck_assert(!exists("missing"));
    unlink("out");
    FILE *archive = fmemopen(built, size, "rb");
    ck_assert_int_eq(tar_extract(archive, "missing/out", generous, &count), TAR_SYSTEM);
    ck_assert_int_eq(errno, ENOENT);
    fclose(archive);
    ck_assert_int_eq(count_names(), 0);
}
END_TEST

START_TEST(test_refusal_of_the_system__R8)
{
    FILE *archive = fopen("/dev/full", "wb");
    ck_assert_ptr_nonnull(archive);
    setvbuf(archive, NULL, _IONBF, 0);
    size_t index;
    ck_assert_int_eq(tar_write(archive, NULL, 0, &index), TAR_SYSTEM);
    ck_assert_int_eq(errno, ENOSPC);
    fclose(archive);
    archive = fopen(".", "rb");
    uint64_t count = 0;
    ck_assert_int_eq(tar_extract(archive, "out", generous, &count), TAR_SYSTEM);
    ck_assert_int_eq(errno, EISDIR);
    fclose(archive);
    ck_assert_int_eq(count_names(), 0);
}
END_TEST

START_TEST(test_system_that_refuses_to_write__R8)
{
    char content[2000];
    memset(content, 'x', sizeof content);
    add_file("first", "x");
    add_header('0', "big", sizeof content);
    add_content(content, sizeof content);
    add_end();
    struct rlimit limit, small;
    uint64_t count = 0;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 1000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    tar_status status = extract(&count);
    int error = errno;
    setrlimit(RLIMIT_FSIZE, &limit); /* before any assertion, which writes to a file */
    ck_assert_int_eq(status, TAR_SYSTEM);
    ck_assert_int_eq(error, EFBIG);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(count_names(), 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("tar-archive");
    tcase_add_checked_fixture(tests, enter_folder, remove_folder);
    tcase_add_test(tests, test_files_folders_and_links__R1);
    tcase_add_test(tests, test_sizes_around_blocks_and_modes__R1);
    tcase_add_test(tests, test_archive_without_entries__R1);
    tcase_add_test(tests, test_bytes_of_an_archive__R2);
    tcase_add_test(tests, test_what_is_written_can_be_extracted__R2);
    tcase_add_test(tests, test_long_paths_are_split_and_joined__R3);
    tcase_add_test(tests, test_what_fits_in_no_way__R3);
    tcase_add_test(tests, test_unsafe_paths__R4);
    tcase_add_test(tests, test_unsafe_by_the_prefix__R4);
    tcase_add_test(tests, test_names_with_dots_are_safe__R4);
    tcase_add_test(tests, test_links_that_lead_outside__R5);
    tcase_add_test(tests, test_links_that_stay_within__R5);
    tcase_add_test(tests, test_nothing_goes_through_or_over_what_was_made__R5);
    tcase_add_test(tests, test_special_bits_are_not_set__R5);
    tcase_add_test(tests, test_damaged_headers__R6);
    tcase_add_test(tests, test_checksums__R6);
    tcase_add_test(tests, test_other_types__R6);
    tcase_add_test(tests, test_archives_that_are_cut_off__R6);
    tcase_add_test(tests, test_limits__R7);
    tcase_add_test(tests, test_unsafe_comes_before_limit_and_unsupported_before_unsafe__R6_R7);
    tcase_add_test(tests, test_nothing_is_left_of_a_refused_archive__R8);
    tcase_add_test(tests, test_what_exists_stays__R8);
    tcase_add_test(tests, test_refusal_of_the_system__R8);
    tcase_add_test(tests, test_system_that_refuses_to_write__R8);
    Suite *suite = suite_create("tar-archive");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
