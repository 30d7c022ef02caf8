package main

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

const (
	tokenBytes = 32
	saltBytes  = 16
)

// passwordHash is what is stored of a password; iterations are stored too, so that their number can be changed.
type passwordHash struct {
	iterations int
	salt, key  []byte
}

// hashPassword hashes a password with PBKDF2 and a new salt; this takes tens of milliseconds on purpose.
func hashPassword(password string, iterations int) (passwordHash, error) {
	salt := randomBytes(saltBytes)
	key, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return passwordHash{}, fmt.Errorf("hash password: %w", err)
	}
	return passwordHash{iterations, salt, key}, nil
}

func (h passwordHash) matches(password string) (bool, error) {
	key, err := pbkdf2.Key(sha256.New, password, h.salt, h.iterations, sha256.Size)
	if err != nil {
		return false, fmt.Errorf("hash password: %w", err)
	}
	return subtle.ConstantTimeCompare(key, h.key) == 1, nil
}

// newToken makes a token that nobody can guess.
func newToken() string {
	return base64.RawURLEncoding.EncodeToString(randomBytes(tokenBytes))
}

// newID makes a name for a session, which is no secret.
func newID() string {
	return hex.EncodeToString(randomBytes(saltBytes))
}

// digestOf is what is stored of a token; a random one needs neither salt nor a slow hash.
func digestOf(token string) []byte {
	digest := sha256.Sum256([]byte(token))
	return digest[:]
}

// csrfTokenOf derives the CSRF token of the session with a token; only who has the token can do that.
func csrfTokenOf(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("csrf"))
	return hex.EncodeToString(mac.Sum(nil))
}

func randomBytes(count int) []byte {
	data := make([]byte, count)
	rand.Read(data) // never fails
	return data
}
