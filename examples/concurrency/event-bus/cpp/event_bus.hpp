#pragma once

#include <any>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace event_bus {

/// What a listener is called with.
struct Event {
    std::string topic;
    std::any payload;
};

using Listener = std::function<void(const Event&)>;

/// What a listener threw, with the event's topic and the subscription's pattern.
struct Failure {
    std::string topic;
    std::string pattern;
    std::exception_ptr error;
};

/// Listeners have failed.
class DeliveryError : public std::runtime_error {
public:
    explicit DeliveryError(std::vector<Failure> failures);

    /// In the order in which they happened.
    const std::vector<Failure>& failures() const noexcept { return *failures_; }

private:
    std::shared_ptr<const std::vector<Failure>> failures_;  // an exception must be copied without throwing
};

/// Listeners have published too many events in answer to one.
class CascadeLimitError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct SubscribeOptions {
    int priority = 0;   ///< from -1000 to 1000; greater ones are called first
    bool once = false;  ///< whether the subscription ends with the first matching event
};

class EventBus;

/// Owns a listener's place on a bus: the subscription is cancelled when this is destroyed. It may outlive the bus.
class [[nodiscard]] Subscription {
public:
    Subscription(Subscription&&) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

    /// Ends the subscription; returns whether it was still in force.
    bool cancel() noexcept;

private:
    friend class EventBus;
    struct Entry;

    explicit Subscription(std::weak_ptr<Entry> entry) noexcept;

    std::weak_ptr<Entry> entry_;
};

/// Delivers published events to the listeners whose patterns match their topics; for use within one thread.
class EventBus {
public:
    /// Throws std::invalid_argument unless the limit of events in a cascade is from 1 to 1,000,000.
    explicit EventBus(int cascade_limit = 1000);
    ~EventBus();
    EventBus(const EventBus&) = delete;
    EventBus& operator=(const EventBus&) = delete;

    /// The number of subscriptions in force.
    std::size_t subscription_count() const noexcept;

    /// Has the listener called with each event whose topic matches the pattern.
    /// Throws std::invalid_argument if the pattern or the priority is invalid.
    Subscription subscribe(const std::string& pattern, Listener listener, SubscribeOptions options = {});

    /// Delivers an event and those that its listeners publish; within a listener, queues the event instead.
    /// Throws std::invalid_argument if the topic is invalid; within a listener CascadeLimitError if the cascade is
    /// at its limit; outside of listeners DeliveryError, after everything is delivered, if any has thrown.
    void publish(std::string topic, std::any payload = {});

private:
    using Entries = std::vector<std::shared_ptr<Subscription::Entry>>;

    void deliver(const Event& event, std::vector<Failure>& failures);

    Entries entries_;  // in the order of calling; ended ones are removed now and then
    std::deque<Event> queue_;
    int cascade_limit_;
    int cascade_size_ = 0;  // events of the current cascade, delivered ones too; 0 outside of listeners
};

}  // namespace event_bus
