using System.Collections.Generic;

namespace JsonPatching
{
    /// <summary>
    /// Applies JSON Patches (RFC 6902) to plain values: null, bool, int, long, double, string,
    /// <c>IList&lt;object&gt;</c> for arrays and <c>IDictionary&lt;string, object&gt;</c> for objects.
    /// </summary>
    public static class JsonPatch
    {
        /// <summary>
        /// Returns the patched document, whose arrays and objects are all new; document and patch are not changed.
        /// </summary>
        /// <exception cref="PatchException">an operation fails; the first that does is reported</exception>
        public static object Apply(object document, IReadOnlyList<object> patch)
        {
            var working = new WorkingDocument(document);
            for (int i = 0; i < patch.Count; i++)
            {
                try
                {
                    Apply(working, patch[i]);
                }
                catch (PatchFailure failure)
                {
                    throw new PatchException(i, failure.Reason);
                }
            }
            return working.Root;
        }

        private static void Apply(WorkingDocument document, object patchOperation)
        {
            var operation = patchOperation as IDictionary<string, object> ?? throw Invalid();
            string path = Text(operation, "path");
            switch (Text(operation, "op"))
            {
                case "add":
                    object added = Member(operation, "value");
                    document.Add(new JsonPointer(path), JsonValue.DeepCopy(added));
                    break;
                case "remove":
                    document.Remove(new JsonPointer(path));
                    break;
                case "replace":
                    object replacement = Member(operation, "value");
                    document.Replace(new JsonPointer(path), JsonValue.DeepCopy(replacement));
                    break;
                case "copy":
                    Copy(document, new JsonPointer(Text(operation, "from")), new JsonPointer(path));
                    break;
                case "move":
                    Move(document, new JsonPointer(Text(operation, "from")), new JsonPointer(path));
                    break;
                case "test":
                    object expected = Member(operation, "value");
                    Test(document.Get(new JsonPointer(path)), expected);
                    break;
                default:
                    throw Invalid();
            }
        }

        private static void Copy(WorkingDocument document, JsonPointer from, JsonPointer path)
        {
            document.Add(path, JsonValue.DeepCopy(document.Get(from)));
        }

        private static void Move(WorkingDocument document, JsonPointer from, JsonPointer path)
        {
            if (path.IsInside(from))
            {
                throw new PatchFailure(PatchReason.IntoItself);
            }
            object moved = document.Get(from);
            if (!path.IsSameAs(from))
            {
                document.Remove(from);
                document.Add(path, moved);
            }
        }

        private static void Test(object actual, object expected)
        {
            if (!JsonValue.DeepEquals(actual, expected))
            {
                throw new PatchFailure(PatchReason.TestFailed);
            }
        }

        private static string Text(IDictionary<string, object> operation, string name)
        {
            return Member(operation, name) as string ?? throw Invalid();
        }

        private static object Member(IDictionary<string, object> operation, string name)
        {
            return operation.TryGetValue(name, out object value) ? value : throw Invalid();
        }

        private static PatchFailure Invalid()
        {
            return new PatchFailure(PatchReason.InvalidOperation);
        }
    }
}
