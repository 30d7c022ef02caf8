package followlog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    @TempDir
    Path folder;

    private Path log;
    private Path old;
    private final List<String> lines = new ArrayList<>();
    private final List<LogFollower> followers = new ArrayList<>();
    private LogFollower current;
    private String refused;
    private long offsetInListener;

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void setUp() {
        log = folder.resolve("log");
        old = folder.resolve("old");
    }

    @AfterEach
    void close() throws IOException {
        for (LogFollower follower : followers) {
            follower.close();
        }
    }

    /** Bytes become characters of the same number, and truncated lines end with "~". */
    private void take(byte[] line, boolean truncated) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        offsetInListener = current.position().orElseThrow().offset();
        if (text.equals(refused)) {
            throw new Refusal();
        }
        lines.add(truncated ? text + "~" : text);
    }

    private LogFollower follow(int maxLineLength) {
        followers.add(new LogFollower(log, maxLineLength, this::take));
        return followers.get(followers.size() - 1);
    }

    private LogFollower follow() {
        return follow(100);
    }

    private LogFollower follow(Position position) {
        followers.add(new LogFollower(log, 100, this::take, position));
        return followers.get(followers.size() - 1);
    }

    private static void append(Path path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Files.write(path, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void append(String text) throws IOException {
        append(log, text);
    }

    private void truncate(long size) throws IOException {
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
            file.truncate(size);
        }
    }

    private void polls(LogFollower follower, String... expected) throws IOException {
        lines.clear();
        current = follower;
        assertEquals(expected.length, follower.poll());
        assertArrayEquals(expected, lines.toArray());
    }

    private static long offset(LogFollower follower) {
        return follower.position().orElseThrow().offset();
    }

    private static long openFiles(Path folder) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
                } catch (IOException closed) {
                    return false;
                }
            }).count();
        }
    }

    @Test
    void appendedLines_R1() throws IOException {
        LogFollower follower = follow();
        append("one\ntwo\n");
        polls(follower, "one", "two");
        polls(follower);
        append("\n\nthree\r\na\0b\u00ff\n");
        polls(follower, "", "", "three\r", "a\0b\u00ff");
    }

    @Test
    void unfinishedLine_R2() throws IOException {
        LogFollower follower = follow();
        append("one\ntw");
        polls(follower, "one");
        append("o");
        polls(follower);
        assertEquals(4, offset(follower));
        append("\nth");
        polls(follower, "two");
        append("ree\n");
        polls(follower, "three");
        assertEquals(14, offset(follower));
    }

    @Test
    void manyAndLongLines_R2() throws IOException {
        for (int length : new int[] {1, 7, 65_535, 65_536, 65_537, 150_000}) {
            List<String> all = IntStream.range(0, 300_000 / length)
                    .mapToObj(number -> String.valueOf(number % 10).repeat(length))
                    .toList();
            Files.deleteIfExists(log);
            append(all.stream().map(line -> line + "\n").collect(Collectors.joining()));
            LogFollower follower = follow(1_000_000);
            polls(follower, all.toArray(String[]::new));
            polls(follower);
        }
    }

    @Test
    void rotation_R3() throws IOException {
        LogFollower follower = follow();
        append("one\n");
        polls(follower, "one");
        append("two\nthr");
        Files.move(log, old);
        append(old, "ee\nunfinished");
        append("new\npart");
        polls(follower, "two", "three", "unfinished", "new");
        assertEquals(4, offset(follower));
        append("s\n");
        append(old, "late\n");
        polls(follower, "parts");
    }

    @Test
    void rotatedFileWithoutAnUnfinishedLine_R3() throws IOException {
        LogFollower follower = follow();
        append("one\n");
        polls(follower, "one");
        Files.move(log, old);
        append("");
        polls(follower);
        append("new\n");
        polls(follower, "new");
    }

    @Test
    void fileThatIsMovedAway_R3() throws IOException {
        LogFollower follower = follow();
        append("one\nt");
        polls(follower, "one");
        Files.move(log, old);
        polls(follower);
        append(old, "wo\nthree\nr");
        polls(follower, "two", "three");
        assertEquals(14, offset(follower));
        append(old, "est");
        append("new\n");
        polls(follower, "rest", "new");
    }

    @Test
    void fileThatAppearsLater_R3() throws IOException {
        LogFollower follower = follow();
        polls(follower);
        assertEquals(Optional.empty(), follower.position());
        append("one\n");
        polls(follower, "one");
        FileIdentity file = new FileIdentity((long) Files.getAttribute(log, "unix:dev"), (long) Files.getAttribute(log, "unix:ino"));
        assertEquals(Optional.of(new Position(file, 4)), follower.position());
    }

    @Test
    void truncation_R4() throws IOException {
        LogFollower follower = follow();
        append("one\ntwo\nunfinished");
        polls(follower, "one", "two");
        truncate(0);
        append("a\nb");
        polls(follower, "a");
        assertEquals(2, offset(follower));
        truncate(2);
        polls(follower, "a");
        truncate(0);
        polls(follower);
        assertEquals(0, offset(follower));
        append("c\n");
        polls(follower, "c");
    }

    @Test
    void truncationBeforeRotation_R4() throws IOException {
        LogFollower follower = follow();
        append("one\nunfinished");
        polls(follower, "one");
        truncate(0);
        append("short");
        Files.move(log, old);
        append("new\n");
        polls(follower, "short", "new");
    }

    @Test
    void resuming_R5() throws IOException {
        LogFollower first = follow();
        append("one\ntwo\nthr");
        polls(first, "one", "two");
        Position position = first.position().orElseThrow();
        append("ee\nfour\n");
        LogFollower second = follow(position);
        assertEquals(Optional.of(position), second.position());
        polls(second, "three", "four");
        position = second.position().orElseThrow();
        polls(follow(position));
        truncate(position.offset() - 1);
        polls(follow(position), "one", "two", "three");
    }

    @Test
    void resumingWithAnotherFile_R5() throws IOException {
        LogFollower first = follow();
        append("one\n");
        polls(first, "one");
        Position position = first.position().orElseThrow();
        Files.move(log, old);
        LogFollower second = follow(position);
        polls(second);
        assertEquals(Optional.of(position), second.position());
        append("new one\n");
        polls(second, "new one");
        Files.delete(log);
        Files.move(old, log);
        FileIdentity other = new FileIdentity(position.file().device() + 1, position.file().inode());
        polls(follow(new Position(other, position.offset())), "one");
    }

    @Test
    void longLinesAreCut_R6() throws IOException {
        LogFollower follower = follow(5);
        append("12345\n123456\n1234567890\n1\n");
        polls(follower, "12345", "12345~", "12345~", "1");
        for (String part : List.of("123", "45", "6789")) {
            append(part);
            polls(follower);
        }
        append("0\n12345");
        polls(follower, "12345~");
        append("\n");
        polls(follower, "12345");
        assertEquals(26 + 11 + 6, offset(follower));
        append("1234567");
        Files.move(log, old);
        append("1\n");
        polls(follower, "12345~", "1");
    }

    private void refuses(LogFollower follower, String line, List<String> before, long offset) {
        lines.clear();
        current = follower;
        refused = line;
        assertThrows(Refusal.class, follower::poll);
        refused = null;
        assertEquals(before, lines);
        assertEquals(offset, offset(follower));
        assertEquals(offset, offsetInListener);
    }

    @Test
    void listenerThatThrows_R7() throws IOException {
        LogFollower follower = follow();
        append("one\ntwo\nthree\nfo");
        refuses(follower, "three", List.of("one", "two"), 8);
        refuses(follower, "three", List.of(), 8);
        append("ur\n");
        polls(follower, "three", "four");
        append("unfinished");
        polls(follower);
        Files.move(log, old);
        append("new\n");
        refuses(follower, "unfinished", List.of(), 19);
        polls(follower, "unfinished", "new");
    }

    @Test
    void folderAtThePath_R8() throws IOException {
        LogFollower follower = follow();
        Files.createDirectory(log);
        assertThrows(NotRegularFileException.class, follower::poll);
        Files.delete(log);
        append("one\n");
        polls(follower, "one");
        append("two\n");
        Files.move(log, old);
        Files.createDirectory(log);
        lines.clear();
        NotRegularFileException error = assertThrows(NotRegularFileException.class, follower::poll);
        assertEquals(log.toString(), error.getFile());
        assertEquals(List.of(), lines);
        assertEquals(4, offset(follower));
        Files.delete(log);
        append("new\n");
        polls(follower, "two", "new");
    }

    @Test
    void refusalOfTheSystem_R8() throws IOException {
        append("one\n");
        try (LogFollower follower = new LogFollower(log.resolve("log"), 10, this::take)) {
            assertThrows(FileSystemException.class, follower::poll);
        }
        polls(follow(), "one");
    }

    @Test
    void invalidArguments_R8() throws IOException {
        FileIdentity file = new FileIdentity(0, 0);
        assertThrows(IllegalArgumentException.class, () -> new LogFollower(Path.of(""), 10, this::take));
        assertThrows(IllegalArgumentException.class, () -> new LogFollower(log, 0, this::take));
        assertThrows(IllegalArgumentException.class, () -> new Position(file, -1));
        assertThrows(NullPointerException.class, () -> new Position(null, 0));
        assertThrows(NullPointerException.class, () -> new LogFollower(log, 1, null));
        assertThrows(NullPointerException.class, () -> new LogFollower(log, 1, this::take, null));
        assertEquals(0, new Position(file, 0).offset());
        append("1\n");
        polls(follow(1), "1");
    }

    @Test
    void descriptors_R8() throws IOException {
        LogFollower follower = follow();
        for (int turn = 0; turn < 5; turn++) {
            append("one\n");
            polls(follower, "one");
            assertEquals(1, openFiles(folder));
            Files.move(log, folder.resolve("old" + turn));
        }
        follower.close();
        follower.close();
        assertEquals(0, openFiles(folder));
        assertTrue(follower.position().isPresent());
        append(folder.resolve("old4"), "two\n");
        Files.move(folder.resolve("old4"), log);
        polls(follower, "two");
    }
}
