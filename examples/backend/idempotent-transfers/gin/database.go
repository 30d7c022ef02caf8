package main

import (
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const schema = `
	CREATE TABLE IF NOT EXISTS accounts (
		id TEXT PRIMARY KEY,
		currency TEXT NOT NULL,
		opening_balance INTEGER NOT NULL,
		balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 1000000000000000)
	) STRICT;
	CREATE TABLE IF NOT EXISTS transfers (
		id TEXT PRIMARY KEY,
		from_id TEXT NOT NULL REFERENCES accounts (id),
		to_id TEXT NOT NULL REFERENCES accounts (id),
		amount INTEGER NOT NULL,
		currency TEXT NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS entries (
		position INTEGER PRIMARY KEY,
		account_id TEXT NOT NULL REFERENCES accounts (id),
		transfer_id TEXT NOT NULL REFERENCES transfers (id),
		counterparty TEXT NOT NULL REFERENCES accounts (id),
		amount INTEGER NOT NULL,
		balance_after INTEGER NOT NULL,
		UNIQUE (account_id, transfer_id)
	) STRICT;
	CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account_id, position);
	CREATE TABLE IF NOT EXISTS answers (
		key TEXT PRIMARY KEY,
		from_id TEXT NOT NULL,
		to_id TEXT NOT NULL,
		amount INTEGER NOT NULL,
		status INTEGER NOT NULL,
		location TEXT NOT NULL,
		body BLOB NOT NULL
	) STRICT;
`

// openDatabase opens the database and creates what is missing in it; without a path it is in memory.
func openDatabase(path string) (*sql.DB, error) {
	source := ":memory:"
	if path != "" {
		source = "file:" + (&url.URL{Path: path}).EscapedPath()
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// With one connection transactions come one after the other, and all see the same database in memory.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
