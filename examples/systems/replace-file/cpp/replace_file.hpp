#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

namespace replace_file {

/// The operations that can be watched or replaced; they throw std::system_error when they fail.
struct Operations {
    /// Empty: fsync; for the new file and for the folder.
    std::function<void(int descriptor)> flush;
    /// Empty: rename.
    std::function<void(const std::filesystem::path& source, const std::filesystem::path& target)> rename;
};

/// Replaces the content of a file in one step: at every moment the file holds either the old or the new content.
///
/// Permission bits are kept, symbolic links are followed. Several threads may call this at the same time.
/// Throws std::system_error with the system's error; an exception of an operation reaches the caller as it is.
void replace_file(const std::filesystem::path& path, std::span<const std::byte> data, const Operations& operations = {});

}
