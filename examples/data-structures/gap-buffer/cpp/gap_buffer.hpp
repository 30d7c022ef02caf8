#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace gap_buffer {

/// The text of an editor with its cursor and history. An operation that is refused changes nothing.
class GapBuffer {
public:
    /// An empty text; at most max_steps steps can be undone.
    explicit GapBuffer(std::size_t max_steps) : max_steps_(max_steps) {}

    std::size_t length() const noexcept { return points_.size() - (gap_end_ - gap_start_); }
    std::size_t cursor() const noexcept { return gap_start_; }

    /// Inserts at the cursor, which is behind the text then. Throws std::invalid_argument if the text holds surrogates
    /// or values beyond U+10FFFF.
    void insert(std::u32string_view text);

    /// Both throw std::out_of_range if there are fewer code points.
    void delete_before(std::size_t count);
    void delete_after(std::size_t count);

    /// Throws std::out_of_range for a position beyond the length.
    void move(std::size_t position);

    /// The text between two positions. Throws std::out_of_range.
    std::u32string read(std::size_t start, std::size_t end) const;

    /// What is edited up to the end of the group is one step; of nested groups the outermost counts.
    void begin_group() noexcept { ++group_depth_; }

    /// Throws std::logic_error if no group is open.
    void end_group();

    /// Both tell whether there was a step, and throw std::logic_error if a group is open.
    bool undo();
    bool redo();

private:
    struct Edit {
        bool is_insertion;
        std::size_t position;
        std::size_t cursor_before;
        std::u32string text;
    };
    using Step = std::vector<Edit>;

    void move_gap(std::size_t position);
    void reserve_gap(std::size_t count);
    void delete_from(std::size_t position, std::size_t count);
    void put_in(std::size_t position, std::u32string_view text);
    void take_out(std::size_t position, std::size_t count);
    void apply(Edit edit);
    void complete_step();
    void require_no_group() const;

    std::u32string points_; // of which the gap, from the cursor on, is no text
    std::size_t gap_start_ = 0;
    std::size_t gap_end_ = 0;
    std::deque<Step> undoable_; // the oldest first
    std::vector<Step> redoable_;
    Step open_step_;
    std::size_t max_steps_;
    std::size_t group_depth_ = 0;
};

}
