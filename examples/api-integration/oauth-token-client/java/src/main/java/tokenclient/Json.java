package tokenclient;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON (RFC 8259) as maps, lists, strings, doubles, booleans and null. */
final class Json {
    /** How many arrays and objects may be open at the same time; each takes some of the stack. */
    private static final int MAX_DEPTH = 64;
    private static final char END = '\0';
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{4}");
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    private final String text;
    private int index;
    private int depth;

    /** The text is not JSON, or nested too deep. It has no message, so that it cannot show any of the text. */
    static final class FormatException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) throws FormatException {
        Json json = new Json(text);
        Object value = json.value();
        if (json.peek() != END || json.index < text.length()) {
            throw new FormatException();
        }
        return value;
    }

    private Object value() throws FormatException {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() throws FormatException {
        Map<String, Object> members = new HashMap<>();
        open();
        if (!accept('}')) {
            do {
                String name = string();
                expect(':');
                members.put(name, value());
            } while (accept(','));
            expect('}');
        }
        depth--;
        return members;
    }

    private List<Object> array() throws FormatException {
        List<Object> items = new ArrayList<>();
        open();
        if (!accept(']')) {
            do {
                items.add(value());
            } while (accept(','));
            expect(']');
        }
        depth--;
        return items;
    }

    private void open() throws FormatException {
        index++;
        depth++;
        if (depth > MAX_DEPTH) {
            throw new FormatException();
        }
    }

    private String string() throws FormatException {
        expect('"');
        StringBuilder result = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw new FormatException();
            }
            result.append(c == '\\' ? escape() : c);
        }
        return result.toString();
    }

    private char escape() throws FormatException {
        char c = next();
        if (c == 'u') {
            return (char) Integer.parseInt(match(HEX), 16);
        }
        int which = ESCAPED.indexOf(c);
        if (which < 0) {
            throw new FormatException();
        }
        return MEANT.charAt(which);
    }

    private Double number() throws FormatException {
        return Double.valueOf(match(NUMBER));
    }

    private Object word(String word, Object value) throws FormatException {
        if (!text.startsWith(word, index)) {
            throw new FormatException();
        }
        index += word.length();
        return value;
    }

    private String match(Pattern pattern) throws FormatException {
        Matcher matcher = pattern.matcher(text).region(index, text.length());
        if (!matcher.lookingAt()) {
            throw new FormatException();
        }
        index = matcher.end();
        return matcher.group();
    }

    /** Skips white space and returns the character after it, without taking it. */
    private char peek() {
        while (index < text.length() && " \t\r\n".indexOf(text.charAt(index)) >= 0) {
            index++;
        }
        return index < text.length() ? text.charAt(index) : END;
    }

    private char next() throws FormatException {
        if (index == text.length()) {
            throw new FormatException();
        }
        return text.charAt(index++);
    }

    private boolean accept(char c) {
        if (peek() != c) {
            return false;
        }
        index++;
        return true;
    }

    private void expect(char c) throws FormatException {
        if (!accept(c)) {
            throw new FormatException();
        }
    }
}
