#pragma once

#include <string>
#include <string_view>

namespace unified_diff {

/// Compares two texts line by line. Returns the hunks of a unified diff, each with up to `context` unchanged lines
/// before and after; nothing if the texts are equal. There are as few changed lines as possible.
/// Throws std::invalid_argument if `context` is negative.
std::string diff(std::string_view old_text, std::string_view new_text, int context = 3);

}  // namespace unified_diff
