package editdistance;

import java.util.Arrays;

/** Rows of the table of distances that are done together, with a bit for each. */
final class Block {
    static final int ROWS = Long.SIZE;

    // More than the rows, so a search ends at a free slot, and as many as ASCII has code points, so these never collide.
    private static final int SLOTS = 128;

    // For each code point in these rows, by open addressing: where it stands.
    private final int[] points = new int[SLOTS];
    private final long[] positions = new long[SLOTS];
    private int last;

    /** Takes a part of a text, a code point for each row. */
    void fill(int[] text, int start, int end) {
        Arrays.fill(positions, 0);
        for (int i = start; i < end; i++) {
            int slot = slotOf(text[i]);
            points[slot] = text[i];
            positions[slot] |= 1L << i - start;
        }
        last = end - start - 1;
    }

    /** Turns the steps in the row above the block into those in its last row, a column at a time. */
    void goDown(byte[] steps, int[] text) {
        // The rows whose distance is one more, or one less, than that of the row above.
        long higher = -1;
        long lower = 0;
        for (int column = 0; column < text.length; column++) {
            // The signs of the step above, as one bit each.
            int rise = -steps[column] >>> 31;
            int fall = steps[column] >>> 31;
            long equal = positions[slotOf(text[column])] | fall;
            // Where the distance is that of the row above in the column before.
            long same = (equal & higher) + higher ^ higher | equal | lower;
            // Where it is one more, or one less, than in the column before.
            long up = lower | ~(same | higher);
            long down = same & higher;
            steps[column] = (byte) ((up >>> last & 1) - (down >>> last & 1));
            up = up << 1 | rise;
            down = down << 1 | fall;
            higher = down | ~(same | up);
            lower = up & same;
        }
    }

    /** The slot of a code point, or the free one that it would take. */
    private int slotOf(int point) {
        int slot = point % SLOTS;
        while (positions[slot] != 0 && points[slot] != point) {
            slot = (slot + 1) % SLOTS;
        }
        return slot;
    }
}
