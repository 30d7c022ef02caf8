using System.Collections.Generic;

namespace RingLog
{
    /// <summary>What one reading of a log gave.</summary>
    public sealed class Batch<T>
    {
        internal Batch(long lost, IReadOnlyList<T> entries, long next)
        {
            Lost = lost;
            Entries = entries;
            Next = next;
        }

        /// <summary>How many of the numbers asked for are no longer held.</summary>
        public long Lost { get; }

        /// <summary>The entries, oldest first.</summary>
        public IReadOnlyList<T> Entries { get; }

        /// <summary>The number to go on reading from.</summary>
        public long Next { get; }
    }
}
