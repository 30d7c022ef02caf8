package multipattern;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Finds all occurrences of a list of words in a text, with the algorithm of Aho and Corasick. The
 * words are prepared once, in the constructor; a searcher does not change afterwards, so several
 * threads may use it at once.
 */
public final class Searcher {

    /** A node of the trie of the words. */
    private static final class Node {
        /** The length of the node's string. */
        final int depth;

        final Map<Character, Node> children = new HashMap<>(2);

        /** The indices of the words that end here, ascending. */
        final List<Integer> indices = new ArrayList<>(0);

        /** The node of the longest proper suffix of the node's string; null at the root. */
        Node suffix;

        /**
         * The first node at which a word ends, from this node itself along the suffixes; null if
         * there is none.
         */
        Node report;

        Node(int depth) {
            this.depth = depth;
        }
    }

    private final Node root = new Node(0);

    /**
     * Prepares the words.
     *
     * @throws EmptyWordException for the first word that is empty
     */
    public Searcher(List<String> words) {
        int index = 0;
        for (String word : words) {
            if (word.isEmpty()) {
                throw new EmptyWordException(index);
            }
            insert(index, word);
            index++;
        }
        link();
    }

    /**
     * Returns all occurrences of the words in the text, ordered by end, then by start, then by
     * index.
     */
    public List<Match> search(String text) {
        List<Match> matches = new ArrayList<>();
        Node state = root;
        for (int i = 0; i < text.length(); i++) {
            state = step(state, text.charAt(i));
            int end = i + 1;
            for (Node node = state.report; node != null; node = node.suffix.report) {
                int start = end - node.depth;
                for (int index : node.indices) {
                    matches.add(new Match(index, start, end));
                }
            }
        }
        return matches;
    }

    private void insert(int index, String word) {
        Node node = root;
        for (int i = 0; i < word.length(); i++) {
            Character unit = word.charAt(i);
            Node child = node.children.get(unit);
            if (child == null) {
                child = new Node(i + 1);
                node.children.put(unit, child);
            }
            node = child;
        }
        node.indices.add(index);
    }

    private void link() {
        // Breadth first, so that the nodes of shorter strings are complete.
        Queue<Node> queue = new ArrayDeque<>();
        queue.add(root);
        while (!queue.isEmpty()) {
            Node node = queue.remove();
            if (node != root) {
                node.report = node.indices.isEmpty() ? node.suffix.report : node;
            }
            for (Map.Entry<Character, Node> entry : node.children.entrySet()) {
                Node child = entry.getValue();
                child.suffix = node == root ? root : step(node.suffix, entry.getKey());
                queue.add(child);
            }
        }
    }

    private Node step(Node from, Character unit) {
        Node state = from;
        while (true) {
            Node child = state.children.get(unit);
            if (child != null) {
                return child;
            }
            if (state == root) {
                return root;
            }
            state = state.suffix;
        }
    }
}
