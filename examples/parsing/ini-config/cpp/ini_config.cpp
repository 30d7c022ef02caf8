#include "ini_config.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <initializer_list>
#include <system_error>
#include <utility>
#include <variant>

namespace ini_config {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

struct Nothing {};

struct Section {
    std::string_view name;
};

struct Entry {
    std::string_view key;
    std::string value;
};

/// What a line says.
using Statement = std::variant<Nothing, Section, Entry, Reason>;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_name(std::string_view text)
{
    return !text.empty() && text.find_first_not_of(name_characters) == std::string_view::npos;
}

/// Takes the quotes off a value that begins with one.
std::variant<std::string, Reason> unquoted(std::string_view text)
{
    constexpr std::string_view escapes = "\"\\nt";
    constexpr std::string_view meanings = "\"\\\n\t";
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            if (i + 1 < text.size()) {
                return Reason::trailing_text;
            }
            return value;
        }
        if (text[i] != '\\') {
            value += text[i];
            continue;
        }
        ++i;
        if (i == text.size()) {
            break;
        }
        const std::size_t escape = escapes.find(text[i]);
        if (escape == std::string_view::npos) {
            return Reason::bad_escape;
        }
        value += meanings[escape];
    }
    return Reason::unterminated;
}

Statement read(std::string_view line)
{
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    line = trimmed(line);
    if (line.empty() || line.front() == ';' || line.front() == '#') {
        return Nothing{};
    }
    if (line.front() == '[') {
        const std::string_view name = line.substr(1, line.size() - 2);
        if (line.back() == ']' && is_name(name)) {
            return Section{name};
        }
        return Reason::bad_section;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
        return Reason::missing_equals;
    }
    const std::string_view key = trimmed(line.substr(0, equals));
    if (!is_name(key)) {
        return Reason::bad_key;
    }
    const std::string_view value = trimmed(line.substr(equals + 1));
    if (!value.starts_with('"')) {
        return Entry{key, std::string(value)};
    }
    auto found = unquoted(value);
    if (const auto* reason = std::get_if<Reason>(&found)) {
        return *reason;
    }
    return Entry{key, std::get<std::string>(std::move(found))};
}

std::string describe(const std::vector<Problem>& problems)
{
    std::string text;
    for (const Problem& problem : problems) {
        text += text.empty() ? "line " : "\nline ";
        text += std::to_string(problem.line) + ": ";
        text += name_of(problem.reason);
    }
    return text;
}

}  // namespace

std::string_view name_of(Reason reason)
{
    switch (reason) {
    case Reason::bad_section:
        return "bad-section";
    case Reason::missing_equals:
        return "missing-equals";
    case Reason::bad_key:
        return "bad-key";
    case Reason::bad_escape:
        return "bad-escape";
    case Reason::unterminated:
        return "unterminated";
    case Reason::trailing_text:
        return "trailing-text";
    case Reason::duplicate_key:
        return "duplicate-key";
    }
    throw std::invalid_argument("no such reason");
}

ParseError::ParseError(std::vector<Problem> problems)
    : std::runtime_error(describe(problems)), problems_(std::move(problems))
{
}

SettingError::SettingError(std::string_view section, std::string_view key, const std::string& detail)
    : std::runtime_error('[' + std::string(section) + "] " + std::string(key) + ": " + detail),
      section_(section),
      key_(key)
{
}

MissingSettingError::MissingSettingError(std::string_view section, std::string_view key)
    : SettingError(section, key, "not set")
{
}

InvalidValueError::InvalidValueError(std::string_view section, std::string_view key, std::string value,
                                     const std::string& type)
    : SettingError(section, key, '\'' + value + "' is not " + type), value_(std::move(value))
{
}

Config Config::parse(std::string_view text)
{
    Config config;
    std::vector<Problem> problems;
    Values* values = &config.sections_[""];  // null after a bad section line
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        Statement statement = read(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));

        if (const auto* section = std::get_if<Section>(&statement)) {
            values = &config.sections_[std::string(section->name)];
        } else if (const auto* reason = std::get_if<Reason>(&statement)) {
            problems.push_back({number, *reason});
            if (*reason == Reason::bad_section) {
                values = nullptr;
            }
        } else if (auto* entry = std::get_if<Entry>(&statement); entry != nullptr && values != nullptr) {
            if (!values->emplace(entry->key, std::move(entry->value)).second) {
                problems.push_back({number, Reason::duplicate_key});
            }
        }
    }
    if (!problems.empty()) {
        throw ParseError(std::move(problems));
    }
    return config;
}

std::optional<std::string_view> Config::get(std::string_view section, std::string_view key) const
{
    const auto values = sections_.find(section);
    if (values == sections_.end()) {
        return std::nullopt;
    }
    const auto value = values->second.find(key);
    if (value == values->second.end()) {
        return std::nullopt;
    }
    return value->second;
}

std::int64_t Config::integer(std::string_view section, std::string_view key) const
{
    const std::string_view text = require(section, key);
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    if (!is_whole || (digits.starts_with('0') && digits.size() > 1)) {
        throw InvalidValueError(section, key, std::string(text), "an integer");
    }
    return number;
}

bool Config::boolean(std::string_view section, std::string_view key) const
{
    const std::string_view text = require(section, key);
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto is_one_of = [&lower](std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, lower) != words.end();
    };
    if (is_one_of({"true", "yes", "on", "1"})) {
        return true;
    }
    if (is_one_of({"false", "no", "off", "0"})) {
        return false;
    }
    throw InvalidValueError(section, key, std::string(text), "a boolean");
}

std::string_view Config::require(std::string_view section, std::string_view key) const
{
    const auto value = get(section, key);
    if (!value) {
        throw MissingSettingError(section, key);
    }
    return *value;
}

}  // namespace ini_config
