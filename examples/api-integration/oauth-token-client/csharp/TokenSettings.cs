using System;
using System.Diagnostics;

namespace TokenClient
{
    /// <summary>What a token source can be told besides who asks.</summary>
    public sealed class TokenSettings
    {
        private static readonly Stopwatch Monotonic = Stopwatch.StartNew();

        /// <summary>What access is asked for; null to leave that to the server.</summary>
        public string Scope { get; set; }

        /// <summary>How long before its expiry a token is not used any more.</summary>
        public TimeSpan Margin { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>How long is waited for a response.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

        /// <summary>The time of a clock that is never set.</summary>
        public Func<TimeSpan> Clock { get; set; } = () => Monotonic.Elapsed;
    }
}
