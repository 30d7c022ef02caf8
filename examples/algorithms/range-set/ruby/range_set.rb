# frozen_string_literal: true

# A range has its start after its end, or a start or end that is no Integer within ±2**52.
class InvalidRangeError < ArgumentError
  # The position in the list, from 0.
  attr_reader :index

  def initialize(index)
    super("range #{index} is invalid")
    @index = index
  end
end

# An immutable set of integers.
class RangeSet
  BOUNDS = (-(2**52)..2**52)

  # The fewest ranges (first...last), ascending.
  #
  # @return [Array<Range>] frozen
  attr_reader :ranges

  # @param ranges [Array<Range>] in any order, each without its end
  # @raise [InvalidRangeError]
  def initialize(ranges)
    wrong = ranges.index { |range| !valid?(range) }
    raise InvalidRangeError.new(wrong) if wrong

    sorted = ranges.reject { |range| range.begin == range.end }.sort_by(&:begin)
    @ranges = sorted.each_with_object([]) { |range, joined| join(joined, range) }.freeze
    freeze
  end

  def union(other)
    RangeSet.new(ranges + other.ranges)
  end

  def intersection(other)
    RangeSet.new(overlaps(ranges, other.ranges))
  end

  # What is in this set and not in the other.
  def difference(other)
    ends = [BOUNDS.begin, *other.ranges.flat_map { |range| [range.begin, range.end] }, BOUNDS.end]
    RangeSet.new(overlaps(ranges, ends.each_slice(2).map { |first, last| first...last }))
  end

  def include?(value)
    return false unless value.is_a?(Integer)

    range = ranges.bsearch { |candidate| candidate.end > value }
    !range.nil? && range.begin <= value
  end

  # How many integers there are.
  def size
    ranges.sum { |range| range.end - range.begin }
  end

  private

  def valid?(range)
    range.is_a?(Range) && range.exclude_end? && bound?(range.begin) && bound?(range.end) && range.begin <= range.end
  end

  def bound?(value) = value.is_a?(Integer) && BOUNDS.cover?(value)

  # Adds a range that starts nowhere before those that are joined.
  def join(joined, range)
    if joined.any? && range.begin <= joined.last.end
      last = joined.pop
      joined << (last.begin...[last.end, range.end].max)
    else
      joined << range
    end
  end

  # What the ranges of one have in common with those of the other.
  def overlaps(mine, others)
    common = []
    place = 0
    mine.each do |range|
      place += 1 while place < others.size && others[place].end <= range.begin
      others[place..].each do |other|
        break if other.begin >= range.end

        common << ([range.begin, other.begin].max...[range.end, other.end].min)
      end
    end
    common
  end
end
