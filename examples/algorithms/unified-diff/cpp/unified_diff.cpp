#include "unified_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unified_diff {

namespace {

using Index = std::size_t;

/// The lines of one text, and which of them are removed or added.
struct Side {
    explicit Side(std::string_view text)
    {
        while (!text.empty()) {
            const Index end = std::min(text.find('\n'), text.size() - 1) + 1;
            lines.push_back(text.substr(0, end));
            text.remove_prefix(end);
        }
        changed.resize(lines.size());
    }

    Index size() const { return lines.size(); }
    bool is_changed(Index line) const { return line < size() && changed[line]; }

    std::vector<std::string_view> lines;
    std::vector<bool> changed;
};

/// Lines of both texts, from the starts up to, but without, the ends.
struct Span {
    Index old_start, old_end;
    Index new_start, new_end;
};

/// The places in the old text reached with a number of edits, by how many of the edits are deletions.
using Row = std::vector<Index>;

/// Whether inserting a line gets farther than deleting one, to come from a row to the next one.
bool insertion_gets_farther(const Row& row, Index deletions)
{
    return deletions == 0 || (deletions < row.size() && row[deletions - 1] < row[deletions]);
}

/// Passes over lines that are equal, from a place in both texts on; returns the place in the old one.
Index skip_equal(const Side& before, const Side& after, Index i, Index j)
{
    while (i < before.size() && j < after.size() && before.lines[i] == after.lines[j]) {
        ++i;
        ++j;
    }
    return i;
}

/// How the end of both texts is reached: the rows before the last edit, and how many edits are deletions.
struct Path {
    std::vector<Row> rows;
    Index deletions;
};

/// Myers' greedy search for the least number of edits.
Path find_path(const Side& before, const Side& after)
{
    std::vector<Row> rows;
    for (Index edits = 0;; ++edits) {
        Row row;
        for (Index deletions = 0; deletions <= edits; ++deletions) {
            Index start = 0;
            if (edits > 0) {
                const Row& last = rows.back();
                start = insertion_gets_farther(last, deletions) ? last[deletions] : last[deletions - 1] + 1;
            }
            const Index insertions = edits - deletions;
            row.push_back(skip_equal(before, after, start, start + insertions - deletions));
            if (row.back() >= before.size() && row.back() + insertions - deletions >= after.size()) {
                return {std::move(rows), deletions};
            }
        }
        rows.push_back(std::move(row));
    }
}

/// Goes back from the last edit to the first and marks the line of each.
void mark_changes(Side& before, Side& after)
{
    auto [rows, deletions] = find_path(before, after);
    for (; !rows.empty(); rows.pop_back()) {
        const Row& row = rows.back();
        if (insertion_gets_farther(row, deletions)) {
            const Index insertions = row.size() - 1 - deletions;
            after.changed[row[deletions] + insertions - deletions] = true;
        } else {
            --deletions;
            before.changed[row[deletions]] = true;
        }
    }
}

std::vector<Span> find_changes(const Side& before, const Side& after)
{
    std::vector<Span> changes;
    for (Index i = 0, j = 0; i < before.size() || j < after.size(); ++i, ++j) {
        const Index old_start = i;
        const Index new_start = j;
        while (before.is_changed(i)) {
            ++i;
        }
        while (after.is_changed(j)) {
            ++j;
        }
        if (i > old_start || j > new_start) {
            changes.push_back({old_start, i, new_start, j});
        }
    }
    return changes;
}

/// Adds context to the changes and joins those that come near enough to each other.
std::vector<Span> find_hunks(const Side& before, const Side& after, Index context)
{
    std::vector<Span> hunks;
    for (const Span& change : find_changes(before, after)) {
        const Index leading = std::min(context, change.old_start);
        const Index trailing = std::min(context, before.size() - change.old_end);
        const Span hunk = {change.old_start - leading, change.old_end + trailing, change.new_start - leading,
                           change.new_end + trailing};
        if (!hunks.empty() && hunk.old_start <= hunks.back().old_end) {
            hunks.back().old_end = hunk.old_end;
            hunks.back().new_end = hunk.new_end;
        } else {
            hunks.push_back(hunk);
        }
    }
    return hunks;
}

std::string range(Index start, Index end)
{
    const Index count = end - start;
    const std::string first = std::to_string(count > 0 ? start + 1 : start);
    return count == 1 ? first : first + ',' + std::to_string(count);
}

std::string marked(char mark, std::string_view line)
{
    const std::string text = mark + std::string(line);
    return line.ends_with('\n') ? text : text + "\n\\ No newline at end of file\n";
}

std::string format(const Span& hunk, const Side& before, const Side& after)
{
    std::string text =
        "@@ -" + range(hunk.old_start, hunk.old_end) + " +" + range(hunk.new_start, hunk.new_end) + " @@\n";
    Index i = hunk.old_start;
    Index j = hunk.new_start;
    while (i < hunk.old_end || j < hunk.new_end) {
        if (before.is_changed(i)) {
            text += marked('-', before.lines[i++]);
        } else if (after.is_changed(j)) {
            text += marked('+', after.lines[j++]);
        } else {
            text += marked(' ', before.lines[i++]);
            ++j;
        }
    }
    return text;
}

}  // namespace

std::string diff(std::string_view old_text, std::string_view new_text, int context)
{
    if (context < 0) {
        throw std::invalid_argument("the number of context lines must not be negative");
    }
    Side before(old_text);
    Side after(new_text);
    mark_changes(before, after);
    std::string text;
    for (const Span& hunk : find_hunks(before, after, static_cast<Index>(context))) {
        text += format(hunk, before, after);
    }
    return text;
}

}  // namespace unified_diff
