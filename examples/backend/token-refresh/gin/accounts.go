package main

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A used-up token stays until its session is ended, to be recognised when it comes back.
const schema = `
	CREATE TABLE IF NOT EXISTS users (
		id TEXT PRIMARY KEY,
		username TEXT NOT NULL UNIQUE,
		password_hash TEXT NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS sessions (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		user_id TEXT NOT NULL REFERENCES users (id),
		device TEXT NOT NULL,
		created_at INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS refresh_tokens (
		digest BLOB PRIMARY KEY,
		session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
		used_up INTEGER NOT NULL DEFAULT FALSE
	) STRICT;
	CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id, position);
	CREATE INDEX IF NOT EXISTS tokens_by_session ON refresh_tokens (session_id);
`

// user is a user as others see it.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

// caller is who sent a request, by which session.
type caller struct {
	user
	sessionID string
}

// session is a session as its user sees it.
type session struct {
	ID        string `json:"id"`
	Device    string `json:"device"`
	CreatedAt int64  `json:"created_at"`
	Current   bool   `json:"current"`
}

// grant is what a session is given: whom its access tokens speak for, and its next refresh token.
type grant struct {
	subject
	refreshToken string
}

// accounts are users, their sessions and the refresh tokens of these.
type accounts struct {
	db *sql.DB
}

// openAccounts opens the database and creates what is missing in it; without a path it is in memory.
func openAccounts(path string) (accounts, error) {
	source := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_pragma=foreign_keys(1)"}
	if path == "" {
		source.Path = ":memory:"
	}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return accounts{}, err
	}
	// With one connection transactions come one after the other, and all see one database in memory.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return accounts{}, errors.Join(err, db.Close())
	}
	return accounts{db}, nil
}

func (a accounts) addUser(username, password string) (user, error) {
	hash := HashPassword(password)
	added := user{rand.Text(), username}
	return added, a.inTransaction(func(tx *sql.Tx) error {
		return change(tx, errUsernameTaken, "INSERT INTO users VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
			added.ID, added.Username, hash)
	})
}

// startSession logs a user in; now is in seconds.
func (a accounts) startSession(username, password, device string, now int64) (grant, error) {
	id, hash, err := a.authenticate(username, password)
	if err != nil {
		return grant{}, err
	}
	started := grant{subject{id, rand.Text()}, newRefreshToken()}
	return started, a.inTransaction(func(tx *sql.Tx) error {
		// The password may have been changed while it was verified; then no session may follow.
		err := change(tx, errInvalidCredentials, `INSERT INTO sessions (id, user_id, device, created_at)
			SELECT ?, id, ?, ? FROM users WHERE id = ? AND password_hash = ?`, started.sessionID, device, now, id, hash)
		if err != nil {
			return err
		}
		return insertToken(tx, started)
	})
}

// authenticate gives a user's id and the hash that the password was compared with.
func (a accounts) authenticate(username, password string) (id, hash string, err error) {
	err = a.db.QueryRow("SELECT id, password_hash FROM users WHERE username = ?", username).Scan(&id, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		// Takes as long as verifying, so that the time of the answer does not tell who exists.
		HashPassword(password)
		return "", "", errInvalidCredentials
	}
	if err != nil {
		return "", "", err
	}
	matches, err := VerifyPassword(password, hash)
	if err == nil && !matches {
		err = errInvalidCredentials
	}
	return id, hash, err
}

// refresh exchanges a refresh token; one that is used up ends its session.
func (a accounts) refresh(token string) (renewed grant, err error) {
	reused := false
	err = a.inTransaction(func(tx *sql.Tx) error {
		err := tx.QueryRow(`SELECT user_id, session_id, used_up FROM refresh_tokens
			JOIN sessions ON sessions.id = session_id WHERE digest = ?`, digest(token)).
			Scan(&renewed.userID, &renewed.sessionID, &reused)
		if err != nil {
			return noRowsAs(errInvalidRefreshToken, err)
		}
		if reused {
			_, err := tx.Exec("DELETE FROM sessions WHERE id = ?", renewed.sessionID)
			return err
		}
		if _, err := tx.Exec("UPDATE refresh_tokens SET used_up = TRUE WHERE digest = ?", digest(token)); err != nil {
			return err
		}
		renewed.refreshToken = newRefreshToken()
		return insertToken(tx, renewed)
	})
	// Not an error of the transaction, because that would bring the session back.
	if err == nil && reused {
		err = errInvalidRefreshToken
	}
	return renewed, err
}

// caller tells whom a subject is, if the session exists and is of that user.
func (a accounts) caller(s subject) (caller, error) {
	found := caller{user{ID: s.userID}, s.sessionID}
	err := a.db.QueryRow(`SELECT username FROM users JOIN sessions ON user_id = users.id
		WHERE users.id = ? AND sessions.id = ?`, s.userID, s.sessionID).Scan(&found.Username)
	return found, noRowsAs(errUnauthorized, err)
}

// sessions lists the sessions of the caller, the oldest first.
func (a accounts) sessions(c caller) ([]session, error) {
	rows, err := a.db.Query(`SELECT id, device, created_at, id = ? FROM sessions WHERE user_id = ? ORDER BY position`,
		c.sessionID, c.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []session{}
	for rows.Next() {
		var s session
		if err := rows.Scan(&s.ID, &s.Device, &s.CreatedAt, &s.Current); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

// endSession ends a session of the caller; its tokens go with it.
func (a accounts) endSession(c caller, id string) error {
	return a.inTransaction(func(tx *sql.Tx) error {
		return change(tx, errNotFound, "DELETE FROM sessions WHERE user_id = ? AND id = ?", c.ID, id)
	})
}

// changePassword sets the caller's password and ends all sessions but the caller's.
func (a accounts) changePassword(c caller, current, next string) error {
	var oldHash string
	if err := a.db.QueryRow("SELECT password_hash FROM users WHERE id = ?", c.ID).Scan(&oldHash); err != nil {
		return err
	}
	matches, err := VerifyPassword(current, oldHash)
	if err != nil {
		return err
	}
	if !matches {
		return errWrongPassword
	}
	newHash := HashPassword(next)
	return a.inTransaction(func(tx *sql.Tx) error {
		// Of several changes from one password only the first still finds its hash.
		err := change(tx, errWrongPassword, "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
			newHash, c.ID, oldHash)
		if err != nil {
			return err
		}
		_, err = tx.Exec("DELETE FROM sessions WHERE user_id = ? AND id <> ?", c.ID, c.sessionID)
		return err
	})
}

// inTransaction keeps what work does, unless it fails.
func (a accounts) inTransaction(work func(*sql.Tx) error) error {
	tx, err := a.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after the commit
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// change executes a statement; missing is the error when it changes nothing.
func change(tx *sql.Tx, missing error, statement string, args ...any) error {
	result, err := tx.Exec(statement, args...)
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil || changed > 0 {
		return err
	}
	return missing
}

// noRowsAs replaces the error of a query that found nothing.
func noRowsAs(replacement, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return replacement
	}
	return err
}

func insertToken(tx *sql.Tx, g grant) error {
	_, err := tx.Exec("INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)", digest(g.refreshToken), g.sessionID)
	return err
}

// newRefreshToken makes a token of 130 random bits.
func newRefreshToken() string {
	return rand.Text()
}

// digest hides a token; that is random, so unlike a password it needs no slow hash.
func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
