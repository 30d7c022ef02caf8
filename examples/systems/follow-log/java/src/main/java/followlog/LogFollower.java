package followlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Follows a growing log file by polling, across rotation and truncation. For file systems of Unix, and one thread. */
public final class LogFollower implements AutoCloseable {
    private static final int CHUNK_SIZE = 64 * 1024;

    private final Path path;
    private final LineListener listener;
    private final UnfinishedLine unfinished;
    private final byte[] chunk = new byte[CHUNK_SIZE];
    private Position position;
    private FileChannel channel;
    private int delivered;

    /**
     * A follower that begins at the beginning of the file.
     *
     * @param maxLineLength in bytes
     * @throws IllegalArgumentException if the path is empty or the length is below 1
     */
    public LogFollower(Path path, int maxLineLength, LineListener listener) {
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("empty path");
        }
        if (maxLineLength < 1) {
            throw new IllegalArgumentException("maxLineLength must be positive");
        }
        this.path = path;
        this.listener = Objects.requireNonNull(listener);
        this.unfinished = new UnfinishedLine(maxLineLength);
    }

    /** A follower that goes on at a position. */
    public LogFollower(Path path, int maxLineLength, LineListener listener, Position position) {
        this(path, maxLineLength, listener);
        this.position = Objects.requireNonNull(position);
    }

    /** Of the first line that was not delivered; empty if there is none yet. */
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    /**
     * Delivers the lines that are there and returns their number. What the listener throws passes through; the next poll
     * begins with the line for which it did.
     *
     * @throws NotRegularFileException if something else than a regular file is at the path
     * @throws IOException if the system refuses something
     */
    public int poll() throws IOException {
        delivered = 0;
        Optional<FileIdentity> found = FileIdentity.of(path);
        if (channel == null && found.isPresent()) {
            open(found.get());
        }
        if (channel != null) {
            readToEnd();
            if (found.isPresent() && !found.get().equals(position.file())) {
                moveTo(found.get());
            }
        }
        return delivered;
    }

    /** Closes the file; may be called again. A later poll opens the file at the path and goes on. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** Opens the file if it is still the one that was found; otherwise the next poll finds another. */
    private void open(FileIdentity found) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(path);
        } catch (NoSuchFileException gone) {
            return;
        }
        boolean isFound = false;
        try {
            isFound = FileIdentity.of(path).equals(Optional.of(found));
        } finally {
            if (!isFound) {
                opened.close();
            }
        }
        if (!isFound) {
            return;
        }
        channel = opened;
        if (position == null || !position.file().equals(found)) {
            begin(found);
        }
    }

    private void begin(FileIdentity file) {
        position = new Position(file, 0);
        unfinished.clear();
    }

    private void moveTo(FileIdentity found) throws IOException {
        if (unfinished.seen() > 0) {
            deliver(0);
        }
        close();
        open(found);
        if (channel != null) {
            readToEnd();
        }
    }

    private void readToEnd() throws IOException {
        if (channel.size() < position.offset() + unfinished.seen()) {
            begin(position.file());
        }
        int size;
        while ((size = channel.read(ByteBuffer.wrap(chunk), position.offset() + unfinished.seen())) > 0) {
            deliverLines(size);
        }
    }

    private void deliverLines(int size) {
        int start = 0;
        for (int end = 0; end < size; end++) {
            if (chunk[end] == '\n') {
                unfinished.append(chunk, start, end);
                deliver(1);
                start = end + 1;
            }
        }
        unfinished.append(chunk, start, size);
    }

    /** The line is forgotten before the call, so that it is read again if the listener throws. */
    private void deliver(int endLength) {
        byte[] line = unfinished.bytes();
        boolean truncated = unfinished.isTruncated();
        Position next = position.after(unfinished.seen() + endLength);
        unfinished.clear();
        listener.onLine(line, truncated);
        position = next;
        delivered++;
    }
}
