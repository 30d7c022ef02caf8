package multipattern;

/** A word is empty. */
public final class EmptyWordException extends IllegalArgumentException {
    private final int index;

    EmptyWordException(int index) {
        super("word " + index + " is empty");
        this.index = index;
    }

    /** The index of the word in the list. */
    public int index() {
        return index;
    }
}
