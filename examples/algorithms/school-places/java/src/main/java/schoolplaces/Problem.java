package schoolplaces;

import java.util.Optional;

/** What is wrong with an applicant or school of this name, or with one entry of its list. */
public record Problem(Reason reason, String name, Optional<String> entry) {
    /** The kinds of problems. */
    public enum Reason {
        DUPLICATE_APPLICANT,
        DUPLICATE_SCHOOL,
        INVALID_PLACES,
        UNKNOWN_WISH,
        UNKNOWN_CANDIDATE,
        REPEATED_WISH,
        REPEATED_CANDIDATE
    }

    @Override
    public String toString() {
        return reason + ": " + name + entry.map(listed -> ", " + listed).orElse("");
    }
}
