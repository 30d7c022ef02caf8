package main

import (
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Roles are stored as numbers that rise with the rights.
const schema = `
	CREATE TABLE IF NOT EXISTS users (
		id INTEGER PRIMARY KEY,
		name TEXT NOT NULL UNIQUE,
		token_digest BLOB NOT NULL UNIQUE
	) STRICT;
	CREATE TABLE IF NOT EXISTS workspaces (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		name TEXT NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS members (
		position INTEGER PRIMARY KEY,
		workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
		user_id INTEGER NOT NULL REFERENCES users (id),
		role INTEGER NOT NULL,
		UNIQUE (workspace_id, user_id)
	) STRICT;
	CREATE TABLE IF NOT EXISTS projects (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
		name TEXT NOT NULL,
		UNIQUE (workspace_id, name)
	) STRICT;
`

// openDatabase opens the file at path, or a database in memory, and creates what is missing in it.
func openDatabase(path string) (*sql.DB, error) {
	source := url.URL{Scheme: "file", Opaque: ":memory:", RawQuery: "_pragma=foreign_keys(1)"}
	if path != "" {
		source.Opaque = (&url.URL{Path: path}).EscapedPath()
	}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return nil, err
	}
	// With one connection each transaction runs alone, and all share the database in memory.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// inTransaction runs work that takes effect as a whole; what it wrote is undone when it returns an error.
func inTransaction(db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after the commit
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// unlessNoRows replaces the error of a query that has found nothing.
func unlessNoRows(err, replacement error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return replacement
	}
	return err
}

// changedOrElse passes on the error of a statement, or returns conflict if the statement has changed nothing.
func changedOrElse(conflict error, result sql.Result, err error) error {
	if err != nil {
		return err
	}
	// This driver always knows the number.
	if changed, _ := result.RowsAffected(); changed == 0 {
		return conflict
	}
	return nil
}

// collect reads all rows of a query; the result is not nil, so that it becomes an array in JSON.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}
