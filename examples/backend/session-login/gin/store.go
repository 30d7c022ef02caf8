package main

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const maxFailures = 5

const schema = `
CREATE TABLE IF NOT EXISTS accounts (
	username TEXT PRIMARY KEY,
	iterations INTEGER NOT NULL,
	salt BLOB NOT NULL,
	key BLOB NOT NULL,
	role TEXT NOT NULL DEFAULT 'user'
) STRICT;

CREATE TABLE IF NOT EXISTS sessions (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	token_digest BLOB NOT NULL UNIQUE,
	username TEXT NOT NULL REFERENCES accounts (username),
	user_agent TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS sessions_of_account ON sessions (username, number);

CREATE TABLE IF NOT EXISTS attempts (
	username TEXT PRIMARY KEY,
	failures INTEGER NOT NULL,
	expires INTEGER NOT NULL -- in milliseconds since 1970
) STRICT;
`

type account struct {
	Username string `json:"username"`
	Role     string `json:"role"`
}

// session is a session as its client sees it.
type session struct {
	ID        string `json:"id"`
	Username  string `json:"username"`
	Role      string `json:"role"`
	CSRFToken string `json:"csrf_token"`
}

// listedSession is an entry of the list of an account's sessions.
type listedSession struct {
	ID        string `json:"id"`
	UserAgent string `json:"user_agent"`
	Current   bool   `json:"current"`
}

// store keeps accounts, sessions and failed attempts; what cannot be done is a *problem.
// Passwords are hashed outside of its transactions.
type store struct {
	db           *sql.DB
	passwordCost int
	lockTime     time.Duration
}

// openStore opens the file at path, or a database in memory when path is empty.
func openStore(path string, passwordCost int, lockTime time.Duration) (*store, error) {
	source := ":memory:"
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		// As a URL: in a bare path the driver would take a question mark for the beginning of its options.
		source = (&url.URL{Scheme: "file", Path: absolute}).String()
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// With one connection transactions follow one another, and a database in memory has only that one.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("create tables: %w", err), db.Close())
	}
	return &store{db: db, passwordCost: passwordCost, lockTime: lockTime}, nil
}

func (s *store) close() error {
	return s.db.Close()
}

func (s *store) register(username, password string) (account, error) {
	hash, err := hashPassword(password, s.passwordCost)
	if err != nil {
		return account{}, err
	}
	created := account{Username: username}
	err = s.db.QueryRow(
		`INSERT INTO accounts (username, iterations, salt, key) VALUES (?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING role`,
		username, hash.iterations, hash.salt, hash.key,
	).Scan(&created.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return account{}, errUsernameTaken
	}
	return created, err
}

// logIn begins a session with a new token, in place of the one that belongs to another token.
func (s *store) logIn(username, password, userAgent, replaced string) (begun session, token string, err error) {
	verified, err := s.verify(username, password)
	if err != nil {
		return session{}, "", err
	}
	token = newToken()
	err = s.inTransaction(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sessions WHERE token_digest = ?`, digestOf(replaced)); err != nil {
			return err
		}
		// The key is a condition: while it was computed, a password change may have ended all sessions.
		return requireChange(errInvalidCredentials)(tx.Exec(
			`INSERT INTO sessions (id, token_digest, username, user_agent)
			SELECT ?, ?, username, ? FROM accounts WHERE username = ? AND key = ?`,
			newID(), digestOf(token), userAgent, username, verified.key))
	})
	if err != nil {
		return session{}, "", err
	}
	begun, err = s.session(token)
	return begun, token, err
}

// session returns the session that belongs to a token.
func (s *store) session(token string) (session, error) {
	found := session{CSRFToken: csrfTokenOf(token)}
	err := s.db.QueryRow(
		`SELECT id, username, role FROM sessions JOIN accounts USING (username) WHERE token_digest = ?`, digestOf(token),
	).Scan(&found.ID, &found.Username, &found.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return session{}, errUnauthenticated
	}
	return found, err
}

// sessions returns all sessions of the account that a session belongs to, the oldest first.
func (s *store) sessions(current session) ([]listedSession, error) {
	rows, err := s.db.Query(`SELECT id, user_agent FROM sessions WHERE username = ? ORDER BY number`, current.Username)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []listedSession{}
	for rows.Next() {
		var item listedSession
		if err := rows.Scan(&item.ID, &item.UserAgent); err != nil {
			return nil, err
		}
		item.Current = item.ID == current.ID
		items = append(items, item)
	}
	return items, rows.Err()
}

// endSession ends a session if it belongs to the account.
func (s *store) endSession(username, id string) error {
	return requireChange(errNotFound)(s.db.Exec(`DELETE FROM sessions WHERE username = ? AND id = ?`, username, id))
}

// changePassword sets a new password and ends all sessions of the account but the current one.
func (s *store) changePassword(current session, old, new string) error {
	verified, err := s.verify(current.Username, old)
	if errors.Is(err, errInvalidCredentials) {
		return errWrongPassword
	}
	if err != nil {
		return err
	}
	hash, err := hashPassword(new, s.passwordCost)
	if err != nil {
		return err
	}
	return s.inTransaction(func(tx *sql.Tx) error {
		// Of several changes that were verified with one password the first one wins.
		err := requireChange(errWrongPassword)(tx.Exec(
			`UPDATE accounts SET iterations = ?, salt = ?, key = ? WHERE username = ? AND key = ?`,
			hash.iterations, hash.salt, hash.key, current.Username, verified.key))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(
			`DELETE FROM sessions WHERE username = ? AND id <> ?`, current.Username, current.ID,
		); err != nil {
			return err
		}
		err = tx.QueryRow(`SELECT id FROM sessions WHERE username = ?`, current.Username).Scan(&current.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return errUnauthenticated // the current session was ended in the meantime
		}
		return err
	})
}

// verify tries a password and returns the hash that it is right for, or errInvalidCredentials, without an account
// after as much work as with one.
func (s *store) verify(username, password string) (passwordHash, error) {
	if err := s.countAttempt(username); err != nil {
		return passwordHash{}, err
	}
	var stored passwordHash
	err := s.db.QueryRow(
		`SELECT iterations, salt, key FROM accounts WHERE username = ?`, username,
	).Scan(&stored.iterations, &stored.salt, &stored.key)
	if errors.Is(err, sql.ErrNoRows) {
		// With no key nothing matches, but everything is computed.
		stored = passwordHash{iterations: s.passwordCost, salt: make([]byte, saltBytes)}
	} else if err != nil {
		return passwordHash{}, err
	}
	right, err := stored.matches(password)
	if err != nil {
		return passwordHash{}, err
	}
	if !right {
		return passwordHash{}, errInvalidCredentials
	}
	_, err = s.db.Exec(`DELETE FROM attempts WHERE username = ?`, username)
	return stored, err
}

// countAttempt counts an attempt as failed until it turns out right. It comes before the password is tried:
// attempts at the same time would otherwise all find a low count.
func (s *store) countAttempt(username string) error {
	now := time.Now()
	return s.inTransaction(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM attempts WHERE expires <= ?`, now.UnixMilli()); err != nil {
			return err
		}
		var failures, expires int64
		err := tx.QueryRow(
			`SELECT failures, expires FROM attempts WHERE username = ?`, username,
		).Scan(&failures, &expires)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if failures >= maxFailures {
			left := time.UnixMilli(expires).Sub(now)
			return tooManyAttempts(int(math.Ceil(left.Seconds())))
		}
		_, err = tx.Exec(
			`REPLACE INTO attempts (username, failures, expires) VALUES (?, ?, ?)`,
			username, failures+1, now.Add(s.lockTime).UnixMilli())
		return err
	})
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

// requireChange makes of what Exec returns an error, which is otherwise when no row was changed.
func requireChange(otherwise error) func(sql.Result, error) error {
	return func(result sql.Result, err error) error {
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err == nil && changed == 0 {
			return otherwise
		}
		return err
	}
}
