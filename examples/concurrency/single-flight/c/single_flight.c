#define _POSIX_C_SOURCE 200809L /* strdup */

#include "single_flight.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct execution {
    struct execution *next;
    char *key;
    pthread_t owner;
    size_t waiters;
    bool has_ended;
    bool has_outcome;
    single_flight_outcome outcome;
    pthread_cond_t ended;
} execution;

struct single_flight {
    pthread_mutex_t mutex; /* never held while work is called */
    execution *executions;
};

/* What a thread takes part in while it may be cancelled. */
typedef struct {
    single_flight *group;
    execution *execution;
} participation;

single_flight *single_flight_new(void)
{
    single_flight *group = calloc(1, sizeof *group);
    if (group == NULL || pthread_mutex_init(&group->mutex, NULL) != 0) {
        free(group);
        return NULL;
    }
    return group;
}

void single_flight_free(single_flight *group)
{
    if (group != NULL) {
        pthread_mutex_destroy(&group->mutex);
        free(group);
    }
}

static execution *execution_new(const char *key)
{
    execution *created = calloc(1, sizeof *created);
    char *copy = strdup(key);
    if (created == NULL || copy == NULL || pthread_cond_init(&created->ended, NULL) != 0) {
        free(copy);
        free(created);
        return NULL;
    }
    created->key = copy;
    created->owner = pthread_self();
    return created;
}

static void execution_free(execution *unused)
{
    pthread_cond_destroy(&unused->ended);
    free(unused->key);
    free(unused);
}

/* The link to the execution for the key, or the empty link at the end. */
static execution **find(single_flight *group, const char *key)
{
    execution **link = &group->executions;
    while (*link != NULL && strcmp((*link)->key, key) != 0) {
        link = &(*link)->next;
    }
    return link;
}

static void end_execution(void *argument)
{
    const participation *owner = argument;
    execution *ended = owner->execution;
    pthread_mutex_lock(&owner->group->mutex);
    *find(owner->group, ended->key) = ended->next;
    ended->has_ended = true;
    pthread_cond_broadcast(&ended->ended);
    bool is_unused = ended->waiters == 0; /* otherwise the last waiter frees it */
    pthread_mutex_unlock(&owner->group->mutex);
    if (is_unused) {
        execution_free(ended);
    }
}

static single_flight_status execute(participation owner, single_flight_work work, void *context,
                                    single_flight_result *result)
{
    execution *own = owner.execution;
    pthread_cleanup_push(end_execution, &owner);
    own->outcome = work(context);
    own->has_outcome = true;
    *result = (single_flight_result){.outcome = own->outcome, .shared = false};
    pthread_cleanup_pop(1);
    return SINGLE_FLIGHT_OK;
}

/* Called with the mutex locked, which waiting locks again even if the thread is cancelled meanwhile. */
static void leave(void *argument)
{
    const participation *waiter = argument;
    execution *left = waiter->execution;
    left->waiters--;
    bool is_unused = left->waiters == 0 && left->has_ended; /* otherwise its owner or the last waiter frees it */
    pthread_mutex_unlock(&waiter->group->mutex);
    if (is_unused) {
        execution_free(left);
    }
}

/* Called with the mutex locked; unlocks it. */
static single_flight_status await(participation waiter, single_flight_result *result)
{
    execution *awaited = waiter.execution;
    single_flight_status status = SINGLE_FLIGHT_ABANDONED;
    awaited->waiters++;
    pthread_cleanup_push(leave, &waiter);
    while (!awaited->has_ended) {
        pthread_cond_wait(&awaited->ended, &waiter.group->mutex);
    }
    if (awaited->has_outcome) {
        *result = (single_flight_result){.outcome = awaited->outcome, .shared = true};
        status = SINGLE_FLIGHT_OK;
    }
    pthread_cleanup_pop(1);
    return status;
}

single_flight_status single_flight_run(single_flight *group, const char *key, single_flight_work work, void *context,
                                       single_flight_result *result)
{
    pthread_mutex_lock(&group->mutex);
    execution **link = find(group, key);
    execution *present = *link;
    if (present != NULL && !pthread_equal(present->owner, pthread_self())) {
        return await((participation){group, present}, result);
    }
    if (present == NULL) {
        *link = execution_new(key);
    }
    execution *own = *link;
    pthread_mutex_unlock(&group->mutex);
    if (present != NULL) {
        return SINGLE_FLIGHT_REENTRANT;
    }
    return own == NULL ? SINGLE_FLIGHT_NO_MEMORY : execute((participation){group, own}, work, context, result);
}

size_t single_flight_in_progress(single_flight *group)
{
    size_t count = 0;
    pthread_mutex_lock(&group->mutex);
    for (const execution *each = group->executions; each != NULL; each = each->next) {
        count++;
    }
    pthread_mutex_unlock(&group->mutex);
    return count;
}

size_t single_flight_waiting(single_flight *group, const char *key)
{
    pthread_mutex_lock(&group->mutex);
    const execution *found = *find(group, key);
    size_t count = found == NULL ? 0 : found->waiters;
    pthread_mutex_unlock(&group->mutex);
    return count;
}
