package cronnext;

import java.util.Optional;

/** An expression is not well-formed: why, and in which item of which field. */
public final class CronException extends IllegalArgumentException {
    /** What is wrong with an expression. */
    public enum Reason { FIELD_COUNT, SYNTAX, VALUE, RANGE, STEP }

    private final Reason reason;
    private final Field field;
    private final String item;

    CronException(Reason reason) {
        this(reason, null, "");
    }

    CronException(Reason reason, Field field, String item) {
        super(field == null ? reason.name() : reason + ": '" + item + "' in " + field.label());
        this.reason = reason;
        this.field = field;
        this.item = item;
    }

    public Reason reason() {
        return reason;
    }

    public Optional<Field> field() {
        return Optional.ofNullable(field);
    }

    public String item() {
        return item;
    }
}
