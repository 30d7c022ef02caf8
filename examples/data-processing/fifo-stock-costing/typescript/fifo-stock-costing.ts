const MAX_QUANTITY = 1_000_000;
const MAX_COST = 1_000_000_000_000;

/** Costs are whole cents. */
export type Movement =
  | { readonly kind: "purchase"; readonly item: string; readonly quantity: number; readonly cost: number }
  | { readonly kind: "sale"; readonly item: string; readonly quantity: number };

export type Field = "item" | "quantity" | "cost";

export interface ItemReport {
  item: string;
  soldUnits: number;
  soldCost: number;
  stockUnits: number;
  stockCost: number;
}

export interface StockReport {
  saleCosts: number[];
  items: ItemReport[];
}

/** A movement, at `index` of the list, has a wrong `field`. */
export class InvalidMovementError extends Error {
  override readonly name = "InvalidMovementError";
  readonly index: number;
  readonly field: Field;

  constructor(index: number, field: Field) {
    super(`movement ${index} has a wrong ${field}`);
    this.index = index;
    this.field = field;
  }
}

/** The sale at `index` of the list is of more units than there are in stock. */
export class OutOfStockError extends Error {
  override readonly name = "OutOfStockError";
  readonly index: number;
  readonly item: string;
  readonly missing: number;

  constructor(index: number, item: string, missing: number) {
    super(`sale ${index}: ${missing} units of ${item} are missing`);
    this.index = index;
    this.item = item;
    this.missing = missing;
  }
}

/** A purchase, and what was bought of the item before it. */
interface Lot {
  unitsBefore: number;
  costBefore: number;
  quantity: number;
  cost: number;
}

/** All lots of an item stay; only `soldUnits` tells how far they are used up. */
interface Stock {
  lots: Lot[];
  boughtUnits: number;
  boughtCost: number;
  soldUnits: number;
  soldCost: number;
}

/**
 * What the units sold have cost, and what is left, by first in first out.
 *
 * @param movements the oldest first
 * @throws {InvalidMovementError | OutOfStockError} about the first movement that can not be
 */
export function costStock(movements: readonly Movement[]): StockReport {
  const stocks = new Map<string, Stock>();
  const saleCosts: number[] = [];
  movements.forEach((movement, index) => {
    const wrong = wrongField(movement);
    if (wrong !== undefined) {
      throw new InvalidMovementError(index, wrong);
    }
    const stock = stocks.get(movement.item) ?? { lots: [], boughtUnits: 0, boughtCost: 0, soldUnits: 0, soldCost: 0 };
    stocks.set(movement.item, stock);
    if (movement.kind === "purchase") {
      buy(stock, movement.quantity, movement.cost);
      return;
    }
    const missing = stock.soldUnits + movement.quantity - stock.boughtUnits;
    if (missing > 0) {
      throw new OutOfStockError(index, movement.item, missing);
    }
    saleCosts.push(sell(stock, movement.quantity));
  });
  return { saleCosts, items: Array.from(stocks, ([item, stock]) => report(item, stock)) };
}

function wrongField(movement: Movement): Field | undefined {
  if (typeof movement.item !== "string" || movement.item === "") {
    return "item";
  }
  if (!isWhole(movement.quantity, 1, MAX_QUANTITY)) {
    return "quantity";
  }
  if (movement.kind === "purchase" && !isWhole(movement.cost, 0, MAX_COST)) {
    return "cost";
  }
  return undefined;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function buy(stock: Stock, quantity: number, cost: number): void {
  stock.lots.push({ unitsBefore: stock.boughtUnits, costBefore: stock.boughtCost, quantity, cost });
  stock.boughtUnits += quantity;
  stock.boughtCost += cost;
}

/** The cost of the next units. */
function sell(stock: Stock, quantity: number): number {
  const soldBefore = stock.soldCost;
  stock.soldUnits += quantity;
  stock.soldCost = costOfFirst(stock.lots, stock.soldUnits);
  return stock.soldCost - soldBefore;
}

/** What the first `units` (at least 1) ever bought have cost. */
function costOfFirst(lots: readonly Lot[], units: number): number {
  let low = 0;
  let high = lots.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lots[middle].unitsBefore < units) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const lot = lots[low];
  const part = (BigInt(lot.cost) * BigInt(units - lot.unitsBefore)) / BigInt(lot.quantity);
  return lot.costBefore + Number(part);
}

function report(item: string, { boughtUnits, boughtCost, soldUnits, soldCost }: Stock): ItemReport {
  return { item, soldUnits, soldCost, stockUnits: boughtUnits - soldUnits, stockCost: boughtCost - soldCost };
}
