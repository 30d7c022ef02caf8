package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

const (
	key     = "not-a-secret-0002-publisher"
	timeout = 8 * time.Second
)

func defaults(t *testing.T) Options {
	t.Helper()
	options, err := OptionsFrom(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	options.PublishKey = key
	options.Heartbeat = time.Minute
	return options
}

// api is an app under test, with a channel "a".
type api struct {
	*testing.T
	app *App
}

func start(t *testing.T, change func(options *Options)) api {
	t.Helper()
	options := defaults(t)
	change(&options)
	app, err := NewApp(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	a := api{T: t, app: app}
	a.send("PUT", "/channels/a", "", nil)
	return a
}

func (a api) send(method, path, body string, headers map[string]string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	a.app.ServeHTTP(recorder, request)
	return recorder
}

func (a api) publish(data string) event {
	a.Helper()
	body, _ := json.Marshal(map[string]string{"data": data, "event": "note"})
	response := a.send("POST", "/channels/a/messages", string(body), nil)
	var posted struct{ ID int }
	if err := json.Unmarshal(response.Body.Bytes(), &posted); err != nil || response.Code != http.StatusCreated {
		a.Errorf("%d %s", response.Code, response.Body)
	}
	return event{fmt.Sprint(posted.ID), "note", data}
}

func (a api) wantChannel(want string) {
	a.Helper()
	if got := a.send("GET", "/channels/a", "", nil).Body.String(); got != want {
		a.Fatalf("%s, want %s", got, want)
	}
}

func (a api) waitForListeners(count int) {
	a.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(time.Millisecond) {
		var found struct{ Listeners int }
		json.Unmarshal(a.send("GET", "/channels/a", "", nil).Body.Bytes(), &found)
		if found.Listeners == count {
			return
		}
		if time.Now().After(deadline) {
			a.Fatalf("%d listeners, want %d", found.Listeners, count)
		}
	}
}

// event is an event of a stream; the zero value stands for the end.
type event struct {
	id, name, data string
}

// stream is a response whose client takes one part at a time.
type stream struct {
	*testing.T
	ctx    context.Context
	leave  context.CancelFunc
	header http.Header
	parts  chan string
	ended  chan struct{}
	rest   string
}

func (s *stream) Header() http.Header { return s.header }
func (s *stream) WriteHeader(int)     {}
func (s *stream) Flush()              {}

func (s *stream) Write(part []byte) (int, error) {
	select {
	case s.parts <- string(part):
		return len(part), nil
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

// open starts a request; its last id is none when it is "".
func (a api) open(lastID string) *stream {
	a.Helper()
	ctx, leave := context.WithCancel(a.Context())
	s := &stream{T: a.T, ctx: ctx, leave: leave, header: make(http.Header), parts: make(chan string), ended: make(chan struct{})}
	request := httptest.NewRequestWithContext(ctx, "GET", "/channels/a/stream", nil)
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	go func() {
		defer close(s.ended)
		a.app.ServeHTTP(s, request)
	}()
	return s
}

// listen is open for a client that has read the first text, and so is known to the app.
func (a api) listen(lastID string) *stream {
	a.Helper()
	s := a.open(lastID)
	s.text()
	if got := s.header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		a.Fatalf("content type %q", got)
	}
	return s
}

// text is what comes up to the next empty line, "" at the end.
func (s *stream) text() string {
	s.Helper()
	for {
		if text, rest, found := strings.Cut(s.rest, "\n\n"); found {
			s.rest = rest
			return text
		}
		select {
		case part := <-s.parts:
			s.rest += part
		case <-s.ended:
			return ""
		case <-time.After(timeout):
			s.Fatal("the stream has nothing in time")
		}
	}
}

func (s *stream) next() event {
	s.Helper()
	for {
		text := s.text()
		if text == "" {
			return event{}
		}
		fields := make(map[string][]string)
		for line := range strings.SplitSeq(text, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			fields[name] = append(fields[name], value)
		}
		if data, found := fields["data"]; found {
			return event{strings.Join(fields["id"], "|"), strings.Join(fields["event"], "|"), strings.Join(data, "\n")}
		}
	}
}

func (s *stream) want(events ...event) {
	s.Helper()
	for _, want := range events {
		if got := s.next(); got != want {
			s.Fatalf("%q, want %q", got, want)
		}
	}
}

func wantProblem(t *testing.T, response *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var problem struct {
		Type, Title string
		Status      int
	}
	if err := json.Unmarshal(response.Body.Bytes(), &problem); err != nil {
		t.Fatalf("%v: %s", err, response.Body)
	}
	if response.Code != status || problem.Status != status || problem.Type != "/problems/"+code || problem.Title == "" {
		t.Errorf("%d %s, want %d %s", response.Code, response.Body, status, code)
	}
}

func TestChannelsOutliveARestart_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	onFile := func(options *Options) { options.DatabasePath = path }
	before := start(t, onFile)
	posted := []event{before.publish("a"), before.publish("b")}
	if err := before.app.Close(); err != nil {
		t.Fatal(err)
	}
	a := start(t, onFile)
	a.wantChannel(`{"name":"a","last_id":2,"listeners":0}`)
	s := a.listen("0")
	defer s.leave()
	s.want(posted...)
	s.want(a.publish("c"))
	a.wantChannel(`{"name":"a","last_id":3,"listeners":1}`)
}

func TestStreamTellsWhenToComeAgain_R2_R9(t *testing.T) {
	a := start(t, func(options *Options) { options.Retry, options.Heartbeat = 7*time.Millisecond, 10*time.Millisecond })
	s := a.open("")
	defer s.leave()
	if text := s.text(); text != "retry: 7" {
		t.Errorf("begins with %q", text)
	}
	if text := s.text(); !strings.HasPrefix(text, ":") {
		t.Errorf("%q, want a comment", text)
	}
	a.publish("a\r\rid: 9\u0085\r\n\nb")
	s.want(event{"1", "note", "a\n\nid: 9\u0085\n\nb"})
	if text := s.text(); !strings.HasPrefix(text, ":") {
		t.Errorf("%q, want a comment", text)
	}
	if got := s.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
}

func TestStreamsBeginWhileMessagesArePosted_R3(t *testing.T) {
	a := start(t, func(*Options) {})
	streams := make([]*stream, 8)
	var group sync.WaitGroup
	for i := range streams {
		group.Go(func() {
			a.publish("x")
			streams[i] = a.listen("0")
			a.publish("x")
		})
	}
	group.Wait()
	for _, s := range streams {
		if s == nil {
			t.Fatal("a stream did not begin")
		}
		for id := range 2 * len(streams) {
			s.want(event{fmt.Sprint(id + 1), "note", "x"})
		}
		s.leave()
	}
	a.waitForListeners(0)
}

func TestResetOfAClientThatWasAwayTooLong_R4(t *testing.T) {
	a := start(t, func(options *Options) { options.History = 2 })
	posted := []event{a.publish("1"), a.publish("2"), a.publish("3"), a.publish("4")}
	reset := event{"2", "reset", ""}
	for lastID, want := range map[string][]event{
		"1": {reset, posted[2], posted[3]},
		"2": posted[2:],
		"3": posted[3:],
		"5": {reset, posted[2], posted[3]},
	} {
		s := a.listen(lastID)
		s.want(want...)
		s.leave()
	}
}

func TestPlacesAreFreeAgain_R5(t *testing.T) {
	a := start(t, func(options *Options) { options.MaxListeners = 2 })
	slow, reader := a.listen(""), a.listen("")
	refused := a.send("GET", "/channels/a/stream", "", nil)
	wantProblem(t, refused, http.StatusServiceUnavailable, "too_many_listeners")
	if refused.Header().Get("Retry-After") != "5" {
		t.Errorf("headers %v", refused.Header())
	}
	a.waitForListeners(2)
	reader.want(a.publish("a"))
	slow.leave()
	a.waitForListeners(1)
	other := a.listen("")
	posted := a.publish("b")
	reader.want(posted)
	other.want(posted)
	reader.leave()
	other.leave()
	a.waitForListeners(0)
}

func TestBoundOfWaitingMessages_R6(t *testing.T) {
	for _, queue := range []int{1, 3} {
		a := start(t, func(options *Options) { options.Queue = queue })
		s := a.open("")
		a.waitForListeners(1)
		var posted []event
		for range queue {
			posted = append(posted, a.publish("x"))
		}
		s.want(posted...)
		s.want(a.publish("one more"))
		s.leave()
		a.waitForListeners(0)

		s = a.open("0")
		a.waitForListeners(1)
		for range queue + 2 {
			a.publish("too many")
		}
		for got := s.next(); got != (event{}); got = s.next() {
			posted = append(posted, got)
		}
		last := posted[len(posted)-1]
		if last.id != fmt.Sprint(2*queue+1) || last.data != "too many" {
			t.Errorf("the stream ended after %q", last)
		}
		a.waitForListeners(0)
	}
}

func TestDeletionComesAfterWhatWaits_R7(t *testing.T) {
	a := start(t, func(options *Options) { options.Queue = 2 })
	s := a.open("")
	a.waitForListeners(1)
	posted := []event{a.publish("a"), a.publish("b")}
	if response := a.send("DELETE", "/channels/a", "", nil); response.Code != http.StatusNoContent {
		t.Fatalf("%d %s", response.Code, response.Body)
	}
	s.want(posted...)
	s.want(event{"", "closed", ""}, event{})
	wantProblem(t, a.send("GET", "/channels/a", "", nil), http.StatusNotFound, "not_found")
}

func TestStreamThatEndedIsNotEndedAgain_R6_R7(t *testing.T) {
	a := start(t, func(options *Options) { options.Queue = 1 })
	s := a.open("")
	a.waitForListeners(1)
	posted := a.publish("a")
	a.publish("b")
	if response := a.send("DELETE", "/channels/a", "", nil); response.Code != http.StatusNoContent {
		t.Fatalf("%d %s", response.Code, response.Body)
	}
	s.want(posted, event{})
}

func TestWithoutAKeyNobodyPublishes_R8(t *testing.T) {
	a := start(t, func(options *Options) { options.PublishKey = "" })
	for _, credentials := range []string{"", "Bearer", "Bearer ", "Bearer " + key} {
		response := a.send("PUT", "/channels/a", "", map[string]string{"Authorization": credentials})
		wantProblem(t, response, http.StatusUnauthorized, "unauthorized")
	}
	wantProblem(t, a.send("GET", "/channels/a", "", nil), http.StatusNotFound, "not_found")
}

func TestFailuresOfTheDatabase_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	a := start(t, func(options *Options) { options.DatabasePath = path })
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rename := func(from, to string) {
		t.Helper()
		if _, err := db.Exec("ALTER TABLE " + from + " RENAME TO " + to); err != nil {
			t.Fatal(err)
		}
	}
	wantFailures := func(requests ...string) {
		t.Helper()
		for _, request := range requests {
			method, path, _ := strings.Cut(request, " ")
			response := a.send(method, path, `{"data": "x"}`, map[string]string{"Last-Event-ID": "0"})
			wantProblem(t, response, http.StatusInternalServerError, "internal_error")
		}
	}
	rename("messages", "lost")
	wantFailures("POST /channels/a/messages", "DELETE /channels/a", "GET /channels/a/stream")
	rename("lost", "messages")
	a.wantChannel(`{"name":"a","last_id":0,"listeners":0}`)
	a.publish("x")
	rename("channels", "lost")
	wantFailures("GET /channels/a", "PUT /channels/a", "POST /channels/a/messages", "DELETE /channels/a", "GET /channels/a/stream")
	rename("lost", "channels")
	a.wantChannel(`{"name":"a","last_id":1,"listeners":0}`)
}

func TestDatabaseIsClosed_R1(t *testing.T) {
	a := start(t, func(*Options) {})
	if err := a.app.Close(); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, a.send("GET", "/channels/a", "", nil), http.StatusInternalServerError, "internal_error")
}

func TestBodyThatBreaksOff_R10(t *testing.T) {
	a := start(t, func(*Options) {})
	request := httptest.NewRequest("POST", "/channels/a/messages", io.MultiReader(strings.NewReader("{}"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	a.app.ServeHTTP(recorder, request)
	wantProblem(t, recorder, http.StatusBadRequest, "malformed_json")
}

func TestOptionsOfTheEnvironment(t *testing.T) {
	environment := map[string]string{"DATABASE_PATH": "a.db", "APP_PUBLISH_KEY": key}
	getenv := func(name string) string { return environment[name] }
	want := Options{"a.db", key, 15 * time.Second, 2 * time.Second, 100, 100, 100}
	if got, err := OptionsFrom(getenv); err != nil || got != want {
		t.Errorf("%v %v", got, err)
	}
	maps.Copy(environment, map[string]string{
		"APP_HEARTBEAT_MS": "20", "APP_RETRY_MS": "3", "APP_HISTORY": "4", "APP_MAX_LISTENERS": "5", "APP_QUEUE": "6",
	})
	want = Options{"a.db", key, 20 * time.Millisecond, 3 * time.Millisecond, 4, 5, 6}
	if got, err := OptionsFrom(getenv); err != nil || got != want {
		t.Errorf("%v %v", got, err)
	}
}

func TestOptionsOutsideOfTheirRange(t *testing.T) {
	for name, limits := range map[string][2]int{
		"APP_HEARTBEAT_MS": {10, 60_000}, "APP_RETRY_MS": {1, 600_000}, "APP_HISTORY": {1, 10_000},
		"APP_MAX_LISTENERS": {1, 1_000}, "APP_QUEUE": {1, 1_000},
	} {
		accepts := func(value string) bool {
			_, err := OptionsFrom(func(asked string) string {
				if asked == name {
					return value
				}
				return ""
			})
			return err == nil
		}
		least, most := limits[0], limits[1]
		for _, value := range []int{least, most} {
			if !accepts(fmt.Sprint(value)) {
				t.Errorf("%s=%d is refused", name, value)
			}
		}
		for _, value := range []string{fmt.Sprint(least - 1), fmt.Sprint(most + 1), "x", "-1", "1.5", "1_0", "10.0", "+20"} {
			if accepts(value) {
				t.Errorf("%s=%s is accepted", name, value)
			}
		}
	}
}

func TestUnreadableDatabase(t *testing.T) {
	options := defaults(t)
	options.DatabasePath = t.TempDir()
	if app, err := NewApp(options); err == nil {
		app.Close()
		t.Error("a folder is no database")
	}
}
