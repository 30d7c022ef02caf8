package lineserver;

import java.util.HashMap;
import java.util.Map;

/** The keys with their values, and the requests on them. Strings hold bytes, as characters of the same number. */
final class Store {
    private static final String OK = "OK";
    private static final String NONE = "NONE";
    private static final String WRONG_ARGUMENTS = "ERR wrong arguments";

    private final Map<String, String> values = new HashMap<>();

    /** Executes the request in a line and returns the reply, both without line end. */
    String execute(String line) {
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        String arguments = space < 0 ? null : line.substring(space + 1);
        return switch (command) {
            case "SET", "ADD" -> put(arguments, command.equals("SET"));
            case "GET" -> isKey(arguments) ? get(arguments) : WRONG_ARGUMENTS;
            case "DEL" -> isKey(arguments) ? delete(arguments) : WRONG_ARGUMENTS;
            case "COUNT" -> arguments == null ? "COUNT " + values.size() : WRONG_ARGUMENTS;
            default -> "ERR unknown command";
        };
    }

    private String put(String arguments, boolean replacing) {
        int space = arguments == null ? -1 : arguments.indexOf(' ');
        if (space < 1) {
            return WRONG_ARGUMENTS;
        }
        String key = arguments.substring(0, space);
        String value = arguments.substring(space + 1);
        if (replacing) {
            values.put(key, value);
            return OK;
        }
        return values.putIfAbsent(key, value) == null ? OK : "EXISTS";
    }

    private String get(String key) {
        String value = values.get(key);
        return value == null ? NONE : "VALUE " + value;
    }

    private String delete(String key) {
        return values.remove(key) == null ? NONE : OK;
    }

    private static boolean isKey(String arguments) {
        return arguments != null && !arguments.isEmpty() && arguments.indexOf(' ') < 0;
    }
}
