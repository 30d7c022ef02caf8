import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import { Problem } from "./problem.ts";

const LIST_LIMIT = 50;
const SKU = /^[A-Z0-9-]{1,32}$/;

/** What staff say of a product; the price in minor units, the stock without what orders have reserved. */
export interface ProductFields {
  name: string;
  price: number;
  currency: string;
  stock: number;
}

export interface Product extends ProductFields {
  sku: string;
}

export interface Quantity {
  sku: string;
  quantity: number;
}

@Injectable()
export class ProductsService {
  private readonly select: StatementSync;
  private readonly upsert: StatementSync;
  private readonly selectByName: StatementSync;
  private readonly takeStock: StatementSync;
  private readonly returnStock: StatementSync;

  constructor(private readonly database: DatabaseService) {
    this.select = database.prepare("SELECT * FROM products WHERE sku = ?");
    this.upsert = database.prepare(`
      INSERT INTO products (sku, name, price, currency, stock) VALUES (:sku, :name, :price, :currency, :stock)
      ON CONFLICT (sku) DO UPDATE SET name = :name, price = :price, currency = :currency, stock = :stock
    `);
    // Unlike LIKE, instr() knows no wildcards; SQLite's lower() changes ASCII letters only.
    this.selectByName = database.prepare(
      "SELECT * FROM products WHERE instr(lower(name), lower(?)) > 0 ORDER BY sku LIMIT ?",
    );
    this.takeStock = database.prepare(
      "UPDATE products SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity",
    );
    this.returnStock = database.prepare("UPDATE products SET stock = stock + :quantity WHERE sku = :sku");
  }

  find(sku: string): Product | undefined {
    return this.select.get(sku) as unknown as Product | undefined;
  }

  search(part: string): Product[] {
    return this.selectByName.all(part, LIST_LIMIT) as unknown as Product[];
  }

  /** Creates or replaces a product, and says whether it is new. */
  put(sku: string, { name, price, currency, stock }: ProductFields): { product: Product; isNew: boolean } {
    if (!SKU.test(sku)) throw Problem.notFound();
    const product = { sku, name, price, currency, stock };
    return this.database.transaction(() => {
      const isNew = !this.find(sku);
      this.upsert.run(product);
      return { product, isNew };
    });
  }

  /** Takes all quantities out of stock, or throws a problem that names every lack; to be called in a transaction. */
  reserve(quantities: Quantity[]): void {
    const lacking = quantities.filter(({ sku, quantity }) => this.takeStock.run({ sku, quantity }).changes === 0);
    if (lacking.length > 0) throw Problem.outOfStock(lacking.map(({ sku }) => sku));
  }

  /** Puts quantities back into stock. */
  release(quantities: Quantity[]): void {
    for (const { sku, quantity } of quantities) this.returnStock.run({ sku, quantity });
  }
}
