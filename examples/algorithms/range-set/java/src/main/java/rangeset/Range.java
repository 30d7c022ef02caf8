package rangeset;

/** The integers from {@code start} up to, but without, {@code end}. */
public record Range(long start, long end) {}
