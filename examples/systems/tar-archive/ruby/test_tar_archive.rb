# frozen_string_literal: true

require "minitest/autorun"
require "stringio"
require "tmpdir"
require_relative "tar_archive"

class TestTarArchive < Minitest::Test
  Entry = TarArchive::Entry
  UNSAFE_PATHS = ["/", "/etc/x", "..", "../x", "a/../x", "a/..", ".", "./x", "a/./x", "a/.", "a//x", "//x", "", "a//"].freeze
  THREE_FILES = [["one", "1"], ["two/", nil, "5"], ["three", "4444"]].freeze

  def setup
    @home = Dir.mktmpdir
    @out = File.join(@home, "\u00fc")
  end

  def teardown
    FileUtils.remove_entry(@home)
  end

  # Archives for tests are put together here, independently of what is tested.
  def header(path, size: 0, type: "0", mode: "0000644", target: "", prefix: "", magic: "ustar\0" "00", checksum: nil, octal: nil)
    block = [path, mode, "0001750", "0001750", octal || format("%011o", size), "14000000000", " " * 8, type, target, magic,
             "", "", "", "", prefix, ""].pack("a100a8a8a8a12a12a8a1a100a8a32a32a8a8a155a12")
    block[148, 8] = checksum || format("%06o\0 ", block.bytes.sum)
    block
  end

  def entry(path, content = nil, type = "0", **fields)
    content = content.to_s.b
    header(path, size: content.bytesize, type: type, **fields) + content + "\0" * (-content.bytesize % 512)
  end

  def archive(*entries)
    entries.join + "\0" * 1024
  end

  def extract(bytes, max_entries: 1000, max_size: 1_000_000, folder: @out)
    TarArchive.extract(StringIO.new(bytes.b), folder, max_entries: max_entries, max_size: max_size)
  end

  def assert_refused(kind, index, bytes, **limits)
    error = assert_raises(TarArchive::Error, kind) { extract(bytes, **limits) }
    assert_equal [kind, index], [error.kind, error.index], bytes[0, 100]
    assert_empty Dir.children(@home)
  end

  def assert_file(path, content, mode = 0o644)
    status = File.lstat(File.join(@out, path))
    assert status.file?, path
    assert_equal mode, status.mode & 0o7777, path
    assert_equal content.b, File.binread(File.join(@out, path)), path
  end

  def assert_link(path, target)
    assert_equal target, File.readlink(File.join(@out, path))
  end

  def remove_out
    FileUtils.remove_entry(@out)
  end

  def write(*entries)
    io = StringIO.new("".b)
    TarArchive.write(io, entries)
    io.string
  end

  def assert_write_refused(kind, entry)
    io = StringIO.new("".b)
    error = assert_raises(TarArchive::Error, kind) { TarArchive.write(io, [Entry.file("good", "x"), entry]) }
    assert_equal [kind, 1, ""], [error.kind, error.index, io.string]
  end

  def test_files_folders_and_links__R1
    bytes = archive(entry("docs/", nil, "5"), entry("docs/read me", "hello\n"), entry("a/b/c", "\0\xff\r\n", "\0", mode: "000600 "),
                    entry("a/b", nil, "5"), entry("empty", nil, "5"), entry("docs/link", nil, "2", target: "../a/b/c"))
    assert_equal 6, extract(bytes + "x" * 700)
    assert_file "docs/read me", "hello\n"
    assert_file "a/b/c", "\0\xff\r\n", 0o600
    assert File.directory?(File.join(@out, "empty"))
    assert_link "docs/link", "../a/b/c"
  end

  def test_sizes_around_blocks__R1
    contents = [0, 1, 511, 512, 513, 1024, 65_537, 200_000].map { |size| Random.new(size).bytes(size) }
    assert_equal 8, extract(archive(*contents.each_with_index.map { |content, index| entry("f#{index}", content) }))
    contents.each_with_index { |content, index| assert_file "f#{index}", content }
  end

  def test_modes__R1
    { "0000777" => 0o777, "0000000" => 0, "  640 " => 0o640, "0100444" => 0o444 }.each do |mode, expected|
      extract(archive(entry("file", "x", mode: mode)))
      assert_equal expected, File.stat(File.join(@out, "file")).mode & 0o7777
      remove_out
    end
  end

  def test_archive_without_entries__R1
    assert_equal 0, extract(archive)
    assert_empty Dir.children(@out)
  end

  def test_bytes_of_an_archive__R2
    bytes = write(Entry.file("bin/run", "#!\n", mode: 0o4751), Entry.folder("d"), Entry.link("l", "bin/run"))
    assert_equal 3 * 512 + 512 + 1024, bytes.bytesize
    expected = "bin/run".ljust(100, "\0") + "0000751\0" + "0000000\0" * 2 + "00000000003\0" + "00000000000\0" + " " * 8 +
               "0" + "\0" * 100 + "ustar\0" "00" + "\0" * 64 + "0000000\0" * 2 + "\0" * 167
    expected[148, 8] = format("%06o\0 ", expected.bytes.sum)
    assert_equal expected, bytes[0, 512]
    assert_equal "#!\n".ljust(512, "\0"), bytes[512, 512]
    assert_equal ["d/", "0000755\0", "00000000000\0", "5"], [bytes[1024, 3].delete("\0"), bytes[1124, 8], bytes[1148, 12], bytes[1180]]
    assert_equal ["l", "0000777\0", "2bin/run\0"], [bytes[1536, 2].delete("\0"), bytes[1636, 8], bytes[1692, 9]]
    assert_equal "\0" * 1024, bytes[2048..]
    assert_equal "\0" * 1024, write
  end

  def test_what_is_written_can_be_extracted__R2
    bytes = write(Entry.folder("d"), Entry.file("d/one block", "c" * 512, mode: 0o640), Entry.file("d/empty", "", mode: 0o444),
                  Entry.link("d/e/link", "../empty"), Entry.file("d/\u00fc", "\u00fc" * 500))
    assert_equal 5, extract(bytes)
    assert_file "d/one block", "c" * 512, 0o640
    assert_file "d/empty", "", 0o444
    assert_file "d/\u00fc", "\u00fc" * 500
    assert_link "d/e/link", "../empty"
  end

  # Letters with slashes at the places given.
  def letters(length, *slashes)
    text = "n" * length
    slashes.each { |slash| text[slash] = "/" }
    text
  end

  def test_long_paths_are_split_and_joined__R3
    [[100, [50], nil], [101, [50], 50], [101, [1], 1], [150, [20, 49, 51], 49], [150, [48, 70], 70], [160, [59, 100], 59],
     [256, [100, 155], 155], [255, [154], 154], [156, [154], 154]].each do |length, slashes, split|
      path = letters(length, *slashes)
      bytes = write(Entry.file(path, "x"))
      assert_equal [path[(split ? split + 1 : 0)..], path[0, split || 0]], [bytes[0, 100], bytes[345, 155]].map { |text| text.delete("\0") }
      assert_equal 1, extract(bytes)
      assert_file path, "x"
      remove_out
    end
  end

  def test_what_fits_in_no_way__R3
    [[101], [150, 48], [257, 100, 155], [257, 156], [399, 155, 200]].each do |shape|
      assert_write_refused :too_long, Entry.file(letters(*shape), "")
    end
    [[100], [256, 155]].each { |shape| assert_write_refused :too_long, Entry.folder(letters(*shape)) }
    assert_write_refused :too_long, Entry.link("l", letters(101, 50))
    assert_equal 2, extract(write(Entry.link("l", letters(100, 50)), Entry.folder(letters(99))))
    assert_link "l", letters(100, 50)
  end

  def test_unsafe_paths__R4
    UNSAFE_PATHS.each do |path|
      assert_refused :unsafe, 1, archive(entry("good", "x"), entry(path, "x"))
      assert_refused :unsafe, 0, archive(entry(path, nil, "5"))
      assert_refused :unsafe, 0, archive(entry(path, nil, "2", target: "x"))
      [Entry.file(path, ""), Entry.folder(path), Entry.link(path, "x")].each { |entry| assert_write_refused :unsafe, entry }
    end
    assert_refused :unsafe, 0, archive(entry("a/", "x"))
    ["a/", "a\0b"].each { |path| assert_write_refused :unsafe, Entry.folder(path) }
  end

  def test_unsafe_by_the_prefix__R4
    ["..", "/", "/etc", "a/..", ".", "a/"].each { |prefix| assert_refused :unsafe, 0, archive(entry("b", "x", prefix: prefix)) }
    assert_refused :unsafe, 0, archive(entry("../b", "x", prefix: "x"))
  end

  def test_names_with_dots_are_safe__R4
    assert_equal 3, extract(archive(entry("...", "x"), entry("..a/.b/c..", "x"), entry(".l", nil, "2", target: "..a")))
    assert_file "..a/.b/c..", "x"
    assert_link ".l", "..a"
  end

  def test_links_that_lead_outside__R5
    { "l" => ["/etc/passwd", "/", "..", "../x", "a/../x", "a/..", ".", "./x", "", "a//b", "a/"],
      "a/l" => ["../..", "../../x", "../", "..//x", "../x/..", "../."], "a/b/l" => ["../../../x"] }.each do |path, targets|
      targets.each do |target|
        assert_refused :unsafe, 0, archive(entry(path, nil, "2", target: target))
        assert_write_refused :unsafe, Entry.link(path, target)
      end
    end
    assert_write_refused :unsafe, Entry.link("l", "a\0")
  end

  def test_links_that_stay_within__R5
    links = { "l" => "missing", "a/l" => "..", "a/m" => "../x", "a/b/l" => "../../x/y", "a/b/m" => "../..", "n" => "...x" }
    assert_equal 6, extract(write(*links.map { |path, target| Entry.link(path, target) }))
    links.each { |path, target| assert_link path, target }
  end

  def test_nothing_goes_through_or_over_what_was_made__R5
    again = [["0", ""], ["5", ""], ["2", "d"], ["2", "missing"]]
    again.product(again) do |(type, target), (other, other_target)|
      bytes = archive(entry("d", nil, "5"), entry("x", nil, type, target: target), entry("x", nil, other, target: other_target))
      if type == "5" && other == "5"
        assert_equal 3, extract(bytes)
        remove_out
      else
        assert_refused :conflict, 2, bytes
      end
    end
    %w[0 2].each do |type|
      assert_refused :conflict, 2, archive(entry("d", nil, "5"), entry("x", nil, type, target: "d"), entry("x/y", "z"))
      assert_refused :conflict, 1, archive(entry("x", nil, type, target: "d"), entry("x/y/z", nil, "5"))
    end
  end

  def test_conflict_comes_before_the_content__R5
    assert_refused :conflict, 1, entry("x", "") + header("x", size: 5)
  end

  def test_special_bits_are_not_set__R5
    extract(archive(entry("run", "", mode: "0007755")))
    assert_file "run", "", 0o755
  end

  def test_damaged_headers__R6
    [{ magic: "ustar  \0" }, { magic: "ustaR\0" "00" }, { magic: "ustar\0" "01" }, { magic: "ustar\0" "10" }, { mode: "00006448" },
     { mode: "00006444" }, { mode: "0000648\0" }, { mode: " " * 7 }, { mode: "" }, { mode: "06 4400" }, { mode: "-000644" },
     { octal: "0" * 12 }, { octal: "\x80".b }, { octal: "0000000000x" }, { checksum: "" }, { checksum: "12345678" }].each do |fields|
      assert_refused :malformed, 1, archive(entry("good", "x"), entry("file", "", **fields))
    end
    assert_refused :malformed, 0, archive(header("../x", type: "x", mode: "8"))
    assert_refused :malformed, 0, archive(entry("folder", "x", "5"))
    assert_refused :malformed, 0, archive(entry("link", "x", "2", target: "y"))
    assert_refused :malformed, 0, "\0" * 512 + archive(entry("file", "x"))
  end

  def test_checksums__R6
    [0, 147, 148, 156, 500, 511].each do |offset|
      bytes = archive(entry("file", "x"))
      bytes.setbyte(offset, bytes.getbyte(offset) + 1)
      assert_refused :malformed, 0, bytes
    end
    block = header("high \xff".b)
    block[148, 8] = " #{block[148, 7]}"
    assert_equal 1, extract(archive(block))
    assert_file "high \xff", ""
  end

  def test_other_types__R6
    "1346789xgLKSA".each_char { |type| assert_refused :unsupported, 0, archive(entry("../x", "x", type, target: "/etc/passwd")) }
  end

  def test_archives_that_are_cut_off__R6
    bytes = archive(entry("one", "x"), entry("folder/two", "x" * 600))
    assert_equal 2560 + 1024, bytes.bytesize
    { 0 => [0, 1, 511, 512, 1023], 1 => [1024, 1535, 1536, 2135, 2136, 2559], 2 => [2560, 3071, 3072, 3583] }.each do |index, sizes|
      sizes.each { |size| assert_refused :truncated, index, bytes[0, size] }
    end
  end

  def test_limits__R7
    bytes = archive(*THREE_FILES.map { |fields| entry(*fields) })
    assert_equal 3, extract(bytes, max_entries: 3, max_size: 5)
    remove_out
    assert_refused :limit, 2, bytes, max_entries: 2
    assert_refused :limit, 2, bytes, max_size: 4
    assert_refused :limit, 0, bytes, max_entries: 0
    assert_refused :limit, 0, archive(header("huge", size: 0o77777777777))
    assert_refused :limit, 1, archive(entry("a", "1"), header("a", size: 1_000_000))
    assert_refused :unsafe, 0, archive(header("../x", size: 2_000_000))
    assert_equal 0, extract(archive, max_entries: 0, max_size: 0)
  end

  def test_nothing_is_left_of_a_refused_archive__R8
    bytes = archive(entry("a/b/c/file", "x"), entry("a/link", nil, "2", target: "b"), entry("p", "", mode: "0000000"), entry("../x", "x"))
    assert_refused :unsafe, 3, bytes
  end

  def test_what_exists_stays__R8
    bytes = archive(entry("file", "new"))
    Dir.mkdir(@out)
    File.write(File.join(@out, "old"), "old")
    assert_raises(Errno::EEXIST) { extract(bytes) }
    assert_equal ["old"], Dir.children(@out)
    remove_out
    File.symlink("missing", @out)
    assert_raises(Errno::EEXIST) { extract(bytes) }
    assert File.symlink?(@out)
    File.delete(@out)
    assert_raises(Errno::ENOENT) { extract(bytes, folder: File.join(@home, "missing/out")) }
    assert_empty Dir.children(@home)
  end

  def test_refusal_of_the_system__R8
    long = entry("n" * 99, "", prefix: "p" * 150)
    assert_equal 1, extract(archive(long))
    remove_out
    File.open(@home) { |io| assert_raises(Errno::EISDIR) { TarArchive.extract(io, @out, max_entries: 1, max_size: 1) } }
    assert_empty Dir.children(@home)
    trap(:XFSZ, "IGNORE")
    limits = Process.getrlimit(:FSIZE)
    begin
      Process.setrlimit(:FSIZE, 1000, limits.last)
      assert_raises(Errno::EFBIG) { extract(archive(entry("first", "x"), entry("big", "x" * 2000))) }
    ensure
      Process.setrlimit(:FSIZE, *limits)
    end
    assert_empty Dir.children(@home)
  end
end
