#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace process_pipeline {

/// A command could not be started; code() holds the system's errno value.
class StartError : public std::system_error {
public:
    StartError(std::size_t index, std::error_code code);

    /// The first command that was not started, counted from zero.
    std::size_t index() const noexcept { return index_; }

private:
    std::size_t index_;
};

struct Options {
    std::string_view input;
    std::size_t capture_limit = 0;                     ///< bytes kept of the output and of each standard error
    std::optional<std::chrono::milliseconds> timeout;  ///< nullopt: no time limit
};

struct CommandResult {
    std::optional<int> exit_code;  ///< empty if a signal ended the command
    std::optional<int> signal;     ///< empty if it exited
    std::string standard_error;
    bool standard_error_truncated = false;
};

struct PipelineResult {
    std::string output;
    bool output_truncated = false;
    bool timed_out = false;
    std::vector<CommandResult> commands;
};

/// Runs commands, each connected to the next by a pipe, and waits for their end.
/// Throws std::invalid_argument, or StartError after killing the commands that were started.
PipelineResult run_pipeline(const std::vector<std::vector<std::string>>& commands, const Options& options);

}  // namespace process_pipeline
