namespace LineDifferences
{
    /// <summary>The lines of both texts in a change or a hunk, each from a start up to, but without, an end.</summary>
    internal struct Region
    {
        public Region(int oldStart, int oldEnd, int newStart, int newEnd)
        {
            OldStart = oldStart;
            OldEnd = oldEnd;
            NewStart = newStart;
            NewEnd = newEnd;
        }

        public int OldStart { get; }

        public int OldEnd { get; }

        public int NewStart { get; }

        public int NewEnd { get; }

        public string Header => $"@@ -{Numbers(OldStart, OldEnd)} +{Numbers(NewStart, NewEnd)} @@\n";

        private static string Numbers(int start, int end)
        {
            int count = end - start;
            return count == 0 ? $"{start},0" : count == 1 ? $"{start + 1}" : $"{start + 1},{count}";
        }
    }
}
