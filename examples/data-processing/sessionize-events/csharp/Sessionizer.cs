using System;
using System.Collections.Generic;

namespace SessionizeEvents
{
    /// <summary>Groups click events into sessions of single users while they arrive.</summary>
    public sealed class Sessionizer
    {
        private const long MaxMs = 1000000000000000;

        private readonly long gapMs;
        private readonly long latenessMs;
        private readonly Dictionary<string, List<OpenSession>> openByUser =
            new Dictionary<string, List<OpenSession>>(StringComparer.Ordinal);
        private readonly SortedSet<OpenSession> openByEnd = new SortedSet<OpenSession>(OpenSession.ClosingOrder);
        // No timestamp is below 0, so the first event is not late.
        private long watermarkMs;
        private long arrivals;
        private bool finished;

        /// <summary>Makes a sessionizer without events.</summary>
        /// <exception cref="ArgumentOutOfRangeException">
        /// the gap is not from 1 to 10^15, or the lateness not from 0 to 10^15
        /// </exception>
        public Sessionizer(long gapMs, long latenessMs)
        {
            RequireRange(nameof(gapMs), gapMs, 1);
            RequireRange(nameof(latenessMs), latenessMs, 0);
            this.gapMs = gapMs;
            this.latenessMs = latenessMs;
        }

        /// <summary>The number of events dropped because they were late.</summary>
        public long LateEvents { get; private set; }

        /// <summary>
        /// Takes an event and returns the sessions that it closes, ordered by end, then by earliest arrival.
        /// </summary>
        /// <exception cref="InvalidOperationException">the sessionizer is finished</exception>
        /// <exception cref="ArgumentException">
        /// the user is empty or the timestamp not from 0 to 10^15
        /// </exception>
        public IReadOnlyList<Session> Add(ClickEvent clickEvent)
        {
            RequireUnfinished();
            RequireValid(clickEvent);
            if (clickEvent.TimestampMs < watermarkMs)
            {
                LateEvents++;
                return Array.Empty<Session>();
            }
            Accept(clickEvent);
            watermarkMs = Math.Max(watermarkMs, clickEvent.TimestampMs - latenessMs);
            return CloseEndingBefore(watermarkMs - gapMs);
        }

        /// <summary>Closes and returns all open sessions, ordered as by <see cref="Add"/>.</summary>
        /// <exception cref="InvalidOperationException">the sessionizer is finished already</exception>
        public IReadOnlyList<Session> Finish()
        {
            RequireUnfinished();
            finished = true;
            return CloseEndingBefore(long.MaxValue);
        }

        private void Accept(ClickEvent clickEvent)
        {
            var session = new OpenSession(clickEvent, arrivals++);
            var apart = new List<OpenSession>();
            foreach (OpenSession open in OpenSessionsOf(clickEvent.User))
            {
                if (open.Reaches(clickEvent.TimestampMs, gapMs))
                {
                    openByEnd.Remove(open);
                    session = OpenSession.Merge(session, open);
                }
                else
                {
                    apart.Add(open);
                }
            }
            apart.Add(session);
            openByUser[clickEvent.User] = apart;
            openByEnd.Add(session);
        }

        private IEnumerable<OpenSession> OpenSessionsOf(string user)
        {
            return openByUser.TryGetValue(user, out List<OpenSession> open) ? open : new List<OpenSession>();
        }

        private IReadOnlyList<Session> CloseEndingBefore(long limitMs)
        {
            var closed = new List<Session>();
            while (openByEnd.Count > 0 && openByEnd.Min.EndMs < limitMs)
            {
                OpenSession session = openByEnd.Min;
                openByEnd.Remove(session);
                RemoveFromUser(session);
                closed.Add(session.Close());
            }
            return closed.AsReadOnly();
        }

        private void RemoveFromUser(OpenSession session)
        {
            List<OpenSession> open = openByUser[session.User];
            open.Remove(session);
            if (open.Count == 0)
            {
                openByUser.Remove(session.User);
            }
        }

        private void RequireUnfinished()
        {
            if (finished)
            {
                throw new InvalidOperationException("the sessionizer is finished");
            }
        }

        private static void RequireValid(ClickEvent clickEvent)
        {
            if (clickEvent.User.Length == 0)
            {
                throw new ArgumentException("the user is empty", nameof(clickEvent));
            }
            RequireRange(nameof(clickEvent.TimestampMs), clickEvent.TimestampMs, 0);
        }

        private static void RequireRange(string name, long value, long least)
        {
            if (value < least || value > MaxMs)
            {
                throw new ArgumentOutOfRangeException(name, value, $"must be from {least} to {MaxMs}");
            }
        }
    }
}
