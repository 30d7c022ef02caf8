using System;

namespace IndexedHeap
{
    /// <summary>A key was pushed that is in the queue already.</summary>
    public sealed class DuplicateKeyException : InvalidOperationException
    {
        internal DuplicateKeyException(object key) : base($"key is in the queue already: {key}")
        {
        }
    }
}
