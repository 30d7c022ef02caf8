// Package retryingclient is an HTTP client that repeats failed requests, if
// repeating them is safe, within fixed limits.
package retryingclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// Errors of New and Do; test for them with errors.Is.
var (
	ErrInvalidArgument = errors.New("invalid argument")
	ErrAttemptTimeout  = errors.New("attempt timed out")

	// Reasons of a RetryError.
	ErrNotSafe           = errors.New("not safe to repeat")
	ErrAttemptsExhausted = errors.New("no attempts left")
	ErrDeadlineExceeded  = errors.New("no time left")
)

// Options are the settings of a Client. Numbers and durations are taken as they
// are, zero does not mean the default. A nil function means the real one.
type Options struct {
	MaxAttempts    int           // most attempts per call, 1 or more
	BaseDelay      time.Duration // longest backoff wait after the first attempt; it doubles with each further one
	MaxDelay       time.Duration // longest backoff wait of all
	AttemptTimeout time.Duration // longest time one attempt may take, measured in real time; above 0
	Deadline       time.Duration // longest time a call may take, measured with Monotonic; above 0

	Sleep     func(ctx context.Context, d time.Duration) error // if it fails, so does the call
	Random    func() float64                                   // from 0 inclusive to 1 exclusive
	Monotonic func() time.Duration                             // reading of a clock that is never set
	Now       func() time.Time                                 // wall clock, for dates in Retry-After only
}

// DefaultOptions returns the default settings, with all functions nil.
func DefaultOptions() Options {
	return Options{
		MaxAttempts:    4,
		BaseDelay:      100 * time.Millisecond,
		MaxDelay:       5 * time.Second,
		AttemptTimeout: 10 * time.Second,
		Deadline:       30 * time.Second,
	}
}

func (o Options) validate() error {
	switch {
	case o.MaxAttempts < 1:
		return fmt.Errorf("%w: %d attempts, want at least 1", ErrInvalidArgument, o.MaxAttempts)
	case o.BaseDelay < 0:
		return fmt.Errorf("%w: base delay %v is negative", ErrInvalidArgument, o.BaseDelay)
	case o.MaxDelay < 0:
		return fmt.Errorf("%w: maximum delay %v is negative", ErrInvalidArgument, o.MaxDelay)
	case o.AttemptTimeout <= 0:
		return fmt.Errorf("%w: attempt timeout %v is not above 0", ErrInvalidArgument, o.AttemptTimeout)
	case o.Deadline <= 0:
		return fmt.Errorf("%w: deadline %v is not above 0", ErrInvalidArgument, o.Deadline)
	}
	return nil
}

func (o Options) withFunctions() Options {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Monotonic == nil {
		start := time.Now()
		o.Monotonic = func() time.Duration { return time.Since(start) }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// RetryError says that Do gave up. It has either the response of the last
// attempt or the cause why there was none.
type RetryError struct {
	Attempts int
	Reason   error // ErrNotSafe, ErrAttemptsExhausted or ErrDeadlineExceeded
	Response *Response
	Cause    error // matches ErrAttemptTimeout if the attempt timed out
}

// Error tells the reason and how the last attempt ended.
func (e *RetryError) Error() string {
	if e.Response != nil {
		return fmt.Sprintf("gave up after %d attempts, %v: status %d", e.Attempts, e.Reason, e.Response.Status)
	}
	return fmt.Sprintf("gave up after %d attempts, %v: %v", e.Attempts, e.Reason, e.Cause)
}

// Unwrap returns Reason, and Cause if it is not nil.
func (e *RetryError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.Cause}
}

// Client sends requests and repeats those that fail. It is safe for use by
// several goroutines if the functions in its Options are.
type Client struct {
	opts      Options
	transport *http.Transport
}

// New returns a Client, or ErrInvalidArgument if an option is out of its range.
func New(opts Options) (*Client, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	return &Client{opts: opts.withFunctions(), transport: newTransport()}, nil
}

// Do sends a request, again if need be, and returns the first complete response
// that is no failure. The statuses 408, 429, 502, 503 and 504 are failures; any
// other one, also 404 or 500, is the result.
//
// It fails with ErrInvalidArgument if the request must not be sent, and with a
// *RetryError if the last attempt failed too or another one would be unsafe or
// too late. When ctx is done it stops at once with an error that matches
// ctx.Err(), and when Sleep fails, with one that matches its error.
func (c *Client) Do(ctx context.Context, req Request) (*Response, error) {
	request, err := req.validate()
	if err != nil {
		return nil, err
	}
	timeLeft := c.startCountdown()
	left := c.opts.Deadline
	for attempts := 1; ; attempts++ {
		response, cause := attempt(ctx, c.transport, request, min(c.opts.AttemptTimeout, left))
		if cause == nil && !isFailure(response.Status) {
			return response, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("stopped in attempt %d: %w", attempts, err)
		}
		isCutOff := errors.Is(cause, ErrAttemptTimeout) && left <= c.opts.AttemptTimeout
		reason := c.reasonToStop(request, attempts, isCutOff)
		if reason == nil {
			left, err = c.pause(ctx, c.waitAfter(attempts, response), timeLeft)
			if err != nil {
				return nil, fmt.Errorf("stopped after attempt %d: %w", attempts, err)
			}
			if left <= 0 {
				reason = ErrDeadlineExceeded
			}
		}
		if reason != nil {
			return nil, &RetryError{Attempts: attempts, Reason: reason, Response: response, Cause: cause}
		}
	}
}

// startCountdown returns a function that tells the time left of the call.
func (c *Client) startCountdown() func() time.Duration {
	start := c.opts.Monotonic()
	return func() time.Duration { return c.opts.Deadline - (c.opts.Monotonic() - start) }
}

func (c *Client) reasonToStop(request *validRequest, attempts int, isCutOff bool) error {
	switch {
	case isCutOff:
		return ErrDeadlineExceeded
	case !request.isSafeToRepeat():
		return ErrNotSafe
	case attempts == c.opts.MaxAttempts:
		return ErrAttemptsExhausted
	}
	return nil
}

// pause sleeps, unless that takes all the time left, and returns the time left
// for the next attempt.
func (c *Client) pause(
	ctx context.Context, wait time.Duration, timeLeft func() time.Duration,
) (time.Duration, error) {
	if wait >= timeLeft() {
		return 0, nil
	}
	// An injected Sleep need not heed ctx, and may fail for another reason.
	if err := errors.Join(c.opts.Sleep(ctx, wait), ctx.Err()); err != nil {
		return 0, err
	}
	return timeLeft(), nil
}

func (c *Client) waitAfter(attempts int, response *Response) time.Duration {
	if response != nil {
		if values := response.Header.Values("Retry-After"); len(values) == 1 {
			if wait, ok := parseRetryAfter(values[0], c.opts.Now); ok {
				return wait
			}
		}
	}
	longest := doubled(c.opts.BaseDelay, attempts-1, c.opts.MaxDelay)
	return time.Duration(c.opts.Random() * float64(longest))
}

// doubled returns d times the power of two, or limit if that is less.
func doubled(d time.Duration, times int, limit time.Duration) time.Duration {
	for ; times > 0 && d <= limit/2; times-- {
		d *= 2
	}
	if times > 0 {
		return limit
	}
	return min(d, limit)
}

func isFailure(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return nil // pause looks at ctx itself
	}
}
