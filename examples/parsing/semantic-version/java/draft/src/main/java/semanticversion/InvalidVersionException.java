package semanticversion;

/** A text is not a semantic version. */
public class InvalidVersionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String text;

    public InvalidVersionException(String text) {
        super("invalid version: \"" + text + "\"");
        this.text = text;
    }

    /** Returns the text that is no version. */
    public String text() {
        return text;
    }
}
