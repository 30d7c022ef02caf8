package semanticversion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class VersionsTest {
    private static final List<String> WHITE_SPACE = List.of(
            " ", "\t", "\n", "\r", "\r\n", "\013", "\f", "\034", "\205", "\240", "\u2003", "\u2028", "\ufeff");

    /** The characters next to the allowed ones in ASCII, and some that other formats of versions have. */
    private static final List<String> OTHER_CHARACTERS = List.of("/:@[`{_,*~!^=\0".split(""));

    /** They are like digits or letters to many functions. */
    private static final List<String> NOT_ASCII = List.of(
            "é", "\u0663", "\uff11", "\u00b2", "\uff41", "\u017f", "\u212a", "\ud835\udfd9", "\ud83d\ude00");

    /** Each is less than all that follow it, greater than all before it, and equal to itself. */
    private static void assertAscending(String... versions) {
        for (int i = 0; i < versions.length; i++) {
            for (int j = 0; j < versions.length; j++) {
                assertEquals(
                        Integer.compare(i, j),
                        Versions.compare(versions[i], versions[j]),
                        versions[i] + " and " + versions[j]);
            }
        }
    }

    private static void assertEqual(String... versions) {
        for (String first : versions) {
            for (String second : versions) {
                assertEquals(0, Versions.compare(first, second), first + " and " + second);
            }
        }
    }

    private static void assertError(String text, Executable use) {
        assertEquals(text, assertThrows(InvalidVersionException.class, use, text).text());
    }

    /** All three functions report the text, wherever it is given. */
    private static void assertInvalid(String text) {
        assertError(text, () -> Versions.parse(text));
        assertError(text, () -> Versions.compare(text, "1.0.0"));
        assertError(text, () -> Versions.compare("1.0.0", text));
        assertError(text, () -> Versions.sort(List.of(text)));
        assertError(text, () -> Versions.sort(List.of("2.0.0", text, "1.0.0")));
    }

    private static void assertParts(String text, int major, int minor, int patch, String prerelease, String build) {
        assertEquals(new Version(major, minor, patch, prerelease, build), Versions.parse(text), text);
    }

    @Test
    @DisplayName("R1: parts")
    void parts() {
        assertParts("1.4.0-rc.2+build.007", 1, 4, 0, "rc.2", "build.007");
        assertParts("0.0.10", 0, 0, 10, "", "");
        assertParts("0.0.0", 0, 0, 0, "", "");
        assertParts("1.0.0+a-b", 1, 0, 0, "", "a-b");
        assertParts("1.0.0--.x-y", 1, 0, 0, "-.x-y", "");
        assertParts("1.0.0-a-b+c-d", 1, 0, 0, "a-b", "c-d");
        assertParts("1.0.0-a+b.-", 1, 0, 0, "a", "b.-");
        assertParts("10.20.30-0.9.10.AZaz-09", 10, 20, 30, "0.9.10.AZaz-09", "");
        assertParts("9.99.109+0AZaz9-.00.1", 9, 99, 109, "", "0AZaz9-.00.1");
    }

    @Test
    @DisplayName("R1: largest numbers")
    void largestNumbers() {
        assertParts("2147483647.2147483646.2147483647-2147483647", 2147483647, 2147483646, 2147483647, "2147483647", "");
    }

    @Test
    @DisplayName("R1: long texts")
    void longTexts() {
        for (String identifiers : List.of("a".repeat(250), "-".repeat(250), "a.".repeat(124) + "ab", "1.".repeat(124) + "10")) {
            assertParts("1.2.3-" + identifiers, 1, 2, 3, identifiers, "");
            assertParts("1.2.3+" + identifiers, 1, 2, 3, "", identifiers);
        }
    }

    @Test
    @DisplayName("R2: numbers by value")
    void numbersByValue() {
        assertAscending("1.9.9", "1.10.0", "2.0.0", "10.0.0");
        assertAscending("0.0.0", "0.0.1", "0.0.9", "0.0.10", "0.0.100", "0.1.0", "0.9.0", "0.10.0", "1.0.0");
    }

    @Test
    @DisplayName("R2: major before minor before patch")
    void majorBeforeMinorBeforePatch() {
        assertAscending("1.2.3", "1.2.4", "1.3.0", "1.3.2", "2.0.0", "2.0.1", "2.1.0");
    }

    @Test
    @DisplayName("R2: largest numbers differ")
    void largestNumbersDiffer() {
        assertAscending("0.0.2147483646", "0.0.2147483647", "0.2147483646.0", "0.2147483647.0");
        assertAscending("0.2147483647.2147483647", "1.0.0", "2147483646.0.0", "2147483647.0.0");
    }

    @Test
    @DisplayName("R3: order of the standard")
    void orderOfTheStandard() {
        assertAscending(
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.0.1-alpha",
                "1.0.1",
                "1.1.0-alpha");
    }

    @Test
    @DisplayName("R3: numbers of pre-releases by value")
    void numbersOfPrereleasesByValue() {
        assertAscending("1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-11", "1.0.0-20", "1.0.0-100");
        assertAscending("1.0.0-a.999999999", "1.0.0-a.2147483646", "1.0.0-a.2147483647");
        assertAscending("1.0.0-a.2.z", "1.0.0-a.10.b", "1.0.0-a.10.c");
    }

    @Test
    @DisplayName("R3: first difference decides")
    void firstDifferenceDecides() {
        assertAscending("1.0.0-a", "1.0.0-a.b.c", "1.0.0-a.c", "1.0.0-ab", "1.0.0-b", "1.0.0-b.0");
        assertAscending("1.0.0-1.2.3", "1.0.0-1.3", "1.0.0-1.3.0", "1.0.0-1.20", "1.0.0-2", "1.0.0-12.0");
        assertAscending("1.0.0-x.y.z", "1.0.0-x.y.z.0", "1.0.0-x.y.z.0.0", "1.0.0-x.y.z.a");
        assertAscending("1.0.0-rc.1.1", "1.0.0-rc.1.1.1", "1.0.0-rc.1.2", "1.0.0-rc.11", "1.0.0-rc.11.1");
    }

    @Test
    @DisplayName("R3: equal pre-releases")
    void equalPrereleases() {
        assertEqual("1.0.0-alpha.1", "1.0.0-alpha.1");
    }

    @Test
    @DisplayName("R4: digits in other identifiers are text")
    void digitsInOtherIdentifiersAreText() {
        assertAscending("1.0.0-rc1", "1.0.0-rc10", "1.0.0-rc2");
        assertAscending("1.0.0-10a", "1.0.0-9a");
        assertAscending("1.0.0-a.1-10", "1.0.0-a.1-9");
        assertAscending("1.0.0--10", "1.0.0--9");
        assertAscending("1.0.0-00a", "1.0.0-0a", "1.0.0-1a");
    }

    @Test
    @DisplayName("R4: numbers before other identifiers")
    void numbersBeforeOtherIdentifiers() {
        assertAscending("1.0.0-9", "1.0.0--", "1.0.0-0a");
        assertAscending("1.0.0-0", "1.0.0--1");
        assertAscending("1.0.0-2147483647", "1.0.0--");
        assertAscending("1.0.0-12", "1.0.0-1-", "1.0.0-1a");
        assertAscending("1.0.0-a.12", "1.0.0-a.1-", "1.0.0-a.1-2", "1.0.0-a.1a", "1.0.0-a.1b");
        assertAscending("1.0.0-1.9", "1.0.0-10.0", "1.0.0-1-.0");
    }

    @Test
    @DisplayName("R4: texts by ASCII")
    void textsByAscii() {
        assertAscending("1.0.0--", "1.0.0--a", "1.0.0-0-", "1.0.0-9Z", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-z");
        assertAscending("1.0.0-Z.a", "1.0.0-Za", "1.0.0-a.Z", "1.0.0-aZ", "1.0.0-aa");
    }

    @Test
    @DisplayName("R4: a hyphen is lower than a dot but longer")
    void hyphenIsLowerThanDotButLonger() {
        assertAscending("1.0.0-a.b", "1.0.0-a-", "1.0.0-a-.b", "1.0.0-a-b");
    }

    @Test
    @DisplayName("R5: build metadata has no precedence")
    void buildMetadataHasNoPrecedence() {
        assertEqual("1.0.0+1", "1.0.0+2", "1.0.0", "1.0.0+a.b-c", "1.0.0+-");
        assertEqual("1.0.0-a+x", "1.0.0-a", "1.0.0-a+y.1");
        assertAscending("1.0.0-a+z", "1.0.0-b+a", "1.0.0+b", "1.0.1+a");
    }

    @Test
    @DisplayName("R5: digits of build metadata")
    void digitsOfBuildMetadata() {
        for (String build : List.of("00", "007", "0.00.000", "99999999999999999999", "9".repeat(250), "-", "01-")) {
            assertParts("1.0.0+" + build, 1, 0, 0, "", build);
            assertEqual("1.0.0+" + build, "1.0.0");
        }
    }

    @Test
    @DisplayName("R6: sorts by precedence")
    void sortsByPrecedence() {
        List<String> expected = List.of(
                "0.9.0", "1.0.0-1", "1.0.0-10", "1.0.0-a", "1.0.0", "1.9.0", "1.10.0-b", "1.10.0", "10.0.0");
        for (int step : new int[] {1, 2, 4, 5, 7, 8}) {
            List<String> versions = IntStream.range(0, 9).mapToObj(i -> expected.get(i * step % 9)).toList();
            assertEquals(expected, Versions.sort(versions));
        }
    }

    @Test
    @DisplayName("R6: equal versions keep their order")
    void equalVersionsKeepTheirOrder() {
        assertEquals(
                List.of("0.9.0", "1.0.0+b", "1.0.0", "1.0.0+a"),
                Versions.sort(List.of("1.0.0+b", "0.9.0", "1.0.0", "1.0.0+a")));

        List<String> builds = IntStream.range(0, 50).mapToObj(i -> "1.0.0-a+" + i * 7 % 50).toList();
        List<String> versions = new ArrayList<>(builds);
        versions.add(0, "1.0.0");
        versions.add("0.1.0");
        List<String> expected = new ArrayList<>(builds);
        expected.add(0, "0.1.0");
        expected.add("1.0.0");
        assertEquals(expected, Versions.sort(versions));
    }

    @Test
    @DisplayName("R6: repeated texts are kept")
    void repeatedTextsAreKept() {
        assertEquals(
                List.of("0.1.0", "0.1.0", "1.0.0", "1.0.0", "1.0.0"),
                Versions.sort(List.of("1.0.0", "0.1.0", "1.0.0", "0.1.0", "1.0.0")));
    }

    @Test
    @DisplayName("R6: list given is left")
    void listGivenIsLeft() {
        List<String> versions = new ArrayList<>(List.of("2.0.0", "1.0.0+007", "10.0.0-rc.1"));
        assertEquals(List.of("1.0.0+007", "2.0.0", "10.0.0-rc.1"), Versions.sort(versions));
        assertEquals(List.of("2.0.0", "1.0.0+007", "10.0.0-rc.1"), versions);
        List<String> ordered = new ArrayList<>(List.of("1.0.0", "2.0.0"));
        assertNotSame(ordered, Versions.sort(ordered));
    }

    @Test
    @DisplayName("R6: short lists")
    void shortLists() {
        assertEquals(List.of(), Versions.sort(List.of()));
        assertEquals(List.of("1.0.0-a+b"), Versions.sort(Collections.singletonList("1.0.0-a+b")));
    }

    @Test
    @DisplayName("R7: wrong numbers")
    void wrongNumbers() {
        for (String text : new String[] {
            "", ".", "..", "1", "1.", "1.2", "1.2.", ".1.2", "1.2.3.", "1.2.3.4", "1..3", "..3", "1.2..3",
            "01.2.3", "1.02.3", "1.2.03", "00.2.3", "1.00.3", "1.2.00", "000000000000.0.0",
            "-1.2.3", "1.-2.3", "+1.2.3", "1.+2.3", "1.2.+3", "1.2-3", "1.2+3", "1-2.3.4", "1+2.3.4", "-", "+", "1.2-a",
            "x.2.3", "1.x.3", "1.2.x", "1.2.3a", "1.2.a3", "1a.2.3", "1.2a.3", "1e1.0.0", "0x1.0.0", "1_0.0.0", "1,2,3",
            "v1.2.3", "V1.2.3", "=1.2.3", "version 1.2.3", "1.2.3;", "a.b.c",
        }) {
            assertInvalid(text);
        }
    }

    @Test
    @DisplayName("R7: white space")
    void whiteSpace() {
        for (String space : WHITE_SPACE) {
            for (String text : List.of(
                    "_1.2.3", "1.2.3_", "_1.2.3_", "1_.2.3", "1._2.3", "1.2.3_-a", "1.2.3-a_", "1.2.3+a_", "_")) {
                assertInvalid(text.replace("_", space));
            }
        }
    }

    @Test
    @DisplayName("R7: other characters in numbers")
    void otherCharactersInNumbers() {
        Stream.of(NOT_ASCII, OTHER_CHARACTERS).flatMap(List::stream).forEach(character -> {
            for (String text : List.of("C.2.3", "1.C.3", "1.2.C", "1C.2.3", "1.2C.3", "1.2.3C")) {
                assertInvalid(text.replace("C", character));
            }
        });
    }

    @Test
    @DisplayName("R8: empty identifiers")
    void emptyIdentifiers() {
        for (String text : List.of(
                "1.2.3-", "1.2.3-+b", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-.", "1.2.3-a.+b", "1.2.3-1..2",
                "1.2.3+", "1.2.3+a.", "1.2.3+.a", "1.2.3+a..b", "1.2.3+.", "1.2.3-a+", "1.2.3-+", "1.2.3-a+b..c")) {
            assertInvalid(text);
        }
    }

    @Test
    @DisplayName("R8: other characters in identifiers")
    void otherCharactersInIdentifiers() {
        Stream.of(NOT_ASCII, OTHER_CHARACTERS, List.of(" ")).flatMap(List::stream).forEach(character -> {
            for (String text : List.of(
                    "1.2.3-C", "1.2.3-aCb+c", "1.2.3-1C", "1.2.3-a.C+b", "1.2.3+C", "1.2.3+aCb", "1.2.3+0.C")) {
                assertInvalid(text.replace("C", character));
            }
        });
        for (String text : List.of("1.2.3-a+b+c", "1.2.3++", "1.2.3+a+b")) {
            assertInvalid(text);
        }
    }

    @Test
    @DisplayName("R8: leading zeros")
    void leadingZeros() {
        for (String identifiers : List.of("01", "00", "a.00", "0.01.a", "010+a", "a.0000000000", "09")) {
            assertInvalid("1.2.3-" + identifiers);
        }
    }

    @Test
    @DisplayName("R8: zeros and hyphens that are allowed")
    void zerosAndHyphensThatAreAllowed() {
        for (String identifiers : List.of(
                "0", "0a", "00-", "-01", "0.0", "a.0", "0-0", "00a.0", "01a", "-", "--", "-.-", "10", "100")) {
            assertParts("1.2.3-" + identifiers, 1, 2, 3, identifiers, "");
        }
    }

    @Test
    @DisplayName("R9: errors hold the text")
    void errorsHoldTheText() {
        for (String text : List.of("", " 1.2.3\n", "\t", "1.2.3-a\240", "v1.2.3 ", "\"1\\", "1.2.3-\ud83d\ude00")) {
            assertInvalid(text);
        }
    }

    @Test
    @DisplayName("R9: errors are illegal arguments and tell the text")
    void errorsTellTheText() {
        RuntimeException error = assertThrows(InvalidVersionException.class, () -> Versions.parse("v1.2.3"));
        assertInstanceOf(IllegalArgumentException.class, error);
        assertTrue(error.getMessage().contains("v1.2.3"), error.getMessage());
    }

    @Test
    @DisplayName("R9: first of two wrong arguments")
    void firstOfTwoWrongArguments() {
        assertError("1.2", () -> Versions.compare("1.2", "v1.2.3"));
        assertError("v1.2.3", () -> Versions.compare("v1.2.3", "1.2"));
        assertError("", () -> Versions.compare("", " "));
    }

    @Test
    @DisplayName("R9: first wrong text of a list")
    void firstWrongTextOfList() {
        assertFirstWrong("b", "3.0.0", "2.0.0", "b", "1.0.0", "a");
        assertFirstWrong("a", "3.0.0", "2.0.0", "a", "1.0.0", "b");
        assertFirstWrong("1.0.0 ", "1.0.0 ", "1.0.0", "");
        assertFirstWrong("1", "2.0.0", "1.0.0", "1");
    }

    private static void assertFirstWrong(String text, String... versions) {
        List<String> given = new ArrayList<>(List.of(versions));
        assertError(text, () -> Versions.sort(given));
        assertEquals(List.of(versions), given);
    }
}
