#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ini_config {

/// What is wrong with a line.
enum class Reason { bad_section, missing_equals, bad_key, bad_escape, unterminated, trailing_text, duplicate_key };

/// Returns the name of a reason, such as "bad-key".
std::string_view name_of(Reason reason);

/// A line, of which the first is 1, and what is wrong with it.
struct Problem {
    std::size_t line;
    Reason reason;

    bool operator==(const Problem&) const = default;
};

/// A text has problems.
class ParseError : public std::runtime_error {
public:
    explicit ParseError(std::vector<Problem> problems);
    const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// A setting cannot be had.
class SettingError : public std::runtime_error {
public:
    SettingError(std::string_view section, std::string_view key, const std::string& detail);
    const std::string& section() const noexcept { return section_; }
    const std::string& key() const noexcept { return key_; }

private:
    std::string section_;
    std::string key_;
};

/// A key is not set.
class MissingSettingError : public SettingError {
public:
    MissingSettingError(std::string_view section, std::string_view key);
};

/// A value is not of the type asked for.
class InvalidValueError : public SettingError {
public:
    InvalidValueError(std::string_view section, std::string_view key, std::string value, const std::string& type);
    const std::string& value() const noexcept { return value_; }

private:
    std::string value_;
};

/// Settings by section and key.
class Config {
public:
    /// Throws ParseError.
    static Config parse(std::string_view text);

    /// Returns the value, which lives as long as the settings, or nothing if the key is not set.
    std::optional<std::string_view> get(std::string_view section, std::string_view key) const;

    /// Throws MissingSettingError or InvalidValueError.
    std::int64_t integer(std::string_view section, std::string_view key) const;

    /// Throws MissingSettingError or InvalidValueError.
    bool boolean(std::string_view section, std::string_view key) const;

private:
    using Values = std::map<std::string, std::string, std::less<>>;

    std::string_view require(std::string_view section, std::string_view key) const;

    std::map<std::string, Values, std::less<>> sections_;
};

}  // namespace ini_config
