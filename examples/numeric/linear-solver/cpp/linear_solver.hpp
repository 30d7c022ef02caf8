#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

namespace linear {

/// A pivot is too small.
class SingularError : public std::runtime_error {
public:
    explicit SingularError(std::size_t column);
    std::size_t column() const noexcept { return column_; }

private:
    std::size_t column_;
};

/// Numbers, row by row.
struct Matrix {
    std::size_t rows;
    std::size_t columns;
    std::vector<double> values;

    friend bool operator==(const Matrix&, const Matrix&) = default;
};

/// What a matrix is taken apart to.
struct Factors {
    Matrix upper;                    ///< below the diagonal the multiples that were subtracted
    std::vector<std::size_t> order;  ///< for each place the row of the matrix that came to stand there
    double sign;                     ///< -1 if rows changed places an odd number of times, otherwise 1
};

/// Factorises a square matrix, of which pivots of at most tolerance times the greatest magnitude make it singular.
/// Throws std::invalid_argument, also unless the tolerance is from 0 up to, but not including, 1; SingularError; and
/// std::overflow_error if numbers grow beyond a double.
Factors factorise(Matrix matrix, double tolerance);

/// May be infinite or 0 where a double cannot hold it.
double determinant(const Factors& factors);

/// Solves a system for each column of the right sides. Throws std::invalid_argument and std::overflow_error.
Matrix solve(const Factors& factors, const Matrix& right_sides);

}  // namespace linear
