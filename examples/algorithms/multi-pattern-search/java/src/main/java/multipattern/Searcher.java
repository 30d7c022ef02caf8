package multipattern;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/**
 * Finds all occurrences of the words of a list, in any number of texts, with the automaton of Aho and Corasick over the
 * bytes of UTF-8. It may be used by several threads.
 */
public final class Searcher {
    private static final int OTHER_BYTE = 0;

    private final int[] classes = new int[256];
    private final int[] lengths;
    /** What else ends where a word ends: the next equal word, or the longest of those that are shorter. */
    private final int[] nextWord;
    private final State root;

    /**
     * Prepares the words.
     *
     * @throws EmptyWordException if a word is empty; it names the first
     */
    public Searcher(List<String> words) {
        int empty = words.indexOf("");
        if (empty >= 0) {
            throw new EmptyWordException(empty);
        }
        lengths = words.stream().mapToInt(String::length).toArray();
        nextWord = new int[lengths.length];
        byte[][] encoded = words.stream().map(Searcher::encode).toArray(byte[][]::new);
        root = trie(encoded, classify(encoded));
        link();
    }

    /** Returns all occurrences of the words, ordered by end, start and index. */
    public List<Match> search(String text) {
        List<Match> matches = new ArrayList<>();
        State state = root;
        int end = 0;
        for (byte symbol : encode(text)) {
            end += unitsBegunBy(symbol);
            state = state.next[classes[symbol & 0xFF]];
            for (int word = state.word; word != State.NONE; word = nextWord[word]) {
                matches.add(new Match(word, end - lengths[word], end));
            }
        }
        return matches;
    }

    /** Gives each byte of the words a class of its own, and returns how many classes there are. */
    private int classify(byte[][] encoded) {
        int count = OTHER_BYTE + 1;
        for (byte[] word : encoded) {
            for (byte symbol : word) {
                if (classes[symbol & 0xFF] == OTHER_BYTE) {
                    classes[symbol & 0xFF] = count++;
                }
            }
        }
        return count;
    }

    /** Makes a trie of the words, from the last to the first: each is put before the chain of its equals. */
    private State trie(byte[][] encoded, int classCount) {
        State start = new State(classCount);
        for (int word = encoded.length - 1; word >= 0; word--) {
            State state = start;
            for (byte symbol : encoded[word]) {
                int symbolClass = classes[symbol & 0xFF];
                if (state.next[symbolClass] == null) {
                    state.next[symbolClass] = new State(classCount);
                }
                state = state.next[symbolClass];
            }
            nextWord[word] = state.word;
            state.word = word;
        }
        return start;
    }

    /** A state and that of its longest proper suffix. */
    private record Link(State state, State suffix) {}

    /** Gives every state of the trie a next one for every byte, shorter strings first. */
    private void link() {
        State beforeRoot = new State(root.next.length);
        Arrays.fill(beforeRoot.next, root);
        Queue<Link> queue = new ArrayDeque<>();
        queue.add(new Link(root, beforeRoot));
        while (!queue.isEmpty()) {
            Link link = queue.remove();
            State state = link.state();
            State suffix = link.suffix();
            appendWords(state, suffix.word);
            for (int i = 0; i < state.next.length; i++) {
                if (state.next[i] == null) {
                    state.next[i] = suffix.next[i];
                } else {
                    queue.add(new Link(state.next[i], suffix.next[i]));
                }
            }
        }
    }

    /** Lets the words of the longest proper suffix follow those of a state. */
    private void appendWords(State state, int shorter) {
        if (state.word == State.NONE) {
            state.word = shorter;
            return;
        }
        int last = state.word;
        while (nextWord[last] != State.NONE) {
            last = nextWord[last];
        }
        nextWord[last] = shorter;
    }

    private static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** How many UTF-16 code units the character has that begins with a byte; none if the byte only continues one. */
    private static int unitsBegunBy(byte symbol) {
        if ((symbol & 0xC0) == 0x80) {
            return 0;
        }
        return (symbol & 0xFF) < 0xF0 ? 1 : 2;
    }
}
