using System;
using System.Collections.Generic;
using System.Linq;

namespace LinearEquations
{
    /// <summary>What a square matrix is taken apart to, by which systems of linear equations with it are solved. Immutable.</summary>
    public sealed class LuFactors
    {
        /// <summary>Rows of the upper factor; below the diagonal the multiples that were subtracted.</summary>
        private readonly double[][] rows;

        private readonly int[] order;

        /// <summary>Factorises a matrix.</summary>
        /// <param name="matrix">as many rows as columns, at least one, of finite numbers</param>
        /// <param name="tolerance">from 0 to below 1; pivots of at most so much of the greatest magnitude are too small</param>
        /// <exception cref="ArgumentException">the matrix or the tolerance is not as said</exception>
        /// <exception cref="SingularMatrixException">a pivot is too small</exception>
        /// <exception cref="OverflowException">numbers grow beyond a double</exception>
        public LuFactors(double[,] matrix, double tolerance)
        {
            if (matrix.GetLength(0) != matrix.GetLength(1) || matrix.Length == 0)
            {
                throw new ArgumentException("must be square", nameof(matrix));
            }
            if (!(tolerance >= 0 && tolerance < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "must be from 0 to below 1");
            }
            rows = FiniteRows(matrix, nameof(matrix));
            order = Enumerable.Range(0, rows.Length).ToArray();
            double least = tolerance * rows.Max(row => row.Max(number => Math.Abs(number)));
            double sign = 1;
            for (int column = 0; column < rows.Length; column++)
            {
                int pivot = PivotRow(column, least);
                if (pivot != column)
                {
                    Swap(rows, pivot, column);
                    Swap(order, pivot, column);
                    sign = -sign;
                }
                Eliminate(column);
            }
            Determinant = rows.Select((row, i) => row[i]).Aggregate(sign, (product, pivot) => product * pivot);
        }

        /// <summary>The number of rows of the matrix.</summary>
        public int Size => rows.Length;

        /// <summary>For each place the row of the matrix that came to stand there.</summary>
        public IReadOnlyList<int> Order => Array.AsReadOnly(order);

        /// <summary>Infinite or 0 where a double cannot hold it.</summary>
        public double Determinant { get; }

        /// <summary>Solves a system for each column of the right sides; a matrix of the same shape.</summary>
        /// <exception cref="ArgumentException">another number of rows, no column, or numbers that are not finite</exception>
        /// <exception cref="OverflowException">numbers grow beyond a double</exception>
        public double[,] Solve(double[,] rightSides)
        {
            if (rightSides.GetLength(0) != Size || rightSides.Length == 0)
            {
                throw new ArgumentException("must have as many rows as the factors, and a column", nameof(rightSides));
            }
            double[][] given = FiniteRows(rightSides, nameof(rightSides));
            double[][] solution = order.Select(row => given[row]).ToArray();
            for (int i = 0; i < Size; i++)
            {
                for (int above = 0; above < i; above++)
                {
                    SubtractMultiple(solution[i], rows[i][above], solution[above], 0);
                }
            }
            for (int i = Size - 1; i >= 0; i--)
            {
                for (int below = i + 1; below < Size; below++)
                {
                    SubtractMultiple(solution[i], rows[i][below], solution[below], 0);
                }
                for (int column = 0; column < solution[i].Length; column++)
                {
                    solution[i][column] /= rows[i][i];
                }
            }
            return FiniteMatrix(solution);
        }

        private int PivotRow(int column, double least)
        {
            int pivot = column;
            for (int i = column; i < Size; i++)
            {
                if (!IsFinite(rows[i][column]))
                {
                    throw new OverflowException("numbers of the factors grow beyond a double");
                }
                if (Math.Abs(rows[i][column]) > Math.Abs(rows[pivot][column]))
                {
                    pivot = i;
                }
            }
            if (Math.Abs(rows[pivot][column]) <= least)
            {
                throw new SingularMatrixException(column);
            }
            return pivot;
        }

        private void Eliminate(int column)
        {
            double[] pivot = rows[column];
            foreach (double[] row in rows.Skip(column + 1))
            {
                row[column] /= pivot[column];
                SubtractMultiple(row, row[column], pivot, column + 1);
            }
        }

        private static void SubtractMultiple(double[] row, double multiple, double[] other, int from)
        {
            for (int i = from; i < row.Length; i++)
            {
                row[i] -= multiple * other[i];
            }
        }

        private static void Swap<T>(T[] items, int first, int second)
        {
            T item = items[first];
            items[first] = items[second];
            items[second] = item;
        }

        private static bool IsFinite(double number)
        {
            return !double.IsNaN(number) && !double.IsInfinity(number);
        }

        private static double[][] FiniteRows(double[,] matrix, string name)
        {
            if (!matrix.Cast<double>().All(IsFinite))
            {
                throw new ArgumentException("must have finite numbers only", name);
            }
            int columns = matrix.GetLength(1);
            return Enumerable.Range(0, matrix.GetLength(0))
                .Select(i => Enumerable.Range(0, columns).Select(j => matrix[i, j]).ToArray())
                .ToArray();
        }

        private static double[,] FiniteMatrix(double[][] rows)
        {
            var matrix = new double[rows.Length, rows[0].Length];
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < rows[i].Length; j++)
                {
                    if (!IsFinite(rows[i][j]))
                    {
                        throw new OverflowException("numbers of the solution grow beyond a double");
                    }
                    matrix[i, j] = rows[i][j];
                }
            }
            return matrix;
        }
    }
}
