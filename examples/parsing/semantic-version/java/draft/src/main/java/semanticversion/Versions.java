package semanticversion;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Functions for versions that follow Semantic Versioning 2.0.0. */
public final class Versions {
    private static final String NUMBER = "(?:0|[1-9][0-9]*)";
    private static final String PRERELEASE_IDENTIFIER =
            "(?:" + NUMBER + "|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final String BUILD_IDENTIFIER = "[0-9A-Za-z-]+";
    private static final Pattern VERSION = Pattern.compile(
            "(" + NUMBER + ")\\.(" + NUMBER + ")\\.(" + NUMBER + ")"
                    + "(?:-(" + PRERELEASE_IDENTIFIER + "(?:\\." + PRERELEASE_IDENTIFIER + ")*))?"
                    + "(?:\\+(" + BUILD_IDENTIFIER + "(?:\\." + BUILD_IDENTIFIER + ")*))?");

    private record Entry(String text, Version version) {
    }

    private Versions() {
    }

    /**
     * Returns the parts of a version.
     *
     * @throws InvalidVersionException if the text is no version
     */
    public static Version parse(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidVersionException(text);
        }
        return new Version(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                orEmpty(matcher.group(4)),
                orEmpty(matcher.group(5)));
    }

    /**
     * Returns -1, 0 or 1 as the first version has lower, equal or higher precedence.
     *
     * @throws InvalidVersionException if one of the texts is no version
     */
    public static int compare(String first, String second) {
        return compareParsed(parse(first), parse(second));
    }

    /**
     * Returns a new list, lowest precedence first; versions of equal precedence keep their order.
     *
     * @throws InvalidVersionException if one of the texts is no version
     */
    public static List<String> sort(List<String> versions) {
        List<Entry> entries = new ArrayList<>(versions.size());
        for (String text : versions) {
            entries.add(new Entry(text, parse(text)));
        }
        entries.sort((a, b) -> compareParsed(a.version(), b.version()));
        List<String> sorted = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            sorted.add(entry.text());
        }
        return sorted;
    }

    private static String orEmpty(String group) {
        return group == null ? "" : group;
    }

    private static int compareParsed(Version a, Version b) {
        int order = Integer.compare(a.major(), b.major());
        if (order == 0) {
            order = Integer.compare(a.minor(), b.minor());
        }
        if (order == 0) {
            order = Integer.compare(a.patch(), b.patch());
        }
        if (order == 0) {
            order = comparePrereleases(a.prerelease(), b.prerelease());
        }
        return Integer.signum(order);
    }

    private static int comparePrereleases(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            // The version without a pre-release is the higher one.
            return Boolean.compare(a.isEmpty(), b.isEmpty());
        }
        String[] left = a.split("\\.");
        String[] right = b.split("\\.");
        int shared = Math.min(left.length, right.length);
        for (int i = 0; i < shared; i++) {
            int order = compareIdentifiers(left[i], right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int compareIdentifiers(String a, String b) {
        boolean aIsNumber = isNumber(a);
        boolean bIsNumber = isNumber(b);
        if (aIsNumber != bIsNumber) {
            return aIsNumber ? -1 : 1;
        }
        if (aIsNumber && a.length() != b.length()) {
            // Without leading zeros, the number with more digits is the higher one.
            return Integer.compare(a.length(), b.length());
        }
        return a.compareTo(b);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
