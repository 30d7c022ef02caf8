package main

import (
	"context"
	"database/sql"
	"net/url"

	_ "modernc.org/sqlite" // the driver
)

// AUTOINCREMENT never gives a serial number out twice. Cursors are such numbers: if that of a deleted note came back,
// a note created later could turn up behind a cursor from before.
const schema = `
CREATE TABLE IF NOT EXISTS users (
	id TEXT PRIMARY KEY,
	username TEXT NOT NULL UNIQUE,
	password_hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
	digest TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	expires_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires_at);
CREATE TABLE IF NOT EXISTS notes (
	serial INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	user_id TEXT NOT NULL REFERENCES users (id),
	title TEXT NOT NULL,
	content TEXT NOT NULL,
	tags TEXT NOT NULL,
	version INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_by_user ON notes (user_id, serial);
`

// openDatabase opens the file at path, or a database in memory if path is empty, and creates what is missing in it.
func openDatabase(path string) (*sql.DB, error) {
	source := ":memory:"
	if path != "" {
		source = "file:" + (&url.URL{Path: path}).EscapedPath()
	}
	database, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// A second connection would have another database in memory. With only one, transactions also run one at a time.
	database.SetMaxOpenConns(1)
	if _, err := database.Exec(schema); err != nil {
		database.Close()
		return nil, err
	}
	return database, nil
}

// transact runs work while no other transaction runs, and keeps what it wrote if it returns no error.
func transact(ctx context.Context, database *sql.DB, work func(*sql.Tx) error) error {
	tx, err := database.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}
