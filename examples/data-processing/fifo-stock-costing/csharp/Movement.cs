namespace FifoStockCosting
{
    /// <summary>A purchase or a sale of units of an item.</summary>
    public abstract class Movement
    {
        protected Movement(string item, long quantity)
        {
            Item = item;
            Quantity = quantity;
        }

        public string Item { get; }

        public long Quantity { get; }
    }

    public sealed class Purchase : Movement
    {
        /// <param name="cost">cents for all units together</param>
        public Purchase(string item, long quantity, long cost)
            : base(item, quantity)
        {
            Cost = cost;
        }

        public long Cost { get; }
    }

    public sealed class Sale : Movement
    {
        public Sale(string item, long quantity)
            : base(item, quantity)
        {
        }
    }
}
