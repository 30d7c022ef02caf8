using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace JsonPatching
{
    /// <summary>A document that is changed in place; it owns all of its arrays and objects.</summary>
    internal sealed class WorkingDocument
    {
        private const string AfterLast = "-";
        private static readonly Regex IndexForm = new Regex(@"^(0|[1-9][0-9]*)\z");

        internal WorkingDocument(object original)
        {
            Root = JsonValue.DeepCopy(original);
        }

        internal object Root { get; private set; }

        internal object Get(JsonPointer pointer)
        {
            return pointer.IsRoot ? Root : Child(Parent(pointer), pointer.LastToken);
        }

        internal void Add(JsonPointer pointer, object value)
        {
            if (pointer.IsRoot)
            {
                Root = value;
                return;
            }
            object parent = Parent(pointer);
            string token = pointer.LastToken;
            if (parent is List<object> items)
            {
                items.Insert(RequireAtMost(items.Count, IndexIn(items, token)), value);
            }
            else
            {
                RequireObject(parent)[token] = value;
            }
        }

        internal void Replace(JsonPointer pointer, object value)
        {
            Get(pointer);
            if (pointer.IsRoot)
            {
                Root = value;
            }
            else if (Parent(pointer) is List<object> items)
            {
                items[IndexIn(items, pointer.LastToken)] = value;
            }
            else
            {
                RequireObject(Parent(pointer))[pointer.LastToken] = value;
            }
        }

        internal void Remove(JsonPointer pointer)
        {
            Get(pointer);
            if (pointer.IsRoot)
            {
                Root = null;
            }
            else if (Parent(pointer) is List<object> items)
            {
                items.RemoveAt(IndexIn(items, pointer.LastToken));
            }
            else
            {
                RequireObject(Parent(pointer)).Remove(pointer.LastToken);
            }
        }

        private object Parent(JsonPointer pointer)
        {
            object parent = Root;
            foreach (string token in pointer.ParentTokens)
            {
                parent = Child(parent, token);
            }
            return parent;
        }

        private static object Child(object container, string token)
        {
            if (container is List<object> items)
            {
                return items[RequireAtMost(items.Count - 1, IndexIn(items, token))];
            }
            return RequireObject(container).TryGetValue(token, out object member) ? member : throw NotFound();
        }

        private static Dictionary<string, object> RequireObject(object container)
        {
            return container as Dictionary<string, object> ?? throw NotFound();
        }

        /// <summary>The index that a token stands for, or the greatest int if it is greater.</summary>
        private static int IndexIn(List<object> items, string token)
        {
            if (token == AfterLast)
            {
                return items.Count;
            }
            if (!IndexForm.IsMatch(token))
            {
                throw new PatchFailure(PatchReason.InvalidIndex);
            }
            bool fits = int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
            return fits ? index : int.MaxValue;
        }

        private static int RequireAtMost(int greatest, int index)
        {
            return index <= greatest ? index : throw NotFound();
        }

        private static PatchFailure NotFound()
        {
            return new PatchFailure(PatchReason.NotFound);
        }
    }
}
