# frozen_string_literal: true

# Follows a growing log file by polling, across rotation and truncation, and yields its lines.
class LogFollower
  CHUNK_SIZE = 64 * 1024
  private_constant :CHUNK_SIZE

  # What is at the path is not a regular file.
  class NotRegularError < StandardError; end

  # Device and inode of a file, and the offset in bytes of the first line that was not delivered.
  Position = Struct.new(:device, :inode, :offset) do
    def in?(status)
      [device, inode] == [status.dev, status.ino]
    end
  end

  # on_line - called with a line without its LF, a binary String, and whether it was truncated.
  #
  # Raises ArgumentError.
  def initialize(path, max_line_length:, position: nil, &on_line)
    raise ArgumentError, "no path" if path.empty?
    raise ArgumentError, "max_line_length must be positive" unless max_line_length.positive?
    raise ArgumentError, "negative offset" if position&.offset&.negative?
    raise ArgumentError, "no block" unless on_line

    @path = path
    @max_line_length = max_line_length
    @position = position&.dup
    @on_line = on_line
    forget_unfinished_line
  end

  # The Position of the first line that was not delivered, nil if there is none yet.
  def position
    @position.dup
  end

  # Delivers the lines that are there and returns their number. Raises NotRegularError, a SystemCallError, or what the
  # block raises; the next poll begins with the line for which it did.
  def poll
    @delivered = 0
    found = status_at_path
    raise NotRegularError, "#{@path} is not a regular file" unless found.nil? || found.file?

    open_file if found && @file.nil?
    return 0 unless @file

    read_to_end
    move_to_new_file if found && !@position.in?(found)
    @delivered
  end

  # Closes the file; may be called again. A later poll opens the file at the path and goes on.
  def close
    @file&.close
    @file = nil
  end

  private

  def status_at_path
    File.stat(@path)
  rescue Errno::ENOENT
    nil
  end

  def open_file
    @file = File.open(@path, File::RDONLY | File::NONBLOCK | File::BINARY)
    begin_file unless @position&.in?(@file.stat)
  rescue Errno::ENOENT
    nil
  end

  def begin_file
    status = @file.stat
    @position = Position.new(status.dev, status.ino, 0)
    forget_unfinished_line
  end

  def move_to_new_file
    deliver(0) if @seen.positive?
    close
    open_file
    read_to_end if @file
  end

  def read_to_end
    begin_file if @file.size < @position.offset + @seen
    while (chunk = read_chunk)
      chunk.each_line("\n") { |part| take(part) }
    end
  end

  # Nothing but the reading is rescued: the block may raise EOFError, too.
  def read_chunk
    @file.pread(CHUNK_SIZE, @position.offset + @seen)
  rescue EOFError
    nil
  end

  def take(part)
    line = part.delete_suffix("\n")
    @line << line.byteslice(0, @max_line_length - @line.bytesize)
    @seen += line.bytesize
    deliver(1) if part.end_with?("\n")
  end

  # The line is forgotten before the call, so that it is read again if the block raises.
  def deliver(end_length)
    line = @line
    size = @seen
    forget_unfinished_line
    @on_line.call(line, line.bytesize < size)
    @position.offset += size + end_length
    @delivered += 1
  end

  # Of an unfinished line: what may be delivered of it, and how many bytes were read.
  def forget_unfinished_line
    @line = String.new(encoding: Encoding::BINARY)
    @seen = 0
  end
end
