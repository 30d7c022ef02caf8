/* Replaces the content of a file in one step: at every moment the file holds either the old or the new content. */
#pragma once

#include <stddef.h>

/** The operations that can be watched or replaced; each returns 0, or -1 with errno set. */
typedef struct {
    int (*flush)(void *context, int descriptor); /* as fsync; for the new file and for the folder */
    int (*rename)(void *context, const char *source, const char *target); /* as rename */
    void *context;
} replace_file_operations;

/**
 * Replaces the content of the file with size bytes of data, which may be NULL if size is 0.
 * Permission bits are kept, symbolic links are followed. Several threads may call it at the same time.
 * Returns 0, or -1 with errno set: EINVAL for an invalid argument, else the system's error.
 */
int replace_file(const char *path, const void *data, size_t size);

/** Like replace_file, with other operations. */
int replace_file_with(const char *path, const void *data, size_t size, const replace_file_operations *operations);
