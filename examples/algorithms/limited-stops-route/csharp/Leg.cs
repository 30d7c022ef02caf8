namespace LimitedStops
{
    /// <summary>
    /// A directed connection of two places; the cost is to be from 0 to <see cref="RouteFinder.MaxCost"/>.
    /// </summary>
    public sealed class Leg
    {
        public Leg(string from, string to, long cost)
        {
            From = from;
            To = to;
            Cost = cost;
        }

        public string From { get; }

        public string To { get; }

        public long Cost { get; }
    }
}
