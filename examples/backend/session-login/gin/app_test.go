package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	login "example.com/session-login"
)

const (
	password      = "correct horse battery"
	wrong         = "incorrect horse battery"
	refused       = "401 invalid_credentials"
	locked        = "429 too_many_attempts"
	wrongPassword = "403 wrong_password"
	anonymous     = "401 unauthenticated"
)

type headers map[string]string

// api sends requests to an app of its own.
type api struct {
	*testing.T
	app *login.App
}

// start makes an app with cheap hashes, unless the options say otherwise.
func start(t *testing.T, options login.Options) api {
	t.Helper()
	if options.PasswordCost == 0 {
		options.PasswordCost = 10
	}
	app, err := login.NewApp(options)
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return api{t, app}
}

// startWithAlice makes an app that has the account of alice.
func startWithAlice(t *testing.T, options login.Options) api {
	t.Helper()
	a := start(t, options)
	if got := outcome(a.send("POST", "/accounts", credentials("alice", password), nil)); got != "201 " {
		t.Fatalf("registration: %s", got)
	}
	return a
}

func (a api) send(method, path, body string, extra headers) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	for name, value := range extra {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	a.app.ServeHTTP(recorder, request)
	return recorder
}

func (a api) attempt(word string) *httptest.ResponseRecorder {
	return a.send("POST", "/session", credentials("alice", word), nil)
}

func (a api) fail(times int) {
	a.Helper()
	for range times {
		a.want(a.attempt(wrong), refused)
	}
}

// logIn returns the headers of a new session.
func (a api) logIn(word string) headers {
	a.Helper()
	response := a.attempt(word)
	a.want(response, "201 ")
	cookie, _, _ := strings.Cut(response.Header().Get("Set-Cookie"), ";")
	return headers{"Cookie": cookie, "X-CSRF-Token": decode(response)["csrf_token"].(string)}
}

func (a api) want(response *httptest.ResponseRecorder, expected string) {
	a.Helper()
	if got := outcome(response); got != expected {
		a.Errorf("got %q, want %q", got, expected)
	}
}

func decode(response *httptest.ResponseRecorder) map[string]any {
	var body map[string]any
	json.Unmarshal(response.Body.Bytes(), &body)
	return body
}

// outcome is the status of a response and the code if it is a problem.
func outcome(response *httptest.ResponseRecorder) string {
	code, _ := decode(response)["code"].(string)
	return fmt.Sprint(response.Code, " ", code)
}

func credentials(username, word string) string {
	return fmt.Sprintf(`{"username": %q, "password": %q}`, username, word)
}

func TestLogInAndOut_R1_R2(t *testing.T) {
	a := startWithAlice(t, login.Options{})
	a.want(a.send("POST", "/accounts", credentials("alice", wrong), nil), "409 username_taken")
	a.fail(1)
	session := a.logIn(password)
	if got := decode(a.send("GET", "/session", "", session))["username"]; got != "alice" {
		t.Errorf("username %v", got)
	}
	logout := a.send("DELETE", "/session", "", session)
	a.want(logout, "204 ")
	if got := logout.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "session=;") || !strings.Contains(got, "Max-Age=0") {
		t.Errorf("cookie %q", got)
	}
	a.want(a.send("GET", "/session", "", session), anonymous)
}

func TestCookieIsSecureUnlessSwitchedOff_R2(t *testing.T) {
	for _, insecure := range []bool{false, true} {
		a := startWithAlice(t, login.Options{InsecureCookie: insecure})
		cookie := a.attempt(password).Header().Get("Set-Cookie")
		if !strings.Contains(cookie, "; HttpOnly") || strings.Contains(cookie, "; Secure") == insecure {
			t.Errorf("insecure %v: cookie %q", insecure, cookie)
		}
	}
}

func TestOptionsFromEnvironment_R2_R7(t *testing.T) {
	cases := []struct {
		variables map[string]string
		want      login.Options
	}{
		{map[string]string{"DATABASE_PATH": "x.db", "COOKIE_SECURE": "1"}, login.Options{DatabasePath: "x.db"}},
		{
			map[string]string{"PASSWORD_COST": "1000", "LOGIN_LOCK_SECONDS": "5", "COOKIE_SECURE": "0"},
			login.Options{PasswordCost: 1000, LockTime: 5 * time.Second, InsecureCookie: true},
		},
	}
	for _, test := range cases {
		got, err := login.OptionsFromEnvironment(func(name string) string { return test.variables[name] })
		if err != nil || got != test.want {
			t.Errorf("%v: %+v, %v", test.variables, got, err)
		}
	}
	for _, name := range []string{"PASSWORD_COST", "LOGIN_LOCK_SECONDS"} {
		faulty := map[string]string{name: "x"}
		_, err := login.OptionsFromEnvironment(func(asked string) string { return faulty[asked] })
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestSessionsEndWithANewPassword_R3_R4(t *testing.T) {
	a := startWithAlice(t, login.Options{})
	first, second := a.logIn(password), a.logIn(password)
	var current []any
	for _, item := range decode(a.send("GET", "/sessions", "", second))["items"].([]any) {
		current = append(current, item.(map[string]any)["current"])
	}
	if !slices.Equal(current, []any{false, true}) {
		t.Errorf("current: %v", current)
	}
	change := fmt.Sprintf(`{"current_password": %q, "new_password": %q}`, password, wrong)
	a.want(a.send("PUT", "/password", change, second), "204 ")
	a.want(a.send("GET", "/session", "", first), anonymous)
	a.want(a.send("PUT", "/password", change, second), wrongPassword)
	a.logIn(wrong)
}

func TestChangesNeedTheCSRFToken_R6(t *testing.T) {
	a := startWithAlice(t, login.Options{})
	session, other := a.logIn(password), a.logIn(password)
	for _, token := range []string{"", "x", other["X-CSRF-Token"], "\xff"} {
		forged := maps.Clone(session)
		forged["X-CSRF-Token"] = token
		a.want(a.send("DELETE", "/session", "", forged), "403 csrf_failed")
	}
	a.want(a.send("DELETE", "/session", "", session), "204 ")
}

func TestRestart_R1_R5_R7(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts?.db")
	a := startWithAlice(t, login.Options{DatabasePath: path})
	session := a.logIn(password)
	a.fail(5)
	if err := a.app.Close(); err != nil {
		t.Fatal(err)
	}
	a.want(a.send("GET", "/session", "", session), "500 internal_error")
	stored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{strings.TrimPrefix(session["Cookie"], "session="), session["X-CSRF-Token"], password} {
		if bytes.Contains(stored, []byte(secret)) {
			t.Errorf("%q is stored", secret)
		}
	}

	// Hashes keep the cost that they were made with.
	a = start(t, login.Options{DatabasePath: path, PasswordCost: 20})
	if got := decode(a.send("GET", "/session", "", session))["username"]; got != "alice" {
		t.Errorf("username %v", got)
	}
	a.want(a.attempt(password), locked)
	change := fmt.Sprintf(`{"current_password": %q, "new_password": %q}`, password, wrong)
	a.want(a.send("PUT", "/password", change, session), locked)
}

func TestHashKeepsItsCost_R5(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts.db")
	startWithAlice(t, login.Options{DatabasePath: path}).app.Close()
	a := start(t, login.Options{DatabasePath: path, PasswordCost: 20})
	a.fail(1)
	a.logIn(password)
}

func TestDatabaseThatCannotBeOpened_R1(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing", "accounts.db")
	if app, err := login.NewApp(login.Options{DatabasePath: missing}); err == nil || app != nil {
		t.Errorf("%v, %v", app, err)
	}
	a := startWithAlice(t, login.Options{})
	a.logIn(password)
}

func TestLockEnds_R7(t *testing.T) {
	a := startWithAlice(t, login.Options{LockTime: 500 * time.Millisecond})
	a.fail(5)
	response := a.attempt(password)
	a.want(response, locked)
	if got := response.Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q", got)
	}
	deadline := time.Now().Add(10 * time.Second)
	for response.Code == http.StatusTooManyRequests && time.Now().Before(deadline) {
		response = a.attempt(wrong)
	}
	a.want(response, refused)
	a.fail(3)
	a.logIn(password)
}

func TestDefaultLockIsAMinute_R7_R8(t *testing.T) {
	a := start(t, login.Options{})
	a.fail(5)
	response := a.attempt(wrong)
	a.want(response, locked)
	if got := response.Header().Get("Retry-After"); got != "60" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestFaultsAreProblems_R8_R9(t *testing.T) {
	a := startWithAlice(t, login.Options{})
	extra := a.send("POST", "/accounts", `{"username": "bob", "password": null, "role": "admin"}`, nil)
	a.want(extra, "422 validation_failed")
	faults, _ := decode(extra)["errors"].(map[string]any)
	if got := slices.Sorted(maps.Keys(faults)); !slices.Equal(got, []string{"password", "role"}) {
		t.Errorf("faults %v", got)
	}
	if got := extra.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("media type %q", got)
	}
	a.want(a.send("POST", "/session", strings.Repeat("x", 8193), nil), "413 body_too_large")
	a.want(a.send("GET", "/nothing", "", nil), "404 not_found")
}
