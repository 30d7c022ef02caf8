package resumableupload

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const uploadPath = "/uploads/7"

// step is what the server does with one request; nil is the right thing.
type step func(s *server, w http.ResponseWriter, body []byte)

// keep keeps so many bytes of the body and drops the connection.
func keep(n int) step {
	return func(s *server, _ http.ResponseWriter, body []byte) {
		s.data = append(s.data, body[:n]...)
		panic(http.ErrAbortHandler)
	}
}

// reply answers with a status and headers, names and values in turn.
func reply(status int, headers ...string) step {
	return func(_ *server, w http.ResponseWriter, _ []byte) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
	}
}

// server keeps one upload. Requests come one after the other.
type server struct {
	*httptest.Server
	data   []byte
	length string
	plan   []step
	log    []string
	paths  []string
	types  []string
}

func serve(t *testing.T, plan ...step) *server {
	t.Helper()
	s := &server{plan: plan}
	s.Server = httptest.NewServer(http.HandlerFunc(s.handle))
	t.Cleanup(s.Close)
	return s
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	entry := r.Method
	if offset := r.Header.Get("Upload-Offset"); offset != "" {
		entry += fmt.Sprintf(" %s+%d", offset, len(body))
	}
	s.log = append(s.log, entry)
	s.paths = append(s.paths, r.URL.String())
	if len(s.plan) > 0 {
		next := s.plan[0]
		s.plan = s.plan[1:]
		if next != nil {
			next(s, w, body)
			return
		}
	}
	s.right(w, r, body)
}

func (s *server) right(w http.ResponseWriter, r *http.Request, body []byte) {
	switch r.Method {
	case http.MethodPost:
		s.length = r.Header.Get("Upload-Length")
		reply(http.StatusCreated, "Location", uploadPath)(s, w, body)
	case http.MethodHead:
		reply(http.StatusOK, "Upload-Offset", fmt.Sprint(len(s.data)), "Upload-Length", s.length)(s, w, body)
	default:
		s.types = append(s.types, r.Header.Get("Content-Type"))
		switch {
		case r.Header.Get("Upload-Offset") != fmt.Sprint(len(s.data)):
			w.WriteHeader(http.StatusConflict)
		case r.Header.Get("Upload-Checksum") != fmt.Sprintf("sha-256 %x", sha256.Sum256(body)):
			w.WriteHeader(http.StatusUnprocessableEntity)
		default:
			s.data = append(s.data, body...)
			reply(http.StatusNoContent, "Upload-Offset", fmt.Sprint(len(s.data)))(s, w, body)
		}
	}
}

func (s *server) url() string { return s.URL + uploadPath }

func (s *server) wantLog(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(s.log, want) {
		t.Errorf("requests %q, want %q", s.log, want)
	}
}

func (s *server) wantData(t *testing.T, want string) {
	t.Helper()
	if string(s.data) != want {
		t.Errorf("the server has %q, want %q", s.data, want)
	}
}

func makeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// client is an Uploader of chunks of four bytes, with what it slept and told.
type client struct {
	*Uploader
	sleeps   []time.Duration
	progress []string
}

func newClient(s *server) *client {
	c := &client{Uploader: New(s.URL + "/uploads?kind=file")}
	c.ChunkSize = 4
	c.Sleep = func(d time.Duration) { c.sleeps = append(c.sleeps, d/time.Second) }
	c.OnProgress = func(offset, size int64) { c.progress = append(c.progress, fmt.Sprintf("%d/%d", offset, size)) }
	return c
}

func (c *client) mustUpload(t *testing.T, s *server, path, earlier string) {
	t.Helper()
	got, err := c.Upload(context.Background(), path, earlier)
	if err != nil || got != s.url() {
		t.Fatalf("Upload = %q, %v; want the URL of the upload", got, err)
	}
}

func (c *client) wantSleeps(t *testing.T, want ...time.Duration) {
	t.Helper()
	if !slices.Equal(c.sleeps, want) {
		t.Errorf("slept %d, want %d", c.sleeps, want)
	}
}

func (c *client) wantProgress(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(c.progress, want) {
		t.Errorf("progress %q, want %q", c.progress, want)
	}
}

func wantError(t *testing.T, u *Uploader, path, earlier string, want Error) {
	t.Helper()
	got, err := u.Upload(context.Background(), path, earlier)
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("Upload = %q, %v; want an *Error", got, err)
	}
	plain := Error{Kind: failure.Kind, URL: failure.URL, Offset: failure.Offset, Status: failure.Status}
	if plain != want || got != "" {
		t.Errorf("Upload = %q, %v; want %v", got, err, &want)
	}
	text := fmt.Sprintf("%s at offset %d of %q", want.Kind, want.Offset, want.URL)
	if want.Status != 0 {
		text += fmt.Sprintf(" (status %d)", want.Status)
	}
	if err.Error() != text {
		t.Errorf("message %q, want %q", err.Error(), text)
	}
}

func TestNewUpload_R1_R8(t *testing.T) {
	s := serve(t)
	c := newClient(s)
	path := makeFile(t, "0123456789")
	c.mustUpload(t, s, path, "")
	s.wantLog(t, "POST", "PATCH 0+4", "PATCH 4+4", "PATCH 8+2")
	s.wantData(t, "0123456789")
	wantClosed(t, path)
	if want := []string{"/uploads?kind=file", uploadPath, uploadPath, uploadPath}; !slices.Equal(s.paths, want) {
		t.Errorf("paths %q, want %q", s.paths, want)
	}
	if kinds := slices.Compact(s.types); len(kinds) != 1 || kinds[0] != "application/offset+octet-stream" || s.length != "10" {
		t.Errorf("content types %q, length %q", kinds, s.length)
	}
	c.wantProgress(t, "0/10", "4/10", "8/10", "10/10")
	c.wantSleeps(t)
}

// wantClosed looks, on Linux, for a descriptor that is still open.
func wantClosed(t *testing.T, path string) {
	t.Helper()
	descriptors, _ := filepath.Glob("/proc/self/fd/*")
	for _, descriptor := range descriptors {
		if target, err := os.Readlink(descriptor); err == nil && target == path {
			t.Errorf("the file is still open")
		}
	}
}

func TestDefaults_R1(t *testing.T) {
	s := serve(t)
	c := &client{Uploader: New(s.URL)}
	if c.Client.Timeout != 10*time.Second {
		t.Errorf("waits %v for a response", c.Client.Timeout)
	}
	c.mustUpload(t, s, makeFile(t, strings.Repeat("x", 1<<20+1)), "")
	s.wantLog(t, "POST", "PATCH 0+1048576", "PATCH 1048576+1")
}

func TestDroppedConnection_R2_R8(t *testing.T) {
	for kept, want := range map[int]struct{ log, progress []string }{
		0: {[]string{"PATCH 4+4", "HEAD", "PATCH 4+4", "PATCH 8+2"}, []string{"0/10", "4/10", "8/10", "10/10"}},
		3: {[]string{"PATCH 4+4", "HEAD", "PATCH 7+3"}, []string{"0/10", "4/10", "7/10", "10/10"}},
		4: {[]string{"PATCH 4+4", "HEAD", "PATCH 8+2"}, []string{"0/10", "4/10", "8/10", "10/10"}},
	} {
		s := serve(t, nil, nil, keep(kept))
		c := newClient(s)
		c.mustUpload(t, s, makeFile(t, "0123456789"), "")
		s.wantLog(t, append([]string{"POST", "PATCH 0+4"}, want.log...)...)
		s.wantData(t, "0123456789")
		c.wantProgress(t, want.progress...)
		c.wantSleeps(t, 1)
	}
}

func TestDroppedAfterTheLastChunk_R2(t *testing.T) {
	s := serve(t, nil, keep(10))
	c := newClient(s)
	c.ChunkSize = 10
	c.mustUpload(t, s, makeFile(t, "0123456789"), "")
	s.wantLog(t, "POST", "PATCH 0+10", "HEAD")
}

func TestEarlierUpload_R3_R8(t *testing.T) {
	for have, want := range map[int]struct{ log, progress []string }{
		0:  {[]string{"HEAD", "PATCH 0+4", "PATCH 4+4", "PATCH 8+2"}, []string{"0/10", "4/10", "8/10", "10/10"}},
		7:  {[]string{"HEAD", "PATCH 7+3"}, []string{"7/10", "10/10"}},
		10: {[]string{"HEAD"}, []string{"10/10"}},
	} {
		s := serve(t)
		s.data, s.length = []byte("0123456789")[:have:have], "10"
		c := newClient(s)
		c.mustUpload(t, s, makeFile(t, "0123456789"), s.url())
		s.wantLog(t, want.log...)
		s.wantData(t, "0123456789")
		c.wantProgress(t, want.progress...)
	}
}

func TestSizes_R4(t *testing.T) {
	for content, log := range map[string][]string{
		"":         {"POST"},
		"a":        {"POST", "PATCH 0+1"},
		"abcd":     {"POST", "PATCH 0+4"},
		"abcdefgh": {"POST", "PATCH 0+4", "PATCH 4+4"},
	} {
		s := serve(t)
		c := newClient(s)
		c.mustUpload(t, s, makeFile(t, content), "")
		s.wantLog(t, log...)
		s.wantData(t, content)
		if first := fmt.Sprintf("0/%d", len(content)); c.progress[0] != first || s.length != fmt.Sprint(len(content)) {
			t.Errorf("progress begins with %q, length %q", c.progress[0], s.length)
		}
	}
}

func TestPartOfAChunkIsKept_R4(t *testing.T) {
	s := serve(t, nil, reply(204, "Upload-Offset", "3"))
	s.data = []byte("012")
	c := newClient(s)
	c.mustUpload(t, s, makeFile(t, "0123456789"), "")
	s.wantLog(t, "POST", "PATCH 0+4", "PATCH 3+4", "PATCH 7+3")
	s.wantData(t, "0123456789")
	c.wantSleeps(t)
}

// appendByte makes a file longer without another time of modification, touch does the opposite.
func appendByte(t *testing.T, path string) {
	t.Helper()
	state, err := os.Stat(path)
	if err == nil {
		var file *os.File
		file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = file.WriteString("x")
			err = errors.Join(err, file.Close(), os.Chtimes(path, time.Time{}, state.ModTime()))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	state, err := os.Stat(path)
	if err == nil {
		err = os.Chtimes(path, time.Time{}, state.ModTime().Add(-time.Millisecond))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestFileChanges_R5(t *testing.T) {
	for _, change := range []func(*testing.T, string){appendByte, touch} {
		for when, log := range map[int64][]string{
			0:  {"POST"},
			4:  {"POST", "PATCH 0+4"},
			10: {"POST", "PATCH 0+4", "PATCH 4+4", "PATCH 8+2"},
		} {
			s := serve(t)
			c := newClient(s)
			path := makeFile(t, "0123456789")
			c.OnProgress = func(offset, _ int64) {
				if offset == when {
					change(t, path)
				}
			}
			wantError(t, c.Uploader, path, "", Error{Kind: Changed, URL: s.url(), Offset: when})
			s.wantLog(t, log...)
		}
	}
}

func TestFileChangesWhileWaiting_R5(t *testing.T) {
	s := serve(t, nil, keep(2))
	c := newClient(s)
	path := makeFile(t, "0123456789")
	c.Sleep = func(time.Duration) { appendByte(t, path) }
	wantError(t, c.Uploader, path, "", Error{Kind: Changed, URL: s.url(), Offset: 2})
	s.wantLog(t, "POST", "PATCH 0+4", "HEAD")
}

func TestOtherLengthOnTheServer_R5(t *testing.T) {
	path := makeFile(t, "0123456789")
	for _, data := range []string{"", "0123456789a"} {
		s := serve(t)
		s.data, s.length = []byte(data), "11"
		wantError(t, newClient(s).Uploader, path, s.url(), Error{Kind: Changed, URL: s.url(), Status: 200})
		s.wantLog(t, "HEAD")
	}
}

func TestOffsetGoesBackwards_R5(t *testing.T) {
	path := makeFile(t, "0123456789")
	s := serve(t, nil, nil, keep(0), reply(200, "Upload-Offset", "3", "Upload-Length", "10"))
	wantError(t, newClient(s).Uploader, path, "", Error{Kind: Backwards, URL: s.url(), Offset: 4, Status: 200})
	s = serve(t, nil, nil, reply(204, "Upload-Offset", "3"))
	wantError(t, newClient(s).Uploader, path, "", Error{Kind: Backwards, URL: s.url(), Offset: 4, Status: 204})
}

func TestFailuresOfAllRequests_R6(t *testing.T) {
	s := serve(t, reply(500), keep(0), reply(599), nil, keep(0), reply(503), keep(0), nil, reply(409), nil, reply(422))
	c := newClient(s)
	c.MaxFailures = 8
	c.mustUpload(t, s, makeFile(t, "0123456789"), "")
	c.wantSleeps(t, 1, 2, 4, 8, 16, 30, 30, 30)
	s.wantLog(t, "POST", "POST", "POST", "POST", "PATCH 0+4", "HEAD", "HEAD", "HEAD", "PATCH 0+4", "HEAD", "PATCH 0+4", "HEAD",
		"PATCH 0+4", "PATCH 4+4", "PATCH 8+2")
}

func TestGrowthBeginsTheCountAnew_R6(t *testing.T) {
	s := serve(t, nil, keep(0), nil, nil, keep(1), nil, keep(0))
	c := newClient(s)
	c.MaxFailures = 1
	c.mustUpload(t, s, makeFile(t, "0123456789"), "")
	c.wantSleeps(t, 1, 1, 1)
}

func TestStandingStillDoesNot_R6(t *testing.T) {
	s := serve(t, nil, keep(0), nil, keep(0))
	c := newClient(s)
	c.MaxFailures = 1
	wantError(t, c.Uploader, makeFile(t, "0123456789"), "", Error{Kind: Retries, URL: s.url()})
	c.wantSleeps(t, 1)
}

func TestOneFailureTooMany_R6(t *testing.T) {
	path := makeFile(t, "0123456789")
	s := serve(t, keep(0), keep(0), keep(0), keep(0), keep(0), reply(502))
	c := newClient(s)
	wantError(t, c.Uploader, path, "", Error{Kind: Retries, Status: 502})
	c.wantSleeps(t, 1, 2, 4, 8, 16)
	s.wantLog(t, "POST", "POST", "POST", "POST", "POST", "POST")
	s = serve(t, nil, nil, reply(409), reply(500))
	c = newClient(s)
	c.MaxFailures = 1
	wantError(t, c.Uploader, path, "", Error{Kind: Retries, URL: s.url(), Offset: 4, Status: 500})
}

func TestNobodyAnswers_R6(t *testing.T) {
	path := makeFile(t, "0123456789")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := New("http://" + listener.Addr().String() + "/")
	u.MaxFailures = 0
	u.Client.Timeout = 50 * time.Millisecond
	wantError(t, u, path, "", Error{Kind: Retries})
	listener.Close()
	wantError(t, u, path, "", Error{Kind: Retries})
	_, err = u.Upload(context.Background(), path, "")
	var cause *net.OpError
	if !errors.As(err, &cause) {
		t.Errorf("%v has no cause", err)
	}
}

func TestEndOfTheContextIsNoFailure_R6(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, nil, func(_ *server, w http.ResponseWriter, _ []byte) {
		cancel()
		w.WriteHeader(http.StatusInternalServerError)
	})
	c := newClient(s)
	if _, err := c.Upload(ctx, makeFile(t, "0123456789"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	c.wantSleeps(t)
	s.wantLog(t, "POST", "PATCH 0+4")
}

func TestNoFile_R7(t *testing.T) {
	s := serve(t)
	_, err := newClient(s).Upload(context.Background(), filepath.Join(t.TempDir(), "none"), "")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that of the file system", err)
	}
	s.wantLog(t)
}

func TestDirectory_R7(t *testing.T) {
	s := serve(t)
	result := make(chan error, 1)
	go func() {
		_, err := newClient(s).Upload(context.Background(), t.TempDir(), "")
		result <- err
	}()
	select {
	case err := <-result:
		var failure *os.PathError
		if !errors.As(err, &failure) {
			t.Errorf("error %v, want that of the file system", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the upload does not end")
	}
}

func TestOtherStatuses_R7(t *testing.T) {
	path := makeFile(t, "0123456789")
	for _, status := range []int{200, 204, 301, 307, 400, 404, 409, 422, 413, 499} {
		s := serve(t, reply(status, "Location", uploadPath))
		wantError(t, newClient(s).Uploader, path, "", Error{Kind: Rejected, Status: status})
		s.wantLog(t, "POST")
	}
	for _, status := range []int{200, 201, 302, 308, 400, 403, 413, 499, 404, 410} {
		kind := Rejected
		if status == 404 || status == 410 {
			kind = Gone
		}
		s := serve(t, nil, nil, reply(status, "Location", "/other", "Upload-Offset", "8"))
		wantError(t, newClient(s).Uploader, path, "", Error{Kind: kind, URL: s.url(), Offset: 4, Status: status})
		s.wantLog(t, "POST", "PATCH 0+4", "PATCH 4+4")
	}
	for status, kind := range map[int]Kind{204: Rejected, 302: Rejected, 409: Rejected, 422: Rejected, 404: Gone, 410: Gone} {
		s := serve(t, reply(status, "Location", "/other"))
		wantError(t, newClient(s).Uploader, path, s.url(), Error{Kind: kind, URL: s.url(), Status: status})
		s.wantLog(t, "HEAD")
	}
}

func TestLocationOfAnotherForm_R7(t *testing.T) {
	path := makeFile(t, "0123456789")
	for _, location := range []string{"", "uploads/7", "?x", "//192.0.2.7/", "/\\192.0.2.7/", "http://192.0.2.7/7", "/a b", "/%"} {
		s := serve(t, reply(201, "Location", location))
		wantError(t, newClient(s).Uploader, path, "", Error{Kind: Protocol, Status: 201})
		s.wantLog(t, "POST")
	}
}

func TestOffsetAfterAChunk_R7(t *testing.T) {
	path := makeFile(t, "0123456789")
	for _, offset := range []string{"", "4", "9", "-1", "+5", "5.0", "0x5", "x", "5_0", strings.Repeat("9", 30)} {
		s := serve(t, nil, nil, reply(204, "Upload-Offset", offset))
		wantError(t, newClient(s).Uploader, path, "", Error{Kind: Protocol, URL: s.url(), Offset: 4, Status: 204})
	}
}

func TestOffsetThatWasAskedFor_R7(t *testing.T) {
	path := makeFile(t, "0123456789")
	for _, headers := range [][]string{
		{},
		{"Upload-Offset", "1"},
		{"Upload-Length", "10"},
		{"Upload-Offset", "11", "Upload-Length", "10"},
		{"Upload-Offset", "x", "Upload-Length", "10"},
		{"Upload-Offset", "1", "Upload-Length", "1e1"},
	} {
		s := serve(t, reply(200, headers...))
		wantError(t, newClient(s).Uploader, path, s.url(), Error{Kind: Protocol, URL: s.url(), Status: 200})
	}
}
