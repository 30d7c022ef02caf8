package rangeset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeSetTest {
    private static final long BOUND = 1L << 52;

    /** Ranges written as "1:4 6:9". */
    private static List<Range> ranges(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).map(RangeSetTest::range).toList();
    }

    private static Range range(String text) {
        String[] bounds = text.split(":");
        return new Range(Long.parseLong(bounds[0]), Long.parseLong(bounds[1]));
    }

    private static RangeSet set(String text) {
        return RangeSet.of(ranges(text));
    }

    private static void assertRanges(String expected, RangeSet actual) {
        assertEquals(ranges(expected), actual.ranges());
        assertEquals(ranges(expected).stream().mapToLong(range -> range.end() - range.start()).sum(), actual.size());
    }

    private static RangeSet ofBits(int bits) {
        return RangeSet.of(
                IntStream.range(0, 5).filter(n -> (bits >> n) % 2 == 1).mapToObj(n -> new Range(n, n + 1)).toList());
    }

    private static int toBits(RangeSet set) {
        return IntStream.range(0, 6).map(n -> set.contains(n) ? 1 << n : 0).sum();
    }

    @ParameterizedTest
    @DisplayName("R1: the fewest ranges in ascending order")
    @CsvSource({
        "5:9 1:3 3:4 2:3 8:12, 1:4 5:12",
        "10:11 9:10 2:3, 2:3 9:11",
        "1:9 2:3 4:5, 1:9",
        "1:2 1:2 1:2, 1:2",
        "1:3 1:5 4:5, 1:5",
        "-5:-3 -100:-20 3:20, -100:-20 -5:-3 3:20",
        "1:2 3:4, 1:2 3:4",
    })
    void fewestRanges_R1(String given, String expected) {
        assertRanges(expected, set(given));
    }

    @Test
    void unionIntersectionAndDifference_R2() {
        RangeSet a = set("1:4 6:9");
        RangeSet b = set("3:7");
        assertRanges("1:9", a.union(b));
        assertRanges("3:4 6:7", a.intersection(b));
        assertRanges("1:3 7:9", a.difference(b));
        assertRanges("4:6", b.difference(a));
        assertRanges("0:2 3:5 6:9", set("0:10").difference(set("2:3 5:6 9:12")));
    }

    @Test
    void allPairsOfSmallSets_R2() {
        for (int left = 0; left < 32; left++) {
            for (int right = 0; right < 32; right++) {
                RangeSet a = ofBits(left);
                RangeSet b = ofBits(right);
                assertEquals(left | right, toBits(a.union(b)));
                assertEquals(left & right, toBits(a.intersection(b)));
                assertEquals(left & ~right, toBits(a.difference(b)));
                assertEquals(ofBits(left | right).ranges(), a.union(b).ranges());
                assertEquals(ofBits(left & ~right).ranges(), a.difference(b).ranges());
            }
        }
    }

    @Test
    void nothing_R3() {
        RangeSet none = set("");
        RangeSet some = set("1:2");
        assertRanges("", none);
        assertRanges("", set("3:3 7:7"));
        assertRanges("1:5", set("1:5 3:3 9:9 5:5 0:0"));
        assertRanges("1:2", some.union(none));
        assertRanges("1:2", none.union(some));
        assertRanges("", some.intersection(none));
        assertRanges("", none.intersection(some));
        assertRanges("", none.difference(some));
        assertRanges("1:2", some.difference(none));
        assertRanges("", some.difference(some));
        assertRanges("1:2", some.union(some));
    }

    @Test
    void rangesThatTouch_R3() {
        assertRanges("0:9", set("0:5").union(set("5:9")));
        assertRanges("", set("0:5").intersection(set("5:9")));
        assertRanges("5:9", set("0:9").difference(set("0:5")));
        assertRanges("0:5", set("0:9").difference(set("5:9")));
        assertRanges("0:6", set("0:2 4:6").union(set("2:4")));
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, -1, 0, 5})
    void members_R4(long value) {
        assertTrue(set("-2:1 5:6").contains(value));
    }

    @ParameterizedTest
    @ValueSource(longs = {-3, 1, 2, 4, 6, 7, Long.MIN_VALUE, Long.MAX_VALUE})
    void noMembers_R4(long value) {
        RangeSet ranges = set("-2:1 5:6");
        assertEquals(4, ranges.size());
        assertFalse(ranges.contains(value));
        assertFalse(set("").contains(value));
    }

    @Test
    void setsNeverChange_R5() {
        List<Range> list = new ArrayList<>(ranges("1:3 7:9"));
        RangeSet a = RangeSet.of(list);
        RangeSet b = set("2:8");
        list.clear();
        for (RangeSet set : List.of(a, a.union(b), a.intersection(b), a.difference(b))) {
            assertThrows(UnsupportedOperationException.class, () -> set.ranges().remove(0));
        }
        assertRanges("1:3 7:9", a);
        assertRanges("2:8", b);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "3:2",
        "0:4503599627370497",
        "-4503599627370497:0",
        "4503599627370497:4503599627370497",
        "-4503599627370497:-4503599627370497",
        "-9223372036854775808:9223372036854775807"
    })
    void rangesThatCanNotBe_R6(String wrong) {
        var alone = assertThrows(InvalidRangeException.class, () -> set(wrong));
        assertEquals(0, alone.index());
        assertTrue(alone.getMessage().matches(".*\\b0\\b.*"));
        var third = assertThrows(InvalidRangeException.class, () -> set("5:6 1:1 " + wrong + " 9:8"));
        assertEquals(2, third.index());
        assertTrue(third.getMessage().matches(".*\\b2\\b.*"));
    }

    @Test
    void theBounds_R7() {
        RangeSet all = RangeSet.of(List.of(new Range(-BOUND, BOUND)));
        assertEquals(List.of(new Range(-BOUND, BOUND)), all.ranges());
        assertEquals(1L << 53, all.size());
        assertTrue(all.contains(-BOUND));
        assertTrue(all.contains(BOUND - 1));
        assertFalse(all.contains(BOUND));
        RangeSet rest = all.difference(set("0:1"));
        assertEquals(List.of(new Range(-BOUND, 0), new Range(1, BOUND)), rest.ranges());
        assertEquals((1L << 53) - 1, rest.size());
        assertRanges("", all.difference(all));
        assertRanges("", RangeSet.of(List.of(new Range(BOUND, BOUND), new Range(-BOUND, -BOUND))));
    }

    @Test
    void manyRanges_R8() {
        int count = 200_000;
        List<Range> list = new ArrayList<>();
        for (long start = 0; start < 4L * count; start += 4) {
            list.add(new Range(start, start + 2));
        }
        Collections.reverse(list);
        assertTimeout(Duration.ofSeconds(5), () -> {
            RangeSet a = RangeSet.of(list);
            RangeSet b = RangeSet.of(list.stream().map(range -> new Range(range.start() + 1, range.end() + 1)).toList());
            assertEquals(3L * count, a.union(b).size());
            assertEquals(count, a.intersection(b).size());
            assertEquals(count, a.difference(b).ranges().size());
            assertEquals(count / 2, LongStream.range(0, count).filter(i -> a.contains(4 * i + i % 4)).count());
        });
    }
}
