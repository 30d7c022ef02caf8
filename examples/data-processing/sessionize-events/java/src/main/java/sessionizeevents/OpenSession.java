package sessionizeevents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A session that can still take events. */
final class OpenSession {
    /** By end, then by the arrival of the event that arrived first; no two sessions are equal. */
    static final Comparator<OpenSession> CLOSING_ORDER =
            Comparator.comparingLong(OpenSession::endMs).thenComparingLong(session -> session.firstArrival);

    private static final Comparator<Visit> PAGE_ORDER =
            Comparator.comparingLong(Visit::timestampMs).thenComparingLong(Visit::arrival);

    private final String user;
    private final List<Visit> visits = new ArrayList<>();
    private long startMs;
    private long endMs;
    private long firstArrival;

    private record Visit(long timestampMs, long arrival, String page) {}

    OpenSession(ClickEvent event, long arrival) {
        user = event.user();
        startMs = event.timestampMs();
        endMs = event.timestampMs();
        firstArrival = arrival;
        visits.add(new Visit(event.timestampMs(), arrival, event.page()));
    }

    /** Joins two sessions of one user in one of them, which is returned; the other must not be used any more. */
    static OpenSession merge(OpenSession one, OpenSession other) {
        boolean oneIsLarger = one.visits.size() >= other.visits.size();
        OpenSession merged = oneIsLarger ? one : other;
        merged.absorb(oneIsLarger ? other : one);
        return merged;
    }

    private void absorb(OpenSession other) {
        visits.addAll(other.visits);
        startMs = Math.min(startMs, other.startMs);
        endMs = Math.max(endMs, other.endMs);
        firstArrival = Math.min(firstArrival, other.firstArrival);
    }

    boolean reaches(long timestampMs, long gapMs) {
        return startMs - gapMs <= timestampMs && timestampMs <= endMs + gapMs;
    }

    String user() {
        return user;
    }

    long endMs() {
        return endMs;
    }

    Session close() {
        List<String> pages = visits.stream().sorted(PAGE_ORDER).map(Visit::page).toList();
        return new Session(user, startMs, endMs, pages);
    }
}
