package retryingclient

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const tokenPunctuation = "!#$%&'*+-.^_`|~"

var (
	repeatableMethods = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete}
	otherMethods      = []string{http.MethodPost, http.MethodPatch}
)

// Request is what Do sends. Header names may be in any letter case, also not
// canonical.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// validRequest is a Request that has been checked. It shares nothing with the
// caller that could change between attempts.
type validRequest struct {
	method string
	url    string
	header http.Header // canonical names
	body   []byte
}

// validate returns an error that matches ErrInvalidArgument if r must not be
// sent.
func (r Request) validate() (*validRequest, error) {
	method, err := validMethod(r.Method)
	if err != nil {
		return nil, err
	}
	if err := checkURL(r.URL); err != nil {
		return nil, err
	}
	header, err := validHeader(r.Header)
	if err != nil {
		return nil, err
	}
	if len(r.Body) > 0 && (method == http.MethodGet || method == http.MethodHead) {
		return nil, fmt.Errorf("%w: a %s request has no body", ErrInvalidArgument, method)
	}
	return &validRequest{method: method, url: r.URL, header: header, body: bytes.Clone(r.Body)}, nil
}

// isSafeToRepeat reports whether sending the request twice has the effect of
// sending it once.
func (r *validRequest) isSafeToRepeat() bool {
	if slices.Contains(repeatableMethods, r.method) {
		return true
	}
	return slices.ContainsFunc(r.header.Values("Idempotency-Key"), func(key string) bool {
		return strings.TrimSpace(key) != ""
	})
}

// forAttempt returns a new request, because a transport uses up the body.
func (r *validRequest) forAttempt(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header = r.header.Clone()
	return req, nil
}

func validMethod(method string) (string, error) {
	upper := strings.ToUpper(method)
	// Some other letters, such as the long s, have an ASCII letter as upper case.
	if !isVisibleASCII(method) || !slices.Contains(repeatableMethods, upper) && !slices.Contains(otherMethods, upper) {
		return "", fmt.Errorf("%w: method %q is not supported", ErrInvalidArgument, method)
	}
	return upper, nil
}

// checkURL keeps the URL out of its errors, since it may hold a password.
func checkURL(raw string) error {
	if !isVisibleASCII(raw) {
		return fmt.Errorf("%w: the URL has characters other than visible ASCII", ErrInvalidArgument)
	}
	parsed, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("%w: the URL is malformed", ErrInvalidArgument)
	}
	if parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" {
		return fmt.Errorf("%w: the URL is not absolute with scheme http or https and a host", ErrInvalidArgument)
	}
	if strings.Contains(parsed.Hostname(), ":") && !strings.HasPrefix(parsed.Host, "[") {
		return fmt.Errorf("%w: the URL has two ports", ErrInvalidArgument)
	}
	if parsed.User != nil {
		return fmt.Errorf("%w: the URL has user information", ErrInvalidArgument)
	}
	if port := parsed.Port(); port != "" {
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return fmt.Errorf("%w: port %s of the URL is not in 1 to 65535", ErrInvalidArgument, port)
		}
	}
	return nil
}

// validHeader returns a copy with canonical names.
func validHeader(header http.Header) (http.Header, error) {
	canonical := make(http.Header, len(header))
	for name, values := range header {
		if !isToken(name) {
			return nil, fmt.Errorf("%w: header name %q is not a token", ErrInvalidArgument, name)
		}
		for _, value := range values {
			if !isFieldValue(value) {
				return nil, fmt.Errorf("%w: the value of header %s has characters other than visible ASCII, space and tab",
					ErrInvalidArgument, name)
			}
			canonical.Add(name, value)
		}
	}
	return canonical, nil
}

func isVisibleASCII(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func isFieldValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '\t' && (r < ' ' || r > '~') })
}

func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isTokenRune(r) })
}

func isTokenRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	}
	return strings.ContainsRune(tokenPunctuation, r)
}
