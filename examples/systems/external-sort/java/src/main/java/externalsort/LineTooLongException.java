package externalsort;

import java.io.IOException;

/** A line alone takes more than the memory for lines. */
public final class LineTooLongException extends IOException {
    private final long number;

    LineTooLongException(long number) {
        super("line " + number + " is too long");
        this.number = number;
    }

    /** The line's number, from 1. */
    public long number() {
        return number;
    }
}
