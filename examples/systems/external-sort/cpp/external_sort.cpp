#include "external_sort.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace external_sort {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t least_open_files = 3;

[[noreturn]] void throw_system_error(const char* what, const fs::path& path)
{
    throw fs::filesystem_error(what, path, std::error_code(errno, std::generic_category()));
}

enum class Read { line, end, too_long };

/// An open file of the system, whose errors are thrown.
class File {
public:
    File(fs::path path, const char* mode) : path_(std::move(path)), file_(std::fopen(path_.c_str(), mode))
    {
        if (file_ == nullptr) {
            throw_system_error("cannot open", path_);
        }
    }

    /// Reads the next line, without its LF, unless it takes more than the limit with that; then only so much of it.
    Read read_line(std::string& line, std::size_t limit)
    {
        line.clear();
        int byte;
        while ((byte = getc_unlocked(file_.get())) != EOF && byte != '\n') {
            if (line.size() + 1 == limit) {
                return Read::too_long;
            }
            line += static_cast<char>(byte);
        }
        if (std::ferror(file_.get())) {
            throw_system_error("cannot read", path_);
        }
        return byte == EOF && line.empty() ? Read::end : Read::line;
    }

    void write_line(std::string_view line)
    {
        if (std::fwrite(line.data(), 1, line.size(), file_.get()) < line.size() || putc_unlocked('\n', file_.get()) == EOF) {
            throw_system_error("cannot write", path_);
        }
    }

    /// Writes what is still buffered; without this the file may be incomplete.
    void close()
    {
        if (std::fclose(file_.release()) != 0) {
            throw_system_error("cannot write", path_);
        }
    }

private:
    struct Closer {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    fs::path path_;
    std::unique_ptr<std::FILE, Closer> file_;
};

/// A file or folder that is removed at the end, if it is still there, with what is in it.
class ScopedPath {
public:
    explicit ScopedPath(fs::path path) : path_(std::move(path)) {}
    ScopedPath(const ScopedPath&) = delete;
    ScopedPath& operator=(const ScopedPath&) = delete;

    ~ScopedPath()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    const fs::path& get() const noexcept { return path_; }

private:
    fs::path path_;
};

fs::path make_folder(const fs::path& parent)
{
    std::string path = parent / "sort-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
        throw_system_error("cannot make a folder in", parent);
    }
    return path;
}

std::string_view key_of(std::string_view line)
{
    return line.substr(0, line.find('\t'));
}

void write_sorted(std::vector<std::string>& lines, File& out)
{
    std::ranges::stable_sort(lines, {}, key_of);
    std::ranges::for_each(lines, [&out](const std::string& line) { out.write_line(line); });
}

/// A run that is merged, with its current line.
class Source {
public:
    Source(fs::path path, std::size_t index) : file_(std::move(path), "rb"), index_(index) {}

    bool advance() { return file_.read_line(line_, std::numeric_limits<std::size_t>::max()) == Read::line; }
    const std::string& line() const noexcept { return line_; }

    bool comes_after(const Source& other) const
    {
        const int order = key_of(line_).compare(key_of(other.line_));
        return order != 0 ? order > 0 : index_ > other.index_;
    }

private:
    File file_;
    std::size_t index_;
    std::string line_;
};

class Sorter {
public:
    explicit Sorter(const Options& options) : options_(options) {}

    /// Reads all lines into runs, or if they fit into memory together, keeps them there. Returns their number.
    std::uint64_t read(const fs::path& input)
    {
        File file(input, "rb");
        std::uint64_t count = 0;
        std::size_t size = 0;
        std::string line;
        for (Read got; (got = file.read_line(line, options_.memory)) != Read::end; ++count) {
            if (got == Read::too_long) {
                throw LineTooLongError(count + 1);
            }
            if (line.size() + 1 > options_.memory - size) {
                write_run();
                size = 0;
            }
            size += line.size() + 1;
            kept_.push_back(std::move(line));
        }
        if (!runs_.empty()) {
            write_run();
        }
        return count;
    }

    void write(const fs::path& output)
    {
        while (runs_.size() > most()) {
            merge_pass();
        }
        const fs::path path = output.native() + '.' + std::to_string(std::random_device{}()) + ".new";
        File file(path, "wbx");  // an error if there is such a file
        const ScopedPath removed(path);
        if (const fs::file_status old = fs::status(output); fs::exists(old)) {
            fs::permissions(path, old.permissions());
        }
        if (runs_.empty()) {
            write_sorted(kept_, file);
        } else {
            merge(runs_.size(), file);
        }
        file.close();
        fs::rename(path, output);
    }

private:
    std::size_t most() const { return options_.max_open_files - 1; }

    void tell(Step step, std::uint64_t count) const
    {
        if (options_.progress && !options_.progress(step, count)) {
            throw CancelledError("the progress function asked to stop");
        }
    }

    fs::path add_run()
    {
        if (!folder_) {
            folder_.emplace(make_folder(options_.temporary_folder));
        }
        return runs_.emplace_back(folder_->get() / std::to_string(made_++));
    }

    void write_run()
    {
        tell(Step::run, kept_.size());
        File file(add_run(), "wb");
        write_sorted(kept_, file);
        file.close();
        kept_.clear();
    }

    /// Merges the first runs into a file.
    void merge(std::size_t count, File& out) const
    {
        std::vector<std::unique_ptr<Source>> sources;
        for (std::size_t i = 0; i < count; ++i) {
            sources.push_back(std::make_unique<Source>(runs_[i], i));
        }
        tell(Step::merge, count);
        const auto comes_after = [](const Source* left, const Source* right) { return left->comes_after(*right); };
        std::priority_queue<Source*, std::vector<Source*>, decltype(comes_after)> queue(comes_after);
        const auto advance = [&queue](Source* source) {
            if (source->advance()) {
                queue.push(source);
            }
        };
        for (const auto& source : sources) {
            advance(source.get());
        }
        while (!queue.empty()) {
            Source* const first = queue.top();
            queue.pop();
            out.write_line(first->line());
            advance(first);
        }
    }

    /// Goes once through all runs, replacing each group of them by the run that it merges to.
    void merge_pass()
    {
        for (std::size_t left = runs_.size(); left > 0;) {
            const std::size_t count = std::min(left, most());
            if (count == 1) {
                std::ranges::rotate(runs_, runs_.begin() + 1);
            } else {
                merge_into_run(count);
            }
            left -= count;
        }
    }

    void merge_into_run(std::size_t count)
    {
        File file(add_run(), "wb");
        merge(count, file);
        file.close();
        for (std::size_t i = 0; i < count; ++i) {
            fs::remove(runs_.front());
            runs_.pop_front();
        }
    }

    const Options& options_;
    std::vector<std::string> kept_;  ///< lines that are in no run yet
    std::optional<ScopedPath> folder_;
    std::deque<fs::path> runs_;
    std::uint64_t made_ = 0;
};

}  // namespace

LineTooLongError::LineTooLongError(std::uint64_t number)
    : std::runtime_error("line " + std::to_string(number) + " is too long"), number_(number)
{
}

std::uint64_t sort_lines(const std::filesystem::path& input, const std::filesystem::path& output, const Options& options)
{
    if (options.memory < 1 || options.max_open_files < least_open_files) {
        throw std::invalid_argument("a sort needs memory for lines and may have 3 files open at least");
    }
    Sorter sorter(options);
    const std::uint64_t count = sorter.read(input);
    sorter.write(output);
    return count;
}

}  // namespace external_sort
