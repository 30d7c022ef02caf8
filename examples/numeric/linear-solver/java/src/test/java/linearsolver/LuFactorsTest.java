package linearsolver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LuFactorsTest {
    /** A matrix of text: numbers between spaces, rows between semicolons. */
    private static double[][] matrix(String text) {
        return Stream.of(text.split(";"))
                .map(row -> Stream.of(row.trim().split(" ")).mapToDouble(Double::parseDouble).toArray())
                .toArray(double[][]::new);
    }

    /** Numbers spread evenly between -1 and 1. */
    private static double[][] random(int rows, int columns, int seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> random.doubles(columns, -1, 1).toArray()).limit(rows).toArray(double[][]::new);
    }

    private static double[][] column(double[][] matrix, int column) {
        return Stream.of(matrix).map(row -> new double[] {row[column]}).toArray(double[][]::new);
    }

    private static double greatest(double[][] matrix) {
        return Stream.of(matrix).flatMapToDouble(DoubleStream::of).map(Math::abs).max().orElseThrow();
    }

    private static void assertSmallResiduals(double[][] matrix, int columns) {
        int size = matrix.length;
        double[][] rightSides = random(size, columns, size);
        double[][] solution = LuFactors.of(matrix, 0).solve(rightSides);
        assertEquals(size, solution.length);
        for (int column = 0; column < columns; column++) {
            double[][] x = column(solution, column);
            double[][] b = column(rightSides, column);
            double bound = 1e-14 * size * (size * greatest(matrix) * greatest(x) + greatest(b));
            for (int i = 0; i < size; i++) {
                double residual = -b[i][0];
                for (int j = 0; j < size; j++) {
                    residual += matrix[i][j] * x[j][0];
                }
                assertTrue(Math.abs(residual) <= bound);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 8, 2",
        "-4, 8 0 -2, -2 0 0.5",
        "2 1; 1 3, 3; 5, 0.8; 1.4",
        "0 2; 3 0, 4 2; 9 3, 3 1; 2 1",
        "1e-20 1; 1 1, 1; 2, 1; 1",
        "1 1; 1e-20 1, 2; 1, 1; 1",
        "4e-310 2e-310; 2e-310 4e-310, 8e-310; 1e-309, 1; 2", // infinite reciprocals
        "2 1 -1; -3 -1 2; -2 1 2, 8; -11; -3, 2; 3; -1",
        "2 1 -1; -3 -1 2; -2 1 2, 1 0 0; 0 1 0; 0 0 1, 4 3 -1; -2 -2 1; 5 4 -1",
        "0 0 2; 0 4 0; 8 0 0, 2 4; 4 8; 8 16, 1 2; 1 2; 1 2",
    })
    @DisplayName("R1: small systems")
    void smallSystems(String matrix, String rightSides, String expected) {
        LuFactors factors = LuFactors.of(matrix(matrix), 1e-12);
        assertEquals(matrix(matrix).length, factors.size());
        double[][] solution = factors.solve(matrix(rightSides));
        assertEquals(matrix(expected).length, solution.length);
        for (int i = 0; i < solution.length; i++) {
            assertArrayEquals(matrix(expected)[i], solution[i], 1e-12);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, 0",
        "1 2; 3 4, 1 0",
        "3 2; 1 4, 0 1",
        "-2 1; 2 5, 0 1",
        "1 1; -3 1, 1 0",
        "1 0 0; 2 1 0; -2 0 1, 1 2 0",
        "1 0 0; -2 1 0; 2 0 1, 1 2 0",
        "0 0 1; 1 0 0; 0 1 0, 1 2 0",
    })
    @DisplayName("R1: order of the rows")
    void orderOfRows(String matrix, String expected) {
        int[] order = Stream.of(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
        LuFactors factors = LuFactors.of(matrix(matrix), 0);
        assertArrayEquals(order, factors.order());
        Arrays.fill(factors.order(), -1);
        assertArrayEquals(order, factors.order());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 33, 60})
    @DisplayName("R2: residuals of random matrices")
    void residualsOfRandomMatrices(int size) {
        for (int seed = 0; seed < 3; seed++) {
            assertSmallResiduals(random(size, size, 1000 * size + seed), seed + 1);
        }
    }

    @Test
    @DisplayName("R2: residuals of a Hilbert matrix")
    void residualsOfHilbertMatrix() {
        double[][] hilbert = new double[8][8];
        for (int i = 0; i < 64; i++) {
            hilbert[i / 8][i % 8] = 1.0 / (i / 8 + i % 8 + 1);
        }
        assertSmallResiduals(hilbert, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 4",
        "-0.25, -0.25",
        "1 2; 3 4, -2",
        "3 4; 1 2, 2",
        "0 1; 1 0, -1",
        "0 1 0; 0 0 1; 1 0 0, 1",
        "0 0 1; 0 1 0; 1 0 0, -1",
        "2 1 -1; -3 -1 2; -2 1 2, -1",
        "2 5 7; 0 3 1; 0 0 -4, -24",
        "1e200 0; 0 1e200, Infinity",
        "-1e200 0; 0 1e200, -Infinity",
        "1e-200 0; 0 1e-200, 0",
    })
    @DisplayName("R3: determinants")
    void determinants(String matrix, double expected) {
        assertEquals(expected, LuFactors.of(matrix(matrix), 1e-12).determinant(), 1e-13);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0 0; 0 0, 0.5, 0",
        "1 2; 2 4, 0, 1",
        "0 1; 0 2, 0, 0",
        "1 2 3; 4 5 6; 7 8 9, 1e-12, 2",
        "1 2 3; 2 4 6; 7 8 9, 1e-12, 2",
        "1 2 3; 2 4 5; 4 8 1, 1e-12, 1",
        "4 0; 0 1, 0.25, 1",
        "4 0; 0 -1, 0.25, 1",
        "-4 0; 0 1, 0.25, 1",
        "1 8; 0 1, 0.125, 0",
        "1e200 2e200; 2e200 4e200, 1e-12, 1",
    })
    @DisplayName("R4: singular matrices")
    void singularMatrices(String matrix, double tolerance, int column) {
        SingularMatrixException thrown =
                assertThrows(SingularMatrixException.class, () -> LuFactors.of(matrix(matrix), tolerance));
        assertEquals(column, thrown.column());
        assertTrue(thrown.getMessage().contains("column " + column));
    }

    @ParameterizedTest
    @CsvSource({
        "1e-300, 0",
        "-3, 0.999",
        "4 0; 0 1, 0.2499",
        "4 0; 0 -1, 0.2499",
        "1 8; 0 1, 0.1249",
        "1e-200 2e-200; 3e-200 4e-200, 1e-12",
    })
    @DisplayName("R4: matrices that are not singular")
    void regularMatrices(String matrix, double tolerance) {
        assertEquals(matrix(matrix).length, LuFactors.of(matrix(matrix), tolerance).size());
    }

    private static void assertRefused(double[][] matrix, double tolerance) {
        assertThrowsExactly(IllegalArgumentException.class, () -> LuFactors.of(matrix, tolerance));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 2", "1; 2", "1 2 3; 4 5 7", "1 2; 3 4; 5 7", "1 2; 3", "1; 2 3", "1 2; 3 4 5", "1 2 3; 4 5"})
    @DisplayName("R5: shapes of matrices")
    void shapesOfMatrices(String matrix) {
        assertRefused(matrix(matrix), 0);
        assertRefused(new double[0][], 0);
        assertRefused(new double[1][0], 0);
        assertRefused(new double[2][0], 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    @DisplayName("R5: numbers that are not finite")
    void numbersThatAreNotFinite(double number) {
        LuFactors factors = LuFactors.of(matrix("1 2; 3 4"), 0);
        for (int i = 0; i < 4; i++) {
            double[][] matrix = matrix("1 2; 3 4");
            matrix[i / 2][i % 2] = number;
            assertRefused(matrix, 0);
            assertThrowsExactly(IllegalArgumentException.class, () -> factors.solve(matrix));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    @DisplayName("R5: tolerances")
    void tolerances(double tolerance) {
        assertRefused(matrix("1"), tolerance);
        assertEquals(1, LuFactors.of(matrix("1"), 0.999999).determinant());
    }

    @Test
    @DisplayName("R5: shapes of right sides")
    void shapesOfRightSides() {
        LuFactors factors = LuFactors.of(matrix("1 2; 3 4"), 0);
        double[][][] invalid = {
            {}, {{}}, {{}, {}}, {{1}}, {{1, 2}}, {{1}, {2}, {3}}, {{1, 2}, {3}}, {{1}, {2, 3}}, {{}, {1}}, {{1}, {}},
        };
        for (double[][] rightSides : invalid) {
            assertThrowsExactly(IllegalArgumentException.class, () -> factors.solve(rightSides));
        }
    }

    private static void assertOverflow(Executable executable) {
        assertThrowsExactly(ArithmeticException.class, executable);
    }

    @Test
    @DisplayName("R6: overflow in the factors")
    void overflowInFactors() {
        assertOverflow(() -> LuFactors.of(matrix("1e308 1e308; -1e308 1e308"), 0));
        assertOverflow(() -> LuFactors.of(matrix("1e308 1e308 1; -1e308 1e308 2; 0 1 3"), 0));
        assertOverflow(() -> LuFactors.of(matrix("1e308 0 1e308; -1e308 1 1e308; 0 0 1"), 0));
        assertArrayEquals(new int[] {0, 1}, LuFactors.of(matrix("8e307 8e307; -8e307 8e307"), 0).order());
    }

    @Test
    @DisplayName("R6: overflow in the solution")
    void overflowInSolution() {
        LuFactors factors = LuFactors.of(matrix("1e-300 0; 0 1"), 0);
        assertOverflow(() -> factors.solve(matrix("1 1e300; 1 1")));
        assertOverflow(() -> factors.solve(matrix("-1e300 1; 1 1")));
        double[][] expected = {{1 / 1e-300, 1 / 1e-300}, {1e300, 1e300}};
        assertArrayEquals(expected, factors.solve(matrix("1 1; 1e300 1e300")));
    }

    @Test
    @DisplayName("R7: factors and arguments are independent")
    void independence() {
        double[][] matrix = random(7, 7, 5);
        double[][] rightSides = random(7, 3, 6);
        LuFactors factors = LuFactors.of(matrix, 1e-12);
        assertArrayEquals(random(7, 7, 5), matrix);
        double determinant = factors.determinant();
        double[][] together = factors.solve(rightSides);
        for (double[] row : matrix) {
            Arrays.fill(row, 0);
        }
        assertEquals(determinant, factors.determinant());
        assertArrayEquals(together, factors.solve(rightSides));
        assertArrayEquals(random(7, 3, 6), rightSides);
        for (int column = 0; column < 3; column++) {
            assertArrayEquals(column(together, column), factors.solve(column(rightSides, column)));
        }
    }
}
