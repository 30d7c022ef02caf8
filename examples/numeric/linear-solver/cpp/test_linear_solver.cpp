#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "linear_solver.hpp"

using linear::determinant;
using linear::factorise;
using linear::Factors;
using linear::Matrix;
using linear::SingularError;
using linear::solve;

static_assert(std::is_base_of_v<std::runtime_error, SingularError>);

namespace {

using Order = std::vector<std::size_t>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool is_close(const Matrix& left, const Matrix& right)
{
    return left.rows == right.rows && left.columns == right.columns && left.values.size() == right.values.size()
           && std::ranges::equal(left.values, right.values, [](double a, double b) { return std::abs(a - b) <= 1e-12; });
}

/// Numbers spread evenly between -1 and 1.
Matrix random_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed)
{
    Matrix matrix{rows, columns, std::vector<double>(rows * columns)};
    for (double& value : matrix.values) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        value = static_cast<double>(seed >> 11) / static_cast<double>(std::uint64_t{1} << 52) - 1;
    }
    return matrix;
}

Matrix column_of(const Matrix& matrix, std::size_t column)
{
    Matrix result{matrix.rows, 1, {}};
    for (std::size_t row = 0; row < matrix.rows; ++row) {
        result.values.push_back(matrix.values[row * matrix.columns + column]);
    }
    return result;
}

double greatest(const Matrix& matrix)
{
    double result = 0;
    for (const double value : matrix.values) {
        result = std::max(result, std::abs(value));
    }
    return result;
}

void check_residuals(const Matrix& matrix, std::size_t columns)
{
    const Matrix right_sides = random_matrix(matrix.rows, columns, matrix.rows);
    const Matrix solution = solve(factorise(matrix, 0), right_sides);
    REQUIRE(solution.values.size() == right_sides.values.size());
    const double size = static_cast<double>(matrix.rows);
    for (std::size_t column = 0; column < columns; ++column) {
        const Matrix x = column_of(solution, column);
        const Matrix b = column_of(right_sides, column);
        double residual = 0;
        for (std::size_t row = 0; row < matrix.rows; ++row) {
            double sum = -b.values[row];
            for (std::size_t i = 0; i < matrix.columns; ++i) {
                sum += matrix.values[row * matrix.columns + i] * x.values[i];
            }
            residual = std::max(residual, std::abs(sum));
        }
        CHECK(residual <= 1e-14 * size * (size * greatest(matrix) * greatest(x) + greatest(b)));
    }
}

/// The column of the pivot that is too small; 9 if there is none.
int singular_column(const Matrix& matrix, double tolerance)
{
    try {
        return factorise(matrix, tolerance).order.size() == matrix.rows ? 9 : -1;
    } catch (const SingularError& error) {
        CHECK(std::string(error.what()).find("column " + std::to_string(error.column())) != std::string::npos);
        return static_cast<int>(error.column());
    }
}

}  // namespace

TEST_CASE("R1: small systems")
{
    struct Case {
        Matrix matrix;
        Matrix right_sides;
        Matrix solution;
    };
    const Matrix three{3, 3, {2, 1, -1, -3, -1, 2, -2, 1, 2}};
    const std::vector<Case> cases = {
        {{1, 1, {4}}, {1, 1, {8}}, {1, 1, {2}}},
        {{1, 1, {-4}}, {1, 3, {8, 0, -2}}, {1, 3, {-2, 0, 0.5}}},
        {{2, 2, {2, 1, 1, 3}}, {2, 1, {3, 5}}, {2, 1, {0.8, 1.4}}},
        {{2, 2, {0, 2, 3, 0}}, {2, 2, {4, 2, 9, 3}}, {2, 2, {3, 1, 2, 1}}},
        {{2, 2, {1e-20, 1, 1, 1}}, {2, 1, {1, 2}}, {2, 1, {1, 1}}},
        {{2, 2, {1, 1, 1e-20, 1}}, {2, 1, {2, 1}}, {2, 1, {1, 1}}},
        {{2, 2, {4e-310, 2e-310, 2e-310, 4e-310}}, {2, 1, {8e-310, 1e-309}}, {2, 1, {1, 2}}},  // infinite reciprocals
        {three, {3, 1, {8, -11, -3}}, {3, 1, {2, 3, -1}}},
        {three, {3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}}, {3, 3, {4, 3, -1, -2, -2, 1, 5, 4, -1}}},
        {{3, 3, {0, 0, 2, 0, 4, 0, 8, 0, 0}}, {3, 2, {2, 4, 4, 8, 8, 16}}, {3, 2, {1, 2, 1, 2, 1, 2}}},
    };
    for (const Case& one : cases) {
        CHECK(is_close(solve(factorise(one.matrix, 1e-12), one.right_sides), one.solution));
    }
}

TEST_CASE("R1: order of the rows")
{
    const auto order = [](std::size_t size, std::vector<double> values) {
        return factorise({size, size, std::move(values)}, 0).order;
    };
    CHECK(order(1, {5}) == Order{0});
    CHECK(order(2, {1, 2, 3, 4}) == Order{1, 0});
    CHECK(order(2, {3, 2, 1, 4}) == Order{0, 1});
    CHECK(order(2, {-2, 1, 2, 5}) == Order{0, 1});
    CHECK(order(2, {1, 1, -3, 1}) == Order{1, 0});
    CHECK(order(3, {1, 0, 0, 2, 1, 0, -2, 0, 1}) == Order{1, 2, 0});
    CHECK(order(3, {1, 0, 0, -2, 1, 0, 2, 0, 1}) == Order{1, 2, 0});
    CHECK(order(3, {0, 0, 1, 1, 0, 0, 0, 1, 0}) == Order{1, 2, 0});
}

TEST_CASE("R2: residuals of random matrices")
{
    for (const std::size_t size : {1, 2, 3, 10, 33, 60}) {
        for (std::uint64_t seed = 0; seed < 3; ++seed) {
            check_residuals(random_matrix(size, size, 1000 * size + seed), seed + 1);
        }
    }
}

TEST_CASE("R2: residuals of a Hilbert matrix")
{
    Matrix hilbert{8, 8, {}};
    for (int i = 0; i < 64; ++i) {
        hilbert.values.push_back(1.0 / (i / 8 + i % 8 + 1));
    }
    check_residuals(hilbert, 4);
}

TEST_CASE("R3: determinants")
{
    const auto of = [](std::size_t size, std::vector<double> values) {
        return determinant(factorise({size, size, std::move(values)}, 1e-12));
    };
    const auto is = [](double expected) { return doctest::Approx(expected).epsilon(1e-13); };
    CHECK(of(1, {4}) == 4);
    CHECK(of(1, {-0.25}) == -0.25);
    CHECK(of(2, {1, 2, 3, 4}) == is(-2));
    CHECK(of(2, {3, 4, 1, 2}) == is(2));
    CHECK(of(2, {0, 1, 1, 0}) == -1);
    CHECK(of(3, {0, 1, 0, 0, 0, 1, 1, 0, 0}) == 1);
    CHECK(of(3, {0, 0, 1, 0, 1, 0, 1, 0, 0}) == -1);
    CHECK(of(3, {2, 1, -1, -3, -1, 2, -2, 1, 2}) == is(-1));
    CHECK(of(3, {2, 5, 7, 0, 3, 1, 0, 0, -4}) == is(-24));
    CHECK(of(2, {1e200, 0, 0, 1e200}) == infinity);
    CHECK(of(2, {-1e200, 0, 0, 1e200}) == -infinity);
    CHECK(of(2, {1e-200, 0, 0, 1e-200}) == 0);
}

TEST_CASE("R4: singular matrices")
{
    CHECK(singular_column({1, 1, {0}}, 0) == 0);
    CHECK(singular_column({1, 1, {1e-300}}, 0) == 9);
    CHECK(singular_column({1, 1, {-3}}, 0.999) == 9);
    CHECK(singular_column({2, 2, {0, 0, 0, 0}}, 0.5) == 0);
    CHECK(singular_column({2, 2, {1, 2, 2, 4}}, 0) == 1);
    CHECK(singular_column({2, 2, {0, 1, 0, 2}}, 0) == 0);
    CHECK(singular_column({3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9}}, 1e-12) == 2);
    CHECK(singular_column({3, 3, {1, 2, 3, 2, 4, 6, 7, 8, 9}}, 1e-12) == 2);
    CHECK(singular_column({3, 3, {1, 2, 3, 2, 4, 5, 4, 8, 1}}, 1e-12) == 1);
}

TEST_CASE("R4: tolerance")
{
    CHECK(singular_column({2, 2, {4, 0, 0, 1}}, 0.25) == 1);
    CHECK(singular_column({2, 2, {4, 0, 0, 1}}, 0.2499) == 9);
    CHECK(singular_column({2, 2, {4, 0, 0, -1}}, 0.25) == 1);
    CHECK(singular_column({2, 2, {4, 0, 0, -1}}, 0.2499) == 9);
    CHECK(singular_column({2, 2, {-4, 0, 0, 1}}, 0.25) == 1);
    CHECK(singular_column({2, 2, {1, 8, 0, 1}}, 0.125) == 0);
    CHECK(singular_column({2, 2, {1, 8, 0, 1}}, 0.1249) == 9);
    CHECK(singular_column({2, 2, {1e-200, 2e-200, 3e-200, 4e-200}}, 1e-12) == 9);
    CHECK(singular_column({2, 2, {1e200, 2e200, 2e200, 4e200}}, 1e-12) == 1);
}

TEST_CASE("R5: invalid matrices and tolerances")
{
    const auto refused = [](const Matrix& matrix, double tolerance) {
        CHECK_THROWS_AS(factorise(matrix, tolerance), std::invalid_argument);
    };
    refused({0, 0, {}}, 0);
    refused({0, 1, {}}, 0);
    refused({1, 0, {}}, 0);
    refused({2, 3, {1, 2, 3, 4, 5, 7}}, 0);
    refused({3, 2, {1, 2, 3, 4, 5, 7}}, 0);
    refused({2, 2, {1, 2, 3}}, 0);
    refused({2, 2, {1, 2, 3, 4, 5}}, 0);
    refused({2, 2, {1, 2, 3, 4, 5, 6}}, 0);
    refused({2, 2, {1, 2}}, 0);
    refused({std::size_t{1} << 32, std::size_t{1} << 32, {}}, 0);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const double value : {not_a_number, infinity, -infinity}) {
            Matrix matrix{2, 2, {1, 2, 3, 4}};
            matrix.values[i] = value;
            refused(matrix, 0);
        }
    }
    for (const double tolerance : {-1e-9, 1.0, 2.0, not_a_number, infinity, -infinity}) {
        refused({1, 1, {1}}, tolerance);
    }
    CHECK(singular_column({1, 1, {1}}, 0.999999) == 9);
}

TEST_CASE("R5: invalid right sides")
{
    const Factors factors = factorise({2, 2, {1, 2, 3, 4}}, 0);
    CHECK(is_close(solve(factors, {2, 1, {5, 11}}), {2, 1, {1, 2}}));
    const std::vector<Matrix> invalid = {
        {0, 0, {}},     {2, 0, {}},           {0, 1, {}},           {1, 1, {1}},          {1, 2, {1, 2}},
        {3, 1, {1, 2, 3}}, {2, 1, {1}},       {2, 1, {1, 2, 3}},    {2, 2, {not_a_number, 2, 3, 4}}, {2, 2, {1, infinity, 3, 4}},
        {2, 2, {1, 2, -infinity, 4}}, {2, 2, {1, 2, 3, not_a_number}},
    };
    for (const Matrix& right_sides : invalid) {
        CHECK_THROWS_AS(solve(factors, right_sides), std::invalid_argument);
    }
}

TEST_CASE("R6: overflow in the factors")
{
    CHECK_THROWS_AS(factorise({2, 2, {1e308, 1e308, -1e308, 1e308}}, 0), std::overflow_error);
    CHECK_THROWS_AS(factorise({3, 3, {1e308, 1e308, 1, -1e308, 1e308, 2, 0, 1, 3}}, 0), std::overflow_error);
    CHECK_THROWS_AS(factorise({3, 3, {1e308, 0, 1e308, -1e308, 1, 1e308, 0, 0, 1}}, 0), std::overflow_error);
    CHECK(factorise({2, 2, {8e307, 8e307, -8e307, 8e307}}, 0).order == Order{0, 1});
}

TEST_CASE("R6: overflow in the solution")
{
    const Factors factors = factorise({2, 2, {1e-300, 0, 0, 1}}, 0);
    CHECK_THROWS_AS(solve(factors, {2, 2, {1, 1e300, 1, 1}}), std::overflow_error);
    CHECK_THROWS_AS(solve(factors, {2, 2, {-1e300, 1, 1, 1}}), std::overflow_error);
    CHECK(solve(factors, {2, 2, {1, 1, 1e300, 1e300}}) == Matrix{2, 2, {1 / 1e-300, 1 / 1e-300, 1e300, 1e300}});
}

TEST_CASE("R7: factors and arguments are independent")
{
    Matrix matrix = random_matrix(7, 7, 5);
    const Matrix right_sides = random_matrix(7, 3, 6);
    const Factors factors = factorise(matrix, 1e-12);
    CHECK(matrix == random_matrix(7, 7, 5));
    const double before = determinant(factors);
    const Matrix together = solve(factors, right_sides);
    matrix.values.assign(49, 0);
    CHECK(solve(factors, right_sides) == together);
    CHECK(right_sides == random_matrix(7, 3, 6));
    CHECK(determinant(factors) == before);
    for (std::size_t column = 0; column < 3; ++column) {
        CHECK(solve(factors, column_of(right_sides, column)) == column_of(together, column));
    }
}
