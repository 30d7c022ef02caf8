using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ConditionalSync
{
    /// <summary>Reads a page: a JSON array (RFC 8259) of objects, of which only id and name are kept.</summary>
    internal sealed class PageReader
    {
        /// <summary>How many arrays and objects may be open at the same time; each takes some of the stack.</summary>
        private const int MaxDepth = 64;

        private static readonly Regex Token = new Regex(
            @"\G[ \t\r\n]*(?<token>[\[\]{},:]|true|false|null"
            + @"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
            + @"|""(?>[^""\\\x00-\x1f]+|\\(?:[""\\/bfnrt]|u[0-9A-Fa-f]{4}))*""|\z)");
        private static readonly Regex Escape = new Regex(@"\\(?:u(?<unit>.{4})|(?<letter>.))");

        private readonly string text;
        private int index;
        private int depth;
        /// <summary>The one that is next; empty at the end of the text.</summary>
        private string token;

        private PageReader(string text)
        {
            this.text = text;
            Advance();
        }

        /// <exception cref="FormatException">the text is not such an array, or nested too deep</exception>
        public static IReadOnlyList<Item> Read(string text)
        {
            var reader = new PageReader(text);
            var items = new List<Item>();
            reader.ReadParts("[", "]", () => items.Add(reader.ReadItem()));
            reader.Take("");
            return items;
        }

        private Item ReadItem()
        {
            string id = null;
            string name = null;
            ReadMembers(member =>
            {
                var value = token;
                SkipValue();
                id = member == "id" ? TextOf(value) : id;
                name = member == "name" ? TextOf(value) : name;
            });
            return id != null && name != null ? new Item(id, name) : throw new FormatException("not an item");
        }

        private void ReadMembers(Action<string> readValue)
        {
            ReadParts("{", "}", () =>
            {
                var name = TextOf(token) ?? throw new FormatException("no name of a member");
                Advance();
                Take(":");
                readValue(name);
            });
        }

        private void ReadParts(string start, string end, Action readPart)
        {
            Take(start);
            if (++depth > MaxDepth)
            {
                throw new FormatException("nested too deep");
            }
            if (token != end)
            {
                readPart();
                while (token == ",")
                {
                    Advance();
                    readPart();
                }
            }
            Take(end);
            depth--;
        }

        private void SkipValue()
        {
            switch (token)
            {
                case "{":
                    ReadMembers(name => SkipValue());
                    break;
                case "[":
                    ReadParts("[", "]", SkipValue);
                    break;
                case "]":
                case "}":
                case ",":
                case ":":
                case "":
                    throw new FormatException("no value");
                default:
                    Advance();
                    break;
            }
        }

        private void Take(string expected)
        {
            if (token != expected)
            {
                throw new FormatException("no " + expected);
            }
            Advance();
        }

        private void Advance()
        {
            var match = Token.Match(text, index);
            if (!match.Success)
            {
                throw new FormatException("no JSON at " + index);
            }
            token = match.Groups["token"].Value;
            index += match.Length;
        }

        /// <summary>Returns null if the value is not a string.</summary>
        private static string TextOf(string value)
        {
            return value.StartsWith("\"", StringComparison.Ordinal) ? Escape.Replace(value.Substring(1, value.Length - 2), Unescaped) : null;
        }

        private static string Unescaped(Match escape)
        {
            if (escape.Groups["unit"].Success)
            {
                return ((char)int.Parse(escape.Groups["unit"].Value, NumberStyles.AllowHexSpecifier)).ToString();
            }
            var letter = escape.Groups["letter"].Value[0];
            return "\"\\/\b\f\n\r\t"["\"\\/bfnrt".IndexOf(letter)].ToString();
        }
    }
}
