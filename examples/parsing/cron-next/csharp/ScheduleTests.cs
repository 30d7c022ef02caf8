using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using NUnit.Framework;

namespace CronNext
{
    [TestFixture]
    public class ScheduleTests
    {
        private static readonly string[] Fields = { "minute", "hour", "day-of-month", "month", "day-of-week" };

        private static DateTime Time(string text)
        {
            const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            return DateTime.Parse(text, CultureInfo.InvariantCulture, styles);
        }

        private static string Text(DateTime? time)
        {
            return time?.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture) ?? "none";
        }

        private static void AssertNext(string expression, string given, string expected)
        {
            DateTime? next = Schedule.Parse(expression).NextAfter(Time(given));
            Assert.AreEqual(Text(Time(expected)), Text(next), expression + " after " + given);
        }

        /// <summary>The next days, as month and day.</summary>
        private static string Days(string expression, string start, int count)
        {
            Schedule schedule = Schedule.Parse(expression);
            var found = new List<string>();
            DateTime at = Time(start);
            for (int i = 0; i < count; i++)
            {
                at = schedule.NextAfter(at).Value;
                found.Add(Text(at).Substring(5, 5));
            }
            return string.Join(" ", found);
        }

        /// <summary>The minutes, or hours, or ... of a span in which each value of the field stands once.</summary>
        private static string Values(string field, string text)
        {
            string[] templates = { "V * * * *", "0 V * * *", "0 0 V 1 *", "0 0 1 V *", "0 0 * * V" };
            string[] starts = { "2024-01-01 00:59", "2024-01-01 23:00", "2023-12-31", "2023-12-01", "2024-01-06" };
            string[] ends = { "2024-01-01 01:59", "2024-01-02 23:00", "2024-01-31", "2024-12-01", "2024-01-13" };
            Func<DateTime, int>[] readers =
            {
                at => at.Minute, at => at.Hour, at => at.Day, at => at.Month, at => (int)at.DayOfWeek,
            };
            int which = Array.IndexOf(Fields, field);
            Schedule schedule = Schedule.Parse(templates[which].Replace("V", text));
            var found = new List<int>();
            for (DateTime at = schedule.NextAfter(Time(starts[which])).Value;
                at <= Time(ends[which]) && found.Count <= 60;
                at = schedule.NextAfter(at).Value)
            {
                found.Add(readers[which](at));
            }
            return string.Join(" ", found);
        }

        private static void AssertError(string expression, CronErrorReason reason, string field, string item)
        {
            var error = Assert.Throws<CronException>(() => Schedule.Parse(expression));
            Assert.AreEqual(reason, error.Reason, expression);
            Assert.AreEqual(field, error.Field, expression);
            Assert.AreEqual(item, error.Item, expression);
        }

        private static void AssertErrorIn(string field, string item, CronErrorReason reason)
        {
            string expression = string.Join(" ", Fields.Select(other => other == field ? item : "*"));
            AssertError(expression, reason, field, item);
        }

        [TestCase("minute", "58-59", "58 59")]
        [TestCase("minute", "3-3", "3")]
        [TestCase("minute", "10-40/15", "10 25 40")]
        [TestCase("minute", "10-39/15", "10 25")]
        [TestCase("minute", "10-12/5", "10")]
        [TestCase("minute", "*/25", "0 25 50")]
        [TestCase("minute", "*/59", "0 59")]
        [TestCase("hour", "7-22/5", "7 12 17 22")]
        [TestCase("day-of-month", "*/10", "1 11 21 31")]
        [TestCase("month", "*/5", "1 6 11")]
        [TestCase("month", "*", "1 2 3 4 5 6 7 8 9 10 11 12")]
        [TestCase("day-of-week", "2-6/3", "2 5")]
        public void RangesAndSteps_R1(string field, string text, string expected)
        {
            Assert.AreEqual(expected, Values(field, text));
        }

        [TestCase("minute", "40,5,20", "5 20 40")]
        [TestCase("minute", "7,7,5-8,6-9", "5 6 7 8 9")]
        [TestCase("minute", "50-55/5,*/30,1", "0 1 30 50 55")]
        [TestCase("hour", "22-23,0", "0 22 23")]
        public void ListsAreUnionsInAnyOrder_R1(string field, string text, string expected)
        {
            Assert.AreEqual(expected, Values(field, text));
        }

        [Test]
        public void NamesStandForValuesInAnyCaseAndCulture_R1()
        {
            CultureInfo before = Thread.CurrentThread.CurrentCulture;
            try
            {
                Thread.CurrentThread.CurrentCulture = new CultureInfo("tr-TR"); // where the upper case of i is not I
                Assert.AreEqual("1 3 4 5", Values("month", "jan,Mar-MAY"));
                Assert.AreEqual("2 5 8", Values("month", "feb-8/3"));
                Assert.AreEqual("1 2 3 4 5", Values("day-of-week", "mon-fri"));
                Assert.AreEqual("0 2 4 6", Values("day-of-week", "Tue-6/2,SUN"));
            }
            finally
            {
                Thread.CurrentThread.CurrentCulture = before;
            }
        }

        [Test]
        public void LeadingZeros_R1()
        {
            Assert.AreEqual("0", Values("minute", "00"));
            Assert.AreEqual("5 10", Values("minute", "005-0010/005"));
            Assert.AreEqual("7", Values("minute", new string('0', 5000) + "7"));
            Assert.AreEqual("0 30", Values("minute", "*/" + new string('0', 5000) + "30"));
        }

        [TestCase("2024-05-17 00:00:00", "2024-05-17")]
        [TestCase("2024-05-17 09:59:00", "2024-05-17")]
        [TestCase("2024-05-17 09:59:30", "2024-05-17")]
        [TestCase("2024-05-17 09:59:59.9999999", "2024-05-17")]
        [TestCase("2024-05-17 10:00:00", "2024-05-18")]
        [TestCase("2024-05-17 10:00:00.0000001", "2024-05-18")]
        [TestCase("2024-05-17 10:00:59", "2024-05-18")]
        [TestCase("2024-05-17 10:01:00", "2024-05-18")]
        public void FirstMinuteStrictlyLater_R2(string given, string expected)
        {
            AssertNext("0 10 * * *", given, expected + " 10:00");
        }

        [TestCase("09:14", "17 09:15")]
        [TestCase("09:15", "17 09:45")]
        [TestCase("09:45", "17 17:15")]
        [TestCase("10:20", "17 17:15")]
        [TestCase("16:59", "17 17:15")]
        [TestCase("17:45", "18 09:15")]
        [TestCase("18:00", "18 09:15")]
        public void SeveralHoursAndMinutes_R2(string given, string expected)
        {
            AssertNext("15,45 9,17 * * *", "2024-05-17 " + given, "2024-05-" + expected);
        }

        [Test]
        public void ResultIsUtcAndKindOfTheGivenTimeIsIgnored_R2()
        {
            Schedule schedule = Schedule.Parse("0 10 * * *");
            foreach (DateTimeKind kind in new[] { DateTimeKind.Utc, DateTimeKind.Unspecified })
            {
                DateTime? next = schedule.NextAfter(DateTime.SpecifyKind(Time("2024-05-17 09:00"), kind));
                Assert.AreEqual("2024-05-17 10:00:00.0000000", Text(next));
                Assert.AreEqual(DateTimeKind.Utc, next.Value.Kind);
            }
        }

        [Test]
        public void QuestionsAreIndependent_R2()
        {
            Schedule schedule = Schedule.Parse("0 10 * * *");
            for (int round = 0; round < 2; round++)
            {
                Assert.AreEqual("2030-01-01 10:00:00.0000000", Text(schedule.NextAfter(Time("2030-01-01"))));
                Assert.AreEqual("2020-01-01 10:00:00.0000000", Text(schedule.NextAfter(Time("2020-01-01"))));
            }
        }

        [Test]
        public void EitherRestrictedDayFieldIsEnough_R3()
        {
            Assert.AreEqual("09-06 09-13 09-20 09-27 10-04 10-11 10-13 10-18", Days("0 0 13 * FRI", "2024-09-01", 8));
            Assert.AreEqual("02-26 02-03", Days("0 0 31 2 MON", "2024-02-19", 2));
        }

        [Test]
        public void UnrestrictedDayFieldLeavesTheOtherAlone_R3()
        {
            Assert.AreEqual("09-13 10-13 11-13", Days("0 0 13 * *", "2024-09-01", 3));
            Assert.AreEqual("09-06 09-13 09-20", Days("0 0 * * FRI", "2024-09-01", 3));
            Assert.AreEqual("09-02 09-03", Days("0 0 * * *", "2024-09-01", 2));
        }

        [TestCase("*/1 * FRI")]
        [TestCase("*,13 * FRI")]
        [TestCase("1-31 * FRI")]
        [TestCase("13 * */1")]
        [TestCase("13 * *,FRI")]
        [TestCase("13 * 1-7")]
        [TestCase("*/1 * *")]
        [TestCase("* * */1")]
        public void AllValuesStillRestrictUnlessExactlyAStar_R3(string fields)
        {
            Assert.AreEqual("09-02 09-03 09-04 09-05", Days("0 0 " + fields, "2024-09-01", 4));
        }

        [TestCase("0", "0")]
        [TestCase("7", "0")]
        [TestCase("SUN", "0")]
        [TestCase("0,7,sun", "0")]
        [TestCase("7-7", "0")]
        [TestCase("5-7", "0 5 6")]
        [TestCase("0-7", "0 1 2 3 4 5 6")]
        [TestCase("FRI-7", "0 5 6")]
        [TestCase("1-7/2", "0 1 3 5")]
        [TestCase("2-7/5", "0 2")]
        [TestCase("*/3", "0 3 6")]
        [TestCase("*/7", "0")]
        public void SundayIs0And7_R4(string text, string expected)
        {
            Assert.AreEqual(expected, Values("day-of-week", text));
        }

        [TestCase("FRI-SUN")]
        [TestCase("6-0")]
        [TestCase("7-sun")]
        [TestCase("SAT-MON")]
        public void RangesOfWeekdaysCompareNumbers_R4(string item)
        {
            AssertErrorIn("day-of-week", item, CronErrorReason.Range);
        }

        [TestCase("5 * * * *", "2024-05-17 23:30", "2024-05-18 00:05")]
        [TestCase("* * * * *", "2024-02-29 23:59", "2024-03-01")]
        [TestCase("* * * * *", "2023-02-28 23:59", "2023-03-01")]
        [TestCase("* * * * *", "2024-12-31 23:59:59", "2025-01-01")]
        [TestCase("0 0 1 1 *", "2024-01-01", "2025-01-01")]
        [TestCase("0 0 1 2 *", "2024-01-31", "2024-02-01")]
        [TestCase("59 23 31 12 *", "2024-12-31 23:58", "2024-12-31 23:59")]
        [TestCase("59 23 31 12 *", "2024-12-31 23:59", "2025-12-31 23:59")]
        [TestCase("15 6 10 3 *", "2024-05-17 09:30", "2025-03-10 06:15")]
        [TestCase("* * * * *", "9990-12-31 23:59:59", "9991-01-01")]
        [TestCase("0 0 * * MON", "2100-02-25", "2100-03-01")]
        public void LaterHourDayMonthOrYear_R5(string expression, string given, string expected)
        {
            AssertNext(expression, given, expected);
        }

        [Test]
        public void MonthsWithoutA31stAreLeftOut_R5()
        {
            Assert.AreEqual("01-31 03-31 05-31 07-31 08-31 10-31 12-31 01-31", Days("0 0 31 * *", "2024-01-01", 8));
        }

        [TestCase("1996-02-29", "2000")]
        [TestCase("2023-03-01", "2024")]
        [TestCase("2024-02-28 23:59", "2024")]
        [TestCase("2024-02-29", "2028")]
        [TestCase("2096-02-29 12:30", "2104")]
        [TestCase("9990-12-31 23:59", "9992")]
        public void LeapDays_R5(string given, string year)
        {
            AssertNext("0 0 29 2 *", given, year + "-02-29");
        }

        [TestCase("0 0 30 2 *")]
        [TestCase("0 0 31 4,6 *")]
        [TestCase("* * 30-31 FEB *")]
        public void DaysOfNoYearGiveNoTime_R5(string expression)
        {
            foreach (string given in new[] { "1970-01-01", "2024-02-29", "9990-12-31 23:59:59" })
            {
                Assert.IsNull(Schedule.Parse(expression).NextAfter(Time(given)));
            }
        }

        [TestCase("")]
        [TestCase(" \t ")]
        [TestCase("@daily")]
        [TestCase("* * * *")]
        [TestCase("* * * * * *")]
        [TestCase("60 ? 1- L")]
        public void OtherThanFiveFields_R6(string expression)
        {
            AssertError(expression, CronErrorReason.FieldCount, null, "");
        }

        [TestCase("0\t10\t*\t*\t*")]
        [TestCase("0   10 \t * \t\t* *")]
        [TestCase(" \t0 10 * * *")]
        [TestCase("0 10 * * *\t ")]
        public void SpacesAndTabsSeparate_R6(string expression)
        {
            AssertNext(expression, "2024-05-17 09:00", "2024-05-17 10:00");
        }

        [TestCase("\n")]
        [TestCase("\r")]
        [TestCase("\f")]
        [TestCase("\u00a0")]
        [TestCase("\u2003")]
        [TestCase("\ufeff")]
        public void OtherWhiteSpaceBelongsToTheField_R6(string space)
        {
            AssertError("0 10 * * *" + space, CronErrorReason.Syntax, "day-of-week", "*" + space);
            AssertError(space + "0 10 * * *", CronErrorReason.Syntax, "minute", space + "0");
            AssertError("0" + space + "10 * * *", CronErrorReason.FieldCount, null, "");
        }

        [Test]
        public void BadShapes_R7()
        {
            string[] items =
            {
                "5/10", "1-", "-1", "1--3", "5L", "L5", "*-5", "5-*", "?", "**", "*5", "*/", "/5", "*/-1", "*/MON", "1-5/",
                "1-5/x", "1-2-3", "*/2/3", "+1", "1.5", "1e1", "1-5L", "JAN/2", "\u0665", "\uff15", "1-\uff15", "*/\uff15",
                "\u00b2", "\u00c4PR", "\u017fun",
            };
            foreach (string field in Fields)
            {
                foreach (string item in items)
                {
                    AssertErrorIn(field, item, CronErrorReason.Syntax);
                }
            }
        }

        [TestCase("1,,2")]
        [TestCase(",1")]
        [TestCase("1,")]
        [TestCase(",")]
        public void EmptyItems_R7(string list)
        {
            AssertError("* * " + list + " * *", CronErrorReason.Syntax, "day-of-month", "");
        }

        [TestCase("minute", "60")]
        [TestCase("minute", "50-60")]
        [TestCase("minute", "4294967296-5")]
        [TestCase("minute", "18446744073709551616")]
        [TestCase("hour", "24")]
        [TestCase("day-of-month", "0")]
        [TestCase("day-of-month", "00-5")]
        [TestCase("day-of-month", "32")]
        [TestCase("month", "0")]
        [TestCase("month", "13")]
        [TestCase("day-of-week", "8")]
        [TestCase("month", "MON")]
        [TestCase("day-of-week", "Jan")]
        [TestCase("minute", "SUN")]
        [TestCase("hour", "jan")]
        [TestCase("month", "JANUARY")]
        [TestCase("day-of-week", "MON-L")]
        public void BadValues_R7(string field, string item)
        {
            AssertErrorIn(field, item, CronErrorReason.Value);
        }

        [TestCase("minute", "30-10")]
        [TestCase("hour", "1-0/2")]
        [TestCase("month", "mar-2")]
        public void BadRanges_R7(string field, string item)
        {
            AssertErrorIn(field, item, CronErrorReason.Range);
        }

        [TestCase("minute", 59)]
        [TestCase("hour", 23)]
        [TestCase("day-of-month", 31)]
        [TestCase("month", 12)]
        [TestCase("day-of-week", 7)]
        public void BadSteps_R7(string field, int greatest)
        {
            foreach (string step in new[] { "0", "000", (greatest + 1).ToString(), "256", "18446744073709551617" })
            {
                AssertErrorIn(field, "*/" + step, CronErrorReason.Step);
                AssertErrorIn(field, "1-5/" + step, CronErrorReason.Step);
            }
            Assert.AreEqual("1", Values(field, "1-2/" + greatest));
        }

        [Test]
        public void FirstBadItemIsReportedWithItsFirstReason_R7()
        {
            AssertError("0 24 ? */0 9", CronErrorReason.Value, "hour", "24");
            AssertError("1,61,?,*/0 ? * * *", CronErrorReason.Value, "minute", "61");
            AssertError("*/0,60 * * * *", CronErrorReason.Step, "minute", "*/0");
            AssertErrorIn("minute", "60-/0", CronErrorReason.Syntax);
            AssertErrorIn("minute", "60-50/0", CronErrorReason.Value);
            AssertErrorIn("minute", "40-10/0", CronErrorReason.Range);
        }

        [Test]
        public void HundredsOfQuestions_R8()
        {
            Stopwatch watch = Stopwatch.StartNew();
            for (int year = 2000; year < 2100; year++)
            {
                DateTime leapDay = Schedule.Parse("0 0 29 2 *").NextAfter(Time(year + "-02-28")).Value;
                Assert.AreEqual("02-29", Text(leapDay).Substring(5, 5));
                Assert.IsNull(Schedule.Parse("0 0 30 2 *").NextAfter(Time(year + "-02-28")));
            }
            Assert.Less(watch.ElapsedMilliseconds, 2000);
        }
    }
}
