package indexedheap;

/** A key was pushed that is in the queue already. */
public final class DuplicateKeyException extends RuntimeException {
    DuplicateKeyException(Object key) {
        super("key is in the queue already: " + key);
    }
}
