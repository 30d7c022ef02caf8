// A push parser for text/event-stream.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace event_stream {

/// An event; the texts are valid during the call of the handler.
struct Event {
    std::string_view type;
    std::string_view data;
    std::string_view last_id;
};

/// A line or the data of an event is longer than the limit.
class TooLarge : public std::runtime_error {
public:
    TooLarge() : std::runtime_error("line or data is longer than the limit") {}
};

/// The parser was fed after an error.
class Closed : public std::logic_error {
public:
    Closed() : std::logic_error("parser is closed") {}
};

class Parser {
public:
    using EventHandler = std::function<void(const Event&)>;
    using RetryHandler = std::function<void(std::chrono::milliseconds)>;

    /// @param limit of a line and of the data of an event, in bytes
    /// @throws std::invalid_argument the limit is 0
    Parser(std::size_t limit, EventHandler on_event, RetryHandler on_retry);

    /// Takes the next bytes and calls the handlers for what they complete.
    /// @throws TooLarge, Closed
    void feed(std::string_view bytes);

private:
    void take(char byte);
    void end_line();
    void take_field(std::string_view name, std::string_view value);
    void add_data(std::string_view value);
    void end_event();

    std::size_t limit_;
    EventHandler on_event_;
    RetryHandler on_retry_;
    bool closed_ = false;
    bool first_line_ = true;
    bool after_cr_ = false;
    bool has_data_ = false;
    std::string line_;
    std::string type_;
    std::string data_;
    std::string last_id_;
};

}  // namespace event_stream
