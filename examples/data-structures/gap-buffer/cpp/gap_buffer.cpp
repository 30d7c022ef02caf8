#include "gap_buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace gap_buffer {

namespace {

constexpr bool is_scalar_value(char32_t point)
{
    return point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
}

void require_range(bool condition)
{
    if (!condition) {
        throw std::out_of_range("not within the text");
    }
}

}

void GapBuffer::insert(std::u32string_view text)
{
    if (!std::ranges::all_of(text, is_scalar_value)) {
        throw std::invalid_argument("surrogates and values beyond U+10FFFF are no text");
    }
    if (!text.empty()) {
        apply({true, gap_start_, gap_start_, std::u32string(text)});
    }
}

void GapBuffer::delete_before(std::size_t count)
{
    require_range(count <= gap_start_);
    delete_from(gap_start_ - count, count);
}

void GapBuffer::delete_after(std::size_t count)
{
    require_range(count <= length() - gap_start_);
    delete_from(gap_start_, count);
}

void GapBuffer::delete_from(std::size_t position, std::size_t count)
{
    if (count > 0) {
        apply({false, position, gap_start_, read(position, position + count)});
    }
}

void GapBuffer::move(std::size_t position)
{
    require_range(position <= length());
    move_gap(position);
}

std::u32string GapBuffer::read(std::size_t start, std::size_t end) const
{
    require_range(start <= end && end <= length());
    const std::size_t middle = std::clamp(gap_start_, start, end);
    const std::size_t gap = gap_end_ - gap_start_;
    std::u32string text(points_, start, middle - start);
    text.append(points_, middle + gap, end - middle);
    return text;
}

void GapBuffer::end_group()
{
    if (group_depth_ == 0) {
        throw std::logic_error("no group is open");
    }
    if (group_depth_ == 1) {
        complete_step();
    }
    --group_depth_;
}

bool GapBuffer::undo()
{
    require_no_group();
    if (undoable_.empty()) {
        return false;
    }
    redoable_.push_back(std::move(undoable_.back()));
    undoable_.pop_back();
    const Step& step = redoable_.back();
    for (auto edit = step.rbegin(); edit != step.rend(); ++edit) {
        edit->is_insertion ? take_out(edit->position, edit->text.size()) : put_in(edit->position, edit->text);
    }
    move_gap(step.front().cursor_before);
    return true;
}

bool GapBuffer::redo()
{
    require_no_group();
    if (redoable_.empty()) {
        return false;
    }
    undoable_.push_back(std::move(redoable_.back()));
    redoable_.pop_back();
    for (const Edit& edit : undoable_.back()) {
        edit.is_insertion ? put_in(edit.position, edit.text) : take_out(edit.position, edit.text.size());
    }
    return true;
}

void GapBuffer::move_gap(std::size_t position)
{
    using Traits = std::u32string::traits_type;
    char32_t* const points = points_.data();
    if (position < gap_start_) {
        const std::size_t count = gap_start_ - position;
        Traits::move(points + gap_end_ - count, points + position, count);
    } else {
        Traits::move(points + gap_start_, points + gap_end_, position - gap_start_);
    }
    gap_end_ = gap_end_ + position - gap_start_;
    gap_start_ = position;
}

void GapBuffer::reserve_gap(std::size_t count)
{
    const std::size_t gap = gap_end_ - gap_start_;
    if (gap < count) {
        const std::size_t more = std::max(count - gap, points_.size());
        points_.insert(gap_end_, more, U'\0');
        gap_end_ += more;
    }
}

void GapBuffer::put_in(std::size_t position, std::u32string_view text)
{
    move_gap(position);
    std::ranges::copy(text, points_.begin() + static_cast<std::ptrdiff_t>(gap_start_));
    gap_start_ += text.size();
}

void GapBuffer::take_out(std::size_t position, std::size_t count)
{
    move_gap(position);
    gap_end_ += count;
}

void GapBuffer::apply(Edit edit)
{
    if (edit.is_insertion) {
        reserve_gap(edit.text.size());
    }
    open_step_.push_back(std::move(edit));
    const Edit& done = open_step_.back();
    done.is_insertion ? put_in(done.position, done.text) : take_out(done.position, done.text.size());
    redoable_.clear();
    if (group_depth_ == 0) {
        complete_step();
    }
}

void GapBuffer::complete_step()
{
    if (open_step_.empty()) {
        return;
    }
    undoable_.push_back(std::move(open_step_));
    open_step_.clear();
    if (undoable_.size() > max_steps_) {
        undoable_.pop_front();
    }
}

void GapBuffer::require_no_group() const
{
    if (group_depth_ > 0) {
        throw std::logic_error("a group is open");
    }
}

}
