#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ini_config.hpp"

using ini_config::Config;
using ini_config::InvalidValueError;
using ini_config::MissingSettingError;
using ini_config::ParseError;
using ini_config::Problem;
using ini_config::Reason;
using ini_config::SettingError;

static_assert(std::is_base_of_v<SettingError, MissingSettingError>);
static_assert(std::is_base_of_v<SettingError, InvalidValueError>);

namespace {

using Problems = std::vector<Problem>;

std::string get(const Config& config, std::string_view section, std::string_view key)
{
    return std::string(config.get(section, key).value_or("not set"));
}

std::string value_of(const std::string& text)
{
    return get(Config::parse("a = " + text), "", "a");
}

Problems problems_of(const std::string& text)
{
    try {
        Config::parse(text);
    } catch (const ParseError& error) {
        return error.problems();
    }
    return {};
}

void check_reason(Reason reason, const std::vector<std::string>& lines)
{
    for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(problems_of("\nok = 1\n " + line + "\t\nlast = 2") == Problems{{3, reason}});
    }
}

/// Section, key and value of what the look-up throws, "no value" if the key is missing.
std::vector<std::string> error_of(const std::function<void()>& look_up)
{
    try {
        look_up();
    } catch (const InvalidValueError& error) {
        return {error.section(), error.key(), error.value()};
    } catch (const MissingSettingError& error) {
        return {error.section(), error.key(), "no value"};
    }
    return {};
}

bool message_shows(const std::function<void()>& look_up, const std::vector<std::string>& parts)
{
    try {
        look_up();
    } catch (const SettingError& error) {
        const std::string message = error.what();
        std::size_t place = 0;
        for (const std::string& part : parts) {
            place = message.find(part, place);
            if (place == std::string::npos) {
                return false;
            }
            place += part.size();
        }
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("R1: settings by section and key")
{
    const Config config = Config::parse(
        "top = 1\n\n; a comment = x\n[web]\n# [other]\nport = 80\nhost=example.com\n[Db.main_2-b]\nport = 5432\n");
    CHECK(get(config, "", "top") == "1");
    CHECK(get(config, "web", "port") == "80");
    CHECK(get(config, "web", "host") == "example.com");
    CHECK(get(config, "Db.main_2-b", "port") == "5432");
    CHECK(get(config, "web", "top") == "not set");
    CHECK(get(config, "", "; a comment") == "not set");
}

TEST_CASE("R1: values as they stand")
{
    CHECK(value_of("b = \"c\" ; d") == "b = \"c\" ; d");
    for (const char* value : {"", "x", "C:\\new", "#1", "; 2", "[s]", "1  2", "b\"", "\u00e9\u00a0"}) {
        CHECK(value_of(value) == value);
    }
    CHECK(get(Config::parse("a="), "", "a") == "");
}

TEST_CASE("R1: spaces and tabs around")
{
    CHECK(get(Config::parse(" \t[s] \t\n\t k.1 \t=\t v \t\n  ; x\n\t# y\n \t\n"), "s", "k.1") == "v");
    CHECK(get(Config::parse("A_b-9.=w"), "", "A_b-9.") == "w");
    CHECK(get(Config::parse("[AZaz09]\nAZaz09=w"), "AZaz09", "AZaz09") == "w");
}

TEST_CASE("R1: settings do not depend on the life of the text")
{
    std::string text = "[section]\nkey = a value that needs memory of its own";
    const Config config = Config::parse(text);
    text.assign(text.size(), 'x');
    CHECK(get(config, "section", "key") == "a value that needs memory of its own");
}

TEST_CASE("R2: quoted values")
{
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"(" b ")", " b "},
        {"\"\tb\t\" \t", "\tb\t"},
        {R"("")", ""},
        {R"("a;b#c=d")", "a;b#c=d"},
        {R"("\" \\ \n \t")", "\" \\ \n \t"},
        {R"("\\n")", R"(\n)"},
        {R"("\\")", R"(\)"},
        {R"("\"")", "\""},
        {R"("[s]")", "[s]"},
    };
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        CHECK(value_of(text) == expected);
    }
}

TEST_CASE("R3: ends of lines")
{
    const Config config = Config::parse("a = 1\r\n[s]\r\n\r\n; x\r\nb = \"2\"\r\nc = 3 \r\nd = 4\r");
    CHECK(get(config, "", "a") == "1");
    CHECK(get(config, "s", "b") == "2");
    CHECK(get(config, "s", "c") == "3");
    CHECK(get(config, "s", "d") == "4");
    CHECK(get(Config::parse("a = 1\n\n\nb = 2"), "", "b") == "2");
}

TEST_CASE("R3: only one carriage return at the end does not count")
{
    CHECK(get(Config::parse("a = 1\r2\r\r\n"), "", "a") == "1\r2\r");
    CHECK(problems_of("[s]\r\r\n") == Problems{{1, Reason::bad_section}});
}

TEST_CASE("R3: empty texts")
{
    for (const std::string text : {"", "\n", "\r\n\r\n", " \t", "; only\n# comments"}) {
        CHECK(get(Config::parse(text), "", "a") == "not set");
        CHECK(get(Config::parse(text + "\na = 1"), "", "a") == "1");
    }
}

TEST_CASE("R3: continued sections and letter case")
{
    const Config config = Config::parse("[s]\na = 1\n[S]\na = 2\nA = 3\n[s]\nb = 4\n");
    CHECK(get(config, "s", "a") == "1");
    CHECK(get(config, "s", "b") == "4");
    CHECK(get(config, "S", "a") == "2");
    CHECK(get(config, "S", "A") == "3");
    CHECK(get(config, "s", "A") == "not set");
    CHECK(get(config, "S", "b") == "not set");
    CHECK(get(config, "t", "a") == "not set");
    CHECK(get(config, "", "a") == "not set");
    CHECK(get(config, "s", "") == "not set");
}

TEST_CASE("R4: the reason of each bad line")
{
    check_reason(Reason::bad_section, {"[a b]", "[]", "[a] x", "[a", "[[a]]", "[ a]", "[a ]", "[a]]", "[\u00e9]",
                                       "[a] = 1", "[a];x", "["});
    check_reason(Reason::missing_equals, {"a", "a: 1", "a b", "\"a\"", "a]", "a ; b"});
    check_reason(Reason::bad_key, {"= 1", "=", "a b = \"", "a! = 1", "\u00e9 = 1", "a\t b=", "\"a\" = 1", "a[] = 1",
                                   R"(a: 1 = "\x)"});
    check_reason(Reason::bad_escape, {R"(a = "\x)", R"(a = "\r")", R"(a = "\'")", R"(a = "b\N" c)", R"(a = "\\\q")",
                                      "a = \"\\\u00e9\"", R"(a = "\ ")"});
    check_reason(Reason::unterminated, {R"(a = "b\")", R"(a = ")", R"(a = "b)", R"(a = "\)", R"(a = "b\\\")",
                                        R"(a = "b\n\)", R"(a = "b; c)"});
    check_reason(Reason::trailing_text, {R"(a = "b" c)", R"(a = """)", R"(a = "" ;)", R"(a = "b"\x)", R"(a = "b" "c")",
                                         R"(a = "\\"\)"});
}

TEST_CASE("R5: all problems at once")
{
    const std::string text = "[a\nb\n\n; c\n= 1\na = \"\\x\"\n[s]\nd = \"\ne = 1\ne = 2\nf = \"g\" h\n[t] u\n";
    const Problems expected = {
        {1, Reason::bad_section},  {2, Reason::missing_equals}, {5, Reason::bad_key},        {6, Reason::bad_escape},
        {8, Reason::unterminated}, {10, Reason::duplicate_key}, {11, Reason::trailing_text}, {12, Reason::bad_section},
    };
    CHECK(problems_of(text) == expected);
}

TEST_CASE("R5: every further line is a duplicate")
{
    const Problems twice = {{2, Reason::duplicate_key}, {4, Reason::duplicate_key}};
    CHECK(problems_of("a = 1\na = 1\nb = 2\na = \"3\"") == twice);
    CHECK(problems_of("[s]\na = 1\n[t]\na = 2\n[s]\na = 3\n") == Problems{{6, Reason::duplicate_key}});
}

TEST_CASE("R5: keys that are no duplicates")
{
    CHECK(problems_of("a = \"\na = 1") == Problems{{1, Reason::unterminated}});
    const Problems bad_duplicate = {{2, Reason::duplicate_key}, {3, Reason::bad_escape}};
    CHECK(problems_of("a = 1\na = 2\na = \"\\x\"") == bad_duplicate);
    const Problems in_no_section = {{2, Reason::bad_section}, {5, Reason::missing_equals}};
    CHECK(problems_of("a = 1\n[s\na = 1\na = 2\nx\n[s]\na = 3\n") == in_no_section);
    const Problems in_section_again = {{3, Reason::bad_section}, {7, Reason::duplicate_key}};
    CHECK(problems_of("[s]\na = 1\n[]\na = 1\n[s]\nb = 1\na = 1\n") == in_section_again);
}

TEST_CASE("R4 R5: the message of a parse error")
{
    const std::string text = "[\n[s]\na\n=\na = \"\\x\"\na = \"\na = \"\" x\na = 1\na = 2\n";
    CHECK_THROWS_WITH_AS(Config::parse(text),
                         "line 1: bad-section\nline 3: missing-equals\nline 4: bad-key\nline 5: bad-escape\n"
                         "line 6: unterminated\nline 7: trailing-text\nline 9: duplicate-key",
                         ParseError);
}

TEST_CASE("R6: integers")
{
    using Limits = std::numeric_limits<std::int64_t>;
    const std::vector<std::pair<std::string, std::int64_t>> cases = {
        {"0", 0},
        {"-0", 0},
        {"42", 42},
        {"-7", -7},
        {"10", 10},
        {"\"99\"", 99},
        {"9223372036854775807", Limits::max()},
        {"-9223372036854775808", Limits::min()},
    };
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        CHECK(Config::parse("[s]\na = " + text).integer("s", "a") == expected);
    }
}

TEST_CASE("R6: what is no integer")
{
    for (const std::string text : {"007", "00", "-01", "+1", "1.0", "1e3", "0x1", "1_000", "", "-", "--1", "1 2",
                                   "\u0665", "yes", " 1", "9223372036854775808", "-9223372036854775809",
                                   "99999999999999999999"}) {
        CAPTURE(text);
        const Config config = Config::parse("[s]\na = \"" + text + '"');
        CHECK(error_of([&] { config.integer("s", "a"); }) == std::vector<std::string>{"s", "a", text});
    }
}

TEST_CASE("R7: booleans")
{
    const Config config = Config::parse("[s]\na = true\nb = Yes\nc = oN\nd = 1\ne = FALSE\nf = no\ng = Off\nh = 0\n");
    for (const char* key : {"a", "b", "c", "d"}) {
        CHECK(config.boolean("s", key) == true);
    }
    for (const char* key : {"e", "f", "g", "h"}) {
        CHECK(config.boolean("s", key) == false);
    }
    CHECK(Config::parse("a = YES").boolean("", "a"));
}

TEST_CASE("R7: what is no boolean")
{
    for (const std::string text : {"2", "y", "", "truee", "tru", "01", "enabled", "o n", "-1", "\uff4fn"}) {
        CAPTURE(text);
        const Config config = Config::parse("[s]\na = \"" + text + '"');
        CHECK(error_of([&] { config.boolean("s", "a"); }) == std::vector<std::string>{"s", "a", text});
    }
}

TEST_CASE("R8: long lines")
{
    const std::string spread = 'x' + std::string(30'000, ' ') + 'y';
    std::string quoted = "\"";
    std::string meaning;
    for (int i = 0; i < 100'000; ++i) {
        quoted += "x\\n";
        meaning += "x\n";
    }
    quoted += '"';
    for (const auto& [text, expected] : {std::pair(spread, spread), std::pair(quoted, meaning)}) {
        const auto started = std::chrono::steady_clock::now();
        const std::string found = value_of(text);
        CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(2));
        const bool is_whole = found == expected;
        CHECK(is_whole);
    }
}

TEST_CASE("R6 R7: missing settings")
{
    const Config config = Config::parse("a = 1\n[s]\nb = 1\n");
    const std::vector<std::vector<std::string>> settings = {{"s", "a"}, {"", "b"}, {"t", "b"}};
    for (const auto& name : settings) {
        const std::vector<std::string> missing = {name[0], name[1], "no value"};
        CHECK(error_of([&] { config.integer(name[0], name[1]); }) == missing);
        CHECK(error_of([&] { config.boolean(name[0], name[1]); }) == missing);
    }
}

TEST_CASE("R6 R7: messages name the setting")
{
    const Config config = Config::parse("[web]\nport = http\n");
    CHECK(message_shows([&] { config.integer("web", "port"); }, {"web", "port", "http"}));
    CHECK(message_shows([&] { config.boolean("web", "port"); }, {"web", "port", "http"}));
    CHECK(message_shows([&] { config.boolean("web", "host"); }, {"web", "host"}));
}
