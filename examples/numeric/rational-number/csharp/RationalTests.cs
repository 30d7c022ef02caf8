using System;
using System.Globalization;
using System.Threading;
using NUnit.Framework;

namespace ExactFractions
{
    [TestFixture]
    public class RationalTests
    {
        private const long Max = long.MaxValue;

        private static readonly Rational Greatest = new Rational(Max);
        private static readonly Rational Tiny = new Rational(1, Max);

        private static Rational Of(string text)
        {
            return Rational.Parse(text);
        }

        private static void AssertText(string expected, Rational value)
        {
            Assert.AreEqual(expected, value.ToString());
        }

        [TestCase(3, 4, 3, 4, "3/4")]
        [TestCase(6, 8, 3, 4, "3/4")]
        [TestCase(6, -8, -3, 4, "-3/4")]
        [TestCase(-6, 8, -3, 4, "-3/4")]
        [TestCase(-6, -8, 3, 4, "3/4")]
        [TestCase(0, -5, 0, 1, "0")]
        [TestCase(0, 7, 0, 1, "0")]
        [TestCase(10, 5, 2, 1, "2")]
        [TestCase(-7, 7, -1, 1, "-1")]
        [TestCase(1, 10, 1, 10, "1/10")]
        public void OneForm__R1(long numerator, long denominator, long lowestNumerator, long lowestDenominator, string text)
        {
            var value = new Rational(numerator, denominator);
            Assert.AreEqual(lowestNumerator, value.Numerator);
            Assert.AreEqual(lowestDenominator, value.Denominator);
            AssertText(text, value);
            var same = new Rational(lowestNumerator, lowestDenominator);
            Assert.IsTrue(value == same);
            Assert.IsFalse(value != same);
            Assert.AreEqual(same.GetHashCode(), value.GetHashCode());
        }

        [Test]
        public void EqualAndUnequal__R1()
        {
            var half = new Rational(1, 2);
            foreach (Rational other in new[] { new Rational(1, 3), new Rational(-1, 2), new Rational(3, 2), 1 })
            {
                Assert.IsFalse(half == other);
                Assert.IsTrue(half != other);
                Assert.IsFalse(half.Equals((object)other));
                Assert.AreNotEqual(half.GetHashCode(), other.GetHashCode());
            }
            Assert.IsTrue(half.Equals((object)new Rational(-2, -4)));
            Assert.IsFalse(half.Equals("1/2"));
            Assert.IsFalse(half.Equals(null));
        }

        [Test]
        public void DefaultAndIntegers__R1()
        {
            Assert.AreEqual(1, default(Rational).Denominator);
            AssertText("0", new Rational[1][0]);
            Assert.IsTrue(default(Rational) == new Rational(0, -3));
            AssertText("5", new Rational(5));
            AssertText("-5", (Rational)(-5));
        }

        [TestCase("1/2", "1/3", "5/6", "1/6", "1/6", "3/2")]
        [TestCase("1/6", "1/10", "4/15", "1/15", "1/60", "5/3")]
        [TestCase("-3/4", "5/6", "1/12", "-19/12", "-5/8", "-9/10")]
        [TestCase("1/2", "-1/2", "0", "1", "-1/4", "-1")]
        [TestCase("0", "-2/3", "-2/3", "2/3", "0", "0")]
        [TestCase("7", "3", "10", "4", "21", "7/3")]
        [TestCase("4/9", "3/8", "59/72", "5/72", "1/6", "32/27")]
        public void Arithmetic__R2(
            string leftText, string rightText, string sum, string difference, string product, string quotient)
        {
            Rational left = Of(leftText);
            Rational right = Of(rightText);
            AssertText(sum, left + right);
            AssertText(difference, left - right);
            AssertText(product, left * right);
            AssertText(quotient, left / right);
            AssertText(leftText, left);
            AssertText(rightText, right);
        }

        [Test]
        public void NegationAndIntegers__R2()
        {
            AssertText("-3/4", -new Rational(3, 4));
            AssertText("3/4", -new Rational(-3, 4));
            AssertText("3/2", 1 + new Rational(1, 2));
            AssertText("3/2", new Rational(1, 2) * 3);
        }

        [Test]
        public void Comparing__R3()
        {
            var ascending = new[]
            {
                -Greatest, new Rational(-Max, 2), -2, new Rational(-3, 2), new Rational(-4, 3), -1,
                new Rational(1 - Max, Max), new Rational(-1, 2), new Rational(-1, 3), -Tiny, 0, Tiny,
                new Rational(1, Max - 1), new Rational(1, 3), new Rational(3, 8), new Rational(2, 5),
                new Rational(1, 2), new Rational(Max - 2, Max - 1), new Rational(Max - 1, Max), 1,
                new Rational(Max, Max - 1), new Rational(4, 3), new Rational(7, 5), new Rational(3, 2), 2,
                new Rational(Max - 1, 2), new Rational(Max, 2), Greatest,
            };
            for (int i = 0; i < ascending.Length; i++)
            {
                for (int j = 0; j < ascending.Length; j++)
                {
                    Rational left = ascending[i];
                    Rational right = ascending[j];
                    Assert.AreEqual(Math.Sign(i - j), Math.Sign(left.CompareTo(right)));
                    Assert.AreEqual(i < j, left < right);
                    Assert.AreEqual(i > j, left > right);
                    Assert.AreEqual(i <= j, left <= right);
                    Assert.AreEqual(i >= j, left >= right);
                    Assert.AreEqual(i == j, left == right);
                }
            }
        }

        [TestCase("3/4", "3/4")]
        [TestCase("-2", "-2")]
        [TestCase("0.125", "1/8")]
        [TestCase("+06/8", "3/4")]
        [TestCase("-0.50", "-1/2")]
        [TestCase("0", "0")]
        [TestCase("-0", "0")]
        [TestCase("00012.3400", "617/50")]
        [TestCase("+7", "7")]
        [TestCase("-10/4", "-5/2")]
        [TestCase("0/9", "0")]
        [TestCase("1.0", "1")]
        [TestCase("-3.000001", "-3000001/1000000")]
        [TestCase("9/010", "9/10")]
        [TestCase("8.9", "89/10")]
        [TestCase("00000000000000000000000001/00000000000000000000000002", "1/2")]
        public void Reading__R4(string text, string written)
        {
            AssertText(written, Of(text));
            Assert.IsTrue(Of(written) == Of(text));
        }

        [Test]
        public void TextDoesNotDependOnTheCulture__R4()
        {
            CultureInfo before = Thread.CurrentThread.CurrentCulture;
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NegativeSign = "~";
            try
            {
                Thread.CurrentThread.CurrentCulture = odd;
                AssertText("-3/4", Of("-0.75"));
            }
            finally
            {
                Thread.CurrentThread.CurrentCulture = before;
            }
        }

        [Test]
        public void TextOfAnotherForm__R5()
        {
            var texts = new[]
            {
                "", "+", "-", "/", ".", " 1", "1 ", "1/ 2", "1/", "/2", "1.", ".5", "--1", "+-1", "1-", "1/-2", "1/+2",
                "1/2/3", "1.2.3", "1.2/3", "1/2.3", "1e3", "0x10", "a", "1/a", "1:2", "1\n", "-/2", "1.-5", "\u0663",
                "99999999999999999999x", "x/0",
            };
            foreach (string text in texts)
            {
                var error = Assert.Throws<FormatException>(() => Of(text), text);
                StringAssert.Contains(text, error.Message);
            }
        }

        [TestCase("0.125", 2, "3/25")]
        [TestCase("0.135", 2, "7/50")]
        [TestCase("-0.125", 2, "-3/25")]
        [TestCase("-0.135", 2, "-7/50")]
        [TestCase("1/2", 0, "0")]
        [TestCase("3/2", 0, "2")]
        [TestCase("5/2", 0, "2")]
        [TestCase("-1/2", 0, "0")]
        [TestCase("-3/2", 0, "-2")]
        [TestCase("-5/2", 0, "-2")]
        [TestCase("2/3", 0, "1")]
        [TestCase("1/3", 0, "0")]
        [TestCase("-2/3", 0, "-1")]
        [TestCase("-1/3", 0, "0")]
        [TestCase("2/3", 2, "67/100")]
        [TestCase("-2/3", 2, "-67/100")]
        [TestCase("1/3", 18, "333333333333333333/1000000000000000000")]
        [TestCase("7", 3, "7")]
        [TestCase("-7", 0, "-7")]
        [TestCase("0", 5, "0")]
        [TestCase("0.1249999", 2, "3/25")]
        [TestCase("0.1250001", 2, "13/100")]
        [TestCase("9223372036854775807/2", 0, "4611686018427387904")]
        public void Rounding__R6(string text, int decimals, string expected)
        {
            AssertText(expected, Of(text).Rounded(decimals));
        }

        [Test]
        public void RoundingToAnotherNumberOfDecimals__R6()
        {
            foreach (int decimals in new[] { -1, 19, int.MinValue, int.MaxValue })
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Rational(1).Rounded(decimals));
                Assert.AreEqual("decimals", error.ParamName);
                Assert.AreEqual(decimals, error.ActualValue);
            }
        }

        [Test]
        public void DivisionByZero__R7()
        {
            Assert.Throws<DivideByZeroException>(() => new Rational(1, 0));
            Assert.Throws<DivideByZeroException>(() => new Rational(0, 0));
            Assert.Throws<DivideByZeroException>(() => Of("1/0"));
            Assert.Throws<DivideByZeroException>(() => Of("-0/00"));
            Assert.Throws<DivideByZeroException>(() => Ignore(new Rational(1, 2) / 0));
            Assert.Throws<DivideByZeroException>(() => Ignore(new Rational(0) / default(Rational)));
        }

        private static void Ignore(Rational value)
        {
        }

        [Test]
        public void GreatestAndLeastValues__R8()
        {
            AssertText("-9223372036854775807", -Greatest);
            AssertText("-1/9223372036854775807", -Tiny);
            AssertText("1", Greatest * Tiny);
            AssertText("1", Greatest / Greatest);
            AssertText("9223372036854775807", 1 / Tiny);
            AssertText("0", Greatest - Greatest);
            AssertText("9223372036854775807", Greatest - 1 + 1);
            AssertText("9223372036854775807/3", new Rational(Max, 2) * new Rational(2, 3));
            AssertText("3/9223372036854775807", Tiny + new Rational(2, Max));
            AssertText("1/9223372030926249000", new Rational(1, 3037000500) * new Rational(1, 3037000498));
            AssertText("9223372036854775807", Of("9223372036854775807"));
            AssertText("-1/9223372036854775807", Of("-1/9223372036854775807"));
            AssertText("1/1000000000000000000", Of("0.000000000000000001"));
            AssertText("1/1000000000", new Rational(1, 1000000000).Rounded(18));
        }

        [Test]
        public void WhatDoesNotFit__R8()
        {
            Assert.Throws<OverflowException>(() => new Rational(long.MinValue));
            Assert.Throws<OverflowException>(() => new Rational(long.MinValue, 2));
            Assert.Throws<OverflowException>(() => new Rational(1, long.MinValue));
            Assert.Throws<OverflowException>(() => Ignore(Greatest + 1));
            Assert.Throws<OverflowException>(() => Ignore(-Greatest - 1));
            Assert.Throws<OverflowException>(() => Ignore(Greatest + Greatest));
            Assert.Throws<OverflowException>(() => Ignore(Greatest + new Rational(1, 2)));
            Assert.Throws<OverflowException>(() => Ignore(new Rational(1, 2) + Greatest));
            Assert.Throws<OverflowException>(() => Ignore(new Rational(1, 2) - new Rational(Max, 3)));
            Assert.Throws<OverflowException>(() => Ignore(Tiny + new Rational(1, 2)));
            Assert.Throws<OverflowException>(() => Ignore(Greatest * 2));
            Assert.Throws<OverflowException>(() => Ignore(new Rational(1L << 62) * -2));
            Assert.Throws<OverflowException>(() => Ignore(Tiny * new Rational(1, 2)));
            Assert.Throws<OverflowException>(() => Ignore(Greatest / Tiny));
            Assert.Throws<OverflowException>(() => Of("9223372036854775808"));
            Assert.Throws<OverflowException>(() => Of("-9223372036854775808"));
            Assert.Throws<OverflowException>(() => Of("1/9223372036854775808"));
            Assert.Throws<OverflowException>(() => Of("99999999999999999999/0"));
            Assert.Throws<OverflowException>(() => Of("0.0000000000000000000"));
            Assert.Throws<OverflowException>(() => Of("10.000000000000000000"));
            Assert.Throws<OverflowException>(() => Of(new string('9', 300000)));
            Assert.Throws<OverflowException>(() => Of("0." + new string('0', 300000)));
            Assert.Throws<OverflowException>(() => Greatest.Rounded(1));
        }

        [Test]
        public void SumsThatFitOnlyInLowestTerms__R8()
        {
            var half = new Rational(Max, 2);
            Assert.Throws<OverflowException>(() => Ignore(half + half));
            Assert.Throws<OverflowException>(() => Ignore(half - new Rational(Max, 3)));
            Assert.Throws<OverflowException>(() => Ignore(new Rational(Max, 3) - half));
            Assert.Throws<OverflowException>(() => Ignore(
                new Rational(-1099511623681, 4503599627374592) + new Rational(1099511623682, 4502500115746815)));
        }
    }
}
