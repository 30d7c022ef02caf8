package singleflight;

import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Concurrent calls for the same key share one execution of their work. Safe for use by several threads.
 *
 * @param <K> keys, equal by equals and hashCode; never null
 * @param <V> values, which may be null
 */
public final class SingleFlight<K, V> {
    private final ConcurrentMap<K, Execution<V>> executions = new ConcurrentHashMap<>();

    /**
     * What a call gives.
     *
     * @param shared whether the caller waited for the work of another
     */
    public record Outcome<V>(V value, boolean shared) {}

    private record Execution<V>(FutureTask<V> task, Thread owner, AtomicInteger waiters) {}

    public SingleFlight() {}

    /**
     * Calls the work, or waits for what is in progress for the key.
     *
     * @throws ReentrantCallException if this is called from within the work in progress for the key
     * @throws InterruptedException also if the thread is interrupted while it waits; it then has given up
     * @throws Exception what the work threw, errors too: the same object for each caller
     */
    public Outcome<V> run(K key, Callable<? extends V> work) throws Exception {
        FutureTask<V> task = new FutureTask<>(() -> callAndFree(key, work));
        Execution<V> present =
                executions.putIfAbsent(key, new Execution<>(task, Thread.currentThread(), new AtomicInteger()));
        if (present == null) {
            task.run();
            return new Outcome<>(resultOf(task), false);
        }
        if (present.owner == Thread.currentThread()) {
            throw new ReentrantCallException(key);
        }
        present.waiters.incrementAndGet();
        try {
            return new Outcome<>(resultOf(present.task), true);
        } finally {
            present.waiters.decrementAndGet();
        }
    }

    /** The number of keys with an execution in progress. */
    public int inProgress() {
        return executions.size();
    }

    /** The number of callers that wait for the execution of the key; 0 if there is none. */
    public int waiting(K key) {
        Execution<V> present = executions.get(key);
        return present == null ? 0 : present.waiters.get();
    }

    private V callAndFree(K key, Callable<? extends V> work) throws Exception {
        try {
            return work.call();
        } finally {
            executions.remove(key);
        }
    }

    private static <V> V resultOf(FutureTask<V> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }
}
