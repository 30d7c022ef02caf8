#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstddef>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "unified_diff.hpp"

using unified_diff::diff;

namespace {

const std::string UNENDED = "\n\\ No newline at end of file\n";

struct Example {
    std::string old_text;
    std::string new_text;
    int context;
    std::string expected;
};

/// A text with a line for each character.
std::string lines(const std::string& characters)
{
    std::string text;
    for (const char character : characters) {
        text += character;
        text += '\n';
    }
    return text;
}

void check(const std::vector<Example>& examples)
{
    for (const Example& example : examples) {
        CHECK(diff(example.old_text, example.new_text, example.context) == example.expected);
    }
}

std::vector<std::string> split(const std::string& text)
{
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        result.push_back(line);
    }
    return result;
}

struct Patched {
    std::string text;
    std::size_t changed = 0;
};

/// Carries out a diff of lines of one character each.
Patched patch(const std::string& characters, const std::string& hunks)
{
    Patched result;
    std::size_t at = 0;
    for (const std::string& line : split(hunks)) {
        if (line[0] == '@') {
            const bool none = line.substr(0, line.find('+')).ends_with(",0 ");
            for (const std::size_t start = std::stoul(line.substr(4)) - (none ? 0 : 1); at < start; ++at) {
                result.text += characters[at];
            }
            continue;
        }
        if (line[0] != '+') {
            REQUIRE(at < characters.size());
            REQUIRE(line[1] == characters[at]);
            ++at;
        }
        if (line[0] != '-') {
            result.text += line[1];
        }
        result.changed += line[0] != ' ';
    }
    result.text += characters.substr(at);
    return result;
}

std::size_t least_changes(const std::string& before, const std::string& after)
{
    std::vector<std::vector<std::size_t>> common(before.size() + 1, std::vector<std::size_t>(after.size() + 1));
    for (std::size_t i = 0; i < before.size(); ++i) {
        for (std::size_t j = 0; j < after.size(); ++j) {
            common[i + 1][j + 1] =
                before[i] == after[j] ? common[i][j] + 1 : std::max(common[i][j + 1], common[i + 1][j]);
        }
    }
    return before.size() + after.size() - 2 * common[before.size()][after.size()];
}

/// Whether the diff leads to the new text with as few changes as possible.
bool is_least(const std::string& before, const std::string& after, int context)
{
    const Patched patched = patch(before, diff(lines(before), lines(after), context));
    return patched.text == after && patched.changed == least_changes(before, after);
}

/// Numbered lines, the middle one of every `step` of them with a prefix of its own.
std::string numbered_lines(int count, int step, char prefix)
{
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += (i % step == step / 2 ? prefix : '1') + std::to_string(i) + '\n';
    }
    return text;
}

void check_quick(int count, int step, long changed)
{
    const std::string before = numbered_lines(count, step, 'x');
    const std::string after = numbered_lines(count, step, 'y');
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::string> result = split(diff(before, after, 0));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    for (const char mark : {'-', '+'}) {
        CHECK(std::ranges::count_if(result, [=](const std::string& line) { return line[0] == mark; }) == changed);
    }
}

}  // namespace

TEST_CASE("R1: lines before and after, as many as asked for and there")
{
    const std::string all = "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n";
    check({
        {lines("abcde"), lines("aBcde"), 1, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
        {lines("abcdefg"), lines("abcDefg"), 0, "@@ -4 +4 @@\n-d\n+D\n"},
        {lines("abcdefg"), lines("abcDefg"), 2, "@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n"},
        {lines("abcdefg"), lines("abcDefg"), 3, all},
        {lines("abcdefg"), lines("abcDefg"), 4, all},
        {lines("abcdefg"), lines("abcDefg"), INT_MAX, all},
        {lines("abc"), lines("AbC"), INT_MAX, "@@ -1,3 +1,3 @@\n-a\n+A\n b\n-c\n+C\n"},
        {lines("axyb"), lines("aPQRb"), 1, "@@ -1,4 +1,5 @@\n a\n-x\n-y\n+P\n+Q\n+R\n b\n"},
        {lines("abc"), lines("Abc"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n"},
        {lines("abc"), lines("abC"), 1, "@@ -2,2 +2,2 @@\n b\n-c\n+C\n"},
    });
    CHECK(diff(lines("abcdefghi"), lines("abcdEfghi")) == diff(lines("abcdefghi"), lines("abcdEfghi"), 3));
}

TEST_CASE("R2: changes share a hunk if no more than twice the context is between them")
{
    check({
        {lines("abcd"), lines("AbcD"), 1, "@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n-d\n+D\n"},
        {lines("abcde"), lines("AbcdE"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n"},
        {lines("abc"), lines("AbC"), 0, "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n"},
        {lines("abcdefg"), lines("AbcDefG"), 1, "@@ -1,7 +1,7 @@\n-a\n+A\n b\n c\n-d\n+D\n e\n f\n-g\n+G\n"},
        {lines("abcde"), lines("AbcdE"), 2, "@@ -1,5 +1,5 @@\n-a\n+A\n b\n c\n d\n-e\n+E\n"},
    });
}

TEST_CASE("R3: headers")
{
    check({
        {lines("ab"), lines("aXb"), 0, "@@ -1,0 +2 @@\n+X\n"},
        {lines("ab"), lines("Xab"), 0, "@@ -0,0 +1 @@\n+X\n"},
        {lines("ab"), lines("abXY"), 0, "@@ -2,0 +3,2 @@\n+X\n+Y\n"},
        {lines("abc"), lines("ac"), 0, "@@ -2 +1,0 @@\n-b\n"},
        {lines("ab"), lines("b"), 0, "@@ -1 +0,0 @@\n-a\n"},
        {lines("abc"), lines("a"), 0, "@@ -2,2 +1,0 @@\n-b\n-c\n"},
        {lines("abcdefg"), lines("XYabcdeg"), 1, "@@ -1 +1,3 @@\n+X\n+Y\n a\n@@ -5,3 +7,2 @@\n e\n-f\n g\n"},
    });
}

TEST_CASE("R4: all short texts")
{
    std::vector<std::string> texts = {""};
    for (std::size_t i = 0; texts[i].size() < 5; ++i) {
        const std::string text = texts[i];
        texts.push_back(text + 'a');
        texts.push_back(text + 'b');
    }
    int context = 0;
    for (const std::string& before : texts) {
        for (const std::string& after : texts) {
            CHECK(is_least(before, after, ++context % 3));
        }
    }
}

TEST_CASE("R4: longer texts")
{
    std::minstd_rand random(7);
    for (unsigned round = 0; round < 100; ++round) {
        std::string texts[2];
        for (unsigned side = 0; side < 2; ++side) {
            for (unsigned i = 0; i < 10 + round * (3 + side) % 50; ++i) {
                texts[side] += static_cast<char>('a' + (random() >> 8) % (2 + round % 5));
            }
        }
        CHECK(is_least(texts[0], texts[1], static_cast<int>(round % 4)));
    }
}

TEST_CASE("R5: equal and empty texts, unusual lines")
{
    check({
        {"", "", 3, ""},
        {lines("ab"), lines("ab"), 3, ""},
        {"a", "a", 0, ""},
        {"", lines("a"), 3, "@@ -0,0 +1 @@\n+a\n"},
        {"", lines("ab"), 3, "@@ -0,0 +1,2 @@\n+a\n+b\n"},
        {lines("a"), "", 3, "@@ -1 +0,0 @@\n-a\n"},
        {lines("ab"), "", 0, "@@ -1,2 +0,0 @@\n-a\n-b\n"},
        {"\n", "", 1, "@@ -1 +0,0 @@\n-\n"},
        {"a\n\nb\n", "a\nb\n", 1, "@@ -1,3 +1,2 @@\n a\n-\n b\n"},
        {"-a\n@@ -1 +1 @@\n", "-a\n+b\n", 1, "@@ -1,2 +1,2 @@\n -a\n-@@ -1 +1 @@\n++b\n"},
        {std::string("a\0b\n", 4), std::string("a\0c\n", 4), 0,
         "@@ -1 +1 @@\n-" + std::string("a\0b\n+a\0c\n", 9)},
    });
}

TEST_CASE("R6: no newline at the end, and carriage returns")
{
    check({
        {"a\nb", "a\nc", 1, "@@ -1,2 +1,2 @@\n a\n-b" + UNENDED + "+c" + UNENDED},
        {"a", "a\n", 3, "@@ -1 +1 @@\n-a" + UNENDED + "+a\n"},
        {"a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a" + UNENDED},
        {"a\nb", "A\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b" + UNENDED},
        {"a\nb", "A\nb", 0, "@@ -1 +1 @@\n-a\n+A\n"},
        {"a", "a\nb\n", 3, "@@ -1 +1,2 @@\n-a" + UNENDED + "+a\n+b\n"},
        {"", "a", 3, "@@ -0,0 +1 @@\n+a" + UNENDED},
        {"a\r\nb\n", "a\nb\n", 0, "@@ -1 +1 @@\n-a\r\n+a\n"},
        {"a\r\nb\r\n", "a\r\nc\r\n", 1, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
        {"a\rb\n", "a\rc\n", 1, "@@ -1 +1 @@\n-a\rb\n+a\rc\n"},
        {"\u00e9\u2028\f\n", "e\u0301\u2028\f\n", 0, "@@ -1 +1 @@\n-\u00e9\u2028\f\n+e\u0301\u2028\f\n"},
    });
}

TEST_CASE("R7: a negative context")
{
    for (const int context : {-1, -2, INT_MIN}) {
        CHECK_THROWS_AS(diff("a\n", "b\n", context), std::invalid_argument);
        CHECK_THROWS_AS(diff("a\n", "a\n", context), std::invalid_argument);
    }
}

TEST_CASE("R8: long texts")
{
    check_quick(20'000, 1000, 20);
}

TEST_CASE("R8: nothing in common")
{
    check_quick(400, 1, 400);
}
