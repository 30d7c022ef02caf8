package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

const (
	hashIterations = 200_000
	saltBytes      = 16
	keyBytes       = 32
)

// unknownHash stands in for the hash of a user who does not exist: no password has it, but to find out takes as long.
var unknownHash = strings.Repeat("00", saltBytes) + ":"

// hashPassword returns a random salt and the key that PBKDF2 makes of the password with it, in hexadecimal.
func hashPassword(password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key, err := deriveKey(password, salt)
	return hex.EncodeToString(salt) + ":" + key, err
}

// isPassword tells whether stored is a hash of the password.
func isPassword(password, stored string) (bool, error) {
	encoded, key, _ := strings.Cut(stored, ":")
	salt, err := hex.DecodeString(encoded)
	if err != nil {
		return false, err
	}
	derived, err := deriveKey(password, salt)
	return subtle.ConstantTimeCompare([]byte(derived), []byte(key)) == 1, err
}

func deriveKey(password string, salt []byte) (string, error) {
	key, err := pbkdf2.Key(sha256.New, password, salt, hashIterations, keyBytes)
	return hex.EncodeToString(key), err
}
