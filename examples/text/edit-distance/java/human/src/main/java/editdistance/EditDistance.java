package editdistance;

import java.util.Objects;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.commons.text.similarity.SimilarityInput;

/** The edit distance (Levenshtein distance) of two texts, by Apache Commons Text. */
public final class EditDistance {
    private EditDistance() {}

    /**
     * Returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
     *
     * @throws NullPointerException if one of the texts is null
     */
    public static int between(String first, String second) {
        return LevenshteinDistance.getDefaultInstance().apply(CodePoints.of(first), CodePoints.of(second));
    }

    /** Texts as the package takes them; of strings it would count the UTF-16 units. */
    private record CodePoints(int[] points) implements SimilarityInput<Integer> {
        static CodePoints of(String text) {
            return new CodePoints(Objects.requireNonNull(text).codePoints().toArray());
        }

        @Override
        public Integer at(int index) {
            return points[index];
        }

        @Override
        public int length() {
            return points.length;
        }
    }
}
