package main

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const schema = `
CREATE TABLE IF NOT EXISTS documents (
	id TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	deleted INTEGER NOT NULL DEFAULT FALSE
) STRICT;

CREATE TABLE IF NOT EXISTS versions (
	document_id TEXT NOT NULL REFERENCES documents (id),
	version INTEGER NOT NULL,
	title TEXT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (document_id, version)
) STRICT, WITHOUT ROWID;
`

type document struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Content string `json:"content"`
	Version int64  `json:"version"`
}

// version is one entry of a document's history.
type version struct {
	Version int64  `json:"version"`
	Title   string `json:"title"`
	Content string `json:"content"`
}

// store keeps documents and all their versions; the text of a document is the one of its current version.
// In its methods ifMatch is the value of the header, nil without one, and what cannot be done is a *problem.
type store struct {
	db *sql.DB
}

// openStore opens the file at path, or a database in memory when path is empty.
func openStore(path string) (*store, error) {
	source, err := dataSource(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// One connection makes transactions follow one another, and a database in memory has only that one.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &store{db: db}, nil
}

// dataSource escapes a path, in which the driver would take a question mark for the beginning of its options.
func dataSource(path string) (string, error) {
	if path == "" {
		return ":memory:", nil
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return (&url.URL{Scheme: "file", Path: absolute}).String(), nil
}

func (s *store) close() error {
	return s.db.Close()
}

func (s *store) get(id string) (document, error) {
	return existing(live(s.db, id))
}

func (s *store) create(id string, texts fields) (document, error) {
	created := document{ID: id, Title: *texts.title, Content: *texts.content, Version: 1}
	return created, s.inTransaction(func(tx *sql.Tx) error {
		current, err := live(tx, id)
		if err != nil {
			return err
		}
		if current != nil {
			return errPreconditionFailed
		}
		if _, err := tx.Exec(`INSERT INTO documents (id, version) VALUES (?, ?)`, id, created.Version); err != nil {
			return err
		}
		return addVersion(tx, created)
	})
}

func (s *store) replace(id string, texts fields, ifMatch *string) (revised document, err error) {
	err = s.inTransaction(func(tx *sql.Tx) error {
		current, err := live(tx, id)
		if err != nil {
			return err
		}
		if err := requireMatch(ifMatch, current); err != nil {
			return err
		}
		revised, err = revise(tx, *current, texts)
		return err
	})
	return revised, err
}

func (s *store) change(id string, changes fields, ifMatch *string) (revised document, err error) {
	err = s.inTransaction(func(tx *sql.Tx) error {
		current, err := existing(live(tx, id))
		if err != nil {
			return err
		}
		if err := requireMatch(ifMatch, &current); err != nil {
			return err
		}
		revised, err = revise(tx, current, changes)
		return err
	})
	return revised, err
}

func (s *store) delete(id string, ifMatch *string) error {
	return s.inTransaction(func(tx *sql.Tx) error {
		current, err := existing(live(tx, id))
		if err != nil {
			return err
		}
		if err := requireMatch(ifMatch, &current); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE documents SET deleted = TRUE WHERE id = ?`, id)
		return err
	})
}

func (s *store) restore(id string) (restored document, err error) {
	err = s.inTransaction(func(tx *sql.Tx) error {
		current, deleted, err := find(tx, id)
		if err != nil {
			return err
		}
		if current == nil {
			return errNotFound
		}
		if !deleted {
			return errNotDeleted
		}
		restored, err = revise(tx, *current, fields{})
		return err
	})
	return restored, err
}

// versions returns all versions of a document, the oldest first.
func (s *store) versions(id string) ([]version, error) {
	rows, err := s.db.Query(
		`SELECT version, title, content FROM versions WHERE document_id = ? ORDER BY version`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var versions []version
	for rows.Next() {
		var v version
		if err := rows.Scan(&v.Version, &v.Title, &v.Content); err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, errNotFound
	}
	return versions, nil
}

func (s *store) version(id string, number int64) (version, error) {
	v := version{Version: number}
	err := s.db.QueryRow(
		`SELECT title, content FROM versions WHERE document_id = ? AND version = ?`, id, number,
	).Scan(&v.Title, &v.Content)
	if errors.Is(err, sql.ErrNoRows) {
		return version{}, errNotFound
	}
	return v, err
}

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

// querier is a database or a transaction.
type querier interface {
	QueryRow(query string, args ...any) *sql.Row
}

// find returns a document and whether it is deleted, or nil when it was never created.
func find(q querier, id string) (doc *document, deleted bool, err error) {
	doc = &document{ID: id}
	err = q.QueryRow(
		`SELECT title, content, version, deleted
		FROM documents JOIN versions USING (version) WHERE id = ? AND document_id = id`, id,
	).Scan(&doc.Title, &doc.Content, &doc.Version, &deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return doc, deleted, err
}

// live is find with an error for a deleted document.
func live(q querier, id string) (*document, error) {
	doc, deleted, err := find(q, id)
	if err == nil && deleted {
		return nil, errDeleted
	}
	return doc, err
}

// existing wraps a call of live and adds an error for a document that was never created.
func existing(doc *document, err error) (document, error) {
	if err != nil {
		return document{}, err
	}
	if doc == nil {
		return document{}, errNotFound
	}
	return *doc, nil
}

func requireMatch(ifMatch *string, current *document) error {
	if ifMatch == nil {
		return errPreconditionRequired
	}
	if current == nil || !matchesStrongly(*ifMatch, entityTag(current.Version)) {
		return errPreconditionFailed
	}
	return nil
}

// revise adds a version with the changes and makes it the current one of a document that is live again.
func revise(tx *sql.Tx, doc document, changes fields) (document, error) {
	doc.Version++
	if changes.title != nil {
		doc.Title = *changes.title
	}
	if changes.content != nil {
		doc.Content = *changes.content
	}
	if err := addVersion(tx, doc); err != nil {
		return document{}, err
	}
	_, err := tx.Exec(`UPDATE documents SET version = ?, deleted = FALSE WHERE id = ?`, doc.Version, doc.ID)
	return doc, err
}

func addVersion(tx *sql.Tx, doc document) error {
	_, err := tx.Exec(`INSERT INTO versions (document_id, version, title, content) VALUES (?, ?, ?, ?)`,
		doc.ID, doc.Version, doc.Title, doc.Content)
	return err
}
