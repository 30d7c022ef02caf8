using System;
using System.Collections.Generic;

namespace SessionizeEvents
{
    /// <summary>A closed session.</summary>
    public sealed class Session
    {
        internal Session(string user, long startMs, long endMs, string[] pages)
        {
            User = user;
            StartMs = startMs;
            EndMs = endMs;
            Pages = Array.AsReadOnly(pages);
        }

        public string User { get; }

        /// <summary>The least timestamp.</summary>
        public long StartMs { get; }

        /// <summary>The greatest timestamp.</summary>
        public long EndMs { get; }

        /// <summary>The pages by timestamp, at equal timestamps by arrival.</summary>
        public IReadOnlyList<string> Pages { get; }
    }
}
