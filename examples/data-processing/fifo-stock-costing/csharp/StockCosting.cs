using System.Collections.Generic;
using System.Linq;

namespace FifoStockCosting
{
    /// <summary>Costs stock by first in, first out.</summary>
    public static class StockCosting
    {
        private const long MaxQuantity = 1000000;
        private const long MaxCost = 1000000000000;

        /// <summary>Tells what the units sold have cost and what is left.</summary>
        /// <param name="movements">the oldest first</param>
        /// <exception cref="InvalidMovementException">the first movement that can not be has a wrong field</exception>
        /// <exception cref="OutOfStockException">it sells more units than there are in stock</exception>
        public static StockReport Cost(IReadOnlyList<Movement> movements)
        {
            var saleCosts = new List<long>();
            var shelves = new List<Shelf>();
            var byItem = new Dictionary<string, Shelf>();
            for (var index = 0; index < movements.Count; index++)
            {
                Movement movement = movements[index];
                string wrong = WrongField(movement);
                if (wrong != null)
                {
                    throw new InvalidMovementException(index, wrong);
                }
                if (!byItem.TryGetValue(movement.Item, out Shelf shelf))
                {
                    shelf = new Shelf(movement.Item);
                    byItem.Add(movement.Item, shelf);
                    shelves.Add(shelf);
                }
                if (movement is Purchase purchase)
                {
                    shelf.Add(purchase.Quantity, purchase.Cost);
                    continue;
                }
                long missing = movement.Quantity - shelf.StockUnits;
                if (missing > 0)
                {
                    throw new OutOfStockException(index, movement.Item, missing);
                }
                saleCosts.Add(shelf.Take(movement.Quantity));
            }
            return new StockReport(saleCosts, shelves.Select(shelf => shelf.Report()).ToList());
        }

        /// <summary>The name of the first field that is wrong, or null.</summary>
        private static string WrongField(Movement movement)
        {
            if (string.IsNullOrEmpty(movement.Item))
            {
                return "item";
            }
            if (movement.Quantity < 1 || movement.Quantity > MaxQuantity)
            {
                return "quantity";
            }
            return movement is Purchase purchase && (purchase.Cost < 0 || purchase.Cost > MaxCost) ? "cost" : null;
        }
    }
}
