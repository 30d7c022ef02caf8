package main

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const (
	secret   = "not-a-secret-0002-only-for-native-tests"
	password = "correct horse"
	hello    = `{"article": {"title": "Hello", "description": "About", "body": "Text", "tagList": ["b", "a"]}}`
)

// client sends requests to an app of its own.
type client struct {
	*testing.T
	app *App
}

type reply struct {
	*httptest.ResponseRecorder
	json map[string]any
}

func newPath(t *testing.T) string {
	return filepath.Join(t.TempDir(), "conduit.db")
}

func start(t *testing.T, path, secret string) client {
	t.Helper()
	app, err := NewApp(Options{DatabasePath: path, JWTSecret: secret})
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return client{t, app}
}

func (c client) send(method, path, token, body string) reply {
	c.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Token "+token)
	}
	r := reply{ResponseRecorder: httptest.NewRecorder()}
	c.app.ServeHTTP(r, request)
	if err := json.Unmarshal(r.Body.Bytes(), &r.json); err != nil {
		c.Fatalf("%v in %q", err, r.Body)
	}
	return r
}

func (c client) register(name string) (token string) {
	c.Helper()
	r := c.send("POST", "/api/users", "",
		`{"user": {"username": "`+name+`", "email": "`+name+`@example.com", "password": "`+password+`"}}`)
	want(c.T, r.Code, 201)
	return r.json["user"].(map[string]any)["token"].(string)
}

// hashes returns the stored hashes of the passwords, in the order of registration.
func (c client) hashes() (found []string) {
	c.Helper()
	rows, err := c.app.db.Query("SELECT password_hash FROM users ORDER BY id")
	if err != nil {
		c.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			c.Fatal(err)
		}
		found = append(found, text)
	}
	return found
}

func want(t *testing.T, got, wanted any) {
	t.Helper()
	if !reflect.DeepEqual(got, wanted) {
		t.Fatalf("got %v, want %v", got, wanted)
	}
}

func TestShortSecretIsRefused_R3(t *testing.T) {
	path := newPath(t)
	for _, secret := range []string{"x", strings.Repeat("x", 31), strings.Repeat("é", 15)} {
		app, err := NewApp(Options{DatabasePath: path, JWTSecret: secret})
		if app != nil || err == nil || !strings.Contains(err.Error(), "32 bytes") {
			t.Fatalf("%d bytes: %v, %v", len(secret), app, err)
		}
	}
	for _, secret := range []string{strings.Repeat("x", 32), strings.Repeat("é", 16)} {
		want(t, start(t, path, secret).send("GET", "/health", "", "").json["status"], "ok")
	}
}

func TestWithoutSecretEachAppHasItsOwn_R3(t *testing.T) {
	path := newPath(t)
	one, other := start(t, path, ""), start(t, path, "")
	token := one.register("alice")
	want(t, one.send("GET", "/api/user", token, "").Code, 200)
	r := other.send("GET", "/api/user", token, "")
	want(t, r.Code, 401)
	want(t, r.Header().Get("WWW-Authenticate"), "Token")
}

func TestPasswordsAreStoredAsSaltedHashes_R2(t *testing.T) {
	c := start(t, newPath(t), secret)
	token := c.register("alice")
	c.register("bob")
	stored := c.hashes()
	for _, text := range stored {
		encoded, key, _ := strings.Cut(text, ":")
		salt, err := hex.DecodeString(encoded)
		if err != nil || len(salt) != 16 {
			t.Fatalf("salt of %q: %v", text, err)
		}
		derived, err := pbkdf2.Key(sha256.New, password, salt, 200_000, 32)
		want(t, err, nil)
		want(t, key, hex.EncodeToString(derived))
	}
	if stored[0] == stored[1] {
		t.Fatal("the salts are equal")
	}
	want(t, c.send("PUT", "/api/user", token, `{"user": {"password": "battery staple"}}`).Code, 200)
	changed := c.hashes()
	if len(changed[0]) != len(stored[0]) || changed[0] == stored[0] || changed[1] != stored[1] {
		t.Fatalf("hashes changed from %v to %v", stored, changed)
	}
}

func TestEverythingIsThereAfterRestart_R8(t *testing.T) {
	path := newPath(t)
	first := start(t, path, secret)
	alice, bob := first.register("alice"), first.register("bob")
	want(t, first.send("POST", "/api/articles", alice, hello).Code, 201)
	want(t, first.send("POST", "/api/articles/hello/comments", bob, `{"comment": {"body": "Nice"}}`).Code, 201)
	first.send("POST", "/api/articles/hello/favorite", bob, "")
	first.send("POST", "/api/profiles/alice/follow", bob, "")
	read := func(c client) [2]any {
		return [2]any{
			c.send("GET", "/api/articles/hello", bob, "").json["article"],
			c.send("GET", "/api/articles/hello/comments", bob, "").json["comments"],
		}
	}
	before := read(first)
	want(t, first.app.Close(), nil)

	second := start(t, path, secret)
	after := read(second)
	want(t, after, before)
	article := after[0].(map[string]any)
	want(t, article["tagList"], []any{"b", "a"})
	want(t, article["favoritesCount"], 1.0)
	want(t, article["author"].(map[string]any)["following"], true)
	r := second.send("POST", "/api/users/login", "", `{"user": {"email": "bob@example.com", "password": "`+password+`"}}`)
	want(t, r.Code, 200)
}

func TestRefusedChangeLeavesNothingBehind_R4(t *testing.T) {
	c := start(t, newPath(t), secret)
	alice, bob := c.register("alice"), c.register("bob")
	want(t, c.send("POST", "/api/articles", alice, hello).Code, 201)
	changes := `{"article": {"title": "Bye", "tagList": []}}`
	want(t, c.send("PUT", "/api/articles/hello", bob, changes).Code, 403)
	article := c.send("GET", "/api/articles/hello", "", "").json["article"].(map[string]any)
	want(t, article["tagList"], []any{"b", "a"})
	article = c.send("PUT", "/api/articles/hello", alice, changes).json["article"].(map[string]any)
	want(t, article["slug"], "bye")
}

func TestUnreadableDatabase_R12(t *testing.T) {
	if app, err := NewApp(Options{DatabasePath: t.TempDir(), JWTSecret: secret}); err == nil || app != nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	c := start(t, newPath(t), secret)
	token := c.register("alice")
	want(t, c.app.Close(), nil)
	r := c.send("GET", "/api/user", token, "")
	want(t, r.Code, 500)
	want(t, r.json, map[string]any{"errors": map[string]any{"server": []any{"failed"}}})
}

func TestFailureLeavesNothingBehind_R12(t *testing.T) {
	c := start(t, newPath(t), secret)
	token := c.register("alice")
	_, err := c.app.db.Exec("CREATE TRIGGER failing BEFORE INSERT ON tags BEGIN SELECT RAISE(ABORT, 'no'); END")
	want(t, err, nil)
	r := c.send("POST", "/api/articles", token, hello)
	want(t, r.Code, 500)
	want(t, r.json, map[string]any{"errors": map[string]any{"server": []any{"failed"}}})
	want(t, c.send("GET", "/api/articles", "", "").json, map[string]any{"articles": []any{}, "articlesCount": 0.0})
	want(t, c.app.db.Stats().MaxOpenConnections, 1)
}
