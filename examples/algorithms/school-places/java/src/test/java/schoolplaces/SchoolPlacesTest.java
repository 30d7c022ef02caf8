package schoolplaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schoolplaces.Problem.Reason;

class SchoolPlacesTest {
    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" "));
    }

    private static Stream<String[]> lists(String text) {
        return text.isEmpty() ? Stream.of() : Stream.of(text.split("; ")).map(one -> (one + " ").split(":"));
    }

    /** Applicants written as "a: X Y; b: X". */
    private static List<Applicant> applicants(String text) {
        return lists(text).map(part -> new Applicant(part[0], words(part[1]))).toList();
    }

    /** Schools written as "X 2: b a; Y 1: a". */
    private static List<School> schools(String text) {
        return lists(text)
                .map(part -> {
                    List<String> head = words(part[0]);
                    return new School(head.get(0), Integer.parseInt(head.get(1)), words(part[1]));
                })
                .toList();
    }

    private static List<String> show(List<Placement> placements) {
        return placements.stream().map(one -> one.applicant() + "-" + one.school().orElse("none")).toList();
    }

    private static String assign(String applicants, String schools) {
        return String.join(" ", show(SchoolPlaces.assign(applicants(applicants), schools(schools))));
    }

    private static InvalidRankingsException error(String applicants, String schools) {
        return assertThrows(InvalidRankingsException.class, () -> assign(applicants, schools));
    }

    @ParameterizedTest
    @CsvSource({
        "a: X Y; b: X Y, X 1: b a; Y 1: a b, a-Y b-X",
        "a: X Y; b: Y X, X 1: b a; Y 1: a b, a-X b-Y",
        "a: X Y Z; b: Y Z X; c: Z X Y, X 1: b c a; Y 1: c a b; Z 1: a b c, a-X b-Y c-Z",
    })
    @DisplayName("R1: the best stable assignment for applicants")
    void bestStableAssignment(String applicants, String schools, String expected) {
        assertEquals(expected, assign(applicants, schools));
    }

    @ParameterizedTest
    @CsvSource({
        "a: X Y; b: Y X; c: X, X 1: b c a; Y 1: a b, a-Y b-X c-none",
        "a: X Y Z; b: X Z Y; c: Y X Z, X 1: c a b; Y 1: b a c; Z 1: a b c, a-X b-Z c-Y",
    })
    @DisplayName("R1: rejections lead to others")
    void rejectionsLeadToOthers(String applicants, String schools, String expected) {
        assertEquals(expected, assign(applicants, schools));
    }

    @ParameterizedTest
    @CsvSource({
        "1, a-none b-none c-X d-Y",
        "2, a-none b-X c-X d-Y",
        "3, a-X b-X c-X d-Y",
        "4, a-X b-X c-X d-X",
        "2147483647, a-X b-X c-X d-X",
    })
    @DisplayName("R2: as many as there are places, the highest ranked")
    void places(int places, String expected) {
        assertEquals(expected, assign("a: X Y; b: X Y; c: X Y; d: X Y", "X " + places + ": c b a d; Y 1: d a"));
    }

    @Test
    @DisplayName("R2: a school without places")
    void schoolWithoutPlaces() {
        assertEquals("a-Y b-none c-none", assign("a: X Y; b: X; c: Y X", "X 0: a b c; Y 1: a c"));
    }

    @Test
    @DisplayName("R3: only wished schools that rank the applicant")
    void onlyWishedSchoolsThatRank() {
        assertEquals("a-Y b-X c-none d-none", assign("a: X Y; b: X; c: ; d: Y", "X 2: b c; Y 1: a b"));
        assertEquals("a-none b-Y", assign("a: X; b: X Y", "X 5: ; Y 5: a b"));
    }

    @Test
    @DisplayName("R3: empty lists")
    void emptyLists() {
        assertEquals(List.of(), SchoolPlaces.assign(List.of(), List.of()));
        assertEquals(List.of(), SchoolPlaces.assign(List.of(), schools("X 1: ")));
        assertEquals(
                List.of(new Placement("a", Optional.empty())), SchoolPlaces.assign(applicants("a: "), List.of()));
    }

    @Test
    @DisplayName("R4: the order of the lists")
    void orderOfTheLists() {
        List<Applicant> applicants =
                new ArrayList<>(applicants("a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y"));
        List<School> schools = new ArrayList<>(schools("X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f"));
        List<String> expected = new ArrayList<>(List.of("a-Z", "b-none", "c-Z", "d-X", "e-Y", "f-X", "g-none"));
        for (int turn = 0; turn < 14; turn++) {
            assertEquals(expected, show(SchoolPlaces.assign(applicants, schools)));
            Collections.reverse(schools);
            assertEquals(expected, show(SchoolPlaces.assign(applicants, schools)));
            Collections.reverse(applicants);
            Collections.reverse(expected);
            if (turn % 2 == 1) {
                Collections.rotate(applicants, 1);
                Collections.rotate(expected, 1);
            }
        }
    }

    @Test
    @DisplayName("R4: names are compared exactly")
    void namesAreComparedExactly() {
        assertEquals(
                "1-A 01-a a-1 A-none", assign("1: a A; 01: a; a: 1; A: 1", "a 1: 01 1; A 1: 1; 1 1: a A"));
    }

    @ParameterizedTest
    @CsvSource({
        "'a: ; b: ; a: ', 'X 1: ', DUPLICATE_APPLICANT: a",
        "a: X, 'X 1: ; Y 1: ; X 1: ', DUPLICATE_SCHOOL: X",
        "a: X, X -1: a, INVALID_PLACES: X",
        "a: X x Y, 'X 1: a; Y 1: ', 'UNKNOWN_WISH: a, x'",
        "a: X Y X, X 1: a; Y 1: a, 'REPEATED_WISH: a, X'",
        "a: X, X 1: a X; Y 1: A, 'UNKNOWN_CANDIDATE: X, X\nUNKNOWN_CANDIDATE: Y, A'",
        "a: X; b: X, X 1: b a b b; Y 1: b, 'REPEATED_CANDIDATE: X, b\nREPEATED_CANDIDATE: X, b'",
    })
    @DisplayName("R5: each problem")
    void eachProblem(String applicants, String schools, String expected) {
        InvalidRankingsException error = error(applicants, schools);
        assertEquals(expected, error.getMessage());
        assertEquals(expected.split("\n").length, error.problems().size());
    }

    @Test
    @DisplayName("R5: all problems at once")
    void allProblemsAtOnce() {
        List<Problem> expected = List.of(
                entry(Reason.UNKNOWN_WISH, "a", "Q"),
                entry(Reason.REPEATED_WISH, "a", "X"),
                entry(Reason.UNKNOWN_WISH, "a", "Q"),
                new Problem(Reason.DUPLICATE_APPLICANT, "a", Optional.empty()),
                entry(Reason.UNKNOWN_WISH, "a", "Q"),
                entry(Reason.REPEATED_WISH, "b", "Y"),
                entry(Reason.UNKNOWN_CANDIDATE, "X", "c"),
                entry(Reason.REPEATED_CANDIDATE, "X", "a"),
                entry(Reason.UNKNOWN_CANDIDATE, "X", "c"),
                new Problem(Reason.DUPLICATE_SCHOOL, "X", Optional.empty()),
                new Problem(Reason.INVALID_PLACES, "X", Optional.empty()),
                entry(Reason.UNKNOWN_CANDIDATE, "X", "c"),
                entry(Reason.REPEATED_CANDIDATE, "Y", "b"));
        assertEquals(
                expected, error("a: X Q X Q; a: Y Q; b: Y Y", "X 1: a c a c; X -2: b c; Y 0: b b").problems());
    }

    private static Problem entry(Reason reason, String name, String entry) {
        return new Problem(reason, name, Optional.of(entry));
    }

    @Test
    @DisplayName("R6: many rejections")
    void manyRejections() {
        List<String> names = IntStream.range(0, 400).mapToObj(String::valueOf).toList();
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        List<Applicant> applicants = names.stream().map(name -> new Applicant(name, names)).toList();
        List<School> schools = names.stream().map(name -> new School(name, 1, reversed)).toList();
        List<Placement> placements =
                assertTimeoutPreemptively(Duration.ofSeconds(2), () -> SchoolPlaces.assign(applicants, schools));
        List<String> expected =
                IntStream.range(0, 400).mapToObj(i -> names.get(i) + "-" + reversed.get(i)).toList();
        assertEquals(expected, show(placements));
    }
}
