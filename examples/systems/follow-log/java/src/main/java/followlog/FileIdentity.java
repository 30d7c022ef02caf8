package followlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a file is known by, whatever its name. */
public record FileIdentity(long device, long inode) {
    /** The identity of the regular file at the path, empty if nothing is there. */
    static Optional<FileIdentity> of(Path path) throws IOException {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino,isRegularFile");
            if (!(boolean) attributes.get("isRegularFile")) {
                throw new NotRegularFileException(path);
            }
            return Optional.of(new FileIdentity((long) attributes.get("dev"), (long) attributes.get("ino")));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }
}
