package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	tokenLifetime = 3600 * time.Second
	tokenBytes    = 32

	// Keys of what authenticate leaves in the gin.Context.
	userIDKey      = "userID"
	tokenDigestKey = "tokenDigest"
)

var (
	usernameSyntax = regexp.MustCompile(`^[A-Za-z0-9_.-]{3,32}$`)
	bearerSyntax   = regexp.MustCompile(`^(?i:bearer) +([^ ]+)$`)
)

// register creates a user.
func (a *App) register(c *gin.Context) error {
	body, err := readObject(c)
	if err != nil {
		return err
	}
	faults := fieldFaults{}
	username := strings.ToLower(body.text("username", faults, usernameFault))
	password := body.text("password", faults, passwordFault)
	if err := faults.err(); err != nil {
		return err
	}
	id := rand.Text()
	if err := a.addUser(c, id, username, password); err != nil {
		return err
	}
	c.JSON(http.StatusCreated, gin.H{"id": id, "username": username})
	return nil
}

func (a *App) addUser(ctx context.Context, id, username, password string) error {
	passwordHash, err := HashPassword(password)
	if err != nil {
		return err
	}
	result, err := a.database.ExecContext(ctx,
		"INSERT INTO users (id, username, password_hash) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
		id, username, passwordHash)
	if err != nil {
		return err
	}
	added, err := result.RowsAffected()
	if err == nil && added == 0 {
		return errUsernameTaken
	}
	return err
}

// login issues a new token.
func (a *App) login(c *gin.Context) error {
	body, err := readObject(c)
	if err != nil {
		return err
	}
	faults := fieldFaults{}
	username := body.text("username", faults, anyText)
	password := body.text("password", faults, anyText)
	if err := faults.err(); err != nil {
		return err
	}
	userID, err := a.checkCredentials(c, username, password)
	if err != nil {
		return err
	}
	token, err := a.issueToken(c, userID)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"token": token, "token_type": "Bearer", "expires_in": int(tokenLifetime.Seconds())})
	return nil
}

// checkCredentials returns the id of the user who has this name and this password.
func (a *App) checkCredentials(ctx context.Context, username, password string) (string, error) {
	// Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
	userID, passwordHash := "", unmatchableHash
	// ToLower also maps some other letters to ASCII ones, such as the Kelvin sign to "k".
	if usernameSyntax.MatchString(username) {
		err := a.database.QueryRowContext(ctx,
			"SELECT id, password_hash FROM users WHERE username = ?", strings.ToLower(username),
		).Scan(&userID, &passwordHash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
	}
	if !VerifyPassword(password, passwordHash) || userID == "" {
		return "", errInvalidCredentials
	}
	return userID, nil
}

func (a *App) issueToken(ctx context.Context, userID string) (string, error) {
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	now := a.now()
	err := transact(ctx, a.database, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM tokens WHERE expires_at <= ?", now.UnixNano()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO tokens (digest, user_id, expires_at) VALUES (?, ?, ?)",
			digest(token), userID, now.Add(tokenLifetime).UnixNano())
		return err
	})
	return token, err
}

// authenticate finds out who sends a request, and lets only those with a valid token pass.
func (a *App) authenticate(c *gin.Context) error {
	match := bearerSyntax.FindStringSubmatch(c.GetHeader("Authorization"))
	if match == nil {
		return errUnauthorized
	}
	tokenDigest := digest(match[1])
	var userID string
	err := a.database.QueryRowContext(c,
		"SELECT user_id FROM tokens WHERE digest = ? AND expires_at > ?", tokenDigest, a.now().UnixNano(),
	).Scan(&userID)
	if errors.Is(err, sql.ErrNoRows) {
		return errUnauthorized
	}
	if err != nil {
		return err
	}
	c.Set(userIDKey, userID)
	c.Set(tokenDigestKey, tokenDigest)
	return nil
}

// logout revokes the token of the request.
func (a *App) logout(c *gin.Context) error {
	_, err := a.database.ExecContext(c, "DELETE FROM tokens WHERE digest = ?", c.GetString(tokenDigestKey))
	if err == nil {
		c.Status(http.StatusNoContent)
	}
	return err
}

func usernameFault(username string) string {
	if usernameSyntax.MatchString(username) {
		return ""
	}
	return "must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'"
}

func passwordFault(password string) string {
	return textFault(password, 8, 128)
}

// digest is what the database knows of a token, which is random and long, so that a fast hash without salt protects it.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
