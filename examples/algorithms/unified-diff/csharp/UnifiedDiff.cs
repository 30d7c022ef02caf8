using System;
using System.Collections.Generic;
using System.Text;

namespace LineDifferences
{
    /// <summary>Compares texts line by line.</summary>
    public sealed class UnifiedDiff
    {
        private readonly Side before;
        private readonly Side after;
        private readonly int context;

        private UnifiedDiff(Side before, Side after, int context)
        {
            this.before = before;
            this.after = after;
            this.context = context;
        }

        /// <summary>
        /// Returns the hunks of a unified diff, with as few changed lines as possible; an empty string if the texts are
        /// equal.
        /// </summary>
        /// <param name="context">How many unchanged lines are shown before and after each change.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="context"/> is negative.</exception>
        public static string Compare(string oldText, string newText, int context = 3)
        {
            if (context < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(context), context, "must not be negative");
            }
            var diff = new UnifiedDiff(new Side(oldText), new Side(newText), context);
            EditSearch.MarkChanges(diff.before, diff.after);
            var text = new StringBuilder();
            foreach (Region hunk in diff.Hunks())
            {
                diff.Write(hunk, text);
            }
            return text.ToString();
        }

        /// <summary>Yields the runs of changed lines.</summary>
        private IEnumerable<Region> Changes()
        {
            for (int i = 0, j = 0; i < before.Count || j < after.Count; i++, j++)
            {
                var change = new Region(i, before.EndOfChanged(i), j, after.EndOfChanged(j));
                if (change.OldEnd > i || change.NewEnd > j)
                {
                    yield return change;
                }
                i = change.OldEnd;
                j = change.NewEnd;
            }
        }

        /// <summary>Yields the changes with their context, joined where it touches or overlaps.</summary>
        private IEnumerable<Region> Hunks()
        {
            Region? pending = null;
            foreach (Region change in Changes())
            {
                Region hunk = Widen(change);
                if (pending is Region last && last.OldEnd < hunk.OldStart)
                {
                    yield return last;
                    pending = hunk;
                }
                else
                {
                    Region first = pending ?? hunk;
                    pending = new Region(first.OldStart, hunk.OldEnd, first.NewStart, hunk.NewEnd);
                }
            }
            if (pending is Region end)
            {
                yield return end;
            }
        }

        private Region Widen(Region change)
        {
            int leading = Math.Min(context, change.OldStart);
            int trailing = Math.Min(context, before.Count - change.OldEnd);
            return new Region(
                change.OldStart - leading, change.OldEnd + trailing, change.NewStart - leading, change.NewEnd + trailing);
        }

        private void Write(Region hunk, StringBuilder text)
        {
            text.Append(hunk.Header);
            for (int i = hunk.OldStart, j = hunk.NewStart; i < hunk.OldEnd || j < hunk.NewEnd; i++, j++)
            {
                for (int end = before.EndOfChanged(i); i < end; i++)
                {
                    WriteLine('-', before[i], text);
                }
                for (int end = after.EndOfChanged(j); j < end; j++)
                {
                    WriteLine('+', after[j], text);
                }
                if (i < hunk.OldEnd)
                {
                    WriteLine(' ', before[i], text);
                }
            }
        }

        private static void WriteLine(char mark, string line, StringBuilder text)
        {
            text.Append(mark).Append(line);
            if (line[line.Length - 1] != '\n')
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }
}
