#include "replace_file.hpp"

#include <cerrno>
#include <optional>
#include <random>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace replace_file {

namespace fs = std::filesystem;

namespace {

constexpr int max_links = 40;
constexpr mode_t permission_bits = 07777;

[[noreturn]] void throw_errno(const char* call)
{
    throw std::system_error(errno, std::generic_category(), call);
}

class Descriptor {
public:
    Descriptor(const fs::path& path, int flags, mode_t mode = 0) : number_(::open(path.c_str(), flags | O_CLOEXEC, mode))
    {
        if (number_ == -1) {
            throw_errno("open");
        }
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }

private:
    int number_;
};

void flush(int descriptor, const Operations& operations)
{
    if (operations.flush) {
        operations.flush(descriptor);
    } else if (::fsync(descriptor) == -1) {
        throw_errno("fsync");
    }
}

void rename(const fs::path& source, const fs::path& target, const Operations& operations)
{
    if (operations.rename) {
        operations.rename(source, target);
    } else {
        fs::rename(source, target);
    }
}

/// The path of the file that links lead to, which need not exist.
fs::path resolve(fs::path path)
{
    for (int links = 0; links <= max_links; ++links) {
        std::error_code error;
        const fs::path link = fs::read_symlink(path, error);
        if (error == std::errc::invalid_argument || error == std::errc::no_such_file_or_directory) {
            return path;
        }
        if (error) {
            throw std::system_error(error, "read_symlink");
        }
        path.replace_filename(link);
    }
    throw std::system_error(std::make_error_code(std::errc::too_many_symbolic_link_levels), "read_symlink");
}

std::string scratch_name()
{
    std::random_device random;
    return '.' + std::to_string(random()) + '-' + std::to_string(random()) + ".new";
}

/// The permission bits of the file, none if there is no file.
std::optional<mode_t> mode_of(const fs::path& path)
{
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) {
        return status.st_mode & permission_bits;
    }
    if (errno != ENOENT) {
        throw_errno("stat");
    }
    return std::nullopt;
}

void write_all(int descriptor, std::span<const std::byte> data)
{
    while (!data.empty()) {
        const ssize_t written = ::write(descriptor, data.data(), data.size());
        if (written >= 0) {
            data = data.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            throw_errno("write");
        }
    }
}

void fill(int descriptor, std::optional<mode_t> mode, std::span<const std::byte> data, const Operations& operations)
{
    write_all(descriptor, data);
    // After writing, which would clear the set-user-ID and set-group-ID bits.
    if (mode && ::fchmod(descriptor, *mode) == -1) {
        throw_errno("fchmod");
    }
    flush(descriptor, operations);
}

/// Writes a new file and renames it to the target; if that fails there is no new file.
void write_and_rename(const fs::path& target, std::span<const std::byte> data, const Operations& operations)
{
    const auto mode = mode_of(target);
    const fs::path scratch = fs::path(target).replace_filename(scratch_name());
    const Descriptor file(scratch, O_WRONLY | O_CREAT | O_EXCL, mode ? 0600 : 0666);
    try {
        fill(file.number(), mode, data, operations);
        rename(scratch, target, operations);
    } catch (...) {
        ::unlink(scratch.c_str());
        throw;
    }
}

}

void replace_file(const fs::path& path, std::span<const std::byte> data, const Operations& operations)
{
    const fs::path target = resolve(path);
    // Opened first: a folder may be writable but not readable, and that should fail before anything is changed.
    const Descriptor folder(fs::path(target).replace_filename("."), O_RDONLY | O_DIRECTORY);
    write_and_rename(target, data, operations);
    flush(folder.number(), operations);
}

}
