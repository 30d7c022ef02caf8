package main

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// role is what a member is; a greater one may do all that a smaller one may.
type role int

const (
	viewer role = iota
	editor
	admin
	owner
)

var roleNames = []string{"viewer", "editor", "admin", "owner"}

// MarshalText gives the name of a role, as it stands in JSON.
func (r role) MarshalText() ([]byte, error) {
	return []byte(roleNames[r]), nil
}

// parseRole gives the role of a name, which has to be one of roleNames.
func parseRole(name string) role {
	return role(slices.Index(roleNames, name))
}

// require returns an error if the role is smaller than one of the others.
func (r role) require(others ...role) error {
	for _, other := range others {
		if r < other {
			return errForbidden
		}
	}
	return nil
}

// user is who sends a request.
type user struct {
	id   int64
	name string
}

const callerKey = "caller"

// identify is middleware that finds out whose token a request has, for callerOf.
func (a api) identify(c *gin.Context) {
	scheme, token, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	var caller user
	err := a.db.QueryRow(`SELECT id, name FROM users WHERE token_digest = ?`, tokenDigest(token)).Scan(&caller.id, &caller.name)
	switch {
	case errors.Is(err, sql.ErrNoRows) || !strings.EqualFold(scheme, "bearer"):
		sendProblem(c, errUnauthorized)
	case err != nil:
		sendProblem(c, err)
	default:
		c.Set(callerKey, caller)
	}
}

func callerOf(c *gin.Context) user {
	return c.MustGet(callerKey).(user)
}

// tokenDigest is what is stored of a token, which is too random to be guessed, so that it needs no salt and no slow hash.
func tokenDigest(token string) []byte {
	digest := sha256.Sum256([]byte(token))
	return digest[:]
}

// roleIn finds the caller's role in a workspace. To who has none it is not found, like one that does not exist.
func roleIn(tx *sql.Tx, c *gin.Context, workspaceID string) (own role, err error) {
	err = tx.QueryRow(
		`SELECT role FROM members WHERE workspace_id = ? AND user_id = ?`, workspaceID, callerOf(c).id,
	).Scan(&own)
	return own, unlessNoRows(err, errNotFound)
}
