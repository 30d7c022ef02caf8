package multipattern;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ahocorasick.trie.PayloadEmit;
import org.ahocorasick.trie.PayloadTrie;

/** Finds all occurrences of the words of a list, in any number of texts, with org.ahocorasick:ahocorasick. */
public final class Searcher {
    private static final Comparator<Match> ORDER =
            Comparator.comparingInt(Match::end).thenComparingInt(Match::start).thenComparingInt(Match::index);

    private final PayloadTrie<List<Integer>> trie;

    /**
     * Prepares the words.
     *
     * @throws EmptyWordException if a word is empty; it names the first
     */
    public Searcher(List<String> words) {
        Map<String, List<Integer>> indexes = new LinkedHashMap<>();
        int index = 0;
        for (String word : words) {
            if (word.isEmpty()) {
                throw new EmptyWordException(index);
            }
            indexes.computeIfAbsent(word, unused -> new ArrayList<>()).add(index);
            index++;
        }
        PayloadTrie.PayloadTrieBuilder<List<Integer>> builder = PayloadTrie.builder();
        indexes.forEach(builder::addKeyword);
        trie = builder.build();
    }

    /** Returns all occurrences of the words, ordered by end, start and index. */
    public List<Match> search(String text) {
        List<Match> matches = new ArrayList<>();
        for (PayloadEmit<List<Integer>> emit : trie.parseText(text)) {
            for (int index : emit.getPayload()) {
                matches.add(new Match(index, emit.getStart(), emit.getEnd() + 1));
            }
        }
        // The package orders words with the same end by their text.
        matches.sort(ORDER);
        return matches;
    }
}
