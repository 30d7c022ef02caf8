# frozen_string_literal: true

require "minitest/autorun"
require_relative "running_stats"

class TestRunningStats < Minitest::Test
  ORDINARY = [2, 4, 4, 4, 5, 5, 7, 9].freeze
  OF_ORDINARY = [8, 2, 9, 5, 4].freeze

  def test_statistics_of_ordinary_values__R1
    assert_stats OF_ORDINARY, of(*ORDINARY)
    assert_in_delta 32.0 / 7, of(*ORDINARY).sample_variance, 1e-12
    assert_stats [4, -7, 3.25, -1.3125, 13.73046875], of(-1.5, 3.25, 0, -7)
    assert_stats [2, 0.5, 1, 0.75, 0.0625], of(1/2r, 1)
    assert_stats [3, 1, 3, 2, 2.0 / 3], RunningStats.of((1..3).lazy)
  end

  def test_statistics_are_floats__R1
    stats = of(1, 2)
    statistics = [stats.minimum, stats.maximum, stats.mean, stats.population_variance, stats.sample_variance]
    assert_equal [1.0, 2.0, 1.5, 0.25, 0.5], statistics
    assert(statistics.all?(Float))
  end

  def test_order_does_not_matter__R1
    assert_stats OF_ORDINARY, of(*ORDINARY.reverse)
  end

  def test_asked_between_additions__R1
    stats = RunningStats.new
    assert_same stats, stats << 3 << 1
    2.times { assert_stats [2, 1, 3, 2, 1], stats }
    stats << 8
    assert_stats [3, 1, 8, 4, 26.0 / 3], stats
  end

  def test_no_value_and_one_value__R2
    [5.5, -3.0, 0.0, 1e300].each do |value|
      stats = RunningStats.new
      assert_empty_stats stats
      assert_single value, stats << value
    end
  end

  def test_equal_values_have_no_variance__R3
    [0.1, -1e9 / 3, 5e-324].each do |value|
      stats = of(*[value] * 1000)
      assert_stats [1000, value, value, value, 0], stats, 0
      assert_stats [2000, value, value, value, 0], stats.merge(stats), 0
    end
  end

  def test_large_offset__R4
    values = [4, 7, 13, 16].map { |deviation| 1e9 + deviation }
    assert_stats [4, 1e9 + 4, 1e9 + 16, 1e9 + 10, 22.5], of(*values), 1e-6
    assert_stats [4, -1e9 - 16, -1e9 - 4, -1e9 - 10, 22.5], of(*values.map(&:-@)), 1e-6
  end

  def test_many_values_at_a_large_offset__R4
    part = Array.new(1000) { |i| 1e9 + (i % 10) }
    expected = [100_000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25]
    assert_stats expected, of(*part * 100), 1e-6
    merged = RunningStats.new
    100.times { merged.merge(of(*part)) }
    assert_stats expected, merged, 1e-6
  end

  def test_merged_wherever_it_was_cut__R5
    (1...ORDINARY.size).each do |cut|
      parts = [ORDINARY.take(cut), ORDINARY.drop(cut)]
      [parts, parts.reverse].each do |one, other|
        stats = of(*one)
        assert_same stats, stats.merge(of(*other))
        assert_stats OF_ORDINARY, stats
      end
    end
  end

  def test_other_is_left_alone__R5
    stats = of(1, 3)
    other = of(10, 20, 30)
    stats.merge(other) << 1000
    assert_equal 1000, stats.maximum
    assert_stats [3, 10, 30, 20, 200.0 / 3], other

    taken = RunningStats.new.merge(other)
    other << 40
    assert_stats [3, 10, 30, 20, 200.0 / 3], taken
    assert_stats [4, 10, 40, 25, 125], other
  end

  def test_merges_with_empty_collectors__R6
    assert_equal all(of(0.1, 0.2, 0.7)), all(of(0.1, 0.2, 0.7).merge(RunningStats.new))
    assert_equal all(of(0.1, 0.2, 0.7)), all(RunningStats.new.merge(of(0.1, 0.2, 0.7)))
    assert_equal all(of(-1e200)), all(RunningStats.new.merge(of(-1e200)))
    assert_empty_stats RunningStats.new.merge(RunningStats.new)
    assert_stats OF_ORDINARY, RunningStats.new.merge(of(*ORDINARY))
  end

  def test_merged_with_itself__R6
    stats = of(1, 2, 6)
    stats.merge(stats)
    assert_stats [6, 1, 6, 3, 14.0 / 3], stats
    assert_stats [7, 1, 10, 4, 10], stats << 10
  end

  def test_values_that_are_not_finite__R7
    [Float::NAN, Float::INFINITY, -Float::INFINITY, 10**400].each do |refused|
      stats = RunningStats.new
      assert_raises(ArgumentError) { stats << refused }
      assert_empty_stats stats
      stats << 1 << 2
      assert_raises(ArgumentError) { stats << refused }
      assert_stats [2, 1, 2, 1.5, 0.25], stats
      assert_stats [3, 1, 3, 2, 2.0 / 3], stats << 3
    end
  end

  def test_what_is_no_number__R7
    stats = of(1, 2)
    ["1.5", "", :one, nil, true, [], 1i, Time.at(0)].each do |refused|
      assert_raises(TypeError) { stats << refused }
      assert_raises(TypeError) { RunningStats.of([refused]) }
    end
    assert_stats [2, 1, 2, 1.5, 0.25], stats
  end

  def test_overflow_when_adding__R8
    [[1e200, -1e200], [1.7e308, -1.7e308], [-1e160, 1e160], [0.0, 1.7e308]].each do |first, second|
      stats = of(first)
      assert_raises(RunningStats::OverflowError) { stats << second }
      assert_single first, stats
      assert_stats [2, first, first, first, 0], stats << first, 0
    end
  end

  def test_overflow_when_merging__R8
    stats = of(1e200)
    assert_raises(RunningStats::OverflowError) { stats.merge(of(-1e200)) }
    assert_single 1e200, stats

    wide = of(9e153, -9e153)
    error = assert_raises(RunningStats::OverflowError) { wide.merge(wide) }
    assert_kind_of RangeError, error
    assert_stats [2, -9e153, 9e153, 0, 81e306], wide
  end

  def test_large_values_are_no_error__R8
    stats = of(1.7e308, 1.7e308)
    assert_stats [2, 1.7e308, 1.7e308, 1.7e308, 0], stats, 0
    assert_stats [4, 1.7e308, 1.7e308, 1.7e308, 0], stats.merge(stats), 0
    assert_stats [2, -1e150, 1e150, 0, 1e300], of(1e150, -1e150)
    assert_stats [2, 0, 1.8e154, 9e153, 81e306], of(0, 1.8e154)
    assert_stats [2, 0, 1.8e154, 9e153, 81e306], of(0).merge(of(1.8e154))
  end

  private

  def of(*values)
    RunningStats.of(values)
  end

  def all(stats)
    [stats.count, stats.minimum, stats.maximum, stats.mean, stats.population_variance, stats.sample_variance]
  end

  # expected - count, minimum, maximum, mean and population variance.
  def assert_stats(expected, stats, relative = 1e-12)
    *exact, mean, variance = expected
    assert_equal exact, all(stats).take(3)
    assert_near mean, stats.mean, [relative, 1e-12].min
    assert_near variance, stats.population_variance, relative
    if stats.count == 1
      assert_nil stats.sample_variance
    else
      assert_near variance.fdiv(stats.count - 1) * stats.count, stats.sample_variance, relative
    end
  end

  def assert_single(value, stats)
    assert_stats [1, value, value, value, 0], stats, 0
  end

  def assert_empty_stats(stats)
    assert_equal [0, nil, nil, nil, nil, nil], all(stats)
  end

  def assert_near(expected, actual, relative)
    assert_in_delta expected, actual, relative * expected.abs
  end
end
