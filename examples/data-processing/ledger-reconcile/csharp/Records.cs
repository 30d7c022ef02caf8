using System.Collections.Generic;

namespace LedgerReconcile
{
    /// <summary>A line of a bank statement.</summary>
    public class StatementLine
    {
        /// <param name="date">YYYY-MM-DD, from 1900 to 2999</param>
        /// <param name="amount">in minor units, not 0</param>
        public StatementLine(string id, string date, long amount, string reference)
        {
            Id = id;
            Date = date;
            Amount = amount;
            Reference = reference;
        }

        public string Id { get; }

        public string Date { get; }

        public long Amount { get; }

        public string Reference { get; }
    }

    /// <summary>An entry of the ledger.</summary>
    public sealed class LedgerEntry : StatementLine
    {
        /// <param name="inParts">whether several lines may pay it together</param>
        public LedgerEntry(string id, string date, long amount, string reference, bool inParts)
            : base(id, date, amount, reference)
        {
            InParts = inParts;
        }

        public bool InParts { get; }
    }

    /// <summary>How lines and entries are matched.</summary>
    public enum Step
    {
        Reference,
        Parts,
        Date,
    }

    /// <summary>An entry and the lines that pay it, by ids.</summary>
    public sealed class Match
    {
        internal Match(string entry, IReadOnlyList<string> lines, Step by)
        {
            Entry = entry;
            Lines = lines;
            By = by;
        }

        public string Entry { get; }

        public IReadOnlyList<string> Lines { get; }

        public Step By { get; }
    }

    /// <summary>A line and the entries that it may pay, by ids.</summary>
    public sealed class AmbiguousLine
    {
        internal AmbiguousLine(string line, IReadOnlyList<string> entries)
        {
            Line = line;
            Entries = entries;
        }

        public string Line { get; }

        public IReadOnlyList<string> Entries { get; }
    }

    /// <summary>What was found, in input order.</summary>
    public sealed class Report
    {
        internal Report(
            IReadOnlyList<Match> matches,
            IReadOnlyList<AmbiguousLine> ambiguous,
            IReadOnlyList<string> unmatchedLines,
            IReadOnlyList<string> unmatchedEntries)
        {
            Matches = matches;
            Ambiguous = ambiguous;
            UnmatchedLines = unmatchedLines;
            UnmatchedEntries = unmatchedEntries;
        }

        public IReadOnlyList<Match> Matches { get; }

        public IReadOnlyList<AmbiguousLine> Ambiguous { get; }

        public IReadOnlyList<string> UnmatchedLines { get; }

        public IReadOnlyList<string> UnmatchedEntries { get; }
    }
}
