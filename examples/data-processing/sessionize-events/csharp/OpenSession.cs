using System;
using System.Collections.Generic;
using System.Linq;

namespace SessionizeEvents
{
    /// <summary>A session that can still take events.</summary>
    internal sealed class OpenSession
    {
        /// <summary>By end, then by the arrival of the event that arrived first; no two sessions are equal.</summary>
        internal static readonly IComparer<OpenSession> ClosingOrder = Comparer<OpenSession>.Create(
            (one, other) => (one.EndMs, one.firstArrival).CompareTo((other.EndMs, other.firstArrival)));

        private readonly List<Visit> visits = new List<Visit>();
        private long startMs;
        private long firstArrival;

        internal OpenSession(ClickEvent clickEvent, long arrival)
        {
            User = clickEvent.User;
            startMs = clickEvent.TimestampMs;
            EndMs = clickEvent.TimestampMs;
            firstArrival = arrival;
            visits.Add(new Visit(clickEvent.TimestampMs, arrival, clickEvent.Page));
        }

        internal string User { get; }

        internal long EndMs { get; private set; }

        /// <summary>
        /// Joins two sessions of one user in one of them, which is returned; the other must not be used any more.
        /// </summary>
        internal static OpenSession Merge(OpenSession one, OpenSession other)
        {
            return one.visits.Count < other.visits.Count ? other.Absorb(one) : one.Absorb(other);
        }

        internal bool Reaches(long timestampMs, long gapMs)
        {
            return startMs - gapMs <= timestampMs && timestampMs <= EndMs + gapMs;
        }

        internal Session Close()
        {
            IEnumerable<Visit> ordered = visits.OrderBy(visit => visit.TimestampMs).ThenBy(visit => visit.Arrival);
            return new Session(User, startMs, EndMs, ordered.Select(visit => visit.Page).ToArray());
        }

        private OpenSession Absorb(OpenSession other)
        {
            visits.AddRange(other.visits);
            startMs = Math.Min(startMs, other.startMs);
            EndMs = Math.Max(EndMs, other.EndMs);
            firstArrival = Math.Min(firstArrival, other.firstArrival);
            return this;
        }

        private struct Visit
        {
            internal Visit(long timestampMs, long arrival, string page)
            {
                TimestampMs = timestampMs;
                Arrival = arrival;
                Page = page;
            }

            internal long TimestampMs { get; }

            internal long Arrival { get; }

            internal string Page { get; }
        }
    }
}
