package main

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
)

const oddPassword = "Corréct horse 😀 "

func TestHashesAreSaltedTextWithEnoughCost_R4(t *testing.T) {
	var salts, keys [2][]byte
	var stored [2]string
	for i := range stored {
		hash, err := HashPassword(oddPassword)
		if err != nil {
			t.Fatal(err)
		}
		stored[i] = hash
		salts[i], keys[i] = checkHash(t, hash)
	}
	if bytes.Equal(salts[0], salts[1]) || bytes.Equal(keys[0], keys[1]) {
		t.Errorf("%s and %s have the same salt or key", stored[0], stored[1])
	}
	for password, want := range map[string]bool{
		oddPassword:                    true,
		oddPassword + "\x00":           false,
		strings.TrimSpace(oddPassword): false,
		"Corre\u0301ct horse 😀 ":       false,
	} {
		if got := VerifyPassword(password, stored[0]); got != want {
			t.Errorf("VerifyPassword(%q) = %v, want %v", password, got, want)
		}
	}
	if !VerifyPassword(oddPassword, stored[1]) {
		t.Error("the second hash does not verify")
	}
}

// checkHash checks the form and the cost of a hash, and returns its salt and its key.
func checkHash(t *testing.T, hash string) (salt, key []byte) {
	t.Helper()
	parts := strings.Split(hash, "$")
	costs := parts[1 : len(parts)-2]
	salt = decodeBase64(t, parts[len(parts)-2])
	key = decodeBase64(t, parts[len(parts)-1])
	if len(salt) < 16 || len(key) < 32 {
		t.Errorf("%s has a salt of %d and a key of %d bytes", hash, len(salt), len(key))
	}
	switch parts[0] {
	case "scrypt":
		checkCosts(t, costs, 16384, 8, 1)
	case "pbkdf2-sha256":
		checkCosts(t, costs, 600_000)
		iterations, _ := strconv.Atoi(costs[0])
		expected, err := pbkdf2.Key(sha256.New, oddPassword, salt, iterations, len(key))
		if err != nil || !bytes.Equal(key, expected) {
			t.Errorf("%s is not the hash of %q (%v)", hash, oddPassword, err)
		}
	default:
		t.Errorf("unknown scheme in %s", hash)
	}
	return salt, key
}

func checkCosts(t *testing.T, costs []string, least ...int) {
	t.Helper()
	if len(costs) != len(least) {
		t.Fatalf("parameters %v, want %d of them", costs, len(least))
	}
	for i, cost := range costs {
		if number, err := strconv.Atoi(cost); err != nil || number < least[i] || strconv.Itoa(number) != cost {
			t.Errorf("parameter %s, want at least %d", cost, least[i])
		}
	}
}

func decodeBase64(t *testing.T, text string) []byte {
	t.Helper()
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		t.Fatalf("%s is no padded Base64: %v", text, err)
	}
	return decoded
}
