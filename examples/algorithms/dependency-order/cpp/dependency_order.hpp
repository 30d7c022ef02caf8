#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace dependency_order {

/// A build target and the names of the targets it depends on.
struct Target {
    std::string name;
    std::vector<std::string> dependencies;
};

/// The targets have no build order.
class OrderError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A name is declared twice.
class DuplicateTargetError : public OrderError {
public:
    explicit DuplicateTargetError(std::string name);
    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
};

/// A target depends on a name that is declared nowhere.
class UnknownTargetError : public OrderError {
public:
    UnknownTargetError(std::string target, std::string dependency);
    const std::string& target() const noexcept { return target_; }
    const std::string& dependency() const noexcept { return dependency_; }

private:
    std::string target_;
    std::string dependency_;
};

/// Targets depend on each other; the path ends with the name it begins with.
class CycleError : public OrderError {
public:
    explicit CycleError(std::vector<std::string> path);
    const std::vector<std::string>& path() const noexcept { return path_; }

private:
    std::vector<std::string> path_;
};

/// Returns the names of all targets, each one after its dependencies; of the targets that are ready,
/// the one declared first comes next. Throws DuplicateTargetError, UnknownTargetError or CycleError,
/// looked for in this order.
std::vector<std::string> build_order(const std::vector<Target>& targets);

}  // namespace dependency_order
