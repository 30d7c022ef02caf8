#define _GNU_SOURCE /* getrandom, O_DIRECTORY */

#include "replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40, PERMISSION_BITS = 07777, NO_FILE = -1 };

typedef struct {
    const void *data;
    size_t size;
} content;

static int system_flush(void *context, int descriptor)
{
    (void)context;
    return fsync(descriptor);
}

static int system_rename(void *context, const char *source, const char *target)
{
    (void)context;
    return rename(source, target);
}

/* The length of what stands before the last name of a path: nothing, or a folder and a slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The path of a name in the folder of another path; to be freed. */
static char *beside(const char *path, const char *name)
{
    size_t length = folder_length(path), name_size = strlen(name) + 1;
    char *joined = malloc(length + name_size);
    if (joined != NULL) {
        memcpy(joined, path, length);
        memcpy(joined + length, name, name_size);
    }
    return joined;
}

/* Where the link leads to; path itself if it is no link or does not exist. Frees the path if that is another one. */
static char *follow(char *path)
{
    char link[PATH_MAX];
    ssize_t length = readlink(path, link, sizeof link - 1);
    if (length == -1) {
        if (errno == EINVAL || errno == ENOENT) {
            return path;
        }
        free(path);
        return NULL;
    }
    link[length] = '\0';
    char *next = link[0] == '/' ? strdup(link) : beside(path, link);
    free(path);
    return next;
}

/* The path of the file that links lead to, which need not exist; to be freed. */
static char *resolve(const char *path)
{
    char *current = strdup(path);
    for (int links = 0; current != NULL && links <= MAX_LINKS; links++) {
        char *next = follow(current);
        if (next == current) {
            return current;
        }
        current = next;
    }
    if (current != NULL) {
        free(current);
        errno = ELOOP;
    }
    return NULL;
}

/* A path in the folder of the target that nobody else uses; to be freed. */
static char *scratch_path(const char *target)
{
    uint64_t random[2];
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        return NULL;
    }
    char name[64];
    snprintf(name, sizeof name, ".%016llx%016llx.new", (unsigned long long)random[0], (unsigned long long)random[1]);
    return beside(target, name);
}

static int open_folder_of(const char *target)
{
    char *folder = beside(target, ".");
    if (folder == NULL) {
        return -1;
    }
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return descriptor;
}

static void close_keeping_errno(int descriptor)
{
    int error = errno;
    close(descriptor);
    errno = error;
}

static void unlink_keeping_errno(const char *path)
{
    int error = errno;
    unlink(path);
    errno = error;
}

/* Sets *mode to the permission bits of the file, NO_FILE if there is none. */
static int read_mode(const char *path, int *mode)
{
    struct stat status;
    if (stat(path, &status) == 0) {
        *mode = status.st_mode & PERMISSION_BITS;
        return 0;
    }
    *mode = NO_FILE;
    return errno == ENOENT ? 0 : -1;
}

static int write_all(int descriptor, content new)
{
    const char *next = new.data;
    for (size_t left = new.size; left > 0;) {
        ssize_t written = write(descriptor, next, left);
        if (written == -1 && errno != EINTR) {
            return -1;
        }
        if (written > 0) {
            next += written;
            left -= (size_t)written;
        }
    }
    return 0;
}

static int fill(int descriptor, content new, int mode, const replace_file_operations *operations)
{
    if (write_all(descriptor, new) == -1) {
        return -1;
    }
    /* After writing, which would clear the set-user-ID and set-group-ID bits. */
    if (mode != NO_FILE && fchmod(descriptor, (mode_t)mode) == -1) {
        return -1;
    }
    return operations->flush(operations->context, descriptor);
}

/* Writes the new file at scratch and renames it; on an error there is no such file. */
static int write_and_rename(const char *scratch, const char *target, content new, const replace_file_operations *operations)
{
    int mode;
    if (read_mode(target, &mode) == -1) {
        return -1;
    }
    int descriptor = open(scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == NO_FILE ? 0666 : 0600);
    if (descriptor == -1) {
        return -1;
    }
    int result = fill(descriptor, new, mode, operations);
    close_keeping_errno(descriptor);
    if (result == 0) {
        result = operations->rename(operations->context, scratch, target);
    }
    if (result == -1) {
        unlink_keeping_errno(scratch);
    }
    return result;
}

static int replace_target(const char *target, content new, const replace_file_operations *operations)
{
    /* Opened first: a folder may be writable but not readable, and that should fail before anything is changed. */
    int folder = open_folder_of(target);
    if (folder == -1) {
        return -1;
    }
    int result = -1;
    char *scratch = scratch_path(target);
    if (scratch != NULL && write_and_rename(scratch, target, new, operations) == 0) {
        result = operations->flush(operations->context, folder);
    }
    free(scratch);
    close_keeping_errno(folder);
    return result;
}

int replace_file(const char *path, const void *data, size_t size)
{
    static const replace_file_operations operations = {.flush = system_flush, .rename = system_rename};
    return replace_file_with(path, data, size, &operations);
}

int replace_file_with(const char *path, const void *data, size_t size, const replace_file_operations *operations)
{
    if (path == NULL || (data == NULL && size > 0) || operations == NULL || operations->flush == NULL
        || operations->rename == NULL) {
        errno = EINVAL;
        return -1;
    }
    char *target = resolve(path);
    if (target == NULL) {
        return -1;
    }
    int result = replace_target(target, (content){data, size}, operations);
    free(target);
    return result;
}
