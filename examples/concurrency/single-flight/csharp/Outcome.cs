namespace Coalescing
{
    /// <summary>What a call gives.</summary>
    public struct Outcome<TValue>
    {
        internal Outcome(TValue value, bool shared)
        {
            Value = value;
            Shared = shared;
        }

        public TValue Value { get; }

        /// <summary>Whether the caller waited for the work of another.</summary>
        public bool Shared { get; }
    }
}
