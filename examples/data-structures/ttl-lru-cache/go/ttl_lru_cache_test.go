package ttllrucache_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	ttllrucache "example.com/ttl-lru-cache"
)

const second = time.Second

type (
	cache   = ttllrucache.Cache[string, string]
	stats   = ttllrucache.Stats
	compute = func(string) (string, error)
)

type fakeClock struct {
	now time.Time
}

func (c *fakeClock) advance(d time.Duration) {
	c.now = c.now.Add(d)
}

func newClock() *fakeClock {
	return &fakeClock{now: time.Date(2024, time.March, 1, 12, 0, 0, 0, time.UTC)}
}

// newCacheOf returns an empty cache whose time only the clock returned moves.
func newCacheOf[K comparable, V any](t *testing.T, capacity int, opts ...ttllrucache.Option) (*ttllrucache.Cache[K, V], *fakeClock) {
	t.Helper()
	clock := newClock()
	withClock := ttllrucache.WithClock(func() time.Time { return clock.now })
	c, err := ttllrucache.New[K, V](capacity, append(opts, withClock)...)
	if err != nil || c == nil {
		t.Fatalf("New(%d) = %v, %v; want a cache", capacity, c, err)
	}
	return c, clock
}

// newCache returns a cache holding the letters of keys, each with its
// upper-case form as value.
func newCache(t *testing.T, capacity int, keys string, opts ...ttllrucache.Option) (*cache, *fakeClock) {
	t.Helper()
	c, clock := newCacheOf[string, string](t, capacity, opts...)
	for _, key := range strings.Split(keys, "") {
		c.Put(key, strings.ToUpper(key))
	}
	return c, clock
}

func upper(key string) (string, error) {
	return strings.ToUpper(key), nil
}

func constant(value string) compute {
	return func(string) (string, error) { return value, nil }
}

func mustNotCompute(t *testing.T) compute {
	return func(key string) (string, error) {
		t.Errorf("compute was called with %q", key)
		return "computed", nil
	}
}

func putWithTTL[K comparable, V any](t *testing.T, c *ttllrucache.Cache[K, V], key K, value V, ttl time.Duration) {
	t.Helper()
	if err := c.PutWithTTL(key, value, ttl); err != nil {
		t.Fatalf("PutWithTTL(%v, %v, %v): %v", key, value, ttl, err)
	}
}

// wantKeys takes the keys wanted as letters of one string.
func wantKeys(t *testing.T, c *cache, want string) {
	t.Helper()
	if got := strings.Join(c.Keys(), ""); got != want {
		t.Errorf("keys = %q, want %q", got, want)
	}
}

func wantStats[K comparable, V any](t *testing.T, c *ttllrucache.Cache[K, V], want stats) {
	t.Helper()
	if got := c.Stats(); got != want {
		t.Errorf("stats = %+v, want %+v", got, want)
	}
}

func wantHit[K, V comparable](t *testing.T, c *ttllrucache.Cache[K, V], key K, want V) {
	t.Helper()
	if got, ok := c.Get(key); got != want || !ok {
		t.Errorf("Get(%v) = %v, %v; want %v, true", key, got, ok, want)
	}
}

func wantMiss[K, V comparable](t *testing.T, c *ttllrucache.Cache[K, V], key K) {
	t.Helper()
	var zero V
	if got, ok := c.Get(key); got != zero || ok {
		t.Errorf("Get(%v) = %v, %v; want %v, false", key, got, ok, zero)
	}
}

// wantComputed takes the results of a get-or-compute that should succeed.
func wantComputed[V comparable](t *testing.T, want V) func(V, error) {
	return func(got V, err error) {
		t.Helper()
		if got != want || err != nil {
			t.Errorf("get-or-compute = %v, %v; want %v, nil", got, err, want)
		}
	}
}

// wantExpiry checks that the key is live for the rest of its life and no longer.
func wantExpiry(t *testing.T, c *cache, clock *fakeClock, key string, rest time.Duration) {
	t.Helper()
	clock.advance(rest - 1)
	if !c.Contains(key) {
		t.Errorf("%q is expired 1ns before its deadline", key)
	}
	clock.advance(1)
	if c.Contains(key) {
		t.Errorf("%q is live at its deadline", key)
	}
}

// Eviction and order of use

func TestEvictsOnlyTheOldest_R1(t *testing.T) {
	c, _ := newCache(t, 3, "abcd")
	wantKeys(t, c, "bcd")
	wantMiss(t, c, "a")
	for _, key := range []string{"b", "c", "d"} {
		wantHit(t, c, key, strings.ToUpper(key))
	}
	wantStats(t, c, stats{Hits: 3, Misses: 1, Evictions: 1})
}

func TestNoEvictionUpToCapacity_R1(t *testing.T) {
	c, _ := newCache(t, 3, "abc")
	wantKeys(t, c, "abc")
	wantStats(t, c, stats{})
}

func TestCapacityOfOne_R1(t *testing.T) {
	c, _ := newCache(t, 1, "abc")
	wantKeys(t, c, "c")
	wantHit(t, c, "c", "C")
	wantStats(t, c, stats{Hits: 1, Evictions: 2})
}

func TestGetHitMakesMostRecent_R1(t *testing.T) {
	c, _ := newCache(t, 3, "abc")
	wantHit(t, c, "a", "A")
	wantKeys(t, c, "bca")
	c.Put("d", "D")
	wantKeys(t, c, "cad")
}

func TestGetOfMiddleEntryKeepsTheRestInOrder_R1(t *testing.T) {
	c, _ := newCache(t, 4, "abcd")
	c.Get("b")
	wantKeys(t, c, "acdb")
}

func TestGetMissLeavesOrder_R1(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantMiss(t, c, "x")
	wantKeys(t, c, "ab")
}

func TestGetOrComputeHitMakesMostRecent_R1(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantComputed(t, "A")(c.GetOrCompute("a", mustNotCompute(t)))
	c.Put("c", "C")
	wantKeys(t, c, "ac")
}

func TestGetOrComputeStoreEvictsAndIsMostRecent_R1_R7(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantComputed(t, "C")(c.GetOrCompute("c", upper))
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Misses: 1, Evictions: 1})
}

func TestEachFurtherKeyEvictsOneMore_R1(t *testing.T) {
	c, _ := newCacheOf[int, int](t, 2)
	for number := range 10 {
		c.Put(number, number)
		if got, want := c.Len(), min(number+1, 2); got != want {
			t.Errorf("after %d puts Len() = %d, want %d", number+1, got, want)
		}
	}
	if got := c.Keys(); !slices.Equal(got, []int{8, 9}) {
		t.Errorf("keys = %v, want [8 9]", got)
	}
	wantStats(t, c, stats{Evictions: 8})
}

func TestKeysAreEqualAsInAMap_R1(t *testing.T) {
	type point struct{ x, y int }
	c, _ := newCacheOf[any, string](t, 4)
	c.Put(point{1, 2}, "point")
	c.Put(1, "int")
	c.Put("1", "text")
	c.Put(int64(1), "int64")
	wantHit(t, c, any(point{1, 2}), "point")
	wantHit(t, c, any(1), "int")
	wantHit(t, c, any("1"), "text")
	wantHit(t, c, any(int64(1)), "int64")
}

// Observers

func TestObserversChangeNoOrderCounterOrDeadline_R2(t *testing.T) {
	observers := map[string]func(*cache){
		"contains":        func(c *cache) { c.Contains("a") },
		"contains absent": func(c *cache) { c.Contains("y") },
		"keys":            func(c *cache) { c.Keys() },
		"size":            func(c *cache) { c.Len() },
		"stats":           func(c *cache) { c.Stats() },
	}
	for name, observe := range observers {
		t.Run(name, func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 2)
			putWithTTL(t, c, "a", "A", 10*second)
			c.Put("b", "B")
			wantMiss(t, c, "x")
			clock.advance(9 * second)
			observe(c)
			wantStats(t, c, stats{Misses: 1})
			wantKeys(t, c, "ab")
			clock.advance(second)
			wantKeys(t, c, "b")
		})
	}
}

func TestObservedEntryIsStillTheOneEvicted_R2(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	if !c.Contains("a") {
		t.Error("Contains(a) = false")
	}
	c.Put("c", "C")
	wantKeys(t, c, "bc")
}

func TestEarlierSnapshotStays_R2(t *testing.T) {
	c, _ := newCache(t, 1, "ab")
	c.Get("b")
	before := c.Stats()
	c.Get("b")
	c.Get("x")
	c.Put("c", "C")
	if want := (stats{Hits: 1, Evictions: 1}); before != want {
		t.Errorf("earlier snapshot = %+v, want %+v", before, want)
	}
	wantStats(t, c, stats{Hits: 2, Misses: 1, Evictions: 2})
}

func TestKeySliceIsIndependentOfTheCache_R2(t *testing.T) {
	c, _ := newCache(t, 3, "ab")
	c.Keys()[0] = "z"
	earlier := c.Keys()
	c.Put("c", "C")
	if !slices.Equal(earlier, []string{"a", "b"}) {
		t.Errorf("earlier keys = %v, want [a b]", earlier)
	}
	wantKeys(t, c, "abc")
}

// Deadlines

func TestExpiresExactlyAtTheDeadline_R3(t *testing.T) {
	operations := map[string]struct {
		call          func(*cache) any
		live, expired any
	}{
		"Get": {func(c *cache) any { v, ok := c.Get("a"); return fmt.Sprintf("%q %t", v, ok) },
			`"A" true`, `"" false`},
		"GetOrCompute": {func(c *cache) any { v, _ := c.GetOrCompute("a", constant("new")); return v },
			"A", "new"},
		"GetOrComputeWithTTL": {func(c *cache) any { v, _ := c.GetOrComputeWithTTL("a", second, constant("new")); return v },
			"A", "new"},
		"Contains": {func(c *cache) any { return c.Contains("a") }, true, false},
		"Keys":     {func(c *cache) any { return strings.Join(c.Keys(), "") }, "ab", "b"},
		"Len":      {func(c *cache) any { return c.Len() }, 2, 1},
		"Delete":   {func(c *cache) any { return c.Delete("a") }, true, false},
	}
	const ttl = 10 * second
	for name, operation := range operations {
		for _, elapsed := range []time.Duration{0, ttl - second, ttl - 1, ttl, ttl + 1, 5000 * second} {
			t.Run(fmt.Sprint(name, " after ", elapsed), func(t *testing.T) {
				c, clock := newCacheOf[string, string](t, 3)
				putWithTTL(t, c, "a", "A", ttl)
				c.Put("b", "B")
				clock.advance(elapsed)
				want := operation.live
				if elapsed >= ttl {
					want = operation.expired
				}
				if got := operation.call(c); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}
}

func TestHitsDoNotExtendTheDeadline_R3(t *testing.T) {
	c, clock := newCache(t, 2, "ab", ttllrucache.WithDefaultTTL(10*second))
	clock.advance(9 * second)
	wantHit(t, c, "a", "A")
	wantComputed(t, "B")(c.GetOrCompute("b", mustNotCompute(t)))
	clock.advance(second)
	wantKeys(t, c, "")
}

func TestDefaultTTLAppliesWithoutOwnTTL_R3(t *testing.T) {
	c, clock := newCache(t, 2, "a", ttllrucache.WithDefaultTTL(10*second))
	wantExpiry(t, c, clock, "a", 10*second)
}

func TestOwnTTLInPlaceOfDefault_R3(t *testing.T) {
	for _, ttl := range []time.Duration{1, 4 * second, 25 * second} {
		t.Run(ttl.String(), func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 2, ttllrucache.WithDefaultTTL(10*second))
			putWithTTL(t, c, "a", "A", ttl)
			wantExpiry(t, c, clock, "a", ttl)
		})
	}
}

func TestOwnTTLOfOneEntryLeavesTheDefaultOfOthers_R3(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 2, ttllrucache.WithDefaultTTL(10*second))
	putWithTTL(t, c, "a", "A", 50*second)
	c.Put("b", "B")
	clock.advance(10 * second)
	wantKeys(t, c, "a")
}

func TestNeverExpiresWithoutAnyTTL_R3(t *testing.T) {
	c, clock := newCache(t, 2, "a")
	wantComputed(t, "B")(c.GetOrCompute("b", upper))
	for range 3 {
		clock.advance(math.MaxInt64)
	}
	wantKeys(t, c, "ab")
}

func TestLongestTTL_R3(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1)
	putWithTTL(t, c, "a", "A", math.MaxInt64)
	wantExpiry(t, c, clock, "a", math.MaxInt64)
}

func TestEntriesExpireEachAtItsOwnDeadline_R3(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 4)
	putWithTTL(t, c, "a", "A", 30*second)
	putWithTTL(t, c, "b", "B", 10*second)
	putWithTTL(t, c, "c", "C", 20*second)
	for _, want := range []string{"ac", "a", ""} {
		clock.advance(10 * second)
		wantKeys(t, c, want)
	}
}

func TestDeadlineMayBeTheZeroTime_R3(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1)
	clock.now = time.Time{}.Add(-5 * second)
	putWithTTL(t, c, "a", "A", 5*second)
	wantExpiry(t, c, clock, "a", 5*second)
}

func TestExpiredKeyCanBeStoredAgain_R3_R6(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 2)
	putWithTTL(t, c, "a", "A", 5*second)
	c.Put("b", "B")
	clock.advance(5 * second)
	c.Put("a", "A2")
	wantKeys(t, c, "ba")
	wantHit(t, c, "a", "A2")
	wantStats(t, c, stats{Hits: 1})
}

func TestDeadlineOfARemovedEntryIsForgotten_R3(t *testing.T) {
	removals := map[string]func(*cache){
		"Delete": func(c *cache) { c.Delete("a") },
		"Clear":  func(c *cache) { c.Clear() },
	}
	for name, remove := range removals {
		t.Run(name, func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 1)
			putWithTTL(t, c, "a", "A", 5*second)
			remove(c)
			putWithTTL(t, c, "a", "A2", 8*second)
			wantExpiry(t, c, clock, "a", 8*second)
		})
	}
}

func TestDefaultClock_R3(t *testing.T) {
	c, err := ttllrucache.New[string, string](2)
	if err != nil {
		t.Fatal(err)
	}
	putWithTTL(t, c, "a", "A", time.Hour)
	c.Put("b", "B")
	wantKeys(t, c, "ab")
}

// Room made by expired entries

func TestExpiredEntryGivesWayWhereverItStands_R4(t *testing.T) {
	for _, mortal := range []string{"a", "b", "c"} {
		t.Run(mortal, func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 3)
			for _, key := range []string{"a", "b", "c"} {
				if key == mortal {
					putWithTTL(t, c, key, key, 5*second)
				} else {
					c.Put(key, key)
				}
			}
			clock.advance(5 * second)
			c.Put("d", "D")
			wantKeys(t, c, strings.ReplaceAll("abcd", mortal, ""))
			wantStats(t, c, stats{})
		})
	}
}

func TestJustReadEntryGivesWayOnceExpired_R4(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 2)
	putWithTTL(t, c, "a", "A", 5*second)
	c.Put("b", "B")
	clock.advance(4 * second)
	wantHit(t, c, "a", "A")
	clock.advance(second)
	wantComputed(t, "C")(c.GetOrCompute("c", upper))
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Hits: 1, Misses: 1})
}

func TestLiveEntryIsEvictedJustBeforeTheDeadline_R4_R1(t *testing.T) {
	c, clock := newCache(t, 2, "a")
	putWithTTL(t, c, "b", "B", 5*second)
	clock.advance(5*second - 1)
	c.Put("c", "C")
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Evictions: 1})
}

func TestEveryExpiredEntryMakesRoom_R4(t *testing.T) {
	c, clock := newCache(t, 3, "a")
	putWithTTL(t, c, "b", "B", 5*second)
	putWithTTL(t, c, "c", "C", 3*second)
	clock.advance(5 * second)
	c.Put("d", "D")
	c.Put("e", "E")
	wantKeys(t, c, "ade")
	wantStats(t, c, stats{})
	c.Put("f", "F")
	wantKeys(t, c, "def")
	wantStats(t, c, stats{Evictions: 1})
}

// Replacing

func TestReplacingInAFullCache_R5(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	c.Put("a", "A2")
	wantKeys(t, c, "ba")
	wantStats(t, c, stats{})
	wantHit(t, c, "a", "A2")
	wantHit(t, c, "b", "B")
}

func TestReplacingMakesMostRecent_R5_R1(t *testing.T) {
	c, _ := newCache(t, 3, "abc")
	putWithTTL(t, c, "b", "B2", second)
	wantKeys(t, c, "acb")
}

func TestReplacingReckonsTheDeadlineAnew_R5(t *testing.T) {
	c, clock := newCache(t, 1, "a", ttllrucache.WithDefaultTTL(10*second))
	clock.advance(6 * second)
	c.Put("a", "A2")
	wantExpiry(t, c, clock, "a", 10*second)
}

func TestReplacingWithoutOwnTTLReturnsToTheDefault_R5(t *testing.T) {
	for _, oldTTL := range []time.Duration{2 * second, 99 * second} {
		t.Run(oldTTL.String(), func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 2, ttllrucache.WithDefaultTTL(10*second))
			putWithTTL(t, c, "a", "A", oldTTL)
			c.Put("a", "A2")
			wantExpiry(t, c, clock, "a", 10*second)
		})
	}
}

func TestReplacingWithoutAnyTTLNeverExpires_R5(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1)
	putWithTTL(t, c, "a", "A", 5*second)
	c.Put("a", "A2")
	clock.advance(math.MaxInt64)
	wantHit(t, c, "a", "A2")
}

func TestReplacingMayBringTheDeadlineForward_R5(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1)
	putWithTTL(t, c, "a", "A", 50*second)
	putWithTTL(t, c, "a", "A2", 5*second)
	wantExpiry(t, c, clock, "a", 5*second)
}

func TestDeadlineOfAReplacedEntryFreesNoRoom_R5_R4(t *testing.T) {
	c, clock := newCache(t, 2, "a")
	putWithTTL(t, c, "b", "B", 5*second)
	putWithTTL(t, c, "b", "B2", 50*second)
	clock.advance(5 * second)
	c.Put("c", "C")
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Evictions: 1})
}

// Counters, delete, clear

func TestCountsHitsAndMisses_R6(t *testing.T) {
	c, _ := newCache(t, 3, "a")
	wantHit(t, c, "a", "A")
	wantMiss(t, c, "x")
	wantMiss(t, c, "x")
	wantComputed(t, "A")(c.GetOrCompute("a", mustNotCompute(t)))
	wantComputed(t, "B")(c.GetOrCompute("b", upper))
	wantComputed(t, "C")(c.GetOrComputeWithTTL("c", second, upper))
	wantComputed(t, "C")(c.GetOrComputeWithTTL("c", second, mustNotCompute(t)))
	wantStats(t, c, stats{Hits: 3, Misses: 4})
}

func TestExpiredIsAMissAndNoEviction_R6(t *testing.T) {
	c, clock := newCache(t, 1, "a", ttllrucache.WithDefaultTTL(5*second))
	clock.advance(5 * second)
	wantMiss(t, c, "a")
	wantComputed(t, "A2")(c.GetOrCompute("a", constant("A2")))
	wantStats(t, c, stats{Misses: 2})
}

func TestZeroValuesAreHits_R6_R7(t *testing.T) {
	t.Run("string", checkZeroValueIsHit[string])
	t.Run("int", checkZeroValueIsHit[int])
	t.Run("bool", checkZeroValueIsHit[bool])
	t.Run("pointer", checkZeroValueIsHit[*int])
	t.Run("interface", checkZeroValueIsHit[any])
}

func checkZeroValueIsHit[V comparable](t *testing.T) {
	c, _ := newCacheOf[string, V](t, 2)
	var zero V
	c.Put("a", zero)
	if !c.Contains("a") {
		t.Error("Contains(a) = false")
	}
	wantHit(t, c, "a", zero)
	computeCalls := 0
	computeZero := func(string) (V, error) { computeCalls++; return zero, nil }
	for _, key := range []string{"a", "b", "b"} {
		wantComputed(t, zero)(c.GetOrCompute(key, computeZero))
	}
	if computeCalls != 1 {
		t.Errorf("compute was called %d times, want 1", computeCalls)
	}
	wantStats(t, c, stats{Hits: 3, Misses: 1})
	if !c.Delete("a") {
		t.Error("Delete(a) = false")
	}
}

func TestDeleteRemovesOnlyTheKey_R6(t *testing.T) {
	c, _ := newCache(t, 3, "abc")
	for _, step := range []struct {
		key  string
		want bool
	}{{"b", true}, {"b", false}, {"x", false}} {
		if got := c.Delete(step.key); got != step.want {
			t.Errorf("Delete(%q) = %v, want %v", step.key, got, step.want)
		}
		wantKeys(t, c, "ac")
	}
}

func TestDeleteMakesRoom_R6(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	c.Delete("b")
	c.Put("c", "C")
	wantKeys(t, c, "ac")
	wantStats(t, c, stats{})
}

func TestDeleteAndClearLeaveTheCounters_R6(t *testing.T) {
	c, _ := newCache(t, 2, "abc")
	c.Get("b")
	c.Get("x")
	want := stats{Hits: 1, Misses: 1, Evictions: 1}
	c.Delete("b")
	c.Delete("x")
	wantStats(t, c, want)
	c.Clear()
	wantStats(t, c, want)
}

func TestCacheWorksAfterClear_R6_R1(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	c.Clear()
	if got := c.Len(); got != 0 {
		t.Errorf("Len() = %d, want 0", got)
	}
	wantKeys(t, c, "")
	if c.Contains("a") {
		t.Error("Contains(a) = true")
	}
	for _, key := range []string{"c", "d", "e"} {
		c.Put(key, key)
	}
	wantKeys(t, c, "de")
	wantStats(t, c, stats{Evictions: 1})
}

// Get-or-compute

func TestHitIgnoresComputeAndTTL_R7(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1)
	putWithTTL(t, c, "a", "A", 10*second)
	clock.advance(5 * second)
	wantComputed(t, "A")(c.GetOrComputeWithTTL("a", 100*second, mustNotCompute(t)))
	clock.advance(3 * second)
	wantComputed(t, "A")(c.GetOrComputeWithTTL("a", 1, mustNotCompute(t)))
	wantExpiry(t, c, clock, "a", 2*second)
}

func TestMissComputesOnceWithTheKeyAndStores_R7(t *testing.T) {
	c, _ := newCache(t, 2, "b")
	var calls []string
	record := func(key string) (string, error) {
		calls = append(calls, key)
		return "value", nil
	}
	for range 3 {
		wantComputed(t, "value")(c.GetOrCompute("a", record))
	}
	wantHit(t, c, "a", "value")
	if !slices.Equal(calls, []string{"a"}) {
		t.Errorf("compute was called with %v, want [a]", calls)
	}
}

func TestExpiredKeyIsComputedAgain_R7(t *testing.T) {
	c, clock := newCacheOf[string, int](t, 1)
	calls := 0
	count := func(string) (int, error) { calls++; return calls, nil }
	wantComputed(t, 1)(c.GetOrComputeWithTTL("a", 5*second, count))
	clock.advance(5*second - 1)
	wantComputed(t, 1)(c.GetOrComputeWithTTL("a", 5*second, count))
	clock.advance(1)
	wantComputed(t, 2)(c.GetOrComputeWithTTL("a", 5*second, count))
	wantStats(t, c, stats{Hits: 1, Misses: 2})
}

func TestComputedValueGetsDefaultTTL_R7(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 1, ttllrucache.WithDefaultTTL(10*second))
	wantComputed(t, "A")(c.GetOrCompute("a", upper))
	wantExpiry(t, c, clock, "a", 10*second)
}

func TestComputedValueGetsOwnTTL_R7(t *testing.T) {
	for _, ttl := range []time.Duration{4 * second, 25 * second} {
		t.Run(ttl.String(), func(t *testing.T) {
			c, clock := newCacheOf[string, string](t, 1, ttllrucache.WithDefaultTTL(10*second))
			wantComputed(t, "A")(c.GetOrComputeWithTTL("a", ttl, upper))
			wantExpiry(t, c, clock, "a", ttl)
		})
	}
}

// compute takes time and may use the cache

func TestDeadlineCountsFromTheEndOfCompute_R8(t *testing.T) {
	c, clock := newCacheOf[string, string](t, 2, ttllrucache.WithDefaultTTL(10*second))
	slowUpper := func(key string) (string, error) {
		clock.advance(30 * second)
		return upper(key)
	}
	wantComputed(t, "A")(c.GetOrCompute("a", slowUpper))
	wantExpiry(t, c, clock, "a", 10*second)
	wantComputed(t, "B")(c.GetOrComputeWithTTL("b", 5*second, slowUpper))
	wantExpiry(t, c, clock, "b", 5*second)
}

func TestEntryExpiringDuringComputeMakesRoom_R8_R4(t *testing.T) {
	c, clock := newCache(t, 2, "a")
	putWithTTL(t, c, "b", "B", 5*second)
	wantComputed(t, "C")(c.GetOrCompute("c", func(key string) (string, error) {
		clock.advance(5 * second)
		return upper(key)
	}))
	wantKeys(t, c, "ac")
	wantStats(t, c, stats{Misses: 1})
}

func TestNestedCallsCountAsUsual_R8(t *testing.T) {
	c, _ := newCache(t, 4, "a")
	wantComputed(t, "Qc")(c.GetOrCompute("c", func(key string) (string, error) {
		c.Get("a")
		c.Get("x")
		c.Get(key)
		c.Put("p", "P")
		value, err := c.GetOrCompute("q", upper)
		return value + key, err
	}))
	wantKeys(t, c, "apqc")
	wantStats(t, c, stats{Hits: 1, Misses: 4})
}

func TestRecursiveComputeStaysWithinCapacity_R8(t *testing.T) {
	c, _ := newCacheOf[int, int](t, 3)
	largest := 0
	var fibonacci func(int) (int, error)
	fibonacci = func(n int) (int, error) {
		largest = max(largest, c.Len())
		if n < 2 {
			return n, nil
		}
		smaller, _ := c.GetOrCompute(n-2, fibonacci)
		larger, _ := c.GetOrCompute(n-1, fibonacci)
		return smaller + larger, nil
	}
	wantComputed(t, 6765)(c.GetOrCompute(20, fibonacci))
	if largest != 3 {
		t.Errorf("largest size = %d, want 3", largest)
	}
	if got := c.Keys(); !slices.Equal(got, []int{18, 19, 20}) {
		t.Errorf("keys = %v, want [18 19 20]", got)
	}
}

func TestReturnedValueReplacesTheOneStoredByCompute_R8(t *testing.T) {
	c, clock := newCache(t, 2, "ab")
	wantComputed(t, "outer")(c.GetOrCompute("c", func(key string) (string, error) {
		putWithTTL(t, c, key, "inner", second)
		return "outer", nil
	}))
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Misses: 1, Evictions: 1})
	clock.advance(second)
	wantHit(t, c, "c", "outer")
}

func TestComputedKeyIsMostRecentEvenIfStoredInside_R8_R1(t *testing.T) {
	c, _ := newCache(t, 3, "a")
	wantComputed(t, "outer")(c.GetOrCompute("c", func(key string) (string, error) {
		c.Put(key, "inner")
		c.Put("z", "Z")
		return "outer", nil
	}))
	wantKeys(t, c, "azc")
}

func TestComputeFillingTheCacheLeadsToEviction_R8(t *testing.T) {
	c, _ := newCache(t, 2, "a")
	wantComputed(t, "C")(c.GetOrCompute("c", func(key string) (string, error) {
		c.Put("b", "B")
		return upper(key)
	}))
	wantKeys(t, c, "bc")
	wantStats(t, c, stats{Misses: 1, Evictions: 1})
}

func TestOrderOfUseIsThatAfterCompute_R8(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantComputed(t, "A")(c.GetOrCompute("c", func(string) (string, error) {
		value, _ := c.Get("a")
		return value, nil
	}))
	wantKeys(t, c, "ac")
}

func TestComputeMayClearTheCache_R8(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantComputed(t, "C")(c.GetOrCompute("c", func(key string) (string, error) {
		c.Clear()
		return upper(key)
	}))
	wantKeys(t, c, "c")
	wantStats(t, c, stats{Misses: 1})
}

// compute fails

var errCompute = errors.New("no value")

// failing returns a value along with the error, which has to be dropped.
func failing(string) (string, error) {
	return "leftover", errCompute
}

// wantComputeError takes the results of a get-or-compute whose compute failed.
func wantComputeError(t *testing.T) func(string, error) {
	return func(got string, err error) {
		t.Helper()
		if got != "" || err != errCompute {
			t.Errorf("get-or-compute = %q, %v; want \"\" and the very error of compute", got, err)
		}
	}
}

func TestFailureReachesTheCallerAndChangesNothingElse_R9(t *testing.T) {
	c, _ := newCache(t, 2, "ab")
	wantComputeError(t)(c.GetOrCompute("c", failing))
	wantKeys(t, c, "ab")
	wantStats(t, c, stats{Misses: 1})
	wantComputeError(t)(c.GetOrComputeWithTTL("d", second, failing))
	wantKeys(t, c, "ab")
	wantStats(t, c, stats{Misses: 2})
	wantHit(t, c, "a", "A")
	wantHit(t, c, "b", "B")
}

func TestFailedKeyIsComputedAgain_R9(t *testing.T) {
	c, _ := newCacheOf[string, string](t, 1)
	wantComputeError(t)(c.GetOrCompute("a", failing))
	wantComputeError(t)(c.GetOrCompute("a", failing))
	wantComputed(t, "A")(c.GetOrCompute("a", upper))
	wantHit(t, c, "a", "A")
	wantStats(t, c, stats{Hits: 1, Misses: 3})
}

func TestFailureForAnExpiredKeyStoresNothing_R9(t *testing.T) {
	c, clock := newCache(t, 2, "ab", ttllrucache.WithDefaultTTL(5*second))
	clock.advance(5 * second)
	wantComputeError(t)(c.GetOrCompute("a", failing))
	wantKeys(t, c, "")
	wantStats(t, c, stats{Misses: 1})
}

func TestCallsMadeBeforeTheFailureKeepTheirEffect_R9_R8(t *testing.T) {
	c, _ := newCache(t, 3, "ab")
	wantComputeError(t)(c.GetOrCompute("c", func(key string) (string, error) {
		c.Get("a")
		c.Put("x", "X")
		return failing(key)
	}))
	wantKeys(t, c, "bax")
	wantStats(t, c, stats{Hits: 1, Misses: 1})
}

// Invalid arguments

var invalidTTLs = []time.Duration{0, -1, -second, math.MinInt64}

func wantInvalidArgument(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ttllrucache.ErrInvalidArgument) {
		t.Errorf("error = %v, want ErrInvalidArgument", err)
	}
}

func TestInvalidCapacity_R10(t *testing.T) {
	for _, capacity := range []int{0, -1, math.MinInt} {
		c, err := ttllrucache.New[string, string](capacity)
		wantInvalidArgument(t, err)
		if c != nil {
			t.Errorf("New(%d) returned a cache", capacity)
		}
	}
}

func TestInvalidDefaultTTL_R10(t *testing.T) {
	for _, ttl := range invalidTTLs {
		c, err := ttllrucache.New[string, string](1, ttllrucache.WithDefaultTTL(ttl))
		wantInvalidArgument(t, err)
		if c != nil {
			t.Errorf("New with default TTL %v returned a cache", ttl)
		}
	}
}

func TestInvalidOwnTTLChangesNothing_R10(t *testing.T) {
	for _, ttl := range invalidTTLs {
		for _, key := range []string{"a", "new"} {
			t.Run(fmt.Sprint(key, " ", ttl), func(t *testing.T) {
				c, clock := newCache(t, 2, "ab", ttllrucache.WithDefaultTTL(10*second))
				clock.advance(4 * second)
				wantInvalidArgument(t, c.PutWithTTL(key, "other", ttl))
				value, err := c.GetOrComputeWithTTL(key, ttl, mustNotCompute(t))
				wantInvalidArgument(t, err)
				if value != "" {
					t.Errorf("value = %q, want none", value)
				}
				wantKeys(t, c, "ab")
				wantStats(t, c, stats{})
				clock.advance(5 * second)
				wantHit(t, c, "a", "A")
				wantExpiry(t, c, clock, "a", second)
			})
		}
	}
}

func TestInvalidTTLForAnExpiredKeyCountsNoMiss_R10(t *testing.T) {
	c, clock := newCache(t, 1, "a", ttllrucache.WithDefaultTTL(5*second))
	clock.advance(5 * second)
	_, err := c.GetOrComputeWithTTL("a", 0, mustNotCompute(t))
	wantInvalidArgument(t, err)
	wantStats(t, c, stats{})
}

func TestSmallestValidArguments_R10(t *testing.T) {
	c, clock := newCache(t, 1, "a", ttllrucache.WithDefaultTTL(1))
	wantExpiry(t, c, clock, "a", 1)
}
