using System;

namespace Coalescing
{
    /// <summary>The thread that did the work was aborted.</summary>
    public sealed class AbandonedException : Exception
    {
        internal AbandonedException(object key) : base($"the thread that did the work was aborted; key: {key}")
        {
        }
    }
}
