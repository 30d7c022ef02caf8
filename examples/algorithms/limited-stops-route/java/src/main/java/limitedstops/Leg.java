package limitedstops;

/** A directed connection of two places; the cost is to be from 0 to {@link RouteFinder#MAX_COST}. */
public record Leg(String from, String to, long cost) {}
