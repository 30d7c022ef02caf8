#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "tar_archive.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using namespace tar_archive;

using Fields = std::vector<std::pair<std::size_t, std::string>>;

constexpr Limits generous{1000, 1'000'000};

std::string octal(std::size_t number, int digits)
{
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%0*zo", digits, number);
    return text.data();
}

void put_checksum(std::string& header)
{
    header.replace(148, 8, 8, ' ');
    std::size_t sum = 0;
    for (const char byte : header) {
        sum += static_cast<unsigned char>(byte);
    }
    header.replace(148, 8, octal(sum, 6) + "\0 "s);
}

/// Archives for tests are put together here, independently of what is tested; fields are put in at their offsets.
std::string make_header(char type, const std::string& path, std::size_t size, const Fields& fields = {})
{
    std::string header(512, '\0');
    header.replace(0, path.size(), path);
    header.replace(100, 7, "0000644");
    header.replace(108, 7, "0001750");
    header.replace(116, 7, "0001750");
    header.replace(124, 11, octal(size, 11));
    header.replace(136, 11, "14000000000");
    header[156] = type;
    header.replace(257, 8, "ustar\00000", 8);
    for (const auto& [offset, bytes] : fields) {
        header.replace(offset, bytes.size(), bytes);
    }
    put_checksum(header);
    return header;
}

std::string file(const std::string& path, const std::string& content = "", const Fields& fields = {})
{
    return make_header('0', path, content.size(), fields) + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::string folder(const std::string& path)
{
    return make_header('5', path, 0);
}

std::string link(const std::string& path, const std::string& target)
{
    return make_header('2', path, 0, {{157, target}});
}

const std::string end(1024, '\0');

class Home {
public:
    Home()
    {
        REQUIRE(mkdtemp(path_.data()) != nullptr);
        umask(022);
    }
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;
    ~Home() { fs::remove_all(path_); }

    fs::path out() const { return fs::path(path_) / "out"; }
    bool is_empty() const { return fs::is_empty(path_); }

    std::uint64_t extract(const std::string& bytes, const Limits& limits = generous) const
    {
        std::istringstream archive(bytes);
        return tar_archive::extract(archive, out(), limits);
    }

    void check_refused(Kind kind, std::uint64_t index, const std::string& bytes, const Limits& limits = generous) const
    {
        CAPTURE(bytes.substr(0, 100));
        CAPTURE(bytes.size());
        try {
            extract(bytes, limits);
            REQUIRE_MESSAGE(false, "accepted");
        } catch (const ArchiveError& error) {
            CHECK(error.kind() == kind);
            CHECK(error.index() == index);
        }
        CHECK(is_empty());
    }

    void check_file(const std::string& path, const std::string& content, unsigned mode = 0644) const
    {
        CAPTURE(path);
        CHECK(fs::is_regular_file(fs::symlink_status(out() / path)));
        CHECK(static_cast<unsigned>(fs::status(out() / path).permissions()) == mode);
        std::ifstream stream(out() / path, std::ios::binary);
        CHECK(std::string(std::istreambuf_iterator<char>(stream), {}) == content);
    }

    void check_link(const std::string& path, const std::string& target) const
    {
        CHECK(fs::read_symlink(out() / path) == target);
    }

    void remove_out() const { fs::remove_all(out()); }

private:
    std::string path_ = "/tmp/tar-archive-XXXXXX";
};

std::string write_all(const std::vector<Entry>& entries)
{
    std::ostringstream archive;
    write(archive, entries);
    return archive.str();
}

void check_write_refused(Kind kind, const Entry& entry)
{
    CAPTURE(entry.path);
    std::ostringstream archive;
    try {
        write(archive, std::vector<Entry>{{"good", File{"x"}}, entry});
        REQUIRE_MESSAGE(false, "accepted");
    } catch (const ArchiveError& error) {
        CHECK(error.kind() == kind);
        CHECK(error.index() == 1);
    }
    CHECK(archive.str().empty());
}

/// Letters with slashes at the places given.
std::string letters(std::size_t length, std::initializer_list<std::size_t> slashes)
{
    std::string text(length, 'n');
    for (const std::size_t slash : slashes) {
        text[slash] = '/';
    }
    return text;
}

std::string without_zeros(std::string text)
{
    std::erase(text, '\0');
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(Home, "R1: files, folders and links")
{
    const std::string content = "\0\xff\r\n"s;
    std::string plain = file("a/b/c", content, {{156, "\0"s}, {100, "000600 "}});
    const std::string bytes = folder("docs/") + file("docs/read me", "hello\n") + plain + folder("a/b") + folder("empty") +
                              link("docs/link", "../a/b/c") + end + std::string(700, 'x');
    CHECK(extract(bytes) == 6);
    check_file("docs/read me", "hello\n");
    check_file("a/b/c", content, 0600);
    CHECK(fs::is_directory(out() / "empty"));
    check_link("docs/link", "../a/b/c");
}

TEST_CASE_FIXTURE(Home, "R1: sizes around blocks")
{
    for (const std::size_t size : {0, 1, 511, 512, 513, 1024, 65536, 65537, 200'000}) {
        std::string content(size, '\0');
        for (std::size_t i = 0; i < size; ++i) {
            content[i] = static_cast<char>(i * 7 + i / 251);
        }
        CHECK(extract(file("first", content) + file("next", "n") + end) == 2);
        check_file("first", content);
        check_file("next", "n");
        remove_out();
    }
}

TEST_CASE_FIXTURE(Home, "R1: modes")
{
    const std::pair<std::string, unsigned> cases[] = {{"0000777", 0777}, {"0000000", 0}, {"  640 ", 0640}, {"0100444", 0444}};
    for (const auto& [mode, expected] : cases) {
        extract(file("file", "x", {{100, mode + '\0'}}) + end);
        CHECK(static_cast<unsigned>(fs::status(out() / "file").permissions()) == expected);
        remove_out();
    }
}

TEST_CASE_FIXTURE(Home, "R1: archive without entries")
{
    CHECK(extract(end) == 0);
    CHECK(fs::is_empty(out()));
}

TEST_CASE("R2: bytes of an archive")
{
    const std::string bytes = write_all({{"bin/run", File{"#!\n", 04751}}, {"d", Folder{}}, {"l", Link{"bin/run"}}});
    REQUIRE(bytes.size() == 4 * 512 + 1024);
    std::string expected(512, '\0');
    expected.replace(0, 7, "bin/run");
    expected.replace(100, 47, "0000751\0000000000\0000000000\00000000000003\00000000000000"s);
    expected[156] = '0';
    expected.replace(257, 8, "ustar\00000"s);
    expected.replace(329, 15, "0000000\0000000000"s);
    put_checksum(expected);
    CHECK(bytes.substr(0, 512) == expected);
    CHECK(bytes.substr(512, 512) == "#!\n" + std::string(509, '\0'));
    CHECK(bytes.substr(1024, 3) == "d/\0"s);
    CHECK(bytes.substr(1124, 8) == "0000755\0"s);
    CHECK(bytes.substr(1148, 12) == "00000000000\0"s);
    CHECK(bytes[1180] == '5');
    CHECK(bytes.substr(1536, 2) == "l\0"s);
    CHECK(bytes.substr(1636, 8) == "0000777\0"s);
    CHECK(bytes.substr(1692, 9) == "2bin/run\0"s);
    CHECK(bytes.substr(2048) == end);
    CHECK(write_all({}) == end);
}

TEST_CASE_FIXTURE(Home, "R2: what is written can be extracted")
{
    const std::string block(512, 'c');
    CHECK(extract(write_all({{"d", Folder{}},
                             {"d/one block", File{block, 0640}},
                             {"d/empty", File{"", 0444}},
                             {"d/e/link", Link{"../empty"}},
                             {"d/more", File{block + "d", 0755}}})) == 5);
    check_file("d/one block", block, 0640);
    check_file("d/empty", "", 0444);
    check_file("d/more", block + "d", 0755);
    check_link("d/e/link", "../empty");
}

TEST_CASE_FIXTURE(Home, "R3: long paths are split and joined")
{
    const struct {
        std::string path;
        std::size_t split;  ///< 0: in the name alone
    } cases[] = {{letters(100, {50}), 0},       {letters(101, {50}), 50},         {letters(101, {1}), 1},
                 {letters(150, {20, 49, 51}), 49}, {letters(150, {48, 70}), 70},  {letters(160, {59, 100}), 59},
                 {letters(256, {100, 155}), 155}, {letters(255, {154}), 154},     {letters(156, {154}), 154}};
    for (const auto& [path, split] : cases) {
        const std::string bytes = write_all({{path, File{"x"}}});
        CHECK(without_zeros(bytes.substr(0, 100)) == path.substr(split == 0 ? 0 : split + 1));
        CHECK(without_zeros(bytes.substr(345, 155)) == path.substr(0, split));
        CHECK(extract(bytes) == 1);
        check_file(path, "x");
        remove_out();
    }
}

TEST_CASE_FIXTURE(Home, "R3: what fits in no way")
{
    for (const std::string& path : {letters(101, {}), letters(150, {48}), letters(257, {100, 155}), letters(257, {156}),
                                    letters(399, {155, 200})}) {
        check_write_refused(Kind::too_long, {path, File{}});
    }
    check_write_refused(Kind::too_long, {letters(100, {}), Folder{}});
    check_write_refused(Kind::too_long, {letters(256, {155}), Folder{}});
    check_write_refused(Kind::too_long, {"l", Link{letters(101, {50})}});
    CHECK(extract(write_all({{"l", Link{letters(100, {50})}}, {letters(99, {}), Folder{}}})) == 2);
    check_link("l", letters(100, {50}));
}

TEST_CASE_FIXTURE(Home, "R4: unsafe paths")
{
    for (const std::string path : {"/", "/etc/x", "..", "../x", "a/../x", "a/..", ".", "./x", "a/./x", "a/.", "a//x", "//x", "", "a//"}) {
        check_refused(Kind::unsafe, 1, file("good", "x") + file(path, "x") + end);
        check_refused(Kind::unsafe, 0, folder(path) + end);
        check_refused(Kind::unsafe, 0, link(path, "x") + end);
        check_write_refused(Kind::unsafe, {path, File{}});
        check_write_refused(Kind::unsafe, {path, Folder{}});
        check_write_refused(Kind::unsafe, {path, Link{"x"}});
    }
    check_refused(Kind::unsafe, 0, file("a/", "x") + end);
    check_write_refused(Kind::unsafe, {"a/", Folder{}});
    check_write_refused(Kind::unsafe, {"a\0b"s, File{}});
}

TEST_CASE_FIXTURE(Home, "R4: unsafe by the prefix")
{
    for (const std::string prefix : {"..", "/", "/etc", "a/..", ".", "a/"}) {
        check_refused(Kind::unsafe, 0, file("b", "x", {{345, prefix}}) + end);
    }
    check_refused(Kind::unsafe, 0, file("../b", "x", {{345, "x"}}) + end);
}

TEST_CASE_FIXTURE(Home, "R4: names with dots are safe")
{
    CHECK(extract(file("...", "x") + file("..a/.b/c..", "x") + link(".l", "..a") + end) == 3);
    check_file("..a/.b/c..", "x");
    check_link(".l", "..a");
}

TEST_CASE_FIXTURE(Home, "R5: links that lead outside")
{
    const std::pair<std::string, std::vector<std::string>> cases[] = {
        {"l", {"/etc/passwd", "/", "..", "../x", "a/../x", "a/..", ".", "./x", "", "a//b", "a/"}},
        {"a/l", {"../..", "../../x", "../", "..//x", "../x/..", "../."}},
        {"a/b/l", {"../../../x"}},
    };
    for (const auto& [path, targets] : cases) {
        for (const std::string& target : targets) {
            CAPTURE(target);
            check_refused(Kind::unsafe, 0, link(path, target) + end);
            check_write_refused(Kind::unsafe, {path, Link{target}});
        }
    }
    check_write_refused(Kind::unsafe, {"l", Link{"a\0"s}});
}

TEST_CASE_FIXTURE(Home, "R5: links that stay within")
{
    const std::pair<std::string, std::string> links[] = {{"l", "missing"},       {"a/l", ".."},     {"a/m", "../x"},
                                                         {"a/b/l", "../../x/y"}, {"a/b/m", "../.."}, {"n", "...x"}};
    std::vector<Entry> entries;
    for (const auto& [path, target] : links) {
        entries.push_back({path, Link{target}});
    }
    CHECK(extract(write_all(entries)) == 6);
    for (const auto& [path, target] : links) {
        check_link(path, target);
    }
}

TEST_CASE_FIXTURE(Home, "R5: nothing goes through or over what was made")
{
    const std::string made[] = {file("x"), folder("x"), link("x", "d"), link("x", "missing")};
    for (const std::string& first : made) {
        for (const std::string& second : made) {
            const std::string bytes = folder("d") + first + second + end;
            if (first == made[1] && second == made[1]) {
                CHECK(extract(bytes) == 3);
                remove_out();
            } else {
                check_refused(Kind::conflict, 2, bytes);
            }
        }
        if (first != made[1]) {
            check_refused(Kind::conflict, 2, folder("d") + first + file("x/y", "z") + end);
            check_refused(Kind::conflict, 1, first + folder("x/y/z") + end);
        }
    }
}

TEST_CASE_FIXTURE(Home, "R5: conflict comes before the content")
{
    check_refused(Kind::conflict, 1, file("x") + make_header('0', "x", 5));
}

TEST_CASE_FIXTURE(Home, "R5: special bits are not set")
{
    extract(file("run", "", {{100, "0007755"}}) + end);
    check_file("run", "", 0755);
}

TEST_CASE_FIXTURE(Home, "R6: damaged headers")
{
    const std::pair<std::size_t, std::string> cases[] = {
        {257, "ustar  \0"s}, {257, "ustaR"}, {263, "01"}, {263, "10"}, {100, "00006448"}, {100, "00006444"},
        {100, "0000648\0"s}, {100, "       \0"s}, {100, std::string(8, '\0')}, {100, "        "}, {100, "06 4400\0"s},
        {100, "-000644\0"s}, {124, "000000000000"}, {124, "\200" + std::string(11, '\0')}, {124, "0000000000x"},
    };
    for (const auto& field : cases) {
        CAPTURE(field.second);
        check_refused(Kind::malformed, 1, file("good", "x") + file("file", "", {field}) + end);
    }
    check_refused(Kind::malformed, 0, make_header('x', "../x", 0, {{100, "8"}}) + end);
    check_refused(Kind::malformed, 0, make_header('5', "folder", 1) + end);
    check_refused(Kind::malformed, 0, make_header('2', "link", 1, {{157, "x"}}) + end);
    check_refused(Kind::malformed, 0, std::string(512, '\0') + file("file", "x") + end);
}

TEST_CASE_FIXTURE(Home, "R6: checksums")
{
    for (const std::size_t offset : {0, 147, 148, 156, 500, 511}) {
        std::string bytes = file("file");
        ++bytes[offset];
        check_refused(Kind::malformed, 0, bytes + end);
    }
    std::string bytes = file("high \xff");
    bytes.replace(148, 8, " " + bytes.substr(148, 7));
    CHECK(extract(bytes + end) == 1);
    check_file("high \xff", "");
}

TEST_CASE_FIXTURE(Home, "R6: other types")
{
    for (const char type : "1346789xgLKSA"s) {
        check_refused(Kind::unsupported, 0, make_header(type, "../x", 5, {{157, "/etc/passwd"}}) + end);
    }
}

TEST_CASE_FIXTURE(Home, "R6: archives that are cut off")
{
    const std::string bytes = file("one", "x") + file("folder/two", std::string(600, 'x')) + end;
    REQUIRE(bytes.size() == 2560 + 1024);
    const std::vector<std::size_t> sizes[] = {
        {0, 1, 511, 512, 1023}, {1024, 1535, 1536, 2135, 2136, 2559}, {2560, 3071, 3072, 3583}};
    for (std::size_t index = 0; index < 3; ++index) {
        for (const std::size_t size : sizes[index]) {
            check_refused(Kind::truncated, index, bytes.substr(0, size));
        }
    }
}

TEST_CASE_FIXTURE(Home, "R7: limits")
{
    const std::string bytes = file("one", "1") + folder("two") + file("three", "4444") + end;
    CHECK(extract(bytes, {3, 5}) == 3);
    remove_out();
    check_refused(Kind::limit, 2, bytes, {2, 5});
    check_refused(Kind::limit, 2, bytes, {3, 4});
    check_refused(Kind::limit, 0, bytes, {0, 100});
    check_refused(Kind::limit, 0, make_header('0', "huge", 077777777777) + end);
    check_refused(Kind::limit, 1, file("a", "1") + make_header('0', "a", 1'000'000) + end);
    check_refused(Kind::unsafe, 0, make_header('0', "../x", 2'000'000) + end);
    CHECK(extract(end, {0, 0}) == 0);
}

TEST_CASE_FIXTURE(Home, "R8: nothing is left of a refused archive")
{
    check_refused(Kind::unsafe, 3, file("a/b/c/file", "x") + link("a/link", "b") + file("p", "", {{100, "0000000"}}) + file("../x", "x") + end);
}

TEST_CASE_FIXTURE(Home, "R8: what exists stays")
{
    const auto check_system_error = [this](std::errc expected, const fs::path& target) {
        std::istringstream archive(file("file", "new") + end);
        try {
            tar_archive::extract(archive, target, generous);
            REQUIRE_MESSAGE(false, "extracted");
        } catch (const std::system_error& error) {
            CHECK(error.code() == expected);
        }
    };
    fs::create_directory(out());
    check_system_error(std::errc::file_exists, out());
    CHECK(fs::is_empty(out()));
    remove_out();
    fs::create_symlink("missing", out());
    check_system_error(std::errc::file_exists, out());
    CHECK(fs::read_symlink(out()) == "missing");
    fs::remove(out());
    std::ofstream(out()) << "old";
    check_system_error(std::errc::file_exists, out());
    CHECK(fs::file_size(out()) == 3);
    fs::remove(out());
    check_system_error(std::errc::no_such_file_or_directory, out() / "out");
    CHECK(is_empty());
}

TEST_CASE_FIXTURE(Home, "R8: system that refuses to read")
{
    std::ifstream archive("/");
    CHECK_THROWS_AS(tar_archive::extract(archive, out(), generous), std::system_error);
    CHECK(is_empty());
}

TEST_CASE_FIXTURE(Home, "R8: system that refuses to write")
{
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    rlimit small = limit;
    small.rlim_cur = 1000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    bool is_refused = false;
    try {
        extract(file("first", "x") + file("big", std::string(2000, 'x')) + end);
    } catch (const std::system_error&) {
        is_refused = true;
    } catch (const ArchiveError&) {
    }
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(is_refused);
    CHECK(is_empty());
}

TEST_CASE("R8: stream that fails")
{
    std::ofstream archive("/dev/full", std::ios::binary);
    CHECK_THROWS_AS(write(archive, {}), std::system_error);
}
