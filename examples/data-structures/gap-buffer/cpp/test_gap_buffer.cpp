#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "gap_buffer.hpp"

using gap_buffer::GapBuffer;

namespace {

constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();

using Texts = std::vector<std::u32string>;

// The text with a | at the cursor.
std::u32string shown(const GapBuffer& buffer)
{
    return buffer.read(0, buffer.cursor()) + U'|' + buffer.read(buffer.cursor(), buffer.length());
}

// A buffer with a text, inserted in one step, and the cursor at the |.
GapBuffer with_text(const std::u32string& text)
{
    GapBuffer buffer(3);
    const auto bar = text.find(U'|');
    buffer.insert(text.substr(0, bar) + text.substr(bar + 1));
    buffer.move(bar);
    REQUIRE((shown(buffer) == text));
    return buffer;
}

}

TEST_CASE("R1: edits at the cursor")
{
    GapBuffer buffer(10);
    CHECK((shown(buffer) == U"|"));
    buffer.insert(U"world");
    CHECK((shown(buffer) == U"world|"));
    buffer.move(0);
    buffer.insert(U"hello ");
    CHECK((shown(buffer) == U"hello |world"));
    buffer.move(11);
    buffer.insert(U"!");
    CHECK((shown(buffer) == U"hello world!|"));
    CHECK(buffer.length() == 12);
    buffer.move(5);
    CHECK(buffer.cursor() == 5);
    buffer.delete_before(4);
    CHECK((shown(buffer) == U"h| world!"));
    buffer.delete_after(2);
    CHECK((shown(buffer) == U"h|orld!"));
    buffer.delete_after(5);
    buffer.delete_before(1);
    CHECK((shown(buffer) == U"|"));
    CHECK(buffer.length() == 0);
    buffer.insert(U"new");
    CHECK((shown(buffer) == U"new|"));
}

TEST_CASE("R1: every position")
{
    const std::u32string text = U"abcdef";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        for (std::size_t from = 0; from <= text.size(); ++from) {
            auto buffer = with_text(U"|" + text);
            buffer.move(from);
            buffer.move(at);
            buffer.insert(U"123456789");
            CHECK((shown(buffer) == text.substr(0, at) + U"123456789|" + text.substr(at)));
        }
    }
}

TEST_CASE("R1: long text")
{
    GapBuffer buffer(30'000);
    for (int i = 0; i < 100'000; ++i) {
        buffer.insert(U"ab");
        buffer.insert(U"c");
        buffer.move(buffer.cursor() - 1);
        buffer.delete_before(1);
    }
    CHECK(buffer.length() == 200'000);
    CHECK(buffer.cursor() == 100'000);
    CHECK((buffer.read(99'997, 100'003) == U"aaaccc"));
}

TEST_CASE("R2: code points of every size")
{
    const std::u32string points{0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
    GapBuffer buffer(2);
    for (const char32_t point : points) {
        buffer.insert({&point, 1});
    }
    CHECK(buffer.length() == points.size());
    buffer.move(3);
    for (std::size_t i = 0; i < points.size(); ++i) {
        CHECK((buffer.read(i, i + 1) == points.substr(i, 1)));
    }
    buffer.delete_after(5);
    buffer.delete_before(1);
    CHECK((buffer.read(0, buffer.length()) == std::u32string{0, 0x7F, 0x10000, 0x1F600, 0x10FFFF}));
    CHECK(buffer.undo());
    CHECK(buffer.undo());
    CHECK(buffer.cursor() == 3);
    CHECK((buffer.read(0, buffer.length()) == points));
}

TEST_CASE("R2: combining marks")
{
    GapBuffer buffer(0);
    buffer.insert(U"e\u0301");
    CHECK(buffer.length() == 2);
    buffer.delete_before(1);
    CHECK((shown(buffer) == U"e|"));
}

TEST_CASE("R3: reading anywhere")
{
    const std::u32string text = U"abcdef";
    for (std::size_t cursor = 0; cursor <= text.size(); ++cursor) {
        auto buffer = with_text(U"abc|def");
        buffer.move(cursor);
        for (std::size_t start = 0; start <= text.size(); ++start) {
            for (std::size_t end = start; end <= text.size(); ++end) {
                CHECK((buffer.read(start, end) == text.substr(start, end - start)));
                CHECK(buffer.cursor() == cursor);
            }
        }
        CHECK((buffer.read(0, 6) == text));
    }
}

TEST_CASE("R4: out of range")
{
    auto buffer = with_text(U"abc|d");
    CHECK_THROWS_AS(buffer.move(5), std::out_of_range);
    CHECK_THROWS_AS(buffer.move(max_size), std::out_of_range);
    CHECK_THROWS_AS(buffer.read(2, 5), std::out_of_range);
    CHECK_THROWS_AS(buffer.read(3, 2), std::out_of_range);
    CHECK_THROWS_AS(buffer.read(5, 5), std::out_of_range);
    CHECK_THROWS_AS(buffer.delete_before(4), std::out_of_range);
    CHECK_THROWS_AS(buffer.delete_after(2), std::out_of_range);
    CHECK_THROWS_AS(buffer.delete_after(max_size), std::out_of_range);
    CHECK((shown(buffer) == U"abc|d"));
    CHECK(buffer.undo());
    CHECK((shown(buffer) == U"|"));
}

TEST_CASE("R4: invalid text")
{
    auto buffer = with_text(U"ab|c");
    for (const char32_t point : {0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000, 0x7FFFFFFF}) {
        CHECK_THROWS_AS(buffer.insert(std::u32string{U'a', point, U'b'}), std::invalid_argument);
        CHECK((shown(buffer) == U"ab|c"));
    }
    CHECK(buffer.undo());
    CHECK_FALSE(buffer.undo());
}

TEST_CASE("R5: undo and redo")
{
    GapBuffer buffer(100);
    CHECK_FALSE(buffer.undo());
    CHECK_FALSE(buffer.redo());
    buffer.insert(U"abcdef");
    buffer.move(2);
    buffer.insert(U"12");
    buffer.move(6);
    buffer.delete_before(4);
    buffer.delete_after(1);
    CHECK((shown(buffer) == U"ab|f"));
    for (int times = 0; times < 2; ++times) {
        for (const auto& text : Texts{U"ab|ef", U"ab12cd|ef", U"ab|cdef", U"|"}) {
            buffer.move(buffer.length() / 2);
            CHECK(buffer.undo());
            CHECK((shown(buffer) == text));
        }
        CHECK_FALSE(buffer.undo());
        CHECK((shown(buffer) == U"|"));
        for (const auto& text : Texts{U"abcdef|", U"ab12|cdef", U"ab|ef", U"ab|f"}) {
            buffer.move(buffer.length() / 3);
            CHECK(buffer.redo());
            CHECK((shown(buffer) == text));
        }
        buffer.move(3);
        CHECK_FALSE(buffer.redo());
        CHECK((shown(buffer) == U"abf|"));
    }
}

TEST_CASE("R6: groups")
{
    auto buffer = with_text(U"abcdef|");
    buffer.begin_group();
    buffer.move(3);
    buffer.insert(U"X");
    CHECK_THROWS_AS(buffer.delete_after(4), std::out_of_range);
    buffer.begin_group();
    buffer.move(7);
    buffer.delete_before(2);
    buffer.end_group();
    buffer.move(0);
    buffer.delete_after(1);
    buffer.move(2);
    buffer.end_group();
    buffer.insert(U"Y");
    CHECK((shown(buffer) == U"bcY|Xd"));
    for (const auto& text : Texts{U"bc|Xd", U"abc|def"}) {
        CHECK(buffer.undo());
        CHECK((shown(buffer) == text));
    }
    for (const auto& text : Texts{U"|bcXd", U"bcY|Xd"}) {
        CHECK(buffer.redo());
        CHECK((shown(buffer) == text));
    }
}

TEST_CASE("R6: empty groups are no steps")
{
    auto buffer = with_text(U"ab|c");
    buffer.insert(U"d");
    for (int times = 0; times < 5; ++times) {
        buffer.begin_group();
        buffer.move(1);
        buffer.insert(U"");
        buffer.end_group();
    }
    CHECK(buffer.undo());
    CHECK((shown(buffer) == U"ab|c"));
}

TEST_CASE("R6: wrong state")
{
    auto buffer = with_text(U"ab|c");
    CHECK_THROWS_AS(buffer.end_group(), std::logic_error);
    buffer.insert(U"d");
    CHECK(buffer.undo());
    buffer.begin_group();
    buffer.begin_group();
    for (int depth = 2; depth > 0; --depth) {
        CHECK_THROWS_AS(buffer.undo(), std::logic_error);
        CHECK_THROWS_AS(buffer.redo(), std::logic_error);
        CHECK((shown(buffer) == U"ab|c"));
        buffer.end_group();
    }
    CHECK_THROWS_AS(buffer.end_group(), std::logic_error);
    CHECK(buffer.redo());
    CHECK((shown(buffer) == U"abd|c"));
}

TEST_CASE("R7: an edit ends redo")
{
    struct Case {
        void (*edit)(GapBuffer&);
        std::u32string text;
    };
    for (const auto& [edit, text] : {
             Case{[](GapBuffer& buffer) { buffer.insert(U"x"); }, U"abx|c"},
             Case{[](GapBuffer& buffer) { buffer.delete_before(1); }, U"a|c"},
             Case{[](GapBuffer& buffer) { buffer.delete_after(1); }, U"ab|"},
         }) {
        auto buffer = with_text(U"ab|c");
        buffer.insert(U"d");
        buffer.insert(U"e");
        CHECK(buffer.undo());
        CHECK(buffer.undo());
        edit(buffer);
        CHECK_FALSE(buffer.redo());
        CHECK((shown(buffer) == text));
        CHECK(buffer.undo());
        CHECK((shown(buffer) == U"ab|c"));
    }
}

TEST_CASE("R7: other operations keep redo")
{
    auto buffer = with_text(U"ab|c");
    buffer.insert(U"d");
    CHECK(buffer.undo());
    buffer.move(0);
    buffer.insert(U"");
    buffer.delete_before(0);
    buffer.delete_after(0);
    CHECK((buffer.read(0, 3) == U"abc"));
    buffer.begin_group();
    buffer.end_group();
    CHECK_THROWS_AS(buffer.delete_before(1), std::out_of_range);
    CHECK_THROWS_AS(buffer.delete_after(4), std::out_of_range);
    CHECK_THROWS_AS(buffer.insert(std::u32string{0xD800}), std::invalid_argument);
    CHECK_THROWS_AS(buffer.end_group(), std::logic_error);
    CHECK(buffer.redo());
    CHECK((shown(buffer) == U"abd|c"));
    CHECK(buffer.undo());
    CHECK(buffer.undo());
    CHECK_FALSE(buffer.undo());
}

TEST_CASE("R8: the oldest steps are forgotten")
{
    GapBuffer buffer(3);
    buffer.insert(U"a");
    buffer.begin_group();
    for (int i = 0; i < 5; ++i) {
        buffer.insert(U"b");
    }
    buffer.end_group();
    buffer.insert(U"c");
    buffer.insert(U"d");
    for (const auto& text : Texts{U"abbbbbc|", U"abbbbb|", U"a|"}) {
        CHECK(buffer.undo());
        CHECK((shown(buffer) == text));
    }
    CHECK_FALSE(buffer.undo());
    CHECK(buffer.redo());
    CHECK(buffer.redo());
    buffer.insert(U"x");
    buffer.insert(U"y");
    CHECK((shown(buffer) == U"abbbbbcxy|"));
    for (int times = 0; times < 3; ++times) {
        CHECK(buffer.undo());
    }
    CHECK_FALSE(buffer.undo());
    CHECK((shown(buffer) == U"abbbbb|"));
}

TEST_CASE("R8: no steps at all")
{
    GapBuffer buffer(0);
    buffer.insert(U"abc");
    buffer.begin_group();
    buffer.delete_before(1);
    buffer.insert(U"d");
    buffer.end_group();
    CHECK_FALSE(buffer.undo());
    CHECK_FALSE(buffer.redo());
    CHECK((shown(buffer) == U"abd|"));
}
