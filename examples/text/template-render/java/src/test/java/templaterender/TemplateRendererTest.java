package templaterender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import templaterender.TemplateException.Kind;

class TemplateRendererTest {
    private static final Filter SAME = (value, arguments) -> value;
    private static final Filter NEVER = (value, arguments) -> {
        throw new AssertionError("a filter was called");
    };

    private static String render(String template, Map<String, ?> data) {
        return TemplateRenderer.render(template, data, Map.of());
    }

    private static String render(String template, Map<String, ?> data, Map<String, Filter> filters) {
        return TemplateRenderer.render(template, data, filters);
    }

    private static Map<String, Object> mapOf(String key, Object value) {
        Map<String, Object> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    private static TemplateException fails(Kind kind, String template, Map<String, ?> data, Map<String, Filter> filters) {
        TemplateException error = assertThrows(
                TemplateException.class, () -> TemplateRenderer.render(template, data, filters), template);
        assertEquals(kind, error.kind(), template);
        return error;
    }

    private static TemplateException fails(Kind kind, String template, Map<String, ?> data) {
        return fails(kind, template, data, Map.of());
    }

    private static void failsAt(
            Kind kind, int line, int column, String template, Map<String, ?> data, Map<String, Filter> filters) {
        TemplateException error = fails(kind, template, data, filters);
        assertEquals(List.of(line, column), List.of(error.line(), error.column()), template);
    }

    private static void failsAt(Kind kind, int line, int column, String template) {
        failsAt(kind, line, column, template, Map.of(), Map.of());
    }

    @Test
    void scalars_R1() {
        Map<String, Object> data = mapOf("nothing", null);
        data.putAll(Map.of("text", "a b", "number", -42, "big", Long.MIN_VALUE, "zero", 0L, "yes", true, "no", false));
        String template = "{{ text }}|{{ number }}|{{ big }}|{{ zero }}|{{ yes }}|{{ no }}|{{ nothing }}|";
        assertEquals("a b|-42|-9223372036854775808|0|true|false||", render(template, data));
    }

    @Test
    void pathsThroughMapsAndLists_R1() {
        Map<String, Object> bob = Map.of("name", "bob", "in", Map.of("if", List.of(List.of(7))));
        Map<String, Object> data = Map.of(
                "users", List.of(Map.of("name", "alice"), bob),
                "form", 1,
                "list", IntStream.rangeClosed(0, 11).boxed().toList());
        String template = "{{ users.0.name }} {{ users.1.name }} {{ users.1.in.if.0.0 }} {{ form }} {{ list.10 }}";
        assertEquals("alice bob 7 1 10", render(template, data));
    }

    @Test
    void textOutsideOfTagsStays_R1() {
        String text = " {a} } }} %} { { %\r\n\n\t\uD83D\uDE00 \\ \\1 $1 \" {";
        assertEquals(text, render(text, Map.of()));
        assertEquals("", render("", Map.of()));
        assertEquals("1}\n\n}}", render("{{ x }}}\n{% if x %}\n{% endif %}}}", Map.of("x", 1)));
    }

    @Test
    void stringsAndIntegersAsOperands_R1() {
        String strings = "{{\"{{\"}}{{& \"}} %} \\\" \\\\n\n\" }}";
        assertEquals("{{}} %} \" \\n\n", render(strings, Map.of()));
        String integers = "{{ 007 }},{{-0}},{{ -12 }},{{ 999999999999999 }}";
        assertEquals("7,0,-12,999999999999999", render(integers, Map.of()));
    }

    @Test
    void whiteSpaceIsNeededOnlyBetweenWords_R1() {
        Map<String, Object> data = Map.of("list", List.of(1, 2));
        assertEquals("12!", render("{%for x in list%}{{x}}{%endfor%}{%if not y%}!{%endif%}", data));
        assertEquals("12", render("{%\tfor\r\nx\nin list\n%}{{\n\tx\r }}{% endfor\t%}", data));
    }

    @Test
    void dataStaysUnchanged_R1() {
        Map<String, Object> data = new HashMap<>();
        data.put("x", "outer");
        data.put("list", new ArrayList<>(List.of(Map.of("x", 1), Map.of("x", "<"))));
        assertEquals("1&lt;outer", render("{% for x in list %}{{ x.x }}{% endfor %}{{ x }}", data));
        assertEquals(Map.of("x", "outer", "list", List.of(Map.of("x", 1), Map.of("x", "<"))), data);
    }

    @Test
    void fiveCharactersAreEscapedOnce_R2() {
        Map<String, Object> data = Map.of("x", "<a href=\"x\" id='y'>&amp;");
        assertEquals("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;", render("{{ x }}", data));
        assertEquals("&lt;&quot;&amp;", render("{{ \"<\\\"&\" }}", Map.of()));
        String plain = "a/b`=\u00a0\u00e9\uD83D\uDE00";
        assertEquals(plain, render("{{ x }}", Map.of("x", plain)));
    }

    @Test
    void escapingComesAfterAllFilters_R2() {
        Map<String, Filter> filters = Map.of(
                "bold", (value, arguments) -> "<b>" + value + "</b>",
                "size", (value, arguments) -> ((String) value).length());
        assertEquals("&lt;b&gt;&amp;&lt;/b&gt;", render("{{ \"&\" | bold }}", Map.of(), filters));
        assertEquals("1", render("{{ \"<\" | size }}", Map.of(), filters));
    }

    @Test
    void rawOutputAndTextAreNotEscaped_R2() {
        assertEquals("<p>&'\"<<&lt;</p>", render("<p>&'\"{{& x }}{{&x}}{{ x }}</p>", Map.of("x", "<")));
    }

    @Test
    void filtersFromLeftToRightWithArguments_R3() {
        List<Object> seen = new ArrayList<>();
        Map<String, Filter> filters = Map.of(
                "note", (value, arguments) -> {
                    seen.add(value);
                    seen.add(List.copyOf(arguments));
                    return value;
                },
                "add", (value, arguments) -> (String) value + arguments.get(0),
                "twice", (value, arguments) -> (String) value + value);
        String template = "{{ x | add(\"b\") | twice() | add ( \"c\" ) | twice }}";
        assertEquals("ababcababc", render(template, Map.of("x", "a"), filters));
        render("{{ 1 | note | note() | note( ) | note(-5, \"5\" ,0,\"a,)\") }}", Map.of(), filters);
        List<Object> arguments = List.of(-5L, "5", 0L, "a,)");
        assertEquals(List.of(1L, List.of(), 1L, List.of(), 1L, List.of(), 1L, arguments), seen);
    }

    @Test
    void filtersGetAndReturnAnyValue_R3() {
        Map<String, Filter> filters = Map.of(
                "kind", (value, arguments) -> value == null ? "null" : value instanceof List ? "list"
                        : value instanceof Map ? "map" : value.getClass().getSimpleName(),
                "wrap", (value, arguments) -> List.of(value),
                "first", (value, arguments) -> ((List<?>) value).get(0),
                "nothing", (value, arguments) -> null);
        Map<String, Object> data = mapOf("nil", null);
        data.putAll(Map.of("list", List.of(1), "map", Map.of("a", 1), "yes", true));
        String template = "{{ nil | kind }} {{ list | kind }} {{ map | kind }} {{ yes | kind }} {{ 1 | kind }}";
        assertEquals("null list map Boolean Long", render(template, data, filters));
        assertEquals("x", render("{{ \"x\" | wrap | wrap | first | first }}{{ 1 | nothing }}", Map.of(), filters));
    }

    @Test
    void failingFilterWithCause_R3() {
        for (Exception cause : List.of(new IllegalStateException("bad"), new IOException("bad"))) {
            Filter failing = (value, arguments) -> {
                throw cause;
            };
            String template = "\n {{ 1 | fail | never }}";
            Map<String, Filter> filters = Map.of("fail", failing, "never", NEVER);
            failsAt(Kind.FILTER_FAILED, 2, 2, template, Map.of(), filters);
            assertSame(cause, fails(Kind.FILTER_FAILED, template, Map.of(), filters).getCause());
        }
    }

    @Test
    void templateErrorWithinAFilterIsACause_R3() {
        Filter partial = (value, arguments) -> render("\n{{ gone }}", Map.of());
        TemplateException error = fails(Kind.FILTER_FAILED, "{{ 1 | partial }}", Map.of(), Map.of("partial", partial));
        assertEquals(1, error.line());
        assertEquals(Kind.MISSING, ((TemplateException) error.getCause()).kind());
    }

    @Test
    void forRendersEachItemInOrder_R4() {
        String template = "[{% for x in list %}<{{ x }}>{% endfor %}]";
        assertEquals("[<b><a><b>]", render(template, Map.of("list", List.of("b", "a", "b"))));
        assertEquals("[]", render(template, Map.of("list", List.of())));
    }

    @Test
    void loopNamesHideOthersInTheirBodyOnly_R4() {
        Map<String, Object> data = Map.of("x", "data", "outer", Arrays.asList(null, 1), "inner", List.of(2, 3));
        assertEquals("()(1)data", render("{% for x in outer %}({{ x }}){% endfor %}{{ x }}", data));
        String nested = "{% for x in outer %}{{ x }}{% for x in inner %}{{ x }}{% endfor %}{{ x }};{% endfor %}";
        assertEquals("23;1231;", render(nested, data));
        fails(Kind.MISSING, "{% for y in inner %}{% endfor %}{{ y }}", data);
    }

    @Test
    void innerLoopsOverOuterNames_R4() {
        Map<String, Object> data = Map.of(
                "rows", List.of(Map.of("cells", List.of(1, 2)), Map.of("cells", List.of()), Map.of("cells", List.of(3))),
                "x", List.of(List.of(4), List.of(5)));
        assertEquals("12;;3;", render("{% for r in rows %}{% for c in r.cells %}{{ c }}{% endfor %};{% endfor %}", data));
        assertEquals("45", render("{% for x in x %}{% for x in x %}{{ x }}{% endfor %}{% endfor %}", data));
    }

    @Test
    void falseAndTrue_R5() {
        String template = "{% if x %}T{% else %}F{% endif %}{% if not x %}T{% else %}F{% endif %}";
        for (Object x : Arrays.asList(null, false, 0, 0L, "", List.of(), Map.of())) {
            assertEquals("FT", render(template, mapOf("x", x)), () -> "for " + x);
        }
        for (Object x : List.of(true, 1, -1L, 1L << 32, "0", "false", " ", Collections.singletonList(null), mapOf("a", null))) {
            assertEquals("TF", render(template, mapOf("x", x)), () -> "for " + x);
        }
        assertEquals("FT", render(template, Map.of()));
        assertEquals("F", render("{% if x.a.0.b %}T{% else %}F{% endif %}", Map.of("x", "text")));
    }

    @Test
    void elseMayBeLeftOutAndBlocksNest_R5() {
        assertEquals("B", render("{% if a %}A{% endif %}{% if b %}B{% endif %}", Map.of("b", 1)));
        String nested =
                "{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}{% if b %}3{% else %}4{% endif %}{% endif %}";
        assertEquals("2", render(nested, Map.of("a", 1)));
        assertEquals("3", render(nested, Map.of("b", 1)));
    }

    @Test
    void branchNotTakenIsNotRendered_R5() {
        String bad = "{{ gone }}{{ list }}{{ 1 | never }}{% for x in gone %}{% endfor %}";
        Map<String, Object> data = Map.of("list", List.of());
        Map<String, Filter> filters = Map.of("never", NEVER);
        assertEquals("ok", render("{% if gone %}" + bad + "{% else %}ok{% endif %}", data, filters));
        assertEquals("ok", render("{% if not gone %}ok{% else %}" + bad + "{% endif %}", data, filters));
    }

    @Test
    void missingPaths_R6() {
        Map<String, Object> data = mapOf("nil", null);
        data.putAll(Map.of("map", Map.of("0", "zero"), "list", List.of("a"), "text", "abc"));
        for (String path : List.of("gone", "map.gone", "map.0", "list.1", "list.name", "text.0", "text.length", "nil.a",
                "gone.a.0", "list.4294967296", "list.99999999999999999999999")) {
            fails(Kind.MISSING, "{{ " + path + " }}", data);
            fails(Kind.MISSING, "{{ " + path + " | never }}", data, Map.of("never", NEVER));
            fails(Kind.MISSING, "{% for x in " + path + " %}{% endfor %}", data);
        }
    }

    @Test
    void listsAndMapsAreNotPrinted_R6() {
        for (Object x : List.of(List.of(), List.of("a"), Map.of(), Map.of("a", 1))) {
            fails(Kind.TYPE, "{{ x }}", Map.of("x", x));
            fails(Kind.TYPE, "{{& x }}", Map.of("x", x));
            fails(Kind.TYPE, "{{ 1 | give }}", Map.of(), Map.of("give", (value, arguments) -> x));
        }
    }

    @Test
    void forGoesOverListsOnly_R6() {
        for (Object x : Arrays.asList("ab", Map.of("a", 1), Map.of(), null, 3, true, "")) {
            fails(Kind.TYPE, "{% for y in x %}{% endfor %}", mapOf("x", x));
        }
    }

    @Test
    void valuesOfOtherKinds_R6() {
        List<String> templates = List.of("{{ x }}", "{{ x.a }}", "{{ l.0 }}", "{% if x %}{% endif %}",
                "{% if x.a %}{% endif %}", "{% for y in x %}{% endfor %}", "{% for y in l %}{{ y }}{% endfor %}");
        for (Object x : List.of(1.5, 2.0f, 'c', BigInteger.ONE, (short) 1, Optional.of("a"), new StringBuilder("a"),
                new Object(), new int[] {1}, Set.of(1), Kind.TYPE)) {
            for (String template : templates) {
                fails(Kind.TYPE, template, Map.of("x", x, "l", List.of(x)));
            }
            Map<String, Filter> filters = Map.of("give", (value, arguments) -> x, "never", NEVER);
            fails(Kind.TYPE, "{{ 1 | give | never }}", Map.of(), filters);
        }
        assertEquals("1", render("{{ a }}", Map.of("a", 1, "other", 1.5)));
    }

    @Test
    void tagsAgainstTheRules_R7() {
        List<String> tags = List.of("{{ }}", "{{}}", "{{ x", "{{ x } }", "{{{ x }}", "{{ &x }}", "{{&&x}}", "{{ x y }}",
                "{{ x. }}", "{{ x .y }}", "{{ x.01 }}", "{{ x.-1 }}", "{{ .x }}", "{{ 1x }}", "{{ - 1 }}", "{{ +1 }}",
                "{{ 1.5 }}", "{{ 1234567890123456 }}", "{{ 'a' }}", "{{ \"a }}", "{{ \"\\n\" }}", "{{ \"a\" \"b\" }}",
                "{{ \u00e9 }}", "{{ x\u00a0}}", "{{ x\f}}", "{{ \u0661 }}", "{{ x | }}", "{{ x || f }}", "{{ x | f( }}",
                "{{ x | f(,) }}", "{{ x | f(1,) }}", "{{ x | f(1 2) }}", "{{ x | f(x) }}", "{{ x | 1 }}", "{{ x | f) }}",
                "{{ in }}", "{{ not x }}", "{{ endif.a }}", "{{ x %}");
        for (String tag : tags) {
            failsAt(Kind.SYNTAX, 1, 2, "." + tag, Map.of("x", 1), Map.of("f", SAME));
        }
    }

    @Test
    void statementsAgainstTheRules_R7() {
        List<String> tags = List.of("{% %}", "{%%}", "{% if %}", "{% if not %}", "{% if 1 %}", "{% if x | f %}",
                "{% if x y %}", "{% if in %}", "{% ifx %}", "{% if not not x %}", "{% if not.x %}", "{% if \"x\" %}",
                "{% for x %}", "{% for x of y %}", "{% for x iny %}", "{% for x.y in z %}", "{% for in in y %}",
                "{% for not in y %}", "{% for x in endif %}", "{% for x in \"a\" %}", "{% for x in y | f %}", "{% else %}",
                "{% endif %}", "{% endfor %}", "{% IF x %}", "{% set x %}", "{% if x }}", "{% if x", "{% for x in y",
                "{%- if x %}");
        for (String tag : tags) {
            Map<String, Object> data = Map.of("x", 1, "y", List.of());
            failsAt(Kind.SYNTAX, 1, 2, "." + tag + "{% endif %}", data, Map.of("f", SAME));
        }
    }

    @Test
    void blockTagsWhereNoneCanStand_R7() {
        failsAt(Kind.SYNTAX, 1, 11, "{% if x %}{% endfor %}{% endif %}");
        failsAt(Kind.SYNTAX, 1, 18, "{% for x in y %}.{% else %}{% endfor %}");
        failsAt(Kind.SYNTAX, 1, 17, "{% for x in y %}{% endif %}{% endfor %}");
        failsAt(Kind.SYNTAX, 1, 21, "{% if x %}{% else %}{% else %}{% endif %}");
        failsAt(Kind.SYNTAX, 1, 22, "{% if x %}{% endif %}{% endif %}");
        failsAt(Kind.SYNTAX, 1, 11, "{% if x %}{% else x %}{% endif %}");
        failsAt(Kind.SYNTAX, 1, 11, "{% if x %}{% endif x %}");
    }

    @Test
    void innermostBlockWithoutEndIsReportedLast_R7() {
        failsAt(Kind.SYNTAX, 2, 2, "{% if a %}\n {% for x in y %}{% if b %}{% endif %}");
        failsAt(Kind.SYNTAX, 1, 1, "{% if a %}{% else %}{% if b %}{% endif %}");
        failsAt(Kind.UNKNOWN_FILTER, 1, 11, "{% if a %}{{ x | gone }}{% for x in y %}");
        failsAt(Kind.SYNTAX, 1, 11, "{% if a %}{{ x ");
    }

    @Test
    void firstTagCountsAndSyntaxInTheSameTag_R7() {
        failsAt(Kind.UNKNOWN_FILTER, 1, 2, " {{ x | gone }}{{ }}");
        failsAt(Kind.SYNTAX, 1, 1, "{{ }}{{ x | gone }}");
        failsAt(Kind.SYNTAX, 1, 1, "{{ x | gone | }}");
        failsAt(Kind.UNKNOWN_FILTER, 1, 1, "{{ x | f | gone }}", Map.of("x", 1), Map.of("f", SAME));
    }

    @Test
    void noFilterIsCalledBeforeTheWholeTemplateIsChecked_R7() {
        AtomicInteger calls = new AtomicInteger();
        Map<String, Filter> filters = Map.of("f", (value, arguments) -> calls.incrementAndGet());
        String template = "{{ 1 | f }}{% if no %}.{{ 1 | gone }}{% endif %}";
        failsAt(Kind.UNKNOWN_FILTER, 1, 24, template, Map.of(), filters);
        fails(Kind.SYNTAX, "{{ 1 | f }}{{ gone }}{% if x %}", Map.of(), filters);
        fails(Kind.SYNTAX, "{{ gone }}{% if no %}{{ 1 + 1 }}{% endif %}", Map.of(), filters);
        assertEquals(0, calls.get());
    }

    @Test
    void positionsCountLfAndCodePoints_R7() {
        failsAt(Kind.MISSING, 1, 1, "{{ gone }}");
        failsAt(Kind.MISSING, 3, 1, "\r\n\n{{ gone }}");
        failsAt(Kind.MISSING, 1, 3, "\r\u2028{{ gone }}");
        String afterEmoji = "\uD83D\uDE00\n\uD83D\uDE00\u00e9 {{ list }}";
        failsAt(Kind.TYPE, 2, 4, afterEmoji, Map.of("list", List.of()), Map.of());
        failsAt(Kind.MISSING, 3, 6, "{{\n\"\n\" }} {% for x in\n gone %}{% endfor %}");
        failsAt(Kind.TYPE, 2, 1, "\n{% if x %}\n{% endif %}", Map.of("x", 1.5), Map.of());
        String inLoop = "{% for x in list %}\n {{ gone }}{% endfor %}";
        failsAt(Kind.MISSING, 2, 2, inLoop, Map.of("list", List.of(1)), Map.of());
    }

    @Test
    void valuesAreNeverReadAsTemplate_R8() {
        String value = "{{ secret }}{% if %}$0\\1";
        Map<String, Object> data = Map.of("x", value, "secret", "s", "open", "{");
        assertEquals(value.repeat(3), render("{{ x }}{{& x }}{{ x | same }}", data, Map.of("same", SAME)));
        assertEquals("{{ secret }}", render("{{& open }}{ secret }}", data));
    }

    @Test
    void pathsSeeOwnEntriesOnly_R8() {
        Map<String, Object> data = Map.of("map", new DefaultingMap(), "list", List.of(1), "text", "abc");
        for (String name : List.of("constructor", "__proto__", "toString", "length", "size", "class", "getClass")) {
            for (String path : List.of(name, "map." + name, "list." + name, "text." + name)) {
                fails(Kind.MISSING, "{{ " + path + " }}", data);
                assertEquals("F", render("{% if " + path + " %}T{% else %}F{% endif %}", data));
            }
            Map<String, Object> own = Map.of(name, "own", "m", Map.of(name, "own"));
            assertEquals("ownown", render("{{ " + name + " }}{{ m." + name + " }}", own));
        }
    }

    @Test
    void filtersAreThoseOfTheRegistryOnly_R8() {
        for (String name : List.of("constructor", "toString", "class", "trim")) {
            String template = "{{ \"a\" | " + name + " }}";
            fails(Kind.UNKNOWN_FILTER, template, Map.of());
            assertEquals("own", render(template, Map.of(), Map.of(name, (value, arguments) -> "own")));
        }
    }

    private static final class DefaultingMap extends HashMap<String, Object> {
        private static final long serialVersionUID = 1L;

        @Override
        public Object get(Object key) {
            return "default";
        }

        @Override
        public Object getOrDefault(Object key, Object defaultValue) {
            return "default";
        }
    }
}
