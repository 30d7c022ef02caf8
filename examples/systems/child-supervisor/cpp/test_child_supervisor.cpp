#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "child_supervisor.hpp"

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using child_supervisor::Options;
using child_supervisor::Run;
using child_supervisor::State;
using child_supervisor::Supervisor;
using std::chrono::milliseconds;

constexpr Options defaults{.healthy = 1000ms, .grace = 50ms, .output_limit = 1000};
const std::string wait_for_go = "while [ ! -e go ]; do sleep 0.005; done; ";

/// An empty folder as working directory, which children inherit, and a clock that only tests move.
class Fixture {
public:
    Fixture()
    {
        REQUIRE(mkdtemp(folder_.data()) != nullptr);
        std::filesystem::current_path(folder_);
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    ~Fixture()
    {
        std::filesystem::current_path("/");
        std::filesystem::remove_all(folder_);
    }

    Supervisor make(std::vector<std::string> command, const Options& options = defaults)
    {
        return Supervisor(std::move(command), options, [this] { return now; });
    }

    Supervisor shell(const std::string& script, const Options& options = defaults)
    {
        return make({"/bin/sh", "-c", script}, options);
    }

    milliseconds now{0};

private:
    std::string folder_ = "/tmp/supervisor-XXXXXX";
};

void pause_shortly(int& round)
{
    REQUIRE(++round < 4'000);
    std::this_thread::sleep_for(1ms);
}

void wait_for_file(const std::string& name)
{
    for (int round = 0; !std::filesystem::exists(name);) {
        pause_shortly(round);
    }
}

void make_file(const std::string& name, const std::string& text = "", mode_t mode = 0644)
{
    std::ofstream(name) << text;
    chmod(name.c_str(), mode);
}

/// Steps until the child has ended.
State run_child(Supervisor& supervisor)
{
    State state = supervisor.step();
    for (int round = 0; supervisor.pid();) {
        pause_shortly(round);
        state = supervisor.step();
    }
    return state;
}

State run_all(Supervisor& supervisor)
{
    for (int turn = 0; turn < 100; ++turn) {
        const State state = run_child(supervisor);
        if (state != State::waiting) {
            return state;
        }
    }
    return State::waiting;
}

void check_exit(const Supervisor& supervisor, int code, const std::string& output, bool truncated = false)
{
    REQUIRE(supervisor.last_run());
    const Run& run = *supervisor.last_run();
    CHECK(run.exit_code == code);
    CHECK_FALSE(run.signal);
    CHECK(run.output == output);
    CHECK(run.output_truncated == truncated);
}

void check_signal(const Supervisor& supervisor, int signal)
{
    REQUIRE(supervisor.last_run());
    CHECK_FALSE(supervisor.last_run()->exit_code);
    CHECK(supervisor.last_run()->signal == signal);
}

int count_descriptors()
{
    int count = 0;
    for (int i = 0; i < 256; ++i) {
        count += fcntl(i, F_GETFD) != -1;
    }
    return count;
}

bool is_gone(pid_t pid)
{
    return kill(pid, 0) == -1 && errno == ESRCH;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "R1: program gets its arguments and succeeds")
{
    Supervisor supervisor = make({"printf", "[%s]", "", "a b", "$(x)\"'"});
    CHECK(supervisor.state() == State::waiting);
    CHECK(supervisor.step() == State::running);
    CHECK(supervisor.starts() == 1);
    CHECK(supervisor.pid());
    CHECK_FALSE(supervisor.last_run());
    CHECK(run_child(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "[][a b][$(x)\"']");
    CHECK(supervisor.step() == State::succeeded);
    CHECK(supervisor.state() == State::succeeded);
    CHECK(supervisor.starts() == 1);
}

TEST_CASE_FIXTURE(Fixture, "R1: standard input is empty")
{
    Supervisor supervisor = shell("cat; echo end");
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "end\n");
}

TEST_CASE_FIXTURE(Fixture, "R3: steady clock is the default")
{
    Options options = defaults;
    options.max_restarts = 1;
    options.base_delay = options.max_delay = 3ms;
    options.healthy = milliseconds::max();
    const auto start = std::chrono::steady_clock::now();
    Supervisor supervisor({"false"}, options);
    CHECK(run_child(supervisor) == State::waiting);
    for (int round = 0; supervisor.step() == State::waiting;) {
        pause_shortly(round);
    }
    CHECK(run_child(supervisor) == State::gave_up);
    CHECK(std::chrono::steady_clock::now() - start >= 2ms);
}

TEST_CASE_FIXTURE(Fixture, "R2: failing child is restarted a few times")
{
    Options options = defaults;
    options.max_restarts = 2;
    Supervisor supervisor = shell("echo run; echo run >> runs; exit 3", options);
    CHECK(run_child(supervisor) == State::waiting);
    check_exit(supervisor, 3, "run\n");
    CHECK(run_all(supervisor) == State::gave_up);
    check_exit(supervisor, 3, "run\n");
    CHECK(supervisor.starts() == 3);
    CHECK(supervisor.step() == State::gave_up);
    CHECK(std::filesystem::file_size("runs") == 12);
}

TEST_CASE_FIXTURE(Fixture, "R2: child ended by a signal failed")
{
    Supervisor supervisor = shell("kill -9 $$");
    CHECK(run_all(supervisor) == State::gave_up);
    check_signal(supervisor, SIGKILL);
    CHECK(supervisor.starts() == 1);
}

TEST_CASE_FIXTURE(Fixture, "R2: child that recovers succeeds")
{
    Options options = defaults;
    options.max_restarts = 5;
    Supervisor supervisor = shell("[ -e done ] && exit 0; : > done; exit 1", options);
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "");
    CHECK(supervisor.starts() == 2);
}

TEST_CASE_FIXTURE(Fixture, "R3: delays grow up to the greatest")
{
    constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    const struct {
        std::int64_t base, max;
        std::vector<std::int64_t> delays;
    } cases[] = {
        {100, 350, {100, 200, 350, 350}},
        {100, 200, {100, 200, 200}},
        {100, 70, {70, 70}},
        {0, 70, std::vector<std::int64_t>(70)},
        {greatest / 2 + 1, greatest, {greatest / 2 + 1, greatest}},
    };
    for (const auto& [base, max, delays] : cases) {
        now = milliseconds(std::numeric_limits<std::int64_t>::min() / 2);
        Options options = defaults;
        options.max_restarts = static_cast<unsigned>(delays.size());
        options.base_delay = milliseconds(base);
        options.max_delay = milliseconds(max);
        Supervisor supervisor = make({"false"}, options);
        for (const std::int64_t delay : delays) {
            REQUIRE(run_child(supervisor) == State::waiting);
            const unsigned starts = supervisor.starts();
            const milliseconds failed = now;
            if (delay > 0) {
                now = failed + milliseconds(delay - 1);
                CHECK(supervisor.step() == State::waiting);
                CHECK(supervisor.starts() == starts);
            }
            now = failed + milliseconds(delay);
        }
        CHECK(run_child(supervisor) == State::gave_up);
        CHECK(supervisor.starts() == delays.size() + 1);
    }
}

TEST_CASE_FIXTURE(Fixture, "R3: only a child that ran for the healthy time sets the count back")
{
    Options options = defaults;
    options.max_restarts = 1;
    options.base_delay = 10ms;
    options.max_delay = 500ms;
    for (const milliseconds duration : {options.healthy - 1ms, options.healthy}) {
        Supervisor supervisor =
            shell("[ -e second ] || { : > second; exit 1; }; " + wait_for_go + "exit 2", options);
        CHECK(run_child(supervisor) == State::waiting);
        now += 10ms;
        CHECK(supervisor.step() == State::running);
        now += duration;
        make_file("go");
        const bool is_healthy = duration == options.healthy;
        CHECK(run_child(supervisor) == (is_healthy ? State::waiting : State::gave_up));
        check_exit(supervisor, 2, "");
        if (is_healthy) {
            now += 9ms;
            CHECK(supervisor.step() == State::waiting);
            now += 1ms;
            CHECK(supervisor.step() == State::running);
            CHECK(run_child(supervisor) == State::gave_up);
        }
        std::filesystem::remove("second");
        std::filesystem::remove("go");
    }
}

TEST_CASE_FIXTURE(Fixture, "R4: stop lets the child end its own way")
{
    Options options = defaults;
    options.max_restarts = 3;
    for (const int code : {7, 0}) {
        Supervisor supervisor =
            shell("trap 'echo bye; exit " + std::to_string(code) + "' TERM; : > ready; " + wait_for_go, options);
        REQUIRE(supervisor.step() == State::running);
        wait_for_file("ready");
        CHECK(supervisor.stop() == State::stopping);
        CHECK(run_child(supervisor) == State::stopped);
        check_exit(supervisor, code, "bye\n");
        CHECK(supervisor.step() == State::stopped);
        CHECK(supervisor.starts() == 1);
        std::filesystem::remove("ready");
    }
}

TEST_CASE_FIXTURE(Fixture, "R4: stop is a SIGTERM")
{
    Supervisor supervisor = make({"sleep", "30"});
    supervisor.step();
    CHECK(supervisor.stop() == State::stopping);
    CHECK(run_child(supervisor) == State::stopped);
    check_signal(supervisor, SIGTERM);
}

TEST_CASE_FIXTURE(Fixture, "R4: stop while waiting")
{
    Options options = defaults;
    options.max_restarts = 3;
    options.base_delay = options.max_delay = 10ms;
    Supervisor unstarted = make({"false"}, options);
    CHECK(unstarted.stop() == State::stopped);
    CHECK(unstarted.step() == State::stopped);
    CHECK(unstarted.starts() == 0);
    CHECK_FALSE(unstarted.last_run());
    Supervisor failed = make({"false"}, options);
    CHECK(run_child(failed) == State::waiting);
    CHECK(failed.stop() == State::stopped);
    now += 10ms;
    CHECK(failed.step() == State::stopped);
    CHECK(failed.starts() == 1);
    check_exit(failed, 1, "");
}

TEST_CASE_FIXTURE(Fixture, "R5: SIGKILL comes exactly when the grace time has passed, SIGTERM once")
{
    for (const bool in_time : {true, false}) {
        Supervisor supervisor = shell("trap 'echo T >> terms' TERM; : > ready; " + wait_for_go + "exit 5");
        REQUIRE(supervisor.step() == State::running);
        wait_for_file("ready");
        now += 7ms;
        CHECK(supervisor.stop() == State::stopping);
        wait_for_file("terms");
        now += 49ms;
        for (int i = 0; i < 5; ++i) {
            CHECK(supervisor.step() == State::stopping);
        }
        CHECK(supervisor.stop() == State::stopping);
        if (in_time) {
            make_file("go");
            CHECK(run_child(supervisor) == State::stopped);
            check_exit(supervisor, 5, "");
            CHECK(std::filesystem::file_size("terms") == 2);
        } else {
            now += 1ms;
            CHECK(run_child(supervisor) == State::stopped);
            check_signal(supervisor, SIGKILL);
        }
        for (const char* name : {"ready", "terms", "go"}) {
            std::filesystem::remove(name);
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "R5: stop in a final state")
{
    Supervisor good = make({"true"});
    CHECK(run_all(good) == State::succeeded);
    CHECK(good.stop() == State::succeeded);
    Supervisor bad = make({"false"});
    CHECK(run_all(bad) == State::gave_up);
    CHECK(bad.stop() == State::gave_up);
}

TEST_CASE_FIXTURE(Fixture, "R6: both streams in order")
{
    Supervisor supervisor = shell("echo out; echo err >&2; printf 'a\\0\\377'");
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "out\nerr\na\0\377"s);
}

TEST_CASE_FIXTURE(Fixture, "R6: last bytes up to the limit are kept")
{
    const std::pair<std::size_t, std::string> cases[] = {
        {0, ""}, {1, "9"}, {4, "6789"}, {7, "3456789"}, {9, "123456789"}, {10, "0123456789"}, {SIZE_MAX, "0123456789"},
    };
    for (const auto& [limit, output] : cases) {
        Options options = defaults;
        options.output_limit = limit;
        Supervisor supervisor = shell("printf 01234; : > ready; " + wait_for_go + "printf 56789", options);
        REQUIRE(supervisor.step() == State::running);
        wait_for_file("ready");
        supervisor.step();  // The two halves are read by different steps.
        make_file("go");
        CHECK(run_child(supervisor) == State::succeeded);
        check_exit(supervisor, 0, output, limit < 10);
        std::filesystem::remove("ready");
        std::filesystem::remove("go");
    }
}

TEST_CASE_FIXTURE(Fixture, "R6: no output is not more than nothing")
{
    Options options = defaults;
    options.output_limit = 0;
    Supervisor supervisor = make({"true"}, options);
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "");
}

TEST_CASE_FIXTURE(Fixture, "R6: more output than a pipe holds")
{
    const std::string script = "head -c 1000000 /dev/zero | tr '\\0' x; printf end";
    Options options = defaults;
    options.output_limit = 10;
    Supervisor supervisor = shell(script, options);
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "xxxxxxxend", true);
    options.output_limit = SIZE_MAX;
    Supervisor unlimited = shell(script, options);
    CHECK(run_all(unlimited) == State::succeeded);
    CHECK(unlimited.last_run()->output.size() == 1'000'003);
}

TEST_CASE_FIXTURE(Fixture, "R6: each child begins anew")
{
    Options options = defaults;
    options.max_restarts = 1;
    options.output_limit = 3;
    Supervisor supervisor = shell("[ -e done ] && exit 0; : > done; printf more; exit 1", options);
    CHECK(run_child(supervisor) == State::waiting);
    check_exit(supervisor, 1, "ore", true);
    CHECK(run_all(supervisor) == State::succeeded);
    check_exit(supervisor, 0, "");
}

TEST_CASE_FIXTURE(Fixture, "R6: process left behind is not waited for")
{
    Supervisor supervisor = shell("sleep 30 & echo $!; exit 4");
    CHECK(run_all(supervisor) == State::gave_up);
    REQUIRE(supervisor.last_run());
    CHECK(supervisor.last_run()->exit_code == 4);
    const int pid = std::atoi(supervisor.last_run()->output.c_str());
    REQUIRE(pid > 1);
    CHECK(kill(pid, SIGKILL) == 0);
}

TEST_CASE_FIXTURE(Fixture, "R7: program that cannot be started")
{
    make_file("text");
    const std::pair<std::string, int> cases[] = {{"./missing", ENOENT}, {"no-such-program", ENOENT}, {"./text", EACCES}};
    for (const auto& [program, error] : cases) {
        Options options = defaults;
        options.max_restarts = 5;
        Supervisor supervisor = make({program}, options);
        try {
            supervisor.step();
            REQUIRE_MESSAGE(false, "started");
        } catch (const std::system_error& failure) {
            CHECK(failure.code().value() == error);
        }
        CHECK(supervisor.state() == State::start_failed);
        CHECK_FALSE(supervisor.pid());
        CHECK(supervisor.step() == State::start_failed);
        CHECK(supervisor.stop() == State::start_failed);
        CHECK(supervisor.starts() == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "R7: program that is gone at the restart")
{
    make_file("once", "#!/bin/sh\nrm once\nexit 1\n", 0755);
    Options options = defaults;
    options.max_restarts = 5;
    Supervisor supervisor = make({"./once"}, options);
    CHECK(run_child(supervisor) == State::waiting);
    CHECK_THROWS_AS(supervisor.step(), std::system_error);
    CHECK(supervisor.step() == State::start_failed);
    CHECK(supervisor.starts() == 1);
    check_exit(supervisor, 1, "");
}

TEST_CASE_FIXTURE(Fixture, "R7: system that refuses to start")
{
    Supervisor supervisor = make({"true"});
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    rlimit none = limit;
    none.rlim_cur = 3;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    int error = 0;
    try {
        supervisor.step();
    } catch (const std::system_error& failure) {
        REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);  // the sanitizer needs descriptors to look at the type of failure
        error = failure.code().value();
    }
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(error == EMFILE);
    CHECK(supervisor.step() == State::start_failed);
}

TEST_CASE_FIXTURE(Fixture, "R7: invalid arguments")
{
    CHECK_THROWS_AS(make({}), std::invalid_argument);
    CHECK_THROWS_AS(make({"", "a"}), std::invalid_argument);
    CHECK_THROWS_AS(make({"true\0"s}), std::invalid_argument);
    CHECK_THROWS_AS(make({"true", "a\0b"s}), std::invalid_argument);
    CHECK_THROWS_AS(make({"true"}, {.base_delay = -1ms}), std::invalid_argument);
    CHECK_THROWS_AS(make({"true"}, {.max_delay = -1ms}), std::invalid_argument);
    for (const milliseconds healthy : {0ms, milliseconds::min()}) {
        CHECK_THROWS_AS(make({"true"}, {.healthy = healthy}), std::invalid_argument);
    }
    CHECK_THROWS_AS(make({"true"}, {.grace = -1ms}), std::invalid_argument);
    Supervisor supervisor = make({"true"}, {.healthy = 1ms, .grace = 0ms});
    CHECK(run_all(supervisor) == State::succeeded);
}

TEST_CASE_FIXTURE(Fixture, "R8: nothing is left at the end")
{
    const int descriptors = count_descriptors();
    Options options = defaults;
    options.max_restarts = 1;
    Supervisor supervisor = make({"false"}, options);
    supervisor.step();
    REQUIRE(supervisor.pid());
    const pid_t first = *supervisor.pid();
    CHECK(run_child(supervisor) == State::waiting);
    CHECK(is_gone(first));
    CHECK(run_all(supervisor) == State::gave_up);
    CHECK(count_descriptors() == descriptors);
    Supervisor missing = make({"./missing"});
    CHECK_THROWS_AS(missing.step(), std::system_error);
    CHECK(count_descriptors() == descriptors);
}

TEST_CASE_FIXTURE(Fixture, "R8: closing kills the child")
{
    const int descriptors = count_descriptors();
    pid_t pid = 0;
    {
        Supervisor supervisor = shell("trap '' TERM; : > ready; exec sleep 30");
        REQUIRE(supervisor.step() == State::running);
        wait_for_file("ready");
        const Supervisor moved = std::move(supervisor);
        pid = moved.pid().value_or(0);
        REQUIRE(pid > 1);
        CHECK_FALSE(is_gone(pid));
        CHECK(count_descriptors() == descriptors + 1);
    }
    CHECK(is_gone(pid));
    CHECK(count_descriptors() == descriptors);
}
