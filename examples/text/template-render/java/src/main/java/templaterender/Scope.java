package templaterender;

/** The name of a loop with its item, and the scope around it, which may be null. */
record Scope(String name, Object item, Scope outer) {
    /** Returns the innermost scope of the name, or null. */
    static Scope find(Scope innermost, String name) {
        Scope scope = innermost;
        while (scope != null && !scope.name.equals(name)) {
            scope = scope.outer;
        }
        return scope;
    }
}
