using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace LineDifferences
{
    [TestFixture]
    public class UnifiedDiffTests
    {
        private const string Unended = "\n\\ No newline at end of file\n";

        /// <summary>A text with a line for each character.</summary>
        private static string Lines(string characters)
        {
            return string.Concat(characters.Select(character => character + "\n"));
        }

        private static void AssertDiff(string oldText, string newText, int context, string expected)
        {
            Assert.AreEqual(expected, UnifiedDiff.Compare(oldText, newText, context));
        }

        [Test]
        public void Context__R1()
        {
            const string All = "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n";
            AssertDiff(Lines("abcde"), Lines("aBcde"), 1, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
            AssertDiff(Lines("abcdefg"), Lines("abcDefg"), 0, "@@ -4 +4 @@\n-d\n+D\n");
            AssertDiff(Lines("abcdefg"), Lines("abcDefg"), 2, "@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n");
            AssertDiff(Lines("abcdefg"), Lines("abcDefg"), 3, All);
            AssertDiff(Lines("abcdefg"), Lines("abcDefg"), 4, All);
            AssertDiff(Lines("abcdefg"), Lines("abcDefg"), int.MaxValue, All);
            AssertDiff(Lines("abc"), Lines("AbC"), int.MaxValue, "@@ -1,3 +1,3 @@\n-a\n+A\n b\n-c\n+C\n");
            AssertDiff(Lines("axyb"), Lines("aPQRb"), 1, "@@ -1,4 +1,5 @@\n a\n-x\n-y\n+P\n+Q\n+R\n b\n");
            AssertDiff(Lines("abc"), Lines("Abc"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n");
            AssertDiff(Lines("abc"), Lines("abC"), 1, "@@ -2,2 +2,2 @@\n b\n-c\n+C\n");
        }

        [Test]
        public void ThreeLinesUnlessTold__R1()
        {
            Assert.AreEqual(
                "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n",
                UnifiedDiff.Compare(Lines("abcdefghi"), Lines("abcdEfghi")));
        }

        [Test]
        public void NearChangesShareAHunk__R2()
        {
            AssertDiff(Lines("abcd"), Lines("AbcD"), 1, "@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n-d\n+D\n");
            AssertDiff(
                Lines("abcde"), Lines("AbcdE"), 1,
                "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n");
            AssertDiff(Lines("abc"), Lines("AbC"), 0, "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n");
            AssertDiff(
                Lines("abcdefg"), Lines("AbcDefG"), 1,
                "@@ -1,7 +1,7 @@\n-a\n+A\n b\n c\n-d\n+D\n e\n f\n-g\n+G\n");
            AssertDiff(Lines("abcde"), Lines("AbcdE"), 2, "@@ -1,5 +1,5 @@\n-a\n+A\n b\n c\n d\n-e\n+E\n");
        }

        [Test]
        public void Headers__R3()
        {
            AssertDiff(Lines("ab"), Lines("aXb"), 0, "@@ -1,0 +2 @@\n+X\n");
            AssertDiff(Lines("ab"), Lines("Xab"), 0, "@@ -0,0 +1 @@\n+X\n");
            AssertDiff(Lines("ab"), Lines("abXY"), 0, "@@ -2,0 +3,2 @@\n+X\n+Y\n");
            AssertDiff(Lines("abc"), Lines("ac"), 0, "@@ -2 +1,0 @@\n-b\n");
            AssertDiff(Lines("ab"), Lines("b"), 0, "@@ -1 +0,0 @@\n-a\n");
            AssertDiff(Lines("abc"), Lines("a"), 0, "@@ -2,2 +1,0 @@\n-b\n-c\n");
            AssertDiff(
                Lines("abcdefg"), Lines("XYabcdeg"), 1,
                "@@ -1 +1,3 @@\n+X\n+Y\n a\n@@ -5,3 +7,2 @@\n e\n-f\n g\n");
        }

        /// <summary>Carries out a diff of lines of one character each; counts the lines it removes and adds.</summary>
        private static string Patch(string characters, string hunks, out int changed)
        {
            var result = new StringBuilder();
            int at = 0;
            changed = 0;
            foreach (string line in hunks.Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries))
            {
                Match header = Regex.Match(line, @"^@@ -(\d+)(,0)?");
                if (header.Success)
                {
                    int start = int.Parse(header.Groups[1].Value) - (header.Groups[2].Success ? 0 : 1);
                    result.Append(characters, at, start - at);
                    at = start;
                    continue;
                }
                if (line[0] != '+')
                {
                    Assert.AreEqual(characters[at], line[1]);
                    at++;
                }
                if (line[0] != '-')
                {
                    result.Append(line[1]);
                }
                changed += line[0] == ' ' ? 0 : 1;
            }
            return result.Append(characters.Substring(at)).ToString();
        }

        private static int LeastChanges(string before, string after)
        {
            var common = new int[before.Length + 1, after.Length + 1];
            for (int i = 0; i < before.Length; i++)
            {
                for (int j = 0; j < after.Length; j++)
                {
                    common[i + 1, j + 1] = before[i] == after[j]
                        ? common[i, j] + 1
                        : Math.Max(common[i, j + 1], common[i + 1, j]);
                }
            }
            return before.Length + after.Length - 2 * common[before.Length, after.Length];
        }

        private static void AssertLeast(string before, string after, int context)
        {
            string diff = UnifiedDiff.Compare(Lines(before), Lines(after), context);
            Assert.AreEqual(after, Patch(before, diff, out int changed));
            Assert.AreEqual(LeastChanges(before, after), changed);
        }

        [Test]
        public void AllShortTexts__R4()
        {
            var texts = new List<string> { "" };
            for (int i = 0; texts[i].Length < 5; i++)
            {
                texts.Add(texts[i] + "a");
                texts.Add(texts[i] + "b");
            }
            int context = 0;
            foreach (string before in texts)
            {
                foreach (string after in texts)
                {
                    AssertLeast(before, after, context++ % 3);
                }
            }
        }

        [Test]
        public void LongerTexts__R4()
        {
            var random = new Random(7);
            for (int round = 0; round < 100; round++)
            {
                var texts = new string[2];
                for (int side = 0; side < 2; side++)
                {
                    int length = 10 + round * (3 + side) % 50;
                    texts[side] = string.Concat(
                        Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(2 + round % 5))));
                }
                AssertLeast(texts[0], texts[1], round % 4);
            }
        }

        [Test]
        public void EqualAndEmptyTexts__R5()
        {
            AssertDiff("", "", 3, "");
            AssertDiff(Lines("ab"), Lines("ab"), 3, "");
            AssertDiff("a", "a", 0, "");
            AssertDiff("", Lines("a"), 3, "@@ -0,0 +1 @@\n+a\n");
            AssertDiff("", Lines("ab"), 3, "@@ -0,0 +1,2 @@\n+a\n+b\n");
            AssertDiff(Lines("a"), "", 3, "@@ -1 +0,0 @@\n-a\n");
            AssertDiff(Lines("ab"), "", 0, "@@ -1,2 +0,0 @@\n-a\n-b\n");
            AssertDiff("\n", "", 1, "@@ -1 +0,0 @@\n-\n");
            AssertDiff("a\n\nb\n", "a\nb\n", 1, "@@ -1,3 +1,2 @@\n a\n-\n b\n");
            AssertDiff("-a\n@@ -1 +1 @@\n", "-a\n+b\n", 1, "@@ -1,2 +1,2 @@\n -a\n-@@ -1 +1 @@\n++b\n");
        }

        [Test]
        public void MissingNewline__R6()
        {
            AssertDiff("a\nb", "a\nc", 1, "@@ -1,2 +1,2 @@\n a\n-b" + Unended + "+c" + Unended);
            AssertDiff("a", "a\n", 3, "@@ -1 +1 @@\n-a" + Unended + "+a\n");
            AssertDiff("a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a" + Unended);
            AssertDiff("a\nb", "A\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b" + Unended);
            AssertDiff("a\nb", "A\nb", 0, "@@ -1 +1 @@\n-a\n+A\n");
            AssertDiff("a", "a\nb\n", 3, "@@ -1 +1,2 @@\n-a" + Unended + "+a\n+b\n");
            AssertDiff("", "a", 3, "@@ -0,0 +1 @@\n+a" + Unended);
            AssertDiff("a\r\nb\n", "a\nb\n", 0, "@@ -1 +1 @@\n-a\r\n+a\n");
            AssertDiff("a\r\nb\r\n", "a\r\nc\r\n", 1, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
            AssertDiff("a\rb\n", "a\rc\n", 1, "@@ -1 +1 @@\n-a\rb\n+a\rc\n");
            AssertDiff("\u00e9\u2028\f\n", "e\u0301\u2028\f\n", 0, "@@ -1 +1 @@\n-\u00e9\u2028\f\n+e\u0301\u2028\f\n");
        }

        [Test]
        public void NegativeContext__R7()
        {
            foreach (int context in new[] { -1, -2, int.MinValue })
            {
                foreach (string newText in new[] { "a\n", "b\n" })
                {
                    var error = Assert.Throws<ArgumentOutOfRangeException>(
                        () => UnifiedDiff.Compare("a\n", newText, context));
                    Assert.AreEqual("context", error.ParamName);
                    Assert.AreEqual(context, error.ActualValue);
                }
            }
        }

        /// <summary>Numbered lines, the middle one of every few of them with a prefix of its own.</summary>
        private static string NumberedLines(int count, int step, string prefix)
        {
            return string.Concat(
                Enumerable.Range(0, count).Select(i => (i % step == step / 2 ? prefix : "") + i + "\n"));
        }

        private static void AssertQuick(int count, int step, int changed)
        {
            string before = NumberedLines(count, step, "x");
            string after = NumberedLines(count, step, "y");
            Stopwatch watch = Stopwatch.StartNew();
            string[] lines = UnifiedDiff.Compare(before, after, 0).Split('\n');
            Assert.Less(watch.ElapsedMilliseconds, 2000);
            Assert.AreEqual(changed, lines.Count(line => line.StartsWith("-", StringComparison.Ordinal)));
            Assert.AreEqual(changed, lines.Count(line => line.StartsWith("+", StringComparison.Ordinal)));
        }

        [Test]
        public void LongTexts__R8()
        {
            AssertQuick(20000, 1000, 20);
        }

        [Test]
        public void NothingInCommon__R8()
        {
            AssertQuick(400, 1, 400);
        }
    }
}
