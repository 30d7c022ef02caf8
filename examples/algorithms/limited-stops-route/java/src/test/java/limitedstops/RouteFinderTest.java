package limitedstops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFinderTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Legs written as "A>B:3 B>C:4". */
    private static List<Leg> legs(String text) {
        return Stream.of(text.split(" ")).map(leg -> leg.split("[>:]"))
                .map(part -> new Leg(part[0], part[1], Long.parseLong(part[2])))
                .toList();
    }

    private static String find(String legs, String from, String to, int maxStops) {
        return show(RouteFinder.cheapest(legs(legs), from, to, maxStops).orElse(null));
    }

    private static String show(Route route) {
        return route == null ? "none" : route.cost() + " " + String.join(" ", route.places());
    }

    @ParameterizedTest
    @CsvSource({
        "A, D, 7 A C B D", "A, B, 2 A C B", "D, B, 3 D A C B", "B, A, 6 B D A", "C, A, 7 C B D A",
    })
    @DisplayName("R1: the cheapest route, in the direction of the legs")
    void cheapestRoute(String from, String to, String expected) {
        assertEquals(expected, find("A>B:4 A>C:1 C>B:1 B>D:5 C>D:9 D>A:1", from, to, 5));
    }

    @ParameterizedTest
    @CsvSource({
        "A>B:5 A>B:2 A>B:9, 2 A B",
        "A>B:2 A>B:5, 2 A B",
        "A>C:0 C>B:0, 0 A C B",
        "A>A:0 A>B:1 B>B:0, 1 A B",
        "A>C:1000000000 C>D:1000000000 D>E:1000000000 E>F:1000000000 F>B:999999999, 4999999999 A C D E F B",
    })
    @DisplayName("R1: parallel legs, free legs, loops and large sums")
    void kindsOfLegs(String legs, String expected) {
        assertEquals(expected, find(legs, "A", "B", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "A>B:10 A>C:1 C>B:1 B>D:1, none, 11 A B D, 3 A C B D",
        "A>B:1 B>C:1 C>D:1 A>D:50 B>D:10, 50 A D, 11 A B D, 3 A B C D",
        "A>B:1 B>D:10 B>C:1 C>D:1, none, 11 A B D, 3 A B C D",
        "A>B:1 B>C:1 C>D:1, none, none, 3 A B C D",
    })
    @DisplayName("R2: stops are limited, whatever the order of the list")
    void stopsAreLimited(String legs, String direct, String oneStop, String more) {
        List<Leg> given = new ArrayList<>(legs(legs));
        for (int turn = 0; turn < 2; turn++) {
            List<String> found = IntStream.range(0, 5)
                    .mapToObj(stops -> show(RouteFinder.cheapest(given, "A", "D", stops).orElse(null)))
                    .toList();
            assertEquals(List.of(direct, oneStop, more, more, more), found);
            Collections.reverse(given);
        }
    }

    @Test
    @DisplayName("R2: a negative limit is refused")
    void negativeLimit() {
        assertThrowsExactly(IllegalArgumentException.class, () -> find("A>B:-7", "X", "B", -1));
        assertEquals("1 A B", find("A>B:1", "A", "B", 0));
    }

    @ParameterizedTest
    @CsvSource({
        "A>B:1 B>D:1 A>D:2, 2 A D",
        "A>D:2 A>B:1 B>D:1, 2 A D",
        "A>B:0 B>C:0 C>D:0 A>D:0, 0 A D",
        "A>B:1 B>C:1 C>D:1 A>E:1 E>D:2, 3 A E D",
    })
    @DisplayName("R3: the fewest legs")
    void fewestLegs(String legs, String expected) {
        assertEquals(expected, find(legs, "A", "D", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "Y>D:1 X>D:1 A>X:1 A>Y:1, 2 A X D",
        "X>D:1 Y>D:1 A>Y:1 A>X:1, 2 A Y D",
        "A>B:1 B>Y:1 B>X:1 X>D:1 Y>D:1, 3 A B Y D",
        "A>X:2 A>Y:1 Y>D:2 X>D:1, 3 A X D",
        "A>Y:1 A>X:2 X>D:1 Y>D:2, 3 A Y D",
        "A>P:1 A>Q:1 Q>R:1 P>S:1 R>D:1 S>D:1, 3 A P S D",
        "A>X:5 A>Y:1 A>X:1 X>D:1 Y>D:1, 2 A Y D",
        "A>X:1 A>Y:1 A>X:1 X>D:1 Y>D:1, 2 A X D",
    })
    @DisplayName("R3: the earlier leg where routes first differ")
    void earlierLeg(String legs, String expected) {
        assertEquals(expected, find(legs, "A", "D", 5));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    @DisplayName("R4: a place is reached from itself")
    void samePlace(int maxStops) {
        assertEquals("0 A", find("A>B:1 B>A:1 A>A:0", "A", "A", maxStops));
        assertEquals("0 B", find("A>B:1", "B", "B", maxStops));
    }

    @Test
    @DisplayName("R4: no route is no error")
    void noRoute() {
        assertEquals("none", find("A>B:1 C>D:1", "A", "D", 9));
        assertEquals("none", find("A>B:1 C>D:1", "B", "A", 9));
        assertEquals("1 C D", find("A>B:1 C>D:1", "C", "D", 9));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1_000_000_001, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32})
    @DisplayName("R5: a cost out of range")
    void invalidCost(long cost) {
        List<Leg> legs = List.of(
                new Leg("A", "B", 0), new Leg("C", "C", 1_000_000_000), new Leg("C", "D", cost), new Leg("E", "F", -7));
        for (String start : List.of("A", "unknown")) {
            InvalidCostException error = assertThrows(
                    InvalidCostException.class, () -> RouteFinder.cheapest(legs, start, "A", 0));
            assertEquals(List.of(2, cost), List.of(error.index(), error.cost()));
            assertTrue(error.getMessage().contains("2") && error.getMessage().contains("" + cost), error.getMessage());
        }
        assertEquals("1000000000 A C", find("A>B:0 A>C:1000000000", "A", "C", 0));
    }

    @ParameterizedTest
    @CsvSource({"X, B, X", "A, Y, Y", "X, Y, X", "X, X, X", "a, A, a", "A, 'A ', 'A '", "A, '', ''"})
    @DisplayName("R6: an unknown place")
    void unknownPlace(String from, String to, String place) {
        UnknownPlaceException error =
                assertThrows(UnknownPlaceException.class, () -> find("A>B:1 C>B:1", from, to, 3));
        assertEquals(place, error.place());
        assertTrue(error.getMessage().contains(place));
    }

    @Test
    @DisplayName("R6: without legs no place is known, with one both its places are")
    void knownPlaces() {
        assertThrows(UnknownPlaceException.class, () -> RouteFinder.cheapest(List.of(), "A", "A", 0));
        assertEquals("1 A B", find("A>B:1", "A", "B", 0));
        assertEquals("none", find("A>B:1", "B", "A", 0));
    }

    @Test
    @DisplayName("R7: layers with very many routes")
    void layers() {
        List<Leg> legs = new ArrayList<>();
        for (int layer = 0; layer < 24; layer++) {
            for (int pair = 0; pair < 100; pair++) {
                legs.add(new Leg(layer + "." + pair / 10, layer + 1 + "." + pair % 10, 1));
            }
        }
        Route route = assertTimeoutPreemptively(
                LIMIT, () -> RouteFinder.cheapest(legs, "0.3", "24.7", 23).orElseThrow());
        List<String> middle = IntStream.range(1, 24).mapToObj(layer -> layer + ".0").toList();
        assertEquals("24 0.3 " + String.join(" ", middle) + " 24.7", show(route));
    }

    @Test
    @DisplayName("R7: a long chain listed in either direction")
    void chain() {
        List<Leg> legs = new ArrayList<>();
        IntStream.range(0, 999).forEach(i -> legs.add(new Leg("" + i, "" + (i + 1), 2)));
        for (int turn = 0; turn < 2; turn++) {
            Route route = assertTimeoutPreemptively(
                    LIMIT, () -> RouteFinder.cheapest(legs, "0", "999", 998).orElseThrow());
            assertEquals(1998, route.cost());
            assertEquals(IntStream.range(0, 1000).mapToObj(i -> "" + i).toList(), route.places());
            Collections.reverse(legs);
        }
    }

    @Test
    @DisplayName("R7: a large limit")
    void largeLimit() {
        assertEquals(
                "3 A B C D",
                assertTimeoutPreemptively(
                        LIMIT, () -> find("A>B:1 B>C:1 C>A:0 C>D:1 B>A:0 A>D:4", "A", "D", 2_000_000_000)));
    }
}
