package warmup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What many examples use, so that the archive has it. */
final class Warmup {
    record Pair<A, B>(A first, B second) {}

    enum Kind {
        SMALL,
        LARGE
    }

    interface Shape {
        double area();
    }

    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private final Map<String, Integer> counts = new HashMap<>();

    Map<String, Integer> count(List<String> words) {
        for (String word : words) {
            counts.merge(word, 1, Integer::sum);
        }
        return counts;
    }

    static List<Pair<String, Integer>> sorted(Map<String, Integer> counts) {
        List<Pair<String, Integer>> pairs = new ArrayList<>();
        counts.forEach((word, count) -> pairs.add(new Pair<>(word, count)));
        pairs.sort(Comparator.comparing((Pair<String, Integer> pair) -> pair.second()).thenComparing(Pair::first));
        return pairs;
    }

    static <T> Optional<T> first(List<? extends T> values) {
        return values.stream().<T>map(value -> value).findFirst();
    }

    static String join(int[] values) {
        StringBuilder text = new StringBuilder();
        for (int value : values) {
            Kind kind = value > 9 ? Kind.LARGE : Kind.SMALL;
            text.append(switch (kind) {
                case SMALL -> value;
                case LARGE -> "large";
            });
        }
        if (text.isEmpty()) {
            throw new Refused("there are " + values.length + " values");
        }
        return List.of("a", "b").stream().filter(letter -> !letter.isEmpty()).collect(Collectors.joining(", ")) + text;
    }

    static Shape square(double side) {
        return () -> side * side;
    }
}
