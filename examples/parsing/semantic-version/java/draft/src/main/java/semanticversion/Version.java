package semanticversion;

/** The parts of a version; {@code prerelease} and {@code build} are empty if absent. */
public record Version(int major, int minor, int patch, String prerelease, String build) {
}
