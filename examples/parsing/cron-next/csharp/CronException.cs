using System;

namespace CronNext
{
    /// <summary>What is wrong with an expression.</summary>
    public enum CronErrorReason
    {
        FieldCount,
        Syntax,
        Value,
        Range,
        Step,
    }

    /// <summary>An expression is not well-formed: why, and in which item of which field.</summary>
    public sealed class CronException : FormatException
    {
        internal CronException(CronErrorReason reason, string field = null, string item = "")
            : base(field == null ? reason.ToString() : $"{reason}: '{item}' in {field}")
        {
            Reason = reason;
            Field = field;
            Item = item;
        }

        public CronErrorReason Reason { get; }

        /// <summary>The name of the field, or null if the number of fields is wrong.</summary>
        public string Field { get; }

        public string Item { get; }
    }
}
