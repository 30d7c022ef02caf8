package main

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"math/big"
)

const (
	madeCodeLength     = 8
	madeCodeCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	linkColumns = "code, url, expires_at, hits"
	ownLink     = "tenant_id = ? AND code = ? AND NOT deleted"
)

type tenant struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	APIKey string `json:"api_key"`
}

// newLink is what a link is asked to be.
type newLink struct {
	url       string
	code      string  // "": one that is free
	expiresAt *string // nil: never
}

type link struct {
	Code      string  `json:"code"`
	URL       string  `json:"url"`
	ExpiresAt *string `json:"expires_at"`
	Hits      int64   `json:"hits"`
}

// store is what a transaction sees of tenants and links.
type store struct {
	tx *sql.Tx
}

// addTenant makes a tenant; only here its key is seen.
func (s store) addTenant(name string) (tenant, error) {
	// Two texts, because one has fewer than 32 characters.
	added := tenant{ID: rand.Text(), Name: name, APIKey: rand.Text() + rand.Text()}
	_, err := s.tx.Exec("INSERT INTO tenants (id, name, key_hash) VALUES (?, ?, ?)",
		added.ID, added.Name, hashKey(added.APIKey))
	return added, err
}

// tenantID finds the tenant with that key.
func (s store) tenantID(key string) (id string, err error) {
	err = s.tx.QueryRow("SELECT id FROM tenants WHERE key_hash = ?", hashKey(key)).Scan(&id)
	return id, noRowsAs(errUnauthorized, err)
}

// hashKey hides a key, which is random and long: unlike a password it needs neither salt nor a slow hash.
func hashKey(key string) []byte {
	hash := sha256.Sum256([]byte(key))
	return hash[:]
}

func (s store) addLink(tenantID string, wanted newLink) (link, error) {
	if wanted.code == "" {
		code, err := s.freeCode()
		if err != nil {
			return link{}, err
		}
		wanted.code = code
	}
	return s.linkFrom(errCodeTaken, `INSERT INTO links (tenant_id, code, url, expires_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (code) DO NOTHING RETURNING `+linkColumns,
		tenantID, wanted.code, wanted.url, wanted.expiresAt)
}

func (s store) freeCode() (string, error) {
	for {
		code, err := makeCode()
		if err != nil {
			return "", err
		}
		var used bool
		err = s.tx.QueryRow("SELECT EXISTS (SELECT 1 FROM links WHERE code = ?)", code).Scan(&used)
		if err != nil || !used {
			return code, err
		}
	}
}

func makeCode() (string, error) {
	code := make([]byte, madeCodeLength)
	for i := range code {
		index, err := rand.Int(rand.Reader, big.NewInt(int64(len(madeCodeCharacters))))
		if err != nil {
			return "", err
		}
		code[i] = madeCodeCharacters[index.Int64()]
	}
	return string(code), nil
}

// links lists all links of a tenant, the oldest first.
func (s store) links(tenantID string) ([]link, error) {
	rows, err := s.tx.Query("SELECT "+linkColumns+" FROM links WHERE tenant_id = ? AND NOT deleted ORDER BY position",
		tenantID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []link{}
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.Code, &l.URL, &l.ExpiresAt, &l.Hits); err != nil {
			return nil, err
		}
		found = append(found, l)
	}
	return found, rows.Err()
}

func (s store) link(tenantID, code string) (link, error) {
	return s.linkFrom(errNotFound, "SELECT "+linkColumns+" FROM links WHERE "+ownLink, tenantID, code)
}

func (s store) setExpiry(tenantID, code string, expiresAt *string) (link, error) {
	return s.linkFrom(errNotFound, "UPDATE links SET expires_at = ? WHERE "+ownLink+" RETURNING "+linkColumns,
		expiresAt, tenantID, code)
}

func (s store) deleteLink(tenantID, code string) error {
	_, err := s.linkFrom(errNotFound, "UPDATE links SET deleted = TRUE WHERE "+ownLink+" RETURNING "+linkColumns,
		tenantID, code)
	return err
}

// follow counts a visit to a link and tells its target.
func (s store) follow(code string) (target string, err error) {
	err = s.tx.QueryRow(`UPDATE links SET hits = hits + 1
		WHERE code = ? AND NOT deleted
			AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
		RETURNING url`, code).Scan(&target)
	if !errors.Is(err, sql.ErrNoRows) {
		return target, err
	}
	var exists bool
	err = s.tx.QueryRow("SELECT EXISTS (SELECT 1 FROM links WHERE code = ? AND NOT deleted)", code).Scan(&exists)
	switch {
	case err != nil:
		return "", err
	case exists:
		return "", errExpired
	}
	return "", errNotFound
}

// linkFrom reads the one link that a query gives; missing is the error when it gives none.
func (s store) linkFrom(missing error, query string, args ...any) (l link, err error) {
	err = s.tx.QueryRow(query, args...).Scan(&l.Code, &l.URL, &l.ExpiresAt, &l.Hits)
	return l, noRowsAs(missing, err)
}

// noRowsAs replaces the error of a query that found nothing.
func noRowsAs(replacement, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return replacement
	}
	return err
}
