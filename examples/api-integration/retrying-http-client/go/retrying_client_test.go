package retryingclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

	// short is a time limit that is waited for in real time. On a busy machine it
	// may pass before the server has got the request, so no test counts on a
	// request that is cut off by it to arrive.
	short = 30 * time.Millisecond
	day   = 24 * time.Hour
)

var (
	failureStatuses = []int{408, 429, 502, 503, 504}
	noon            = time.Date(2024, time.June, 1, 12, 0, 0, 0, time.UTC)
	everyByte       = func() []byte {
		all := make([]byte, 256)
		for i := range all {
			all[i] = byte(i)
		}
		return all
	}()
)

// received is a request as the server saw it.
type received struct {
	method, target, host string
	header               http.Header
	body                 []byte
}

type reply func(w http.ResponseWriter, r *http.Request)

// server answers the n-th request with the n-th reply, and all further ones
// with the last.
type server struct {
	*httptest.Server
	replies []reply

	mu          sync.Mutex
	requests    []received
	connections int
}

func serve(t *testing.T, replies ...reply) *server {
	t.Helper()
	s := &server{replies: replies}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.connections++
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, received{r.Method, r.RequestURI, r.Host, r.Header, body})
	answer := s.replies[min(len(s.requests), len(s.replies))-1]
	s.mu.Unlock()
	answer(w, r)
}

// received returns the requests so far.
func (s *server) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// mustReceive returns the requests so far, of which there must be so many.
func (s *server) mustReceive(t *testing.T, count int) []received {
	t.Helper()
	requests := s.received()
	if len(requests) != count {
		t.Fatalf("%d requests, want %d", len(requests), count)
	}
	return requests
}

// mustStayAlone closes the server, which must not have been connected to.
func (s *server) mustStayAlone(t *testing.T) {
	t.Helper()
	s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	equal(t, "connections", s.connections, 0)
}

// complete is a complete response; header are names and values in turn.
func complete(status int, body string, header ...string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header()[header[i]] = append(w.Header()[header[i]], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func retryAfter(value string) reply {
	return raw("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nRetry-After: " + value + "\r\n\r\n")
}

func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	return conn
}

// raw sends these bytes and closes the connection.
func raw(text string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn := hijack(w)
		defer conn.Close()
		io.WriteString(conn, text)
	}
}

// hang sends nothing until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
}

// drip sends one byte every few milliseconds until the client gives up.
func drip(text string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn := hijack(w)
		defer conn.Close()
		for i := range len(text) {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

var hangUp = raw("")

// refusingURL has a port that is taken, but nobody listens there.
func refusingURL(t *testing.T) string {
	t.Helper()
	listener := listen(t)
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return "http://" + conn.LocalAddr().String() + "/"
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// world is everything that is injected. Time passes when somebody sleeps, and
// where a test says so.
type world struct {
	mu        sync.Mutex
	elapsed   time.Duration
	wall      time.Time
	sleeps    []time.Duration
	draws     []float64 // what the random source gives; 0.5 when they are used up
	drawCount int
	onSleep   func()
}

func newWorld() *world {
	return &world{wall: noon, sleeps: []time.Duration{}, onSleep: func() {}}
}

func (w *world) sleep(_ context.Context, d time.Duration) error {
	w.pass(d)
	w.mu.Lock()
	w.sleeps = append(w.sleeps, d)
	w.mu.Unlock()
	w.onSleep()
	return nil
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.elapsed += d
}

func (w *world) random() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drawCount++
	if len(w.draws) == 0 {
		return 0.5
	}
	draw := w.draws[0]
	w.draws = w.draws[1:]
	return draw
}

func (w *world) monotonic() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return 1000*time.Second + w.elapsed
}

// later is a reply before which time passes.
func (w *world) later(d time.Duration, answer reply) reply {
	return func(rw http.ResponseWriter, r *http.Request) {
		w.pass(d)
		answer(rw, r)
	}
}

// client returns a client in this world, with options changed by the function
// unless it is nil.
func (w *world) client(t *testing.T, change func(*Options)) *Client {
	t.Helper()
	opts := DefaultOptions()
	opts.Sleep = w.sleep
	opts.Random = w.random
	opts.Monotonic = w.monotonic
	opts.Now = func() time.Time { return w.wall }
	return newClient(t, opts, change)
}

func newClient(t *testing.T, opts Options, change func(*Options)) *Client {
	t.Helper()
	if change != nil {
		change(&opts)
	}
	client, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func do(client *Client, method, url string) (*Response, error) {
	return client.Do(context.Background(), Request{Method: method, URL: url})
}

func mustDo(t *testing.T, client *Client, req Request) *Response {
	t.Helper()
	response, err := client.Do(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if response == nil {
		t.Fatal("no response and no error")
	}
	return response
}

func mustGet(t *testing.T, client *Client, url string) *Response {
	t.Helper()
	return mustDo(t, client, Request{Method: "GET", URL: url})
}

// mustGiveUp returns the error of a call that gives up.
func mustGiveUp(t *testing.T, client *Client, method, url string) *RetryError {
	t.Helper()
	response, err := do(client, method, url)
	if response != nil {
		t.Errorf("response %+v, want none", response)
	}
	return mustBeRetryError(t, err)
}

func mustBeRetryError(t *testing.T, err error) *RetryError {
	t.Helper()
	var gaveUp *RetryError
	if !errors.As(err, &gaveUp) {
		t.Fatalf("error %v, want a *RetryError", err)
	}
	if (gaveUp.Response == nil) == (gaveUp.Cause == nil) {
		t.Fatalf("response %v and cause %v, want one of them", gaveUp.Response, gaveUp.Cause)
	}
	return gaveUp
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func checkGaveUp(t *testing.T, err *RetryError, attempts int, reason error) {
	t.Helper()
	equal(t, "attempts", err.Attempts, attempts)
	equal(t, "reason", err.Reason, reason)
}

func checkSleeps(t *testing.T, w *world, sleeps ...time.Duration) {
	t.Helper()
	equal(t, "sleeps", w.sleeps, append([]time.Duration{}, sleeps...))
}

// --- R1: results ---

func TestAnyOtherStatusIsTheResult_R1(t *testing.T) {
	for _, status := range []int{200, 201, 400, 404, 407, 409, 418, 428, 430, 500, 501, 505, 599} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			w := newWorld()
			s := serve(t, complete(status, string(everyByte), "X-Colour", "blue"))
			response := mustGet(t, w.client(t, nil), s.URL)
			equal(t, "status", response.Status, status)
			equal(t, "body", response.Body, everyByte)
			equal(t, "header", response.Header.Get("x-colour"), "blue")
			s.mustReceive(t, 1)
			equal(t, "draws", w.drawCount, 0)
			checkSleeps(t, w)
		})
	}
}

func TestRepeatedResponseHeadersAreAllReturned_R1(t *testing.T) {
	s := serve(t, complete(200, "", "Set-Cookie", "a=1", "Set-Cookie", "b=2"))
	response := mustGet(t, newWorld().client(t, nil), s.URL)
	equal(t, "header", response.Header.Values("Set-Cookie"), []string{"a=1", "b=2"})
}

func TestBodyIsCompleteHoweverItsEndIsMarked_R1(t *testing.T) {
	for text, body := range map[string]string{
		chunked + "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n":                     "a0123456789",
		chunked + "0\r\n\r\n":                                                  "",
		"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the\r\n\r\nend":     "until the\r\n\r\nend",
		"HTTP/1.0 200 OK\r\n\r\nold":                                           "old",
		"HTTP/1.1 204 No Content\r\n\r\n":                                      "",
		"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n":               "",
		"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + pattern(300_000): pattern(300_000),
	} {
		s := serve(t, raw(text))
		response := mustGet(t, newWorld().client(t, nil), s.URL)
		if string(response.Body) != body {
			t.Errorf("%.60q: body %.60q, want %.60q", text, response.Body, body)
		}
	}
}

func pattern(size int) string {
	return strings.Repeat(string(everyByte), size/256+1)[:size]
}

func TestCompressedBodyIsReturnedAsItIs_R1(t *testing.T) {
	const body = "\x1f\x8bnot really compressed"
	s := serve(t, complete(200, body, "Content-Encoding", "gzip"))
	response := mustGet(t, newWorld().client(t, nil), s.URL)
	equal(t, "body", string(response.Body), body)
}

func TestResponseToHeadHasNoBody_R1(t *testing.T) {
	s := serve(t, raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"))
	response := mustDo(t, newWorld().client(t, nil), Request{Method: "HEAD", URL: s.URL})
	equal(t, "status", response.Status, 200)
	equal(t, "length of the body", len(response.Body), 0)
	equal(t, "header", response.Header.Get("Content-Length"), "5")
}

func TestResultCountsEvenAfterTheDeadline_R1(t *testing.T) {
	w := newWorld()
	s := serve(t, w.later(31*time.Second, complete(500, "late")))
	response := mustGet(t, w.client(t, nil), s.URL)
	equal(t, "status", response.Status, 500)
	equal(t, "body", string(response.Body), "late")
}

func TestUnsafeRequestGetsItsResult_R1(t *testing.T) {
	s := serve(t, complete(500, "no"))
	response := mustDo(t, newWorld().client(t, nil), Request{Method: "POST", URL: s.URL, Body: []byte("x")})
	equal(t, "status", response.Status, 500)
}

// --- R2: what counts as no response ---

var broken = []string{
	"",
	"SSH-2.0-OpenSSH_9.6\r\n",
	"<html>no status line</html>\r\n\r\n",
	"HTTP/1.1 ",
	"HTTP/1.1 200 OK\r\n",
	"HTTP/1.1 200 OK\r\nX-Colour: blue\r\n",
	"HTTP/1.1 200 OK\r\nX-Colour: bl",
	"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\nab",
	"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
	"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
	"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nab",
	"HTTP/1.1 503 Unavailable\r\nContent-Length: 3\r\n\r\nab",
	"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000\r\n\r\nab",
	chunked + "3\r\nabc\r\n",
	chunked + "3\r\nab",
	chunked + "3\r\nabc\r\n0",
	chunked + "3\r\nabc\r\n0\r\n",
}

func TestAttemptWithoutCompleteResponseIsRepeated_R2(t *testing.T) {
	for _, text := range broken {
		t.Run(fmt.Sprintf("%.60q", text), func(t *testing.T) {
			w := newWorld()
			s := serve(t, raw(text), complete(200, "whole"))
			response := mustGet(t, w.client(t, nil), s.URL)
			equal(t, "body", string(response.Body), "whole")
			s.mustReceive(t, 2)
			equal(t, "number of sleeps", len(w.sleeps), 1)
		})
	}
}

func TestIncompleteResponseIsNotHandedOn_R2_R7(t *testing.T) {
	for _, text := range broken {
		t.Run(fmt.Sprintf("%.60q", text), func(t *testing.T) {
			s := serve(t, raw(text))
			client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 2 })
			err := mustGiveUp(t, client, "GET", s.URL)
			checkGaveUp(t, err, 2, ErrAttemptsExhausted)
			if err.Response != nil || errors.Is(err.Cause, ErrAttemptTimeout) {
				t.Errorf("response %v, cause %v", err.Response, err.Cause)
			}
			s.mustReceive(t, 2)
		})
	}
}

func TestRefusedConnectionsAreFailedAttempts_R2(t *testing.T) {
	w := newWorld()
	err := mustGiveUp(t, w.client(t, func(o *Options) { o.MaxAttempts = 3 }), "GET", refusingURL(t))
	checkGaveUp(t, err, 3, ErrAttemptsExhausted)
	if err.Cause == nil {
		t.Error("no cause")
	}
	equal(t, "number of sleeps", len(w.sleeps), 2)
}

func TestRefusedPostIsNotRepeated_R2_R3(t *testing.T) {
	err := mustGiveUp(t, newWorld().client(t, nil), "POST", refusingURL(t))
	checkGaveUp(t, err, 1, ErrNotSafe)
	if err.Cause == nil {
		t.Error("no cause")
	}
}

func TestServerWithoutTLSIsAFailedAttempt_R2(t *testing.T) {
	s := serve(t, complete(200, ""))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 2 })
	err := mustGiveUp(t, client, "GET", strings.Replace(s.URL, "http:", "https:", 1))
	checkGaveUp(t, err, 2, ErrAttemptsExhausted)
	s.mustReceive(t, 0)
}

func TestRetryAfterOfIncompleteResponseIsIgnored_R2(t *testing.T) {
	w := newWorld()
	s := serve(t,
		raw("HTTP/1.1 503 Unavailable\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nab"),
		complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.BaseDelay = time.Second }), s.URL)
	checkSleeps(t, w, 500*time.Millisecond)
}

func TestConnectionClosedAfterOneThatCouldBeKeptCountsAsAttempt_R2(t *testing.T) {
	w := newWorld()
	s := serve(t, complete(503, ""), complete(503, ""), hangUp, complete(200, ""))
	mustGet(t, w.client(t, nil), s.URL)
	s.mustReceive(t, 4)
	equal(t, "number of sleeps", len(w.sleeps), 3)
}

func TestNoMoreRequestsThanAttempts_R2(t *testing.T) {
	s := serve(t, complete(503, ""), hangUp)
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 3 })
	err := mustGiveUp(t, client, "PUT", s.URL)
	equal(t, "attempts", err.Attempts, 3)
	s.mustReceive(t, 3)
}

// --- R3: what is repeated, and how ---

func TestSafeMethodIsRepeated_R3(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"} {
		for _, status := range failureStatuses {
			t.Run(fmt.Sprint(method, status), func(t *testing.T) {
				s := serve(t, complete(status, ""), complete(status, ""), complete(200, ""))
				response := mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL})
				equal(t, "status", response.Status, 200)
				requests := s.mustReceive(t, 3)
				for _, request := range requests {
					equal(t, "method", request.method, method)
				}
			})
		}
	}
}

func TestUnsafeRequestIsNotRepeated_R3(t *testing.T) {
	for _, method := range []string{"POST", "PATCH"} {
		for _, header := range []http.Header{
			nil,
			{"Idempotency-Key": nil},
			{"Idempotency-Key": {""}},
			{"Idempotency-Key": {" "}},
			{"idempotency-key": {"\t "}},
			{"X-Key": {"a"}},
		} {
			t.Run(fmt.Sprint(method, header), func(t *testing.T) {
				w := newWorld()
				s := serve(t, complete(503, "busy"), complete(200, ""))
				request := Request{Method: method, URL: s.URL, Header: header, Body: []byte("x")}
				_, err := w.client(t, nil).Do(context.Background(), request)
				gaveUp := mustBeRetryError(t, err)
				checkGaveUp(t, gaveUp, 1, ErrNotSafe)
				equal(t, "status", gaveUp.Response.Status, 503)
				equal(t, "body", string(gaveUp.Response.Body), "busy")
				s.mustReceive(t, 1)
				equal(t, "draws", w.drawCount, 0)
				checkSleeps(t, w)
			})
		}
	}
}

func TestIdempotencyKeyMakesARequestSafe_R3(t *testing.T) {
	for _, method := range []string{"POST", "PATCH"} {
		for _, name := range []string{"Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY", "iDempotency-kEy"} {
			t.Run(method+name, func(t *testing.T) {
				s := serve(t, complete(503, ""), hangUp, complete(200, ""))
				header := http.Header{name: {"k-1"}}
				mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL, Header: header, Body: []byte("x")})
				requests := s.mustReceive(t, 3)
				for _, request := range requests {
					equal(t, "key", request.header["Idempotency-Key"], []string{"k-1"})
				}
			})
		}
	}
}

func TestUnsafeRequestIsTheReasonEvenOnTheLastAttempt_R3(t *testing.T) {
	s := serve(t, complete(503, ""))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 1 })
	equal(t, "reason", mustGiveUp(t, client, "POST", s.URL).Reason, ErrNotSafe)
}

func TestEveryAttemptSendsTheSame_R3(t *testing.T) {
	s := serve(t, complete(503, ""), hangUp, complete(429, ""), complete(200, ""))
	const target = "/a%20b?c=d&e=%C3%A9"
	header := http.Header{
		"X-Colour":   {"blue", "green"},
		"x-empty":    {""},
		"ACCEPT":     {"text/plain;q=0.5, */*"},
		"user-agent": {"example"},
	}
	mustDo(t, newWorld().client(t, nil), Request{Method: "put", URL: s.URL + target, Header: header, Body: everyByte})
	requests := s.mustReceive(t, 4)
	for _, request := range requests {
		equal(t, "method", request.method, "PUT")
		equal(t, "target", request.target, target)
		equal(t, "body", request.body, everyByte)
		for name, values := range header {
			equal(t, name, request.header.Values(name), values)
		}
	}
}

func TestLaterChangesOfHeaderAndBodyAreNotSent_R3(t *testing.T) {
	w := newWorld()
	s := serve(t, complete(503, ""), complete(200, ""))
	header := http.Header{"X-Colour": {"blue"}}
	body := []byte("abc")
	w.onSleep = func() {
		header["X-Colour"][0] = "red"
		header.Set("X-New", "1")
		body[0] = 'z'
	}
	mustDo(t, w.client(t, nil), Request{Method: "PUT", URL: s.URL, Header: header, Body: body})
	requests := s.mustReceive(t, 2)
	equal(t, "header", requests[1].header["X-Colour"], []string{"blue"})
	equal(t, "new header", requests[1].header["X-New"], nil)
	equal(t, "body", string(requests[1].body), "abc")
}

func TestHeaderAndBodyAreNotChanged_R3(t *testing.T) {
	s := serve(t, complete(503, ""), complete(200, ""))
	header := http.Header{"x-colour": {"blue"}}
	body := []byte("abc")
	mustDo(t, newWorld().client(t, nil), Request{Method: "PUT", URL: s.URL, Header: header, Body: body})
	equal(t, "header", header, http.Header{"x-colour": {"blue"}})
	equal(t, "body", string(body), "abc")
}

func TestBodyArrivesWhole_R3(t *testing.T) {
	for _, method := range []string{"OPTIONS", "PUT", "DELETE", "POST", "PATCH"} {
		for _, body := range []string{"", "a", pattern(256_000)} {
			t.Run(fmt.Sprint(method, len(body)), func(t *testing.T) {
				s := serve(t, complete(200, ""))
				mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL, Body: []byte(body)})
				requests := s.mustReceive(t, 1)
				equal(t, "method", requests[0].method, method)
				if !bytes.Equal(requests[0].body, []byte(body)) {
					t.Errorf("body of %d bytes, want %d", len(requests[0].body), len(body))
				}
			})
		}
	}
}

func TestMethodIsSentInUpperCase_R3(t *testing.T) {
	for _, method := range []string{"get", "Head", "oPTIONS", "Put", "delete", "pOsT", "patch"} {
		s := serve(t, complete(200, ""))
		mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL})
		equal(t, "method", s.mustReceive(t, 1)[0].method, strings.ToUpper(method))
	}
}

func TestLowerCaseMethodIsRepeated_R3(t *testing.T) {
	for _, method := range []string{"get", "head", "options", "put", "delete"} {
		s := serve(t, complete(503, ""), complete(200, ""))
		response := mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL})
		equal(t, method, response.Status, 200)
	}
}

func TestPathAndQueryAreSent_R3(t *testing.T) {
	for end, target := range map[string]string{
		"":            "/",
		"/":           "/",
		"?a=b":        "/?a=b",
		"/a/b?c=/d?":  "/a/b?c=/d?",
		"/a?b#c":      "/a?b",
		"/a%2Fb/?%20": "/a%2Fb/?%20",
	} {
		s := serve(t, complete(200, ""))
		mustGet(t, newWorld().client(t, nil), s.URL+end)
		equal(t, "target", s.mustReceive(t, 1)[0].target, target)
	}
}

func TestHostIsSent_R3(t *testing.T) {
	s := serve(t, complete(200, ""))
	mustGet(t, newWorld().client(t, nil), strings.Replace(s.URL, "http", "HTTP", 1))
	equal(t, "host", s.mustReceive(t, 1)[0].host, s.Listener.Addr().String())
}

// --- R4: backoff ---

func TestBackoffDoublesUpToTheMaximum_R4(t *testing.T) {
	w := newWorld()
	w.draws = []float64{0.5, 0.25, 0.75, 0.5, 0.875, 0.125}
	client := w.client(t, func(o *Options) {
		o.MaxAttempts = 7
		o.BaseDelay = time.Second
		o.MaxDelay = 10 * time.Second
		o.Deadline = 1000 * time.Second
	})
	mustGiveUp(t, client, "GET", refusingURL(t))
	const ms = time.Millisecond
	checkSleeps(t, w, 500*ms, 500*ms, 3000*ms, 4000*ms, 8750*ms, 1250*ms)
	equal(t, "draws", w.drawCount, 6)
}

func TestRandomZeroSleepsForZero_R4(t *testing.T) {
	w := newWorld()
	w.draws = []float64{0, 0}
	s := serve(t, complete(503, ""), complete(503, ""), complete(200, ""))
	mustGet(t, w.client(t, nil), s.URL)
	checkSleeps(t, w, 0, 0)
}

func TestDelaysAtTheirLimits_R4(t *testing.T) {
	for _, test := range []struct{ base, max, want time.Duration }{
		{8 * time.Second, 2 * time.Second, time.Second},
		{0, 5 * time.Second, 0},
		{time.Second, 0, 0},
		{3 * time.Second, 3 * time.Second, 1500 * time.Millisecond},
	} {
		w := newWorld()
		client := w.client(t, func(o *Options) {
			o.MaxAttempts = 3
			o.BaseDelay = test.base
			o.MaxDelay = test.max
		})
		mustGiveUp(t, client, "GET", refusingURL(t))
		checkSleeps(t, w, test.want, test.want)
		equal(t, "draws", w.drawCount, 2)
	}
}

func TestManyAttemptsDoNotOverflow_R4(t *testing.T) {
	for _, test := range []struct{ base, max, want time.Duration }{
		{time.Second, 8 * time.Second, 4 * time.Second},
		{1, math.MaxInt64, 1 << 62},
		{0, 8 * time.Second, 0},
	} {
		w := newWorld()
		w.onSleep = func() { w.pass(-w.elapsed) }
		client := w.client(t, func(o *Options) {
			o.MaxAttempts = 300
			o.BaseDelay = test.base
			o.MaxDelay = test.max
			o.Deadline = math.MaxInt64
		})
		err := mustGiveUp(t, client, "GET", refusingURL(t))
		equal(t, "attempts", err.Attempts, 300)
		equal(t, "number of sleeps", len(w.sleeps), 299)
		for i, wait := range w.sleeps {
			if i >= 64 && wait != test.want {
				t.Fatalf("sleep %d: got %v, want %v", i, wait, test.want)
			}
		}
	}
}

func TestExponentCountsAttemptsNotBackoffs_R4(t *testing.T) {
	w := newWorld()
	s := serve(t, complete(503, ""), retryAfter("7"), retryAfter("soon"), complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.BaseDelay = time.Second }), s.URL)
	checkSleeps(t, w, 500*time.Millisecond, 7*time.Second, 2*time.Second)
}

func TestBackoffStartsAnewWithEachCall_R4(t *testing.T) {
	w := newWorld()
	client := w.client(t, func(o *Options) {
		o.MaxAttempts = 3
		o.BaseDelay = time.Second
	})
	url := refusingURL(t)
	mustGiveUp(t, client, "GET", url)
	mustGiveUp(t, client, "GET", url)
	checkSleeps(t, w, 500*time.Millisecond, time.Second, 500*time.Millisecond, time.Second)
}

func TestDefaultOptions_R4_R7_R8_R9(t *testing.T) {
	equal(t, "default options", DefaultOptions(), Options{
		MaxAttempts:    4,
		BaseDelay:      100 * time.Millisecond,
		MaxDelay:       5 * time.Second,
		AttemptTimeout: 10 * time.Second,
		Deadline:       30 * time.Second,
	})
}

func TestRealFunctionsByDefault_R4(t *testing.T) {
	s := serve(t, retryAfter("Sun, 06 Nov 1994 08:49:37 GMT"), complete(503, ""), complete(200, ""))
	client := newClient(t, DefaultOptions(), func(o *Options) {
		o.BaseDelay = time.Millisecond
		o.MaxDelay = 2 * time.Millisecond
	})
	equal(t, "status", mustGet(t, client, s.URL).Status, 200)
}

// --- R5: Retry-After ---

func TestRetryAfterInSecondsAloneSetsTheWait_R5(t *testing.T) {
	for value, wait := range map[string]time.Duration{
		"0":                           0,
		"1":                           time.Second,
		"7":                           7 * time.Second,
		"007":                         7 * time.Second,
		"3600":                        time.Hour,
		strings.Repeat("0", 29) + "5": 5 * time.Second,
	} {
		w := newWorld()
		s := serve(t, retryAfter(value), complete(200, ""))
		client := w.client(t, func(o *Options) {
			o.MaxDelay = time.Second
			o.Deadline = 10_000 * time.Second
		})
		mustGet(t, client, s.URL)
		checkSleeps(t, w, wait)
		equal(t, "draws", w.drawCount, 0)
	}
}

func TestRetryAfterCountsWithEveryFailureStatus_R5(t *testing.T) {
	for _, status := range failureStatuses {
		w := newWorld()
		s := serve(t, complete(status, "", "Retry-After", "3"), complete(200, ""))
		mustGet(t, w.client(t, nil), s.URL)
		checkSleeps(t, w, 3*time.Second)
	}
}

func TestRetryAfterInAnyLetterCase_R5(t *testing.T) {
	w := newWorld()
	s := serve(t, complete(503, "", "rETRY-aFTER", "3"), complete(200, ""))
	mustGet(t, w.client(t, nil), s.URL)
	checkSleeps(t, w, 3*time.Second)
}

func TestRetryAfterHoldsForOneWait_R5(t *testing.T) {
	w := newWorld()
	s := serve(t, retryAfter("3"), hangUp, complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.BaseDelay = time.Second }), s.URL)
	checkSleeps(t, w, 3*time.Second, time.Second)
}

func TestRetryAfterAsDate_R5(t *testing.T) {
	for value, wait := range map[string]time.Duration{
		"Sat, 01 Jun 2024 12:00:07 GMT":    7 * time.Second,
		"Saturday, 01-Jun-24 12:00:07 GMT": 7 * time.Second,
		"Sat Jun  1 12:00:07 2024":         7 * time.Second,
		"Sat, 01 Jun 2024 23:59:59 GMT":    12*time.Hour - time.Second,
		"Sun, 02 Jun 2024 12:00:00 GMT":    day,
		"Sat Jun 15 12:00:00 2024":         14 * day,
		"Saturday, 29-Jun-24 12:00:00 GMT": 28 * day,
		"Mon, 31 Mar 2025 12:00:00 GMT":    303 * day,
		"Tue, 29 Feb 2028 12:00:00 GMT":    1368 * day,
		"Wed, 01 Jun 2024 12:00:07 GMT":    7 * time.Second,
		"Friday, 01-Jun-24 12:00:07 GMT":   7 * time.Second,
		"Mon Jun  1 12:00:07 2024":         7 * time.Second,
	} {
		w := newWorld()
		s := serve(t, retryAfter(value), complete(200, ""))
		mustGet(t, w.client(t, func(o *Options) { o.Deadline = 10_000 * day }), s.URL)
		equal(t, value, w.sleeps, []time.Duration{wait})
		equal(t, "draws", w.drawCount, 0)
	}
}

func TestDateThatIsOverMeansNoWait_R5(t *testing.T) {
	for _, value := range []string{
		"Sat, 01 Jun 2024 12:00:00 GMT",
		"Sat, 01 Jun 2024 11:59:59 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Monday, 01-Jan-24 00:00:00 GMT",
	} {
		w := newWorld()
		s := serve(t, retryAfter(value), complete(200, ""))
		mustGet(t, w.client(t, nil), s.URL)
		equal(t, value, w.sleeps, []time.Duration{0})
		equal(t, "draws", w.drawCount, 0)
	}
}

func TestFractionOfTheWallClockCounts_R5(t *testing.T) {
	w := newWorld()
	w.wall = w.wall.Add(750 * time.Millisecond)
	s := serve(t, retryAfter("Sat, 01 Jun 2024 12:00:07 GMT"), complete(200, ""))
	mustGet(t, w.client(t, nil), s.URL)
	checkSleeps(t, w, 6250*time.Millisecond)
}

func TestDatesAreInUTCWhereverTheWallClockHangs_R5(t *testing.T) {
	for _, value := range []string{
		"Sat, 01 Jun 2024 12:00:07 GMT",
		"Saturday, 01-Jun-24 12:00:07 GMT",
		"Sat Jun  1 12:00:07 2024",
	} {
		w := newWorld()
		w.wall = noon.In(time.FixedZone("ahead", 5*3600+1800))
		s := serve(t, retryAfter(value), complete(200, ""))
		mustGet(t, w.client(t, nil), s.URL)
		equal(t, value, w.sleeps, []time.Duration{7 * time.Second})
	}
}

func TestTwoDigitYearMayBeInTheNextCentury_R5(t *testing.T) {
	w := newWorld()
	w.wall = time.Date(1999, time.December, 31, 23, 59, 58, 0, time.UTC)
	s := serve(t, retryAfter("Saturday, 01-Jan-00 00:00:03 GMT"), complete(200, ""))
	mustGet(t, w.client(t, nil), s.URL)
	checkSleeps(t, w, 5*time.Second)
}

func TestTwoDigitYearUpTo50YearsAheadIsToCome_R5(t *testing.T) {
	for _, value := range []string{
		"01-Jun-74 12:00:00", "31-May-74 23:59:59", "31-Dec-73 23:59:59", "02-Jun-24 12:00:00",
	} {
		t.Run(value, func(t *testing.T) {
			w := newWorld()
			s := serve(t, retryAfter("Friday, "+value+" GMT"))
			checkGaveUp(t, mustGiveUp(t, w.client(t, nil), "GET", s.URL), 1, ErrDeadlineExceeded)
			checkSleeps(t, w)
		})
	}
}

func TestTwoDigitYearCountsFromTheYearInUTC_R5(t *testing.T) {
	w := newWorld()
	w.wall = time.Date(2025, time.January, 1, 2, 0, 0, 0, time.UTC).In(time.FixedZone("behind", -5*3600))
	s := serve(t, retryAfter("Tuesday, 01-Jan-75 01:00:00 GMT"))
	checkGaveUp(t, mustGiveUp(t, w.client(t, nil), "GET", s.URL), 1, ErrDeadlineExceeded)
}

func TestTwoDigitYearFurtherAheadIsPast_R5(t *testing.T) {
	for _, value := range []string{
		"01-Jun-74 12:00:01", "02-Jun-74 00:00:00", "01-Jan-75 00:00:00", "31-Dec-99 23:59:59",
	} {
		t.Run(value, func(t *testing.T) {
			w := newWorld()
			s := serve(t, retryAfter("Friday, "+value+" GMT"), complete(200, ""))
			mustGet(t, w.client(t, nil), s.URL)
			checkSleeps(t, w, 0)
		})
	}
}

func TestWallClockIsReadForDatesOnly_R5(t *testing.T) {
	s := serve(t, retryAfter("3"), retryAfter("soon"), hangUp, complete(200, ""))
	client := newWorld().client(t, func(o *Options) {
		o.Now = func() time.Time {
			t.Error("the wall clock was read")
			return noon
		}
	})
	mustGet(t, client, s.URL)
}

// --- R6: unusable Retry-After ---

func TestUnusableRetryAfterIsIgnored_R6(t *testing.T) {
	for _, value := range []string{
		"", "-5", "+5", "1.5", "5.", "1e3", "0x10", "1_0", "5 5", "5, 5", "5s", "inf", "nan", "Infinity", "soon",
		"\xb2", "1\xb2", "\xbd", "\xa05", "\u0663",
		"Fri, 30 Feb 2024 12:00:00 GMT",
		"Friday, 30-Feb-24 12:00:00 GMT",
		"Fri Feb 30 12:00:00 2024",
		"Wed, 29 Feb 2023 12:00:00 GMT",
		"Mon, 31 Jun 2024 12:00:00 GMT",
		"Sat, 00 Jun 2024 12:00:00 GMT",
		"Sat, 32 Jul 2024 12:00:00 GMT",
		"Sat, 01 Jun 2024 24:00:00 GMT",
		"Sat, 01 Jun 2024 12:60:00 GMT",
		"Sat, 01 Jun 2024 12:00:61 GMT",
		"Sat, 01 Jun 2024 12:00:07",
		"Sat, 01 Jun 2024 12:00:07 +0000",
		"Sat, 01 Jun 2024 12:00:07 CET",
		"Sat, 01 Jun 2024 12:00:07.5 GMT",
		"Sat, 01 Jun 2024 12:00:07 GMT+1",
		"Sat, 1 Jun 2024 12:00:07 GMT",
		"Sat, 01 Jun 24 12:00:07 GMT",
		"Sat, 01 Foo 2024 12:00:07 GMT",
		"Sat, 01 Jun 2024 2:00:07 GMT",
		"Saturday, 01-Jun-2024 12:00:07 GMT",
		"Sat Jun 1 12:00:07 2024",
		"Sat Jun  1 12:00:07 2024 GMT",
		"01 Jun 2024 12:00:07 GMT",
		"2024-06-01T12:00:07Z",
		"1717243207.0",
	} {
		t.Run(fmt.Sprintf("%q", value), func(t *testing.T) {
			w := newWorld()
			s := serve(t, retryAfter(value), complete(200, ""))
			mustGet(t, w.client(t, func(o *Options) { o.BaseDelay = time.Second }), s.URL)
			checkSleeps(t, w, 500*time.Millisecond)
			equal(t, "draws", w.drawCount, 1)
		})
	}
}

func TestRepeatedRetryAfterIsIgnored_R6(t *testing.T) {
	for _, values := range [][2]string{{"3", "3"}, {"3", "soon"}, {"", "3"}, {"Sat", "01 Jun 2024 12:00:07 GMT"}} {
		w := newWorld()
		twice := raw("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n" +
			"Retry-After: " + values[0] + "\r\nX-A: b\r\nretry-after: " + values[1] + "\r\n\r\n")
		s := serve(t, twice, complete(200, ""))
		mustGet(t, w.client(t, func(o *Options) { o.BaseDelay = time.Second }), s.URL)
		equal(t, fmt.Sprint(values), w.sleeps, []time.Duration{500 * time.Millisecond})
	}
}

func TestHugeNumberOfSecondsIsLongerThanAnyTimeLeft_R6(t *testing.T) {
	for _, value := range []string{
		strings.Repeat("9", 30),
		strings.Repeat("9", 5000),
		"9223372037",           // overflows as a number of nanoseconds
		"18446744074",          // wraps round to a short wait
		"9223372036854775807",  // the largest int64
		"9223372036854775808",  // overflows it
		"18446744073709551617", // wraps round to 1
	} {
		t.Run(value[:10], func(t *testing.T) {
			w := newWorld()
			s := serve(t, retryAfter(value))
			client := w.client(t, func(o *Options) { o.Deadline = math.MaxInt64 })
			err := mustGiveUp(t, client, "GET", s.URL)
			checkGaveUp(t, err, 1, ErrDeadlineExceeded)
			equal(t, "status", err.Response.Status, 503)
			equal(t, "draws", w.drawCount, 0)
			checkSleeps(t, w)
		})
	}
}

// --- R7: giving up ---

func TestLastAttemptIsNotFollowedBySleep_R7(t *testing.T) {
	for _, attempts := range []int{1, 2, 5} {
		w := newWorld()
		s := serve(t, complete(503, "busy", "X-Colour", "blue"))
		err := mustGiveUp(t, w.client(t, func(o *Options) { o.MaxAttempts = attempts }), "GET", s.URL)
		checkGaveUp(t, err, attempts, ErrAttemptsExhausted)
		equal(t, "status", err.Response.Status, 503)
		equal(t, "body", string(err.Response.Body), "busy")
		equal(t, "header", err.Response.Header.Get("X-Colour"), "blue")
		s.mustReceive(t, attempts)
		equal(t, "number of sleeps", len(w.sleeps), attempts-1)
		equal(t, "draws", w.drawCount, attempts-1)
	}
}

func TestLastPermittedAttemptMaySucceed_R7(t *testing.T) {
	s := serve(t, complete(503, ""), complete(503, ""), complete(200, ""))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 3 })
	equal(t, "status", mustGet(t, client, s.URL).Status, 200)
}

func TestErrorTellsTheResponseOfTheLastAttemptOnly_R7(t *testing.T) {
	s := serve(t, complete(429, "first"), hangUp, complete(504, "last"))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 3 })
	err := mustGiveUp(t, client, "GET", s.URL)
	equal(t, "status", err.Response.Status, 504)
	equal(t, "body", string(err.Response.Body), "last")
	equal(t, "cause", err.Cause, nil)
}

func TestErrorTellsTheCauseOfTheLastAttemptOnly_R7(t *testing.T) {
	s := serve(t, complete(503, "first"), hangUp)
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 2 })
	err := mustGiveUp(t, client, "GET", s.URL)
	equal(t, "attempts", err.Attempts, 2)
	equal(t, "response", err.Response, nil)
}

func TestErrorWrapsReasonAndCause_R7(t *testing.T) {
	cause := errors.New("some cause")
	err := &RetryError{Attempts: 1, Reason: ErrNotSafe, Cause: cause}
	equal(t, "with cause", err.Unwrap(), []error{ErrNotSafe, cause})
	equal(t, "errors.Is", []bool{errors.Is(err, ErrNotSafe), errors.Is(err, cause), errors.Is(err, ErrDeadlineExceeded)},
		[]bool{true, true, false})
	err = &RetryError{Attempts: 1, Reason: ErrAttemptsExhausted, Response: &Response{Status: 503}}
	equal(t, "with response", err.Unwrap(), []error{ErrAttemptsExhausted})
	if err.Error() == "" {
		t.Error("no text")
	}
}

func TestCallsAreIndependent_R7(t *testing.T) {
	s := serve(t, complete(503, ""), complete(503, ""), complete(503, ""), complete(200, ""), complete(404, ""))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 3 })
	equal(t, "attempts", mustGiveUp(t, client, "GET", s.URL).Attempts, 3)
	equal(t, "status", mustGet(t, client, s.URL).Status, 200)
	equal(t, "status", mustGet(t, client, s.URL).Status, 404)
}

func TestErrorIsNoInvalidArgument_R7(t *testing.T) {
	s := serve(t, complete(503, ""))
	if err := mustGiveUp(t, newWorld().client(t, nil), "POST", s.URL); errors.Is(err, ErrInvalidArgument) {
		t.Error(err)
	}
}

// --- R8: deadline ---

func TestWaitThatTakesAllTheTimeLeftIsNotSlept_R8(t *testing.T) {
	for _, value := range []string{"10", "11", "1000000"} {
		w := newWorld()
		s := serve(t, retryAfter(value))
		err := mustGiveUp(t, w.client(t, func(o *Options) { o.Deadline = 10 * time.Second }), "GET", s.URL)
		checkGaveUp(t, err, 1, ErrDeadlineExceeded)
		equal(t, "status", err.Response.Status, 503)
		s.mustReceive(t, 1)
		checkSleeps(t, w)
	}
}

func TestWaitShorterThanTheTimeLeftIsSlept_R8(t *testing.T) {
	w := newWorld()
	s := serve(t, retryAfter("10"), complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.Deadline = 10*time.Second + 250*time.Millisecond }), s.URL)
	checkSleeps(t, w, 10*time.Second)
}

func TestBackoffIsSubjectToTheDeadline_R8(t *testing.T) {
	w := newWorld()
	client := w.client(t, func(o *Options) {
		o.BaseDelay = 4 * time.Second
		o.MaxDelay = 100 * time.Second
		o.Deadline = 6 * time.Second
	})
	err := mustGiveUp(t, client, "GET", refusingURL(t))
	checkGaveUp(t, err, 2, ErrDeadlineExceeded)
	equal(t, "draws", w.drawCount, 2)
	checkSleeps(t, w, 2*time.Second)
}

func TestTimeOfAttemptsAndSleepsCounts_R8(t *testing.T) {
	w := newWorld()
	s := serve(t, w.later(4*time.Second, retryAfter("3")), w.later(time.Second, retryAfter("2")))
	err := mustGiveUp(t, w.client(t, func(o *Options) { o.Deadline = 10 * time.Second }), "GET", s.URL)
	checkGaveUp(t, err, 2, ErrDeadlineExceeded)
	checkSleeps(t, w, 3*time.Second)
}

func TestTimeLeftAfterAttemptsAndSleepsCanBeUsed_R8(t *testing.T) {
	w := newWorld()
	s := serve(t, w.later(4*time.Second, retryAfter("3")), w.later(time.Second, retryAfter("2")), complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.Deadline = 10*time.Second + 250*time.Millisecond }), s.URL)
	checkSleeps(t, w, 3*time.Second, 2*time.Second)
}

func TestNoTimeLeftAfterSleeping_R8(t *testing.T) {
	for _, oversleep := range []time.Duration{time.Second, 5 * time.Second} {
		w := newWorld()
		w.onSleep = func() { w.pass(oversleep) }
		s := serve(t, retryAfter("9"), complete(200, ""))
		err := mustGiveUp(t, w.client(t, func(o *Options) { o.Deadline = 10 * time.Second }), "GET", s.URL)
		checkGaveUp(t, err, 1, ErrDeadlineExceeded)
		equal(t, "status", err.Response.Status, 503)
		s.mustReceive(t, 1)
		checkSleeps(t, w, 9*time.Second)
	}
}

func TestSomeTimeLeftAfterSleepingTooLong_R8(t *testing.T) {
	w := newWorld()
	w.onSleep = func() { w.pass(500 * time.Millisecond) }
	s := serve(t, retryAfter("9"), complete(200, ""))
	mustGet(t, w.client(t, func(o *Options) { o.Deadline = 10 * time.Second }), s.URL)
}

func TestEachCallHasItsOwnDeadline_R8(t *testing.T) {
	s := serve(t, retryAfter("8"), complete(200, ""), retryAfter("8"), complete(200, ""))
	client := newWorld().client(t, func(o *Options) { o.Deadline = 10 * time.Second })
	mustGet(t, client, s.URL)
	mustGet(t, client, s.URL)
}

func TestWallClockJumpDoesNotChangeTheTimeLeft_R8(t *testing.T) {
	for _, jump := range []time.Duration{-1000 * time.Hour, 1000 * time.Hour} {
		w := newWorld()
		w.onSleep = func() { w.wall = w.wall.Add(jump) }
		s := serve(t, retryAfter("4"))
		err := mustGiveUp(t, w.client(t, func(o *Options) { o.Deadline = 10 * time.Second }), "GET", s.URL)
		checkGaveUp(t, err, 3, ErrDeadlineExceeded)
		checkSleeps(t, w, 4*time.Second, 4*time.Second)
	}
}

func TestAttemptIsCutOffByTheDeadline_R8(t *testing.T) {
	w := newWorld()
	s := serve(t, hang)
	client := w.client(t, func(o *Options) {
		o.Deadline = short
		o.AttemptTimeout = time.Minute
	})
	err := mustGiveUp(t, client, "GET", s.URL)
	checkGaveUp(t, err, 1, ErrDeadlineExceeded)
	if !errors.Is(err.Cause, ErrAttemptTimeout) {
		t.Errorf("cause %v", err.Cause)
	}
	if got := len(s.received()); got > 1 {
		t.Errorf("%d requests", got)
	}
	equal(t, "draws", w.drawCount, 0)
	checkSleeps(t, w)
}

func TestDeadlineCutsOffIfEqualToTheAttemptTimeout_R8(t *testing.T) {
	w := newWorld()
	s := serve(t, hang)
	client := w.client(t, func(o *Options) {
		o.BaseDelay = 0
		o.Deadline = short
		o.AttemptTimeout = short
	})
	checkGaveUp(t, mustGiveUp(t, client, "GET", s.URL), 1, ErrDeadlineExceeded)
	equal(t, "draws", w.drawCount, 0)
	checkSleeps(t, w)
}

func TestLaterAttemptHasOnlyTheTimeLeft_R8(t *testing.T) {
	s := serve(t, retryAfter("10"), hang)
	client := newWorld().client(t, func(o *Options) {
		o.Deadline = 10*time.Second + short
		o.AttemptTimeout = time.Minute
	})
	err := mustGiveUp(t, client, "GET", s.URL)
	checkGaveUp(t, err, 2, ErrDeadlineExceeded)
	if !errors.Is(err.Cause, ErrAttemptTimeout) {
		t.Errorf("cause %v", err.Cause)
	}
}

func TestCutOffComesBeforeTheOtherReasons_R8(t *testing.T) {
	for _, test := range []struct {
		attempts int
		method   string
	}{{1, "GET"}, {4, "POST"}, {1, "POST"}} {
		s := serve(t, hang)
		client := newWorld().client(t, func(o *Options) {
			o.MaxAttempts = test.attempts
			o.Deadline = short
		})
		checkGaveUp(t, mustGiveUp(t, client, test.method, s.URL), 1, ErrDeadlineExceeded)
	}
}

func TestCompleteFailureAfterTheDeadlineIsNoCutOff_R8(t *testing.T) {
	for _, test := range []struct {
		attempts int
		method   string
		reason   error
	}{{1, "GET", ErrAttemptsExhausted}, {1, "POST", ErrNotSafe}, {4, "GET", ErrDeadlineExceeded}} {
		w := newWorld()
		s := serve(t, w.later(31*time.Second, complete(503, "late")))
		err := mustGiveUp(t, w.client(t, func(o *Options) { o.MaxAttempts = test.attempts }), test.method, s.URL)
		checkGaveUp(t, err, 1, test.reason)
		equal(t, "body", string(err.Response.Body), "late")
		checkSleeps(t, w)
	}
}

// --- R9: time limit of an attempt ---

var slowReplies = map[string]reply{
	"nothing":                hang,
	"headers":                drip("HTTP/1.1 200 OK\r\nX-Slow: " + strings.Repeat("s", 200) + "\r\n\r\n"),
	"body":                   drip("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + strings.Repeat("s", 200)),
	"body of unknown length": drip("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("s", 200)),
	"chunks":                 drip(chunked + strings.Repeat("1\r\ns\r\n", 40) + "0\r\n\r\n"),
}

func TestSlowAttemptEndsAndIsRepeated_R9(t *testing.T) {
	for name, slow := range slowReplies {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			s := serve(t, slow, complete(200, "quick"))
			client := w.client(t, func(o *Options) {
				o.MaxAttempts = 9
				o.BaseDelay = time.Second
				o.AttemptTimeout = short
			})
			response := mustGet(t, client, s.URL)
			equal(t, "body", string(response.Body), "quick")
			if len(w.sleeps) == 0 || w.sleeps[0] != 500*time.Millisecond {
				t.Errorf("sleeps %v", w.sleeps)
			}
		})
	}
}

func TestTimeoutOfTheLastAttemptIsTheCause_R9(t *testing.T) {
	for name, slow := range slowReplies {
		t.Run(name, func(t *testing.T) {
			s := serve(t, slow)
			client := newWorld().client(t, func(o *Options) {
				o.MaxAttempts = 2
				o.AttemptTimeout = short
			})
			err := mustGiveUp(t, client, "GET", s.URL)
			checkGaveUp(t, err, 2, ErrAttemptsExhausted)
			if !errors.Is(err, ErrAttemptTimeout) {
				t.Errorf("error %v", err)
			}
			if got := len(s.received()); got > 2 {
				t.Errorf("%d requests", got)
			}
		})
	}
}

func TestUnsafeRequestIsNotRepeatedAfterTimeout_R9(t *testing.T) {
	s := serve(t, hang)
	err := mustGiveUp(t, newWorld().client(t, func(o *Options) { o.AttemptTimeout = short }), "POST", s.URL)
	checkGaveUp(t, err, 1, ErrNotSafe)
	if !errors.Is(err.Cause, ErrAttemptTimeout) {
		t.Errorf("cause %v", err.Cause)
	}
}

func TestSlowFailureStatusIsATimeout_R9(t *testing.T) {
	w := newWorld()
	s := serve(t, drip("HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 200\r\n\r\n"+strings.Repeat("s", 200)))
	client := w.client(t, func(o *Options) {
		o.MaxAttempts = 2
		o.BaseDelay = time.Second
		o.AttemptTimeout = short
	})
	err := mustGiveUp(t, client, "GET", s.URL)
	if !errors.Is(err.Cause, ErrAttemptTimeout) {
		t.Errorf("cause %v", err.Cause)
	}
	checkSleeps(t, w, 500*time.Millisecond)
}

func TestServerThatReadsNothingIsATimeout_R9(t *testing.T) {
	client := newWorld().client(t, func(o *Options) {
		o.MaxAttempts = 1
		o.AttemptTimeout = short
	})
	request := Request{Method: "PUT", URL: "http://" + listen(t).Addr().String(), Body: make([]byte, 16<<20)}
	_, err := client.Do(context.Background(), request)
	gaveUp := mustBeRetryError(t, err)
	checkGaveUp(t, gaveUp, 1, ErrAttemptsExhausted)
	if !errors.Is(gaveUp.Cause, ErrAttemptTimeout) {
		t.Errorf("cause %v", gaveUp.Cause)
	}
}

func TestConnectionIsClosedAfterTimeout_R9(t *testing.T) {
	closed := make(chan struct{}, 5)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		closed <- struct{}{}
	})
	client := newWorld().client(t, func(o *Options) {
		o.MaxAttempts = 5
		o.AttemptTimeout = short
	})
	mustGiveUp(t, client, "GET", s.URL)
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("the connection is still open")
	}
}

func TestAttemptTimeoutDoesNotDependOnTheInjectedClock_R9(t *testing.T) {
	w := newWorld()
	s := serve(t, w.later(15*time.Second, complete(200, "done")))
	client := w.client(t, func(o *Options) { o.AttemptTimeout = 10 * time.Second })
	equal(t, "body", string(mustGet(t, client, s.URL).Body), "done")
}

func TestHugeLimitsAreAllowed_R9(t *testing.T) {
	s := serve(t, complete(503, ""), complete(200, ""))
	client := newWorld().client(t, func(o *Options) {
		o.AttemptTimeout = math.MaxInt64
		o.Deadline = math.MaxInt64
	})
	equal(t, "status", mustGet(t, client, s.URL).Status, 200)
}

// --- R10: redirects and invalid arguments ---

func TestRedirectIsReturned_R10(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "POST"} {
			s := serve(t, complete(status, "moved", "Location", "/elsewhere"), complete(200, ""))
			response := mustDo(t, newWorld().client(t, nil), Request{Method: method, URL: s.URL + "/here"})
			equal(t, "status", response.Status, status)
			equal(t, "location", response.Header.Get("Location"), "/elsewhere")
			equal(t, "body", string(response.Body), "moved")
			s.mustReceive(t, 1)
		}
	}
}

func TestOptionOutOfRange_R10(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no attempts":              func(o *Options) { o.MaxAttempts = 0 },
		"negative attempts":        func(o *Options) { o.MaxAttempts = -1 },
		"negative base delay":      func(o *Options) { o.BaseDelay = -1 },
		"negative maximum delay":   func(o *Options) { o.MaxDelay = -1 },
		"no attempt timeout":       func(o *Options) { o.AttemptTimeout = 0 },
		"negative attempt timeout": func(o *Options) { o.AttemptTimeout = -1 },
		"no deadline":              func(o *Options) { o.Deadline = 0 },
		"negative deadline":        func(o *Options) { o.Deadline = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			opts := DefaultOptions()
			change(&opts)
			if _, err := New(opts); !errors.Is(err, ErrInvalidArgument) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestOptionsAtTheirLimitsAreAllowed_R10(t *testing.T) {
	s := serve(t, complete(200, ""))
	client := newWorld().client(t, func(o *Options) {
		o.MaxAttempts = 1
		o.BaseDelay = 0
		o.MaxDelay = 0
	})
	mustGet(t, client, s.URL)
}

// checkRejected makes a call that must fail before any connection is made.
func checkRejected(t *testing.T, change func(s *server, req *Request)) {
	t.Helper()
	w := newWorld()
	s := serve(t, complete(200, ""))
	request := Request{Method: "GET", URL: s.URL}
	change(s, &request)
	_, err := w.client(t, nil).Do(context.Background(), request)
	if !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("error %v", err)
	}
	var gaveUp *RetryError
	if errors.As(err, &gaveUp) {
		t.Errorf("error %v is a *RetryError", err)
	}
	s.mustStayAlone(t)
	checkSleeps(t, w)
}

func TestMethodThatIsNotSupported_R10(t *testing.T) {
	for _, method := range []string{
		"", "TRACE", "CONNECT", "FOO", " GET", "GET ", "GET\n", "GE", "GETS", "GET / HTTP/1.1\r\nX-A: b",
	} {
		t.Run(fmt.Sprintf("%q", method), func(t *testing.T) {
			checkRejected(t, func(_ *server, req *Request) { req.Method = method })
		})
	}
}

func TestBodyWithGetOrHead_R10(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "get", "Head"} {
		t.Run(method, func(t *testing.T) {
			checkRejected(t, func(_ *server, req *Request) {
				req.Method = method
				req.Body = []byte{0}
			})
		})
	}
}

func TestURLThatIsNotAllowed_R10(t *testing.T) {
	for _, url := range []string{
		"",
		"/path",
		"127.0.0.1:{port}/",
		"//127.0.0.1:{port}/",
		"ftp://127.0.0.1:{port}/",
		"ws://127.0.0.1:{port}/",
		"http:127.0.0.1:{port}/",
		"http:/127.0.0.1:{port}/",
		"http:///127.0.0.1:{port}/",
		"http://",
		"http:///",
		"http://:{port}/",
		"http://?a",
		"http://#a",
		"http://127.0.0.1:0/",
		"http://127.0.0.1:65536/",
		"http://127.0.0.1:{port}0000/",
		"http://127.0.0.1:-1/",
		"http://127.0.0.1:port/",
		"http://alice@127.0.0.1:{port}/",
		"http://alice:secret@127.0.0.1:{port}/",
		"http://:@127.0.0.1:{port}/",
		"http://@127.0.0.1:{port}/",
		" http://127.0.0.1:{port}/",
		"http://127.0.0.1:{port}/ ",
		"http://127.0.0.1:{port}/a b",
		"http://127.0.0.1:{port}/\n",
		"http://127.0.0.1:{port}/\ta",
		"http://127.0.0.1:{port}/a\r\nX-A: b",
		"http://127.0.0.1:{port}/\x00",
		"http://127.0.0.1:{port}/\x7f",
		"http://127.0.0.1:{port}/\xff",
		"http://127.0.0.1:{port}/é",
		"http://127.0.0.1:{port}/?中",
		"http://127.0.0.1:{port}/#é",
		"http://exämple.com/",
	} {
		t.Run(fmt.Sprintf("%q", url), func(t *testing.T) {
			checkRejected(t, func(s *server, req *Request) {
				_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
				req.URL = strings.ReplaceAll(url, "{port}", port)
			})
		})
	}
}

func TestHeaderNameThatIsNoToken_R10(t *testing.T) {
	for _, name := range []string{
		"", " ", "X A", "X-A ", " X-A", "X-A:", "X-A\n", "X\r\nY", "X\x00", "X(", "X/Y", "X@", "É", "X,Y", `"X"`, "X\xff",
	} {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			checkRejected(t, func(_ *server, req *Request) {
				req.Header = http.Header{"X-Good": {"1"}, name: {"a"}}
			})
		})
	}
}

func TestHeaderValueThatIsNotAllowed_R10(t *testing.T) {
	for _, value := range []string{
		"a\r\nX-B: c", "a\n", "a\r", "\na", "a\x00", "\x00", "a\x7f", "\x1b", "\x0b", "é", "中", "\u2028", "\xa0",
	} {
		t.Run(fmt.Sprintf("%q", value), func(t *testing.T) {
			checkRejected(t, func(_ *server, req *Request) {
				req.Header = http.Header{"X-Good": {"1"}, "X-A": {"good", value}}
			})
		})
	}
}

func TestEveryAllowedCharacterOfHeaders_R10(t *testing.T) {
	const name = "!#$%&'*+-.^_`|~09AZaz"
	value := "a\t" + string(everyByte[0x20:0x7f])
	s := serve(t, complete(200, ""))
	mustDo(t, newWorld().client(t, nil), Request{Method: "GET", URL: s.URL, Header: http.Header{name: {value}}})
	equal(t, "header", s.mustReceive(t, 1)[0].header.Values(name), []string{value})
}

// --- Contexts and sleeping ---

// checkStopped tells whether the error is that of a call that was stopped.
func checkStopped(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	var gaveUp *RetryError
	if errors.As(err, &gaveUp) {
		t.Errorf("error %v is a *RetryError", err)
	}
}

func TestContextThatIsDoneMakesNoConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := serve(t, complete(200, ""))
	_, err := newWorld().client(t, nil).Do(ctx, Request{Method: "GET", URL: s.URL})
	checkStopped(t, err, context.Canceled)
	s.mustStayAlone(t)
}

func TestContextStopsAnAttempt(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		ctx, cancel := context.WithCancel(context.Background())
		w := newWorld()
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		_, err := w.client(t, nil).Do(ctx, Request{Method: method, URL: s.URL})
		checkStopped(t, err, context.Canceled)
		s.mustReceive(t, 1)
		checkSleeps(t, w)
	}
}

func TestDeadlineOfContextStopsAnAttempt(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), short)
	defer cancel()
	w := newWorld()
	_, err := w.client(t, nil).Do(ctx, Request{Method: "GET", URL: serve(t, hang).URL})
	checkStopped(t, err, context.DeadlineExceeded)
	checkSleeps(t, w)
}

func TestContextDoneWhileSleepingMakesNoFurtherAttempt(t *testing.T) {
	errSleep := errors.New("woken up")
	for _, sleepErr := range []error{nil, errSleep} {
		ctx, cancel := context.WithCancel(context.Background())
		s := serve(t, complete(503, ""), complete(200, ""))
		client := newWorld().client(t, func(o *Options) {
			o.Sleep = func(context.Context, time.Duration) error {
				cancel()
				return sleepErr
			}
		})
		_, err := client.Do(ctx, Request{Method: "GET", URL: s.URL})
		checkStopped(t, err, context.Canceled)
		s.mustReceive(t, 1)
	}
}

func TestContextEndsRealSleep(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, retryAfter("20"), complete(200, ""))
	client := newClient(t, DefaultOptions(), nil)
	time.AfterFunc(short, cancel)
	start := time.Now()
	_, err := client.Do(ctx, Request{Method: "GET", URL: s.URL})
	checkStopped(t, err, context.Canceled)
	if elapsed := time.Since(start); elapsed > 15*time.Second {
		t.Errorf("stopped after %v", elapsed)
	}
}

func TestErrorOfSleepIsReturned(t *testing.T) {
	errSleep := errors.New("woken up")
	s := serve(t, complete(503, ""), complete(200, ""))
	client := newWorld().client(t, func(o *Options) {
		o.Sleep = func(context.Context, time.Duration) error { return errSleep }
	})
	_, err := do(client, "GET", s.URL)
	checkStopped(t, err, errSleep)
	s.mustReceive(t, 1)
}

func TestSleepGetsTheContextOfTheCall(t *testing.T) {
	type key struct{}
	s := serve(t, complete(503, ""), complete(200, ""))
	var got any
	client := newWorld().client(t, func(o *Options) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error {
			got = ctx.Value(key{})
			return nil
		}
	})
	ctx := context.WithValue(context.Background(), key{}, "alice")
	if _, err := client.Do(ctx, Request{Method: "GET", URL: s.URL}); err != nil {
		t.Fatal(err)
	}
	equal(t, "value of the context", got, "alice")
}

func TestConcurrentCalls_R7(t *testing.T) {
	s := serve(t, complete(503, ""))
	client := newWorld().client(t, func(o *Options) { o.MaxAttempts = 2 })
	var calls sync.WaitGroup
	for range 4 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			_, err := do(client, "GET", s.URL)
			var gaveUp *RetryError
			if !errors.As(err, &gaveUp) || gaveUp.Attempts != 2 {
				t.Errorf("error %v, want a *RetryError after 2 attempts", err)
			}
		}()
	}
	calls.Wait()
	s.mustReceive(t, 8)
}
