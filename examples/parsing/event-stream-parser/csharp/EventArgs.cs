using System;

namespace EventStreams
{
    /// <summary>One event of a stream.</summary>
    public sealed class StreamEventArgs : EventArgs
    {
        public StreamEventArgs(string type, string data, string lastId)
        {
            Type = type;
            Data = data;
            LastId = lastId;
        }

        public string Type { get; }

        public string Data { get; }

        public string LastId { get; }
    }

    /// <summary>A new reconnection time.</summary>
    public sealed class RetryEventArgs : EventArgs
    {
        public RetryEventArgs(TimeSpan time)
        {
            Time = time;
        }

        public TimeSpan Time { get; }
    }

    /// <summary>A line or the data of an event is longer than the limit.</summary>
    public sealed class TooLargeException : Exception
    {
        public TooLargeException(string message)
            : base(message)
        {
        }
    }
}
