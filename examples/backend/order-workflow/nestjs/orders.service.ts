import { Injectable } from "@nestjs/common";

import type { Caller } from "./caller.ts";
import { DatabaseService } from "./database.service.ts";
import { type HistoryEntry, type Line, type Order, OrdersRepository, type OrderSummary } from "./orders.repository.ts";
import { Problem } from "./problem.ts";
import { type Product, ProductsService, type Quantity } from "./products.service.ts";
import { type Action, TRANSITIONS, allowedActions, givesStockBack } from "./workflow.ts";

const LIST_LIMIT = 50;
// Fifteen digits are exact in a number, and no shop will need more.
const ORDER_ID = /^[1-9][0-9]{0,14}$/;

/** The rules of the orders. Ids are taken as they stand in the path; what cannot be done is thrown as a Problem. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly database: DatabaseService,
    private readonly orders: OrdersRepository,
    private readonly products: ProductsService,
  ) {}

  /** Whose an order is, is decided here for all routes: nobody else can tell it from one that does not exist. */
  get(caller: Caller, id: string): Order {
    const order = ORDER_ID.test(id) ? this.orders.find(Number(id), caller.customerId) : undefined;
    if (!order) throw Problem.notFound();
    return order;
  }

  list(caller: Caller): OrderSummary[] {
    return this.orders.list(caller.customerId, LIST_LIMIT);
  }

  history(caller: Caller, id: string): HistoryEntry[] {
    return this.orders.history(this.get(caller, id).id);
  }

  /** Drafts an order at the prices of this moment. */
  create(caller: Caller & { customerId: number }, wanted: Quantity[]): Order {
    return this.database.transaction(() => {
      const products = this.productsOf(wanted);
      const lines = wanted.map(({ sku, quantity }, index): Line => {
        const { price } = products[index]!;
        return { sku, quantity, price, amount: price * quantity };
      });
      const order = this.orders.add({
        customer_id: caller.customerId,
        status: "draft",
        currency: products[0]!.currency,
        lines,
        total: lines.reduce((sum, { amount }) => sum + amount, 0),
      });
      this.orders.record(order.id, { from: null, to: order.status, actor: caller.actor });
      return order;
    });
  }

  /** Takes an action, and with it moves stock where the action does. */
  act(caller: Caller, id: string, action: Action): Order {
    const { roles, from, to } = TRANSITIONS[action];
    return this.database.transaction(() => {
      const order = this.get(caller, id);
      const { status, lines } = order;
      if (!roles.includes(caller.role)) throw Problem.forbidden();
      if (!from.includes(status)) throw Problem.illegalTransition(allowedActions(caller.role, status));
      if (action === "place") this.products.reserve(lines);
      if (givesStockBack(status, to)) this.products.release(lines);
      this.orders.setStatus(order.id, to);
      this.orders.record(order.id, { from: status, to, actor: caller.actor });
      return { ...order, status: to };
    });
  }

  private productsOf(wanted: Quantity[]): Product[] {
    const products = wanted.flatMap(({ sku }) => this.products.find(sku) ?? []);
    const skus = new Set(products.map(({ sku }) => sku));
    const currencies = new Set(products.map(({ currency }) => currency));
    if (skus.size < wanted.length || currencies.size > 1) {
      throw Problem.validationFailed({ lines: "must name existing products of one currency, each once" });
    }
    return products;
  }
}
