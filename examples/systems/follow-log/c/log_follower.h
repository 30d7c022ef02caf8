/* Follows a growing log file by polling, across rotation and truncation. POSIX. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef enum {
    LOG_FOLLOWER_OK = 0,
    LOG_FOLLOWER_STOPPED, /**< the callback returned false */
    LOG_FOLLOWER_NOT_REGULAR,
    LOG_FOLLOWER_SYSTEM /**< errno holds the system's error */
} log_follower_status;

typedef struct {
    dev_t device;
    ino_t inode;
    off_t offset; /**< of the first line that was not delivered */
} log_position;

/** Gets a line without its LF, not ended by a zero byte; false: the poll ends, and the line comes again. */
typedef bool (*log_line_callback)(void *context, const char *line, size_t length, bool truncated);

typedef struct log_follower log_follower;

/**
 * NULL with errno EINVAL for an invalid argument or ENOMEM. Path and position are copied; position may be NULL.
 * Released with log_follower_free.
 */
log_follower *log_follower_new(const char *path, size_t max_line_length, const log_position *position,
                               log_line_callback on_line, void *context);

/** Delivers the lines that are there. *delivered, unless NULL, is their number, also if the poll ends early. */
log_follower_status log_follower_poll(log_follower *self, size_t *delivered);

/** False if there is no position yet. */
bool log_follower_position(const log_follower *self, log_position *position);

/** Closes the file and frees the follower. NULL is allowed. */
void log_follower_free(log_follower *self);
