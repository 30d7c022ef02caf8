#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "process_pipeline.hpp"

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using process_pipeline::CommandResult;
using process_pipeline::Options;
using process_pipeline::PipelineResult;
using process_pipeline::run_pipeline;
using process_pipeline::StartError;

using Command = std::vector<std::string>;
using Commands = std::vector<Command>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
constexpr auto short_limit = 300ms;  // long enough for a shell to write a line
constexpr auto long_limit = 10s;     // for what must not take that long

Command shell(const std::string& script)
{
    return {"sh", "-c", script};
}

PipelineResult run(const Commands& commands, std::string_view input = {})
{
    return run_pipeline(commands, {.input = input, .capture_limit = unlimited, .timeout = std::nullopt});
}

PipelineResult run_for(const Commands& commands, std::chrono::milliseconds limit, std::string_view input = {})
{
    return run_pipeline(commands, {.input = input, .capture_limit = unlimited, .timeout = limit});
}

PipelineResult run_captured(const Commands& commands, std::size_t capture_limit, std::string_view input = {})
{
    return run_pipeline(commands, {.input = input, .capture_limit = capture_limit, .timeout = std::nullopt});
}

StartError start_error(const Commands& commands)
{
    try {
        run(commands);
    } catch (const StartError& error) {
        return error;
    }
    throw std::logic_error("no StartError");
}

bool has_exited(const CommandResult& command, int exit_code)
{
    return command.exit_code == exit_code && !command.signal;
}

bool was_ended_by(const CommandResult& command, int signal)
{
    return command.signal == signal && !command.exit_code;
}

std::string large_bytes()
{
    std::string bytes(3 * 1024 * 1024, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i * 31 + i / 251);
    }
    return bytes;
}

class Folder {
public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "pipeline-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    std::string path() const { return path_.string(); }

    void write(const std::string& name, const std::string& text, mode_t mode) const
    {
        std::ofstream(path_ / name) << text;
        chmod((path_ / name).c_str(), mode);
    }

private:
    std::filesystem::path path_;
};

/// Whether the check holds in a process of its own, where it may change signals and the like.
bool holds_in_child(const std::function<bool()>& check)
{
    const pid_t child = fork();
    if (child == 0) {
        bool good = false;
        try {
            good = check();
        } catch (...) {
        }
        _exit(good ? 33 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 33;
}

bool has_no_children()
{
    return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

bool is_running(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(file, text)) {
        return false;
    }
    const char state = text.at(text.rfind(')') + 2);
    return state != 'Z' && state != 'X';
}

/// Killed processes that are not our children take a moment to end.
bool ends_soon(pid_t pid)
{
    for (int i = 0; i < 3000 && is_running(pid); ++i) {
        std::this_thread::sleep_for(1ms);
    }
    return !is_running(pid);
}

int count_descriptors()
{
    int count = 0;
    for (int i = 0; i < 256; ++i) {
        count += fcntl(i, F_GETFD) != -1;
    }
    return count;
}

void hand_on_nothing()
{
    for (int i = 3; i < 256; ++i) {
        fcntl(i, F_SETFD, FD_CLOEXEC);
    }
}

/// Tells, a line each, what a process started by the shell holds open.
const Command list_open = shell("ls -l /proc/self/fd >&2; cat");

bool holds_three_pipes(const CommandResult& command)
{
    int count = 0;
    const std::string& text = command.standard_error;
    for (auto at = text.find("-> pipe:"); at != std::string::npos; at = text.find("-> pipe:", at + 1)) {
        ++count;
    }
    return count == 3 && text.find("anon_inode") == std::string::npos;
}

sigset_t only_sigpipe()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    return signals;
}

}  // namespace

TEST_CASE("R1: input passes through all commands in order")
{
    const PipelineResult result = run({{"cat"}, {"sed", "s/a/b/"}, {"sed", "s/b/c/"}}, "a-x\n");
    CHECK(result.output == "c-x\n");
    CHECK_FALSE(result.output_truncated);
    CHECK_FALSE(result.timed_out);
    REQUIRE(result.commands.size() == 3);
    for (const CommandResult& command : result.commands) {
        CHECK(has_exited(command, 0));
        CHECK(command.standard_error.empty());
        CHECK_FALSE(command.standard_error_truncated);
    }
}

TEST_CASE("R1: all byte values are unchanged")
{
    std::string bytes;
    for (int i = 0; i < 512; ++i) {
        bytes += static_cast<char>(i);
    }
    CHECK(run({{"cat"}, {"cat"}}, bytes).output == bytes);
}

TEST_CASE("R1: empty input ends at once")
{
    CHECK(run({shell("cat; echo end")}).output == "end\n");
}

TEST_CASE("R1: status and standard error of each command")
{
    const PipelineResult result =
        run({shell("echo first >&2; exit 3"), shell("cat; echo second >&2; kill -TERM $$"),
             shell("cat; printf 'third\\0' >&2; exit 255"), {"cat"}});
    CHECK(result.output.empty());
    REQUIRE(result.commands.size() == 4);
    CHECK(has_exited(result.commands[0], 3));
    CHECK(was_ended_by(result.commands[1], SIGTERM));
    CHECK(has_exited(result.commands[2], 255));
    CHECK(has_exited(result.commands[3], 0));
    CHECK(result.commands[0].standard_error == "first\n");
    CHECK(result.commands[1].standard_error == "second\n");
    CHECK(result.commands[2].standard_error == "third\0"s);
    CHECK(result.commands[3].standard_error.empty());
}

TEST_CASE("R1: waits for output of background processes")
{
    const PipelineResult result = run({shell("(sleep 0.02; echo late; echo trouble >&2) & exit 4")});
    CHECK(result.output == "late\n");
    REQUIRE(result.commands.size() == 1);
    CHECK(result.commands[0].standard_error == "trouble\n");
    CHECK(has_exited(result.commands[0], 4));
}

TEST_CASE("R1: waits for commands that closed their streams")
{
    const PipelineResult result =
        run({shell("exec >&- 2>&-; sleep 0.02; exit 7"), shell("exec >&- 2>&-; exit 8")});
    REQUIRE(result.commands.size() == 2);
    CHECK(has_exited(result.commands[0], 7));
    CHECK(has_exited(result.commands[1], 8));
}

TEST_CASE("R1: environment, folder and PATH are those of the caller")
{
    const Folder folder;
    folder.write("program", "#!/bin/sh\necho \"$PIPELINE_TEST\"; cat data\n", 0755);
    folder.write("data", "content", 0644);
    CHECK(holds_in_child([&] {
        setenv("PIPELINE_TEST", "from the caller", 1);
        setenv("PATH", (folder.path() + ":" + std::getenv("PATH")).c_str(), 1);
        return chdir(folder.path().c_str()) == 0 && run({{"program"}}).output == "from the caller\ncontent";
    }));
}

TEST_CASE("R2: arguments are passed as they are")
{
    const PipelineResult result =
        run({{"printf", "[%s]", "", "two words", "'single' \"double\"", "line\nend\n", "*", "$(echo x)", "a;b", "`id`",
              "\\n", "$HOME", "~", "|", ">x", "\xff\xfe", ""}});
    CHECK(result.output ==
          "[][two words]['single' \"double\"][line\nend\n][*][$(echo x)][a;b][`id`][\\n][$HOME][~][|][>x][\xff\xfe][]");
}

TEST_CASE("R2: a program name is no shell text")
{
    const StartError error = start_error({{"echo hello"}});
    CHECK(error.index() == 0);
    CHECK(error.code() == std::errc::no_such_file_or_directory);
}

TEST_CASE("R2: text without interpreter is not run by a shell")
{
    const Folder folder;
    folder.write("unknown", "echo run by a shell\n", 0755);
    const StartError error = start_error({{folder / "unknown"}});
    CHECK(error.index() == 0);
    CHECK(error.code() == std::errc::executable_format_error);
    CHECK(holds_in_child([&] {
        setenv("PATH", folder.path().c_str(), 1);
        return start_error({{"unknown"}}).code() == std::errc::executable_format_error;
    }));
}

TEST_CASE("R3: large streams all at once")
{
    const std::string bytes = large_bytes();
    const PipelineResult result = run({{"tee", "/dev/stderr"}, {"tee", "/dev/stderr"}}, bytes);
    CHECK((result.output == bytes));
    CHECK_FALSE(result.output_truncated);
    REQUIRE(result.commands.size() == 2);
    for (const CommandResult& command : result.commands) {
        CHECK((command.standard_error == bytes));
        CHECK_FALSE(command.standard_error_truncated);
    }
}

TEST_CASE("R3: one large stream after the other")
{
    const PipelineResult result = run({shell("head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero;"
                                             " cat >/dev/null; head -c 500000 /dev/zero >&2")},
                                      large_bytes());
    CHECK((result.output == std::string(1000000, '\0')));
    REQUIRE(result.commands.size() == 1);
    CHECK((result.commands[0].standard_error == std::string(1500000, '\0')));
}

TEST_CASE("R3: the capture limit is exact")
{
    struct Case {
        std::size_t limit;
        std::string output;
        bool output_truncated;
        std::string error;
        bool error_truncated;
    };
    const std::vector<Case> cases{
        {0, "", true, "", true},         {1, "o", true, "e", true},          {4, "outp", true, "erro", true},
        {5, "outpu", true, "error", false}, {6, "output", false, "error", false}, {7, "output", false, "error", false},
    };
    for (const Case& one : cases) {
        CAPTURE(one.limit);
        const PipelineResult result =
            run_captured({shell("printf error >&2; printf out; printf put")}, one.limit);
        CHECK(result.output == one.output);
        CHECK(result.output_truncated == one.output_truncated);
        REQUIRE(result.commands.size() == 1);
        CHECK(result.commands[0].standard_error == one.error);
        CHECK(result.commands[0].standard_error_truncated == one.error_truncated);
    }
}

TEST_CASE("R3: limit 0 without bytes is not truncated")
{
    const PipelineResult result = run_captured({shell("cat >/dev/null")}, 0, "dropped");
    CHECK(result.output.empty());
    CHECK_FALSE(result.output_truncated);
    REQUIRE(result.commands.size() == 1);
    CHECK_FALSE(result.commands[0].standard_error_truncated);
}

TEST_CASE("R3: what goes beyond the limit is read")
{
    const std::string bytes = large_bytes();
    const PipelineResult result =
        run_captured({{"tee", "/dev/stderr"}, {"cat"}, shell("cat; printf small >&2")}, 100000, bytes);
    CHECK((result.output == bytes.substr(0, 100000)));
    CHECK(result.output_truncated);
    REQUIRE(result.commands.size() == 3);
    CHECK((result.commands[0].standard_error == bytes.substr(0, 100000)));
    CHECK(result.commands[0].standard_error_truncated);
    CHECK_FALSE(result.commands[1].standard_error_truncated);
    CHECK(result.commands[2].standard_error == "small");
    CHECK_FALSE(result.commands[2].standard_error_truncated);
    for (const CommandResult& command : result.commands) {
        CHECK(has_exited(command, 0));
    }
}

TEST_CASE("R4: input that is not read is dropped")
{
    CHECK(holds_in_child([] {
        std::signal(SIGPIPE, SIG_DFL);
        const PipelineResult result = run({shell("exec <&-; echo unread; exit 5")}, large_bytes());
        return result.output == "unread\n" && has_exited(result.commands.at(0), 5);
    }));
}

TEST_CASE("R4: a background reader of the input does not hold up the end")
{
    const PipelineResult result =
        run_for({shell("exec 3<&0; sleep 30 0<&3 >/dev/null 2>&1 & echo $!")}, long_limit, large_bytes());
    CHECK_FALSE(result.timed_out);
    const pid_t pid = std::stoi(result.output);
    kill(pid, SIGKILL);
    CHECK(has_exited(result.commands.at(0), 0));
}

TEST_CASE("R4: a writer to an ended command is ended by SIGPIPE")
{
    for (auto action : {SIG_DFL, SIG_IGN}) {
        CHECK(holds_in_child([action] {
            std::signal(SIGPIPE, action);
            const PipelineResult result = run({{"yes"}, {"head", "-n", "1"}});
            return result.output == "y\n" && was_ended_by(result.commands.at(0), SIGPIPE) &&
                   has_exited(result.commands.at(1), 0);
        }));
    }
}

TEST_CASE("R4: a blocked SIGPIPE of the caller is not passed on")
{
    CHECK(holds_in_child([] {
        const sigset_t sigpipe = only_sigpipe();
        pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
        return was_ended_by(run({{"yes"}, {"true"}}).commands.at(0), SIGPIPE);
    }));
}

TEST_CASE("R4: a command may handle SIGPIPE itself")
{
    const PipelineResult result =
        run({shell("trap '' PIPE; while echo x 2>/dev/null; do :; done; echo handled >&2; exit 6"), {"true"}});
    REQUIRE(result.commands.size() == 2);
    CHECK(has_exited(result.commands[0], 6));
    CHECK(result.commands[0].standard_error == "handled\n");
}

TEST_CASE("R4: the signal settings of the caller stay")
{
    CHECK(holds_in_child([] {
        struct sigaction before[NSIG] = {};
        sigset_t mask_before;
        std::signal(SIGCHLD, [](int) {});
        for (int number = 1; number < NSIG; ++number) {
            sigaction(number, nullptr, &before[number]);
        }
        pthread_sigmask(SIG_SETMASK, nullptr, &mask_before);
        const PipelineResult result = run({{"true"}, {"cat"}}, large_bytes());
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        bool same = has_exited(result.commands.at(0), 0);
        for (int number = 1; number < NSIG; ++number) {
            struct sigaction action = {};
            sigaction(number, nullptr, &action);
            same = same && action.sa_handler == before[number].sa_handler &&
                   action.sa_flags == before[number].sa_flags &&
                   sigismember(&mask, number) == sigismember(&mask_before, number);
        }
        return same;
    }));
}

TEST_CASE("R4: no SIGPIPE is left for a caller that blocks it")
{
    CHECK(holds_in_child([] {
        const sigset_t sigpipe = only_sigpipe();
        pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
        const PipelineResult result = run({{"true"}}, large_bytes());
        sigset_t pending;
        sigset_t mask;
        sigpending(&pending);
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        return has_exited(result.commands.at(0), 0) && sigismember(&pending, SIGPIPE) == 0 &&
               sigismember(&mask, SIGPIPE) == 1;
    }));
}

TEST_CASE("R4: a SIGPIPE that was pending before stays")
{
    CHECK(holds_in_child([] {
        const sigset_t sigpipe = only_sigpipe();
        pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
        raise(SIGPIPE);
        const PipelineResult result = run({{"true"}}, large_bytes());
        sigset_t pending;
        sigpending(&pending);
        return has_exited(result.commands.at(0), 0) && sigismember(&pending, SIGPIPE) == 1;
    }));
}

TEST_CASE("R5: signals that the caller handles do not disturb a run")
{
    CHECK(holds_in_child([] {
        struct sigaction action = {};
        action.sa_handler = [](int) {};
        sigaction(SIGALRM, &action, nullptr);
        const itimerval often = {{0, 5000}, {0, 5000}};
        setitimer(ITIMER_REAL, &often, nullptr);
        const PipelineResult ended = run_for({shell("sleep 0.02; echo ended")}, long_limit);
        bool good = !ended.timed_out && ended.output == "ended\n";
        for (int i = 0; i < 10; ++i) {
            const PipelineResult killed = run_for(Commands(5, {"sleep", "30"}), 5ms);
            good = good && killed.timed_out && std::ranges::all_of(killed.commands, [](const CommandResult& command) {
                return was_ended_by(command, SIGKILL);
            });
        }
        return good;
    }));
}

TEST_CASE("R5: commands are killed when time is up")
{
    const auto before = Clock::now();
    const PipelineResult result = run_for({{"sleep", "30"}, {"sleep", "30"}}, 20ms, large_bytes());
    const auto elapsed = Clock::now() - before;
    CHECK(elapsed >= 20ms);
    CHECK(elapsed < long_limit);
    CHECK(result.timed_out);
    CHECK(result.output.empty());
    REQUIRE(result.commands.size() == 2);
    CHECK(was_ended_by(result.commands[0], SIGKILL));
    CHECK(was_ended_by(result.commands[1], SIGKILL));
    CHECK(has_no_children());
}

TEST_CASE("R5: what was received and true statuses are kept")
{
    const PipelineResult result =
        run_for({shell("echo trouble >&2; exit 3"), shell("kill -TERM $$"),
                 shell("echo partial; echo more >&2; trap '' TERM; sleep 30; exit 0")},
                short_limit);
    CHECK(result.timed_out);
    REQUIRE(result.commands.size() == 3);
    CHECK(has_exited(result.commands[0], 3));
    CHECK(was_ended_by(result.commands[1], SIGTERM));
    CHECK(was_ended_by(result.commands[2], SIGKILL));
    CHECK(result.output == "partial\n");
    CHECK(result.commands[0].standard_error == "trouble\n");
    CHECK(result.commands[2].standard_error == "more\n");
}

TEST_CASE("R5: processes of ended commands are killed")
{
    const PipelineResult result = run_for({shell("sleep 30 >/dev/null & echo $!; exit 2"),
                                           shell("cat; sleep 30 2>/dev/null & echo $!; exit 0")},
                                          short_limit);
    CHECK(result.timed_out);
    REQUIRE(result.commands.size() == 2);
    CHECK(has_exited(result.commands[0], 2));
    CHECK(has_exited(result.commands[1], 0));
    std::istringstream output(result.output);
    pid_t first = 0;
    pid_t second = 0;
    REQUIRE((output >> first >> second));
    CHECK(first != second);
    CHECK(ends_soon(first));
    CHECK(ends_soon(second));
}

TEST_CASE("R5: a command that closed its streams is killed")
{
    const PipelineResult result = run_for({shell("exec >&- 2>&-; exec sleep 30")}, 30ms);
    CHECK(result.timed_out);
    CHECK(was_ended_by(result.commands.at(0), SIGKILL));
}

TEST_CASE("R5: a process in another group is not waited for")
{
    const auto before = Clock::now();
    const PipelineResult result =
        run_for({shell("setsid sh -c 'echo $$; exec sleep 30' & exit 1")}, short_limit);
    CHECK(Clock::now() - before < long_limit);
    CHECK(result.timed_out);
    CHECK(has_exited(result.commands.at(0), 1));
    const pid_t pid = std::stoi(result.output);
    CHECK(is_running(pid));
    kill(pid, SIGKILL);
}

TEST_CASE("R5: endless output ends with the time")
{
    const PipelineResult result =
        run_pipeline({{"yes"}}, {.input = {}, .capture_limit = 10, .timeout = 30ms});
    CHECK(result.timed_out);
    REQUIRE(result.commands.size() == 1);
    CHECK(was_ended_by(result.commands[0], SIGKILL));
}

TEST_CASE("R5: an end before the limit is no timeout")
{
    const Commands commands{shell("sleep 0.01; kill -KILL $$")};
    for (const auto limit : {std::chrono::milliseconds(long_limit), std::chrono::milliseconds::max()}) {
        const PipelineResult result = run_for(commands, limit);
        CHECK_FALSE(result.timed_out);
        CHECK(was_ended_by(result.commands.at(0), SIGKILL));
    }
    const PipelineResult result = run(commands);
    CHECK_FALSE(result.timed_out);
    CHECK(was_ended_by(result.commands.at(0), SIGKILL));
}

TEST_CASE("R5: a background process with other streams is left alone")
{
    const PipelineResult result = run_for({shell("sleep 30 >/dev/null 2>&1 & echo $!")}, long_limit);
    CHECK_FALSE(result.timed_out);
    const pid_t pid = std::stoi(result.output);
    std::this_thread::sleep_for(30ms);  // to be killed takes a moment
    CHECK(is_running(pid));
    kill(pid, SIGKILL);
}

TEST_CASE("R5: the group of the caller is not killed")
{
    const pid_t bystander = fork();
    if (bystander == 0) {
        pause();
        _exit(0);
    }
    CHECK(run_for({{"sleep", "30"}}, 20ms).timed_out);
    CHECK(waitpid(bystander, nullptr, WNOHANG) == 0);
    kill(bystander, SIGKILL);
    waitpid(bystander, nullptr, 0);
}

TEST_CASE("R6: the first command that can not be started")
{
    const Folder folder;
    folder.write("plain", "#!/bin/sh\n", 0644);
    const std::vector<std::pair<std::string, int>> cases{
        {"no-such-program-of-example", ENOENT},
        {"./no-such-program", ENOENT},
        {folder / "plain", EACCES},
        {"/", EACCES},
    };
    for (const auto& [program, error_number] : cases) {
        CAPTURE(program);
        const auto before = Clock::now();
        const StartError error =
            start_error({{"sleep", "30"}, {"sleep", "30"}, {program}, {"no-such-program-either"}});
        CHECK(Clock::now() - before < long_limit);
        CHECK(error.index() == 2);
        CHECK(error.code() == std::error_code(error_number, std::generic_category()));
        CHECK(has_no_children());
    }
}

TEST_CASE("R6: a start error holds what it is made of")
{
    const StartError error(3, std::make_error_code(std::errc::permission_denied));
    CHECK(error.index() == 3);
    CHECK(error.code() == std::errc::permission_denied);
    CHECK_FALSE(std::string(error.what()).empty());
}

TEST_CASE("R6: the groups of started commands are killed")
{
    const Folder folder;
    REQUIRE(mkfifo((folder / "alive").c_str(), 0600) == 0);
    const int alive = open((folder / "alive").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    Commands commands(9, Command{"cat"});
    commands.front() = shell("exec 3>" + (folder / "alive") + "; sleep 30 & sleep 30 & wait");
    commands.back() = {"no-such-program"};
    CHECK(start_error(commands).index() == 8);
    CHECK(has_no_children());
    char byte = 0;
    ssize_t size = -1;
    for (int i = 0; i < 3000 && size == -1; ++i) {
        size = read(alive, &byte, 1);  // 0 when no process holds the other end
        std::this_thread::sleep_for(1ms);
    }
    CHECK(size == 0);
    close(alive);
}

TEST_CASE("R6: later commands are not started")
{
    const Folder folder;
    CHECK(start_error({{"no-such-program"}, {"touch", folder / "marker"}}).index() == 0);
    std::this_thread::sleep_for(20ms);
    CHECK_FALSE(std::filesystem::exists(folder / "marker"));
}

TEST_CASE("R6 R8: refused descriptors are a start error at every step")
{
    // The sanitizer needs a descriptor to look at an error of this type the first time.
    CHECK(start_error({{"no-such-program"}}).index() == 0);
    const int before = count_descriptors();
    rlimit usual{};
    getrlimit(RLIMIT_NOFILE, &usual);
    int refused = 0;
    bool done = false;
    for (rlim_t most = 3; most < 100 && !done; ++most) {
        const rlimit tight{most, usual.rlim_max};
        setrlimit(RLIMIT_NOFILE, &tight);
        std::error_code code;
        std::size_t index = 0;
        try {
            done = run({{"true"}, {"true"}}).commands.size() == 2;
        } catch (const StartError& error) {
            code = error.code();
            index = error.index();
        } catch (...) {
            code = std::make_error_code(std::errc::invalid_argument);
        }
        setrlimit(RLIMIT_NOFILE, &usual);
        if (!done) {
            ++refused;
            CHECK(code == std::errc::too_many_files_open);
            CHECK(index < 2);
        }
        CHECK(has_no_children());
        CHECK(count_descriptors() == before);
    }
    CHECK(done);
    CHECK(refused > 3);
}

TEST_CASE("R7: invalid arguments start nothing")
{
    const Folder folder;
    const Command touch{"touch", folder / "marker"};
    const std::vector<Commands> invalid{
        {},
        {touch, Command{}},
        {Command{}, touch},
        {touch, Command{""}},
        {touch, Command{"", "x"}},
        {touch, Command{"no-such-program"}, Command{""}},
        {touch, Command{"echo", "a\0b"s}},
        {touch, Command{"echo", "\0"s}},
        {touch, Command{"ec\0ho"s}},
    };
    for (const Commands& commands : invalid) {
        CHECK_THROWS_AS(run(commands), std::invalid_argument);
    }
    for (const std::chrono::milliseconds limit : {0ms, -1ms, std::chrono::milliseconds::min()}) {
        CHECK_THROWS_AS(run_for({touch}, limit), std::invalid_argument);
    }
    CHECK(has_no_children());
    CHECK_FALSE(std::filesystem::exists(folder / "marker"));
}

TEST_CASE("R7: the smallest valid arguments")
{
    const PipelineResult result =
        run_pipeline({{"sleep", "30"}}, {.input = {}, .capture_limit = 0, .timeout = 1ms});
    CHECK(result.timed_out);
    CHECK(has_exited(run({{"printf", "%s", ""}}).commands.at(0), 0));
}

TEST_CASE("R8: nothing stays open or running")
{
    const int before = count_descriptors();
    const std::string bytes = large_bytes();
    CHECK(has_exited(run({{"cat"}, {"true"}, {"cat"}}, bytes).commands.at(1), 0));
    CHECK(count_descriptors() == before);
    CHECK(has_no_children());
    CHECK(run_for({{"sleep", "30"}, {"sleep", "30"}}, 10ms, bytes).timed_out);
    CHECK(count_descriptors() == before);
    CHECK(has_no_children());
    CHECK(start_error({{"cat"}, {"no-such-program"}}).index() == 1);
    CHECK(count_descriptors() == before);
    CHECK(has_no_children());
}

TEST_CASE("R8: other children are not waited for")
{
    const pid_t other = fork();
    if (other == 0) {
        _exit(42);
    }
    siginfo_t info;
    waitid(P_PID, static_cast<id_t>(other), &info, WEXITED | WNOWAIT);
    const PipelineResult result = run_for({{"true"}, {"sleep", "30"}}, 20ms);
    CHECK(result.timed_out);
    int status = 0;
    CHECK(waitpid(other, &status, 0) == other);
    CHECK(WEXITSTATUS(status) == 42);
}

TEST_CASE("R8: commands hold only their standard streams")
{
    CHECK(holds_in_child([] {
        hand_on_nothing();
        const PipelineResult result = run({list_open, list_open, list_open}, "x");
        return result.output == "x" && result.commands.size() == 3 &&
               std::ranges::all_of(result.commands, holds_three_pipes);
    }));
}

TEST_CASE("R8: closed standard streams of the caller")
{
    CHECK(holds_in_child([] {
        close(0);
        close(1);
        close(2);
        const PipelineResult result = run({shell("cat; echo first >&2"), shell("cat; echo second >&2")}, "x");
        return result.output == "x" && result.commands.at(0).standard_error == "first\n" &&
               result.commands.at(1).standard_error == "second\n" && fcntl(0, F_GETFD) == -1 &&
               fcntl(1, F_GETFD) == -1 && fcntl(2, F_GETFD) == -1;
    }));
}

TEST_CASE("R8: runs of several threads do not disturb each other")
{
    CHECK(holds_in_child([] {
        hand_on_nothing();
        const int before = count_descriptors();
        constexpr int runs = 6;
        std::array<int, 4> good{};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < good.size(); ++i) {
            threads.emplace_back([i, &good] {
                const std::string input = "run " + std::to_string(i);
                for (int turn = 0; turn < runs; ++turn) {
                    const PipelineResult result = run_for({list_open, {"cat"}, list_open}, long_limit, input);
                    good[i] += result.output == input && !result.timed_out &&
                               holds_three_pipes(result.commands.at(0)) && holds_three_pipes(result.commands.at(2));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        return std::ranges::all_of(good, [](int count) { return count == runs; }) && count_descriptors() == before &&
               has_no_children();
    }));
}
