# frozen_string_literal: true

require "fileutils"

# Writes archives in the ustar format and extracts them safely.
module TarArchive
  # What is wrong with an archive or an entry: kind is :truncated, :malformed, :unsupported, :unsafe, :limit, :conflict or
  # :too_long; index is that of the entry, from zero.
  class Error < StandardError
    attr_reader :kind, :index

    def initialize(kind, index)
      super("#{kind} at entry #{index}")
      @kind = kind
      @index = index
    end
  end

  # An entry: a file with content and mode, a folder, or a link with its target.
  Entry = Struct.new(:type, :path, :content, :mode, :target) do
    def self.file(path, content, mode: 0o644)
      new(:file, path, content, mode)
    end

    def self.folder(path)
      new(:folder, path, "", 0o755)
    end

    def self.link(path, target)
      new(:link, path, "", 0o777, target)
    end
  end

  BLOCK_SIZE = 512
  ZERO_BLOCK = ("\0" * BLOCK_SIZE).freeze
  HEADER = "a100a8a8a8a12a12a8a1a100a6a2a32a32a8a8a155a12"
  CHECKSUM = 148
  TYPES = { file: "0", folder: "5", link: "2" }.freeze
  private_constant :BLOCK_SIZE, :ZERO_BLOCK, :HEADER, :CHECKSUM, :TYPES

  # Extracts an archive into a folder, which must not exist; if that fails there is no such folder afterwards.
  #
  # io - an IO, read in binary.
  #
  # Returns the number of entries. Raises Error or a SystemCallError.
  def self.extract(io, folder, max_entries:, max_size:)
    Dir.mkdir(folder)
    begin
      Extraction.new(io, folder, max_entries, max_size).run
    rescue Exception
      FileUtils.remove_entry(folder)
      raise
    end
  end

  # Writes entries as an archive. Raises Error with :unsafe or :too_long before anything is written.
  def self.write(io, entries)
    headers = entries.each_with_index.map { |entry, index| Format.header(entry, index) }
    entries.zip(headers) do |entry, header|
      io.write(header, entry.content, "\0" * Format.fill_size(entry.content.bytesize))
    end
    io.write(ZERO_BLOCK * 2)
    nil
  end

  # What reading and writing have in common.
  module Format
    module_function

    def fill_size(content_size)
      -content_size % BLOCK_SIZE
    end

    # The sum of all bytes, those of the checksum field taken for spaces.
    def checksum(header)
      header.sum(32) - header.byteslice(CHECKSUM, 8).sum(32) + " ".ord * 8
    end

    def safe_path?(path)
      path.b.split("/", -1).then { |names| names.any? && names.all? { |name| safe_name?(name) } }
    end

    # ".." after a name could be that after a link, and then lead anywhere; at the beginning it leaves a real folder.
    def safe_target?(path, target)
      names = target.b.split("/", -1)
      up = names.take_while { |name| name == ".." }.size
      names.any? && up <= path.b.count("/") && names.drop(up).all? { |name| safe_name?(name) }
    end

    def safe_name?(name)
      !["", ".", ".."].include?(name) && !name.include?("\0")
    end

    # The header of an entry to be written.
    def header(entry, index)
      path = entry.path.b
      target = entry.target.to_s.b
      raise Error.new(:unsafe, index) unless safe_path?(path)
      raise Error.new(:unsafe, index) if entry.type == :link && !safe_target?(path, target)
      prefix, name = split(entry.type == :folder ? "#{path}/" : path)
      raise Error.new(:too_long, index) if name.nil? || target.bytesize > 100
      fields = [name, octal(entry.mode & 0o777, 8), octal(0, 8), octal(0, 8), octal(entry.content.bytesize, 12),
                octal(0, 12), "", TYPES.fetch(entry.type), target, "ustar\0", "00", "", "", octal(0, 8), octal(0, 8), prefix, ""]
      header = fields.pack(HEADER)
      header[CHECKSUM, 8] = format("%06o\0 ", checksum(header))
      header
    end

    # Prefix and name of a stored path; nil if it fits in no way.
    def split(path)
      return ["", path] if path.bytesize <= 100

      slash = path.index("/", path.bytesize - 101)
      [path[0, slash], path[slash + 1..]] if slash && slash <= 155 && slash + 1 < path.bytesize
    end

    def octal(number, size)
      format("%0*o\0", size - 1, number)
    end
  end
  private_constant :Format

  # One run of extract.
  class Extraction
    Header = Struct.new(:type, :path, :mode, :size, :target)
    private_constant :Header

    def initialize(io, folder, max_entries, max_size)
      @io = io
      @folder = File.path(folder).b
      @entries_left = max_entries
      @size_left = max_size
      @index = 0
    end

    # Returns the number of entries.
    def run
      while (header = read_header)
        check(header)
        make(header)
        @index += 1
      end
      @index
    end

    private

    # nil at the end of the archive.
    def read_header
      block = read_exactly(BLOCK_SIZE)
      return parse(block) unless block == ZERO_BLOCK

      refuse(:malformed) unless read_exactly(BLOCK_SIZE) == ZERO_BLOCK
    end

    def read_exactly(size)
      bytes = @io.read(size).to_s
      refuse(:truncated) if bytes.bytesize < size
      bytes.b
    end

    def parse(block)
      name, mode, _, _, size, _, checksum, type, target, magic, version, *, prefix, _ = block.unpack(HEADER)
      refuse(:malformed) unless magic == "ustar\0" && version == "00" && number(checksum) == Format.checksum(block)
      type = TYPES.key(type.tr("\0", "0")) || :other
      path = [prefix, name].map { |text| text[/\A[^\0]*/n] }
      path.shift if path.first.empty?
      header = Header.new(type, path.join("/"), number(mode), number(size), target[/\A[^\0]*/n])
      header.path = header.path.delete_suffix("/") if type == :folder
      header
    end

    def number(field)
      refuse(:malformed) unless field.match?(/\A *[0-7]+[ \0]+\z/n)
      field.to_i(8)
    end

    def check(header)
      refuse(:malformed) if %i[folder link].include?(header.type) && header.size.positive?
      refuse(:unsupported) if header.type == :other
      refuse(:unsafe) unless Format.safe_path?(header.path)
      refuse(:unsafe) if header.type == :link && !Format.safe_target?(header.path, header.target)
      @entries_left -= 1
      @size_left -= header.size
      refuse(:limit) if @entries_left.negative? || @size_left.negative?
    end

    def make(header)
      *above, _ = header.path.split("/")
      above.each_index { |last| make_folder(above[0..last].join("/")) }
      case header.type
      when :folder then make_folder(header.path)
      when :link then File.symlink(header.target, within(header.path))
      when :file then make_file(header)
      end
    rescue Errno::EEXIST
      refuse(:conflict)
    end

    # Each name on the way is a real folder, so that no path goes through a link.
    def make_folder(path)
      Dir.mkdir(within(path))
    rescue Errno::EEXIST
      refuse(:conflict) unless File.lstat(within(path)).directory?
    end

    def make_file(header)
      File.open(within(header.path), File::WRONLY | File::CREAT | File::EXCL | File::BINARY, 0o600) do |file|
        refuse(:truncated) if header.size.positive? && IO.copy_stream(@io, file, header.size) < header.size
        read_exactly(Format.fill_size(header.size))
        file.chmod(header.mode & 0o777)
      end
    end

    def within(path)
      File.join(@folder, path)
    end

    def refuse(kind)
      raise Error.new(kind, @index)
    end
  end
  private_constant :Extraction
end
