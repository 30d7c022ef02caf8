using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventStreams
{
    /// <summary>A push parser for text/event-stream.</summary>
    public sealed class EventStreamParser
    {
        private const byte Cr = 0x0d;
        private const byte Lf = 0x0a;
        private const string ByteOrderMark = "\ufeff";
        private static readonly Regex Milliseconds = new Regex(@"^[0-9]{1,9}\z");

        private readonly int limit;
        private readonly List<byte> line = new List<byte>();
        private readonly List<string> data = new List<string>();
        private bool closed;
        private bool firstLine = true;
        private bool afterCr;
        private string type = "";
        private long dataSize; // in bytes, with a line feed behind each line
        private string lastId = "";

        /// <param name="limit">of a line and of the data of an event, in bytes</param>
        /// <exception cref="ArgumentOutOfRangeException">the limit is below 1</exception>
        public EventStreamParser(int limit)
        {
            if (limit < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(limit));
            }
            this.limit = limit;
        }

        public event EventHandler<StreamEventArgs> EventReceived;

        public event EventHandler<RetryEventArgs> RetryChanged;

        /// <summary>Takes the next bytes and raises the events that they complete.</summary>
        /// <exception cref="TooLargeException">a line or the data became longer than the limit</exception>
        /// <exception cref="ObjectDisposedException">it was closed by an error before</exception>
        public void Feed(IEnumerable<byte> chunk)
        {
            if (closed)
            {
                throw new ObjectDisposedException(nameof(EventStreamParser));
            }
            foreach (byte value in chunk)
            {
                Take(value);
            }
        }

        private void Take(byte value)
        {
            bool wasCr = afterCr;
            afterCr = value == Cr;
            if (value == Lf && wasCr)
            {
                return;
            }
            if (value == Lf || value == Cr)
            {
                string text = Encoding.UTF8.GetString(line.ToArray());
                line.Clear();
                EndLine(text);
                return;
            }
            Require(line.Count < limit);
            line.Add(value);
        }

        private void Require(bool fits)
        {
            if (!fits)
            {
                closed = true;
                throw new TooLargeException($"line or data is longer than {limit} bytes");
            }
        }

        private void EndLine(string text)
        {
            if (firstLine && text.StartsWith(ByteOrderMark, StringComparison.Ordinal))
            {
                text = text.Substring(ByteOrderMark.Length);
            }
            firstLine = false;
            if (text == "")
            {
                EndEvent();
                return;
            }
            string[] parts = text.Split(new[] { ':' }, 2);
            string value = parts.Length == 1 ? "" : parts[1];
            TakeField(parts[0], value.StartsWith(" ", StringComparison.Ordinal) ? value.Substring(1) : value);
        }

        /// <summary>The name of a comment is empty.</summary>
        private void TakeField(string name, string value)
        {
            switch (name)
            {
                case "data":
                    dataSize += Encoding.UTF8.GetByteCount(value) + 1;
                    Require(dataSize - 1 <= limit);
                    data.Add(value);
                    break;
                case "event":
                    type = value;
                    break;
                case "id":
                    lastId = value.IndexOf('\0') < 0 ? value : lastId;
                    break;
                case "retry":
                    if (Milliseconds.IsMatch(value))
                    {
                        var time = TimeSpan.FromMilliseconds(int.Parse(value, CultureInfo.InvariantCulture));
                        RetryChanged?.Invoke(this, new RetryEventArgs(time));
                    }
                    break;
            }
        }

        private void EndEvent()
        {
            bool hasData = data.Count > 0;
            var args = new StreamEventArgs(type == "" ? "message" : type, string.Join("\n", data), lastId);
            type = "";
            data.Clear();
            dataSize = 0;
            if (hasData)
            {
                EventReceived?.Invoke(this, args);
            }
        }
    }
}
