package jsonpatch;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A location in a document, by its unescaped tokens from the root on. */
record JsonPointer(List<String> tokens) {
    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

    /** Throws a Failure if the text is no pointer. */
    static JsonPointer parse(String text) {
        boolean isRooted = text.isEmpty() || text.startsWith("/");
        if (!isRooted || BAD_ESCAPE.matcher(text).find()) {
            throw new Failure(PatchException.Reason.INVALID_POINTER);
        }
        return new JsonPointer(Arrays.stream(text.split("/", -1))
                .skip(1)
                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                .toList());
    }

    boolean isRoot() {
        return tokens.isEmpty();
    }

    String firstToken() {
        return tokens.get(0);
    }

    /** The same location as seen from the child that the first token selects. */
    JsonPointer rest() {
        return new JsonPointer(tokens.subList(1, tokens.size()));
    }

    boolean isInside(JsonPointer other) {
        int depth = other.tokens.size();
        return tokens.size() > depth && tokens.subList(0, depth).equals(other.tokens);
    }
}
