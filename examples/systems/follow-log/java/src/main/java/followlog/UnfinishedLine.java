package followlog;

import java.io.ByteArrayOutputStream;

/** The beginning of a line whose LF has not come. */
final class UnfinishedLine {
    private final int maxLength;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long seen;

    UnfinishedLine(int maxLength) {
        this.maxLength = maxLength;
    }

    /** How many bytes of it were read. */
    long seen() {
        return seen;
    }

    boolean isTruncated() {
        return seen > kept.size();
    }

    /** What may be delivered of it. */
    byte[] bytes() {
        return kept.toByteArray();
    }

    void append(byte[] bytes, int start, int end) {
        kept.write(bytes, start, Math.min(end - start, maxLength - kept.size()));
        seen += end - start;
    }

    void clear() {
        kept.reset();
        seen = 0;
    }
}
