#include "event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace event_stream {

namespace {

constexpr std::string_view BYTE_ORDER_MARK = "\xef\xbb\xbf";
constexpr std::size_t MAX_RETRY_DIGITS = 9;

bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

}  // namespace

Parser::Parser(std::size_t limit, EventHandler on_event, RetryHandler on_retry)
    : limit_(limit), on_event_(std::move(on_event)), on_retry_(std::move(on_retry))
{
    if (limit == 0) {
        throw std::invalid_argument("limit is 0");
    }
}

void Parser::feed(std::string_view bytes)
{
    if (closed_) {
        throw Closed();
    }
    closed_ = true;  // unless all goes well
    for (char byte : bytes) {
        take(byte);
    }
    closed_ = false;
}

void Parser::take(char byte)
{
    bool after_cr = std::exchange(after_cr_, byte == '\r');
    if (byte == '\n' && after_cr) {
        return;
    }
    if (byte == '\n' || byte == '\r') {
        end_line();
        return;
    }
    if (line_.size() == limit_) {
        throw TooLarge();
    }
    line_.push_back(byte);
}

void Parser::end_line()
{
    std::string_view line = line_;
    if (std::exchange(first_line_, false) && line.starts_with(BYTE_ORDER_MARK)) {
        line.remove_prefix(BYTE_ORDER_MARK.size());
    }
    if (line.empty()) {
        end_event();
    } else {
        std::size_t colon = std::min(line.find(':'), line.size());
        std::string_view value = line.substr(std::min(colon + 1, line.size()));
        value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        take_field(line.substr(0, colon), value);  // the name of a comment is empty
    }
    line_.clear();
}

void Parser::take_field(std::string_view name, std::string_view value)
{
    if (name == "data") {
        add_data(value);
    } else if (name == "event") {
        type_ = value;
    } else if (name == "id" && value.find('\0') == std::string_view::npos) {
        last_id_ = value;
    } else if (name == "retry" && value.size() <= MAX_RETRY_DIGITS && !value.empty()
               && std::ranges::all_of(value, is_digit)) {
        long milliseconds = 0;
        std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        on_retry_(std::chrono::milliseconds(milliseconds));
    }
}

void Parser::add_data(std::string_view value)
{
    if (std::exchange(has_data_, true)) {
        data_.push_back('\n');
    }
    data_.append(value);
    if (data_.size() > limit_) {
        throw TooLarge();
    }
}

void Parser::end_event()
{
    if (has_data_) {
        on_event_({type_.empty() ? "message" : std::string_view(type_), data_, last_id_});
    }
    type_.clear();
    data_.clear();
    has_data_ = false;
}

}  // namespace event_stream
