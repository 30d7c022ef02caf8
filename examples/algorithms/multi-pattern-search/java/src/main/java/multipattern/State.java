package multipattern;

/** A state of the automaton: the longest beginning of a word with which the text read so far ends. */
final class State {
    /** In the place of a word: none. */
    static final int NONE = -1;

    /** The longest word that ends here, of equal ones the first. */
    int word = NONE;

    /** The state after each class of bytes; in the trie, null where no word goes on. */
    final State[] next;

    State(int classes) {
        next = new State[classes];
    }
}
