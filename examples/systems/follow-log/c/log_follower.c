#define _GNU_SOURCE /* O_CLOEXEC, pread */

#include "log_follower.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_SIZE = 64 * 1024, NOT_OPEN = -1 };

struct log_follower {
    size_t max_line_length;
    log_line_callback on_line;
    void *context;
    int file;
    bool has_position;
    log_position position;
    char *line; /* of the unfinished line, as much as may be delivered */
    size_t length;
    size_t capacity;
    off_t seen; /* bytes of the unfinished line that were read */
    size_t delivered;
    char path[];
};

log_follower *log_follower_new(const char *path, size_t max_line_length, const log_position *position,
                               log_line_callback on_line, void *context)
{
    if (path == NULL || path[0] == '\0' || max_line_length < 1 || on_line == NULL
        || (position != NULL && position->offset < 0)) {
        errno = EINVAL;
        return NULL;
    }
    log_follower *self = malloc(sizeof *self + strlen(path) + 1);
    if (self == NULL) {
        return NULL;
    }
    *self = (log_follower){.max_line_length = max_line_length, .on_line = on_line, .context = context, .file = NOT_OPEN};
    strcpy(self->path, path);
    if (position != NULL) {
        self->position = *position;
        self->has_position = true;
    }
    return self;
}

static bool is_position_in(const log_follower *self, const struct stat *file)
{
    return self->has_position && self->position.device == file->st_dev && self->position.inode == file->st_ino;
}

static void forget_unfinished_line(log_follower *self)
{
    self->length = 0;
    self->seen = 0;
}

static void begin(log_follower *self, const struct stat *file)
{
    forget_unfinished_line(self);
    self->position = (log_position){file->st_dev, file->st_ino, 0};
    self->has_position = true;
}

static void close_file(log_follower *self)
{
    if (self->file != NOT_OPEN) {
        close(self->file);
        self->file = NOT_OPEN;
    }
}

static log_follower_status open_file(log_follower *self)
{
    struct stat status;
    self->file = open(self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (self->file == NOT_OPEN) {
        return errno == ENOENT ? LOG_FOLLOWER_OK : LOG_FOLLOWER_SYSTEM;
    }
    if (fstat(self->file, &status) == -1) {
        return LOG_FOLLOWER_SYSTEM;
    }
    if (!is_position_in(self, &status)) {
        begin(self, &status);
    }
    return LOG_FOLLOWER_OK;
}

static bool reserve(log_follower *self, size_t length)
{
    if (length <= self->capacity) {
        return true;
    }
    size_t capacity = length > 2 * self->capacity ? length : 2 * self->capacity;
    char *grown = realloc(self->line, capacity);
    if (grown == NULL) {
        return false;
    }
    self->line = grown;
    self->capacity = capacity;
    return true;
}

/* Keeps a part of the unfinished line. */
static bool keep(log_follower *self, const char *bytes, size_t size)
{
    size_t room = self->max_line_length - self->length;
    size_t kept = size < room ? size : room;
    if (!reserve(self, self->length + kept)) {
        return false;
    }
    if (kept > 0) {
        memcpy(self->line + self->length, bytes, kept);
    }
    self->length += kept;
    self->seen += (off_t)size;
    return true;
}

/* Delivers the line that was kept. It is forgotten before the call, so that it is read again if the callback fails. */
static log_follower_status deliver(log_follower *self, size_t end_length)
{
    off_t size = self->seen;
    size_t length = self->length;
    forget_unfinished_line(self);
    if (!self->on_line(self->context, self->line, length, (off_t)length < size)) {
        return LOG_FOLLOWER_STOPPED;
    }
    self->position.offset += size + (off_t)end_length;
    self->delivered++;
    return LOG_FOLLOWER_OK;
}

static log_follower_status deliver_lines(log_follower *self, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t part = end == NULL ? size : (size_t)(end - bytes);
        if (!keep(self, bytes, part)) {
            return LOG_FOLLOWER_SYSTEM;
        }
        if (end == NULL) {
            return LOG_FOLLOWER_OK;
        }
        log_follower_status status = deliver(self, 1);
        if (status != LOG_FOLLOWER_OK) {
            return status;
        }
        bytes += part + 1;
        size -= part + 1;
    }
    return LOG_FOLLOWER_OK;
}

static log_follower_status read_to_end(log_follower *self)
{
    struct stat status;
    char chunk[CHUNK_SIZE];
    if (fstat(self->file, &status) == -1) {
        return LOG_FOLLOWER_SYSTEM;
    }
    if (status.st_size < self->position.offset + self->seen) {
        begin(self, &status);
    }
    for (;;) {
        ssize_t size = pread(self->file, chunk, sizeof chunk, self->position.offset + self->seen);
        if (size <= 0) {
            return size == 0 ? LOG_FOLLOWER_OK : LOG_FOLLOWER_SYSTEM;
        }
        log_follower_status result = deliver_lines(self, chunk, (size_t)size);
        if (result != LOG_FOLLOWER_OK) {
            return result;
        }
    }
}

static log_follower_status move_to_new_file(log_follower *self)
{
    log_follower_status status = self->seen > 0 ? deliver(self, 0) : LOG_FOLLOWER_OK;
    if (status == LOG_FOLLOWER_OK) {
        close_file(self);
        status = open_file(self);
    }
    return status == LOG_FOLLOWER_OK && self->file != NOT_OPEN ? read_to_end(self) : status;
}

static log_follower_status poll_file(log_follower *self)
{
    struct stat found;
    bool exists = stat(self->path, &found) == 0;
    if (!exists && errno != ENOENT) {
        return LOG_FOLLOWER_SYSTEM;
    }
    if (exists && !S_ISREG(found.st_mode)) {
        return LOG_FOLLOWER_NOT_REGULAR;
    }
    log_follower_status status = exists && self->file == NOT_OPEN ? open_file(self) : LOG_FOLLOWER_OK;
    if (status != LOG_FOLLOWER_OK || self->file == NOT_OPEN) {
        return status;
    }
    status = read_to_end(self);
    if (status == LOG_FOLLOWER_OK && exists && !is_position_in(self, &found)) {
        status = move_to_new_file(self);
    }
    return status;
}

log_follower_status log_follower_poll(log_follower *self, size_t *delivered)
{
    self->delivered = 0;
    log_follower_status status = poll_file(self);
    if (delivered != NULL) {
        *delivered = self->delivered;
    }
    return status;
}

bool log_follower_position(const log_follower *self, log_position *position)
{
    if (self->has_position) {
        *position = self->position;
    }
    return self->has_position;
}

void log_follower_free(log_follower *self)
{
    if (self == NULL) {
        return;
    }
    close_file(self);
    free(self->line);
    free(self);
}
