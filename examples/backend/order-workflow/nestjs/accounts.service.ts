import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Inject, Injectable } from "@nestjs/common";

import { Caller } from "./caller.ts";
import { DatabaseService } from "./database.service.ts";
import { Problem } from "./problem.ts";

/** The token of the staff token that is configured, or "". */
export const STAFF_TOKEN = Symbol("STAFF_TOKEN");

export interface Registration {
  id: number;
  name: string;
  token: string;
}

/** Everything about tokens; the database holds only their digests. */
@Injectable()
export class AccountsService {
  private readonly findCustomer: StatementSync;
  private readonly addCustomer: StatementSync;
  private readonly findClaimed: StatementSync;
  private readonly addClaimed: StatementSync;

  constructor(
    private readonly database: DatabaseService,
    @Inject(STAFF_TOKEN) private readonly staffToken: string,
  ) {
    this.findCustomer = database.prepare("SELECT id FROM customers WHERE token_digest = ?");
    this.addCustomer = database.prepare("INSERT INTO customers (name, token_digest) VALUES (?, ?)");
    this.findClaimed = database.prepare("SELECT digest FROM staff_token");
    this.addClaimed = database.prepare("INSERT INTO staff_token (id, digest) VALUES (1, ?)");
  }

  ownerOf(token: string): Caller | undefined {
    const presented = digest(token);
    const staff = this.staffDigest();
    if (staff && timingSafeEqual(Buffer.from(presented), Buffer.from(staff))) return new Caller(null);
    const customer = this.findCustomer.get(presented);
    return customer && new Caller(Number(customer["id"]));
  }

  /** Makes a customer; the token is told here and never again. */
  register(name: string): Registration {
    const token = newToken();
    const { lastInsertRowid } = this.addCustomer.run(name, digest(token));
    return { id: Number(lastInsertRowid), name, token };
  }

  /** Makes the staff token, for whoever is the first to ask. */
  claim(): string {
    const token = newToken();
    this.database.transaction(() => {
      if (this.staffDigest()) throw Problem.alreadyClaimed();
      this.addClaimed.run(digest(token));
    });
    return token;
  }

  private staffDigest(): string | undefined {
    if (this.staffToken) return digest(this.staffToken);
    return this.findClaimed.get()?.["digest"]?.toString();
  }
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

// Tokens have so many random bits that a plain hash can't be guessed backwards.
function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
