package editdistance;

/** Levenshtein distance between two texts, counted in Unicode code points. */
public final class EditDistance {

    private EditDistance() {
    }

    /**
     * Returns the smallest number of insertions, deletions and replacements of one code point
     * that turn {@code first} into {@code second}. Memory use is linear in the lengths of the
     * texts.
     *
     * @param first the text to start from
     * @param second the text to arrive at
     * @return the edit distance
     */
    public static int between(String first, String second) {
        int[] longer = first.codePoints().toArray();
        int[] shorter = second.codePoints().toArray();
        // The distance is symmetric, so the row can follow the shorter text.
        if (longer.length < shorter.length) {
            int[] swap = longer;
            longer = shorter;
            shorter = swap;
        }

        // A common prefix and a common suffix never need an edit.
        int start = 0;
        int longerEnd = longer.length;
        int shorterEnd = shorter.length;
        while (start < shorterEnd && longer[start] == shorter[start]) {
            start++;
        }
        while (shorterEnd > start && longer[longerEnd - 1] == shorter[shorterEnd - 1]) {
            longerEnd--;
            shorterEnd--;
        }
        int height = longerEnd - start;
        int width = shorterEnd - start;
        if (width == 0) {
            return height;
        }

        // row[j] is the distance from the part of the longer text read so far to the first j
        // characters of the shorter one.
        int[] row = new int[width + 1];
        for (int j = 0; j <= width; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= height; i++) {
            int a = longer[start + i - 1];
            int diagonal = i - 1;
            int left = i;
            row[0] = i;
            for (int j = 1; j <= width; j++) {
                int above = row[j];
                if (a == shorter[start + j - 1]) {
                    left = diagonal;
                } else {
                    left = Math.min(diagonal, Math.min(above, left)) + 1;
                }
                row[j] = left;
                diagonal = above;
            }
        }
        return row[width];
    }
}
