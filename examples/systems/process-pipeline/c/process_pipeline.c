#define _GNU_SOURCE /* environ, pipe2, syscall */

#include "process_pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_SIZE = 64 * 1024 };

/* Where a run has its descriptors in `watched`. After the standard errors come the pidfds of the commands. */
enum { INPUT, OUTPUT, FIRST_ERROR };

typedef struct {
    char *bytes; /* always ended by a zero byte, which size and limit do not count */
    size_t size;
    size_t capacity;
    size_t limit;
    bool truncated;
} capture;

typedef struct {
    size_t count;
    size_t started;
    pid_t *pids;
    struct pollfd *watched; /* descriptor -1: closed */
    size_t watched_count;
    capture *captures; /* the output, then the standard errors; captures[i] belongs to watched[OUTPUT + i] */
    const char *input;
    size_t input_left;
} run;

static void close_descriptor(int *descriptor)
{
    if (*descriptor != -1) {
        close(*descriptor);
        *descriptor = -1;
    }
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool capture_init(capture *stream, size_t limit)
{
    *stream = (capture){.bytes = calloc(1, 1), .capacity = 1, .limit = limit};
    return stream->bytes != NULL;
}

static bool capture_append(capture *stream, const char *bytes, size_t size)
{
    size_t room = stream->limit - stream->size;
    if (size > room) {
        size = room;
        stream->truncated = true;
    }
    size_t needed = stream->size + size + 1;
    if (needed > stream->capacity) {
        size_t capacity = needed > 2 * stream->capacity ? needed : 2 * stream->capacity;
        char *grown = realloc(stream->bytes, capacity);
        if (grown == NULL) {
            return false;
        }
        stream->bytes = grown;
        stream->capacity = capacity;
    }
    memcpy(stream->bytes + stream->size, bytes, size);
    stream->size += size;
    stream->bytes[stream->size] = '\0';
    return true;
}

static bool is_valid(const char *const *const *commands, size_t count, const pipeline_options *options)
{
    if (commands == NULL || count == 0 || options == NULL) {
        return false;
    }
    if (options->input == NULL && options->input_size > 0) {
        return false;
    }
    if (options->timeout_ms <= 0 && options->timeout_ms != PIPELINE_NO_TIMEOUT) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (commands[i] == NULL || commands[i][0] == NULL || commands[i][0][0] == '\0') {
            return false;
        }
    }
    return true;
}

/* Allocates all that a run surely needs, so that no command is started in vain. */
static pipeline_status run_init(run *self, size_t count, const pipeline_options *options, pipeline_result *result)
{
    *self = (run){.count = count, .input = options->input, .input_left = options->input_size};
    self->pids = calloc(count, sizeof *self->pids);
    self->captures = calloc(count + 1, sizeof *self->captures);
    self->watched = calloc(FIRST_ERROR + count, 2 * sizeof *self->watched);
    result->commands = calloc(count, sizeof *result->commands);
    if (!self->pids || !self->captures || !self->watched || !result->commands) {
        return PIPELINE_NO_MEMORY;
    }
    self->watched_count = FIRST_ERROR + 2 * count;
    for (size_t i = 0; i < self->watched_count; i++) {
        self->watched[i] = (struct pollfd){.fd = -1, .events = i == INPUT ? POLLOUT : POLLIN};
    }
    for (size_t i = 0; i <= count; i++) {
        if (!capture_init(&self->captures[i], options->capture_limit)) {
            return PIPELINE_NO_MEMORY;
        }
    }
    return PIPELINE_OK;
}

static void run_release(run *self)
{
    for (size_t i = 0; i < self->watched_count; i++) {
        close_descriptor(&self->watched[i].fd);
    }
    for (size_t i = 0; self->captures != NULL && i <= self->count; i++) {
        free(self->captures[i].bytes);
    }
    free(self->captures);
    free(self->watched);
    free(self->pids);
}

/* A caller may have closed its standard streams; an end of a pipe with such a number would be overwritten in the
 * command before it is put in its place. */
static int above_standard_streams(int descriptor)
{
    if (descriptor > STDERR_FILENO) {
        return descriptor;
    }
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(descriptor);
    return moved;
}

/* Returns 0 or an errno value; with an error the ends that are set still have to be closed. */
static int open_pipe(int *read_end, int *write_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1) {
        return errno;
    }
    *read_end = above_standard_streams(ends[0]);
    int error = *read_end == -1 ? errno : 0;
    *write_end = above_standard_streams(ends[1]);
    return *write_end == -1 ? errno : error;
}

static int set_streams(posix_spawn_file_actions_t *actions, int input, int output, int error)
{
    int failure = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (failure == 0) {
        failure = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    }
    if (failure == 0) {
        failure = posix_spawn_file_actions_adddup2(actions, error, STDERR_FILENO);
    }
    return failure;
}

/* A group of its own, and a SIGPIPE that ends the command whatever the caller does with that signal. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t sigpipe, mask;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    sigdelset(&mask, SIGPIPE);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setsigdefault(attributes, &sigpipe);
    posix_spawnattr_setsigmask(attributes, &mask);
}

/* Unlike execvp, posix_spawnp does not hand files of unknown format to a shell. */
static int spawn(pid_t *pid, const char *const *command, int input, int output, int error)
{
    posix_spawnattr_t attributes;
    int failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        return failure;
    }
    posix_spawn_file_actions_t actions;
    failure = posix_spawn_file_actions_init(&actions);
    if (failure == 0) {
        set_attributes(&attributes);
        failure = set_streams(&actions, input, output, error);
        if (failure == 0) {
            failure = posix_spawnp(pid, command[0], &actions, &attributes, (char *const *)command, environ);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return failure;
}

/* Starts the next command; *output becomes the read end of its standard output. Returns 0 or an errno value. */
static int start_command(run *self, const char *const *command, int input, int *output)
{
    size_t index = self->started;
    int output_end = -1;
    int error_end = -1;
    int failure = open_pipe(output, &output_end);
    if (failure == 0) {
        failure = open_pipe(&self->watched[FIRST_ERROR + index].fd, &error_end);
    }
    if (failure == 0) {
        failure = spawn(&self->pids[index], command, input, output_end, error_end);
    }
    close_descriptor(&output_end);
    close_descriptor(&error_end);
    if (failure == 0) {
        self->started++;
        int end = (int)syscall(SYS_pidfd_open, self->pids[index], 0);
        self->watched[FIRST_ERROR + self->count + index].fd = end;
        failure = end == -1 ? errno : 0;
    }
    return failure;
}

static int open_input(run *self, int *read_end)
{
    int *write_end = &self->watched[INPUT].fd;
    int failure = open_pipe(read_end, write_end);
    if (failure == 0 && fcntl(*write_end, F_SETFL, O_NONBLOCK) == -1) {
        failure = errno;
    }
    if (self->input_left == 0) {
        close_descriptor(write_end);
    }
    return failure;
}

static pipeline_status start_all(run *self, const char *const *const *commands, pipeline_start_failure *failure)
{
    int input = -1;
    int error = open_input(self, &input);
    size_t index = 0;
    while (error == 0 && index < self->count) {
        int output = -1;
        error = start_command(self, commands[index], input, &output);
        close_descriptor(&input);
        input = output;
        index += error == 0;
    }
    if (error == 0) {
        self->watched[OUTPUT].fd = input;
        return PIPELINE_OK;
    }
    close_descriptor(&input);
    if (failure != NULL) {
        *failure = (pipeline_start_failure){.index = index, .error_number = error};
    }
    return PIPELINE_START_FAILED;
}

/* As write, but the SIGPIPE of a closed pipe is taken back before it reaches the caller. */
static ssize_t write_without_sigpipe(int descriptor, const char *bytes, size_t size)
{
    sigset_t sigpipe, mask, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &mask);
    sigpending(&pending);
    ssize_t written = write(descriptor, bytes, size);
    int error = errno;
    if (written == -1 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
        while (sigtimedwait(&sigpipe, NULL, &(struct timespec){0}) == -1 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    errno = error;
    return written;
}

static void feed_input(run *self)
{
    ssize_t written = write_without_sigpipe(self->watched[INPUT].fd, self->input, self->input_left);
    if (written > 0) {
        self->input += written;
        self->input_left -= (size_t)written;
    }
    bool refused = written == -1 && errno != EAGAIN && errno != EINTR;
    if (self->input_left == 0 || refused) {
        close_descriptor(&self->watched[INPUT].fd);
    }
}

static bool collect(run *self, size_t stream)
{
    char chunk[CHUNK_SIZE];
    int *descriptor = &self->watched[OUTPUT + stream].fd;
    ssize_t size = read(*descriptor, chunk, sizeof chunk);
    if (size > 0) {
        return capture_append(&self->captures[stream], chunk, (size_t)size);
    }
    if (size == 0 || errno != EINTR) {
        close_descriptor(descriptor);
    }
    return true;
}

static bool handle_events(run *self)
{
    for (size_t i = 0; i < self->watched_count; i++) {
        if (self->watched[i].revents == 0) {
            continue;
        }
        if (i == INPUT) {
            feed_input(self);
        } else if (i <= OUTPUT + self->count) {
            if (!collect(self, i - OUTPUT)) {
                return false;
            }
        } else {
            close_descriptor(&self->watched[i].fd); /* this command has ended */
        }
    }
    return true;
}

/* Input that nobody takes any more does not keep a run from its end. */
static bool has_ended(const run *self)
{
    for (size_t i = OUTPUT; i < self->watched_count; i++) {
        if (self->watched[i].fd != -1) {
            return false;
        }
    }
    return true;
}

static int poll_timeout(int64_t started_at, int64_t timeout_ms)
{
    if (timeout_ms == PIPELINE_NO_TIMEOUT) {
        return -1;
    }
    int64_t left = timeout_ms - (now_ms() - started_at);
    if (left <= 0) {
        return 0;
    }
    return left < INT_MAX ? (int)left : INT_MAX;
}

static pipeline_status transfer(run *self, int64_t started_at, int64_t timeout_ms, bool *timed_out)
{
    while (!has_ended(self)) {
        int wait_ms = poll_timeout(started_at, timeout_ms);
        int ready = poll(self->watched, self->watched_count, wait_ms);
        if (ready == -1 && errno != EINTR) {
            return PIPELINE_NO_MEMORY;
        }
        if (ready > 0 && !handle_events(self)) {
            return PIPELINE_NO_MEMORY;
        }
        if (wait_ms == 0 && !has_ended(self)) {
            *timed_out = true;
            break;
        }
    }
    return PIPELINE_OK;
}

/* No command has been waited for yet, so each id still belongs to the command, and so does the group of that id. */
static void signal_all(const run *self, int number)
{
    for (size_t i = 0; i < self->started; i++) {
        kill(-self->pids[i], number);
        kill(self->pids[i], number); /* it may have left its group */
    }
}

/* All are stopped first: otherwise a command might end by itself because its neighbour was killed a moment before. */
static void kill_all(const run *self)
{
    signal_all(self, SIGSTOP);
    signal_all(self, SIGKILL);
}

static void wait_for_all(const run *self, pipeline_result *result)
{
    for (size_t i = 0; i < self->started; i++) {
        int status = 0;
        while (waitpid(self->pids[i], &status, 0) == -1 && errno == EINTR) {
        }
        result->commands[i].exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        result->commands[i].signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
}

static char *capture_take(capture *stream)
{
    char *bytes = stream->bytes;
    stream->bytes = NULL;
    return bytes;
}

static void fill_result(run *self, pipeline_result *result)
{
    capture *output = &self->captures[0];
    result->output_size = output->size;
    result->output_truncated = output->truncated;
    result->output = capture_take(output);
    result->command_count = self->count;
    for (size_t i = 0; i < self->count; i++) {
        capture *error = &self->captures[1 + i];
        result->commands[i].error_size = error->size;
        result->commands[i].error_truncated = error->truncated;
        result->commands[i].error = capture_take(error);
    }
}

pipeline_status pipeline_run(const char *const *const *commands, size_t command_count,
                             const pipeline_options *options, pipeline_result *result,
                             pipeline_start_failure *failure)
{
    int64_t started_at = now_ms();
    if (result == NULL) {
        return PIPELINE_INVALID_ARGUMENT;
    }
    *result = (pipeline_result){0};
    if (!is_valid(commands, command_count, options)) {
        return PIPELINE_INVALID_ARGUMENT;
    }
    run self;
    pipeline_status status = run_init(&self, command_count, options, result);
    if (status == PIPELINE_OK) {
        status = start_all(&self, commands, failure);
    }
    if (status == PIPELINE_OK) {
        status = transfer(&self, started_at, options->timeout_ms, &result->timed_out);
    }
    if (status != PIPELINE_OK || result->timed_out) {
        kill_all(&self);
    }
    wait_for_all(&self, result);
    if (status == PIPELINE_OK) {
        fill_result(&self, result);
    } else {
        pipeline_result_free(result);
    }
    run_release(&self);
    return status;
}

void pipeline_result_free(pipeline_result *result)
{
    if (result == NULL) {
        return;
    }
    for (size_t i = 0; i < result->command_count; i++) {
        free(result->commands[i].error);
    }
    free(result->commands);
    free(result->output);
    *result = (pipeline_result){0};
}
