#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "event_stream.hpp"

using event_stream::Closed;
using event_stream::Event;
using event_stream::Parser;
using event_stream::TooLarge;
using namespace std::string_literals;

namespace {

/// A parser that notes what it tells: events as "[type|id]data;", reconnection times as "(500);".
class Recorder {
public:
    explicit Recorder(std::size_t limit = 1000)
        : parser_(
              limit,
              [this](const Event& event) {
                  told_ += "[" + std::string(event.type) + "|" + std::string(event.last_id) + "]" + std::string(event.data) + ";";
              },
              [this](std::chrono::milliseconds time) { told_ += "(" + std::to_string(time.count()) + ");"; })
    {
    }

    /// What these bytes have told.
    std::string feed(std::string_view bytes)
    {
        parser_.feed(bytes);
        return told();
    }

    std::string told()
    {
        return std::exchange(told_, "");
    }

private:
    std::string told_;
    Parser parser_;
};

/// Feeds in chunks of each size.
void expect(const std::string& bytes, const std::string& expected)
{
    CAPTURE(bytes);
    for (std::size_t size = 1; size <= bytes.size() + 1; size = size < 4 ? size + 1 : size * 2) {
        Recorder recorder;
        std::string told;
        for (std::size_t start = 0; start < bytes.size(); start += size) {
            told += recorder.feed(std::string_view(bytes).substr(start, size));
        }
        CHECK(told == expected);
    }
}

}  // namespace

TEST_CASE("R1: events")
{
    expect("event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;");
    expect("data: 1\n\ndata: 2\n\n", "[message|]1;[message|]2;");
    expect("data: 1\nid: 7\nevent: b\n\n", "[b|7]1;");
    expect("event: a\nevent: b\ndata: 1\n\n", "[b|]1;");
    expect("data: \xe4\xbd\xa0\xe5\xa5\xbd\n\n", "[message|]\xe4\xbd\xa0\xe5\xa5\xbd;");
    expect("data: a\0b\n\n"s, "[message|]a\0b;"s);
}

TEST_CASE("R2: told with the byte that completes it")
{
    Recorder recorder(100);
    CHECK(recorder.feed("da") == "");
    CHECK(recorder.feed("ta: 1\xe4") == "");
    CHECK(recorder.feed("\xbd\xa0\r") == "");
    CHECK(recorder.feed("\n") == "");
    CHECK(recorder.feed("") == "");
    CHECK(recorder.feed("\r") == "[message|]1\xe4\xbd\xa0;");
    CHECK(recorder.feed("\nretry: 5") == "");
    CHECK(recorder.feed("\n") == "(5);");
    CHECK(recorder.feed("data\n\ndata: 2\n\nda") == "[message|];[message|]2;");
}

TEST_CASE("R3: line ends")
{
    expect("data:1\r\rdata:2\n\ndata:3\r\n\r\n", "[message|]1;[message|]2;[message|]3;");
    expect("data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;");
    expect("data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;");
    expect("data:1\n\rdata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\r\r\ndata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\r\n\ndata:2\n\n", "[message|]1;[message|]2;");
    expect("data:1\v2\f3\u0085\u2028\u2029 4\n\n", "[message|]1\v2\f3\u0085\u2028\u2029 4;");
}

TEST_CASE("R4: names and values")
{
    expect("data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;");
    expect("data: a:b: c\n\n", "[message|]a:b: c;");
    expect(": data: 1\n:\n:data\ndata: 2\n\n", "[message|]2;");
    expect("Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", "[message|]6;");
}

TEST_CASE("R4: byte order mark")
{
    expect("\xef\xbb\xbf" "data: 1\n\n", "[message|]1;");
    expect("\xef\xbb\xbf: c\ndata: 1\n\n", "[message|]1;");
    expect("\xef\xbb\xbf\xef\xbb\xbf" "data: 1\n\ndata: 2\n\n", "[message|]2;");
    expect("data: 1\n\n\xef\xbb\xbf" "data: 2\n\n", "[message|]1;");
    expect("\n\xef\xbb\xbf" "data: 2\n\n", "");
}

TEST_CASE("R5: last event id")
{
    expect("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "[message|1]a;[message|1]b;[message|2]c;");
    expect("id: 1\n\ndata: a\n\n", "[message|1]a;");
    expect("id: 1\ndata: a\n\nid\ndata: b\n\n", "[message|1]a;[message|]b;");
    expect("id: 1\nid:\ndata: a\n\n", "[message|]a;");
    expect("id: 1\nid: 2\0\nid: \0\ndata: a\n\n"s, "[message|1]a;");
}

TEST_CASE("R6: what is not told")
{
    expect("event: a\n\ndata: 1\n\n", "[message|]1;");
    expect("event: a\nid: 3\n\n\n\n", "");
    expect("data\n\n", "[message|];");
    expect("data:\n\n", "[message|];");
    expect("data\ndata\n\n", "[message|]\n;");
    expect("data\ndata: 1\ndata\n\n", "[message|]\n1\n;");
    expect("event: a\nevent:\ndata: 1\n\n", "[message|]1;");
    expect("data: 1\n\ndata: 2\n", "[message|]1;");
    expect("data: 1\n\ndata: 2", "[message|]1;");
    expect("\n\n\r\r\n", "");
}

TEST_CASE("R7: reconnection times")
{
    expect("data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", "(500);[message|]1;(0);(12);");
    expect("retry: 999999999\n", "(999999999);");
    expect("retry: 1000000000\nretry:\nretry\nretry: -1\nretry: 1.5\nretry: 1 \nretry:  1\nretry: 0x1\nretry: 1:2\n", "");
    expect("retry: \xef\xbc\x91\nretry: /\nretry: :\nretry: 12a\nRetry: 1\n", "");
}

TEST_CASE("R8: lines of the limit")
{
    Recorder recorder(8);
    CHECK(recorder.feed("data: 12\r\nid: 4567\n:234567\n\n") == "[message|4567]12;");
    CHECK_THROWS_AS(recorder.feed("data: 1\n\ndata: 123"), TooLarge);
    CHECK(recorder.told() == "[message|4567]1;");
    CHECK_THROWS_AS(recorder.feed("\n\n"), Closed);
    CHECK_THROWS_AS(recorder.feed(""), Closed);
    CHECK(recorder.told() == "");

    Recorder comment(8);
    CHECK(comment.feed(":1234567") == "");
    CHECK(comment.feed("") == "");
    CHECK_THROWS_AS(comment.feed("8"), TooLarge);

    CHECK(Recorder(8).feed("\xef\xbb\xbf" "data:\n\n") == "[message|];");
    CHECK_THROWS_AS(Recorder(8).feed("\xef\xbb\xbf" "data:1\n"), TooLarge);
}

TEST_CASE("R8: data of the limit")
{
    Recorder recorder(7);
    CHECK(recorder.feed("data:12\ndata:45\ndata\n\n") == "[message|]12\n45\n;");
    CHECK(recorder.feed("data:12\ndata:45\ndata:7\n\n") == "[message|]12\n45\n7;");
    CHECK(recorder.feed("data:12\ndata:45\ndata:78") == "");
    CHECK_THROWS_AS(recorder.feed("\n"), TooLarge);
    CHECK_THROWS_AS(recorder.feed("\n"), Closed);

    Recorder empty(5);
    CHECK(empty.feed("data\ndata\ndata\ndata\ndata\ndata\n") == "");
    CHECK_THROWS_AS(empty.feed("data\n"), TooLarge);

    Recorder wide(8);  // characters of three bytes
    CHECK(wide.feed("data:\xe4\xbd\xa0\ndata:\xe5\xa5\xbd\n\n") == "[message|]\xe4\xbd\xa0\n\xe5\xa5\xbd;");
    CHECK_THROWS_AS(wide.feed("data:\xe4\xbd\xa0\ndata:\xe5\xa5\xbd\ndata:1\n"), TooLarge);
}

TEST_CASE("R8: line without end")
{
    Recorder recorder(100'000);
    for (int i = 0; i < 100; i++) {
        recorder.feed(std::string(1000, 'x'));
    }
    CHECK_THROWS_AS(recorder.feed("x"), TooLarge);
}

TEST_CASE("R8: least limit")
{
    CHECK_THROWS_AS(Recorder(0), std::invalid_argument);
    Recorder recorder(1);
    CHECK(recorder.feed(":\n") == "");
    CHECK_THROWS_AS(recorder.feed("::"), TooLarge);
}
