using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Coalescing
{
    [TestFixture]
    public class SingleFlightTests
    {
        /// <summary>When all waiting of all tests together ends.</summary>
        private static readonly DateTime Deadline = DateTime.UtcNow.AddSeconds(20);

        private SingleFlight<string, object> group;
        private Job executed;
        private Job unused;

        /// <summary>Work that goes on until it is told how it ends.</summary>
        private sealed class Job
        {
            private readonly TaskCompletionSource<object> end = new TaskCompletionSource<object>();
            private int calls;

            public readonly object Value = new object();

            public int Calls => calls;

            public Task<object> Work()
            {
                Interlocked.Increment(ref calls);
                return end.Task;
            }

            public void End()
            {
                // Continuations would run in this thread, and a test could wait for itself.
                Task.Run(() => end.SetResult(Value));
            }

            public void Fail(Exception exception)
            {
                Task.Run(() => end.SetException(exception));
            }
        }

        [SetUp]
        public void SetUp()
        {
            group = new SingleFlight<string, object>();
            executed = new Job();
            unused = new Job();
        }

        private static TimeSpan Left()
        {
            TimeSpan left = Deadline - DateTime.UtcNow;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        private static void WaitFor(Task task)
        {
            Assert.IsNotNull(task);
            Assert.IsTrue(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Left()));
        }

        private static T ResultOf<T>(Task<T> task)
        {
            WaitFor(task);
            return task.GetAwaiter().GetResult();
        }

        private static Exception ErrorOf(Task task)
        {
            WaitFor(task);
            return Assert.Catch<Exception>(() => task.GetAwaiter().GetResult());
        }

        private List<Task<Outcome<object>>> StartWaiters(string key, int count)
        {
            var waiters = Enumerable.Range(0, count).Select(i => group.RunAsync(string.Copy(key), unused.Work)).ToList();
            Assert.AreEqual(count, group.Waiting(key));
            Assert.IsFalse(waiters.Any(waiter => waiter.IsCompleted));
            return waiters;
        }

        private static void AssertOutcome(object value, bool shared, Task<Outcome<object>> call)
        {
            Outcome<object> outcome = ResultOf(call);
            Assert.AreSame(value, outcome.Value);
            Assert.AreEqual(shared, outcome.Shared);
        }

        private void AssertRunsAnew(string key)
        {
            int inProgress = group.InProgress;
            int within = 0;
            var value = new object();
            AssertOutcome(value, false, group.RunAsync(key, () =>
            {
                within = group.InProgress;
                return Task.FromResult(value);
            }));
            Assert.AreEqual(inProgress + 1, within);
            Assert.AreEqual(inProgress, group.InProgress);
            Assert.AreEqual(0, group.Waiting(key));
        }

        [Test]
        public void AllGetTheValueOfOneExecution__R1_R3()
        {
            var owner = group.RunAsync("key", executed.Work);
            Assert.AreEqual(1, executed.Calls);
            var waiters = StartWaiters("key", 6);
            Assert.IsFalse(owner.IsCompleted);
            executed.End();
            AssertOutcome(executed.Value, false, owner);
            waiters.ForEach(waiter => AssertOutcome(executed.Value, true, waiter));
            Assert.AreEqual(1, executed.Calls);
            Assert.AreEqual(0, unused.Calls);
            AssertRunsAnew("key");
        }

        [Test]
        public void RacingCallersAreOwnersOrShare__R1()
        {
            for (int round = 0; round < 50; round++)
            {
                var job = new Job();
                job.End();
                var calls = Enumerable.Range(0, 4)
                    .Select(i => Task.Run(() => group.RunAsync("key", job.Work)))
                    .ToList();
                int shared = calls.Count(call => ResultOf(call).Shared);
                Assert.IsTrue(calls.All(call => ResultOf(call).Value == job.Value));
                Assert.AreEqual(4, job.Calls + shared);
                Assert.AreEqual(0, group.InProgress);
            }
        }

        private void AssertAllGet(Exception exception, Action<Exception> fail)
        {
            var calls = new List<Task<Outcome<object>>> { group.RunAsync("key", executed.Work) };
            calls.AddRange(StartWaiters("key", 3));
            fail(exception);
            foreach (var call in calls)
            {
                Assert.AreSame(exception, ErrorOf(call));
            }
            Assert.AreEqual(1, executed.Calls);
            Assert.AreEqual(0, unused.Calls);
            AssertRunsAnew("key");
        }

        [Test]
        public void AllGetTheSameException__R2_R3()
        {
            AssertAllGet(new InvalidOperationException("failed"), executed.Fail);
        }

        [Test]
        public void CancelledWorkLeavesNobodyWaiting__R5()
        {
            AssertAllGet(new OperationCanceledException(), executed.Fail);
        }

        [Test]
        public void WorkThatThrowsAtOnce__R2()
        {
            var exception = new ArgumentException("failed");
            Assert.AreSame(exception, ErrorOf(group.RunAsync("key", () => throw exception)));
            AssertRunsAnew("key");
        }

        [Test]
        public void ACallAfterAResultRunsAnew__R3()
        {
            for (int round = 0; round < 50; round++)
            {
                var first = new Job();
                var second = new Job();
                second.End();
                var calls = Enumerable.Range(0, 4).Select(i => Twice(first, second)).ToList();
                Assert.AreEqual(3, group.Waiting("key"));
                first.End();
                int shared = calls.Count(call => ResultOf(call)[1].Shared);
                foreach (var call in calls)
                {
                    Assert.AreSame(first.Value, ResultOf(call)[0].Value);
                    Assert.AreSame(second.Value, ResultOf(call)[1].Value);
                }
                Assert.AreEqual(1, first.Calls);
                Assert.AreEqual(4, second.Calls + shared);
            }
        }

        private async Task<Outcome<object>[]> Twice(Job first, Job second)
        {
            var before = await group.RunAsync("key", first.Work);
            return new[] { before, await group.RunAsync("key", second.Work) };
        }

        [Test]
        public void DifferentKeysGoOnTogether__R4_R7()
        {
            var keys = new[] { "", "key", "Key", "ke", "key " };
            var jobs = keys.Select(key => new Job()).ToList();
            var calls = keys.Zip(jobs, (key, job) => group.RunAsync(key, job.Work)).ToList();
            Assert.AreEqual(keys.Length, group.InProgress);
            for (int i = 0; i < keys.Length; i++)
            {
                int ending = (i + 2) % keys.Length;
                Assert.AreEqual(1, jobs[ending].Calls);
                Assert.IsFalse(calls[ending].IsCompleted);
                jobs[ending].End();
                AssertOutcome(jobs[ending].Value, false, calls[ending]);
                Assert.AreEqual(keys.Length - 1 - i, group.InProgress);
                AssertRunsAnew(keys[ending]);
            }
        }

        [Test]
        public void WorkMayRunOtherKeys__R4_R7()
        {
            var counts = new List<int>();
            AssertOutcome(executed.Value, false, group.RunAsync("a", async () =>
            {
                counts.Add(group.InProgress);
                var inner = await group.RunAsync("b", async () =>
                {
                    await Task.Yield();
                    counts.Add(group.InProgress);
                    return executed.Value;
                });
                counts.Add(group.InProgress);
                Assert.IsFalse(inner.Shared);
                return inner.Value;
            }));
            CollectionAssert.AreEqual(new[] { 1, 2, 1 }, counts);
        }

        [Test]
        public void TheEndOfTheThreadLeavesNobodyWaiting__R5()
        {
            foreach (int count in new[] { 0, 1, 3 })
            {
                var begun = new ManualResetEventSlim();
                var mayEnd = new ManualResetEventSlim();
                var owner = new Thread(() => group.RunAsync("x1", () =>
                {
                    begun.Set();
                    mayEnd.Wait(Left());
                    Thread.CurrentThread.Abort();
                    return executed.Work();
                })) { IsBackground = true };
                owner.Start();
                Assert.IsTrue(begun.Wait(Left()));
                var waiters = StartWaiters("x1", count);
                mayEnd.Set();
                Assert.IsTrue(owner.Join(Left()));
                foreach (var waiter in waiters)
                {
                    StringAssert.Contains("x1", ((AbandonedException)ErrorOf(waiter)).Message);
                }
                Assert.AreEqual(0, executed.Calls);
                Assert.AreEqual(0, unused.Calls);
                AssertRunsAnew("x1");
            }
        }

        private void AssertReentrant(string key)
        {
            Task call = group.RunAsync(key, unused.Work);
            Assert.IsTrue(call.IsCompleted);
            StringAssert.Contains(key, ((ReentrantCallException)ErrorOf(call)).Message);
            Assert.AreEqual(0, unused.Calls);
        }

        [Test]
        public void ReentranceIsToldAtOnce__R6()
        {
            AssertOutcome(executed.Value, false, group.RunAsync("x1", async () =>
            {
                AssertReentrant("x1");
                await Task.Yield();
                AssertReentrant("x1");
                await group.RunAsync("y2", async () =>
                {
                    AssertReentrant("x1");
                    await Task.Yield();
                    AssertReentrant("x1");
                    AssertReentrant("y2");
                    return null;
                });
                AssertReentrant("x1");
                AssertRunsAnew("y2");
                Assert.AreEqual(0, group.Waiting("x1"));
                return executed.Value;
            }));
            AssertRunsAnew("x1");
        }

        [Test]
        public void WaitersGetTheOutcomeInSpiteOfReentrance__R6()
        {
            var owner = group.RunAsync("key", () =>
            {
                AssertReentrant("key");
                return executed.Work();
            });
            var waiters = StartWaiters("key", 2);
            executed.End();
            AssertOutcome(executed.Value, false, owner);
            waiters.ForEach(waiter => AssertOutcome(executed.Value, true, waiter));
        }

        [Test]
        public void ACallerIsNotWithinTheWorkThatItBegan__R6()
        {
            // The owner goes on before its work has ended, and calls again.
            var owner = group.RunAsync("key", executed.Work);
            var again = group.RunAsync("key", unused.Work);
            executed.End();
            AssertOutcome(executed.Value, false, owner);
            AssertOutcome(executed.Value, true, again);
        }

        [Test]
        public void Counts__R7()
        {
            Assert.AreEqual(0, group.InProgress);
            Assert.AreEqual(0, group.Waiting("a"));
            var owner = group.RunAsync("a", executed.Work);
            Assert.AreEqual(1, group.InProgress);
            Assert.AreEqual(0, group.Waiting("a"));
            var waiters = StartWaiters("a", 3);
            Assert.AreEqual(0, group.Waiting("b"));
            Assert.AreEqual(1, group.InProgress);
            executed.End();
            ResultOf(owner);
            Assert.AreEqual(0, group.InProgress);
            Assert.AreEqual(0, group.Waiting("a"));
            Assert.IsTrue(waiters.All(waiter => ResultOf(waiter).Shared));
        }
    }
}
