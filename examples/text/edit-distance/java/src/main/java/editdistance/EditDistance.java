package editdistance;

import java.util.Arrays;

/** The edit distance (Levenshtein distance) of two texts. */
public final class EditDistance {
    private EditDistance() {}

    /**
     * Returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
     *
     * @throws NullPointerException if one of the texts is null
     */
    public static int between(String first, String second) {
        int[] longer = first.codePoints().toArray();
        int[] shorter = second.codePoints().toArray();
        if (longer.length < shorter.length) {
            int[] swapped = longer;
            longer = shorter;
            shorter = swapped;
        }
        int start = commonStart(longer, shorter);
        int end = commonEnd(longer, shorter, start);
        return distance(
                Arrays.copyOfRange(longer, start, longer.length - end),
                Arrays.copyOfRange(shorter, start, shorter.length - end));
    }

    private static int commonStart(int[] longer, int[] shorter) {
        int mismatch = Arrays.mismatch(longer, 0, shorter.length, shorter, 0, shorter.length);
        return mismatch < 0 ? shorter.length : mismatch;
    }

    private static int commonEnd(int[] longer, int[] shorter, int start) {
        int end = 0;
        while (end < shorter.length - start
                && longer[longer.length - 1 - end] == shorter[shorter.length - 1 - end]) {
            end++;
        }
        return end;
    }

    private static int distance(int[] longer, int[] shorter) {
        // The last row so far of the table, as differences between neighbours. In the first row they are 1.
        byte[] steps = new byte[shorter.length];
        Arrays.fill(steps, (byte) 1);
        Block block = new Block();
        for (int start = 0; start < longer.length; start += Block.ROWS) {
            block.fill(longer, start, Math.min(start + Block.ROWS, longer.length));
            block.goDown(steps, shorter);
        }
        int distance = longer.length;
        for (byte step : steps) {
            distance += step;
        }
        return distance;
    }
}
