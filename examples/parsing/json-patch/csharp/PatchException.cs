using System;

namespace JsonPatching
{
    /// <summary>An operation of a patch cannot be applied.</summary>
    public sealed class PatchException : Exception
    {
        internal PatchException(int index, PatchReason reason)
            : base($"operation {index}: {reason}")
        {
            Index = index;
            Reason = reason;
        }

        /// <summary>The index of the operation in the patch, from 0.</summary>
        public int Index { get; }

        public PatchReason Reason { get; }
    }

    /// <summary>The reason for a <see cref="PatchException"/>, where the index is not known.</summary>
    internal sealed class PatchFailure : Exception
    {
        internal PatchFailure(PatchReason reason)
        {
            Reason = reason;
        }

        internal PatchReason Reason { get; }
    }
}
