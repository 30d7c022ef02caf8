package indexedheap;

/** The priority of a key was changed that is not in the queue. */
public final class UnknownKeyException extends RuntimeException {
    UnknownKeyException(Object key) {
        super("key is not in the queue: " + key);
    }
}
