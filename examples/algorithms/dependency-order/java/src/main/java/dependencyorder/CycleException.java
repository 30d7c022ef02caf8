package dependencyorder;

import java.util.List;

/** Targets depend on each other. */
public final class CycleException extends OrderException {
    private final List<String> path;

    CycleException(List<String> path) {
        super("dependency cycle: " + String.join(" -> ", path));
        this.path = List.copyOf(path);
    }

    /** The names of the cycle, the first one again at the end. */
    public List<String> path() {
        return path;
    }
}
