using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace LimitedStops
{
    [TestFixture]
    public class RouteFinderTests
    {
        /// <summary>Legs written as "A>B:3 B>C:4".</summary>
        private static List<Leg> Legs(string text)
        {
            return text.Split(' ')
                .Select(leg => leg.Split('>', ':'))
                .Select(part => new Leg(part[0], part[1], long.Parse(part[2])))
                .ToList();
        }

        private static string Show(Route route)
        {
            return route == null ? "none" : route.Cost + " " + string.Join(" ", route.Places);
        }

        private static string Find(string legs, string from, string to, int maxStops)
        {
            return Show(RouteFinder.Cheapest(Legs(legs), from, to, maxStops));
        }

        private static T Within<T>(Func<T> find)
        {
            Stopwatch watch = Stopwatch.StartNew();
            T found = find();
            Assert.Less(watch.ElapsedMilliseconds, 2000);
            return found;
        }

        [TestCase("A", "D", "7 A C B D")]
        [TestCase("A", "B", "2 A C B")]
        [TestCase("D", "B", "3 D A C B")]
        [TestCase("B", "A", "6 B D A")]
        [TestCase("C", "A", "7 C B D A")]
        public void CheapestRouteInTheDirectionOfTheLegs_R1(string from, string to, string expected)
        {
            Assert.AreEqual(expected, Find("A>B:4 A>C:1 C>B:1 B>D:5 C>D:9 D>A:1", from, to, 5));
        }

        [TestCase("A>B:5 A>B:2 A>B:9", "2 A B")]
        [TestCase("A>B:2 A>B:5", "2 A B")]
        [TestCase("A>C:0 C>B:0", "0 A C B")]
        [TestCase("A>A:0 A>B:1 B>B:0", "1 A B")]
        [TestCase(
            "A>C:1000000000 C>D:1000000000 D>E:1000000000 E>F:1000000000 F>B:999999999", "4999999999 A C D E F B")]
        public void ParallelLegsFreeLegsLoopsAndLargeSums_R1(string legs, string expected)
        {
            Assert.AreEqual(expected, Find(legs, "A", "B", 5));
        }

        [TestCase("A>B:10 A>C:1 C>B:1 B>D:1", "none", "11 A B D", "3 A C B D")]
        [TestCase("A>B:1 B>C:1 C>D:1 A>D:50 B>D:10", "50 A D", "11 A B D", "3 A B C D")]
        [TestCase("A>B:1 B>D:10 B>C:1 C>D:1", "none", "11 A B D", "3 A B C D")]
        [TestCase("A>B:1 B>C:1 C>D:1", "none", "none", "3 A B C D")]
        public void StopsAreLimitedWhateverTheOrderOfTheList_R2(
            string legs, string direct, string oneStop, string more)
        {
            string[] expected = { direct, oneStop, more, more, more };
            List<Leg> given = Legs(legs);
            for (int turn = 0; turn < 2; turn++)
            {
                IEnumerable<Route> found =
                    Enumerable.Range(0, 5).Select(stops => RouteFinder.Cheapest(given, "A", "D", stops));
                CollectionAssert.AreEqual(expected, found.Select(Show));
                given.Reverse();
            }
        }

        [Test]
        public void NegativeLimitIsRefused_R2()
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Find("A>B:-7", "X", "B", -1));
            Assert.AreEqual("1 A B", Find("A>B:1", "A", "B", 0));
        }

        [TestCase("A>B:1 B>D:1 A>D:2", "2 A D")]
        [TestCase("A>D:2 A>B:1 B>D:1", "2 A D")]
        [TestCase("A>B:0 B>C:0 C>D:0 A>D:0", "0 A D")]
        [TestCase("A>B:1 B>C:1 C>D:1 A>E:1 E>D:2", "3 A E D")]
        public void FewestLegs_R3(string legs, string expected)
        {
            Assert.AreEqual(expected, Find(legs, "A", "D", 5));
        }

        [TestCase("Y>D:1 X>D:1 A>X:1 A>Y:1", "2 A X D")]
        [TestCase("X>D:1 Y>D:1 A>Y:1 A>X:1", "2 A Y D")]
        [TestCase("A>B:1 B>Y:1 B>X:1 X>D:1 Y>D:1", "3 A B Y D")]
        [TestCase("A>X:2 A>Y:1 Y>D:2 X>D:1", "3 A X D")]
        [TestCase("A>Y:1 A>X:2 X>D:1 Y>D:2", "3 A Y D")]
        [TestCase("A>P:1 A>Q:1 Q>R:1 P>S:1 R>D:1 S>D:1", "3 A P S D")]
        [TestCase("A>X:5 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A Y D")]
        [TestCase("A>X:1 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A X D")]
        public void EarlierLegWhereRoutesFirstDiffer_R3(string legs, string expected)
        {
            Assert.AreEqual(expected, Find(legs, "A", "D", 5));
        }

        [TestCase(0)]
        [TestCase(1)]
        [TestCase(5)]
        public void PlaceIsReachedFromItself_R4(int maxStops)
        {
            Assert.AreEqual("0 A", Find("A>B:1 B>A:1 A>A:0", "A", "A", maxStops));
            Assert.AreEqual("0 B", Find("A>B:1", "B", "B", maxStops));
        }

        [Test]
        public void NoRouteIsNoError_R4()
        {
            Assert.AreEqual("none", Find("A>B:1 C>D:1", "A", "D", 9));
            Assert.AreEqual("none", Find("A>B:1 C>D:1", "B", "A", 9));
            Assert.AreEqual("1 C D", Find("A>B:1 C>D:1", "C", "D", 9));
        }

        [TestCase(-1)]
        [TestCase(1000000001)]
        [TestCase(4294967296)]
        [TestCase(long.MinValue)]
        [TestCase(long.MaxValue)]
        public void CostOutOfRange_R5(long cost)
        {
            Leg[] legs =
            {
                new Leg("A", "B", 0), new Leg("C", "C", 1000000000), new Leg("C", "D", cost), new Leg("E", "F", -7),
            };
            foreach (string start in new[] { "A", "unknown" })
            {
                var error = Assert.Throws<InvalidCostException>(() => RouteFinder.Cheapest(legs, start, "A", 0));
                Assert.AreEqual(2, error.Index);
                Assert.AreEqual(cost, error.Cost);
                StringAssert.Contains("2", error.Message);
                StringAssert.Contains(cost.ToString(), error.Message);
            }

            Assert.AreEqual("1000000000 A C", Find("A>B:0 A>C:1000000000", "A", "C", 0));
        }

        [TestCase("X", "B", "X")]
        [TestCase("A", "Y", "Y")]
        [TestCase("X", "Y", "X")]
        [TestCase("X", "X", "X")]
        [TestCase("a", "A", "a")]
        [TestCase("A", "A ", "A ")]
        [TestCase("A", "", "")]
        public void UnknownPlace_R6(string from, string to, string place)
        {
            var error = Assert.Throws<UnknownPlaceException>(() => Find("A>B:1 C>B:1", from, to, 3));
            Assert.AreEqual(place, error.Place);
            StringAssert.Contains(place, error.Message);
        }

        [Test]
        public void WithoutLegsNoPlaceIsKnown_R6()
        {
            Assert.Throws<UnknownPlaceException>(() => RouteFinder.Cheapest(new Leg[0], "A", "A", 0));
            Assert.AreEqual("1 A B", Find("A>B:1", "A", "B", 0));
            Assert.AreEqual("none", Find("A>B:1", "B", "A", 0));
        }

        [Test]
        public void LayersWithVeryManyRoutes_R7()
        {
            var legs = new List<Leg>();
            for (int layer = 0; layer < 24; layer++)
            {
                for (int pair = 0; pair < 100; pair++)
                {
                    legs.Add(new Leg($"{layer}.{pair / 10}", $"{layer + 1}.{pair % 10}", 1));
                }
            }

            Route route = Within(() => RouteFinder.Cheapest(legs, "0.3", "24.7", 23));
            string middle = string.Join(" ", Enumerable.Range(1, 23).Select(layer => layer + ".0"));
            Assert.AreEqual($"24 0.3 {middle} 24.7", Show(route));
        }

        [Test]
        public void LongChainListedInEitherDirection_R7()
        {
            List<Leg> legs =
                Enumerable.Range(0, 999).Select(i => new Leg(i.ToString(), (i + 1).ToString(), 2)).ToList();
            for (int turn = 0; turn < 2; turn++)
            {
                Route route = Within(() => RouteFinder.Cheapest(legs, "0", "999", 998));
                Assert.AreEqual(1998, route.Cost);
                CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => i.ToString()), route.Places);
                legs.Reverse();
            }
        }

        [Test]
        public void LargeLimit_R7()
        {
            Assert.AreEqual(
                "3 A B C D", Within(() => Find("A>B:1 B>C:1 C>A:0 C>D:1 B>A:0 A>D:4", "A", "D", 2000000000)));
        }
    }
}
