using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace IndexedHeap
{
    [TestFixture]
    public class KeyedPriorityQueueTests
    {
        private KeyedPriorityQueue<string> queue;

        [SetUp]
        public void SetUp()
        {
            queue = new KeyedPriorityQueue<string>();
        }

        private void Push(string keys, double priority)
        {
            foreach (char key in keys)
            {
                queue.Push(key.ToString(), priority);
            }
        }

        /// <summary>The first key with its priority, or "nothing".</summary>
        private string Peek()
        {
            return queue.TryPeek(out string key, out double priority) ? key + priority : "nothing";
        }

        private string Pop()
        {
            return queue.TryPop(out string key, out double priority) ? key + priority : "nothing";
        }

        /// <summary>All keys in the order in which they are popped.</summary>
        private string Drain()
        {
            string keys = "";
            while (queue.TryPop(out string key, out _))
            {
                keys += key;
            }
            Assert.AreEqual(0, queue.Count);
            return keys;
        }

        private double Priority(string key)
        {
            Assert.IsTrue(queue.TryGetPriority(key, out double priority));
            return priority;
        }

        [Test]
        public void LeastPriorityComesFirst_R1()
        {
            queue.Push("c", 3);
            queue.Push("a", -1.5);
            queue.Push("d", 1e300);
            queue.Push("b", 0.25);
            Assert.AreEqual("a-1.5", Peek());
            Assert.AreEqual("a-1.5", Pop());
            queue.Push("e", 0);
            Assert.AreEqual("ebcd", Drain());
        }

        [Test]
        public void QueriesAgree_R1()
        {
            queue.Push("b", 2);
            queue.Push("a", 1);
            Assert.AreEqual("a1", Peek());
            Assert.AreEqual("a1", Peek());
            Assert.AreEqual(2, queue.Count);
            Assert.IsTrue(queue.Contains("a"));
            Assert.AreEqual(2, Priority("b"));
            Pop();
            Assert.AreEqual(1, queue.Count);
            Assert.IsFalse(queue.Contains("a"));
            Assert.IsFalse(queue.TryGetPriority("a", out double priority));
            Assert.AreEqual(0, priority);
            Assert.AreEqual("b2", Peek());
        }

        [Test]
        public void GivesTheKeyThatWasPushed_R1()
        {
            string key = new string('k', 3);
            queue.Push(key, 1);
            queue.Change(new string('k', 3), 2);
            Assert.IsTrue(queue.TryPop(out string popped, out _));
            Assert.AreSame(key, popped);
        }

        private sealed class Model
        {
            public int Key;
            public double Priority;
            public int Number;
        }

        [TestCase(1)]
        [TestCase(2)]
        [TestCase(3)]
        public void AgreesWithSortedListThroughRandomOperations_R1_R2_R3_R7(int seed)
        {
            var random = new Random(seed);
            var tested = new KeyedPriorityQueue<int>();
            var expected = new List<Model>();
            for (int step = 0; step < 3000; step++)
            {
                int key = random.Next(60);
                double priority = 1 + random.Next(8);
                Model known = expected.FirstOrDefault(one => one.Key == key);
                Model first = expected.OrderBy(one => one.Priority).ThenBy(one => one.Number).FirstOrDefault();
                int kind = random.Next(5);
                if (kind == 0)
                {
                    Assert.AreEqual(known != null, tested.Remove(key));
                    expected.Remove(known);
                }
                else if (kind == 1)
                {
                    Assert.AreEqual(first != null, tested.TryPop(out int popped, out double was));
                    Assert.AreEqual(first?.Key ?? 0, popped);
                    Assert.AreEqual(first?.Priority ?? 0, was);
                    expected.Remove(first);
                }
                else if (known != null)
                {
                    tested.Change(key, priority);
                    known.Priority = priority;
                }
                else
                {
                    tested.Push(key, priority);
                    expected.Add(new Model { Key = key, Priority = priority, Number = step });
                }
                first = expected.OrderBy(one => one.Priority).ThenBy(one => one.Number).FirstOrDefault();
                Assert.AreEqual(first != null, tested.TryPeek(out int next, out _));
                Assert.AreEqual(first?.Key ?? 0, next);
                Assert.AreEqual(expected.Count, tested.Count);
                AssertCapacity(tested.Count, tested.Capacity);
            }
        }

        private static void AssertCapacity(int count, int capacity)
        {
            Assert.GreaterOrEqual(capacity, count);
            Assert.LessOrEqual(capacity, Math.Max(16, 4 * count));
        }

        [Test]
        public void EqualPrioritiesComeInTheOrderOfPushes_R2()
        {
            Push("hgfedcba", 1);
            Assert.AreEqual("h1", Pop());
            Assert.IsTrue(queue.Remove("e"));
            Push("z", 1);
            Assert.AreEqual("gfdcbaz", Drain());
        }

        [Test]
        public void ChangeKeepsThePlaceAmongEquals_R2()
        {
            Push("abcd", 1);
            queue.Change("a", 5);
            queue.Change("c", 0);
            queue.Change("c", 1);
            queue.Change("a", 1);
            queue.Remove("b");
            queue.Push("b", 1);
            Assert.AreEqual("acdb", Drain());
        }

        [Test]
        public void ChangesToLowerHigherAndEqual_R3()
        {
            for (char key = 'a'; key <= 'z'; key++)
            {
                queue.Push(key.ToString(), key - 'a');
            }
            queue.Change("z", -1);
            queue.Change("a", 100);
            queue.Change("m", 12);
            queue.Change("d", 12);
            Assert.AreEqual(100, Priority("a"));
            Assert.AreEqual("z-1", Peek());
            Assert.AreEqual("zbcefghijkldmnopqrstuvwxya", Drain());
        }

        [Test]
        public void RemovalOfFirstLastAndOthers_R3()
        {
            // Removing "h" moves the last key to another branch, where it has to rise.
            double[] priorities = { 1, 10, 2, 11, 12, 3, 4, 13, 14, 15, 16, 5 };
            for (int i = 0; i < priorities.Length; i++)
            {
                queue.Push(((char)('a' + i)).ToString(), priorities[i]);
            }
            Assert.IsTrue(queue.Remove("h"));
            Assert.IsTrue(queue.Remove("a"));
            Assert.IsTrue(queue.Remove("l"));
            Assert.IsTrue(queue.Remove("k"));
            Assert.IsFalse(queue.Remove("k"));
            Assert.IsFalse(queue.Remove("unknown"));
            Assert.IsFalse(queue.Remove(null));
            Assert.AreEqual("cfgbdeij", Drain());
        }

        [Test]
        public void EmptyQueueGivesNothingAndTakesKeys_R4()
        {
            for (int round = 0; round < 3; round++)
            {
                Assert.AreEqual("nothing", Peek());
                Assert.IsFalse(queue.TryPop(out string key, out double priority));
                Assert.IsNull(key);
                Assert.AreEqual(0, priority);
                Assert.IsFalse(queue.Remove("a"));
                Push("ab", 1);
                Assert.AreEqual("a1", Pop());
                if (round == 1)
                {
                    queue.Clear();
                }
                else
                {
                    Assert.AreEqual("b1", Pop());
                }
                Assert.IsFalse(queue.Contains("b"));
            }
        }

        [Test]
        public void ClearedQueueBeginsAnew_R4()
        {
            Push("abc", 1);
            queue.Clear();
            Assert.AreEqual(0, queue.Count);
            Push("cba", 1);
            Assert.AreEqual("cba", Drain());
        }

        [Test]
        public void ZerosTieAndInfinitiesAreTheEnds_R5()
        {
            queue.Push("a", 0.0);
            queue.Push("b", -0.0);
            queue.Push("c", double.PositiveInfinity);
            queue.Push("d", double.NegativeInfinity);
            queue.Push("e", double.MaxValue);
            queue.Push("f", double.MinValue);
            queue.Push("g", double.PositiveInfinity);
            queue.Push("h", double.NegativeInfinity);
            queue.Push("i", 0.0);
            Assert.AreEqual("dhfabiecg", Drain());
        }

        [Test]
        public void InvalidArgumentsComeFirst_R6()
        {
            queue.Push("a", 1);
            foreach (string key in new[] { "a", "b" })
            {
                Assert.Catch<ArgumentException>(() => queue.Push(key, double.NaN));
                Assert.Catch<ArgumentException>(() => queue.Change(key, double.NaN));
            }
            Assert.Catch<ArgumentException>(() => queue.Push(null, 1));
            Assert.Catch<ArgumentException>(() => queue.Change(null, 1));
            Assert.IsFalse(queue.Contains(null));
            Assert.IsFalse(queue.TryGetPriority(null, out _));
            Assert.AreEqual(1, queue.Count);
            Assert.AreEqual("a1", Pop());
        }

        [Test]
        public void DuplicateAndUnknownKeysChangeNothing_R6()
        {
            Push("abc", 2);
            Assert.Throws<DuplicateKeyException>(() => queue.Push("b", 1));
            Assert.Throws<DuplicateKeyException>(() => queue.Push("b", 2));
            Assert.Throws<UnknownKeyException>(() => queue.Change("d", 1));
            Assert.AreEqual(2, Priority("b"));
            queue.Push("d", 2);
            Assert.AreEqual("abcd", Drain());
            Assert.Throws<UnknownKeyException>(() => queue.Change("a", 1));
        }

        [Test]
        public void CapacityFollowsTheCount_R7()
        {
            var tested = new KeyedPriorityQueue<int>();
            AssertCapacity(0, tested.Capacity);
            for (int i = 0; i < 5000; i++)
            {
                tested.Push(i, -i);
                AssertCapacity(i + 1, tested.Capacity);
            }
            for (int i = 0; i < 5000; i++)
            {
                Assert.IsTrue(i % 2 == 0 ? tested.TryPop(out _, out _) : tested.Remove(i / 2));
                AssertCapacity(4999 - i, tested.Capacity);
            }
            for (int i = 0; i < 100; i++)
            {
                tested.Push(i, i);
            }
            tested.Clear();
            AssertCapacity(0, tested.Capacity);
        }

        /// <summary>Pushes and takes out keys in a frame of its own, so that no local variable keeps them.</summary>
        private static List<WeakReference> TakeOut(KeyedPriorityQueue<object> tested, int count)
        {
            var references = new List<WeakReference>();
            for (int i = 0; i < count; i++)
            {
                var key = new object();
                references.Add(new WeakReference(key));
                tested.Push(key, i);
            }
            for (int i = 0; i < count; i++)
            {
                Assert.IsTrue(i % 2 == 0 ? tested.TryPop(out _, out _) : tested.Remove(references[count - 1 - i / 2].Target));
            }
            return references;
        }

        [Test]
        public void KeysThatLeftAreLetGo_R7()
        {
            // Many short queues: after the removal of all keys a long one has few places left that could keep any.
            List<KeyedPriorityQueue<object>> queues =
                Enumerable.Range(0, 20).Select(_ => new KeyedPriorityQueue<object>()).ToList();
            List<WeakReference> references = queues.SelectMany(one => TakeOut(one, 10)).ToList();
            for (int tries = 0; tries < 20; tries++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            // Mono scans the stack conservatively: what looks like a reference there may keep a few.
            Assert.Less(references.Count(reference => reference.IsAlive), 20);
            Assert.IsTrue(queues.All(one => one.Count == 0));
        }

        private static void AssertQuick(Func<int, double> priority)
        {
            const int count = 40000;
            Stopwatch watch = Stopwatch.StartNew();
            var tested = new KeyedPriorityQueue<int>();
            for (int i = 0; i < count; i++)
            {
                tested.Push(i, priority(i));
            }
            for (int i = 0; i < count; i++)
            {
                tested.Change(i, -priority(i));
            }
            for (int i = 0; i < count; i += 2)
            {
                tested.Remove(i);
            }
            int popped = 0;
            while (tested.TryPop(out _, out _))
            {
                popped++;
            }
            Assert.AreEqual(count / 2, popped);
            Assert.Less(watch.ElapsedMilliseconds, 2000);
        }

        /// <summary>Comparisons can't be counted from outside, so time has to tell n log n from n squared.</summary>
        [Test]
        public void EqualAscendingAndDescendingPriorities_R8()
        {
            AssertQuick(i => 1);
            AssertQuick(i => i);
            AssertQuick(i => -i);
        }
    }
}
