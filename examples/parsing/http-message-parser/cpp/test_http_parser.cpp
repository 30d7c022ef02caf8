#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http_parser.hpp"

using http_parser::ErrorKind;
using http_parser::Handler;
using http_parser::Limits;
using http_parser::ParseError;
using http_parser::Parser;
using namespace std::string_literals;

namespace {

using Result = std::optional<ErrorKind>;
using Strings = std::vector<std::string>;

const std::string start = "POST / HTTP/1.1\r\n";
const std::string started = "request POST /\n";
const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
const std::string in_chunks = started + "field Transfer-Encoding=chunked\nhead\n";
constexpr std::size_t many = 1000;

// Writes the events as text, one a line; pieces of a body are joined.
class Recorder : public Handler {
public:
    std::string events;

    void on_request(std::string_view method, std::string_view target) override
    {
        write("request " + std::string(method) + ' ' + std::string(target));
    }

    void on_field(std::string_view name, std::string_view value) override
    {
        write("field " + std::string(name) + '=' + std::string(value));
    }

    void on_head_end() override { write("head"); }

    void on_body(std::string_view piece) override
    {
        REQUIRE_FALSE(piece.empty());
        events += (in_body_ ? "" : "body ") + std::string(piece);
        in_body_ = true;
    }

    void on_end() override { write("end"); }

private:
    void write(const std::string& event)
    {
        events += (std::exchange(in_body_, false) ? "\n" : "") + event + '\n';
    }

    bool in_body_ = false;
};

template <class Action>
Result error_of(Action action)
{
    try {
        action();
    } catch (const ParseError& error) {
        CHECK_FALSE(std::string(error.what()).empty());
        return error.kind();
    }
    return std::nullopt;
}

Result feed(Parser& parser, std::string_view bytes)
{
    return error_of([&] { parser.feed(bytes); });
}

Result finish(Parser& parser)
{
    return error_of([&] { parser.finish(); });
}

// Feeds the input in pieces of several sizes, each alone in memory, and expects the error and the events.
void check(const std::string& input, Result error, const std::string& events, Limits limits = {many, many})
{
    for (const std::size_t size : {1, 2, 3, 7, 16, 100'000}) {
        Recorder recorder;
        Parser parser(recorder, limits);
        Result found;
        for (std::size_t at = 0; at < input.size() && !found; at += size) {
            const std::vector<char> piece(input.begin() + at, input.begin() + std::min(at + size, input.size()));
            found = feed(parser, {piece.data(), piece.size()});
        }
        CHECK_MESSAGE(found == error, input);
        CHECK(recorder.events == events);
        if (!error) {
            CHECK_FALSE(finish(parser));
        }
    }
}

}

TEST_CASE("R1: requests without a body")
{
    check("OPTIONS * HTTP/1.1\r\n\r\n", {}, "request OPTIONS *\nhead\nend\n");
    check("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nACCEPT:*/*\r\n\r\n", {},
          "request GET /a?b=c\nfield Host=example.com\nfield ACCEPT=*/*\nhead\nend\n");
    check(start + "Content-Length: 0\r\n\r\n", {}, started + "field Content-Length=0\nhead\nend\n");
}

TEST_CASE("R1: a body with a length")
{
    const auto body = "a\r\n\0\n\r\xFFz"s;
    check(start + "content-LENGTH: 8\r\n\r\n" + body, {},
          started + "field content-LENGTH=8\nhead\nbody " + body + "\nend\n");
    check(start + "Content-Length: 1\r\n\r\n\n", {}, started + "field Content-Length=1\nhead\nbody \n\nend\n");
    check(start + "Content-Length: 000000000000012\r\n\r\nhello, world", {},
          started + "field Content-Length=000000000000012\nhead\nbody hello, world\nend\n");
}

TEST_CASE("R1: a part of a long body is passed on")
{
    for (const auto& length : Strings{"4294967296", "999999999999999"}) {
        Recorder recorder;
        Parser(recorder, {many, many}).feed(start + "Content-Length: " + length + "\r\n\r\nabc");
        CHECK(recorder.events == started + "field Content-Length=" + length + "\nhead\nbody abc");
    }
}

TEST_CASE("R1: values")
{
    check(start + "A:\r\nB: \t\r\nC:\t x\t y \t \r\nD::\r\nE: \xA0\r\n\r\n", {},
          started + "field A=\nfield B=\nfield C=x\t y\nfield D=:\nfield E=\xA0\nhead\nend\n");
}

TEST_CASE("R1: all allowed characters")
{
    const auto range = [](int first, int last) {
        std::string text;
        for (int byte = first; byte <= last; ++byte) {
            text += static_cast<char>(byte);
        }
        return text;
    };
    const auto token = "!#$%&'*+-.^_`|~" + range('0', '9') + range('A', 'Z') + range('a', 'z');
    const auto target = range(0x21, 0x7E);
    const auto value = range(0x21, 0x7E) + range(0x80, 0xFF);
    check(token + ' ' + target + " HTTP/1.1\r\n" + token + ": " + value + "\r\n\r\n", {},
          "request " + token + ' ' + target + "\nfield " + token + '=' + value + "\nhead\nend\n");
}

TEST_CASE("R2: events come with their last byte")
{
    const auto fields = started + "field Content-Length=5\nfield X=12\n";
    const std::pair<std::string, std::string> steps[] = {
        {"POST / HTTP/1.1\r", ""},
        {"\n", started},
        {"", started},
        {"Content-Length: 5\r\nX: 1", started + "field Content-Length=5\n"},
        {"2\r\n", fields},
        {"\r", fields},
        {"\n", fields + "head\n"},
        {"", fields + "head\n"},
        {"he", fields + "head\nbody he"},
        {"llo", fields + "head\nbody hello\nend\n"},
    };
    Recorder recorder;
    Parser parser(recorder, {many, many});
    for (const auto& [piece, events] : steps) {
        parser.feed(piece);
        CHECK(recorder.events == events);
    }
}

TEST_CASE("R2: messages follow one another")
{
    check("GET /1 HTTP/1.1\r\n\r\n" + start + "Content-Length: 3\r\n\r\nabc" + chunked
              + "1\r\nx\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
          {},
          "request GET /1\nhead\nend\n" + started + "field Content-Length=3\nhead\nbody abc\nend\n" + in_chunks
              + "body x\nend\nrequest GET /2\nhead\nend\n");
}

TEST_CASE("R3: chunks")
{
    const std::pair<std::string, std::string> cases[] = {
        {"5\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\n\r\n", "body hello, \r\nworld!\n"},
        {"0\r\n\r\n", ""},
        {"00000000000c\r\nabcdefghijkl\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n000000000000\r\n\r\n",
         "body abcdefghijklabcdefghijklmnopqrstuvwxyz\n"},
        {"F\r\n0123456789abcde\r\nf\r\n0123456789abcde\r\n0\r\n\r\n", "body 0123456789abcde0123456789abcde\n"},
    };
    for (const auto& [chunks, body] : cases) {
        check(chunked + chunks, {}, in_chunks + body + "end\n");
    }
    check(start + "transfer-ENCODING: ChunKed \r\n\r\n9\r\n123456789\r\n0\r\n\r\n", {},
          started + "field transfer-ENCODING=ChunKed\nhead\nbody 123456789\nend\n");
}

TEST_CASE("R3: a part of a long chunk is passed on")
{
    for (const auto& size : Strings{"FFFFFFFFFFFF", "100000000"}) {
        Recorder recorder;
        Parser(recorder, {many, many}).feed(chunked + size + "\r\nabc");
        CHECK(recorder.events == in_chunks + "body abc");
    }
}

TEST_CASE("R3: wrong chunks")
{
    for (const auto& size : Strings{"", "g", "G", "@", "`", "/", ":", "-1", "+1", "0x1", " 1", "1 ", "\t1", "1;a=b", "1;",
                                    "1g", "0000000000001", "FFFFFFFFFFFFFFFFF"}) {
        check(chunked + size + "\r\na\r\n0\r\n\r\n", ErrorKind::chunk, in_chunks);
    }
    check(chunked + "4\r\nhello\r\n0\r\n\r\n", ErrorKind::chunk, in_chunks + "body hell");
    check(chunked + "4\r\nhell0\r\n\r\n", ErrorKind::chunk, in_chunks + "body hell");
    check(chunked + "1\r\na\r\n0\r\nX: y\r\n\r\n", ErrorKind::chunk, in_chunks + "body a");
}

TEST_CASE("R4: wrong request lines")
{
    for (const auto& line : Strings{
             "", " ", "GET", "GET /", "GET HTTP/1.1", "GET  HTTP/1.1", "GET  / HTTP/1.1", " GET / HTTP/1.1", " / HTTP/1.1",
             "GET / HTTP/1.1 ", "GET / a HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "G(T / HTTP/1.1",
             "G\x80 / HTTP/1.1", "G\0T / HTTP/1.1"s, "GET /\x7F HTTP/1.1", "GET /\x80 HTTP/1.1", "GET /\t HTTP/1.1",
             "GET / http/1.1", "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.10", "GET / HTTP/1.1\t", "GET / HTTP/a.1",
             "GET / HTTP/1.b", "GET / HTTP/:.1", "GET / HTTP/1./", "GET / HTTP/1,1", "GET / XTTP/1.1", "GET / HTTP/1.0 "}) {
        check(line + "\r\nHost: a\r\n\r\n", ErrorKind::request_line, "");
    }
    check("GET / HTTP/1.1\r\n\r\n\r\n", ErrorKind::request_line, "request GET /\nhead\nend\n");
}

TEST_CASE("R4: other versions")
{
    for (const auto& version : Strings{"1.0", "1.2", "0.9", "2.0", "2.1", "9.9"}) {
        check("GET / HTTP/" + version + "\r\n\r\n", ErrorKind::version, "");
        check("GET /\x7F HTTP/" + version + "\r\n\r\n", ErrorKind::request_line, "");
    }
}

TEST_CASE("R5: wrong field lines")
{
    for (const auto& line : Strings{" folded", "\tfolded: b", " ", "Host : a", "Host\t: a", ": a", ":", "Host", "Ho st: a",
                                    "Hos(t): a", "H\x80: a", "X: \x7F", "X: a\x1Fz", "X:\x01", "X: a\x0B", "X: a\x0C", "X: a\0b"s,
                                    "X\0: a"s}) {
        check(start + "A: 1\r\n" + line + "\r\nB: 2\r\n\r\n", ErrorKind::header, started + "field A=1\n");
    }
}

TEST_CASE("R5: wrong line ends")
{
    const std::pair<std::string, std::string> cases[] = {
        {"\n" + start, ""},
        {"\r" + start, ""},
        {"POST / HTTP/1.1\n", ""},
        {"POST / HTTP/1.1\r\r\n", ""},
        {"POST / HT\rTP/1.1\r\n", ""},
        {"(\n", ""},
        {start + "(: a\n", started},
        {start + "X: a\nY: b\r\n\r\n", started},
        {start + "X: a\rY: b\r\n\r\n", started},
        {start + "X: a\r\r\n\r\n", started},
        {start + "X: a\r\n\n", started + "field X=a\n"},
        {start + "X: a\r\n\rX", started + "field X=a\n"},
        {chunked + "g\n", in_chunks},
        {chunked + "1\na\r\n", in_chunks},
        {chunked + "1\ra\r\n", in_chunks},
        {chunked + "1\r\na\n", in_chunks + "body a"},
        {chunked + "1\r\na\r0", in_chunks + "body a"},
        {chunked + "0\r\n\n", in_chunks},
    };
    for (const auto& [input, events] : cases) {
        check(input, ErrorKind::line_end, events);
    }
}

TEST_CASE("R6: contradictory lengths")
{
    using Field = std::pair<std::string, std::string>;
    const std::pair<Field, Field> cases[] = {
        {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
        {{"transfer-encoding", "chunked"}, {"content-length", "5"}},
        {{"Content-Length", "5"}, {"Content-Length", "6"}},
        {{"Content-Length", "5"}, {"CONTENT-LENGTH", "5"}},
        {{"Content-Length", "0"}, {"Content-Length", "0"}},
        {{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}},
        {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}},
        {{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}},
        {{"Content-Length", "x"}, {"Content-Length", "5"}},
    };
    for (const auto& [one, other] : cases) {
        check(start + one.first + ": " + one.second + "\r\nX: y\r\n" + other.first + ": " + other.second + "\r\n\r\n0\r\n\r\n",
              ErrorKind::framing,
              started + "field " + one.first + '=' + one.second + "\nfield X=y\nfield " + other.first + '=' + other.second
                  + '\n');
    }
}

TEST_CASE("R6: malformed lengths and other codings")
{
    for (const auto& length : Strings{"", "+5", "-5", "0x5", "5, 5", "5 5", "1e3", "5;", "a", "5a", "5.0",
                                      "0000000000000005", "/", ":", "\xA0" "5", "\xB2", "99999999999999999999999"}) {
        check(start + "Content-Length: " + length + "\r\n\r\nhello", ErrorKind::framing,
              started + "field Content-Length=" + length + '\n');
    }
    for (const auto& coding : Strings{"", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunkedx", "chunke",
                                      "chunked;", "\"chunked\"", "identity"}) {
        check(start + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", ErrorKind::framing,
              started + "field Transfer-Encoding=" + coding + '\n');
    }
}

TEST_CASE("R6: fields of other names say nothing about the body")
{
    check(start + "X-Content-Length: 5\r\nContent-Length-X: 5\r\nTransfer-Encodin: x\r\n\r\n", {},
          started + "field X-Content-Length=5\nfield Content-Length-X=5\nfield Transfer-Encodin=x\nhead\nend\n");
}

TEST_CASE("R7: lengths of lines")
{
    const auto check_line = [](std::size_t line, Result error, const std::string& input, const std::string& events) {
        check(input, error, events, {line, many});
    };
    check_line(15, {}, start + "X: 34567890\t345\r\n\r\n", started + "field X=34567890\t345\nhead\nend\n");
    check_line(14, ErrorKind::limit, start + "\r\n", "");
    check_line(15, ErrorKind::limit, start + "X: 3456789012345", started);
    check_line(15, ErrorKind::limit, start + "X:              ", started);
    check_line(15, ErrorKind::limit, start + " 234567890123456", started);
    check_line(26, ErrorKind::limit, chunked + "000000000000000000000000001", in_chunks);
    check_line(26, ErrorKind::chunk, chunked + "00000000000000000000000001\r\n", in_chunks);
    check_line(26, ErrorKind::limit, chunked + "1\r\na123456789012345678901234567", in_chunks + "body a");
    check_line(15, ErrorKind::line_end, start + "X: 345678901234\r5", started);
    check_line(15, ErrorKind::line_end, start + "X: 345678901234\n", started);
}

TEST_CASE("R7: the limit is told before the line ends")
{
    Recorder recorder;
    Parser parser(recorder, {5, many});
    CHECK(feed(parser, "12345") == std::nullopt);
    CHECK(feed(parser, "6") == ErrorKind::limit);
}

TEST_CASE("R7: number of fields")
{
    const auto message = start + "A: 1\r\nB: 2\r\n\r\n";
    const auto two = started + "field A=1\nfield B=2\n";
    check(message + message, {}, two + "head\nend\n" + two + "head\nend\n", {many, 2});
    check(start + "A: 1\r\nB: 2\r\nwrong\r\n", ErrorKind::limit, two, {many, 2});
    check(start + "A: 1\r\n", ErrorKind::limit, started, {many, 0});
    check(start + "A: 1\n", ErrorKind::line_end, started, {many, 0});
    check(start + "\r\n", {}, started + "head\nend\n", {many, 0});
}

TEST_CASE("R8: stays in error")
{
    const std::pair<std::string, ErrorKind> cases[] = {
        {"\n", ErrorKind::line_end},
        {"0123456789012345678901234567890", ErrorKind::limit},
        {"GET\r\n", ErrorKind::request_line},
        {"GET / HTTP/1.0\r\n", ErrorKind::version},
        {start + "A\r\n", ErrorKind::header},
        {start + "Content-Length: a\r\n\r\n", ErrorKind::framing},
        {chunked + "x\r\n", ErrorKind::chunk},
        {chunked + "1\r\nab\r\n", ErrorKind::chunk},
    };
    for (const auto& [input, error] : cases) {
        Recorder recorder;
        Parser parser(recorder, {30, many});
        CHECK(feed(parser, input) == error);
        const auto before = recorder.events;
        for (const auto& more : Strings{"1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "", "\r\n"}) {
            CHECK(feed(parser, more) == error);
            CHECK(finish(parser) == error);
        }
        CHECK(recorder.events == before);
    }
}

TEST_CASE("R8: end of input between messages")
{
    Recorder recorder;
    Parser parser(recorder, {many, many});
    for (const auto& message : Strings{"", "GET / HTTP/1.1\r\n\r\n", chunked + "0\r\n\r\n"}) {
        CHECK_FALSE(feed(parser, message));
        CHECK_FALSE(finish(parser));
    }
    CHECK(recorder.events == "request GET /\nhead\nend\n" + in_chunks + "end\n");
}

TEST_CASE("R8: end of input within a message")
{
    for (const auto& message :
         Strings{"\r\n", start + "Content-Length: 3\r\n\r\nabc", chunked + "1\r\na\r\n0\r\n\r\n"}) {
        for (std::size_t length = 1; length < message.size(); ++length) {
            Recorder recorder;
            Parser parser(recorder, {many, many});
            CHECK_FALSE(feed(parser, message.substr(0, length)));
            CHECK(finish(parser) == ErrorKind::incomplete);
            CHECK(feed(parser, message.substr(length)) == ErrorKind::incomplete);
            CHECK(finish(parser) == ErrorKind::incomplete);
        }
    }
}
