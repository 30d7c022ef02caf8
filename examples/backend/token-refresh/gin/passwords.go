package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	hashIterations = 210_000
	saltBytes      = 16
	keyBytes       = 32
)

// HashPassword makes a PBKDF2-HMAC-SHA-512 hash with a random salt, as PHC string: "$pbkdf2-sha512$i=210000$SALT$KEY".
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key, err := pbkdf2.Key(sha512.New, password, salt, hashIterations, keyBytes)
	if err != nil {
		panic(err) // the length of the key would be wrong
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$pbkdf2-sha512$i=%d$%s$%s", hashIterations, encode(salt), encode(key))
}

// VerifyPassword tells whether a result of HashPassword, of whatever cost, is that of the password.
func VerifyPassword(password, stored string) (bool, error) {
	var iterations int
	var rest string
	if _, err := fmt.Sscanf(stored, "$pbkdf2-sha512$i=%d$%s", &iterations, &rest); err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	encodedSalt, encodedKey, _ := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(encodedSalt)
	if err != nil {
		return false, fmt.Errorf("stored salt: %w", err)
	}
	key, err := base64.RawStdEncoding.DecodeString(encodedKey)
	if err != nil {
		return false, fmt.Errorf("stored key: %w", err)
	}
	derived, err := pbkdf2.Key(sha512.New, password, salt, iterations, len(key))
	return err == nil && subtle.ConstantTimeCompare(derived, key) == 1, err
}
