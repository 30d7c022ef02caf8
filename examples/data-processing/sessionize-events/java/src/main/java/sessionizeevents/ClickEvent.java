package sessionizeevents;

/** A click of a user on a page. {@link Sessionizer#add} checks it. */
public record ClickEvent(String user, long timestampMs, String page) {}
