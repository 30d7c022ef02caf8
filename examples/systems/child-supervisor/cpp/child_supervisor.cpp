#include "child_supervisor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace child_supervisor {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t pipe_capacity = 64 * 1024;

/// For functions that return an error number.
void check(int error)
{
    if (error != 0) {
        throw std::system_error(error, std::generic_category());
    }
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(number_); }

    int get() const { return number_; }

private:
    int number_;
};

/// The standard streams of a child.
class StreamActions {
public:
    explicit StreamActions(int output)
    {
        check(posix_spawn_file_actions_init(&actions_));
        int error = posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        // Last: should the pipe have got number 0, it has been copied by then.
        error = error != 0 ? error : posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (error != 0) {
            posix_spawn_file_actions_destroy(&actions_);
            check(error);
        }
    }
    StreamActions(const StreamActions&) = delete;
    StreamActions& operator=(const StreamActions&) = delete;
    ~StreamActions() { posix_spawn_file_actions_destroy(&actions_); }

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

pid_t spawn(const std::vector<std::string>& command, int output)
{
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const StreamActions actions(output);
    pid_t pid = 0;
    check(posix_spawnp(&pid, arguments[0], actions.get(), nullptr, arguments.data(), environ));
    return pid;
}

std::array<int, 2> open_pipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) == -1) {
        check(errno);
    }
    return ends;
}

/// A started process with its output; killed and waited for when it is given up.
class Child {
public:
    Child(const std::vector<std::string>& command, std::size_t output_limit) : Child(command, output_limit, open_pipe()) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (!is_reaped_) {
            signal(SIGKILL);
            while (waitpid(pid_, nullptr, 0) == -1 && errno == EINTR) {
            }
        }
    }

    pid_t pid() const { return pid_; }

    /// Until it has been waited for, its process id can't belong to another process.
    void signal(int number) const { kill(pid_, number); }

    /// Reads output; the run if the child has ended.
    std::optional<Run> look()
    {
        int status = 0;
        is_reaped_ = waitpid(pid_, &status, WNOHANG) == pid_;
        collect_output();
        if (!is_reaped_) {
            return std::nullopt;
        }
        if (WIFSIGNALED(status)) {
            run_.signal = WTERMSIG(status);
        } else {
            run_.exit_code = WEXITSTATUS(status);
        }
        return std::move(run_);
    }

private:
    Child(const std::vector<std::string>& command, std::size_t output_limit, std::array<int, 2> ends)
        : output_limit_(output_limit), output_(ends[0])
    {
        const Descriptor input(ends[1]);
        fcntl(output_.get(), F_SETFL, O_NONBLOCK);
        pid_ = spawn(command, input.get());
    }

    /// One read takes all that a pipe holds, so a child that writes without end can't keep a step from returning.
    void collect_output()
    {
        std::array<char, pipe_capacity> chunk;
        const ssize_t count = read(output_.get(), chunk.data(), chunk.size());
        if (count <= 0) {
            return;
        }
        run_.output.append(chunk.data(), static_cast<std::size_t>(count));
        if (run_.output.size() > output_limit_) {
            run_.output.erase(0, run_.output.size() - output_limit_);
            run_.output_truncated = true;
        }
    }

    std::size_t output_limit_;
    Descriptor output_;
    pid_t pid_ = 0;
    bool is_reaped_ = false;
    Run run_;
};

void check_arguments(const std::vector<std::string>& command, const Options& options)
{
    if (command.empty() || command.front().empty()) {
        throw std::invalid_argument("no program name");
    }
    if (std::ranges::any_of(command, [](const std::string& argument) { return argument.find('\0') != argument.npos; })) {
        throw std::invalid_argument("an argument with a zero byte");
    }
    if (std::min({options.base_delay, options.max_delay, options.grace}) < milliseconds(0) || options.healthy <= milliseconds(0)) {
        throw std::invalid_argument("a time that is too small");
    }
}

}  // namespace

milliseconds steady_now()
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

class Supervisor::Implementation {
public:
    Implementation(std::vector<std::string> command, const Options& options, Clock clock)
        : command_(std::move(command)), options_(options), clock_(std::move(clock)), failed_at_(clock_())
    {
    }

    void step()
    {
        const milliseconds now = clock_();
        if (state == State::waiting && now - failed_at_ >= delay_) {
            start(now);
        } else if (child) {
            watch(now);
        }
    }

    void stop()
    {
        if (state == State::waiting) {
            state = State::stopped;
        } else if (state == State::running) {
            child->signal(SIGTERM);
            stopped_at_ = clock_();
            state = State::stopping;
        }
    }

    State state = State::waiting;
    unsigned starts = 0;
    std::optional<Child> child;
    std::optional<Run> last_run;

private:
    void start(milliseconds now)
    {
        state = State::start_failed;
        child.emplace(command_, options_.output_limit);
        state = State::running;
        started_at_ = now;
        ++starts;
    }

    void watch(milliseconds now)
    {
        if (std::optional<Run> run = child->look()) {
            last_run = std::move(run);
            child.reset();
            finish(now);
        } else if (state == State::stopping && now - stopped_at_ >= options_.grace) {
            child->signal(SIGKILL);
        }
    }

    void finish(milliseconds now)
    {
        if (state == State::stopping) {
            state = State::stopped;
        } else if (last_run->exit_code == 0) {
            state = State::succeeded;
        } else {
            plan_restart(now);
        }
    }

    void plan_restart(milliseconds now)
    {
        if (now - started_at_ >= options_.healthy) {
            restarts_ = 0;
        }
        if (restarts_ == options_.max_restarts) {
            state = State::gave_up;
            return;
        }
        delay_ = backoff();
        failed_at_ = now;
        ++restarts_;
        state = State::waiting;
    }

    /// min(max delay, base delay * 2^restarts), without overflow.
    milliseconds backoff() const
    {
        milliseconds delay = options_.base_delay;
        for (unsigned i = 0; i < restarts_ && delay < options_.max_delay; ++i) {
            delay = delay > options_.max_delay / 2 ? options_.max_delay : delay * 2;
        }
        return std::min(delay, options_.max_delay);
    }

    std::vector<std::string> command_;
    Options options_;
    Clock clock_;
    unsigned restarts_ = 0;
    milliseconds failed_at_;
    milliseconds delay_{0};
    milliseconds started_at_{0};
    milliseconds stopped_at_{0};
};

Supervisor::Supervisor(std::vector<std::string> command, const Options& options, Clock clock)
{
    check_arguments(command, options);
    implementation_ = std::make_unique<Implementation>(std::move(command), options, std::move(clock));
}

Supervisor::Supervisor(Supervisor&&) noexcept = default;
Supervisor& Supervisor::operator=(Supervisor&&) noexcept = default;
Supervisor::~Supervisor() = default;

State Supervisor::step()
{
    implementation_->step();
    return implementation_->state;
}

State Supervisor::stop()
{
    implementation_->stop();
    return implementation_->state;
}

State Supervisor::state() const noexcept
{
    return implementation_->state;
}

unsigned Supervisor::starts() const noexcept
{
    return implementation_->starts;
}

std::optional<pid_t> Supervisor::pid() const noexcept
{
    return implementation_->child ? std::optional(implementation_->child->pid()) : std::nullopt;
}

const std::optional<Run>& Supervisor::last_run() const noexcept
{
    return implementation_->last_run;
}

}  // namespace child_supervisor
