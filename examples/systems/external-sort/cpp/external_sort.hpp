#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>

namespace external_sort {

/// A line alone takes more than the memory for lines.
class LineTooLongError : public std::runtime_error {
public:
    explicit LineTooLongError(std::uint64_t number);

    /// The line's number, from 1.
    std::uint64_t number() const noexcept { return number_; }

private:
    std::uint64_t number_;
};

/// The progress function asked to stop.
class CancelledError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Step {
    run,    ///< a sorted run is going to be written; the count is that of its lines
    merge,  ///< runs are going to be merged; the count is that of the runs
};

struct Options {
    std::filesystem::path temporary_folder;
    std::size_t memory;                                 ///< for lines, in bytes, 1 or more
    std::size_t max_open_files;                         ///< 3 or more
    std::function<bool(Step, std::uint64_t)> progress;  ///< called at each step, if there is one; false ends the sort
};

/// Sorts the lines of a file by what stands before their first TAB, keeping the order of equal ones, into another file or
/// the same, and returns their number. After an error the output is as it was.
/// Throws std::invalid_argument, LineTooLongError, CancelledError, std::filesystem::filesystem_error, and what progress
/// throws.
std::uint64_t sort_lines(const std::filesystem::path& input, const std::filesystem::path& output, const Options& options);

}  // namespace external_sort
