#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <any>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "event_bus.hpp"

using event_bus::CascadeLimitError;
using event_bus::DeliveryError;
using event_bus::Event;
using event_bus::EventBus;
using event_bus::Subscription;

static_assert(std::is_nothrow_copy_constructible_v<DeliveryError>);
static_assert(!std::is_copy_constructible_v<Subscription>);

namespace {

using Strings = std::vector<std::string>;

const Strings no_names = {"",      ".",   "a.",  ".a", "a..b", "a b",  "a\n", "\na",
                          "\u00e9", "a/b", "a:b", "a*", "*a",   "a.*b", "***", "a.***"};

/// A bus, and listeners that log their names and the topics.
struct Fixture {
    EventBus bus;
    Strings log;
    std::vector<Subscription> kept;

    Subscription log_as(const std::string& name, const std::string& pattern, int priority = 0)
    {
        return bus.subscribe(
            pattern, [this, name](const Event& event) { log.push_back(name + ' ' + event.topic); },
            {.priority = priority});
    }

    void keep(Subscription subscription) { kept.push_back(std::move(subscription)); }
};

std::string describe(const std::exception_ptr& error)
{
    try {
        std::rethrow_exception(error);
    } catch (const CascadeLimitError&) {
        return "limit";
    } catch (const std::invalid_argument&) {
        return "invalid";
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (int number) {
        return std::to_string(number);
    }
}

/// Publishes an event whose delivery fails; returns the failures as texts.
Strings failures_of(EventBus& bus, const std::string& topic)
{
    try {
        bus.publish(topic);
    } catch (const DeliveryError& error) {
        Strings failures;
        for (const auto& failure : error.failures()) {
            failures.push_back(failure.topic + ' ' + failure.pattern + ' ' + describe(failure.error));
        }
        return failures;
    }
    REQUIRE_MESSAGE(false, "no error");
    return {};
}

/// Publishes with a listener that publishes for as long as it can; returns the number of events delivered.
int cascade(EventBus& bus, int at_once)
{
    int delivered = 0;
    const Subscription subscription = bus.subscribe("**", [&](const Event&) {
        ++delivered;
        for (int i = 0; i < at_once; ++i) {
            bus.publish("again");
        }
    });
    for (const std::string& failure : failures_of(bus, "first")) {
        CHECK(failure.ends_with(" ** limit"));
    }
    return delivered;
}

}  // namespace

TEST_CASE("R1: what patterns match")
{
    struct Match {
        std::string pattern;
        Strings yes;
        Strings no;
    };
    const std::vector<Match> matches = {
        {"a", {"a"}, {"A", "b", "aa", "a.a", "a.b"}},
        {"a.b", {"a.b"}, {"a", "b", "a.c", "b.b", "a.B", "a.b.c", "ab", "a-b"}},
        {"*", {"a", "Z_9-z"}, {"a.b"}},
        {"a.*", {"a.b", "a.a"}, {"a", "b.b", "a.b.c", "ab"}},
        {"*.b", {"a.b", "b.b"}, {"b", "a.c", "a.b.b"}},
        {"a.*.c", {"a.b.c"}, {"a.c", "a.b.d", "a.b.b.c"}},
        {"**", {"a", "a.b", "a.b.c"}, {}},
        {"a.**", {"a", "a.b", "a.b.c"}, {"b", "ab", "b.a"}},
        {"a.*.**", {"a.b", "a.b.c", "a.b.c.d"}, {"a", "b.a"}},
        {"*.**", {"a", "a.b.c"}, {}},
    };
    for (const auto& [pattern, yes, no] : matches) {
        CAPTURE(pattern);
        EventBus bus;
        Strings topics;
        const auto subscription = bus.subscribe(pattern, [&](const Event& event) { topics.push_back(event.topic); });
        for (const Strings& some : {no, yes, no}) {
            for (const std::string& topic : some) {
                bus.publish(topic);
            }
        }
        CHECK(topics == yes);
    }
}

TEST_CASE_FIXTURE(Fixture, "R1: a topic of very many segments")
{
    std::string topic = "a";
    for (int i = 1; i < 100'000; ++i) {
        topic += ".a";
    }
    std::vector<std::size_t> matching;
    for (const std::string& pattern : Strings{topic, "a.*", "a.**", "**", topic + ".*", topic + ".**"}) {
        keep(bus.subscribe(pattern, [&matching, size = pattern.size()](const Event&) { matching.push_back(size); }));
    }
    bus.publish(topic);
    CHECK(matching == std::vector<std::size_t>{199'999, 4, 2, 200'002});
}

TEST_CASE_FIXTURE(Fixture, "R1: the payload is passed as it is")
{
    std::vector<std::any> payloads;
    keep(bus.subscribe("a", [&](const Event& event) { payloads.push_back(event.payload); }));
    const auto payload = std::make_shared<int>(5);
    bus.publish("a", payload);
    bus.publish("a");
    REQUIRE(payloads.size() == 2);
    CHECK(std::any_cast<std::shared_ptr<int>>(payloads[0]) == payload);
    CHECK_FALSE(payloads[1].has_value());
}

TEST_CASE_FIXTURE(Fixture, "R2: by priority, then in the order of subscribing")
{
    keep(log_as("zero", "a"));
    keep(log_as("low", "**", -1));
    keep(log_as("lowest", "a", -1000));
    keep(log_as("high", "*", 1));
    keep(log_as("zero-2", "a"));
    keep(log_as("highest", "a.**", 1000));
    keep(log_as("high-2", "a", 1));
    keep(log_as("zero-3", "**"));
    bus.publish("a");
    CHECK(log == Strings{"highest a", "high a", "high-2 a", "zero a", "zero-2 a", "zero-3 a", "low a", "lowest a"});
}

TEST_CASE_FIXTURE(Fixture, "R2: a listener that is subscribed twice is called twice")
{
    int calls = 0;
    const event_bus::Listener listener = [&](const Event&) { ++calls; };
    Subscription first = bus.subscribe("a", listener);
    const Subscription second = bus.subscribe("a", listener);
    bus.publish("a");
    CHECK(calls == 2);
    CHECK(bus.subscription_count() == 2);
    CHECK(first.cancel());
    bus.publish("a");
    CHECK(calls == 3);
    CHECK(bus.subscription_count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "R3: a subscription made during a delivery gets events whose delivery begins later")
{
    const auto make = [&](const Event&) {
        bus.publish("queued");
        keep(log_as("new", "**", -5));
        keep(log_as("new first", "**", 5));
    };
    const Subscription start = bus.subscribe("start", make, {.once = true});
    keep(log_as("old", "start", -1));
    bus.publish("start");
    CHECK(log == Strings{"old start", "new first queued", "new queued"});
    log.clear();
    bus.publish("start");
    CHECK(log == Strings{"new first start", "old start", "new start"});
}

TEST_CASE_FIXTURE(Fixture, "R3: a subscription cancelled before its turn is not called")
{
    keep(log_as("first", "a", 2));
    Subscription before = log_as("before", "a.**", 3);
    Subscription cancelled = log_as("cancelled", "a.**", -1);
    std::vector<bool> results;
    keep(bus.subscribe("a", [&](const Event&) {
        bus.publish("a.queued");
        for (Subscription* subscription : {&cancelled, &before, &cancelled}) {
            results.push_back(subscription->cancel());
        }
    }));
    keep(log_as("last", "a.**", -2));
    bus.publish("a");
    CHECK(log == Strings{"before a", "first a", "last a", "last a.queued"});
    CHECK(results == std::vector<bool>{true, true, false});
    CHECK(bus.subscription_count() == 3);
}

TEST_CASE_FIXTURE(Fixture, "R3: a listener cancels its own subscription")
{
    std::optional<Subscription> own;
    own = bus.subscribe("a", [&](const Event&) { log.push_back(own->cancel() ? "own true" : "own false"); });
    keep(log_as("other", "a"));
    bus.publish("a");
    bus.publish("a");
    CHECK(log == Strings{"own true", "other a", "other a"});
    CHECK_FALSE(own->cancel());
}

TEST_CASE_FIXTURE(Fixture, "R3: a listener may destroy its own subscription")
{
    std::optional<Subscription> own;
    own = bus.subscribe("a", [&own, this, name = std::string("a name that needs memory")](const Event&) {
        own.reset();
        keep(log_as("new", "b"));
        log.push_back(name);
    });
    bus.publish("a");
    bus.publish("a");
    CHECK(log == Strings{"a name that needs memory"});
    CHECK(bus.subscription_count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "R3: a subscription is cancelled when its owner is destroyed or assigned to")
{
    Subscription kept_one = log_as("one", "a");
    {
        const Subscription two = log_as("two", "a");
        bus.publish("a");
    }
    kept_one = log_as("three", "a");
    Subscription moved = std::move(kept_one);
    bus.publish("a");
    CHECK(log == Strings{"one a", "two a", "three a"});
    CHECK(moved.cancel());
    CHECK(bus.subscription_count() == 0);
}

TEST_CASE("R3: a subscription may outlive the bus")
{
    const auto resource = std::make_shared<int>(0);
    auto bus = std::make_unique<EventBus>();
    Subscription subscription = bus->subscribe("a", [resource](const Event&) {});
    CHECK(resource.use_count() == 2);
    bus.reset();
    CHECK(resource.use_count() == 1);
    CHECK_FALSE(subscription.cancel());
}

TEST_CASE_FIXTURE(Fixture, "R3: the listener of an ended subscription is released by the next subscribing")
{
    const auto resource = std::make_shared<int>(0);
    Subscription subscription = bus.subscribe("a", [resource](const Event&) {});
    CHECK(subscription.cancel());
    keep(log_as("next", "a"));
    CHECK(resource.use_count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "R4: a once-subscription is called for the first matching event only")
{
    std::optional<Subscription> once;
    const auto listener = [&](const Event& event) {
        log.push_back(event.topic + (once->cancel() ? " true " : " false ") + std::to_string(bus.subscription_count()));
        bus.publish("a.again");
    };
    once = bus.subscribe("a.*", listener, {.once = true});
    keep(log_as("other", "a.*"));
    bus.publish("b");
    CHECK(bus.subscription_count() == 2);
    bus.publish("a.x");
    bus.publish("a.y");
    CHECK(log == Strings{"a.x false 1", "other a.x", "other a.again", "other a.y"});
    CHECK_FALSE(once->cancel());
}

TEST_CASE_FIXTURE(Fixture, "R4: a once-subscription ends although its listener fails")
{
    keep(bus.subscribe("a", [](const Event&) { throw 7; }, {.once = true}));
    CHECK(failures_of(bus, "a") == Strings{"a a 7"});
    CHECK(bus.subscription_count() == 0);
    bus.publish("a");
}

TEST_CASE_FIXTURE(Fixture, "R4: a once-subscription that is cancelled is never called")
{
    Subscription once =
        bus.subscribe("a", [&](const Event&) { log.push_back("once"); }, {.priority = -1, .once = true});
    keep(bus.subscribe("a", [&](const Event&) { log.push_back(once.cancel() ? "true" : "false"); }));
    bus.publish("a");
    CHECK(log == Strings{"true"});
    CHECK_FALSE(once.cancel());
}

TEST_CASE_FIXTURE(Fixture, "R5: events published within listeners are queued")
{
    keep(bus.subscribe("a", [&](const Event& event) {
        for (int i = 0; i < 500; ++i) {
            bus.publish("b");
        }
        bus.publish("c");
        log.push_back("published in " + event.topic);
    }));
    keep(bus.subscribe("c", [&](const Event&) { bus.publish("d"); }, {.priority = 9}));
    keep(log_as("all", "**", -9));
    bus.publish("a");
    Strings expected = {"published in a", "all a"};
    expected.insert(expected.end(), 500, "all b");
    expected.insert(expected.end(), {"all c", "all d"});
    CHECK(log == expected);
}

TEST_CASE_FIXTURE(Fixture, "R6: all failures are reported after everything is delivered")
{
    const auto fail = [&](const Event& event) {
        if (event.topic == "a") {
            bus.publish("a.b");
        }
        throw std::runtime_error("down");
    };
    keep(bus.subscribe("a.**", fail, {.priority = 1}));
    Subscription second = bus.subscribe("a", [](const Event&) { throw 7; });
    keep(log_as("last", "**", -1));
    CHECK(failures_of(bus, "a") == Strings{"a a.** down", "a a 7", "a.b a.** down"});
    CHECK(log == Strings{"last a", "last a.b"});
    CHECK(second.cancel());
    CHECK(failures_of(bus, "a.c") == Strings{"a.c a.** down"});
    bus.publish("b");
    CHECK(log == Strings{"last a", "last a.b", "last a.c", "last b"});
}

TEST_CASE_FIXTURE(Fixture, "R7: invalid patterns")
{
    Strings patterns = {"**.a", "a.**.b", "**.**", "**.", std::string("a\0", 2)};
    patterns.insert(patterns.end(), no_names.begin(), no_names.end());
    for (const std::string& pattern : patterns) {
        CAPTURE(pattern);
        CHECK_THROWS_AS(keep(log_as("never", pattern)), std::invalid_argument);
    }
    CHECK(bus.subscription_count() == 0);
}

TEST_CASE_FIXTURE(Fixture, "R7: invalid topics")
{
    keep(log_as("all", "**"));
    Strings topics = {"*", "**", "a.*", "a.**", std::string("a\0", 2)};
    topics.insert(topics.end(), no_names.begin(), no_names.end());
    for (const std::string& topic : topics) {
        CAPTURE(topic);
        CHECK_THROWS_AS(bus.publish(topic), std::invalid_argument);
    }
    CHECK(log.empty());
    bus.publish("a");
    CHECK(log == Strings{"all a"});
}

TEST_CASE_FIXTURE(Fixture, "R7: an invalid topic within a listener is a failure of it")
{
    keep(bus.subscribe("a", [&](const Event&) { bus.publish("a."); }));
    keep(log_as("all", "**"));
    CHECK(failures_of(bus, "a") == Strings{"a a invalid"});
    CHECK(log == Strings{"all a"});
}

TEST_CASE_FIXTURE(Fixture, "R7: priorities and limits have bounds")
{
    CHECK_THROWS_AS(keep(log_as("never", "a", -1001)), std::invalid_argument);
    CHECK_THROWS_AS(keep(log_as("never", "a", 1001)), std::invalid_argument);
    CHECK(bus.subscription_count() == 0);
    for (int limit : {0, -1, 1'000'001}) {
        CHECK_THROWS_AS(EventBus{limit}, std::invalid_argument);
    }
    CHECK_NOTHROW(EventBus{1'000'000});
}

TEST_CASE_FIXTURE(Fixture, "R8: a cascade has at most as many events as the limit")
{
    for (int limit : {1, 2, 7}) {
        EventBus limited(limit);
        for (int at_once : {1, 3, 1}) {
            CHECK(cascade(limited, at_once) == limit);
        }
    }
    CHECK(cascade(bus, 1) == 1000);
}

TEST_CASE("R8: a listener can handle the error")
{
    EventBus bus(2);
    Strings topics;
    const auto handle = [&](const Event&) {
        bus.publish("b");
        CHECK_THROWS_AS(bus.publish("c"), CascadeLimitError);
    };
    const Subscription handling = bus.subscribe("a", handle);
    const Subscription all = bus.subscribe("**", [&](const Event& event) { topics.push_back(event.topic); });
    bus.publish("a");
    bus.publish("a");
    CHECK(topics == Strings{"a", "b", "a", "b"});
}
