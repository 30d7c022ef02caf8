import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

import { inTransaction } from "./database.js";
import { alreadyClaimed, forbidden, unauthorized } from "./problems.js";

const BEARER = /^bearer (.+)$/i;

/**
 * @typedef {object} Caller
 * @property {"customer" | "staff"} role
 * @property {number | null} customerId   null for staff
 * @property {string} actor               the caller's name in the history of orders
 */

/** Everything about tokens; a database holds only their digests. */
export function createCallers(database, staffToken) {
  const configured = staffToken ? digest(staffToken) : undefined;
  const findCustomer = database.prepare("SELECT id FROM customers WHERE token_digest = ?");
  const addCustomer = database.prepare("INSERT INTO customers (name, token_digest) VALUES (?, ?)");
  const findClaimed = database.prepare("SELECT digest FROM staff_token");
  const addClaimed = database.prepare("INSERT INTO staff_token (id, digest) VALUES (1, ?)");

  /** @returns {Caller | undefined} */
  function ownerOf(token) {
    const presented = digest(token);
    const staff = configured ?? findClaimed.get()?.digest;
    if (staff && timingSafeEqual(Buffer.from(presented), Buffer.from(staff))) {
      return { role: "staff", customerId: null, actor: "staff" };
    }
    const customer = findCustomer.get(presented);
    return customer && { role: "customer", customerId: customer.id, actor: `customer:${customer.id}` };
  }

  return {
    /** Middleware that leaves the Caller in `request.caller`, or refuses who has none of the roles. */
    only: (...roles) => (request, response, next) => {
      const [, token] = BEARER.exec(request.get("Authorization") ?? "") ?? [];
      const caller = token && ownerOf(token);
      if (!caller) throw unauthorized();
      if (!roles.includes(caller.role)) throw forbidden();
      request.caller = caller;
      next();
    },

    /** Makes a customer; the token is told here and never again. */
    register(name) {
      const token = newToken();
      const { lastInsertRowid } = addCustomer.run(name, digest(token));
      return { id: Number(lastInsertRowid), name, token };
    },

    /** Makes the staff token, for whoever is the first to ask. */
    claim() {
      const token = newToken();
      inTransaction(database, () => {
        if (configured || findClaimed.get()) throw alreadyClaimed();
        addClaimed.run(digest(token));
      });
      return token;
    },
  };
}

function newToken() {
  return randomBytes(32).toString("base64url");
}

// Tokens have so many random bits that a plain hash can't be guessed backwards.
function digest(token) {
  return createHash("sha256").update(token).digest("hex");
}
