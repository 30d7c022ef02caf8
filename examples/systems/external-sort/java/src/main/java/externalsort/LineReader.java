package externalsort;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the lines of a file. */
final class LineReader implements Closeable {
    private static final int CHUNK_LENGTH = 16 * 1024;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_LENGTH];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int place;
    private int end;
    private long number;

    LineReader(Path path) throws IOException {
        in = Files.newInputStream(path);
    }

    /**
     * The next line, null at the end of the file.
     *
     * @throws LineTooLongException if it takes more than the limit with its LF; then no more of it than that is kept
     */
    Line next(long limit) throws IOException {
        line.reset();
        number++;
        while (place < end || fill()) {
            int start = place;
            while (place < end && chunk[place] != '\n') {
                place++;
            }
            if (place - start > limit - 1 - line.size()) {
                throw new LineTooLongException(number);
            }
            line.write(chunk, start, place - start);
            if (place < end) {
                place++;
                return Line.of(line.toByteArray());
            }
        }
        return line.size() == 0 ? null : Line.of(line.toByteArray());
    }

    /** The number of lines, once the end of the file has been reached. */
    long count() {
        return number - 1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        place = 0;
        end = Math.max(in.read(chunk), 0);
        return end > 0;
    }
}
