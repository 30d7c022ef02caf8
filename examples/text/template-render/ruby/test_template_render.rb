# frozen_string_literal: true

require "minitest/autorun"
require_relative "template_render"

class TestTemplateRender < Minitest::Test
  NEVER = ->(*) { raise Exception, "a filter was called" }
  SAME = ->(value) { value }

  def render(template, data = {}, filters = {})
    TemplateRender.render(template, data, filters: filters)
  end

  def assert_kind(kind, template, data = {}, filters = {})
    error = assert_raises(TemplateRender::TemplateError, template) { render(template, data, filters) }
    assert_equal kind, error.kind, template
    error
  end

  def assert_at(kind, line, column, template, data = {}, filters = {})
    error = assert_kind(kind, template, data, filters)
    assert_equal [line, column], [error.line, error.column], template
  end

  def test_scalars__R1
    data = { "text" => "a b", "number" => -42, "zero" => 0, "yes" => true, "no" => false, "nothing" => nil }
    template = "{{ text }}|{{ number }}|{{ zero }}|{{ yes }}|{{ no }}|{{ nothing }}|"
    assert_equal "a b|-42|0|true|false||", render(template, data)
    assert_equal (10**30).to_s, render("{{ x }}", { "x" => 10**30 })
  end

  def test_paths_through_maps_and_lists__R1
    users = [{ "name" => "alice" }, { "name" => "bob", "in" => { "if" => [[7]] } }]
    data = { "users" => users, "form" => 1, "list" => (0..11).to_a }
    template = "{{ users.0.name }} {{ users.1.name }} {{ users.1.in.if.0.0 }} {{ form }} {{ list.10 }}"
    assert_equal "alice bob 7 1 10", render(template, data)
  end

  def test_text_outside_of_tags_stays__R1
    text = " {a} } }} %} { { %\r\n\n\t\u{1F600} \\ \\1 \" {"
    assert_equal text, render(text)
    assert_equal "", render("")
    assert_equal "1}\n\n}}", render("{{ x }}}\n{% if x %}\n{% endif %}}}", { "x" => 1 })
  end

  def test_strings_and_integers_as_operands__R1
    assert_equal "{{}} %} \" \\n\n", render("{{\"{{\"}}{{& \"}} %} \\\" \\\\n\n\" }}")
    assert_equal "7,0,-12,999999999999999", render("{{ 007 }},{{-0}},{{ -12 }},{{ 999999999999999 }}")
  end

  def test_white_space_is_needed_only_between_words__R1
    data = { "list" => [1, 2] }
    assert_equal "12!", render("{%for x in list%}{{x}}{%endfor%}{%if not y%}!{%endif%}", data)
    assert_equal "12", render("{%\tfor\r\nx\nin list\n%}{{\n\tx\r }}{% endfor\t%}", data)
  end

  def test_data_stays_unchanged__R1
    data = { "x" => "outer", "list" => [{ "x" => 1 }.freeze, { "x" => "<" }.freeze].freeze }.freeze
    assert_equal "1&lt;outer", render("{% for x in list %}{{ x.x }}{% endfor %}{{ x }}", data)
  end

  def test_five_characters_are_escaped_once__R2
    escaped = "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"
    assert_equal escaped, render("{{ x }}", { "x" => %q(<a href="x" id='y'>&amp;) })
    assert_equal "&lt;&quot;&amp;", render('{{ "<\"&" }}')
    assert_equal "a/b`=\u00a0é\u{1F600}", render("{{ x }}", { "x" => "a/b`=\u00a0é\u{1F600}" })
  end

  def test_escaping_comes_after_all_filters__R2
    filters = { "bold" => ->(value) { "<b>#{value}</b>" }, "size" => :size.to_proc }
    assert_equal "&lt;b&gt;&amp;&lt;/b&gt;", render('{{ "&" | bold }}', {}, filters)
    assert_equal "1", render('{{ "<" | size }}', {}, filters)
  end

  def test_raw_output_and_text_are_not_escaped__R2
    assert_equal %q(<p>&'"<<&lt;</p>), render(%q(<p>&'"{{& x }}{{&x}}{{ x }}</p>), { "x" => "<" })
  end

  def test_filters_from_left_to_right_with_arguments__R3
    seen = []
    note = lambda do |*arguments|
      seen << arguments
      arguments.first
    end
    filters = { "note" => note, "add" => ->(value, suffix) { value + suffix }, "twice" => ->(value) { value * 2 } }
    template = '{{ x | add("b") | twice() | add ( "c" ) | twice }}'
    assert_equal "ababcababc", render(template, { "x" => "a" }, filters)
    render('{{ 1 | note | note() | note( ) | note(-5, "5" ,0,"a,)") }}', {}, filters)
    assert_equal [[1], [1], [1], [1, -5, "5", 0, "a,)"]], seen
  end

  def test_filters_get_and_return_any_value__R3
    filters = { "kind" => ->(value) { value.class.name }, "wrap" => ->(value) { [value] },
                "first" => :first.to_proc, "nothing" => ->(_) {} }
    data = { "nil" => nil, "list" => [1], "map" => { "a" => 1 }, "yes" => true }
    template = "{{ nil | kind }} {{ list | kind }} {{ map | kind }} {{ yes | kind }} {{ 1 | kind }}"
    assert_equal "NilClass Array Hash TrueClass Integer", render(template, data, filters)
    assert_equal "x", render('{{ "x" | wrap | wrap | first | first }}{{ 1 | nothing }}', {}, filters)
  end

  def test_failing_filter_with_cause__R3
    cause = RangeError.new("bad")
    filters = { "fail" => ->(_) { raise cause }, "never" => NEVER }
    assert_at :filter_failed, 2, 2, "\n {{ 1 | fail | never }}", {}, filters
    assert_same cause, assert_kind(:filter_failed, "{{ 1 | fail }}", {}, filters).cause
  end

  def test_template_error_within_a_filter_is_a_cause__R3
    error = assert_kind(:filter_failed, "{{ 1 | partial }}", {}, { "partial" => ->(_) { render("\n{{ gone }}") } })
    assert_equal [1, :missing, 2], [error.line, error.cause.kind, error.cause.line]
  end

  def test_for_renders_each_item_in_order__R4
    template = "[{% for x in list %}<{{ x }}>{% endfor %}]"
    assert_equal "[<b><a><b>]", render(template, { "list" => %w[b a b] })
    assert_equal "[]", render(template, { "list" => [] })
  end

  def test_loop_names_hide_others_in_their_body_only__R4
    data = { "x" => "data", "outer" => [nil, 1], "inner" => [2, 3] }
    assert_equal "()(1)data", render("{% for x in outer %}({{ x }}){% endfor %}{{ x }}", data)
    template = "{% for x in outer %}{{ x }}{% for x in inner %}{{ x }}{% endfor %}{{ x }};{% endfor %}"
    assert_equal "23;1231;", render(template, data)
    assert_kind :missing, "{% for y in inner %}{% endfor %}{{ y }}", data
  end

  def test_inner_loops_over_outer_names__R4
    data = { "rows" => [{ "cells" => [1, 2] }, { "cells" => [] }, { "cells" => [3] }], "x" => [[4], [5]] }
    assert_equal "12;;3;", render("{% for r in rows %}{% for c in r.cells %}{{ c }}{% endfor %};{% endfor %}", data)
    assert_equal "45", render("{% for x in x %}{% for x in x %}{{ x }}{% endfor %}{% endfor %}", data)
  end

  def test_false_and_true__R5
    template = "{% if x %}T{% else %}F{% endif %}{% if not x %}T{% else %}F{% endif %}"
    [nil, false, 0, "", [], {}].each { |x| assert_equal "FT", render(template, { "x" => x }), x.inspect }
    [true, 1, -1, "0", "false", " ", [nil], { "a" => nil }].each do |x|
      assert_equal "TF", render(template, { "x" => x }), x.inspect
    end
    assert_equal "FT", render(template)
    assert_equal "F", render("{% if x.a.0.b %}T{% else %}F{% endif %}", { "x" => "text" })
  end

  def test_else_may_be_left_out_and_blocks_nest__R5
    assert_equal "B", render("{% if a %}A{% endif %}{% if b %}B{% endif %}", { "b" => 1 })
    nested = "{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}{% if b %}3{% else %}4{% endif %}{% endif %}"
    assert_equal "2", render(nested, { "a" => 1 })
    assert_equal "3", render(nested, { "b" => 1 })
  end

  def test_branch_not_taken_is_not_rendered__R5
    bad = "{{ gone }}{{ list }}{{ 1 | never }}{% for x in gone %}{% endfor %}"
    ["{% if gone %}#{bad}{% else %}ok{% endif %}", "{% if not gone %}ok{% else %}#{bad}{% endif %}"].each do |template|
      assert_equal "ok", render(template, { "list" => [] }, { "never" => NEVER })
    end
  end

  def test_missing_paths__R6
    data = { "map" => { "0" => "zero", 0 => "zero" }, "list" => ["a"], "text" => "abc", "nil" => nil }
    paths = %w[gone map.gone map.0 list.1 list.name text.0 text.length nil.a gone.a.0 list.99999999999999999999999]
    paths.each do |path|
      assert_kind :missing, "{{ #{path} }}", data
      assert_kind :missing, "{{ #{path} | never }}", data, { "never" => NEVER }
      assert_kind :missing, "{% for x in #{path} %}{% endfor %}", data
    end
  end

  def test_lists_and_maps_are_not_printed__R6
    [[], ["a"], {}, { "a" => 1 }].each do |x|
      assert_kind :type, "{{ x }}", { "x" => x }
      assert_kind :type, "{{& x }}", { "x" => x }
      assert_kind :type, "{{ 1 | give }}", {}, { "give" => ->(_) { x } }
    end
  end

  def test_for_goes_over_lists_only__R6
    ["ab", { "a" => 1 }, {}, nil, 3, true, ""].each do |x|
      assert_kind :type, "{% for y in x %}{% endfor %}", { "x" => x }
    end
  end

  def test_values_of_other_kinds__R6
    [:symbol, 1.5, 2r, -> {}, 1..2, Object.new, Struct.new(:a).new(1), Time.at(0)].each do |x|
      templates = ["{{ x }}", "{{ x.a }}", "{{ l.0 }}", "{% if x %}{% endif %}", "{% if x.a %}{% endif %}",
                   "{% for y in x %}{% endfor %}", "{% for y in l %}{{ y }}{% endfor %}"]
      templates.each { |template| assert_kind :type, template, { "x" => x, "l" => [x] } }
      assert_kind :type, "{{ 1 | give | never }}", {}, { "give" => ->(_) { x }, "never" => NEVER }
    end
    assert_equal "1", render("{{ a }}", { "a" => 1, "other" => 1.5 })
  end

  def test_tags_against_the_rules__R7
    tags = ["{{ }}", "{{}}", "{{ x", "{{ x } }", "{{{ x }}", "{{ &x }}", "{{&&x}}", "{{ x y }}", "{{ x. }}", "{{ x .y }}",
            "{{ x.01 }}", "{{ x.-1 }}", "{{ .x }}", "{{ 1x }}", "{{ - 1 }}", "{{ +1 }}", "{{ 1.5 }}", "{{ 1234567890123456 }}",
            "{{ 'a' }}", '{{ "a }}', '{{ "\n" }}', '{{ "a" "b" }}', "{{ é }}", "{{ x\u00a0}}", "{{ x\f}}", "{{ \u0661 }}",
            "{{ x | }}", "{{ x || f }}", "{{ x | f( }}", "{{ x | f(,) }}", "{{ x | f(1,) }}", "{{ x | f(1 2) }}",
            "{{ x | f(x) }}", "{{ x | 1 }}", "{{ x | f) }}", "{{ in }}", "{{ not x }}", "{{ endif.a }}", "{{ x %}"]
    tags.each { |tag| assert_at :syntax, 1, 2, ".#{tag}", { "x" => 1 }, { "f" => SAME } }
  end

  def test_statements_against_the_rules__R7
    tags = ["{% %}", "{%%}", "{% if %}", "{% if not %}", "{% if 1 %}", "{% if x | f %}", "{% if x y %}", "{% if in %}",
            "{% ifx %}", "{% if not not x %}", "{% if not.x %}", '{% if "x" %}', "{% for x %}", "{% for x of y %}",
            "{% for x iny %}", "{% for x.y in z %}", "{% for in in y %}", "{% for not in y %}", "{% for x in endif %}",
            '{% for x in "a" %}', "{% for x in y | f %}", "{% else %}", "{% endif %}", "{% endfor %}", "{% IF x %}",
            "{% set x %}", "{% if x }}", "{% if x", "{% for x in y", "{%- if x %}"]
    tags.each { |tag| assert_at :syntax, 1, 2, ".#{tag}{% endif %}", { "x" => 1, "y" => [] }, { "f" => SAME } }
  end

  def test_block_tags_where_none_can_stand__R7
    assert_at :syntax, 1, 11, "{% if x %}{% endfor %}{% endif %}"
    assert_at :syntax, 1, 18, "{% for x in y %}.{% else %}{% endfor %}"
    assert_at :syntax, 1, 17, "{% for x in y %}{% endif %}{% endfor %}"
    assert_at :syntax, 1, 21, "{% if x %}{% else %}{% else %}{% endif %}"
    assert_at :syntax, 1, 22, "{% if x %}{% endif %}{% endif %}"
    assert_at :syntax, 1, 11, "{% if x %}{% else x %}{% endif %}"
    assert_at :syntax, 1, 11, "{% if x %}{% endif x %}"
  end

  def test_innermost_block_without_end_is_reported_last__R7
    assert_at :syntax, 2, 2, "{% if a %}\n {% for x in y %}{% if b %}{% endif %}"
    assert_at :syntax, 1, 1, "{% if a %}{% else %}{% if b %}{% endif %}"
    assert_at :unknown_filter, 1, 11, "{% if a %}{{ x | gone }}{% for x in y %}"
    assert_at :syntax, 1, 11, "{% if a %}{{ x "
  end

  def test_first_tag_counts_and_syntax_in_the_same_tag__R7
    assert_at :unknown_filter, 1, 2, " {{ x | gone }}{{ }}"
    assert_at :syntax, 1, 1, "{{ }}{{ x | gone }}"
    assert_at :syntax, 1, 1, "{{ x | gone | }}"
    assert_at :unknown_filter, 1, 1, "{{ x | f | gone }}", { "x" => 1 }, { "f" => SAME }
  end

  def test_no_filter_is_called_before_the_whole_template_is_checked__R7
    filters = { "f" => NEVER }
    assert_at :unknown_filter, 1, 24, "{{ 1 | f }}{% if no %}.{{ 1 | gone }}{% endif %}", {}, filters
    assert_kind :syntax, "{{ 1 | f }}{{ gone }}{% if x %}", {}, filters
    assert_kind :syntax, "{{ gone }}{% if no %}{{ 1 + 1 }}{% endif %}", {}, filters
  end

  def test_positions_count_lf_and_code_points__R7
    assert_at :missing, 1, 1, "{{ gone }}"
    assert_at :missing, 3, 1, "\r\n\n{{ gone }}"
    assert_at :missing, 1, 3, "\r\u2028{{ gone }}"
    assert_at :type, 2, 4, "\u{1F600}\n\u{1F600}é {{ list }}", { "list" => [] }
    assert_at :missing, 3, 6, "{{\n\"\n\" }} {% for x in\n gone %}{% endfor %}"
    assert_at :type, 2, 1, "\n{% if x %}\n{% endif %}", { "x" => 1.5 }
    assert_at :missing, 2, 2, "{% for x in list %}\n {{ gone }}{% endfor %}", { "list" => [1] }
  end

  def test_values_are_never_read_as_template__R8
    value = "{{ secret }}{% if %}\\0\\1"
    assert_equal value * 3, render("{{ x }}{{& x }}{{ x | same }}", { "x" => value, "secret" => "s" }, { "same" => SAME })
    assert_equal "{{ secret }}", render("{{& open }}{ secret }}", { "open" => "{", "secret" => "s" })
  end

  def test_paths_see_own_entries_only__R8
    data = { "map" => Hash.new("default"), "list" => [1], "text" => "abc", "symbols" => { a: 1 } }
    data.default = "default"
    %w[constructor __proto__ toString length size class first].each do |name|
      [name, "map.#{name}", "list.#{name}", "text.#{name}"].each do |path|
        assert_kind :missing, "{{ #{path} }}", data
        assert_equal "F", render("{% if #{path} %}T{% else %}F{% endif %}", data)
      end
      assert_equal "ownown", render("{{ #{name} }}{{ m.#{name} }}", { name => "own", "m" => { name => "own" } })
    end
    assert_kind :missing, "{{ symbols.a }}", data
  end

  def test_filters_are_those_of_the_registry_only__R8
    registry = Hash.new(SAME)
    %w[constructor toString to_s class upcase].each do |name|
      assert_kind :unknown_filter, %({{ "a" | #{name} }}), {}, registry
      assert_equal "own", render(%({{ "a" | #{name} }}), {}, { name => ->(_) { "own" } })
    end
  end
end
