package externalsort;

import java.util.Arrays;

/** A line without its LF, ordered by its key: what stands before its first TAB. */
record Line(byte[] bytes, int keyLength) implements Comparable<Line> {
    static Line of(byte[] bytes) {
        int keyLength = 0;
        while (keyLength < bytes.length && bytes[keyLength] != '\t') {
            keyLength++;
        }
        return new Line(bytes, keyLength);
    }

    /** What it takes with its LF. */
    long size() {
        return bytes.length + 1L;
    }

    @Override
    public int compareTo(Line other) {
        return Arrays.compareUnsigned(bytes, 0, keyLength, other.bytes, 0, other.keyLength);
    }
}
