import { transact } from "./database.js";
import { Problem } from "./problems.js";

/** The answers that were given to idempotency keys. */
export class StoredAnswers {
  #database;
  #find;
  #insert;

  /** @param {import("node:sqlite").DatabaseSync} database */
  constructor(database) {
    this.#database = database;
    this.#find = database.prepare("SELECT request, status, location, body FROM answers WHERE key = ?");
    this.#insert = database.prepare(
      "INSERT INTO answers (key, request, status, location, body) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /**
   * Gives the stored answer of a key, or decides and stores it, in one transaction with what `decide` writes.
   *
   * @param {string} key
   * @param {{from: string, to: string, amount: number}} order
   * @param {() => {status: number, location: string | null, body: string}} decide
   * @returns {{status: number, location: string | null, body: string, replayed: boolean}}
   * @throws {Problem} when the key was used for another order
   */
  answerOnce(key, { from, to, amount }, decide) {
    const request = JSON.stringify([from, to, amount]);
    return transact(this.#database, () => {
      const stored = this.#find.get(key);
      if (stored === undefined) return this.#store(key, request, decide());
      if (stored.request !== request) throw new Problem("idempotency_key_reused");
      return { ...stored, replayed: true };
    });
  }

  #store(key, request, answer) {
    this.#insert.run(key, request, answer.status, answer.location, answer.body);
    return { ...answer, replayed: false };
  }
}
