package singleflight;

/** A key was run from within the work in progress for the same key. */
public final class ReentrantCallException extends IllegalStateException {
    ReentrantCallException(Object key) {
        super("the work in progress for a key runs the same key: " + key);
    }
}
