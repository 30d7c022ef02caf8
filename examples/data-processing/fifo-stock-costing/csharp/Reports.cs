using System.Collections.Generic;

namespace FifoStockCosting
{
    /// <summary>What became of one item; costs in cents.</summary>
    public sealed class ItemReport
    {
        public ItemReport(string item, long soldUnits, long soldCost, long stockUnits, long stockCost)
        {
            Item = item;
            SoldUnits = soldUnits;
            SoldCost = soldCost;
            StockUnits = stockUnits;
            StockCost = stockCost;
        }

        public string Item { get; }

        public long SoldUnits { get; }

        public long SoldCost { get; }

        public long StockUnits { get; }

        public long StockCost { get; }
    }

    public sealed class StockReport
    {
        public StockReport(IReadOnlyList<long> saleCosts, IReadOnlyList<ItemReport> items)
        {
            SaleCosts = saleCosts;
            Items = items;
        }

        /// <summary>The cost of each sale in cents, in the order of the sales.</summary>
        public IReadOnlyList<long> SaleCosts { get; }

        /// <summary>In the order of the items' first movements.</summary>
        public IReadOnlyList<ItemReport> Items { get; }
    }
}
