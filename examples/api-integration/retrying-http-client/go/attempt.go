package retryingclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Response is a complete response.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// newTransport returns a transport that sends each request once and hands on
// the body as it came.
func newTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		// By itself, a transport repeats requests that fail on a connection
		// used before or that an HTTP/2 server refuses.
		DisableKeepAlives:  true,
		Protocols:          protocols,
		DisableCompression: true,
	}
}

// attempt sends the request once. If the limit passes before the response is
// complete, it returns an error that matches ErrAttemptTimeout.
func attempt(
	ctx context.Context, transport *http.Transport, request *validRequest, limit time.Duration,
) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// A transport goes on connecting when nobody waits for it any more; this
	// stops it.
	defer transport.CloseIdleConnections()
	response, err := exchange(ctx, transport, request)
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("%w: no complete response within %v", ErrAttemptTimeout, limit)
	}
	return response, err
}

func exchange(ctx context.Context, transport *http.Transport, request *validRequest) (*Response, error) {
	req, err := request.forAttempt(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}
