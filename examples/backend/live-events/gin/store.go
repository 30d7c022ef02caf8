package main

import (
	"cmp"
	"database/sql"
	"errors"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// The row of a deleted channel stays, so that no id is ever given twice.
const schema = `
CREATE TABLE IF NOT EXISTS channels (
	name TEXT PRIMARY KEY,
	last_id INTEGER NOT NULL DEFAULT 0,
	is_open INTEGER NOT NULL DEFAULT TRUE
) STRICT;

CREATE TABLE IF NOT EXISTS messages (
	channel TEXT NOT NULL REFERENCES channels (name),
	id INTEGER NOT NULL,
	event TEXT NOT NULL,
	data TEXT NOT NULL,
	PRIMARY KEY (channel, id)
) STRICT;
`

// message is a message as publishers see it.
type message struct {
	ID    int64  `json:"id"`
	Event string `json:"event"`
	Data  string `json:"data"`
}

// missed is what a client has missed. With isReset, messages are lost to it, and it goes on after the id resetTo.
type missed struct {
	isReset  bool
	resetTo  int64
	messages []message
}

// store keeps channels and their newest messages. Its methods return errNotFound for a channel that is not open.
type store struct {
	db      *sql.DB
	history int
}

// openStore opens the file at path, or a database in memory when path is empty.
func openStore(path string, history int) (*store, error) {
	db, err := sql.Open("sqlite", cmp.Or(path, ":memory:"))
	if err != nil {
		return nil, err
	}
	// A database in memory is that of one connection.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &store{db: db, history: history}, nil
}

func (s *store) close() error {
	return s.db.Close()
}

// open opens a channel and tells whether it was not open before.
func (s *store) open(name string) (bool, error) {
	result, err := s.db.Exec(`INSERT INTO channels (name) VALUES (?)
		ON CONFLICT (name) DO UPDATE SET is_open = TRUE WHERE NOT is_open`, name)
	if err != nil {
		return false, err
	}
	changed, err := result.RowsAffected()
	return changed == 1, err
}

// delete closes a channel and forgets its messages.
func (s *store) delete(name string) error {
	return s.transaction(func(tx *sql.Tx) error {
		var lastID int64
		err := scanOne(tx.QueryRow(`UPDATE channels SET is_open = FALSE WHERE name = ? AND is_open RETURNING last_id`, name), &lastID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM messages WHERE channel = ?`, name)
		return err
	})
}

// lastID returns the id of the latest message, 0 before the first.
func (s *store) lastID(name string) (id int64, err error) {
	err = scanOne(s.db.QueryRow(`SELECT last_id FROM channels WHERE name = ? AND is_open`, name), &id)
	return id, err
}

// add stores a message under the next id, and drops the one that is too many.
func (s *store) add(name, event, data string) (message, error) {
	added := message{Event: event, Data: data}
	err := s.transaction(func(tx *sql.Tx) error {
		err := scanOne(tx.QueryRow(`UPDATE channels SET last_id = last_id + 1 WHERE name = ? AND is_open RETURNING last_id`, name), &added.ID)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO messages (channel, id, event, data) VALUES (?, ?, ?, ?)`, name, added.ID, event, data); err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM messages WHERE channel = ? AND id <= ?`, name, added.ID-int64(s.history))
		return err
	})
	return added, err
}

// missed returns what a client has missed that has everything up to the id after.
func (s *store) missed(name string, after int64) (missed, error) {
	lastID, err := s.lastID(name)
	if err != nil {
		return missed{}, err
	}
	var firstID int64
	err = s.db.QueryRow(`SELECT coalesce(min(id), ?) FROM messages WHERE channel = ?`, lastID+1, name).Scan(&firstID)
	if err != nil {
		return missed{}, err
	}
	found := missed{isReset: after < firstID-1 || after > lastID}
	if found.isReset {
		found.resetTo = firstID - 1
		after = found.resetTo
	}
	found.messages, err = s.messages(name, after)
	return found, err
}

func (s *store) messages(name string, after int64) ([]message, error) {
	rows, err := s.db.Query(`SELECT id, event, data FROM messages WHERE channel = ? AND id > ? ORDER BY id`, name, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var messages []message
	for rows.Next() {
		var m message
		if err := rows.Scan(&m.ID, &m.Event, &m.Data); err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, rows.Err()
}

func (s *store) transaction(work func(tx *sql.Tx) error) error {
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

// scanOne scans the row of a channel.
func scanOne(row *sql.Row, id *int64) error {
	err := row.Scan(id)
	if errors.Is(err, sql.ErrNoRows) {
		return errNotFound
	}
	return err
}
