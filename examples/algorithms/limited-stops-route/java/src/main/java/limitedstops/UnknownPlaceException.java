package limitedstops;

/** No leg begins or ends at a place. */
public final class UnknownPlaceException extends IllegalArgumentException {
    private final String place;

    UnknownPlaceException(String place) {
        super("unknown place '" + place + "'");
        this.place = place;
    }

    public String place() {
        return place;
    }
}
