package sessionizeevents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionizerTest {
    private static final long MAX = 1_000_000_000_000_000L;
    private static final List<String> DISTINCT_USERS = List.of(
            "1", "01", "1.0", "1e0", "Bob", "bob", "bob ", " bob", "0", "__proto__", "constructor", "toString",
            "\u00e9", "e\u0301", "\ud83d\ude00");

    /** An event written as "user timestamp page". */
    private static ClickEvent click(String text) {
        String[] fields = text.split(" ");
        return new ClickEvent(fields[0], Long.parseLong(fields[1]), fields[2]);
    }

    /** Sessions, each one written as "user start-end page page ...". */
    private static List<Session> sessions(String... texts) {
        return Stream.of(texts).map(SessionizerTest::session).toList();
    }

    private static Session session(String text) {
        List<String> fields = List.of(text.split(" "));
        String[] times = fields.get(1).split("-");
        return new Session(
                fields.get(0), Long.parseLong(times[0]), Long.parseLong(times[1]), fields.subList(2, fields.size()));
    }

    /** Adds events that close nothing. */
    private static void addAll(Sessionizer sessionizer, String... clicks) {
        for (String text : clicks) {
            assertEquals(List.of(), sessionizer.add(click(text)), text);
        }
    }

    /** Finishes after events that close nothing. */
    private static List<Session> finished(long gapMs, long latenessMs, String... clicks) {
        Sessionizer sessionizer = new Sessionizer(gapMs, latenessMs);
        addAll(sessionizer, clicks);
        return sessionizer.finish();
    }

    private static List<List<String>> permutations(List<String> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<String>> result = new ArrayList<>();
        for (String first : items) {
            List<String> others = items.stream().filter(item -> !item.equals(first)).toList();
            for (List<String> rest : permutations(others)) {
                result.add(Stream.concat(Stream.of(first), rest.stream()).toList());
            }
        }
        return result;
    }

    @Test
    @DisplayName("R1: events exactly the gap apart are in one session, one millisecond more makes two")
    void gapIsInclusive() {
        assertEquals(sessions("alice 5-15 a b"), finished(10, 100, "alice 5 a", "alice 15 b"));
        assertEquals(sessions("alice 5-15 b a"), finished(10, 100, "alice 15 a", "alice 5 b"));
        assertEquals(sessions("alice 5-5 a", "alice 16-16 b"), finished(10, 100, "alice 5 a", "alice 16 b"));
        assertEquals(sessions("alice 5-5 b", "alice 16-16 a"), finished(10, 100, "alice 16 a", "alice 5 b"));
    }

    @Test
    @DisplayName("R1: a chain of events is one session")
    void chain() {
        assertEquals(
                sessions("alice 0-30 a b c d"),
                finished(10, 100, "alice 0 a", "alice 10 b", "alice 20 c", "alice 30 d"));
    }

    @Test
    @DisplayName("R1: users have sessions of their own")
    void usersAreApart() {
        assertEquals(
                sessions("bob 5-5 b", "alice 0-10 a c"), finished(10, 100, "alice 0 a", "bob 5 b", "alice 10 c"));
    }

    @Test
    @DisplayName("R1: pages are by timestamp, at equal timestamps by arrival, and equal events are kept")
    void pageOrder() {
        assertEquals(
                sessions("alice 9-100 m z a a k x"),
                finished(95, 100, "alice 100 x", "alice 10 z", "alice 10 a", "alice 9 m", "alice 10 a", "alice 11 k"));
    }

    @Test
    @DisplayName("R1: a page can be empty")
    void emptyPage() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        sessionizer.add(new ClickEvent("alice", 1, ""));
        assertEquals(List.of(new Session("alice", 1, 1, List.of(""))), sessionizer.finish());
    }

    @Test
    @DisplayName("R1 R3: the order of arrival has no influence on the sessions")
    void everyOrderOfArrival() {
        List<String> clicks = List.of("alice 0 a", "alice 10 b", "alice 20 c", "alice 31 d", "alice 41 e");
        for (List<String> order : permutations(clicks)) {
            assertEquals(
                    sessions("alice 0-20 a b c", "alice 31-41 d e"),
                    finished(10, 100, order.toArray(String[]::new)),
                    order.toString());
        }
    }

    @Test
    @DisplayName("R2: a session is closed when the watermark is above its end plus gap, not when it is equal")
    void closedAboveEndPlusGap() {
        Sessionizer sessionizer = new Sessionizer(10, 5);
        addAll(sessionizer, "alice 0 a", "bob 15 b");
        assertEquals(sessions("alice 0-0 a"), sessionizer.add(click("bob 16 c")));
        addAll(sessionizer, "bob 17 d");
        assertEquals(sessions("bob 15-17 b c d"), sessionizer.finish());
    }

    @Test
    @DisplayName("R2: an event can close the session of its own user and begin a new one")
    void newSessionOfTheSameUser() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        addAll(sessionizer, "alice 0 a");
        assertEquals(sessions("alice 0-0 a"), sessionizer.add(click("alice 11 b")));
        addAll(sessionizer, "alice 21 c");
        assertEquals(sessions("alice 11-21 b c"), sessionizer.add(click("bob 32 d")));
        addAll(sessionizer, "alice 32 e");
        assertEquals(sessions("bob 32-32 d", "alice 32-32 e"), sessionizer.finish());
    }

    @Test
    @DisplayName("R2: the end counts for closing, and later events move it")
    void extendedSessionClosesLater() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        addAll(sessionizer, "alice 0 a", "alice 8 b", "bob 13 c", "bob 18 d");
        assertEquals(sessions("alice 0-8 a b"), sessionizer.add(click("bob 19 e")));
    }

    @Test
    @DisplayName("R2: an older event does not change the end of a session, nor the watermark")
    void olderEventMovesNothing() {
        Sessionizer sessionizer = new Sessionizer(10, 20);
        addAll(sessionizer, "alice 100 a", "alice 95 b", "bob 130 c", "bob 125 d");
        assertEquals(sessions("alice 95-100 b a"), sessionizer.add(click("carol 131 e")));
        assertEquals(sessions("bob 125-130 d c", "carol 131-131 e"), sessionizer.finish());
    }

    @Test
    @DisplayName("R2: a session begun by an older event is closed by its own end")
    void begunByOlderEvent() {
        Sessionizer sessionizer = new Sessionizer(10, 60);
        addAll(sessionizer, "bob 100 a", "alice 50 b", "carol 120 c");
        assertEquals(sessions("alice 50-50 b"), sessionizer.add(click("carol 121 d")));
        assertEquals(sessions("bob 100-100 a", "carol 120-121 c d"), sessionizer.finish());
    }

    @Test
    @DisplayName("R2: sessions are closed one after the other")
    void closedOneAfterTheOther() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        addAll(sessionizer, "alice 0 a", "bob 4 b", "carol 8 c");
        assertEquals(sessions("alice 0-0 a"), sessionizer.add(click("dave 14 d")));
        assertEquals(sessions("bob 4-4 b"), sessionizer.add(click("dave 15 e")));
        addAll(sessionizer, "dave 18 f");
        assertEquals(sessions("carol 8-8 c"), sessionizer.add(click("dave 19 g")));
        assertEquals(sessions("dave 14-19 d e f g"), sessionizer.finish());
    }

    @Test
    @DisplayName("R3: an event between two sessions merges them")
    void mergesTwoSessions() {
        assertEquals(sessions("alice 0-20 a c b"), finished(10, 10, "alice 0 a", "alice 20 b", "alice 10 c"));
        assertEquals(
                sessions("alice 0-25 a b f c d e"),
                finished(10, 50, "alice 20 c", "alice 25 e", "alice 21 d", "alice 0 a", "alice 1 b", "alice 11 f"));
    }

    @Test
    @DisplayName("R3: an event that misses one of the sessions by a millisecond joins the other")
    void missesOneSession() {
        assertEquals(
                sessions("alice 0-10 a c", "alice 21-21 b"), finished(10, 50, "alice 0 a", "alice 21 b", "alice 10 c"));
        assertEquals(
                sessions("alice 0-0 a", "alice 11-21 c b"), finished(10, 50, "alice 0 a", "alice 21 b", "alice 11 c"));
    }

    @Test
    @DisplayName("R3: only the neighbours are merged, and only those of the same user")
    void mergesNeighboursOnly() {
        assertEquals(
                sessions("alice 0-0 a", "bob 10-10 e", "alice 20-40 b d c", "alice 60-60 f"),
                finished(
                        10, 100, "alice 0 a", "alice 20 b", "alice 40 c", "alice 60 f", "alice 30 d", "bob 10 e"));
    }

    @Test
    @DisplayName("R2 R3: a merged session is returned once, by its end")
    void mergedSessionIsReturnedOnce() {
        Sessionizer sessionizer = new Sessionizer(10, 10);
        addAll(sessionizer, "alice 0 a", "alice 20 b", "alice 10 c", "bob 31 d", "bob 40 e");
        assertEquals(sessions("alice 0-20 a c b"), sessionizer.add(click("bob 41 f")));
        assertEquals(sessions("bob 31-41 d e f"), sessionizer.finish());
    }

    @Test
    @DisplayName("R4: an event below the watermark is counted and dropped, one at the watermark is accepted")
    void lateEventIsDropped() {
        Sessionizer sessionizer = new Sessionizer(10, 5);
        addAll(sessionizer, "alice 100 a");
        assertEquals(0, sessionizer.lateEvents());
        addAll(sessionizer, "alice 94 b");
        assertEquals(1, sessionizer.lateEvents());
        addAll(sessionizer, "alice 95 c", "bob 94 d", "bob 0 e");
        assertEquals(3, sessionizer.lateEvents());
        assertEquals(sessions("alice 95-100 c a"), sessionizer.finish());
    }

    @Test
    @DisplayName("R4: a late event does not merge sessions")
    void lateEventDoesNotMerge() {
        assertEquals(
                sessions("alice 0-0 a", "alice 19-19 b"), finished(10, 9, "alice 0 a", "alice 19 b", "alice 9 c"));
    }

    @Test
    @DisplayName("R4: with lateness 0 every event older than the newest is late")
    void withoutLateness() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        addAll(sessionizer, "alice 5 a", "alice 4 b", "alice 5 c", "bob 4 d", "alice 6 e", "alice 5 f");
        assertEquals(3, sessionizer.lateEvents());
        assertEquals(sessions("alice 5-6 a c e"), sessionizer.finish());
    }

    @Test
    @DisplayName("R4: the first event is never late, nor is one within the lateness of zero")
    void firstEventIsNotLate() {
        Sessionizer sessionizer = new Sessionizer(10, 3);
        addAll(sessionizer, "alice 0 a", "alice 3 b", "alice 0 c");
        assertEquals(0, sessionizer.lateEvents());
        assertEquals(sessions("alice 0-3 a c b"), sessionizer.finish());
    }

    @Test
    @DisplayName("R4: whoever raises the watermark is not late, and whoever comes after is measured by it")
    void eventThatRaisesTheWatermark() {
        Sessionizer sessionizer = new Sessionizer(1, 0);
        addAll(sessionizer, "alice 10 a");
        assertEquals(sessions("alice 10-10 a"), sessionizer.add(click("alice 1000 b")));
        addAll(sessionizer, "alice 11 c");
        assertEquals(1, sessionizer.lateEvents());
        assertEquals(sessions("alice 1000-1000 b"), sessionizer.finish());
    }

    @Test
    @DisplayName("R5: sessions are in the order of their ends")
    void orderOfEnds() {
        List<Session> expected = sessions("carol 9-9 c", "bob 10-10 b", "alice 5-12 d a", "dave 100-100 e");
        String[] clicks = {"alice 12 a", "bob 10 b", "carol 9 c", "alice 5 d", "dave 100 e"};
        assertEquals(expected, finished(10, 1000, clicks));

        Sessionizer sessionizer = new Sessionizer(10, 1000);
        addAll(sessionizer, clicks);
        assertEquals(expected, sessionizer.add(click("erin 2000 f")));
    }

    @Test
    @DisplayName("R5: at equal ends the session with the earliest arrived event comes first")
    void equalEnds() {
        assertEquals(
                sessions("zoe 20-20 a", "bob 20-20 b", "alice 20-20 c"),
                finished(10, 100, "zoe 20 a", "bob 20 b", "alice 20 c"));
        assertEquals(
                sessions("bob 10-20 a d", "alice 12-20 c b"),
                finished(10, 100, "bob 10 a", "alice 20 b", "alice 12 c", "bob 20 d"));
        assertEquals(
                sessions("zoe 15-20 c a", "bob 10-20 d b"),
                finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 15 c", "bob 10 d"));
    }

    @Test
    @DisplayName("R3 R5: at equal ends the earliest of all events of a merged session counts")
    void equalEndsOfMergedSessions() {
        assertEquals(
                sessions("zoe 0-20 a d c", "bob 20-20 b"),
                finished(10, 100, "zoe 0 a", "bob 20 b", "zoe 20 c", "zoe 10 d"));
        assertEquals(
                sessions("zoe 0-20 c d a", "bob 20-20 b"),
                finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 0 c", "zoe 10 d"));
        assertEquals(
                sessions("bob 20-20 a", "alice 0-20 b d c"),
                finished(10, 100, "bob 20 a", "alice 0 b", "alice 20 c", "alice 10 d"));
    }

    @Test
    @DisplayName("R6: similar users are different users, and keep their names")
    void similarUsersDiffer() {
        Sessionizer sessionizer = new Sessionizer(10, 100);
        for (long timestamp : new long[] {5, 8}) {
            for (String user : DISTINCT_USERS) {
                sessionizer.add(new ClickEvent(user, timestamp, timestamp + " " + user));
            }
        }
        List<Session> expected =
                DISTINCT_USERS.stream()
                        .map(user -> new Session(user, 5, 8, List.of("5 " + user, "8 " + user)))
                        .toList();
        assertEquals(expected, sessionizer.finish());
    }

    @ParameterizedTest
    @CsvSource({
        "0,0", "-1,0", "1000000000000001,0", "10,-1", "10,1000000000000001",
        "-9223372036854775808,0", "10,9223372036854775807"
    })
    @DisplayName("R7: a gap or lateness outside its range is refused")
    void invalidOptions(long gapMs, long latenessMs) {
        assertThrows(IllegalArgumentException.class, () -> new Sessionizer(gapMs, latenessMs));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, MAX + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    @DisplayName("R7: a timestamp outside its range is refused and changes nothing")
    void invalidTimestamp(long timestampMs) {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        ClickEvent invalid = new ClickEvent("alice", timestampMs, "x");
        assertThrows(IllegalArgumentException.class, () -> sessionizer.add(invalid));
        addAll(sessionizer, "alice 5 a");
        assertThrows(IllegalArgumentException.class, () -> sessionizer.add(invalid));
        addAll(sessionizer, "alice 5 b");
        assertEquals(0, sessionizer.lateEvents());
        assertEquals(sessions("alice 5-5 a b"), sessionizer.finish());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 50, 900})
    @DisplayName("R7: an empty user is refused and changes nothing")
    void emptyUser(long timestampMs) {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        ClickEvent invalid = new ClickEvent("", timestampMs, "x");
        assertThrows(IllegalArgumentException.class, () -> sessionizer.add(invalid));
        addAll(sessionizer, "alice 50 a");
        assertThrows(IllegalArgumentException.class, () -> sessionizer.add(invalid));
        addAll(sessionizer, "alice 50 b");
        assertEquals(0, sessionizer.lateEvents());
        assertEquals(sessions("alice 50-50 a b"), sessionizer.finish());
    }

    @Test
    @DisplayName("R1 R7: the limits of the ranges are accepted")
    void limits() {
        assertEquals(
                sessions("alice 0-" + MAX + " b a"), finished(MAX, MAX, "alice " + MAX + " a", "alice 0 b"));
        assertEquals(
                sessions("alice 0-0 b", "alice " + (MAX - 1) + "-" + MAX + " c a"),
                finished(1, MAX, "alice " + MAX + " a", "alice 0 b", "alice " + (MAX - 1) + " c"));
    }

    @Test
    @DisplayName("R8: finishing without open sessions returns an empty list")
    void finishWithoutSessions() {
        assertEquals(List.of(), finished(10, 0));
    }

    @Test
    @DisplayName("R8: after finishing every call but reading the count is refused")
    void afterFinishing() {
        Sessionizer sessionizer = new Sessionizer(10, 0);
        addAll(sessionizer, "alice 5 a", "alice 4 b");
        assertEquals(sessions("alice 5-5 a"), sessionizer.finish());
        for (ClickEvent event : List.of(click("alice 6 c"), click("alice 1 d"), new ClickEvent("", -1, "e"))) {
            assertThrows(IllegalStateException.class, () -> sessionizer.add(event));
        }
        assertThrows(IllegalStateException.class, sessionizer::finish);
        assertEquals(1, sessionizer.lateEvents());
    }
}
