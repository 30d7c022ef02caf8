# frozen_string_literal: true

require "json"
require "minitest/autorun"
require_relative "json_patch"

class TestJsonPatch < Minitest::Test
  # Requirement => rows of document, operation and expected document.
  EFFECTS = {
    "R1" => [
      ['{"a":1}', ["add", "/b", { "c" => [] }], '{"a":1,"b":{"c":[]}}'],
      ['{"a":1}', ["add", "/a", nil], '{"a":null}'],
      ["{}", ["add", "/", 1], '{"":1}'],
      ['{"a":{"b":{"c":1},"d":2},"e":3}', ["add", "/a/b/x", false], '{"a":{"b":{"c":1,"x":false},"d":2},"e":3}'],
      ["[1,2]", ["add", "/0", 0], "[0,1,2]"],
      ["[1,2]", ["add", "/1", [0]], "[1,[0],2]"],
      ["[1,2]", ["add", "/2", 0], "[1,2,0]"],
      ["[1,2]", ["add", "/-", 0], "[1,2,0]"],
      ["[]", ["add", "/0", "x"], '["x"]'],
      ["[[1],[2,3]]", ["add", "/1/1", 0], "[[1],[2,0,3]]"],
      ['{"a":1}', ["add", "", [2]], "[2]"],
      ['{"a":1,"b":2}', ["remove", "/a"], '{"b":2}'],
      ['{"a":null}', ["remove", "/a"], "{}"],
      ["[1,2,3]", ["remove", "/0"], "[2,3]"],
      ["[1,2,3]", ["remove", "/1"], "[1,3]"],
      ["[1,2,3]", ["remove", "/2"], "[1,2]"],
      ['[{"a":[1]}]', ["remove", "/0/a/0"], '[{"a":[]}]'],
      ['{"a":1}', ["remove", ""], "null"],
      ['{"a":1,"b":2}', ["replace", "/a", { "c" => 3 }], '{"a":{"c":3},"b":2}'],
      ['{"a":null}', ["replace", "/a", 1], '{"a":1}'],
      ["[1,2,3]", ["replace", "/2", [4]], "[1,2,[4]]"],
      ["[1,2,3]", ["replace", "/0", nil], "[null,2,3]"],
      ['[0,0,0,0,0,0,0,0,0,0,0,{"a":1}]', ["replace", "/11/a", 2], '[0,0,0,0,0,0,0,0,0,0,0,{"a":2}]'],
      ["[1]", ["replace", "", "x"], '"x"']
    ],
    "R2" => [
      ['{"a":[1],"b":{}}', ["copy", "/b/c", "/a"], '{"a":[1],"b":{"c":[1]}}'],
      ["[1,2]", ["copy", "/0", "/1"], "[2,1,2]"],
      ['{"a":1}', ["copy", "/b", ""], '{"a":1,"b":{"a":1}}'],
      ['{"a":{"b":1}}', ["copy", "", "/a"], '{"b":1}'],
      ['{"a":1}', ["copy", "/a", "/a"], '{"a":1}'],
      ['{"a":{"b":1}}', ["copy", "/a/c", "/a"], '{"a":{"b":1,"c":{"b":1}}}'],
      ['{"a":{"b":1},"c":2}', ["move", "/c", "/a/b"], '{"a":{},"c":1}'],
      ['{"a":null}', ["move", "/b", "/a"], '{"b":null}'],
      ["[1,2,3]", ["move", "/2", "/0"], "[2,3,1]"],
      ["[1,2,3]", ["move", "/-", "/0"], "[2,3,1]"],
      ["[1,2,3]", ["move", "/0", "/2"], "[3,1,2]"],
      ["[1,[2],3]", ["move", "/1/0", "/2"], "[1,[3,2]]"],
      ["[1,[2],[3]]", ["move", "/1/0", "/0"], "[[2],[1,3]]"],
      ['{"a":{"b":[1]}}', ["move", "/a", "/a/b"], '{"a":[1]}'],
      ['{"a":{"b":[1]}}', ["move", "", "/a/b"], "[1]"]
    ],
    "R3" => [
      ['{"a":1}', ["move", "/ab", "/a"], '{"ab":1}'],
      ['{"a":1}', ["move", "/a~1b", "/a"], '{"a/b":1}'],
      ['{"ab":1}', ["move", "/a", "/ab"], '{"a":1}'],
      ['{"a":{"b":1}}', ["move", "/a/b", "/a/b"], '{"a":{"b":1}}'],
      ["[1,2]", ["move", "/1", "/1"], "[1,2]"],
      ['{"a":1}', ["move", "", ""], '{"a":1}']
    ],
    "R5" => [
      ['{"a/b":1,"m~n":2}', ["remove", "/a~1b"], '{"m~n":2}'],
      ['{"a/b":1,"m~n":2}', ["remove", "/m~0n"], '{"a/b":1}'],
      ['{"~1":1,"/":2}', ["remove", "/~01"], '{"/":2}'],
      ['{"/~":1}', ["replace", "/~1~0", 2], '{"/~":2}'],
      ['{"":{"":1}}', ["replace", "//", 2], '{"":{"":2}}'],
      ['{"-":1,"0":2,"01":3}', ["remove", "/-"], '{"0":2,"01":3}'],
      ['{"-":1,"0":2,"01":3}', ["replace", "/0", 4], '{"-":1,"0":4,"01":3}'],
      ['{"-":1,"0":2,"01":3}', ["add", "/01", 4], '{"-":1,"0":2,"01":4}'],
      ['{" \"\u0001%41\n\ud83d\ude00":1}', ["replace", "/ \"\u0001%41\n\u{1f600}", 2], '{" \"\u0001%41\n\ud83d\ude00":2}'],
      ['{"__proto__":1,"constructor":2}', ["remove", "/constructor"], '{"__proto__":1}']
    ]
  }.freeze
  EQUAL = [
    %w[1 1.0], %w[-0.5 -5e-1], %w[0 -0.0], %w[9007199254740992 9007199254740992.0], %w[null null], %w[true true], %W["\u00e9" "\u00e9"], %w[[] []], %w[{} {}],
    %w([1,{"a":[2.0]}] [1.0,{"a":[2]}]), %w[{"a":1,"b":null} {"b":null,"a":1}]
  ].freeze
  UNEQUAL = [
    %w[1 "1"], %w[1 true], %w[0 false], %w[0 ""], %w[0 null], %w[false null], %w["" null], %w[1 2], %w[1 1.5],
    %w["a" "A"], %W["\u00e9" "e\u0301"], %w["1" "1.0"], %w["1e1" "10"], %w[true false], %w[[] {}], %w[[] null],
    %w([5,6] {"0":5,"1":6}), %w([1,2] [2,1]), %w([1] [1,1]), %w([1] 1), %w([null] []), %w[{} {"a":null}],
    %w[{"a":null} {"b":null}], %w[{"a":1} {"a":2}], %w([[1]] [[2]]), %w[{"a":1} {"A":1}],
    %w[{"a":1,"b":2} {"a":1,"b":3}], %w[{"a":1} 1], %w[{} null], %w[9007199254740992 9007199254740991],
    %w([0] [false]), %w([""] [null]), %w({"a":[1]} {"a":["1"]})
  ].freeze
  INVALID = [
    5, nil, "add", [], {}, { "path" => "/a", "value" => 1 }, { "op" => "add", "value" => 1 },
    { "op" => "add", "path" => "/a" }, { "op" => "Add", "path" => "/a", "value" => 1 },
    { "op" => "", "path" => "/a", "value" => 1 }, { "op" => nil, "path" => "/a", "value" => 1 },
    { "op" => "add ", "path" => "/a", "value" => 1 }, { "op" => 5, "path" => "/a" },
    { "op" => ["add"], "path" => "/a", "value" => 1 }, { "op" => "add", "path" => 5, "value" => 1 },
    { "op" => "add", "path" => nil, "value" => 1 }, { "op" => "add", "path" => ["a"], "value" => 1 },
    { "op" => "remove" }, { "op" => "remove", "path" => 0 }, { "op" => "replace", "path" => "/a" },
    { "op" => "test", "path" => "/a" }, { "op" => "move", "path" => "/a" }, { "op" => "copy", "path" => "/a" },
    { "op" => "copy", "path" => "/b", "from" => nil }, { "op" => "move", "path" => "/b", "from" => 5 },
    { "op" => "move", "from" => "/a" }, { "op" => "add", "path" => "x" },
    { "op" => "copy", "path" => "x", "from" => 5 }, { "Op" => "remove", "path" => "/a" }
  ].freeze

  EFFECTS.each do |requirement, rows|
    define_method("test_effects__#{requirement}") do
      rows.each { |document, operation, expected| assert_patched JSON.parse(expected), document, operation }
    end
  end

  def test_operations_apply_to_the_result_of_those_before__R1
    assert_patched({ "a" => 1 }, '{"a":1}')
    assert_patched({ "a" => [{ "b" => 2 }] }, "{}", ["add", "/a", []], ["add", "/a/-", 1], ["add", "/a/0", { "b" => 0 }],
                   ["replace", "/a/0/b", 2], ["remove", "/a/1"])
  end

  def test_what_was_copied_is_independent__R2
    assert_patched({ "a" => { "b" => [1], "x" => 3 }, "c" => { "b" => [1, 2] } }, '{"a":{"b":[1]}}',
                   ["copy", "/c", "/a"], ["add", "/c/b/-", 2], ["add", "/a/x", 3])
  end

  def test_the_path_of_a_move_is_that_after_the_removal__R2
    assert_fails :not_found, 0, "[1,2,3]", ["move", "/3", "/0"]
    assert_fails :not_found, 0, '{"a":{"b":1}}', ["move", "/b/a", "/a"]
  end

  def test_a_location_cannot_be_moved_into_itself__R3
    [%w[/a /a/b], %w[/a /a/b/x/y], ["", "/a"], ["", "/"], %w[/x /x/y], %w[/a /a/-]].each do |from, path|
      assert_fails :into_itself, 0, '{"a":{"b":{}}}', ["move", path, from]
    end
    assert_fails :not_found, 0, '{"a":1}', ["move", "/x", "/x"]
    assert_fails :not_found, 0, "[1]", ["move", "/-", "/-"]
  end

  def test_equal_values__R4
    EQUAL.flat_map { |pair| [pair, pair.reverse] }.each do |value, expected|
      assert_patched [JSON.parse(value)], "[#{value}]", ["test", "/0", JSON.parse(expected)]
    end
    assert_patched [1], "[1]", ["test", "", [1]]
  end

  def test_unequal_values__R4
    UNEQUAL.flat_map { |pair| [pair, pair.reverse] }.each do |value, expected|
      assert_fails :test_failed, 0, "[#{value}]", ["test", "/0", JSON.parse(expected)]
    end
  end

  def test_invalid_pointers__R5
    ["a", "a/b", " ", "#/a", "/~", "/~2", "/a~/b", "/a~", "/~~0", "x\n/a", "/a/~\n", "x\n"].each do |pointer|
      [["remove", pointer], ["copy", "/x", pointer], ["copy", pointer, "/x"], ["move", pointer, "/a"],
       ["test", pointer, 1], ["move", pointer, ""]].each { |operation| assert_fails :invalid_pointer, 0, '{"a":1}', operation }
    end
  end

  def test_names_that_the_document_does_not_have_are_not_found__R5
    ["__proto__", "constructor", "class", "length", "size", "A", "a ", ""].each do |name|
      assert_fails :not_found, 0, '{"a":1}', ["remove", "/#{name}"]
      assert_fails :not_found, 0, '{"a":1}', ["add", "/#{name}/x", 1]
    end
  end

  def test_invalid_indexes__R6
    ["01", "00", "-1", "+1", "1.0", "1e0", " 1", "1 ", "1\n", "0x1", "1_0", "\u0661", "\uff11", "a", "", "--"].each do |token|
      [["add", "/#{token}", 1], ["remove", "/#{token}"], ["replace", "/#{token}", 1], ["test", "/#{token}", 1],
       ["add", "/#{token}/a", 1], ["copy", "/0", "/#{token}"], ["move", "/#{token}", "/0"],
       ["remove", "/#{token}/0"]].each { |operation| assert_fails :invalid_index, 0, "[[1],[2]]", operation }
    end
  end

  def test_what_is_not_found__R6
    document = '{"a":[1,[2]],"b":"text","c":5,"d":null,"e":true}'
    ["/x", "/a/2", "/a/-", "/a/99999999999999999999", "/a/1/1", "/a/1/-", "/a/0/0", "/b/0", "/c/0", "/d/x", "/e/x",
     "/x/y", "/a/4294967296", "/a/#{'9' * 400}"].each do |path|
      [["remove", path], ["replace", path, 1], ["test", path, 1], ["copy", "", path], ["move", "/y", path],
       ["add", "#{path}/z", 1]].each { |operation| assert_fails :not_found, 0, document, operation }
    end
    ["/a/3", "/a/99999999999999999999", "/a/4294967296", "/a/1/2", "/b/0", "/c/x", "/d/-", "/e/x", "/x/y",
     "/a/-/0", "/a/#{'9' * 400}"].each do |path|
      assert_fails :not_found, 0, document, ["add", path, 1]
      assert_fails :not_found, 0, document, ["copy", path, "/c"]
    end
  end

  def test_the_first_problem_on_the_way_counts__R6
    assert_fails :not_found, 0, '{"a":[1]}', ["remove", "/a/5/01"]
    assert_fails :invalid_index, 0, '{"a":[1]}', ["remove", "/a/01/5/x"]
    assert_fails :invalid_index, 0, "[1]", ["copy", "/7", "/01"]
    assert_fails :not_found, 0, "[1]", ["move", "/01", "/7"]
  end

  def test_invalid_operations__R7
    INVALID.each { |operation| assert_fails :invalid_operation, 0, '{"a":1}', operation }
  end

  def test_other_members_are_ignored_and_a_null_value_is_there__R7
    assert_patched({}, '{"a":1}', { "op" => "remove", "path" => "/a", "from" => 5, "value" => 1, "x" => [] })
    assert_patched nil, "[]", ["add", "", nil]
    assert_patched [nil, nil], "[0]", ["add", "/-", nil], ["replace", "/0", nil], ["test", "/1", nil]
  end

  def test_the_first_operation_that_fails_is_reported__R8
    assert_fails :test_failed, 1, '{"a":1}', ["add", "/b", 2], ["test", "/a", 2], 5
    assert_fails :invalid_operation, 2, '{"a":1}', ["remove", "/a"], ["add", "/a", 1], { "op" => "add" }, ["remove", "/x"]
    assert_fails :not_found, 0, "[]", ["remove", "/0"], ["remove", "a"]
    assert_fails :invalid_pointer, 1, "[1]", ["remove", "/0"], ["remove", "0"]
  end

  def test_patch_and_document_stay_as_they_are__R8
    operations = [["add", "/b", { "c" => [1] }], ["add", "/b/c/-", 2], ["replace", "/a/0", { "d" => 1 }],
                  ["add", "/a/0/e", 2], ["add", "/a/1/f", 1]]
    assert_patched({ "a" => [{ "d" => 1, "e" => 2 }, { "f" => 1 }], "b" => { "c" => [1, 2] } }, '{"a":[0,{}]}',
                   *operations)
    assert_fails :test_failed, 5, '{"a":[0,{}]}', *operations, ["test", "/a", 0]
  end

  private

  # An operation from its name, its path, and then its value or, for a copy and a move, the path that it is from.
  def operation((op, path, *third))
    name = %w[copy move].include?(op) ? "from" : "value"
    third.reduce({ "op" => op, "path" => path }) { |members, value| members.merge(name => value) }
  end

  # Everything that is given to the function is deeply frozen.
  def patched(document, operations)
    patch = operations.map { |it| it.is_a?(Array) && it.any? ? operation(it) : it }
    JsonPatch.apply(deep_freeze(JSON.parse(document)), deep_freeze(patch))
  end

  def deep_freeze(value)
    case value
    when Array then value.each { |item| deep_freeze(item) }
    when Hash then value.each_value { |item| deep_freeze(item) }
    end
    value.freeze
  end

  def assert_patched(expected, document, *operations)
    message = "#{document} #{operations}"
    actual = patched(document, operations)
    expected.nil? ? assert_nil(actual, message) : assert_equal(expected, actual, message)
  end

  def assert_fails(reason, index, document, *operations)
    error = assert_raises(JsonPatch::PatchError, "#{document} #{operations}") { patched(document, operations) }
    assert_equal [reason, index], [error.reason, error.index], "#{document} #{operations}"
  end
end
