package schoolplaces;

import java.util.Optional;

/** The names of an applicant and of the school, if there is one. */
public record Placement(String applicant, Optional<String> school) {}
