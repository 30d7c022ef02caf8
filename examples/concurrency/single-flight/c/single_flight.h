/* Concurrent calls for the same key share one execution of their work. All functions may be called from any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    SINGLE_FLIGHT_OK = 0,
    SINGLE_FLIGHT_REENTRANT, /* called from within the work in progress for the same key */
    SINGLE_FLIGHT_ABANDONED, /* the thread of the owner ended within the work */
    SINGLE_FLIGHT_NO_MEMORY, /* the work was not called */
} single_flight_status;

/** What work gives: a value, or an error other than 0. A pointer is handed on as it is to every caller. */
typedef struct {
    void *value;
    int error;
} single_flight_outcome;

typedef struct {
    single_flight_outcome outcome;
    bool shared; /* whether this caller waited for the work of another */
} single_flight_result;

/** May end its thread, also by being cancelled, but must not leave by longjmp. */
typedef single_flight_outcome (*single_flight_work)(void *context);

typedef struct single_flight single_flight;

/** A group to be released with single_flight_free; NULL if there is no memory. */
single_flight *single_flight_new(void);

/** Releases a group that no call is in progress of; NULL is allowed. */
void single_flight_free(single_flight *group);

/**
 * Calls the work, or waits for what is in progress for the key. Waiting is a cancellation point.
 * The key is copied. *result is written only if SINGLE_FLIGHT_OK is returned.
 */
single_flight_status single_flight_run(single_flight *group, const char *key, single_flight_work work, void *context,
                                       single_flight_result *result);

/** The number of keys with an execution in progress. */
size_t single_flight_in_progress(single_flight *group);

/** The number of callers that wait for the execution of the key; 0 if there is none. */
size_t single_flight_waiting(single_flight *group, const char *key);
