using System;
using System.Collections.Generic;
using System.Linq;

namespace LimitedStops
{
    /// <summary>Finds cheapest routes with a limited number of stops.</summary>
    public static class RouteFinder
    {
        /// <summary>The greatest cost of a leg. It keeps sums of as many legs as fit into memory within a long.</summary>
        public const long MaxCost = 1000000000;

        /// <summary>
        /// Returns the cheapest route with at most <paramref name="maxStops"/> places between start and destination, or
        /// null if there is none. Of several the one with the fewest legs is taken, then the one whose legs stand
        /// earlier in the list.
        /// </summary>
        /// <exception cref="InvalidCostException">the cost of a leg is out of range</exception>
        /// <exception cref="UnknownPlaceException">no leg begins or ends at one of the places</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxStops"/> is negative</exception>
        public static Route Cheapest(IReadOnlyList<Leg> legs, string from, string to, int maxStops)
        {
            if (maxStops < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(maxStops));
            }

            CheckCosts(legs);
            CheckKnown(legs, from);
            CheckKnown(legs, to);

            var best = new Dictionary<string, Trail> { [to] = new Trail(to, 0, null) };
            IReadOnlyDictionary<string, Trail> newest = new Dictionary<string, Trail>(best);
            for (int stops = 0; stops <= maxStops && newest.Count > 0; stops++)
            {
                newest = LongerByOneLeg(legs, newest, best);
                foreach (Trail trail in newest.Values)
                {
                    best[trail.Place] = trail;
                }
            }

            return best.TryGetValue(from, out Trail found) ? found.ToRoute() : null;
        }

        private static void CheckCosts(IEnumerable<Leg> legs)
        {
            var invalid = legs
                .Select((leg, index) => new { leg.Cost, Index = index })
                .FirstOrDefault(one => one.Cost < 0 || one.Cost > MaxCost);
            if (invalid != null)
            {
                throw new InvalidCostException(invalid.Index, invalid.Cost);
            }
        }

        private static void CheckKnown(IEnumerable<Leg> legs, string place)
        {
            if (!legs.Any(leg => leg.From == place || leg.To == place))
            {
                throw new UnknownPlaceException(place);
            }
        }

        /// <summary>
        /// The trails by place that one leg before one of the newest makes cheaper than the best so far.
        /// </summary>
        private static IReadOnlyDictionary<string, Trail> LongerByOneLeg(
            IEnumerable<Leg> legs,
            IReadOnlyDictionary<string, Trail> newest,
            IReadOnlyDictionary<string, Trail> best)
        {
            return legs
                .Where(leg => newest.ContainsKey(leg.To))
                .Select(leg => new Trail(leg.From, leg.Cost + newest[leg.To].Cost, newest[leg.To]))
                .Where(trail => !best.ContainsKey(trail.Place) || trail.Cost < best[trail.Place].Cost)
                .GroupBy(trail => trail.Place)
                .ToDictionary(
                    trails => trails.Key,
                    trails => trails.Aggregate((first, next) => next.Cost < first.Cost ? next : first));
        }

        /// <summary>A way to the destination: a linked list, of which longer ways share the rest.</summary>
        private sealed class Trail
        {
            private readonly Trail rest;

            public Trail(string place, long cost, Trail rest)
            {
                Place = place;
                Cost = cost;
                this.rest = rest;
            }

            public string Place { get; }

            public long Cost { get; }

            public Route ToRoute()
            {
                return new Route(Cost, Places().ToList().AsReadOnly());
            }

            private IEnumerable<string> Places()
            {
                for (Trail trail = this; trail != null; trail = trail.rest)
                {
                    yield return trail.Place;
                }
            }
        }
    }
}
