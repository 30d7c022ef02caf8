using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SearchQueries
{
    /// <summary>A recursive descent parser, one method for each rule.</summary>
    internal sealed class Parser
    {
        private const int MostGroups = 50;
        private const string Space = " \t\n\r";
        private static readonly char[] NoWord = (Space + "\"()").ToCharArray();
        private const char End = '\uffff'; // no character

        private readonly string source;
        private readonly ISet<string> fields;
        private int position;
        private int groups;

        internal Parser(string source, ISet<string> fields)
        {
            this.source = source;
            this.fields = fields;
        }

        private bool AtEnd => position == source.Length;

        private char Next => AtEnd ? End : source[position];

        private bool AtOperator =>
            string.CompareOrdinal(source, position, "OR", 0, 2) == 0
            && (position + 2 == source.Length || NoWord.Contains(source[position + 2]));

        internal Query Parse()
        {
            Query query = Alternatives();
            if (!AtEnd)
            {
                throw new QueryException(QueryError.Unexpected, position); // only a `)` ends a row too early
            }
            return query;
        }

        private static T Single<T>(IReadOnlyList<T> parts, Func<IReadOnlyList<T>, T> many)
        {
            return parts.Count == 1 ? parts[0] : many(parts);
        }

        private Query Alternatives()
        {
            List<Query> row = Row();
            var rows = new List<Query> { Single(row, parts => new All(parts)) };
            while (AtOperator)
            {
                int at = position;
                RequireTerms(row, at);
                position += 2;
                row = Row();
                RequireTerms(row, at);
                rows.Add(Single(row, parts => new All(parts)));
            }
            return Single(rows, parts => new Any(parts));
        }

        private static void RequireTerms(List<Query> row, int at)
        {
            if (row.Count == 0)
            {
                throw new QueryException(QueryError.Unexpected, at);
            }
        }

        /// <summary>The terms up to an <c>OR</c>, a <c>)</c> or the end.</summary>
        private List<Query> Row()
        {
            var terms = new List<Query>();
            for (;;)
            {
                while (!AtEnd && Space.IndexOf(Next) >= 0)
                {
                    position++;
                }
                if (AtEnd || Next == ')' || AtOperator)
                {
                    return terms;
                }
                terms.Add(Term());
            }
        }

        private Query Term()
        {
            if (Next != '-')
            {
                return Positive();
            }
            int at = position++;
            if (AtEnd || Next == ')' || Space.IndexOf(Next) >= 0)
            {
                throw new QueryException(QueryError.Unexpected, at);
            }
            return new Negation(Positive());
        }

        private Query Positive()
        {
            switch (Next)
            {
                case '(':
                    return Group();
                case '"':
                    return Phrase(null);
                default:
                    return Word();
            }
        }

        private Query Group()
        {
            int at = position;
            if (groups == MostGroups)
            {
                throw new QueryException(QueryError.TooDeep, at);
            }
            position++;
            groups++;
            Query query = Alternatives();
            groups--;
            if (AtEnd)
            {
                throw new QueryException(QueryError.UnclosedGroup, at);
            }
            if (query is All all && all.IsEmpty)
            {
                throw new QueryException(QueryError.Unexpected, position);
            }
            position++;
            return query;
        }

        private Query Phrase(string field)
        {
            int at = position;
            var text = new StringBuilder();
            for (position++; Next != '"'; position++)
            {
                if (Next == '\\')
                {
                    position++;
                }
                if (AtEnd)
                {
                    throw new QueryException(QueryError.UnclosedPhrase, at);
                }
                text.Append(Next);
            }
            position++;
            return Words(field, text.ToString(), at);
        }

        private Query Word()
        {
            int at = position;
            int end = source.IndexOfAny(NoWord, at);
            position = end < 0 ? source.Length : end;
            string word = source.Substring(at, position - at);
            int colon = word.IndexOf(':');
            if (colon < 0)
            {
                return Words(null, word, at);
            }
            string field = word.Substring(0, colon);
            if (!fields.Contains(field))
            {
                throw new QueryException(QueryError.UnknownField, at);
            }
            if (colon + 1 < word.Length)
            {
                return Words(field, word.Substring(colon + 1), at + colon + 1);
            }
            if (Next != '"')
            {
                throw new QueryException(QueryError.Unexpected, at + colon);
            }
            return Phrase(field);
        }

        private static Query Words(string field, string text, int at)
        {
            IReadOnlyList<string> tokens = Tokenizer.Tokens(text);
            if (tokens.Count == 0)
            {
                throw new QueryException(QueryError.EmptyTerm, at);
            }
            return new Words(field, tokens);
        }
    }
}
