/* Sorted runs in temporary files, in their order: taken from the front, added at the back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Begins with the parent set and the rest zero; ends with run_store_release. */
typedef struct {
    const char *parent; /* the folder for temporary files */
    char *folder;       /* one of its own in there; NULL until there has been a run */
    size_t first, next; /* runs are named by their numbers */
} run_store;

size_t run_store_count(const run_store *runs);

/** Adds a run, which is open for writing; NULL, with errno set, if the system fails. */
FILE *run_store_add(run_store *runs);

/** Opens a run for reading, counted from the front; NULL, with errno set, if the system fails. */
FILE *run_store_open(const run_store *runs, size_t index);

/** Makes the first run the last one; false, with errno set, if the system fails. */
bool run_store_rotate(run_store *runs);

/** Removes runs at the front. Keeps errno. */
void run_store_remove(run_store *runs, size_t count);

/** Removes all runs and the folder. Keeps errno. */
void run_store_release(run_store *runs);
