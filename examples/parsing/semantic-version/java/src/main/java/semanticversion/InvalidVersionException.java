package semanticversion;

/** A text is no version. */
public final class InvalidVersionException extends IllegalArgumentException {
    private final String text;

    InvalidVersionException(String text) {
        super("not a semantic version: \"" + text + "\"");
        this.text = text;
    }

    /** The text exactly as given. */
    public String text() {
        return text;
    }
}
