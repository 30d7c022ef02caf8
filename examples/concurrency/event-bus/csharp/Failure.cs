using System;

namespace Messaging
{
    /// <summary>What a listener threw, with the event's topic and the subscription's pattern.</summary>
    public sealed class Failure
    {
        internal Failure(string topic, string pattern, Exception error)
        {
            Topic = topic;
            Pattern = pattern;
            Error = error;
        }

        public string Topic { get; }

        public string Pattern { get; }

        public Exception Error { get; }
    }
}
