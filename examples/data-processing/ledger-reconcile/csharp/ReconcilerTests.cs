using System;
using System.Linq;
using NUnit.Framework;

namespace LedgerReconcile
{
    [TestFixture]
    public class ReconcilerTests
    {
        private static readonly string[] InvalidDates =
        {
            "", "2026-02-29", "2026-02-30", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
            "2026-01-32", "2026-2-03", "2026-02-3", "26-02-03", "1899-12-31", "3000-01-01", "2026/02/03", "20260203",
            "2026-02-03T00:00", " 2026-02-03", "2026-02-03 ", "2026-02-03\n", "x2026-02-03", "2026-02--1",
            "\u0662026-02-03",
        };

        private static string[] Split(string text)
        {
            return text.Split(new[] { ", " }, StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>
        /// An entry from "id date amount reference", with " +" if in parts; "-" is no reference, "~" a space.
        /// </summary>
        private static LedgerEntry Entry(string text)
        {
            string[] fields = text.Split(' ');
            string reference = fields[3] == "-" ? "" : fields[3].Replace('~', ' ');
            return new LedgerEntry(fields[0], fields[1], long.Parse(fields[2]), reference, fields.Length > 4);
        }

        private static StatementLine Line(string text)
        {
            LedgerEntry entry = Entry(text);
            return new StatementLine(entry.Id, entry.Date, entry.Amount, entry.Reference);
        }

        /// <summary>
        /// Expects matches "entry=line+line step", ambiguous lines "line:entry+entry" and the unmatched ids.
        /// </summary>
        private static void AssertReport(string expected, int toleranceDays, string lines, string entries, string name)
        {
            Report report = Reconciler.Reconcile(
                Split(lines).Select(Line).ToArray(), Split(entries).Select(Entry).ToArray(), toleranceDays);
            string[] parts =
            {
                string.Join(", ", report.Matches.Select(
                    match => $"{match.Entry}={string.Join("+", match.Lines)} {match.By.ToString().ToLowerInvariant()}")),
                string.Join(", ", report.Ambiguous.Select(it => $"{it.Line}:{string.Join("+", it.Entries)}")),
                string.Join(" ", report.UnmatchedLines),
                string.Join(" ", report.UnmatchedEntries),
            };
            Assert.AreEqual(expected, string.Join("|", parts), name);
        }

        /// <summary>Tries a line and an entry with these values, each beside a valid one.</summary>
        private static void AssertRefused(string id, string date, long amount)
        {
            var valid = new LedgerEntry("b", "2026-03-10", 5, "X", true);
            var invalid = new LedgerEntry(id, date, amount, "X", true);
            string message = $"{id} {date} {amount}";
            AssertInvalid(() => Reconciler.Reconcile(new StatementLine[] { valid, invalid }, new LedgerEntry[0], 0), message);
            AssertInvalid(() => Reconciler.Reconcile(new StatementLine[0], new[] { valid, invalid }, 0), message);
        }

        private static void AssertInvalid(TestDelegate call, string message)
        {
            Assert.That(call, Throws.InstanceOf<ArgumentException>(), message);
        }

        [Test]
        public void PairsOfTheSameReference_R1()
        {
            AssertReport(
                "A=a reference, C=c reference||b|B",
                3,
                "a 2026-03-10 500 INV1, b 2026-03-10 600 INV2, c 2026-03-10 -7 X",
                "A 2026-03-13 500 INV1, B 2026-03-14 600 INV2, C 2026-03-07 -7 X",
                "the tolerance is inclusive");
            AssertReport(
                "C=c reference||a b|A B",
                0,
                "a 2026-03-10 500 X, b 2026-03-10 -600 Y, c 2026-03-10 1000000000000 Z",
                "A 2026-03-10 501 X, B 2026-03-10 600 Y, C 2026-03-10 1000000000000 Z",
                "equal amounts only");
            AssertReport(
                "B=b reference, C=c reference, D=d reference, E=e reference||a|A",
                1,
                "a 2024-02-28 1 A, b 2024-02-29 1 B, c 2023-02-28 1 C, d 2025-12-31 1 D, e 2026-03-29 1 E",
                "A 2024-03-01 1 A, B 2024-03-01 1 B, C 2023-03-01 1 C, D 2026-01-01 1 D, E 2026-03-30 1 E",
                "days of the calendar");
            AssertReport(
                "A=b reference, B=a reference|||",
                9,
                "a 2026-03-10 5 X, b 2026-03-14 5 X",
                "A 2026-03-15 5 X, B 2026-03-09 5 X",
                "the least distance first");
            AssertReport(
                "A=z reference||a|",
                9,
                "z 2026-03-10 5 X, a 2026-03-10 5 X",
                "A 2026-03-11 5 X",
                "then the earlier line");
            AssertReport(
                "A=a reference, B=b reference|||",
                9,
                "a 2026-03-12 5 X, b 2026-03-08 5 X",
                "A 2026-03-10 5 X, B 2026-03-06 5 X",
                "a line before a later one at equal distances");
            AssertReport(
                "Z=a reference|||A",
                9,
                "a 2026-03-10 5 X",
                "Z 2026-03-12 5 X, A 2026-03-08 5 X",
                "then the earlier entry");
            AssertReport(
                "A=b reference||a|",
                9,
                "a 2026-03-10 5 X, b 2026-03-12 5 X",
                "A 2026-03-12 5 X",
                "a short distance of a late pair goes before the order of lines");
            AssertReport(
                "01=1 reference, 1=01 reference|||",
                0,
                "1 2026-03-10 5 X, 01 2026-03-10 6 Y",
                "01 2026-03-10 5 X, 1 2026-03-10 6 Y",
                "ids may be the same in lines and entries");
        }

        [Test]
        public void References_R2()
        {
            AssertReport(
                "A=a reference, B=b reference, E=e reference||c d|C D",
                0,
                "a 2026-03-10 1 inv-0012, b 2026-03-10 2 a.b/c_d#e, c 2026-03-10 3 INV~12, d 2026-03-10 4 \u00e9, e 2026-03-10 5 x-z",
                "A 2026-03-10 1 INV~00/12, B 2026-03-10 2 ABCDE, C 2026-03-10 3 INV~0012, D 2026-03-10 4 \u00c9, E 2026-03-10 5 X~~Z",
                "references are normalized");
            AssertReport(
                "B=b reference, C=c reference||a d|A D",
                0,
                "a 2026-03-10 1 A:1, b 2026-03-10 2 A+1, c 2026-03-10 3 \u00e9-1, d 2026-03-10 4 A\u00a0B",
                "A 2026-03-10 1 A1, B 2026-03-10 2 A+1, C 2026-03-10 3 \u00e9.1, D 2026-03-10 4 AB",
                "other characters stay");
            AssertReport(
                "A=a date, B=b date|||",
                2,
                "a 2026-03-10 1 --, b 2026-03-10 2 ~",
                "A 2026-03-11 1 ~_~, B 2026-03-10 2 #",
                "what is left out entirely is no reference");
        }

        [Test]
        public void Parts_R3()
        {
            AssertReport(
                "A=a+b+c parts||d|",
                3,
                "a 2026-03-10 300 X, b 2026-03-11 450 x, c 2026-03-09 -50 X-, d 2026-03-10 1 Y",
                "A 2026-03-10 700 X +",
                "parts add up");
            AssertReport(
                "||a b|A",
                3,
                "a 2026-03-10 300 X, b 2026-03-11 399 X",
                "A 2026-03-10 700 X +",
                "one minor unit less");
            AssertReport(
                "||a b c|A",
                3,
                "a 2026-03-10 300 X, b 2026-03-11 400 X, c 2026-03-11 1 X",
                "A 2026-03-10 700 X +",
                "a line too many");
            AssertReport(
                "A=a+b parts||c d|",
                3,
                "a 2026-03-07 300 X, b 2026-03-13 400 X, c 2026-03-06 1 X, d 2026-03-14 1 X",
                "A 2026-03-10 700 X +",
                "only close lines are parts");
            AssertReport(
                "||a b|A",
                3,
                "a 2026-03-10 300 X, b 2026-03-11 400 X",
                "A 2026-03-10 700 X",
                "other entries are not paid in parts");
            AssertReport(
                "||a b|A",
                3,
                "a 2026-03-10 300 -, b 2026-03-11 400 -",
                "A 2026-03-10 700 - +",
                "lines and entries without reference are not parts");
            AssertReport(
                "Z=a+b parts|||A",
                3,
                "a 2026-03-10 300 X, b 2026-03-11 400 X",
                "Z 2026-03-12 700 X +, A 2026-03-10 700 X +",
                "the earlier entry takes the lines");
            AssertReport(
                "A=c+d parts||a b|Z",
                3,
                "a 2026-03-08 100 X, b 2026-03-08 200 X, c 2026-03-13 400 X, d 2026-03-13 310 X",
                "Z 2026-03-10 300 X +, A 2026-03-16 710 X +",
                "an entry has its turn once");
            AssertReport(
                "A=a+b parts, B=c+d parts|||",
                3,
                "a 2026-03-08 300 X, b 2026-03-08 400 X, c 2026-03-12 10 X, d 2026-03-13 20 X",
                "A 2026-03-05 700 X +, B 2026-03-15 30 X +",
                "lines that are not taken are there for the next entry");
            AssertReport(
                "A=a reference, B=b+c parts|||",
                3,
                "a 2026-03-10 700 X, b 2026-03-10 300 X, c 2026-03-10 400 X",
                "A 2026-03-10 700 X, B 2026-03-12 700 X +",
                "what is matched by reference is no part");
        }

        [Test]
        public void VeryManyParts_R3()
        {
            long[] amounts = Enumerable.Repeat(1000000000000, 9008)
                .Concat(new long[] { 3, -2 })
                .Concat(Enumerable.Repeat(-1000000000000, 9008))
                .ToArray();
            AssertReport(
                $"A={string.Join("+", Enumerable.Range(0, amounts.Length))} parts|||",
                0,
                string.Join(", ", amounts.Select((amount, i) => $"{i} 2026-03-10 {amount} X")),
                "A 2026-03-10 1 X +",
                "a sum beyond what a double holds exactly");
        }

        [Test]
        public void MatchesByDate_R4()
        {
            AssertReport(
                "A=a date, B=b date, C=c date|||",
                1,
                "a 2026-03-10 1 -, b 2026-03-10 2 B, c 2026-03-10 3 -",
                "A 2026-03-11 1 A, B 2026-03-10 2 -, C 2026-03-09 3 -",
                "no reference in the line, the entry or both");
            AssertReport(
                "||a b|A B",
                3,
                "a 2026-03-10 1 X, b 2026-03-10 2 Y",
                "A 2026-03-10 1 Z, B 2026-03-14 2 Y",
                "not with two references");
            AssertReport(
                "C=c date||a b|A B",
                3,
                "a 2026-03-10 1 -, b 2026-03-10 2 -, c 2026-03-10 3 -",
                "A 2026-03-14 1 -, B 2026-03-10 -2 -, C 2026-03-13 3 -",
                "not beyond the tolerance, nor with another amount");
            AssertReport(
                "A=b date, B=a date|||",
                3,
                "a 2026-03-10 5 -, b 2026-03-11 5 -",
                "A 2026-03-11 5 -, B 2026-03-08 5 -",
                "the nearest ones, again and again");
            AssertReport(
                "A=a date, B=b date|||",
                5,
                "a 2026-03-11 5 -, b 2026-03-12 5 -",
                "A 2026-03-10 5 -, B 2026-03-12 5 -",
                "what drops out settles the rest");
            AssertReport(
                "A=a date, B=b date, C=c date|||",
                9,
                "a 2026-03-11 5 -, b 2026-03-04 5 -, c 2026-03-01 5 -",
                "A 2026-03-16 5 -, B 2026-03-07 5 -, C 2026-03-02 5 -",
                "three rounds");
            AssertReport(
                "A=b date, B=a reference|||",
                5,
                "a 2026-03-10 5 X, b 2026-03-14 5 -",
                "A 2026-03-10 5 -, B 2026-03-15 5 X",
                "a reference match goes before a nearer one by date");
            AssertReport(
                "A=a+b parts|||B",
                5,
                "a 2026-03-10 5 X, b 2026-03-10 6 X",
                "A 2026-03-10 11 X +, B 2026-03-10 5 -",
                "parts go before the date");
        }

        [Test]
        public void AmbiguousLines_R5()
        {
            AssertReport(
                "|a:A, b:A||",
                3,
                "a 2026-03-10 5 -, b 2026-03-10 5 -",
                "A 2026-03-11 5 -",
                "two equal lines and one entry");
            AssertReport(
                "|a:Z+A|b|C",
                3,
                "a 2026-03-10 5 -, b 2026-03-10 6 -",
                "Z 2026-03-12 5 -, A 2026-03-08 5 -, C 2026-03-10 7 -",
                "one line and two entries equally near");
            AssertReport(
                "|a:B+A, b:B+A|c|C",
                3,
                "a 2026-03-10 5 -, b 2026-03-10 5 -, c 2026-03-20 5 -",
                "B 2026-03-13 5 -, A 2026-03-10 5 -, C 2026-03-24 5 -",
                "also entries that are not the nearest");
            AssertReport(
                "B=c date, C=d reference|a:A, b:A||",
                3,
                "a 2026-03-10 5 -, b 2026-03-10 5 -, c 2026-03-12 5 -, d 2026-03-10 5 X",
                "A 2026-03-10 5 -, B 2026-03-12 5 -, C 2026-03-11 5 X",
                "what is matched is no candidate");
            AssertReport(
                "|a:A, b:A||B",
                3,
                "a 2026-03-10 5 X, b 2026-03-10 5 Y",
                "A 2026-03-10 5 -, B 2026-03-10 5 Z",
                "a candidate with a reference");
        }

        [Test]
        public void InputOrderAndEmptyInput_R6()
        {
            AssertReport(
                "P=y date, Z=z reference|b:N+M, a:N+M|d c e|Y X",
                1,
                "z 2026-03-20 1 Z, y 2026-03-01 2 -, b 2026-03-09 4 -, a 2026-03-09 4 -, d 2026-03-30 8 -, c 2026-03-10 9 P, e 2026-03-01 7 -",
                "P 2026-03-01 2 -, Z 2026-03-20 1 Z, N 2026-03-09 4 -, M 2026-03-10 4 -, Y 2026-03-25 3 -, X 2026-03-05 3 -",
                "everything is in input order");
            AssertReport("|||", 0, "", "", "nothing");
            AssertReport("||b a|", 0, "b 2026-03-10 5 X, a 2026-03-09 5 -", "", "lines only");
        }

        [Test]
        public void InvalidIds_R7()
        {
            AssertRefused("", "2026-03-10", 5);
            AssertRefused(null, "2026-03-10", 5);
            AssertRefused("b", "2026-03-10", 5);
        }

        [Test]
        public void InvalidDates_R7()
        {
            foreach (string date in InvalidDates)
            {
                AssertRefused("a", date, 5);
            }
        }

        [Test]
        public void TheFirstAndTheLastDateAndLeapDays_R7()
        {
            foreach (string date in new[] { "1900-01-01", "2999-12-31", "2000-02-29", "2024-02-29" })
            {
                AssertReport("A=a reference|||", 0, $"a {date} 5 X", $"A {date} 5 X", date);
            }
        }

        [Test]
        public void InvalidAmounts_R7()
        {
            foreach (long amount in new[] { 0, 1000000000001, -1000000000001, long.MinValue })
            {
                AssertRefused("a", "2026-03-10", amount);
            }
        }

        [Test]
        public void InvalidTolerances_R7()
        {
            foreach (int days in new[] { -1, 32 })
            {
                AssertInvalid(() => Reconciler.Reconcile(new StatementLine[0], new LedgerEntry[0], days), $"{days}");
            }
            AssertReport(
                "A=a reference||b|B",
                31,
                "a 2026-03-01 5 X, b 2026-03-01 6 Y",
                "A 2026-04-01 5 X, B 2026-04-02 6 Y",
                "31 days");
        }
    }
}
