#include "linear_solver.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct linear_factors {
    size_t size;
    bool is_odd;    /* whether rows changed places an odd number of times */
    double *values; /* the upper factor, and below the diagonal the multiples that were subtracted */
    size_t *order;
};

static bool are_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

static double greatest_magnitude(const double *values, size_t count)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = fmax(greatest, fabs(values[i]));
    }
    return greatest;
}

static void subtract_multiple(double *row, double multiple, const double *other, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row[i] -= multiple * other[i];
    }
}

static linear_factors *factors_of(linear_matrix matrix)
{
    size_t size = matrix.rows;
    if (size > SIZE_MAX / sizeof(double) / size) {
        return NULL;
    }
    linear_factors *factors = calloc(1, sizeof *factors);
    double *values = malloc(size * size * sizeof *values);
    size_t *order = malloc(size * sizeof *order);
    if (factors == NULL || values == NULL || order == NULL) {
        free(order);
        free(values);
        free(factors);
        return NULL;
    }
    memcpy(values, matrix.values, size * size * sizeof *values);
    for (size_t i = 0; i < size; i++) {
        order[i] = i;
    }
    *factors = (linear_factors){.size = size, .values = values, .order = order};
    return factors;
}

/* Sets *pivot_row to where the greatest number of a column stands, from the diagonal down. */
static linear_status find_pivot(const linear_factors *factors, size_t column, double least, size_t *pivot_row)
{
    double greatest = -1;
    for (size_t row = column; row < factors->size; row++) {
        double magnitude = fabs(factors->values[row * factors->size + column]);
        if (!isfinite(magnitude)) {
            return LINEAR_OVERFLOW;
        }
        if (magnitude > greatest) {
            greatest = magnitude;
            *pivot_row = row;
        }
    }
    return greatest > least ? LINEAR_OK : LINEAR_SINGULAR;
}

static void exchange_rows(linear_factors *factors, size_t first, size_t second)
{
    if (first == second) {
        return;
    }
    double *left = factors->values + first * factors->size, *right = factors->values + second * factors->size;
    for (size_t i = 0; i < factors->size; i++) {
        double value = left[i];
        left[i] = right[i];
        right[i] = value;
    }
    size_t row = factors->order[first];
    factors->order[first] = factors->order[second];
    factors->order[second] = row;
    factors->is_odd = !factors->is_odd;
}

static void eliminate(linear_factors *factors, size_t column)
{
    size_t size = factors->size;
    const double *pivot = factors->values + column * size + column;
    for (size_t row = column + 1; row < size; row++) {
        double *start = factors->values + row * size + column;
        *start /= *pivot;
        subtract_multiple(start + 1, *start, pivot + 1, size - column - 1);
    }
}

static linear_status decompose(linear_factors *factors, double least, size_t *column)
{
    for (*column = 0; *column < factors->size; ++*column) {
        size_t pivot_row;
        linear_status status = find_pivot(factors, *column, least, &pivot_row);
        if (status != LINEAR_OK) {
            return status;
        }
        exchange_rows(factors, *column, pivot_row);
        eliminate(factors, *column);
    }
    return LINEAR_OK;
}

linear_status linear_factorise(linear_matrix matrix, double tolerance, linear_factors **factors, size_t *singular_column)
{
    *factors = NULL;
    if (matrix.rows < 1 || matrix.rows != matrix.columns || !(tolerance >= 0 && tolerance < 1)) {
        return LINEAR_INVALID_ARGUMENT;
    }
    linear_factors *made = factors_of(matrix);
    if (made == NULL) {
        return LINEAR_NO_MEMORY;
    }
    size_t count = made->size * made->size, column = 0;
    linear_status status = LINEAR_INVALID_ARGUMENT;
    if (are_finite(made->values, count)) {
        status = decompose(made, tolerance * greatest_magnitude(made->values, count), &column);
    }
    if (status == LINEAR_SINGULAR && singular_column != NULL) {
        *singular_column = column;
    }
    if (status == LINEAR_OK) {
        *factors = made;
    } else {
        linear_factors_free(made);
    }
    return status;
}

void linear_factors_free(linear_factors *factors)
{
    if (factors != NULL) {
        free(factors->order);
        free(factors->values);
        free(factors);
    }
}

size_t linear_size(const linear_factors *factors)
{
    return factors->size;
}

const size_t *linear_order(const linear_factors *factors)
{
    return factors->order;
}

double linear_determinant(const linear_factors *factors)
{
    double product = factors->is_odd ? -1 : 1;
    for (size_t i = 0; i < factors->size; i++) {
        product *= factors->values[i * factors->size + i];
    }
    return product;
}

linear_status linear_solve(const linear_factors *factors, linear_matrix right_sides, double *solution)
{
    size_t size = factors->size, columns = right_sides.columns;
    if (right_sides.rows != size || columns < 1 || !are_finite(right_sides.values, size * columns)) {
        return LINEAR_INVALID_ARGUMENT;
    }
    for (size_t row = 0; row < size; row++) {
        const double *multiples = factors->values + row * size;
        double *current = solution + row * columns;
        memcpy(current, right_sides.values + factors->order[row] * columns, columns * sizeof *current);
        for (size_t above = 0; above < row; above++) {
            subtract_multiple(current, multiples[above], solution + above * columns, columns);
        }
    }
    for (size_t row = size; row-- > 0;) {
        const double *multiples = factors->values + row * size;
        double *current = solution + row * columns;
        for (size_t below = row + 1; below < size; below++) {
            subtract_multiple(current, multiples[below], solution + below * columns, columns);
        }
        for (size_t i = 0; i < columns; i++) {
            current[i] /= multiples[row];
        }
    }
    return are_finite(solution, size * columns) ? LINEAR_OK : LINEAR_OVERFLOW;
}
