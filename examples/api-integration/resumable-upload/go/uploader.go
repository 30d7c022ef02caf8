// Package resumableupload uploads files in chunks over HTTP and goes on after dropped connections where the server has got to.
package resumableupload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"time"
)

// Kind is what ended an upload.
type Kind string

const (
	Changed   Kind = "changed"   // the file is not what it was
	Backwards Kind = "backwards" // the server lost what it had confirmed
	Gone      Kind = "gone"      // the server does not know the upload any more
	Retries   Kind = "retries"   // one failure too many
	Rejected  Kind = "rejected"  // a status that is not expected
	Protocol  Kind = "protocol"  // a response that makes no sense
)

// Error says why an upload did not come to its end; with its URL it may be continued later.
type Error struct {
	Kind   Kind
	URL    string // of the upload; empty if it was not created
	Offset int64  // how many bytes the server has confirmed
	Status int    // of the response at fault; 0 if there was none
	cause  error
}

// Error tells all fields.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s at offset %d of %q", e.Kind, e.Offset, e.URL)
	if e.Status != 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	return text
}

// Unwrap returns why there was no response, if that is what ended the upload.
func (e *Error) Unwrap() error { return e.cause }

const longestWait = 30 * time.Second

// Uploader uploads files to one endpoint. Its fields may be set before its first use; it is then safe for concurrent use,
// if Sleep and OnProgress are.
type Uploader struct {
	ChunkSize   int64                    // bytes
	MaxFailures int                      // in a row
	Sleep       func(time.Duration)      // before an attempt after a failure
	OnProgress  func(offset, size int64) // gets the confirmed offset
	Client      *http.Client             // follows no redirects
	endpoint    string
}

// New returns an Uploader with the defaults: chunks of 1 MiB, 5 failures in a row, 10 s for a response.
func New(endpoint string) *Uploader {
	return &Uploader{
		ChunkSize:   1 << 20,
		MaxFailures: 5,
		Sleep:       time.Sleep,
		OnProgress:  func(int64, int64) {},
		Client: &http.Client{
			Timeout:       10 * time.Second,
			Transport:     &http.Transport{DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		endpoint: endpoint,
	}
}

// Upload uploads a file, or the rest of it to the earlier upload with this URL unless that is empty, and returns the URL.
// Its error is an *Error, that of the file system, or that of the context.
func (u *Uploader) Upload(ctx context.Context, path, earlier string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	state, err := file.Stat()
	if err != nil {
		return "", err
	}
	up := &upload{Uploader: u, file: file, state: state, size: state.Size(), url: earlier}
	if err := up.run(ctx); err != nil {
		return "", err
	}
	return up.url, nil
}

// upload is the state of one call.
type upload struct {
	*Uploader
	file     *os.File
	state    os.FileInfo
	size     int64
	url      string
	offset   int64
	failures int
}

func (u *upload) run(ctx context.Context) error {
	var err error
	if u.url == "" {
		err = u.create(ctx)
	} else {
		u.offset, err = u.ask(ctx)
	}
	if err != nil {
		return err
	}
	u.OnProgress(u.offset, u.size)
	for u.offset < u.size {
		offset, err := u.send(ctx)
		if err != nil {
			return err
		}
		if offset > u.offset {
			u.offset, u.failures = offset, 0
			u.OnProgress(u.offset, u.size)
		}
	}
	return u.checkFile()
}

var locationShape = regexp.MustCompile(`^/(?:[!-.0-\[\]-~][!-\[\]-~]*)?$`)

func (u *upload) create(ctx context.Context) error {
	for {
		answer, err := u.request(ctx, http.MethodPost, u.endpoint, nil, map[string]string{"Upload-Length": decimal(u.size)})
		if err == nil && answer.StatusCode == http.StatusCreated {
			location := answer.Header.Get("Location")
			base, _ := url.Parse(u.endpoint) // which was good enough for the request
			target, err := base.Parse(location)
			if err != nil || !locationShape.MatchString(location) {
				return u.fail(Protocol, answer.StatusCode)
			}
			u.url = target.String()
			return nil
		}
		if err := u.pause(ctx, answer, err); err != nil {
			return err
		}
	}
}

func (u *upload) ask(ctx context.Context) (int64, error) {
	for {
		answer, err := u.request(ctx, http.MethodHead, u.url, nil, nil)
		if err == nil && answer.StatusCode == http.StatusOK {
			length, hasLength := number(answer, "Upload-Length")
			_, hasOffset := number(answer, "Upload-Offset")
			if hasLength && hasOffset && length != u.size {
				return 0, u.fail(Changed, answer.StatusCode)
			}
			if !hasLength {
				return 0, u.fail(Protocol, answer.StatusCode)
			}
			return u.confirmed(answer, u.size)
		}
		if err := u.pause(ctx, answer, err); err != nil {
			return 0, err
		}
	}
}

// send sends a chunk and returns the offset that the server has afterwards.
func (u *upload) send(ctx context.Context) (int64, error) {
	if err := u.checkFile(); err != nil {
		return 0, err
	}
	chunk, err := io.ReadAll(io.NewSectionReader(u.file, u.offset, min(u.ChunkSize, u.size-u.offset)))
	if err != nil {
		return 0, err
	}
	answer, err := u.request(ctx, http.MethodPatch, u.url, chunk, map[string]string{
		"Upload-Offset":   decimal(u.offset),
		"Content-Type":    "application/offset+octet-stream",
		"Upload-Checksum": fmt.Sprintf("sha-256 %x", sha256.Sum256(chunk)),
	})
	if err == nil && answer.StatusCode == http.StatusNoContent {
		offset, err := u.confirmed(answer, u.offset+int64(len(chunk)))
		if err == nil && offset == u.offset {
			err = u.fail(Protocol, answer.StatusCode)
		}
		return offset, err
	}
	if err := u.pause(ctx, answer, err); err != nil {
		return 0, err
	}
	return u.ask(ctx)
}

// pause waits before the next attempt after an answer that is no success, if there may be one.
func (u *upload) pause(ctx context.Context, answer *http.Response, cause error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	status := 0
	if cause == nil {
		status = answer.StatusCode
		isCreation := answer.Request.Method == http.MethodPost
		isChunk := answer.Request.Method == http.MethodPatch
		switch {
		case status >= 500 && status <= 599:
		case isChunk && (status == http.StatusConflict || status == http.StatusUnprocessableEntity):
		case !isCreation && (status == http.StatusNotFound || status == http.StatusGone):
			return u.fail(Gone, status)
		default:
			return u.fail(Rejected, status)
		}
	}
	if u.failures >= u.MaxFailures {
		return &Error{Kind: Retries, URL: u.url, Offset: u.offset, Status: status, cause: cause}
	}
	u.failures++
	u.Sleep(wait(u.failures))
	return nil
}

// wait is the time to sleep after the n-th failure in a row.
func wait(n int) time.Duration {
	duration := time.Second
	for ; n > 1 && duration < longestWait; n-- {
		duration *= 2
	}
	return min(duration, longestWait)
}

// request returns a response whose body is closed.
func (u *upload) request(ctx context.Context, method, target string, body []byte, headers map[string]string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := u.Client.Do(request)
	if err != nil {
		return nil, err
	}
	return answer, answer.Body.Close()
}

// confirmed returns the offset of a response, which may be at most so great.
func (u *upload) confirmed(answer *http.Response, most int64) (int64, error) {
	offset, ok := number(answer, "Upload-Offset")
	switch {
	case !ok || offset > most:
		return 0, u.fail(Protocol, answer.StatusCode)
	case offset < u.offset:
		return 0, u.fail(Backwards, answer.StatusCode)
	}
	return offset, nil
}

func (u *upload) checkFile() error {
	state, err := u.file.Stat()
	if err != nil {
		return err
	}
	if state.Size() != u.size || !state.ModTime().Equal(u.state.ModTime()) {
		return u.fail(Changed, 0)
	}
	return nil
}

func (u *upload) fail(kind Kind, status int) error {
	return &Error{Kind: kind, URL: u.url, Offset: u.offset, Status: status}
}

func decimal(n int64) string {
	return strconv.FormatInt(n, 10)
}

func number(answer *http.Response, name string) (int64, bool) {
	n, err := strconv.ParseUint(answer.Header.Get(name), 10, 63)
	return int64(n), err == nil
}
