package sessionizeevents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Groups click events into sessions of single users while they arrive. */
public final class Sessionizer {
    private static final long MAX_MS = 1_000_000_000_000_000L;

    private final long gapMs;
    private final long latenessMs;
    private final Map<String, List<OpenSession>> openByUser = new HashMap<>();
    private final NavigableSet<OpenSession> openByEnd = new TreeSet<>(OpenSession.CLOSING_ORDER);
    private long watermarkMs;
    private long arrivals;
    private long lateEvents;
    private boolean finished;

    /**
     * Makes a sessionizer without events.
     *
     * @throws IllegalArgumentException if the gap is not from 1 to 10^15, or the lateness not from 0 to 10^15
     */
    public Sessionizer(long gapMs, long latenessMs) {
        requireRange("gap", gapMs, 1);
        requireRange("lateness", latenessMs, 0);
        this.gapMs = gapMs;
        this.latenessMs = latenessMs;
        // No timestamp is below it, so the first event is not late.
        watermarkMs = -latenessMs;
    }

    /** The number of events dropped because they were late. */
    public long lateEvents() {
        return lateEvents;
    }

    /**
     * Takes an event and returns the sessions that it closes, ordered by end, then by earliest arrival.
     *
     * @throws IllegalStateException if the sessionizer is finished
     * @throws IllegalArgumentException if the user is empty or the timestamp not from 0 to 10^15
     */
    public List<Session> add(ClickEvent event) {
        requireUnfinished();
        requireValid(event);
        if (event.timestampMs() < watermarkMs) {
            lateEvents++;
            return List.of();
        }
        accept(event);
        watermarkMs = Math.max(watermarkMs, event.timestampMs() - latenessMs);
        return closeEndingBefore(watermarkMs - gapMs);
    }

    /**
     * Closes and returns all open sessions, ordered as by {@link #add}.
     *
     * @throws IllegalStateException if the sessionizer is finished already
     */
    public List<Session> finish() {
        requireUnfinished();
        finished = true;
        return closeEndingBefore(Long.MAX_VALUE);
    }

    private void accept(ClickEvent event) {
        OpenSession session = new OpenSession(event, arrivals++);
        List<OpenSession> apart = new ArrayList<>();
        for (OpenSession open : openByUser.getOrDefault(event.user(), List.of())) {
            if (open.reaches(event.timestampMs(), gapMs)) {
                openByEnd.remove(open);
                session = OpenSession.merge(session, open);
            } else {
                apart.add(open);
            }
        }
        apart.add(session);
        openByUser.put(event.user(), apart);
        openByEnd.add(session);
    }

    private List<Session> closeEndingBefore(long limitMs) {
        List<Session> closed = new ArrayList<>();
        while (!openByEnd.isEmpty() && openByEnd.first().endMs() < limitMs) {
            OpenSession session = openByEnd.pollFirst();
            removeFromUser(session);
            closed.add(session.close());
        }
        return closed;
    }

    private void removeFromUser(OpenSession session) {
        openByUser.computeIfPresent(session.user(), (user, open) -> {
            open.remove(session);
            return open.isEmpty() ? null : open;
        });
    }

    private void requireUnfinished() {
        if (finished) {
            throw new IllegalStateException("the sessionizer is finished");
        }
    }

    private static void requireValid(ClickEvent event) {
        if (event.user().isEmpty()) {
            throw new IllegalArgumentException("the user is empty");
        }
        requireRange("timestamp", event.timestampMs(), 0);
    }

    private static void requireRange(String name, long value, long least) {
        if (value < least || value > MAX_MS) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + MAX_MS + ", not " + value);
        }
    }
}
