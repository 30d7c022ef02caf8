import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import type { Status } from "./workflow.ts";

export interface OrderSummary {
  id: number;
  status: Status;
  currency: string;
  total: number;
}

export interface Line {
  sku: string;
  quantity: number;
  price: number;
  amount: number;
}

export interface Order extends OrderSummary {
  customer_id: number;
  lines: Line[];
}

export interface HistoryEntry {
  from: Status | null;
  to: Status;
  actor: string;
}

/** Orders in the database. Where it takes a customer's id, nobody else's orders exist; null stands for staff. */
@Injectable()
export class OrdersRepository {
  private readonly insertOrder: StatementSync;
  private readonly insertLine: StatementSync;
  private readonly insertHistory: StatementSync;
  private readonly updateStatus: StatementSync;
  private readonly selectOrder: StatementSync;
  private readonly selectOrders: StatementSync;
  private readonly selectLines: StatementSync;
  private readonly selectHistory: StatementSync;

  constructor(database: DatabaseService) {
    this.insertOrder = database.prepare(
      "INSERT INTO orders (customer_id, status, currency, total) VALUES (:customer_id, :status, :currency, :total)",
    );
    this.insertLine = database.prepare(
      "INSERT INTO order_lines (order_id, position, sku, quantity, price) VALUES (?, ?, ?, ?, ?)",
    );
    this.insertHistory = database.prepare(
      "INSERT INTO order_history (order_id, from_status, to_status, actor) VALUES (?, ?, ?, ?)",
    );
    this.updateStatus = database.prepare("UPDATE orders SET status = ? WHERE id = ?");
    this.selectOrder = database.prepare(
      "SELECT * FROM orders WHERE id = :id AND (:customer IS NULL OR customer_id = :customer)",
    );
    this.selectOrders = database.prepare(`
      SELECT id, status, currency, total FROM orders
      WHERE :customer IS NULL OR customer_id = :customer ORDER BY id DESC LIMIT :limit
    `);
    this.selectLines = database.prepare(
      "SELECT sku, quantity, price, amount FROM order_lines WHERE order_id = ? ORDER BY position",
    );
    this.selectHistory = database.prepare(
      'SELECT from_status AS "from", to_status AS "to", actor FROM order_history WHERE order_id = ? ORDER BY id',
    );
  }

  find(id: number, customer: number | null): Order | undefined {
    const order = this.selectOrder.get({ id, customer });
    return order && ({ ...order, lines: this.selectLines.all(id) } as unknown as Order);
  }

  list(customer: number | null, limit: number): OrderSummary[] {
    return this.selectOrders.all({ customer, limit }) as unknown as OrderSummary[];
  }

  history(id: number): HistoryEntry[] {
    return this.selectHistory.all(id) as unknown as HistoryEntry[];
  }

  /** Adds an order with its lines, without any history yet. */
  add({ lines, ...order }: Omit<Order, "id">): Order {
    const id = Number(this.insertOrder.run(order).lastInsertRowid);
    lines.forEach(({ sku, quantity, price }, position) => this.insertLine.run(id, position, sku, quantity, price));
    return { id, ...order, lines };
  }

  setStatus(id: number, status: Status): void {
    this.updateStatus.run(status, id);
  }

  record(id: number, { from, to, actor }: HistoryEntry): void {
    this.insertHistory.run(id, from, to, actor);
  }
}
