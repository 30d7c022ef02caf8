package dependencyorder;

/** A target depends on a name that is declared nowhere. */
public final class UnknownTargetException extends OrderException {
    private final String target;
    private final String dependency;

    UnknownTargetException(String target, String dependency) {
        super("target '" + target + "' depends on the unknown target '" + dependency + "'");
        this.target = target;
        this.dependency = dependency;
    }

    public String target() {
        return target;
    }

    public String dependency() {
        return dependency;
    }
}
