using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace RingLog
{
    /// <summary>
    /// The most recent entries, at most as many as the capacity; each further one overwrites the oldest.
    /// Enumerated from the oldest to the newest; it must not be changed meanwhile.
    /// </summary>
    public sealed class RecentLog<T> : IReadOnlyCollection<T>
    {
        private readonly T[] slots;

        /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
        public RecentLog(int capacity)
        {
            if (capacity < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "must be at least 1");
            }
            slots = new T[capacity];
        }

        public int Capacity => slots.Length;

        public int Count { get; private set; }

        /// <summary>The number that the next entry will get.</summary>
        public long Next { get; private set; }

        /// <summary>The number of the oldest entry, or <see cref="Next"/> if the log is empty.</summary>
        public long First => Next - Count;

        /// <summary>Adds an entry and returns its number.</summary>
        public long Append(T entry)
        {
            slots[Next % slots.Length] = entry;
            Count = Math.Min(Count + 1, slots.Length);
            return Next++;
        }

        /// <summary>Removes all entries; the numbers go on.</summary>
        public void Clear()
        {
            Array.Clear(slots, 0, slots.Length);
            Count = 0;
        }

        /// <summary>Gives the entries with the number <paramref name="from"/> and greater.</summary>
        /// <exception cref="ArgumentOutOfRangeException">
        /// <paramref name="from"/> is negative or greater than <see cref="Next"/>.
        /// </exception>
        public Batch<T> Read(long from)
        {
            if (from < 0 || from > Next)
            {
                throw new ArgumentOutOfRangeException(nameof(from), from, "no number that was given or comes next");
            }
            long start = Math.Max(from, First);
            return new Batch<T>(start - from, HeldFrom(start).ToList().AsReadOnly(), Next);
        }

        public IEnumerator<T> GetEnumerator() => HeldFrom(First).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private IEnumerable<T> HeldFrom(long start)
        {
            for (long number = start; number < Next; number++)
            {
                yield return slots[number % slots.Length];
            }
        }
    }
}
