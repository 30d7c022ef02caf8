#include "event_bus.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace event_bus {

namespace {

using Segments = std::vector<std::string>;

constexpr int max_priority = 1000;
constexpr int max_cascade_limit = 1'000'000;

Segments split(std::string_view text)
{
    Segments segments;
    std::size_t start = 0;
    for (std::size_t dot; (dot = text.find('.', start)) != text.npos; start = dot + 1) {
        segments.emplace_back(text.substr(start, dot - start));
    }
    segments.emplace_back(text.substr(start));
    return segments;
}

bool is_name(const std::string& segment)
{
    return !segment.empty() && segment.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                         "0123456789_-") == segment.npos;
}

void require(bool is_valid, const std::string& problem)
{
    if (!is_valid) {
        throw std::invalid_argument(problem);
    }
}

/// Returns the segments of a topic; throws std::invalid_argument if it is none.
Segments topic_segments(const std::string& topic)
{
    Segments segments = split(topic);
    require(std::ranges::all_of(segments, is_name), "invalid topic: \"" + topic + '"');
    return segments;
}

class Pattern {
public:
    /// Throws std::invalid_argument if the text is no pattern.
    explicit Pattern(const std::string& text) : text_(text), segments_(split(text)), open_(segments_.back() == "**")
    {
        if (open_) {
            segments_.pop_back();
        }
        const auto is_segment = [](const std::string& segment) { return segment == "*" || is_name(segment); };
        require(std::ranges::all_of(segments_, is_segment), "invalid pattern: \"" + text + '"');
    }

    const std::string& text() const noexcept { return text_; }

    bool matches(const Segments& topic) const
    {
        const bool fits = open_ ? topic.size() >= segments_.size() : topic.size() == segments_.size();
        const auto same = [](const std::string& wanted, const std::string& segment) {
            return wanted == "*" || wanted == segment;
        };
        return fits && std::equal(segments_.begin(), segments_.end(), topic.begin(), same);
    }

private:
    std::string text_;
    Segments segments_;
    bool open_;
};

}  // namespace

struct Subscription::Entry {
    Pattern pattern;
    Listener listener;
    SubscribeOptions options;
    bool in_force = true;

    bool end() noexcept { return std::exchange(in_force, false); }
};

DeliveryError::DeliveryError(std::vector<Failure> failures)
    : std::runtime_error(std::to_string(failures.size()) + " listener call(s) failed"),
      failures_(std::make_shared<const std::vector<Failure>>(std::move(failures)))
{
}

Subscription::Subscription(std::weak_ptr<Entry> entry) noexcept : entry_(std::move(entry))
{
}

Subscription& Subscription::operator=(Subscription&& other) noexcept
{
    cancel();
    entry_ = std::move(other.entry_);
    return *this;
}

Subscription::~Subscription()
{
    cancel();
}

bool Subscription::cancel() noexcept
{
    const auto entry = entry_.lock();
    return entry && entry->end();
}

EventBus::EventBus(int cascade_limit) : cascade_limit_(cascade_limit)
{
    require(cascade_limit >= 1 && cascade_limit <= max_cascade_limit, "the cascade limit is out of range");
}

EventBus::~EventBus() = default;

std::size_t EventBus::subscription_count() const noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const auto& entry) { return entry->in_force; }));
}

Subscription EventBus::subscribe(const std::string& pattern, Listener listener, SubscribeOptions options)
{
    Pattern parsed(pattern);
    require(options.priority >= -max_priority && options.priority <= max_priority, "the priority is out of range");
    std::erase_if(entries_, [](const auto& entry) { return !entry->in_force; });
    auto entry = std::make_shared<Subscription::Entry>(
        Subscription::Entry{std::move(parsed), std::move(listener), options});
    const auto next = std::ranges::upper_bound(entries_, options.priority, std::ranges::greater(),
                                               [](const auto& other) { return other->options.priority; });
    entries_.insert(next, entry);
    return Subscription(entry);
}

void EventBus::publish(std::string topic, std::any payload)
{
    topic_segments(topic);
    if (cascade_size_ == cascade_limit_) {
        throw CascadeLimitError("more than " + std::to_string(cascade_limit_) + " events in one cascade");
    }
    queue_.push_back({std::move(topic), std::move(payload)});
    ++cascade_size_;
    if (cascade_size_ > 1) {
        return;
    }

    std::vector<Failure> failures;
    for (; !queue_.empty(); queue_.pop_front()) {
        deliver(queue_.front(), failures);
    }
    cascade_size_ = 0;
    if (!failures.empty()) {
        throw DeliveryError(std::move(failures));
    }
}

void EventBus::deliver(const Event& event, std::vector<Failure>& failures)
{
    const Segments topic = topic_segments(event.topic);
    Entries receivers;
    std::ranges::copy_if(entries_, std::back_inserter(receivers),
                         [&topic](const auto& entry) { return entry->pattern.matches(topic); });
    for (const auto& entry : receivers) {
        const bool in_force = entry->options.once ? entry->end() : entry->in_force;
        if (!in_force) {
            continue;
        }
        try {
            entry->listener(event);
        } catch (...) {
            failures.push_back({event.topic, entry->pattern.text(), std::current_exception()});
        }
    }
}

}  // namespace event_bus
