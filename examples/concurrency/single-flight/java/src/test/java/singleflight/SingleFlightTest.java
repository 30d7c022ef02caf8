package singleflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import singleflight.SingleFlight.Outcome;

class SingleFlightTest {
    /** When all waiting of all tests together ends. */
    private static final long DEADLINE = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);

    private final SingleFlight<String, Object> group = new SingleFlight<>();
    private final Job executed = new Job();
    private final Job unused = new Job();

    /** Work that waits until it may end, and then gives a value or throws. */
    private static final class Job implements Callable<Object> {
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final AtomicInteger calls = new AtomicInteger();
        final Object value = new Object();
        Callable<Object> end = () -> value;

        @Override
        public Object call() throws Exception {
            calls.incrementAndGet();
            mayEnd.await(DEADLINE - System.nanoTime(), TimeUnit.NANOSECONDS);
            return end.call();
        }
    }

    private record Running<T>(Thread thread, FutureTask<T> task) {
        T result() throws Exception {
            try {
                return task.get(DEADLINE - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (Exception) e.getCause();
            }
        }
    }

    private static <T> Running<T> inThread(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return new Running<>(thread, task);
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean() && System.nanoTime() < DEADLINE) {
            Thread.sleep(1);
        }
        assertTrue(condition.getAsBoolean());
    }

    private Running<Outcome<Object>> startOwner(String key, Job job) throws Exception {
        Running<Outcome<Object>> owner = inThread(() -> group.run(key, job));
        waitUntil(() -> job.calls.get() == 1);
        return owner;
    }

    private List<Running<Outcome<Object>>> startWaiters(String key, int count) throws Exception {
        List<Running<Outcome<Object>>> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String sameKey = new String(key);
            waiters.add(inThread(() -> group.run(sameKey, unused)));
        }
        waitUntil(() -> group.waiting(key) == count);
        return waiters;
    }

    private void assertRunsAnew(String key) throws Exception {
        int inProgress = group.inProgress();
        Object value = new Object();
        List<Integer> counts = new ArrayList<>();
        Outcome<Object> outcome = group.run(key, () -> {
            counts.add(group.inProgress());
            return value;
        });
        assertEquals(new Outcome<>(value, false), outcome);
        assertEquals(List.of(inProgress + 1), counts);
        assertEquals(inProgress, group.inProgress());
        assertEquals(0, group.waiting(key));
    }

    @Test
    @DisplayName("R1 R3: all get the value of one execution, of which nothing is kept")
    void oneExecution() throws Exception {
        var owner = startOwner("key", executed);
        var waiters = startWaiters("key", 6);
        executed.mayEnd.countDown();
        assertEquals(new Outcome<>(executed.value, false), owner.result());
        for (var waiter : waiters) {
            assertEquals(new Outcome<>(executed.value, true), waiter.result());
        }
        assertEquals(1, executed.calls.get());
        assertEquals(0, unused.calls.get());
        assertRunsAnew("key");
    }

    @Test
    @DisplayName("R1: null is a value too")
    void nullValue() throws Exception {
        executed.end = () -> null;
        var owner = startOwner("key", executed);
        var waiters = startWaiters("key", 1);
        executed.mayEnd.countDown();
        assertNull(owner.result().value());
        assertEquals(new Outcome<>(null, true), waiters.get(0).result());
        assertEquals(0, unused.calls.get());
    }

    @Test
    @DisplayName("R1: racing callers are owners or share")
    void racingCallers() throws Exception {
        for (int round = 0; round < 50; round++) {
            Job job = new Job();
            job.mayEnd.countDown();
            List<Running<Outcome<Object>>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(inThread(() -> group.run("key", job)));
            }
            int shared = 0;
            for (var call : calls) {
                assertSame(job.value, call.result().value());
                shared += call.result().shared() ? 1 : 0;
            }
            assertEquals(4, job.calls.get() + shared);
            assertEquals(0, group.inProgress());
        }
    }

    /** Has work throw something, which owner and waiters must get. */
    private void assertAllGet(Throwable thrown) throws Exception {
        executed.end = () -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        };
        var calls = new ArrayList<>(List.of(startOwner("key", executed)));
        calls.addAll(startWaiters("key", 3));
        executed.mayEnd.countDown();
        for (var call : calls) {
            assertSame(thrown, assertThrows(Throwable.class, call::result));
        }
        assertEquals(1, executed.calls.get());
        assertEquals(0, unused.calls.get());
        assertRunsAnew("key");
    }

    @Test
    @DisplayName("R2 R3: all get the same checked exception")
    void checkedException() throws Exception {
        assertAllGet(new IOException("failed"));
    }

    @Test
    @DisplayName("R2: an exception that wraps another is handed on as it is")
    void wrappingException() throws Exception {
        assertAllGet(new ExecutionException(new IOException("failed")));
    }

    @Test
    @DisplayName("R5: errors leave nobody waiting")
    void errors() throws Exception {
        assertAllGet(new StackOverflowError());
    }

    @Test
    @DisplayName("R5: an owner that is interrupted leaves nobody waiting")
    void interruptedOwner() throws Exception {
        executed.end = () -> {
            Thread.currentThread().interrupt();
            return executed.value;
        };
        var owner = startOwner("a", executed);
        var waiters = startWaiters("a", 2);
        executed.mayEnd.countDown();
        assertEquals(new Outcome<>(executed.value, false), owner.result());
        for (var waiter : waiters) {
            assertEquals(new Outcome<>(executed.value, true), waiter.result());
        }

        Job interrupted = new Job();
        owner = startOwner("b", interrupted);
        waiters = startWaiters("b", 2);
        owner.thread.interrupt();
        InterruptedException thrown = assertThrows(InterruptedException.class, owner::result);
        for (var waiter : waiters) {
            assertSame(thrown, assertThrows(InterruptedException.class, waiter::result));
        }
        assertRunsAnew("b");
    }

    @Test
    @DisplayName("R3: a call after a result runs anew")
    void callAfterResult() throws Exception {
        for (int round = 0; round < 50; round++) {
            Job first = new Job();
            Job second = new Job();
            second.mayEnd.countDown();
            List<Running<List<Outcome<Object>>>> calls = new ArrayList<>();
            for (Job job : List.of(first, unused, unused, unused)) {
                calls.add(inThread(() -> List.of(group.run("key", job), group.run("key", second))));
                waitUntil(() -> first.calls.get() == 1);
            }
            waitUntil(() -> group.waiting("key") == 3);
            first.mayEnd.countDown();
            int shared = 0;
            for (var call : calls) {
                assertSame(first.value, call.result().get(0).value());
                assertSame(second.value, call.result().get(1).value());
                shared += call.result().get(1).shared() ? 1 : 0;
            }
            assertEquals(4, second.calls.get() + shared);
        }
    }

    @Test
    @DisplayName("R4 R7: different keys go on together")
    void differentKeys() throws Exception {
        List<String> keys = List.of("", "key", "Key", "ke", "key ");
        List<Job> jobs = new ArrayList<>();
        List<Running<Outcome<Object>>> calls = new ArrayList<>();
        for (String key : keys) {
            jobs.add(new Job());
            calls.add(startOwner(key, jobs.get(jobs.size() - 1)));
            assertEquals(jobs.size(), group.inProgress());
        }
        for (int i = 0; i < keys.size(); i++) {
            int ending = (i + 2) % keys.size();
            jobs.get(ending).mayEnd.countDown();
            assertEquals(new Outcome<>(jobs.get(ending).value, false), calls.get(ending).result());
            assertEquals(keys.size() - 1 - i, group.inProgress());
            assertRunsAnew(keys.get(ending));
        }
    }

    @Test
    @DisplayName("R4 R7: work may run other keys")
    void otherKeysWithin() throws Exception {
        List<Integer> counts = new ArrayList<>();
        Outcome<Object> outcome = group.run("a", () -> {
            counts.add(group.inProgress());
            Outcome<Object> inner = group.run("b", () -> {
                counts.add(group.inProgress());
                return executed.value;
            });
            counts.add(group.inProgress());
            assertFalse(inner.shared());
            return inner.value();
        });
        assertEquals(new Outcome<>(executed.value, false), outcome);
        assertEquals(List.of(1, 2, 1), counts);
    }

    @Test
    @DisplayName("R6: re-entrance is told at once, through other keys too")
    void reentrance() throws Exception {
        Outcome<Object> outcome = group.run("a", () -> {
            assertThrows(ReentrantCallException.class, () -> group.run(new String("a"), unused));
            group.run("b", () -> {
                assertThrows(ReentrantCallException.class, () -> group.run("a", unused));
                return assertThrows(ReentrantCallException.class, () -> group.run("b", unused));
            });
            assertRunsAnew("b");
            assertEquals(0, group.waiting("a"));
            return executed.value;
        });
        assertEquals(new Outcome<>(executed.value, false), outcome);
        assertEquals(0, unused.calls.get());
        assertRunsAnew("a");
    }

    @Test
    @DisplayName("R6: waiters get the outcome of an execution with a re-entrance")
    void waitersOfReentrance() throws Exception {
        executed.end = () -> assertThrows(ReentrantCallException.class, () -> group.run("key", unused));
        var owner = startOwner("key", executed);
        var waiters = startWaiters("key", 1);
        executed.mayEnd.countDown();
        assertSame(ReentrantCallException.class, owner.result().value().getClass());
        assertSame(owner.result().value(), waiters.get(0).result().value());
        assertEquals(0, unused.calls.get());
    }

    @Test
    @DisplayName("R7: counts of keys and waiters")
    void counts() throws Exception {
        assertEquals(0, group.inProgress());
        assertEquals(0, group.waiting("a"));
        var owner = startOwner("a", executed);
        assertEquals(1, group.inProgress());
        assertEquals(0, group.waiting("a"));
        var waiters = startWaiters("a", 3);
        assertEquals(0, group.waiting("b"));
        assertEquals(1, group.inProgress());
        executed.mayEnd.countDown();
        owner.result();
        assertEquals(0, group.inProgress());
        assertEquals(0, group.waiting("a"));
        for (var waiter : waiters) {
            assertTrue(waiter.result().shared());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    @DisplayName("R7: a waiter that is interrupted gives up and disturbs nobody")
    void interruptedWaiter(int staying) throws Exception {
        var owner = startOwner("key", executed);
        var waiters = startWaiters("key", staying + 1);
        waiters.get(0).thread.interrupt();
        assertThrows(InterruptedException.class, waiters.get(0)::result);
        assertEquals(staying, group.waiting("key"));
        assertEquals(1, group.inProgress());
        executed.mayEnd.countDown();
        assertEquals(new Outcome<>(executed.value, false), owner.result());
        for (var waiter : waiters.subList(1, staying + 1)) {
            assertEquals(new Outcome<>(executed.value, true), waiter.result());
        }
        assertRunsAnew("key");
    }
}
