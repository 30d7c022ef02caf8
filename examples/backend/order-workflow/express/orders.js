import { Router } from "express";

import { inTransaction } from "./database.js";
import { integer, jsonBody, listOf, matching, text } from "./forms.js";
import { forbidden, illegalTransition, notFound, outOfStock, validationFailed } from "./problems.js";
import { TRANSITIONS, allowedActions, givesStockBack } from "./workflow.js";

const LIST_LIMIT = 50;
// Fifteen digits are exact in a number, and no shop will need more.
const ORDER_ID = /^[1-9][0-9]{0,14}$/;
const NEW_ORDER = { lines: listOf({ sku: text(1, 32), quantity: integer(1, 1000) }, 1, 20) };
const NEW_TRANSITION = { action: matching(new RegExp(`^(${[...TRANSITIONS.keys()].join("|")})$`)) };

/** The routes below /orders. */
export function createOrders(database, callers) {
  const store = createStore(database);
  const router = Router({ caseSensitive: true });
  const anyone = callers.only("customer", "staff");

  router.get("/", anyone, (request, response) => {
    response.json({ items: store.list(request.caller) });
  });

  router.post("/", callers.only("customer"), jsonBody(NEW_ORDER), (request, response) => {
    const order = store.create(request.caller, request.body.lines);
    response.status(201).location(`/orders/${order.id}`).json(order);
  });

  router.get("/:id", anyone, (request, response) => {
    response.json(store.get(request.caller, request.params.id));
  });

  router.get("/:id/history", anyone, (request, response) => {
    response.json({ items: store.history(request.caller, request.params.id) });
  });

  router.post("/:id/transitions", anyone, jsonBody(NEW_TRANSITION), (request, response) => {
    response.json(store.act(request.caller, request.params.id, request.body.action));
  });

  return router;
}

/** Orders in the database. Ids are taken as they stand in the path; what cannot be done is thrown as a Problem. */
function createStore(database) {
  const findProduct = database.prepare("SELECT * FROM products WHERE sku = ?");
  const takeStock = database.prepare(
    "UPDATE products SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity",
  );
  const returnStock = database.prepare("UPDATE products SET stock = stock + :quantity WHERE sku = :sku");
  const addOrder = database.prepare(
    "INSERT INTO orders (customer_id, status, currency, total) VALUES (?, 'draft', ?, ?)",
  );
  const addLine = database.prepare(
    "INSERT INTO order_lines (order_id, position, sku, quantity, price) VALUES (?, ?, ?, ?, ?)",
  );
  const addHistory = database.prepare(
    "INSERT INTO order_history (order_id, from_status, to_status, actor) VALUES (?, ?, ?, ?)",
  );
  const setStatus = database.prepare("UPDATE orders SET status = ? WHERE id = ?");
  const findOrder = database.prepare(
    "SELECT * FROM orders WHERE id = :id AND (:customer IS NULL OR customer_id = :customer)",
  );
  const listOrders = database.prepare(`
    SELECT id, status, currency, total FROM orders
    WHERE :customer IS NULL OR customer_id = :customer ORDER BY id DESC LIMIT :limit
  `);
  const listLines = database.prepare(
    "SELECT sku, quantity, price, amount FROM order_lines WHERE order_id = ? ORDER BY position",
  );
  const listHistory = database.prepare(
    'SELECT from_status AS "from", to_status AS "to", actor FROM order_history WHERE order_id = ? ORDER BY id',
  );

  /** Whose an order is, is decided here for all routes: nobody else can tell it from one that does not exist. */
  function get(caller, id) {
    const order = ORDER_ID.test(id) && findOrder.get({ id: Number(id), customer: caller.customerId });
    if (!order) throw notFound();
    return { ...order, lines: listLines.all(order.id) };
  }

  function priced(wanted) {
    const lines = wanted.map((line) => ({ ...line, product: findProduct.get(line.sku) }));
    const skus = new Set(wanted.map(({ sku }) => sku));
    const currencies = new Set(lines.map(({ product }) => product?.currency));
    if (skus.size < wanted.length || currencies.size > 1 || currencies.has(undefined)) {
      throw validationFailed({ lines: "must name existing products of one currency, each once" });
    }
    return lines.map(({ sku, quantity, product }) => ({ sku, quantity, price: product.price }));
  }

  function create(caller, wanted) {
    const lines = priced(wanted);
    const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    const { currency } = findProduct.get(lines[0].sku);
    const id = Number(addOrder.run(caller.customerId, currency, total).lastInsertRowid);
    lines.forEach(({ sku, quantity, price }, position) => addLine.run(id, position, sku, quantity, price));
    addHistory.run(id, null, "draft", caller.actor);
    return get(caller, String(id));
  }

  function reserve(lines) {
    const lacking = lines.filter(({ sku, quantity }) => takeStock.run({ sku, quantity }).changes === 0);
    if (lacking.length > 0) throw outOfStock(lacking.map(({ sku }) => sku));
  }

  function act(caller, id, action) {
    const { roles, from, to } = TRANSITIONS.get(action);
    const order = get(caller, id);
    if (!roles.includes(caller.role)) throw forbidden();
    if (!from.includes(order.status)) throw illegalTransition(allowedActions(caller.role, order.status));
    if (action === "place") reserve(order.lines);
    if (givesStockBack(order.status, to)) {
      for (const { sku, quantity } of order.lines) returnStock.run({ sku, quantity });
    }
    setStatus.run(to, order.id);
    addHistory.run(order.id, order.status, to, caller.actor);
    return { ...order, status: to };
  }

  return {
    get,
    list: (caller) => listOrders.all({ customer: caller.customerId, limit: LIST_LIMIT }),
    history: (caller, id) => listHistory.all(get(caller, id).id),
    create: (caller, lines) => inTransaction(database, () => create(caller, lines)),
    act: (caller, id, action) => inTransaction(database, () => act(caller, id, action)),
  };
}
