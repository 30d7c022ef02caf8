#define _POSIX_C_SOURCE 200809L

#include "external_sort.h"

#include "lines.h"
#include "run_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_OPEN_FILES = 3 };

typedef struct {
    const external_sort_options *options;
    run_store runs;
    byte_buffer kept; /* lines that are in no run yet */
    size_t kept_lines;
} sorter;

/* A run that is merged, with its current line. */
typedef struct {
    FILE *file;
    size_t index;
    byte_buffer bytes;
    line current;
} source;

static external_sort_status status_of(bool succeeded)
{
    return succeeded ? EXTERNAL_SORT_OK : EXTERNAL_SORT_SYSTEM;
}

static external_sort_status tell(const sorter *sort, external_sort_step step, uint64_t count)
{
    const external_sort_options *options = sort->options;
    bool goes_on = options->progress == NULL || options->progress(options->context, step, count);
    return goes_on ? EXTERNAL_SORT_OK : EXTERNAL_SORT_CANCELLED;
}

/* Closes a file and says how that ended, or keeps the status and errno of an error before. What is buffered is written now. */
static external_sort_status closed(FILE *file, external_sort_status status)
{
    int error = errno;
    bool is_closed = fclose(file) == 0;
    if (status == EXTERNAL_SORT_OK) {
        return status_of(is_closed);
    }
    errno = error;
    return status;
}

/* Writes the first of the lines that are kept to a run, and keeps the rest. */
static external_sort_status write_run(sorter *sort, size_t size, size_t count)
{
    external_sort_status status = tell(sort, EXTERNAL_SORT_RUN, count);
    if (status != EXTERNAL_SORT_OK) {
        return status;
    }
    FILE *file = run_store_add(&sort->runs);
    if (file == NULL) {
        return EXTERNAL_SORT_SYSTEM;
    }
    status = closed(file, status_of(lines_write_sorted(file, sort->kept.data, size, count)));
    sort->kept.length -= size;
    memmove(sort->kept.data, sort->kept.data + size, sort->kept.length);
    sort->kept_lines -= count;
    return status;
}

/* Reads all lines into runs, or if they fit into memory together, keeps them there. */
static external_sort_status read_runs(sorter *sort, FILE *file, uint64_t *lines)
{
    external_sort_status status = EXTERNAL_SORT_OK;
    *lines = 0;
    while (status == EXTERNAL_SORT_OK) {
        size_t size = sort->kept.length;
        switch (line_read(file, sort->options->memory, &sort->kept)) {
        case LINE_READ:
            ++*lines;
            sort->kept_lines++;
            if (sort->kept.length > sort->options->memory) {
                status = write_run(sort, size, sort->kept_lines - 1);
            }
            break;
        case LINE_END_OF_FILE:
            return run_store_count(&sort->runs) == 0 ? EXTERNAL_SORT_OK : write_run(sort, size, sort->kept_lines);
        case LINE_TOO_LONG:
            ++*lines;
            return EXTERNAL_SORT_LINE_TOO_LONG;
        default:
            return EXTERNAL_SORT_SYSTEM;
        }
    }
    return status;
}

/* Sets *has_line to whether there was another one. */
static external_sort_status advance(source *one, bool *has_line)
{
    one->bytes.length = 0;
    line_status status = line_read(one->file, SIZE_MAX, &one->bytes);
    *has_line = status == LINE_READ;
    if (*has_line) {
        one->current = line_first(one->bytes.data, one->bytes.length);
    }
    return status_of(*has_line || status == LINE_END_OF_FILE);
}

static bool comes_before(const source *left, const source *right)
{
    int order = line_compare(&left->current, &right->current);
    return order != 0 ? order < 0 : left->index < right->index;
}

static void swap(source *left, source *right)
{
    source kept = *left;
    *left = *right;
    *right = kept;
}

/* Lets the source at a place of the heap sink to where it belongs. */
static void sink(source heap[], size_t count, size_t place)
{
    for (size_t child; (child = 2 * place + 1) < count; place = child) {
        if (child + 1 < count && comes_before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!comes_before(&heap[child], &heap[place])) {
            return;
        }
        swap(&heap[child], &heap[place]);
    }
}

static external_sort_status merge_sources(source heap[], size_t count, FILE *out)
{
    external_sort_status status = EXTERNAL_SORT_OK;
    bool has_line = false;
    for (size_t i = 0; i < count && status == EXTERNAL_SORT_OK; i++) {
        status = advance(&heap[i], &has_line); /* no run is empty */
    }
    if (status != EXTERNAL_SORT_OK) {
        return status;
    }
    for (size_t place = count / 2; place-- > 0;) {
        sink(heap, count, place);
    }
    while (count > 0 && status == EXTERNAL_SORT_OK) {
        status = status_of(line_write(out, &heap[0].current));
        if (status == EXTERNAL_SORT_OK) {
            status = advance(&heap[0], &has_line);
        }
        if (!has_line) {
            swap(&heap[0], &heap[--count]);
        }
        sink(heap, count, 0);
    }
    return status;
}

/* Merges the first runs into a file and closes that. */
static external_sort_status merge(sorter *sort, size_t count, FILE *out)
{
    source *sources = calloc(count, sizeof *sources);
    external_sort_status status = status_of(sources != NULL);
    size_t opened = 0;
    while (opened < count && status == EXTERNAL_SORT_OK) {
        sources[opened] = (source){.file = run_store_open(&sort->runs, opened), .index = opened};
        status = status_of(sources[opened].file != NULL);
        opened += status == EXTERNAL_SORT_OK;
    }
    if (status == EXTERNAL_SORT_OK) {
        status = tell(sort, EXTERNAL_SORT_MERGE, count);
    }
    if (status == EXTERNAL_SORT_OK) {
        status = merge_sources(sources, count, out);
    }
    status = closed(out, status);
    int error = errno;
    while (opened-- > 0) {
        fclose(sources[opened].file);
        free(sources[opened].bytes.data);
    }
    free(sources);
    errno = error;
    return status;
}

static external_sort_status merge_into_run(sorter *sort, size_t count)
{
    FILE *file = run_store_add(&sort->runs);
    if (file == NULL) {
        return EXTERNAL_SORT_SYSTEM;
    }
    external_sort_status status = merge(sort, count, file);
    if (status == EXTERNAL_SORT_OK) {
        run_store_remove(&sort->runs, count);
    }
    return status;
}

/* Goes once through all runs; each merge of at most so many makes one. */
static external_sort_status merge_pass(sorter *sort, size_t most)
{
    external_sort_status status = EXTERNAL_SORT_OK;
    for (size_t left = run_store_count(&sort->runs); left > 0 && status == EXTERNAL_SORT_OK;) {
        size_t count = left < most ? left : most;
        status = count == 1 ? status_of(run_store_rotate(&sort->runs)) : merge_into_run(sort, count);
        left -= count;
    }
    return status;
}

/* A new file beside the output; *path is to be freed. */
static FILE *add_beside(const char *output, char **path)
{
    size_t size = strlen(output) + 64;
    *path = malloc(size);
    FILE *file = NULL;
    errno = *path == NULL ? ENOMEM : EEXIST;
    for (unsigned number = 0; file == NULL && errno == EEXIST; number++) {
        snprintf(*path, size, "%s.%ld-%u.new", output, (long)getpid(), number);
        file = fopen(*path, "wbx");
    }
    if (file == NULL) {
        free(*path);
    }
    return file;
}

/* Gives a file the permissions of another, if there is that one. */
static bool copy_permissions(const char *from, FILE *to)
{
    struct stat status;
    return stat(from, &status) != 0 || fchmod(fileno(to), status.st_mode & 0777) == 0;
}

static external_sort_status write_output(sorter *sort, const char *output)
{
    char *path;
    FILE *file = add_beside(output, &path);
    if (file == NULL) {
        return EXTERNAL_SORT_SYSTEM;
    }
    size_t count = run_store_count(&sort->runs);
    bool is_ready = copy_permissions(output, file);
    external_sort_status status;
    if (is_ready && count > 0) {
        status = merge(sort, count, file);
    } else {
        bool is_written = is_ready && lines_write_sorted(file, sort->kept.data, sort->kept.length, sort->kept_lines);
        status = closed(file, status_of(is_written));
    }
    if (status == EXTERNAL_SORT_OK) {
        status = status_of(rename(path, output) == 0);
    }
    if (status != EXTERNAL_SORT_OK) {
        int error = errno;
        unlink(path);
        errno = error;
    }
    free(path);
    return status;
}

static external_sort_status sort_into(sorter *sort, const char *input, const char *output, uint64_t *lines)
{
    FILE *file = fopen(input, "rb");
    if (file == NULL) {
        return EXTERNAL_SORT_SYSTEM;
    }
    external_sort_status status = closed(file, read_runs(sort, file, lines));
    size_t most = sort->options->max_open_files - 1;
    while (status == EXTERNAL_SORT_OK && run_store_count(&sort->runs) > most) {
        status = merge_pass(sort, most);
    }
    return status == EXTERNAL_SORT_OK ? write_output(sort, output) : status;
}

external_sort_status external_sort(const char *input, const char *output, const external_sort_options *options,
                                   uint64_t *lines)
{
    if (options->memory < 1 || options->max_open_files < LEAST_OPEN_FILES) {
        return EXTERNAL_SORT_INVALID_ARGUMENT;
    }
    sorter sort = {.options = options, .runs = {.parent = options->temporary_folder}};
    external_sort_status status = sort_into(&sort, input, output, lines);
    run_store_release(&sort.runs);
    free(sort.kept.data);
    return status;
}
