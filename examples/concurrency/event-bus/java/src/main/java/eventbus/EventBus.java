package eventbus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** Delivers published events to the listeners whose patterns match their topics; for use within one thread. */
public final class EventBus {
    private static final int MAX_PRIORITY = 1000;
    private static final int MAX_CASCADE_LIMIT = 1_000_000;
    private static final int DEFAULT_CASCADE_LIMIT = 1000;

    // Those in force, in the order of subscribing.
    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Queue<Event> queue = new ArrayDeque<>();
    private final int cascadeLimit;
    // The number of events of the current cascade, delivered ones too; 0 outside of listeners.
    private int cascadeSize;

    /** Makes a bus with a limit of 1000 events in a cascade. */
    public EventBus() {
        this(DEFAULT_CASCADE_LIMIT);
    }

    /**
     * Makes a bus.
     *
     * @param cascadeLimit the greatest number of events of one outermost publishing
     * @throws IllegalArgumentException if the limit is not from 1 to 1,000,000
     */
    public EventBus(int cascadeLimit) {
        requireRange("cascade limit", cascadeLimit, 1, MAX_CASCADE_LIMIT);
        this.cascadeLimit = cascadeLimit;
    }

    /** The number of subscriptions in force. */
    public int subscriptionCount() {
        return entries.size();
    }

    /** Like {@link #subscribe(String, int, Listener)} with priority 0. */
    public Subscription subscribe(String pattern, Listener listener) {
        return subscribe(pattern, 0, listener);
    }

    /**
     * Has the listener called with each event whose topic matches the pattern.
     *
     * @param priority from -1000 to 1000; greater ones are called first
     * @throws IllegalArgumentException if the pattern or the priority is invalid
     */
    public Subscription subscribe(String pattern, int priority, Listener listener) {
        return add(pattern, priority, false, listener);
    }

    /** Like {@link #subscribe(String, Listener)} for the first matching event only. */
    public Subscription subscribeOnce(String pattern, Listener listener) {
        return subscribeOnce(pattern, 0, listener);
    }

    /** Like {@link #subscribe(String, int, Listener)} for the first matching event only. */
    public Subscription subscribeOnce(String pattern, int priority, Listener listener) {
        return add(pattern, priority, true, listener);
    }

    /**
     * Delivers an event and those that its listeners publish; within a listener, queues the event instead.
     *
     * @throws IllegalArgumentException if the topic is invalid
     * @throws CascadeLimitException within a listener, if the cascade is at its limit
     * @throws DeliveryException outside of listeners, after all is delivered, if any has thrown an {@link Exception}
     */
    public void publish(String topic, Object payload) {
        TopicPattern.segmentsOfTopic(topic);
        if (cascadeSize == cascadeLimit) {
            throw new CascadeLimitException(cascadeLimit);
        }
        queue.add(new Event(topic, payload));
        cascadeSize++;
        if (cascadeSize == 1) {
            deliverQueued();
        }
    }

    private Subscription add(String pattern, int priority, boolean once, Listener listener) {
        TopicPattern parsed = TopicPattern.parse(pattern);
        requireRange("priority", priority, -MAX_PRIORITY, MAX_PRIORITY);
        Entry entry = new Entry(pattern, parsed, priority, once, listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    private void deliverQueued() {
        List<Failure> failures = new ArrayList<>();
        try {
            while (!queue.isEmpty()) {
                deliver(queue.remove(), failures);
            }
        } finally {
            // An Error may have come through.
            queue.clear();
            cascadeSize = 0;
        }
        if (!failures.isEmpty()) {
            throw new DeliveryException(failures);
        }
    }

    private void deliver(Event event, List<Failure> failures) {
        List<String> topic = TopicPattern.segmentsOfTopic(event.topic());
        List<Entry> receivers = entries.stream()
                .filter(entry -> entry.matcher.matches(topic))
                .sorted(Comparator.comparingInt((Entry entry) -> entry.priority).reversed())
                .toList();
        for (Entry entry : receivers) {
            boolean inForce = entry.once ? entries.remove(entry) : entries.contains(entry);
            if (!inForce) {
                continue;
            }
            try {
                entry.listener.onEvent(event);
            } catch (Exception error) {
                failures.add(new Failure(event.topic(), entry.pattern, error));
            }
        }
    }

    private static void requireRange(String name, int value, int least, int greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + greatest + ", not " + value);
        }
    }

    /** A subscription; not a record, because equal ones must stay apart in a set. */
    private static final class Entry {
        private final String pattern;
        private final TopicPattern matcher;
        private final int priority;
        private final boolean once;
        private final Listener listener;

        Entry(String pattern, TopicPattern matcher, int priority, boolean once, Listener listener) {
            this.pattern = pattern;
            this.matcher = matcher;
            this.priority = priority;
            this.once = once;
            this.listener = listener;
        }
    }
}
