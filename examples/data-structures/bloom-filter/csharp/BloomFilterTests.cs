using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using NUnit.Framework;

namespace ProbabilisticSets
{
    [TestFixture]
    public class BloomFilterTests
    {
        private const long MaxBits = 1 << 28;

        private static readonly Encoding Latin1 = Encoding.GetEncoding("ISO-8859-1");

        /// <summary>One byte for each character.</summary>
        private static byte[] B(string text)
        {
            return Latin1.GetBytes(text);
        }

        /// <summary>The byte form of an empty filter with these numbers.</summary>
        private static byte[] Form(uint hashes, ulong bits, int dataSize)
        {
            var bytes = new byte[16 + dataSize];
            B("BLM1").CopyTo(bytes, 0);
            for (int i = 0; i < 8; i++)
            {
                bytes[4 + i % 4] = (byte)(hashes >> (8 * (i % 4)));
                bytes[8 + i] = (byte)(bits >> (8 * i));
            }
            return bytes;
        }

        private static bool IsRead(byte[] bytes)
        {
            try
            {
                return BloomFilter.FromBytes(bytes).ToBytes().SequenceEqual(bytes);
            }
            catch (FormatException)
            {
                return false;
            }
        }

        private static BloomFilter WithNumbers(int from, int count)
        {
            var filter = new BloomFilter(100, 0.01);
            foreach (int number in Enumerable.Range(from, count))
            {
                filter.Add(B(number.ToString()));
            }
            return filter;
        }

        private static void AssertEqual(BloomFilter expected, BloomFilter actual)
        {
            Assert.AreEqual(expected.Bits, actual.Bits);
            Assert.AreEqual(expected.Hashes, actual.Hashes);
            CollectionAssert.AreEqual(expected.ToBytes(), actual.ToBytes());
        }

        [TestCase(1, 0.5, 2, 1)]
        [TestCase(1, 1e-15, 72, 50)]
        [TestCase(1, 0.25, 3, 2)]
        [TestCase(3, 0.5, 5, 1)]
        [TestCase(100, 0.5, 145, 1)]
        [TestCase(7, 0.01, 68, 7)]
        [TestCase(10, 0.01, 96, 7)]
        [TestCase(1000, 0.01, 9586, 7)]
        [TestCase(1000, 0.001, 14378, 10)]
        [TestCase(1000, 0.35, 2186, 2)]
        [TestCase(1000, 0.36, 2127, 1)]
        [TestCase(12345, 1e-9, 532474, 30)]
        [TestCase(1000, 1e-15, 71888, 50)]
        [TestCase(1000000, 0.05, 6235225, 4)]
        [TestCase(20000000, 0.001582845374112, MaxBits, 9)]
        public void NumbersOfBitsAndHashes__R1(long expected, double rate, long bits, int hashes)
        {
            var filter = new BloomFilter(expected, rate);
            Assert.AreEqual(bits, filter.Bits);
            Assert.AreEqual(hashes, filter.Hashes);
        }

        [Test]
        public void ItemsAreNeverForgotten__R2()
        {
            var items = new[]
            {
                "", "\0", "\0\0", "alice", "alice\0", "Alice", "\u00ff\u00fe", "a longer item that is no word",
            };
            var filter = new BloomFilter(100, 1e-9);
            for (int i = 0; i < items.Length; i++)
            {
                Assert.IsFalse(filter.Contains(B(items[i])));
                Assert.IsTrue(filter.Add(B(items[i])));
                for (int j = 0; j < items.Length; j++)
                {
                    Assert.AreEqual(j <= i, filter.Contains(B(items[j])));
                }
                Assert.IsFalse(filter.Add(B(items[i])));
            }
        }

        [Test]
        public void MoreItemsThanExpectedAreNotAllCertainlyNew__R2()
        {
            var filter = new BloomFilter(10, 0.01);
            int known = 0;
            for (int number = 0; number < 40; number++)
            {
                bool wasContained = filter.Contains(B(number.ToString()));
                Assert.AreEqual(!wasContained, filter.Add(B(number.ToString())));
                known += wasContained ? 1 : 0;
            }
            Assert.Greater(known, 0);
        }

        [Test]
        public void LongItems__R2()
        {
            var item = new byte[100000];
            var filter = new BloomFilter(10, 1e-9);
            Assert.IsTrue(filter.Add(item));
            Assert.IsTrue(filter.Contains(item));
            Assert.IsFalse(filter.Contains(item.Skip(1).ToArray()));
            item[item.Length - 1] = 1;
            Assert.IsFalse(filter.Contains(item));
        }

        [TestCase(10000, 0.01)]
        [TestCase(10000, 0.001)]
        [TestCase(5000, 0.5)]
        public void RateOfFalsePositives__R3(int expected, double rate)
        {
            const int Others = 20000;
            var filter = new BloomFilter(expected, rate);
            var items = Enumerable.Range(0, expected + Others).Select(number => B(number.ToString())).ToList();
            items.GetRange(0, expected).ForEach(item => filter.Add(item));
            Assert.IsTrue(items.GetRange(0, expected).All(filter.Contains));
            Assert.LessOrEqual(items.GetRange(expected, Others).Count(filter.Contains), 1.5 * rate * Others);
        }

        [Test]
        public void ByteForm__R4()
        {
            var filter = new BloomFilter(7, 0.01);
            CollectionAssert.AreEqual(Form(7, 68, 9), filter.ToBytes());
            filter.Add(B("alice"));
            CollectionAssert.AreEqual(Form(7, 68, 0).Concat(B("\x0020\0\0\x0084\0\0\x0010\0\0")), filter.ToBytes());
            filter.Add(B("bob"));
            filter.Add(B("\0"));
            CollectionAssert.AreEqual(
                Form(7, 68, 0).Concat(B("\x0022\0\x0010\x0095\x0040\0\x0095\x0064\0")), filter.ToBytes());
            filter.Add(B("\u00ff\u0080"));
            filter.Add(B(""));
            CollectionAssert.AreEqual(
                Form(7, 68, 0).Concat(B("\x002e\x0050\x0010\x00b5\x00e1\0\x0097\x0076\0")), filter.ToBytes());
        }

        [TestCase(1, 0.5)]
        [TestCase(1, 1e-15)]
        [TestCase(7, 0.01)]
        [TestCase(10, 0.01)]
        public void ReadingWhatWasWritten__R4(long expected, double rate)
        {
            var first = new BloomFilter(expected, rate);
            first.Add(B("alice"));
            byte[] bytes = first.ToBytes();
            Assert.AreEqual(16 + (first.Bits + 7) / 8, bytes.Length);
            var second = BloomFilter.FromBytes(bytes);
            Array.Clear(bytes, 0, bytes.Length);
            AssertEqual(first, second);
            Assert.IsTrue(second.Contains(B("alice")));
            bool wasContained = first.Contains(B("bob"));
            second.Add(B("bob"));
            Assert.AreEqual(wasContained, first.Contains(B("bob")));
            Assert.IsTrue(second.Contains(B("bob")));
        }

        [Test]
        public void Union__R5()
        {
            BloomFilter empty = WithNumbers(0, 0);
            BloomFilter left = WithNumbers(0, 60);
            BloomFilter right = WithNumbers(40, 60);
            AssertEqual(WithNumbers(0, 100), left.Union(right));
            AssertEqual(WithNumbers(0, 100), right.Union(left));
            AssertEqual(left, left.Union(left));
            AssertEqual(right, empty.Union(right));
            AssertEqual(right, right.Union(empty));
            left.Union(right).Add(B("another"));
            right.Union(right).Add(B("another"));
            AssertEqual(WithNumbers(0, 60), left);
            AssertEqual(WithNumbers(40, 60), right);
            AssertEqual(WithNumbers(0, 0), empty);
        }

        [Test]
        public void FiltersWithOtherNumbersHaveNoUnion__R5()
        {
            var filters = new[] { Form(7, 68, 9), Form(6, 68, 9), Form(7, 67, 9), Form(7, 69, 9), Form(8, 68, 9) }
                .Select(BloomFilter.FromBytes)
                .ToList();
            foreach (BloomFilter left in filters)
            {
                AssertEqual(left, left.Union(left));
                foreach (BloomFilter right in filters.Where(right => right != left))
                {
                    Assert.AreEqual("other", Assert.Throws<ArgumentException>(() => left.Union(right)).ParamName);
                }
            }
        }

        [TestCase(10, 0.0)]
        [TestCase(10, -0.01)]
        [TestCase(10, 9.99e-16)]
        [TestCase(10, 0.5000001)]
        [TestCase(10, 1.0)]
        [TestCase(10, double.PositiveInfinity)]
        [TestCase(10, double.NegativeInfinity)]
        [TestCase(10, double.NaN)]
        public void RatesOutOfRange__R6(long expected, double rate)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new BloomFilter(expected, rate));
            Assert.AreEqual("rate", error.ParamName);
        }

        [TestCase(0, 0.01)]
        [TestCase(-1, 0.01)]
        [TestCase(long.MinValue, 0.5)]
        [TestCase(20000000, 0.001582845336087)]
        [TestCase(long.MaxValue, 0.01)]
        [TestCase(long.MaxValue, 0.5)]
        public void ExpectedNumbersOutOfRange__R6(long expected, double rate)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new BloomFilter(expected, rate));
            Assert.AreEqual("expected", error.ParamName);
        }

        [Test]
        public void CutAndChangedBytes__R7()
        {
            byte[] bytes = Form(7, 68, 9);
            Assert.IsTrue(IsRead(bytes));
            for (int size = 0; size < bytes.Length; size++)
            {
                Assert.IsFalse(IsRead(bytes.Take(size).ToArray()));
            }
            Assert.IsFalse(IsRead(bytes.Concat(new byte[1]).ToArray()));
            for (int i = 0; i < 4; i++)
            {
                bytes[i] ^= 0x20;
                Assert.IsFalse(IsRead(bytes));
                bytes[i] ^= 0x20;
            }
            for (int bit = 0; bit < 8; bit++)
            {
                bytes[bytes.Length - 1] = (byte)(1 << bit);
                Assert.AreEqual(bit < 4, IsRead(bytes));
            }
            byte[] full = Form(7, 72, 9);
            full[full.Length - 1] = 0xff;
            Assert.IsTrue(IsRead(full));
        }

        [TestCase(1u, 68ul, 9, true)]
        [TestCase(50u, 68ul, 9, true)]
        [TestCase(0u, 68ul, 9, false)]
        [TestCase(51u, 68ul, 9, false)]
        [TestCase(0x0107u, 68ul, 9, false)]
        [TestCase(0x07000000u, 68ul, 9, false)]
        [TestCase(uint.MaxValue, 68ul, 9, false)]
        [TestCase(7u, 0ul, 0, false)]
        [TestCase(7u, 0ul, 1, false)]
        [TestCase(7u, 1ul, 1, true)]
        [TestCase(7u, 8ul, 1, true)]
        [TestCase(7u, 9ul, 1, false)]
        [TestCase(7u, 8ul, 2, false)]
        [TestCase(7u, 64ul, 9, false)]
        [TestCase(7u, 65ul, 9, true)]
        [TestCase(7u, 73ul, 9, false)]
        [TestCase(7u, 68ul << 56, 9, false)]
        [TestCase(7u, (1ul << 32) + 68, 9, false)]
        [TestCase(7u, (ulong)MaxBits, 9, false)]
        [TestCase(7u, ulong.MaxValue / 2 + 1, 9, false)]
        [TestCase(7u, ulong.MaxValue - 6, 0, false)]
        [TestCase(7u, ulong.MaxValue, 0, false)]
        [TestCase(9u, (ulong)MaxBits, (int)(MaxBits / 8), true)]
        [TestCase(9u, (ulong)MaxBits + 1, (int)(MaxBits / 8) + 1, false)]
        public void NumbersOutOfRange__R7(uint hashes, ulong bits, int dataSize, bool valid)
        {
            Assert.AreEqual(valid, IsRead(Form(hashes, bits, dataSize)));
        }
    }
}
