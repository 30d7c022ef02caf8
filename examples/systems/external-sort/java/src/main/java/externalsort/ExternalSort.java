package externalsort;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/** Sorts the lines of files that may be larger than memory. */
public final class ExternalSort {
    private static final int LEAST_OPEN_FILES = 3;

    private final Options options;
    private final RunStore runs;
    /** Lines that are in no run yet. */
    private final List<Line> kept = new ArrayList<>();

    /** What is going to be done. */
    public enum Step {
        /** A sorted run is written; the count is that of its lines. */
        RUN,
        /** Runs are merged; the count is that of the runs. */
        MERGE
    }

    @FunctionalInterface
    public interface Progress {
        /** Called before each step; whether the sort is to go on. */
        boolean proceed(Step step, long count);
    }

    /**
     * How to sort.
     *
     * @param memory for lines, in bytes, 1 or more
     * @param maxOpenFiles 3 or more
     * @param progress may be null
     */
    public record Options(Path temporaryFolder, long memory, int maxOpenFiles, Progress progress) {
        /** @throws IllegalArgumentException if a number is too small */
        public Options {
            if (memory < 1 || maxOpenFiles < LEAST_OPEN_FILES) {
                throw new IllegalArgumentException("a sort needs memory for lines and may have 3 files open at least");
            }
        }
    }

    /** A run that is merged, with its current line. */
    private record Source(Line line, int index, LineReader reader) {
        static final Comparator<Source> ORDER = Comparator.comparing(Source::line).thenComparing(Source::index);
    }

    private ExternalSort(Options options, RunStore runs) {
        this.options = options;
        this.runs = runs;
    }

    /**
     * Sorts the lines of a file by what stands before their first TAB, keeping the order of equal ones, into another file or
     * the same, and returns their number. After an exception the output is as it was.
     *
     * @throws LineTooLongException if a line alone takes more than the memory
     * @throws CancellationException if the progress function asks to stop
     * @throws IOException if the system fails
     */
    public static long sort(Path input, Path output, Options options) throws IOException {
        try (RunStore runs = new RunStore(options.temporaryFolder())) {
            ExternalSort sort = new ExternalSort(options, runs);
            long count = sort.read(input);
            while (runs.count() > sort.most()) {
                sort.mergePass();
            }
            sort.write(output);
            return count;
        }
    }

    /** Reads all lines into runs, or if they fit into memory together, keeps them there. Returns their number. */
    private long read(Path input) throws IOException {
        try (LineReader reader = new LineReader(input)) {
            long size = 0;
            for (Line line = reader.next(options.memory()); line != null; line = reader.next(options.memory())) {
                if (line.size() > options.memory() - size) {
                    writeRun();
                    size = 0;
                }
                size += line.size();
                kept.add(line);
            }
            if (runs.count() > 0) {
                writeRun();
            }
            return reader.count();
        }
    }

    private void write(Path output) throws IOException {
        Path unfinished = output.resolveSibling(output.getFileName() + "." + UUID.randomUUID() + ".new");
        try {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW))) {
                if (Files.exists(output)) {
                    Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(output));
                }
                if (runs.count() == 0) {
                    writeSorted(out);
                } else {
                    merge(runs.count(), out);
                }
            }
            Files.move(unfinished, output, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private int most() {
        return options.maxOpenFiles() - 1;
    }

    private void tell(Step step, long count) {
        if (options.progress() != null && !options.progress().proceed(step, count)) {
            throw new CancellationException("the progress function asked to stop");
        }
    }

    private void writeRun() throws IOException {
        tell(Step.RUN, kept.size());
        try (OutputStream out = runs.add()) {
            writeSorted(out);
        }
        kept.clear();
    }

    private void writeSorted(OutputStream out) throws IOException {
        kept.sort(null);
        for (Line line : kept) {
            write(line, out);
        }
    }

    private static void write(Line line, OutputStream out) throws IOException {
        out.write(line.bytes());
        out.write('\n');
    }

    /** Merges the first runs into a file. */
    private void merge(int count, OutputStream out) throws IOException {
        List<LineReader> readers = new ArrayList<>();
        try {
            for (Path run : runs.first(count)) {
                readers.add(new LineReader(run));
            }
            tell(Step.MERGE, count);
            mergeLines(readers, out);
        } finally {
            for (LineReader reader : readers) {
                reader.close();
            }
        }
    }

    private static void mergeLines(List<LineReader> readers, OutputStream out) throws IOException {
        PriorityQueue<Source> queue = new PriorityQueue<>(Source.ORDER);
        for (int i = 0; i < readers.size(); i++) {
            addNext(readers.get(i), i, queue);
        }
        for (Source first = queue.poll(); first != null; first = queue.poll()) {
            write(first.line(), out);
            addNext(first.reader(), first.index(), queue);
        }
    }

    private static void addNext(LineReader reader, int index, PriorityQueue<Source> queue) throws IOException {
        Line line = reader.next(Long.MAX_VALUE);
        if (line != null) {
            queue.add(new Source(line, index, reader));
        }
    }

    /** Goes once through all runs, replacing each group of them by the run that it merges to. */
    private void mergePass() throws IOException {
        for (int left = runs.count(); left > 0; left -= most()) {
            int count = Math.min(left, most());
            if (count == 1) {
                runs.rotate();
            } else {
                try (OutputStream out = runs.add()) {
                    merge(count, out);
                }
                runs.remove(count);
            }
        }
    }
}
