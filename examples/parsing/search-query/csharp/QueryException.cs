using System;

namespace SearchQueries
{
    /// <summary>What is wrong with a query.</summary>
    public enum QueryError
    {
        UnclosedPhrase,
        UnclosedGroup,
        Unexpected,
        UnknownField,
        EmptyTerm,
        TooDeep,
    }

    /// <summary>A query can not be parsed.</summary>
    public sealed class QueryException : FormatException
    {
        public QueryException(QueryError error, int position)
            : base($"{error} at {position}")
        {
            Error = error;
            Position = position;
        }

        public QueryError Error { get; }

        /// <summary>Counted in UTF-16 code units, from 0.</summary>
        public int Position { get; }
    }
}
