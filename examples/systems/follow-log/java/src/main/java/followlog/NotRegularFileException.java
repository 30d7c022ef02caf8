package followlog;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What is at the path is not a regular file. */
public final class NotRegularFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    NotRegularFileException(Path path) {
        super(path.toString(), null, "not a regular file");
    }
}
