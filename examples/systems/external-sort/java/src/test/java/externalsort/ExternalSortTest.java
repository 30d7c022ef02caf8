package externalsort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import externalsort.ExternalSort.Options;
import externalsort.ExternalSort.Progress;
import externalsort.ExternalSort.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalSortTest {
    @TempDir
    Path folder;

    private final List<Event> events = new ArrayList<>();

    /** What progress was told, and what it saw. */
    private record Event(Step step, long count, long openFiles, long temporaryFiles, boolean privately, String output) {}

    @BeforeEach
    void makeFolders() throws IOException {
        folder = folder.toRealPath();
        Files.createDirectory(at("temporary"));
        Files.createDirectory(at("result"));
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    /** Each character is a byte. */
    private void put(String name, String content) throws IOException {
        Files.writeString(at(name), content, StandardCharsets.ISO_8859_1);
    }

    private String content(String name) throws IOException {
        return Files.exists(at(name)) ? Files.readString(at(name), StandardCharsets.ISO_8859_1) : "";
    }

    private long entries(String name) throws IOException {
        try (Stream<Path> paths = Files.list(at(name))) {
            return paths.count();
        }
    }

    private long temporaryFiles() throws IOException {
        try (Stream<Path> paths = Files.walk(at("temporary"))) {
            return paths.filter(Files::isRegularFile).count();
        }
    }

    /** Whether other users have no access to what was made in the folder for temporary files. */
    private boolean temporaryIsPrivate() throws IOException {
        try (DirectoryStream<Path> made = Files.newDirectoryStream(at("temporary"))) {
            for (Path path : made) {
                if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).endsWith("------")) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Files of the folder that are open. */
    private long openFiles() throws IOException {
        List<Path> descriptors;
        try (Stream<Path> paths = Files.list(Path.of("/proc/self/fd"))) {
            descriptors = paths.toList();
        }
        long count = 0;
        for (Path descriptor : descriptors) {
            try {
                count += Files.readSymbolicLink(descriptor).startsWith(folder) ? 1 : 0;
            } catch (FileSystemException gone) {
                // It was that of the listing.
            }
        }
        return count;
    }

    /** Takes down what progress is told and stops at the call of a number. */
    private Progress stoppingAt(int number) {
        events.clear();
        return (step, count) -> {
            try {
                String output = content("result/output");
                events.add(new Event(step, count, openFiles(), temporaryFiles(), temporaryIsPrivate(), output));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return events.size() != number;
        };
    }

    private long sort(long memory, int files, int stopAt) throws IOException {
        return ExternalSort.sort(at("input"), at("result/output"), new Options(at("temporary"), memory, files, stoppingAt(stopAt)));
    }

    /** The counts of the events of a step, as digits. */
    private String counts(Step step) {
        StringBuilder digits = new StringBuilder();
        events.stream().filter(event -> event.step == step).forEach(event -> digits.append(event.count));
        return digits.toString();
    }

    private void assertSorted(String input, String output, long memory, int files) throws IOException {
        put("input", input);
        Options options = new Options(at("temporary"), memory, files, null);
        long lines = ExternalSort.sort(at("input"), at("result/output"), options);
        assertEquals(output.chars().filter(letter -> letter == '\n').count(), lines);
        assertEquals(output, content("result/output"));
        assertEquals(input, content("input"));
        assertEquals(1, entries("result"));
        assertEquals(0, entries("temporary"));
    }

    /** Sorts in one run, in as many as can be, and in some between. */
    private void assertAllSorted(String input, String output, int longest) throws IOException {
        for (int memory = longest; memory < longest + 8; memory++) {
            assertSorted(input, output, memory, 3);
        }
        assertSorted(input, output, longest, 4);
        assertSorted(input, output, 1000, 3);
    }

    private void assertNothingLeft() throws IOException {
        assertEquals("old", content("result/output"));
        assertEquals(1, entries("result"));
        assertEquals(0, entries("temporary"));
        assertEquals(0, openFiles());
    }

    @Test
    @DisplayName("R1: small files")
    void smallFiles() throws IOException {
        assertAllSorted("b\na\nc\n", "a\nb\nc\n", 2);
        assertAllSorted("\u00ff\n\u007f\n\u0080\na\n", "a\n\u007f\n\u0080\n\u00ff\n", 2);
        assertAllSorted("ab\na\nabc\nb\n", "a\nab\nabc\nb\n", 4);
        assertAllSorted("b\t1\na\t2\nb\t0\na\t1\n", "a\t2\na\t1\nb\t1\nb\t0\n", 4);
        assertAllSorted("a\1\na\tz\n", "a\tz\na\1\n", 4);
        assertAllSorted("a\tz\na\na\ty\tx\n", "a\tz\na\na\ty\tx\n", 6);
        assertAllSorted("e\nd\nc\nb\na\n", "a\nb\nc\nd\ne\n", 2);
        assertAllSorted("g\nf\ne\nd\nc\nb\na\nh\n", "a\nb\nc\nd\ne\nf\ng\nh\n", 2);
    }

    @Test
    @DisplayName("R1: many lines keep their order")
    void manyLines() throws IOException {
        int random = 1;
        List<StringBuilder> linesOfKeys = Stream.generate(StringBuilder::new).limit(40).toList();
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            random = random * 1103515245 + 12345;
            int key = (random >>> 16) % 40;
            String line = (10 + key) + "\t" + i + "\n";
            input.append(line);
            linesOfKeys.get(key).append(line);
        }
        String output = String.join("", linesOfKeys);
        assertSorted(input.toString(), output, 20, 40);
        for (long memory : new long[] {500, 2000, 1 << 20}) {
            for (int files : new int[] {3, 5, 40}) {
                assertSorted(input.toString(), output, memory, files);
            }
        }
    }

    @Test
    @DisplayName("R1: lines longer than what is read at once")
    void longLines() throws IOException {
        String lines = IntStream.of(16383, 16384, 16385, 40000).mapToObj("x"::repeat).reduce("", (all, line) -> all + line + "\n");
        assertSorted(lines, lines, 1 << 20, 3);
        assertSorted("y\n" + lines, lines + "y\n", 40001, 3);
    }

    @Test
    @DisplayName("R2: ends and odd bytes")
    void oddBytes() throws IOException {
        assertAllSorted("", "", 1);
        assertAllSorted("\n", "\n", 1);
        assertAllSorted("b\na", "a\nb\n", 2);
        assertAllSorted("a", "a\n", 2);
        assertAllSorted("\n\na\n\n", "\n\n\na\n", 2);
        assertAllSorted("b\r\na\r\na\r", "a\r\na\r\nb\r\n", 3);
        assertAllSorted("\0b\n\0a\n\0\n", "\0\n\0a\n\0b\n", 3);
        assertAllSorted("\tx\n\n\tw", "\tx\n\n\tw\n", 3);
        assertAllSorted("\u00c3(\n\u00c3\n", "\u00c3\n\u00c3(\n", 3);
    }

    private void assertRuns(String input, long memory, String runs) throws IOException {
        put("input", input);
        sort(memory, 10, 0);
        assertEquals(runs, counts(Step.RUN));
        assertEquals(runs.isEmpty() ? "" : "" + runs.length(), counts(Step.MERGE));
    }

    @Test
    @DisplayName("R3: runs take what fits")
    void runs() throws IOException {
        String fifteen = "bb\naa\nbb\naa\nbb\n";
        assertRuns(fifteen, 3, "11111");
        assertRuns(fifteen, 6, "221");
        assertRuns(fifteen, 8, "221");
        assertRuns(fifteen, 9, "32");
        assertRuns(fifteen, 14, "41");
        assertRuns(fifteen, 15, "");
        assertRuns("bb\naa", 5, "11");
        assertRuns("bb\naa", 6, "");
        assertRuns("abcde\n", 6, "");
        assertRuns("\n\n\n\n", 2, "22");
        assertRuns("\n\n\n", 1, "111");
        assertRuns("a\nbbbb\na\na\na\n", 6, "113");
    }

    @Test
    @DisplayName("R3: one run needs no folder and no memory in advance")
    void oneRun() throws IOException {
        put("input", "b\na\n");
        Options options = new Options(at("missing"), Long.MAX_VALUE, Integer.MAX_VALUE, null);
        assertEquals(2, ExternalSort.sort(at("input"), at("result/output"), options));
        assertEquals("a\nb\n", content("result/output"));
    }

    private void assertPasses(int files, String merges, Long... temporaryFiles) throws IOException {
        sort(2, files, 0);
        assertEquals("a\nb\nc\nd\ne\nf\ng\n", content("result/output"));
        assertEquals("1111111", counts(Step.RUN));
        assertEquals(merges, counts(Step.MERGE));
        List<Long> seen = new ArrayList<>();
        for (Event event : events) {
            assertTrue(event.openFiles <= files);
            if (event.step == Step.MERGE) {
                assertEquals(event.count + 1, event.openFiles);
                seen.add(event.temporaryFiles);
            }
        }
        assertEquals(List.of(temporaryFiles), seen);
        assertEquals(0, openFiles());
    }

    @Test
    @DisplayName("R4: passes")
    void passes() throws IOException {
        put("input", "g\nf\ne\nd\nc\nb\na\n");
        assertPasses(3, "222222", 8L, 7L, 6L, 5L, 4L, 2L);
        assertPasses(4, "333", 8L, 6L, 3L);
        assertPasses(5, "432", 8L, 5L, 2L);
        assertPasses(6, "522", 8L, 4L, 2L);
        assertPasses(7, "62", 8L, 2L);
        assertPasses(8, "7", 7L);
    }

    @Test
    @DisplayName("R5: output is replaced at the end")
    void outputIsReplaced() throws IOException {
        for (int memory : new int[] {2, 100}) {
            put("input", "c\nb\na\n");
            put("result/output", "old");
            Files.setPosixFilePermissions(at("result/output"), PosixFilePermissions.fromString("rw-------"));
            try (InputStream reader = Files.newInputStream(at("result/output"))) {
                sort(memory, 3, 0);
                assertArrayEquals("old".getBytes(StandardCharsets.US_ASCII), reader.readAllBytes());
            }
            var permissions = Files.getPosixFilePermissions(at("result/output"));
            assertEquals("rw-------", PosixFilePermissions.toString(permissions));
            assertEquals(memory == 2 ? 5 : 0, events.size());
            assertTrue(events.stream().allMatch(event -> event.output.equals("old") && event.privately));
            assertEquals("a\nb\nc\n", content("result/output"));
            assertEquals(1, entries("result"));
            assertEquals(0, entries("temporary"));
        }
    }

    @Test
    @DisplayName("R5: input may be the output")
    void inputIsOutput() throws IOException {
        for (int memory = 2; memory < 8; memory++) {
            put("input", "c\nb\na");
            assertEquals(3, ExternalSort.sort(at("input"), at("input"), new Options(at("temporary"), memory, 3, null)));
            assertEquals("a\nb\nc\n", content("input"));
            assertEquals(3, entries("."));
            assertEquals(0, entries("temporary"));
        }
    }

    @Test
    @DisplayName("R5: files of others stay")
    void filesOfOthers() throws IOException {
        put("result/other", "of another program");
        put("temporary/0", "of another program");
        put("input", "c\nb\na");
        sort(2, 3, 0);
        assertEquals("a\nb\nc\n", content("result/output"));
        assertEquals("of another program", content("temporary/0"));
        assertEquals(2, entries("result"));
        assertEquals(1, entries("temporary"));
    }

    private void assertTooLong(String input, long line) throws IOException {
        put("input", input);
        LineTooLongException thrown = assertThrows(LineTooLongException.class, () -> sort(4, 3, 0));
        assertEquals(line, thrown.number());
        assertTrue(thrown.getMessage().contains("line " + line));
        assertNothingLeft();
    }

    @Test
    @DisplayName("R6: lines that are too long")
    void tooLongLines() throws IOException {
        put("result/output", "old");
        assertTooLong("aaaa\n", 1);
        assertTooLong("aaaa", 1);
        assertTooLong("aaa\nbbbb\n", 2);
        assertTooLong("aaa\nbbb\nc\ndddd", 4);
        assertTooLong("\n\n\n\n\n\naaaaa\n", 7);
        assertTooLong("x".repeat(100_000), 1);
        assertSorted("bbb\naaa", "aaa\nbbb\n", 4, 3);
        put("input", "x".repeat(16384) + "y\n");
        assertThrows(LineTooLongException.class, () -> sort(16385, 3, 0));
        assertEquals(1, sort(16386, 3, 0));
    }

    @Test
    @DisplayName("R7: stopping at every step")
    void stopping() throws IOException {
        put("input", "g\nf\ne\nd\nc\nb\na\n");
        put("result/output", "old");
        for (int step = 1; step <= 13; step++) {
            int stopAt = step;
            assertThrows(CancellationException.class, () -> sort(2, 3, stopAt));
            assertEquals(stopAt, events.size());
            assertNothingLeft();
        }
        assertEquals(7, sort(2, 3, 0));
        assertEquals(13, events.size());
    }

    @Test
    @DisplayName("R7: what progress throws comes out")
    void throwingProgress() throws IOException {
        put("input", "g\nf\ne\nd\nc\nb\na\n");
        put("result/output", "old");
        for (Step throwing : Step.values()) {
            var exception = new IllegalStateException("failed");
            Options options = new Options(at("temporary"), 2, 3, (step, count) -> {
                if (step == throwing) {
                    throw exception;
                }
                return true;
            });
            assertSame(exception, assertThrows(IllegalStateException.class,
                    () -> ExternalSort.sort(at("input"), at("result/output"), options)));
            assertNothingLeft();
        }
    }

    private IOException failure(String input, String output, String temporary, long memory) throws IOException {
        Options options = new Options(at(temporary), memory, 3, null);
        IOException thrown = assertThrows(IOException.class, () -> ExternalSort.sort(at(input), at(output), options));
        assertNothingLeft();
        return thrown;
    }

    @Test
    @DisplayName("R8: errors of the system")
    void systemErrors() throws IOException {
        put("input", "c\nb\na\n");
        put("result/output", "old");
        Files.createDirectory(at("other"));
        for (long memory : new long[] {2, 100}) {
            assertSame(NoSuchFileException.class, failure("missing", "result/output", "temporary", memory).getClass());
            assertSame(NoSuchFileException.class, failure("input", "missing/output", "temporary", memory).getClass());
            for (String[] paths : new String[][] {{"other", "result/output"}, {"input", "other"}}) {
                IOException thrown = failure(paths[0], paths[1], "temporary", memory);
                assertTrue(thrown.getMessage().contains("Is a directory"));
            }
        }
        assertSame(NoSuchFileException.class, failure("input", "result/output", "missing", 2).getClass());
        assertEquals(4, entries("."));
        assertEquals(0, entries("other"));
    }

    @Test
    @DisplayName("R8: invalid arguments")
    void invalidArguments() {
        for (int[] numbers : new int[][] {{0, 3}, {-1, 3}, {100, 2}, {100, 0}, {100, -1}}) {
            var thrown = assertThrows(
                    IllegalArgumentException.class, () -> new Options(at("temporary"), numbers[0], numbers[1], null));
            assertTrue(thrown.getMessage().contains("3 files"));
        }
        assertEquals(3, new Options(at("temporary"), 1, 3, null).maxOpenFiles());
    }
}
