import { randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.service.ts";
import { Problem } from "./problem.ts";

/** The most that an account can hold, in minor units. */
export const MAX_BALANCE = 1_000_000_000_000_000;

export interface Account {
  id: string;
  currency: string;
  opening_balance: number;
  balance: number;
}

/** What a transfer is asked to do. */
export interface Order {
  from: string;
  to: string;
  amount: number;
}

export interface Transfer extends Order {
  id: string;
  currency: string;
}

export interface Entry {
  transfer_id: string;
  counterparty: string;
  amount: number;
  balance_after: number;
}

export interface EntryPage {
  items: Entry[];
  next_cursor: string | null;
}

/** Accounts, the transfers between them and the entries that these make. */
@Injectable()
export class Ledger {
  private readonly insertAccount: StatementSync;
  private readonly selectAccount: StatementSync;
  private readonly updateBalance: StatementSync;
  private readonly insertTransfer: StatementSync;
  private readonly selectTransfer: StatementSync;
  private readonly insertEntry: StatementSync;
  private readonly selectPosition: StatementSync;
  private readonly selectEntries: StatementSync;

  constructor(database: Database) {
    this.insertAccount = database.prepare(
      "INSERT INTO accounts (id, currency, opening_balance, balance) VALUES (?, ?, ?, ?)",
    );
    this.selectAccount = database.prepare("SELECT id, currency, opening_balance, balance FROM accounts WHERE id = ?");
    this.updateBalance = database.prepare("UPDATE accounts SET balance = ? WHERE id = ?");
    this.insertTransfer = database.prepare(
      "INSERT INTO transfers (id, from_id, to_id, amount, currency) VALUES (?, ?, ?, ?, ?)",
    );
    this.selectTransfer = database.prepare(
      'SELECT id, from_id AS "from", to_id AS "to", amount, currency FROM transfers WHERE id = ?',
    );
    this.insertEntry = database.prepare(
      "INSERT INTO entries (account_id, transfer_id, counterparty, amount, balance_after) VALUES (?, ?, ?, ?, ?)",
    );
    this.selectPosition = database.prepare("SELECT position FROM entries WHERE account_id = ? AND transfer_id = ?");
    this.selectEntries = database.prepare(
      `SELECT transfer_id, counterparty, amount, balance_after FROM entries
       WHERE account_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
    );
  }

  openAccount(currency: string, openingBalance: number): Account {
    const id = randomUUID();
    this.insertAccount.run(id, currency, openingBalance, openingBalance);
    return this.account(id);
  }

  /** @throws Problem when there is no such account */
  account(id: string): Account {
    return found(this.findAccount(id));
  }

  /** @throws Problem when there is no such transfer */
  transfer(id: string): Transfer {
    return found(this.selectTransfer.get(id) as unknown as Transfer | undefined);
  }

  /**
   * Carries a transfer out; to be called in a transaction.
   *
   * @throws Problem when the transfer is refused, before anything is written
   */
  move(order: Order): Transfer {
    const { from, to, amount } = order;
    const { payer, payee } = this.findParties(order);
    const transfer = { id: randomUUID(), from, to, amount, currency: payer.currency };
    this.insertTransfer.run(transfer.id, from, to, amount, transfer.currency);
    this.book(payer, transfer.id, to, -amount);
    this.book(payee, transfer.id, from, amount);
    return transfer;
  }

  /** The position of the entry that ends a page with this `next_cursor`, undefined when it is no cursor. */
  positionOf(accountId: string, cursor: string): number | undefined {
    const row = this.selectPosition.get(accountId, cursor) as { position: number } | undefined;
    return row?.position;
  }

  /**
   * A page of an account's entries, the latest first.
   *
   * @param before only entries at lower positions
   * @throws Problem when there is no such account
   */
  entries(accountId: string, limit: number, before: number = Number.MAX_SAFE_INTEGER): EntryPage {
    this.account(accountId);
    const rows = this.selectEntries.all(accountId, before, limit + 1) as unknown as Entry[];
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next_cursor: last && rows.length > limit ? last.transfer_id : null };
  }

  private findAccount(id: string): Account | undefined {
    return this.selectAccount.get(id) as unknown as Account | undefined;
  }

  /** The two accounts, when nothing forbids the transfer. */
  private findParties({ from, to, amount }: Order): { payer: Account; payee: Account } {
    if (from === to) throw new Problem("same_account");
    const payer = this.findAccount(from);
    const payee = this.findAccount(to);
    if (payer === undefined || payee === undefined) throw new Problem("unknown_account");
    if (payer.currency !== payee.currency) throw new Problem("currency_mismatch");
    if (amount > payer.balance) throw new Problem("insufficient_funds");
    if (payee.balance + amount > MAX_BALANCE) throw new Problem("balance_limit");
    return { payer, payee };
  }

  private book(account: Account, transferId: string, counterparty: string, amount: number): void {
    const balance = account.balance + amount;
    this.updateBalance.run(balance, account.id);
    this.insertEntry.run(account.id, transferId, counterparty, amount, balance);
  }
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw new Problem("not_found");
  return row;
}
