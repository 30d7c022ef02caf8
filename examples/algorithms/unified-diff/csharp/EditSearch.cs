using System.Collections.Generic;

namespace LineDifferences
{
    /// <summary>Myers' greedy search for the least number of lines to remove and add.</summary>
    internal sealed class EditSearch
    {
        private readonly Side before;
        private readonly Side after;

        // For each number of edits: how far one gets into the old text, by how many of the edits are deletions.
        private readonly List<int[]> rows = new List<int[]>();

        private EditSearch(Side before, Side after)
        {
            this.before = before;
            this.after = after;
        }

        /// <summary>Marks the removed lines of one text and the added lines of the other.</summary>
        public static void MarkChanges(Side before, Side after)
        {
            var search = new EditSearch(before, after);
            search.MarkBackwards(search.CountDeletions());
        }

        /// <summary>Fills the rows up to the last edit; returns how many of the edits are deletions.</summary>
        private int CountDeletions()
        {
            while (true)
            {
                int edits = rows.Count;
                var row = new int[edits + 1];
                for (int deletions = 0; deletions <= edits; deletions++)
                {
                    int i = edits == 0 ? 0 : AfterLastEdit(deletions);
                    int j = i + edits - 2 * deletions;
                    while (i < before.Count && j < after.Count && before[i] == after[j])
                    {
                        i++;
                        j++;
                    }
                    if (i >= before.Count && j >= after.Count)
                    {
                        return deletions;
                    }
                    row[deletions] = i;
                }
                rows.Add(row);
            }
        }

        private int AfterLastEdit(int deletions)
        {
            int[] row = rows[rows.Count - 1];
            return InsertionGetsFarther(row, deletions) ? row[deletions] : row[deletions - 1] + 1;
        }

        private static bool InsertionGetsFarther(int[] row, int deletions)
        {
            return deletions == 0 || (deletions < row.Length && row[deletions - 1] < row[deletions]);
        }

        private void MarkBackwards(int deletions)
        {
            for (int edits = rows.Count - 1; edits >= 0; edits--)
            {
                int[] row = rows[edits];
                if (InsertionGetsFarther(row, deletions))
                {
                    after.Mark(row[deletions] + edits - 2 * deletions);
                }
                else
                {
                    deletions--;
                    before.Mark(row[deletions]);
                }
            }
        }
    }
}
