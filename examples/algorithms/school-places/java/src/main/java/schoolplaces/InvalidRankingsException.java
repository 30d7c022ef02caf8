package schoolplaces;

import java.util.List;
import java.util.stream.Collectors;

/** The lists have problems. */
public final class InvalidRankingsException extends IllegalArgumentException {
    private final List<Problem> problems;

    InvalidRankingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
