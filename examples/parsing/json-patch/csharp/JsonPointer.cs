using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace JsonPatching
{
    /// <summary>A location in a document.</summary>
    internal sealed class JsonPointer
    {
        private static readonly Regex Form = new Regex(@"^(/([^~/]|~[01])*)*\z");

        private readonly string[] tokens;

        /// <exception cref="PatchFailure">the text is no pointer</exception>
        internal JsonPointer(string text)
        {
            if (!Form.IsMatch(text))
            {
                throw new PatchFailure(PatchReason.InvalidPointer);
            }
            // In this order: the other way round `~01` would become `/` instead of `~1`.
            tokens = text.Split('/').Skip(1).Select(token => token.Replace("~1", "/").Replace("~0", "~")).ToArray();
        }

        internal bool IsRoot => tokens.Length == 0;

        internal string LastToken => tokens[tokens.Length - 1];

        /// <summary>The tokens from the root to the array or object that has the location.</summary>
        internal IEnumerable<string> ParentTokens => tokens.Take(tokens.Length - 1);

        internal bool IsSameAs(JsonPointer other)
        {
            return tokens.SequenceEqual(other.tokens);
        }

        internal bool IsInside(JsonPointer other)
        {
            return tokens.Length > other.tokens.Length
                && tokens.Take(other.tokens.Length).SequenceEqual(other.tokens);
        }
    }
}
