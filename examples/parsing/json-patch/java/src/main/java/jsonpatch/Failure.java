package jsonpatch;

/** The reason for a {@link PatchException}, where the index is not known. */
final class Failure extends RuntimeException {
    private final PatchException.Reason reason;

    Failure(PatchException.Reason reason) {
        super(reason.toString());
        this.reason = reason;
    }

    PatchException.Reason reason() {
        return reason;
    }
}
