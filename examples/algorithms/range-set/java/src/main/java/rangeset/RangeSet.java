package rangeset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** An immutable set of integers that is kept as ranges. */
public final class RangeSet {
    private static final long BOUND = 1L << 52;

    /** Whether an integer is kept, given whether it is in the one set and in the other. */
    private interface Choice {
        boolean keeps(boolean inFirst, boolean inSecond);
    }

    // Strictly ascending; the set begins at those with an even index and ends at those with an odd one.
    private final long[] turns;

    private RangeSet(long[] turns) {
        this.turns = turns;
    }

    /**
     * Makes a set.
     *
     * @param ranges in any order
     * @throws InvalidRangeException for the first range that can not be
     */
    public static RangeSet of(List<Range> ranges) {
        NavigableMap<Long, Integer> changes = new TreeMap<>();
        int index = 0;
        for (Range range : ranges) {
            if (range.start() < -BOUND || range.start() > range.end() || range.end() > BOUND) {
                throw new InvalidRangeException(index);
            }
            changes.merge(range.start(), 1, Integer::sum);
            changes.merge(range.end(), -1, Integer::sum);
            index++;
        }
        LongStream.Builder turns = LongStream.builder();
        int open = 0;
        for (Map.Entry<Long, Integer> change : changes.entrySet()) {
            int before = open;
            open += change.getValue();
            if ((before == 0) != (open == 0)) {
                turns.add(change.getKey());
            }
        }
        return new RangeSet(turns.build().toArray());
    }

    public RangeSet union(RangeSet other) {
        return combine(this, other, (mine, others) -> mine || others);
    }

    public RangeSet intersection(RangeSet other) {
        return combine(this, other, (mine, others) -> mine && others);
    }

    /** What is in this set and not in the other. */
    public RangeSet difference(RangeSet other) {
        return combine(this, other, (mine, others) -> mine && !others);
    }

    public boolean contains(long value) {
        int place = Arrays.binarySearch(turns, value);
        // A turn that is found counts as passed; one that is not is given as -(number passed) - 1.
        int passed = place >= 0 ? place + 1 : -place - 1;
        return isInside(passed);
    }

    /** How many integers there are. */
    public long size() {
        return ranges().stream().mapToLong(range -> range.end() - range.start()).sum();
    }

    /** The fewest, ascending; unmodifiable. */
    public List<Range> ranges() {
        return IntStream.range(0, turns.length / 2)
                .mapToObj(place -> new Range(turns[2 * place], turns[2 * place + 1]))
                .toList();
    }

    private static boolean isInside(int turnsPassed) {
        return turnsPassed % 2 == 1;
    }

    private static RangeSet combine(RangeSet first, RangeSet second, Choice choice) {
        List<Long> kept = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < first.turns.length || j < second.turns.length) {
            long place = Math.min(first.turn(i), second.turn(j));
            i += first.turn(i) == place ? 1 : 0;
            j += second.turn(j) == place ? 1 : 0;
            if (choice.keeps(isInside(i), isInside(j)) != isInside(kept.size())) {
                kept.add(place);
            }
        }
        return new RangeSet(kept.stream().mapToLong(Long::longValue).toArray());
    }

    /** Beyond the last turn there is one that is never reached. */
    private long turn(int index) {
        return index < turns.length ? turns[index] : Long.MAX_VALUE;
    }
}
