import { hash, randomBytes, randomUUID } from "node:crypto";

const KEY_BYTES = 32;

/** The tenants, of whose keys only hashes are stored. */
export class Tenants {
  #insert;
  #findByKeyHash;

  /** @param {import("node:sqlite").DatabaseSync} database */
  constructor(database) {
    this.#insert = database.prepare("INSERT INTO tenants (id, name, key_hash) VALUES (?, ?, ?)");
    this.#findByKeyHash = database.prepare("SELECT id FROM tenants WHERE key_hash = ?");
  }

  /** A new tenant; only here its key is seen. */
  add(name) {
    const tenant = { id: randomUUID(), name, api_key: randomBytes(KEY_BYTES).toString("base64url") };
    this.#insert.run(tenant.id, name, hashKey(tenant.api_key));
    return tenant;
  }

  /** The id of the tenant with that key, undefined when there is none. */
  idOf(key) {
    return this.#findByKeyHash.get(hashKey(key))?.id;
  }
}

/** A key is random and long, so unlike a password it needs neither salt nor a slow hash. */
function hashKey(key) {
  return hash("sha256", key);
}
