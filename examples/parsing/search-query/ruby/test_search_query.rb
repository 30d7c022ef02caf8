# frozen_string_literal: true

require "minitest/autorun"
require_relative "search_query"

class TestSearchQuery < Minitest::Test
  FIELDS = %w[title author OR].freeze

  def test_tokens_stand_one_right_behind_the_other__R1
    ["Foo-bar", '"foo, BAR"', "foo_bar"].each do |source|
      assert_canonical '"foo bar"', source
      assert_matches source, titles("the foo bar", "FOO... bar!", "foo foo bar"),
                     titles("foo the bar", "bar foo", "foo", "foo bars", "", "foobar")
    end
  end

  def test_whole_tokens_of_letters_and_digits__R1
    assert_matches "foo", titles("foo", "a foo b", "(Foo)"), titles("food", "afoo", "fo o", "foo1", "föö")
    assert_matches "h2o", titles("H2O!"), titles("H 2 O", "h2", "h2o2")
    assert_matches "größe", titles("GRÖSSE, Größe!", "die GRÖßE"), titles("grosse", "gr", "e")
    assert_matches "почта", titles("ПОЧТА России"), titles("почтамт")
    assert_matches "a٣", titles("A٣", "(a٣)"), titles("a", "a3", "a ٣")
  end

  def test_a_run_that_begins_again_within_itself__R1
    assert_matches '"a a b"', titles("a a a b", "x a a b"), titles("a b a", "a a", "b a a")
  end

  def test_a_field_alone_or_every_field__R2
    both = { "title" => "red fox", "author" => "lee" }
    assert_matches "title:fox", [both, { "title" => "fox" }],
                   [{ "author" => "fox" }, { "body" => "fox" }, { "title" => "lee" }, {}]
    assert_matches "fox", [both, { "author" => "fox" }, { "body" => "fox" }],
                   [{ "title" => "lee", "fox" => "none" }, {}]
    assert_matches 'title:"RED fox" author:lee', [both],
                   [{ "title" => "red fox" }, { "title" => "fox red", "author" => "lee" }]
    assert_canonical '(and title:"red fox" author:"a b")', 'title:"Red  Fox" author:a.b'
    assert_equal SearchQuery::Text.new("title", ["x"]), parse("title:x")
  end

  def test_tokens_do_not_go_from_one_field_to_the_next__R2
    assert_matches '"red fox"', [{ "title" => "a", "author" => "red fox" }],
                   [{ "title" => "red", "author" => "fox" }]
  end

  def test_the_negation_of_a_field_that_is_not_there__R2
    assert_matches "-title:fox", [{}, { "author" => "fox" }, { "title" => "ox" }], [{ "title" => "fox" }]
  end

  def test_rows_alternatives_negation_and_groups__R3
    {
      "a b OR -c (d OR e)" => '(or (and "a" "b") (and (not "c") (or "d" "e")))',
      "a OR b OR c d" => '(or "a" "b" (and "c" "d"))',
      "-(a b) c" => '(and (not (and "a" "b")) "c")',
      "-a b" => '(and (not "a") "b")',
      "(a b) c" => '(and (and "a" "b") "c")',
      "(a OR b) OR c" => '(or (or "a" "b") "c")',
      "((a))" => '"a"',
      "-(-a)" => '(not (not "a"))',
      "--a" => '(not "a")',
      '-"a b" c' => '(and (not "a b") "c")',
      "a-b" => '"a b"',
      "a\vb\fc\u00a0d" => '"a b c d"',
      " \t\r\na\t(\nb )\r" => '(and "a" "b")'
    }.each { |source, expected| assert_canonical expected, source }
  end

  def test_what_they_match__R3
    assert_matches "a b", titles("b a"), titles("a", "b", "")
    assert_matches "a OR b c", titles("a", "b c", "a b"), titles("b", "c", "")
    assert_matches "a (b OR c)", titles("a b", "a c"), titles("a", "b c", "b")
    assert_matches "-a", titles("b", ""), titles("a", "b a")
    assert_matches "-(a b)", titles("a", "b", ""), titles("a b")
  end

  def test_characters_within_a_phrase__R4
    assert_canonical '"a or b c title d"', '"a OR (b) -c title:d"'
    assert_canonical '(and "a b" "c")', '"a\"b" c'
    assert_canonical '(and "a" "b")', '"a\\\\" b'
    assert_canonical '"ab"', '"a\b"'
    assert_canonical '"a b"', "\"a\n\tb\""
    assert_canonical '"a b"', "\"a\\\nb\""
  end

  def test_terms_without_white_space_between__R4
    assert_canonical '(and "a" "b c" (not "d") "e")', 'a"b c"-d(e)'
    assert_canonical '(or (and "a" "b" "c" "d") "e")', '(a)(b)"c""d"OR(e)'
    assert_canonical '(and title:"a" "b")', 'title:"a"b'
    assert_canonical 'title:"a b"', "title:a:b"
    assert_canonical '(and "a" "b")', "a-(b)"
  end

  def test_queries_without_terms__R5
    ["", " ", "\t\r\n "].each do |source|
      assert_canonical "(and)", source
      assert_matches source, [{}, { "title" => "" }, { "title" => "a" }], []
    end
  end

  def test_or_as_a_word__R5
    {
      "or" => '"or"',
      "a Or b" => '(and "a" "or" "b")',
      "-OR b" => '(and (not "or") "b")',
      "ORB XOR" => '(and "orb" "xor")',
      "OR:a" => 'OR:"a"',
      '"OR"' => '"or"'
    }.each { |source, expected| assert_canonical expected, source }
  end

  def test_phrases_and_groups_that_are_not_closed__R6
    {
      '(a "b' => 3, '"' => 0, 'a "b\"' => 2, '"b\\' => 0, 'title:"b' => 6
    }.each { |source, position| assert_fails :unclosed_phrase, position, source }
    { "((a)" => 0, "a (b (c" => 5, "(" => 0 }.each { |source, position| assert_fails :unclosed_group, position, source }
  end

  def test_what_may_not_stand_where_it_stands__R6
    {
      ")" => 0, "a)" => 1, "(a))" => 3, "()" => 1, "(())" => 2, "a ( )" => 4,
      "OR" => 0, "a OR" => 2, "OR a" => 0, "a OR OR b" => 2, "(a OR ) b" => 3, "(OR a)" => 1, "a OR (b) OR" => 9,
      "a - b" => 2, "a -" => 2, "a OR -" => 5, "(-)" => 1, "-\ta" => 0,
      "title:" => 5, "title: a" => 5, "-title:(a)" => 6, "(title:)" => 6
    }.each { |source, position| assert_fails :unexpected, position, source }
  end

  def test_the_first_error_counts__R6
    assert_fails :unexpected, 0, ') "a'
    assert_fails :empty_term, 0, '+ "a'
    assert_fails :unexpected, 3, "(a OR"
    assert_fails :unexpected, 0, 'OR "b'
    assert_fails :unclosed_phrase, 5, 'a OR "b'
    assert_fails :unexpected, 2, "é )"
  end

  def test_unknown_fields__R7
    {
      "12:30" => 0, "a Title:b" => 2, "-body:b" => 1, ":a" => 0, "a :" => 2, 'body:"b"' => 0
    }.each { |source, position| assert_fails :unknown_field, position, source }
  end

  def test_nothing_to_look_for__R7
    {
      "-title:+" => 7, "+" => 0, "a --" => 3, 'a ""' => 2, 'title:"-"' => 6, "(€)" => 1, "title::" => 6
    }.each { |source, position| assert_fails :empty_term, position, source }
  end

  def test_groups_within_each_other__R8
    fifty = "#{"(" * 50}a#{")" * 50}"
    assert_canonical '"a"', fifty
    assert_canonical '(and "a" "a")', "#{fifty} #{fifty}"
    assert_fails :too_deep, 50, "(#{fifty})"
    assert_fails :too_deep, 50, "(" * 200_000
    assert_fails :too_deep, 101, "-(" * 51
  end

  private

  def parse(source) = SearchQuery.parse(source, FIELDS)

  def titles(*texts) = texts.map { |text| { "title" => text } }

  def assert_canonical(expected, source)
    assert_equal expected, parse(source).to_s, source
  end

  def assert_matches(source, documents, others)
    query = parse(source)
    documents.each { |document| assert query.match?(document), "#{source}: #{document}" }
    others.each { |document| refute query.match?(document), "#{source}: #{document}" }
  end

  def assert_fails(code, position, source)
    error = assert_raises(SearchQuery::QueryError, source) { parse(source) }
    assert_equal [code, position], [error.code, error.position], source
    assert_match(/#{code}.*#{position}/, error.message)
  end
end
