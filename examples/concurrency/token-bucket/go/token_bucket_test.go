package tokenbucket_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tokenbucket "example.com/token-bucket"
)

const day = 24 * time.Hour

type config = tokenbucket.Config

// fakeClock stands where the test puts it and counts its readings.
type fakeClock struct {
	origin   time.Time
	elapsed  atomic.Int64 // nanoseconds since origin
	readings atomic.Int64
}

func (c *fakeClock) now() time.Time {
	c.readings.Add(1)
	return c.origin.Add(time.Duration(c.elapsed.Load()))
}

func (c *fakeClock) set(elapsed time.Duration) {
	c.elapsed.Store(int64(elapsed))
}

// limiterTest is a Limiter on a fake clock, with checks of its answers.
type limiterTest struct {
	*tokenbucket.Limiter
	t     *testing.T
	clock *fakeClock
}

// defaults are the settings of tests in which they don't matter: 10 tokens, one
// per nanosecond, 100 keys.
func defaults() config {
	return config{Capacity: 10, RefillTokens: 1, RefillPeriod: 1, MaxKeys: 100}
}

func refill(capacity, tokens int, period time.Duration) config {
	return config{Capacity: capacity, RefillTokens: tokens, RefillPeriod: period, MaxKeys: 100}
}

func maxKeys(n int) config {
	cfg := defaults()
	cfg.MaxKeys = n
	return cfg
}

func setUp(t *testing.T, cfg config) *limiterTest {
	t.Helper()
	return setUpAt(t, cfg, time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC))
}

func setUpAt(t *testing.T, cfg config, origin time.Time) *limiterTest {
	t.Helper()
	clock := &fakeClock{origin: origin}
	cfg.Now = clock.now
	limiter, err := tokenbucket.New(cfg)
	if err != nil || limiter == nil {
		t.Fatalf("New(%+v) = %v, %v", cfg, limiter, err)
	}
	return &limiterTest{Limiter: limiter, t: t, clock: clock}
}

// at sets the clock and returns the receiver, for checks at that time.
func (l *limiterTest) at(elapsed time.Duration) *limiterTest {
	l.clock.set(elapsed)
	return l
}

func (l *limiterTest) acquire(key string, n int, want bool) {
	l.t.Helper()
	if got, err := l.TryAcquire(key, n); got != want || err != nil {
		l.t.Fatalf("TryAcquire(%q, %d) = %v, %v, want %v", key, n, got, err, want)
	}
}

func (l *limiterTest) acquireFails(key string, n int, want error) {
	l.t.Helper()
	if got, err := l.TryAcquire(key, n); got || !errors.Is(err, want) {
		l.t.Fatalf("TryAcquire(%q, %d) = %v, %v, want false, %v", key, n, got, err, want)
	}
}

func (l *limiterTest) wait(key string, n int, want time.Duration) {
	l.t.Helper()
	if got, err := l.TimeUntil(key, n); got != want || err != nil {
		l.t.Fatalf("TimeUntil(%q, %d) = %d, %v, want %d", key, n, got, err, want)
	}
}

func (l *limiterTest) waitFails(key string, n int, want error) {
	l.t.Helper()
	if got, err := l.TimeUntil(key, n); got != 0 || !errors.Is(err, want) {
		l.t.Fatalf("TimeUntil(%q, %d) = %d, %v, want 0, %v", key, n, got, err, want)
	}
}

func (l *limiterTest) level(key string, want int) {
	l.t.Helper()
	if got := l.Available(key); got != want {
		l.t.Fatalf("Available(%q) = %d, want %d", key, got, want)
	}
}

func (l *limiterTest) prune(want int) {
	l.t.Helper()
	if got := l.Prune(); got != want {
		l.t.Fatalf("Prune() = %d, want %d", got, want)
	}
}

func (l *limiterTest) size(want int) {
	l.t.Helper()
	if got := l.Len(); got != want {
		l.t.Fatalf("Len() = %d, want %d", got, want)
	}
}

// levels are the tokens available to the key at each of the given times.
func (l *limiterTest) levels(key string, moments ...time.Duration) []int {
	levels := make([]int, len(moments))
	for i, moment := range moments {
		levels[i] = l.at(moment).Available(key)
	}
	return levels
}

func equal[T comparable](t *testing.T, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestBucketStartsFull_R1(t *testing.T) {
	l := setUp(t, defaults())
	l.level("alice", 10)
	l.acquire("alice", 10, true)
	l.level("alice", 0)
}

func TestTakesExactlyN_R1(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 3, true)
	l.level("alice", 7)
	l.acquire("alice", 1, true)
	l.level("alice", 6)
}

func TestLastTokensCanBeTakenButNotOneMore_R1(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 4, true)
	l.acquire("alice", 7, false)
	l.acquire("alice", 6, true)
	l.acquire("alice", 1, false)
}

func TestFailingTryAcquireTakesNone_R1(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 5, true)
	for range 3 {
		l.acquire("alice", 6, false)
	}
	l.level("alice", 5)
}

func TestDefaultClock_R1(t *testing.T) {
	limiter, err := tokenbucket.New(config{Capacity: 2, RefillTokens: 1, RefillPeriod: day, MaxKeys: 1})
	if err != nil {
		t.Fatal(err)
	}
	l := &limiterTest{Limiter: limiter, t: t}
	l.acquire("alice", 1, true)
	l.acquire("alice", 1, true)
	l.acquire("alice", 1, false)
	if wait, err := l.TimeUntil("alice", 1); wait <= 0 || wait > day || err != nil {
		t.Errorf("TimeUntil = %v, %v, want at most a day", wait, err)
	}
}

func TestTwoTokensPerFiveNanoseconds_R2(t *testing.T) {
	l := setUp(t, refill(10, 2, 5))
	l.acquire("alice", 10, true)
	equal(t, l.levels("alice", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), []int{0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4})
}

func TestNeverHoldsMoreThanTheCapacity_R2(t *testing.T) {
	l := setUp(t, refill(3, 2, 5))
	l.acquire("alice", 3, true)
	l.at(1000).level("alice", 3)
	l.acquire("alice", 3, true)
	l.acquire("alice", 1, false)
}

func TestFractionBeyondTheCapacityIsLost_R2(t *testing.T) {
	l := setUp(t, refill(2, 1, 3))
	l.acquire("alice", 2, true)
	l.at(8).acquire("alice", 2, true)
	l.at(10).level("alice", 0)
	l.at(11).level("alice", 1)
}

func TestFractionStaysWhenTokensAreTaken_R2(t *testing.T) {
	l := setUp(t, refill(2, 1, 3))
	l.acquire("alice", 2, true)
	l.at(5).acquire("alice", 1, true) // of 1 2/3 tokens
	l.level("alice", 0)
	l.at(6).level("alice", 1)
}

func TestTakingEachTokenAtOnceLosesNone_R2(t *testing.T) {
	l := setUp(t, refill(10, 7, 10))
	l.acquire("alice", 10, true)
	taken := 0
	for now := time.Duration(1); now <= 10_000; now++ {
		if ok, _ := l.at(now).TryAcquire("alice", 1); ok {
			taken++
		}
	}
	if taken != 7000 {
		t.Errorf("%d tokens taken, want 7000", taken)
	}
	l.acquire("alice", 1, false)
}

func TestSlowestRefillOfTheLargestBucket_R2(t *testing.T) {
	l := setUp(t, refill(100_000, 1, day))
	l.acquire("alice", 100_000, true)
	equal(t, l.levels("alice", day-1, day, 99_999*day-1, 100_000*day-1), []int{0, 1, 99_998, 99_999})
	l.acquire("alice", 100_000, false)
	l.at(100_000*day).acquire("alice", 100_000, true)
}

func TestFastestRefillOfTheLargestBucket_R2(t *testing.T) {
	l := setUp(t, refill(100_000, 100_000, 1))
	l.acquire("alice", 100_000, true)
	l.level("alice", 0)
	l.at(1).level("alice", 100_000)
}

func TestLargeSettingsWithoutCommonDivisor_R2(t *testing.T) {
	l := setUp(t, refill(100_000, 99_991, day-1))
	l.acquire("alice", 100_000, true)
	l.at(86_399_135_922_232).level("alice", 99_989) // 98/99,991 ns before 99,990 are there
	l.at(86_399_135_922_233).level("alice", 99_990)
}

func TestFullAfterAVeryLongTime_R2(t *testing.T) {
	configs := []config{
		refill(100_000, 100_000, day),
		refill(100_000, 100_000, 1),
		refill(100_000, 1, day),
		refill(1, 100_000, 1),
	}
	for _, years := range []int{291, 300, 585, 1000, 5000} {
		for _, cfg := range configs {
			l := setUp(t, cfg)
			l.acquire("alice", cfg.Capacity, true)
			l.clock.origin = l.clock.origin.AddDate(years, 0, 0)
			l.level("alice", cfg.Capacity)
			l.wait("alice", cfg.Capacity, 0)
			l.prune(1)
		}
	}
}

func TestAnyOriginOfTheClock_R2(t *testing.T) {
	origins := []time.Time{
		time.Time{}.Add(-day),
		{},
		time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC),
		time.Unix(0, -1),
		time.Unix(0, math.MaxInt64-1),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_998, time.UTC),
	}
	for _, origin := range origins {
		l := setUpAt(t, refill(10, 2, 5), origin)
		l.acquire("alice", 10, true)
		equal(t, l.levels("alice", 0, 1, 2, 3, 4, 5), []int{0, 0, 0, 1, 1, 2})
	}
}

func TestAskingEveryNanosecondDoesNotChangeTheGain(t *testing.T) {
	tests := []struct {
		name string
		ask  func(*tokenbucket.Limiter)
	}{
		{"R3 Available", func(l *tokenbucket.Limiter) { l.Available("alice") }},
		{"R3 TimeUntil", func(l *tokenbucket.Limiter) { _, _ = l.TimeUntil("alice", 100_000) }},
		{"R3 TryAcquire", func(l *tokenbucket.Limiter) { _, _ = l.TryAcquire("alice", 100_000) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := setUp(t, refill(100_000, 1, 3))
			l.acquire("alice", 100_000, true)
			for now := time.Duration(1); now < 30_000; now++ {
				tt.ask(l.at(now).Limiter)
			}
			l.level("alice", 9_999)
			l.at(30_000).level("alice", 10_000)
		})
	}
}

func TestTimeUntilIsZeroIfTheTokensAreThere_R4(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 6, true)
	l.wait("alice", 1, 0)
	l.wait("alice", 4, 0)
	l.wait("alice", 5, 1)
}

func TestTimeUntilRoundsUpToWholeNanoseconds_R4(t *testing.T) {
	l := setUp(t, refill(10, 3, 7))
	l.acquire("alice", 10, true)
	for i, want := range []time.Duration{3, 5, 7, 10, 12, 14} {
		l.wait("alice", i+1, want)
	}
}

func TestTimeUntilCountsTheFractionAlreadyThere_R4(t *testing.T) {
	l := setUp(t, refill(10, 2, 5))
	l.acquire("alice", 10, true)
	for now := range time.Duration(6) {
		l.at(now).wait("alice", 2, 5-now)
	}
}

func TestTryAcquireSucceedsAfterTimeUntilAndNotBefore_R4(t *testing.T) {
	for _, tokens := range []int{1, 2, 3, 7} {
		for _, period := range []time.Duration{1, 2, 3, 5, 10} {
			for _, pause := range []time.Duration{0, 1, 2} {
				checkWaits(setUp(t, refill(9, tokens, period)), pause)
			}
		}
	}
}

// checkWaits takes 1, 2, ... tokens, each after exactly the time it has to
// wait, pausing before it asks.
func checkWaits(l *limiterTest, pause time.Duration) {
	l.t.Helper()
	l.acquire("alice", 9, true)
	now := time.Duration(0)
	for n := 1; n <= 9; n++ {
		now += pause
		wait, err := l.at(now).TimeUntil("alice", n)
		if err != nil {
			l.t.Fatal(err)
		}
		if wait > 0 {
			l.at(now+wait-1).acquire("alice", n, false)
		}
		now += wait
		l.at(now).acquire("alice", n, true)
	}
}

func TestTimeUntilIsExactForLargeSettings_R4(t *testing.T) {
	l := setUp(t, refill(100_000, 99_991, day-1))
	l.acquire("alice", 100_000, true)
	l.wait("alice", 1, 864_077_767)
	l.wait("alice", 99_990, 86_399_135_922_233)
	l.wait("alice", 100_000, 86_407_776_699_902)
}

func TestTimeUntilOfTheSlowestRefill_R4(t *testing.T) {
	l := setUp(t, refill(100_000, 1, day))
	l.acquire("alice", 100_000, true)
	l.wait("alice", 100_000, 8_640_000_000_000_000_000)
	l.at(1).wait("alice", 100_000, 8_639_999_999_999_999_999)
}

func TestTimeUntilChangesNoBucket_R4(t *testing.T) {
	l := setUp(t, refill(10, 2, 5))
	l.acquire("alice", 8, true)
	for range 3 {
		l.wait("alice", 5, 8)
		l.wait("alice", 2, 0)
	}
	l.level("alice", 2)
	l.size(1)
}

func TestClockGoingBackNeitherAddsNorRemovesTokens_R5(t *testing.T) {
	l := setUp(t, defaults())
	l.at(100).acquire("alice", 8, true)
	equal(t, l.levels("alice", 40, 0, -1000, 99, 100, 103), []int{2, 2, 2, 2, 2, 5})
}

func TestTokensTakenWhileTheClockIsBackRefillFromTheGreatestReading_R5(t *testing.T) {
	l := setUp(t, defaults())
	l.at(100).acquire("alice", 4, true)
	l.at(50).acquire("alice", 6, true)
	l.acquire("alice", 1, false)
	l.at(100).acquire("alice", 1, false)
	l.at(102).level("alice", 2)
}

func TestTimeUntilCountsFromTheGreatestReading_R5(t *testing.T) {
	l := setUp(t, defaults())
	l.at(100).acquire("alice", 10, true)
	l.at(40).wait("alice", 5, 5)
	l.at(102).wait("alice", 5, 3)
}

func TestReadingOfAnyCallAndKeyCountsForAll(t *testing.T) {
	tests := []struct {
		name string
		read func(*limiterTest)
	}{
		{"R5 TryAcquire", func(l *limiterTest) { l.acquire("carol", 1, true) }},
		{"R5 failing TryAcquire", func(l *limiterTest) { l.acquire("carol", 1000, false) }},
		{"R5 TimeUntil", func(l *limiterTest) { l.wait("carol", 501, 1) }},
		{"R5 TimeUntil of a key not held", func(l *limiterTest) { l.wait("dave", 1, 0) }},
		{"R5 Available", func(l *limiterTest) { l.level("carol", 500) }},
		{"R5 Available of a key not held", func(l *limiterTest) { l.level("dave", 1000) }},
		{"R5 Prune", func(l *limiterTest) { l.prune(0) }},
		{"R5 too many keys", func(l *limiterTest) { l.acquireFails("dave", 1, tokenbucket.ErrTooManyKeys) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := setUp(t, config{Capacity: 1000, RefillTokens: 1, RefillPeriod: 1, MaxKeys: 2})
			l.acquire("carol", 1000, true)
			l.acquire("bob", 1000, true)
			tt.read(l.at(500))
			l.at(0).level("bob", 500)
			l.wait("bob", 501, 1)
			l.at(500).level("bob", 500)
			l.at(501).level("bob", 501)
		})
	}
}

func TestKeyFirstUsedWhileTheClockIsBackGainsNothingUntilItHasCaughtUp_R5(t *testing.T) {
	l := setUp(t, defaults())
	l.at(1000).level("alice", 10)
	l.at(0).acquire("bob", 10, true)
	equal(t, l.levels("bob", 5, 999, 1000, 1001, 1004), []int{0, 0, 0, 1, 4})
}

func TestCreationDoesNotReadTheClock_R5(t *testing.T) {
	l := setUp(t, defaults())
	if got := l.clock.readings.Load(); got != 0 {
		t.Errorf("%d readings, want 0", got)
	}
	l.at(-1000).acquire("alice", 10, true)
	l.at(-996).level("alice", 4)
}

func TestEachCallReadsTheClockOnce_R5(t *testing.T) {
	l := setUp(t, maxKeys(1))
	calls := []func(){
		func() { l.acquire("alice", 8, true) },
		func() { l.acquire("alice", 8, false) },
		func() { l.wait("alice", 8, 6) },
		func() { l.wait("bob", 8, 0) },
		func() { l.level("alice", 2) },
		func() { l.level("bob", 10) },
		func() { l.acquireFails("bob", 1, tokenbucket.ErrTooManyKeys) },
		func() { l.prune(0) },
	}
	for i, call := range calls {
		call()
		if got := l.clock.readings.Load(); got != int64(i+1) {
			t.Fatalf("%d readings after call %d", got, i+1)
		}
	}
	l.size(1)
	if got := l.clock.readings.Load(); got != int64(len(calls)) {
		t.Error("Len reads the clock")
	}
}

func TestKeysAreIndependent_R6(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 10, true)
	l.at(2).acquire("bob", 9, true)
	l.level("alice", 2)
	l.level("bob", 1)
	l.at(3).level("alice", 3)
	l.level("bob", 2)
}

func TestAnyStringIsAKeyOfItsOwn_R6(t *testing.T) {
	keys := []string{"", " ", "\x00", "__proto__", "a", "A", "a ", "é", "e\u0301", "键", "\ufffd", "\xfe", "\xff"}
	l := setUp(t, refill(20, 1, 1))
	for i, key := range keys {
		l.acquire(key, i+1, true)
	}
	for i, key := range keys {
		l.level(key, 19-i)
	}
	l.size(len(keys))
}

func TestAskingForAKeyThatIsNotHeldAddsNone_R6(t *testing.T) {
	l := setUp(t, defaults())
	l.level("alice", 10)
	l.wait("alice", 10, 0)
	l.size(0)
}

func TestAskingForAKeyThatIsNotHeldWorksAtTheMaximum_R6(t *testing.T) {
	l := setUp(t, maxKeys(1))
	l.acquire("alice", 1, true)
	l.level("bob", 10)
	l.wait("bob", 10, 0)
	l.size(1)
	l.level("alice", 9)
}

func TestAskingAtTheMaximumDropsNoFullBucket_R6(t *testing.T) {
	l := setUp(t, maxKeys(1))
	l.acquire("alice", 1, true)
	l.at(1).level("bob", 10)
	l.wait("bob", 10, 0)
	l.size(1)
}

func TestKeyIsHeldFromItsFirstSuccessfulTryAcquire_R6(t *testing.T) {
	l := setUp(t, defaults())
	l.size(0)
	l.acquire("alice", 10, true)
	l.size(1)
	l.acquire("alice", 1, false)
	l.size(1)
	l.acquire("bob", 1, true)
	l.size(2)
}

func TestPruneDropsExactlyTheFullBuckets_R7(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 3, true)
	l.acquire("bob", 4, true)
	l.acquire("carol", 2, true)
	l.at(3).prune(2)
	l.size(1)
	l.level("bob", 9)
	l.prune(0)
	l.at(4).prune(1)
	l.size(0)
}

func TestPruneOfAnEmptyLimiter_R7(t *testing.T) {
	l := setUp(t, defaults())
	l.prune(0)
	l.size(0)
}

func TestPruneKeepsABucketShortOfATinyFraction_R7(t *testing.T) {
	l := setUp(t, refill(100_000, 1, day))
	l.acquire("alice", 100_000, true)
	l.at(100_000*day - 1).prune(0)
	l.size(1)
	l.wait("alice", 100_000, 1)
	l.at(100_000 * day).prune(1)
	l.size(0)
}

func TestPruneKeepsTheFractionOfABucketThatStays_R7(t *testing.T) {
	l := setUp(t, refill(2, 3, 7))
	l.acquire("alice", 2, true)
	l.at(4).prune(0) // 1 5/7 tokens
	l.level("alice", 1)
	l.at(5).prune(1) // 2 1/7 tokens would be
}

func TestLenCountsFullBucketsUntilTheyAreDropped_R7(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 1, true)
	l.acquire("bob", 1, true)
	l.at(1000).level("alice", 10)
	l.wait("bob", 10, 0)
	l.acquire("carol", 1, true)
	l.size(3)
}

func TestPrunedKeyHasAFullBucketAgain_R7(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 1, true)
	l.at(1).prune(1)
	l.level("alice", 10)
	l.acquire("alice", 10, true)
	l.acquire("alice", 1, false)
}

func TestPruneGoesByTheGreatestReading_R5_R7(t *testing.T) {
	l := setUp(t, defaults())
	l.acquire("alice", 5, true)
	l.at(5).level("bob", 10)
	l.at(0).prune(1)
}

func TestOneKeyTooManyFailsAndChangesNothing_R8(t *testing.T) {
	l := setUp(t, maxKeys(2))
	l.acquire("alice", 3, true)
	l.acquire("bob", 10, true)
	l.at(2).acquireFails("carol", 1, tokenbucket.ErrTooManyKeys)
	l.size(2)
	l.level("alice", 9)
	l.level("bob", 2)
}

func TestHeldKeysGoOnWorkingAtTheMaximum_R8(t *testing.T) {
	l := setUp(t, maxKeys(1))
	l.acquire("alice", 3, true)
	l.acquireFails("bob", 1, tokenbucket.ErrTooManyKeys)
	l.acquire("alice", 7, true)
	l.acquire("alice", 1, false)
	l.at(4).acquire("alice", 4, true)
	l.size(1)
}

func TestAllFullBucketsMakeRoomForANewKey_R8(t *testing.T) {
	l := setUp(t, maxKeys(4))
	l.acquire("alice", 2, true)
	l.acquire("bob", 9, true)
	l.acquire("carol", 1, true)
	l.acquire("dave", 2, true)
	l.at(2).acquire("erin", 4, true)
	l.size(2)
	l.level("bob", 3)
	l.level("erin", 6)
}

func TestNewKeyGetsInExactlyWhenABucketIsFull_R8(t *testing.T) {
	l := setUp(t, config{Capacity: 2, RefillTokens: 2, RefillPeriod: 5, MaxKeys: 1})
	l.acquire("alice", 1, true)
	l.at(2).acquireFails("bob", 2, tokenbucket.ErrTooManyKeys)
	l.at(3).acquire("bob", 2, true)
	l.level("bob", 0)
	l.size(1)
}

func TestHeldKeyDropsNoFullBucketAtTheMaximum_R8(t *testing.T) {
	l := setUp(t, maxKeys(2))
	l.acquire("alice", 1, true)
	l.acquire("bob", 1, true)
	l.at(1).acquire("alice", 1, true)
	l.size(2)
}

func TestFailingKeyIsNotHeldAfterwards_R8(t *testing.T) {
	l := setUp(t, maxKeys(1))
	l.acquire("alice", 1, true)
	l.acquireFails("bob", 6, tokenbucket.ErrTooManyKeys)
	l.at(1).acquire("bob", 10, true)
	l.size(1)
}

func TestFloodOfKeysNeverExceedsTheMaximum_R8(t *testing.T) {
	l := setUp(t, config{Capacity: 2, RefillTokens: 1, RefillPeriod: 10, MaxKeys: 5})
	held, refused := 0, 0
	for now := range time.Duration(100) {
		ok, err := l.at(now).TryAcquire(fmt.Sprint("key ", int(now)), 1)
		switch {
		case ok && err == nil:
			held++
		case errors.Is(err, tokenbucket.ErrTooManyKeys):
			refused++
		}
		if l.Len() > 5 {
			t.Fatalf("%d keys held", l.Len())
		}
	}
	equal(t, []int{held, refused}, []int{50, 50})
}

func TestSettings(t *testing.T) {
	tests := []struct {
		name   string
		change func(*config)
		want   error
	}{
		{"R9 capacity 0", func(c *config) { c.Capacity = 0 }, tokenbucket.ErrInvalidArgument},
		{"R9 capacity negative", func(c *config) { c.Capacity = -1 }, tokenbucket.ErrInvalidArgument},
		{"R9 capacity smallest", func(c *config) { c.Capacity = 1 }, nil},
		{"R9 capacity largest", func(c *config) { c.Capacity = 100_000 }, nil},
		{"R9 capacity too large", func(c *config) { c.Capacity = 100_001 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill tokens 0", func(c *config) { c.RefillTokens = 0 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill tokens negative", func(c *config) { c.RefillTokens = -1 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill tokens largest", func(c *config) { c.RefillTokens = 100_000 }, nil},
		{"R9 refill tokens too large", func(c *config) { c.RefillTokens = 100_001 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill period 0", func(c *config) { c.RefillPeriod = 0 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill period negative", func(c *config) { c.RefillPeriod = -1 }, tokenbucket.ErrInvalidArgument},
		{"R9 refill period smallest", func(c *config) { c.RefillPeriod = 1 }, nil},
		{"R9 refill period longest", func(c *config) { c.RefillPeriod = day }, nil},
		{"R9 refill period too long", func(c *config) { c.RefillPeriod = day + 1 }, tokenbucket.ErrInvalidArgument},
		{"R9 no keys", func(c *config) { c.MaxKeys = 0 }, tokenbucket.ErrInvalidArgument},
		{"R9 number of keys negative", func(c *config) { c.MaxKeys = -1 }, tokenbucket.ErrInvalidArgument},
		{"R9 one key", func(c *config) { c.MaxKeys = 1 }, nil},
		{"R9 any number of keys", func(c *config) { c.MaxKeys = math.MaxInt }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := &fakeClock{}
			cfg := defaults()
			cfg.Now = clock.now
			tt.change(&cfg)
			limiter, err := tokenbucket.New(cfg)
			if !errors.Is(err, tt.want) || (limiter == nil) != (tt.want != nil) {
				t.Fatalf("New(%+v) = %v, %v, want error %v", cfg, limiter, err, tt.want)
			}
			if clock.readings.Load() != 0 {
				t.Error("New reads the clock")
			}
			if tt.want == nil {
				(&limiterTest{Limiter: limiter, t: t}).acquire("alice", 1, true)
			}
		})
	}
}

// refusals are numbers of tokens that a limiter of capacity 10 refuses.
var refusals = []struct {
	n    int
	want error
}{
	{0, tokenbucket.ErrInvalidArgument},
	{-1, tokenbucket.ErrInvalidArgument},
	{math.MinInt, tokenbucket.ErrInvalidArgument},
	{11, tokenbucket.ErrExceedsCapacity},
	{math.MaxInt, tokenbucket.ErrExceedsCapacity},
}

func TestRefusedNumberOfTokensFailsForKeysHeldOrNot_R9(t *testing.T) {
	for _, refusal := range refusals {
		l := setUp(t, defaults())
		l.acquire("alice", 1, true)
		for _, key := range []string{"alice", "bob"} {
			l.acquireFails(key, refusal.n, refusal.want)
			l.waitFails(key, refusal.n, refusal.want)
		}
	}
}

func TestRefusedNumberOfTokensChangesNeitherTokensNorKeys_R9(t *testing.T) {
	for _, refusal := range refusals {
		l := setUp(t, maxKeys(2))
		l.acquire("alice", 1, true)
		l.acquire("bob", 5, true)
		l.at(1)
		for _, key := range []string{"alice", "bob", "carol"} {
			l.acquireFails(key, refusal.n, refusal.want)
			l.waitFails(key, refusal.n, refusal.want)
		}
		l.size(2)
		l.level("alice", 10)
		l.level("bob", 6)
	}
}

func TestRefusedNumberOfTokensDoesNotReadTheClock_R9(t *testing.T) {
	for _, refusal := range refusals {
		l := setUp(t, defaults())
		l.acquire("alice", 10, true)
		l.at(1000).acquireFails("alice", refusal.n, refusal.want)
		l.waitFails("alice", refusal.n, refusal.want)
		if got := l.clock.readings.Load(); got != 1 {
			t.Fatalf("%d readings, want 1", got)
		}
		l.at(2).level("alice", 2)
	}
}

func TestNEqualToTheCapacityIsValid_R9(t *testing.T) {
	l := setUp(t, defaults())
	l.wait("alice", 10, 0)
	l.acquire("alice", 10, true)
	l.wait("alice", 10, 10)
}

// concurrently runs the tasks in goroutines of their own, all starting together.
func concurrently(tasks ...func()) {
	start := make(chan struct{})
	var done sync.WaitGroup
	for _, task := range tasks {
		done.Add(1)
		go func() {
			defer done.Done()
			<-start
			task()
		}()
	}
	close(start)
	done.Wait()
}

// takeEach returns a task that tries to take one token of each key and adds
// the number of tokens taken to the sum.
func takeEach(l *limiterTest, keys []string, sum *atomic.Int64) func() {
	return func() {
		for _, key := range keys {
			if ok, _ := l.TryAcquire(key, 1); ok {
				sum.Add(1)
			}
		}
	}
}

func pruneOften(l *limiterTest, times int, sum *atomic.Int64) func() {
	return func() {
		for range times {
			sum.Add(int64(l.Prune()))
		}
	}
}

func TestAsManySucceedAsThereAreTokens_R10(t *testing.T) {
	l := setUp(t, refill(50_000, 1, 1))
	var taken atomic.Int64
	task := takeEach(l, slices.Repeat([]string{"alice"}, 25_000), &taken)
	concurrently(task, task, task, task)
	equal(t, []int64{taken.Load()}, []int64{50_000})
	l.level("alice", 0)
}

func TestNoTokenIsLostWhenAllSucceed_R10(t *testing.T) {
	l := setUp(t, refill(100_000, 1, 1))
	var taken atomic.Int64
	task := takeEach(l, slices.Repeat([]string{"alice"}, 20_000), &taken)
	concurrently(task, task, task, task)
	equal(t, []int64{taken.Load()}, []int64{80_000})
	l.level("alice", 20_000)
}

func TestOtherKeysAndPruneDoNotChangeThat_R10(t *testing.T) {
	l := setUp(t, refill(30_000, 1, 1))
	var alice, bob, pruned atomic.Int64
	forAlice := takeEach(l, slices.Repeat([]string{"alice"}, 20_000), &alice)
	forBob := takeEach(l, slices.Repeat([]string{"bob"}, 20_000), &bob)
	prune := pruneOften(l, 20_000, &pruned)
	concurrently(forAlice, forBob, prune, forAlice, forBob)
	equal(t, []int64{alice.Load(), bob.Load(), pruned.Load()}, []int64{30_000, 30_000, 0})
	l.level("alice", 0)
	l.level("bob", 0)
}

func TestPruneDoesNotDropABucketBeingTakenFrom_R10(t *testing.T) {
	l := setUp(t, config{Capacity: 2, RefillTokens: 1, RefillPeriod: 1, MaxKeys: 1000})
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprint("key ", i)
	}
	backwards := slices.Clone(keys)
	slices.Reverse(backwards)
	for round := range time.Duration(20) {
		l.at(10 * round)
		for _, key := range keys {
			l.acquire(key, 1, true)
		}
		l.at(10*round + 1) // all buckets are held and full
		var taken, pruned atomic.Int64
		takeTwice := takeEach(l, slices.Repeat(backwards, 2), &taken)
		concurrently(takeTwice, pruneOften(l, 50, &pruned), takeEach(l, keys, &taken))
		equal(t, []int64{taken.Load()}, []int64{2000})
		for _, key := range keys {
			l.level(key, 0)
		}
	}
}

func TestNewKeysDoNotExceedTheMaximum_R8_R10(t *testing.T) {
	l := setUp(t, maxKeys(100))
	var held, refused atomic.Int64
	tasks := make([]func(), 8)
	for i := range tasks {
		tasks[i] = func() {
			for j := range 50 {
				ok, err := l.TryAcquire(fmt.Sprint(i, " ", j), 1)
				switch {
				case ok && err == nil:
					held.Add(1)
				case errors.Is(err, tokenbucket.ErrTooManyKeys):
					refused.Add(1)
				}
			}
		}
	}
	concurrently(tasks...)
	equal(t, []int64{held.Load(), refused.Load()}, []int64{100, 300})
	l.size(100)
}
