package templaterender;

import java.util.List;
import java.util.Map;
import templaterender.TemplateException.Kind;

/** Renders text templates with data and a registry of filters. */
public final class TemplateRenderer {
    private static final Object MISSING = new Object();

    private final String template;
    private final Map<String, ?> data;
    private final StringBuilder out = new StringBuilder();

    private TemplateRenderer(String template, Map<String, ?> data) {
        this.template = template;
        this.data = data;
    }

    /**
     * Renders a template and returns the text. Values of the data are String, Integer, Long, Boolean, null, List and
     * Map with strings as keys.
     *
     * @throws TemplateException if the template is wrong or cannot be rendered with the data
     */
    public static String render(String template, Map<String, ?> data, Map<String, Filter> filters) {
        List<Node> nodes = new TemplateParser(template, filters).parse();
        TemplateRenderer renderer = new TemplateRenderer(template, data);
        renderer.render(nodes, null);
        return renderer.out.toString();
    }

    private void render(List<Node> nodes, Scope scope) {
        for (Node node : nodes) {
            if (node instanceof Node.Text text) {
                out.append(text.text());
            } else if (node instanceof Node.Output output) {
                renderOutput(output, scope);
            } else if (node instanceof Node.For loop) {
                renderFor(loop, scope);
            } else if (node instanceof Node.If condition) {
                boolean truth = isTruthy(resolve(condition.path(), scope, condition.offset()));
                render(condition.branch(truth), scope);
            }
        }
    }

    private void renderOutput(Node.Output output, Scope scope) {
        int offset = output.offset();
        Object value = evaluate(output.operand(), scope, offset);
        for (Node.FilterCall call : output.calls()) {
            value = checked(apply(call, value, offset), offset);
        }
        if (value instanceof List || value instanceof Map) {
            throw error(Kind.TYPE, offset, "a list or map cannot be printed", null);
        }
        String text = value == null ? "" : value.toString();
        if (output.escaped()) {
            appendEscaped(text);
        } else {
            out.append(text);
        }
    }

    private void appendEscaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            switch (unit) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(unit);
            }
        }
    }

    private void renderFor(Node.For loop, Scope scope) {
        if (!(require(loop.path(), scope, loop.offset()) instanceof List<?> list)) {
            throw error(Kind.TYPE, loop.offset(), "for over a value that is not a list", null);
        }
        for (Object item : list) {
            render(loop.body(), new Scope(loop.name(), item, scope));
        }
    }

    private Object apply(Node.FilterCall call, Object value, int offset) {
        try {
            return call.filter().apply(value, call.arguments());
        } catch (Exception cause) {
            throw error(Kind.FILTER_FAILED, offset, "a filter threw", cause);
        }
    }

    private Object evaluate(Operand operand, Scope scope, int offset) {
        if (operand instanceof Operand.Path path) {
            return require(path, scope, offset);
        }
        return ((Operand.Literal) operand).value();
    }

    private Object require(Operand.Path path, Scope scope, int offset) {
        Object value = resolve(path, scope, offset);
        if (value == MISSING) {
            throw error(Kind.MISSING, offset, path.toString(), null);
        }
        return value;
    }

    /** Returns the value of a path, or MISSING. */
    private Object resolve(Operand.Path path, Scope scope, int offset) {
        List<Object> segments = path.segments();
        String name = (String) segments.get(0);
        Scope binding = Scope.find(scope, name);
        Object value = checked(binding == null ? entry(data, name) : binding.item(), offset);
        for (Object segment : segments.subList(1, segments.size())) {
            value = checked(entry(value, segment), offset);
        }
        return value;
    }

    private static Object entry(Object container, Object segment) {
        if (container instanceof Map<?, ?> map && segment instanceof String name) {
            return map.containsKey(name) ? map.get(name) : MISSING;
        }
        if (container instanceof List<?> list && segment instanceof Integer index) {
            return index < list.size() ? list.get(index) : MISSING;
        }
        return MISSING;
    }

    private Object checked(Object value, int offset) {
        if (value == null || value == MISSING || value instanceof String || value instanceof Boolean
                || isInteger(value) || value instanceof List || value instanceof Map) {
            return value;
        }
        throw error(Kind.TYPE, offset, "not a value of the data: " + value.getClass().getName(), null);
    }

    private static boolean isInteger(Object value) {
        return value instanceof Integer || value instanceof Long;
    }

    private static boolean isTruthy(Object value) {
        if (value == null || value == MISSING || value.equals(false) || value.equals("")) {
            return false;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return !(value instanceof Number number && number.longValue() == 0);
    }

    private TemplateException error(Kind kind, int offset, String detail, Throwable cause) {
        return TemplateException.at(template, offset, kind, detail, cause);
    }
}
