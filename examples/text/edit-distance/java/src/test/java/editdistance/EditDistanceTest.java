package editdistance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EditDistanceTest {
    private record Case(String first, String second, int distance) {
        /** The distance has to be the same in both directions. */
        void check() {
            assertEquals(distance, EditDistance.between(first, second), this::toString);
            assertEquals(distance, EditDistance.between(second, first), this::toString);
        }

        @Override
        public String toString() {
            return String.format("%.40s / %.40s", first, second);
        }
    }

    private static void assertDistance(int distance, String first, String second) {
        new Case(first, second, distance).check();
    }

    /** The same text each time, in every language that these tests are written in. */
    private static String someText(long seed, int length, String alphabet) {
        int[] characters = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            seed = seed * 16807 % 2147483647;
            text.appendCodePoint(characters[(int) (seed % characters.length)]);
        }
        return text.toString();
    }

    private static int byWholeTable(String first, String second) {
        int[] a = first.codePoints().toArray();
        int[] b = second.codePoints().toArray();
        int[][] table = new int[a.length + 1][b.length + 1];
        for (int i = 0; i <= a.length; i++) {
            for (int j = 0; j <= b.length; j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                } else if (a[i - 1] == b[j - 1]) {
                    table[i][j] = table[i - 1][j - 1];
                } else {
                    table[i][j] = 1 + Math.min(table[i - 1][j - 1], Math.min(table[i - 1][j], table[i][j - 1]));
                }
            }
        }
        return table[a.length][b.length];
    }

    private static String text(int[] codePoints, int start, int end) {
        return new String(codePoints, start, end - start);
    }

    @ParameterizedTest
    @CsvSource({
        "kitten, sitting, 3",
        "intention, execution, 5",
        "flaw, lawn, 2",
        "abcdef, bcdefg, 2",
        "saturday, sunday, 3",
        "abc, xyz, 3",
        "abcdefgh, axcxexgx, 4",
        "abcde, xaxbxcxdxex, 6",
    })
    void fewestEdits_R1(String first, String second, int distance) {
        assertDistance(distance, first, second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "abcd", "aáé中😀🨀"})
    void asByTheWholeTable_R1(String alphabet) {
        for (int seed = 1; seed <= 12; seed++) {
            String first = someText(seed, seed * 37 % 150, alphabet);
            String second = someText(seed + 100, seed * 61 % 150, alphabet);
            assertDistance(byWholeTable(first, second), first, second);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 33, 63, 64, 65, 127, 128, 129})
    void lengthsAroundWordsOfTheMachine_R1(int length) {
        String first = someText(3, length, "abc");
        String second = someText(4, length, "abc");
        assertDistance(byWholeTable(first, second), first, second);
        assertDistance(length, "a".repeat(length), "b".repeat(length));
        assertDistance(2, "x" + "ab".repeat(length), "ab".repeat(length) + "y");
        assertDistance(length, "a".repeat(length) + "b", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "ab, ba, 2",
        "ca, abc, 3",
        "abc, axc, 1",
        "abc, abxc, 1",
        "abc, ac, 1",
        "abcd, badc, 3",
        "a, b, 1",
        "abc, bca, 2",
    })
    void eachEditCostsOne_R2(String first, String second, int distance) {
        assertDistance(distance, first, second);
    }

    @Test
    void onlyIdenticalTextsGiveZero_R3() {
        for (String text : List.of("a", "kitten", "日本語", "a😀b", "ab".repeat(100), " \n\0\ufeff")) {
            assertDistance(0, text, new String(text.toCharArray()));
            assertDistance(1, text, text + "x");
            assertDistance(1, text, "x" + text);
            assertDistance(1, text, text.substring(0, text.length() - 1) + "x");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ab, aab, 1",
        "xay, xaay, 1",
        "aXbXa, aXa, 2",
        "aaaa, aa, 2",
        "prefix-one, prefix-two, 3",
        "one-suffix, two-suffix, 3",
        "abXYcd, abZcd, 2",
        "ababab, abab, 2",
        "abcabc, abc, 3",
    })
    void commonEnds_R3(String first, String second, int distance) {
        assertDistance(distance, first, second);
    }

    @Test
    void callsAreIndependent_R3() {
        List<Case> cases = new ArrayList<>(List.of(
                new Case("kitten", "sitting", 3),
                new Case("a".repeat(200), "b".repeat(150), 200),
                new Case("", "abc", 3),
                new Case("flaw", "lawn", 2),
                new Case("b".repeat(150), "ab".repeat(75), 75),
                new Case("same", "same", 0)));
        cases.forEach(Case::check);
        Collections.reverse(cases);
        cases.forEach(Case::check);
    }

    @Test
    void emptyText_R4() {
        assertDistance(0, "", "");
        assertDistance(1, "a", "");
        assertDistance(6, "héllo😀", "");
        assertDistance(6, "kitten", "");
        assertDistance(2, "😀😁", "");
        assertDistance(1, "\0", "");
        assertDistance(3000, "a".repeat(3000), "");
    }

    @Test
    void nullIsRefused_R4() {
        assertThrows(NullPointerException.class, () -> EditDistance.between(null, null));
        for (String text : List.of("", "ab")) {
            assertThrows(NullPointerException.class, () -> EditDistance.between(null, text));
            assertThrows(NullPointerException.class, () -> EditDistance.between(text, null));
        }
    }

    @Test
    void everyCodePointIsOneCharacter_R5() {
        assertDistance(1, "😀", "x");
        assertDistance(1, "a😀b", "a😁b");
        assertDistance(1, "😀😁", "😁");
        assertDistance(1, Character.toString(0x1f600), Character.toString(0x1fa00));
        assertDistance(1, "😀", "😁");
        assertDistance(1, "é", "è");
        assertDistance(1, "日本語", "日本");
        assertDistance(1, Character.toString(0x10ffff), "\uffff");
        assertDistance(1, "\uffffa", "\uffffb");
        assertDistance(2, "😀😁😂", "😂😀😁");
        assertDistance(4, "aé中😀", "😀中éa");
        assertDistance(2, "áa", "aá");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 128, 256, 1024, 4096})
    void manyDifferentCodePoints_R5(int gap) {
        // Multiples of a power of two are alike for whoever looks at the low bits only.
        int[] points = IntStream.range(0, 160).map(i -> 0x10000 + gap * i).toArray();
        String spaced = text(points, 0, 80);
        assertDistance(80, spaced, text(points, 80, 160));
        assertDistance(2, spaced, "x" + text(points, 0, 79));
        assertDistance(5, spaced, text(points, 3, 82));
    }

    @Test
    void nothingIsChangedBefore_R6() {
        assertDistance(2, "\u00e9", "e\u0301");
        assertDistance(1, "A", "a");
        assertDistance(2, "ß", "ss");
        assertDistance(1, "a", "a\ufe0f");
        assertDistance(1, "a\0b", "a\0c");
        assertDistance(1, "ab", "a\0b");
        assertDistance(1, "ab", "ab\0");
        assertDistance(2, "ab", " ab ");
        assertDistance(1, "ab", "ab\n");
        assertDistance(2, "ab", "\r\nab");
        assertDistance(1, "ab", "\ufeffab");
        assertDistance(1, "\ufeff", "\u2060");
        String family = "👨\u200d👩\u200d👧";
        assertDistance(5, family, "");
        assertDistance(2, family, "👨👩👧");
        assertDistance(2, "ﬁ", "fi");
        assertDistance(1, "Å", "\u212b");
    }

    @Test
    void longTexts_R7() {
        assertDistance(1054, someText(1, 2000, "abcd"), someText(2, 2000, "abcd"));
    }

    @Test
    void longAndShortText_R7() {
        String spread = "abcdefghij".chars()
                .mapToObj(letter -> Character.toString(letter) + "-".repeat(9999))
                .collect(Collectors.joining());
        assertDistance(99_990, spread, "abcdefghij");
        assertDistance(99_999, spread, "jihgfedcba");
    }

    @Test
    void distancesAbove16Bits_R7() {
        assertDistance(70_000, "x".repeat(70_000), "y".repeat(5));
        assertDistance(65_535, "x".repeat(65_535), "y");
        assertDistance(65_536, "x".repeat(65_536), "y");
    }

    /** A table of two bytes for each pair would be 30 MiB, the 8,000 code points may take 3. */
    @Test
    void memoryIsLinear_R8() throws Exception {
        assertEquals("2085", inSmallHeap("long"));
    }

    /** A bit for each code point of the text in a set for each different one would be 107 MiB, the 30,010 may take 7. */
    @Test
    void memoryIsLinearWithManyDifferentCodePoints_R8() throws Exception {
        assertEquals("30000", inSmallHeap("varied"));
    }

    /** What a machine with 16 MiB prints. */
    private static String inSmallHeap(String texts) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InSmallHeap.class.getName(),
                        texts)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes()).strip();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    static final class InSmallHeap {
        public static void main(String[] arguments) {
            if (arguments[0].equals("long")) {
                System.out.println(EditDistance.between(someText(1, 4000, "abcd"), someText(2, 4000, "abcd")));
            } else {
                int[] points = IntStream.range(0x10000, 0x10000 + 30_000).toArray();
                System.out.println(EditDistance.between(text(points, 0, points.length), "abcdefghij"));
            }
        }
    }
}
