#define _POSIX_C_SOURCE 200809L

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "single_flight.h"

enum { WAITERS = 6, DEADLINE_SECONDS = 20 };

/* Tests that wait in vain are killed by the alarm of their process. */
#define WAIT_UNTIL(condition)  \
    while (!(condition)) {     \
        pause_briefly();       \
    }

static single_flight *group;

static void set_up(void)
{
    alarm(DEADLINE_SECONDS);
    group = single_flight_new();
    ck_assert_ptr_nonnull(group);
}

static void tear_down(void)
{
    single_flight_free(group);
    single_flight_free(NULL);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

typedef enum { RETURNS, EXITS, IS_CANCELLED } job_end;

/* Work that waits until it may end. */
typedef struct {
    atomic_bool may_end;
    atomic_int calls;
    int error;
    job_end end;
    int value; /* its address is the value */
} job;

static void wait_for_permission(job *mine)
{
    WAIT_UNTIL(atomic_load(&mine->may_end));
}

static single_flight_outcome outcome_of(job *mine)
{
    return (single_flight_outcome){.value = mine->error == 0 ? &mine->value : NULL, .error = mine->error};
}

/* Without objects of its own on the stack: the sanitizer does not notice that a cancelled thread leaves them. */
static single_flight_outcome do_job(void *context)
{
    job *mine = context;
    atomic_fetch_add(&mine->calls, 1);
    wait_for_permission(mine);
    if (mine->end == EXITS) {
        pthread_exit(NULL);
    }
    if (mine->end == IS_CANCELLED) {
        pthread_cancel(pthread_self());
        pthread_testcancel();
    }
    return outcome_of(mine);
}

typedef struct {
    pthread_t thread;
    const char *key;
    single_flight_work work;
    void *context;
    single_flight_status status;
    single_flight_result result;
} caller;

static void *run_caller(void *argument)
{
    caller *one = argument;
    one->status = single_flight_run(group, one->key, one->work, one->context, &one->result);
    return NULL;
}

static void start(caller *one, const char *key, job *work)
{
    *one = (caller){.key = key, .work = do_job, .context = work, .status = SINGLE_FLIGHT_NO_MEMORY};
    ck_assert_int_eq(pthread_create(&one->thread, NULL, run_caller, one), 0);
}

static void start_owner(caller *owner, const char *key, job *work)
{
    start(owner, key, work);
    WAIT_UNTIL(atomic_load(&work->calls) == 1);
}

static void start_waiters(caller waiters[], size_t count, const char *key, job *unused)
{
    for (size_t i = 0; i < count; i++) {
        start(&waiters[i], key, unused);
    }
    WAIT_UNTIL(single_flight_waiting(group, key) == count);
}

static void join(caller callers[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(pthread_join(callers[i].thread, NULL), 0);
    }
}

static void assert_result(const caller *one, const job *executed, bool shared)
{
    ck_assert_int_eq(one->status, SINGLE_FLIGHT_OK);
    ck_assert_int_eq(one->result.outcome.error, executed->error);
    ck_assert_ptr_eq(one->result.outcome.value, executed->error == 0 ? &executed->value : NULL);
    ck_assert_int_eq(one->result.shared, shared);
}

/* Runs the key in this thread with work of its own, which must be called. */
static void assert_runs_anew(const char *key)
{
    size_t in_progress = single_flight_in_progress(group);
    job anew = {.may_end = true};
    caller here = {.key = key, .work = do_job, .context = &anew, .status = SINGLE_FLIGHT_NO_MEMORY};
    run_caller(&here);
    assert_result(&here, &anew, false);
    ck_assert_int_eq(atomic_load(&anew.calls), 1);
    ck_assert_uint_eq(single_flight_in_progress(group), in_progress);
}

static void assert_one_execution(int error)
{
    job executed = {.error = error}, unused = {.may_end = true};
    caller owner, waiters[WAITERS];
    start_owner(&owner, "key", &executed);
    start_waiters(waiters, WAITERS, "key", &unused);
    atomic_store(&executed.may_end, true);
    join(&owner, 1);
    join(waiters, WAITERS);
    assert_result(&owner, &executed, false);
    for (int i = 0; i < WAITERS; i++) {
        assert_result(&waiters[i], &executed, true);
    }
    ck_assert_int_eq(atomic_load(&executed.calls), 1);
    ck_assert_int_eq(atomic_load(&unused.calls), 0);
    assert_runs_anew("key");
}

START_TEST(test_all_get_the_value_of_one_execution__R1_R3)
{
    assert_one_execution(0);
}
END_TEST

START_TEST(test_racing_callers__R1)
{
    for (int round = 0; round < 50; round++) {
        job executed = {.may_end = true};
        caller callers[4];
        int shared = 0;
        for (int i = 0; i < 4; i++) {
            start(&callers[i], "key", &executed);
        }
        join(callers, 4);
        for (int i = 0; i < 4; i++) {
            assert_result(&callers[i], &executed, callers[i].result.shared);
            shared += callers[i].result.shared;
        }
        ck_assert_int_eq(atomic_load(&executed.calls) + shared, 4);
    }
}
END_TEST

START_TEST(test_all_get_the_error_of_one_execution__R2_R3)
{
    assert_one_execution(ENOENT);
    assert_one_execution(-1);
}
END_TEST

static void *run_twice(void *argument)
{
    caller *calls = argument;
    run_caller(&calls[0]);
    run_caller(&calls[1]);
    return NULL;
}

START_TEST(test_a_call_after_a_result_runs_anew__R3)
{
    for (int round = 0; round < 50; round++) {
        job first = {0}, unused = {0}, second = {.may_end = true};
        caller owner, calls[3][2];
        pthread_t threads[3];
        start_owner(&owner, "key", &first);
        for (int i = 0; i < 3; i++) {
            calls[i][0] = (caller){.key = "key", .work = do_job, .context = &unused, .status = SINGLE_FLIGHT_NO_MEMORY};
            calls[i][1] = (caller){.key = "key", .work = do_job, .context = &second, .status = SINGLE_FLIGHT_NO_MEMORY};
            ck_assert_int_eq(pthread_create(&threads[i], NULL, run_twice, calls[i]), 0);
        }
        WAIT_UNTIL(single_flight_waiting(group, "key") == 3);
        atomic_store(&first.may_end, true);
        join(&owner, 1);
        int shared = 0;
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
            assert_result(&calls[i][0], &first, true);
            assert_result(&calls[i][1], &second, calls[i][1].result.shared);
            shared += calls[i][1].result.shared;
        }
        ck_assert_int_eq(atomic_load(&first.calls), 1);
        ck_assert_int_eq(atomic_load(&second.calls) + shared, 3);
    }
}
END_TEST

START_TEST(test_different_keys_go_on_together__R4)
{
    static const char *keys[] = {"", "key", "Key", "ke", "key "};
    enum { KEYS = sizeof keys / sizeof *keys };
    job jobs[KEYS] = {0};
    caller callers[KEYS];
    for (size_t i = 0; i < KEYS; i++) {
        start_owner(&callers[i], keys[i], &jobs[i]);
        ck_assert_uint_eq(single_flight_in_progress(group), i + 1);
    }
    for (size_t i = 0; i < KEYS; i++) {
        size_t ending = (i + 2) % KEYS; /* neither the first nor the last one first */
        atomic_store(&jobs[ending].may_end, true);
        join(&callers[ending], 1);
        assert_result(&callers[ending], &jobs[ending], false);
        ck_assert_uint_eq(single_flight_in_progress(group), KEYS - 1 - i);
        assert_runs_anew(keys[ending]);
    }
}
END_TEST

START_TEST(test_keys_are_equal_by_content_and_copied__R4)
{
    job executed = {0}, unused = {.may_end = true};
    caller owner, waiter;
    char buffer[] = "same key";
    start_owner(&owner, buffer, &executed);
    memset(buffer, 'x', sizeof buffer - 1);
    ck_assert_uint_eq(single_flight_waiting(group, buffer), 0);
    start_waiters(&waiter, 1, "same key", &unused);
    atomic_store(&executed.may_end, true);
    join(&owner, 1);
    join(&waiter, 1);
    assert_result(&waiter, &executed, true);
    ck_assert_uint_eq(single_flight_in_progress(group), 0);
}
END_TEST

START_TEST(test_the_end_of_a_thread_leaves_nobody_waiting__R5)
{
    static const job_end ends[] = {EXITS, IS_CANCELLED};
    for (size_t end = 0; end < sizeof ends / sizeof *ends; end++) {
        for (size_t count = 0; count <= WAITERS; count += WAITERS / 2) {
            job executed = {.end = ends[end]}, unused = {.may_end = true};
            caller owner, waiters[WAITERS];
            start_owner(&owner, "key", &executed);
            start_waiters(waiters, count, "key", &unused);
            atomic_store(&executed.may_end, true);
            join(&owner, 1);
            join(waiters, count);
            ck_assert_int_eq(owner.status, SINGLE_FLIGHT_NO_MEMORY); /* it never returned */
            for (size_t i = 0; i < count; i++) {
                ck_assert_int_eq(waiters[i].status, SINGLE_FLIGHT_ABANDONED);
                ck_assert_int_eq(waiters[i].result.shared, false);
                ck_assert_ptr_null(waiters[i].result.outcome.value);
            }
            ck_assert_int_eq(atomic_load(&unused.calls), 0);
            assert_runs_anew("key");
        }
    }
}
END_TEST

/* Work that runs a list of keys, each within the work of the one before. */
typedef struct {
    const char **keys;
    job *last;
    single_flight_status status; /* of the last run */
    size_t in_progress;
} chain;

static single_flight_outcome run_chain(void *context)
{
    chain *rest = context;
    chain next = {.keys = rest->keys + 1, .last = rest->last, .status = SINGLE_FLIGHT_NO_MEMORY};
    single_flight_result result = {0};
    if (rest->keys[1] != NULL) {
        rest->status = single_flight_run(group, rest->keys[0], run_chain, &next, &result);
        rest->status = rest->status == SINGLE_FLIGHT_OK ? next.status : rest->status;
        rest->in_progress = next.in_progress;
    } else {
        rest->status = single_flight_run(group, rest->keys[0], do_job, rest->last, &result);
        rest->in_progress = single_flight_in_progress(group);
    }
    return result.outcome;
}

START_TEST(test_work_may_run_other_keys__R4_R7)
{
    const char *keys[] = {"a", "b", "c", NULL};
    job last = {.may_end = true};
    chain all = {.keys = keys, .last = &last};
    ck_assert_ptr_eq(run_chain(&all).value, &last.value);
    ck_assert_int_eq(all.status, SINGLE_FLIGHT_OK);
    ck_assert_uint_eq(all.in_progress, 2);
    ck_assert_int_eq(atomic_load(&last.calls), 1);
    ck_assert_uint_eq(single_flight_in_progress(group), 0);
}
END_TEST

START_TEST(test_reentrance__R6)
{
    const char *direct[] = {"a", "a", NULL}, *indirect[] = {"a", "b", "c", "a", NULL}, *inner[] = {"a", "b", "b", NULL};
    const char **lists[] = {direct, indirect, inner};
    for (size_t i = 0; i < 3; i++) {
        job last = {.may_end = true};
        chain all = {.keys = lists[i], .last = &last};
        run_chain(&all);
        ck_assert_int_eq(all.status, SINGLE_FLIGHT_REENTRANT);
        ck_assert_int_eq(atomic_load(&last.calls), 0);
        assert_runs_anew("a");
        assert_runs_anew("b");
    }
}
END_TEST

/* Tries its own key, then does the job. */
static single_flight_outcome reenter(void *context)
{
    single_flight_result result = {.shared = true};
    job never = {.may_end = true};
    ck_assert_int_eq(single_flight_run(group, "key", do_job, &never, &result), SINGLE_FLIGHT_REENTRANT);
    ck_assert_int_eq(atomic_load(&never.calls), 0);
    ck_assert(result.shared);
    return do_job(context);
}

START_TEST(test_execution_goes_on_after_reentrance__R6)
{
    job executed = {0}, unused = {.may_end = true};
    caller owner = {.key = "key", .work = reenter, .context = &executed}, waiter;
    ck_assert_int_eq(pthread_create(&owner.thread, NULL, run_caller, &owner), 0);
    WAIT_UNTIL(atomic_load(&executed.calls) == 1);
    start_waiters(&waiter, 1, "key", &unused);
    atomic_store(&executed.may_end, true);
    join(&owner, 1);
    join(&waiter, 1);
    assert_result(&owner, &executed, false);
    assert_result(&waiter, &executed, true);
}
END_TEST

START_TEST(test_counts__R7)
{
    job first = {0}, second = {0}, unused = {.may_end = true};
    caller owners[2], waiters[3], other;
    ck_assert_uint_eq(single_flight_in_progress(group), 0);
    ck_assert_uint_eq(single_flight_waiting(group, "a"), 0);
    start_owner(&owners[0], "a", &first);
    start_owner(&owners[1], "b", &second);
    ck_assert_uint_eq(single_flight_waiting(group, "a"), 0);
    start_waiters(waiters, 3, "a", &unused);
    start_waiters(&other, 1, "b", &unused);
    ck_assert_uint_eq(single_flight_waiting(group, "a"), 3);
    ck_assert_uint_eq(single_flight_waiting(group, "c"), 0);
    ck_assert_uint_eq(single_flight_in_progress(group), 2);
    atomic_store(&first.may_end, true);
    join(&owners[0], 1);
    ck_assert_uint_eq(single_flight_waiting(group, "a"), 0);
    ck_assert_uint_eq(single_flight_waiting(group, "b"), 1);
    ck_assert_uint_eq(single_flight_in_progress(group), 1);
    atomic_store(&second.may_end, true);
    join(&owners[1], 1);
    join(waiters, 3);
    join(&other, 1);
    ck_assert_uint_eq(single_flight_in_progress(group), 0);
}
END_TEST

START_TEST(test_a_cancelled_waiter_disturbs_nobody__R7)
{
    for (size_t staying = 0; staying < 2; staying++) {
        job executed = {0}, unused = {.may_end = true};
        caller owner, leaving, waiter;
        void *left = NULL;
        start_owner(&owner, "key", &executed);
        start_waiters(&leaving, 1, "key", &unused);
        if (staying > 0) {
            start(&waiter, "key", &unused);
            WAIT_UNTIL(single_flight_waiting(group, "key") == 2);
        }
        pthread_cancel(leaving.thread);
        pthread_join(leaving.thread, &left);
        ck_assert(left == PTHREAD_CANCELED);
        ck_assert_uint_eq(single_flight_waiting(group, "key"), staying);
        ck_assert_uint_eq(single_flight_in_progress(group), 1);
        atomic_store(&executed.may_end, true);
        join(&owner, 1);
        assert_result(&owner, &executed, false);
        if (staying > 0) {
            join(&waiter, 1);
            assert_result(&waiter, &executed, true);
        }
        assert_runs_anew("key");
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("single flight");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_all_get_the_value_of_one_execution__R1_R3);
    tcase_add_test(tests, test_racing_callers__R1);
    tcase_add_test(tests, test_all_get_the_error_of_one_execution__R2_R3);
    tcase_add_test(tests, test_a_call_after_a_result_runs_anew__R3);
    tcase_add_test(tests, test_different_keys_go_on_together__R4);
    tcase_add_test(tests, test_keys_are_equal_by_content_and_copied__R4);
    tcase_add_test(tests, test_the_end_of_a_thread_leaves_nobody_waiting__R5);
    tcase_add_test(tests, test_work_may_run_other_keys__R4_R7);
    tcase_add_test(tests, test_reentrance__R6);
    tcase_add_test(tests, test_execution_goes_on_after_reentrance__R6);
    tcase_add_test(tests, test_counts__R7);
    tcase_add_test(tests, test_a_cancelled_waiter_disturbs_nobody__R7);
    Suite *suite = suite_create("single-flight");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
