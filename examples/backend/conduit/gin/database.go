package main

import (
	"database/sql"
	"errors"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const schema = `
	CREATE TABLE IF NOT EXISTS users (
		id INTEGER PRIMARY KEY,
		username TEXT NOT NULL UNIQUE COLLATE NOCASE,
		email TEXT NOT NULL UNIQUE COLLATE NOCASE,
		password_hash TEXT NOT NULL,
		bio TEXT,
		image TEXT
	) STRICT;
	CREATE TABLE IF NOT EXISTS follows (
		follower_id INTEGER NOT NULL REFERENCES users (id),
		followed_id INTEGER NOT NULL REFERENCES users (id),
		PRIMARY KEY (follower_id, followed_id)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS articles (
		id INTEGER PRIMARY KEY,
		slug TEXT NOT NULL UNIQUE,
		title TEXT NOT NULL,
		description TEXT NOT NULL,
		body TEXT NOT NULL,
		created_at TEXT NOT NULL,
		updated_at TEXT NOT NULL,
		author_id INTEGER NOT NULL REFERENCES users (id)
	) STRICT;
	CREATE INDEX IF NOT EXISTS articles_of_author ON articles (author_id);
	CREATE TABLE IF NOT EXISTS tags (
		article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
		position INTEGER NOT NULL,
		tag TEXT NOT NULL,
		PRIMARY KEY (article_id, position)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS articles_of_tag ON tags (tag, article_id);
	CREATE TABLE IF NOT EXISTS favorites (
		article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
		user_id INTEGER NOT NULL REFERENCES users (id),
		PRIMARY KEY (article_id, user_id)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS comments (
		id INTEGER PRIMARY KEY,
		article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
		author_id INTEGER NOT NULL REFERENCES users (id),
		body TEXT NOT NULL,
		created_at TEXT NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS comments_of_article ON comments (article_id);
`

// openDatabase opens the file and creates what is missing in it.
func openDatabase(path string) (*sql.DB, error) {
	options := url.Values{
		"_pragma": {"busy_timeout(30000)", "foreign_keys(1)", "journal_mode(wal)"},
		"_txlock": {"immediate"},
	}
	source := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return nil, err
	}
	// With one connection transactions wait for each other here and not in SQLite.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// inTx calls work with a transaction that is kept unless work fails.
func inTx[T any](db *sql.DB, work func(*sql.Tx) (T, error)) (result T, err error) {
	tx, err := db.Begin()
	if err != nil {
		return result, err
	}
	defer tx.Rollback() // without effect after the commit
	if result, err = work(tx); err != nil {
		return result, err
	}
	return result, tx.Commit()
}

// collect reads all rows, each by a function that is given their Scan.
func collect[T any](rows *sql.Rows, read func(scan func(...any) error) (T, error)) ([]T, error) {
	defer rows.Close()
	found := []T{}
	for rows.Next() {
		item, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		found = append(found, item)
	}
	return found, rows.Err()
}

// orMissing replaces the error of a query that found nothing.
func orMissing(err error, missing *apiError) error {
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return err
}

// now is the time as the API writes it.
func now() string {
	return time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
}
