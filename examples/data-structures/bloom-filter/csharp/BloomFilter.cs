using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ProbabilisticSets
{
    /// <summary>A set of byte strings that never forgets an item, but may take others for contained.</summary>
    public sealed class BloomFilter
    {
        private const double MinRate = 1e-15;
        private const double MaxRate = 0.5;
        private const long MaxBits = 1 << 28;
        private const int MaxHashes = 50;
        private const int HeaderSize = 16;
        private static readonly byte[] Magic = { (byte)'B', (byte)'L', (byte)'M', (byte)'1' };

        private readonly byte[] data;

        /// <summary>Makes an empty filter.</summary>
        /// <param name="expected">how many items are expected, 1 or more</param>
        /// <param name="rate">the rate of false positives with so many items, from 1e-15 to 0.5</param>
        /// <exception cref="ArgumentOutOfRangeException">out of range, or more than 2^28 bits would be needed</exception>
        public BloomFilter(long expected, double rate)
        {
            if (!(rate >= MinRate && rate <= MaxRate))
            {
                throw new ArgumentOutOfRangeException(nameof(rate), rate, $"must be from {MinRate} to {MaxRate}");
            }
            double ln2 = Math.Log(2);
            double bits = Math.Ceiling(-(double)expected * Math.Log(rate) / (ln2 * ln2));
            if (expected < 1 || bits > MaxBits)
            {
                throw new ArgumentOutOfRangeException(nameof(expected), expected, "must be 1 or more and need at most 2^28 bits");
            }
            Bits = (long)bits;
            Hashes = (int)Math.Round(bits / expected * ln2, MidpointRounding.AwayFromZero);
            data = new byte[DataSize(Bits)];
        }

        private BloomFilter(long bits, int hashes, byte[] data)
        {
            Bits = bits;
            Hashes = hashes;
            this.data = data;
        }

        public long Bits { get; }

        public int Hashes { get; }

        /// <summary>Adds an item; whether it certainly was new.</summary>
        public bool Add(byte[] item)
        {
            bool isNew = false;
            foreach (long position in Positions(item))
            {
                isNew |= !IsSet(position);
                data[position / 8] |= Mask(position);
            }
            return isNew;
        }

        /// <summary>Whether the item was added, or probably was.</summary>
        public bool Contains(byte[] item)
        {
            return Positions(item).All(IsSet);
        }

        /// <summary>A new filter that contains the items of both.</summary>
        /// <exception cref="ArgumentException">the other filter has other numbers of bits or hashes</exception>
        public BloomFilter Union(BloomFilter other)
        {
            if (other.Bits != Bits || other.Hashes != Hashes)
            {
                throw new ArgumentException("filters with different numbers of bits or hashes", nameof(other));
            }
            var both = (byte[])data.Clone();
            for (int i = 0; i < both.Length; i++)
            {
                both[i] |= other.data[i];
            }
            return new BloomFilter(Bits, Hashes, both);
        }

        /// <summary>The byte form, which <see cref="FromBytes"/> reads.</summary>
        public byte[] ToBytes()
        {
            var bytes = new byte[HeaderSize + data.Length];
            using (var writer = new BinaryWriter(new MemoryStream(bytes)))
            {
                writer.Write(Magic);
                writer.Write(Hashes);
                writer.Write(Bits);
                writer.Write(data);
            }
            return bytes;
        }

        /// <summary>Reads the byte form of a filter.</summary>
        /// <exception cref="FormatException">the bytes are anything else</exception>
        public static BloomFilter FromBytes(byte[] bytes)
        {
            if (bytes.Length < HeaderSize)
            {
                throw new FormatException("no header of a filter");
            }
            using (var reader = new BinaryReader(new MemoryStream(bytes)))
            {
                if (!reader.ReadBytes(Magic.Length).SequenceEqual(Magic))
                {
                    throw new FormatException("no header of a filter");
                }
                int hashes = reader.ReadInt32();
                long bits = reader.ReadInt64();
                if (hashes < 1 || hashes > MaxHashes || bits < 1 || bits > MaxBits)
                {
                    throw new FormatException("numbers of bits or hashes out of range");
                }
                if (bytes.Length != HeaderSize + DataSize(bits))
                {
                    throw new FormatException("more or fewer bytes than the bits need");
                }
                if (bits % 8 != 0 && bytes.Last() >= Mask(bits))
                {
                    throw new FormatException("a bit beyond the last one");
                }
                return new BloomFilter(bits, hashes, reader.ReadBytes(DataSize(bits)));
            }
        }

        /// <summary>The positions of an item, computed as they are asked for.</summary>
        private IEnumerable<long> Positions(byte[] item)
        {
            ulong first = Mix(Fnv1A(item));
            ulong step = Mix(first) | 1;
            return Enumerable.Range(0, Hashes).Select(i => (long)(unchecked(first + (ulong)i * step) % (ulong)Bits));
        }

        private bool IsSet(long position)
        {
            return (data[position / 8] & Mask(position)) != 0;
        }

        private static byte Mask(long position)
        {
            return (byte)(1 << (int)(position % 8));
        }

        private static int DataSize(long bits)
        {
            return (int)((bits + 7) / 8);
        }

        private static ulong Fnv1A(byte[] bytes)
        {
            ulong hash = 14695981039346656037UL;
            foreach (byte next in bytes)
            {
                hash = unchecked((hash ^ next) * 1099511628211UL);
            }
            return hash;
        }

        private static ulong Mix(ulong x)
        {
            unchecked
            {
                x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
                x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
            }
            return x ^ (x >> 31);
        }
    }
}
