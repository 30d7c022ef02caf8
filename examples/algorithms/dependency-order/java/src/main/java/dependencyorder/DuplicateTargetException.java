package dependencyorder;

/** A name is declared twice. */
public final class DuplicateTargetException extends OrderException {
    private final String name;

    DuplicateTargetException(String name) {
        super("target '" + name + "' is declared twice");
        this.name = name;
    }

    public String name() {
        return name;
    }
}
