package sessionizeevents;

import java.util.List;

/**
 * A closed session: its least and greatest timestamps, and its pages by timestamp, then by arrival. The list is copied.
 */
public record Session(String user, long startMs, long endMs, List<String> pages) {
    public Session {
        pages = List.copyOf(pages);
    }
}
