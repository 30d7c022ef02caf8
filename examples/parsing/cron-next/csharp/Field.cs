using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace CronNext
{
    /// <summary>A field of an expression: its name and the values that it may have.</summary>
    internal sealed class Field
    {
        public static readonly Field Minute = new Field("minute", 0, 59);
        public static readonly Field Hour = new Field("hour", 0, 23);
        public static readonly Field DayOfMonth = new Field("day-of-month", 1, 31);
        public static readonly Field Month = new Field(
            "month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
        public static readonly Field DayOfWeek = new Field(
            "day-of-week", 0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

        private const string Value = "(?:[0-9]+|[A-Za-z]+)";

        // \z and not $, which a line feed may follow.
        private static readonly Regex Item = new Regex(
            $@"\A(?:(?:\*|(?<first>{Value})-(?<last>{Value}))(?:/(?<step>[0-9]+))?|(?<only>{Value}))\z",
            RegexOptions.CultureInvariant);

        private readonly string name;
        private readonly int least;
        private readonly int greatest;
        private readonly string[] names;

        private Field(string name, int least, int greatest, params string[] names)
        {
            this.name = name;
            this.least = least;
            this.greatest = greatest;
            this.names = names;
        }

        /// <summary>The values of all items of a text, in ascending order.</summary>
        public SortedSet<int> Parse(string text)
        {
            return new SortedSet<int>(text.Split(',').SelectMany(ParseItem));
        }

        private IEnumerable<int> ParseItem(string item)
        {
            Match shape = Item.Match(item);
            if (!shape.Success)
            {
                throw new CronException(CronErrorReason.Syntax, name, item);
            }
            Group only = shape.Groups["only"];
            int first = ParseValue(only.Success ? only : shape.Groups["first"], least, item);
            int last = ParseValue(only.Success ? only : shape.Groups["last"], greatest, item);
            if (first > last)
            {
                throw new CronException(CronErrorReason.Range, name, item);
            }
            int step = shape.Groups["step"].Success ? Number(shape.Groups["step"].Value) : 1;
            if (step < 1 || step > greatest)
            {
                throw new CronException(CronErrorReason.Step, name, item);
            }
            return Enumerable.Range(0, (last - first) / step + 1).Select(turn => first + turn * step);
        }

        private int ParseValue(Group part, int otherwise, string item)
        {
            if (!part.Success)
            {
                return otherwise;
            }
            bool isName = char.IsLetter(part.Value[0]);
            int index = Array.IndexOf(names, part.Value.ToUpperInvariant());
            int value = isName ? least + index : Number(part.Value);
            if ((isName && index < 0) || value < least || value > greatest)
            {
                throw new CronException(CronErrorReason.Value, name, item);
            }
            return value;
        }

        /// <summary>
        /// The number that digits stand for; if it has more than three, another one that is too great as well.
        /// </summary>
        private static int Number(string digits)
        {
            string significant = digits.TrimStart('0');
            return significant == "" ? 0 : int.Parse(significant.Substring(0, Math.Min(3, significant.Length)));
        }
    }
}
