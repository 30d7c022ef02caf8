package linearsolver;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a square matrix is taken apart to, by which systems of linear equations with it are solved. Immutable.
 *
 * <p>Matrices are arrays of rows, which are equally long. One that is not as said is an IllegalArgumentException, and numbers
 * that grow beyond a double are an ArithmeticException.
 */
public final class LuFactors {
    /** Rows of the upper factor; below the diagonal the multiples that were subtracted. */
    private final double[][] rows;

    private final int[] order;
    private final double determinant;

    private LuFactors(double[][] rows, int[] order, double determinant) {
        this.rows = rows;
        this.order = order;
        this.determinant = determinant;
    }

    /**
     * Factorises a matrix of at least one row and as many columns.
     *
     * @param tolerance from 0 to below 1; pivots of at most so much of the greatest magnitude are too small
     * @throws SingularMatrixException if a pivot is too small
     */
    public static LuFactors of(double[][] matrix, double tolerance) {
        require(matrix.length > 0, "a matrix has a row at least");
        require(tolerance >= 0 && tolerance < 1, "a tolerance is from 0 to below 1");
        double[][] rows = copyOf(matrix, matrix.length);
        double least = tolerance * numbersOf(rows).map(Math::abs).max().orElse(0);
        int[] order = IntStream.range(0, rows.length).toArray();
        double determinant = 1;
        for (int column = 0; column < rows.length; column++) {
            int pivot = pivotRow(rows, column, least);
            if (pivot != column) {
                swap(rows, order, pivot, column);
                determinant = -determinant;
            }
            determinant *= rows[column][column];
            eliminate(rows, column);
        }
        return new LuFactors(rows, order, determinant);
    }

    /** The number of rows of the matrix. */
    public int size() {
        return rows.length;
    }

    /** For each place the row of the matrix that came to stand there. */
    public int[] order() {
        return order.clone();
    }

    /** The determinant; infinite or 0 where a double cannot hold it. */
    public double determinant() {
        return determinant;
    }

    /** Solves a system for each column of the right sides, of which there is one at least; a matrix of the same shape. */
    public double[][] solve(double[][] rightSides) {
        require(rightSides.length == rows.length, "right sides have as many rows as the factors");
        require(rightSides[0].length > 0, "right sides have a column at least");
        double[][] given = copyOf(rightSides, rightSides[0].length);
        double[][] solution = Arrays.stream(order).mapToObj(row -> given[row]).toArray(double[][]::new);
        for (int i = 0; i < rows.length; i++) {
            for (int above = 0; above < i; above++) {
                subtractMultiple(solution[i], rows[i][above], solution[above], 0);
            }
        }
        for (int i = rows.length - 1; i >= 0; i--) {
            for (int below = i + 1; below < rows.length; below++) {
                subtractMultiple(solution[i], rows[i][below], solution[below], 0);
            }
            for (int column = 0; column < solution[i].length; column++) {
                solution[i][column] /= rows[i][i];
            }
        }
        if (!numbersOf(solution).allMatch(Double::isFinite)) {
            throw new ArithmeticException("numbers of the solution grow beyond a double");
        }
        return solution;
    }

    private static int pivotRow(double[][] rows, int column, double least) {
        int pivot = column;
        for (int i = column; i < rows.length; i++) {
            if (!Double.isFinite(rows[i][column])) {
                throw new ArithmeticException("numbers of the factors grow beyond a double");
            }
            if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) {
                pivot = i;
            }
        }
        if (Math.abs(rows[pivot][column]) <= least) {
            throw new SingularMatrixException(column);
        }
        return pivot;
    }

    private static void swap(double[][] rows, int[] order, int first, int second) {
        double[] row = rows[first];
        rows[first] = rows[second];
        rows[second] = row;
        int place = order[first];
        order[first] = order[second];
        order[second] = place;
    }

    private static void eliminate(double[][] rows, int column) {
        double[] pivot = rows[column];
        for (int i = column + 1; i < rows.length; i++) {
            rows[i][column] /= pivot[column];
            subtractMultiple(rows[i], rows[i][column], pivot, column + 1);
        }
    }

    private static void subtractMultiple(double[] row, double multiple, double[] other, int from) {
        for (int i = from; i < row.length; i++) {
            row[i] -= multiple * other[i];
        }
    }

    private static double[][] copyOf(double[][] matrix, int columns) {
        double[][] copy = Stream.of(matrix).map(double[]::clone).toArray(double[][]::new);
        require(Stream.of(copy).allMatch(row -> row.length == columns), "rows of a wrong length");
        require(numbersOf(copy).allMatch(Double::isFinite), "numbers of a matrix are finite");
        return copy;
    }

    private static DoubleStream numbersOf(double[][] matrix) {
        return Stream.of(matrix).flatMapToDouble(DoubleStream::of);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
