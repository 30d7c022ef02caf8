package limitedstops;

/** The cost of a leg is not allowed. */
public final class InvalidCostException extends IllegalArgumentException {
    private final int index;
    private final long cost;

    InvalidCostException(int index, long cost) {
        super("leg " + index + " has the invalid cost " + cost);
        this.index = index;
        this.cost = cost;
    }

    /** The index of the leg in the list. */
    public int index() {
        return index;
    }

    public long cost() {
        return cost;
    }
}
