package followlog;

/** Gets the lines of a log. */
@FunctionalInterface
public interface LineListener {
    /**
     * Takes a line.
     *
     * @param line its bytes without the LF
     * @param truncated whether it was longer
     */
    void onLine(byte[] line, boolean truncated);
}
