using System;

namespace LimitedStops
{
    /// <summary>The cost of a leg is not allowed.</summary>
    public sealed class InvalidCostException : ArgumentException
    {
        internal InvalidCostException(int index, long cost) : base($"leg {index} has the invalid cost {cost}")
        {
            Index = index;
            Cost = cost;
        }

        /// <summary>The index of the leg in the list.</summary>
        public int Index { get; }

        public long Cost { get; }
    }

    /// <summary>No leg begins or ends at a place.</summary>
    public sealed class UnknownPlaceException : ArgumentException
    {
        internal UnknownPlaceException(string place) : base($"unknown place '{place}'")
        {
            Place = place;
        }

        public string Place { get; }
    }
}
