package semanticversion;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Reads and orders versions that follow Semantic Versioning 2.0.0. */
public final class Versions {
    private static final Comparator<Version> PRECEDENCE = Comparator.comparingInt(Version::major)
            .thenComparingInt(Version::minor)
            .thenComparingInt(Version::patch)
            .thenComparing(Version::prerelease, Versions::comparePrereleases);

    private record Entry(String text, Version version) {}

    private Versions() {}

    /**
     * The parts of a version.
     *
     * @throws InvalidVersionException if the text is no version
     */
    public static Version parse(String text) {
        // The plus sign comes first: build metadata may contain hyphens, a pre-release no plus sign.
        String[] beforeAndBuild = text.split("\\+", 2);
        String[] coreAndPrerelease = beforeAndBuild[0].split("-", 2);
        String[] numbers = coreAndPrerelease[0].split("\\.", -1);
        if (numbers.length != 3
                || !areIdentifiers(coreAndPrerelease, Versions::isPrereleaseIdentifier)
                || !areIdentifiers(beforeAndBuild, Versions::isIdentifier)) {
            throw new InvalidVersionException(text);
        }
        try {
            return new Version(
                    number(numbers[0]),
                    number(numbers[1]),
                    number(numbers[2]),
                    secondOrEmpty(coreAndPrerelease),
                    secondOrEmpty(beforeAndBuild));
        } catch (NumberFormatException e) {
            throw new InvalidVersionException(text);
        }
    }

    /**
     * -1, 0 or 1 as the first version has lower, equal or higher precedence than the second.
     *
     * @throws InvalidVersionException if one of the texts is no version, for the first of two
     */
    public static int compare(String first, String second) {
        return Integer.signum(PRECEDENCE.compare(parse(first), parse(second)));
    }

    /**
     * The versions in a new list, the lowest precedence first; equal ones keep their order.
     *
     * @throws InvalidVersionException for the first text of the list that is no version
     */
    public static List<String> sort(List<String> versions) {
        return versions.stream()
                .map(text -> new Entry(text, parse(text)))
                .sorted(Comparator.comparing(Entry::version, PRECEDENCE))
                .map(Entry::text)
                .toList();
    }

    /** The value of a number, which has no sign, no leading zeros and only ASCII digits. */
    private static int number(String digits) {
        if (!isNumber(digits) || hasLeadingZero(digits)) {
            throw new NumberFormatException();
        }
        return Integer.parseInt(digits);
    }

    /** Whether the second part, if there is one, is a list of identifiers. */
    private static boolean areIdentifiers(String[] parts, Predicate<String> isIdentifier) {
        if (parts.length == 1) {
            return true;
        }
        for (String identifier : parts[1].split("\\.", -1)) {
            if (!isIdentifier.test(identifier)) {
                return false;
            }
        }
        return true;
    }

    private static String secondOrEmpty(String[] parts) {
        return parts.length == 1 ? "" : parts[1];
    }

    private static boolean isPrereleaseIdentifier(String text) {
        return isIdentifier(text) && !(hasLeadingZero(text) && isNumber(text));
    }

    private static boolean isIdentifier(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean hasLeadingZero(String digits) {
        return digits.length() > 1 && digits.startsWith("0");
    }

    private static int comparePrereleases(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(a.isEmpty(), b.isEmpty());
        }
        // What is equal needs no splitting: only the identifiers around the first difference are looked at.
        int start = 0;
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared && a.charAt(i) == b.charAt(i); i++) {
            if (a.charAt(i) == '.') {
                start = i + 1;
            }
        }
        int order = compareIdentifiers(identifierAt(a, start), identifierAt(b, start));
        return order == 0 ? Integer.compare(a.length(), b.length()) : order;
    }

    private static String identifierAt(String prerelease, int start) {
        int end = prerelease.indexOf('.', start);
        return prerelease.substring(start, end < 0 ? prerelease.length() : end);
    }

    private static int compareIdentifiers(String a, String b) {
        boolean isNumber = isNumber(a);
        if (isNumber != isNumber(b)) {
            return Boolean.compare(!isNumber, isNumber);
        }
        if (isNumber && a.length() != b.length()) {
            // Without leading zeros the longer number is the greater, and numbers of one length compare as text.
            return Integer.compare(a.length(), b.length());
        }
        return a.compareTo(b);
    }
}
