package base58;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import proven.bench.Workload;
import proven.bench.Workload.Work;

final class Base58Bench {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private Base58Bench() {}

    static List<Workload> workloads() {
        return List.of(
                new Workload("keys", 500, Base58Bench::keys),
                new Workload("long_data", 5_000, Base58Bench::longData),
                new Workload("long_text", 8_000, Base58Bench::longText));
    }

    private static byte[] randomBytes(int n, IntUnaryOperator random) {
        byte[] data = new byte[n];
        for (int i = 0; i < n; i++) {
            data[i] = (byte) random.applyAsInt(256);
        }
        return data;
    }

    private static Work<?> keys(int n, IntUnaryOperator random) {
        byte[][] values = new byte[n][];
        for (int i = 0; i < n; i++) {
            values[i] = randomBytes(32, random);
        }
        return new Work<>(
                () -> {
                    byte[][] result = new byte[n][];
                    for (int i = 0; i < n; i++) {
                        result[i] = Base58.decode(Base58.encode(values[i]));
                    }
                    return result;
                },
                result -> Arrays.deepEquals(result, values));
    }

    private static Work<?> longData(int n, IntUnaryOperator random) {
        byte[] data = randomBytes(n, random);
        return new Work<>(() -> Base58.encode(data), result -> Arrays.equals(Base58.decode(result), data));
    }

    private static Work<?> longText(int n, IntUnaryOperator random) {
        StringBuilder digits = new StringBuilder(n);
        for (int i = 0; i < n; i++) {
            digits.append(ALPHABET.charAt(random.applyAsInt(58)));
        }
        String text = digits.toString();
        return new Work<>(() -> Base58.decode(text), result -> Base58.encode(result).equals(text));
    }
}
