package limitedstops;

import java.util.List;

/** A route with its total cost and its places from start to destination; the list is copied. */
public record Route(long cost, List<String> places) {
    public Route {
        places = List.copyOf(places);
    }
}
