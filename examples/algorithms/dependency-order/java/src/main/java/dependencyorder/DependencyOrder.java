package dependencyorder;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Orders build targets by their dependencies. */
public final class DependencyOrder {
    private DependencyOrder() {}

    /**
     * Returns the names of all targets, each one after its dependencies. Of the targets that are ready, the one declared
     * first comes next.
     *
     * @throws DuplicateTargetException if a name is declared twice
     * @throws UnknownTargetException if a dependency is not declared
     * @throws CycleException if targets depend on each other
     */
    public static List<String> buildOrder(List<Target> targets) {
        List<Target> declared = List.copyOf(targets);
        List<int[]> dependencies = resolve(declared);
        List<Integer> order = place(dependencies);
        if (order.size() < declared.size()) {
            BitSet blocked = new BitSet();
            blocked.set(0, declared.size());
            order.forEach(blocked::clear);
            throw new CycleException(names(declared, findCycle(dependencies, blocked)));
        }
        return names(declared, order);
    }

    private static List<String> names(List<Target> declared, List<Integer> indexes) {
        return indexes.stream().map(index -> declared.get(index).name()).toList();
    }

    /** The dependencies of each target as indexes of declarations. */
    private static List<int[]> resolve(List<Target> declared) {
        Map<String, Integer> indexes = new HashMap<>();
        for (Target target : declared) {
            if (indexes.putIfAbsent(target.name(), indexes.size()) != null) {
                throw new DuplicateTargetException(target.name());
            }
        }
        List<int[]> resolved = new ArrayList<>(declared.size());
        for (Target target : declared) {
            for (String dependency : target.dependencies()) {
                if (!indexes.containsKey(dependency)) {
                    throw new UnknownTargetException(target.name(), dependency);
                }
            }
            resolved.add(target.dependencies().stream().mapToInt(indexes::get).toArray());
        }
        return resolved;
    }

    /** The targets that are not blocked, in build order. */
    private static List<Integer> place(List<int[]> dependencies) {
        int[] missing = dependencies.stream().mapToInt(own -> own.length).toArray();
        List<List<Integer>> dependents = new ArrayList<>(dependencies.size());
        dependencies.forEach(own -> dependents.add(new ArrayList<>()));
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int index = 0; index < missing.length; index++) {
            for (int dependency : dependencies.get(index)) {
                dependents.get(dependency).add(index);
            }
            if (missing[index] == 0) {
                ready.add(index);
            }
        }
        List<Integer> order = new ArrayList<>(missing.length);
        while (!ready.isEmpty()) {
            int placed = ready.remove();
            order.add(placed);
            for (int dependent : dependents.get(placed)) {
                if (--missing[dependent] == 0) {
                    ready.add(dependent);
                }
            }
        }
        return order;
    }

    /** Walks from the first blocked target into a cycle; the cycle from its lowest index back to it. */
    private static List<Integer> findCycle(List<int[]> dependencies, BitSet blocked) {
        LinkedHashSet<Integer> walked = new LinkedHashSet<>();
        int current = blocked.nextSetBit(0);
        while (walked.add(current)) {
            current = IntStream.of(dependencies.get(current)).filter(blocked::get).findFirst().orElseThrow();
        }
        List<Integer> path = new ArrayList<>(walked);
        List<Integer> cycle = path.subList(path.indexOf(current), path.size());
        Collections.rotate(cycle, -cycle.indexOf(Collections.min(cycle)));
        List<Integer> closed = new ArrayList<>(cycle);
        closed.add(cycle.get(0));
        return closed;
    }
}
