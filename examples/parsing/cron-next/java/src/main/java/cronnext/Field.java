package cronnext;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The fields of an expression, in their order. */
public enum Field {
    MINUTE(0, 59),
    HOUR(0, 23),
    DAY_OF_MONTH(1, 31),
    MONTH(1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    DAY_OF_WEEK(0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    final int least;
    final int greatest;
    private final List<String> names;

    Field(int least, int greatest, String... names) {
        this.least = least;
        this.greatest = greatest;
        this.names = List.of(names);
    }

    /** The name that errors and people use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The value of a number or a name; empty if the field has no such value. */
    OptionalInt value(String text) {
        if (Character.isLetter(text.charAt(0))) {
            int index = names.indexOf(text.toUpperCase(Locale.ROOT));
            return index < 0 ? OptionalInt.empty() : OptionalInt.of(least + index);
        }
        int value = number(text);
        return value < least || value > greatest ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** The number that digits stand for; if it has more than three, another one that is too great as well. */
    static int number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return Integer.parseInt(significant.substring(0, Math.min(3, significant.length())));
    }
}
