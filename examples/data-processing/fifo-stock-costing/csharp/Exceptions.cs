using System;

namespace FifoStockCosting
{
    /// <summary>A movement has a wrong field.</summary>
    public sealed class InvalidMovementException : Exception
    {
        public InvalidMovementException(int index, string field)
            : base($"movement {index} has a wrong {field}")
        {
            Index = index;
            Field = field;
        }

        /// <summary>The position in the list, from 0.</summary>
        public int Index { get; }

        /// <summary><c>item</c>, <c>quantity</c> or <c>cost</c>.</summary>
        public string Field { get; }
    }

    /// <summary>A sale is of more units than there are in stock.</summary>
    public sealed class OutOfStockException : Exception
    {
        public OutOfStockException(int index, string item, long missing)
            : base($"sale {index}: {missing} units of {item} are missing")
        {
            Index = index;
            Item = item;
            Missing = missing;
        }

        /// <summary>The position in the list, from 0.</summary>
        public int Index { get; }

        public string Item { get; }

        /// <summary>How many units there would have to be more.</summary>
        public long Missing { get; }
    }
}
