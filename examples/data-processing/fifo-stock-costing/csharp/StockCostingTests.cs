using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace FifoStockCosting
{
    [TestFixture]
    public class StockCostingTests
    {
        private const long MostUnits = 1000000;
        private const long MostCents = 1000000000000;

        private static Movement Buy(string item, long quantity, long cost)
        {
            return new Purchase(item, quantity, cost);
        }

        private static Movement Sell(string item, long quantity)
        {
            return new Sale(item, quantity);
        }

        private static StockReport Cost(params Movement[] movements)
        {
            return StockCosting.Cost(movements);
        }

        private static string Told(ItemReport entry)
        {
            return $"{entry.Item} {entry.SoldUnits} {entry.SoldCost} {entry.StockUnits} {entry.StockCost}";
        }

        /// <summary>Costs with spaces between; for each item its text, units sold, their cost, stock, its cost.</summary>
        private static void AssertReport(StockReport report, string saleCosts, params string[] items)
        {
            Assert.AreEqual(saleCosts, string.Join(" ", report.SaleCosts));
            CollectionAssert.AreEqual(items, report.Items.Select(Told));
        }

        private static void AssertInvalid(int index, string field, params Movement[] movements)
        {
            var error = Assert.Throws<InvalidMovementException>(() => StockCosting.Cost(movements));
            Assert.AreEqual(index, error.Index);
            Assert.AreEqual(field, error.Field);
            StringAssert.IsMatch($"{index}.*{field}", error.Message);
        }

        private static void AssertOutOfStock(int index, string item, long missing, params Movement[] movements)
        {
            var error = Assert.Throws<OutOfStockException>(() => StockCosting.Cost(movements));
            Assert.AreEqual(index, error.Index);
            Assert.AreEqual(item, error.Item);
            Assert.AreEqual(missing, error.Missing);
            StringAssert.IsMatch($"{index}.*{missing}.*{item}", error.Message);
        }

        [Test]
        public void OldestUnitsAcrossPurchases__R1()
        {
            AssertReport(Cost(Buy("tea", 10, 1000), Buy("tea", 5, 900), Sell("tea", 12)), "1360", "tea 12 1360 3 540");
        }

        [TestCase(1, "10", "tea 1 10 9 513")]
        [TestCase(2, "20", "tea 2 20 8 503")]
        [TestCase(3, "21", "tea 3 21 7 502")]
        [TestCase(10, "523", "tea 10 523 0 0")]
        public void WithinAPurchaseAtItsEndAndJustBehindIt__R1(long quantity, string cost, string item)
        {
            Movement[] lots = { Buy("tea", 2, 20), Buy("tea", 3, 3), Buy("tea", 1, 500), Buy("tea", 4, 0) };
            AssertReport(Cost(lots.Append(Sell("tea", quantity)).ToArray()), cost, item);
        }

        [Test]
        public void PurchasesBetweenSales__R1()
        {
            StockReport report = Cost(
                Buy("tea", 2, 20), Sell("tea", 2), Buy("tea", 2, 60), Sell("tea", 1), Buy("tea", 1, 7), Sell("tea", 2));
            AssertReport(report, "20 30 37", "tea 5 87 0 0");
        }

        [TestCase("1 1 1", "33 33 34", "tea 3 100 0 0")]
        [TestCase("2 1", "66 34", "tea 3 100 0 0")]
        [TestCase("1 1", "33 33", "tea 2 66 1 34")]
        public void CentsThatDoNotDivideEvenly__R2(string quantities, string costs, string item)
        {
            IEnumerable<Movement> sales = quantities.Split(' ').Select(quantity => Sell("tea", long.Parse(quantity)));
            AssertReport(Cost(new[] { Buy("tea", 3, 100) }.Concat(sales).ToArray()), costs, item);
        }

        [Test]
        public void FewerCentsThanUnits__R2()
        {
            IEnumerable<Movement> sales = Enumerable.Repeat(Sell("tea", 1), 5);
            AssertReport(Cost(new[] { Buy("tea", 5, 3) }.Concat(sales).ToArray()), "0 1 0 1 1", "tea 5 3 0 0");
        }

        [Test]
        public void RoundingOfOnePurchaseDoesNotReachTheNext__R2()
        {
            StockReport report = Cost(Buy("tea", 3, 100), Buy("tea", 3, 100), Sell("tea", 4), Sell("tea", 1));
            AssertReport(report, "133 33", "tea 5 166 1 34");
        }

        [Test]
        public void ItemsHavePurchasesOfTheirOwnInTheOrderOfFirstMovements__R3()
        {
            StockReport report = Cost(
                Buy("tea", 2, 20),
                Buy("rice", 4, 400),
                Sell("tea", 2),
                Buy("salt", 1, 5),
                Sell("rice", 1),
                Buy("tea", 1, 11));
            AssertReport(report, "20 100", "tea 2 20 1 11", "rice 1 100 3 300", "salt 0 0 1 5");
        }

        [Test]
        public void SoldOutItemsAndAnEmptyList__R3()
        {
            AssertReport(Cost(Buy("tea", 1, 9), Sell("tea", 1)), "9", "tea 1 9 0 0");
            AssertReport(Cost(), "");
        }

        [Test]
        public void TheListIsLeftAsItWas__R3()
        {
            Movement[] movements = { Buy("tea", 2, 20), Sell("tea", 1) };
            Movement[] before = movements.ToArray();
            AssertReport(Cost(movements), "10", "tea 1 10 1 10");
            CollectionAssert.AreEqual(before, movements);
            AssertReport(Cost(movements), "10", "tea 1 10 1 10");
        }

        [Test]
        public void ItemsAreToldApartByTheirExactTexts__R4()
        {
            string[] names = { "1", "01", "1.0", "a", "A", "__proto__", "constructor" };
            IEnumerable<Movement> purchases = names.Select((name, place) => Buy(name, 1, place + 1));
            StockReport report = Cost(purchases.Concat(new[] { Sell("01", 1), Sell("__proto__", 1) }).ToArray());
            string[] items =
            {
                "1 0 0 1 1", "01 1 2 0 0", "1.0 0 0 1 3", "a 0 0 1 4", "A 0 0 1 5", "__proto__ 1 6 0 0",
                "constructor 0 0 1 7",
            };
            AssertReport(report, "2 6", items);
        }

        [Test]
        public void GreatQuantitiesAndCostsAreExact__R5()
        {
            StockReport report = Cost(Buy("tea", 999983, 999999999999), Sell("tea", 829847), Sell("tea", 170136));
            AssertReport(report, "829861107637 170138892362", "tea 999983 999999999999 0 0");
        }

        [Test]
        public void MoreThanThereIsInStock__R6()
        {
            AssertOutOfStock(0, "tea", 1, Sell("tea", 1));
            AssertOutOfStock(1, "tea", 3, Buy("tea", 4, 1), Sell("tea", 7));
            AssertOutOfStock(2, "tea", 1, Buy("tea", 4, 1), Sell("tea", 4), Sell("tea", 1));
            AssertOutOfStock(1, "rice", 2, Buy("tea", 4, 1), Sell("rice", 2));
        }

        [Test]
        public void PurchasesThatComeLaterDoNotCount__R6()
        {
            AssertOutOfStock(1, "tea", 1, Buy("tea", 1, 1), Sell("tea", 2), Buy("tea", 9, 1));
        }

        [TestCase("")]
        [TestCase(null)]
        public void WrongItems__R7(string item)
        {
            AssertInvalid(0, "item", Buy(item, 1, 1));
            AssertInvalid(1, "item", Buy("tea", 1, 1), Sell(item, 1));
        }

        [TestCase(0)]
        [TestCase(-1)]
        [TestCase(MostUnits + 1)]
        [TestCase(long.MinValue)]
        public void WrongQuantities__R7(long quantity)
        {
            AssertInvalid(0, "quantity", Buy("tea", quantity, 1));
            AssertInvalid(1, "quantity", Buy("tea", 1, 1), Sell("tea", quantity));
        }

        [TestCase(-1)]
        [TestCase(MostCents + 1)]
        public void WrongCosts__R7(long cost)
        {
            AssertInvalid(0, "cost", Buy("tea", 1, cost));
        }

        [Test]
        public void TheBoundsThemselvesAreAccepted__R7()
        {
            StockReport report = Cost(
                Buy("tea", 1, 0), Buy("tea", MostUnits, MostCents), Sell("tea", MostUnits), Sell("tea", 1));
            AssertReport(report, "999999000000 1000000", "tea 1000001 1000000000000 0 0");
        }

        [Test]
        public void TheFirstFaultCountsFieldsBeforeStockAndInTheirOrder__R6_R7()
        {
            AssertInvalid(0, "item", Buy("", 0, -1), Sell("tea", 1));
            AssertInvalid(0, "quantity", Buy("tea", 0, -1));
            AssertInvalid(0, "quantity", Sell("tea", MostUnits + 1));
            AssertOutOfStock(0, "tea", 2, Sell("tea", 2), Buy("", 0, -1));
        }

        [Test]
        public void ManyPurchasesAndSales__R8()
        {
            const int count = 200000;
            IEnumerable<Movement> purchases = Enumerable.Range(0, count).Select(place => Buy("tea", MostUnits, place));
            Movement[] movements = purchases.Concat(Enumerable.Repeat(Sell("tea", MostUnits), count)).ToArray();
            var watch = Stopwatch.StartNew();
            StockReport report = StockCosting.Cost(movements);
            Assert.Less(watch.ElapsedMilliseconds, 5000);
            CollectionAssert.AreEqual(new long[] { count - 2, count - 1 }, report.SaleCosts.Skip(count - 2));
            CollectionAssert.AreEqual(new[] { "tea 200000000000 19999900000 0 0" }, report.Items.Select(Told));
        }
    }
}
