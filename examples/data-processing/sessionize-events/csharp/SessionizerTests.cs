using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace SessionizeEvents
{
    [TestFixture]
    public class SessionizerTests
    {
        private const long Max = 1000000000000000;

        private static readonly string[] DistinctUsers =
        {
            "1", "01", "1.0", "1e0", "Bob", "bob", "bob ", " bob", "0", "__proto__", "constructor", "\u00e9", "e\u0301",
            "a", "a\u00ad", "\ud83d\ude00",
        };

        /// <summary>Makes an event from "user timestamp page".</summary>
        private static ClickEvent Click(string text)
        {
            string[] fields = text.Split(' ');
            return new ClickEvent(fields[0], long.Parse(fields[1]), fields[2]);
        }

        /// <summary>A session as "user start-end page page ...".</summary>
        private static string Text(Session session)
        {
            return $"{session.User} {session.StartMs}-{session.EndMs} {string.Join(" ", session.Pages)}";
        }

        private static string[] Texts(IEnumerable<Session> sessions)
        {
            return sessions.Select(Text).ToArray();
        }

        private static string[] Add(Sessionizer sessionizer, string click)
        {
            return Texts(sessionizer.Add(Click(click)));
        }

        /// <summary>Adds events that close nothing.</summary>
        private static void AddAll(Sessionizer sessionizer, params string[] clicks)
        {
            foreach (string click in clicks)
            {
                Assert.AreEqual(new string[0], Add(sessionizer, click), click);
            }
        }

        /// <summary>Finishes after events that close nothing.</summary>
        private static string[] Finished(long gapMs, long latenessMs, params string[] clicks)
        {
            var sessionizer = new Sessionizer(gapMs, latenessMs);
            AddAll(sessionizer, clicks);
            return Texts(sessionizer.Finish());
        }

        private static string[] Sessions(params string[] texts)
        {
            return texts;
        }

        private static IEnumerable<string[]> Permutations(string[] items)
        {
            if (items.Length == 0)
            {
                return new[] { items };
            }
            return items.SelectMany(
                first => Permutations(items.Where(item => item != first).ToArray()),
                (first, rest) => new[] { first }.Concat(rest).ToArray());
        }

        [Test]
        public void EventsExactlyTheGapApartAreInOneSession_R1()
        {
            Assert.AreEqual(Sessions("alice 5-15 a b"), Finished(10, 100, "alice 5 a", "alice 15 b"));
            Assert.AreEqual(Sessions("alice 5-15 b a"), Finished(10, 100, "alice 15 a", "alice 5 b"));
        }

        [Test]
        public void OneMillisecondMoreMakesTwoSessions_R1()
        {
            Assert.AreEqual(Sessions("alice 5-5 a", "alice 16-16 b"), Finished(10, 100, "alice 5 a", "alice 16 b"));
            Assert.AreEqual(Sessions("alice 5-5 b", "alice 16-16 a"), Finished(10, 100, "alice 16 a", "alice 5 b"));
        }

        [Test]
        public void ChainOfEventsIsOneSession_R1()
        {
            Assert.AreEqual(
                Sessions("alice 0-30 a b c d"),
                Finished(10, 100, "alice 0 a", "alice 10 b", "alice 20 c", "alice 30 d"));
        }

        [Test]
        public void UsersHaveSessionsOfTheirOwn_R1()
        {
            Assert.AreEqual(
                Sessions("bob 5-5 b", "alice 0-10 a c"), Finished(10, 100, "alice 0 a", "bob 5 b", "alice 10 c"));
        }

        [Test]
        public void PagesAreByTimestampThenByArrivalAndEqualEventsAreKept_R1()
        {
            Assert.AreEqual(
                Sessions("alice 9-100 m z a a k x"),
                Finished(95, 100, "alice 100 x", "alice 10 z", "alice 10 a", "alice 9 m", "alice 10 a", "alice 11 k"));
        }

        [Test]
        public void PageCanBeEmpty_R1()
        {
            var sessionizer = new Sessionizer(10, 0);
            sessionizer.Add(new ClickEvent("alice", 1, ""));
            Assert.AreEqual(new[] { "" }, sessionizer.Finish().Single().Pages);
        }

        [Test]
        public void OrderOfArrivalHasNoInfluence_R1_R3()
        {
            string[] clicks = { "alice 0 a", "alice 10 b", "alice 20 c", "alice 31 d", "alice 41 e" };
            foreach (string[] order in Permutations(clicks))
            {
                Assert.AreEqual(
                    Sessions("alice 0-20 a b c", "alice 31-41 d e"),
                    Finished(10, 100, order),
                    string.Join(", ", order));
            }
        }

        [Test]
        public void SessionIsClosedWhenTheWatermarkIsAboveItsEndPlusGap_R2()
        {
            var sessionizer = new Sessionizer(10, 5);
            AddAll(sessionizer, "alice 0 a", "bob 15 b");
            Assert.AreEqual(Sessions("alice 0-0 a"), Add(sessionizer, "bob 16 c"));
            AddAll(sessionizer, "bob 17 d");
            Assert.AreEqual(Sessions("bob 15-17 b c d"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void EventCanCloseTheSessionOfItsOwnUserAndBeginANewOne_R2()
        {
            var sessionizer = new Sessionizer(10, 0);
            AddAll(sessionizer, "alice 0 a");
            Assert.AreEqual(Sessions("alice 0-0 a"), Add(sessionizer, "alice 11 b"));
            AddAll(sessionizer, "alice 21 c");
            Assert.AreEqual(Sessions("alice 11-21 b c"), Add(sessionizer, "bob 32 d"));
            AddAll(sessionizer, "alice 32 e");
            Assert.AreEqual(Sessions("bob 32-32 d", "alice 32-32 e"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void LaterEventsOfASessionPostponeItsClosing_R2()
        {
            var sessionizer = new Sessionizer(10, 0);
            AddAll(sessionizer, "alice 0 a", "alice 8 b", "bob 13 c", "bob 18 d");
            Assert.AreEqual(Sessions("alice 0-8 a b"), Add(sessionizer, "bob 19 e"));
        }

        [Test]
        public void OlderEventChangesNeitherTheEndNorTheWatermark_R2()
        {
            var sessionizer = new Sessionizer(10, 20);
            AddAll(sessionizer, "alice 100 a", "alice 95 b", "bob 130 c", "bob 125 d");
            Assert.AreEqual(Sessions("alice 95-100 b a"), Add(sessionizer, "carol 131 e"));
            Assert.AreEqual(Sessions("bob 125-130 d c", "carol 131-131 e"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void SessionBegunByAnOlderEventIsClosedByItsOwnEnd_R2()
        {
            var sessionizer = new Sessionizer(10, 60);
            AddAll(sessionizer, "bob 100 a", "alice 50 b", "carol 120 c");
            Assert.AreEqual(Sessions("alice 50-50 b"), Add(sessionizer, "carol 121 d"));
            Assert.AreEqual(Sessions("bob 100-100 a", "carol 120-121 c d"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void SessionsAreClosedOneAfterTheOther_R2()
        {
            var sessionizer = new Sessionizer(10, 0);
            AddAll(sessionizer, "alice 0 a", "bob 4 b", "carol 8 c");
            Assert.AreEqual(Sessions("alice 0-0 a"), Add(sessionizer, "dave 14 d"));
            Assert.AreEqual(Sessions("bob 4-4 b"), Add(sessionizer, "dave 15 e"));
            AddAll(sessionizer, "dave 18 f");
            Assert.AreEqual(Sessions("carol 8-8 c"), Add(sessionizer, "dave 19 g"));
            Assert.AreEqual(Sessions("dave 14-19 d e f g"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void EventBetweenTwoSessionsMergesThem_R3()
        {
            Assert.AreEqual(
                Sessions("alice 0-20 a c b"), Finished(10, 10, "alice 0 a", "alice 20 b", "alice 10 c"));
            Assert.AreEqual(
                Sessions("alice 0-25 a b f c d e"),
                Finished(10, 50, "alice 20 c", "alice 25 e", "alice 21 d", "alice 0 a", "alice 1 b", "alice 11 f"));
        }

        [Test]
        public void EventThatMissesOneSessionByAMillisecondJoinsTheOther_R3()
        {
            Assert.AreEqual(
                Sessions("alice 0-10 a c", "alice 21-21 b"),
                Finished(10, 50, "alice 0 a", "alice 21 b", "alice 10 c"));
            Assert.AreEqual(
                Sessions("alice 0-0 a", "alice 11-21 c b"),
                Finished(10, 50, "alice 0 a", "alice 21 b", "alice 11 c"));
        }

        [Test]
        public void OnlyNeighboursOfTheSameUserAreMerged_R3()
        {
            Assert.AreEqual(
                Sessions("alice 0-0 a", "bob 10-10 e", "alice 20-40 b d c", "alice 60-60 f"),
                Finished(
                    10, 100, "alice 0 a", "alice 20 b", "alice 40 c", "alice 60 f", "alice 30 d", "bob 10 e"));
        }

        [Test]
        public void MergedSessionIsReturnedOnceByItsEnd_R2_R3()
        {
            var sessionizer = new Sessionizer(10, 10);
            AddAll(sessionizer, "alice 0 a", "alice 20 b", "alice 10 c", "bob 31 d", "bob 40 e");
            Assert.AreEqual(Sessions("alice 0-20 a c b"), Add(sessionizer, "bob 41 f"));
            Assert.AreEqual(Sessions("bob 31-41 d e f"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void EventBelowTheWatermarkIsCountedAndDropped_R4()
        {
            var sessionizer = new Sessionizer(10, 5);
            AddAll(sessionizer, "alice 100 a");
            Assert.AreEqual(0, sessionizer.LateEvents);
            AddAll(sessionizer, "alice 94 b");
            Assert.AreEqual(1, sessionizer.LateEvents);
            AddAll(sessionizer, "alice 95 c", "bob 94 d", "bob 0 e");
            Assert.AreEqual(3, sessionizer.LateEvents);
            Assert.AreEqual(Sessions("alice 95-100 c a"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void LateEventDoesNotMergeSessions_R4()
        {
            Assert.AreEqual(
                Sessions("alice 0-0 a", "alice 19-19 b"),
                Finished(10, 9, "alice 0 a", "alice 19 b", "alice 9 c"));
        }

        [Test]
        public void WithoutLatenessEveryEventOlderThanTheNewestIsLate_R4()
        {
            var sessionizer = new Sessionizer(10, 0);
            AddAll(sessionizer, "alice 5 a", "alice 4 b", "alice 5 c", "bob 4 d", "alice 6 e", "alice 5 f");
            Assert.AreEqual(3, sessionizer.LateEvents);
            Assert.AreEqual(Sessions("alice 5-6 a c e"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void FirstEventIsNeverLate_R4()
        {
            var sessionizer = new Sessionizer(10, 3);
            AddAll(sessionizer, "alice 0 a", "alice 3 b", "alice 0 c");
            Assert.AreEqual(0, sessionizer.LateEvents);
            Assert.AreEqual(Sessions("alice 0-3 a c b"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void EventIsMeasuredByTheWatermarkBeforeIt_R4()
        {
            var sessionizer = new Sessionizer(1, 0);
            AddAll(sessionizer, "alice 10 a");
            Assert.AreEqual(Sessions("alice 10-10 a"), Add(sessionizer, "alice 1000 b"));
            AddAll(sessionizer, "alice 11 c");
            Assert.AreEqual(1, sessionizer.LateEvents);
            Assert.AreEqual(Sessions("alice 1000-1000 b"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void SessionsAreInTheOrderOfTheirEnds_R5()
        {
            string[] expected = { "carol 9-9 c", "bob 10-10 b", "alice 5-12 d a", "dave 100-100 e" };
            string[] clicks = { "alice 12 a", "bob 10 b", "carol 9 c", "alice 5 d", "dave 100 e" };
            Assert.AreEqual(expected, Finished(10, 1000, clicks));

            var sessionizer = new Sessionizer(10, 1000);
            AddAll(sessionizer, clicks);
            Assert.AreEqual(expected, Add(sessionizer, "erin 2000 f"));
        }

        [Test]
        public void AtEqualEndsTheEarliestArrivedEventCounts_R5()
        {
            Assert.AreEqual(
                Sessions("zoe 20-20 a", "bob 20-20 b", "alice 20-20 c"),
                Finished(10, 100, "zoe 20 a", "bob 20 b", "alice 20 c"));
            Assert.AreEqual(
                Sessions("bob 10-20 a d", "alice 12-20 c b"),
                Finished(10, 100, "bob 10 a", "alice 20 b", "alice 12 c", "bob 20 d"));
            Assert.AreEqual(
                Sessions("zoe 15-20 c a", "bob 10-20 d b"),
                Finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 15 c", "bob 10 d"));
        }

        [Test]
        public void AtEqualEndsTheEarliestOfAllEventsOfAMergedSessionCounts_R3_R5()
        {
            Assert.AreEqual(
                Sessions("zoe 0-20 a d c", "bob 20-20 b"),
                Finished(10, 100, "zoe 0 a", "bob 20 b", "zoe 20 c", "zoe 10 d"));
            Assert.AreEqual(
                Sessions("zoe 0-20 c d a", "bob 20-20 b"),
                Finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 0 c", "zoe 10 d"));
            Assert.AreEqual(
                Sessions("bob 20-20 a", "alice 0-20 b d c"),
                Finished(10, 100, "bob 20 a", "alice 0 b", "alice 20 c", "alice 10 d"));
        }

        [Test]
        public void SimilarUsersAreDifferentUsers_R6()
        {
            var sessionizer = new Sessionizer(10, 100);
            foreach (long timestampMs in new long[] { 5, 8 })
            {
                foreach (string user in DistinctUsers)
                {
                    sessionizer.Add(new ClickEvent(user, timestampMs, $"{timestampMs}:{user}"));
                }
            }
            Assert.AreEqual(
                DistinctUsers.Select(user => $"{user} 5-8 5:{user} 8:{user}").ToArray(), Texts(sessionizer.Finish()));
        }

        [TestCase(0, 0)]
        [TestCase(-1, 0)]
        [TestCase(Max + 1, 0)]
        [TestCase(10, -1)]
        [TestCase(10, Max + 1)]
        public void InvalidGapOrLatenessIsRefused_R7(long gapMs, long latenessMs)
        {
            Assert.That(() => new Sessionizer(gapMs, latenessMs), Throws.InstanceOf<ArgumentException>());
        }

        [TestCase("alice", -1)]
        [TestCase("alice", Max + 1)]
        [TestCase("", 1)]
        [TestCase("", 5)]
        [TestCase("", 900)]
        public void InvalidEventChangesNothing_R7(string user, long timestampMs)
        {
            var sessionizer = new Sessionizer(10, 0);
            var invalid = new ClickEvent(user, timestampMs, "x");
            Assert.That(() => sessionizer.Add(invalid), Throws.InstanceOf<ArgumentException>());
            AddAll(sessionizer, "alice 5 a");
            Assert.That(() => sessionizer.Add(invalid), Throws.InstanceOf<ArgumentException>());
            AddAll(sessionizer, "alice 5 b");
            Assert.AreEqual(0, sessionizer.LateEvents);
            Assert.AreEqual(Sessions("alice 5-5 a b"), Texts(sessionizer.Finish()));
        }

        [Test]
        public void LimitsOfTheRangesAreAccepted_R1_R7()
        {
            Assert.AreEqual(Sessions($"alice 0-{Max} b a"), Finished(Max, Max, $"alice {Max} a", "alice 0 b"));
            Assert.AreEqual(
                Sessions("alice 0-0 b", $"alice {Max - 1}-{Max} c a"),
                Finished(1, Max, $"alice {Max} a", "alice 0 b", $"alice {Max - 1} c"));
        }

        [Test]
        public void FinishingWithoutOpenSessionsReturnsAnEmptyList_R8()
        {
            Assert.AreEqual(Sessions(), Finished(10, 0));
        }

        [Test]
        public void AfterFinishingEverythingButReadingTheCountIsRefused_R8()
        {
            var sessionizer = new Sessionizer(10, 0);
            AddAll(sessionizer, "alice 5 a", "alice 4 b");
            Assert.AreEqual(Sessions("alice 5-5 a"), Texts(sessionizer.Finish()));
            ClickEvent[] events = { Click("alice 6 c"), Click("alice 1 d"), new ClickEvent("", -1, "e") };
            foreach (ClickEvent refused in events)
            {
                Assert.That(() => sessionizer.Add(refused), Throws.InstanceOf<InvalidOperationException>());
            }
            Assert.That(() => sessionizer.Finish(), Throws.InstanceOf<InvalidOperationException>());
            Assert.AreEqual(1, sessionizer.LateEvents);
        }
    }
}
