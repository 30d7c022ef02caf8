using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using NUnit.Framework;

namespace RingLog
{
    [TestFixture]
    public class RecentLogTests
    {
        /// <summary>A log of entries that tell their numbers.</summary>
        private static RecentLog<string> LogOf(int capacity, int times)
        {
            var log = new RecentLog<string>(capacity);
            Append(log, times);
            return log;
        }

        private static void Append(RecentLog<string> log, int times)
        {
            for (int i = 0; i < times; i++)
            {
                long number = log.Next;
                Assert.AreEqual(number, log.Append("e" + number));
            }
        }

        private static string[] Entries(long first, long next)
        {
            return Enumerable.Range((int)first, (int)(next - first)).Select(number => "e" + number).ToArray();
        }

        private static void AssertHolds(long first, long next, RecentLog<string> log)
        {
            Assert.AreEqual(Entries(first, next), log.ToArray());
            Assert.AreEqual(first, log.First);
            Assert.AreEqual(next, log.Next);
            Assert.AreEqual(next - first, log.Count);
        }

        private static void AssertBatch<T>(long lost, T[] entries, long next, Batch<T> batch)
        {
            Assert.AreEqual(lost, batch.Lost);
            Assert.AreEqual(entries, batch.Entries.ToArray());
            Assert.AreEqual(next, batch.Next);
        }

        [Test]
        public void NumbersAndOrder__R1()
        {
            var log = new RecentLog<string>(3);
            Assert.AreEqual(3, log.Capacity);
            AssertHolds(0, 0, log);
            for (int next = 1; next <= 3; next++)
            {
                Append(log, 1);
                AssertHolds(0, next, log);
            }
        }

        [Test]
        public void EntriesOfAnyKind__R1()
        {
            var log = new RecentLog<object>(5);
            var entries = new object[] { null, "a", "a", null, 0 };
            foreach (object entry in entries)
            {
                log.Append(entry);
            }
            Assert.AreEqual(entries, log.ToArray());
            AssertBatch(0, entries, 5, log.Read(0));
        }

        [Test]
        public void EnumerationWithoutType__R1()
        {
            var seen = new List<object>();
            foreach (object entry in (IEnumerable)LogOf(2, 3))
            {
                seen.Add(entry);
            }
            Assert.AreEqual(new[] { "e1", "e2" }, seen);
        }

        [Test]
        public void FullLogOverwritesItsOldestEntry__R2()
        {
            for (int capacity = 1; capacity <= 5; capacity++)
            {
                var log = new RecentLog<string>(capacity);
                for (int next = 1; next <= 3 * capacity + 1; next++)
                {
                    Append(log, 1);
                    AssertHolds(Math.Max(0, next - capacity), next, log);
                }
                Assert.AreEqual(capacity, log.Capacity);
            }
        }

        [Test]
        public void ReadingFromEveryNumber__R3()
        {
            for (int capacity = 1; capacity <= 4; capacity++)
            {
                for (int next = 1; next <= 10; next++)
                {
                    RecentLog<string> log = LogOf(capacity, next);
                    int first = Math.Max(0, next - capacity);
                    for (int from = 0; from <= next; from++)
                    {
                        AssertBatch(
                            Math.Max(0, first - from), Entries(Math.Max(first, from), next), next, log.Read(from));
                    }
                }
            }
        }

        [Test]
        public void ReaderGetsEachEntryOnceOrLearnsThatItIsLost__R3()
        {
            var log = new RecentLog<string>(4);
            long next = 0;
            long lost = 0;
            var seen = new List<string>();
            foreach (int times in new[] { 3, 0, 4, 9, 1, 5 })
            {
                Append(log, times);
                Batch<string> batch = log.Read(next);
                lost += batch.Lost;
                seen.AddRange(batch.Entries);
                next = batch.Next;
            }
            Assert.AreEqual(22, next);
            Assert.AreEqual(6, lost);
            Assert.AreEqual(Entries(0, 7).Concat(Entries(12, 17)).Concat(Entries(18, 22)).ToArray(), seen.ToArray());
        }

        [Test]
        public void WhatWasReadStays__R3()
        {
            RecentLog<string> log = LogOf(2, 2);
            Batch<string> batch = log.Read(0);
            Append(log, 2);
            log.Clear();
            AssertBatch(0, new[] { "e0", "e1" }, 2, batch);
        }

        [Test]
        public void ReadingAtTheEnds__R4()
        {
            AssertBatch(0, new string[0], 0, new RecentLog<string>(3).Read(0));
            RecentLog<string> log = LogOf(3, 7);
            AssertBatch(0, new string[0], 7, log.Read(7));
            AssertBatch(0, new[] { "e6" }, 7, log.Read(6));
            AssertBatch(0, new[] { "e4", "e5", "e6" }, 7, log.Read(4));
            AssertBatch(1, new[] { "e4", "e5", "e6" }, 7, log.Read(3));
        }

        [Test]
        public void ClearingKeepsTheNumbersGoing__R5()
        {
            var log = new RecentLog<string>(3);
            log.Clear();
            AssertHolds(0, 0, log);
            Append(log, 5);
            for (int times = 0; times < 2; times++)
            {
                log.Clear();
                AssertHolds(5, 5, log);
                AssertBatch(0, new string[0], 5, log.Read(5));
                AssertBatch(4, new string[0], 5, log.Read(1));
            }
            Append(log, 2);
            AssertHolds(5, 7, log);
            AssertBatch(1, new[] { "e5", "e6" }, 7, log.Read(4));
            Append(log, 2);
            AssertHolds(6, 9, log);
            Assert.AreEqual(3, log.Capacity);
        }

        [Test]
        public void CapacityBelowOne__R6()
        {
            foreach (int capacity in new[] { 0, -1, int.MinValue })
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RecentLog<int>(capacity));
                Assert.AreEqual("capacity", error.ParamName);
                Assert.AreEqual(capacity, error.ActualValue);
            }
            Assert.AreEqual(1, new RecentLog<int>(1).Capacity);
        }

        [Test]
        public void ReadingFromOutside__R6()
        {
            RecentLog<string> log = LogOf(2, 3);
            foreach (long from in new[] { 4, 5, -1, long.MinValue, long.MaxValue })
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(() => log.Read(from));
                Assert.AreEqual("from", error.ParamName);
                Assert.AreEqual(from, error.ActualValue);
            }
            AssertHolds(1, 3, log);
        }

        private sealed class Entry
        {
        }

        [Test]
        public void EntriesAreLetGo__R7()
        {
            var log = new RecentLog<Entry>(3);
            var given = new List<Entry>();
            for (int i = 0; i < 8; i++)
            {
                given.Add(new Entry());
                log.Append(given[i]);
                log.Read(0);
                CollectionAssert.AreEquivalent(given.Skip(i - 2), ReachableEntries(log));
            }
            log.Clear();
            Assert.IsEmpty(ReachableEntries(log));
        }

        /// <summary>
        /// What an object refers to, through all fields and arrays; other than counting what the garbage collector
        /// leaves, this does not depend on when and how it works.
        /// </summary>
        private static List<Entry> ReachableEntries(object root)
        {
            var seen = new HashSet<object>();
            var open = new Stack<object>(new[] { root });
            while (open.Count > 0)
            {
                object one = open.Pop();
                if (one == null || one.GetType().IsPrimitive || !seen.Add(one))
                {
                    continue;
                }
                foreach (object item in one as Array ?? new object[0])
                {
                    open.Push(item);
                }
                for (Type type = one.GetType(); type != null; type = type.BaseType)
                {
                    foreach (FieldInfo field in type.GetFields(
                        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    {
                        open.Push(field.GetValue(one));
                    }
                }
            }
            return seen.OfType<Entry>().ToList();
        }

        [Test]
        public void AppendingIsQuick__R7()
        {
            var log = new RecentLog<int>(1000);
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < 200000; i++)
            {
                log.Append(i);
            }
            Assert.Less(watch.ElapsedMilliseconds, 1000);
            Assert.AreEqual(Enumerable.Range(199000, 1000).ToArray(), log.ToArray());
        }
    }
}
