package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	tokenLifetime  = 24 * time.Hour
	minSecretBytes = 32
)

var tokenHeader = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

type claims struct {
	Sub string `json:"sub"`
	Exp int64  `json:"exp"`
}

// tokenSigner issues JSON Web Tokens of one kind and knows its own again.
type tokenSigner struct {
	key []byte
}

// newTokenSigner takes a secret, or makes a random one if that is "".
func newTokenSigner(secret string) (tokenSigner, error) {
	key := []byte(secret)
	if secret == "" {
		key = make([]byte, minSecretBytes)
		rand.Read(key) // never fails
	}
	if len(key) < minSecretBytes {
		return tokenSigner{}, fmt.Errorf("the secret of the tokens must have at least %d bytes", minSecretBytes)
	}
	return tokenSigner{key}, nil
}

// issue makes a token for a user, valid from now on.
func (s tokenSigner) issue(userID int64) (string, error) {
	end := time.Now().Add(tokenLifetime).Unix()
	payload, err := json.Marshal(claims{Sub: strconv.FormatInt(userID, 10), Exp: end})
	if err != nil {
		return "", err
	}
	signed := tokenHeader + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + s.sign(signed), nil
}

// subject returns the subject of a token that is genuine and has not expired; ok is false for any other.
func (s tokenSigner) subject(token string) (subject string, ok bool) {
	signed, signature, _ := cutLast(token)
	header, payload, _ := strings.Cut(signed, ".")
	// The header decides nothing: there is only one that is accepted.
	if !hmac.Equal([]byte(signature), []byte(s.sign(signed))) || header != tokenHeader {
		return "", false
	}
	// Not into claims, whose names would be found in any letter case.
	var found map[string]any
	content, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(content, &found) != nil {
		return "", false
	}
	subject, isText := found["sub"].(string)
	end, isNumber := found["exp"].(float64)
	return subject, isText && isNumber && end == math.Trunc(end) && end > float64(time.Now().Unix())
}

func (s tokenSigner) sign(signed string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(signed))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// cutLast slices a token around its last dot.
func cutLast(token string) (before, after string, found bool) {
	i := strings.LastIndexByte(token, '.')
	if i < 0 {
		return token, "", false
	}
	return token[:i], token[i+1:], true
}
