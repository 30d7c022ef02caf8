package jsonpatch;

/** An operation of a patch cannot be applied. */
public final class PatchException extends RuntimeException {
    /** Why it cannot. */
    public enum Reason {
        INVALID_OPERATION,
        INVALID_POINTER,
        INTO_ITSELF,
        INVALID_INDEX,
        NOT_FOUND,
        TEST_FAILED
    }

    private final int index;
    private final Reason reason;

    PatchException(int index, Reason reason) {
        super("operation " + index + ": " + reason);
        this.index = index;
        this.reason = reason;
    }

    /** The index of the operation in the patch, from 0. */
    public int index() {
        return index;
    }

    public Reason reason() {
        return reason;
    }
}
