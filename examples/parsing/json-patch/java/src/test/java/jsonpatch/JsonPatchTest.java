package jsonpatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jsonpatch.PatchException.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents and values are written as JSON with ' for ", without escapes; operations as name|path, name|path|value or,
 * for copies and moves, name|path|from.
 */
class JsonPatchTest {
    /** An operation from its short form, or from JSON. */
    private static Object operation(String text) {
        String[] parts = text.split("\\|", 3);
        if (parts.length == 1) {
            return Json.parse(text);
        }
        Map<String, Object> operation = new HashMap<>(Map.of("op", parts[0], "path", parts[1]));
        if (parts.length == 3) {
            boolean hasFrom = parts[0].equals("copy") || parts[0].equals("move");
            operation.put(hasFrom ? "from" : "value", hasFrom ? parts[2] : Json.parse(parts[2]));
        }
        return operation;
    }

    /** Applies a patch and checks that neither document nor patch is changed. */
    private static Object patched(String document, String... operations) {
        Object given = Json.parse(document);
        List<Object> patch = Stream.of(operations).map(JsonPatchTest::operation).toList();
        try {
            return JsonPatch.apply(given, patch);
        } finally {
            assertEquals(Json.parse(document), given);
            assertEquals(Stream.of(operations).map(JsonPatchTest::operation).toList(), patch);
        }
    }

    private static void assertPatched(String expected, String document, String... operations) {
        String message = document + " " + String.join(" ", operations);
        assertEquals(Json.parse(expected), patched(document, operations), message);
    }

    private static void assertFails(Reason reason, int index, String document, String... operations) {
        String message = document + " " + String.join(" ", operations);
        PatchException exception =
                assertThrows(PatchException.class, () -> patched(document, operations), message);
        assertEquals(reason, exception.reason(), message);
        assertEquals(index, exception.index(), message);
    }

    @ParameterizedTest(name = "R1: {1} in {0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {'a':1} ; add|/b|{'c':[]} ; {'a':1,'b':{'c':[]}}
            {'a':1} ; add|/a|null ; {'a':null}
            {} ; add|/|1 ; {'':1}
            {'a':{'b':{'c':1},'d':2},'e':3} ; add|/a/b/x|false ; {'a':{'b':{'c':1,'x':false},'d':2},'e':3}
            [1,2] ; add|/0|0 ; [0,1,2]
            [1,2] ; add|/1|[0] ; [1,[0],2]
            [1,2] ; add|/2|0 ; [1,2,0]
            [1,2] ; add|/-|0 ; [1,2,0]
            [] ; add|/0|'x' ; ['x']
            [[1],[2,3]] ; add|/1/1|0 ; [[1],[2,0,3]]
            {'a':1} ; add||[2] ; [2]
            {'a':1,'b':2} ; remove|/a ; {'b':2}
            {'a':null} ; remove|/a ; {}
            [1,2,3] ; remove|/0 ; [2,3]
            [1,2,3] ; remove|/1 ; [1,3]
            [1,2,3] ; remove|/2 ; [1,2]
            [{'a':[1]}] ; remove|/0/a/0 ; [{'a':[]}]
            {'a':1,'b':2} ; replace|/a|{'c':3} ; {'a':{'c':3},'b':2}
            {'a':null} ; replace|/a|1 ; {'a':1}
            [1,2,3] ; replace|/2|[4] ; [1,2,[4]]
            [1,2,3] ; replace|/0|null ; [null,2,3]
            [0,0,0,0,0,0,0,0,0,0,0,{'a':1}] ; replace|/11/a|2 ; [0,0,0,0,0,0,0,0,0,0,0,{'a':2}]
            [1] ; replace||'x' ; 'x'
            """)
    void changes(String document, String operation, String expected) {
        assertPatched(expected, document, operation);
    }

    @ParameterizedTest(name = "R2: {1} in {0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {'a':[1],'b':{}} ; copy|/b/c|/a ; {'a':[1],'b':{'c':[1]}}
            [1,2] ; copy|/0|/1 ; [2,1,2]
            {'a':1} ; copy|/b| ; {'a':1,'b':{'a':1}}
            {'a':{'b':1}} ; copy||/a ; {'b':1}
            {'a':1} ; copy|/a|/a ; {'a':1}
            {'a':{'b':1}} ; copy|/a/c|/a ; {'a':{'b':1,'c':{'b':1}}}
            {'a':{'b':1},'c':2} ; move|/c|/a/b ; {'a':{},'c':1}
            {'a':null} ; move|/b|/a ; {'b':null}
            [1,2,3] ; move|/2|/0 ; [2,3,1]
            [1,2,3] ; move|/-|/0 ; [2,3,1]
            [1,2,3] ; move|/0|/2 ; [3,1,2]
            [1,[2],3] ; move|/1/0|/2 ; [1,[3,2]]
            [1,[2],[3]] ; move|/1/0|/0 ; [[2],[1,3]]
            {'a':{'b':[1]}} ; move|/a|/a/b ; {'a':[1]}
            {'a':{'b':[1]}} ; move||/a/b ; [1]
            """)
    void copiesAndMoves(String document, String operation, String expected) {
        assertPatched(expected, document, operation);
    }

    @ParameterizedTest(name = "R3: {1} in {0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {'a':1} ; move|/ab|/a ; {'ab':1}
            {'a':1} ; move|/a~1b|/a ; {'a/b':1}
            {'ab':1} ; move|/a|/ab ; {'a':1}
            {'a':{'b':1}} ; move|/a/b|/a/b ; {'a':{'b':1}}
            [1,2] ; move|/1|/1 ; [1,2]
            {'a':1} ; move|| ; {'a':1}
            """)
    void movesElsewhere(String document, String operation, String expected) {
        assertPatched(expected, document, operation);
    }

    @ParameterizedTest(name = "R5: {1} in {0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {'a/b':1,'m~n':2} ; remove|/a~1b ; {'m~n':2}
            {'a/b':1,'m~n':2} ; remove|/m~0n ; {'a/b':1}
            {'~1':1,'/':2} ; remove|/~01 ; {'/':2}
            {'/~':1} ; replace|/~1~0|2 ; {'/~':2}
            {'':{'':1}} ; replace|//|2 ; {'':{'':2}}
            {'-':1,'0':2,'01':3} ; remove|/- ; {'0':2,'01':3}
            {'-':1,'0':2,'01':3} ; replace|/0|4 ; {'-':1,'0':4,'01':3}
            {'-':1,'0':2,'01':3} ; add|/01|4 ; {'-':1,'0':2,'01':4}
            {} ; add|/__proto__|{'a':1} ; {'__proto__':{'a':1}}
            {'__proto__':{'a':1}} ; add|/__proto__/b|2 ; {'__proto__':{'a':1,'b':2}}
            {'__proto__':1,'constructor':2} ; remove|/constructor ; {'__proto__':1}
            {'__proto__':1,'constructor':2} ; copy|/length|/__proto__ ; {'__proto__':1,'constructor':2,'length':1}
            """)
    void unusualNames(String document, String operation, String expected) {
        assertPatched(expected, document, operation);
    }

    @Test
    @DisplayName("R1: operations apply to the result of those before")
    void sequence() {
        assertPatched("{'a':1}", "{'a':1}");
        assertPatched("null", "{'a':1}", "remove|");
        assertPatched(
                "{'a':[{'b':2}]}",
                "{}",
                "add|/a|[]",
                "add|/a/-|1",
                "add|/a/0|{'b':0}",
                "replace|/a/0/b|2",
                "remove|/a/1");
    }

    @Test
    @DisplayName("R2: what was copied is independent")
    void independent() {
        assertPatched(
                "{'a':{'b':[1],'x':3},'c':{'b':[1,2]}}",
                "{'a':{'b':[1]}}",
                "copy|/c|/a",
                "add|/c/b/-|2",
                "add|/a/x|3");
    }

    @Test
    @DisplayName("R2: the path of a move is that after the removal")
    void afterTheRemoval() {
        assertFails(Reason.NOT_FOUND, 0, "[1,2,3]", "move|/3|/0");
        assertFails(Reason.NOT_FOUND, 0, "{'a':{'b':1}}", "move|/b/a|/a");
    }

    @ParameterizedTest(name = "R3: {0} cannot be done")
    @ValueSource(strings = {
        "move|/a/b|/a", "move|/a/b/x/y|/a", "move|/a|", "move|/|", "move|/x/y|/x", "move|/a/-|/a",
    })
    void intoItself(String move) {
        assertFails(Reason.INTO_ITSELF, 0, "{'a':{'b':{}}}", move);
    }

    @Test
    @DisplayName("R3: what is moved to itself has to exist")
    void moveOfNothing() {
        assertFails(Reason.NOT_FOUND, 0, "{'a':1}", "move|/x|/x");
        assertFails(Reason.NOT_FOUND, 0, "[1]", "move|/-|/-");
    }

    @ParameterizedTest(name = "R4: {0} is equal to {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1|1.0
            -0.5|-5e-1
            0|-0.0
            9007199254740992|9007199254740992.0
            null|null
            true|true
            '\u00e9'|'\u00e9'
            []|[]
            {}|{}
            [1,{'a':[2.0]}]|[1.0,{'a':[2]}]
            {'a':1,'b':null}|{'b':null,'a':1}
            """)
    void equal(String one, String other) {
        assertPatched("[" + one + "]", "[" + one + "]", "test|/0|" + other);
        assertPatched("[" + other + "]", "[" + other + "]", "test||[" + one + "]");
    }

    @ParameterizedTest(name = "R4: {0} is not equal to {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1|'1'
            1|true
            0|false
            0|''
            0|null
            false|null
            ''|null
            1|2
            1|1.5
            1.5|2.5
            'a'|'A'
            '\u00e9'|'e\u0301'
            '1'|'1.0'
            '1e1'|'10'
            true|false
            []|{}
            []|null
            [5,6]|{'0':5,'1':6}
            [1,2]|[2,1]
            [1]|[1,1]
            [1]|1
            [null]|[]
            {}|{'a':null}
            {'a':null}|{'b':null}
            {'a':1}|{'a':2}
            [[1]]|[[2]]
            {'a':1}|{'A':1}
            {'a':1,'b':2}|{'a':1,'b':3}
            {'a':1}|1
            {}|null
            9007199254740992|9007199254740991
            [0]|[false]
            ['']|[null]
            {'a':[1]}|{'a':['1']}
            """)
    void unequal(String one, String other) {
        assertFails(Reason.TEST_FAILED, 0, "[" + one + "]", "test|/0|" + other);
        assertFails(Reason.TEST_FAILED, 0, "[" + other + "]", "test|/0|" + one);
    }

    @Test
    @DisplayName("R4: numbers of any class are equal by value")
    void numberClasses() {
        List<?> document = List.of(5, 5L, 5.0, 5.0f, (short) 5);
        for (int i = 0; i < document.size(); i++) {
            Map<String, Object> test = Map.of("op", "test", "path", "/" + i, "value", document.get(4 - i));
            assertEquals(document, JsonPatch.apply(document, List.of(test)));
        }
    }

    @Test
    @DisplayName("R5: a name of any characters")
    void anyCharacters() {
        String name = " \u0001%41\n\ud83d\ude00\"";
        assertPatched("{'" + name + "':2}", "{'" + name + "':1}", "replace|/" + name + "|2");
    }

    @Test
    @DisplayName("R5: invalid pointers")
    void invalidPointers() {
        for (String it : List.of("a", "a/b", " ", "#/a", "/~", "/~2", "/a~/b", "/a~", "/~~0", "x\n/a", "/a/~\n", "\n/")) {
            Stream.of("remove|" + it, "copy|/x|" + it, "copy|" + it + "|/x", "move|" + it + "|/a", "test|" + it + "|1",
                            "move|" + it + "|")
                    .forEach(operation -> assertFails(Reason.INVALID_POINTER, 0, "{'a':1}", operation));
        }
    }

    @ParameterizedTest(name = "R5: the name ''{0}'' is not found")
    @ValueSource(strings = {"__proto__", "constructor", "class", "length", "size", "0", "A", "a ", ""})
    void noNames(String name) {
        assertFails(Reason.NOT_FOUND, 0, "{'a':1}", "remove|/" + name);
        assertFails(Reason.NOT_FOUND, 0, "{'a':1}", "add|/" + name + "/x|1");
    }

    @Test
    @DisplayName("R6: invalid indexes")
    void invalidIndexes() {
        List<String> tokens = List.of(
                "01", "00", "-1", "+1", "1.0", "1e0", " 1", "1 ", "1\n", "0x1", "\u0661", "\uff11", "a", "", "--");
        for (String it : tokens) {
            Stream.of("add|/%s|1", "remove|/%s", "replace|/%s|1", "test|/%s|1", "add|/%s/a|1", "copy|/0|/%s",
                            "move|/%s|/0", "remove|/%s/0")
                    .map(operation -> operation.formatted(it))
                    .forEach(operation -> assertFails(Reason.INVALID_INDEX, 0, "[[1],[2]]", operation));
        }
    }

    private static final String DOCUMENT = "{'a':[1,[2]],'b':'text','c':5,'d':null,'e':true}";

    @ParameterizedTest(name = "R6: {0} is not found")
    @ValueSource(strings = {
        "/x", "/a/2", "/a/-", "/a/99999999999999999999", "/a/1/1", "/a/1/-", "/a/0/0", "/b/0", "/c/0", "/d/x", "/e/x",
        "/x/y", "/a/4294967296", "/a/2147483648", "/a/2147483647", "/a/999999999", "/a/1000000001",
    })
    void notFound(String path) {
        Stream.of("remove|%s", "replace|%s|1", "test|%s|1", "copy||%s", "move|/y|%s", "add|%s/z|1")
                .map(operation -> operation.formatted(path))
                .forEach(operation -> assertFails(Reason.NOT_FOUND, 0, DOCUMENT, operation));
    }

    @ParameterizedTest(name = "R6: nothing can be added at {0}")
    @ValueSource(strings = {
        "/a/3", "/a/99999999999999999999", "/a/4294967296", "/a/1/2", "/b/0", "/c/x", "/d/-", "/e/x", "/x/y", "/a/-/0",
    })
    void noPlace(String path) {
        assertFails(Reason.NOT_FOUND, 0, DOCUMENT, "add|" + path + "|1");
        assertFails(Reason.NOT_FOUND, 0, DOCUMENT, "copy|" + path + "|/c");
    }

    @Test
    @DisplayName("R6: the first problem on the way counts, from before path")
    void firstProblem() {
        assertFails(Reason.NOT_FOUND, 0, "{'a':[1]}", "remove|/a/5/01");
        assertFails(Reason.INVALID_INDEX, 0, "{'a':[1]}", "remove|/a/01/5/x");
        assertFails(Reason.INVALID_INDEX, 0, "[1]", "copy|/7|/01");
        assertFails(Reason.NOT_FOUND, 0, "[1]", "move|/01|/7");
    }

    @ParameterizedTest(name = "R7: {0} is invalid")
    @ValueSource(strings = {
        "5", "null", "'add'", "[]", "{}", "{'path':'/a','value':1}", "{'op':'add','value':1}",
        "{'op':'add','path':'/a'}", "{'op':'Add','path':'/a','value':1}", "{'op':'','path':'/a','value':1}",
        "{'op':null,'path':'/a','value':1}", "{'op':'add ','path':'/a','value':1}", "{'op':5,'path':'/a'}",
        "{'op':['add'],'path':'/a','value':1}", "{'op':'add','path':5,'value':1}",
        "{'op':'add','path':null,'value':1}", "{'op':'add','path':['a'],'value':1}", "{'op':'remove'}",
        "{'op':'remove','path':0}", "{'op':'replace','path':'/a'}", "{'op':'test','path':'/a'}",
        "{'op':'move','path':'/a'}", "{'op':'copy','path':'/a'}", "{'op':'copy','path':'/b','from':null}",
        "{'op':'move','path':'/b','from':5}", "{'op':'move','from':'/a'}", "{'op':'add','path':'x'}",
        "{'op':'copy','path':'x','from':5}", "{'Op':'remove','path':'/a'}",
    })
    void invalidOperations(String operation) {
        assertFails(Reason.INVALID_OPERATION, 0, "{'a':1}", operation);
    }

    @Test
    @DisplayName("R7: other members are ignored, and a null value is there")
    void otherMembers() {
        assertPatched("{}", "{'a':1}", "{'op':'remove','path':'/a','from':5,'value':1,'x':[]}");
        assertPatched("[null,null]", "[0]", "add|/-|null", "replace|/0|null", "test|/1|null");
    }

    @Test
    @DisplayName("R8: the first operation that fails is reported")
    void firstFailure() {
        assertFails(Reason.TEST_FAILED, 1, "{'a':1}", "add|/b|2", "test|/a|2", "5");
        assertFails(Reason.INVALID_OPERATION, 2, "{'a':1}", "remove|/a", "add|/a|1", "{}", "remove|/x");
        assertFails(Reason.NOT_FOUND, 0, "[]", "remove|/0", "remove|a");
        assertFails(Reason.INVALID_POINTER, 1, "[1]", "remove|/0", "remove|0");
    }

    @Test
    @DisplayName("R8: patch and document stay as they are")
    void unchanged() {
        String document = "{'a':[0,{'g':1}]}";
        String[] operations = {
            "add|/b|{'c':[1]}", "add|/b/c/-|2", "replace|/a/0|{'d':1}", "add|/a/0/e|2", "add|/a/1/f|1", "remove|/a/1/g",
            "test|/a|0",
        };
        assertPatched("{'a':[{'d':1,'e':2},{'f':1}],'b':{'c':[1,2]}}", document, Arrays.copyOf(operations, 6));
        assertFails(Reason.TEST_FAILED, 6, document, operations);
    }

    private static final class Json {
        private static final Pattern WORD = Pattern.compile("[^\\]},:]+");
        private static final Pattern STRING = Pattern.compile("'([^']*)'");

        private final String text;
        private int position;

        private Json(String text) {
            this.text = text;
        }

        static Object parse(String text) {
            return new Json(text).value();
        }

        private Object value() {
            return switch (text.charAt(position)) {
                case '{' -> {
                    Map<String, Object> members = new HashMap<>();
                    sequence('}', () -> {
                        String name = next(STRING).group(1);
                        position++;
                        return members.put(name, value());
                    });
                    yield members;
                }
                case '[' -> sequence(']', this::value);
                case '\'' -> next(STRING).group(1);
                default -> word(next(WORD).group());
            };
        }

        private static Object word(String word) {
            return switch (word) {
                case "null" -> null;
                case "true", "false" -> Boolean.valueOf(word);
                default -> word.matches("-?\\d+") ? (Object) Long.valueOf(word) : Double.valueOf(word);
            };
        }

        private List<Object> sequence(char end, Supplier<Object> part) {
            List<Object> parts = new ArrayList<>();
            for (position++; text.charAt(position) != end; position += text.charAt(position) == ',' ? 1 : 0) {
                parts.add(part.get());
            }
            position++;
            return parts;
        }

        private Matcher next(Pattern form) {
            Matcher matcher = form.matcher(text).region(position, text.length());
            if (!matcher.lookingAt()) {
                throw new IllegalArgumentException(text);
            }
            position = matcher.end();
            return matcher;
        }
    }
}
