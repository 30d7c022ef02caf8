package semanticversion;

import java.util.Comparator;
import java.util.List;

/** Reads and orders versions that follow Semantic Versioning 2.0.0, by the package semantic-version of de.skuzzle. */
public final class Versions {
    private record Entry(String text, de.skuzzle.semantic.Version version) {}

    private Versions() {}

    /**
     * The parts of a version.
     *
     * @throws InvalidVersionException if the text is no version
     */
    public static Version parse(String text) {
        de.skuzzle.semantic.Version found = read(text);
        return new Version(
                found.getMajor(),
                found.getMinor(),
                found.getPatch(),
                found.getPreRelease(),
                found.getBuildMetaData());
    }

    /**
     * -1, 0 or 1 as the first version has lower, equal or higher precedence than the second.
     *
     * @throws InvalidVersionException if one of the texts is no version, for the first of two
     */
    public static int compare(String first, String second) {
        return Integer.signum(read(first).compareTo(read(second)));
    }

    /**
     * The versions in a new list, the lowest precedence first; equal ones keep their order.
     *
     * @throws InvalidVersionException for the first text of the list that is no version
     */
    public static List<String> sort(List<String> versions) {
        return versions.stream()
                .map(text -> new Entry(text, read(text)))
                .sorted(Comparator.comparing(Entry::version))
                .map(Entry::text)
                .toList();
    }

    private static de.skuzzle.semantic.Version read(String text) {
        try {
            return de.skuzzle.semantic.Version.parseVersion(text);
        } catch (de.skuzzle.semantic.Version.VersionFormatException e) {
            throw new InvalidVersionException(text);
        }
    }
}
