import { Router } from "express";

import { inTransaction } from "./database.js";
import { integer, jsonBody, matching, text } from "./forms.js";
import { notFound } from "./problems.js";

const LIST_LIMIT = 50;
const SKU = /^[A-Z0-9-]{1,32}$/;
const FORM = {
  name: text(1, 100),
  price: integer(0, 100_000_000),
  currency: matching(/^[A-Z]{3}$/),
  stock: integer(0, 1_000_000),
};

/** The routes below /products. */
export function createProducts(database, callers) {
  const find = database.prepare("SELECT * FROM products WHERE sku = ?");
  const put = database.prepare(`
    INSERT INTO products (sku, name, price, currency, stock) VALUES (:sku, :name, :price, :currency, :stock)
    ON CONFLICT (sku) DO UPDATE SET name = :name, price = :price, currency = :currency, stock = :stock
  `);
  // Unlike LIKE, instr() knows no wildcards; SQLite's lower() changes ASCII letters only.
  const search = database.prepare(
    "SELECT * FROM products WHERE instr(lower(name), lower(?)) > 0 ORDER BY sku LIMIT ?",
  );
  const router = Router({ caseSensitive: true });

  router.get("/", (request, response) => {
    response.json({ items: search.all(String(request.query.q ?? ""), LIST_LIMIT) });
  });

  router.get("/:sku", (request, response) => {
    const product = find.get(request.params.sku);
    if (!product) throw notFound();
    response.json(product);
  });

  router.put("/:sku", callers.only("staff"), jsonBody(FORM), (request, response) => {
    const { sku } = request.params;
    if (!SKU.test(sku)) throw notFound();
    const product = { sku, ...request.body };
    const isNew = inTransaction(database, () => {
      const known = find.get(sku);
      put.run(product);
      return !known;
    });
    response.status(isNew ? 201 : 200).json(product);
  });

  return router;
}
