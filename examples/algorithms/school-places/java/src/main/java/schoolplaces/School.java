package schoolplaces;

import java.util.List;

/** A school with its number of places and the names of whom it would admit, best first; the list is copied. */
public record School(String name, int places, List<String> ranking) {
    public School {
        ranking = List.copyOf(ranking);
    }
}
