/* Sorts the lines of files that may be larger than memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    EXTERNAL_SORT_OK = 0,
    EXTERNAL_SORT_INVALID_ARGUMENT,
    EXTERNAL_SORT_LINE_TOO_LONG,
    EXTERNAL_SORT_CANCELLED, /* by the progress function */
    EXTERNAL_SORT_SYSTEM,    /* errno holds the system's error, ENOMEM too */
} external_sort_status;

typedef enum {
    EXTERNAL_SORT_RUN,   /* a sorted run is going to be written; the count is that of its lines */
    EXTERNAL_SORT_MERGE, /* runs are going to be merged; the count is that of the runs */
} external_sort_step;

/** Called at each step; false ends the sort. */
typedef bool (*external_sort_progress)(void *context, external_sort_step step, uint64_t count);

typedef struct {
    const char *temporary_folder;
    size_t memory;                   /* for lines, in bytes, 1 or more */
    size_t max_open_files;           /* 3 or more */
    external_sort_progress progress; /* may be NULL */
    void *context;                   /* passed to progress */
} external_sort_options;

/**
 * Sorts the lines of a file by what stands before their first TAB, keeping the order of equal ones, into another file or
 * the same. After an error the output is as it was. *lines is the number of lines, with EXTERNAL_SORT_LINE_TOO_LONG the
 * number of that line, from 1, and otherwise not defined.
 */
external_sort_status external_sort(const char *input, const char *output, const external_sort_options *options,
                                   uint64_t *lines);
