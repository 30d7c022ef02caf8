using System;

namespace IndexedHeap
{
    /// <summary>The priority of a key was changed that is not in the queue.</summary>
    public sealed class UnknownKeyException : InvalidOperationException
    {
        internal UnknownKeyException(object key) : base($"key is not in the queue: {key}")
        {
        }
    }
}
