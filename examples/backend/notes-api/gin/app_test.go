package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	password  = "correct horse battery"
	emoji     = "😀"
	bodyLimit = 262_144
	noIfMatch = "(none)" // stands for a request without the header
)

var start = time.Date(2025, 3, 1, 9, 30, 0, 0, time.UTC)

func TestHealthNeedsNoToken_R9(t *testing.T) {
	api := newAPI(t)
	response := send(api.app, http.MethodGet, "/health", request{authorization: "Bearer unknown"})
	expectEqual(t, response.expect(t, http.StatusOK), jsonObject{"status": "ok"})
}

func TestUnknownPathIsNotFound_R9(t *testing.T) {
	api := newAPI(t)
	for _, path := range []string{"/", "/unknown", "/notes/x/y", "/notes//x", "/health/x", "/HEALTH"} {
		send(api.app, http.MethodGet, path, request{}).expectError(t, http.StatusNotFound, "not_found")
		api.alice.get(path).expectError(t, http.StatusNotFound, "not_found")
	}
}

// jsonObject is a JSON object in Go.
type jsonObject = map[string]any

// seed is the database of a stopped app with two users, and the tokens that they got at start. Hashing passwords is
// slow by design, so it is made once and each app gets a copy.
var seed = sync.OnceValue(func() (made struct {
	database   []byte
	alice, bob string
}) {
	folder, err := os.MkdirTemp("", "notes-api")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "notes.db")
	app, err := NewApp(Options{DatabasePath: path, Now: func() time.Time { return start }})
	if err != nil {
		panic(err)
	}
	signUp := func(username string) string {
		credentials := jsonObject{"username": username, "password": password}
		send(app, http.MethodPost, "/register", request{json: credentials})
		token, _ := send(app, http.MethodPost, "/login", request{json: credentials}).object()["token"].(string)
		return token
	}
	made.alice, made.bob = signUp("alice"), signUp("bob")
	if err := app.Close(); err != nil {
		panic(err)
	}
	if made.database, err = os.ReadFile(path); err != nil {
		panic(err)
	}
	return made
})

// api is an app on a copy of the seed, with a clock that stands still.
type api struct {
	t          *testing.T
	app        *App
	path       string
	now        atomic.Pointer[time.Time]
	alice, bob caller
}

func newAPI(t *testing.T) *api {
	t.Helper()
	a := &api{t: t, path: filepath.Join(t.TempDir(), "notes.db")}
	if err := os.WriteFile(a.path, seed().database, 0o600); err != nil {
		t.Fatal(err)
	}
	a.setClock(0)
	a.open()
	t.Cleanup(func() { a.app.Close() })
	return a
}

// open starts the app on the database as it is.
func (a *api) open() {
	a.t.Helper()
	app, err := NewApp(Options{DatabasePath: a.path, Now: func() time.Time { return *a.now.Load() }})
	if err != nil {
		a.t.Fatal(err)
	}
	a.app = app
	a.alice, a.bob = caller{a, seed().alice}, caller{a, seed().bob}
}

// setClock sets the clock to so long after start.
func (a *api) setClock(after time.Duration) {
	now := start.Add(after)
	a.now.Store(&now)
}

func (a *api) register(username, password any) response {
	return send(a.app, http.MethodPost, "/register", request{json: jsonObject{"username": username, "password": password}})
}

func (a *api) login(username, password any) response {
	return send(a.app, http.MethodPost, "/login", request{json: jsonObject{"username": username, "password": password}})
}

// request is what a request has beside method and path: a body, or a value to encode as one, and headers.
type request struct {
	json          any
	body          string
	authorization string
	ifMatch       string
	chunked       bool
}

func send(app http.Handler, method, path string, r request) response {
	body := r.body
	if r.json != nil {
		encoded, err := json.Marshal(r.json)
		if err != nil {
			panic(err)
		}
		body = string(encoded)
	}
	var reader io.Reader = strings.NewReader(body)
	if r.chunked {
		reader = io.MultiReader(reader) // hides the length
	}
	httpRequest := httptest.NewRequest(method, path, reader)
	if r.authorization != "" {
		httpRequest.Header.Set("Authorization", r.authorization)
	}
	if r.ifMatch != noIfMatch {
		httpRequest.Header.Set("If-Match", r.ifMatch)
	}
	recorder := httptest.NewRecorder()
	app.ServeHTTP(recorder, httpRequest)
	return response{recorder}
}

// response is an answer.
type response struct {
	*httptest.ResponseRecorder
}

func (r response) object() jsonObject {
	var object jsonObject
	if json.Unmarshal(r.Body.Bytes(), &object) != nil {
		return nil
	}
	return object
}

func (r response) expect(t *testing.T, status int) jsonObject {
	t.Helper()
	if r.Code != status {
		t.Fatalf("status %d %s, want %d", r.Code, r.Body, status)
	}
	return r.object()
}

func (r response) expectEmpty(t *testing.T) {
	t.Helper()
	if r.Code != http.StatusNoContent || r.Body.Len() > 0 {
		t.Fatalf("status %d %q, want 204 without a body", r.Code, r.Body)
	}
}

func (r response) expectError(t *testing.T, status int, code string, fields ...string) {
	t.Helper()
	body := r.expect(t, status)
	details, _ := body["error"].(jsonObject)
	message, _ := details["message"].(string)
	if len(body) != 1 || details["code"] != code || message == "" {
		t.Fatalf("body %s, want error %s", r.Body, code)
	}
	faults, hasFaults := details["fields"].(jsonObject)
	if hasFaults != (len(fields) > 0) || len(faults) != len(fields) || len(details) != 2+min(len(fields), 1) {
		t.Fatalf("body %s, want faults in %v only", r.Body, fields)
	}
	for _, field := range fields {
		if fault, _ := faults[field].(string); fault == "" {
			t.Errorf("body %s, want a fault in %s", r.Body, field)
		}
	}
	if contentType, _, _ := strings.Cut(r.Header().Get("Content-Type"), ";"); contentType != "application/json" {
		t.Errorf("content type %s", contentType)
	}
	if status == http.StatusUnauthorized && r.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate: %q", r.Header().Get("WWW-Authenticate"))
	}
}

// caller sends requests with a token.
type caller struct {
	api   *api
	token string
}

func (c caller) send(method, path string, r request) response {
	r.authorization = "Bearer " + c.token
	return send(c.api.app, method, path, r)
}

func (c caller) get(path string) response {
	return c.send(http.MethodGet, path, request{ifMatch: noIfMatch})
}

func (c caller) post(path, body string) response {
	return c.send(http.MethodPost, path, request{body: body})
}

func (c caller) put(path, ifMatch, body string) response {
	return c.send(http.MethodPut, path, request{ifMatch: ifMatch, body: body})
}

func (c caller) delete(path, ifMatch string) response {
	return c.send(http.MethodDelete, path, request{ifMatch: ifMatch})
}

// add creates a note.
func (c caller) add(title string, tags ...string) jsonObject {
	c.api.t.Helper()
	json := jsonObject{"title": title}
	if tags != nil {
		json["tags"] = tags
	}
	return c.send(http.MethodPost, "/notes", request{json: json}).expect(c.api.t, http.StatusCreated)
}

// addAll creates notes and returns the path of each.
func (c caller) addAll(titles string) map[rune]string {
	c.api.t.Helper()
	paths := map[rune]string{}
	for _, title := range titles {
		paths[title] = pathOf(c.add(string(title)))
	}
	return paths
}

// expectPage checks the titles of a page of notes, and returns its cursor, "" for null.
func (c caller) expectPage(titles []string, parameters ...string) string {
	c.api.t.Helper()
	query := url.Values{}
	for pair := range slices.Chunk(parameters, 2) {
		query.Set(pair[0], pair[1])
	}
	body := c.get("/notes?"+query.Encode()).expect(c.api.t, http.StatusOK)
	items, _ := body["items"].([]any)
	got := []string{}
	for _, item := range items {
		got = append(got, fmt.Sprint(item.(jsonObject)["title"]))
	}
	if !slices.Equal(got, titles) {
		c.api.t.Fatalf("page %q, want %q", got, titles)
	}
	cursor, hasCursor := body["next_cursor"].(string)
	if !hasCursor && body["next_cursor"] != nil || len(body) != 2 {
		c.api.t.Fatalf("body %v", body)
	}
	return cursor
}

func (c caller) expectLastPage(titles []string, parameters ...string) {
	c.api.t.Helper()
	if cursor := c.expectPage(titles, parameters...); cursor != "" {
		c.api.t.Errorf("cursor %q on the last page", cursor)
	}
}

func pathOf(note jsonObject) string {
	return fmt.Sprintf("/notes/%v", note["id"])
}

func expectEqual(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// padded is a note whose JSON has so many bytes.
func padded(size int) string {
	const head, tail = `{"title": "Padded", "padding": "`, `"}`
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

func contains(data []byte, text string) bool {
	return bytes.Contains(data, []byte(text))
}
