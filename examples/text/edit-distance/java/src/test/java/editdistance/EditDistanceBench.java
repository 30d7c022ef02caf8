package editdistance;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import proven.bench.Workload;
import proven.bench.Workload.Work;

final class EditDistanceBench {
    private EditDistanceBench() {}

    static List<Workload> workloads() {
        return List.of(
                new Workload("misspelt_words", 2_000, EditDistanceBench::misspeltWords),
                new Workload("edited_text", 2_000, EditDistanceBench::editedText),
                new Workload("wide_alphabet", 2_000, EditDistanceBench::wideAlphabet));
    }

    private static Work<Integer> misspeltWords(int n, IntUnaryOperator random) {
        String[] words = new String[n];
        String[] others = new String[n];
        int edits = 0;
        for (int i = 0; i < n; i++) {
            int[] word = points(4 + random.applyAsInt(9), () -> 'a' + random.applyAsInt(13));
            int[] other = edited(word, random, 4, () -> 'n' + random.applyAsInt(13));
            words[i] = text(word);
            others[i] = text(other);
            edits += editsBetween(word, other);
        }
        int expected = edits;
        return new Work<>(
                () -> {
                    int sum = 0;
                    for (int i = 0; i < words.length; i++) {
                        sum += EditDistance.between(words[i], others[i]);
                    }
                    return sum;
                },
                result -> result == expected);
    }

    private static Work<Integer> editedText(int n, IntUnaryOperator random) {
        int[] first = points(n, () -> 'a' + random.applyAsInt(26));
        return distanceOf(first, edited(first, random, 16, () -> 'A' + random.applyAsInt(26)));
    }

    private static Work<Integer> wideAlphabet(int n, IntUnaryOperator random) {
        int[] first = points(n, () -> 0x4e00 + random.applyAsInt(20_000));
        return distanceOf(first, edited(first, random, 2, () -> 0x1f300 + random.applyAsInt(256)));
    }

    private static Work<Integer> distanceOf(int[] first, int[] second) {
        String a = text(first);
        String b = text(second);
        int edits = editsBetween(first, second);
        return new Work<>(() -> EditDistance.between(a, b), result -> result == edits);
    }

    private static int[] points(int length, IntSupplier point) {
        return IntStream.generate(point).limit(length).toArray();
    }

    /** One in so many code points is replaced, by one that is nowhere in the text. */
    private static int[] edited(int[] points, IntUnaryOperator random, int rarity, IntSupplier other) {
        int[] result = points.clone();
        for (int i = 0; i < result.length; i++) {
            if (random.applyAsInt(rarity) == 0) {
                result[i] = other.getAsInt();
            }
        }
        return result;
    }

    private static int editsBetween(int[] first, int[] second) {
        return (int) IntStream.range(0, first.length).filter(i -> first[i] != second[i]).count();
    }

    private static String text(int[] points) {
        return new String(points, 0, points.length);
    }
}
