using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace JsonPatching
{
    /// <summary>
    /// Documents and values are written as JSON with ' for ", without escapes; operations as name|path, name|path|value
    /// or, for copies and moves, name|path|from.
    /// </summary>
    [TestFixture]
    public class JsonPatchTests
    {
        private static readonly string[][] Changes =
        {
            new[] { "{'a':1}", "add|/b|{'c':[]}", "{'a':1,'b':{'c':[]}}" },
            new[] { "{'a':1}", "add|/a|null", "{'a':null}" },
            new[] { "{}", "add|/|1", "{'':1}" },
            new[] { "{'a':{'b':{'c':1},'d':2},'e':3}", "add|/a/b/x|false", "{'a':{'b':{'c':1,'x':false},'d':2},'e':3}" },
            new[] { "[1,2]", "add|/0|0", "[0,1,2]" },
            new[] { "[1,2]", "add|/1|[0]", "[1,[0],2]" },
            new[] { "[1,2]", "add|/2|0", "[1,2,0]" },
            new[] { "[1,2]", "add|/-|0", "[1,2,0]" },
            new[] { "[]", "add|/0|'x'", "['x']" },
            new[] { "[[1],[2,3]]", "add|/1/1|0", "[[1],[2,0,3]]" },
            new[] { "{'a':1}", "add||[2]", "[2]" },
            new[] { "{'a':1,'b':2}", "remove|/a", "{'b':2}" },
            new[] { "{'a':null}", "remove|/a", "{}" },
            new[] { "[1,2,3]", "remove|/0", "[2,3]" },
            new[] { "[1,2,3]", "remove|/1", "[1,3]" },
            new[] { "[1,2,3]", "remove|/2", "[1,2]" },
            new[] { "[{'a':[1]}]", "remove|/0/a/0", "[{'a':[]}]" },
            new[] { "{'a':1}", "remove|", "null" },
            new[] { "{'a':1,'b':2}", "replace|/a|{'c':3}", "{'a':{'c':3},'b':2}" },
            new[] { "{'a':null}", "replace|/a|1", "{'a':1}" },
            new[] { "[1,2,3]", "replace|/2|[4]", "[1,2,[4]]" },
            new[] { "[1,2,3]", "replace|/0|null", "[null,2,3]" },
            new[] { "[0,0,0,0,0,0,0,0,0,0,0,{'a':1}]", "replace|/11/a|2", "[0,0,0,0,0,0,0,0,0,0,0,{'a':2}]" },
            new[] { "[1]", "replace||'x'", "'x'" },
        };

        private static readonly string[][] CopiesAndMoves =
        {
            new[] { "{'a':[1],'b':{}}", "copy|/b/c|/a", "{'a':[1],'b':{'c':[1]}}" },
            new[] { "[1,2]", "copy|/0|/1", "[2,1,2]" },
            new[] { "{'a':1}", "copy|/b|", "{'a':1,'b':{'a':1}}" },
            new[] { "{'a':{'b':1}}", "copy||/a", "{'b':1}" },
            new[] { "{'a':1}", "copy|/a|/a", "{'a':1}" },
            new[] { "{'a':{'b':1}}", "copy|/a/c|/a", "{'a':{'b':1,'c':{'b':1}}}" },
            new[] { "{'a':{'b':1},'c':2}", "move|/c|/a/b", "{'a':{},'c':1}" },
            new[] { "{'a':null}", "move|/b|/a", "{'b':null}" },
            new[] { "[1,2,3]", "move|/2|/0", "[2,3,1]" },
            new[] { "[1,2,3]", "move|/-|/0", "[2,3,1]" },
            new[] { "[1,2,3]", "move|/0|/2", "[3,1,2]" },
            new[] { "[1,[2],3]", "move|/1/0|/2", "[1,[3,2]]" },
            new[] { "[1,[2],[3]]", "move|/1/0|/0", "[[2],[1,3]]" },
            new[] { "{'a':{'b':[1]}}", "move|/a|/a/b", "{'a':[1]}" },
            new[] { "{'a':{'b':[1]}}", "move||/a/b", "[1]" },
        };

        private static readonly string[][] MovesElsewhere =
        {
            new[] { "{'a':1}", "move|/ab|/a", "{'ab':1}" },
            new[] { "{'a':1}", "move|/a~1b|/a", "{'a/b':1}" },
            new[] { "{'ab':1}", "move|/a|/ab", "{'a':1}" },
            new[] { "{'a':{'b':1}}", "move|/a/b|/a/b", "{'a':{'b':1}}" },
            new[] { "[1,2]", "move|/1|/1", "[1,2]" },
            new[] { "{'a':1}", "move||", "{'a':1}" },
        };

        private static readonly string[][] UnusualNames =
        {
            new[] { "{'a/b':1,'m~n':2}", "remove|/a~1b", "{'m~n':2}" },
            new[] { "{'a/b':1,'m~n':2}", "remove|/m~0n", "{'a/b':1}" },
            new[] { "{'~1':1,'/':2}", "remove|/~01", "{'/':2}" },
            new[] { "{'/~':1}", "replace|/~1~0|2", "{'/~':2}" },
            new[] { "{'':{'':1}}", "replace|//|2", "{'':{'':2}}" },
            new[] { "{'-':1,'0':2,'01':3}", "remove|/-", "{'0':2,'01':3}" },
            new[] { "{'-':1,'0':2,'01':3}", "replace|/0|4", "{'-':1,'0':4,'01':3}" },
            new[] { "{'-':1,'0':2,'01':3}", "add|/01|4", "{'-':1,'0':2,'01':4}" },
            new[] { "{}", "add|/__proto__|{'a':1}", "{'__proto__':{'a':1}}" },
            new[] { "{'__proto__':{'a':1}}", "add|/__proto__/b|2", "{'__proto__':{'a':1,'b':2}}" },
            new[] { "{'__proto__':1,'constructor':2}", "remove|/constructor", "{'__proto__':1}" },
            new[] { "{'__proto__':1,'constructor':2}", "copy|/length|/__proto__", "{'__proto__':1,'constructor':2,'length':1}" },
            new[] { "{' \u0001%41\n\ud83d\ude00\"':1}", "replace|/ \u0001%41\n\ud83d\ude00\"|2", "{' \u0001%41\n\ud83d\ude00\"':2}" },
        };

        private static readonly string[] Equal =
        {
            "1|1.0", "-0.5|-5e-1", "0|-0.0", "null|null", "true|true", "'\u00e9'|'\u00e9'", "[]|[]", "{}|{}",
            "[1,{'a':[2.0]}]|[1.0,{'a':[2]}]", "{'a':1,'b':null}|{'b':null,'a':1}",
            "9007199254740992|9007199254740992.0",
        };

        private static readonly string[] Unequal =
        {
            "1|'1'", "1|true", "0|false", "0|''", "0|null", "false|null", "''|null", "1|2", "1|1.5", "1.5|2.5", "'a'|'A'",
            "'\u00e9'|'e\u0301'", "'a'|'a\u00ad'", "'1'|'1.0'", "'1e1'|'10'", "true|false", "[]|{}", "[]|null",
            "[5,6]|{'0':5,'1':6}", "[1,2]|[2,1]", "[1]|[1,1]", "[1]|1", "[null]|[]", "{}|{'a':null}",
            "{'a':null}|{'b':null}", "{'a':1}|{'a':2}", "[[1]]|[[2]]", "{'a':1}|{'A':1}", "{'a':1,'b':2}|{'a':1,'b':3}",
            "{'a':1}|1", "{}|null", "9007199254740992|9007199254740991", "[0]|[false]", "['']|[null]",
            "{'a':[1]}|{'a':['1']}",
        };

        private static readonly string[] Invalid =
        {
            "5", "null", "'add'", "[]", "{}", "{'path':'/a','value':1}", "{'op':'add','value':1}",
            "{'op':'add','path':'/a'}", "{'op':'Add','path':'/a','value':1}", "{'op':'','path':'/a','value':1}",
            "{'op':null,'path':'/a','value':1}", "{'op':'add ','path':'/a','value':1}", "{'op':5,'path':'/a'}",
            "{'op':['add'],'path':'/a','value':1}", "{'op':'add','path':5,'value':1}",
            "{'op':'add','path':null,'value':1}", "{'op':'add','path':['a'],'value':1}", "{'op':'remove'}",
            "{'op':'remove','path':0}", "{'op':'replace','path':'/a'}", "{'op':'test','path':'/a'}",
            "{'op':'move','path':'/a'}", "{'op':'copy','path':'/a'}", "{'op':'copy','path':'/b','from':null}",
            "{'op':'move','path':'/b','from':5}", "{'op':'move','from':'/a'}", "{'op':'add','path':'x'}",
            "{'op':'copy','path':'x','from':5}", "{'Op':'remove','path':'/a'}",
        };

        /// <summary>An operation from its short form, or from JSON.</summary>
        private static object Operation(string text)
        {
            string[] parts = text.Split(new[] { '|' }, 3);
            if (parts.Length == 1)
            {
                return Json.Parse(text);
            }
            var operation = new Dictionary<string, object> { ["op"] = parts[0], ["path"] = parts[1] };
            bool hasFrom = parts[0] == "copy" || parts[0] == "move";
            if (parts.Length == 3)
            {
                operation[hasFrom ? "from" : "value"] = hasFrom ? parts[2] : Json.Parse(parts[2]);
            }
            return operation;
        }

        /// <summary>Applies a patch and checks that neither document nor patch is changed.</summary>
        private static object Patched(string document, string[] operations)
        {
            object given = Json.Parse(document);
            List<object> patch = operations.Select(Operation).ToList();
            string before = Json.Text(given) + Json.Text(patch);
            try
            {
                return JsonPatch.Apply(given, patch);
            }
            finally
            {
                Assert.AreEqual(before, Json.Text(given) + Json.Text(patch));
            }
        }

        private static void AssertPatched(string expected, string document, params string[] operations)
        {
            string text = Json.Text(Patched(document, operations));
            Assert.AreEqual(Json.Text(Json.Parse(expected)), text, $"{document} {string.Join(" ", operations)}");
        }

        private static void AssertFails(PatchReason reason, int index, string document, params string[] operations)
        {
            string message = $"{document} {string.Join(" ", operations)}";
            var exception = Assert.Throws<PatchException>(() => Patched(document, operations), message);
            Assert.AreEqual(reason, exception.Reason, message);
            Assert.AreEqual(index, exception.Index, message);
        }

        private static void AssertAllPatched(string[][] rows)
        {
            foreach (string[] row in rows)
            {
                AssertPatched(row[2], row[0], row[1]);
            }
        }

        private static IEnumerable<string[]> InBothOrders(IEnumerable<string> pairs)
        {
            string[][] split = pairs.Select(pair => pair.Split('|')).ToArray();
            return split.Concat(split.Select(pair => pair.Reverse().ToArray()));
        }

        [Test]
        public void AddRemoveAndReplace_R1()
        {
            AssertAllPatched(Changes);
        }

        [Test]
        public void OperationsApplyToTheResultOfThoseBefore_R1()
        {
            AssertPatched("{'a':1}", "{'a':1}");
            AssertPatched(
                "{'a':[{'b':2}]}",
                "{}",
                "add|/a|[]",
                "add|/a/-|1",
                "add|/a/0|{'b':0}",
                "replace|/a/0/b|2",
                "remove|/a/1");
        }

        [Test]
        public void CopyAndMove_R2()
        {
            AssertAllPatched(CopiesAndMoves);
        }

        [Test]
        public void WhatWasCopiedIsIndependent_R2()
        {
            string[] operations = { "copy|/c|/a", "add|/c/b/-|2", "add|/a/x|3" };
            AssertPatched("{'a':{'b':[1],'x':3},'c':{'b':[1,2]}}", "{'a':{'b':[1]}}", operations);
        }

        [Test]
        public void ThePathOfAMoveIsThatAfterTheRemoval_R2()
        {
            AssertFails(PatchReason.NotFound, 0, "[1,2,3]", "move|/3|/0");
            AssertFails(PatchReason.NotFound, 0, "{'a':{'b':1}}", "move|/b/a|/a");
        }

        [Test]
        public void MovesThatAreNotIntoItself_R3()
        {
            AssertAllPatched(MovesElsewhere);
        }

        [Test]
        public void ALocationCannotBeMovedIntoItself_R3()
        {
            foreach (string move in new[] { "/a/b|/a", "/a/b/x/y|/a", "/a|", "/|", "/x/y|/x", "/a/-|/a" })
            {
                AssertFails(PatchReason.IntoItself, 0, "{'a':{'b':{}}}", "move|" + move);
            }
            AssertFails(PatchReason.NotFound, 0, "{'a':1}", "move|/x|/x");
            AssertFails(PatchReason.NotFound, 0, "[1]", "move|/-|/-");
        }

        [Test]
        public void EqualValues_R4()
        {
            foreach (string[] pair in InBothOrders(Equal))
            {
                AssertPatched($"[{pair[0]}]", $"[{pair[0]}]", "test|/0|" + pair[1]);
            }
            AssertPatched("[1]", "[1]", "test||[1]");
        }

        [Test]
        public void AnIntIsANumberToo_R4()
        {
            var test = new Dictionary<string, object> { ["op"] = "test", ["path"] = "/0", ["value"] = 5 };
            object patched = JsonPatch.Apply(new object[] { 5L, 5.0 }, new object[] { test });
            Assert.AreEqual("[5,5]", Json.Text(patched));
        }

        [Test]
        public void UnequalValues_R4()
        {
            foreach (string[] pair in InBothOrders(Unequal))
            {
                AssertFails(PatchReason.TestFailed, 0, $"[{pair[0]}]", "test|/0|" + pair[1]);
            }
        }

        [Test]
        public void Names_R5()
        {
            AssertAllPatched(UnusualNames);
        }

        [Test]
        public void InvalidPointers_R5()
        {
            string[] pointers = { "a", "a/b", " ", "#/a", "/~", "/~2", "/a~/b", "/a~", "/~~0", "x\n/a", "/a/~\n", "x\n" };
            foreach (string it in pointers)
            {
                string[] operations =
                {
                    $"remove|{it}", $"copy|/x|{it}", $"copy|{it}|/x", $"move|{it}|/a", $"test|{it}|1", $"move|{it}|",
                };
                foreach (string operation in operations)
                {
                    AssertFails(PatchReason.InvalidPointer, 0, "{'a':1}", operation);
                }
            }
        }

        [Test]
        public void NamesThatTheDocumentDoesNotHaveAreNotFound_R5()
        {
            foreach (string name in new[] { "__proto__", "constructor", "Count", "length", "0", "A", "a ", "" })
            {
                AssertFails(PatchReason.NotFound, 0, "{'a':1}", $"remove|/{name}");
                AssertFails(PatchReason.NotFound, 0, "{'a':1}", $"add|/{name}/x|1");
            }
        }

        [Test]
        public void InvalidIndexes_R6()
        {
            string[] tokens =
            {
                "01", "00", "-1", "+1", "1.0", "1e0", " 1", "1 ", "1\n", "0x1", "\u0661", "\uff11", "a", "", "--",
            };
            foreach (string it in tokens)
            {
                string[] operations =
                {
                    $"add|/{it}|1", $"remove|/{it}", $"replace|/{it}|1", $"test|/{it}|1", $"add|/{it}/a|1",
                    $"copy|/0|/{it}", $"move|/{it}|/0", $"remove|/{it}/0",
                };
                foreach (string operation in operations)
                {
                    AssertFails(PatchReason.InvalidIndex, 0, "[[1],[2]]", operation);
                }
            }
        }

        [Test]
        public void WhatIsNotFound_R6()
        {
            const string Document = "{'a':[1,[2]],'b':'text','c':5,'d':null,'e':true}";
            string[] paths =
            {
                "/x", "/a/2", "/a/-", "/a/99999999999999999999", "/a/1/1", "/a/1/-", "/a/0/0", "/b/0", "/c/0", "/d/x",
                "/e/x", "/x/y", "/a/4294967296", "/a/2147483648", "/a/2147483647",
                "/a/" + new string('9', 400),
            };
            foreach (string it in paths)
            {
                string[] operations =
                {
                    $"remove|{it}", $"replace|{it}|1", $"test|{it}|1", $"copy||{it}", $"move|/y|{it}", $"add|{it}/z|1",
                };
                foreach (string operation in operations)
                {
                    AssertFails(PatchReason.NotFound, 0, Document, operation);
                }
            }
            string[] places =
            {
                "/a/3", "/a/99999999999999999999", "/a/4294967296", "/a/1/2", "/b/0", "/c/x", "/d/-", "/e/x", "/x/y",
                "/a/-/0", "/a/" + new string('9', 400),
            };
            foreach (string it in places)
            {
                AssertFails(PatchReason.NotFound, 0, Document, $"add|{it}|1");
                AssertFails(PatchReason.NotFound, 0, Document, $"copy|{it}|/c");
            }
        }

        [Test]
        public void TheFirstProblemOnTheWayCounts_R6()
        {
            AssertFails(PatchReason.NotFound, 0, "{'a':[1]}", "remove|/a/5/01");
            AssertFails(PatchReason.InvalidIndex, 0, "{'a':[1]}", "remove|/a/01/5/x");
            AssertFails(PatchReason.InvalidIndex, 0, "[1]", "copy|/7|/01");
            AssertFails(PatchReason.NotFound, 0, "[1]", "move|/01|/7");
        }

        [Test]
        public void InvalidOperations_R7()
        {
            foreach (string operation in Invalid)
            {
                AssertFails(PatchReason.InvalidOperation, 0, "{'a':1}", operation);
            }
        }

        [Test]
        public void OtherMembersAreIgnoredAndANullValueIsThere_R7()
        {
            AssertPatched("{}", "{'a':1}", "{'op':'remove','path':'/a','from':5,'value':1,'x':[]}");
            AssertPatched("null", "[]", "add||null");
            AssertPatched("[null,null]", "[0]", "add|/-|null", "replace|/0|null", "test|/1|null");
        }

        [Test]
        public void TheFirstOperationThatFailsIsReported_R8()
        {
            AssertFails(PatchReason.TestFailed, 1, "{'a':1}", "add|/b|2", "test|/a|2", "5");
            AssertFails(PatchReason.InvalidOperation, 2, "{'a':1}", "remove|/a", "add|/a|1", "{}", "remove|/x");
            AssertFails(PatchReason.NotFound, 0, "[]", "remove|/0", "remove|a");
            AssertFails(PatchReason.InvalidPointer, 1, "[1]", "remove|/0", "remove|0");
        }

        [Test]
        public void PatchAndDocumentStayAsTheyAre_R8()
        {
            string[] operations =
            {
                "add|/b|{'c':[1]}", "add|/b/c/-|2", "replace|/a/0|{'d':1}", "add|/a/0/e|2", "add|/a/1/f|1",
                "remove|/a/1/g",
            };
            const string Document = "{'a':[0,{'g':1}]}";
            AssertPatched("{'a':[{'d':1,'e':2},{'f':1}],'b':{'c':[1,2]}}", Document, operations);
            AssertFails(PatchReason.TestFailed, 6, Document, operations.Concat(new[] { "test|/a|0" }).ToArray());
        }

        private sealed class Json
        {
            private readonly string text;
            private int position;

            private Json(string text)
            {
                this.text = text;
            }

            internal static object Parse(string text)
            {
                return new Json(text).Value();
            }

            /// <summary>With the members of objects in the order of their names.</summary>
            internal static string Text(object value)
            {
                if (value is IDictionary<string, object> members)
                {
                    IEnumerable<string> names = members.Keys.OrderBy(name => name, StringComparer.Ordinal);
                    return "{" + string.Join(",", names.Select(name => $"'{name}':{Text(members[name])}")) + "}";
                }
                if (value is IEnumerable<object> items)
                {
                    return "[" + string.Join(",", items.Select(Text)) + "]";
                }
                return value is string ? $"'{value}'" : Convert.ToString(value ?? "null", CultureInfo.InvariantCulture);
            }

            private object Value()
            {
                switch (text[position])
                {
                    case '{':
                        return Sequence('}', Member).Cast<KeyValuePair<string, object>>()
                            .ToDictionary(member => member.Key, member => member.Value);
                    case '[':
                        return Sequence(']', Value);
                    case '\'':
                        return Word("'[^']*'").Trim('\'');
                }
                string word = Word(@"[^\]},]+");
                switch (word)
                {
                    case "null":
                        return null;
                    case "true":
                    case "false":
                        return word == "true";
                }
                return word.IndexOfAny(new[] { '.', 'e' }) < 0
                    ? (object)long.Parse(word, CultureInfo.InvariantCulture)
                    : double.Parse(word, CultureInfo.InvariantCulture);
            }

            private List<object> Sequence(char end, Func<object> part)
            {
                var parts = new List<object>();
                for (position++; text[position] != end; position += text[position] == ',' ? 1 : 0)
                {
                    parts.Add(part());
                }
                position++;
                return parts;
            }

            private object Member()
            {
                string name = Word("'[^']*':").TrimEnd(':').Trim('\'');
                return new KeyValuePair<string, object>(name, Value());
            }

            private string Word(string form)
            {
                string word = Regex.Match(text.Substring(position), "^" + form).Value;
                position += word.Length;
                return word;
            }
        }
    }
}
