#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace http_parser {

enum class ErrorKind { line_end, limit, request_line, version, header, framing, chunk, incomplete };

/// Why a stream was refused.
class ParseError : public std::runtime_error {
public:
    explicit ParseError(ErrorKind kind);

    ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
};

/// What the parser calls. The bytes are valid only during the call, which must neither use the parser nor throw.
class Handler {
public:
    virtual void on_request(std::string_view method, std::string_view target) = 0;
    virtual void on_field(std::string_view name, std::string_view value) = 0;
    virtual void on_head_end() = 0;
    virtual void on_body(std::string_view piece) = 0;
    virtual void on_end() = 0;

protected:
    ~Handler() = default;
};

struct Limits {
    std::size_t line;   ///< bytes of a line without its end
    std::size_t fields; ///< header fields of a message
};

/// Parses a stream of HTTP/1.1 requests as it comes.
class Parser {
public:
    /// The handler must outlive the parser.
    Parser(Handler& handler, Limits limits) : handler_(handler), limits_(limits) {}

    /// Parses the next bytes of the stream. Throws ParseError; after that every call throws the same again.
    void feed(std::string_view bytes);

    /// Tells that no more bytes come. Throws ParseError unless the parser is between messages.
    void finish();

private:
    enum class State { request_line, field_line, fixed_body, chunk_size, chunk_body, chunk_end, last_line };
    enum class Framing { none, length, chunked, contradictory };

    [[noreturn]] void fail(ErrorKind kind);
    void require(bool condition, ErrorKind kind);
    std::size_t take_body(std::string_view bytes);
    void take_line_byte(char byte);
    void take_line(std::string_view line);
    void take_request_line(std::string_view line);
    void take_field_line(std::string_view line);
    void note_framing(std::string_view name, std::string_view value);
    void end_head();
    void take_chunk_size(std::string_view line);
    void end_message();

    Handler& handler_;
    Limits limits_;
    std::optional<ErrorKind> error_;
    State state_ = State::request_line;
    Framing framing_ = Framing::none;
    std::size_t field_count_ = 0;
    std::uint64_t remaining_ = 0; // of the body or of the chunk
    bool has_carriage_return_ = false;
    std::string line_;
};

}
