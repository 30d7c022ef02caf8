import { randomUUID } from "node:crypto";

import { Problem } from "./problems.js";

/** The most that an account can hold, in minor units. */
export const MAX_BALANCE = 1_000_000_000_000_000;

/** Accounts, the transfers between them and the entries that these make. */
export class Ledger {
  #insertAccount;
  #findAccount;
  #setBalance;
  #insertTransfer;
  #findTransfer;
  #insertEntry;
  #findPosition;
  #listEntries;

  /** @param {import("node:sqlite").DatabaseSync} database */
  constructor(database) {
    this.#insertAccount = database.prepare(
      "INSERT INTO accounts (id, currency, opening_balance, balance) VALUES (?, ?, ?, ?)",
    );
    this.#findAccount = database.prepare("SELECT id, currency, opening_balance, balance FROM accounts WHERE id = ?");
    this.#setBalance = database.prepare("UPDATE accounts SET balance = ? WHERE id = ?");
    this.#insertTransfer = database.prepare(
      "INSERT INTO transfers (id, from_id, to_id, amount, currency) VALUES (?, ?, ?, ?, ?)",
    );
    this.#findTransfer = database.prepare(
      'SELECT id, from_id AS "from", to_id AS "to", amount, currency FROM transfers WHERE id = ?',
    );
    this.#insertEntry = database.prepare(
      "INSERT INTO entries (account_id, transfer_id, counterparty, amount, balance_after) VALUES (?, ?, ?, ?, ?)",
    );
    this.#findPosition = database.prepare("SELECT position FROM entries WHERE account_id = ? AND transfer_id = ?");
    this.#listEntries = database.prepare(
      `SELECT transfer_id, counterparty, amount, balance_after FROM entries
       WHERE account_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
    );
  }

  /** @param {{currency: string, opening_balance: number}} account */
  openAccount({ currency, opening_balance }) {
    const id = randomUUID();
    this.#insertAccount.run(id, currency, opening_balance, opening_balance);
    return this.account(id);
  }

  /** @throws {Problem} when there is no such account */
  account(id) {
    return found(this.#findAccount.get(id));
  }

  /** @throws {Problem} when there is no such transfer */
  transfer(id) {
    return found(this.#findTransfer.get(id));
  }

  /**
   * Carries a transfer out; to be called in a transaction.
   *
   * @param {{from: string, to: string, amount: number}} order
   * @throws {Problem} when the transfer is refused, before anything is written
   */
  move({ from, to, amount }) {
    const payer = this.#findAccount.get(from);
    const payee = this.#findAccount.get(to);
    refuseForbidden(from, to, amount, payer, payee);

    const transfer = { id: randomUUID(), from, to, amount, currency: payer.currency };
    this.#insertTransfer.run(transfer.id, from, to, amount, transfer.currency);
    this.#book(payer, transfer.id, to, -amount);
    this.#book(payee, transfer.id, from, amount);
    return transfer;
  }

  /** The position of the entry that ends a page with this `next_cursor`, undefined when it is no cursor. */
  positionOf(accountId, cursor) {
    return this.#findPosition.get(accountId, cursor)?.position;
  }

  /**
   * A page of an account's entries, the latest first.
   *
   * @param {string} accountId
   * @param {number} limit
   * @param {number} [before]  only entries at lower positions
   * @throws {Problem} when there is no such account
   */
  entries(accountId, limit, before = Number.MAX_SAFE_INTEGER) {
    this.account(accountId);
    const rows = this.#listEntries.all(accountId, before, limit + 1);
    const items = rows.slice(0, limit);
    return { items, next_cursor: rows.length > limit ? items.at(-1).transfer_id : null };
  }

  #book(account, transferId, counterparty, amount) {
    const balance = account.balance + amount;
    this.#setBalance.run(balance, account.id);
    this.#insertEntry.run(account.id, transferId, counterparty, amount, balance);
  }
}

function refuseForbidden(from, to, amount, payer, payee) {
  if (from === to) throw new Problem("same_account");
  if (payer === undefined || payee === undefined) throw new Problem("unknown_account");
  if (payer.currency !== payee.currency) throw new Problem("currency_mismatch");
  if (amount > payer.balance) throw new Problem("insufficient_funds");
  if (payee.balance + amount > MAX_BALANCE) throw new Problem("balance_limit");
}

function found(row) {
  if (row === undefined) throw new Problem("not_found");
  return row;
}
