package multipattern;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import proven.bench.Workload;
import proven.bench.Workload.Work;

final class SearcherBench {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
    private static final String BASES = "acgt";

    private SearcherBench() {}

    static List<Workload> workloads() {
        return List.of(
                new Workload("keywords", 200_000, SearcherBench::keywords),
                new Workload("motifs", 200_000, SearcherBench::motifs),
                new Workload("building", 10_000, SearcherBench::building));
    }

    private static List<String> randomWords(
            int count, int shortest, int longest, String letters, IntUnaryOperator random) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder word = new StringBuilder();
            for (int left = shortest + random.applyAsInt(longest - shortest + 1); left > 0; left--) {
                word.append(letters.charAt(random.applyAsInt(letters.length())));
            }
            words.add(word.toString());
        }
        return words;
    }

    private static Work<List<Match>> searching(List<String> words, String text, int least) {
        Searcher searcher = new Searcher(words);
        return new Work<>(
                () -> searcher.search(text),
                result -> result.size() >= least
                        && result.stream()
                                .allMatch(one -> text.startsWith(words.get(one.index()), one.start())
                                        && one.end() - one.start() == words.get(one.index()).length()));
    }

    /** A hundred of the five hundred words that a text is made of. */
    private static Work<?> keywords(int n, IntUnaryOperator random) {
        List<String> vocabulary = randomWords(500, 3, 8, ALPHABET, random);
        List<String> chosen = new ArrayList<>();
        int least = 0;
        for (int i = 0; i < n / 6; i++) {
            int index = random.applyAsInt(500);
            chosen.add(vocabulary.get(index));
            least += index < 100 ? 1 : 0;
        }
        return searching(vocabulary.subList(0, 100), String.join(" ", chosen), least);
    }

    /** Words of four letters only, which nearly always fail after some of them. */
    private static Work<?> motifs(int n, IntUnaryOperator random) {
        List<String> words = randomWords(200, 7, 12, BASES, random);
        String text = randomWords(1, n, n, BASES, random).get(0) + words.get(0);
        return searching(words, text, 1);
    }

    /** The building itself, of words that together have n letters. */
    private static Work<?> building(int n, IntUnaryOperator random) {
        List<String> words = randomWords(n / 8, 8, 8, ALPHABET, random);
        String text = String.join("", words);
        return new Work<>(() -> new Searcher(words), searcher -> searcher.search(text).size() >= words.size());
    }
}
