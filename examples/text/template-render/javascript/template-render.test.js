import assert from "node:assert/strict";
import { test } from "node:test";

import { render, TemplateError } from "./template-render.js";

function failure(template, data = {}, filters = {}) {
  try {
    render(template, data, filters);
  } catch (error) {
    assert.ok(error instanceof TemplateError, `not a TemplateError: ${error}`);
    return error;
  }
  assert.fail(`no error: ${template}`);
}

function assertKind(kind, template, data, filters) {
  assert.equal(failure(template, data, filters).kind, kind, template);
}

function assertAt(kind, line, column, template, data, filters) {
  const error = failure(template, data, filters);
  assert.deepEqual([error.kind, error.line, error.column], [kind, line, column], template);
}

test("R1: scalars print in their own way", () => {
  const data = { text: "a b", number: -42, zero: 0, yes: true, no: false, nothing: null };
  assert.equal(render("{{ text }}|{{ number }}|{{ zero }}|{{ yes }}|{{ no }}|{{ nothing }}|", data), "a b|-42|0|true|false||");
});

test("R1: paths go through maps and lists", () => {
  const data = { users: [{ name: "alice" }, { name: "bob", in: { if: [[7]] } }], form: 1 };
  assert.equal(render("{{ users.0.name }} {{ users.1.name }} {{ users.1.in.if.0.0 }} {{ form }}", data), "alice bob 7 1");
  const wide = { list: Array.from({ length: 12 }, (_, index) => index) };
  assert.equal(render("{{ list.10 }}", wide), "10");
});

test("R1: text outside of tags stays", () => {
  const text = " {a} } }} %} { { %\r\n\n\t\u{1F600} \\ \" {";
  assert.equal(render(text, {}), text);
  assert.equal(render("", {}), "");
  assert.equal(render("{{ x }}}\n{% if x %}\n{% endif %}}}", { x: 1 }), "1}\n\n}}");
});

test("R1: strings and integers as operands", () => {
  assert.equal(render('{{"{{"}}{{& "}} %} \\" \\\\n\n" }}', {}), '{{}} %} " \\n\n');
  assert.equal(render("{{ 007 }},{{-0}},{{ -12 }},{{ 999999999999999 }}", {}), "7,0,-12,999999999999999");
});

test("R1: white space is needed only between words", () => {
  const data = { list: [1, 2] };
  assert.equal(render("{%for x in list%}{{x}}{%endfor%}{%if not y%}!{%endif%}", data), "12!");
  assert.equal(render("{%\tfor\r\nx\nin list\n%}{{\n\tx\r }}{% endfor\t%}", data), "12");
});

test("R1: the data stays unchanged", () => {
  const data = { x: "outer", list: [{ x: 1 }, { x: 2 }] };
  const before = structuredClone(data);
  assert.equal(render("{% for x in list %}{{ x.x }}{% endfor %}{{ x }}", data), "12outer");
  assert.deepEqual(data, before);
});

test("R2: the five characters are escaped once", () => {
  const data = { x: `<a href="x" id='y'>&amp;` };
  assert.equal(render("{{ x }}", data), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  assert.equal(render('{{ "<\\"&" }}', {}), "&lt;&quot;&amp;");
  assert.equal(render("{{ x }}", { x: "a/b`=\u00a0é\u{1F600}" }), "a/b`=\u00a0é\u{1F600}");
});

test("R2: escaping comes after all filters", () => {
  const filters = { bold: (value) => `<b>${value}</b>`, size: (value) => value.length };
  assert.equal(render('{{ "&" | bold }}', {}, filters), "&lt;b&gt;&amp;&lt;/b&gt;");
  assert.equal(render('{{ "<" | size }}', {}, filters), "1");
});

test("R2: raw output and text are not escaped", () => {
  assert.equal(render("<p>&'\"{{& x }}{{&x}}{{ x }}</p>", { x: "<" }), "<p>&'\"<<&lt;</p>");
});

test("R3: filters apply from left to right with their arguments", () => {
  const seen = [];
  const filters = {
    note: (...args) => {
      seen.push(args);
      return args[0];
    },
    add: (value, suffix) => value + suffix,
    twice: (value) => value + value,
  };
  assert.equal(render('{{ x | add("b") | twice() | add ( "c" ) | twice }}', { x: "a" }, filters), "ababcababc");
  render('{{ 1 | note | note() | note( ) | note(-5, "5" ,0,"a,)") }}', {}, filters);
  assert.deepEqual(seen, [[1], [1], [1], [1, -5, "5", 0, "a,)"]]);
});

test("R3: filters get and return any value of the data", () => {
  const filters = {
    kind: (value) => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value),
    wrap: (value) => [value],
    first: (value) => value[0],
    nothing: () => null,
  };
  const data = { nil: null, list: [1], map: { a: 1 }, yes: true };
  assert.equal(
    render("{{ nil | kind }} {{ list | kind }} {{ map | kind }} {{ yes | kind }} {{ 1 | kind }}", data, filters),
    "null list object boolean number",
  );
  assert.equal(render('{{ "x" | wrap | wrap | first | first }}{{ 1 | nothing }}', {}, filters), "x");
});

test("R3: a failing filter gives filter-failed with its cause", () => {
  const cause = new RangeError("bad");
  const filters = {
    fail: () => {
      throw cause;
    },
    never: () => assert.fail("called after a failure"),
  };
  const error = failure("\n {{ 1 | fail | never }}", {}, filters);
  assert.deepEqual([error.kind, error.line, error.column], ["filter-failed", 2, 2]);
  assert.equal(error.cause, cause);
});

test("R3: an error of a template within a filter is a cause too", () => {
  const filters = { partial: () => render("\n{{ gone }}", {}) };
  const error = failure("{{ 1 | partial }}", {}, filters);
  assert.deepEqual([error.kind, error.line, error.cause.kind], ["filter-failed", 1, "missing"]);
});

test("R4: for renders its body for each item in order", () => {
  const template = "[{% for x in list %}<{{ x }}>{% endfor %}]";
  assert.equal(render(template, { list: ["b", "a", "b"] }), "[<b><a><b>]");
  assert.equal(render(template, { list: [] }), "[]");
});

test("R4: loop names hide others in their body only", () => {
  const data = { x: "data", outer: [null, 1], inner: [2, 3] };
  assert.equal(render("{% for x in outer %}({{ x }}){% endfor %}{{ x }}", data), "()(1)data");
  assert.equal(
    render("{% for x in outer %}{{ x }}{% for x in inner %}{{ x }}{% endfor %}{{ x }};{% endfor %}", data),
    "23;1231;",
  );
  assertKind("missing", "{% for y in inner %}{% endfor %}{{ y }}", data);
});

test("R4: inner loops may go over what an outer one names", () => {
  const data = { rows: [{ cells: [1, 2] }, { cells: [] }, { cells: [3] }], x: [[4], [5]] };
  assert.equal(render("{% for r in rows %}{% for c in r.cells %}{{ c }}{% endfor %};{% endfor %}", data), "12;;3;");
  assert.equal(render("{% for x in x %}{% for x in x %}{{ x }}{% endfor %}{% endfor %}", data), "45");
});

test("R5: what is false and what is true", () => {
  const template = "{% if x %}T{% else %}F{% endif %}{% if not x %}T{% else %}F{% endif %}";
  for (const x of [null, false, 0, "", [], {}]) assert.equal(render(template, { x }), "FT", JSON.stringify(x));
  for (const x of [true, 1, -1, "0", "false", " ", [null], { a: null }]) {
    assert.equal(render(template, { x }), "TF", JSON.stringify(x));
  }
  assert.equal(render(template, {}), "FT");
  assert.equal(render("{% if x.a.0.b %}T{% else %}F{% endif %}", { x: "text" }), "F");
});

test("R5: else may be left out, and blocks nest", () => {
  assert.equal(render("{% if a %}A{% endif %}{% if b %}B{% endif %}", { b: 1 }), "B");
  const nested = "{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}{% if b %}3{% else %}4{% endif %}{% endif %}";
  assert.equal(render(nested, { a: 1 }), "2");
  assert.equal(render(nested, { b: 1 }), "3");
});

test("R5: the branch not taken is not rendered", () => {
  const filters = { fail: () => assert.fail("called") };
  const bad = "{{ gone }}{{ list }}{{ 1 | fail }}{% for x in gone %}{% endfor %}";
  assert.equal(render(`{% if gone %}${bad}{% else %}ok{% endif %}`, { list: [] }, filters), "ok");
  assert.equal(render(`{% if not gone %}ok{% else %}${bad}{% endif %}`, { list: [] }, filters), "ok");
});

test("R6: a missing path gives missing", () => {
  const filters = { or: () => assert.fail("called") };
  const data = { map: { 0: "zero" }, list: ["a"], text: "abc", nil: null };
  for (const path of ["gone", "map.gone", "map.0", "list.1", "list.name", "text.0", "text.length", "nil.a", "gone.a.0"]) {
    assertKind("missing", `{{ ${path} }}`, data);
    assertKind("missing", `{{ ${path} | or }}`, data, filters);
    assertKind("missing", `{% for x in ${path} %}{% endfor %}`, data);
  }
  const extended = Object.assign(["a"], { 4294967296: "no item", name: "no item" });
  for (const segment of ["4294967296", "99999999999999999999999", "name"]) {
    assertKind("missing", `{{ list.${segment} }}`, { list: extended });
  }
});

test("R6: lists and maps are not printed", () => {
  for (const x of [[], ["a"], {}, { a: 1 }]) {
    assertKind("type", "{{ x }}", { x });
    assertKind("type", "{{& x }}", { x });
    assertKind("type", "{{ 1 | give }}", {}, { give: () => x });
  }
});

test("R6: for goes over lists only", () => {
  for (const x of ["ab", { a: 1 }, {}, null, 3, true, ""]) assertKind("type", "{% for y in x %}{% endfor %}", { x });
});

test("R6: values of other kinds give type", () => {
  const others = [undefined, () => 1, 1.5, NaN, 2 ** 53, 1n, Symbol("s"), new Map([["a", 1]]), new Date(0), new (class A {})()];
  for (const x of others) {
    assertKind("type", "{{ x }}", { x });
    assertKind("type", "{{ x.a }}", { x });
    assertKind("type", "{{ l.0 }}", { l: [x] });
    assertKind("type", "{% if x %}{% endif %}", { x });
    assertKind("type", "{% if x.a %}{% endif %}", { x });
    assertKind("type", "{% for y in x %}{% endfor %}", { x });
    assertKind("type", "{% for y in l %}{{ y }}{% endfor %}", { l: [x] });
    assertKind("type", "{{ 1 | give | never }}", {}, { give: () => x, never: () => assert.fail("called") });
  }
  assert.equal(render("{{ a }}", { a: 1, other: new Date(0) }), "1");
});

test("R7: tags against the rules are syntax errors", () => {
  const wrong = `{{ }} {{}} {{ x {{ x } } {{{ x }} {{ &x }} {{&&x}} {{ x y }} {{ x. }} {{ x .y }} {{ x.01 }} {{ x.-1 }} {{ .x }}
    {{ 1x }} {{ - 1 }} {{ +1 }} {{ 1.5 }} {{ 1234567890123456 }} {{ 'a' }} {{ "a }} {{ "\\n" }} {{ "a" "b" }} {{ é }} {{ x\u00a0}}
    {{ x | }} {{ x || f }} {{ x | f( }} {{ x | f(,) }} {{ x | f(1,) }} {{ x | f(1 2) }} {{ x | f(x) }} {{ x | 1 }} {{ x | f) }}
    {{ in }} {{ not x }} {{ endif.a }} {{ x %} {{ \u0661 }} {{ x\f}}`;
  for (const tag of wrong.split(/ (?=\{\{)|\n +/)) assertAt("syntax", 1, 2, `.${tag}`, { x: 1 }, { f: (value) => value });
});

test("R7: statements against the rules are syntax errors", () => {
  const statements = [
    "{% %}", "{%%}", "{% if %}", "{% if not %}", "{% if 1 %}", "{% if x | f %}", "{% if x y %}", "{% if in %}", "{% ifx %}",
    "{% if not not x %}", "{% if not.x %}", '{% if "x" %}', "{% for x %}", "{% for x of y %}", "{% for x iny %}", "{% for x.y in z %}",
    "{% for in in y %}", "{% for not in y %}", "{% for x in endif %}", '{% for x in "a" %}', "{% for x in y | f %}", "{% else %}",
    "{% endif %}", "{% endfor %}", "{% IF x %}", "{% set x %}", "{% if x }}", "{% if x", "{% for x in y", "{%- if x %}",
  ];
  for (const tag of statements) assertAt("syntax", 1, 2, `.${tag}{% endif %}`, { x: 1, y: [] }, { f: (value) => value });
});

test("R7: block tags where none can stand", () => {
  assertAt("syntax", 1, 11, "{% if x %}{% endfor %}{% endif %}");
  assertAt("syntax", 1, 18, "{% for x in y %}.{% else %}{% endfor %}");
  assertAt("syntax", 1, 17, "{% for x in y %}{% endif %}{% endfor %}");
  assertAt("syntax", 1, 21, "{% if x %}{% else %}{% else %}{% endif %}");
  assertAt("syntax", 1, 22, "{% if x %}{% endif %}{% endif %}");
  assertAt("syntax", 1, 11, "{% if x %}{% else x %}{% endif %}");
  assertAt("syntax", 1, 11, "{% if x %}{% endif x %}");
});

test("R7: a block without end is reported last, the innermost one", () => {
  assertAt("syntax", 2, 2, "{% if a %}\n {% for x in y %}{% if b %}{% endif %}");
  assertAt("syntax", 1, 1, "{% if a %}{% else %}{% if b %}{% endif %}");
  assertAt("unknown-filter", 1, 11, "{% if a %}{{ x | gone }}{% for x in y %}");
  assertAt("syntax", 1, 11, "{% if a %}{{ x ");
});

test("R7: the first tag counts, and syntax in the same tag", () => {
  assertAt("unknown-filter", 1, 2, " {{ x | gone }}{{ }}");
  assertAt("syntax", 1, 1, "{{ }}{{ x | gone }}");
  assertAt("syntax", 1, 1, "{{ x | gone | }}");
  assertAt("unknown-filter", 1, 1, "{{ x | f | gone }}", { x: 1 }, { f: (value) => value });
});

test("R7: no filter is called before the whole template is checked", () => {
  const filters = { f: () => assert.fail("called") };
  assertAt("unknown-filter", 1, 24, "{{ 1 | f }}{% if no %}.{{ 1 | gone }}{% endif %}", {}, filters);
  assertKind("syntax", "{{ 1 | f }}{{ gone }}{% if x %}", {}, filters);
  assertKind("syntax", "{{ gone }}{% if no %}{{ 1 + 1 }}{% endif %}", {}, filters);
});

test("R7: positions count LF and code points", () => {
  assertAt("missing", 1, 1, "{{ gone }}");
  assertAt("missing", 3, 1, "\r\n\n{{ gone }}");
  assertAt("missing", 1, 3, "\r\u2028{{ gone }}");
  assertAt("type", 2, 4, "\u{1F600}\n\u{1F600}é {{ list }}", { list: [] });
  assertAt("missing", 3, 6, "{{\n\"\n\" }} {% for x in\n gone %}{% endfor %}");
  assertAt("type", 2, 1, "\n{% if x %}\n{% endif %}", { x: 1.5 });
  assertAt("missing", 2, 2, "{% for x in list %}\n {{ gone }}{% endfor %}", { list: [1] });
});

test("R8: values are never read as template", () => {
  const data = { x: "{{ secret }}{% if %}", secret: "s" };
  const filters = { same: (value) => value };
  assert.equal(render("{{ x }}{{& x }}{{ x | same }}", data, filters), data.x.repeat(3));
  assert.equal(render("{{& open }}{ secret }}", { open: "{", secret: "s" }), "{{ secret }}");
});

test("R8: paths see own entries only", () => {
  const names = ["constructor", "__proto__", "toString", "length", "size", "class", "hasOwnProperty"];
  const data = { map: {}, list: [1], text: "abc", bare: Object.create(null) };
  for (const name of names) {
    for (const path of [name, `map.${name}`, `list.${name}`, `text.${name}`, `bare.${name}`]) {
      assertKind("missing", `{{ ${path} }}`, data);
      assert.equal(render(`{% if ${path} %}T{% else %}F{% endif %}`, data), "F");
    }
    const own = JSON.parse(`{"${name}": "own"}`);
    assert.equal(render(`{{ ${name} }}{{ map.${name} }}`, { __proto__: null, ...own, [name]: "own", map: own }), "ownown");
  }
});

test("R8: accessors are neither entries nor called", () => {
  const getter = { enumerable: true, get: () => assert.fail("called") };
  const map = Object.defineProperty({}, "x", getter);
  const list = Object.defineProperty(["a"], 0, getter);
  assertKind("missing", "{{ map.x }}", { map });
  assertKind("missing", "{{ list.0 }}", { list });
  assertKind("missing", "{{ x }}", map);
  assert.equal(render("{% for y in list %}.{% endfor %}{% if map %}T{% endif %}", { list, map }), ".");
});

test("R8: filters are own properties of the registry only", () => {
  for (const name of ["constructor", "toString", "valueOf", "__proto__", "class"]) {
    assertKind("unknown-filter", `{{ 1 | ${name} }}`);
    assert.equal(render(`{{ 1 | ${name} }}`, {}, { __proto__: null, [name]: () => "own" }), "own");
  }
});
