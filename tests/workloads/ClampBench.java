import java.util.List;
import java.util.stream.IntStream;
import proven.bench.Workload;
import proven.bench.Workload.Work;

final class ClampBench {
    static List<Workload> workloads() {
        return List.of(new Workload("clamped", 1_000, (n, random) -> {
            int[] values = IntStream.range(0, n).map(i -> random.applyAsInt(1_000)).toArray();
            // With 1,000 values the sum is the same in every language, because the values are.
            return new Work<>(
                    () -> IntStream.of(values).mapToDouble(value -> Clamp.clamp(value, 250, 750)).sum(),
                    sum -> n != 1_000 || sum == 508_073);
        }));
    }
}
