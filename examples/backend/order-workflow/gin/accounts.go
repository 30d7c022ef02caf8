package main

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

const callerKey = "caller"

// caller is who sends a request.
type caller struct {
	role       role
	customerID *int64 // nil for staff
}

// actor is the caller's name in the history of orders.
func (c caller) actor() string {
	if c.customerID == nil {
		return string(staff)
	}
	return fmt.Sprintf("%s:%d", customer, *c.customerID)
}

// callerOf returns the caller whom accounts.only has let in.
func callerOf(c *gin.Context) caller {
	return c.MustGet(callerKey).(caller)
}

// accounts knows everything about tokens; the database holds only their digests.
type accounts struct {
	store      *store
	configured string // the digest of the staff token, "" if it is to be claimed
}

// only makes a middleware that lets nobody in without one of the roles.
func (a accounts) only(roles ...role) gin.HandlerFunc {
	return func(c *gin.Context) {
		scheme, token, _ := strings.Cut(c.GetHeader("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			sendProblem(c, errUnauthorized)
			return
		}
		found, err := a.ownerOf(token)
		switch {
		case err != nil:
			sendProblem(c, err)
		case !slices.Contains(roles, found.role):
			sendProblem(c, errForbidden)
		default:
			c.Set(callerKey, found)
		}
	}
}

func (a accounts) ownerOf(token string) (caller, error) {
	presented := digest(token)
	staffDigest, err := a.staffDigest(a.store.db)
	if err != nil {
		return caller{}, err
	}
	if subtle.ConstantTimeCompare([]byte(presented), []byte(staffDigest)) == 1 {
		return caller{role: staff}, nil
	}
	var id int64
	err = a.store.db.QueryRow(`SELECT id FROM customers WHERE token_digest = ?`, presented).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return caller{}, errUnauthorized
	}
	return caller{role: customer, customerID: &id}, err
}

// staffDigest returns the digest of the only staff token, "" while there is none.
func (a accounts) staffDigest(q querier) (string, error) {
	if a.configured != "" {
		return a.configured, nil
	}
	var claimed string
	err := q.QueryRow(`SELECT digest FROM staff_token`).Scan(&claimed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return claimed, err
}

func (a accounts) register(c *gin.Context) error {
	var name string
	if err := (form{"name": text(&name, 1, 100)}).read(c); err != nil {
		return err
	}
	token := newToken()
	result, err := a.store.db.Exec(`INSERT INTO customers (name, token_digest) VALUES (?, ?)`, name, digest(token))
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, gin.H{"id": id, "name": name, "token": token})
	return nil
}

func (a accounts) claim(c *gin.Context) error {
	token := newToken()
	err := a.store.inTransaction(func(tx *sql.Tx) error {
		taken, err := a.staffDigest(tx)
		if err != nil {
			return err
		}
		if taken != "" {
			return errAlreadyClaimed
		}
		_, err = tx.Exec(`INSERT INTO staff_token (id, digest) VALUES (1, ?)`, digest(token))
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, gin.H{"token": token})
	return nil
}

func newToken() string {
	return rand.Text() + rand.Text() // 52 letters and digits
}

// digest is what is stored of a token; it has so many random bits that a plain hash can't be guessed backwards.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
