package proven.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Runs a workload of the class named by the first argument and reports what it took; see `stages/core/driver.py`. */
public final class Driver {
    private static final long LEAST = setting("LEAST_NS");
    private static final long LOOPS = setting("LOOPS");
    private static final long VALUES = setting("VALUES");
    private static final long WARMUP = setting("WARMUP_NS");

    private static PrintStream output;

    private Driver() {}

    public static void main(String[] arguments) throws Exception {
        String wanted = System.getenv("BENCH_WORKLOAD");
        var method = Class.forName(arguments[0]).getDeclaredMethod("workloads");
        method.setAccessible(true);
        try (PrintStream file = new PrintStream("/tmp/bench.tsv")) {
            output = file;
            for (Object found : (List<?>) method.invoke(null)) {
                Workload one = (Workload) found;
                if (wanted.isEmpty()) {
                    tell("workload", one.name(), one.size());
                } else if (one.name().equals(wanted)) {
                    for (String size : System.getenv("BENCH_SIZES").split(" ")) {
                        int number = Integer.parseInt(size);
                        if (bench(number, one.prepare().work(number, seeded())) > setting("MOST_NS")) {
                            break;
                        }
                    }
                }
            }
        }
    }

    private static <R> long bench(int size, Workload.Work<R> work) throws Exception {
        R result = null;
        long loops = Math.max(LOOPS, 1);
        if (VALUES == 0) {
            for (long i = 0; i < LOOPS; i++) {
                result = work.run().get();
            }
        }
        long spent = 0;
        long slowest = 0;
        long once = 0;
        long measured = 0;
        while (measured < VALUES) {
            boolean warm = spent >= WARMUP && (LOOPS > 0 || slowest >= LEAST);
            long switches = status("voluntary_ctxt_switches");
            long wall = System.nanoTime();
            long cpu = cpu();
            for (long i = 0; i < loops; i++) {
                result = work.run().get();
            }
            cpu = cpu() - cpu;
            wall = System.nanoTime() - wall;
            tell(warm ? "value" : "warmup", size, loops, cpu, wall, status("voluntary_ctxt_switches") - switches);
            if (warm) {
                measured++;
                once = Math.max(once, wall / loops);
            } else {
                slowest = Math.max(Math.max(cpu, wall / 50), 1);
                spent += slowest;
                if (LOOPS == 0 && slowest < LEAST) {
                    loops *= 2;
                }
            }
        }
        tell("peak", size, status("VmHWM"));
        if (VALUES > 0 || LOOPS > 0) {
            tell("check", size, work.check().test(result) ? 1 : 0);
        }
        return once;
    }

    private static IntUnaryOperator seeded() {
        int[] state = {(int) 2463534242L};
        return below -> {
            state[0] ^= state[0] << 13;
            state[0] ^= state[0] >>> 17;
            state[0] ^= state[0] << 5;
            return Integer.remainderUnsigned(state[0], below);
        };
    }

    private static long setting(String name) {
        return Long.parseLong(System.getenv("BENCH_" + name));
    }

    private static void tell(Object... fields) {
        for (int i = 0; i < fields.length; i++) {
            output.print(i == 0 ? "" : "\t");
            output.print(fields[i]);
        }
        output.print('\n');
    }

    private static long status(String field) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.split("\\s+")[1]);
            }
        }
        return 0;
    }

    /** Of all threads, the garbage collector's and the compiler's too: the JVM's own figure has a resolution of 10 ms. */
    private static long cpu() throws Exception {
        long sum = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                sum += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
            }
        }
        return sum;
    }
}
