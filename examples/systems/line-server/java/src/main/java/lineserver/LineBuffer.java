package lineserver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts a stream of bytes into lines. It never keeps more of an unfinished line than the greatest length. */
final class LineBuffer {
    private final int maxLength;
    private byte[] bytes = new byte[0];
    private int end;
    /** Where the next line begins. */
    private int start;
    /** How far no LF is; a line that comes in pieces is thus searched only once. */
    private int searched;
    /** The beginning of the current line was too long and is dropped. */
    private boolean overlong;

    /** A line without its line end, each byte as the character of the same number; no text if it was too long. */
    record Line(String text) {
        boolean isTooLong() {
            return text == null;
        }
    }

    LineBuffer(int maxLength) {
        this.maxLength = maxLength;
    }

    void append(byte[] received, int count) {
        if (bytes.length - end < count) {
            bytes = Arrays.copyOf(bytes, Math.addExact(end, Math.max(count, end)));
        }
        System.arraycopy(received, 0, bytes, end, count);
        end += count;
    }

    /** Takes the next line; null if its LF has not come. */
    Line next() {
        while (searched < end && bytes[searched] != '\n') {
            searched++;
        }
        if (searched == end) {
            keepUnfinishedLine();
            return null;
        }
        Line line = overlong || searched - start > maxLength ? new Line(null) : whole(start, searched);
        overlong = false;
        searched++;
        start = searched;
        return line;
    }

    private Line whole(int from, int lineFeed) {
        boolean hasCarriageReturn = lineFeed > from && bytes[lineFeed - 1] == '\r';
        int length = lineFeed - from - (hasCarriageReturn ? 1 : 0);
        return new Line(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
    }

    private void keepUnfinishedLine() {
        int length = end - start;
        if (length > maxLength) {
            overlong = true;
            length = 0;
        }
        System.arraycopy(bytes, start, bytes, 0, length);
        start = 0;
        end = length;
        searched = length;
    }
}
