# frozen_string_literal: true

require "minitest/autorun"
require_relative "ini_config"

class TestIniConfig < Minitest::Test
  def parse(text)
    IniConfig.parse(text)
  end

  # The problems of a text, as [[line, reason], ...].
  def problems(text)
    assert_raises(IniConfig::ParseError, text) { parse(text) }.problems.map(&:to_a)
  end

  # What stands after "a = " in the only setting of a text.
  def value(text)
    parse("a = #{text}").get("", "a")
  end

  def test_settings_by_section_and_key__R1
    config = parse("top = 1\n\n; a comment = x\n[web]\n# [other]\nport = 80\nhost=example.com\n" \
                   "[Db.main_2-b]\nport = 5432\n")
    assert_equal "1", config.get("", "top")
    assert_equal "80", config.get("web", "port")
    assert_equal "example.com", config.get("web", "host")
    assert_equal "5432", config.get("Db.main_2-b", "port")
    assert_nil config.get("web", "top")
    assert_nil config.get("", "; a comment")
  end

  def test_values_as_they_stand__R1
    assert_equal 'b = "c" ; d', parse('a = b = "c" ; d').get("", "a")
    assert_equal ["", "", "x", 'C:\new', "#1", "; 2", "[s]", "1  2"],
                 ["", " \t", "x", 'C:\new', "#1", "; 2", "[s]", "1  2"].map { |text| value(text) }
    assert_equal "", parse("a=").get("", "a")
    assert_equal 'b"', value('b"')
    assert_equal "\u{e9}\u{a0}", value("\u{e9}\u{a0}")
  end

  def test_spaces_and_tabs_around__R1
    config = parse(" \t[s] \t\n\t k.1 \t=\t v \t\n  ; x\n\t# y\n \t\n")
    assert_equal "v", config.get("s", "k.1")
    assert_equal "w", parse("A_b-9.=w").get("", "A_b-9.")
  end

  def test_quoted_values__R2
    {
      '" b "' => " b ", "\"\tb\t\" \t" => "\tb\t", '""' => "", '"a;b#c=d"' => "a;b#c=d",
      '"\" \\\\ \n \t"' => "\" \\ \n \t", '"\\\\n"' => '\n', '"\\\\"' => "\\", '"\""' => '"', '"[s]"' => "[s]"
    }.each { |text, expected| assert_equal expected, value(text), text }
  end

  def test_ends_of_lines__R3
    config = parse("a = 1\r\n[s]\r\n\r\n; x\r\nb = \"2\"\r\nc = 3 \r\nd = 4\r")
    assert_equal %w[1 2 3 4], [["", "a"], %w[s b], %w[s c], %w[s d]].map { |name| config.get(*name) }
    assert_equal "2", parse("a = 1\n\n\nb = 2").get("", "b")
  end

  def test_carriage_returns_count_inside_and_but_one_at_the_end__R3
    assert_equal "1\r2\r", parse("a = 1\r2\r\r\n").get("", "a")
    assert_equal [[1, :bad_section]], problems("[s]\r\r\n")
  end

  def test_empty_texts__R3
    ["", "\n", "\r\n\r\n", " \t", "; only\n# comments"].each do |text|
      assert_nil parse(text).get("", "a"), text.inspect
      assert_equal "1", parse("#{text}\na = 1").get("", "a"), text.inspect
    end
  end

  def test_continued_sections_and_letter_case__R3
    config = parse("[s]\na = 1\n[S]\na = 2\nA = 3\n[s]\nb = 4\n")
    assert_equal %w[1 4 2 3], [%w[s a], %w[s b], %w[S a], %w[S A]].map { |name| config.get(*name) }
    [%w[s A], %w[S b], %w[t a], ["", "a"], ["s", ""]].each { |name| assert_nil config.get(*name), name.inspect }
  end

  def test_reasons__R4
    {
      bad_section: ["[a b]", "[]", "[a] x", "[a", "[[a]]", "[ a]", "[a ]", "[a]]", "[\u{e9}]", "[a] = 1", "[a];x", "["],
      missing_equals: ["a", "a: 1", "a b", "\"a\"", "a]", "a ; b"],
      bad_key: ["= 1", "=", "a b = \"", "a! = 1", "\u{e9} = 1", "a\t b=", "\"a\" = 1", "a[] = 1", "a: 1 = \"\\x"],
      bad_escape: ['a = "\x', 'a = "\r"', "a = \"\\'\"", 'a = "b\N" c', 'a = "\\\\\q"', "a = \"\\\u{e9}\"", 'a = "\ "'],
      unterminated: ['a = "b\"', 'a = "', 'a = "b', 'a = "\\', 'a = "b\\\\\"', 'a = "b\n\\', 'a = "b; c'],
      trailing_text: ['a = "b" c', 'a = """', 'a = "" ;', 'a = "b"\x', 'a = "b" "c"', 'a = "\\\\"\\']
    }.each do |reason, lines|
      lines.each { |line| assert_equal [[3, reason]], problems("\nok = 1\n #{line}\t\nlast = 2"), line }
    end
  end

  def test_all_problems_at_once__R5
    text = "[a\nb\n\n; c\n= 1\na = \"\\x\"\n[s]\nd = \"\ne = 1\ne = 2\nf = \"g\" h\n[t] u\n"
    expected = [[1, :bad_section], [2, :missing_equals], [5, :bad_key], [6, :bad_escape], [8, :unterminated],
                [10, :duplicate_key], [11, :trailing_text], [12, :bad_section]]
    assert_equal expected, problems(text)
  end

  def test_every_further_line_is_a_duplicate__R5
    assert_equal [[2, :duplicate_key], [4, :duplicate_key]], problems("a = 1\na = 1\nb = 2\na = \"3\"")
    assert_equal [[6, :duplicate_key]], problems("[s]\na = 1\n[t]\na = 2\n[s]\na = 3\n")
  end

  def test_keys_that_are_no_duplicates__R5
    assert_equal [[1, :unterminated]], problems("a = \"\na = 1")
    assert_equal [[2, :duplicate_key], [3, :bad_escape]], problems("a = 1\na = 2\na = \"\\x\"")
    assert_equal [[2, :bad_section], [5, :missing_equals]], problems("a = 1\n[s\na = 1\na = 2\nx\n[s]\na = 3\n")
    assert_equal [[3, :bad_section], [7, :duplicate_key]], problems("[s]\na = 1\n[]\na = 1\n[s]\nb = 1\na = 1\n")
  end

  def test_message_of_a_parse_error__R5
    error = assert_raises(IniConfig::ParseError) { parse("a\n\n[\n") }
    assert_equal "line 1: missing_equals\nline 3: bad_section", error.message
  end

  def test_integers__R6
    {
      "0" => 0, "-0" => 0, "42" => 42, "-7" => -7, "10" => 10, "\"99\"" => 99,
      "9223372036854775807" => 2**63 - 1, "-9223372036854775808" => -2**63
    }.each { |text, expected| assert_equal expected, parse("[s]\na = #{text}").integer("s", "a"), text }
  end

  def test_what_is_no_integer__R6
    ["007", "00", "-01", "+1", "1.0", "1e3", "0x1", "1_000", "", "-", "--1", "1 2", "\u{665}", "yes", "1\n",
     " 1", "9223372036854775808", "-9223372036854775809", "99999999999999999999"].each do |text|
      config = parse("[s]\na = \"#{text.sub("\n", '\n')}\"")
      error = assert_raises(IniConfig::InvalidValueError, text) { config.integer("s", "a") }
      assert_equal ["s", "a", text], [error.section, error.key, error.value]
    end
  end

  def test_booleans__R7
    config = parse("[s]\na = true\nb = Yes\nc = oN\nd = 1\ne = FALSE\nf = no\ng = Off\nh = 0\n")
    assert_equal [true] * 4 + [false] * 4, ("a".."h").map { |key| config.boolean("s", key) }
  end

  def test_what_is_no_boolean__R7
    ["2", "y", "", "truee", "tru", "01", "enabled", "o n", "-1", "\u{ff4f}n", "on\n"].each do |text|
      config = parse("[s]\na = \"#{text.sub("\n", '\n')}\"")
      error = assert_raises(IniConfig::InvalidValueError, text) { config.boolean("s", "a") }
      assert_equal ["s", "a", text], [error.section, error.key, error.value]
    end
  end

  def test_long_lines__R8
    spread = "x#{" " * 30_000}y"
    { spread => spread, "\"#{'x\n' * 100_000}\"" => "x\n" * 100_000 }.each do |text, expected|
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      found = value(text)
      assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - started, :<, 2
      assert found == expected, "another value of #{found&.length} characters"
    end
  end

  def test_missing_settings__R6_R7
    config = parse("a = 1\n[s]\nb = 1\n")
    %i[integer boolean].each do |type|
      [["s", "a"], ["", "b"], ["t", "b"]].each do |section, key|
        error = assert_raises(IniConfig::MissingSettingError) { config.public_send(type, section, key) }
        assert_equal [section, key], [error.section, error.key]
      end
    end
  end

  def test_messages_name_the_setting__R6_R7
    config = parse("[web]\nport = http\n")
    errors = [assert_raises(IniConfig::SettingError) { config.integer("web", "port") },
              assert_raises(IniConfig::SettingError) { config.boolean("web", "port") },
              assert_raises(IniConfig::SettingError) { config.boolean("web", "host") }]
    [/web.*port.*http/, /web.*port.*http/, /web.*host/].zip(errors) { |text, error| assert_match text, error.message }
  end
end
