package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const schema = `
CREATE TABLE IF NOT EXISTS articles (
	id INTEGER PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS article_tags (
	tag TEXT NOT NULL,
	article_id INTEGER NOT NULL,
	PRIMARY KEY (tag, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS tags_of_article ON article_tags (article_id, tag);

CREATE TABLE IF NOT EXISTS signing_keys (
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT;

-- An index without texts of its own: what is taken out has to be told as it was put in.
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
	title, body, content = 'articles', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TRIGGER IF NOT EXISTS article_added AFTER INSERT ON articles BEGIN
	INSERT INTO words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;

CREATE TRIGGER IF NOT EXISTS article_removed AFTER DELETE ON articles BEGIN
	INSERT INTO words (words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
	DELETE FROM article_tags WHERE article_id = old.id;
END;
`

const (
	withWords = `id IN (SELECT rowid FROM words WHERE words MATCH ?)`
	withTag   = `id IN (SELECT article_id FROM article_tags WHERE tag = ?)`
	tagsOf    = `(SELECT json_group_array(tag) FROM (SELECT tag FROM article_tags WHERE article_id = id ORDER BY tag))`
)

// hit is an article that was found; markStart and markEnd stand around occurrences in its texts.
type hit struct {
	position
	title, body string
	tags        []string
}

// store keeps articles and the index of their words.
type store struct {
	db  *sql.DB
	key []byte // signs the cursors of this database
}

// openStore opens the file at path, or a database in memory when path is empty.
func openStore(path string) (*store, error) {
	source := ":memory:"
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		source = (&url.URL{Scheme: "file", Path: absolute}).String()
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one transaction at a time, and one database in memory
	s := &store{db: db}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *store) prepare() error {
	if _, err := s.db.Exec(schema); err != nil {
		return err
	}
	key := make([]byte, 32)
	rand.Read(key)
	if _, err := s.db.Exec(`INSERT OR IGNORE INTO signing_keys VALUES ('cursors', ?)`, key); err != nil {
		return err
	}
	return s.db.QueryRow(`SELECT value FROM signing_keys WHERE name = 'cursors'`).Scan(&s.key)
}

// put creates or replaces an article and tells whether it is new.
func (s *store) put(ctx context.Context, a article) (isNew bool, err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() // without effect after the commit
	isNew, err = remove(ctx, tx, a.Slug)
	if err != nil {
		return false, err
	}
	added, err := tx.ExecContext(ctx, `INSERT INTO articles (slug, title, body) VALUES (?, ?, ?)`, a.Slug, a.Title, a.Body)
	if err != nil {
		return false, err
	}
	id, err := added.LastInsertId()
	if err != nil {
		return false, err
	}
	for _, tag := range a.Tags {
		if _, err := tx.ExecContext(ctx, `INSERT INTO article_tags (tag, article_id) VALUES (?, ?)`, tag, id); err != nil {
			return false, err
		}
	}
	return isNew, tx.Commit()
}

// get returns an article, or errNotFound.
func (s *store) get(ctx context.Context, slug string) (article, error) {
	found := article{Slug: slug}
	var tags string
	row := s.db.QueryRowContext(ctx, `SELECT title, body, `+tagsOf+` FROM articles WHERE slug = ?`, slug)
	err := row.Scan(&found.Title, &found.Body, &tags)
	if errors.Is(err, sql.ErrNoRows) {
		return article{}, errNotFound
	}
	if err != nil {
		return article{}, err
	}
	return found, json.Unmarshal([]byte(tags), &found.Tags)
}

// delete removes an article; errNotFound when there is none.
func (s *store) delete(ctx context.Context, slug string) error {
	missing, err := remove(ctx, s.db, slug)
	if err == nil && missing {
		return errNotFound
	}
	return err
}

// search returns the first hits of a query, or the first after a position.
func (s *store) search(ctx context.Context, q query, after *position, limit int) ([]hit, error) {
	statement, args := searchSQL(q, after, limit)
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hits []hit
	for rows.Next() {
		var h hit
		var tags string
		if err := rows.Scan(&h.slug, &h.score, &h.title, &h.body, &tags); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(tags), &h.tags); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, rows.Err()
}

// searchSQL makes a statement from the numbers of phrases and tags only; they themselves are arguments.
func searchSQL(q query, after *position, limit int) (string, []any) {
	score := "0"
	var args []any
	for _, phrase := range q.phrases {
		score += " + (" + withWords + ")"
		args = append(args, "title : "+phrase)
	}
	var conditions []string
	require := func(condition string, arg string) {
		conditions = append(conditions, condition)
		args = append(args, arg)
	}
	if len(q.phrases) > 0 {
		require(withWords, q.match())
	}
	if len(q.noPhrases) > 0 {
		require("NOT "+withWords, strings.Join(q.noPhrases, " OR "))
	}
	for _, tag := range q.tags {
		require(withTag, tag)
	}
	for _, tag := range q.noTags {
		require("NOT "+withTag, tag)
	}
	place := ""
	if after != nil {
		place = "WHERE (-score, slug) > (?, ?)"
		args = append(args, -after.score, after.slug)
	}
	args = append(args, limit)
	page := `WITH page AS (
		SELECT * FROM (SELECT id, slug, ` + score + ` AS score FROM articles WHERE ` + strings.Join(conditions, " AND ") + `)
		` + place + ` ORDER BY score DESC, slug LIMIT ?
	)`
	// Only the page's articles are marked, each looked up in the index by its id.
	texts := `SELECT slug, score, title, body, ` + tagsOf + ` FROM page JOIN articles USING (id, slug)`
	if len(q.phrases) > 0 {
		texts = `SELECT slug, score, highlight(words, 0, ?, ?), highlight(words, 1, ?, ?), ` + tagsOf + `
			FROM page CROSS JOIN words ON words.rowid = page.id WHERE words MATCH ?`
		args = slices.Concat(args, []any{markStart, markEnd, markStart, markEnd, q.match()})
	}
	return page + texts + ` ORDER BY score DESC, slug`, args
}

// execer is a database or a transaction.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// remove removes an article and tells whether there was none.
func remove(ctx context.Context, db execer, slug string) (missing bool, err error) {
	result, err := db.ExecContext(ctx, `DELETE FROM articles WHERE slug = ?`, slug)
	if err != nil {
		return false, err
	}
	count, err := result.RowsAffected()
	return count == 0, err
}
