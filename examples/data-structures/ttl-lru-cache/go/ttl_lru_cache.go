// Package ttllrucache provides an in-memory cache with least-recently-used
// eviction and an optional time to live (TTL) for each entry.
package ttllrucache

import (
	"container/list"
	"errors"
	"fmt"
	"time"
)

// ErrInvalidArgument reports an invalid capacity or TTL.
var ErrInvalidArgument = errors.New("invalid argument")

type options struct {
	defaultTTL *time.Duration // nil: none
	now        func() time.Time
}

// Option sets up a cache in New.
type Option func(*options)

// WithDefaultTTL sets the TTL of entries stored without one of their own.
// Without this option they never expire.
func WithDefaultTTL(ttl time.Duration) Option {
	return func(o *options) { o.defaultTTL = &ttl }
}

// WithClock sets the clock, which must not go backwards. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *options) { o.now = now }
}

// Stats is a snapshot of the counters of a cache.
type Stats struct {
	Hits      int
	Misses    int
	Evictions int
}

type entry[K comparable, V any] struct {
	key      K
	value    V
	deadline *time.Time // nil: never expires
}

func (e *entry[K, V]) expired(now time.Time) bool {
	return e.deadline != nil && !now.Before(*e.deadline)
}

// Cache holds at most a fixed number of live entries. An entry is expired as
// soon as the clock reads its deadline, and then counts as absent everywhere.
// A Cache must not be used by several goroutines at once.
type Cache[K comparable, V any] struct {
	capacity   int
	defaultTTL *time.Duration
	now        func() time.Time

	byUse *list.List // of *entry[K, V], the least recently used in front
	index map[K]*list.Element

	// nextDeadline is never later than the earliest stored deadline; nil means
	// that nothing expires. Replacing or deleting an entry may leave it too
	// early, which costs one fruitless sweep at most.
	nextDeadline *time.Time

	stats Stats
}

// New returns an empty cache for capacity entries. The error is
// ErrInvalidArgument if the capacity is below 1 or the default TTL is not
// greater than zero.
func New[K comparable, V any](capacity int, opts ...Option) (*Cache[K, V], error) {
	o := options{now: time.Now}
	for _, apply := range opts {
		apply(&o)
	}
	if capacity < 1 {
		return nil, fmt.Errorf("%w: capacity %d is less than 1", ErrInvalidArgument, capacity)
	}
	if o.defaultTTL != nil {
		if err := checkTTL(*o.defaultTTL); err != nil {
			return nil, err
		}
	}
	return &Cache[K, V]{
		capacity:   capacity,
		defaultTTL: o.defaultTTL,
		now:        o.now,
		byUse:      list.New(),
		index:      make(map[K]*list.Element),
	}, nil
}

// Put stores the value with the default TTL, evicting the least recently used
// entry if there is no room.
func (c *Cache[K, V]) Put(key K, value V) {
	c.store(key, value, c.defaultTTL)
}

// PutWithTTL is Put with a TTL in place of the default. The error is
// ErrInvalidArgument if the TTL is not greater than zero.
func (c *Cache[K, V]) PutWithTTL(key K, value V, ttl time.Duration) error {
	if err := checkTTL(ttl); err != nil {
		return err
	}
	c.store(key, value, &ttl)
	return nil
}

// Get returns the live value of the key and marks it as used. On a miss it
// returns the zero value and false.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.dropExpired()
	element, ok := c.index[key]
	if !ok {
		c.stats.Misses++
		var zero V
		return zero, false
	}
	c.stats.Hits++
	c.byUse.MoveToBack(element)
	return c.entryOf(element).value, true
}

// GetOrCompute returns the live value of the key, or else stores the result of
// compute with the default TTL and returns it. compute may use the cache. An
// error of compute is returned as it is, and then nothing is stored.
func (c *Cache[K, V]) GetOrCompute(key K, compute func(K) (V, error)) (V, error) {
	return c.getOrCompute(key, c.defaultTTL, compute)
}

// GetOrComputeWithTTL is GetOrCompute with a TTL in place of the default; the
// TTL has no effect on a hit. The error is ErrInvalidArgument if the TTL is
// not greater than zero.
func (c *Cache[K, V]) GetOrComputeWithTTL(key K, ttl time.Duration, compute func(K) (V, error)) (V, error) {
	if err := checkTTL(ttl); err != nil {
		var zero V
		return zero, err
	}
	return c.getOrCompute(key, &ttl, compute)
}

// Contains tells whether the key has a live entry, without marking it as used.
func (c *Cache[K, V]) Contains(key K) bool {
	c.dropExpired()
	_, ok := c.index[key]
	return ok
}

// Delete removes the key and tells whether it had a live entry.
func (c *Cache[K, V]) Delete(key K) bool {
	c.dropExpired()
	element, ok := c.index[key]
	if ok {
		c.remove(element)
	}
	return ok
}

// Clear removes all entries; the counters stay.
func (c *Cache[K, V]) Clear() {
	c.byUse.Init()
	clear(c.index)
	c.nextDeadline = nil
}

// Keys returns the keys of the live entries, least recently used first.
func (c *Cache[K, V]) Keys() []K {
	c.dropExpired()
	keys := make([]K, 0, c.byUse.Len())
	for element := c.byUse.Front(); element != nil; element = element.Next() {
		keys = append(keys, c.entryOf(element).key)
	}
	return keys
}

// Len returns the number of live entries.
func (c *Cache[K, V]) Len() int {
	c.dropExpired()
	return c.byUse.Len()
}

// Stats returns the counters as they are now.
func (c *Cache[K, V]) Stats() Stats {
	return c.stats
}

func (c *Cache[K, V]) getOrCompute(key K, ttl *time.Duration, compute func(K) (V, error)) (V, error) {
	if value, ok := c.Get(key); ok {
		return value, nil
	}
	value, err := compute(key)
	if err != nil {
		var zero V
		return zero, err
	}
	c.store(key, value, ttl)
	return value, nil
}

// store adds or replaces the entry; a nil ttl means that it never expires.
func (c *Cache[K, V]) store(key K, value V, ttl *time.Duration) {
	now := c.dropExpired()
	if element, ok := c.index[key]; ok {
		c.remove(element)
	} else if c.byUse.Len() >= c.capacity {
		c.remove(c.byUse.Front())
		c.stats.Evictions++
	}
	e := &entry[K, V]{key: key, value: value}
	if ttl != nil {
		deadline := now.Add(*ttl)
		e.deadline = &deadline
		c.noteDeadline(e.deadline)
	}
	element := c.byUse.PushBack(e)
	// A key unequal to itself (NaN) could never be found in the map, nor be
	// deleted from it, so the map would grow for ever.
	if key == key {
		c.index[key] = element
	}
}

func (c *Cache[K, V]) remove(element *list.Element) {
	c.byUse.Remove(element)
	delete(c.index, c.entryOf(element).key)
}

// dropExpired removes every expired entry and returns the clock reading it
// used for that.
func (c *Cache[K, V]) dropExpired() time.Time {
	now := c.now()
	if c.nextDeadline != nil && !now.Before(*c.nextDeadline) {
		c.sweep(now)
	}
	return now
}

func (c *Cache[K, V]) sweep(now time.Time) {
	c.nextDeadline = nil
	var next *list.Element
	for element := c.byUse.Front(); element != nil; element = next {
		next = element.Next() // Remove cuts the links of the element.
		if e := c.entryOf(element); e.expired(now) {
			c.remove(element)
		} else {
			c.noteDeadline(e.deadline)
		}
	}
}

func (c *Cache[K, V]) noteDeadline(deadline *time.Time) {
	if deadline == nil {
		return
	}
	if c.nextDeadline == nil || deadline.Before(*c.nextDeadline) {
		c.nextDeadline = deadline
	}
}

func (c *Cache[K, V]) entryOf(element *list.Element) *entry[K, V] {
	return element.Value.(*entry[K, V])
}

func checkTTL(ttl time.Duration) error {
	if ttl <= 0 {
		return fmt.Errorf("%w: TTL %v is not greater than zero", ErrInvalidArgument, ttl)
	}
	return nil
}
