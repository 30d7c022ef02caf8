package dependencyorder;

import java.util.List;

/** A build target and the names of the targets it depends on; the list is copied. */
public record Target(String name, List<String> dependencies) {
    public Target {
        dependencies = List.copyOf(dependencies);
    }
}
