package followlog;

import java.util.Objects;

/**
 * A place in a file.
 *
 * @param offset in bytes, of the first line that was not delivered
 */
public record Position(FileIdentity file, long offset) {
    /** Refuses a negative offset. */
    public Position {
        Objects.requireNonNull(file);
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset");
        }
    }

    Position after(long size) {
        return new Position(file, offset + size);
    }
}
