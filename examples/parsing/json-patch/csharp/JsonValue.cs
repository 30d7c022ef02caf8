using System;
using System.Collections.Generic;
using System.Linq;

namespace JsonPatching
{
    /// <summary>What can be done with a plain value of any kind.</summary>
    internal static class JsonValue
    {
        internal static object DeepCopy(object value)
        {
            if (value is IList<object> items)
            {
                return items.Select(DeepCopy).ToList();
            }
            if (value is IDictionary<string, object> members)
            {
                return members.ToDictionary(member => member.Key, member => DeepCopy(member.Value));
            }
            return value;
        }

        internal static bool DeepEquals(object one, object other)
        {
            if (one is IList<object> items && other is IList<object> otherItems)
            {
                return items.Count == otherItems.Count && items.Zip(otherItems, DeepEquals).All(equal => equal);
            }
            if (one is IDictionary<string, object> members && other is IDictionary<string, object> otherMembers)
            {
                return members.Count == otherMembers.Count
                    && members.All(member => otherMembers.TryGetValue(member.Key, out object otherValue)
                        && DeepEquals(member.Value, otherValue));
            }
            return IsNumber(one) && IsNumber(other)
                ? Convert.ToDouble(one) == Convert.ToDouble(other)
                : Equals(one, other);
        }

        private static bool IsNumber(object value)
        {
            return value is int || value is long || value is double;
        }
    }
}
