using System;
using System.Collections.Generic;
using System.Linq;

namespace SearchQueries
{
    /// <summary>A parsed query; <c>ToString</c> gives its canonical text.</summary>
    public abstract class Query
    {
        /// <summary>Parses a query, given the names of all fields.</summary>
        /// <exception cref="QueryException">the query is put together wrongly</exception>
        public static Query Parse(string source, ISet<string> fields)
        {
            return new Parser(source, fields).Parse();
        }

        /// <param name="document">from names of fields to texts</param>
        public abstract bool Matches(IReadOnlyDictionary<string, string> document);
    }

    /// <summary>All parts match.</summary>
    internal sealed class All : Query
    {
        private readonly IReadOnlyList<Query> parts;

        internal All(IReadOnlyList<Query> parts)
        {
            this.parts = parts;
        }

        internal bool IsEmpty => parts.Count == 0;

        public override bool Matches(IReadOnlyDictionary<string, string> document)
        {
            return parts.All(part => part.Matches(document));
        }

        public override string ToString()
        {
            return "(and" + string.Concat(parts.Select(part => $" {part}")) + ")";
        }
    }

    /// <summary>At least one part matches.</summary>
    internal sealed class Any : Query
    {
        private readonly IReadOnlyList<Query> parts;

        internal Any(IReadOnlyList<Query> parts)
        {
            this.parts = parts;
        }

        public override bool Matches(IReadOnlyDictionary<string, string> document)
        {
            return parts.Any(part => part.Matches(document));
        }

        public override string ToString()
        {
            return $"(or {string.Join(" ", parts)})";
        }
    }

    /// <summary>The part does not match.</summary>
    internal sealed class Negation : Query
    {
        private readonly Query part;

        internal Negation(Query part)
        {
            this.part = part;
        }

        public override bool Matches(IReadOnlyDictionary<string, string> document)
        {
            return !part.Matches(document);
        }

        public override string ToString()
        {
            return $"(not {part})";
        }
    }

    /// <summary>The tokens stand one right behind the other in a text.</summary>
    internal sealed class Words : Query
    {
        private readonly string field; // null: any field
        private readonly IReadOnlyList<string> wanted;

        internal Words(string field, IReadOnlyList<string> wanted)
        {
            this.field = field;
            this.wanted = wanted;
        }

        public override bool Matches(IReadOnlyDictionary<string, string> document)
        {
            if (field == null)
            {
                return document.Values.Any(HasRun);
            }
            return document.TryGetValue(field, out string text) && HasRun(text);
        }

        public override string ToString()
        {
            return $"{(field == null ? "" : field + ":")}\"{string.Join(" ", wanted)}\"";
        }

        private bool HasRun(string text)
        {
            IReadOnlyList<string> tokens = Tokenizer.Tokens(text);
            int starts = Math.Max(0, tokens.Count - wanted.Count + 1);
            return Enumerable.Range(0, starts).Any(start => IsRunAt(tokens, start));
        }

        private bool IsRunAt(IReadOnlyList<string> tokens, int start)
        {
            return wanted.Select((token, offset) => tokens[start + offset] == token).All(equal => equal);
        }
    }
}
