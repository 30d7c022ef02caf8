using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace DependencyOrder
{
    [TestFixture]
    public class BuildOrderTests
    {
        private const int Long = 10000;

        private static readonly string[] Distinct =
        {
            "App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301", "a\0",
        };

        private static readonly string[][] Orders =
        {
            new[] { "b", "c", "d" }, new[] { "b", "d", "c" }, new[] { "c", "b", "d" },
            new[] { "c", "d", "b" }, new[] { "d", "b", "c" }, new[] { "d", "c", "b" },
        };

        private static Target T(string name, params string[] dependencies)
        {
            return new Target(name, dependencies);
        }

        private static string Order(params Target[] targets)
        {
            return string.Join(" ", BuildOrder.Of(targets));
        }

        private static string Cycle(params Target[] targets)
        {
            return string.Join(" ", Assert.Throws<CycleException>(() => BuildOrder.Of(targets)).Path);
        }

        private static string Message(params Target[] targets)
        {
            return Assert.Catch<OrderException>(() => BuildOrder.Of(targets)).Message;
        }

        private static string Duplicate(params Target[] targets)
        {
            return Assert.Throws<DuplicateTargetException>(() => BuildOrder.Of(targets)).Name;
        }

        private static string[] Unknown(params Target[] targets)
        {
            var error = Assert.Throws<UnknownTargetException>(() => BuildOrder.Of(targets));
            return new[] { error.Target, error.Dependency };
        }

        [Test]
        public void DependenciesComeFirstWhereverTheyAreDeclared_R1()
        {
            Assert.AreEqual(
                "core net http log app",
                Order(T("app", "http", "log"), T("core"), T("http", "net", "core"), T("net", "core"), T("log", "core")));
            Assert.AreEqual("a b c d", Order(T("d", "c"), T("b", "a"), T("c", "b"), T("a")));
        }

        [Test]
        public void InputIsNotChanged_R1()
        {
            string[] names = { "c", "b", "c" };
            var targets = new List<Target> { new Target("a", names), T("b"), T("c", "b") };
            Target[] before = targets.ToArray();
            IReadOnlyList<string> order = BuildOrder.Of(targets);
            CollectionAssert.AreEqual(new[] { "c", "b", "c" }, names);
            CollectionAssert.AreEqual(before, targets);
            CollectionAssert.AreEqual(new[] { "c", "b", "c" }, targets[0].Dependencies);
            CollectionAssert.AreEqual(new[] { "b", "c", "a" }, order);
            CollectionAssert.AreEqual(new[] { "b", "c", "a" }, BuildOrder.Of(targets));
        }

        [Test]
        public void AnySequenceIsTaken_R1()
        {
            CollectionAssert.AreEqual(new[] { "b", "a" }, BuildOrder.Of("ba".Select(letter => T(letter.ToString()))));
        }

        [Test]
        public void ReadyTargetDeclaredFirstComesNext_R2()
        {
            Assert.AreEqual("y z x w", Order(T("x", "z"), T("y"), T("z"), T("w")));
            Assert.AreEqual("base z a m", Order(T("z", "base"), T("a", "base"), T("m", "base"), T("base")));
            Assert.AreEqual(
                "third first second fourth", Order(T("first", "third"), T("second", "first"), T("third"), T("fourth")));
        }

        [Test]
        public void IndependentTargetsKeepTheirOrder_R2()
        {
            Assert.AreEqual("c a d b", Order(T("c"), T("a"), T("d"), T("b")));
        }

        [Test]
        public void DeclarationCountsNotTheMomentOfBecomingReady_R2()
        {
            IEnumerable<Target> steps = Enumerable.Range(0, 100).Select(i => T("step" + i));
            IEnumerable<Target> later = Enumerable.Range(0, 100).Select(i => T("later" + i, "step" + (37 * i % 100)));
            Target[] targets = steps.Concat(later).ToArray();
            CollectionAssert.AreEqual(targets.Select(target => target.Name), BuildOrder.Of(targets));
        }

        [Test]
        public void NoTargets_R3()
        {
            CollectionAssert.AreEqual(new string[0], BuildOrder.Of(new Target[0]));
        }

        [Test]
        public void RepeatedDependencyCountsOnce_R3()
        {
            Assert.AreEqual("b a c", Order(T("a", "b", "b"), T("b"), T("c")));
            Assert.AreEqual("b c a", Order(T("a", "b", "b", "c"), T("b"), T("c")));
            Assert.AreEqual("c b a", Order(T("a", "b", "c", "b"), T("c"), T("b")));
        }

        [TestCaseSource("Orders")]
        public void OrderOfDependenciesHasNoInfluence_R3(string first, string second, string third)
        {
            Assert.AreEqual("c b d a", Order(T("a", first, second, third), T("c"), T("b"), T("d", "c")));
        }

        [Test]
        public void SimilarNamesAreDifferentTargets_R4()
        {
            CollectionAssert.AreEqual(Distinct, BuildOrder.Of(Distinct.Select(name => T(name))));
            foreach (string name in Distinct)
            {
                IEnumerable<string> others = Distinct.Where(other => !string.Equals(other, name, StringComparison.Ordinal));
                IEnumerable<Target> targets = new[] { T("needs it", name) }
                    .Concat(others.Select(other => T(other)))
                    .Concat(new[] { T(name) });
                CollectionAssert.AreEqual(others.Concat(new[] { name, "needs it" }), BuildOrder.Of(targets));
            }
        }

        [TestCase("App", "app")]
        [TestCase("01", "1")]
        [TestCase("a ", "a")]
        [TestCase("a", "a ")]
        [TestCase("a", "")]
        [TestCase("a", "__proto__")]
        [TestCase("e\u0301", "\u00e9")]
        public void SimilarNameIsUnknown_R4_R6(string declared, string dependency)
        {
            CollectionAssert.AreEqual(new[] { declared, dependency }, Unknown(T(declared, dependency)));
        }

        [Test]
        public void ErrorsHoldNamesAsGiven_R4()
        {
            foreach (string name in new[] { "", "1", "01", "__proto__", "constructor", "a " })
            {
                Assert.AreEqual(name, Duplicate(T(name), T(name)));
                CollectionAssert.AreEqual(new[] { name, "missing" }, Unknown(T(name, "missing")));
                var error = Assert.Throws<CycleException>(() => Order(T("b", name), T(name, "b")));
                CollectionAssert.AreEqual(new[] { "b", name, "b" }, error.Path);
            }
        }

        [Test]
        public void MessageShowsTheNames_R5_R6_R7()
        {
            StringAssert.IsMatch("app", Message(T("app"), T("app")));
            StringAssert.IsMatch("app.*log", Message(T("app", "log")));
            StringAssert.IsMatch("app.*log.*app", Message(T("app", "log"), T("log", "app")));
        }

        [Test]
        public void FirstDeclarationThatRepeatsIsReported_R5()
        {
            Assert.AreEqual("a", Duplicate(T("a"), T("b", "a"), T("a", "b")));
            Assert.AreEqual("b", Duplicate(T("a"), T("b"), T("b"), T("a")));
            Assert.AreEqual("c", Duplicate(T("c"), T("a"), T("c"), T("a")));
        }

        [Test]
        public void DuplicateComesBeforeOtherErrors_R5()
        {
            Assert.AreEqual("z", Duplicate(T("x", "missing"), T("y", "y"), T("z"), T("z")));
        }

        [Test]
        public void FirstUnknownOfFirstTargetIsReported_R6()
        {
            CollectionAssert.AreEqual(new[] { "b", "missing" }, Unknown(T("a"), T("b", "a", "missing")));
            CollectionAssert.AreEqual(
                new[] { "m", "zeta" }, Unknown(T("ok"), T("m", "ok", "zeta", "alpha"), T("b", "beta")));
            CollectionAssert.AreEqual(new[] { "a", "zeta" }, Unknown(T("a", "b", "zeta"), T("b", "alpha")));
        }

        [Test]
        public void UnknownComesBeforeCycle_R6()
        {
            CollectionAssert.AreEqual(
                new[] { "d", "missing" }, Unknown(T("a", "b"), T("b", "a"), T("c", "c"), T("d", "missing")));
            CollectionAssert.AreEqual(new[] { "a", "missing" }, Unknown(T("a", "a", "missing")));
        }

        [Test]
        public void PathOfCycle_R7()
        {
            Assert.AreEqual("a c b a", Cycle(T("a", "c"), T("b", "a"), T("c", "b")));
            Assert.AreEqual("a a", Cycle(T("a", "a")));
            Assert.AreEqual("b b", Cycle(T("free"), T("b", "free", "b")));
        }

        [Test]
        public void OnlyTheCycleIsInThePath_R7()
        {
            Assert.AreEqual("a b a", Cycle(T("user", "proxy"), T("proxy", "b"), T("a", "b"), T("b", "a")));
            Assert.AreEqual("a b a", Cycle(T("a", "free", "b"), T("free"), T("b", "free", "a")));
        }

        [Test]
        public void PathBeginsWithTargetDeclaredFirst_R7()
        {
            Assert.AreEqual("z x y z", Cycle(T("start", "y"), T("z", "x"), T("x", "y"), T("y", "z")));
        }

        [Test]
        public void FirstBlockedDependencyIsFollowed_R7()
        {
            Assert.AreEqual("a c a", Cycle(T("a", "free", "c", "b"), T("b", "a"), T("c", "a"), T("free")));
            Assert.AreEqual("c d c", Cycle(T("a", "bridge", "a"), T("bridge", "d"), T("c", "d"), T("d", "c")));
            Assert.AreEqual("b b", Cycle(T("a", "b"), T("b", "b", "a")));
        }

        private static Target[] Chain(Func<int, int> dependency)
        {
            return Enumerable.Range(0, Long)
                .Select(i => new { Name = i.ToString(), Other = dependency(i) })
                .Select(one => one.Other < 0 || one.Other >= Long ? T(one.Name) : T(one.Name, one.Other.ToString()))
                .ToArray();
        }

        private static IEnumerable<string> Numbers(Func<int, int> number)
        {
            return Enumerable.Range(0, Long).Select(i => number(i).ToString());
        }

        [Test]
        public void LongChain_R8()
        {
            Stopwatch watch = Stopwatch.StartNew();
            IReadOnlyList<string> down = BuildOrder.Of(Chain(i => i + 1));
            Assert.Less(watch.ElapsedMilliseconds, 2000);
            watch.Restart();
            IReadOnlyList<string> up = BuildOrder.Of(Chain(i => i - 1));
            Assert.Less(watch.ElapsedMilliseconds, 2000);
            CollectionAssert.AreEqual(Numbers(i => Long - 1 - i), down);
            CollectionAssert.AreEqual(Numbers(i => i), up);
        }

        [Test]
        public void LongCycle_R8()
        {
            Target[] targets = Chain(i => (i + Long - 1) % Long);
            Stopwatch watch = Stopwatch.StartNew();
            var error = Assert.Throws<CycleException>(() => BuildOrder.Of(targets));
            Assert.Less(watch.ElapsedMilliseconds, 2000);
            CollectionAssert.AreEqual(Numbers(i => (Long - i) % Long).Concat(new[] { "0" }), error.Path);
        }
    }
}
