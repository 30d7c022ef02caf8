#define _POSIX_C_SOURCE 200809L

#include "run_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path of a name in a folder; to be freed. */
static char *path_in(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL) {
        snprintf(path, size, "%s/%s", folder, name);
    }
    return path;
}

static char *path_of(const run_store *runs, size_t number)
{
    char name[32];
    snprintf(name, sizeof name, "%zu", number);
    return path_in(runs->folder, name);
}

static FILE *open_number(const run_store *runs, size_t number, const char *mode)
{
    char *path = path_of(runs, number);
    FILE *file = path == NULL ? NULL : fopen(path, mode);
    free(path);
    return file;
}

size_t run_store_count(const run_store *runs)
{
    return runs->next - runs->first;
}

FILE *run_store_add(run_store *runs)
{
    if (runs->folder == NULL) {
        char *folder = path_in(runs->parent, "sort-XXXXXX");
        if (folder == NULL || mkdtemp(folder) == NULL) {
            free(folder);
            return NULL;
        }
        runs->folder = folder;
    }
    FILE *file = open_number(runs, runs->next, "wb");
    runs->next += file != NULL;
    return file;
}

FILE *run_store_open(const run_store *runs, size_t index)
{
    return open_number(runs, runs->first + index, "rb");
}

bool run_store_rotate(run_store *runs)
{
    char *from = path_of(runs, runs->first), *to = path_of(runs, runs->next);
    bool is_moved = from != NULL && to != NULL && rename(from, to) == 0;
    runs->first += is_moved;
    runs->next += is_moved;
    free(from);
    free(to);
    return is_moved;
}

void run_store_remove(run_store *runs, size_t count)
{
    int error = errno;
    for (size_t i = 0; i < count; i++) {
        char *path = path_of(runs, runs->first++);
        if (path != NULL) {
            unlink(path);
        }
        free(path);
    }
    errno = error;
}

void run_store_release(run_store *runs)
{
    if (runs->folder != NULL) {
        run_store_remove(runs, run_store_count(runs));
        int error = errno;
        rmdir(runs->folder);
        errno = error;
        free(runs->folder);
    }
}
