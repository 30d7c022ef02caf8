#define _GNU_SOURCE /* environ, pipe2 */

#include "child_supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPE_CAPACITY = 64 * 1024 };

struct supervisor {
    supervisor_options options;
    supervisor_state state;
    unsigned starts;
    unsigned restarts; /* in a row */
    int64_t failed;    /* when the last child had failed */
    int64_t delay;     /* from then to the next start */
    int64_t started;
    int64_t stopped;
    int start_error;
    pid_t pid;
    int pipe; /* read end of the child's output */
    supervisor_run current;
    supervisor_run last;
    bool has_last;
};

static int64_t monotonic_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now_of(const supervisor *self)
{
    return self->options.now_ms(self->options.clock_context);
}

static bool is_valid(const supervisor_options *options)
{
    return options != NULL && options->command != NULL && options->command[0] != NULL
        && options->command[0][0] != '\0' && options->base_delay_ms >= 0 && options->max_delay_ms >= 0
        && options->healthy_ms > 0 && options->grace_ms >= 0;
}

supervisor *supervisor_new(const supervisor_options *options)
{
    if (!is_valid(options)) {
        errno = EINVAL;
        return NULL;
    }
    supervisor *self = malloc(sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    *self = (supervisor){.options = *options, .state = SUPERVISOR_WAITING};
    if (options->now_ms == NULL) {
        self->options.now_ms = monotonic_ms;
    }
    self->failed = now_of(self);
    return self;
}

/* Appends to what is kept, and drops from its beginning what is beyond the limit. */
static void keep_output(supervisor_run *run, size_t limit, const char *bytes, size_t size)
{
    if (size > limit) {
        bytes += size - limit;
        size = limit;
        run->output_truncated = true;
    }
    if (run->output_size > limit - size) {
        size_t dropped = run->output_size - (limit - size);
        run->output_size -= dropped;
        memmove(run->output, run->output + dropped, run->output_size);
        run->output_truncated = true;
    }
    if (size == 0) {
        return;
    }
    char *grown = realloc(run->output, run->output_size + size);
    if (grown == NULL) {
        run->output_truncated = true;
        return;
    }
    run->output = grown;
    memcpy(run->output + run->output_size, bytes, size);
    run->output_size += size;
}

/* One read takes all that a pipe holds, so a child that writes without end can't keep a step from returning. */
static void collect_output(supervisor *self)
{
    char chunk[PIPE_CAPACITY];
    ssize_t count = read(self->pipe, chunk, sizeof chunk);
    if (count > 0) {
        keep_output(&self->current, self->options.output_limit, chunk, (size_t)count);
    }
}

/* Standard input comes last: should the pipe have got number 0, it has been copied by then. */
static int set_streams(posix_spawn_file_actions_t *actions, int output)
{
    int error = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    return error;
}

static int spawn(const supervisor *self, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = set_streams(&actions, output);
    if (error == 0) {
        const char *const *command = self->options.command;
        error = posix_spawnp(pid, command[0], &actions, NULL, (char *const *)command, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Returns 0 or an errno value. */
static int start(supervisor *self)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1) {
        return errno;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    pid_t pid;
    int error = spawn(self, ends[1], &pid);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        return error;
    }
    self->pid = pid;
    self->pipe = ends[0];
    return 0;
}

static void start_if_due(supervisor *self, int64_t now)
{
    if (now - self->failed < self->delay) {
        return;
    }
    self->start_error = start(self);
    if (self->start_error != 0) {
        self->state = SUPERVISOR_START_FAILED;
        return;
    }
    self->starts++;
    self->started = now;
    self->state = SUPERVISOR_RUNNING;
}

/* min(max delay, base delay * 2^restarts), without overflow */
static int64_t backoff_delay(const supervisor *self)
{
    int64_t delay = self->options.base_delay_ms, max = self->options.max_delay_ms;
    for (unsigned i = 0; i < self->restarts && delay < max; i++) {
        delay = delay > max / 2 ? max : delay * 2;
    }
    return delay < max ? delay : max;
}

static void plan_restart(supervisor *self, int64_t now)
{
    if (now - self->started >= self->options.healthy_ms) {
        self->restarts = 0;
    }
    if (self->restarts == self->options.max_restarts) {
        self->state = SUPERVISOR_GAVE_UP;
        return;
    }
    self->failed = now;
    self->delay = backoff_delay(self);
    self->restarts++;
    self->state = SUPERVISOR_WAITING;
}

static void finish_run(supervisor *self, int status)
{
    close(self->pipe);
    self->pid = 0;
    self->current.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    self->current.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    free(self->last.output);
    self->last = self->current;
    self->has_last = true;
    self->current = (supervisor_run){0};
}

static void watch_child(supervisor *self, int64_t now)
{
    int status;
    bool has_ended = waitpid(self->pid, &status, WNOHANG) == self->pid;
    collect_output(self);
    if (has_ended) {
        finish_run(self, status);
        if (self->state == SUPERVISOR_STOPPING) {
            self->state = SUPERVISOR_STOPPED;
        } else if (self->last.exit_code == 0) {
            self->state = SUPERVISOR_SUCCEEDED;
        } else {
            plan_restart(self, now);
        }
    } else if (self->state == SUPERVISOR_STOPPING && now - self->stopped >= self->options.grace_ms) {
        kill(self->pid, SIGKILL);
    }
}

supervisor_state supervisor_step(supervisor *self)
{
    int64_t now = now_of(self);
    if (self->state == SUPERVISOR_WAITING) {
        start_if_due(self, now);
    } else if (self->pid != 0) {
        watch_child(self, now);
    }
    return self->state;
}

supervisor_state supervisor_stop(supervisor *self)
{
    if (self->state == SUPERVISOR_WAITING) {
        self->state = SUPERVISOR_STOPPED;
    } else if (self->state == SUPERVISOR_RUNNING) {
        kill(self->pid, SIGTERM);
        self->stopped = now_of(self);
        self->state = SUPERVISOR_STOPPING;
    }
    return self->state;
}

int supervisor_start_error(const supervisor *self)
{
    return self->start_error;
}

unsigned supervisor_starts(const supervisor *self)
{
    return self->starts;
}

pid_t supervisor_pid(const supervisor *self)
{
    return self->pid;
}

const supervisor_run *supervisor_last_run(const supervisor *self)
{
    return self->has_last ? &self->last : NULL;
}

void supervisor_free(supervisor *self)
{
    if (self == NULL) {
        return;
    }
    if (self->pid != 0) {
        kill(self->pid, SIGKILL);
        while (waitpid(self->pid, NULL, 0) == -1 && errno == EINTR) {
        }
        close(self->pipe);
    }
    free(self->current.output);
    free(self->last.output);
    free(self);
}
