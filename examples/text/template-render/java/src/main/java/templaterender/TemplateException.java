package templaterender;

/** An error of a template, with its kind and the position of the tag concerned. */
public final class TemplateException extends RuntimeException {
    /** What is wrong with a template or its rendering. */
    public enum Kind { SYNTAX, UNKNOWN_FILTER, MISSING, TYPE, FILTER_FAILED }

    private final Kind kind;
    private final int line;
    private final int column;

    private TemplateException(Kind kind, int line, int column, String detail, Throwable cause) {
        super(kind + " at " + line + ":" + column + ": " + detail, cause);
        this.kind = kind;
        this.line = line;
        this.column = column;
    }

    /** Makes the exception for the tag at an offset of the template. */
    static TemplateException at(String template, int offset, Kind kind, String detail, Throwable cause) {
        int lineStart = template.lastIndexOf('\n', offset - 1) + 1;
        int line = 1 + (int) template.substring(0, lineStart).chars().filter(unit -> unit == '\n').count();
        int column = 1 + template.codePointCount(lineStart, offset);
        return new TemplateException(kind, line, column, detail, cause);
    }

    public Kind kind() {
        return kind;
    }

    /** The line of the tag, counted from 1. */
    public int line() {
        return line;
    }

    /** The column of the tag in code points, counted from 1. */
    public int column() {
        return column;
    }
}
