import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.service.ts";
import type { Order } from "./ledger.service.ts";
import { Problem } from "./problem.ts";

/** What a client was answered. */
export interface Answer {
  status: number;
  location: string | null;
  body: string;
}

/** The answers that were given to idempotency keys. */
@Injectable()
export class StoredAnswers {
  private readonly find: StatementSync;
  private readonly insert: StatementSync;

  constructor(private readonly database: Database) {
    this.find = database.prepare("SELECT request, status, location, body FROM answers WHERE key = ?");
    this.insert = database.prepare(
      "INSERT INTO answers (key, request, status, location, body) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /**
   * Gives the stored answer of a key, or decides and stores it, in one transaction with what `decide` writes.
   *
   * @throws Problem when the key was used for another order
   */
  answerOnce(key: string, order: Order, decide: () => Answer): { answer: Answer; replayed: boolean } {
    const request = JSON.stringify([order.from, order.to, order.amount]);
    return this.database.transact(() => {
      const stored = this.find.get(key) as unknown as (Answer & { request: string }) | undefined;
      if (stored === undefined) return { answer: this.store(key, request, decide()), replayed: false };
      if (stored.request !== request) throw new Problem("idempotency_key_reused");
      return { answer: stored, replayed: true };
    });
  }

  private store(key: string, request: string, answer: Answer): Answer {
    this.insert.run(key, request, answer.status, answer.location, answer.body);
    return answer;
  }
}
