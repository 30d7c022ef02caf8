package proven.bench;

import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A named workload. Its default size is what is measured; {@code prepare} makes the input of a size from the seeded numbers below a
 * bound that {@code random} gives.
 */
public record Workload(String name, int size, Prepare prepare) {
    public interface Prepare {
        Work<?> work(int size, IntUnaryOperator random) throws Exception;
    }

    /** {@code run} does the work and may be called any number of times; {@code check} tells whether its last result is right. */
    public record Work<R>(Supplier<R> run, Predicate<R> check) {}
}
