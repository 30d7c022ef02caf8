using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace LedgerReconcile
{
    /// <summary>A checked line or entry; two with the same values are still two.</summary>
    internal sealed class Item
    {
        private const long MaxAmount = 1000000000000;
        private const string LeftOut = " -./_#";
        private static readonly DateTime First = new DateTime(1900, 1, 1);
        private static readonly DateTime Last = new DateTime(2999, 12, 31);

        private Item(StatementLine record, int position)
        {
            Id = record.Id;
            Position = position;
            Date = ReadDate(record.Date);
            Amount = record.Amount;
            Reference = Normalize(record.Reference);
            InParts = (record as LedgerEntry)?.InParts ?? false;
            if (Amount == 0 || Amount < -MaxAmount || Amount > MaxAmount)
            {
                throw new ArgumentException($"invalid amount of {Id}: {Amount}");
            }
        }

        internal string Id { get; }

        internal int Position { get; }

        internal DateTime Date { get; }

        internal long Amount { get; }

        internal string Reference { get; }

        internal bool InParts { get; }

        internal bool HasReference => Reference.Length > 0;

        /// <exception cref="ArgumentException">a record is invalid</exception>
        internal static IReadOnlyList<Item> ReadAll(IReadOnlyList<StatementLine> records)
        {
            var ids = new HashSet<string>();
            if (!records.All(record => !string.IsNullOrEmpty(record.Id) && ids.Add(record.Id)))
            {
                throw new ArgumentException("an id is empty or repeated");
            }
            return records.Select((record, position) => new Item(record, position)).ToList();
        }

        internal int DaysTo(Item other)
        {
            return Math.Abs((Date - other.Date).Days);
        }

        private static DateTime ReadDate(string text)
        {
            bool isDate = DateTime.TryParseExact(
                text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date);
            bool isExact = Regex.IsMatch(text, @"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z");
            if (!isDate || !isExact || date < First || date > Last)
            {
                throw new ArgumentException($"invalid date: \"{text}\"");
            }
            return date;
        }

        private static string Normalize(string reference)
        {
            return string.Concat(reference.Where(c => LeftOut.IndexOf(c) < 0).Select(ToAsciiUpper));
        }

        private static char ToAsciiUpper(char c)
        {
            return c >= 'a' && c <= 'z' ? char.ToUpperInvariant(c) : c;
        }
    }
}
