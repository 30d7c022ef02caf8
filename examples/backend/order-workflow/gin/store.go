package main

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const schema = `
CREATE TABLE IF NOT EXISTS customers (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	token_digest TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS staff_token (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	digest TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS products (
	sku TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	price INTEGER NOT NULL,
	currency TEXT NOT NULL,
	stock INTEGER NOT NULL CHECK (stock >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
	id INTEGER PRIMARY KEY,
	customer_id INTEGER NOT NULL REFERENCES customers (id),
	status TEXT NOT NULL,
	currency TEXT NOT NULL,
	total INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id, id);
CREATE TABLE IF NOT EXISTS order_lines (
	order_id INTEGER NOT NULL REFERENCES orders (id),
	position INTEGER NOT NULL,
	sku TEXT NOT NULL REFERENCES products (sku),
	quantity INTEGER NOT NULL,
	price INTEGER NOT NULL,
	PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS order_history (
	id INTEGER PRIMARY KEY,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	from_status TEXT,
	to_status TEXT NOT NULL,
	actor TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS history_of_order ON order_history (order_id, id);
`

// store is the database of the shop.
type store struct {
	db *sql.DB
}

// querier is a database or a transaction.
type querier interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
}

// openStore opens an SQLite file and creates what is missing in it.
func openStore(path string) (*store, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Immediate transactions: two of them never read the same stock before either writes.
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(30000)"}}
	source := url.URL{Scheme: "file", Path: absolute, RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &store{db: db}, nil
}

// inTransaction runs work that takes effect as a whole, or not at all if it returns an error.
func (s *store) inTransaction(work func(*sql.Tx) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after the commit
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// collect returns what scan makes of each row of a query; never nil, because JSON has a null for that.
func collect[T any](q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.Query(query, args...)
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
