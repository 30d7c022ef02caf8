package schoolplaces;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import schoolplaces.Problem.Reason;

/** Collects the problems of applicants and schools. */
final class RankingCheck {
    private final List<Problem> problems = new ArrayList<>();

    private RankingCheck() {}

    static List<Problem> problems(List<Applicant> applicants, List<School> schools) {
        RankingCheck check = new RankingCheck();
        check.checkApplicants(applicants, schools.stream().map(School::name).collect(Collectors.toSet()));
        check.checkSchools(schools, applicants.stream().map(Applicant::name).collect(Collectors.toSet()));
        return check.problems;
    }

    private void checkApplicants(List<Applicant> applicants, Set<String> schools) {
        Set<String> seen = new HashSet<>();
        for (Applicant applicant : applicants) {
            if (!seen.add(applicant.name())) {
                add(Reason.DUPLICATE_APPLICANT, applicant.name());
            }
            checkEntries(applicant.name(), applicant.wishes(), schools, Reason.UNKNOWN_WISH, Reason.REPEATED_WISH);
        }
    }

    private void checkSchools(List<School> schools, Set<String> applicants) {
        Set<String> seen = new HashSet<>();
        for (School school : schools) {
            if (!seen.add(school.name())) {
                add(Reason.DUPLICATE_SCHOOL, school.name());
            }
            if (school.places() < 0) {
                add(Reason.INVALID_PLACES, school.name());
            }
            checkEntries(
                    school.name(), school.ranking(), applicants, Reason.UNKNOWN_CANDIDATE, Reason.REPEATED_CANDIDATE);
        }
    }

    private void checkEntries(String name, List<String> entries, Set<String> known, Reason unknown, Reason repeated) {
        Set<String> seen = new HashSet<>();
        for (String entry : entries) {
            if (!known.contains(entry)) {
                problems.add(new Problem(unknown, name, Optional.of(entry)));
            } else if (!seen.add(entry)) {
                problems.add(new Problem(repeated, name, Optional.of(entry)));
            }
        }
    }

    private void add(Reason reason, String name) {
        problems.add(new Problem(reason, name, Optional.empty()));
    }
}
