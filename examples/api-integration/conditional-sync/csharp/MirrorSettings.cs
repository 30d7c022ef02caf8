using System;
using System.Threading;

namespace ConditionalSync
{
    /// <summary>The limits of a mirror.</summary>
    public sealed class MirrorSettings
    {
        public int MaxPages { get; set; } = 100;

        public int MaxBodyBytes { get; set; } = 1024 * 1024;

        /// <summary>How many times one page is requested again.</summary>
        public int MaxRetries { get; set; } = 3;

        public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(60);

        /// <summary>How long is waited for a response.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

        public Action<TimeSpan> Sleep { get; set; } = Thread.Sleep;
    }
}
