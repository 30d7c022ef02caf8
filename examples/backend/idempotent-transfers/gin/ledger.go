package main

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"math"
)

const (
	// maxBalance is the most that an account can hold, in minor units.
	maxBalance = 1_000_000_000_000_000
	// noPosition is above the positions of all entries.
	noPosition = math.MaxInt64
)

type account struct {
	ID             string `json:"id"`
	Currency       string `json:"currency"`
	OpeningBalance int64  `json:"opening_balance"`
	Balance        int64  `json:"balance"`
}

// order is what a transfer is asked to do.
type order struct {
	from, to string
	amount   int64
}

type transfer struct {
	ID       string `json:"id"`
	From     string `json:"from"`
	To       string `json:"to"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type entry struct {
	TransferID   string `json:"transfer_id"`
	Counterparty string `json:"counterparty"`
	Amount       int64  `json:"amount"`
	BalanceAfter int64  `json:"balance_after"`
}

type entryPage struct {
	Items      []entry `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// ledger is what a transaction sees of accounts, transfers, entries and stored answers.
type ledger struct {
	tx *sql.Tx
}

func (l ledger) openAccount(currency string, openingBalance int64) (account, error) {
	opened := account{rand.Text(), currency, openingBalance, openingBalance}
	_, err := l.tx.Exec("INSERT INTO accounts (id, currency, opening_balance, balance) VALUES (?, ?, ?, ?)",
		opened.ID, opened.Currency, opened.OpeningBalance, opened.Balance)
	return opened, err
}

func (l ledger) account(id string) (account, error) {
	var a account
	err := l.tx.QueryRow("SELECT id, currency, opening_balance, balance FROM accounts WHERE id = ?", id).
		Scan(&a.ID, &a.Currency, &a.OpeningBalance, &a.Balance)
	return a, noRowsAs(errNotFound, err)
}

func (l ledger) transfer(id string) (transfer, error) {
	var t transfer
	err := l.tx.QueryRow("SELECT id, from_id, to_id, amount, currency FROM transfers WHERE id = ?", id).
		Scan(&t.ID, &t.From, &t.To, &t.Amount, &t.Currency)
	return t, noRowsAs(errNotFound, err)
}

// move carries a transfer out, or refuses it with a problem before anything is written.
func (l ledger) move(wanted order) (transfer, error) {
	payer, payee, err := l.parties(wanted)
	if err != nil {
		return transfer{}, err
	}
	made := transfer{rand.Text(), payer.ID, payee.ID, wanted.amount, payer.Currency}
	_, err = l.tx.Exec("INSERT INTO transfers (id, from_id, to_id, amount, currency) VALUES (?, ?, ?, ?, ?)",
		made.ID, made.From, made.To, made.Amount, made.Currency)
	if err != nil {
		return transfer{}, err
	}
	return made, errors.Join(
		l.book(payer, entry{made.ID, payee.ID, -made.Amount, payer.Balance - made.Amount}),
		l.book(payee, entry{made.ID, payer.ID, made.Amount, payee.Balance + made.Amount}),
	)
}

// parties finds the two accounts of a transfer that nothing forbids.
func (l ledger) parties(wanted order) (payer, payee account, err error) {
	if wanted.from == wanted.to {
		return payer, payee, errSameAccount
	}
	if payer, err = l.account(wanted.from); err == nil {
		payee, err = l.account(wanted.to)
	}
	if errors.Is(err, errNotFound) {
		return payer, payee, errUnknownAccount
	}
	if err != nil {
		return payer, payee, err
	}
	return payer, payee, refuse(payer, payee, wanted.amount)
}

// refuse says why the money can't go from one account to the other; nil when it can.
func refuse(payer, payee account, amount int64) error {
	switch {
	case payer.Currency != payee.Currency:
		return errCurrencyMismatch
	case amount > payer.Balance:
		return errInsufficientFunds
	case payee.Balance+amount > maxBalance:
		return errBalanceLimit
	}
	return nil
}

func (l ledger) book(of account, made entry) error {
	_, err := l.tx.Exec("UPDATE accounts SET balance = ? WHERE id = ?", made.BalanceAfter, of.ID)
	if err != nil {
		return err
	}
	_, err = l.tx.Exec(
		"INSERT INTO entries (account_id, transfer_id, counterparty, amount, balance_after) VALUES (?, ?, ?, ?, ?)",
		of.ID, made.TransferID, made.Counterparty, made.Amount, made.BalanceAfter)
	return err
}

// positionOf finds the entry that ends a page with this next_cursor; 0 when it is no cursor.
func (l ledger) positionOf(accountID, cursor string) (position int64, err error) {
	err = l.tx.QueryRow("SELECT position FROM entries WHERE account_id = ? AND transfer_id = ?", accountID, cursor).
		Scan(&position)
	return position, noRowsAs(nil, err)
}

// entries lists the latest entries of an account whose position is lower than before.
func (l ledger) entries(accountID string, limit int, before int64) (entryPage, error) {
	if _, err := l.account(accountID); err != nil {
		return entryPage{}, err
	}
	rows, err := l.tx.Query(`SELECT transfer_id, counterparty, amount, balance_after FROM entries
		WHERE account_id = ? AND position < ? ORDER BY position DESC LIMIT ?`, accountID, before, limit+1)
	if err != nil {
		return entryPage{}, err
	}
	defer rows.Close()
	page := entryPage{Items: []entry{}}
	for rows.Next() {
		if len(page.Items) == limit {
			page.NextCursor = &page.Items[limit-1].TransferID
			break
		}
		var e entry
		if err := rows.Scan(&e.TransferID, &e.Counterparty, &e.Amount, &e.BalanceAfter); err != nil {
			return entryPage{}, err
		}
		page.Items = append(page.Items, e)
	}
	return page, rows.Err()
}

// noRowsAs replaces the error of a query that found nothing.
func noRowsAs(replacement, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return replacement
	}
	return err
}
