using System;

namespace ConditionalSync
{
    /// <summary>Why a run failed.</summary>
    public enum SyncErrorKind
    {
        Status,
        Unavailable,
        Size,
        Json,
        Link,
        Origin,
        Loop,
        Pages,
        Connection,
    }

    /// <summary>A run failed; nothing of what the mirror remembers has changed.</summary>
    public sealed class SyncException : Exception
    {
        internal SyncException(SyncErrorKind kind, Uri url, int? status = null, Exception cause = null)
            : base(kind + " at " + url.AbsoluteUri + (status == null ? "" : " (status " + status + ")"), cause)
        {
            Kind = kind;
            Url = url;
            Status = status;
        }

        public SyncErrorKind Kind { get; }

        /// <summary>The page concerned.</summary>
        public Uri Url { get; }

        /// <summary>The status of the response, of the first four kinds; null otherwise.</summary>
        public int? Status { get; }
    }
}
