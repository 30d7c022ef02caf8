package limitedstops;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds cheapest routes with a limited number of stops. */
public final class RouteFinder {
    /** The greatest cost of a leg. It keeps sums of as many legs as fit into memory within a long. */
    public static final long MAX_COST = 1_000_000_000;

    private RouteFinder() {}

    /** A way to the destination: a linked list, of which longer ways share the rest. */
    private record Trail(String place, long cost, Trail rest) {
        static Trail before(Leg leg, Trail rest) {
            return new Trail(leg.from(), leg.cost() + rest.cost, rest);
        }

        boolean isCheaperThan(Trail other) {
            return other == null || cost < other.cost;
        }

        Route toRoute() {
            return new Route(
                    cost, Stream.iterate(this, Objects::nonNull, Trail::rest).map(Trail::place).toList());
        }
    }

    /**
     * Returns the cheapest route with at most {@code maxStops} places between start and destination, or nothing if there
     * is none. Of several the one with the fewest legs is taken, then the one whose legs stand earlier in the list.
     *
     * @throws InvalidCostException if the cost of a leg is out of range
     * @throws UnknownPlaceException if no leg begins or ends at {@code from} or {@code to}
     * @throws IllegalArgumentException if {@code maxStops} is negative
     */
    public static Optional<Route> cheapest(List<Leg> legs, String from, String to, int maxStops) {
        if (maxStops < 0) {
            throw new IllegalArgumentException("negative number of stops: " + maxStops);
        }
        checkCosts(legs);
        checkKnown(legs, from);
        checkKnown(legs, to);

        Map<String, Trail> newest = Map.of(to, new Trail(to, 0, null));
        Map<String, Trail> best = new HashMap<>(newest);
        for (int stops = 0; stops <= maxStops && !newest.isEmpty(); stops++) {
            newest = longerByOneLeg(legs, newest, best);
            best.putAll(newest);
        }
        return Optional.ofNullable(best.get(from)).map(Trail::toRoute);
    }

    private static void checkCosts(List<Leg> legs) {
        int index = 0;
        for (Leg leg : legs) {
            if (leg.cost() < 0 || leg.cost() > MAX_COST) {
                throw new InvalidCostException(index, leg.cost());
            }
            index++;
        }
    }

    private static void checkKnown(List<Leg> legs, String place) {
        if (legs.stream().noneMatch(leg -> leg.from().equals(place) || leg.to().equals(place))) {
            throw new UnknownPlaceException(place);
        }
    }

    /** The trails by place that one leg before one of the newest makes cheaper than the best so far. */
    private static Map<String, Trail> longerByOneLeg(
            List<Leg> legs, Map<String, Trail> newest, Map<String, Trail> best) {
        return legs.stream()
                .filter(leg -> newest.containsKey(leg.to()))
                .map(leg -> Trail.before(leg, newest.get(leg.to())))
                .filter(trail -> trail.isCheaperThan(best.get(trail.place())))
                .collect(Collectors.toMap(
                        Trail::place, Function.identity(), (first, next) -> next.isCheaperThan(first) ? next : first));
    }
}
