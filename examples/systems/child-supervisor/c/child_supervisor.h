/* Keeps one command running: starts it again when it fails, with growing delays. POSIX. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum {
    SUPERVISOR_WAITING, /**< a start is due now or later */
    SUPERVISOR_RUNNING,
    SUPERVISOR_STOPPING,
    SUPERVISOR_SUCCEEDED, /**< this and the following are final */
    SUPERVISOR_GAVE_UP,
    SUPERVISOR_STOPPED,
    SUPERVISOR_START_FAILED
} supervisor_state;

typedef struct {
    const char *const *command; /**< ended by NULL; not copied, stays valid as long as the supervisor */
    unsigned max_restarts;      /**< in a row */
    int64_t base_delay_ms;
    int64_t max_delay_ms;
    int64_t healthy_ms; /**< above 0 */
    int64_t grace_ms;
    size_t output_limit;                /**< bytes kept of the end of the output */
    int64_t (*now_ms)(void *context);   /**< NULL: CLOCK_MONOTONIC */
    void *clock_context;
} supervisor_options;

/** How a child ended. */
typedef struct {
    int exit_code; /**< -1 if a signal ended it */
    int signal;    /**< 0 if it exited */
    char *output;  /**< may be NULL if output_size is 0; owned by the supervisor */
    size_t output_size;
    bool output_truncated;
} supervisor_run;

typedef struct supervisor supervisor;

/** NULL with errno EINVAL for invalid options or ENOMEM. Released with supervisor_free. */
supervisor *supervisor_new(const supervisor_options *options);

/** Does what is due, without waiting. */
supervisor_state supervisor_step(supervisor *self);

/** Asks the child to end with SIGTERM. */
supervisor_state supervisor_stop(supervisor *self);

/** The errno value of the start that failed, otherwise 0. */
int supervisor_start_error(const supervisor *self);

/** How often a child was started. */
unsigned supervisor_starts(const supervisor *self);

/** The process id of the present child, 0 if there is none. */
pid_t supervisor_pid(const supervisor *self);

/** The last child that has ended, NULL if none has; valid until the next step. */
const supervisor_run *supervisor_last_run(const supervisor *self);

/** Kills a child that still runs, waits for it, and frees the supervisor. NULL is allowed. */
void supervisor_free(supervisor *self);
