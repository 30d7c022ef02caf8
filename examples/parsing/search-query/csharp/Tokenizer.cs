using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace SearchQueries
{
    internal static class Tokenizer
    {
        private static readonly Regex Token = new Regex(@"[\p{L}\p{Nd}]+");

        /// <summary>The longest runs of letters and decimal digits, in lower case.</summary>
        internal static IReadOnlyList<string> Tokens(string text)
        {
            return Token.Matches(text).Cast<Match>().Select(match => match.Value.ToLowerInvariant()).ToList();
        }
    }
}
