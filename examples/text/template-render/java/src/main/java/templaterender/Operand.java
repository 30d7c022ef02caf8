package templaterender;

import java.util.List;

/** What an expression begins with. */
sealed interface Operand {
    /** The segments are names (String) and indexes (Integer). */
    record Path(List<Object> segments) implements Operand {
        @Override
        public String toString() {
            return String.join(".", segments.stream().map(Object::toString).toList());
        }
    }

    /** The value is a String or a Long. */
    record Literal(Object value) implements Operand {}
}
