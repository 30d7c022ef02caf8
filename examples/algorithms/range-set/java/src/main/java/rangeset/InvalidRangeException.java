package rangeset;

/** A range has its start after its end, or one of them beyond ±2<sup>52</sup>. */
public final class InvalidRangeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int index;

    InvalidRangeException(int index) {
        super("range " + index + " is invalid");
        this.index = index;
    }

    /** The position in the list, from 0. */
    public int index() {
        return index;
    }
}
