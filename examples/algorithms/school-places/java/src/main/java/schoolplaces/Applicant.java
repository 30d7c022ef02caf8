package schoolplaces;

import java.util.List;

/** Somebody who wishes for schools, named best first; the list is copied. */
public record Applicant(String name, List<String> wishes) {
    public Applicant {
        wishes = List.copyOf(wishes);
    }
}
