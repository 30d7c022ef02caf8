package eventbus;

/** Listeners have published too many events in answer to one. */
public final class CascadeLimitException extends IllegalStateException {
    CascadeLimitException(int limit) {
        super("more than " + limit + " events in one cascade");
    }
}
