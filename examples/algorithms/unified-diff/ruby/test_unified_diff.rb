# frozen_string_literal: true

require "minitest/autorun"
require_relative "unified_diff"

class TestUnifiedDiff < Minitest::Test
  UNENDED = "\n\\ No newline at end of file\n"

  def test_context__R1
    all = "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n"
    assert_diffs(
      [lines("abcde"), lines("aBcde"), 1, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"],
      [lines("abcdefg"), lines("abcDefg"), 0, "@@ -4 +4 @@\n-d\n+D\n"],
      [lines("abcdefg"), lines("abcDefg"), 2, "@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n"],
      [lines("abcdefg"), lines("abcDefg"), 3, all],
      [lines("abcdefg"), lines("abcDefg"), 4, all],
      [lines("abcdefg"), lines("abcDefg"), 10**30, all],
      [lines("abc"), lines("AbC"), 10**30, "@@ -1,3 +1,3 @@\n-a\n+A\n b\n-c\n+C\n"],
      [lines("axyb"), lines("aPQRb"), 1, "@@ -1,4 +1,5 @@\n a\n-x\n-y\n+P\n+Q\n+R\n b\n"],
      [lines("abc"), lines("Abc"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n"],
      [lines("abc"), lines("abC"), 1, "@@ -2,2 +2,2 @@\n b\n-c\n+C\n"]
    )
  end

  def test_three_lines_unless_told__R1
    assert_equal "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n",
                 UnifiedDiff.diff(lines("abcdefghi"), lines("abcdEfghi"))
  end

  def test_near_changes_share_a_hunk__R2
    assert_diffs(
      [lines("abcd"), lines("AbcD"), 1, "@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n-d\n+D\n"],
      [lines("abcde"), lines("AbcdE"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n"],
      [lines("abc"), lines("AbC"), 0, "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n"],
      [lines("abcdefg"), lines("AbcDefG"), 1, "@@ -1,7 +1,7 @@\n-a\n+A\n b\n c\n-d\n+D\n e\n f\n-g\n+G\n"],
      [lines("abcde"), lines("AbcdE"), 2, "@@ -1,5 +1,5 @@\n-a\n+A\n b\n c\n d\n-e\n+E\n"]
    )
  end

  def test_headers__R3
    assert_diffs(
      [lines("ab"), lines("aXb"), 0, "@@ -1,0 +2 @@\n+X\n"],
      [lines("ab"), lines("Xab"), 0, "@@ -0,0 +1 @@\n+X\n"],
      [lines("ab"), lines("abXY"), 0, "@@ -2,0 +3,2 @@\n+X\n+Y\n"],
      [lines("abc"), lines("ac"), 0, "@@ -2 +1,0 @@\n-b\n"],
      [lines("ab"), lines("b"), 0, "@@ -1 +0,0 @@\n-a\n"],
      [lines("abc"), lines("a"), 0, "@@ -2,2 +1,0 @@\n-b\n-c\n"],
      [lines("abcdefg"), lines("XYabcdeg"), 1, "@@ -1 +1,3 @@\n+X\n+Y\n a\n@@ -5,3 +7,2 @@\n e\n-f\n g\n"]
    )
  end

  def test_all_short_texts__R4
    texts = (0..5).flat_map { |length| length.zero? ? [""] : %w[a b].repeated_permutation(length).map(&:join) }
    texts.product(texts).each_with_index do |(before, after), index|
      assert_least before, after, index % 3
    end
  end

  def test_longer_texts__R4
    random = Random.new(7)
    100.times do |round|
      before, after = [3, 4].map do |step|
        Array.new(10 + round * step % 50) { ("a".ord + random.rand(2 + round % 5)).chr }.join
      end
      assert_least before, after, round % 4
    end
  end

  def test_equal_and_empty_texts__R5
    assert_diffs(
      ["", "", 3, ""],
      [lines("ab"), lines("ab"), 3, ""],
      ["a", "a", 0, ""],
      ["", lines("a"), 3, "@@ -0,0 +1 @@\n+a\n"],
      ["", lines("ab"), 3, "@@ -0,0 +1,2 @@\n+a\n+b\n"],
      [lines("a"), "", 3, "@@ -1 +0,0 @@\n-a\n"],
      [lines("ab"), "", 0, "@@ -1,2 +0,0 @@\n-a\n-b\n"],
      ["\n", "", 1, "@@ -1 +0,0 @@\n-\n"],
      ["a\n\nb\n", "a\nb\n", 1, "@@ -1,3 +1,2 @@\n a\n-\n b\n"],
      ["-a\n@@ -1 +1 @@\n", "-a\n+b\n", 1, "@@ -1,2 +1,2 @@\n -a\n-@@ -1 +1 @@\n++b\n"]
    )
  end

  def test_missing_newline__R6
    assert_diffs(
      ["a\nb", "a\nc", 1, "@@ -1,2 +1,2 @@\n a\n-b#{UNENDED}+c#{UNENDED}"],
      ["a", "a\n", 3, "@@ -1 +1 @@\n-a#{UNENDED}+a\n"],
      ["a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a#{UNENDED}"],
      ["a\nb", "A\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b#{UNENDED}"],
      ["a\nb", "A\nb", 0, "@@ -1 +1 @@\n-a\n+A\n"],
      ["a", "a\nb\n", 3, "@@ -1 +1,2 @@\n-a#{UNENDED}+a\n+b\n"],
      ["", "a", 3, "@@ -0,0 +1 @@\n+a#{UNENDED}"],
      ["a\r\nb\n", "a\nb\n", 0, "@@ -1 +1 @@\n-a\r\n+a\n"],
      ["a\r\nb\r\n", "a\r\nc\r\n", 1, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"],
      ["a\rb\n", "a\rc\n", 1, "@@ -1 +1 @@\n-a\rb\n+a\rc\n"],
      ["\u00e9\u2028\f\n", "e\u0301\u2028\f\n", 0, "@@ -1 +1 @@\n-\u00e9\u2028\f\n+e\u0301\u2028\f\n"]
    )
  end

  def test_negative_context__R7
    [-1, -2, -10**30].each do |context|
      %W[a\n b\n].each do |new_text|
        error = assert_raises(ArgumentError) { UnifiedDiff.diff("a\n", new_text, context: context) }
        assert_includes error.message, context.to_s
      end
    end
  end

  def test_long_texts__R8
    assert_quick 20_000, 1000, 20
  end

  def test_nothing_in_common__R8
    assert_quick 400, 1, 400
  end

  private

  # A text with a line for each character.
  def lines(characters)
    characters.each_char.map { |character| "#{character}\n" }.join
  end

  def assert_diffs(*examples)
    examples.each do |old_text, new_text, context, expected|
      assert_equal expected, UnifiedDiff.diff(old_text, new_text, context: context)
    end
  end

  # The diff leads to the new text with as few changes as possible.
  def assert_least(before, after, context)
    hunks = UnifiedDiff.diff(lines(before), lines(after), context: context)
    assert_equal [after, least_changes(before, after)], patch(before, hunks)
  end

  # Carries out a diff of lines of one character each; also counts the lines that it removes and adds.
  def patch(characters, hunks)
    result = +""
    at = changed = 0
    hunks.each_line(chomp: true) do |line|
      if (header = line.match(/\A@@ -(\d+)(,0)?/))
        start = header[1].to_i - (header[2] ? 0 : 1)
        result << characters[at...start]
        at = start
        next
      end
      unless line.start_with?("+")
        assert_equal characters[at], line[1]
        at += 1
      end
      result << line[1] unless line.start_with?("-")
      changed += 1 unless line.start_with?(" ")
    end
    [result + characters[at..], changed]
  end

  def least_changes(before, after)
    common = Array.new(after.size + 1, 0)
    before.each_char do |character|
      last = common
      common = [0]
      after.each_char.with_index do |other, j|
        common << (character == other ? last[j] + 1 : [last[j + 1], common[j]].max)
      end
    end
    before.size + after.size - 2 * common.last
  end

  # Numbered lines, the middle one of every +step+ of them with a prefix of its own.
  def numbered_lines(count, step, prefix)
    Array.new(count) { |i| "#{prefix if i % step == step / 2}#{i}\n" }.join
  end

  def assert_quick(count, step, changed)
    texts = [numbered_lines(count, step, "x"), numbered_lines(count, step, "y")]
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    result = UnifiedDiff.diff(*texts, context: 0).lines
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - start, :<, 2
    assert_equal [changed, changed], ["-", "+"].map { |sign| result.count { |line| line.start_with?(sign) } }
  end
end
