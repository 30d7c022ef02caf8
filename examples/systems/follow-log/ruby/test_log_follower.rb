# frozen_string_literal: true

require "fileutils"
require "minitest/autorun"
require "tmpdir"
require_relative "log_follower"

class TestLogFollower < Minitest::Test
  class Refusal < StandardError; end

  def setup
    @folder = Dir.mktmpdir
    @log = File.join(@folder, "log")
    @old = File.join(@folder, "old")
    @lines = []
    @refused = nil
    @refusal = Refusal
    @followers = []
  end

  def teardown
    @followers.each(&:close)
    FileUtils.remove_entry(@folder)
  end

  def follow(position: nil, max_line_length: 100, path: @log)
    follower = LogFollower.new(path, max_line_length: max_line_length, position: position) do |line, truncated|
      @in_block = follower.position
      raise @refusal if line == @refused

      @lines << (truncated ? [line] : line)
    end
    @followers << follower
    follower
  end

  def append(text, path = @log)
    File.binwrite(path, text, File.exist?(path) ? File.size(path) : 0)
  end

  # Truncated lines stand in arrays.
  def assert_poll(expected, follower)
    @lines = []
    assert_equal expected.size, follower.poll
    assert_equal expected.flatten.map(&:b), @lines.flatten
    assert_equal expected.map { |line| line.is_a?(Array) }, @lines.map { |line| line.is_a?(Array) }
  end

  def count_descriptors
    Dir.children("/proc/self/fd").size
  end

  def test_appended_lines__R1
    follower = follow
    append "one\ntwo\n"
    assert_poll %w[one two], follower
    assert_poll [], follower
    append "\n\nthree\r\na\0b\xff\n"
    assert_poll ["", "", "three\r", "a\0b\xff"], follower
    assert_equal Encoding::BINARY, @lines.last.encoding
  end

  def test_unfinished_line__R2
    follower = follow
    append "one\ntw"
    assert_poll %w[one], follower
    append "o"
    assert_poll [], follower
    assert_equal 4, follower.position.offset
    append "\nth"
    assert_poll %w[two], follower
    append "ree\n"
    assert_poll %w[three], follower
    assert_equal 14, follower.position.offset
  end

  def test_many_and_long_lines__R2
    [1, 7, 65_535, 65_536, 65_537, 150_000].each do |length|
      lines = Array.new(300_000 / length) { |number| (number % 10).to_s * length }
      File.binwrite(@log, lines.map { |line| "#{line}\n" }.join)
      follower = follow(max_line_length: 1_000_000)
      assert_poll lines, follower
      assert_poll [], follower
    end
  end

  def test_rotation__R3
    follower = follow
    append "one\n"
    assert_poll %w[one], follower
    append "two\nthr"
    File.rename(@log, @old)
    append "ee\nunfinished", @old
    append "new\npart"
    assert_poll %w[two three unfinished new], follower
    assert_equal 4, follower.position.offset
    append "s\n"
    append "late\n", @old
    assert_poll %w[parts], follower
  end

  def test_file_that_is_moved_away__R3
    follower = follow
    append "one\nt"
    assert_poll %w[one], follower
    File.rename(@log, @old)
    assert_poll [], follower
    append "wo\nthree\nr", @old
    assert_poll %w[two three], follower
    assert_equal 14, follower.position.offset
    append "est", @old
    append "new\n"
    assert_poll %w[rest new], follower
  end

  def test_rotated_file_without_an_unfinished_line__R3
    follower = follow
    append "one\n"
    assert_poll %w[one], follower
    File.rename(@log, @old)
    append ""
    assert_poll [], follower
    append "new\n"
    assert_poll %w[new], follower
  end

  def test_file_that_appears_later__R3
    follower = follow
    assert_poll [], follower
    assert_nil follower.position
    append "one\n"
    assert_poll %w[one], follower
    status = File.stat(@log)
    assert_equal LogFollower::Position.new(status.dev, status.ino, 4), follower.position
  end

  def test_truncation__R4
    follower = follow
    append "one\ntwo\nunfinished"
    assert_poll %w[one two], follower
    File.write(@log, "a\nb")
    assert_poll %w[a], follower
    assert_equal 2, follower.position.offset
    File.truncate(@log, 2)
    assert_poll %w[a], follower
    File.truncate(@log, 0)
    assert_poll [], follower
    assert_equal 0, follower.position.offset
    append "c\n"
    assert_poll %w[c], follower
  end

  def test_truncation_before_rotation__R4
    follower = follow
    append "one\nunfinished"
    assert_poll %w[one], follower
    File.write(@log, "short")
    File.rename(@log, @old)
    append "new\n"
    assert_poll %w[short new], follower
  end

  def test_resuming__R5
    first = follow
    append "one\ntwo\nthr"
    assert_poll %w[one two], first
    position = first.position
    append "ee\nfour\n"
    follower = follow(position: position)
    assert_equal position, follower.position
    assert_poll %w[three four], follower
    assert_equal 8, position.offset
    position = follower.position
    assert_poll [], follow(position: position)
    File.truncate(@log, position.offset - 1)
    assert_poll %w[one two three], follow(position: position)
  end

  def test_resuming_with_another_file__R5
    first = follow
    append "one\n"
    assert_poll %w[one], first
    position = first.position
    File.rename(@log, @old)
    follower = follow(position: position)
    assert_poll [], follower
    assert_equal position, follower.position
    append "new one\n"
    assert_poll ["new one"], follower
    File.rename(@old, @log)
    position.device += 1
    assert_poll %w[one], follow(position: position)
  end

  def test_long_lines_are_cut__R6
    follower = follow(max_line_length: 5)
    append "12345\n123456\n1234567890\n1\n"
    assert_poll ["12345", ["12345"], ["12345"], "1"], follower
    %w[123 45 6789].each do |part|
      append part
      assert_poll [], follower
    end
    append "0\n12345"
    assert_poll [["12345"]], follower
    append "\n"
    assert_poll %w[12345], follower
    assert_equal 26 + 11 + 6, follower.position.offset
    append "1234567"
    File.rename(@log, @old)
    append "1\n"
    assert_poll [["12345"], "1"], follower
  end

  def assert_refused(line, before, offset, follower)
    @refused = line
    @lines = []
    assert_raises(@refusal) { follower.poll }
    assert_equal before, @lines
    assert_equal [offset, offset], [follower.position.offset, @in_block.offset]
    @refused = nil
  end

  def test_block_that_raises__R7
    follower = follow
    append "one\ntwo\nthree\nfo"
    assert_refused "three", %w[one two], 8, follower
    assert_refused "three", [], 8, follower
    append "ur\n"
    assert_poll %w[three four], follower
    append "unfinished"
    assert_poll [], follower
    File.rename(@log, @old)
    append "new\n"
    assert_refused "unfinished", [], 19, follower
    assert_poll %w[unfinished new], follower
  end

  def test_block_that_raises_what_reading_and_loops_raise__R7
    append "one\ntwo\n"
    [EOFError, StopIteration, Errno::ENOENT].each do |refusal|
      @refusal = refusal
      follower = follow
      assert_refused "two", %w[one], 4, follower
      assert_poll %w[two], follower
    end
  end

  def test_folder_at_the_path__R8
    follower = follow
    Dir.mkdir(@log)
    assert_raises(LogFollower::NotRegularError) { follower.poll }
    Dir.rmdir(@log)
    append "one\n"
    assert_poll %w[one], follower
    append "two\n"
    File.rename(@log, @old)
    Dir.mkdir(@log)
    @lines = []
    assert_raises(LogFollower::NotRegularError) { follower.poll }
    assert_equal [[], 4], [@lines, follower.position.offset]
    Dir.rmdir(@log)
    append "new\n"
    assert_poll %w[two new], follower
  end

  def test_refusal_of_the_system__R8
    append "one\n"
    assert_raises(Errno::ENOTDIR) { follow(path: File.join(@log, "log")).poll }
    assert_poll %w[one], follow
  end

  def test_invalid_arguments__R8
    negative = LogFollower::Position.new(0, 0, -1)
    [{ path: "" }, { max_line_length: 0 }, { position: negative }].each do |arguments|
      assert_raises(ArgumentError, arguments) { follow(**arguments) }
    end
    assert_raises(ArgumentError) { LogFollower.new(@log, max_line_length: 1) }
    append "1\n"
    assert_poll %w[1], follow(position: LogFollower::Position.new(0, 0, 0), max_line_length: 1)
  end

  def test_descriptors__R8
    descriptors = count_descriptors
    follower = follow
    5.times do |number|
      append "one\n"
      assert_poll %w[one], follower
      assert_equal descriptors + 1, count_descriptors
      File.rename(@log, "#{@old}#{number}")
    end
    2.times { follower.close }
    assert_equal descriptors, count_descriptors
    append "two\n", "#{@old}4"
    File.rename("#{@old}4", @log)
    assert_poll %w[two], follower
  end
end
