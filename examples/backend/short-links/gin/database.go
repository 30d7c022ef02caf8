package main

import (
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A deleted link stays, so that its code stays taken. Times are texts of one form, in which an earlier time is a
// smaller text.
const schema = `
	CREATE TABLE IF NOT EXISTS tenants (
		id TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		key_hash BLOB NOT NULL UNIQUE
	) STRICT;
	CREATE TABLE IF NOT EXISTS links (
		position INTEGER PRIMARY KEY,
		tenant_id TEXT NOT NULL REFERENCES tenants (id),
		code TEXT NOT NULL UNIQUE,
		url TEXT NOT NULL,
		expires_at TEXT,
		hits INTEGER NOT NULL DEFAULT 0,
		deleted INTEGER NOT NULL DEFAULT FALSE
	) STRICT;
	CREATE INDEX IF NOT EXISTS links_by_tenant ON links (tenant_id, position);
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
