package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

type headers map[string]string

var isNew = headers{"If-None-Match": "*"}

func ifMatch(value string) headers {
	return headers{"If-Match": value}
}

// api is an app under test.
type api struct {
	*testing.T
	app *App
}

func start(t *testing.T) api {
	t.Helper()
	return startOn(t, "")
}

func startOn(t *testing.T, path string) api {
	t.Helper()
	app, err := NewApp(Options{DatabasePath: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return api{T: t, app: app}
}

// startOnFile starts an app on a file, whose system calls let requests overlap more than memory does.
func startOnFile(t *testing.T) api {
	t.Helper()
	return startOn(t, filepath.Join(t.TempDir(), "documents.db"))
}

// startWithNote starts an app that holds the document "note" in version 1.
func startWithNote(t *testing.T) api {
	t.Helper()
	a := start(t)
	a.createNote()
	return a
}

func (a api) createNote() {
	a.Helper()
	wantStatus(a.T, a.write("PUT", "/documents/note", `{"title": "One", "content": "first"}`, isNew), 201)
}

func (a api) send(method, path, body string, headers headers) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	a.app.ServeHTTP(recorder, request)
	return recorder
}

// write sends a body as JSON.
func (a api) write(method, path, body string, extra headers) *httptest.ResponseRecorder {
	all := headers{"Content-Type": "application/json"}
	maps.Copy(all, extra)
	return a.send(method, path, body, all)
}

func (a api) get(path string) *httptest.ResponseRecorder {
	return a.send("GET", path, "", nil)
}

func (a api) wantNoteUnchanged() {
	a.Helper()
	wantDocument(a.T, a.get("/documents/note"), 200, "note", "One", "first", 1)
	wantJSON(a.T, a.get("/documents/note/versions"), 200, `{"items": [{"version": 1, "title": "One", "content": "first"}]}`)
}

func decode(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return value
}

func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wantStatus(t *testing.T, r *httptest.ResponseRecorder, status int) {
	t.Helper()
	if r.Code != status {
		t.Fatalf("status %d, want %d: %s", r.Code, status, r.Body)
	}
}

func wantHeader(t *testing.T, r *httptest.ResponseRecorder, name, value string) {
	t.Helper()
	if got := r.Header().Get(name); got != value {
		t.Errorf("%s: %q, want %q", name, got, value)
	}
}

func wantMediaType(t *testing.T, r *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got, _, err := mime.ParseMediaType(r.Header().Get("Content-Type")); err != nil || got != want {
		t.Errorf("media type %q (%v), want %q", got, err, want)
	}
}

func wantJSON(t *testing.T, r *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	wantStatus(t, r, status)
	wantMediaType(t, r, "application/json")
	if got := decode(t, r.Body.String()); !reflect.DeepEqual(got, decode(t, body)) {
		t.Errorf("body %s, want %s", r.Body, body)
	}
}

func wantDocument(t *testing.T, r *httptest.ResponseRecorder, status int, id, title, content string, version int) {
	t.Helper()
	wantJSON(t, r, status, encode(t, map[string]any{"id": id, "title": title, "content": content, "version": version}))
	wantHeader(t, r, "ETag", fmt.Sprintf(`"%d"`, version))
}

func wantProblem(t *testing.T, r *httptest.ResponseRecorder, status int, code string, faulty ...string) {
	t.Helper()
	wantStatus(t, r, status)
	wantMediaType(t, r, "application/problem+json")
	body, _ := decode(t, r.Body.String()).(map[string]any)
	if title, _ := body["title"].(string); title == "" {
		t.Errorf("no title in %s", r.Body)
	}
	delete(body, "title")
	want := map[string]any{"type": "/problems/" + code, "status": float64(status)}
	if len(faulty) > 0 {
		want["errors"] = namesOfErrors(t, body["errors"], faulty)
	}
	if !reflect.DeepEqual(body, want) {
		t.Errorf("problem %v, want %v", body, want)
	}
}

// namesOfErrors returns the errors of a problem when they have exactly the names wanted, each with a text.
func namesOfErrors(t *testing.T, got any, want []string) any {
	t.Helper()
	faults, _ := got.(map[string]any)
	if names := slices.Sorted(maps.Keys(faults)); !slices.Equal(names, slices.Sorted(slices.Values(want))) {
		t.Errorf("errors of %q, want %q", names, want)
	}
	for name, text := range faults {
		if text, _ := text.(string); text == "" {
			t.Errorf("no text for %q", name)
		}
	}
	return got
}

// concurrently sends the bodies at the same time.
func (a api) concurrently(method, path string, bodies []string, headers headers) []*httptest.ResponseRecorder {
	responses := make([]*httptest.ResponseRecorder, len(bodies))
	var group sync.WaitGroup
	for i, body := range bodies {
		group.Go(func() { responses[i] = a.write(method, path, body, headers) })
	}
	group.Wait()
	return responses
}

// wantOneWinner returns the response that has the status; all others must be 412.
func wantOneWinner(t *testing.T, responses []*httptest.ResponseRecorder, status int) *httptest.ResponseRecorder {
	t.Helper()
	var winner *httptest.ResponseRecorder
	for _, r := range responses {
		if r.Code == status && winner == nil {
			winner = r
			continue
		}
		wantProblem(t, r, 412, "precondition_failed")
	}
	if winner == nil {
		t.Fatalf("no response has status %d", status)
	}
	return winner
}

func titled(format string, count int) (bodies []string) {
	for i := range count {
		bodies = append(bodies, fmt.Sprintf(format, i))
	}
	return bodies
}

func TestHealth_R9(t *testing.T) {
	wantJSON(t, start(t).get("/health"), 200, `{"status": "ok"}`)
}

func TestPutCreates_R1(t *testing.T) {
	a := start(t)
	created := a.write("PUT", "/documents/a-1", `{"title": "One", "content": ""}`, isNew)
	wantDocument(t, created, 201, "a-1", "One", "", 1)
	wantHeader(t, created, "Location", "/documents/a-1")
	wantDocument(t, a.get("/documents/a-1"), 200, "a-1", "One", "", 1)
}

func TestCreatingAnExistingDocument_R1(t *testing.T) {
	a := startWithNote(t)
	wantProblem(t, a.write("PUT", "/documents/note", `{"title": "X", "content": "x"}`, isNew), 412, "precondition_failed")
	a.wantNoteUnchanged()
}

func TestConcurrentCreations_R1(t *testing.T) {
	a := startOnFile(t)
	bodies := titled(`{"title": "T%d", "content": ""}`, 16)
	winner := wantOneWinner(t, a.concurrently("PUT", "/documents/n", bodies, isNew), 201)
	wantJSON(t, a.get("/documents/n"), 200, winner.Body.String())
}

func TestDatabaseInMemoryIsOfOneApp_R1(t *testing.T) {
	startWithNote(t)
	wantProblem(t, start(t).get("/documents/note"), 404, "not_found")
}

func TestPutReplaces_R2(t *testing.T) {
	a := startWithNote(t)
	replaced := a.write("PUT", "/documents/note", `{"title": "Two", "content": ""}`, ifMatch(`"1"`))
	wantDocument(t, replaced, 200, "note", "Two", "", 2)
	wantDocument(t, a.get("/documents/note"), 200, "note", "Two", "", 2)
}

func TestPatchChangesTheGivenFields_R2(t *testing.T) {
	a := startWithNote(t)
	wantDocument(t, a.write("PATCH", "/documents/note", `{"title": "Two"}`, ifMatch(`"1"`)), 200, "note", "Two", "first", 2)
	wantDocument(t, a.write("PATCH", "/documents/note", `{"content": ""}`, ifMatch(`"2"`)), 200, "note", "Two", "", 3)
	wantDocument(t, a.get("/documents/note"), 200, "note", "Two", "", 3)
}

func TestWritesWithoutDifferenceRaiseTheVersion_R2(t *testing.T) {
	a := startWithNote(t)
	same := `{"title": "One", "content": "first"}`
	wantDocument(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(`"1"`)), 200, "note", "One", "first", 2)
	wantDocument(t, a.write("PUT", "/documents/note", same, ifMatch(`"2"`)), 200, "note", "One", "first", 3)
	wantProblem(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(`"2"`)), 412, "precondition_failed")
}

func TestStringsAreKeptExactly_R2(t *testing.T) {
	a := start(t)
	title, content := " é e\u0301 <&> ' ", "\t\r\n\u2028\ufeff😀\u0001\\\""
	body := encode(t, map[string]string{"title": title, "content": content})
	wantStatus(t, a.write("PUT", "/documents/n", body, isNew), 201)
	wantDocument(t, a.get("/documents/n"), 200, "n", title, content, 1)
}

func TestRestartOnTheSameFile_R2_R7_R8(t *testing.T) {
	path := filepath.Join(t.TempDir(), "documents?x=1 %41.db")
	before := startOn(t, path)
	before.write("PUT", "/documents/kept", `{"title": "One", "content": "first"}`, isNew)
	before.write("PATCH", "/documents/kept", `{"title": "Two"}`, ifMatch(`"1"`))
	before.write("PUT", "/documents/gone", `{"title": "Gone", "content": ""}`, isNew)
	before.send("DELETE", "/documents/gone", "", ifMatch("*"))
	if err := before.app.Close(); err != nil {
		t.Fatal(err)
	}

	wantProblem(t, before.get("/documents/kept"), 500, "internal_error")
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}

	after := startOn(t, path)
	wantDocument(t, after.get("/documents/kept"), 200, "kept", "Two", "first", 2)
	wantJSON(t, after.get("/documents/kept/versions/1"), 200, `{"version": 1, "title": "One", "content": "first"}`)
	wantProblem(t, after.get("/documents/gone"), 410, "deleted")
}

func TestWritesWithoutPrecondition_R3(t *testing.T) {
	a := startWithNote(t)
	body := `{"title": "X", "content": "x"}`
	wantProblem(t, a.write("PUT", "/documents/note", body, nil), 428, "precondition_required")
	wantProblem(t, a.write("PUT", "/documents/never", body, nil), 428, "precondition_required")
	wantProblem(t, a.write("PATCH", "/documents/note", body, nil), 428, "precondition_required")
	wantProblem(t, a.send("DELETE", "/documents/note", "", nil), 428, "precondition_required")
	a.wantNoteUnchanged()
	wantProblem(t, a.get("/documents/never"), 404, "not_found")
}

func TestWritesWithAnotherEntityTag_R3(t *testing.T) {
	a := startWithNote(t)
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		r := a.write(method, "/documents/note", `{"title": "X", "content": "x"}`, ifMatch(`"2"`))
		wantProblem(t, r, 412, "precondition_failed")
	}
	a.wantNoteUnchanged()
}

func TestPutWithIfMatchNeverCreates_R3(t *testing.T) {
	a := start(t)
	for _, value := range []string{"*", `"1"`, `"0"`} {
		r := a.write("PUT", "/documents/never", `{"title": "X", "content": ""}`, ifMatch(value))
		wantProblem(t, r, 412, "precondition_failed")
	}
	wantProblem(t, a.get("/documents/never"), 404, "not_found")
}

func TestIfMatchMatches_R4(t *testing.T) {
	values := []string{
		`*`, `"1"`, `"7", "1"`, `"1","7"`, `"7"  ,  "1"`, `"a,b", "1"`, `"", "1"`, `W/"7", "1"`, `"!#~", "1"`,
	}
	for _, value := range values {
		t.Run(value, func(t *testing.T) {
			a := startWithNote(t)
			wantDocument(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(value)), 200, "note", "One", "first", 2)
		})
	}
}

func TestIfMatchDoesNotMatch_R4(t *testing.T) {
	values := []string{
		``, `1`, `'1'`, `W/"1"`, `w/"1"`, `"01"`, `"1 "`, `""`, `"7"`, `",1,"`, `",", "2"`, `"*"`, // no tag is "1"
		`"7,"1""`, `"1", 7`, `"1",`, `,"1"`, `"1",,"7"`, `"1" "7"`, `"1";"7"`, `"1", *`, `*, "1"`, `**`,
		`"1", "7`, `"1", W/7`, `"1", "a b"`, `"1", "é"`,
	}
	for _, value := range values {
		t.Run(value, func(t *testing.T) {
			a := startWithNote(t)
			for _, method := range []string{"DELETE", "PATCH"} {
				wantProblem(t, a.write(method, "/documents/note", `{}`, ifMatch(value)), 412, "precondition_failed")
			}
			a.wantNoteUnchanged()
		})
	}
}

func TestNotModified_R5(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(`"1"`)), 200)
	for _, value := range []string{`*`, `"2"`, `W/"2"`, `"1", "2"`, `"1" , W/"2"`, `"a,b","2"`} {
		t.Run(value, func(t *testing.T) {
			r := a.send("GET", "/documents/note", "", headers{"If-None-Match": value})
			wantStatus(t, r, 304)
			wantHeader(t, r, "ETag", `"2"`)
			if r.Body.Len() != 0 {
				t.Errorf("body %q", r.Body)
			}
		})
	}
}

func TestModified_R5(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(`"1"`)), 200)
	values := []string{`"1"`, `W/"1"`, ``, `2`, `w/"2"`, `x, "2"`, `"2", x`, `"2",`, `"2", *`, `*, "2"`, `",2,"`}
	for _, value := range values {
		t.Run(value, func(t *testing.T) {
			r := a.send("GET", "/documents/note", "", headers{"If-None-Match": value})
			wantDocument(t, r, 200, "note", "One", "first", 2)
		})
	}
}

func TestIfNoneMatchHidesNoError_R5_R8(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.send("DELETE", "/documents/note", "", ifMatch("*")), 204)
	wantProblem(t, a.send("GET", "/documents/note", "", headers{"If-None-Match": `"1"`}), 410, "deleted")
	wantProblem(t, a.send("GET", "/documents/never", "", headers{"If-None-Match": "*"}), 404, "not_found")
}

func TestConcurrentWritesWithOneEntityTag_R6(t *testing.T) {
	bodies := map[string]string{"PUT": `{"title": "T%[1]d", "content": "C%[1]d"}`, "PATCH": `{"title": "T%d"}`}
	for method, format := range bodies {
		t.Run(method, func(t *testing.T) {
			a := startOnFile(t)
			a.createNote()
			responses := a.concurrently(method, "/documents/note", titled(format, 16), ifMatch(`"1"`))
			winner, _ := decode(t, wantOneWinner(t, responses, 200).Body.String()).(map[string]any)
			if winner["version"] != 2.0 {
				t.Errorf("version %v", winner["version"])
			}
			delete(winner, "id")
			items := []any{map[string]any{"version": 1, "title": "One", "content": "first"}, winner}
			wantJSON(t, a.get("/documents/note/versions"), 200, encode(t, map[string]any{"items": items}))
		})
	}
}

func TestHistory_R7(t *testing.T) {
	a := startWithNote(t)
	items := []string{`{"version": 1, "title": "One", "content": "first"}`}
	for n := 2; n <= 11; n++ {
		texts := fmt.Sprintf(`"title": "Title %d", "content": "%[1]d"`, n)
		wantStatus(t, a.write("PUT", "/documents/note", "{"+texts+"}", ifMatch(fmt.Sprintf(`"%d"`, n-1))), 200)
		items = append(items, fmt.Sprintf(`{"version": %d, %s}`, n, texts))
	}

	list := a.get("/documents/note/versions")
	wantJSON(t, list, 200, `{"items": [`+strings.Join(items, ",")+`]}`)
	wantHeader(t, list, "ETag", "")
	for _, n := range []int{1, 9, 11} {
		one := a.get(fmt.Sprintf("/documents/note/versions/%d", n))
		wantJSON(t, one, 200, items[n-1])
		wantHeader(t, one, "ETag", "")
	}
}

func TestHistoryIsOfOneDocument_R7(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.write("PUT", "/documents/other", `{"title": "Other", "content": ""}`, isNew), 201)
	wantStatus(t, a.write("PATCH", "/documents/other", `{}`, ifMatch(`"1"`)), 200)
	a.wantNoteUnchanged()
	wantProblem(t, a.get("/documents/note/versions/2"), 404, "not_found")
}

func TestHistoryOfADeletedDocument_R7_R8(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.write("PATCH", "/documents/note", `{"title": "Two"}`, ifMatch(`"1"`)), 200)
	wantStatus(t, a.send("DELETE", "/documents/note", "", ifMatch(`"2"`)), 204)
	one, two := `{"version": 1, "title": "One", "content": "first"}`, `{"version": 2, "title": "Two", "content": "first"}`
	wantJSON(t, a.get("/documents/note/versions"), 200, `{"items": [`+one+`,`+two+`]}`)
	wantJSON(t, a.get("/documents/note/versions/1"), 200, one)

	wantStatus(t, a.send("POST", "/documents/note/restore", "", nil), 200)
	three := `{"version": 3, "title": "Two", "content": "first"}`
	wantJSON(t, a.get("/documents/note/versions"), 200, `{"items": [`+one+`,`+two+`,`+three+`]}`)
}

func TestNoSuchVersion_R7(t *testing.T) {
	a := startWithNote(t)
	numbers := []string{
		"0", "01", "2", "x", "-1", "+1", "%2B1", "1.0", "1e0", "0x1", "1%20", "%201", "1x", "1_0", "%D9%A1", "%EF%BC%91",
		"9223372036854775808", "18446744073709551617", strings.Repeat("9", 400),
	}
	for _, number := range numbers {
		t.Run(number, func(t *testing.T) {
			wantProblem(t, a.get("/documents/note/versions/"+number), 404, "not_found")
		})
	}
	wantProblem(t, a.get("/documents/never/versions"), 404, "not_found")
	wantProblem(t, a.get("/documents/never/versions/1"), 404, "not_found")
}

func TestDeletedDocument_R8(t *testing.T) {
	a := startWithNote(t)
	deletion := a.send("DELETE", "/documents/note", "", ifMatch(`"1"`))
	wantStatus(t, deletion, 204)
	if deletion.Body.Len() != 0 {
		t.Errorf("body %q", deletion.Body)
	}
	wantProblem(t, a.get("/documents/note"), 410, "deleted")
	for _, extra := range []headers{nil, isNew, ifMatch("*"), ifMatch(`"1"`), ifMatch(`"7"`)} {
		for _, method := range []string{"PUT", "PATCH", "DELETE"} {
			wantProblem(t, a.write(method, "/documents/note", `{"title": "X", "content": "x"}`, extra), 410, "deleted")
		}
	}
}

func TestRestore_R8(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.send("DELETE", "/documents/note", "", ifMatch(`"1"`)), 204)
	wantDocument(t, a.send("POST", "/documents/note/restore", "", nil), 200, "note", "One", "first", 2)
	wantDocument(t, a.get("/documents/note"), 200, "note", "One", "first", 2)
	wantProblem(t, a.write("PATCH", "/documents/note", `{}`, ifMatch(`"1"`)), 412, "precondition_failed")
	wantProblem(t, a.write("PUT", "/documents/note", `{"title": "X", "content": ""}`, isNew), 412, "precondition_failed")
	wantStatus(t, a.send("DELETE", "/documents/note", "", ifMatch(`"2"`)), 204)
	wantDocument(t, a.send("POST", "/documents/note/restore", "", nil), 200, "note", "One", "first", 3)
}

func TestOnlyADeletedDocumentIsRestored_R8(t *testing.T) {
	a := startWithNote(t)
	wantProblem(t, a.send("POST", "/documents/note/restore", "", nil), 409, "not_deleted")
	a.wantNoteUnchanged()
	wantProblem(t, a.send("POST", "/documents/never/restore", "", nil), 404, "not_found")
}

func TestDeleteAndRestoreIgnoreABody_R8(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.send("DELETE", "/documents/note", "not json", ifMatch("*")), 204)
	wantStatus(t, a.write("POST", "/documents/note/restore", "not json", nil), 200)
}

func TestFaultyFields_R9(t *testing.T) {
	long := strings.Repeat("a", 2001)
	cases := []struct {
		method, body string
		faulty       []string
	}{
		{"PUT", `{}`, []string{"content", "title"}},
		{"PUT", `{"content": ""}`, []string{"title"}},
		{"PUT", `{"title": "T"}`, []string{"content"}},
		{"PUT", `{"title": null, "content": null}`, []string{"content", "title"}},
		{"PUT", `{"title": "", "content": 7}`, []string{"content", "title"}},
		{"PUT", `{"title": "` + long[:101] + `", "content": ""}`, []string{"title"}},
		{"PUT", `{"title": "` + strings.Repeat("😀", 101) + `", "content": ""}`, []string{"title"}},
		{"PUT", `{"title": "T", "content": "` + long + `"}`, []string{"content"}},
		{"PUT", `{"title": "a\u0000", "content": "\u0000"}`, []string{"content", "title"}},
		{"PUT", `{"title": ["T"], "content": {"c": true}}`, []string{"content", "title"}},
		{"PUT", `{"title": 1e999, "content": false}`, []string{"content", "title"}},
		{"PUT", `{"title": "T", "content": "", "id": "note", "version": null}`, []string{"id", "version"}},
		{"PUT", `{"title": "T", "content": "", "Title": "T", "": 1e999}`, []string{"", "Title"}},
		{"PUT", `{"title": 1, "extra": 1}`, []string{"content", "extra", "title"}},
		{"PATCH", `{"title": ""}`, []string{"title"}},
		{"PATCH", `{"title": "Two", "content": null}`, []string{"content"}},
		{"PATCH", `{"title": 1, "content": 2, "version": 2}`, []string{"content", "title", "version"}},
	}
	for _, test := range cases {
		t.Run(test.method+" "+test.body[:min(len(test.body), 40)], func(t *testing.T) {
			a := startWithNote(t)
			r := a.write(test.method, "/documents/note", test.body, ifMatch(`"1"`))
			wantProblem(t, r, 422, "validation_failed", test.faulty...)
			a.wantNoteUnchanged()
		})
	}
}

func TestLengthsCountCodePoints_R9(t *testing.T) {
	a := start(t)
	for id, sign := range map[string]string{"a": "a", "b": "😀"} {
		title, content := strings.Repeat(sign, 100), strings.Repeat(sign, 2000)
		body := encode(t, map[string]string{"title": title, "content": content})
		wantDocument(t, a.write("PUT", "/documents/"+id, body, isNew), 201, id, title, content, 1)
	}
}

func TestMalformedJSON_R9(t *testing.T) {
	a := startWithNote(t)
	bodies := []string{
		``, ` `, `{`, `[]`, `null`, `"x"`, `7`, `{"title": "T", "content": "c",}`, `{'title': 'T'}`, `{} {}`, `{"title": NaN}`,
		"{\"title\": \"\t\"}", "{\"title\": \"\xff\", \"content\": \"c\"}",
	}
	for _, body := range bodies {
		for _, method := range []string{"PUT", "PATCH"} {
			t.Run(method+" "+body, func(t *testing.T) {
				wantProblem(t, a.write(method, "/documents/note", body, ifMatch("*")), 400, "malformed_json")
			})
		}
	}
	a.wantNoteUnchanged()
}

func TestUnsupportedMediaType_R9(t *testing.T) {
	a := startWithNote(t)
	body := `{"title": "T", "content": "c"}`
	for _, mediaType := range []string{
		"", "text/plain", "application/jsonx", "application/problem+json", "text/json; a=application/json",
	} {
		for _, method := range []string{"PUT", "PATCH"} {
			r := a.send(method, "/documents/note", body, headers{"Content-Type": mediaType, "If-Match": "*"})
			wantProblem(t, r, 415, "unsupported_media_type")
		}
	}
	wantProblem(t, a.send("PUT", "/documents/note", "", nil), 415, "unsupported_media_type")
	a.wantNoteUnchanged()
}

func TestMediaTypeWithParametersAndAnyCase_R9(t *testing.T) {
	a := startWithNote(t)
	for _, mediaType := range []string{"Application/JSON", "application/json;charset=utf-8", "application/json ; x=1"} {
		r := a.send("PATCH", "/documents/note", `{}`, headers{"Content-Type": mediaType, "If-Match": "*"})
		wantStatus(t, r, 200)
	}
}

func TestIdOfWrongForm_R9(t *testing.T) {
	ids := []string{
		"A", "a_b", "a.b", "a%20b", "%C3%A9", "a%0A", "a%00", "%FF", "a%2Fversions", strings.Repeat("a", 65),
	}
	for _, id := range ids {
		t.Run(id, func(t *testing.T) {
			a, path := start(t), "/documents/"+id
			for _, extra := range []headers{isNew, ifMatch("*"), nil} {
				wantProblem(t, a.write("PUT", path, `{"title": "T", "content": ""}`, extra), 404, "not_found")
			}
			wantProblem(t, a.write("PATCH", path, `{}`, nil), 404, "not_found")
			wantProblem(t, a.send("DELETE", path, "", nil), 404, "not_found")
			wantProblem(t, a.send("POST", path+"/restore", "", nil), 404, "not_found")
			for _, part := range []string{"", "/versions", "/versions/1"} {
				wantProblem(t, a.get(path+part), 404, "not_found")
			}
		})
	}
}

func TestIdsOfRightForm_R9(t *testing.T) {
	a := start(t)
	for _, id := range []string{"a", "0", "-", strings.Repeat("a", 64), "versions", "restore", "health"} {
		r := a.write("PUT", "/documents/"+id, `{"title": "T", "content": ""}`, isNew)
		wantDocument(t, r, 201, id, "T", "", 1)
	}
}

func TestEncodedSlashIsPartOfTheId_R9(t *testing.T) {
	a := startWithNote(t)
	for _, path := range []string{"/documents/note%2Fversions", "/documents/note%2Fversions%2F1"} {
		wantProblem(t, a.get(path), 404, "not_found")
	}
}

func TestUnknownPath_R9(t *testing.T) {
	a := startWithNote(t)
	for _, path := range []string{
		"/", "/documents", "/health/x", "/HEALTH", "/Documents/note", "/documents/note/VERSIONS",
		"/documents/note/versions/1/x", "/documents/note/other",
	} {
		wantProblem(t, a.get(path), 404, "not_found")
		wantProblem(t, a.send("PUT", path, "not json", nil), 404, "not_found")
		wantProblem(t, a.write("PATCH", path, "not json", nil), 404, "not_found")
	}
}

func TestFirstOfSeveralFaults_R9(t *testing.T) {
	a := startWithNote(t)
	wantStatus(t, a.write("PUT", "/documents/gone", `{"title": "T", "content": ""}`, isNew), 201)
	wantStatus(t, a.send("DELETE", "/documents/gone", "", ifMatch("*")), 204)

	stale := ifMatch(`"7"`)
	for _, path := range []string{
		"/documents/NOTE", "/documents/%FF", "/documents/never", "/documents/gone", "/documents/note",
	} {
		for _, method := range []string{"PUT", "PATCH"} {
			wantProblem(t, a.send(method, path, "{", stale), 415, "unsupported_media_type")
			wantProblem(t, a.write(method, path, "{", stale), 400, "malformed_json")
		}
		wantProblem(t, a.write("PUT", path, `{"title": ""}`, stale), 422, "validation_failed", "content", "title")
		wantProblem(t, a.write("PUT", path, `{}`, nil), 422, "validation_failed", "content", "title")
		wantProblem(t, a.write("PATCH", path, `{"x": 1}`, nil), 422, "validation_failed", "x")
	}
	for _, extra := range []headers{nil, stale} {
		wantProblem(t, a.write("PATCH", "/documents/never", `{}`, extra), 404, "not_found")
		wantProblem(t, a.send("DELETE", "/documents/never", "", extra), 404, "not_found")
		wantProblem(t, a.write("PATCH", "/documents/gone", `{}`, extra), 410, "deleted")
	}
}

func TestServesOverARealConnection_R1_R5(t *testing.T) {
	server := httptest.NewServer(startWithNote(t).app)
	defer server.Close()
	request, err := http.NewRequest("GET", server.URL+"/documents/note", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("If-None-Match", `W/"1"`)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("ETag"); response.StatusCode != 304 || got != `"1"` {
		t.Errorf("%d with ETag %q", response.StatusCode, got)
	}
}
