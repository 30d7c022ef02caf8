// Writes archives in the ustar format and extracts them safely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>

namespace tar_archive {

struct File {
    std::string content;
    unsigned mode = 0644;
};

struct Folder {};

struct Link {
    std::string target;
};

struct Entry {
    std::string path;
    std::variant<File, Folder, Link> what;
};

struct Limits {
    std::uint64_t entries;
    std::uint64_t size;  ///< of all files together, in bytes
};

enum class Kind { truncated, malformed, unsupported, unsafe, limit, conflict, too_long };

/// What is wrong with an archive or an entry.
class ArchiveError : public std::runtime_error {
public:
    ArchiveError(Kind kind, std::uint64_t index);
    Kind kind() const noexcept { return kind_; }

    /// Of the entry concerned, from zero.
    std::uint64_t index() const noexcept { return index_; }

private:
    Kind kind_;
    std::uint64_t index_;
};

/// Extracts an archive into a folder, which must not exist; if that fails there is no such folder afterwards.
/// Returns the number of entries. Throws ArchiveError or std::system_error.
std::uint64_t extract(std::istream& archive, const std::filesystem::path& folder, const Limits& limits);

/// Writes an archive. Throws ArchiveError before anything is written, std::system_error if the stream fails.
void write(std::ostream& archive, std::span<const Entry> entries);

}  // namespace tar_archive
