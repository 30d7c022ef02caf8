package cronnext;

import cronnext.CronException.Reason;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text of one field. */
final class FieldParser {
    private static final String VALUE = "(?:[0-9]+|[A-Za-z]+)";
    private static final Pattern ITEM = Pattern.compile(
            "(?:\\*|(?<first>" + VALUE + ")-(?<last>" + VALUE + "))(?:/(?<step>[0-9]+))?|(?<only>" + VALUE + ")");

    private final Field field;

    FieldParser(Field field) {
        this.field = field;
    }

    /** The values of all items. */
    BitSet parse(String text) {
        BitSet values = new BitSet(field.greatest + 1);
        for (String item : text.split(",", -1)) {
            addItem(item, values);
        }
        return values;
    }

    private void addItem(String item, BitSet values) {
        Matcher shape = ITEM.matcher(item);
        if (!shape.matches()) {
            throw new CronException(Reason.SYNTAX, field, item);
        }
        boolean isSingle = shape.group("only") != null;
        int first = value(isSingle ? shape.group("only") : shape.group("first"), field.least, item);
        int last = value(isSingle ? shape.group("only") : shape.group("last"), field.greatest, item);
        if (first > last) {
            throw new CronException(Reason.RANGE, field, item);
        }
        int step = shape.group("step") == null ? 1 : Field.number(shape.group("step"));
        if (step < 1 || step > field.greatest) {
            throw new CronException(Reason.STEP, field, item);
        }
        for (int value = first; value <= last; value += step) {
            values.set(value);
        }
    }

    private int value(String text, int otherwise, String item) {
        if (text == null) {
            return otherwise;
        }
        return field.value(text).orElseThrow(() -> new CronException(Reason.VALUE, field, item));
    }
}
