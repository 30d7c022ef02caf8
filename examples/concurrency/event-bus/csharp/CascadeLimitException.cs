using System;

namespace Messaging
{
    /// <summary>Listeners have published too many events in answer to one.</summary>
    public sealed class CascadeLimitException : InvalidOperationException
    {
        internal CascadeLimitException(int limit)
            : base($"more than {limit} events in one cascade")
        {
        }
    }
}
