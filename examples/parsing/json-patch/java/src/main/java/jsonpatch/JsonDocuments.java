package jsonpatch;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Functions from a document and a location to a new document; what is not on the way to the location is shared. */
final class JsonDocuments {
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]*");

    private JsonDocuments() {}

    static Object get(Object document, JsonPointer at) {
        Object value = document;
        for (String token : at.tokens()) {
            value = child(value, token);
        }
        return value;
    }

    static Object add(Object document, JsonPointer at, Object value) {
        return change(document, at, value, (container, token) -> {
            if (!(container instanceof List<?> items)) {
                return withMember(container, token, value);
            }
            int index = index(items, token);
            require(index <= items.size());
            List<Object> copy = new ArrayList<>(items);
            copy.add(index, value);
            return copy;
        });
    }

    static Object replace(Object document, JsonPointer at, Object value) {
        get(document, at);
        return change(document, at, value, (container, token) -> withChild(container, token, value));
    }

    /** Of the root null remains. */
    static Object remove(Object document, JsonPointer at) {
        get(document, at);
        return change(document, at, null, (container, token) -> {
            if (container instanceof List<?> items) {
                List<Object> copy = new ArrayList<>(items);
                copy.remove(index(items, token));
                return copy;
            }
            Map<String, Object> copy = copyOf(container);
            copy.remove(token);
            return copy;
        });
    }

    static boolean areEqual(Object one, Object other) {
        if (one instanceof List<?> items && other instanceof List<?> otherItems) {
            return items.size() == otherItems.size()
                    && IntStream.range(0, items.size()).allMatch(i -> areEqual(items.get(i), otherItems.get(i)));
        }
        if (one instanceof Map<?, ?> members && other instanceof Map<?, ?> otherMembers) {
            return members.keySet().equals(otherMembers.keySet())
                    && members.keySet().stream()
                            .allMatch(name -> areEqual(members.get(name), otherMembers.get(name)));
        }
        if (one instanceof Number && other instanceof Number) {
            return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
        }
        return Objects.equals(one, other);
    }

    /** Makes the containers on the way anew, the innermost one by the change; a new root has none. */
    private static Object change(Object document, JsonPointer at, Object newRoot, Change change) {
        if (at.isRoot()) {
            return newRoot;
        }
        String token = at.firstToken();
        JsonPointer rest = at.rest();
        return rest.isRoot()
                ? change.apply(document, token)
                : withChild(document, token, change(child(document, token), rest, newRoot, change));
    }

    private static Object child(Object container, String token) {
        if (container instanceof List<?> items) {
            int index = index(items, token);
            require(index < items.size());
            return items.get(index);
        }
        require(container instanceof Map<?, ?> members && members.containsKey(token));
        return ((Map<?, ?>) container).get(token);
    }

    /** Sets a child that is there. */
    private static Object withChild(Object container, String token, Object value) {
        if (!(container instanceof List<?> items)) {
            return withMember(container, token, value);
        }
        List<Object> copy = new ArrayList<>(items);
        copy.set(index(items, token), value);
        return copy;
    }

    private static Object withMember(Object container, String name, Object value) {
        Map<String, Object> copy = copyOf(container);
        copy.put(name, value);
        return copy;
    }

    private static Map<String, Object> copyOf(Object container) {
        require(container instanceof Map<?, ?>);
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) container).forEach((name, value) -> copy.put((String) name, value));
        return copy;
    }

    /** The index that a token stands for; one that is too great for an int is beyond the end of any list. */
    private static int index(List<?> items, String token) {
        if (token.equals("-")) {
            return items.size();
        }
        if (!INDEX.matcher(token).matches()) {
            throw new Failure(PatchException.Reason.INVALID_INDEX);
        }
        try {
            return Integer.parseInt(token);
        } catch (NumberFormatException tooGreat) {
            return Integer.MAX_VALUE;
        }
    }

    private static void require(boolean isFound) {
        if (!isFound) {
            throw new Failure(PatchException.Reason.NOT_FOUND);
        }
    }

    /** From an array or object, and the token of one of its places, to a new one. */
    @FunctionalInterface
    private interface Change {
        Object apply(Object container, String token);
    }
}
