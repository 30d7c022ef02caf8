package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	hashScheme     = "pbkdf2-sha256"
	hashIterations = 600_000
	saltBytes      = 16
	keyBytes       = 32
)

// unmatchableHash takes as long to verify as any other hash, but no known password has this key.
var unmatchableHash = formatHash(hashIterations, make([]byte, saltBytes), make([]byte, keyBytes))

// HashPassword returns "pbkdf2-sha256$ITERATIONS$SALT$KEY" with a new random salt. It refuses a password that has
// U+0000 or is no UTF-8, for which no hash could stand alone.
func HashPassword(password string) (string, error) {
	if !isHashable(password) {
		return "", errors.New("a password must be UTF-8 without U+0000")
	}
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key, err := pbkdf2.Key(sha256.New, password, salt, hashIterations, keyBytes)
	if err != nil {
		return "", err
	}
	return formatHash(hashIterations, salt, key), nil
}

// VerifyPassword tells whether stored, a result of HashPassword, was made from this password.
func VerifyPassword(password, stored string) bool {
	iterations, salt, key, err := parseHash(stored)
	if err != nil {
		return false
	}
	derived, err := pbkdf2.Key(sha256.New, password, salt, iterations, len(key))
	return err == nil && subtle.ConstantTimeCompare(derived, key) == 1 && isHashable(password)
}

// isHashable tells whether no other password has the same key: HMAC fills short passwords up with zero bytes.
func isHashable(password string) bool {
	return utf8.ValidString(password) && !strings.Contains(password, "\x00")
}

func formatHash(iterations int, salt, key []byte) string {
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d$%s$%s", hashScheme, iterations, encode(salt), encode(key))
}

func parseHash(stored string) (iterations int, salt, key []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 4 || parts[0] != hashScheme {
		return 0, nil, nil, errors.New("no hash of a password")
	}
	iterations, err = strconv.Atoi(parts[1])
	salt, saltErr := base64.StdEncoding.DecodeString(parts[2])
	key, keyErr := base64.StdEncoding.DecodeString(parts[3])
	return iterations, salt, key, errors.Join(err, saltErr, keyErr)
}
