#define _GNU_SOURCE

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child_supervisor.h"

#define WAIT_FOR_GO "while [ ! -e go ]; do sleep 0.005; done; "

enum { GRACE = 50, HEALTHY = 1000 };

static char folder[] = "/tmp/supervisor-XXXXXX";
static int64_t clock_ms;

static int64_t fake_now(void *context)
{
    ck_assert_ptr_eq(context, &clock_ms);
    return clock_ms;
}

/* Each test runs in an empty folder; children inherit it. */
static void enter_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

static void remove_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static supervisor_options options_for(const char *const *command)
{
    return (supervisor_options){
        .command = command, .healthy_ms = HEALTHY, .grace_ms = GRACE, .output_limit = 1000,
        .now_ms = fake_now, .clock_context = &clock_ms,
    };
}

static supervisor *make(const char *const *command)
{
    supervisor_options options = options_for(command);
    supervisor *made = supervisor_new(&options);
    ck_assert_ptr_nonnull(made);
    return made;
}

#define SHELL(script) ((const char *const[]){"/bin/sh", "-c", script, NULL})

static void pause_shortly(int round)
{
    ck_assert_msg(round < 4000, "nothing happens");
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void wait_for_file(const char *name)
{
    for (int i = 0; access(name, F_OK) != 0; i++) {
        pause_shortly(i);
    }
}

static void make_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    chmod(name, mode);
}

/* Steps until the child has ended. */
static supervisor_state run_child(supervisor *s)
{
    supervisor_state state = supervisor_step(s);
    for (int i = 0; supervisor_pid(s) != 0; i++) {
        pause_shortly(i);
        state = supervisor_step(s);
    }
    return state;
}

static supervisor_state run_all(supervisor *s)
{
    supervisor_state state = SUPERVISOR_WAITING;
    for (int i = 0; state == SUPERVISOR_WAITING; i++) {
        ck_assert_int_lt(i, 100);
        state = run_child(s);
    }
    return state;
}

static void check_run(const supervisor *s, int exit_code, int signal, const char *output, bool truncated)
{
    const supervisor_run *run = supervisor_last_run(s);
    ck_assert_ptr_nonnull(run);
    ck_assert_int_eq(run->exit_code, exit_code);
    ck_assert_int_eq(run->signal, signal);
    ck_assert_uint_eq(run->output_size, strlen(output));
    ck_assert(run->output_size == 0 || memcmp(run->output, output, run->output_size) == 0);
    ck_assert_int_eq(run->output_truncated, truncated);
}

static int count_descriptors(void)
{
    int count = 0;
    for (int i = 0; i < 256; i++) {
        count += fcntl(i, F_GETFD) != -1;
    }
    return count;
}

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) == -1 && errno == ESRCH;
}

START_TEST(test_program_gets_its_arguments_and_succeeds__R1)
{
    const char *command[] = {"printf", "[%s]", "", "a b", "$(x)\"'", NULL};
    supervisor *s = make(command);
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
    ck_assert_uint_eq(supervisor_starts(s), 1);
    ck_assert_int_gt(supervisor_pid(s), 0);
    ck_assert_ptr_null(supervisor_last_run(s));
    ck_assert_int_eq(run_child(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "[][a b][$(x)\"']", false);
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_SUCCEEDED);
    ck_assert_uint_eq(supervisor_starts(s), 1);
    supervisor_free(s);
}
END_TEST

START_TEST(test_standard_input_is_empty__R1)
{
    supervisor *s = make(SHELL("cat; echo end"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "end\n", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_system_clock_is_the_default__R1)
{
    supervisor_options options = options_for(SHELL("exit 1"));
    options.now_ms = NULL;
    options.max_restarts = 1;
    options.base_delay_ms = options.max_delay_ms = 3;
    options.healthy_ms = INT64_MAX;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    supervisor *s = supervisor_new(&options);
    supervisor_state state = SUPERVISOR_WAITING;
    for (int i = 0; state <= SUPERVISOR_STOPPING; i++) {
        pause_shortly(i);
        state = supervisor_step(s);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    ck_assert_int_eq(state, SUPERVISOR_GAVE_UP);
    ck_assert_uint_eq(supervisor_starts(s), 2);
    ck_assert_int_ge((end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec, 2000000);
    supervisor_free(s);
}
END_TEST

START_TEST(test_failing_child_is_restarted_a_few_times__R2)
{
    supervisor_options options = options_for(SHELL("echo run; echo run >> runs; exit 3"));
    options.max_restarts = 2;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
    check_run(s, 3, 0, "run\n", false);
    ck_assert_int_eq(run_all(s), SUPERVISOR_GAVE_UP);
    check_run(s, 3, 0, "run\n", false);
    ck_assert_uint_eq(supervisor_starts(s), 3);
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_GAVE_UP);
    struct stat runs;
    ck_assert_int_eq(stat("runs", &runs), 0);
    ck_assert_int_eq(runs.st_size, 12);
    supervisor_free(s);
}
END_TEST

START_TEST(test_child_ended_by_a_signal_failed__R2)
{
    supervisor *s = make(SHELL("kill -9 $$"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_GAVE_UP);
    check_run(s, -1, SIGKILL, "", false);
    ck_assert_uint_eq(supervisor_starts(s), 1);
    supervisor_free(s);
}
END_TEST

START_TEST(test_child_that_recovers_succeeds__R2)
{
    supervisor_options options = options_for(SHELL("[ -e done ] && exit 0; : > done; exit 1"));
    options.max_restarts = 5;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "", false);
    ck_assert_uint_eq(supervisor_starts(s), 2);
    supervisor_free(s);
}
END_TEST

static void check_delays(supervisor_options options, const int64_t *delays, unsigned count)
{
    options.max_restarts = count;
    supervisor *s = supervisor_new(&options);
    for (unsigned i = 0; i < count; i++) {
        ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
        int64_t failed = clock_ms;
        clock_ms = failed + delays[i] - 1;
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_WAITING);
        ck_assert_uint_eq(supervisor_starts(s), i + 1);
        clock_ms = failed + delays[i];
    }
    ck_assert_int_eq(run_child(s), SUPERVISOR_GAVE_UP);
    ck_assert_uint_eq(supervisor_starts(s), count + 1);
    supervisor_free(s);
}

START_TEST(test_delays_grow_up_to_the_greatest__R3)
{
    supervisor_options options = options_for(SHELL("exit 1"));
    options.base_delay_ms = 100;
    options.max_delay_ms = 350;
    clock_ms = 5;
    check_delays(options, (int64_t[]){100, 200, 350, 350}, 4);
    options.max_delay_ms = 70;
    check_delays(options, (int64_t[]){70, 70}, 2);
    options.max_delay_ms = 200;
    check_delays(options, (int64_t[]){100, 200, 200}, 3);
    options.base_delay_ms = 0;
    check_delays(options, (int64_t[70]){0}, 70);
    options.base_delay_ms = INT64_MAX / 2 + 1;
    options.max_delay_ms = INT64_MAX;
    clock_ms = INT64_MIN / 2;
    check_delays(options, (int64_t[]){INT64_MAX / 2 + 1, INT64_MAX}, 2);
}
END_TEST

/* The state after a first failure and a second one of a child that ran for so long. */
static supervisor_state second_failure_after(int64_t duration)
{
    supervisor_options options = options_for(SHELL("[ -e second ] || { : > second; exit 1; }; " WAIT_FOR_GO "exit 2"));
    options.max_restarts = 1;
    options.base_delay_ms = 10;
    options.max_delay_ms = 500;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
    clock_ms += 10;
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
    clock_ms += duration;
    make_file("go", "", 0644);
    supervisor_state state = run_child(s);
    check_run(s, 2, 0, "", false);
    if (state == SUPERVISOR_WAITING) {
        clock_ms += 9;
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_WAITING);
        clock_ms += 1;
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
        ck_assert_int_eq(run_child(s), SUPERVISOR_GAVE_UP);
    }
    supervisor_free(s);
    return state;
}

START_TEST(test_healthy_child_sets_the_count_back__R3)
{
    ck_assert_int_eq(second_failure_after(HEALTHY), SUPERVISOR_WAITING);
}
END_TEST

START_TEST(test_child_that_ran_too_short_does_not__R3)
{
    ck_assert_int_eq(second_failure_after(HEALTHY - 1), SUPERVISOR_GAVE_UP);
}
END_TEST

START_TEST(test_stop_lets_the_child_end_its_own_way__R4)
{
    const char *scripts[] = {
        "trap 'echo bye; exit 7' TERM; : > ready; " WAIT_FOR_GO,
        "trap 'echo bye; exit 0' TERM; : > ready; " WAIT_FOR_GO,
    };
    for (int i = 0; i < 2; i++) {
        supervisor_options options = options_for(SHELL(scripts[i]));
        options.max_restarts = 3;
        supervisor *s = supervisor_new(&options);
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
        wait_for_file("ready");
        ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPING);
        ck_assert_int_eq(run_child(s), SUPERVISOR_STOPPED);
        check_run(s, i == 0 ? 7 : 0, 0, "bye\n", false);
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_STOPPED);
        ck_assert_uint_eq(supervisor_starts(s), 1);
        supervisor_free(s);
        unlink("ready");
    }
}
END_TEST

START_TEST(test_stop_is_a_sigterm__R4)
{
    supervisor *s = make((const char *const[]){"sleep", "30", NULL});
    supervisor_step(s);
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPING);
    ck_assert_int_eq(run_child(s), SUPERVISOR_STOPPED);
    check_run(s, -1, SIGTERM, "", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_stop_while_waiting__R4)
{
    supervisor_options options = options_for(SHELL("exit 1"));
    options.max_restarts = 3;
    options.base_delay_ms = options.max_delay_ms = 10;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPED);
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_STOPPED);
    ck_assert_uint_eq(supervisor_starts(s), 0);
    ck_assert_ptr_null(supervisor_last_run(s));
    supervisor_free(s);
    s = supervisor_new(&options);
    ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPED);
    clock_ms += 10;
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_STOPPED);
    ck_assert_uint_eq(supervisor_starts(s), 1);
    check_run(s, 1, 0, "", false);
    supervisor_free(s);
}
END_TEST

static supervisor *start_stubborn(void)
{
    supervisor *s = make(SHELL("trap 'echo T >> terms' TERM; : > ready; " WAIT_FOR_GO "exit 5"));
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
    wait_for_file("ready");
    clock_ms += 7;
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPING);
    wait_for_file("terms");
    return s;
}

START_TEST(test_no_sigkill_a_tick_before_the_grace_time_and_one_sigterm__R5)
{
    supervisor *s = start_stubborn();
    clock_ms += GRACE - 1;
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_STOPPING);
    }
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPING);
    make_file("go", "", 0644);
    ck_assert_int_eq(run_child(s), SUPERVISOR_STOPPED);
    check_run(s, 5, 0, "", false);
    struct stat terms;
    ck_assert_int_eq(stat("terms", &terms), 0);
    ck_assert_int_eq(terms.st_size, 2);
    supervisor_free(s);
}
END_TEST

START_TEST(test_sigkill_when_the_grace_time_has_passed__R5)
{
    supervisor *s = start_stubborn();
    clock_ms += GRACE - 1;
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_STOPPING);
    clock_ms += 1;
    ck_assert_int_eq(run_child(s), SUPERVISOR_STOPPED);
    check_run(s, -1, SIGKILL, "", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_stop_in_a_final_state__R5)
{
    supervisor *s = make(SHELL("exit 0"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_SUCCEEDED);
    supervisor_free(s);
    s = make(SHELL("exit 1"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_GAVE_UP);
    ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_GAVE_UP);
    supervisor_free(s);
}
END_TEST

START_TEST(test_both_streams_in_order__R6)
{
    supervisor *s = make(SHELL("echo out; echo err >&2; printf 'a\\0\\377'"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    const supervisor_run *run = supervisor_last_run(s);
    ck_assert_uint_eq(run->output_size, 11);
    ck_assert_mem_eq(run->output, "out\nerr\na\0\377", 11);
    supervisor_free(s);
}
END_TEST

START_TEST(test_last_bytes_up_to_the_limit_are_kept__R6)
{
    const struct {
        size_t limit;
        const char *output;
        bool truncated;
    } cases[] = {{0, "", true}, {1, "9", true}, {4, "6789", true}, {7, "3456789", true}, {9, "123456789", true},
                 {10, "0123456789", false}, {SIZE_MAX, "0123456789", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        supervisor_options options = options_for(SHELL("printf 01234; : > ready; " WAIT_FOR_GO "printf 56789"));
        options.output_limit = cases[i].limit;
        supervisor *s = supervisor_new(&options);
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
        wait_for_file("ready");
        supervisor_step(s); /* the two halves are read by different steps */
        make_file("go", "", 0644);
        ck_assert_int_eq(run_child(s), SUPERVISOR_SUCCEEDED);
        check_run(s, 0, 0, cases[i].output, cases[i].truncated);
        supervisor_free(s);
        unlink("ready");
        unlink("go");
    }
}
END_TEST

START_TEST(test_no_output_is_not_more_than_nothing__R6)
{
    supervisor_options options = options_for((const char *const[]){"echo", "-n", NULL});
    options.output_limit = 0;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_more_output_than_a_pipe_holds__R6)
{
    supervisor_options options = options_for(SHELL("head -c 1000000 /dev/zero | tr '\\0' x; printf end"));
    options.output_limit = 10;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "xxxxxxxend", true);
    supervisor_free(s);
    options.output_limit = SIZE_MAX;
    s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    ck_assert_uint_eq(supervisor_last_run(s)->output_size, 1000003);
    supervisor_free(s);
}
END_TEST

START_TEST(test_each_child_begins_anew__R6)
{
    supervisor_options options = options_for(SHELL("[ -e done ] && exit 0; : > done; printf more; exit 1"));
    options.max_restarts = 1;
    options.output_limit = 3;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
    check_run(s, 1, 0, "ore", true);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    check_run(s, 0, 0, "", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_process_left_behind_is_not_waited_for__R6)
{
    supervisor *s = make(SHELL("sleep 30 & echo $!; exit 4"));
    ck_assert_int_eq(run_all(s), SUPERVISOR_GAVE_UP);
    const supervisor_run *run = supervisor_last_run(s);
    ck_assert_int_eq(run->exit_code, 4);
    ck_assert_uint_gt(run->output_size, 1);
    char pid[20] = "";
    memcpy(pid, run->output, run->output_size);
    ck_assert_int_eq(kill(atoi(pid), SIGKILL), 0);
    supervisor_free(s);
}
END_TEST

START_TEST(test_program_that_cannot_be_started__R7)
{
    make_file("text", "", 0644);
    const struct {
        const char *program;
        int error;
    } cases[] = {{"./missing", ENOENT}, {"no-such-program", ENOENT}, {"./text", EACCES}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        supervisor_options options = options_for((const char *const[]){cases[i].program, NULL});
        options.max_restarts = 5;
        supervisor *s = supervisor_new(&options);
        ck_assert_int_eq(supervisor_start_error(s), 0);
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_START_FAILED);
        ck_assert_int_eq(supervisor_start_error(s), cases[i].error);
        ck_assert_int_eq(supervisor_pid(s), 0);
        ck_assert_int_eq(supervisor_step(s), SUPERVISOR_START_FAILED);
        ck_assert_int_eq(supervisor_stop(s), SUPERVISOR_START_FAILED);
        ck_assert_uint_eq(supervisor_starts(s), 0);
        supervisor_free(s);
    }
}
END_TEST

START_TEST(test_program_that_is_gone_at_the_restart__R7)
{
    make_file("once", "#!/bin/sh\nrm once\nexit 1\n", 0755);
    supervisor_options options = options_for((const char *const[]){"./once", NULL});
    options.max_restarts = 5;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_START_FAILED);
    ck_assert_int_eq(supervisor_start_error(s), ENOENT);
    ck_assert_uint_eq(supervisor_starts(s), 1);
    check_run(s, 1, 0, "", false);
    supervisor_free(s);
}
END_TEST

START_TEST(test_system_that_refuses_to_start__R7)
{
    struct rlimit limit, none;
    supervisor *s = make(SHELL("exit 0"));
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 3;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    supervisor_state state = supervisor_step(s);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(state, SUPERVISOR_START_FAILED);
    ck_assert_int_eq(supervisor_start_error(s), EMFILE);
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_START_FAILED);
    supervisor_free(s);
}
END_TEST

static void check_invalid(const supervisor_options *options)
{
    errno = 0;
    ck_assert_ptr_null(supervisor_new(options));
    ck_assert_int_eq(errno, EINVAL);
}

START_TEST(test_invalid_arguments__R7)
{
    check_invalid(NULL);
    supervisor_options options = options_for(NULL);
    check_invalid(&options);
    options = options_for((const char *const[]){NULL});
    check_invalid(&options);
    options = options_for((const char *const[]){"", "a", NULL});
    check_invalid(&options);
    const supervisor_options valid = options_for(SHELL("exit 0"));
    options = valid, options.base_delay_ms = -1;
    check_invalid(&options);
    options = valid, options.max_delay_ms = -1;
    check_invalid(&options);
    options = valid, options.healthy_ms = 0;
    check_invalid(&options);
    options = valid, options.grace_ms = -1;
    check_invalid(&options);
    options = valid, options.grace_ms = 0, options.healthy_ms = 1;
    supervisor *s = supervisor_new(&options);
    ck_assert_int_eq(run_all(s), SUPERVISOR_SUCCEEDED);
    supervisor_free(s);
}
END_TEST

START_TEST(test_nothing_is_left_at_the_end__R8)
{
    int descriptors = count_descriptors();
    supervisor_options options = options_for(SHELL("exit 1"));
    options.max_restarts = 1;
    supervisor *s = supervisor_new(&options);
    supervisor_step(s);
    pid_t first = supervisor_pid(s);
    ck_assert_int_gt(first, 0);
    ck_assert_int_eq(run_child(s), SUPERVISOR_WAITING);
    ck_assert(is_gone(first));
    ck_assert_int_eq(run_all(s), SUPERVISOR_GAVE_UP);
    ck_assert_int_eq(count_descriptors(), descriptors);
    supervisor_free(s);
    s = make((const char *const[]){"./missing", NULL});
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_START_FAILED);
    ck_assert_int_eq(count_descriptors(), descriptors);
    supervisor_free(s);
}
END_TEST

START_TEST(test_closing_kills_the_child__R8)
{
    int descriptors = count_descriptors();
    supervisor *s = make(SHELL("trap '' TERM; echo x; : > ready; exec sleep 30"));
    ck_assert_int_eq(supervisor_step(s), SUPERVISOR_RUNNING);
    wait_for_file("ready");
    supervisor_step(s);
    pid_t pid = supervisor_pid(s);
    ck_assert_int_eq(kill(pid, 0), 0);
    ck_assert_int_eq(count_descriptors(), descriptors + 1);
    supervisor_free(s);
    ck_assert(is_gone(pid));
    ck_assert_int_eq(count_descriptors(), descriptors);
    supervisor_free(NULL);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("child-supervisor");
    tcase_add_checked_fixture(tests, enter_folder, remove_folder);
    tcase_set_timeout(tests, 20);
    tcase_add_test(tests, test_program_gets_its_arguments_and_succeeds__R1);
    tcase_add_test(tests, test_standard_input_is_empty__R1);
    tcase_add_test(tests, test_system_clock_is_the_default__R1);
    tcase_add_test(tests, test_failing_child_is_restarted_a_few_times__R2);
    tcase_add_test(tests, test_child_ended_by_a_signal_failed__R2);
    tcase_add_test(tests, test_child_that_recovers_succeeds__R2);
    tcase_add_test(tests, test_delays_grow_up_to_the_greatest__R3);
    tcase_add_test(tests, test_healthy_child_sets_the_count_back__R3);
    tcase_add_test(tests, test_child_that_ran_too_short_does_not__R3);
    tcase_add_test(tests, test_stop_lets_the_child_end_its_own_way__R4);
    tcase_add_test(tests, test_stop_is_a_sigterm__R4);
    tcase_add_test(tests, test_stop_while_waiting__R4);
    tcase_add_test(tests, test_no_sigkill_a_tick_before_the_grace_time_and_one_sigterm__R5);
    tcase_add_test(tests, test_sigkill_when_the_grace_time_has_passed__R5);
    tcase_add_test(tests, test_stop_in_a_final_state__R5);
    tcase_add_test(tests, test_both_streams_in_order__R6);
    tcase_add_test(tests, test_last_bytes_up_to_the_limit_are_kept__R6);
    tcase_add_test(tests, test_no_output_is_not_more_than_nothing__R6);
    tcase_add_test(tests, test_more_output_than_a_pipe_holds__R6);
    tcase_add_test(tests, test_each_child_begins_anew__R6);
    tcase_add_test(tests, test_process_left_behind_is_not_waited_for__R6);
    tcase_add_test(tests, test_program_that_cannot_be_started__R7);
    tcase_add_test(tests, test_program_that_is_gone_at_the_restart__R7);
    tcase_add_test(tests, test_system_that_refuses_to_start__R7);
    tcase_add_test(tests, test_invalid_arguments__R7);
    tcase_add_test(tests, test_nothing_is_left_at_the_end__R8);
    tcase_add_test(tests, test_closing_kills_the_child__R8);
    Suite *suite = suite_create("child-supervisor");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
