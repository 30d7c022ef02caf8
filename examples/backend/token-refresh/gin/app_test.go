package main_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	auth "example.com/token-refresh"
)

const (
	secret       = "not-a-secret-0001not-a-secret-0001"
	nextSecret   = "not-a-secret-0002not-a-secret-0002"
	somePassword = "correct horse"
)

type object = map[string]any

// client sends requests to an app of its own, with an access token unless that is empty.
type client struct {
	*testing.T
	app   *auth.App
	token string
}

// reply is what the app answered.
type reply struct {
	status int
	header http.Header
	text   string
	body   object
}

// start makes an app; pairs are names and values of variables.
func start(t *testing.T, pairs ...string) client {
	t.Helper()
	environment := map[string]string{"APP_JWT_SECRET": secret}
	for pair := range slices.Chunk(pairs, 2) {
		environment[pair[0]] = pair[1]
	}
	app, err := auth.NewApp(func(name string) string { return environment[name] })
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return client{T: t, app: app}
}

// restart closes an app and makes another one.
func (c client) restart(pairs ...string) client {
	c.Helper()
	if err := c.app.Close(); err != nil {
		c.Fatal(err)
	}
	return start(c.T, pairs...)
}

func (c client) with(token string) client {
	c.token = token
	return c
}

// send sends a string as it is, anything else as JSON.
func (c client) send(method, path string, body any, mediaType ...string) reply {
	text, raw := body.(string)
	if !raw {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.Fatal(err)
		}
		text = string(encoded)
	}
	request := httptest.NewRequest(method, path, strings.NewReader(text))
	request.Header.Set("Content-Type", strings.Join(append(mediaType, "application/json")[:1], ""))
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	recorder := httptest.NewRecorder()
	c.app.ServeHTTP(recorder, request)
	got := reply{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	if err := json.Unmarshal(recorder.Body.Bytes(), &got.body); err != nil && got.text != "" {
		c.Errorf("%s %s: %q is no JSON", method, path, got.text)
	}
	return got
}

func (c client) signUp(username string) object {
	c.Helper()
	return c.ok(c.send("POST", "/users", object{"username": username, "password": somePassword}), http.StatusCreated)
}

func (c client) tryLogin(username, password string) reply {
	return c.send("POST", "/login", object{"username": username, "password": password, "device": "laptop"})
}

func (c client) login(username, password string) (access, refresh string) {
	c.Helper()
	return c.tokens(c.tryLogin(username, password))
}

func (c client) refresh(token string) reply {
	return c.send("POST", "/refresh", object{"refresh_token": token})
}

func (c client) me(token string) reply {
	return c.with(token).send("GET", "/me", "")
}

func (c client) alive(token string) {
	c.Helper()
	c.ok(c.me(token), http.StatusOK)
}

func (c client) sessions(token string) []any {
	c.Helper()
	items, _ := c.ok(c.with(token).send("GET", "/sessions", ""), http.StatusOK)["items"].([]any)
	return items
}

func (c client) changePassword(token, current, next string) reply {
	return c.with(token).send("PUT", "/password", object{"current_password": current, "new_password": next})
}

// tokens are those that an answer holds.
func (c client) tokens(got reply) (access, refresh string) {
	c.Helper()
	body := c.ok(got, http.StatusOK)
	access, _ = body["access_token"].(string)
	refresh, _ = body["refresh_token"].(string)
	if len(body) != 4 || access == "" || refresh == "" || got.header.Get("Cache-Control") != "no-store" {
		c.Fatalf("no tokens: %v", got)
	}
	return access, refresh
}

func (c client) ok(got reply, status int) object {
	c.Helper()
	if got.status != status || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
		c.Fatalf("got %d %s, want %d", got.status, got.text, status)
	}
	return got.body
}

// problem checks an error; faulty are the names in its errors, of which most have none.
func (c client) problem(got reply, status int, code string, faulty ...string) {
	c.Helper()
	errors, _ := got.body["errors"].(object)
	names := slices.Sorted(maps.Keys(errors))
	challenge := ""
	if status == http.StatusUnauthorized {
		challenge = "Bearer"
	}
	right := got.status == status && got.body["status"] == float64(status) && got.body["code"] == code &&
		got.body["type"] == "/problems/"+code && got.body["title"] != "" && slices.Equal(names, faulty) &&
		got.header.Get("Content-Type") == "application/problem+json" && got.header.Get("WWW-Authenticate") == challenge
	if !right {
		c.Fatalf("got %d %s %v, want %d %s %v", got.status, got.text, got.header, status, code, faulty)
	}
}

func (c client) unauthorized(got reply) {
	c.Helper()
	c.problem(got, http.StatusUnauthorized, "unauthorized")
}

func (c client) badToken(got reply) {
	c.Helper()
	c.problem(got, http.StatusUnauthorized, "invalid_refresh_token")
}

func mac(text, secret string) []byte {
	hash := hmac.New(sha256.New, []byte(secret))
	hash.Write([]byte(text))
	return hash.Sum(nil)
}

func keyID(secret string) string {
	return hex.EncodeToString(mac("kid", secret))[:16]
}

func sign(header, claims object, secret string) string {
	var parts []string
	for _, part := range []object{header, claims} {
		encoded, err := json.Marshal(part)
		if err != nil {
			panic(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(encoded))
	}
	text := strings.Join(parts, ".")
	return text + "." + base64.RawURLEncoding.EncodeToString(mac(text, secret))
}

func (c client) readToken(token string) (header, claims object) {
	c.Helper()
	parts := strings.Split(token, ".")
	for i, into := range []*object{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(text, into) != nil {
			c.Fatalf("%q is no token", token)
		}
	}
	return header, claims
}

// but is an object with another value of one member.
func but(value object, name string, other any) object {
	changed := maps.Clone(value)
	changed[name] = other
	return changed
}

func TestEverythingIsThereAfterARestart_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users of #1?.sqlite3")
	before := start(t, "DATABASE_PATH", path)
	user := before.signUp("alice")
	access, first := before.login("alice", somePassword)
	sessions := before.sessions(access)
	if len(sessions) != 1 || sessions[0].(object)["device"] != "laptop" || sessions[0].(object)["current"] != true {
		t.Fatalf("sessions: %v", sessions)
	}
	after := before.restart("DATABASE_PATH", path)
	if got := after.ok(after.me(access), http.StatusOK); !reflect.DeepEqual(got, user) || user["username"] != "alice" {
		t.Fatalf("got %v, want %v", got, user)
	}
	if got := after.sessions(access); !reflect.DeepEqual(got, sessions) {
		t.Fatalf("got %v, want %v", got, sessions)
	}
	access, _ = after.tokens(after.refresh(first))
	after.alive(access)
	after.badToken(after.refresh(first))
}

func TestAccessTokenIsChecked_R2(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	access, refresh := c.login("alice", somePassword)
	header, claims := c.readToken(access)
	c.alive(sign(header, claims, secret))
	for name, forged := range map[string]string{
		"expired":       sign(header, but(claims, "exp", time.Now().Unix()), secret),
		"foreign":       sign(header, but(claims, "iss", "x"), secret),
		"no session":    sign(header, but(claims, "sid", nil), secret),
		"no user":       sign(header, but(claims, "sub", 1), secret),
		"alg none":      sign(but(header, "alg", "none"), claims, secret),
		"crit":          sign(but(header, "crit", []string{}), claims, secret),
		"no header":     sign(nil, claims, secret),
		"longer":        access + "A",
		"four parts":    access + ".x",
		"refresh token": refresh,
		"none":          "",
	} {
		if got := c.me(forged); got.status != http.StatusUnauthorized {
			t.Errorf("%s: got %v", name, got)
		}
	}
	c.unauthorized(c.me("x"))
}

func TestKeysAreReplaced_R3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.sqlite3")
	before := start(t, "DATABASE_PATH", path)
	before.signUp("alice")
	old, refresh := before.login("alice", somePassword)
	header, _ := before.readToken(old)
	if want := (object{"alg": "HS256", "typ": "JWT", "kid": keyID(secret)}); !reflect.DeepEqual(header, want) {
		t.Fatalf("got %v, want %v", header, want)
	}

	between := before.restart("DATABASE_PATH", path, "APP_JWT_SECRET", nextSecret, "APP_JWT_OLD_SECRET", secret)
	between.alive(old)
	access, refresh := between.tokens(between.refresh(refresh))
	header, claims := between.readToken(access)
	if header["kid"] != keyID(nextSecret) {
		t.Fatalf("kid: %v", header)
	}
	between.unauthorized(between.me(sign(header, claims, secret)))

	after := between.restart("DATABASE_PATH", path, "APP_JWT_SECRET", nextSecret)
	after.unauthorized(after.me(old))
	after.unauthorized(after.me(sign(but(header, "kid", keyID("")), claims, "")))
	after.alive(access)

	random := after.restart("DATABASE_PATH", path, "APP_JWT_SECRET", "")
	random.unauthorized(random.me(access))
	access, _ = random.tokens(random.refresh(refresh))
	random.alive(access)
	again := random.restart("DATABASE_PATH", path, "APP_JWT_SECRET", "")
	again.unauthorized(again.me(access))
}

func TestLifeOfAccessTokens_R3(t *testing.T) {
	for text, seconds := range map[string]float64{"": 300, "1": 1, "60": 60, "3600": 3600} {
		c := start(t, "APP_ACCESS_TTL_SECONDS", text, "APP_JWT_OLD_SECRET", strings.Repeat("\u00e9", 16))
		c.signUp("alice")
		got := c.tryLogin("alice", somePassword)
		access, _ := c.tokens(got)
		_, claims := c.readToken(access)
		if got.body["expires_in"] != seconds || claims["exp"].(float64)-claims["iat"].(float64) != seconds {
			t.Errorf("%q: got %v, %v", text, got.body, claims)
		}
	}
}

func TestFaultyConfiguration_R3(t *testing.T) {
	right := map[string]string{
		"APP_JWT_SECRET":         strings.Repeat("x", 32),
		"APP_JWT_OLD_SECRET":     strings.Repeat("y", 32),
		"APP_ACCESS_TTL_SECONDS": "5",
	}
	for name, values := range map[string][]string{
		"APP_JWT_SECRET":         {strings.Repeat("x", 31), right["APP_JWT_SECRET"]},
		"APP_JWT_OLD_SECRET":     {strings.Repeat("y", 31), right["APP_JWT_OLD_SECRET"]},
		"APP_ACCESS_TTL_SECONDS": {"0", "3601", "-1", "1.5", " 5", "x", "5x", "99999999999999999999", "5"},
	} {
		for i, value := range values {
			environment := maps.Clone(right)
			environment[name] = value
			app, err := auth.NewApp(func(name string) string { return environment[name] })
			if last := i == len(values)-1; last {
				if err != nil || app.Close() != nil {
					t.Errorf("%s %q: %v", name, value, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s %q: got %v, want an error", name, value, err)
			}
		}
	}
}

func TestDatabaseThatCannotBeOpened_R1(t *testing.T) {
	folder := t.TempDir()
	open := func(path string) error {
		app, err := auth.NewApp(func(name string) string { return map[string]string{"DATABASE_PATH": path}[name] })
		if err == nil {
			err = app.Close()
		}
		return err
	}
	if err := open(filepath.Join(folder, "users.sqlite3")); err != nil {
		t.Fatal(err)
	}
	if open(folder) == nil {
		t.Error("a folder is taken for a database")
	}
}

func TestCloseReleasesTheDatabase_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.sqlite3")
	isOpen := func() bool {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
			file, _ := os.Readlink(filepath.Join("/proc/self/fd", entry.Name()))
			return file == path
		})
	}
	c := start(t, "DATABASE_PATH", path)
	open := isOpen()
	if err := c.app.Close(); err != nil || !open || isOpen() {
		t.Errorf("open before: %t, after: %t; %v", open, isOpen(), err)
	}
}

func TestUnexpectedErrorIsNotShown_R9(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	access, refresh := c.login("alice", somePassword)
	if err := c.app.Close(); err != nil {
		t.Fatal(err)
	}
	for _, got := range []reply{c.me(access), c.refresh(refresh), c.tryLogin("alice", somePassword)} {
		c.problem(got, http.StatusInternalServerError, "internal_error")
		if strings.Contains(got.text, "sql") {
			t.Errorf("got %s", got.text)
		}
	}
}

func TestReuseEndsTheSession_R4(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	access, first := c.login("alice", somePassword)
	_, second := c.tokens(c.refresh(first))
	other, _ := c.login("alice", somePassword)
	c.badToken(c.refresh(strings.Repeat("x", 43)))
	c.alive(access)
	c.badToken(c.refresh(first))
	c.badToken(c.refresh(second))
	c.unauthorized(c.me(access))
	c.alive(other)
}

func TestConcurrentRefreshes_R5(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	access, token := c.login("alice", somePassword)
	statuses := make([]int, 8)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() { statuses[i] = c.refresh(token).status })
	}
	group.Wait()
	slices.Sort(statuses)
	if want := []int{200, 401, 401, 401, 401, 401, 401, 401}; !slices.Equal(statuses, want) {
		t.Fatalf("got %v, want %v", statuses, want)
	}
	c.unauthorized(c.me(access))
}

func TestSessionsArePrivate_R6(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	c.signUp("bob")
	alice, _ := c.login("alice", somePassword)
	bob, _ := c.login("bob", somePassword)
	sessions := c.sessions(alice)
	if len(sessions) != 1 {
		t.Fatalf("sessions: %v", sessions)
	}
	path := "/sessions/" + sessions[0].(object)["id"].(string)
	c.problem(c.with(bob).send("DELETE", path, ""), http.StatusNotFound, "not_found")
	c.alive(alice)
	if got := c.with(alice).send("DELETE", path, ""); got.status != http.StatusNoContent || got.text != "" {
		t.Fatalf("got %v", got)
	}
	c.unauthorized(c.me(alice))
	c.alive(bob)
}

func TestPasswordIsChanged_R7(t *testing.T) {
	c := start(t)
	c.signUp("alice")
	here, _ := c.login("alice", somePassword)
	there, _ := c.login("alice", somePassword)
	c.problem(c.changePassword(here, "wrong", "second password"), http.StatusForbidden, "wrong_password")
	c.alive(there)
	if got := c.changePassword(here, somePassword, "second password"); got.status != http.StatusNoContent {
		t.Fatalf("got %v", got)
	}
	c.alive(here)
	c.unauthorized(c.me(there))
	c.problem(c.tryLogin("alice", somePassword), http.StatusUnauthorized, "invalid_credentials")
	c.login("alice", "second password")
}

func TestPasswordHashes_R8(t *testing.T) {
	stored := auth.HashPassword(somePassword)
	pattern := regexp.MustCompile(`^\$pbkdf2-sha512\$i=210000\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$`)
	parts := pattern.FindStringSubmatch(stored)
	if parts == nil {
		t.Fatalf("got %q", stored)
	}
	salt, _ := base64.RawStdEncoding.DecodeString(parts[1])
	key, _ := base64.RawStdEncoding.DecodeString(parts[2])
	derived, err := pbkdf2.Key(sha512.New, somePassword, salt, 210_000, 32)
	if err != nil || !bytes.Equal(derived, key) {
		t.Errorf("got %q", stored)
	}
	if auth.HashPassword(somePassword) == stored {
		t.Errorf("got %q twice", stored)
	}
	cheap, _ := pbkdf2.Key(sha512.New, "x", []byte("salt"), 3, 20)
	cheapHash := "$pbkdf2-sha512$i=3$c2FsdA$" + base64.RawStdEncoding.EncodeToString(cheap)
	for _, try := range []struct {
		password, stored string
		matches, fails   bool
	}{
		{somePassword, stored, true, false},
		{strings.ToUpper(somePassword), stored, false, false},
		{"x", cheapHash, true, false},
		{"y", cheapHash, false, false},
		{"x", strings.Replace(cheapHash, "i=3", "i=4", 1), false, false},
		{"x", "x", false, true},
		{"x", "$pbkdf2-sha512$i=3$!$c2FsdA", false, true},
		{"x", "$pbkdf2-sha512$i=3$c2FsdA$!", false, true},
	} {
		matches, err := auth.VerifyPassword(try.password, try.stored)
		if matches != try.matches || (err != nil) != try.fails {
			t.Errorf("%q, %q: got %v, %v", try.password, try.stored, matches, err)
		}
	}
}

func TestDatabaseHoldsNoSecrets_R8(t *testing.T) {
	folder := t.TempDir()
	c := start(t, "DATABASE_PATH", filepath.Join(folder, "users.sqlite3"))
	c.signUp("alice")
	access, first := c.login("alice", somePassword)
	_, second := c.tokens(c.refresh(first))
	if err := c.app.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(folder, "users.sqlite3"))
	if err != nil || !bytes.Contains(data, []byte("alice")) {
		t.Fatalf("%v", err)
	}
	for _, hidden := range []string{somePassword, secret, access, first, second} {
		if bytes.Contains(data, []byte(hidden)) {
			t.Errorf("%q is in the database", hidden)
		}
	}
}

func TestFaultsOfBodies_R9(t *testing.T) {
	c := start(t)
	long := strings.Repeat("{", 8193)
	c.problem(c.send("POST", "/login", long, "text/plain"), http.StatusUnsupportedMediaType, "unsupported_media_type")
	c.problem(c.send("POST", "/login", long), http.StatusRequestEntityTooLarge, "payload_too_large")
	c.problem(c.send("POST", "/login", long[1:]), http.StatusBadRequest, "malformed_json")
	c.problem(c.send("POST", "/login", "null"), http.StatusBadRequest, "malformed_json")
	c.problem(c.send("POST", "/login", "{}"), http.StatusUnprocessableEntity, "validation_failed",
		"device", "password", "username")
	fields := object{"username": "Alice", "password": "short", "admin": true}
	c.problem(c.send("POST", "/users", fields), http.StatusUnprocessableEntity, "validation_failed",
		"admin", "password", "username")
	c.problem(c.send("GET", "/nothing", ""), http.StatusNotFound, "not_found")
}
