using System.Collections.Generic;

namespace LedgerReconcile
{
    /// <summary>A line and an entry of the same amount.</summary>
    internal sealed class Pair
    {
        internal Pair(Item line, Item entry)
        {
            Line = line;
            Entry = entry;
            Days = line.DaysTo(entry);
        }

        internal Item Line { get; }

        internal Item Entry { get; }

        internal int Days { get; }

        internal bool HasSameReference => Line.HasReference && Line.Reference == Entry.Reference;

        internal bool LacksReference => !Line.HasReference || !Entry.HasReference;

        internal bool IsOpen(ISet<Item> matched)
        {
            return !matched.Contains(Line) && !matched.Contains(Entry);
        }
    }
}
