package multipattern;

/** Thrown when one of the words is empty. */
public class EmptyWordException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int index;

    /** Creates the exception for the word at the index. */
    public EmptyWordException(int index) {
        super("the word at index " + index + " is empty");
        this.index = index;
    }

    /** Returns the index of the empty word. */
    public int index() {
        return index;
    }
}
