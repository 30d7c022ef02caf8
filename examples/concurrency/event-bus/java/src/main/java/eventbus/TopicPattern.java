package eventbus;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A pattern that topics, given as their segments, match or not. */
record TopicPattern(List<String> segments, boolean isOpen) {
    private static final String ANY = "*";
    private static final String ANY_REST = "**";
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-]+");

    /** Throws IllegalArgumentException if the text is no pattern. */
    static TopicPattern parse(String text) {
        List<String> segments = split(text);
        int last = segments.size() - 1;
        boolean isOpen = segments.get(last).equals(ANY_REST);
        List<String> exact = isOpen ? segments.subList(0, last) : segments;
        require(exact.stream().allMatch(segment -> segment.equals(ANY) || isName(segment)), "pattern", text);
        return new TopicPattern(exact, isOpen);
    }

    /** Throws IllegalArgumentException if the text is no topic. */
    static List<String> segmentsOfTopic(String text) {
        List<String> segments = split(text);
        require(segments.stream().allMatch(TopicPattern::isName), "topic", text);
        return segments;
    }

    boolean matches(List<String> topic) {
        int count = segments.size();
        return (isOpen ? topic.size() >= count : topic.size() == count)
                && IntStream.range(0, count).allMatch(i -> isAt(i, topic.get(i)));
    }

    private boolean isAt(int index, String segment) {
        String wanted = segments.get(index);
        return wanted.equals(ANY) || wanted.equals(segment);
    }

    private static List<String> split(String text) {
        return List.of(text.split("\\.", -1));
    }

    private static boolean isName(String segment) {
        return SEGMENT.matcher(segment).matches();
    }

    private static void require(boolean isValid, String what, String text) {
        if (!isValid) {
            throw new IllegalArgumentException("invalid " + what + ": \"" + text + "\"");
        }
    }
}
