package eventbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventBusTest {
    private static final List<String> NO_NAMES = List.of(
            "", ".", "a.", ".a", "a..b", "a b", "a\n", "\na", "\u00e9", "a/b", "a:b", "a*", "*a", "a.*b", "***",
            "a.***");

    private final EventBus bus = new EventBus();
    private final List<String> log = new ArrayList<>();

    private Subscription logAs(String name, String pattern, int priority) {
        return bus.subscribe(pattern, priority, event -> log.add(name + " " + event.topic()));
    }

    private Subscription logAs(String name, String pattern) {
        return bus.subscribe(pattern, event -> log.add(name + " " + event.topic()));
    }

    /** Publishes an event whose delivery fails; returns the failures. */
    private static List<Failure> failuresOf(EventBus bus, String topic) {
        DeliveryException exception = assertThrows(DeliveryException.class, () -> bus.publish(topic, null));
        assertArrayEquals(exception.failures().stream().map(Failure::error).toArray(), exception.getSuppressed());
        return exception.failures();
    }

    /** Publishes with a listener that publishes for as long as it can; returns the number of events delivered. */
    private static int cascade(EventBus bus, int atOnce) {
        List<String> delivered = new ArrayList<>();
        Subscription subscription = bus.subscribe("**", event -> {
            delivered.add(event.topic());
            for (int i = 0; i < atOnce; i++) {
                bus.publish("again", null);
            }
        });
        for (Failure failure : failuresOf(bus, "first")) {
            assertInstanceOf(CascadeLimitException.class, failure.error());
        }
        assertTrue(subscription.cancel());
        return delivered.size();
    }

    @ParameterizedTest(name = "R1: what {0} matches")
    @CsvSource({
        "a, a, A b aa a.a a.b",
        "a.b, a.b, a b a.c b.b a.B a.b.c ab a-b",
        "*, a Z_9-z, a.b",
        "a.*, a.b a.a, a b.b a.b.c ab",
        "*.b, a.b b.b, b a.c a.b.b",
        "a.*.c, a.b.c, a.c a.b.d a.b.b.c",
        "a.**, a a.b a.b.c, b ab b.a",
        "a.*.**, a.b a.b.c a.b.c.d, a b.a",
        "A.**, A A.b, a a.b",
    })
    void patterns(String pattern, String yes, String no) {
        bus.subscribe(pattern, event -> log.add(event.topic()));
        for (String topic : (no + " " + yes + " " + no).split(" ")) {
            bus.publish(topic, null);
        }
        assertEquals(List.of(yes.split(" ")), log);
    }

    @Test
    @DisplayName("R1: what matches every topic")
    void everyTopic() {
        logAs("all", "**");
        logAs("some", "*.**");
        bus.publish("a", null);
        bus.publish("a.b.c", null);
        assertEquals(List.of("all a", "some a", "all a.b.c", "some a.b.c"), log);
    }

    @Test
    @DisplayName("R1: a topic of very many segments")
    void manySegments() {
        String topic = "a" + ".a".repeat(99_999);
        List<Integer> matching = new ArrayList<>();
        for (String pattern : List.of(topic, "a.*", "a.**", "**", topic + ".*", topic + ".**")) {
            bus.subscribe(pattern, event -> matching.add(pattern.length()));
        }
        bus.publish(topic, null);
        assertEquals(List.of(199_999, 4, 2, 200_002), matching);
    }

    @Test
    @DisplayName("R1: the payload is passed as it is")
    void payload() {
        List<Event> events = new ArrayList<>();
        bus.subscribe("a", events::add);
        Object payload = new Object();
        bus.publish("a", payload);
        bus.publish("a", null);
        assertEquals(List.of(new Event("a", payload), new Event("a", null)), events);
    }

    @Test
    @DisplayName("R2: by priority, then in the order of subscribing")
    void order() {
        logAs("zero", "a", 0);
        logAs("low", "**", -1);
        logAs("lowest", "a", -1000);
        logAs("high", "*", 1);
        logAs("zero-2", "a");
        bus.subscribeOnce("a.**", 1000, event -> log.add("highest a"));
        logAs("high-2", "a", 1);
        bus.subscribeOnce("**", event -> log.add("zero-3 a"));
        bus.publish("a", null);
        List<String> names = List.of("highest", "high", "high-2", "zero", "zero-2", "zero-3", "low", "lowest");
        assertEquals(names.stream().map(name -> name + " a").toList(), log);
    }

    @Test
    @DisplayName("R2: a listener that is subscribed twice is called twice")
    void twice() {
        Listener listener = event -> log.add("call");
        Subscription first = bus.subscribe("a", listener);
        bus.subscribe("a", listener);
        bus.publish("a", null);
        assertEquals(2, log.size());
        assertEquals(2, bus.subscriptionCount());
        assertTrue(first.cancel());
        bus.publish("a", null);
        assertEquals(3, log.size());
        assertEquals(1, bus.subscriptionCount());
    }

    @Test
    @DisplayName("R3: a subscription made during a delivery gets events whose delivery begins later")
    void subscribingMeanwhile() {
        bus.subscribeOnce("start", event -> {
            bus.publish("queued", null);
            logAs("new", "**", -5);
            logAs("new first", "**", 5);
        });
        logAs("old", "start", -1);
        bus.publish("start", null);
        assertEquals(List.of("old start", "new first queued", "new queued"), log);
        log.clear();
        bus.publish("start", null);
        assertEquals(List.of("new first start", "old start", "new start"), log);
    }

    @Test
    @DisplayName("R3: a subscription cancelled before its turn is not called")
    void cancellingMeanwhile() {
        logAs("first", "a", 2);
        Subscription before = logAs("before", "a.**", 3);
        Subscription cancelled = logAs("cancelled", "a.**", -1);
        bus.subscribe("a", event -> {
            bus.publish("a.queued", null);
            log.add(cancelled.cancel() + " " + before.cancel() + " " + cancelled.cancel());
        });
        logAs("last", "a.**", -2);
        bus.publish("a", null);
        assertEquals(List.of("before a", "first a", "true true false", "last a", "last a.queued"), log);
        assertEquals(3, bus.subscriptionCount());
    }

    @Test
    @DisplayName("R3: a listener cancels its own subscription")
    void cancellingItself() {
        Subscription[] own = new Subscription[1];
        own[0] = bus.subscribe("a", event -> log.add("own " + own[0].cancel()));
        logAs("other", "a");
        bus.publish("a", null);
        bus.publish("a", null);
        assertEquals(List.of("own true", "other a", "other a"), log);
        assertFalse(own[0].cancel());
    }

    @Test
    @DisplayName("R4: a once-subscription is called for the first matching event only")
    void once() {
        Subscription[] once = new Subscription[1];
        once[0] = bus.subscribeOnce("a.*", event -> {
            log.add(event.topic() + " " + once[0].cancel() + " " + bus.subscriptionCount());
            bus.publish("a.again", null);
        });
        logAs("other", "a.*");
        bus.publish("b", null);
        assertEquals(2, bus.subscriptionCount());
        bus.publish("a.x", null);
        bus.publish("a.y", null);
        assertEquals(List.of("a.x false 1", "other a.x", "other a.again", "other a.y"), log);
        assertFalse(once[0].cancel());
    }

    @Test
    @DisplayName("R4: a once-subscription ends although its listener fails")
    void failingOnce() {
        bus.subscribeOnce("a", event -> {
            throw new IOException("down");
        });
        assertEquals(1, failuresOf(bus, "a").size());
        assertEquals(0, bus.subscriptionCount());
        bus.publish("a", null);
    }

    @Test
    @DisplayName("R4: a once-subscription that is cancelled is never called")
    void cancelledOnce() {
        Subscription once = bus.subscribeOnce("a", -1, event -> log.add("once"));
        bus.subscribe("a", event -> log.add("" + once.cancel()));
        bus.publish("a", null);
        assertEquals(List.of("true"), log);
        assertFalse(once.cancel());
    }

    @Test
    @DisplayName("R5: events published within listeners are queued")
    void queued() {
        bus.subscribe("a", event -> {
            bus.publish("b", null);
            bus.publish("c", null);
            log.add("published");
        });
        bus.subscribe("b", 9, event -> bus.publish("d", null));
        logAs("all", "**", -9);
        bus.publish("a", null);
        assertEquals(List.of("published", "all a", "all b", "all c", "all d"), log);
    }

    @Test
    @DisplayName("R6: all failures are reported after everything is delivered")
    void failures() {
        IOException down = new IOException("down");
        RuntimeException late = new IllegalStateException("late");
        bus.subscribe("a.**", 1, event -> {
            if (event.topic().equals("a")) {
                bus.publish("a.b", null);
            }
            throw down;
        });
        Subscription second = bus.subscribe("a", event -> {
            throw late;
        });
        logAs("last", "**", -1);
        assertEquals(
                List.of(new Failure("a", "a.**", down), new Failure("a", "a", late), new Failure("a.b", "a.**", down)),
                failuresOf(bus, "a"));
        assertEquals(List.of("last a", "last a.b"), log);
        assertTrue(second.cancel());
        assertEquals(List.of(new Failure("a.c", "a.**", down)), failuresOf(bus, "a.c"));
        bus.publish("b", null);
        assertEquals(List.of("last a", "last a.b", "last a.c", "last b"), log);
    }

    @Test
    @DisplayName("R6: an Error passes through and drops what is queued")
    void passingThrough() {
        Error broken = new AssertionError("broken");
        Subscription failing = bus.subscribe("a", event -> {
            bus.publish("b", null);
            throw broken;
        });
        logAs("all", "**");
        assertSame(broken, assertThrows(AssertionError.class, () -> bus.publish("a", null)));
        assertEquals(List.of(), log);
        assertTrue(failing.cancel());
        bus.publish("c", null);
        assertEquals(List.of("all c"), log);
    }

    @Test
    @DisplayName("R7: invalid patterns")
    void invalidPatterns() {
        Stream.concat(NO_NAMES.stream(), Stream.of("**.a", "a.**.b", "**.**", "**."))
                .forEach(pattern ->
                        assertThrows(IllegalArgumentException.class, () -> logAs("never", pattern), pattern));
        assertEquals(0, bus.subscriptionCount());
    }

    @Test
    @DisplayName("R7: invalid topics")
    void invalidTopics() {
        logAs("all", "**");
        Stream.concat(NO_NAMES.stream(), Stream.of("*", "**", "a.*", "a.**"))
                .forEach(topic ->
                        assertThrows(IllegalArgumentException.class, () -> bus.publish(topic, null), topic));
        assertEquals(List.of(), log);
        bus.publish("a", null);
        assertEquals(List.of("all a"), log);
    }

    @Test
    @DisplayName("R7: an invalid topic within a listener is a failure of it")
    void invalidWithin() {
        bus.subscribe("a", event -> bus.publish("a.", null));
        logAs("all", "**");
        assertInstanceOf(IllegalArgumentException.class, failuresOf(bus, "a").get(0).error());
        assertEquals(List.of("all a"), log);
    }

    @ParameterizedTest(name = "R7: the priority {0} is refused")
    @ValueSource(ints = {-1001, 1001, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void priorities(int priority) {
        assertThrows(IllegalArgumentException.class, () -> logAs("never", "a", priority));
        assertEquals(0, bus.subscriptionCount());
    }

    @ParameterizedTest(name = "R7: the limit {0} is refused")
    @ValueSource(ints = {0, -1, 1_000_001})
    void limits(int limit) {
        assertThrows(IllegalArgumentException.class, () -> new EventBus(limit));
        assertEquals(0, new EventBus(1_000_000).subscriptionCount());
    }

    @Test
    @DisplayName("R8: a cascade has at most as many events as the limit")
    void cascades() {
        for (int limit : new int[] {1, 2, 7}) {
            EventBus limited = new EventBus(limit);
            for (int atOnce : new int[] {1, 3, 1}) {
                assertEquals(limit, cascade(limited, atOnce));
            }
        }
        assertEquals(1000, cascade(bus, 1));
    }

    @Test
    @DisplayName("R8: a listener can handle the error")
    void handled() {
        EventBus limited = new EventBus(2);
        limited.subscribe("a", event -> {
            limited.publish("b", null);
            assertThrows(CascadeLimitException.class, () -> limited.publish("c", null));
        });
        limited.subscribe("**", event -> log.add(event.topic()));
        limited.publish("a", null);
        limited.publish("a", null);
        assertEquals(List.of("a", "b", "a", "b"), log);
    }
}
