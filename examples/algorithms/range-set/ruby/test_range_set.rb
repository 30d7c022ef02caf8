# frozen_string_literal: true

require "minitest/autorun"
require_relative "range_set"

class TestRangeSet < Minitest::Test
  BOUND = 2**52

  def test_the_fewest_ranges_in_ascending_order__R1
    assert_ranges [1...4, 5...12], set(5...9, 1...3, 3...4, 2...3, 8...12)
    assert_ranges [2...3, 9...11], set(10...11, 9...10, 2...3)
    assert_ranges [1...9], set(1...9, 2...3, 4...5)
    assert_ranges [1...2], set(1...2, 1...2, 1...2)
    assert_ranges [1...5], set(1...3, 1...5, 4...5)
    assert_ranges [-100...-20, -5...-3, 3...20], set(-5...-3, -100...-20, 3...20)
    assert_ranges [1...2, 3...4], set(1...2, 3...4)
  end

  def test_union_intersection_and_difference__R2
    a = set(1...4, 6...9)
    b = set(3...7)
    assert_ranges [1...9], a.union(b)
    assert_ranges [3...4, 6...7], a.intersection(b)
    assert_ranges [1...3, 7...9], a.difference(b)
    assert_ranges [4...6], b.difference(a)
    assert_ranges [0...2, 3...5, 6...9], set(0...10).difference(set(2...3, 5...6, 9...12))
  end

  def test_all_pairs_of_small_sets__R2
    (0...32).to_a.product((0...32).to_a) do |left, right|
      a = of_bits(left)
      b = of_bits(right)
      assert_equal left | right, to_bits(a.union(b))
      assert_equal left & right, to_bits(a.intersection(b))
      assert_equal left & ~right, to_bits(a.difference(b))
      assert_equal of_bits(left & right).ranges, a.intersection(b).ranges
      assert_equal of_bits(left & ~right).ranges, a.difference(b).ranges
    end
  end

  def test_nothing__R3
    assert_ranges [], set
    assert_ranges [], set(3...3, 7...7)
    assert_ranges [1...5], set(1...5, 3...3, 9...9, 5...5, 0...0)
    some = set(1...2)
    assert_ranges [1...2], some.union(set)
    assert_ranges [1...2], set.union(some)
    assert_ranges [], some.intersection(set)
    assert_ranges [], set.intersection(some)
    assert_ranges [], set.difference(some)
    assert_ranges [1...2], some.difference(set)
    assert_ranges [], some.difference(some)
    assert_ranges [1...2], some.union(some)
  end

  def test_ranges_that_touch__R3
    assert_ranges [0...9], set(0...5).union(set(5...9))
    assert_ranges [], set(0...5).intersection(set(5...9))
    assert_ranges [5...9], set(0...9).difference(set(0...5))
    assert_ranges [0...5], set(0...9).difference(set(5...9))
    assert_ranges [0...6], set(0...2, 4...6).union(set(2...4))
  end

  def test_members__R4
    ranges = set(-2...1, 5...6)
    assert_equal 4, ranges.size
    [-2, -1, 0, 5].each { |value| assert_includes ranges, value }
    [-3, 1, 2, 4, 6, 7, -1.5, 0.0, nil].each { |value| refute_includes ranges, value }
    refute_includes set, 0
  end

  def test_sets_never_change__R5
    list = [1...3, 7...9]
    a = RangeSet.new(list)
    b = set(2...8)
    list.pop
    [a.union(b), a.intersection(b), a.difference(b), a].each do |result|
      assert_predicate result, :frozen?
      assert_raises(FrozenError) { result.ranges.pop }
    end
    assert_ranges [1...3, 7...9], a
    assert_ranges [2...8], b
  end

  def test_ranges_that_can_not_be__R6
    [
      3...2, 0...(BOUND + 1), (-BOUND - 1)...0, (BOUND + 1)...(BOUND + 1), (-BOUND - 1)...(-BOUND - 1),
      0.5...2, 0...1.5, nil...1, 0...nil, 0..1, "a"..."b", [1, 2], nil
    ].each do |range|
      assert_invalid 0, [range]
      assert_invalid 2, [5...6, 1...1, range, 9...8]
    end
  end

  def test_the_bounds__R7
    all = set(-BOUND...BOUND)
    assert_ranges [-BOUND...BOUND], all
    assert_equal 2**53, all.size
    assert_equal([true, true, false], [-BOUND, BOUND - 1, BOUND].map { |value| all.include?(value) })
    rest = all.difference(set(0...1))
    assert_ranges [-BOUND...0, 1...BOUND], rest
    assert_equal 2**53 - 1, rest.size
    assert_ranges [], all.difference(all)
    assert_ranges [], set(BOUND...BOUND, -BOUND...-BOUND)
  end

  def test_many_ranges__R8
    count = 200_000
    list = Array.new(count) { |i| (4 * i)...(4 * i + 2) }.reverse
    start = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
    a = RangeSet.new(list)
    b = RangeSet.new(list.map { |range| (range.begin + 1)...(range.end + 1) })
    assert_equal 3 * count, a.union(b).size
    assert_equal count, a.intersection(b).size
    assert_equal count, a.difference(b).ranges.size
    assert_equal count / 2, (0...count).count { |i| a.include?(4 * i + i % 4) }
    assert_operator Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - start, :<, 5
  end

  private

  def set(*ranges) = RangeSet.new(ranges)

  def of_bits(bits) = RangeSet.new((0..4).select { |n| bits[n] == 1 }.map { |n| n...(n + 1) })

  def to_bits(ranges) = (0..5).sum { |n| ranges.include?(n) ? 1 << n : 0 }

  def assert_ranges(expected, actual)
    assert_equal expected, actual.ranges
    assert_equal(expected.sum { |range| range.end - range.begin }, actual.size)
  end

  def assert_invalid(index, ranges)
    error = assert_raises(InvalidRangeError, ranges.inspect) { RangeSet.new(ranges) }
    assert_equal index, error.index
    assert_match(/\b#{index}\b/, error.message)
  end
end
