#include "process_pipeline.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <stdexcept>
#include <utility>

namespace process_pipeline {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Command = std::vector<std::string>;

constexpr std::size_t chunk_size = 64 * 1024;

[[noreturn]] void throw_system_error(int error)
{
    throw std::system_error(error, std::generic_category());
}

/// For functions that return an error number.
void check(int error)
{
    if (error != 0) {
        throw_system_error(error);
    }
}

/// For functions that return -1 and set errno.
int checked(int result)
{
    if (result == -1) {
        throw_system_error(errno);
    }
    return result;
}

sigset_t only_sigpipe()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    return signals;
}

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }

    /// -1 if closed, which poll passes over.
    int get() const { return number_; }
    bool is_open() const { return number_ != -1; }

    void close()
    {
        if (is_open()) {
            ::close(std::exchange(number_, -1));
        }
    }

private:
    int number_ = -1;
};

/// A caller may have closed its standard streams; an end of a pipe with such a number would be overwritten in the
/// command before it is put in its place.
Descriptor above_standard_streams(Descriptor descriptor)
{
    if (descriptor.get() > STDERR_FILENO) {
        return descriptor;
    }
    return Descriptor(checked(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)));
}

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;
};

Pipe open_pipe()
{
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC));
    Descriptor read_end(ends[0]);
    Descriptor write_end(ends[1]);
    return {above_standard_streams(std::move(read_end)), above_standard_streams(std::move(write_end))};
}

/// The standard streams of a command to be started.
class StreamActions {
public:
    StreamActions(int input, int output, int error)
    {
        check(posix_spawn_file_actions_init(&actions_));
        int failure = posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        failure = failure != 0 ? failure : posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        failure = failure != 0 ? failure : posix_spawn_file_actions_adddup2(&actions_, error, STDERR_FILENO);
        if (failure != 0) {
            posix_spawn_file_actions_destroy(&actions_);
            throw_system_error(failure);
        }
    }
    StreamActions(const StreamActions&) = delete;
    StreamActions& operator=(const StreamActions&) = delete;
    ~StreamActions() { posix_spawn_file_actions_destroy(&actions_); }

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

/// A group of its own, and a SIGPIPE that ends the command whatever the caller does with that signal.
class Attributes {
public:
    Attributes()
    {
        check(posix_spawnattr_init(&attributes_));
        const sigset_t sigpipe = only_sigpipe();
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        sigdelset(&mask, SIGPIPE);
        posix_spawnattr_setflags(&attributes_,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setsigdefault(&attributes_, &sigpipe);
        posix_spawnattr_setsigmask(&attributes_, &mask);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

/// Unlike execvp, posix_spawnp does not hand files of unknown format to a shell.
pid_t spawn(const Command& command, int input, int output, int error)
{
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const Attributes attributes;
    const StreamActions actions(input, output, error);
    pid_t id = -1;
    check(posix_spawnp(&id, arguments[0], actions.get(), attributes.get(), arguments.data(), environ));
    return id;
}

/// A started command; killed with its group and waited for unless `wait` was called.
class Process {
public:
    explicit Process(pid_t id) : id_(id) {}
    Process(Process&& other) noexcept : id_(std::exchange(other.id_, -1)), end_(std::move(other.end_)) {}
    Process& operator=(Process&&) = delete;
    ~Process()
    {
        if (id_ != -1) {
            signal(SIGKILL);
            wait();
        }
    }

    void watch_end() { end_ = Descriptor(checked(static_cast<int>(syscall(SYS_pidfd_open, id_, 0)))); }

    /// Readable when the command has ended; open until that was seen.
    Descriptor& end() { return end_; }
    const Descriptor& end() const { return end_; }

    /// Nobody has waited for the command yet, so the id still belongs to it, and so does the group of that id.
    void signal(int number) const
    {
        kill(-id_, number);
        kill(id_, number);  // it may have left its group
    }

    int wait()
    {
        int status = 0;
        while (waitpid(id_, &status, 0) == -1 && errno == EINTR) {
        }
        id_ = -1;
        return status;
    }

private:
    pid_t id_;
    Descriptor end_;
};

/// Collects the first bytes of a stream.
struct Capture {
    Descriptor source;
    std::string bytes;
    bool truncated = false;

    void receive(std::size_t limit)
    {
        std::array<char, chunk_size> chunk;
        const ssize_t size = read(source.get(), chunk.data(), chunk.size());
        if (size > 0) {
            const std::size_t kept = std::min(static_cast<std::size_t>(size), limit - bytes.size());
            bytes.append(chunk.data(), kept);
            truncated = truncated || kept < static_cast<std::size_t>(size);
        } else if (size == 0 || errno != EINTR) {
            source.close();
        }
    }
};

/// As write, but the SIGPIPE of a closed pipe is taken back before it reaches the caller.
ssize_t write_without_sigpipe(int descriptor, std::string_view bytes)
{
    const sigset_t sigpipe = only_sigpipe();
    sigset_t mask;
    sigset_t pending;
    pthread_sigmask(SIG_BLOCK, &sigpipe, &mask);
    sigpending(&pending);
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    const int error = errno;
    if (written == -1 && error == EPIPE && sigismember(&pending, SIGPIPE) == 0) {
        const timespec no_time{};
        while (sigtimedwait(&sigpipe, nullptr, &no_time) == -1 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    errno = error;
    return written;
}

class TimeLimit {
public:
    explicit TimeLimit(std::optional<milliseconds> limit) : limit_(limit) {}

    /// As poll takes it: -1 without a limit, 0 when it has passed.
    int poll_timeout() const
    {
        if (!limit_) {
            return -1;
        }
        const auto left = *limit_ - std::chrono::floor<milliseconds>(Clock::now() - start_);
        return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, INT_MAX));
    }

private:
    Clock::time_point start_ = Clock::now();
    std::optional<milliseconds> limit_;
};

class Run {
public:
    explicit Run(const Options& options) : input_left_(options.input), capture_limit_(options.capture_limit) {}

    void start(const std::vector<Command>& commands)
    {
        errors_.reserve(commands.size());
        processes_.reserve(commands.size());
        for (std::size_t index = 0; index < commands.size(); ++index) {
            try {
                Descriptor input = index == 0 ? open_input() : std::move(output_.source);
                start_command(commands[index], std::move(input));
            } catch (const std::system_error& error) {
                throw StartError(index, error.code());
            }
        }
    }

    /// Moves bytes until the end of the run; false if the time limit came first.
    bool transfer(const TimeLimit& time_limit)
    {
        while (!has_ended()) {
            const int timeout = time_limit.poll_timeout();
            std::vector<pollfd> watched = watch();
            if (poll(watched.data(), watched.size(), timeout) != -1) {
                handle_events(watched);
            } else if (errno != EINTR) {
                throw_system_error(errno);
            }
            if (timeout == 0 && !has_ended()) {
                return false;
            }
        }
        return true;
    }

    /// All are stopped first: otherwise a command might end by itself because its neighbour was killed a moment before.
    void kill_all() const
    {
        for (const int number : {SIGSTOP, SIGKILL}) {
            for (const Process& process : processes_) {
                process.signal(number);
            }
        }
    }

    PipelineResult result()
    {
        PipelineResult result;
        result.output = std::move(output_.bytes);
        result.output_truncated = output_.truncated;
        result.commands.resize(processes_.size());
        for (std::size_t index = 0; index < processes_.size(); ++index) {
            CommandResult& command = result.commands[index];
            const int status = processes_[index].wait();
            if (WIFEXITED(status)) {
                command.exit_code = WEXITSTATUS(status);
            } else {
                command.signal = WTERMSIG(status);
            }
            command.standard_error = std::move(errors_[index].bytes);
            command.standard_error_truncated = errors_[index].truncated;
        }
        return result;
    }

private:
    Descriptor open_input()
    {
        Pipe pipe = open_pipe();
        checked(fcntl(pipe.write_end.get(), F_SETFL, O_NONBLOCK));
        if (!input_left_.empty()) {
            input_ = std::move(pipe.write_end);
        }
        return std::move(pipe.read_end);
    }

    void start_command(const Command& command, Descriptor input)
    {
        Pipe output = open_pipe();
        Pipe error = open_pipe();
        processes_.emplace_back(spawn(command, input.get(), output.write_end.get(), error.write_end.get()));
        processes_.back().watch_end();
        output_.source = std::move(output.read_end);
        errors_.emplace_back().source = std::move(error.read_end);
    }

    /// What to wait for: the input, the output, the standard errors, the ends of the commands.
    std::vector<pollfd> watch() const
    {
        std::vector<pollfd> watched;
        watched.reserve(2 + errors_.size() + processes_.size());
        watched.push_back({input_.get(), POLLOUT, 0});
        watched.push_back({output_.source.get(), POLLIN, 0});
        for (const Capture& error : errors_) {
            watched.push_back({error.source.get(), POLLIN, 0});
        }
        for (const Process& process : processes_) {
            watched.push_back({process.end().get(), POLLIN, 0});
        }
        return watched;
    }

    void handle_events(const std::vector<pollfd>& watched)
    {
        auto next = watched.begin();
        if (next++->revents != 0) {
            feed_input();
        }
        if (next++->revents != 0) {
            output_.receive(capture_limit_);
        }
        for (Capture& error : errors_) {
            if (next++->revents != 0) {
                error.receive(capture_limit_);
            }
        }
        for (Process& process : processes_) {
            if (next++->revents != 0) {
                process.end().close();
            }
        }
    }

    void feed_input()
    {
        const ssize_t written = write_without_sigpipe(input_.get(), input_left_);
        const bool refused = written == -1 && errno != EAGAIN && errno != EINTR;
        if (written > 0) {
            input_left_.remove_prefix(static_cast<std::size_t>(written));
        }
        if (input_left_.empty() || refused) {
            input_.close();
        }
    }

    /// Input that nobody takes any more does not keep a run from its end.
    bool has_ended() const
    {
        const auto is_closed = [](const Capture& error) { return !error.source.is_open(); };
        const auto is_over = [](const Process& process) { return !process.end().is_open(); };
        return is_closed(output_) && std::ranges::all_of(errors_, is_closed) &&
               std::ranges::all_of(processes_, is_over);
    }

    Descriptor input_;
    std::string_view input_left_;
    std::size_t capture_limit_;
    Capture output_;
    std::vector<Capture> errors_;
    std::vector<Process> processes_;
};

void check_arguments(const std::vector<Command>& commands, const Options& options)
{
    if (commands.empty()) {
        throw std::invalid_argument("no commands");
    }
    for (const Command& command : commands) {
        if (command.empty() || command.front().empty()) {
            throw std::invalid_argument("a command without a program name");
        }
        const auto has_zero = [](const std::string& argument) { return argument.find('\0') != std::string::npos; };
        if (std::ranges::any_of(command, has_zero)) {
            throw std::invalid_argument("an argument with a zero byte");
        }
    }
    if (options.timeout && *options.timeout <= milliseconds::zero()) {
        throw std::invalid_argument("a time limit that is not positive");
    }
}

}  // namespace

StartError::StartError(std::size_t index, std::error_code code)
    : std::system_error(code, "command " + std::to_string(index) + " was not started"), index_(index)
{
}

PipelineResult run_pipeline(const std::vector<std::vector<std::string>>& commands, const Options& options)
{
    const TimeLimit time_limit(options.timeout);
    check_arguments(commands, options);
    Run run(options);
    run.start(commands);
    const bool timed_out = !run.transfer(time_limit);
    if (timed_out) {
        run.kill_all();
    }
    PipelineResult result = run.result();
    result.timed_out = timed_out;
    return result;
}

}  // namespace process_pipeline
