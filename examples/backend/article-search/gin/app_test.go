package main

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

type api struct {
	*testing.T
	app *App
}

type answer struct {
	status int
	header string
	body   map[string]any
}

func start(t *testing.T, path string) api {
	t.Helper()
	app, err := NewApp(Options{DatabasePath: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return api{t, app}
}

func (a api) send(method, path, contentType, body string) answer {
	a.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	a.app.ServeHTTP(recorder, request)
	result := answer{status: recorder.Code, header: recorder.Header().Get("Content-Type")}
	if recorder.Body.Len() > 0 {
		if err := json.Unmarshal(recorder.Body.Bytes(), &result.body); err != nil {
			a.Fatal(err)
		}
	}
	return result
}

func (a api) put(slug, title, body string, tags ...string) answer {
	a.Helper()
	value, err := json.Marshal(map[string]any{"title": title, "body": body, "tags": append([]string{}, tags...)})
	if err != nil {
		a.Fatal(err)
	}
	return a.send("PUT", "/articles/"+slug, "application/json", string(value))
}

func (a api) search(q string, more ...string) answer {
	a.Helper()
	values := url.Values{"q": {q}}
	for pair := range slices.Chunk(more, 2) {
		values.Set(pair[0], pair[1])
	}
	return a.send("GET", "/search?"+values.Encode(), "", "")
}

func (a api) wantFound(q, want string, more ...string) answer {
	a.Helper()
	got := a.search(q, more...)
	var slugs []string
	items, _ := got.body["items"].([]any)
	for _, item := range items {
		slugs = append(slugs, item.(map[string]any)["slug"].(string))
	}
	if got.status != 200 || strings.Join(slugs, " ") != want {
		a.Errorf("search %q: got %d %q, want %q", q, got.status, slugs, want)
	}
	return got
}

func (a api) wantProblem(got answer, status int, code string, faulty ...string) {
	a.Helper()
	if got.status != status || got.header != "application/problem+json" || got.body["code"] != code {
		a.Errorf("got %+v, want %d %s", got, status, code)
	}
	faults, _ := got.body["errors"].(map[string]any)
	for _, name := range faulty {
		if faults[name] == nil || len(faults) != len(faulty) {
			a.Errorf("got faults %v, want %v", faults, faulty)
		}
	}
}

func TestIndexFollowsWrites_R1(t *testing.T) {
	a := start(t, "")
	created := a.put("pond", "Pond", "Still water", "b", "a", "b")
	if tags, _ := created.body["tags"].([]any); created.status != 201 || len(tags) != 2 || tags[0] != "a" {
		t.Errorf("got %+v", created)
	}
	if replaced := a.put("pond", "Pond", "Frog", "c"); replaced.status != 200 || replaced.body["body"] != "Frog" {
		t.Errorf("got %+v", replaced)
	}
	a.wantFound("water", "")
	a.wantFound("frog tag:c -tag:a", "pond")
	if deleted := a.send("DELETE", "/articles/pond", "", ""); deleted.status != 204 {
		t.Errorf("got %+v", deleted)
	}
	a.wantFound("frog", "")
	a.wantProblem(a.send("DELETE", "/articles/pond", "", ""), 404, "not_found")
}

func TestRestart_R1_R5_R9(t *testing.T) {
	path := filepath.Join(t.TempDir(), "articles?.db")
	first := start(t, path)
	first.put("a", "Pond", "", "wet")
	first.put("b", "Pond", "")
	cursor, _ := first.wantFound("pond", "a", "limit", "1").body["next_cursor"].(string)
	if err := first.app.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, path)
	second.wantFound("pond", "b", "cursor", cursor)
	second.wantFound("tag:wet", "a")
	second.wantProblem(second.search("pond ", "cursor", cursor), 400, "invalid_cursor")
	other := start(t, "")
	other.wantProblem(other.search("pond", "cursor", cursor), 400, "invalid_cursor")
}

func TestQueries_R2_R7(t *testing.T) {
	a := start(t, "")
	a.put("one", "Deep pond", "ΟΔΟΣ", "wet")
	a.put("two", "Pond, deep", "x²", "wet", "cold")
	for q, want := range map[string]string{
		`"deep POND"`:       "one",
		"pond -οδος":        "two",
		"tag:wet -tag:cold": "one",
		"tag:wet tag:cold":  "two",
		"X²":                "two",
		"pon*":              "",
		"deep OR pond":      "",
		"title:pond":        "",
		"NEAR(deep pond)":   "",
		`deep"pond"`:        "one two",
	} {
		a.wantFound(q, want)
	}
}

func TestOrderAndPages_R3_R5(t *testing.T) {
	a := start(t, "")
	a.put("a", "x", "pond frog")
	a.put("c", "Pond", "frog")
	a.put("b", "Frog", "pond")
	a.put("d", "Frog pond", "")
	cursor, _ := a.wantFound("pond frog", "d b", "limit", "2").body["next_cursor"].(string)
	a.put("aa", "Pond, frog", "")
	last := a.wantFound("pond frog", "c a", "limit", "2", "cursor", cursor)
	if last.body["next_cursor"] != nil {
		t.Errorf("got %v", last.body)
	}
}

func TestSnippet_R4_R8(t *testing.T) {
	a := start(t, "")
	a.put("a", "<Pond>", strings.Repeat("€", 41)+" pond "+strings.Repeat("<", 200))
	item := a.wantFound("pond", "a").body["items"].([]any)[0].(map[string]any)
	snippet := "…" + strings.Repeat("€", 39) + " <mark>pond</mark> " + strings.Repeat("&lt;", 115) + "…"
	if item["title_html"] != "&lt;<mark>Pond</mark>&gt;" || item["snippet_html"] != snippet {
		t.Errorf("got %v", item)
	}
}

func TestFaultyParameters_R6_R7(t *testing.T) {
	a := start(t, "")
	for _, q := range []string{
		"", " ", "-pond", `"pond`, "tag:", "!", "a\x00", strings.Repeat("x", 201), strings.Repeat("x ", 11),
	} {
		a.wantProblem(a.search(q, "limit", "0"), 422, "validation_failed", "q", "limit")
	}
}

func TestFaultyBodies_R6(t *testing.T) {
	a := start(t, "")
	faulty := a.send("PUT", "/articles/a", "application/json", `{"title": null, "body": null, "x": 1, "tags": [null]}`)
	a.wantProblem(faulty, 422, "validation_failed", "title", "body", "tags", "x")
	a.wantProblem(a.send("PUT", "/articles/a", "application/json", "null"), 400, "malformed_json")
	a.wantProblem(a.send("PUT", "/articles/a", "text/plain", "{}"), 415, "unsupported_media_type")
	large := strings.Repeat(" ", 65537)
	a.wantProblem(a.send("PUT", "/articles/a", "application/json", large), 413, "content_too_large")
}

func TestPanicIsAnsweredAsProblem(t *testing.T) {
	a := start(t, "")
	a.app.Handler.(*gin.Engine).GET("/panic", func(*gin.Context) { panic("on purpose") })
	a.wantProblem(a.send("GET", "/panic", "", ""), 500, "internal_error")
}
