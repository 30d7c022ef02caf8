package templaterender;

import java.util.List;

/** Changes a value on its way to the output. */
@FunctionalInterface
public interface Filter {
    /** Returns a value of the data. The arguments are of class String or Long. */
    Object apply(Object value, List<Object> arguments) throws Exception;
}
