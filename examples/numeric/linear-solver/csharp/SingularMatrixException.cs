using System;

namespace LinearEquations
{
    /// <summary>A pivot is too small.</summary>
    public sealed class SingularMatrixException : Exception
    {
        internal SingularMatrixException(int column) : base($"the pivot of column {column} is too small")
        {
            Column = column;
        }

        /// <summary>The column of the pivot, from 0.</summary>
        public int Column { get; }
    }
}
