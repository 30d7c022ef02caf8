using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TokenClient
{
    /// <summary>Reads JSON (RFC 8259) as dictionaries, lists, strings, doubles, booleans and null.</summary>
    internal sealed class JsonReader
    {
        /// <summary>How many arrays and objects may be open at the same time; each takes some of the stack.</summary>
        private const int MaxDepth = 64;

        private static readonly Regex Number = new Regex(@"\G-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
        private static readonly Dictionary<string, object> Words =
            new Dictionary<string, object> { { "true", true }, { "false", false }, { "null", null } };

        private readonly string text;
        private int index;
        private int depth;

        private JsonReader(string text)
        {
            this.text = text;
        }

        /// <exception cref="FormatException">the text is not JSON, or nested too deep</exception>
        public static object Read(string text)
        {
            var reader = new JsonReader(text);
            var value = reader.ReadValue();
            if (reader.Peek() != '\0' || reader.index < text.Length)
            {
                throw reader.Unexpected();
            }
            return value;
        }

        private object ReadValue()
        {
            switch (Peek())
            {
                case '{':
                    var members = new Dictionary<string, object>();
                    ReadParts('}', () =>
                    {
                        var name = ReadString();
                        Expect(':');
                        members[name] = ReadValue();
                    });
                    return members;
                case '[':
                    var items = new List<object>();
                    ReadParts(']', () => items.Add(ReadValue()));
                    return items;
                case '"':
                    return ReadString();
                default:
                    return ReadNumberOrWord();
            }
        }

        private void ReadParts(char end, Action readPart)
        {
            index++;
            if (++depth > MaxDepth)
            {
                throw Unexpected();
            }
            if (!Accept(end))
            {
                do
                {
                    readPart();
                }
                while (Accept(','));
                Expect(end);
            }
            depth--;
        }

        private string ReadString()
        {
            Expect('"');
            var result = new StringBuilder();
            while (true)
            {
                var c = Next();
                if (c == '"')
                {
                    return result.ToString();
                }
                if (c < ' ')
                {
                    throw Unexpected();
                }
                result.Append(c == '\\' ? ReadEscape() : c);
            }
        }

        private char ReadEscape()
        {
            var c = Next();
            if (c == 'u' && index + 4 <= text.Length
                && ushort.TryParse(text.Substring(index, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                index += 4;
                return (char)unit;
            }
            var which = "\"\\/bfnrt".IndexOf(c);
            if (which < 0)
            {
                throw Unexpected();
            }
            return "\"\\/\b\f\n\r\t"[which];
        }

        private object ReadNumberOrWord()
        {
            var number = Number.Match(text, index);
            if (number.Success)
            {
                index += number.Length;
                return ToDouble(number.Value);
            }
            foreach (var word in Words)
            {
                if (string.CompareOrdinal(text, index, word.Key, 0, word.Key.Length) == 0)
                {
                    index += word.Key.Length;
                    return word.Value;
                }
            }
            throw Unexpected();
        }

        /// <summary>A number beyond all doubles is infinite, for which Mono's own function fails.</summary>
        private static double ToDouble(string number)
        {
            var isFinite = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
            return isFinite ? value : number[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        /// <summary>Skips white space and returns the character after it, without taking it.</summary>
        private char Peek()
        {
            while (index < text.Length && " \t\r\n".IndexOf(text[index]) >= 0)
            {
                index++;
            }
            return index < text.Length ? text[index] : '\0';
        }

        private char Next()
        {
            return index < text.Length ? text[index++] : throw Unexpected();
        }

        private bool Accept(char c)
        {
            if (Peek() != c)
            {
                return false;
            }
            index++;
            return true;
        }

        private void Expect(char c)
        {
            if (!Accept(c))
            {
                throw Unexpected();
            }
        }

        private FormatException Unexpected()
        {
            return new FormatException("no JSON at " + index); // says nothing of the text
        }
    }
}
