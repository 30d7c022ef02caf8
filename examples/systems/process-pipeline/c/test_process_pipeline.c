#define _GNU_SOURCE

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process_pipeline.h"

enum { MEBIBYTE = 1024 * 1024, LARGE = 3 * MEBIBYTE };

/* Long enough for a shell to write a line, and an end for what must not take that long. */
enum { SHORT_MS = 300, LONG_MS = 10000 };

#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SHELL(script) COMMAND("sh", "-c", script)
#define PIPELINE(...) \
    ((const char *const *const[]){__VA_ARGS__}), \
        sizeof((const char *const *const[]){__VA_ARGS__}) / sizeof(const char *const *)

static const pipeline_options unlimited = {.capture_limit = SIZE_MAX, .timeout_ms = PIPELINE_NO_TIMEOUT};

static char folder[64];

static void make_folder(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/pipeline-XXXXXX", parent ? parent : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void remove_folder(void)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        unlink(in_folder(entry->d_name));
    }
    closedir(entries);
    rmdir(folder);
}

static void write_program(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder(name), "w");
    fputs(text, file);
    fclose(file);
    chmod(in_folder(name), mode);
}

static pipeline_result run_with(const char *const *const *commands, size_t count, pipeline_options options)
{
    pipeline_result result;
    ck_assert_int_eq(pipeline_run(commands, count, &options, &result, NULL), PIPELINE_OK);
    ck_assert_uint_eq(result.command_count, count);
    ck_assert_ptr_nonnull(result.commands);
    ck_assert_ptr_nonnull(result.output);
    ck_assert_int_eq(result.output[result.output_size], 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_nonnull(result.commands[i].error);
        ck_assert_int_eq(result.commands[i].error[result.commands[i].error_size], 0);
    }
    return result;
}

static pipeline_result run_commands(const char *const *const *commands, size_t count)
{
    return run_with(commands, count, unlimited);
}

static pipeline_options with_input(const void *input, size_t size)
{
    pipeline_options options = unlimited;
    options.input = input;
    options.input_size = size;
    return options;
}

static pipeline_options with_timeout(int64_t milliseconds)
{
    pipeline_options options = unlimited;
    options.timeout_ms = milliseconds;
    return options;
}

static void assert_exited(const pipeline_result *result, size_t index, int exit_code)
{
    ck_assert_int_eq(result->commands[index].exit_code, exit_code);
    ck_assert_int_eq(result->commands[index].signal, 0);
}

static void assert_signaled(const pipeline_result *result, size_t index, int signal_number)
{
    ck_assert_int_eq(result->commands[index].exit_code, -1);
    ck_assert_int_eq(result->commands[index].signal, signal_number);
}

static void assert_no_children(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

static void assert_zero(const pipeline_result *result)
{
    ck_assert_ptr_null(result->output);
    ck_assert_uint_eq(result->output_size, 0);
    ck_assert(!result->output_truncated);
    ck_assert(!result->timed_out);
    ck_assert_ptr_null(result->commands);
    ck_assert_uint_eq(result->command_count, 0);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_running(long pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    char state = 'X';
    if (file != NULL) {
        if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1) {
            state = 'X';
        }
        fclose(file);
    }
    return state != 'X' && state != 'Z';
}

/* Killed processes that are not our children take a moment to end. */
static bool ends_soon(long pid)
{
    for (int i = 0; i < 3000 && is_running(pid); i++) {
        nap();
    }
    return !is_running(pid);
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    for (int i = 0; i < 256; i++) {
        count += fcntl(i, F_GETFD) != -1;
    }
    return count;
}

static char *large_bytes(void)
{
    char *bytes = malloc(LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        bytes[i] = (char)(i * 31 + i / 251);
    }
    return bytes;
}

START_TEST(test_input_passes_through_all_commands_in_order__R1)
{
    pipeline_result result = run_with(PIPELINE(COMMAND("cat"), COMMAND("sed", "s/a/b/"), COMMAND("sed", "s/b/c/")),
                                      with_input("a-x\n", 4));
    ck_assert_str_eq(result.output, "c-x\n");
    ck_assert_uint_eq(result.output_size, 4);
    ck_assert(!result.output_truncated);
    ck_assert(!result.timed_out);
    for (size_t i = 0; i < 3; i++) {
        assert_exited(&result, i, 0);
        ck_assert_uint_eq(result.commands[i].error_size, 0);
        ck_assert(!result.commands[i].error_truncated);
    }
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_all_byte_values_are_unchanged__R1)
{
    char bytes[512];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    pipeline_result result = run_with(PIPELINE(COMMAND("cat"), COMMAND("cat")), with_input(bytes, sizeof bytes));
    ck_assert_uint_eq(result.output_size, sizeof bytes);
    ck_assert_mem_eq(result.output, bytes, sizeof bytes);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_empty_input_ends_at_once__R1)
{
    pipeline_result result = run_commands(PIPELINE(SHELL("cat; echo end")));
    ck_assert_str_eq(result.output, "end\n");
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_status_and_standard_error_of_each_command__R1)
{
    pipeline_result result =
        run_commands(PIPELINE(SHELL("echo first >&2; exit 3"), SHELL("cat; echo second >&2; kill -TERM $$"),
                              SHELL("cat; printf third >&2; exit 255"), COMMAND("cat")));
    ck_assert_uint_eq(result.output_size, 0);
    assert_exited(&result, 0, 3);
    assert_signaled(&result, 1, SIGTERM);
    assert_exited(&result, 2, 255);
    assert_exited(&result, 3, 0);
    ck_assert_str_eq(result.commands[0].error, "first\n");
    ck_assert_str_eq(result.commands[1].error, "second\n");
    ck_assert_str_eq(result.commands[2].error, "third");
    ck_assert_uint_eq(result.commands[2].error_size, 5);
    ck_assert_str_eq(result.commands[3].error, "");
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_waits_for_output_of_background_processes__R1)
{
    pipeline_result result = run_commands(PIPELINE(SHELL("(sleep 0.02; echo late; echo trouble >&2) & exit 4")));
    ck_assert_str_eq(result.output, "late\n");
    ck_assert_str_eq(result.commands[0].error, "trouble\n");
    assert_exited(&result, 0, 4);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_waits_for_commands_that_closed_their_streams__R1)
{
    pipeline_result result =
        run_commands(PIPELINE(SHELL("exec >&- 2>&-; sleep 0.02; exit 7"), SHELL("exec >&- 2>&-; exit 8")));
    assert_exited(&result, 0, 7);
    assert_exited(&result, 1, 8);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_environment_folder_and_path_are_those_of_the_caller__R1)
{
    write_program("program", "#!/bin/sh\necho \"$PIPELINE_TEST\"; cat data\n", 0755);
    write_program("data", "content", 0644);
    setenv("PIPELINE_TEST", "from the caller", 1);
    char path[8192];
    snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
    setenv("PATH", path, 1);
    ck_assert_int_eq(chdir(folder), 0);
    pipeline_result result = run_commands(PIPELINE(COMMAND("program")));
    ck_assert_str_eq(result.output, "from the caller\ncontent");
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_releasing_leaves_all_zero__R1)
{
    pipeline_result result = run_commands(PIPELINE(COMMAND("echo", "x")));
    ck_assert_str_eq(result.output, "x\n");
    pipeline_result_free(&result);
    assert_zero(&result);
    pipeline_result_free(&result);
    pipeline_result_free(NULL);
}
END_TEST

START_TEST(test_arguments_are_passed_as_they_are__R2)
{
    pipeline_result result = run_commands(
        PIPELINE(COMMAND("printf", "[%s]", "", "two words", "'single' \"double\"", "line\nend\n", "*", "$(echo x)",
                         "a;b", "`id`", "\\n", "$HOME", "~", "|", ">x", "\xff\xfe", "")));
    ck_assert_str_eq(result.output, "[][two words]['single' \"double\"][line\nend\n][*][$(echo x)][a;b]"
                                    "[`id`][\\n][$HOME][~][|][>x][\xff\xfe][]");
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_program_name_is_no_shell_text__R2)
{
    pipeline_result result;
    pipeline_start_failure failure = {9, 9};
    ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND("echo hello")), &unlimited, &result, &failure),
                     PIPELINE_START_FAILED);
    ck_assert_uint_eq(failure.index, 0);
    ck_assert_int_eq(failure.error_number, ENOENT);
}
END_TEST

START_TEST(test_text_without_interpreter_is_not_run_by_a_shell__R2)
{
    char program[128];
    write_program("unknown", "echo run by a shell\n", 0755);
    snprintf(program, sizeof program, "%s", in_folder("unknown"));
    setenv("PATH", folder, 1);
    const char *names[] = {program, "unknown"};
    for (size_t i = 0; i < 2; i++) {
        pipeline_result result;
        pipeline_start_failure failure = {9, 9};
        ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND(names[i])), &unlimited, &result, &failure),
                         PIPELINE_START_FAILED);
        ck_assert_uint_eq(failure.index, 0);
        ck_assert_int_eq(failure.error_number, ENOEXEC);
        assert_zero(&result);
    }
}
END_TEST

START_TEST(test_large_streams_all_at_once__R3)
{
    char *bytes = large_bytes();
    pipeline_result result =
        run_with(PIPELINE(COMMAND("tee", "/dev/stderr"), COMMAND("tee", "/dev/stderr")), with_input(bytes, LARGE));
    ck_assert_uint_eq(result.output_size, LARGE);
    ck_assert(memcmp(result.output, bytes, LARGE) == 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(result.commands[i].error_size, LARGE);
        ck_assert(memcmp(result.commands[i].error, bytes, LARGE) == 0);
        ck_assert(!result.commands[i].error_truncated);
    }
    ck_assert(!result.output_truncated);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_one_stream_after_the_other__R3)
{
    char *bytes = large_bytes();
    pipeline_result result =
        run_with(PIPELINE(SHELL("head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; cat >/dev/null;"
                                " head -c 500000 /dev/zero >&2")),
                 with_input(bytes, LARGE));
    ck_assert_uint_eq(result.output_size, 1000000);
    ck_assert_uint_eq(result.commands[0].error_size, 1500000);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_capture_limit_is_exact__R3)
{
    static const struct {
        size_t limit;
        const char *output;
        bool output_truncated;
        const char *error;
        bool error_truncated;
    } cases[] = {
        {0, "", true, "", true},         {1, "o", true, "e", true},         {4, "outp", true, "erro", true},
        {5, "outpu", true, "error", false}, {6, "output", false, "error", false}, {7, "output", false, "error", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pipeline_options options = unlimited;
        options.capture_limit = cases[i].limit;
        pipeline_result result = run_with(PIPELINE(SHELL("printf error >&2; printf out; printf put")), options);
        ck_assert_str_eq(result.output, cases[i].output);
        ck_assert_int_eq(result.output_truncated, cases[i].output_truncated);
        ck_assert_str_eq(result.commands[0].error, cases[i].error);
        ck_assert_int_eq(result.commands[0].error_truncated, cases[i].error_truncated);
        pipeline_result_free(&result);
    }
}
END_TEST

START_TEST(test_limit_zero_without_bytes_is_not_truncated__R3)
{
    pipeline_options options = with_input("dropped", 7);
    options.capture_limit = 0;
    pipeline_result result = run_with(PIPELINE(SHELL("cat >/dev/null")), options);
    ck_assert(!result.output_truncated);
    ck_assert(!result.commands[0].error_truncated);
    ck_assert_uint_eq(result.output_size, 0);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_what_goes_beyond_the_limit_is_read__R3)
{
    char *bytes = large_bytes();
    pipeline_options options = with_input(bytes, LARGE);
    options.capture_limit = 100000;
    pipeline_result result =
        run_with(PIPELINE(COMMAND("tee", "/dev/stderr"), COMMAND("cat"), SHELL("cat; printf small >&2")), options);
    ck_assert_uint_eq(result.output_size, 100000);
    ck_assert(memcmp(result.output, bytes, 100000) == 0);
    ck_assert(result.output_truncated);
    ck_assert_uint_eq(result.commands[0].error_size, 100000);
    ck_assert(memcmp(result.commands[0].error, bytes, 100000) == 0);
    ck_assert(result.commands[0].error_truncated);
    ck_assert(!result.commands[1].error_truncated);
    ck_assert_str_eq(result.commands[2].error, "small");
    ck_assert(!result.commands[2].error_truncated);
    for (size_t i = 0; i < 3; i++) {
        assert_exited(&result, i, 0);
    }
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_input_that_is_not_read_is_dropped__R4)
{
    signal(SIGPIPE, SIG_DFL);
    char *bytes = large_bytes();
    pipeline_result result = run_with(PIPELINE(SHELL("exec <&-; echo unread; exit 5")), with_input(bytes, LARGE));
    ck_assert_str_eq(result.output, "unread\n");
    assert_exited(&result, 0, 5);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_background_reader_of_input_does_not_hold_up_the_end__R4)
{
    char *bytes = large_bytes();
    pipeline_options options = with_input(bytes, LARGE);
    options.timeout_ms = LONG_MS;
    pipeline_result result = run_with(PIPELINE(SHELL("exec 3<&0; sleep 30 0<&3 >/dev/null 2>&1 & echo $!")), options);
    ck_assert(!result.timed_out);
    kill((pid_t)atol(result.output), SIGKILL);
    assert_exited(&result, 0, 0);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_writer_to_ended_command_is_ended_by_sigpipe__R4)
{
    for (int i = 0; i < 2; i++) {
        signal(SIGPIPE, i == 0 ? SIG_DFL : SIG_IGN);
        pipeline_result result = run_commands(PIPELINE(COMMAND("yes"), COMMAND("head", "-n", "1")));
        ck_assert_str_eq(result.output, "y\n");
        assert_signaled(&result, 0, SIGPIPE);
        assert_exited(&result, 1, 0);
        pipeline_result_free(&result);
    }
}
END_TEST

START_TEST(test_blocked_sigpipe_of_caller_is_not_passed_on__R4)
{
    sigset_t sigpipe;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, NULL);
    pipeline_result result = run_commands(PIPELINE(COMMAND("yes"), COMMAND("true")));
    assert_signaled(&result, 0, SIGPIPE);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_command_may_handle_sigpipe_itself__R4)
{
    pipeline_result result =
        run_commands(PIPELINE(SHELL("trap '' PIPE; while echo x 2>/dev/null; do :; done; echo handled >&2; exit 6"),
                              COMMAND("true")));
    assert_exited(&result, 0, 6);
    ck_assert_str_eq(result.commands[0].error, "handled\n");
    pipeline_result_free(&result);
}
END_TEST

static void ignore_signal(int number)
{
    (void)number;
}

START_TEST(test_signal_settings_of_caller_stay__R4)
{
    char *bytes = large_bytes();
    struct sigaction set = {.sa_handler = ignore_signal, .sa_flags = SA_RESTART};
    sigemptyset(&set.sa_mask);
    sigaction(SIGCHLD, &set, NULL);
    struct sigaction actions_before[NSIG], actions_after[NSIG];
    sigset_t mask_before, mask_after;
    for (int number = 1; number < NSIG; number++) {
        if (sigaction(number, NULL, &actions_before[number]) == -1) {
            actions_before[number] = (struct sigaction){0}; /* kept by the system library for itself */
        }
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    pipeline_result result = run_with(PIPELINE(COMMAND("true"), COMMAND("cat")), with_input(bytes, LARGE));
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    for (int number = 1; number < NSIG; number++) {
        if (sigaction(number, NULL, &actions_after[number]) == -1) {
            actions_after[number] = (struct sigaction){0};
        }
        ck_assert(actions_before[number].sa_handler == actions_after[number].sa_handler);
        ck_assert_int_eq(actions_before[number].sa_flags, actions_after[number].sa_flags);
        ck_assert_int_eq(sigismember(&mask_before, number), sigismember(&mask_after, number));
    }
    assert_exited(&result, 0, 0);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_no_sigpipe_is_left_for_a_caller_that_blocks_it__R4)
{
    char *bytes = large_bytes();
    sigset_t sigpipe, pending, mask;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, NULL);
    pipeline_result result = run_with(PIPELINE(COMMAND("true")), with_input(bytes, LARGE));
    sigpending(&pending);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    ck_assert_int_eq(sigismember(&mask, SIGPIPE), 1);
    assert_exited(&result, 0, 0);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_sigpipe_that_was_pending_before_stays__R4)
{
    char *bytes = large_bytes();
    sigset_t sigpipe, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, NULL);
    raise(SIGPIPE);
    pipeline_result result = run_with(PIPELINE(COMMAND("true")), with_input(bytes, LARGE));
    sigpending(&pending);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 1);
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_signals_that_the_caller_handles_do_not_disturb_a_run__R5)
{
    struct sigaction set = {.sa_handler = ignore_signal};
    sigemptyset(&set.sa_mask);
    sigaction(SIGALRM, &set, NULL);
    struct timeval often = {.tv_usec = 5000};
    setitimer(ITIMER_REAL, &(struct itimerval){often, often}, NULL);
    pipeline_result ended = run_with(PIPELINE(SHELL("sleep 0.02; echo ended")), with_timeout(LONG_MS));
    ck_assert(!ended.timed_out);
    ck_assert_str_eq(ended.output, "ended\n");
    pipeline_result_free(&ended);
    for (int i = 0; i < 10; i++) {
        pipeline_result killed = run_with(PIPELINE(COMMAND("sleep", "30"), COMMAND("sleep", "30")), with_timeout(5));
        ck_assert(killed.timed_out);
        assert_signaled(&killed, 0, SIGKILL);
        assert_signaled(&killed, 1, SIGKILL);
        pipeline_result_free(&killed);
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}
END_TEST

START_TEST(test_commands_are_killed_when_time_is_up__R5)
{
    char *bytes = large_bytes();
    pipeline_options options = with_input(bytes, LARGE);
    options.timeout_ms = 20;
    int64_t before = now_ms();
    pipeline_result result = run_with(PIPELINE(COMMAND("sleep", "30"), COMMAND("sleep", "30")), options);
    int64_t elapsed = now_ms() - before;
    ck_assert_int_ge(elapsed, 20);
    ck_assert_int_lt(elapsed, LONG_MS);
    ck_assert(result.timed_out);
    ck_assert_uint_eq(result.output_size, 0);
    assert_signaled(&result, 0, SIGKILL);
    assert_signaled(&result, 1, SIGKILL);
    assert_no_children();
    pipeline_result_free(&result);
    free(bytes);
}
END_TEST

START_TEST(test_what_was_received_and_true_statuses_are_kept__R5)
{
    pipeline_result result =
        run_with(PIPELINE(SHELL("echo trouble >&2; exit 3"), SHELL("kill -TERM $$"),
                          SHELL("echo partial; echo more >&2; trap '' TERM; sleep 30; exit 0")),
                 with_timeout(SHORT_MS));
    ck_assert(result.timed_out);
    assert_exited(&result, 0, 3);
    assert_signaled(&result, 1, SIGTERM);
    assert_signaled(&result, 2, SIGKILL);
    ck_assert_str_eq(result.output, "partial\n");
    ck_assert_str_eq(result.commands[0].error, "trouble\n");
    ck_assert_str_eq(result.commands[2].error, "more\n");
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_processes_of_ended_commands_are_killed__R5)
{
    pipeline_result result =
        run_with(PIPELINE(SHELL("sleep 30 >/dev/null & echo $!; exit 2"),
                          SHELL("cat; sleep 30 2>/dev/null & echo $!; exit 0")),
                 with_timeout(SHORT_MS));
    ck_assert(result.timed_out);
    assert_exited(&result, 0, 2);
    assert_exited(&result, 1, 0);
    long first = 0;
    long second = 0;
    ck_assert_int_eq(sscanf(result.output, "%ld %ld", &first, &second), 2);
    ck_assert_int_ne(first, second);
    ck_assert(ends_soon(first));
    ck_assert(ends_soon(second));
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_command_that_closed_its_streams_is_killed__R5)
{
    pipeline_result result = run_with(PIPELINE(SHELL("exec >&- 2>&-; exec sleep 30")), with_timeout(30));
    ck_assert(result.timed_out);
    assert_signaled(&result, 0, SIGKILL);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_process_in_another_group_is_not_waited_for__R5)
{
    int64_t before = now_ms();
    pipeline_result result =
        run_with(PIPELINE(SHELL("setsid sh -c 'echo $$; exec sleep 30' & exit 1")), with_timeout(SHORT_MS));
    ck_assert_int_lt(now_ms() - before, LONG_MS);
    ck_assert(result.timed_out);
    assert_exited(&result, 0, 1);
    long pid = atol(result.output);
    ck_assert_int_gt(pid, 1);
    ck_assert(is_running(pid));
    kill((pid_t)pid, SIGKILL);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_endless_output_ends_with_the_time__R5)
{
    pipeline_options options = {.capture_limit = 10, .timeout_ms = 30};
    pipeline_result result = run_with(PIPELINE(COMMAND("yes")), options);
    ck_assert(result.timed_out);
    assert_signaled(&result, 0, SIGKILL);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_end_before_the_limit_is_no_timeout__R5)
{
    int64_t limits[] = {PIPELINE_NO_TIMEOUT, LONG_MS, INT64_MAX};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        pipeline_result result = run_with(PIPELINE(SHELL("sleep 0.01; kill -KILL $$")), with_timeout(limits[i]));
        ck_assert(!result.timed_out);
        assert_signaled(&result, 0, SIGKILL);
        pipeline_result_free(&result);
    }
}
END_TEST

START_TEST(test_background_process_with_other_streams_is_left_alone__R5)
{
    pipeline_result result = run_with(PIPELINE(SHELL("sleep 30 >/dev/null 2>&1 & echo $!")), with_timeout(LONG_MS));
    ck_assert(!result.timed_out);
    long pid = atol(result.output);
    ck_assert_int_gt(pid, 1);
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL); /* to be killed takes a moment */
    ck_assert(is_running(pid));
    kill((pid_t)pid, SIGKILL);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_group_of_caller_is_not_killed__R5)
{
    pid_t bystander = fork();
    if (bystander == 0) {
        pause();
        _exit(0);
    }
    pipeline_result result = run_with(PIPELINE(COMMAND("sleep", "30")), with_timeout(20));
    ck_assert(result.timed_out);
    ck_assert_int_eq(waitpid(bystander, NULL, WNOHANG), 0);
    kill(bystander, SIGKILL);
    waitpid(bystander, NULL, 0);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_first_command_that_can_not_be_started__R6)
{
    write_program("plain", "#!/bin/sh\n", 0644);
    char plain[128];
    snprintf(plain, sizeof plain, "%s", in_folder("plain"));
    const struct {
        const char *program;
        int error_number;
    } cases[] = {{"no-such-program-of-example", ENOENT}, {"./no-such-program", ENOENT}, {plain, EACCES}, {"/", EACCES}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pipeline_result result;
        memset(&result, 0xff, sizeof result);
        pipeline_start_failure failure = {99, 0};
        int64_t before = now_ms();
        ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND("sleep", "30"), COMMAND("sleep", "30"),
                                               COMMAND(cases[i].program), COMMAND("no-such-program-either")),
                                      &unlimited, &result, &failure),
                         PIPELINE_START_FAILED);
        ck_assert_int_lt(now_ms() - before, LONG_MS);
        ck_assert_uint_eq(failure.index, 2);
        ck_assert_int_eq(failure.error_number, cases[i].error_number);
        assert_zero(&result);
        assert_no_children();
    }
}
END_TEST

START_TEST(test_failure_may_be_null__R6)
{
    pipeline_result result;
    ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND("/no/such/program")), &unlimited, &result, NULL),
                     PIPELINE_START_FAILED);
    assert_zero(&result);
}
END_TEST

START_TEST(test_groups_of_started_commands_are_killed__R6)
{
    char script[256];
    ck_assert_int_eq(mkfifo(in_folder("alive"), 0600), 0);
    int alive = open(in_folder("alive"), O_RDONLY | O_NONBLOCK);
    snprintf(script, sizeof script, "exec 3>%s; sleep 30 & sleep 30 & wait", in_folder("alive"));
    pipeline_result result;
    pipeline_start_failure failure = {0, 0};
    ck_assert_int_eq(pipeline_run(PIPELINE(SHELL(script), COMMAND("cat"), COMMAND("cat"), COMMAND("cat"),
                                           COMMAND("cat"), COMMAND("cat"), COMMAND("cat"), COMMAND("cat"),
                                           COMMAND("no-such-program")),
                                  &unlimited, &result, &failure),
                     PIPELINE_START_FAILED);
    ck_assert_uint_eq(failure.index, 8);
    assert_no_children();
    char byte;
    ssize_t size = -1;
    for (int i = 0; i < 3000 && size == -1; i++) {
        size = read(alive, &byte, 1); /* 0 when no process holds the other end */
        nap();
    }
    ck_assert_int_eq(size, 0);
    close(alive);
}
END_TEST

START_TEST(test_later_commands_are_not_started__R6)
{
    char marker[128];
    snprintf(marker, sizeof marker, "%s", in_folder("marker"));
    pipeline_result result;
    pipeline_start_failure failure = {9, 9};
    ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND("no-such-program"), COMMAND("touch", marker)), &unlimited, &result,
                                  &failure),
                     PIPELINE_START_FAILED);
    ck_assert_uint_eq(failure.index, 0);
    for (int i = 0; i < 20; i++) {
        nap();
    }
    ck_assert_int_eq(access(marker, F_OK), -1);
}
END_TEST

/* Every step at which a run may be refused a descriptor. */
START_TEST(test_refused_descriptors_are_a_start_failure__R6_R8)
{
    size_t before = count_descriptors();
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t usual = limit.rlim_cur;
    size_t refused = 0;
    pipeline_status status = PIPELINE_START_FAILED;
    for (rlim_t most = 3; most < 100 && status != PIPELINE_OK; most++) {
        pipeline_result result;
        pipeline_start_failure failure = {99, 0};
        limit.rlim_cur = most;
        setrlimit(RLIMIT_NOFILE, &limit);
        status = pipeline_run(PIPELINE(COMMAND("true"), COMMAND("true")), &unlimited, &result, &failure);
        limit.rlim_cur = usual;
        setrlimit(RLIMIT_NOFILE, &limit);
        if (status != PIPELINE_OK) {
            refused++;
            ck_assert_int_eq(status, PIPELINE_START_FAILED);
            ck_assert_uint_lt(failure.index, 2);
            ck_assert_int_eq(failure.error_number, EMFILE);
            assert_zero(&result);
        }
        assert_no_children();
        ck_assert_uint_eq(count_descriptors(), before);
        pipeline_result_free(&result);
    }
    ck_assert_int_eq(status, PIPELINE_OK);
    ck_assert_uint_gt(refused, 3);
}
END_TEST

static void assert_invalid(const char *const *const *commands, size_t count, const pipeline_options *options)
{
    pipeline_result result;
    memset(&result, 0xff, sizeof result);
    pipeline_start_failure failure = {99, 98};
    ck_assert_int_eq(pipeline_run(commands, count, options, &result, &failure), PIPELINE_INVALID_ARGUMENT);
    assert_zero(&result);
    ck_assert_uint_eq(failure.index, 99);
    ck_assert_int_eq(failure.error_number, 98);
    assert_no_children();
}

START_TEST(test_invalid_commands_start_nothing__R7)
{
    char marker[128];
    snprintf(marker, sizeof marker, "%s", in_folder("marker"));
    const char *const *touch = COMMAND("touch", marker);
    assert_invalid(PIPELINE(touch, COMMAND(NULL)), &unlimited);
    assert_invalid(PIPELINE(touch, NULL), &unlimited);
    assert_invalid(PIPELINE(touch, COMMAND("")), &unlimited);
    assert_invalid(PIPELINE(COMMAND("", "x"), touch), &unlimited);
    assert_invalid(PIPELINE(touch, COMMAND("no-such-program"), COMMAND("")), &unlimited);
    assert_invalid((const char *const *const[]){touch}, 0, &unlimited);
    assert_invalid(NULL, 1, &unlimited);
    ck_assert_int_eq(access(marker, F_OK), -1);
}
END_TEST

START_TEST(test_invalid_options_start_nothing__R7)
{
    char marker[128];
    snprintf(marker, sizeof marker, "%s", in_folder("marker"));
    const char *const *touch = COMMAND("touch", marker);
    const int64_t limits[] = {0, -2, -1000, INT64_MIN};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        pipeline_options options = with_timeout(limits[i]);
        assert_invalid(PIPELINE(touch), &options);
    }
    pipeline_options no_input = with_input(NULL, 1);
    assert_invalid(PIPELINE(touch), &no_input);
    assert_invalid(PIPELINE(touch), NULL);
    pipeline_start_failure failure;
    ck_assert_int_eq(pipeline_run(PIPELINE(touch), &unlimited, NULL, &failure), PIPELINE_INVALID_ARGUMENT);
    assert_no_children();
    ck_assert_int_eq(access(marker, F_OK), -1);
}
END_TEST

START_TEST(test_smallest_valid_arguments__R7)
{
    pipeline_options options = {.capture_limit = 0, .timeout_ms = 1};
    pipeline_result result = run_with(PIPELINE(COMMAND("sleep", "30", "")), options);
    pipeline_result_free(&result);
    result = run_commands(PIPELINE(COMMAND("printf", "%s", "")));
    assert_exited(&result, 0, 0);
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_nothing_stays_open_or_running__R8)
{
    char *bytes = large_bytes();
    size_t before = count_descriptors();
    pipeline_options options = with_input(bytes, LARGE);
    pipeline_result result = run_with(PIPELINE(COMMAND("cat"), COMMAND("true"), COMMAND("cat")), options);
    assert_exited(&result, 1, 0);
    pipeline_result_free(&result);
    ck_assert_uint_eq(count_descriptors(), before);
    assert_no_children();
    options.timeout_ms = 10;
    result = run_with(PIPELINE(COMMAND("sleep", "30"), COMMAND("sleep", "30")), options);
    pipeline_result_free(&result);
    ck_assert_uint_eq(count_descriptors(), before);
    assert_no_children();
    options.timeout_ms = PIPELINE_NO_TIMEOUT;
    ck_assert_int_eq(pipeline_run(PIPELINE(COMMAND("cat"), COMMAND("no-such-program")), &options, &result, NULL),
                     PIPELINE_START_FAILED);
    ck_assert_uint_eq(count_descriptors(), before);
    assert_no_children();
    free(bytes);
}
END_TEST

START_TEST(test_other_children_are_not_waited_for__R8)
{
    pid_t other = fork();
    if (other == 0) {
        _exit(42);
    }
    siginfo_t info;
    ck_assert_int_eq(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT), 0);
    pipeline_result result = run_with(PIPELINE(COMMAND("true"), COMMAND("sleep", "30")), with_timeout(20));
    ck_assert(result.timed_out);
    int status = 0;
    ck_assert_int_eq(waitpid(other, &status, 0), other);
    ck_assert_int_eq(WEXITSTATUS(status), 42);
    pipeline_result_free(&result);
}
END_TEST

/* Tells, a line each, what a process started by the shell holds open. */
#define LIST_OPEN "ls -l /proc/self/fd >&2; cat"

static bool holds_three_pipes(const pipeline_command_result *command)
{
    size_t count = 0;
    for (const char *found = command->error; (found = strstr(found, "-> pipe:")) != NULL; found++) {
        count++;
    }
    return count == 3 && strstr(command->error, "anon_inode") == NULL;
}

static void hand_on_nothing(void)
{
    for (int i = 3; i < 256; i++) {
        fcntl(i, F_SETFD, FD_CLOEXEC);
    }
}

START_TEST(test_commands_hold_only_their_standard_streams__R8)
{
    hand_on_nothing();
    pipeline_result result =
        run_with(PIPELINE(SHELL(LIST_OPEN), SHELL(LIST_OPEN), SHELL(LIST_OPEN)), with_input("x", 1));
    ck_assert_str_eq(result.output, "x");
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(holds_three_pipes(&result.commands[i]), "%s", result.commands[i].error);
    }
    pipeline_result_free(&result);
}
END_TEST

START_TEST(test_closed_standard_streams_of_caller__R8)
{
    pid_t caller = fork();
    if (caller == 0) {
        close(0);
        close(1);
        close(2);
        pipeline_options options = with_input("x", 1);
        pipeline_result result;
        pipeline_status status =
            pipeline_run(PIPELINE(SHELL("cat; echo first >&2"), SHELL("cat; echo second >&2")), &options, &result,
                         NULL);
        bool good = status == PIPELINE_OK && strcmp(result.output, "x") == 0 &&
                    strcmp(result.commands[0].error, "first\n") == 0 &&
                    strcmp(result.commands[1].error, "second\n") == 0 && fcntl(0, F_GETFD) == -1 &&
                    fcntl(1, F_GETFD) == -1 && fcntl(2, F_GETFD) == -1;
        _exit(good ? 33 : 1);
    }
    int status = 0;
    waitpid(caller, &status, 0);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 33);
}
END_TEST

enum { THREADS = 4, RUNS = 6 };

static void *run_repeatedly(void *argument)
{
    const char *name = argument;
    size_t good = 0;
    for (int i = 0; i < RUNS; i++) {
        pipeline_options options = with_input(name, strlen(name));
        options.timeout_ms = LONG_MS;
        pipeline_result result;
        if (pipeline_run(PIPELINE(SHELL(LIST_OPEN), COMMAND("cat"), SHELL(LIST_OPEN)), &options, &result,
                         NULL) == PIPELINE_OK) {
            good += strcmp(result.output, name) == 0 && !result.timed_out && result.commands[2].exit_code == 0 &&
                    holds_three_pipes(&result.commands[0]) && holds_three_pipes(&result.commands[2]);
            pipeline_result_free(&result);
        }
    }
    return (void *)good;
}

START_TEST(test_runs_of_several_threads_do_not_disturb_each_other__R8)
{
    hand_on_nothing();
    static char names[THREADS][8];
    pthread_t threads[THREADS];
    size_t before = count_descriptors();
    for (int i = 0; i < THREADS; i++) {
        snprintf(names[i], sizeof names[i], "run %d", i);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_repeatedly, names[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        ck_assert_uint_eq((size_t)good, RUNS);
    }
    ck_assert_uint_eq(count_descriptors(), before);
    assert_no_children();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("process-pipeline");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, test_input_passes_through_all_commands_in_order__R1);
    tcase_add_test(tests, test_all_byte_values_are_unchanged__R1);
    tcase_add_test(tests, test_empty_input_ends_at_once__R1);
    tcase_add_test(tests, test_status_and_standard_error_of_each_command__R1);
    tcase_add_test(tests, test_waits_for_output_of_background_processes__R1);
    tcase_add_test(tests, test_waits_for_commands_that_closed_their_streams__R1);
    tcase_add_test(tests, test_environment_folder_and_path_are_those_of_the_caller__R1);
    tcase_add_test(tests, test_releasing_leaves_all_zero__R1);
    tcase_add_test(tests, test_arguments_are_passed_as_they_are__R2);
    tcase_add_test(tests, test_program_name_is_no_shell_text__R2);
    tcase_add_test(tests, test_text_without_interpreter_is_not_run_by_a_shell__R2);
    tcase_add_test(tests, test_large_streams_all_at_once__R3);
    tcase_add_test(tests, test_one_stream_after_the_other__R3);
    tcase_add_test(tests, test_capture_limit_is_exact__R3);
    tcase_add_test(tests, test_limit_zero_without_bytes_is_not_truncated__R3);
    tcase_add_test(tests, test_what_goes_beyond_the_limit_is_read__R3);
    tcase_add_test(tests, test_input_that_is_not_read_is_dropped__R4);
    tcase_add_test(tests, test_background_reader_of_input_does_not_hold_up_the_end__R4);
    tcase_add_test(tests, test_writer_to_ended_command_is_ended_by_sigpipe__R4);
    tcase_add_test(tests, test_blocked_sigpipe_of_caller_is_not_passed_on__R4);
    tcase_add_test(tests, test_command_may_handle_sigpipe_itself__R4);
    tcase_add_test(tests, test_signal_settings_of_caller_stay__R4);
    tcase_add_test(tests, test_no_sigpipe_is_left_for_a_caller_that_blocks_it__R4);
    tcase_add_test(tests, test_sigpipe_that_was_pending_before_stays__R4);
    tcase_add_test(tests, test_signals_that_the_caller_handles_do_not_disturb_a_run__R5);
    tcase_add_test(tests, test_commands_are_killed_when_time_is_up__R5);
    tcase_add_test(tests, test_what_was_received_and_true_statuses_are_kept__R5);
    tcase_add_test(tests, test_processes_of_ended_commands_are_killed__R5);
    tcase_add_test(tests, test_command_that_closed_its_streams_is_killed__R5);
    tcase_add_test(tests, test_process_in_another_group_is_not_waited_for__R5);
    tcase_add_test(tests, test_endless_output_ends_with_the_time__R5);
    tcase_add_test(tests, test_end_before_the_limit_is_no_timeout__R5);
    tcase_add_test(tests, test_background_process_with_other_streams_is_left_alone__R5);
    tcase_add_test(tests, test_group_of_caller_is_not_killed__R5);
    tcase_add_test(tests, test_first_command_that_can_not_be_started__R6);
    tcase_add_test(tests, test_failure_may_be_null__R6);
    tcase_add_test(tests, test_groups_of_started_commands_are_killed__R6);
    tcase_add_test(tests, test_later_commands_are_not_started__R6);
    tcase_add_test(tests, test_refused_descriptors_are_a_start_failure__R6_R8);
    tcase_add_test(tests, test_invalid_commands_start_nothing__R7);
    tcase_add_test(tests, test_invalid_options_start_nothing__R7);
    tcase_add_test(tests, test_smallest_valid_arguments__R7);
    tcase_add_test(tests, test_nothing_stays_open_or_running__R8);
    tcase_add_test(tests, test_other_children_are_not_waited_for__R8);
    tcase_add_test(tests, test_commands_hold_only_their_standard_streams__R8);
    tcase_add_test(tests, test_closed_standard_streams_of_caller__R8);
    tcase_add_test(tests, test_runs_of_several_threads_do_not_disturb_each_other__R8);
    Suite *suite = suite_create("process-pipeline");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
