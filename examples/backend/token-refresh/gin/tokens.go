package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
)

const (
	tokenIssuer    = "auth.example.com"
	tokenAlgorithm = "HS256"
)

// subject is whom an access token speaks for.
type subject struct {
	userID    string
	sessionID string
}

// keyRing signs access tokens with one key, and verifies those of an older one too.
type keyRing struct {
	currentID string
	secrets   map[string][]byte // by the ids of the keys
}

// newKeyRing makes a key ring; there may be no old secret.
func newKeyRing(secret, oldSecret []byte) keyRing {
	ring := keyRing{keyID(secret), make(map[string][]byte)}
	if oldSecret != nil {
		ring.secrets[keyID(oldSecret)] = oldSecret
	}
	ring.secrets[ring.currentID] = secret
	return ring
}

// sign makes an access token; now is in seconds.
func (k keyRing) sign(s subject, now, seconds int64) string {
	header := encodePart(map[string]any{"alg": tokenAlgorithm, "typ": "JWT", "kid": k.currentID})
	claims := encodePart(map[string]any{
		"iss": tokenIssuer,
		"sub": s.userID,
		"sid": s.sessionID,
		"iat": now,
		"exp": now + seconds,
		"jti": rand.Text(),
	})
	text := header + "." + claims
	return text + "." + signature(text, k.secrets[k.currentID])
}

// verify tells whom a token speaks for, and whether it is valid; it does not know whether the session still exists.
func (k keyRing) verify(token string, now int64) (s subject, valid bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return subject{}, false
	}
	secret, known := k.secretFor(decodePart(parts[0]))
	expected := signature(parts[0]+"."+parts[1], secret)
	if !known || !hmac.Equal([]byte(parts[2]), []byte(expected)) {
		return subject{}, false
	}
	claims := decodePart(parts[1])
	expiry, hasExpiry := claims["exp"].(float64)
	userID, hasUser := claims["sub"].(string)
	sessionID, hasSession := claims["sid"].(string)
	valid = claims["iss"] == tokenIssuer && hasExpiry && expiry > float64(now) && hasUser && hasSession
	return subject{userID, sessionID}, valid
}

// secretFor lets a header, which is still a stranger's, choose among the known keys, but not the algorithm.
func (k keyRing) secretFor(header map[string]any) (secret []byte, known bool) {
	if _, critical := header["crit"]; critical || header["alg"] != tokenAlgorithm {
		return nil, false
	}
	id, _ := header["kid"].(string)
	secret, known = k.secrets[id]
	return secret, known
}

func keyID(secret []byte) string {
	return hex.EncodeToString(mac("kid", secret))[:16]
}

func signature(text string, secret []byte) string {
	return base64.RawURLEncoding.EncodeToString(mac(text, secret))
}

func mac(text string, secret []byte) []byte {
	hash := hmac.New(sha256.New, secret)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}

// encodePart encodes texts and numbers.
func encodePart(value map[string]any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodePart gives nil, which has no members, for what is no JSON object.
func decodePart(part string) map[string]any {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil
	}
	return parseObject(text)
}
