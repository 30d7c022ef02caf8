package eventbus;

import java.util.List;

/** Listeners have failed; what they threw is also suppressed in this exception. */
public final class DeliveryException extends RuntimeException {
    private final transient List<Failure> failures;

    DeliveryException(List<Failure> failures) {
        super(failures.size() + " listener call(s) failed");
        this.failures = List.copyOf(failures);
        failures.forEach(failure -> addSuppressed(failure.error()));
    }

    /** In the order in which they happened. */
    public List<Failure> failures() {
        return failures;
    }
}
