#include "linear_solver.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <utility>

namespace linear {

namespace {

using Index = std::size_t;

double magnitude(double number)
{
    return std::abs(number);
}

bool is_finite(double number)
{
    return std::isfinite(number);
}

void check(const Matrix& matrix)
{
    if (matrix.rows < 1 || matrix.columns < 1 || matrix.values.size() / matrix.columns != matrix.rows
        || matrix.values.size() % matrix.columns != 0) {
        throw std::invalid_argument("a matrix has a number for each of its rows and columns, and at least one");
    }
    if (!std::ranges::all_of(matrix.values, is_finite)) {
        throw std::invalid_argument("a matrix has finite numbers only");
    }
}

std::span<double> row_of(Matrix& matrix, Index row)
{
    return std::span(matrix.values).subspan(row * matrix.columns, matrix.columns);
}

std::span<const double> row_of(const Matrix& matrix, Index row)
{
    return std::span(matrix.values).subspan(row * matrix.columns, matrix.columns);
}

void subtract_multiple(std::span<double> row, double multiple, std::span<const double> other)
{
    std::ranges::transform(row, other, row.begin(), [multiple](double left, double right) { return left - multiple * right; });
}

/// The row of the greatest number of a column, from the diagonal down.
Index pivot_row(const Matrix& matrix, Index column, double least)
{
    const auto number = [&](Index row) { return magnitude(row_of(matrix, row)[column]); };
    const auto rows = std::views::iota(column, matrix.rows);
    if (!std::ranges::all_of(rows, is_finite, number)) {
        throw std::overflow_error("numbers of the factors grow beyond a double");
    }
    const Index pivot = *std::ranges::max_element(rows, {}, number);
    if (number(pivot) <= least) {
        throw SingularError(column);
    }
    return pivot;
}

void eliminate(Matrix& matrix, Index column)
{
    const auto pivot = row_of(matrix, column);
    for (Index i = column + 1; i < matrix.rows; ++i) {
        const auto row = row_of(matrix, i);
        row[column] /= pivot[column];
        subtract_multiple(row.subspan(column + 1), row[column], pivot.subspan(column + 1));
    }
}

Matrix permuted(const Matrix& matrix, const std::vector<Index>& order)
{
    Matrix result{matrix.rows, matrix.columns, {}};
    result.values.reserve(matrix.values.size());
    for (const Index row : order) {
        std::ranges::copy(row_of(matrix, row), std::back_inserter(result.values));
    }
    return result;
}

}  // namespace

SingularError::SingularError(std::size_t column)
    : std::runtime_error("the pivot of column " + std::to_string(column) + " is too small"), column_(column)
{
}

Factors factorise(Matrix matrix, double tolerance)
{
    check(matrix);
    if (matrix.rows != matrix.columns || !(tolerance >= 0 && tolerance < 1)) {
        throw std::invalid_argument("factors are of a square matrix, with a tolerance from 0 to below 1");
    }
    const double least = tolerance * std::ranges::max(matrix.values | std::views::transform(magnitude));
    std::vector<Index> order(matrix.rows);
    std::iota(order.begin(), order.end(), Index{0});
    Factors factors{std::move(matrix), std::move(order), 1};
    for (Index column = 0; column < factors.upper.rows; ++column) {
        const Index pivot = pivot_row(factors.upper, column, least);
        if (pivot != column) {
            std::ranges::swap_ranges(row_of(factors.upper, pivot), row_of(factors.upper, column));
            std::swap(factors.order[pivot], factors.order[column]);
            factors.sign = -factors.sign;
        }
        eliminate(factors.upper, column);
    }
    return factors;
}

double determinant(const Factors& factors)
{
    const auto diagonal = std::views::iota(Index{0}, factors.upper.rows)
                          | std::views::transform([&](Index i) { return row_of(factors.upper, i)[i]; });
    return std::accumulate(diagonal.begin(), diagonal.end(), factors.sign, std::multiplies{});
}

Matrix solve(const Factors& factors, const Matrix& right_sides)
{
    check(right_sides);
    const Index size = factors.upper.rows;
    if (right_sides.rows != size) {
        throw std::invalid_argument("the right sides need as many rows as the factors");
    }
    Matrix solution = permuted(right_sides, factors.order);
    for (Index i = 0; i < size; ++i) {
        for (Index above = 0; above < i; ++above) {
            subtract_multiple(row_of(solution, i), row_of(factors.upper, i)[above], row_of(solution, above));
        }
    }
    for (const Index i : std::views::iota(Index{0}, size) | std::views::reverse) {
        const auto multiples = row_of(factors.upper, i);
        for (Index below = i + 1; below < size; ++below) {
            subtract_multiple(row_of(solution, i), multiples[below], row_of(solution, below));
        }
        std::ranges::for_each(row_of(solution, i), [pivot = multiples[i]](double& number) { number /= pivot; });
    }
    if (!std::ranges::all_of(solution.values, is_finite)) {
        throw std::overflow_error("numbers of the solution grow beyond a double");
    }
    return solution;
}

}  // namespace linear
