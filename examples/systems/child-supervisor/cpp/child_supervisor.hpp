// Keeps one command running: starts it again when it fails, with growing delays. POSIX.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace child_supervisor {

enum class State { waiting, running, stopping, succeeded, gave_up, stopped, start_failed };

struct Options {
    unsigned max_restarts = 0;  ///< in a row
    std::chrono::milliseconds base_delay{0};
    std::chrono::milliseconds max_delay{0};
    std::chrono::milliseconds healthy{60'000};  ///< above 0
    std::chrono::milliseconds grace{10'000};
    std::size_t output_limit = 64 * 1024;  ///< bytes kept of the end of the output
};

/// How a child ended.
struct Run {
    std::optional<int> exit_code;  ///< empty if a signal ended it
    std::optional<int> signal;     ///< empty if it exited
    std::string output;
    bool output_truncated = false;
};

/// A time that never goes back.
using Clock = std::function<std::chrono::milliseconds()>;

std::chrono::milliseconds steady_now();

/// Supervises one command. The destructor kills a child that still runs and waits for it.
class Supervisor {
public:
    /// Throws std::invalid_argument.
    Supervisor(std::vector<std::string> command, const Options& options, Clock clock = steady_now);
    Supervisor(Supervisor&&) noexcept;
    Supervisor& operator=(Supervisor&&) noexcept;
    ~Supervisor();

    /// Does what is due, without waiting. Throws std::system_error if the program can't be started.
    State step();

    /// Asks the child to end with SIGTERM.
    State stop();

    State state() const noexcept;

    /// How often a child was started.
    unsigned starts() const noexcept;

    /// The process id of the present child.
    std::optional<pid_t> pid() const noexcept;

    /// The last child that has ended.
    const std::optional<Run>& last_run() const noexcept;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace child_supervisor
