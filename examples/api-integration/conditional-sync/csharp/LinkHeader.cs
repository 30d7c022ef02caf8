using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace ConditionalSync
{
    /// <summary>Reads the Link header (RFC 8288).</summary>
    internal static class LinkHeader
    {
        /// <summary>White space is matched in one place only, wherever it is: two ways for each run of it would be 2^n ways for a header.</summary>
        private const string Value = @"(?:""(?<value>(?:[^""\\]|\\.)*)""|(?<value>[^ \t;,""]+))[ \t]*";
        private const string Parameter = @";[ \t]*(?:(?<name>[^ \t=;,""]+)[ \t]*(?:=[ \t]*(?:" + Value + ")?)?)?";

        private static readonly Regex OneParameter = new Regex(Parameter);
        private static readonly Regex Links = new Regex(
            @"^(?:[ \t,]*(?<link><[^>]*>[ \t]*(?:" + Parameter + @")*)(?:,|\z))*[ \t,]*\z");

        /// <summary>Returns the reference of the first link whose relation is next, or null.</summary>
        /// <exception cref="FormatException">the header is not a list of links</exception>
        public static string NextReference(string header)
        {
            var match = Links.Match(header);
            if (!match.Success)
            {
                throw new FormatException("not a list of links");
            }
            var next = match.Groups["link"].Captures.Cast<Capture>().FirstOrDefault(link => IsNext(link.Value));
            return next?.Value.Substring(1, next.Value.IndexOf('>') - 1);
        }

        private static bool IsNext(string link)
        {
            var parameters = OneParameter.Matches(link, link.IndexOf('>')).Cast<Match>();
            var relation = parameters.FirstOrDefault(one => IsSame(one.Groups["name"].Value, "rel"));
            return relation != null && relation.Groups["value"].Value.Split(' ', '\t').Any(word => IsSame(word, "next"));
        }

        private static bool IsSame(string one, string other)
        {
            return string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
        }
    }
}
