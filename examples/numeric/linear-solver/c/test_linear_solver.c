#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "linear_solver.h"

enum { MOST = 60 * 60 };

static linear_matrix square(size_t size, const double *values)
{
    return (linear_matrix){.rows = size, .columns = size, .values = values};
}

static linear_factors *factorise(size_t size, const double *values, double tolerance)
{
    linear_factors *factors = NULL;
    size_t column = 99;
    ck_assert_int_eq(linear_factorise(square(size, values), tolerance, &factors, &column), LINEAR_OK);
    ck_assert_ptr_nonnull(factors);
    ck_assert_uint_eq(column, 99);
    ck_assert_uint_eq(linear_size(factors), size);
    return factors;
}

static linear_status status_of(size_t rows, size_t columns, const double *values, double tolerance)
{
    linear_factors *factors = (linear_factors *)&values;
    linear_matrix matrix = {.rows = rows, .columns = columns, .values = values};
    linear_status status = linear_factorise(matrix, tolerance, &factors, NULL);
    ck_assert_int_eq(factors == NULL, status != LINEAR_OK);
    linear_factors_free(factors);
    return status;
}

START_TEST(test_small_systems__R1)
{
    static const struct {
        size_t size, columns;
        double matrix[9], right_sides[9], solution[9];
    } cases[] = {
        {1, 1, {4}, {8}, {2}},
        {1, 3, {-4}, {8, 0, -2}, {-2, 0, 0.5}},
        {2, 1, {2, 1, 1, 3}, {3, 5}, {0.8, 1.4}},
        {2, 2, {0, 2, 3, 0}, {4, 2, 9, 3}, {3, 1, 2, 1}},
        {2, 1, {1e-20, 1, 1, 1}, {1, 2}, {1, 1}},
        {2, 1, {1, 1, 1e-20, 1}, {2, 1}, {1, 1}},
        {2, 1, {4e-310, 2e-310, 2e-310, 4e-310}, {8e-310, 1e-309}, {1, 2}}, /* whose reciprocals are infinite */
        {3, 1, {2, 1, -1, -3, -1, 2, -2, 1, 2}, {8, -11, -3}, {2, 3, -1}},
        {3, 3, {2, 1, -1, -3, -1, 2, -2, 1, 2}, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {4, 3, -1, -2, -2, 1, 5, 4, -1}},
        {3, 2, {0, 0, 2, 0, 4, 0, 8, 0, 0}, {2, 4, 4, 8, 8, 16}, {1, 2, 1, 2, 1, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = cases[i].size, columns = cases[i].columns;
        linear_factors *factors = factorise(size, cases[i].matrix, 1e-12);
        double solution[9];
        linear_matrix right_sides = {.rows = size, .columns = columns, .values = cases[i].right_sides};
        ck_assert_int_eq(linear_solve(factors, right_sides, solution), LINEAR_OK);
        for (size_t j = 0; j < size * columns; j++) {
            ck_assert_double_eq_tol(solution[j], cases[i].solution[j], 1e-12);
        }
        linear_factors_free(factors);
    }
}
END_TEST

START_TEST(test_order_of_rows__R1)
{
    static const struct {
        size_t size;
        double matrix[9];
        size_t order[3];
    } cases[] = {
        {1, {5}, {0}},
        {2, {1, 2, 3, 4}, {1, 0}},
        {2, {3, 2, 1, 4}, {0, 1}},
        {2, {-2, 1, 2, 5}, {0, 1}},
        {2, {1, 1, -3, 1}, {1, 0}},
        {3, {1, 0, 0, 2, 1, 0, -2, 0, 1}, {1, 2, 0}},
        {3, {1, 0, 0, -2, 1, 0, 2, 0, 1}, {1, 2, 0}},
        {3, {0, 0, 1, 1, 0, 0, 0, 1, 0}, {1, 2, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        linear_factors *factors = factorise(cases[i].size, cases[i].matrix, 0);
        ck_assert_mem_eq(linear_order(factors), cases[i].order, cases[i].size * sizeof(size_t));
        linear_factors_free(factors);
    }
}
END_TEST

/* Numbers spread evenly between -1 and 1. */
static void fill_randomly(double *values, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        values[i] = (double)(seed >> 11) / (double)((uint64_t)1 << 52) - 1;
    }
}

static double magnitude(const double *values, size_t count, size_t step)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = fmax(greatest, fabs(values[i * step]));
    }
    return greatest;
}

static void assert_small_residuals(size_t size, const double *matrix, size_t columns)
{
    static double right_sides[MOST], solution[MOST];
    fill_randomly(right_sides, size * columns, size);
    linear_factors *factors = factorise(size, matrix, 0);
    linear_matrix passed = {.rows = size, .columns = columns, .values = right_sides};
    ck_assert_int_eq(linear_solve(factors, passed, solution), LINEAR_OK);
    linear_factors_free(factors);
    for (size_t column = 0; column < columns; column++) {
        double bound = 1e-14 * (double)size
            * ((double)size * magnitude(matrix, size * size, 1) * magnitude(solution + column, size, columns)
               + magnitude(right_sides + column, size, columns));
        for (size_t row = 0; row < size; row++) {
            double residual = -right_sides[row * columns + column];
            for (size_t i = 0; i < size; i++) {
                residual += matrix[row * size + i] * solution[i * columns + column];
            }
            ck_assert_double_le(fabs(residual), bound);
        }
    }
}

START_TEST(test_residuals_of_random_matrices__R2)
{
    static const size_t sizes[] = {1, 2, 3, 10, 33, 60};
    static double matrix[MOST];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (uint64_t seed = 0; seed < 3; seed++) {
            fill_randomly(matrix, sizes[i] * sizes[i], 1000 * i + seed);
            assert_small_residuals(sizes[i], matrix, seed + 1);
        }
    }
}
END_TEST

START_TEST(test_residuals_of_a_hilbert_matrix__R2)
{
    double matrix[64];
    for (int i = 0; i < 64; i++) {
        matrix[i] = 1.0 / (i / 8 + i % 8 + 1);
    }
    assert_small_residuals(8, matrix, 4);
}
END_TEST

START_TEST(test_determinants__R3)
{
    static const struct {
        size_t size;
        double matrix[9], determinant;
    } cases[] = {
        {1, {4}, 4},
        {1, {-0.25}, -0.25},
        {2, {1, 2, 3, 4}, -2},
        {2, {3, 4, 1, 2}, 2},
        {2, {0, 1, 1, 0}, -1},
        {3, {0, 1, 0, 0, 0, 1, 1, 0, 0}, 1},
        {3, {0, 0, 1, 0, 1, 0, 1, 0, 0}, -1},
        {3, {2, 1, -1, -3, -1, 2, -2, 1, 2}, -1},
        {3, {2, 5, 7, 0, 3, 1, 0, 0, -4}, -24},
        {2, {1e200, 0, 0, 1e200}, INFINITY},
        {2, {-1e200, 0, 0, 1e200}, -INFINITY},
        {2, {1e-200, 0, 0, 1e-200}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        linear_factors *factors = factorise(cases[i].size, cases[i].matrix, 1e-12);
        double determinant = linear_determinant(factors);
        if (isfinite(cases[i].determinant)) {
            ck_assert_double_eq_tol(determinant, cases[i].determinant, 1e-13);
        } else {
            ck_assert_double_eq(determinant, cases[i].determinant);
        }
        linear_factors_free(factors);
    }
}
END_TEST

START_TEST(test_singular_matrices__R4)
{
    enum { REGULAR = 9 };
    static const struct {
        size_t size;
        double matrix[9], tolerance;
        size_t column; /* or REGULAR */
    } cases[] = {
        {1, {0}, 0, 0},
        {1, {1e-300}, 0, REGULAR},
        {1, {-3}, 0.999, REGULAR},
        {2, {0, 0, 0, 0}, 0.5, 0},
        {2, {1, 2, 2, 4}, 0, 1},
        {2, {0, 1, 0, 2}, 0, 0},
        {3, {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1e-12, 2},
        {3, {1, 2, 3, 2, 4, 6, 7, 8, 9}, 1e-12, 2},
        {3, {1, 2, 3, 2, 4, 5, 4, 8, 1}, 1e-12, 1},
        {2, {4, 0, 0, 1}, 0.25, 1},
        {2, {4, 0, 0, 1}, 0.2499, REGULAR},
        {2, {4, 0, 0, -1}, 0.25, 1},
        {2, {4, 0, 0, -1}, 0.2499, REGULAR},
        {2, {-4, 0, 0, 1}, 0.25, 1},
        {2, {1, 8, 0, 1}, 0.125, 0},
        {2, {1, 8, 0, 1}, 0.1249, REGULAR},
        {2, {1e-200, 2e-200, 3e-200, 4e-200}, 1e-12, REGULAR},
        {2, {1e200, 2e200, 2e200, 4e200}, 1e-12, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        linear_factors *factors = NULL;
        size_t column = REGULAR;
        linear_status status = linear_factorise(square(cases[i].size, cases[i].matrix), cases[i].tolerance, &factors, &column);
        ck_assert_int_eq(status, cases[i].column == REGULAR ? LINEAR_OK : LINEAR_SINGULAR);
        ck_assert_uint_eq(column, cases[i].column);
        ck_assert_int_eq(factors == NULL, cases[i].column != REGULAR);
        linear_factors_free(factors);
        ck_assert_int_eq(status_of(cases[i].size, cases[i].size, cases[i].matrix, cases[i].tolerance), status);
    }
}
END_TEST

START_TEST(test_invalid_matrices__R5)
{
    double values[6] = {1, 2, 3, 4, 5, 7};
    ck_assert_int_eq(status_of(2, 2, values, 0), LINEAR_OK);
    ck_assert_int_eq(status_of(0, 0, values, 0), LINEAR_INVALID_ARGUMENT);
    ck_assert_int_eq(status_of(0, 1, values, 0), LINEAR_INVALID_ARGUMENT);
    ck_assert_int_eq(status_of(2, 3, values, 0), LINEAR_INVALID_ARGUMENT);
    ck_assert_int_eq(status_of(3, 2, values, 0), LINEAR_INVALID_ARGUMENT);
    for (int i = 0; i < 4; i++) {
        static const double others[] = {NAN, INFINITY, -INFINITY};
        for (int j = 0; j < 3; j++) {
            double matrix[4] = {1, 2, 3, 4};
            matrix[i] = others[j];
            ck_assert_int_eq(status_of(2, 2, matrix, 0), LINEAR_INVALID_ARGUMENT);
        }
    }
    ck_assert_int_eq(status_of((size_t)1 << 32, (size_t)1 << 32, values, 0), LINEAR_NO_MEMORY);
}
END_TEST

START_TEST(test_invalid_tolerances__R5)
{
    static const double tolerances[] = {-1e-9, 1, 2, NAN, INFINITY, -INFINITY};
    static const double matrix[] = {1};
    ck_assert_int_eq(status_of(1, 1, matrix, 0.999999), LINEAR_OK);
    for (size_t i = 0; i < sizeof tolerances / sizeof *tolerances; i++) {
        ck_assert_int_eq(status_of(1, 1, matrix, tolerances[i]), LINEAR_INVALID_ARGUMENT);
    }
}
END_TEST

START_TEST(test_invalid_right_sides__R5)
{
    static const double matrix[] = {1, 2, 3, 4};
    double solution[6] = {0};
    linear_factors *factors = factorise(2, matrix, 0);
    for (size_t rows = 0; rows < 4; rows++) {
        for (size_t columns = 0; columns < 2; columns++) {
            double values[6] = {5, 11, 1, 1, 1, 1};
            linear_matrix right_sides = {.rows = rows, .columns = columns, .values = values};
            linear_status expected = rows == 2 && columns == 1 ? LINEAR_OK : LINEAR_INVALID_ARGUMENT;
            ck_assert_int_eq(linear_solve(factors, right_sides, solution), expected);
        }
    }
    for (int i = 0; i < 4; i++) {
        double values[4] = {1, 2, 3, 4};
        values[i] = i % 2 == 0 ? NAN : INFINITY;
        linear_matrix right_sides = {.rows = 2, .columns = 2, .values = values};
        ck_assert_int_eq(linear_solve(factors, right_sides, solution), LINEAR_INVALID_ARGUMENT);
    }
    linear_factors_free(factors);
}
END_TEST

START_TEST(test_overflow_in_the_factors__R6)
{
    static const double last_column[] = {1e308, 1e308, -1e308, 1e308};
    static const double column_between[] = {1e308, 1e308, 1, -1e308, 1e308, 2, 0, 1, 3};
    static const double times_zero_below[] = {1e308, 0, 1e308, -1e308, 1, 1e308, 0, 0, 1};
    static const double just_fitting[] = {8e307, 8e307, -8e307, 8e307};
    ck_assert_int_eq(status_of(2, 2, last_column, 0), LINEAR_OVERFLOW);
    ck_assert_int_eq(status_of(3, 3, column_between, 0), LINEAR_OVERFLOW);
    ck_assert_int_eq(status_of(3, 3, times_zero_below, 0), LINEAR_OVERFLOW);
    ck_assert_int_eq(status_of(2, 2, just_fitting, 0), LINEAR_OK);
}
END_TEST

START_TEST(test_overflow_in_the_solution__R6)
{
    static const double matrix[] = {1e-300, 0, 0, 1};
    linear_factors *factors = factorise(2, matrix, 0);
    static const struct {
        double values[4];
        linear_status status;
    } cases[] = {
        {{1, 1e300, 1, 1}, LINEAR_OVERFLOW},
        {{-1e300, 1, 1, 1}, LINEAR_OVERFLOW},
        {{1, 1, 1e300, 1e300}, LINEAR_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double solution[4];
        linear_matrix right_sides = {.rows = 2, .columns = 2, .values = cases[i].values};
        ck_assert_int_eq(linear_solve(factors, right_sides, solution), cases[i].status);
        if (cases[i].status == LINEAR_OK) {
            ck_assert_double_eq(solution[0], 1 / 1e-300);
            ck_assert_double_eq(solution[3], 1e300);
        }
    }
    linear_factors_free(factors);
}
END_TEST

START_TEST(test_factors_and_arguments_are_independent__R7)
{
    enum { SIZE = 7, COLUMNS = 3 };
    double matrix[SIZE * SIZE], copy[SIZE * SIZE], right_sides[SIZE * COLUMNS], right_copy[SIZE * COLUMNS];
    double together[SIZE * COLUMNS], again[SIZE * COLUMNS], alone[SIZE], one_side[SIZE];
    fill_randomly(matrix, SIZE * SIZE, 5);
    fill_randomly(right_sides, SIZE * COLUMNS, 6);
    memcpy(copy, matrix, sizeof matrix);
    memcpy(right_copy, right_sides, sizeof right_sides);
    linear_factors *factors = factorise(SIZE, matrix, 1e-12);
    ck_assert_mem_eq(matrix, copy, sizeof matrix);
    double determinant = linear_determinant(factors);
    linear_matrix passed = {.rows = SIZE, .columns = COLUMNS, .values = right_sides};
    ck_assert_int_eq(linear_solve(factors, passed, together), LINEAR_OK);
    memset(matrix, 0, sizeof matrix);
    ck_assert_int_eq(linear_solve(factors, passed, again), LINEAR_OK);
    ck_assert_mem_eq(right_sides, right_copy, sizeof right_sides);
    ck_assert_mem_eq(together, again, sizeof together);
    ck_assert_double_eq(linear_determinant(factors), determinant);
    for (int column = 0; column < COLUMNS; column++) {
        for (int row = 0; row < SIZE; row++) {
            one_side[row] = right_sides[row * COLUMNS + column];
        }
        ck_assert_int_eq(linear_solve(factors, (linear_matrix){SIZE, 1, one_side}, alone), LINEAR_OK);
        for (int row = 0; row < SIZE; row++) {
            ck_assert_double_eq(alone[row], together[row * COLUMNS + column]);
        }
    }
    linear_factors_free(factors);
    linear_factors_free(NULL);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("linear solver");
    tcase_add_test(tests, test_small_systems__R1);
    tcase_add_test(tests, test_order_of_rows__R1);
    tcase_add_test(tests, test_residuals_of_random_matrices__R2);
    tcase_add_test(tests, test_residuals_of_a_hilbert_matrix__R2);
    tcase_add_test(tests, test_determinants__R3);
    tcase_add_test(tests, test_singular_matrices__R4);
    tcase_add_test(tests, test_invalid_matrices__R5);
    tcase_add_test(tests, test_invalid_tolerances__R5);
    tcase_add_test(tests, test_invalid_right_sides__R5);
    tcase_add_test(tests, test_overflow_in_the_factors__R6);
    tcase_add_test(tests, test_overflow_in_the_solution__R6);
    tcase_add_test(tests, test_factors_and_arguments_are_independent__R7);
    Suite *suite = suite_create("linear-solver");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
