package multipattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SearcherTest {
    private static Match match(int index, int start, int end) {
        return new Match(index, start, end);
    }

    /** Also checks that each match is where it says. */
    private static void assertFound(List<String> words, String text, Match... expected) {
        List<Match> found = new Searcher(words).search(text);
        for (Match match : found) {
            assertEquals(words.get(match.index()), text.substring(match.start(), match.end()));
        }
        assertEquals(List.of(expected), found, () -> words.size() < 9 ? words + " in " + text : "");
    }

    /** The same by trying each word at each place. */
    private static Match[] tryEverywhere(List<String> words, String text) {
        List<Match> found = new ArrayList<>();
        for (int index = 0; index < words.size(); index++) {
            for (int start = 0; start < text.length(); start++) {
                if (text.startsWith(words.get(index), start)) {
                    found.add(match(index, start, start + words.get(index).length()));
                }
            }
        }
        found.sort(Comparator.comparingInt(Match::end).thenComparingInt(Match::start).thenComparingInt(Match::index));
        return found.toArray(Match[]::new);
    }

    @Test
    @DisplayName("R1: words that overlap")
    void wordsThatOverlap() {
        assertFound(List.of("he", "she", "his", "hers"), "ushers", match(1, 1, 4), match(0, 2, 4), match(3, 2, 6));
    }

    @Test
    @DisplayName("R1: inside longer words")
    void insideLongerWords() {
        assertFound(List.of("cat"), "concatenate cats", match(0, 3, 6), match(0, 12, 15));
    }

    @Test
    @DisplayName("R1: the search goes on when a word is given up")
    void searchGoesOn() {
        assertFound(List.of("abd", "bc"), "abc", match(1, 1, 3));
        assertFound(List.of("aab"), "aaab", match(0, 1, 4));
        assertFound(List.of("ababc"), "abababc", match(0, 2, 7));
        assertFound(List.of("abcabd"), "abcabcabd", match(0, 3, 9));
        assertFound(List.of("abcx", "bcy", "cz"), "abcz", match(2, 2, 4));
        assertFound(List.of("abcx", "bcy", "cz"), "abcy", match(1, 1, 4));
        assertFound(List.of("abcx", "bcy", "cz"), "abxbcy", match(1, 3, 6));
        assertFound(List.of("ab"), "axb");
        assertFound(List.of("ab", "cd"), "ab!cdacbd", match(0, 0, 2), match(1, 3, 5));
    }

    private static String draw(Random random, List<String> letters, int length) {
        return Stream.generate(() -> letters.get(random.nextInt(letters.size()))).limit(length)
                .collect(Collectors.joining());
    }

    @Test
    @DisplayName("R1, R2: the same as trying everywhere")
    void sameAsTryingEverywhere() {
        Random random = new Random(1);
        for (List<String> letters : List.of(List.of("a", "b"), List.of("a", "b", "c"), List.of("a", "é", "😀"))) {
            List<String> lettersOfText = new ArrayList<>(letters);
            lettersOfText.add("x");
            for (int i = 0; i < 100; i++) {
                List<String> words = Stream.generate(() -> draw(random, letters, 1 + random.nextInt(5)))
                        .limit(1 + random.nextInt(8)).toList();
                String text = draw(random, lettersOfText, 30);
                assertFound(words, text, tryEverywhere(words, text));
            }
        }
    }

    @Test
    @DisplayName("R2: by end, start and index")
    void order() {
        assertFound(List.of("bc", "abcd", "c", "abc"), "abcd",
                match(3, 0, 3), match(0, 1, 3), match(2, 2, 3), match(1, 0, 4));
        assertFound(List.of("c", "abc", "bc", "abcd"), "abcd",
                match(1, 0, 3), match(2, 1, 3), match(0, 2, 3), match(3, 0, 4));
    }

    private static List<List<String>> permutations(List<String> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<String>> all = new ArrayList<>();
        for (String item : items) {
            List<String> rest = items.stream().filter(other -> !other.equals(item)).toList();
            for (List<String> others : permutations(rest)) {
                all.add(Stream.concat(Stream.of(item), others.stream()).toList());
            }
        }
        return all;
    }

    @Test
    @DisplayName("R2: the order of the words has no influence")
    void orderOfTheWords() {
        for (List<String> words : permutations(List.of("bc", "abcd", "c", "abc"))) {
            List<String> found = new Searcher(words).search("abcd").stream().map(one -> words.get(one.index())).toList();
            assertEquals(List.of("abc", "bc", "c", "abcd"), found);
        }
    }

    @Test
    @DisplayName("R2: by end before start")
    void byEndBeforeStart() {
        assertFound(List.of("abcde", "c"), "abcde", match(1, 2, 3), match(0, 0, 5));
    }

    @Test
    @DisplayName("R3: a word overlaps itself")
    void aWordOverlapsItself() {
        assertFound(List.of("aa"), "aaaa", match(0, 0, 2), match(0, 1, 3), match(0, 2, 4));
        assertFound(List.of("abab"), "ababab", match(0, 0, 4), match(0, 2, 6));
    }

    @Test
    @DisplayName("R3: words within words")
    void wordsWithinWords() {
        assertFound(List.of("a", "aa", "aaa"), "aaa",
                match(0, 0, 1), match(1, 0, 2), match(0, 1, 2), match(2, 0, 3), match(1, 1, 3), match(0, 2, 3));
        assertFound(List.of("abcde", "ab", "cd", "de", "bcd"), "abcde",
                match(1, 0, 2), match(4, 1, 4), match(2, 2, 4), match(0, 0, 5), match(3, 3, 5));
    }

    @Test
    @DisplayName("R3: a suffix that is only the beginning of a word")
    void suffixThatIsNoWord() {
        assertFound(List.of("abcd", "cde", "d"), "abcd", match(0, 0, 4), match(2, 3, 4));
        assertFound(List.of("abcx", "bcy", "c"), "abc", match(2, 2, 3));
    }

    @Test
    @DisplayName("R4: equal words")
    void equalWords() {
        assertFound(List.of("b", "ab", "b"), "ab", match(1, 0, 2), match(0, 1, 2), match(2, 1, 2));
        assertFound(List.of("a", "a", "a"), "aa",
                match(0, 0, 1), match(1, 0, 1), match(2, 0, 1), match(0, 1, 2), match(1, 1, 2), match(2, 1, 2));
        assertFound(List.of("a", "ba", "a", "ba"), "ba",
                match(1, 0, 2), match(3, 0, 2), match(0, 1, 2), match(2, 1, 2));
    }

    @Test
    @DisplayName("R5: nothing found")
    void nothingFound() {
        assertFound(List.of(), "text");
        assertFound(List.of(), "");
        assertFound(List.of("a"), "");
        assertFound(List.of("abc", "x"), "aabbcc");
        assertFound(List.of("abc"), "ab");
        assertFound(List.of("abc", "bcd"), "abab");
        assertFound(List.of("é"), "e");
    }

    @Test
    @DisplayName("R5: start, end and the whole text")
    void startEndAndWholeText() {
        assertFound(List.of("ab"), "abxab", match(0, 0, 2), match(0, 3, 5));
        assertFound(List.of("abc"), "abc", match(0, 0, 3));
        assertFound(List.of("a"), "a", match(0, 0, 1));
    }

    @Test
    @DisplayName("R6: words are compared exactly")
    void comparedExactly() {
        assertFound(List.of("He"), "he HE hE");
        assertFound(List.of("he"), "He the", match(0, 4, 6));
        assertFound(List.of("\u00e9"), "e\u0301");
        assertFound(List.of("e", "e\u0301"), "e\u0301", match(0, 0, 1), match(1, 0, 2));
        assertFound(List.of("e"), "\u00e9");
        assertFound(List.of("😀"), "😁");
        assertFound(List.of("😀"), "😁😀", match(0, 2, 4));
        assertFound(List.of("a"), "\u0161\u6161" + Character.toString(0x10061));
        assertFound(List.of("\u00e9"), "\u0129\u00a9\u00c3");
        assertFound(List.of("a", "¤", "¥"), "¥a", match(2, 0, 1), match(0, 1, 2));
    }

    @Test
    @DisplayName("R6: all characters stand for themselves")
    void allCharactersStandForThemselves() {
        for (String character : " \t\n\r\0.*+?[](){}^$|\\".split("")) {
            List<String> words = List.of("a" + character + "b", character);
            String text = "axb-ab" + character + "a" + character + "b";
            assertFound(words, text, match(1, 6, 7), match(1, 8, 9), match(0, 7, 10));
        }
    }

    @Test
    @DisplayName("R6: places after any character")
    void placesAfterAnyCharacter() {
        IntStream characters = IntStream.of(
                'z', 0x7F, 0x80, 'é', 0x7FF, 0x800, '中', 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF);
        characters.mapToObj(Character::toString).forEach(before -> {
            int size = before.length();
            assertFound(List.of("ab", before), before + "ab" + before + before + "ab",
                    match(1, 0, size),
                    match(0, size, size + 2),
                    match(1, size + 2, 2 * size + 2),
                    match(1, 2 * size + 2, 3 * size + 2),
                    match(0, 3 * size + 2, 3 * size + 4));
        });
    }

    @Test
    @DisplayName("R6: all bytes of UTF-8")
    void allBytes() {
        IntStream leads = IntStream.iterate(0x800, code -> code < 0xD800, code -> code + 0x800);
        IntStream others = IntStream.of(0xE000, 0xF000, 0x10000, 0x40000, 0x80000, 0xC0000, 0x100000);
        List<String> words = Stream.of(IntStream.range(0, 0x800), leads, others)
                .flatMap(IntStream::boxed).map(Character::toString).toList();
        List<Match> expected = new ArrayList<>();
        int end = 0;
        for (String word : words) {
            expected.add(match(expected.size(), end, end + word.length()));
            end += word.length();
        }
        assertFound(words, String.join("", words), expected.toArray(Match[]::new));
    }

    private static void assertEmptyWord(int index, String... words) {
        EmptyWordException error = assertThrows(EmptyWordException.class, () -> new Searcher(List.of(words)));
        assertInstanceOf(IllegalArgumentException.class, error);
        assertEquals(index, error.index());
        assertTrue(error.getMessage().contains(String.valueOf(index)), error.getMessage());
    }

    @Test
    @DisplayName("R7: an empty word")
    void emptyWord() {
        assertEmptyWord(0, "");
        assertEmptyWord(0, "", "a");
        assertEmptyWord(1, "a", "");
        assertEmptyWord(2, "a", "b", "", "c", "");
        assertEmptyWord(2, "a", "a", "");
    }

    @Test
    @DisplayName("R8: each search begins afresh")
    void beginsAfresh() {
        Searcher searcher = new Searcher(List.of("ab"));
        assertEquals(List.of(), searcher.search("a"));
        assertEquals(List.of(), searcher.search("b"));
        assertEquals(List.of(match(0, 0, 2)), searcher.search("ab"));
        assertEquals(List.of(), searcher.search("b"));
    }

    @Test
    @DisplayName("R8: the same text gives the same again")
    void sameAgain() {
        Searcher searcher = new Searcher(List.of("a", "ba", "a"));
        List<Match> expected = List.of(match(1, 0, 2), match(0, 1, 2), match(2, 1, 2));
        List<Match> first = searcher.search("ba");
        assertEquals(expected, first);
        try {
            first.clear();
        } catch (UnsupportedOperationException unmodifiable) {
            assertEquals(expected, first);
        }
        assertEquals(expected, searcher.search("ba"));
    }

    @Test
    @DisplayName("R8: the list of words is independent")
    void listOfWords() {
        List<String> words = new ArrayList<>(List.of("b", "ab", "b"));
        Searcher searcher = new Searcher(words);
        assertEquals(List.of("b", "ab", "b"), words);
        words.clear();
        words.add("x");
        assertEquals(List.of(match(1, 0, 2), match(0, 1, 2), match(2, 1, 2)), searcher.search("abx"));
    }

    @Test
    @DisplayName("R8: searchers are independent")
    void searchersAreIndependent() {
        Searcher one = new Searcher(List.of("ab", "b"));
        Searcher other = new Searcher(List.of("bc", "abc"));
        assertEquals(List.of(match(0, 0, 2), match(1, 1, 2)), one.search("abc"));
        assertEquals(List.of(match(1, 0, 3), match(0, 1, 3)), other.search("abc"));
        assertEquals(List.of(match(0, 0, 2), match(1, 1, 2)), one.search("abc"));
    }

    @Test
    @DisplayName("R9: a long word")
    void longWord() {
        Match[] expected = IntStream.range(0, 11).mapToObj(start -> match(0, start, start + 10_000)).toArray(Match[]::new);
        assertFound(List.of("a".repeat(10_000)), "a".repeat(10_010), expected);
    }

    @Test
    @DisplayName("R9: many words")
    void manyWords() {
        List<String> words = IntStream.range(0, 2_000).mapToObj(i -> String.format("%010d", i * 4_321_987L)).toList();
        Set<Match> found = new HashSet<>(new Searcher(words).search(String.join("", words)));
        for (int i = 0; i < words.size(); i++) {
            assertTrue(found.contains(match(i, 10 * i, 10 * i + 10)), words.get(i));
        }
    }
}
