using System;
using System.Text;

namespace LineServer
{
    /// <summary>Cuts a stream of bytes into lines. It never keeps more of an unfinished line than the greatest length.</summary>
    internal sealed class LineBuffer
    {
        /// <summary>Each byte as the character of the same number.</summary>
        public static readonly Encoding Bytes = Encoding.GetEncoding("ISO-8859-1");

        private readonly int maxLength;
        private byte[] buffer = new byte[0];
        private int start;
        private int end;
        /// <summary>How far no LF is; a line that comes in pieces is thus searched only once.</summary>
        private int searched;
        /// <summary>The beginning of the current line was too long and is dropped.</summary>
        private bool isOverlong;

        public LineBuffer(int maxLength)
        {
            this.maxLength = maxLength;
        }

        public void Append(byte[] received, int count)
        {
            if (buffer.Length - end < count)
            {
                Array.Resize(ref buffer, checked(end + Math.Max(count, end)));
            }
            Buffer.BlockCopy(received, 0, buffer, end, count);
            end += count;
        }

        /// <summary>Takes the next line without its line end, null if it was too long; false if its LF has not come.</summary>
        public bool TryTake(out string line)
        {
            line = null;
            var lineFeed = Array.IndexOf(buffer, (byte)'\n', searched, end - searched);
            if (lineFeed < 0)
            {
                KeepUnfinishedLine();
                return false;
            }
            if (!isOverlong && lineFeed - start <= maxLength)
            {
                var hasCarriageReturn = lineFeed > start && buffer[lineFeed - 1] == '\r';
                line = Bytes.GetString(buffer, start, lineFeed - start - (hasCarriageReturn ? 1 : 0));
            }
            isOverlong = false;
            start = searched = lineFeed + 1;
            return true;
        }

        private void KeepUnfinishedLine()
        {
            var length = end - start;
            if (length > maxLength)
            {
                isOverlong = true;
                length = 0;
            }
            Buffer.BlockCopy(buffer, start, buffer, 0, length);
            start = 0;
            end = searched = length;
        }
    }
}
