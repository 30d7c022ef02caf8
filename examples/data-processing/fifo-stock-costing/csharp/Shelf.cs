using System;
using System.Collections.Generic;

namespace FifoStockCosting
{
    /// <summary>The purchases of one item that still have units.</summary>
    internal sealed class Shelf
    {
        private readonly string item;
        private readonly Queue<Lot> lots = new Queue<Lot>();
        private long soldUnits;
        private long soldCost;
        private long stockCost;

        internal Shelf(string item)
        {
            this.item = item;
        }

        internal long StockUnits { get; private set; }

        internal void Add(long quantity, long cost)
        {
            lots.Enqueue(new Lot(quantity, cost));
            StockUnits += quantity;
            stockCost += cost;
        }

        /// <summary>Takes units, of which there are as many in stock, and returns their cost.</summary>
        internal long Take(long quantity)
        {
            long cost = 0;
            for (long wanted = quantity; wanted > 0;)
            {
                Lot oldest = lots.Peek();
                long units = Math.Min(wanted, oldest.Left);
                cost += oldest.Take(units);
                wanted -= units;
                if (oldest.Left == 0)
                {
                    lots.Dequeue();
                }
            }
            soldUnits += quantity;
            soldCost += cost;
            StockUnits -= quantity;
            stockCost -= cost;
            return cost;
        }

        internal ItemReport Report()
        {
            return new ItemReport(item, soldUnits, soldCost, StockUnits, stockCost);
        }

        private sealed class Lot
        {
            private readonly long quantity;
            private readonly long cost;
            private long sold;

            internal Lot(long quantity, long cost)
            {
                this.quantity = quantity;
                this.cost = cost;
            }

            internal long Left => quantity - sold;

            internal long Take(long units)
            {
                long before = CostOfFirst(sold);
                sold += units;
                return CostOfFirst(sold) - before;
            }

            private long CostOfFirst(long units)
            {
                return cost * units / quantity;
            }
        }
    }
}
