using System;
using System.Collections.Generic;
using System.Linq;

namespace LedgerReconcile
{
    /// <summary>Matches the lines of a bank statement with the entries of a ledger.</summary>
    public static class Reconciler
    {
        private const int MaxToleranceDays = 31;

        /// <summary>Matches by reference, in parts, then by date.</summary>
        /// <exception cref="ArgumentException">an id, a date, an amount or the tolerance is invalid</exception>
        public static Report Reconcile(
            IReadOnlyList<StatementLine> lines, IReadOnlyList<LedgerEntry> entries, int toleranceDays)
        {
            if (toleranceDays < 0 || toleranceDays > MaxToleranceDays)
            {
                throw new ArgumentOutOfRangeException(nameof(toleranceDays), toleranceDays, "must be from 0 to 31");
            }
            IReadOnlyList<Item> lineItems = Item.ReadAll(lines);
            IReadOnlyList<Item> entryItems = Item.ReadAll(entries);
            List<Pair> pairs = ClosePairs(lineItems, entryItems, toleranceDays);

            var matched = new HashSet<Item>();
            List<Found> byReference = MatchByReference(pairs, matched);
            List<Found> inParts = MatchInParts(lineItems, entryItems, toleranceDays, matched);
            List<Pair> candidates = pairs.Where(pair => pair.LacksReference && pair.IsOpen(matched)).ToList();
            List<Found> byDate = MatchByDate(candidates, matched);
            candidates.RemoveAll(pair => !pair.IsOpen(matched));

            var named = new HashSet<Item>(candidates.SelectMany(pair => new[] { pair.Line, pair.Entry }));
            return new Report(
                byReference.Concat(inParts).Concat(byDate)
                    .OrderBy(found => found.Entry.Position)
                    .Select(found => new Match(found.Entry.Id, Ids(found.Lines), found.By))
                    .ToList(),
                candidates
                    .GroupBy(pair => pair.Line)
                    .Select(group => new AmbiguousLine(group.Key.Id, Ids(group.Select(pair => pair.Entry))))
                    .ToList(),
                Ids(lineItems.Where(item => !matched.Contains(item) && !named.Contains(item))),
                Ids(entryItems.Where(item => !matched.Contains(item) && !named.Contains(item))));
        }

        /// <summary>In the order of lines, then of entries.</summary>
        private static List<Pair> ClosePairs(IEnumerable<Item> lines, IEnumerable<Item> entries, int toleranceDays)
        {
            ILookup<long, Item> entriesByAmount = entries.ToLookup(entry => entry.Amount);
            return lines
                .SelectMany(line => entriesByAmount[line.Amount], (line, entry) => new Pair(line, entry))
                .Where(pair => pair.Days <= toleranceDays)
                .ToList();
        }

        private static List<Found> MatchByReference(IEnumerable<Pair> pairs, ISet<Item> matched)
        {
            var found = new List<Found>();
            foreach (Pair pair in pairs.Where(pair => pair.HasSameReference).OrderBy(pair => pair.Days))
            {
                if (pair.IsOpen(matched))
                {
                    found.Add(new Found(pair.Entry, new[] { pair.Line }, Step.Reference, matched));
                }
            }
            return found;
        }

        private static List<Found> MatchInParts(
            IEnumerable<Item> lines, IEnumerable<Item> entries, int toleranceDays, ISet<Item> matched)
        {
            ILookup<string, Item> linesByReference = lines.ToLookup(line => line.Reference);
            var found = new List<Found>();
            foreach (Item entry in entries.Where(it => it.InParts && it.HasReference && !matched.Contains(it)))
            {
                List<Item> parts = linesByReference[entry.Reference]
                    .Where(line => !matched.Contains(line) && line.DaysTo(entry) <= toleranceDays)
                    .ToList();
                if (parts.Sum(line => line.Amount) == entry.Amount)
                {
                    found.Add(new Found(entry, parts, Step.Parts, matched));
                }
            }
            return found;
        }

        private static List<Found> MatchByDate(IEnumerable<Pair> candidates, ISet<Item> matched)
        {
            var found = new List<Found>();
            List<Pair> sure;
            do
            {
                List<Pair> open = candidates.Where(pair => pair.IsOpen(matched)).ToList();
                sure = OnlyNearest(open, pair => pair.Line)
                    .Intersect(OnlyNearest(open, pair => pair.Entry))
                    .ToList();
                found.AddRange(sure.Select(pair => new Found(pair.Entry, new[] { pair.Line }, Step.Date, matched)));
            }
            while (sure.Count > 0);
            return found;
        }

        /// <summary>The pairs that are nearer than all others of the same line or entry.</summary>
        private static IEnumerable<Pair> OnlyNearest(IEnumerable<Pair> pairs, Func<Pair, Item> side)
        {
            return pairs
                .GroupBy(side)
                .Select(group => group.GroupBy(pair => pair.Days).OrderBy(sameDays => sameDays.Key).First())
                .Where(nearest => nearest.Count() == 1)
                .Select(nearest => nearest.Single());
        }

        private static IReadOnlyList<string> Ids(IEnumerable<Item> items)
        {
            return items.Select(item => item.Id).ToList();
        }

        private sealed class Found
        {
            /// <summary>Adds entry and lines to what is matched.</summary>
            internal Found(Item entry, IReadOnlyList<Item> lines, Step by, ISet<Item> matched)
            {
                Entry = entry;
                Lines = lines;
                By = by;
                matched.Add(entry);
                matched.UnionWith(lines);
            }

            internal Item Entry { get; }

            internal IReadOnlyList<Item> Lines { get; }

            internal Step By { get; }
        }
    }
}
