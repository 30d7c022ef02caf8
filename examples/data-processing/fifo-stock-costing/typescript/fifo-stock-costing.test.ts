import assert from "node:assert/strict";
import { test } from "node:test";

import { costStock, InvalidMovementError, OutOfStockError } from "./fifo-stock-costing.ts";
import type { ItemReport, Movement, StockReport } from "./fifo-stock-costing.ts";

const MOST_UNITS = 1_000_000;
const MOST_CENTS = 1_000_000_000_000;

const buy = (item: string, quantity: number, cost: number): Movement => ({ kind: "purchase", item, quantity, cost });
const sell = (item: string, quantity: number): Movement => ({ kind: "sale", item, quantity });

const entry = (item: string, soldUnits: number, soldCost: number, stockUnits: number, stockCost: number): ItemReport => ({
  item,
  soldUnits,
  soldCost,
  stockUnits,
  stockCost,
});

function assertReport(report: StockReport, saleCosts: number[], ...items: ItemReport[]): void {
  assert.deepEqual(report, { saleCosts, items });
}

function assertInvalid(index: number, field: string, ...movements: Movement[]): void {
  assert.throws(
    () => costStock(movements),
    (error: unknown) => {
      assert.ok(error instanceof InvalidMovementError);
      assert.deepEqual([error.index, error.field], [index, field]);
      assert.match(error.message, new RegExp(`${index}.*${field}`));
      return true;
    },
  );
}

function assertOutOfStock(index: number, item: string, missing: number, ...movements: Movement[]): void {
  assert.throws(
    () => costStock(movements),
    (error: unknown) => {
      assert.ok(error instanceof OutOfStockError);
      assert.deepEqual([error.index, error.item, error.missing], [index, item, missing]);
      assert.match(error.message, new RegExp(`${index}.*${missing}.*${item}`));
      return true;
    },
  );
}

test("R1: a sale takes the oldest units, across purchases", () => {
  const report = costStock([buy("tea", 10, 1000), buy("tea", 5, 900), sell("tea", 12)]);
  assertReport(report, [1360], entry("tea", 12, 1360, 3, 540));
});

test("R1: sales end within a purchase, at its end and just behind it", () => {
  const lots = [buy("tea", 2, 20), buy("tea", 3, 3), buy("tea", 1, 500), buy("tea", 4, 0)];
  assertReport(costStock([...lots, sell("tea", 1)]), [10], entry("tea", 1, 10, 9, 513));
  assertReport(costStock([...lots, sell("tea", 2)]), [20], entry("tea", 2, 20, 8, 503));
  assertReport(costStock([...lots, sell("tea", 3)]), [21], entry("tea", 3, 21, 7, 502));
  assertReport(costStock([...lots, sell("tea", 10)]), [523], entry("tea", 10, 523, 0, 0));
});

test("R1: purchases between sales", () => {
  const movements = [buy("tea", 2, 20), sell("tea", 2), buy("tea", 2, 60), sell("tea", 1), buy("tea", 1, 7), sell("tea", 2)];
  assertReport(costStock(movements), [20, 30, 37], entry("tea", 5, 87, 0, 0));
});

test("R2: cents that do not divide evenly", () => {
  const units = (...quantities: number[]) => costStock([buy("tea", 3, 100), ...quantities.map((n) => sell("tea", n))]);
  assertReport(units(1, 1, 1), [33, 33, 34], entry("tea", 3, 100, 0, 0));
  assertReport(units(2, 1), [66, 34], entry("tea", 3, 100, 0, 0));
  assertReport(units(1, 1), [33, 33], entry("tea", 2, 66, 1, 34));
});

test("R2: fewer cents than units", () => {
  const movements = [buy("tea", 5, 3), ...Array.from({ length: 5 }, () => sell("tea", 1))];
  assertReport(costStock(movements), [0, 1, 0, 1, 1], entry("tea", 5, 3, 0, 0));
});

test("R2: the rounding of one purchase does not reach the next", () => {
  const movements = [buy("tea", 3, 100), buy("tea", 3, 100), sell("tea", 4), sell("tea", 1)];
  assertReport(costStock(movements), [133, 33], entry("tea", 5, 166, 1, 34));
});

test("R3: items have purchases of their own and stand in the order of first movements", () => {
  const movements = [
    buy("tea", 2, 20),
    buy("rice", 4, 400),
    sell("tea", 2),
    buy("salt", 1, 5),
    sell("rice", 1),
    buy("tea", 1, 11),
  ];
  const items = [entry("tea", 2, 20, 1, 11), entry("rice", 1, 100, 3, 300), entry("salt", 0, 0, 1, 5)];
  assertReport(costStock(movements), [20, 100], ...items);
});

test("R3: sold out items are told, an empty list gives nothing", () => {
  assertReport(costStock([buy("tea", 1, 9), sell("tea", 1)]), [9], entry("tea", 1, 9, 0, 0));
  assertReport(costStock([]), []);
});

test("R3: the list is left as it was", () => {
  const movements = [buy("tea", 2, 20), sell("tea", 1)].map((movement) => Object.freeze(movement));
  assertReport(costStock(Object.freeze(movements)), [10], entry("tea", 1, 10, 1, 10));
});

test("R4: items are told apart by their exact texts", () => {
  const names = ["1", "01", "1.0", "a", "A", "__proto__", "constructor"];
  const movements = names.map((name, place) => buy(name, 1, place + 1));
  assertReport(
    costStock([...movements, sell("01", 1), sell("__proto__", 1)]),
    [2, 6],
    ...names.map((name, place) =>
      name === "01" || name === "__proto__" ? entry(name, 1, place + 1, 0, 0) : entry(name, 0, 0, 1, place + 1),
    ),
  );
});

test("R5: great quantities and costs are exact", () => {
  const movements = [buy("tea", 999_983, 999_999_999_999), sell("tea", 829_847), sell("tea", 170_136)];
  assertReport(
    costStock(movements),
    [829_861_107_637, 170_138_892_362],
    entry("tea", 999_983, 999_999_999_999, 0, 0),
  );
});

test("R6: more than there is in stock", () => {
  assertOutOfStock(0, "tea", 1, sell("tea", 1));
  assertOutOfStock(1, "tea", 3, buy("tea", 4, 1), sell("tea", 7));
  assertOutOfStock(2, "tea", 1, buy("tea", 4, 1), sell("tea", 4), sell("tea", 1));
  assertOutOfStock(1, "rice", 2, buy("tea", 4, 1), sell("rice", 2));
});

test("R6: purchases that come later do not count", () => {
  assertOutOfStock(1, "tea", 1, buy("tea", 1, 1), sell("tea", 2), buy("tea", 9, 1));
});

test("R7: each field", () => {
  assertInvalid(0, "item", buy("", 1, 1));
  assertInvalid(1, "item", buy("tea", 1, 1), sell("", 1));
  for (const quantity of [0, -1, MOST_UNITS + 1, 1.5, NaN, Infinity]) {
    assertInvalid(0, "quantity", buy("tea", quantity, 1));
    assertInvalid(1, "quantity", buy("tea", 1, 1), sell("tea", quantity));
  }
  for (const cost of [-1, MOST_CENTS + 1, 0.5, NaN]) {
    assertInvalid(0, "cost", buy("tea", 1, cost));
  }
});

test("R7: values of other types", () => {
  assertInvalid(0, "item", { kind: "sale", item: 7, quantity: 1 } as unknown as Movement);
  assertInvalid(0, "quantity", { kind: "sale", item: "tea", quantity: "1" } as unknown as Movement);
  assertInvalid(0, "cost", { kind: "purchase", item: "tea", quantity: 1 } as unknown as Movement);
});

test("R7: the bounds themselves are accepted", () => {
  const movements = [buy("tea", 1, 0), buy("tea", MOST_UNITS, MOST_CENTS), sell("tea", MOST_UNITS), sell("tea", 1)];
  assertReport(
    costStock(movements),
    [999_999_000_000, 1_000_000],
    entry("tea", MOST_UNITS + 1, MOST_CENTS, 0, 0),
  );
});

test("R6 R7: the first fault counts, fields before stock and in their order", () => {
  assertInvalid(0, "item", buy("", 0, -1), sell("tea", 1));
  assertInvalid(0, "quantity", buy("tea", 0, -1));
  assertInvalid(0, "quantity", sell("tea", MOST_UNITS + 1));
  assertOutOfStock(0, "tea", 2, sell("tea", 2), buy("", 0, -1));
});

test("R8: many purchases and sales", () => {
  const count = 200_000;
  const purchases = Array.from({ length: count }, (_, place) => buy("tea", MOST_UNITS, place));
  const sales = Array.from({ length: count }, () => sell("tea", MOST_UNITS));
  const start = performance.now();
  const report = costStock([...purchases, ...sales]);
  assert.ok(performance.now() - start < 5000);
  assert.deepEqual(report.saleCosts.slice(-2), [count - 2, count - 1]);
  assert.deepEqual(report.items, [entry("tea", count * MOST_UNITS, (count * (count - 1)) / 2, 0, 0)]);
});
