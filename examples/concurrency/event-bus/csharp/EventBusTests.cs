using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Messaging
{
    [TestFixture]
    public class EventBusTests
    {
        private static readonly string[] NoNames =
        {
            "", ".", "a.", ".a", "a..b", "a b", "a\n", "\na", "\u00e9", "a/b", "a:b", "a*", "*a", "a.*b", "***", "a.***",
        };

        private EventBus bus;
        private List<string> log;

        [SetUp]
        public void SetUp()
        {
            bus = new EventBus();
            log = new List<string>();
        }

        private Subscription LogAs(string name, string pattern, int priority = 0)
        {
            return bus.Subscribe(pattern, received => log.Add($"{name} {received.Topic}"), priority);
        }

        private static string[] Words(string text)
        {
            return text.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>Publishes an event whose delivery fails; the failures as texts.</summary>
        private string[] FailuresOf(string topic)
        {
            var exception = Assert.Throws<DeliveryException>(() => bus.Publish(topic));
            Assert.AreEqual(exception.Failures.Select(failure => failure.Error), exception.InnerExceptions);
            return exception.Failures
                .Select(it => $"{it.Topic} {it.Pattern} {it.Error.GetType().Name} {it.Error.Message}")
                .ToArray();
        }

        /// <summary>
        /// Publishes with a listener that publishes for as long as it can; returns the number of events delivered.
        /// </summary>
        private static int Cascade(EventBus bus, int atOnce)
        {
            int delivered = 0;
            Action<Event> listener = received =>
            {
                delivered++;
                for (int i = 0; i < atOnce; i++)
                {
                    bus.Publish("again");
                }
            };
            using (bus.Subscribe("**", listener))
            {
                var exception = Assert.Throws<DeliveryException>(() => bus.Publish("first"));
                Assert.IsTrue(exception.Failures.All(failure => failure.Error is CascadeLimitException));
            }
            return delivered;
        }

        [TestCase("a", "a", "A b aa a.a a.b", TestName = "R1: one segment")]
        [TestCase("a.b", "a.b", "a b a.c b.b a.B a.b.c ab a-b", TestName = "R1: two segments")]
        [TestCase("*", "a Z_9-z", "a.b", TestName = "R1: any one segment")]
        [TestCase("a.*", "a.b a.a", "a b.b a.b.c ab", TestName = "R1: any last segment")]
        [TestCase("*.b", "a.b b.b", "b a.c a.b.b", TestName = "R1: any first segment")]
        [TestCase("a.*.c", "a.b.c", "a.c a.b.d a.b.b.c", TestName = "R1: any segment between")]
        [TestCase("**", "a a.b a.b.c", "", TestName = "R1: every topic")]
        [TestCase("a.**", "a a.b a.b.c", "b ab b.a", TestName = "R1: any rest")]
        [TestCase("a.*.**", "a.b a.b.c a.b.c.d", "a b.a", TestName = "R1: any segment and any rest")]
        [TestCase("*.**", "a a.b.c", "", TestName = "R1: any first segment and any rest")]
        public void Patterns(string pattern, string yes, string no)
        {
            var topics = new List<string>();
            bus.Subscribe(pattern, received => topics.Add(received.Topic));
            foreach (string topic in Words($"{no} {yes} {no}"))
            {
                bus.Publish(topic);
            }
            Assert.AreEqual(Words(yes), topics);
        }

        [Test]
        public void ATopicOfVeryManySegments_R1()
        {
            string topic = string.Join(".", Enumerable.Repeat("a", 100000));
            var matching = new List<int>();
            foreach (string pattern in new[] { topic, "a.*", "a.**", "**", topic + ".*", topic + ".**" })
            {
                bus.Subscribe(pattern, received => matching.Add(pattern.Length));
            }
            bus.Publish(topic);
            Assert.AreEqual(new[] { 199999, 4, 2, 200002 }, matching);
        }

        [Test]
        public void ThePayloadIsPassedAsItIs_R1()
        {
            var payloads = new List<object>();
            bus.Subscribe("a", received => payloads.Add(received.Payload));
            var payload = new object();
            bus.Publish("a", payload);
            bus.Publish("a", 5);
            bus.Publish("a");
            Assert.AreEqual(new[] { payload, 5, null }, payloads);
        }

        [Test]
        public void ByPriorityThenInTheOrderOfSubscribing_R2()
        {
            LogAs("zero", "a");
            LogAs("low", "**", -1);
            LogAs("lowest", "a", -1000);
            LogAs("high", "*", 1);
            LogAs("zero-2", "a");
            LogAs("highest", "a.**", 1000);
            LogAs("high-2", "a", 1);
            LogAs("zero-3", "**");
            bus.Publish("a");
            string[] order = { "highest", "high", "high-2", "zero", "zero-2", "zero-3", "low", "lowest" };
            Assert.AreEqual(order.Select(name => $"{name} a"), log);
        }

        [Test]
        public void AListenerThatIsSubscribedTwiceIsCalledTwice_R2()
        {
            Action<Event> listener = received => log.Add("call");
            Subscription first = bus.Subscribe("a", listener);
            bus.Subscribe("a", listener);
            bus.Publish("a");
            Assert.AreEqual(2, log.Count);
            Assert.AreEqual(2, bus.SubscriptionCount);
            Assert.IsTrue(first.Cancel());
            bus.Publish("a");
            Assert.AreEqual(3, log.Count);
            Assert.AreEqual(1, bus.SubscriptionCount);
        }

        [Test]
        public void ASubscriptionMadeDuringADeliveryGetsEventsWhoseDeliveryBeginsLater_R3()
        {
            Action<Event> listener = received =>
            {
                bus.Publish("queued");
                LogAs("new", "**", -5);
                LogAs("new first", "**", 5);
            };
            bus.Subscribe("start", listener, once: true);
            LogAs("old", "start", -1);
            bus.Publish("start");
            Assert.AreEqual(new[] { "old start", "new first queued", "new queued" }, log);
            bus.Publish("start");
            Assert.AreEqual(new[] { "new first start", "old start", "new start" }, log.Skip(3));
        }

        [Test]
        public void ASubscriptionCancelledBeforeItsTurnIsNotCalled_R3()
        {
            LogAs("first", "a", 2);
            Subscription before = LogAs("before", "a.**", 3);
            Subscription cancelled = null;
            var results = new List<bool>();
            Action<Event> listener = received =>
            {
                bus.Publish("a.queued");
                results.AddRange(new[] { cancelled.Cancel(), before.Cancel(), cancelled.Cancel() });
            };
            bus.Subscribe("a", listener, 1);
            cancelled = LogAs("cancelled", "a.**");
            LogAs("last", "a.**", -1);
            bus.Publish("a");
            Assert.AreEqual(new[] { "before a", "first a", "last a", "last a.queued" }, log);
            Assert.AreEqual(new[] { true, true, false }, results);
            Assert.AreEqual(3, bus.SubscriptionCount);
        }

        [Test]
        public void AListenerCancelsItsOwnSubscription_R3()
        {
            Subscription own = null;
            own = bus.Subscribe("a", received => log.Add($"own {own.Cancel()}"));
            LogAs("other", "a");
            bus.Publish("a");
            bus.Publish("a");
            Assert.AreEqual(new[] { "own True", "other a", "other a" }, log);
            Assert.IsFalse(own.Cancel());
        }

        [Test]
        public void DisposingCancels_R3()
        {
            using (LogAs("used", "a"))
            {
                bus.Publish("a");
            }
            bus.Publish("a");
            Assert.AreEqual(new[] { "used a" }, log);
        }

        [Test]
        public void AOnceSubscriptionIsCalledForTheFirstMatchingEventOnly_R4()
        {
            Subscription once = null;
            Action<Event> listener = received =>
            {
                log.Add($"{received.Topic} {once.Cancel()} {bus.SubscriptionCount}");
                bus.Publish("a.again");
            };
            once = bus.Subscribe("a.*", listener, once: true);
            LogAs("other", "a.*");
            bus.Publish("b");
            Assert.AreEqual(2, bus.SubscriptionCount);
            bus.Publish("a.x");
            bus.Publish("a.y");
            Assert.AreEqual(new[] { "a.x False 1", "other a.x", "other a.again", "other a.y" }, log);
            Assert.IsFalse(once.Cancel());
        }

        [Test]
        public void AOnceSubscriptionEndsAlthoughItsListenerFails_R4()
        {
            bus.Subscribe("a", received => throw new FormatException("down"), once: true);
            Assert.AreEqual(new[] { "a a FormatException down" }, FailuresOf("a"));
            Assert.AreEqual(0, bus.SubscriptionCount);
            bus.Publish("a");
        }

        [Test]
        public void AOnceSubscriptionThatIsCancelledIsNeverCalled_R4()
        {
            Subscription once = null;
            bus.Subscribe("a", received => log.Add($"{once.Cancel()}"));
            once = bus.Subscribe("a", received => log.Add("once"), once: true);
            bus.Publish("a");
            Assert.AreEqual(new[] { "True" }, log);
            Assert.IsFalse(once.Cancel());
        }

        [Test]
        public void EventsPublishedWithinListenersAreQueued_R5()
        {
            Action<Event> listener = received =>
            {
                bus.Publish("b");
                bus.Publish("c");
                log.Add("published");
            };
            bus.Subscribe("a", listener);
            bus.Subscribe("b", received => bus.Publish("d"), 9);
            LogAs("all", "**", -9);
            bus.Publish("a");
            Assert.AreEqual(new[] { "published", "all a", "all b", "all c", "all d" }, log);
        }

        [Test]
        public void AllFailuresAreReportedAfterEverythingIsDelivered_R6()
        {
            Action<Event> listener = received =>
            {
                if (received.Topic == "a")
                {
                    bus.Publish("a.b");
                }
                throw new FormatException("one");
            };
            bus.Subscribe("a.**", listener, 1);
            Subscription second = bus.Subscribe("a", received => throw new TimeoutException("two"));
            LogAs("last", "**", -1);
            string[] expected = { "a a.** FormatException one", "a a TimeoutException two", "a.b a.** FormatException one" };
            Assert.AreEqual(expected, FailuresOf("a"));
            Assert.AreEqual(new[] { "last a", "last a.b" }, log);
            second.Cancel();
            Assert.AreEqual(new[] { "a.c a.** FormatException one" }, FailuresOf("a.c"));
            bus.Publish("b");
            Assert.AreEqual(new[] { "last a.c", "last b" }, log.Skip(2));
        }

        [Test]
        public void InvalidPatterns_R7()
        {
            foreach (string pattern in NoNames.Concat(new[] { "**.a", "a.**.b", "**.**", "**." }))
            {
                Assert.Throws<ArgumentException>(() => LogAs("never", pattern), pattern);
            }
            Assert.AreEqual(0, bus.SubscriptionCount);
        }

        [Test]
        public void InvalidTopics_R7()
        {
            LogAs("all", "**");
            foreach (string topic in NoNames.Concat(new[] { "*", "**", "a.*", "a.**" }))
            {
                Assert.Throws<ArgumentException>(() => bus.Publish(topic), topic);
            }
            Assert.AreEqual(0, log.Count);
            bus.Publish("a");
            Assert.AreEqual(new[] { "all a" }, log);
        }

        [Test]
        public void AnInvalidTopicWithinAListenerIsAFailureOfIt_R7()
        {
            bus.Subscribe("a", received => bus.Publish("a."));
            LogAs("all", "**");
            StringAssert.StartsWith("a a ArgumentException ", FailuresOf("a").Single());
            Assert.AreEqual(new[] { "all a" }, log);
        }

        [Test]
        public void PrioritiesAndLimitsHaveBounds_R7()
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => LogAs("never", "a", -1001));
            Assert.Throws<ArgumentOutOfRangeException>(() => LogAs("never", "a", 1001));
            Assert.AreEqual(0, bus.SubscriptionCount);
            foreach (int limit in new[] { 0, -1, 1000001 })
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => new EventBus(limit));
            }
            Assert.AreEqual(0, new EventBus(1000000).SubscriptionCount);
        }

        [Test]
        public void ACascadeHasAtMostAsManyEventsAsTheLimit_R8()
        {
            foreach (int limit in new[] { 1, 2, 7 })
            {
                var limited = new EventBus(limit);
                Assert.AreEqual(limit, Cascade(limited, 1));
                Assert.AreEqual(limit, Cascade(limited, 3));
                Assert.AreEqual(limit, Cascade(limited, 1));
            }
            Assert.AreEqual(1000, Cascade(bus, 1));
        }

        [Test]
        public void AListenerCanHandleTheError_R8()
        {
            bus = new EventBus(2);
            Action<Event> listener = received =>
            {
                bus.Publish("b");
                Assert.Throws<CascadeLimitException>(() => bus.Publish("c"));
                log.Add("handled");
            };
            bus.Subscribe("a", listener);
            LogAs("all", "**");
            bus.Publish("a");
            bus.Publish("a");
            Assert.AreEqual(new[] { "handled", "all a", "all b", "handled", "all a", "all b" }, log);
        }
    }
}
