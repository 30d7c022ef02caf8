using System.Collections.Generic;

namespace LimitedStops
{
    /// <summary>A route with its total cost and its places from start to destination.</summary>
    public sealed class Route
    {
        internal Route(long cost, IReadOnlyList<string> places)
        {
            Cost = cost;
            Places = places;
        }

        public long Cost { get; }

        public IReadOnlyList<string> Places { get; }
    }
}
