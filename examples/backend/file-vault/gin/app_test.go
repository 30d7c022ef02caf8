package main_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	vault "example.com/file-vault"
)

const (
	key      = "not-a-secret-of-alice"
	otherKey = "not-a-secret-of-bob"
)

type environment map[string]string

type object = map[string]any

// client sends requests to an app of its own.
type client struct {
	*testing.T
	app *vault.App
	key string
}

func newApp(changes environment) (*vault.App, error) {
	all := environment{
		"APP_KEYS":           "alice:" + key + ",bob-2:" + otherKey,
		"APP_MAX_FILE_BYTES": "20",
		"APP_QUOTA_BYTES":    "50",
	}
	for name, value := range changes {
		all[name] = value
	}
	return vault.NewApp(func(name string) string { return all[name] })
}

func newClient(t *testing.T, changes environment) client {
	t.Helper()
	app, err := newApp(changes)
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return client{t, app, key}
}

// newPath gives the path of a database in a folder of this test, and the folder of its files.
func newPath(t *testing.T) (path, folder string) {
	path = filepath.Join(t.TempDir(), "data.sqlite3")
	return path, path + ".files"
}

func (c client) send(method, path string, body io.Reader, header map[string]string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, body)
	request.Header.Set("Authorization", "Bearer "+c.key)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	c.app.ServeHTTP(recorder, request)
	return recorder
}

func (c client) get(path string) *httptest.ResponseRecorder {
	return c.send(http.MethodGet, path, nil, nil)
}

func (c client) postNamed(name, content string) *httptest.ResponseRecorder {
	return c.send(http.MethodPost, "/files?name="+url.QueryEscape(name), strings.NewReader(content), nil)
}

func (c client) post(content string) *httptest.ResponseRecorder {
	return c.postNamed("x.txt", content)
}

func (c client) store(content string) object {
	c.Helper()
	return c.object(c.post(content), http.StatusCreated)
}

func (c client) object(response *httptest.ResponseRecorder, status int) (body object) {
	c.Helper()
	if err := json.Unmarshal(response.Body.Bytes(), &body); err != nil || response.Code != status {
		c.Fatalf("%d, not %d: %s", response.Code, status, response.Body)
	}
	return body
}

func (c client) list() []any {
	c.Helper()
	return c.object(c.get("/files"), http.StatusOK)["items"].([]any)
}

func (c client) wantProblem(response *httptest.ResponseRecorder, status int, code string) {
	c.Helper()
	body := c.object(response, status)
	mediaType, _, _ := strings.Cut(response.Header().Get("Content-Type"), ";")
	title, _ := body["title"].(string)
	want := object{"type": "/problems/" + code, "title": title, "status": float64(status)}
	if mediaType != "application/problem+json" || title == "" || !reflect.DeepEqual(body, want) {
		c.Errorf("%s %v, not %s", mediaType, body, code)
	}
}

func (c client) want(found, wanted any) {
	c.Helper()
	if !reflect.DeepEqual(found, wanted) {
		c.Errorf("%v, not %v", found, wanted)
	}
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

// hook is a reader without content that calls a function when it is reached.
type hook func()

func (h hook) Read([]byte) (int, error) {
	h()
	return 0, io.EOF
}

func TestFilesAreStillThereAfterARestart_R1(t *testing.T) {
	path, folder := newPath(t)
	first := newClient(t, environment{"DATABASE_PATH": path})
	file := first.store("Hello")
	if err := first.app.Close(); err != nil {
		t.Fatal(err)
	}
	second := newClient(t, environment{"DATABASE_PATH": path})
	second.want(second.list(), []any{file})
	response := second.get("/files/" + file["id"].(string))
	second.want(response.Body.String(), "Hello")
	second.want(response.Header().Get("ETag"), `"`+file["sha256"].(string)+`"`)
	second.want(names(t, folder), []string{file["id"].(string)})
}

func TestFileDeletedWhileItIsAskedFor_R1(t *testing.T) {
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	id := c.store("Hello")["id"].(string)
	if err := os.Remove(filepath.Join(folder, id)); err != nil {
		t.Fatal(err)
	}
	c.wantProblem(c.get("/files/"+id), 404, "not_found")
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	c.wantProblem(c.send(http.MethodDelete, "/files/"+id, nil, nil), 500, "internal_error")
	c.want(c.list(), []any{})
}

func TestWithoutAPathTheDataIsTemporary_R1(t *testing.T) {
	directory := t.TempDir()
	t.Setenv("TMPDIR", directory)
	c, other := newClient(t, nil), newClient(t, nil)
	file := c.store("Hello")
	c.want(c.list(), []any{file})
	c.want(other.list(), []any{})
	c.want(len(names(t, directory)), 2)
	for _, app := range []*vault.App{c.app, other.app} {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}
	c.want(names(t, directory), []string{})
}

func TestUnknownPaths_R1(t *testing.T) {
	c := newClient(t, nil)
	for _, path := range []string{"/nothing", "/files/a/b", "/files/unknown"} {
		c.wantProblem(c.get(path), 404, "not_found")
		c.wantProblem(c.send(http.MethodDelete, path, nil, nil), 404, "not_found")
	}
	c.want(c.get("/health").Body.String(), `{"status":"ok"}`)
}

func TestErrorsOfTheServerAreNotExplained_R1_R3(t *testing.T) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	// The folder vanishes before the content can be moved into place.
	body := io.MultiReader(strings.NewReader("Hello"), hook(func() { os.RemoveAll(folder) }))
	c.wantProblem(c.send(http.MethodPost, "/files?name=x", body, nil), 500, "internal_error")
	c.want(c.list(), []any{})
	c.wantProblem(c.post("Hello"), 500, "internal_error")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	c.app.Close()
	for _, response := range []*httptest.ResponseRecorder{
		c.post("Hello"),
		c.get("/files"),
		c.get("/files/unknown"),
		c.send(http.MethodDelete, "/files/unknown", nil, nil),
	} {
		c.wantProblem(response, 500, "internal_error")
	}
	c.want(names(t, folder), []string{})
}

func TestPlacesThatCannotBeUsed_R1(t *testing.T) {
	for name, spoil := range map[string]func(path, folder string) error{
		"the folder is a file":     func(_, folder string) error { return os.WriteFile(folder, nil, 0o600) },
		"the database is a folder": func(path, _ string) error { return os.Mkdir(path, 0o700) },
		"a part cannot be removed": func(_, folder string) error { return os.MkdirAll(filepath.Join(folder, "x.part", "y"), 0o700) },
	} {
		path, folder := newPath(t)
		if err := spoil(path, folder); err != nil {
			t.Fatal(err)
		}
		if app, err := newApp(environment{"DATABASE_PATH": path}); app != nil || err == nil {
			t.Errorf("%s: %v, %v", name, app, err)
		}
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	if app, err := newApp(nil); app != nil || err == nil {
		t.Errorf("no temporary folder: %v, %v", app, err)
	}
}

func TestDefaultLimits_R2_R8(t *testing.T) {
	c := newClient(t, environment{"APP_MAX_FILE_BYTES": "", "APP_QUOTA_BYTES": ""})
	c.wantProblem(c.post(strings.Repeat("x", 1_048_577)), 413, "too_large")
	for range 10 {
		c.store(strings.Repeat("x", 1_048_576))
	}
	c.wantProblem(c.post("x"), 409, "quota_exceeded")
}

func TestLimitsOfOneAndOfManyBytes_R2(t *testing.T) {
	c := newClient(t, environment{"APP_MAX_FILE_BYTES": "1", "APP_QUOTA_BYTES": "999999999999"})
	response := c.post("xy")
	c.wantProblem(response, 413, "too_large")
	c.want(response.Header().Get("Connection"), "close")
	c.store("x")
}

func TestLimitsOfWrongForm_R2(t *testing.T) {
	path, folder := newPath(t)
	for _, name := range []string{"APP_MAX_FILE_BYTES", "APP_QUOTA_BYTES"} {
		for _, value := range []string{"0", "01", "-1", "1.5", "x", " 1", "1\n", "1111111111111"} {
			app, err := newApp(environment{"DATABASE_PATH": path, name: value})
			if app != nil || err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s %q: %v, %v", name, value, app, err)
			}
		}
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("a folder has been made")
	}
}

func TestOnlyUnfinishedUploadsAreRemovedAtTheStart_R3(t *testing.T) {
	path, folder := newPath(t)
	first := newClient(t, environment{"DATABASE_PATH": path})
	id := first.store("Hello")["id"].(string)
	first.app.Close()
	for _, name := range []string{"0123.part", "4567.part", "part"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	second := newClient(t, environment{"DATABASE_PATH": path})
	wanted := []string{id, "part"}
	slices.Sort(wanted)
	second.want(names(t, folder), wanted)
	second.want(second.get("/files/"+id).Body.String(), "Hello")
}

func TestUploadIsAPartWhileItArrives_R3(t *testing.T) {
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	var seen []string
	body := io.MultiReader(strings.NewReader("Hello"), hook(func() { seen = names(t, folder) }))
	file := c.object(c.send(http.MethodPost, "/files?name=x", body, nil), http.StatusCreated)
	id := file["id"].(string)
	if len(seen) != 1 || filepath.Ext(seen[0]) != ".part" || strings.Contains(seen[0], id) {
		t.Error(seen)
	}
	c.want(names(t, folder), []string{id})
}

func TestUploadThatBreaksOff_R3(t *testing.T) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	body := io.MultiReader(strings.NewReader("Hel"), iotest.ErrReader(errors.New("broken off")))
	c.wantProblem(c.send(http.MethodPost, "/files?name=x", body, nil), 500, "internal_error")
	c.want(names(t, folder), []string{})
	c.want(c.list(), []any{})
}

func TestNothingStaysWhenTheDatabaseFailsInTheEnd_R3(t *testing.T) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// While somebody reads, nothing can be committed.
	reader, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var count int
	if err := reader.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&count); err != nil {
		t.Fatal(err)
	}
	c.wantProblem(c.post("Hello"), 500, "internal_error")
	c.want(names(t, folder), []string{})
	reader.Rollback()
	c.want(c.list(), []any{})
	id := c.store("Hello")["id"].(string)
	c.want(names(t, folder), []string{id})
}

// brokenLine is a response of which nothing can be written at first.
type brokenLine struct {
	*httptest.ResponseRecorder
	broken bool
}

func (b *brokenLine) Write(p []byte) (int, error) {
	if !b.broken {
		b.broken = true
		return 0, io.ErrClosedPipe
	}
	return b.ResponseRecorder.Write(p)
}

func TestNothingIsAddedToADownloadThatBreaksOff_R1(t *testing.T) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	c := newClient(t, nil)
	request := httptest.NewRequest(http.MethodGet, "/files/"+c.store("Hello")["id"].(string), nil)
	request.Header.Set("Authorization", "Bearer "+key)
	response := &brokenLine{ResponseRecorder: httptest.NewRecorder()}
	c.app.ServeHTTP(response, request)
	c.want(response.broken, true)
	c.want(response.Code, http.StatusOK)
	c.want(response.Body.String(), "")
}

func TestNames_R4(t *testing.T) {
	c := newClient(t, nil)
	for _, name := range []string{"", ".", "..", "../x", `a\b`, "x\n", strings.Repeat("x", 101)} {
		c.wantProblem(c.postNamed(name, "x"), 422, "invalid_name")
	}
	file := c.object(c.postNamed("it's a+b", "x"), http.StatusCreated)
	c.want(file["name"], "it's a+b")
	header := c.get("/files/" + file["id"].(string)).Header()
	c.want(header.Get("Content-Disposition"), `attachment; filename="it_s_a_b"; filename*=UTF-8''it%27s%20a%2Bb`)
}

func TestContentByteByByte_R5(t *testing.T) {
	c := newClient(t, environment{"APP_QUOTA_BYTES": "1000"})
	text := "text/plain; charset=utf-8"
	for _, test := range []struct{ content, mediaType string }{
		{"\u00e9\u20ac\U0001f600\ufffd", text},
		{"", text},
		{"%PDF", text},
		{"%PDF-\xff", "application/pdf"},
		{"\x89PNG\r\n\x1a\n\x00", "image/png"},
		{"\xff\xd8\xff", "image/jpeg"},
		{"\xff\xd8", ""},
		{"x\x00", ""},
		{"x\xff ends well", ""},
		{"\xe2\x82", ""},
		{"\xc3", ""},
		{"\xed\xa0\x80", ""},
		{"xxxxxxxxxxxxxxx\xf0\x9f", ""},
	} {
		body := iotest.OneByteReader(strings.NewReader(test.content))
		response := c.send(http.MethodPost, "/files?name=x", body, map[string]string{"Content-Type": "image/png"})
		if test.mediaType == "" {
			c.wantProblem(response, 415, "unsupported_type")
			continue
		}
		file := c.object(response, http.StatusCreated)
		c.want(file["type"], test.mediaType)
		download := c.get("/files/" + file["id"].(string))
		c.want(download.Body.String(), test.content)
		c.want(download.Header().Get("Content-Type"), test.mediaType)
		c.want(download.Header().Get("X-Content-Type-Options"), "nosniff")
	}
}

func TestDigests_R6(t *testing.T) {
	path, folder := newPath(t)
	c := newClient(t, environment{"DATABASE_PATH": path})
	header := map[string]string{"Content-Digest": "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"}
	refused := c.send(http.MethodPost, "/files?name=x", strings.NewReader("hallo"), header)
	c.wantProblem(refused, 400, "digest_mismatch")
	c.want(names(t, folder), []string{})
	c.object(c.send(http.MethodPost, "/files?name=x", strings.NewReader("hello"), header), http.StatusCreated)
}

func TestKeysOfWrongForm_R7(t *testing.T) {
	for _, keys := range []string{
		"alice",
		"alice:",
		"alice:short-by-one-ch",
		":" + key,
		"Alice:" + key,
		"alice:" + key + ",",
		"alice:" + key + ", bob:" + otherKey,
		"alice:" + key + "\n",
		"alice:" + key + ":x",
		"alice:" + key + "!",
	} {
		app, err := newApp(environment{"APP_KEYS": keys})
		if app != nil || err == nil || !strings.Contains(err.Error(), "APP_KEYS") || strings.Contains(err.Error(), key) {
			t.Errorf("%q: %v, %v", keys, app, err)
		}
	}
}

func TestOwnersAndTheirKeys_R7(t *testing.T) {
	shortKey := strings.Repeat("k", 16)
	c := newClient(t, environment{"APP_KEYS": "a:" + shortKey + ",bob-2:" + otherKey})
	c.wantProblem(c.get("/files"), 401, "unauthorized")
	c.key = shortKey
	file := c.store("Hello")
	other := client{t, c.app, otherKey}
	path := "/files/" + file["id"].(string)
	other.wantProblem(other.get(path), 404, "not_found")
	other.wantProblem(other.send(http.MethodDelete, path, nil, nil), 404, "not_found")
	other.want(other.list(), []any{})
	c.want(c.list(), []any{file})
	c.want(c.send(http.MethodDelete, path, nil, nil).Code, http.StatusNoContent)
	c.want(c.list(), []any{})
}

func TestWithoutKeysNobodyIsAnOwner_R7(t *testing.T) {
	c := newClient(t, environment{"APP_KEYS": ""})
	for _, authorization := range []string{"Bearer", "Bearer ", "", "Bearer " + key} {
		response := c.send(http.MethodGet, "/files", nil, map[string]string{"Authorization": authorization})
		c.wantProblem(response, 401, "unauthorized")
		c.want(response.Header().Get("WWW-Authenticate"), "Bearer")
	}
}

func TestQuota_R8(t *testing.T) {
	c := newClient(t, nil)
	for _, size := range []int{20, 20, 10} {
		c.store(strings.Repeat("x", size))
	}
	c.wantProblem(c.post("x"), 409, "quota_exceeded")
	c.store("")
}

func TestRanges_R9(t *testing.T) {
	c := newClient(t, nil)
	path := "/files/" + c.store("0123456789")["id"].(string)
	part := c.send(http.MethodGet, path, nil, map[string]string{"Range": "bytes=-4"})
	c.want(part.Code, http.StatusPartialContent)
	c.want(part.Body.String(), "6789")
	c.want(part.Header().Get("Content-Range"), "bytes 6-9/10")
	beyond := c.send(http.MethodGet, path, nil, map[string]string{"Range": "bytes=10-"})
	c.wantProblem(beyond, 416, "range_not_satisfiable")
	c.want(beyond.Header().Get("Content-Range"), "bytes */10")
}
