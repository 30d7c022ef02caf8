using System.Collections.Generic;

namespace LineDifferences
{
    /// <summary>One of the two texts: its lines, each with its newline, and which of them are removed or added.</summary>
    internal sealed class Side
    {
        private readonly List<string> lines = new List<string>();
        private readonly bool[] changed;

        public Side(string text)
        {
            for (int start = 0, end; start < text.Length; start = end)
            {
                int newline = text.IndexOf('\n', start);
                end = newline < 0 ? text.Length : newline + 1;
                lines.Add(text.Substring(start, end - start));
            }
            changed = new bool[lines.Count];
        }

        public int Count => lines.Count;

        public string this[int line] => lines[line];

        public void Mark(int line)
        {
            changed[line] = true;
        }

        /// <summary>Returns the end of the changed lines that begin with the given one.</summary>
        public int EndOfChanged(int line)
        {
            while (line < changed.Length && changed[line])
            {
                line++;
            }
            return line;
        }
    }
}
