package jsonpatch;

import java.util.List;

/**
 * Applies JSON Patches (RFC 6902) to plain values: null, Boolean, Number, String, {@code List<?>} for arrays and
 * {@code Map<String, ?>} for objects.
 */
public final class JsonPatch {
    private JsonPatch() {}

    /**
     * Returns the patched document, which shares with document and patch what is the same; neither is changed.
     *
     * @throws PatchException for the first operation that fails
     */
    public static Object apply(Object document, List<?> patch) {
        Object current = document;
        for (int i = 0; i < patch.size(); i++) {
            try {
                current = Operation.parse(patch.get(i)).apply(current);
            } catch (Failure failure) {
                throw new PatchException(i, failure.reason());
            }
        }
        return current;
    }
}
