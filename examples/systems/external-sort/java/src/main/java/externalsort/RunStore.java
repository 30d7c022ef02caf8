package externalsort;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Sorted runs in temporary files, in the order of the input: taken from the front, added at the back. */
final class RunStore implements Closeable {
    private final Path parent;
    private final Deque<Path> runs = new ArrayDeque<>();
    private Path folder;
    private long made;

    /** A store that makes a folder of its own in another one when it gets its first run. */
    RunStore(Path parent) {
        this.parent = parent;
    }

    int count() {
        return runs.size();
    }

    /** Adds a run that is to be written. */
    OutputStream add() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory(parent, "sort-");
        }
        Path run = folder.resolve(Long.toString(made++));
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(run));
        runs.addLast(run);
        return out;
    }

    List<Path> first(int count) {
        return runs.stream().limit(count).toList();
    }

    /** Makes the first run the last one. */
    void rotate() {
        runs.addLast(runs.removeFirst());
    }

    /** Removes the first runs. */
    void remove(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Files.delete(runs.removeFirst());
        }
    }

    /** Removes everything. */
    @Override
    public void close() throws IOException {
        if (folder == null) {
            return;
        }
        remove(runs.size());
        Files.delete(folder);
    }
}
