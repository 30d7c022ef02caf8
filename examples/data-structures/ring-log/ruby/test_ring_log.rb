# frozen_string_literal: true

require "minitest/autorun"
require_relative "ring_log"

class TestRingLog < Minitest::Test
  def test_numbers_and_order__R1
    log = RingLog.new(3)
    assert_equal 3, log.capacity
    assert_holds [], 0, log
    assert_equal 0, log.append("a")
    assert_holds ["a"], 0, log
    assert_equal [1, 2], [log.append("b"), log.append("c")]
    assert_holds %w[a b c], 0, log
  end

  def test_entries_of_any_kind__R1
    entries = [nil, "a", "a", nil, false, [], 0]
    log = RingLog.new(entries.size)
    entries.each { |entry| log.append(entry) }
    assert_holds entries, 0, log
    assert_equal entries, log.read(0).entries
  end

  def test_each_is_enumerable_and_chainable__R1
    log = RingLog.new(3) << 4 << 5
    assert_instance_of RingLog, log
    seen = []
    assert_same log, (log.each { |entry| seen << entry })
    assert_equal [4, 5], seen
    assert_equal 2, log.each.size
    assert_equal [8, 10], log.map { |entry| entry * 2 }
    assert_equal 9, log.sum
  end

  def test_full_log_overwrites_its_oldest_entry__R2
    (1..5).each do |capacity|
      log = RingLog.new(capacity)
      all = []
      (0..3 * capacity).each do |number|
        all << "e#{number}"
        assert_equal number, log.append("e#{number}")
        assert_holds all.last(capacity), [0, number + 1 - capacity].max, log
      end
      assert_equal capacity, log.capacity
    end
  end

  def test_reading_from_every_number__R3
    (1..4).each do |capacity|
      (1..10).each do |count|
        log = log_of(capacity, count)
        first = [0, count - capacity].max
        (0..count).each do |from|
          assert_batch [0, first - from].max, ([first, from].max...count).map { |n| "e#{n}" }, count, log.read(from)
        end
      end
    end
  end

  def test_reader_gets_each_entry_once_or_learns_that_it_is_lost__R3
    log = RingLog.new(4)
    from = lost = 0
    seen = []
    [3, 0, 4, 9, 1, 5].each do |times|
      append(log, times)
      batch = log.read(from)
      lost += batch.lost
      seen.concat(batch.entries)
      from = batch.next
    end
    assert_equal 22, from
    assert_equal 6, lost
    assert_equal [*0..6, *12..16, *18..21].map { |number| "e#{number}" }, seen
  end

  def test_what_was_read_stays__R3
    log = log_of(2, 2)
    batch = log.read(0)
    append(log, 2)
    log.clear
    assert_batch 0, %w[e0 e1], 2, batch
  end

  def test_changing_what_was_read_leaves_the_log__R3
    log = log_of(2, 2)
    log.read(0).entries.clear
    assert_holds %w[e0 e1], 0, log
  end

  def test_reading_at_the_ends__R4
    assert_batch 0, [], 0, RingLog.new(3).read(0)
    log = log_of(3, 7)
    assert_batch 0, [], 7, log.read(7)
    assert_batch 0, %w[e6], 7, log.read(6)
    assert_batch 0, %w[e4 e5 e6], 7, log.read(4)
    assert_batch 1, %w[e4 e5 e6], 7, log.read(3)
  end

  def test_clearing_keeps_the_numbers_going__R5
    log = RingLog.new(3)
    assert_same log, log.clear
    assert_holds [], 0, log
    append(log, 5)
    2.times do
      log.clear
      assert_holds [], 5, log
      assert_batch 0, [], 5, log.read(5)
      assert_batch 4, [], 5, log.read(1)
    end
    append(log, 2)
    assert_holds %w[e5 e6], 5, log
    assert_batch 1, %w[e5 e6], 7, log.read(4)
    append(log, 2)
    assert_holds %w[e6 e7 e8], 6, log
    assert_equal 3, log.capacity
  end

  def test_capacity_below_one__R6
    [0, -1, 1.5, nil, "3"].each do |capacity|
      error = assert_raises(ArgumentError) { RingLog.new(capacity) }
      assert_includes error.message, capacity.inspect
    end
    assert_equal 1, RingLog.new(1).capacity
  end

  def test_reading_from_outside__R6
    log = log_of(2, 3)
    [4, 5, -1, 2**70].each do |from|
      error = assert_raises(RangeError) { log.read(from) }
      assert_includes error.message, from.to_s
    end
    assert_holds %w[e1 e2], 1, log
  end

  # A dump has everything that the log refers to, so nothing depends on when garbage is collected.
  def test_entries_are_let_go__R7
    log = log_of(3, 8)
    assert_equal %w[e5 e6 e7], dumped_entries(log)
    log.read(5)
    append(log, 1)
    assert_equal %w[e6 e7 e8], dumped_entries(log)
    log.clear
    assert_empty dumped_entries(log)
  end

  def test_appending_is_quick__R7
    log = RingLog.new(1000)
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    200_000.times { |entry| log.append(entry) }
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - start, :<, 1
    assert_holds (199_000...200_000).to_a, 199_000, log
  end

  private

  # A log of entries that tell their numbers.
  def log_of(capacity, times)
    RingLog.new(capacity).tap { |log| append(log, times) }
  end

  def append(log, times)
    times.times { log.append("e#{log.next}") }
  end

  def dumped_entries(log)
    Marshal.dump(log).scan(/e\d/).sort
  end

  def assert_holds(entries, first, log)
    assert_equal entries, log.to_a
    assert_equal first, log.first_number
    assert_equal first + entries.size, log.next
    assert_equal entries.size, log.size
  end

  def assert_batch(lost, entries, following, batch)
    assert_equal [lost, entries, following], batch.to_a
  end
end
