package linearsolver;

/** A pivot is too small. */
public final class SingularMatrixException extends ArithmeticException {
    private final int column;

    SingularMatrixException(int column) {
        super("the pivot of column " + column + " is too small");
        this.column = column;
    }

    /** The column of the pivot, from 0. */
    public int column() {
        return column;
    }
}
