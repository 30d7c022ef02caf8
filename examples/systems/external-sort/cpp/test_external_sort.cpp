#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "external_sort.hpp"

namespace fs = std::filesystem;
using external_sort::CancelledError;
using external_sort::LineTooLongError;
using external_sort::Options;
using external_sort::sort_lines;
using external_sort::Step;
using namespace std::string_literals;

static_assert(std::is_base_of_v<std::runtime_error, LineTooLongError>);
static_assert(std::is_base_of_v<std::runtime_error, CancelledError>);

namespace {

void put(const fs::path& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::string content(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::ptrdiff_t entries(const fs::path& folder)
{
    return std::distance(fs::directory_iterator(folder), {});
}

/// What progress was told, and what it saw.
struct Event {
    Step step;
    std::uint64_t count;
    std::size_t open_files;
    std::ptrdiff_t temporary_files;
    bool temporary_is_private;
    std::string output;
};

/// A folder with an input, folders for the output and for temporary files, and a sort in it.
class Scene {
public:
    Scene()
    {
        std::string path = fs::temp_directory_path() / "external-sort-XXXXXX";
        REQUIRE(mkdtemp(path.data()) != nullptr);
        folder = fs::canonical(path);
        fs::create_directory(temporary());
        fs::create_directory(folder / "result");
    }

    ~Scene() { fs::remove_all(folder); }

    fs::path input() const { return folder / "input"; }
    fs::path output() const { return folder / "result" / "output"; }
    fs::path temporary() const { return folder / "temporary"; }

    /// Files of the folder that are open.
    std::size_t open_files() const
    {
        std::size_t count = 0;
        for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            count += fs::read_symlink(entry, gone).native().starts_with(folder.native());
        }
        return count;
    }

    std::ptrdiff_t temporary_files() const
    {
        const auto is_file = [](const fs::directory_entry& entry) { return entry.is_regular_file(); };
        return std::ranges::count_if(fs::recursive_directory_iterator(temporary()), is_file);
    }

    /// Whether other users have no access to what was made in the folder for temporary files.
    bool temporary_is_private() const
    {
        constexpr auto others = fs::perms::group_all | fs::perms::others_all;
        return std::ranges::all_of(fs::directory_iterator(temporary()), [](const fs::directory_entry& entry) {
            return (entry.status().permissions() & others) == fs::perms::none;
        });
    }

    /// Takes down what progress is told; false at the call that is to stop the sort.
    bool note(Step step, std::uint64_t count)
    {
        events.push_back({step, count, open_files(), temporary_files(), temporary_is_private(), content(output())});
        return events.size() != stop_at;
    }

    Options options(std::size_t memory, std::size_t files)
    {
        return {temporary(), memory, files, [this](Step step, std::uint64_t count) { return note(step, count); }};
    }

    std::uint64_t sort(std::size_t memory, std::size_t files)
    {
        events.clear();
        return sort_lines(input(), output(), options(memory, files));
    }

    /// The counts of the events of a step, as digits.
    std::string counts(Step step) const
    {
        std::string digits;
        for (const Event& event : events) {
            digits += event.step == step ? std::to_string(event.count) : "";
        }
        return digits;
    }

    void check_nothing_left() const
    {
        CHECK(content(output()) == "old");
        CHECK(entries(folder / "result") == 1);
        CHECK(entries(temporary()) == 0);
        CHECK(open_files() == 0);
    }

    void check_sorted(const std::string& unsorted, const std::string& sorted, std::size_t memory, std::size_t files) const
    {
        put(input(), unsorted);
        const std::uint64_t lines = sort_lines(input(), output(), {temporary(), memory, files, nullptr});
        CHECK(lines == static_cast<std::uint64_t>(std::ranges::count(sorted, '\n')));
        CHECK(content(output()) == sorted);
        CHECK(content(input()) == unsorted);
        CHECK(entries(folder / "result") == 1);
        CHECK(entries(temporary()) == 0);
    }

    fs::path folder;
    std::vector<Event> events;
    std::size_t stop_at = 0;
};

struct Example {
    std::string input;
    std::string output;
    std::size_t longest;
};

/// Sorts in one run, in as many as can be, and in some between.
void check_all(const std::vector<Example>& examples)
{
    Scene scene;
    for (const Example& one : examples) {
        for (std::size_t memory = one.longest; memory < one.longest + 8; ++memory) {
            scene.check_sorted(one.input, one.output, memory, 3);
        }
        scene.check_sorted(one.input, one.output, one.longest, 4);
        scene.check_sorted(one.input, one.output, 1000, 3);
    }
}

/// The system's error, if there is one.
template <class Function>
std::error_code system_error_of(Function function)
{
    try {
        function();
    } catch (const fs::filesystem_error& error) {
        return error.code();
    }
    return {};
}

}  // namespace

TEST_CASE("R1: small files")
{
    check_all({
        {"b\na\nc\n", "a\nb\nc\n", 2},
        {"\xff\n\x7f\n\x80\na\n", "a\n\x7f\n\x80\n\xff\n", 2},
        {"ab\na\nabc\nb\n", "a\nab\nabc\nb\n", 4},
        {"b\t1\na\t2\nb\t0\na\t1\n", "a\t2\na\t1\nb\t1\nb\t0\n", 4},
        {"a\x01\na\tz\n", "a\tz\na\x01\n", 4},
        {"a\tz\na\na\ty\tx\n", "a\tz\na\na\ty\tx\n", 6},
        {"e\nd\nc\nb\na\n", "a\nb\nc\nd\ne\n", 2},
        {"g\nf\ne\nd\nc\nb\na\nh\n", "a\nb\nc\nd\ne\nf\ng\nh\n", 2},
    });
}

TEST_CASE("R1: many lines keep their order")
{
    constexpr unsigned keys = 40;
    std::vector<std::string> lines_of_keys(keys);
    std::string unsorted;
    unsigned random = 1;
    for (int i = 0; i < 3000; ++i) {
        random = random * 1103515245 + 12345;
        const unsigned key = (random >> 16) % keys;
        const std::string line = std::to_string(key + 10) + '\t' + std::to_string(i) + '\n';
        unsorted += line;
        lines_of_keys[key] += line;
    }
    std::string sorted;
    for (const std::string& lines : lines_of_keys) {
        sorted += lines;
    }
    Scene scene;
    scene.check_sorted(unsorted, sorted, 100, 40);
    for (const std::size_t memory : {500, 2000, 1 << 20}) {
        for (const std::size_t files : {3, 5, 40}) {
            scene.check_sorted(unsorted, sorted, memory, files);
        }
    }
}

TEST_CASE("R2: ends and odd bytes")
{
    check_all({
        {"", "", 1},
        {"\n", "\n", 1},
        {"b\na", "a\nb\n", 2},
        {"a", "a\n", 2},
        {"\n\na\n\n", "\n\n\na\n", 2},
        {"b\r\na\r\na\r", "a\r\na\r\nb\r\n", 3},
        {"\0b\n\0a\n\0\n"s, "\0\n\0a\n\0b\n"s, 3},
        {"\tx\n\n\tw", "\tx\n\n\tw\n", 3},
        {"\xc3\x28\n\xc3\n", "\xc3\n\xc3\x28\n", 3},
    });
}

TEST_CASE("R3: runs take what fits")
{
    struct Case {
        std::string input;
        std::size_t memory;
        std::string runs;
    };
    const std::string fifteen = "bb\naa\nbb\naa\nbb\n";
    const std::vector<Case> cases = {
        {fifteen, 3, "11111"}, {fifteen, 6, "221"}, {fifteen, 8, "221"},  {fifteen, 9, "32"},
        {fifteen, 14, "41"},   {fifteen, 15, ""},   {"bb\naa", 5, "11"},  {"bb\naa", 6, ""},
        {"abcde\n", 6, ""},    {"\n\n\n\n", 2, "22"}, {"\n\n\n", 1, "111"}, {"a\nbbbb\na\na\na\n", 6, "113"},
    };
    Scene scene;
    for (const Case& one : cases) {
        put(scene.input(), one.input);
        scene.sort(one.memory, 10);
        CHECK(scene.counts(Step::run) == one.runs);
        CHECK(scene.counts(Step::merge) == (one.runs.empty() ? "" : std::to_string(one.runs.size())));
    }
}

TEST_CASE("R3: one run needs no folder and no memory in advance")
{
    constexpr std::size_t greatest = std::numeric_limits<std::size_t>::max();
    const Scene scene;
    put(scene.input(), "b\na\n");
    CHECK(sort_lines(scene.input(), scene.output(), {scene.folder / "missing", greatest, greatest, nullptr}) == 2);
    CHECK(content(scene.output()) == "a\nb\n");
}

TEST_CASE("R4: passes")
{
    struct Case {
        std::size_t files;
        std::string merges;
        std::vector<std::ptrdiff_t> temporary_files;  // when each merge begins
    };
    const std::vector<Case> cases = {
        {3, "222222", {8, 7, 6, 5, 4, 2}}, {4, "333", {8, 6, 3}}, {5, "432", {8, 5, 2}},
        {6, "522", {8, 4, 2}},             {7, "62", {8, 2}},     {8, "7", {7}},
    };
    Scene scene;
    put(scene.input(), "g\nf\ne\nd\nc\nb\na\n");
    for (const Case& one : cases) {
        scene.sort(2, one.files);
        CHECK(content(scene.output()) == "a\nb\nc\nd\ne\nf\ng\n");
        CHECK(scene.counts(Step::run) == "1111111");
        CHECK(scene.counts(Step::merge) == one.merges);
        std::vector<std::ptrdiff_t> temporary_files;
        for (const Event& event : scene.events) {
            CHECK(event.open_files <= one.files);
            if (event.step == Step::merge) {
                CHECK(event.open_files == event.count + 1);
                temporary_files.push_back(event.temporary_files);
            }
        }
        CHECK(temporary_files == one.temporary_files);
        CHECK(scene.open_files() == 0);
    }
}

TEST_CASE("R5: output is replaced at the end")
{
    for (const std::size_t memory : {2, 100}) {
        Scene scene;
        put(scene.input(), "c\nb\na\n");
        put(scene.output(), "old");
        const fs::perms permissions = fs::perms::owner_read | fs::perms::owner_write;
        fs::permissions(scene.output(), permissions);
        std::ifstream reader(scene.output(), std::ios::binary);
        scene.sort(memory, 3);
        CHECK(scene.events.size() == (memory == 2 ? 5u : 0u));
        CHECK(std::ranges::all_of(scene.events, [](const Event& event) { return event.output == "old"; }));
        CHECK(std::ranges::all_of(scene.events, &Event::temporary_is_private));
        CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == "old");
        CHECK(fs::status(scene.output()).permissions() == permissions);
        CHECK(content(scene.output()) == "a\nb\nc\n");
        CHECK(entries(scene.folder / "result") == 1);
        CHECK(entries(scene.temporary()) == 0);
    }
}

TEST_CASE("R5: input may be the output")
{
    Scene scene;
    for (std::size_t memory = 2; memory < 8; ++memory) {
        put(scene.input(), "c\nb\na");
        CHECK(sort_lines(scene.input(), scene.input(), scene.options(memory, 3)) == 3);
        CHECK(content(scene.input()) == "a\nb\nc\n");
        CHECK(entries(scene.folder) == 3);
        CHECK(entries(scene.temporary()) == 0);
    }
}

TEST_CASE("R5: files of others stay")
{
    Scene scene;
    put(scene.folder / "result" / "other", "of another program");
    put(scene.temporary() / "0", "of another program");
    put(scene.input(), "c\nb\na");
    scene.sort(2, 3);
    CHECK(content(scene.output()) == "a\nb\nc\n");
    CHECK(content(scene.temporary() / "0") == "of another program");
    CHECK(entries(scene.folder / "result") == 2);
    CHECK(entries(scene.temporary()) == 1);
}

TEST_CASE("R6: lines that are too long")
{
    struct Case {
        std::string input;
        std::uint64_t line;
    };
    const std::vector<Case> cases = {
        {"aaaa\n", 1},           {"aaaa", 1},          {"aaa\nbbbb\n", 2}, {"aaa\nbbb\nc\ndddd", 4},
        {"\n\n\n\n\n\naaaaa\n", 7}, {std::string(100000, 'x'), 1},
    };
    Scene scene;
    put(scene.output(), "old");
    for (const Case& one : cases) {
        put(scene.input(), one.input);
        try {
            scene.sort(4, 3);
            CHECK_MESSAGE(false, "no error");
        } catch (const LineTooLongError& error) {
            CHECK(error.number() == one.line);
            CHECK(std::string(error.what()).find(std::to_string(one.line)) != std::string::npos);
        }
        scene.check_nothing_left();
    }
    scene.check_sorted("bbb\naaa", "aaa\nbbb\n", 4, 3);
}

TEST_CASE("R7: stopping at every step")
{
    Scene scene;
    put(scene.input(), "g\nf\ne\nd\nc\nb\na\n");
    put(scene.output(), "old");
    for (scene.stop_at = 1; scene.stop_at <= 13; ++scene.stop_at) {
        CHECK_THROWS_AS(scene.sort(2, 3), CancelledError);
        CHECK(scene.events.size() == scene.stop_at);
        scene.check_nothing_left();
    }
    scene.sort(2, 3);
    CHECK(scene.events.size() == 13);
}

TEST_CASE("R7: what progress throws comes out")
{
    Scene scene;
    put(scene.input(), "g\nf\ne\nd\nc\nb\na\n");
    put(scene.output(), "old");
    for (const Step throwing : {Step::run, Step::merge}) {
        Options options = scene.options(2, 3);
        options.progress = [throwing](Step step, std::uint64_t) { return step == throwing ? throw 42 : true; };
        CHECK_THROWS_AS(sort_lines(scene.input(), scene.output(), options), int);
        scene.check_nothing_left();
    }
}

TEST_CASE("R8: errors of the system")
{
    Scene scene;
    put(scene.input(), "c\nb\na\n");
    put(scene.output(), "old");
    const fs::path other = scene.folder / "other", missing = scene.folder / "missing";
    fs::create_directory(other);
    const auto error_of = [&](const fs::path& input, const fs::path& output, const Options& options) {
        const std::error_code code = system_error_of([&] { sort_lines(input, output, options); });
        scene.check_nothing_left();
        return code;
    };
    for (const std::size_t memory : {2, 100}) {
        const Options options = scene.options(memory, 3);
        CHECK(error_of(missing, scene.output(), options) == std::errc::no_such_file_or_directory);
        CHECK(error_of(other, scene.output(), options) == std::errc::is_a_directory);
        CHECK(error_of(scene.input(), missing / "output", options) == std::errc::no_such_file_or_directory);
        CHECK(error_of(scene.input(), other, options) == std::errc::is_a_directory);
    }
    CHECK(error_of(scene.input(), scene.output(), {missing, 2, 3, nullptr}) == std::errc::no_such_file_or_directory);
    CHECK(entries(scene.folder) == 4);
    CHECK(entries(other) == 0);
}

TEST_CASE("R8: failure to write")
{
    Scene scene;
    std::string lines;
    for (int i = 0; i < 10000; ++i) {
        lines += "a\n";
    }
    put(scene.input(), lines);
    put(scene.output(), "old");
    rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit low = {4096, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    for (const std::size_t memory : {6000, 40000, 3000}) {  // for runs, the output of one run, merged runs
        setrlimit(RLIMIT_FSIZE, &low);
        const std::error_code code =
            system_error_of([&] { sort_lines(scene.input(), scene.output(), {scene.temporary(), memory, 3, nullptr}); });
        setrlimit(RLIMIT_FSIZE, &before);
        CHECK(code == std::errc::file_too_large);
        scene.check_nothing_left();
    }
    signal(SIGXFSZ, SIG_DFL);
}

TEST_CASE("R8: invalid arguments")
{
    Scene scene;
    put(scene.input(), "b\na\n");
    put(scene.output(), "old");
    for (const auto& [memory, files] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 3}, {100, 0}, {100, 1}, {100, 2}}) {
        CHECK_THROWS_AS(scene.sort(memory, files), std::invalid_argument);
        CHECK(scene.events.empty());
        scene.check_nothing_left();
    }
}
