package templaterender;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a template into a list of nodes. */
final class TemplateParser {
    private static final Pattern TAG_START = Pattern.compile("\\{[{%]");
    private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n]*+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*+");
    private static final Pattern PATH = Pattern.compile(NAME + "(?:\\.(?:" + NAME + "|0|[1-9][0-9]*+))*+");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,15}");
    // Possessive throughout: a greedy group would use the stack for each repetition.
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]++|\\\\[\"\\\\])*+\"");
    private static final Set<String> KEYWORDS = Set.of("for", "in", "if", "not", "else", "endfor", "endif");
    private static final int MAX_INDEX_DIGITS = 9;

    private record NamedCall(String name, List<Object> arguments) {}

    private final String template;
    private final Map<String, Filter> filters;
    private final Matcher matcher;
    private final List<Node> root = new ArrayList<>();
    private final Deque<Node.Block> blocks = new ArrayDeque<>();
    private int index;
    private int tagOffset;

    TemplateParser(String template, Map<String, Filter> filters) {
        this.template = template;
        this.filters = filters;
        this.matcher = TAG_START.matcher(template);
    }

    List<Node> parse() {
        while (skipToTag()) {
            if (accept("{{")) {
                parseOutput();
            } else {
                parseStatement();
            }
        }
        if (!blocks.isEmpty()) {
            tagOffset = blocks.peek().offset();
            throw syntaxError("block without end");
        }
        return root;
    }

    private boolean skipToTag() {
        matcher.usePattern(TAG_START).region(index, template.length());
        boolean found = matcher.find();
        tagOffset = found ? matcher.start() : template.length();
        append(new Node.Text(template.substring(index, tagOffset)));
        index = tagOffset;
        return found;
    }

    private void parseOutput() {
        boolean escaped = !accept("&");
        Object literal = acceptLiteral();
        Operand operand = literal == null ? expectPath() : new Operand.Literal(literal);
        List<NamedCall> calls = new ArrayList<>();
        while (acceptPart("|")) {
            calls.add(parseCall());
        }
        expectPart("}}");
        append(new Node.Output(tagOffset, escaped, operand, calls.stream().map(this::bind).toList()));
    }

    private NamedCall parseCall() {
        String name = expectName();
        List<Object> arguments = new ArrayList<>();
        if (acceptPart("(") && !acceptPart(")")) {
            do {
                arguments.add(expectLiteral());
            } while (acceptPart(","));
            expectPart(")");
        }
        return new NamedCall(name, Collections.unmodifiableList(arguments));
    }

    private Node.FilterCall bind(NamedCall call) {
        if (!filters.containsKey(call.name())) {
            throw error(TemplateException.Kind.UNKNOWN_FILTER, call.name());
        }
        return new Node.FilterCall(filters.get(call.name()), call.arguments());
    }

    private void parseStatement() {
        accept("{%");
        String keyword = expectName();
        switch (keyword) {
            case "for" -> parseFor();
            case "if" -> parseIf();
            case "else" -> parseElse();
            case "endfor" -> parseEnd(Node.For.class);
            case "endif" -> parseEnd(Node.If.class);
            default -> throw syntaxError("unknown tag " + keyword);
        }
    }

    private void parseFor() {
        String name = expectName();
        if (KEYWORDS.contains(name)) {
            throw syntaxError(name + " cannot be a loop name");
        }
        if (!expectName().equals("in")) {
            throw syntaxError("in expected");
        }
        open(new Node.For(tagOffset, name, expectPath()));
    }

    private void parseIf() {
        int start = index;
        boolean negated = expectName().equals("not");
        if (!negated) {
            index = start;
        }
        open(new Node.If(tagOffset, negated, expectPath()));
    }

    private void parseElse() {
        expectPart("%}");
        if (!(blocks.peek() instanceof Node.If block && block.turnToElse())) {
            throw syntaxError("else cannot stand here");
        }
    }

    private void parseEnd(Class<? extends Node.Block> type) {
        expectPart("%}");
        if (!type.isInstance(blocks.peek())) {
            throw syntaxError("no such block to end here");
        }
        blocks.pop();
    }

    private void open(Node.Block block) {
        expectPart("%}");
        append(block);
        blocks.push(block);
    }

    private void append(Node node) {
        List<Node> body = blocks.isEmpty() ? root : blocks.peek().openBody();
        body.add(node);
    }

    private Operand.Path expectPath() {
        String text = acceptToken(PATH);
        if (text == null) {
            throw syntaxError("path expected");
        }
        String[] segments = text.split("\\.");
        if (KEYWORDS.contains(segments[0])) {
            throw syntaxError(segments[0] + " cannot begin a path");
        }
        return new Operand.Path(Arrays.stream(segments).map(TemplateParser::segment).toList());
    }

    private static Object segment(String text) {
        if (!Character.isDigit(text.charAt(0))) {
            return text;
        }
        // No list has the greatest int as an index.
        return text.length() > MAX_INDEX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(text);
    }

    private String expectName() {
        String name = acceptToken(NAME);
        if (name == null) {
            throw syntaxError("name expected");
        }
        return name;
    }

    private Object expectLiteral() {
        Object literal = acceptLiteral();
        if (literal == null) {
            throw syntaxError("string or integer expected");
        }
        return literal;
    }

    private Object acceptLiteral() {
        String string = acceptToken(STRING);
        if (string != null) {
            return string.substring(1, string.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        String integer = acceptToken(INTEGER);
        return integer == null ? null : Long.valueOf(integer);
    }

    private void expectPart(String part) {
        if (!acceptPart(part)) {
            throw syntaxError(part + " expected");
        }
    }

    private boolean acceptPart(String part) {
        match(SPACE);
        return accept(part);
    }

    private boolean accept(String part) {
        boolean found = template.startsWith(part, index);
        if (found) {
            index += part.length();
        }
        return found;
    }

    private String acceptToken(Pattern pattern) {
        match(SPACE);
        return match(pattern);
    }

    private String match(Pattern pattern) {
        matcher.usePattern(pattern).region(index, template.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        index = matcher.end();
        return matcher.group();
    }

    private TemplateException syntaxError(String detail) {
        return error(TemplateException.Kind.SYNTAX, detail);
    }

    private TemplateException error(TemplateException.Kind kind, String detail) {
        return TemplateException.at(template, tagOffset, kind, detail, null);
    }
}
