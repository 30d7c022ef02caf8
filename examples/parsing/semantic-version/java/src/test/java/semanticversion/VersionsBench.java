package semanticversion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import proven.bench.Workload;
import proven.bench.Workload.Work;

final class VersionsBench {
    private static final List<String> STAGES = List.of("alpha", "beta", "rc");

    /** In the order of their texts, arm10 stands before arm2. */
    private static final List<Integer> ARMS =
            IntStream.range(0, 200).boxed().sorted(Comparator.comparing(String::valueOf)).toList();

    /** A version and its place in the order. */
    private record Placed(String text, int place) {}

    private VersionsBench() {}

    static List<Workload> workloads() {
        return List.of(
                new Workload("sort_releases", 2_000, (n, random) -> sort(n, random, VersionsBench::release)),
                new Workload("sort_nightlies", 500, (n, random) -> sort(n, random, VersionsBench::nightly)),
                new Workload("compare_releases", 4_000, VersionsBench::compareReleases));
    }

    /** A version as projects have them. */
    private static Placed release(IntUnaryOperator random) {
        int major = random.applyAsInt(4);
        int minor = random.applyAsInt(20);
        int patch = random.applyAsInt(30);
        int stage = random.applyAsInt(8);
        int number = random.applyAsInt(12);
        String text = major + "." + minor + "." + patch;
        if (stage < STAGES.size()) {
            text += "-" + STAGES.get(stage) + "." + number;
        } else {
            stage = STAGES.size();
            number = 0;
        }
        if (random.applyAsInt(8) == 0) {
            text += "+build." + random.applyAsInt(1000);
        }
        return new Placed(text, (((major * 20 + minor) * 30 + patch) * 4 + stage) * 12 + number);
    }

    /** A build of one and the same version. */
    private static Placed nightly(IntUnaryOperator random) {
        int year = 2000 + random.applyAsInt(30);
        int day = random.applyAsInt(365);
        int run = random.applyAsInt(200);
        int isText = random.applyAsInt(2);
        String target = isText == 1 ? "arm" + run : String.valueOf(run);
        int place = ((year * 365 + day) * 2 + isText) * 200 + (isText == 1 ? ARMS.indexOf(run) : run);
        return new Placed("3.0.0-nightly.linux-x86-64." + year + "." + day + "." + target, place);
    }

    private static Work<?> sort(int n, IntUnaryOperator random, Function<IntUnaryOperator, Placed> one) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            Placed placed = one.apply(random);
            places.put(placed.text(), placed.place());
        }
        List<String> versions = List.copyOf(places.keySet());
        List<Integer> expected = places.values().stream().sorted().toList();
        return new Work<>(
                () -> Versions.sort(versions),
                result -> result.stream().map(places::get).toList().equals(expected));
    }

    private static Work<?> compareReleases(int n, IntUnaryOperator random) {
        List<String[]> pairs = new ArrayList<>();
        int[] expected = new int[n];
        for (int i = 0; i < n; i++) {
            Placed first = release(random);
            Placed second = release(random);
            pairs.add(new String[] {first.text(), second.text()});
            expected[i] = Integer.compare(first.place(), second.place());
        }
        return new Work<>(
                () -> pairs.stream().mapToInt(pair -> Versions.compare(pair[0], pair[1])).toArray(),
                result -> Arrays.equals(result, expected));
    }
}
