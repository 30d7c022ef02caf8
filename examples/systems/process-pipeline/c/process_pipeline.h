#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    PIPELINE_OK = 0,
    PIPELINE_INVALID_ARGUMENT,
    PIPELINE_START_FAILED,
    PIPELINE_NO_MEMORY /**< for the caller's side; everything started is killed and waited for */
} pipeline_status;

#define PIPELINE_NO_TIMEOUT ((int64_t)-1)

typedef struct {
    const void *input; /**< may be NULL if input_size is 0 */
    size_t input_size;
    size_t capture_limit; /**< bytes kept of the output and of each standard error */
    int64_t timeout_ms;   /**< above 0, or PIPELINE_NO_TIMEOUT */
} pipeline_options;

typedef struct {
    int exit_code;     /**< -1 if a signal ended the command */
    int signal;        /**< 0 if it exited */
    char *error;       /**< standard error: error_size bytes, then one zero byte; never NULL */
    size_t error_size;
    bool error_truncated;
} pipeline_command_result;

typedef struct {
    char *output; /**< output_size bytes, then one zero byte; never NULL */
    size_t output_size;
    bool output_truncated;
    bool timed_out;
    pipeline_command_result *commands;
    size_t command_count;
} pipeline_result;

typedef struct {
    size_t index;     /**< of the first command that was not started */
    int error_number; /**< errno value of the system */
} pipeline_start_failure;

/**
 * Runs commands, each connected to the next by a pipe, and waits for their end.
 *
 * commands[i] is the argument list of a command, ended by NULL. With PIPELINE_OK, *result is filled and is to be
 * released with pipeline_result_free; otherwise it is all zero. failure may be NULL; it is written only with
 * PIPELINE_START_FAILED.
 */
pipeline_status pipeline_run(const char *const *const *commands, size_t command_count,
                             const pipeline_options *options, pipeline_result *result,
                             pipeline_start_failure *failure);

/** Frees what *result owns and makes it all zero; an all-zero result and NULL are allowed. */
void pipeline_result_free(pipeline_result *result);
