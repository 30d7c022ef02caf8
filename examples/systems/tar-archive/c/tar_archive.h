/* Writes archives in the ustar format and extracts them safely. POSIX. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    TAR_OK = 0,
    TAR_TRUNCATED,
    TAR_MALFORMED,
    TAR_UNSUPPORTED,
    TAR_UNSAFE,
    TAR_LIMIT,
    TAR_CONFLICT,
    TAR_TOO_LONG,
    TAR_SYSTEM /**< errno holds the system's error */
} tar_status;

typedef enum { TAR_FILE = '0', TAR_LINK = '2', TAR_FOLDER = '5' } tar_type;

typedef struct {
    tar_type type;
    const char *path;
    unsigned mode;      /**< of a file */
    const void *data;   /**< of a file */
    size_t size;        /**< of a file; below 8 GiB */
    const char *target; /**< of a link */
} tar_entry;

typedef struct {
    uint64_t max_entries;
    uint64_t max_size; /**< of all files together, in bytes */
} tar_limits;

/**
 * Extracts an archive into a folder, which must not exist; if that fails, there is no such folder afterwards.
 *
 * *count is the number of entries with TAR_OK, and with other values the zero-based index of the entry concerned.
 */
tar_status tar_extract(FILE *archive, const char *folder, tar_limits limits, uint64_t *count);

/** Writes an archive. With TAR_UNSAFE and TAR_TOO_LONG nothing is written and *index is that of the entry concerned. */
tar_status tar_write(FILE *archive, const tar_entry *entries, size_t count, size_t *index);
