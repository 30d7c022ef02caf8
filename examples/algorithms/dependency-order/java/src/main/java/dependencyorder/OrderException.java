package dependencyorder;

/** The targets have no build order. */
public abstract class OrderException extends RuntimeException {
    OrderException(String message) {
        super(message);
    }
}
