#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "single_flight.hpp"

using single_flight::AbandonedError;
using single_flight::ReentranceError;
using namespace std::chrono_literals;

static_assert(std::is_base_of_v<std::runtime_error, AbandonedError>);
static_assert(std::is_base_of_v<std::logic_error, ReentranceError>);

namespace {

using Value = std::shared_ptr<int>;
using Group = single_flight::Group<Value>;
using Outcome = single_flight::Outcome<Value>;

/// When all waiting of all tests together ends.
std::chrono::steady_clock::time_point deadline()
{
    static const auto end = std::chrono::steady_clock::now() + 20s;
    return end;
}

template <class Condition>
void wait_until(Condition condition)
{
    while (!condition() && std::chrono::steady_clock::now() < deadline()) {
        std::this_thread::sleep_for(500us);
    }
    REQUIRE(condition());
}

/// Calls a function in a thread that is left to itself if it hangs.
template <class Function>
auto in_thread(Function function)
{
    std::packaged_task<std::invoke_result_t<Function>()> task(std::move(function));
    auto future = task.get_future();
    std::thread(std::move(task)).detach();
    return future;
}

template <class Result>
Result result_of(std::future<Result>& future)
{
    REQUIRE(future.wait_until(deadline()) == std::future_status::ready);
    return future.get();
}

/// Work that waits until it may end, and then returns its value or does what it is told instead.
struct Job {
    std::atomic<bool> may_end = false;
    std::atomic<int> calls = 0;
    Value value = std::make_shared<int>(7);
    std::function<void()> before_return = [] {};

    Value operator()()
    {
        ++calls;
        while (!may_end && std::chrono::steady_clock::now() < deadline()) {
            std::this_thread::sleep_for(500us);
        }
        before_return();
        return value;
    }
};

/// Everything that threads of a test share; it lives as long as the last of them.
struct Scene {
    Group group;
    Job executed;
    Job unused;
};

using Call = std::future<Outcome>;

Call start_owner(const std::shared_ptr<Scene>& scene, const std::string& key)
{
    Call owner = in_thread([scene, key] { return scene->group.run(key, std::ref(scene->executed)); });
    wait_until([&] { return scene->executed.calls == 1; });
    return owner;
}

std::vector<Call> start_waiters(const std::shared_ptr<Scene>& scene, const std::string& key, std::size_t count)
{
    std::vector<Call> waiters(count);
    for (Call& waiter : waiters) {
        waiter = in_thread([scene, key] { return scene->group.run(key, std::ref(scene->unused)); });
    }
    wait_until([&] { return scene->group.waiting(key) == count; });
    return waiters;
}

void check_runs_anew(Group& group, const std::string& key)
{
    const std::size_t in_progress = group.in_progress();
    const Value value = std::make_shared<int>(9);
    int calls = 0;
    const Outcome outcome = group.run(key, [&] {
        ++calls;
        CHECK(group.in_progress() == in_progress + 1);
        return value;
    });
    CHECK(outcome.value == value);
    CHECK_FALSE(outcome.shared);
    CHECK(calls == 1);
    CHECK(group.in_progress() == in_progress);
}

/// The value that a call threw.
template <class Thrown>
Thrown thrown_by(Call& call)
{
    try {
        result_of(call);
    } catch (Thrown& thrown) {
        return thrown;
    }
    REQUIRE_MESSAGE(false, "nothing was thrown");
    throw 0;
}

/// Has work throw something and returns what owner and waiters get.
template <class Thrown>
std::vector<Thrown> all_get(Thrown thrown)
{
    const auto scene = std::make_shared<Scene>();
    scene->executed.before_return = [thrown] { throw thrown; };
    Call owner = start_owner(scene, "key");
    std::vector<Call> waiters = start_waiters(scene, "key", 3);
    scene->executed.may_end = true;
    std::vector<Thrown> got = {thrown_by<Thrown>(owner)};
    for (Call& waiter : waiters) {
        got.push_back(thrown_by<Thrown>(waiter));
    }
    CHECK(scene->executed.calls == 1);
    CHECK(scene->unused.calls == 0);
    check_runs_anew(scene->group, "key");
    return got;
}

}  // namespace

TEST_CASE("R1 R3: all get the value of one execution, of which nothing is kept")
{
    const auto scene = std::make_shared<Scene>();
    Call owner = start_owner(scene, "key");
    std::vector<Call> waiters = start_waiters(scene, "key", 6);
    scene->executed.may_end = true;
    const Outcome of_owner = result_of(owner);
    CHECK(of_owner.value == scene->executed.value);
    CHECK_FALSE(of_owner.shared);
    for (Call& waiter : waiters) {
        const Outcome outcome = result_of(waiter);
        CHECK(outcome.value == scene->executed.value);
        CHECK(outcome.shared);
    }
    CHECK(scene->executed.calls == 1);
    CHECK(scene->unused.calls == 0);
    check_runs_anew(scene->group, "key");
}

TEST_CASE("R1: racing callers are owners or share")
{
    for (int round = 0; round < 50; ++round) {
        const auto scene = std::make_shared<Scene>();
        scene->executed.may_end = true;
        std::vector<Call> calls(4);
        for (Call& call : calls) {
            call = in_thread([scene] { return scene->group.run("key", std::ref(scene->executed)); });
        }
        int shared = 0;
        for (Call& call : calls) {
            const Outcome outcome = result_of(call);
            CHECK(outcome.value == scene->executed.value);
            shared += outcome.shared;
        }
        CHECK(scene->executed.calls + shared == 4);
        CHECK(scene->group.in_progress() == 0);
    }
}

TEST_CASE("R2 R3: all get the same exception")
{
    const Value mark = std::make_shared<int>(1);
    struct Failure : std::runtime_error {
        explicit Failure(Value value) : std::runtime_error("failed"), mark(std::move(value)) {}
        Value mark;
    };
    for (const Failure& failure : all_get(Failure(mark))) {
        CHECK(failure.mark == mark);
    }
}

TEST_CASE("R3: a call after a result runs anew")
{
    for (int round = 0; round < 50; ++round) {
        const auto scene = std::make_shared<Scene>();
        const auto second = std::make_shared<Job>();
        second->may_end = true;
        const auto twice = [scene, second](Job& work) {
            const Outcome first = scene->group.run("key", std::ref(work));
            return std::pair(first, scene->group.run("key", std::ref(*second)));
        };
        std::vector<std::future<std::pair<Outcome, Outcome>>> calls(4);
        calls[0] = in_thread([twice, scene] { return twice(scene->executed); });
        wait_until([&] { return scene->executed.calls == 1; });
        for (std::size_t i = 1; i < calls.size(); ++i) {
            calls[i] = in_thread([twice, scene] { return twice(scene->unused); });
        }
        wait_until([&] { return scene->group.waiting("key") == 3; });
        scene->executed.may_end = true;
        int shared = 0;
        for (auto& call : calls) {
            const auto [before, after] = result_of(call);
            CHECK(before.value == scene->executed.value);
            CHECK(after.value == second->value);
            shared += after.shared;
        }
        CHECK(second->calls + shared == 4);
    }
}

TEST_CASE("R4 R7: different keys go on together")
{
    const std::vector<std::string> keys = {"", "key", "Key", "ke", "key ", std::string("key\0", 4)};
    std::vector<std::shared_ptr<Job>> jobs;
    std::vector<Call> calls;
    const auto group = std::make_shared<Group>();
    for (const std::string& key : keys) {
        const auto job = jobs.emplace_back(std::make_shared<Job>());
        calls.push_back(in_thread([group, job, key] { return group->run(key, std::ref(*job)); }));
        wait_until([&] { return job->calls == 1; });
        CHECK(group->in_progress() == jobs.size());
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::size_t ending = (i + 2) % keys.size();
        jobs[ending]->may_end = true;
        const Outcome outcome = result_of(calls[ending]);
        CHECK(outcome.value == jobs[ending]->value);
        CHECK_FALSE(outcome.shared);
        CHECK(group->in_progress() == keys.size() - 1 - i);
        check_runs_anew(*group, keys[ending]);
    }
}

TEST_CASE("R4 R7: work may run other keys")
{
    Group group;
    const Value value = std::make_shared<int>(1);
    std::vector<std::size_t> counts;
    const Outcome outcome = group.run("a", [&] {
        counts.push_back(group.in_progress());
        const Outcome inner = group.run("b", [&] {
            counts.push_back(group.in_progress());
            return value;
        });
        counts.push_back(group.in_progress());
        CHECK_FALSE(inner.shared);
        return inner.value;
    });
    CHECK(outcome.value == value);
    CHECK(counts == std::vector<std::size_t>{1, 2, 1});
}

TEST_CASE("R5: exceptions of any type leave nobody waiting")
{
    CHECK(all_get(42) == std::vector<int>(4, 42));
    CHECK(all_get(std::string("text")) == std::vector<std::string>(4, "text"));
}

TEST_CASE("R5: the end of the thread leaves nobody waiting")
{
    for (const std::size_t count : {0, 1, 3}) {
        const auto scene = std::make_shared<Scene>();
        scene->executed.before_return = [] { pthread_exit(nullptr); };
        const auto returned = std::make_shared<std::atomic<bool>>(false);
        std::thread([scene, returned] {
            scene->group.run("key", std::ref(scene->executed));
            *returned = true;
        }).detach();
        wait_until([&] { return scene->executed.calls == 1; });
        std::vector<Call> waiters = start_waiters(scene, "key", count);
        scene->executed.may_end = true;
        for (Call& waiter : waiters) {
            CHECK_THROWS_AS(result_of(waiter), AbandonedError);
        }
        wait_until([&] { return scene->group.in_progress() == 0; });
        CHECK_FALSE(*returned);
        CHECK(scene->unused.calls == 0);
        check_runs_anew(scene->group, "key");
    }
}

TEST_CASE("R6: re-entrance is told at once, through other keys too")
{
    Group group;
    const Value value = std::make_shared<int>(1);
    bool called = false;
    const auto never = [&] {
        called = true;
        return Value();
    };
    const Outcome outcome = group.run("a", [&] {
        CHECK_THROWS_AS(group.run("a", never), ReentranceError);
        group.run("b", [&] {
            CHECK_THROWS_AS(group.run("a", never), ReentranceError);
            CHECK_THROWS_AS(group.run("b", never), ReentranceError);
            return value;
        });
        check_runs_anew(group, "b");
        CHECK(group.waiting("a") == 0);
        return value;
    });
    CHECK(outcome.value == value);
    CHECK_FALSE(called);
    check_runs_anew(group, "a");
}

TEST_CASE("R6: waiters get the outcome of an execution with a re-entrance")
{
    const auto scene = std::make_shared<Scene>();
    scene->executed.before_return = [group = &scene->group, unused = &scene->unused] {
        try {
            group->run("key", std::ref(*unused));
        } catch (const ReentranceError&) {
            return;
        }
        throw std::runtime_error("no error");
    };
    Call owner = start_owner(scene, "key");
    std::vector<Call> waiters = start_waiters(scene, "key", 1);
    scene->executed.may_end = true;
    CHECK(result_of(owner).value == scene->executed.value);
    CHECK(result_of(waiters[0]).value == scene->executed.value);
    CHECK(scene->unused.calls == 0);
}

TEST_CASE("R7: counts of keys and waiters")
{
    const auto scene = std::make_shared<Scene>();
    CHECK(scene->group.in_progress() == 0);
    CHECK(scene->group.waiting("a") == 0);
    Call owner = start_owner(scene, "a");
    CHECK(scene->group.in_progress() == 1);
    CHECK(scene->group.waiting("a") == 0);
    std::vector<Call> waiters = start_waiters(scene, "a", 3);
    CHECK(scene->group.waiting("b") == 0);
    CHECK(scene->group.in_progress() == 1);
    scene->executed.may_end = true;
    result_of(owner);
    CHECK(scene->group.in_progress() == 0);
    CHECK(scene->group.waiting("a") == 0);
    for (Call& waiter : waiters) {
        CHECK(result_of(waiter).shared);
    }
}
