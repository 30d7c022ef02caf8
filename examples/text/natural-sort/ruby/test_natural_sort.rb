# frozen_string_literal: true

require "minitest/autorun"
require_relative "natural_sort"

class TestNaturalSort < Minitest::Test
  # The names come out in this order, whatever order they go in.
  def assert_order(*expected)
    expected.permutation.first(200).each { |names| assert_equal expected, NaturalSort.natural_sort(names) }
  end

  def test_numbers_by_value__R1
    assert_order "file1", "file2", "file10"
    assert_order "v1.9.3", "v1.10.0", "v1.10.2", "v2.0.0"
    assert_order "a0b2", "a0b10", "a1b1"
    assert_order "1", "9", "10", "100"
    assert_order "img 7.png", "img 12.png", "img 12a.png"
  end

  def test_text_between_numbers__R1
    assert_order "a1", "a1-", "a1b", "ab1", "b1"
    assert_order "a", "z", "é", "\ufffd", "\u{1f600}"
    assert_order "\u{1f600}a", "\u{1f600}b", "\u{1f600}\u{1f600}"
  end

  def test_line_ends_are_text__R1
    assert_order "a2\n1", "a2\n2", "a10\n1", "b\n"
  end

  def test_case_is_ignored__R2
    assert_order "a1", "B2", "c3"
    assert_order "a9", "A10"
    assert_order "a", "AB"
    assert_order "é1", "É2", "é10"
    assert_order "οδος.a1", "ΟΔΟΣ.A2", "οδος.a10"
  end

  def test_equals_come_by_code_points__R3
    assert_order "file01", "file1"
    assert_order "A", "a"
    assert_order "a0", "a00"
    assert_order "B1", "b01", "b1"
    assert_order "X01y", "X1Y", "x01Y", "x1y"
  end

  def test_ties_yield_to_later_differences__R3
    assert_order "a1b1", "a01b2", "a1b3"
  end

  def test_long_numbers__R4
    [20, 5_000, 10_000].each do |digits|
      low = "n#{"1" * digits}"
      assert_order "n2", low, "#{low[0..-2]}2", "#{low}0"
    end
  end

  def test_leading_zeros_do_not_lengthen_a_number__R4
    assert_order "n#{"0" * 6_000}1", "n2", "n10"
  end

  def test_digits_and_text_mix__R5
    assert_order "", "1", "1a", "2", "10", "a"
    assert_order "a", "a1", "a1b", "ab"
    assert_order "9-", "10", "-1"
    assert_order "a1", "a ", "a-1"
  end

  def test_other_digits_are_text__R6
    assert_order "x9", "x²", "x٣"
    assert_order "x10", "x²"
    assert_order "٢1", "٢2", "٢10"
    assert_order "a٣", "a٣٠", "a٤"
  end

  def test_input_is_left_as_it_was__R7
    names = %w[b a10 a2 b].map(&:freeze).freeze
    assert_equal %w[a2 a10 b b], NaturalSort.natural_sort(names)
    assert_equal %w[b a10 a2 b], names
  end

  def test_empty_list_gives_a_new_one__R7
    names = []
    result = NaturalSort.natural_sort(names)
    assert_empty result
    refute_same names, result
  end

  def test_wrong_item_is_named_by_its_index__R8
    [[[3], 0], [["a", nil], 1], [["a", "b", :c, 4], 2], [["a", ["b"]], 1]].each do |names, index|
      error = assert_raises(TypeError) { NaturalSort.natural_sort(names) }
      assert_match(/\b#{index}\b/, error.message)
    end
  end
end
