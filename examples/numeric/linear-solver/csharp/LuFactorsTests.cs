using System;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace LinearEquations
{
    [TestFixture]
    public class LuFactorsTests
    {
        private const int Regular = -1;

        /// <summary>A matrix of text: numbers between spaces, rows between semicolons.</summary>
        private static double[,] M(string text)
        {
            double[][] rows = text.Split(';').Select(row => row.Trim().Split(' ').Select(Number).ToArray()).ToArray();
            return Matrix(rows.Length, rows[0].Length, (i, j) => rows[i][j]);
        }

        private static double Number(string text)
        {
            return double.Parse(text, CultureInfo.InvariantCulture);
        }

        private static double[,] Matrix(int rows, int columns, Func<int, int, double> number)
        {
            var matrix = new double[rows, columns];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    matrix[i, j] = number(i, j);
                }
            }
            return matrix;
        }

        /// <summary>Numbers spread evenly between -1 and 1.</summary>
        private static double[,] RandomMatrix(int rows, int columns, int seed)
        {
            var random = new Random(seed);
            return Matrix(rows, columns, (i, j) => 2 * random.NextDouble() - 1);
        }

        private static double[,] Column(double[,] matrix, int column)
        {
            return Matrix(matrix.GetLength(0), 1, (i, j) => matrix[i, column]);
        }

        private static double Greatest(double[,] matrix)
        {
            return matrix.Cast<double>().Max(number => Math.Abs(number));
        }

        private static void AssertSmallResiduals(double[,] matrix, int columns)
        {
            int size = matrix.GetLength(0);
            double[,] rightSides = RandomMatrix(size, columns, size);
            double[,] solution = new LuFactors(matrix, 0).Solve(rightSides);
            Assert.AreEqual(columns, solution.GetLength(1));
            for (int column = 0; column < columns; column++)
            {
                double[,] x = Column(solution, column);
                double[,] b = Column(rightSides, column);
                double[,] residual = Matrix(size, 1, (i, j) =>
                    Enumerable.Range(0, size).Sum(k => matrix[i, k] * x[k, 0]) - b[i, 0]);
                double bound = 1e-14 * size * (size * Greatest(matrix) * Greatest(x) + Greatest(b));
                Assert.LessOrEqual(Greatest(residual), bound);
            }
        }

        [TestCase("4", "8", "2")]
        [TestCase("-4", "8 0 -2", "-2 0 0.5")]
        [TestCase("2 1; 1 3", "3; 5", "0.8; 1.4")]
        [TestCase("0 2; 3 0", "4 2; 9 3", "3 1; 2 1")]
        [TestCase("1e-20 1; 1 1", "1; 2", "1; 1")]
        [TestCase("1 1; 1e-20 1", "2; 1", "1; 1")]
        [TestCase("4e-310 2e-310; 2e-310 4e-310", "8e-310; 1e-309", "1; 2", Description = "infinite reciprocals")]
        [TestCase("2 1 -1; -3 -1 2; -2 1 2", "8; -11; -3", "2; 3; -1")]
        [TestCase("2 1 -1; -3 -1 2; -2 1 2", "1 0 0; 0 1 0; 0 0 1", "4 3 -1; -2 -2 1; 5 4 -1")]
        [TestCase("0 0 2; 0 4 0; 8 0 0", "2 4; 4 8; 8 16", "1 2; 1 2; 1 2")]
        public void SmallSystems__R1(string matrix, string rightSides, string expected)
        {
            var factors = new LuFactors(M(matrix), 1e-12);
            Assert.AreEqual(M(matrix).GetLength(0), factors.Size);
            double[,] solution = factors.Solve(M(rightSides));
            Assert.AreEqual(M(expected).GetLength(0), solution.GetLength(0));
            Assert.AreEqual(M(expected).GetLength(1), solution.GetLength(1));
            foreach (var pair in M(expected).Cast<double>().Zip(solution.Cast<double>(), Tuple.Create))
            {
                Assert.AreEqual(pair.Item1, pair.Item2, 1e-12);
            }
        }

        [TestCase("5", new[] { 0 })]
        [TestCase("1 2; 3 4", new[] { 1, 0 })]
        [TestCase("3 2; 1 4", new[] { 0, 1 })]
        [TestCase("-2 1; 2 5", new[] { 0, 1 })]
        [TestCase("1 1; -3 1", new[] { 1, 0 })]
        [TestCase("1 0 0; 2 1 0; -2 0 1", new[] { 1, 2, 0 })]
        [TestCase("1 0 0; -2 1 0; 2 0 1", new[] { 1, 2, 0 })]
        [TestCase("0 0 1; 1 0 0; 0 1 0", new[] { 1, 2, 0 })]
        public void OrderOfRows__R1(string matrix, int[] order)
        {
            CollectionAssert.AreEqual(order, new LuFactors(M(matrix), 0).Order);
        }

        [TestCase(1)]
        [TestCase(2)]
        [TestCase(3)]
        [TestCase(10)]
        [TestCase(33)]
        [TestCase(60)]
        public void ResidualsOfRandomMatrices__R2(int size)
        {
            for (int seed = 0; seed < 3; seed++)
            {
                AssertSmallResiduals(RandomMatrix(size, size, 1000 * size + seed), seed + 1);
            }
        }

        [Test]
        public void ResidualsOfAHilbertMatrix__R2()
        {
            AssertSmallResiduals(Matrix(8, 8, (i, j) => 1.0 / (i + j + 1)), 4);
        }

        [TestCase("4", 4)]
        [TestCase("-0.25", -0.25)]
        [TestCase("1 2; 3 4", -2)]
        [TestCase("3 4; 1 2", 2)]
        [TestCase("0 1; 1 0", -1)]
        [TestCase("0 1 0; 0 0 1; 1 0 0", 1)]
        [TestCase("0 0 1; 0 1 0; 1 0 0", -1)]
        [TestCase("2 1 -1; -3 -1 2; -2 1 2", -1)]
        [TestCase("2 5 7; 0 3 1; 0 0 -4", -24)]
        [TestCase("1e200 0; 0 1e200", double.PositiveInfinity)]
        [TestCase("-1e200 0; 0 1e200", double.NegativeInfinity)]
        [TestCase("1e-200 0; 0 1e-200", 0)]
        public void Determinants__R3(string matrix, double expected)
        {
            var factors = new LuFactors(M(matrix), 1e-12);
            Assert.AreEqual(M(matrix).GetLength(0), factors.Size);
            Assert.AreEqual(expected, factors.Determinant, 1e-13);
        }

        [TestCase("0", 0, 0)]
        [TestCase("1e-300", 0, Regular)]
        [TestCase("-3", 0.999, Regular)]
        [TestCase("0 0; 0 0", 0.5, 0)]
        [TestCase("1 2; 2 4", 0, 1)]
        [TestCase("0 1; 0 2", 0, 0)]
        [TestCase("1 2 3; 4 5 6; 7 8 9", 1e-12, 2)]
        [TestCase("1 2 3; 2 4 6; 7 8 9", 1e-12, 2)]
        [TestCase("1 2 3; 2 4 5; 4 8 1", 1e-12, 1)]
        [TestCase("4 0; 0 1", 0.25, 1)]
        [TestCase("4 0; 0 1", 0.2499, Regular)]
        [TestCase("4 0; 0 -1", 0.25, 1)]
        [TestCase("4 0; 0 -1", 0.2499, Regular)]
        [TestCase("-4 0; 0 1", 0.25, 1)]
        [TestCase("1 8; 0 1", 0.125, 0)]
        [TestCase("1 8; 0 1", 0.1249, Regular)]
        [TestCase("1e-200 2e-200; 3e-200 4e-200", 1e-12, Regular)]
        [TestCase("1e200 2e200; 2e200 4e200", 1e-12, 1)]
        public void SingularMatrices__R4(string matrix, double tolerance, int column)
        {
            if (column == Regular)
            {
                Assert.AreEqual(M(matrix).GetLength(0), new LuFactors(M(matrix), tolerance).Size);
                return;
            }
            var error = Assert.Throws<SingularMatrixException>(() => new LuFactors(M(matrix), tolerance));
            Assert.AreEqual(column, error.Column);
            StringAssert.Contains($"column {column}", error.Message);
        }

        [TestCase(0, 0)]
        [TestCase(0, 1)]
        [TestCase(1, 0)]
        [TestCase(2, 3)]
        [TestCase(3, 2)]
        public void ShapesOfMatrices__R5(int rows, int columns)
        {
            var error = Assert.Throws<ArgumentException>(() => new LuFactors(RandomMatrix(rows, columns, 1), 0));
            Assert.AreEqual("matrix", error.ParamName);
        }

        [TestCase(double.NaN)]
        [TestCase(double.PositiveInfinity)]
        [TestCase(double.NegativeInfinity)]
        public void NumbersThatAreNotFinite__R5(double number)
        {
            var factors = new LuFactors(M("1 2; 3 4"), 0);
            for (int k = 0; k < 4; k++)
            {
                double[,] matrix = Matrix(2, 2, (i, j) => 2 * i + j == k ? number : 1 + 2 * i + j);
                Assert.AreEqual("matrix", Assert.Throws<ArgumentException>(() => new LuFactors(matrix, 0)).ParamName);
                Assert.AreEqual("rightSides", Assert.Throws<ArgumentException>(() => factors.Solve(matrix)).ParamName);
            }
        }

        [TestCase(-1e-9)]
        [TestCase(1)]
        [TestCase(2)]
        [TestCase(double.NaN)]
        [TestCase(double.PositiveInfinity)]
        [TestCase(double.NegativeInfinity)]
        public void Tolerances__R5(double tolerance)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LuFactors(M("1"), tolerance));
            Assert.AreEqual("tolerance", error.ParamName);
            Assert.AreEqual(tolerance, error.ActualValue);
            Assert.AreEqual(1, new LuFactors(M("1"), 0.999999).Determinant);
        }

        [TestCase(0, 0)]
        [TestCase(2, 0)]
        [TestCase(0, 1)]
        [TestCase(1, 1)]
        [TestCase(1, 2)]
        [TestCase(3, 1)]
        public void ShapesOfRightSides__R5(int rows, int columns)
        {
            var factors = new LuFactors(M("1 2; 3 4"), 0);
            var error = Assert.Throws<ArgumentException>(() => factors.Solve(RandomMatrix(rows, columns, 1)));
            Assert.AreEqual("rightSides", error.ParamName);
        }

        [Test]
        public void OverflowInTheFactors__R6()
        {
            Assert.Throws<OverflowException>(() => new LuFactors(M("1e308 1e308; -1e308 1e308"), 0));
            Assert.Throws<OverflowException>(() => new LuFactors(M("1e308 1e308 1; -1e308 1e308 2; 0 1 3"), 0));
            Assert.Throws<OverflowException>(() => new LuFactors(M("1e308 0 1e308; -1e308 1 1e308; 0 0 1"), 0));
            CollectionAssert.AreEqual(new[] { 0, 1 }, new LuFactors(M("8e307 8e307; -8e307 8e307"), 0).Order);
        }

        [Test]
        public void OverflowInTheSolution__R6()
        {
            var factors = new LuFactors(M("1e-300 0; 0 1"), 0);
            Assert.Throws<OverflowException>(() => factors.Solve(M("1 1e300; 1 1")));
            Assert.Throws<OverflowException>(() => factors.Solve(M("-1e300 1; 1 1")));
            double[,] solution = factors.Solve(M("1 1; 1e300 1e300"));
            CollectionAssert.AreEqual(new[] { 1 / 1e-300, 1 / 1e-300, 1e300, 1e300 }, solution.Cast<double>());
        }

        [Test]
        public void FactorsAndArgumentsAreIndependent__R7()
        {
            double[,] matrix = RandomMatrix(7, 7, 5);
            double[,] rightSides = RandomMatrix(7, 3, 6);
            var factors = new LuFactors(matrix, 1e-12);
            CollectionAssert.AreEqual(RandomMatrix(7, 7, 5), matrix);
            double determinant = factors.Determinant;
            double[,] together = factors.Solve(rightSides);
            Array.Clear(matrix, 0, matrix.Length);
            Assert.AreEqual(determinant, factors.Determinant);
            CollectionAssert.AreEqual(together, factors.Solve(rightSides));
            CollectionAssert.AreEqual(RandomMatrix(7, 3, 6), rightSides);
            for (int column = 0; column < 3; column++)
            {
                CollectionAssert.AreEqual(Column(together, column), factors.Solve(Column(rightSides, column)));
            }
        }
    }
}
