#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "replace_file.hpp"

namespace fs = std::filesystem;
using replace_file::Operations;
using Names = std::set<std::string>;

namespace {

std::atomic<int> fsyncs = 0;  // calls of fsync
std::atomic<int> failing_fsync = 0;  // the call that fails, 0: none

}

/// Stands in for the function of the system.
extern "C" int fsync(int descriptor)
{
    if (++fsyncs == failing_fsync) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace {

/// An empty folder, which is the working directory as long as it lives; the umask is 022.
class Folder {
public:
    Folder() : before_(fs::current_path()), umask_(::umask(022))
    {
        std::string name = (fs::temp_directory_path() / "replace-file-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = fs::canonical(name);
        fs::current_path(path);
    }
    ~Folder()
    {
        ::umask(umask_);
        fs::current_path(before_);
        fs::remove_all(path);
    }
    Folder(const Folder&) = delete;

    fs::path path;

private:
    fs::path before_;
    mode_t umask_;
};

std::span<const std::byte> bytes(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

void put(const fs::path& path, std::string_view text)
{
    std::ofstream(path, std::ios::binary) << text;
}

std::string content(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.is_open());
    return {std::istreambuf_iterator<char>(file), {}};
}

Names entries(const fs::path& folder = ".")
{
    Names names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename());
    }
    return names;
}

unsigned permissions(const fs::path& path)
{
    return static_cast<unsigned>(fs::status(path).permissions());
}

/// The error that replacing the file throws; none if it does not.
std::error_code error_of(const fs::path& path, const Operations& operations = {})
{
    try {
        replace_file::replace_file(path, bytes("new"), operations);
    } catch (const std::system_error& error) {
        return error.code();
    }
    return {};
}

/// Writes down what is done, and fails at the event given.
struct Watch {
    std::string failing;
    std::vector<std::string> events = {};

    void note(const std::string& event)
    {
        events.push_back(event);
        if (event == failing) {
            throw std::system_error(std::make_error_code(std::errc::io_error));
        }
    }

    Operations operations()
    {
        return {
            [this](int descriptor) {
                struct stat status, folder;
                REQUIRE(::fstat(descriptor, &status) == 0);
                REQUIRE(::stat(".", &folder) == 0);
                note(status.st_ino == folder.st_ino ? "flush folder" : "flush file:" + std::to_string(status.st_size));
            },
            [this](const fs::path& source, const fs::path& target) {
                note("rename");
                fs::rename(source, target);
            },
        };
    }
};

}

TEST_CASE("R1: the content is replaced")
{
    const Folder folder;
    using namespace std::string_literals;
    for (const auto& data : {""s, "new"s, "a\0\r\n\xff"s, std::string(3'000'001, 'x')}) {
        put("file", "old content");
        replace_file::replace_file("file", bytes(data));
        CHECK((content("file") == data));
        CHECK(entries() == Names{"file"});
    }
}

TEST_CASE("R1: a new file")
{
    const Folder folder;
    replace_file::replace_file(folder.path / "fresh", bytes("x"));
    replace_file::replace_file((folder.path / "other").string(), {});
    CHECK(content("fresh") == "x");
    CHECK(content("other") == "");
    CHECK(entries() == Names{"fresh", "other"});
}

TEST_CASE("R1: relative paths")
{
    const Folder folder;
    fs::create_directory("sub");
    for (const char* path : {"file", "./file", "sub/../file", "sub//..//file"}) {
        put("file", "old");
        replace_file::replace_file(path, bytes("new"));
        CHECK(content("file") == "new");
    }
    replace_file::replace_file("sub/inner", bytes("x"));
    CHECK(content("sub/inner") == "x");
    CHECK(entries() == Names{"file", "sub"});
}

TEST_CASE("R2: open readers keep the old content")
{
    const Folder folder;
    put("file", "old");
    std::ifstream reader("file");
    replace_file::replace_file("file", bytes("longer than before"));
    CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == "old");
    CHECK(content("file") == "longer than before");
}

TEST_CASE("R2: written beside and renamed")
{
    const Folder folder;
    put("file", "old");
    int renames = 0;
    const auto rename = [&](const fs::path& source, const fs::path& target) {
        ++renames;
        CHECK(fs::canonical(source).parent_path() == folder.path);
        CHECK(fs::canonical(target) == folder.path / "file");
        CHECK(fs::canonical(source) != fs::canonical(target));
        CHECK(content(source) == "new");
        CHECK(content(target) == "old");
        fs::rename(source, target);
    };
    replace_file::replace_file("file", bytes("new"), {{}, rename});
    CHECK(renames == 1);
    CHECK(content("file") == "new");
}

TEST_CASE("R3: flushed in the right order")
{
    const Folder folder;
    put("file", "old");
    for (const fs::path& path : {fs::path("file"), fs::path("./file"), folder.path / "fresh"}) {
        Watch watch;
        replace_file::replace_file(path, bytes("12345"), watch.operations());
        CHECK(watch.events == std::vector<std::string>{"flush file:5", "rename", "flush folder"});
    }
}

TEST_CASE("R3: one operation may be given alone")
{
    const Folder folder;
    Watch watch;
    replace_file::replace_file("file", bytes("12345"), {watch.operations().flush, {}});
    CHECK(watch.events == std::vector<std::string>{"flush file:5", "flush folder"});
    CHECK(content("file") == "12345");
}

TEST_CASE("R3: fsync is called unless there is another operation")
{
    const Folder folder;
    fsyncs = 0;
    replace_file::replace_file("file", bytes("x"));
    CHECK(fsyncs == 2);
}

TEST_CASE("R4: permissions are kept")
{
    const Folder folder;
    for (const unsigned mode : {0600, 0644, 0640, 0755, 0400, 0666}) {
        fs::remove("file");
        put("file", "old");
        fs::permissions("file", fs::perms(mode));
        replace_file::replace_file("file", bytes("new"));
        CHECK(permissions("file") == mode);
        CHECK(content("file") == "new");
    }
}

TEST_CASE("R4: permissions of a new file")
{
    const Folder folder;
    for (const auto& [mask, mode] : {std::pair{022u, 0644u}, {027u, 0640u}, {077u, 0600u}, {0u, 0666u}}) {
        fs::remove("fresh");
        ::umask(mask);
        replace_file::replace_file("fresh", bytes("x"));
        CHECK(::umask(022) == mask);
        CHECK(permissions("fresh") == mode);
    }
}

TEST_CASE("R5: links stay and their file is replaced")
{
    const Folder folder;
    put("file", "old");
    fs::create_directory("other");
    fs::create_symlink("../file", "other/first");
    fs::create_symlink("first", "other/second");
    fs::create_symlink(folder.path / "other/second", "third");
    replace_file::replace_file("third", bytes("new"));
    CHECK(fs::read_symlink("other/first") == "../file");
    CHECK(fs::read_symlink("other/second") == "first");
    CHECK(fs::read_symlink("third") == folder.path / "other/second");
    CHECK(content("file") == "new");
    CHECK(entries("other") == Names{"first", "second"});
    CHECK(entries() == Names{"file", "other", "third"});
}

TEST_CASE("R5: links to folders on the way")
{
    const Folder folder;
    fs::create_directories("deep/inner");
    fs::create_directory_symlink("deep/inner", "short");
    fs::create_symlink("../file", "deep/inner/link");
    put("deep/file", "old");
    replace_file::replace_file("short/link", bytes("new"));
    CHECK(content("deep/file") == "new");
    replace_file::replace_file("short/../fresh", bytes("x"));
    CHECK(content("deep/fresh") == "x");
    CHECK(entries() == Names{"deep", "short"});
}

TEST_CASE("R5: a link to nothing makes the file")
{
    const Folder folder;
    fs::create_symlink("second", "first");
    fs::create_symlink("target", "second");
    replace_file::replace_file("first", bytes("x"));
    CHECK(fs::read_symlink("first") == "second");
    CHECK(fs::read_symlink("second") == "target");
    CHECK(content("target") == "x");
    CHECK(permissions("target") == 0644);
}

TEST_CASE("R5: as many links as the system follows")
{
    const Folder folder;
    put("file", "old");
    std::string target = "file";
    for (int i = 1; i <= 40; ++i) {
        const std::string link = std::to_string(i);
        fs::create_symlink(target, link);
        target = link;
    }
    CHECK(content("40") == "old");
    replace_file::replace_file("40", bytes("new"));
    CHECK(content("file") == "new");
    CHECK(fs::is_symlink("40"));
}

TEST_CASE("R5 R6: a circle of links")
{
    const Folder folder;
    fs::create_symlink("b", "a");
    fs::create_symlink("a", "b");
    CHECK(error_of("a") == std::errc::too_many_symbolic_link_levels);
    CHECK(entries() == Names{"a", "b"});
}

TEST_CASE("R6: a failure leaves the old file alone")
{
    const Folder folder;
    put("file", "old");
    for (const char* failing : {"flush file:3", "rename"}) {
        for (const char* path : {"file", "fresh"}) {
            Watch watch{failing};
            CHECK(error_of(path, watch.operations()) == std::errc::io_error);
            REQUIRE(!watch.events.empty());
            CHECK(watch.events.back() == failing);
            CHECK(content("file") == "old");
            CHECK(entries() == Names{"file"});
        }
    }
}

TEST_CASE("R6: a failure of the last flush")
{
    const Folder folder;
    put("file", "old");
    Watch watch{"flush folder"};
    CHECK(error_of("file", watch.operations()) == std::errc::io_error);
    CHECK(content("file") == "new");
    CHECK(entries() == Names{"file"});
}

TEST_CASE("R6: a failure of fsync")
{
    const Folder folder;
    put("file", "old");
    for (const auto& [failing, left] : {std::pair{1, "old"}, {2, "new"}}) {
        fsyncs = 0;
        failing_fsync = failing;
        const std::error_code code = error_of("file");
        failing_fsync = 0;
        CHECK(code == std::errc::io_error);
        CHECK(content("file") == left);
        CHECK(entries() == Names{"file"});
    }
}

TEST_CASE("R6: a failure to write")
{
    const Folder folder;
    put("file", "old");
    const std::string data(10'000, 'x');
    rlimit before;
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::error_code code;
    try {
        replace_file::replace_file("file", bytes(data));
    } catch (const std::system_error& error) {
        code = error.code();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(code == std::errc::file_too_large);
    CHECK(content("file") == "old");
    CHECK(entries() == Names{"file"});
}

TEST_CASE("R6: paths that cannot be replaced")
{
    const Folder folder;
    fs::create_directory("folder");
    put("file", "old");
    CHECK(error_of("folder") == std::errc::is_a_directory);
    CHECK(error_of("missing/file") == std::errc::no_such_file_or_directory);
    CHECK(error_of("") == std::errc::no_such_file_or_directory);
    CHECK(error_of("file/inner") == std::errc::not_a_directory);
    CHECK(content("file") == "old");
    CHECK(entries() == Names{"file", "folder"});
    CHECK(entries("folder").empty());
}

TEST_CASE("R7: only bytes are accepted")
{
    using Function = decltype(replace_file::replace_file);
    static_assert(std::is_invocable_v<Function, fs::path, std::vector<std::byte>, Operations>);
    static_assert(!std::is_invocable_v<Function, fs::path, std::string, Operations>);
    static_assert(!std::is_invocable_v<Function, fs::path, const char*, Operations>);
    static_assert(!std::is_invocable_v<Function, fs::path, std::vector<char>, Operations>);
    const Folder folder;
    replace_file::replace_file("file", std::vector{std::byte{0xC3}, std::byte{0}, std::byte{0x80}});
    CHECK(content("file") == std::string("\xC3\0\x80", 3));
}

TEST_CASE("R8: many writers at once")
{
    constexpr int writers = 8;
    constexpr std::size_t size = 20'000;
    const Folder folder;
    const auto is_whole = [] {
        std::ifstream file("file", std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        return text.size() == size && text[0] >= 'a' && text[0] < 'a' + writers && text == std::string(size, text[0]);
    };
    std::atomic<int> mistakes = 0;
    std::barrier start(writers);
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < writers; ++number) {
            threads.emplace_back([&, data = std::string(size, static_cast<char>('a' + number))] {
                start.arrive_and_wait();
                for (int round = 0; round < 10; ++round) {
                    try {
                        replace_file::replace_file("file", bytes(data));
                        mistakes += !is_whole();
                    } catch (...) {
                        ++mistakes;
                    }
                }
            });
        }
    }
    CHECK(mistakes == 0);
    CHECK(is_whole());
    CHECK(entries() == Names{"file"});
}
