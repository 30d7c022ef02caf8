/* Systems of linear equations A·X = B. The functions keep no state and change nothing that they are passed. */
#pragma once

#include <stddef.h>

typedef enum {
    LINEAR_OK = 0,
    LINEAR_INVALID_ARGUMENT, /* a shape, number or tolerance that is not allowed */
    LINEAR_SINGULAR,         /* a pivot is too small */
    LINEAR_OVERFLOW,         /* numbers grew beyond a double */
    LINEAR_NO_MEMORY,
} linear_status;

/** rows · columns numbers, row by row. */
typedef struct {
    size_t rows, columns;
    const double *values;
} linear_matrix;

/** What a matrix is taken apart to; never changes. */
typedef struct linear_factors linear_factors;

/**
 * Factorises a square matrix. Pivots of at most tolerance times the greatest magnitude in it make it singular; the
 * tolerance is from 0 up to, but not including, 1. *factors is to be released with linear_factors_free, and NULL after
 * an error; *singular_column is written with LINEAR_SINGULAR only, and may be NULL.
 */
linear_status linear_factorise(linear_matrix matrix, double tolerance, linear_factors **factors, size_t *singular_column);

/** NULL is allowed. */
void linear_factors_free(linear_factors *factors);

/** The number of rows of the matrix. */
size_t linear_size(const linear_factors *factors);

/** For each place the row of the matrix that came to stand there; lives as long as the factors. */
const size_t *linear_order(const linear_factors *factors);

/** May be infinite or 0 where a double cannot hold it. */
double linear_determinant(const linear_factors *factors);

/**
 * Solves a system for each column of the right sides. The solution has as many numbers as these and must not overlap
 * them; what is in it after an error is not defined.
 */
linear_status linear_solve(const linear_factors *factors, linear_matrix right_sides, double *solution);
