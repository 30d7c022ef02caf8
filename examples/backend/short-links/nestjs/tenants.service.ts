import { hash, randomBytes, randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.service.ts";

const KEY_BYTES = 32;

/** A tenant as it is seen once, when it signs up. */
export interface Tenant {
  id: string;
  name: string;
  api_key: string;
}

/** The tenants, of whose keys only hashes are stored. */
@Injectable()
export class Tenants {
  private readonly insert: StatementSync;
  private readonly findByKeyHash: StatementSync;

  constructor(database: Database) {
    this.insert = database.prepare("INSERT INTO tenants (id, name, key_hash) VALUES (?, ?, ?)");
    this.findByKeyHash = database.prepare("SELECT id FROM tenants WHERE key_hash = ?");
  }

  add(name: string): Tenant {
    const tenant = { id: randomUUID(), name, api_key: randomBytes(KEY_BYTES).toString("base64url") };
    this.insert.run(tenant.id, name, hashKey(tenant.api_key));
    return tenant;
  }

  /** The id of the tenant with that key, undefined when there is none. */
  idOf(key: string): string | undefined {
    const tenant = this.findByKeyHash.get(hashKey(key)) as { id: string } | undefined;
    return tenant?.id;
  }
}

/** A key is random and long, so unlike a password it needs neither salt nor a slow hash. */
function hashKey(key: string): string {
  return hash("sha256", key);
}
