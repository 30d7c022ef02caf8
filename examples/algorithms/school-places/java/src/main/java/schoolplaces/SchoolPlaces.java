package schoolplaces;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/** Assigns applicants to schools by deferred acceptance. */
public final class SchoolPlaces {
    private SchoolPlaces() {}

    /**
     * Returns a placement for each applicant, in the same order. The assignment is stable, and of those that are, the
     * best for every applicant.
     *
     * @throws InvalidRankingsException with all problems of the lists
     */
    public static List<Placement> assign(List<Applicant> applicants, List<School> schools) {
        List<Problem> problems = RankingCheck.problems(applicants, schools);
        if (!problems.isEmpty()) {
            throw new InvalidRankingsException(problems);
        }
        Map<String, Admission> admissions = new HashMap<>();
        schools.forEach(school -> admissions.put(school.name(), new Admission(school)));

        Queue<Candidate> applying = new ArrayDeque<>();
        applicants.forEach(one -> applying.add(new Candidate(one.name(), one.wishes().iterator())));
        while (!applying.isEmpty()) {
            Candidate candidate = applying.remove();
            if (candidate.wishes.hasNext()) {
                admissions.get(candidate.wishes.next()).receive(candidate).ifPresent(applying::add);
            }
        }

        Map<String, String> schoolOf = new HashMap<>();
        admissions.forEach((school, one) -> one.admitted.forEach(admitted -> schoolOf.put(admitted.name, school)));
        return applicants.stream()
                .map(one -> new Placement(one.name(), Optional.ofNullable(schoolOf.get(one.name()))))
                .toList();
    }

    /** An applicant with the wishes that are left. */
    private record Candidate(String name, Iterator<String> wishes) {}

    /** The candidates that a school holds. */
    private static final class Admission {
        private final int places;
        private final Map<String, Integer> ranks = new HashMap<>();
        private final PriorityQueue<Candidate> admitted;

        Admission(School school) {
            places = school.places();
            school.ranking().forEach(name -> ranks.put(name, ranks.size()));
            // The one to be turned away next, of the highest number, comes first.
            Comparator<Candidate> byRank = Comparator.comparing(candidate -> ranks.get(candidate.name));
            admitted = new PriorityQueue<>(byRank.reversed());
        }

        /** Holds the candidate if it can; returns who is turned away for that, if anybody. */
        Optional<Candidate> receive(Candidate candidate) {
            if (!ranks.containsKey(candidate.name)) {
                return Optional.of(candidate);
            }
            admitted.add(candidate);
            return admitted.size() > places ? Optional.of(admitted.remove()) : Optional.empty();
        }
    }
}
