using System;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace ExactFractions
{
    /// <summary>
    /// An exact fraction in lowest terms, of numbers whose magnitude is 2^63-1 at most. The default value is 0.
    /// </summary>
    public struct Rational : IEquatable<Rational>, IComparable<Rational>
    {
        private const int MostDecimals = 18;

        private static readonly Regex Form = new Regex(
            @"\A(?<sign>[+-]?)(?<head>[0-9]+)(?:(?<mark>[/.])(?<tail>[0-9]+))?\z", RegexOptions.CultureInvariant);

        // One less, so that the default value of the struct has the denominator 1.
        private readonly long denominatorLessOne;

        /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
        /// <exception cref="OverflowException">One of the numbers is <see cref="long.MinValue"/>.</exception>
        public Rational(long numerator, long denominator = 1)
            : this((BigInteger)Fitting(numerator), (BigInteger)Fitting(denominator))
        {
        }

        private Rational(BigInteger numerator, BigInteger denominator)
        {
            if (denominator.IsZero)
            {
                throw new DivideByZeroException();
            }
            BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
            Numerator = Fitting(numerator / divisor);
            denominatorLessOne = Fitting(denominator / divisor) - 1;
        }

        public long Numerator { get; }

        /// <summary>Greater than 0.</summary>
        public long Denominator => denominatorLessOne + 1;

        public static implicit operator Rational(long value) => new Rational(value);

        public static Rational operator -(Rational value) => new Rational(-value.Numerator, value.Denominator);

        public static Rational operator +(Rational left, Rational right)
        {
            BigInteger divisor = BigInteger.GreatestCommonDivisor(left.Denominator, right.Denominator);
            BigInteger leftFactor = right.Denominator / divisor;
            BigInteger rightFactor = left.Denominator / divisor;
            long leftNumerator = Fitting(left.Numerator * leftFactor);
            long rightNumerator = Fitting(right.Numerator * rightFactor);
            long denominator = Fitting(left.Denominator * leftFactor);
            return new Rational(checked(leftNumerator + rightNumerator), denominator);
        }

        public static Rational operator -(Rational left, Rational right) => left + -right;

        public static Rational operator *(Rational left, Rational right)
        {
            return new Rational(
                (BigInteger)left.Numerator * right.Numerator, (BigInteger)left.Denominator * right.Denominator);
        }

        /// <exception cref="DivideByZeroException"><paramref name="right"/> is 0.</exception>
        public static Rational operator /(Rational left, Rational right)
        {
            return left * new Rational(right.Denominator, right.Numerator);
        }

        public static bool operator ==(Rational left, Rational right) => left.Equals(right);

        public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

        public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

        public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

        public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

        public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

        /// <summary>Reads <c>-2</c>, <c>3/4</c> or <c>0.125</c>.</summary>
        /// <exception cref="FormatException">The text has another form.</exception>
        /// <exception cref="OverflowException">The numerator or the denominator does not fit.</exception>
        /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
        public static Rational Parse(string text)
        {
            Match match = Form.Match(text);
            if (!match.Success)
            {
                throw new FormatException($"not a fraction: {text}");
            }
            string head = match.Groups["head"].Value;
            string tail = match.Groups["tail"].Value;
            bool isFraction = match.Groups["mark"].Value == "/";

            long numerator = Number(isFraction ? head : head + tail);
            long denominator = isFraction ? Number(tail) : PowerOfTen(tail.Length);
            return new Rational(match.Groups["sign"].Value == "-" ? -numerator : numerator, denominator);
        }

        /// <summary>Rounds to a number of decimals, halves to even.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The number of decimals is not from 0 to 18.</exception>
        /// <exception cref="OverflowException">The value times the power of ten does not fit.</exception>
        public Rational Rounded(int decimals)
        {
            if (decimals < 0 || decimals > MostDecimals)
            {
                throw new ArgumentOutOfRangeException(nameof(decimals), decimals, $"must be from 0 to {MostDecimals}");
            }
            long scale = PowerOfTen(decimals);
            Rational scaled = this * scale;
            long whole = scaled.Numerator / scaled.Denominator;
            long rest = Math.Abs(scaled.Numerator % scaled.Denominator);
            long missing = scaled.Denominator - rest;
            if (rest > missing || (rest == missing && whole % 2 != 0))
            {
                whole += Math.Sign(scaled.Numerator);
            }
            return new Rational(whole, scale);
        }

        public int CompareTo(Rational other)
        {
            return ((BigInteger)Numerator * other.Denominator).CompareTo((BigInteger)other.Numerator * Denominator);
        }

        public bool Equals(Rational other)
        {
            return Numerator == other.Numerator && denominatorLessOne == other.denominatorLessOne;
        }

        public override bool Equals(object obj) => obj is Rational other && Equals(other);

        public override int GetHashCode() => unchecked(Numerator.GetHashCode() * 31 + denominatorLessOne.GetHashCode());

        /// <summary>As <see cref="Parse"/> reads it; without the denominator if that is 1.</summary>
        public override string ToString()
        {
            string whole = Numerator.ToString(CultureInfo.InvariantCulture);
            return Denominator == 1 ? whole : whole + "/" + Denominator.ToString(CultureInfo.InvariantCulture);
        }

        private static long Number(string digits)
        {
            return long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        // A greater exponent, which may be the length of any text, does not fit either and is not worth its time.
        private static long PowerOfTen(int exponent) => Fitting(BigInteger.Pow(10, Math.Min(exponent, MostDecimals + 1)));

        private static long Fitting(BigInteger value)
        {
            if (BigInteger.Abs(value) > long.MaxValue)
            {
                throw new OverflowException("a fraction needs numbers of more than 63 bits");
            }
            return (long)value;
        }
    }
}
