#include "http_parser.hpp"

#include <algorithm>
#include <charconv>

namespace http_parser {

namespace {

constexpr std::size_t max_length_digits = 15;
constexpr std::size_t max_size_digits = 12;

const char* message(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::line_end: return "a line does not end with CR LF";
    case ErrorKind::limit: return "a limit is exceeded";
    case ErrorKind::request_line: return "malformed request line";
    case ErrorKind::version: return "a version other than HTTP/1.1";
    case ErrorKind::header: return "malformed field line";
    case ErrorKind::framing: return "no sound length of the body";
    case ErrorKind::chunk: return "malformed chunk";
    default: return "the stream ends within a message";
    }
}

// The functions of <cctype> depend on the locale.
constexpr bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

constexpr char to_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char byte) {
        const char lower = to_lower(byte);
        return is_digit(byte) || (lower >= 'a' && lower <= 'z')
               || std::string_view("!#$%&'*+-.^_`|~").find(byte) != std::string_view::npos;
    });
}

bool is_target(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char byte) { return byte >= 0x21 && byte <= 0x7E; });
}

bool is_version(std::string_view text)
{
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

bool is_value(std::string_view text)
{
    return std::ranges::all_of(text, [](unsigned char byte) { return byte == '\t' || (byte >= 0x20 && byte != 0x7F); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower)
{
    return std::ranges::equal(text, lower, {}, to_lower);
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// from_chars takes a sign from signed types only, and a prefix like 0x never.
std::optional<std::uint64_t> parse_number(std::string_view digits, int base, std::size_t max_digits)
{
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [parsed, error] = std::from_chars(digits.data(), end, number, base);
    const bool is_number = error == std::errc() && parsed == end && digits.size() <= max_digits;
    return is_number ? std::optional(number) : std::nullopt;
}

}

ParseError::ParseError(ErrorKind kind) : std::runtime_error(message(kind)), kind_(kind) {}

void Parser::feed(std::string_view bytes)
{
    if (error_) {
        throw ParseError(*error_);
    }
    while (!bytes.empty()) {
        if (state_ == State::fixed_body || state_ == State::chunk_body) {
            bytes.remove_prefix(take_body(bytes));
        } else {
            take_line_byte(bytes.front());
            bytes.remove_prefix(1);
        }
    }
}

void Parser::finish()
{
    if (error_) {
        throw ParseError(*error_);
    }
    require(state_ == State::request_line && line_.empty() && !has_carriage_return_, ErrorKind::incomplete);
}

void Parser::fail(ErrorKind kind)
{
    error_ = kind;
    throw ParseError(kind);
}

void Parser::require(bool condition, ErrorKind kind)
{
    if (!condition) {
        fail(kind);
    }
}

// Returns how many of the bytes belong to the body.
std::size_t Parser::take_body(std::string_view bytes)
{
    const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
    handler_.on_body(piece);
    remaining_ -= piece.size();
    if (remaining_ == 0) {
        if (state_ == State::chunk_body) {
            state_ = State::chunk_end;
        } else {
            end_message();
        }
    }
    return piece.size();
}

void Parser::take_line_byte(char byte)
{
    if (has_carriage_return_) {
        require(byte == '\n', ErrorKind::line_end);
        has_carriage_return_ = false;
        take_line(line_);
        line_.clear();
    } else if (byte == '\r') {
        has_carriage_return_ = true;
    } else {
        require(byte != '\n', ErrorKind::line_end);
        require(line_.size() < limits_.line, ErrorKind::limit);
        line_.push_back(byte);
    }
}

void Parser::take_line(std::string_view line)
{
    switch (state_) {
    case State::request_line:
        take_request_line(line);
        break;
    case State::field_line:
        line.empty() ? end_head() : take_field_line(line);
        break;
    case State::chunk_size:
        take_chunk_size(line);
        break;
    case State::chunk_end:
        require(line.empty(), ErrorKind::chunk);
        state_ = State::chunk_size;
        break;
    default:
        require(line.empty(), ErrorKind::chunk);
        end_message();
    }
}

void Parser::take_request_line(std::string_view line)
{
    const auto after_method = line.find(' ');
    const auto after_target = line.rfind(' ');
    require(after_method < after_target, ErrorKind::request_line);
    const auto method = line.substr(0, after_method);
    const auto target = line.substr(after_method + 1, after_target - after_method - 1);
    const auto version = line.substr(after_target + 1);
    require(is_token(method) && is_target(target) && is_version(version), ErrorKind::request_line);
    require(version == "HTTP/1.1", ErrorKind::version);
    state_ = State::field_line;
    field_count_ = 0;
    framing_ = Framing::none;
    handler_.on_request(method, target);
}

void Parser::take_field_line(std::string_view line)
{
    require(field_count_ < limits_.fields, ErrorKind::limit);
    ++field_count_;
    const auto colon = line.find(':');
    require(colon != std::string_view::npos, ErrorKind::header);
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    require(is_token(name) && is_value(value), ErrorKind::header);
    note_framing(name, value);
    handler_.on_field(name, value);
}

void Parser::note_framing(std::string_view name, std::string_view value)
{
    auto said = Framing::none;
    if (equals_ignoring_case(name, "content-length")) {
        const auto length = parse_number(value, 10, max_length_digits);
        said = length ? Framing::length : Framing::contradictory;
        remaining_ = length.value_or(0);
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
        said = equals_ignoring_case(value, "chunked") ? Framing::chunked : Framing::contradictory;
    }
    if (said != Framing::none) {
        framing_ = framing_ == Framing::none ? said : Framing::contradictory;
    }
}

void Parser::end_head()
{
    require(framing_ != Framing::contradictory, ErrorKind::framing);
    handler_.on_head_end();
    if (framing_ == Framing::chunked) {
        state_ = State::chunk_size;
    } else if (framing_ == Framing::length && remaining_ > 0) {
        state_ = State::fixed_body;
    } else {
        end_message();
    }
}

void Parser::take_chunk_size(std::string_view line)
{
    const auto size = parse_number(line, 16, max_size_digits);
    require(size.has_value(), ErrorKind::chunk);
    remaining_ = *size;
    state_ = remaining_ > 0 ? State::chunk_body : State::last_line;
}

void Parser::end_message()
{
    state_ = State::request_line;
    handler_.on_end();
}

}
