using System;

namespace Coalescing
{
    /// <summary>A key was run from within the work in progress for the same key.</summary>
    public sealed class ReentrantCallException : InvalidOperationException
    {
        internal ReentrantCallException(object key) : base($"the work in progress for a key runs the same key: {key}")
        {
        }
    }
}
