package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// position is that of an item in the answer to a query.
type position struct {
	score int
	slug  string
}

// cursor returns the signed form of a position, which is good for one query only.
func (p position) cursor(key []byte, query string) string {
	text := fmt.Sprintf("%d_%s", p.score, p.slug)
	return text + "." + sign(key, query, text)
}

// parseCursor returns the position that a cursor holds, if it was signed with this key for this query.
func parseCursor(key []byte, query, cursor string) (*position, error) {
	text, signature, _ := strings.Cut(cursor, ".")
	if !hmac.Equal([]byte(signature), []byte(sign(key, query, text))) {
		return nil, errInvalidCursor
	}
	number, slug, _ := strings.Cut(text, "_")
	score, err := strconv.Atoi(number)
	return &position{score: score, slug: slug}, err
}

func sign(key []byte, query, text string) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%q%q", text, query) // quoted, so that no character can move from one to the other
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
