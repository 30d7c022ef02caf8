import { createHmac, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { Inject, Injectable } from "@nestjs/common";

import type { Place } from "./articles.repository.ts";
import { DATABASE } from "./database.ts";

/** Makes and reads cursors, which are places in the answer to one query and signed with the database's key. */
@Injectable()
export class Cursors {
  private readonly key: Uint8Array;

  constructor(@Inject(DATABASE) database: DatabaseSync) {
    const row = database.prepare("SELECT value FROM settings WHERE name = 'cursor key'").get();
    this.key = row?.["value"] as Uint8Array;
  }

  issue(query: string, { score, slug }: Place): string {
    return `${this.sign(query, `${score}_${slug}`)}_${score}_${slug}`;
  }

  /** The place, or undefined when the cursor was not issued for this query. */
  read(query: string, cursor: string): Place | undefined {
    const [signature = "", ...place] = cursor.split("_");
    if (!isEqual(signature, this.sign(query, place.join("_")))) return undefined;
    const [score, slug = ""] = place;
    return { score: Number(score), slug };
  }

  private sign(query: string, place: string): string {
    return createHmac("sha256", this.key).update(JSON.stringify([query, place])).digest("hex");
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b); // which throws when lengths differ
}
