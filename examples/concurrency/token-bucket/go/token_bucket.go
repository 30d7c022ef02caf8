// Package tokenbucket is a keyed token-bucket rate limiter with exact refill
// and a bounded number of keys.
package tokenbucket

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	maxTokens = 100_000
	maxPeriod = 24 * time.Hour
)

// Errors of New, TryAcquire and TimeUntil; test for them with errors.Is.
var (
	ErrInvalidArgument = errors.New("invalid argument")
	ErrExceedsCapacity = errors.New("more tokens than the capacity")
	ErrTooManyKeys     = errors.New("too many keys")
)

// Config holds the settings that all buckets of a Limiter share.
type Config struct {
	Capacity     int              // most tokens a bucket holds, 1 to 100,000
	RefillTokens int              // tokens gained per RefillPeriod, 1 to 100,000
	RefillPeriod time.Duration    // 1 ns to 24 hours
	MaxKeys      int              // most keys held, 1 or more
	Now          func() time.Time // safe for concurrent use; nil: time.Now
}

func (c Config) validate() error {
	switch {
	case c.Capacity < 1 || c.Capacity > maxTokens:
		return fmt.Errorf("%w: capacity %d is not in 1 to %d", ErrInvalidArgument, c.Capacity, maxTokens)
	case c.RefillTokens < 1 || c.RefillTokens > maxTokens:
		return fmt.Errorf("%w: refill tokens %d are not in 1 to %d", ErrInvalidArgument, c.RefillTokens, maxTokens)
	case c.RefillPeriod < 1 || c.RefillPeriod > maxPeriod:
		return fmt.Errorf("%w: refill period %v is not in 1ns to %v", ErrInvalidArgument, c.RefillPeriod, maxPeriod)
	case c.MaxKeys < 1:
		return fmt.Errorf("%w: maximum number of keys %d is below 1", ErrInvalidArgument, c.MaxKeys)
	}
	return nil
}

// ticks measure the content of a bucket exactly: a bucket gains RefillTokens
// ticks per nanosecond, and a token is worth RefillPeriod ticks. The largest
// bucket, 100,000 tokens of 24 hours each, holds 8.64e18 ticks, which fits.
type ticks int64

// bucket is the state of a held key when tokens were last taken from it.
type bucket struct {
	missing ticks // how far it was from full
	at      time.Time
}

// Limiter keeps a token bucket per key. A key that is not held has a full
// bucket. Time is the greatest reading of the clock so far: while the clock is
// behind it, time stands still.
//
// A Limiter is safe for use by several goroutines.
type Limiter struct {
	capacity int
	maxKeys  int
	clock    func() time.Time
	perNano  ticks
	perToken ticks
	perFill  ticks

	mu      sync.Mutex
	started bool      // whether the clock has been read
	latest  time.Time // greatest reading, once started
	buckets map[string]bucket
}

// New returns a Limiter that holds no keys, or ErrInvalidArgument if a setting
// is out of range. It does not read the clock.
func New(cfg Config) (*Limiter, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	clock := cfg.Now
	if clock == nil {
		clock = time.Now
	}
	return &Limiter{
		capacity: cfg.Capacity,
		maxKeys:  cfg.MaxKeys,
		clock:    clock,
		perNano:  ticks(cfg.RefillTokens),
		perToken: ticks(cfg.RefillPeriod),
		perFill:  ticks(cfg.Capacity) * ticks(cfg.RefillPeriod),
		buckets:  make(map[string]bucket),
	}, nil
}

// TryAcquire takes n tokens from the key's bucket and returns true if it holds
// as many; otherwise it takes none and returns false. If the key is not held
// and there is no room for it, all keys with a full bucket are dropped.
//
// It fails with ErrInvalidArgument if n is below 1, with ErrExceedsCapacity if
// n is greater than the capacity, and with ErrTooManyKeys if no key could be
// dropped.
func (l *Limiter) TryAcquire(key string, n int) (bool, error) {
	cost, err := l.cost(n)
	if err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.advance()
	b, held := l.buckets[key]
	missing := l.missing(b, now)
	if cost > l.perFill-missing {
		return false, nil
	}
	if !held {
		if err := l.makeRoom(now); err != nil {
			return false, err
		}
	}
	l.buckets[key] = bucket{missing: missing + cost, at: now}
	return true, nil
}

// TimeUntil returns the time after which the key's bucket holds n tokens if
// nobody takes any. It fails with ErrInvalidArgument if n is below 1 and with
// ErrExceedsCapacity if n is greater than the capacity.
func (l *Limiter) TimeUntil(key string, n int) (time.Duration, error) {
	cost, err := l.cost(n)
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.advance()
	level := l.perFill - l.missing(l.buckets[key], now)
	return l.timeToGain(cost - level), nil
}

// Available returns the number of whole tokens in the key's bucket.
func (l *Limiter) Available(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.advance()
	level := l.perFill - l.missing(l.buckets[key], now)
	return int(level / l.perToken)
}

// Prune drops all keys whose bucket is full and returns their number.
func (l *Limiter) Prune() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropFull(l.advance())
}

// Len returns the number of keys held, full buckets included.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets)
}

func (l *Limiter) cost(n int) (ticks, error) {
	if n < 1 {
		return 0, fmt.Errorf("%w: %d tokens, want at least 1", ErrInvalidArgument, n)
	}
	if n > l.capacity {
		return 0, fmt.Errorf("%w: %d tokens of %d", ErrExceedsCapacity, n, l.capacity)
	}
	return ticks(n) * l.perToken, nil
}

// advance reads the clock and returns the limiter's time. l.mu must be held.
func (l *Limiter) advance() time.Time {
	if reading := l.clock(); !l.started || reading.After(l.latest) {
		l.started = true
		l.latest = reading
	}
	return l.latest
}

// missing returns how far the bucket is from full. The zero bucket, that of a
// key that is not held, misses nothing.
func (l *Limiter) missing(b bucket, now time.Time) ticks {
	// Comparing durations first keeps the product below from overflowing. Sub
	// saturates at 292 years, longer than any bucket takes to fill.
	elapsed := now.Sub(b.at)
	if b.missing == 0 || elapsed >= l.timeToGain(b.missing) {
		return 0
	}
	return b.missing - ticks(elapsed)*l.perNano
}

// timeToGain returns the time in which a bucket gains at least t ticks.
func (l *Limiter) timeToGain(t ticks) time.Duration {
	if t <= 0 {
		return 0
	}
	return time.Duration((t-1)/l.perNano + 1)
}

// makeRoom sees to it that one more key may be held. l.mu must be held.
func (l *Limiter) makeRoom(now time.Time) error {
	if len(l.buckets) >= l.maxKeys && l.dropFull(now) == 0 {
		return fmt.Errorf("%w: already holding %d", ErrTooManyKeys, l.maxKeys)
	}
	return nil
}

// dropFull drops all keys with a full bucket and returns their number. l.mu
// must be held.
func (l *Limiter) dropFull(now time.Time) int {
	dropped := 0
	for key, b := range l.buckets {
		if l.missing(b, now) == 0 {
			delete(l.buckets, key)
			dropped++
		}
	}
	return dropped
}
