using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace SearchQueries
{
    [TestFixture]
    public class QueryTests
    {
        private static readonly ISet<string> Fields = new HashSet<string> { "title", "author", "OR" };

        private static string Canonical(string source)
        {
            return Query.Parse(source, Fields).ToString();
        }

        /// <summary>Documents as <c>title=red fox;author=lee</c>.</summary>
        private static Dictionary<string, string> Document(string text)
        {
            return text.Split(';').Where(pair => pair != "").ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        }

        private static void AssertMatches(string source, string[] documents, params string[] others)
        {
            Query query = Query.Parse(source, Fields);
            foreach (string document in documents)
            {
                Assert.IsTrue(query.Matches(Document(document)), $"{source}: {document}");
            }
            foreach (string document in others)
            {
                Assert.IsFalse(query.Matches(Document(document)), $"{source}: {document}");
            }
        }

        private static string[] Titles(params string[] texts)
        {
            return texts.Select(text => $"title={text}").ToArray();
        }

        private static void AssertFails(string source, QueryError error, int position)
        {
            var caught = Assert.Throws<QueryException>(() => Query.Parse(source, Fields), source);
            Assert.AreEqual(error, caught.Error, source);
            Assert.AreEqual(position, caught.Position, source);
            StringAssert.IsMatch($"{error}.*{position}", caught.Message);
        }

        [TestCase("Foo-bar")]
        [TestCase("\"foo, BAR\"")]
        [TestCase("foo_bar")]
        public void TokensStandOneRightBehindTheOther__R1(string source)
        {
            Assert.AreEqual("\"foo bar\"", Canonical(source));
            AssertMatches(
                source,
                Titles("the foo bar", "FOO... bar!", "foo foo bar"),
                Titles("foo the bar", "bar foo", "foo", "foo bars", "", "foobar"));
        }

        [Test]
        public void WholeTokensOfLettersAndDigits__R1()
        {
            AssertMatches("foo", Titles("foo", "a foo b", "(Foo)"), Titles("food", "afoo", "fo o", "foo1", "föö"));
            AssertMatches("h2o", Titles("H2O!"), Titles("H 2 O", "h2", "h2o2"));
            AssertMatches("größe", Titles("GRÖSSE, Größe!", "die GRÖßE"), Titles("grosse", "gr", "e"));
            AssertMatches("почта", Titles("ПОЧТА России"), Titles("почтамт"));
            AssertMatches("a٣", Titles("A٣", "(a٣)"), Titles("a", "a3", "a ٣"));
        }

        [Test]
        public void ARunThatBeginsAgainWithinItself__R1()
        {
            AssertMatches("\"a a b\"", Titles("a a a b", "x a a b"), Titles("a b a", "a a", "b a a"));
        }

        [Test]
        public void AFieldAloneOrEveryField__R2()
        {
            const string both = "title=red fox;author=lee";
            AssertMatches("title:fox", new[] { both, "title=fox" }, "author=fox", "body=fox", "title=lee", "");
            AssertMatches("fox", new[] { both, "author=fox", "body=fox" }, "title=lee;fox=none", "");
            AssertMatches("title:\"RED fox\" author:lee", new[] { both }, "title=red fox", "title=fox red;author=lee");
            Assert.AreEqual("(and title:\"red fox\" author:\"a b\")", Canonical("title:\"Red  Fox\" author:a.b"));
        }

        [Test]
        public void TokensDoNotGoFromOneFieldToTheNext__R2()
        {
            AssertMatches("\"red fox\"", new[] { "title=a;author=red fox" }, "title=red;author=fox");
        }

        [Test]
        public void TheNegationOfAFieldThatIsNotThere__R2()
        {
            AssertMatches("-title:fox", new[] { "", "author=fox", "title=ox" }, "title=fox");
        }

        [TestCase("a b OR -c (d OR e)", "(or (and 'a' 'b') (and (not 'c') (or 'd' 'e')))")]
        [TestCase("a OR b OR c d", "(or 'a' 'b' (and 'c' 'd'))")]
        [TestCase("-(a b) c", "(and (not (and 'a' 'b')) 'c')")]
        [TestCase("-a b", "(and (not 'a') 'b')")]
        [TestCase("(a b) c", "(and (and 'a' 'b') 'c')")]
        [TestCase("(a OR b) OR c", "(or (or 'a' 'b') 'c')")]
        [TestCase("((a))", "'a'")]
        [TestCase("-(-a)", "(not (not 'a'))")]
        [TestCase("--a", "(not 'a')")]
        [TestCase("-\"a b\" c", "(and (not 'a b') 'c')")]
        [TestCase("a-b", "'a b'")]
        [TestCase(" \t\r\na\t(\nb )\r", "(and 'a' 'b')")]
        public void RowsAlternativesNegationAndGroups__R3(string source, string expected)
        {
            Assert.AreEqual(expected.Replace('\'', '"'), Canonical(source));
        }

        [Test]
        public void OtherSpaceBelongsToAWord__R3()
        {
            Assert.AreEqual("\"a b c d\"", Canonical("a\vb\fc\u00a0d"));
        }

        [Test]
        public void WhatTheyMatch__R3()
        {
            AssertMatches("a b", Titles("b a"), Titles("a", "b", ""));
            AssertMatches("a OR b c", Titles("a", "b c", "a b"), Titles("b", "c", ""));
            AssertMatches("a (b OR c)", Titles("a b", "a c"), Titles("a", "b c", "b"));
            AssertMatches("-a", Titles("b", ""), Titles("a", "b a"));
            AssertMatches("-(a b)", Titles("a", "b", ""), Titles("a b"));
        }

        [TestCase("\"a OR (b) -c title:d\"", "\"a or b c title d\"")]
        [TestCase("\"a\\\"b\" c", "(and \"a b\" \"c\")")]
        [TestCase("\"a\\\\\" b", "(and \"a\" \"b\")")]
        [TestCase("\"a\\b\"", "\"ab\"")]
        [TestCase("\"a\n\tb\"", "\"a b\"")]
        public void CharactersWithinAPhrase__R4(string source, string expected)
        {
            Assert.AreEqual(expected, Canonical(source));
        }

        [TestCase("a\"b c\"-d(e)", "(and \"a\" \"b c\" (not \"d\") \"e\")")]
        [TestCase("(a)(b)\"c\"\"d\"OR(e)", "(or (and \"a\" \"b\" \"c\" \"d\") \"e\")")]
        [TestCase("title:\"a\"b", "(and title:\"a\" \"b\")")]
        [TestCase("title:a:b", "title:\"a b\"")]
        [TestCase("a-(b)", "(and \"a\" \"b\")")]
        public void TermsWithoutWhiteSpaceBetween__R4(string source, string expected)
        {
            Assert.AreEqual(expected, Canonical(source));
        }

        [TestCase("")]
        [TestCase(" ")]
        [TestCase("\t\r\n ")]
        public void QueriesWithoutTerms__R5(string source)
        {
            Assert.AreEqual("(and)", Canonical(source));
            AssertMatches(source, new[] { "", "title=", "title=a" });
        }

        [TestCase("or", "\"or\"")]
        [TestCase("a Or b", "(and \"a\" \"or\" \"b\")")]
        [TestCase("-OR b", "(and (not \"or\") \"b\")")]
        [TestCase("ORB XOR", "(and \"orb\" \"xor\")")]
        [TestCase("OR:a", "OR:\"a\"")]
        [TestCase("\"OR\"", "\"or\"")]
        public void OrAsAWord__R5(string source, string expected)
        {
            Assert.AreEqual(expected, Canonical(source));
        }

        [TestCase("(a \"b", QueryError.UnclosedPhrase, 3)]
        [TestCase("\"", QueryError.UnclosedPhrase, 0)]
        [TestCase("a \"b\\\"", QueryError.UnclosedPhrase, 2)]
        [TestCase("\"b\\", QueryError.UnclosedPhrase, 0)]
        [TestCase("title:\"b", QueryError.UnclosedPhrase, 6)]
        [TestCase("((a)", QueryError.UnclosedGroup, 0)]
        [TestCase("a (b (c", QueryError.UnclosedGroup, 5)]
        [TestCase("(", QueryError.UnclosedGroup, 0)]
        public void PhrasesAndGroupsThatAreNotClosed__R6(string source, QueryError error, int position)
        {
            AssertFails(source, error, position);
        }

        [TestCase(")", 0)]
        [TestCase("a)", 1)]
        [TestCase("(a))", 3)]
        [TestCase("()", 1)]
        [TestCase("(())", 2)]
        [TestCase("a ( )", 4)]
        [TestCase("OR", 0)]
        [TestCase("a OR", 2)]
        [TestCase("OR a", 0)]
        [TestCase("a OR OR b", 2)]
        [TestCase("(a OR ) b", 3)]
        [TestCase("(OR a)", 1)]
        [TestCase("a OR (b) OR", 9)]
        [TestCase("a - b", 2)]
        [TestCase("a -", 2)]
        [TestCase("a OR -", 5)]
        [TestCase("(-)", 1)]
        [TestCase("-\ta", 0)]
        [TestCase("title:", 5)]
        [TestCase("title: a", 5)]
        [TestCase("-title:(a)", 6)]
        [TestCase("(title:)", 6)]
        public void WhatMayNotStandWhereItStands__R6(string source, int position)
        {
            AssertFails(source, QueryError.Unexpected, position);
        }

        [Test]
        public void TheFirstErrorCounts__R6()
        {
            AssertFails(") \"a", QueryError.Unexpected, 0);
            AssertFails("+ \"a", QueryError.EmptyTerm, 0);
            AssertFails("(a OR", QueryError.Unexpected, 3);
            AssertFails("OR \"b", QueryError.Unexpected, 0);
            AssertFails("a OR \"b", QueryError.UnclosedPhrase, 5);
            AssertFails("é )", QueryError.Unexpected, 2);
        }

        [TestCase("12:30", 0)]
        [TestCase("a Title:b", 2)]
        [TestCase("-body:b", 1)]
        [TestCase(":a", 0)]
        [TestCase("a :", 2)]
        [TestCase("body:\"b\"", 0)]
        public void UnknownFields__R7(string source, int position)
        {
            AssertFails(source, QueryError.UnknownField, position);
        }

        [TestCase("-title:+", 7)]
        [TestCase("+", 0)]
        [TestCase("a --", 3)]
        [TestCase("a \"\"", 2)]
        [TestCase("title:\"-\"", 6)]
        [TestCase("(€)", 1)]
        [TestCase("title::", 6)]
        public void NothingToLookFor__R7(string source, int position)
        {
            AssertFails(source, QueryError.EmptyTerm, position);
        }

        [Test]
        public void GroupsWithinEachOther__R8()
        {
            string fifty = new string('(', 50) + "a" + new string(')', 50);
            Assert.AreEqual("\"a\"", Canonical(fifty));
            Assert.AreEqual("(and \"a\" \"a\")", Canonical($"{fifty} {fifty}"));
            AssertFails($"({fifty})", QueryError.TooDeep, 50);
            AssertFails(new string('(', 200000), QueryError.TooDeep, 50);
            AssertFails(string.Concat(Enumerable.Repeat("-(", 51)), QueryError.TooDeep, 101);
        }
    }
}
