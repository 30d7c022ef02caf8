# frozen_string_literal: true

# The most recent entries, at most as many as the capacity; each further one
# overwrites the oldest. Enumerable goes through them from the oldest to the newest.
class RingLog
  include Enumerable

  # What one reading gave: how many of the numbers asked for are no longer held,
  # the entries, oldest first, and the number to go on reading from.
  Batch = Struct.new(:lost, :entries, :next, keyword_init: true)

  attr_reader :capacity

  # The number that the next entry will get.
  attr_reader :next

  # Raises ArgumentError unless the capacity is an Integer of at least 1.
  def initialize(capacity)
    raise ArgumentError, "no capacity: #{capacity.inspect}" unless capacity.is_a?(Integer) && capacity.positive?

    @capacity = capacity
    @slots = []
    @next = 0
  end

  # Adds an entry and returns its number.
  def append(entry)
    @slots.shift if @slots.size == @capacity
    @slots.push(entry)
    @next += 1
    @next - 1
  end

  # As append, but returns the log, so that appends can be chained.
  def <<(entry)
    append(entry)
    self
  end

  # Removes all entries; the numbers go on.
  def clear
    @slots.clear
    self
  end

  # Gives the entries with the number +from+ and greater as a Batch.
  # Raises RangeError unless it is between 0 and next.
  def read(from)
    raise RangeError, "cannot read from #{from}" unless from.between?(0, @next)

    start = [from, first_number].max
    Batch.new(lost: start - from, entries: @slots.last(@next - start), next: @next)
  end

  # The number of the oldest entry, or next if the log is empty.
  def first_number
    @next - @slots.size
  end

  def size
    @slots.size
  end

  def each(&block)
    return to_enum(:each) { size } unless block

    @slots.each(&block)
    self
  end
end
