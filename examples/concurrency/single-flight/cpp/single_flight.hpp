#pragma once

#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace single_flight {

/// The owner's work ended with neither a value nor an exception: its thread was ended.
class AbandonedError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A key was run from within the work in progress for the same key.
class ReentranceError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

template <class Value>
struct Outcome {
    Value value;
    bool shared;  ///< whether the caller waited for the work of another
};

/// Concurrent calls for the same key share one execution of their work. Safe for use by several threads.
template <std::copyable Value>
class Group {
public:
    /// Calls the work, or waits for what is in progress for the key; each caller gets a copy of the value that the work
    /// returns, or the same exception, of any type. Throws ReentranceError, and AbandonedError to those that wait.
    template <class Work>
        requires std::convertible_to<std::invoke_result_t<Work>, Value>
    Outcome<Value> run(const std::string& key, Work&& work)
    {
        std::unique_lock lock(mutex_);
        if (const auto found = executions_.find(key); found != executions_.end()) {
            const std::shared_ptr<Execution> present = found->second;
            return {await(std::move(lock), *present), true};
        }
        const auto own = executions_.emplace(key, std::make_shared<Execution>()).first;
        lock.unlock();
        return {execute(own, std::forward<Work>(work)), false};
    }

    /// The number of keys with an execution in progress.
    std::size_t in_progress() const
    {
        const std::lock_guard lock(mutex_);
        return executions_.size();
    }

    /// The number of callers that wait for the execution of the key; 0 if there is none.
    std::size_t waiting(const std::string& key) const
    {
        const std::lock_guard lock(mutex_);
        const auto found = executions_.find(key);
        return found == executions_.end() ? 0 : found->second->waiters;
    }

private:
    struct Execution {
        std::thread::id owner = std::this_thread::get_id();
        std::size_t waiters = 0;
        bool has_ended = false;
        std::optional<Value> value;
        std::exception_ptr error;
        std::condition_variable ended;
    };

    using Executions = std::map<std::string, std::shared_ptr<Execution>>;

    /// Ends an execution, whichever way its work is left.
    struct Landing {
        Group& group;
        typename Executions::iterator place;

        ~Landing()
        {
            const std::lock_guard lock(group.mutex_);
            place->second->has_ended = true;
            place->second->ended.notify_all();
            group.executions_.erase(place);
        }
    };

    template <class Work>
    Value execute(typename Executions::iterator place, Work&& work)
    {
        const std::shared_ptr<Execution> own = place->second;
        const Landing landing{*this, place};
        try {
            own->value.emplace(std::invoke(std::forward<Work>(work)));
        } catch (...) {
            own->error = std::current_exception();  // null if the thread is being ended
            throw;
        }
        return *own->value;
    }

    static Value await(std::unique_lock<std::mutex> lock, Execution& present)
    {
        if (present.owner == std::this_thread::get_id()) {
            throw ReentranceError("the work in progress for a key runs the same key");
        }
        ++present.waiters;
        present.ended.wait(lock, [&present] { return present.has_ended; });
        lock.unlock();
        if (present.error) {
            std::rethrow_exception(present.error);
        }
        if (!present.value) {
            throw AbandonedError("the thread that did the work was ended");
        }
        return *present.value;
    }

    mutable std::mutex mutex_;  // never held while work is called
    Executions executions_;
};

}  // namespace single_flight
