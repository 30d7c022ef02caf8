package jobscheduler

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	chainLength = 10_000
	// guard is only ever reached by a run that hangs.
	guard = 3 * time.Second
	// races is how often something is tried that goes wrong by chance.
	races = 50
)

var unusualNames = []string{
	"__proto__", "constructor", " ", "  ", "0", "00", "A", "a", "\u00e9", "e\u0301", "a -> b", "\n", "\x00", "\xff",
}

type function = func(ctx context.Context, inputs map[string]any) (any, error)

type outcome struct {
	result any
	err    error
}

type fakeTimer struct {
	fire    func()
	stopped bool
}

// bench makes jobs that run until the test ends them, runs them, and records
// what happens to them. Timers are known by their durations, so each job with a
// timeout needs one of its own.
type bench struct {
	t      *testing.T
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{} // closed when the run has ended
	report *Report
	err    error

	mu         sync.Mutex // guards what follows
	called     []string
	running    []string
	toldToStop []string
	inputs     map[string]map[string]any
	gates      map[string]chan outcome
	timers     map[time.Duration]*fakeTimer
	durations  []time.Duration // of the timers
}

func newBench(t *testing.T) *bench {
	ctx, cancel := context.WithCancel(t.Context())
	return &bench{
		t:      t,
		ctx:    ctx,
		cancel: cancel,
		done:   make(chan struct{}),
		inputs: make(map[string]map[string]any),
		gates:  make(map[string]chan outcome),
		timers: make(map[time.Duration]*fakeTimer),
	}
}

// job makes a job that runs until the test ends it or it is told to stop.
func (b *bench) job(name string, dependsOn ...string) Job {
	gate := make(chan outcome, 1)
	b.gates[name] = gate
	return b.jobOf(name, func(ctx context.Context, _ map[string]any) (any, error) {
		select {
		case end := <-gate:
			return end.result, end.err
		case <-ctx.Done():
			b.recordStop(name)
			return nil, ctx.Err()
		}
	}, dependsOn...)
}

// stubbornJob makes a job that runs until the test ends it.
func (b *bench) stubbornJob(name string, dependsOn ...string) Job {
	gate := make(chan outcome, 1)
	b.gates[name] = gate
	return b.jobOf(name, func(ctx context.Context, _ map[string]any) (any, error) {
		<-ctx.Done()
		b.recordStop(name)
		end := <-gate
		return end.result, end.err
	}, dependsOn...)
}

// jobOf makes a job of the given function.
func (b *bench) jobOf(name string, run function, dependsOn ...string) Job {
	return Job{Name: name, DependsOn: dependsOn, Run: func(ctx context.Context, inputs map[string]any) (any, error) {
		b.mu.Lock()
		b.called = append(b.called, name)
		b.running = append(b.running, name)
		b.inputs[name] = inputs
		b.mu.Unlock()
		defer func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			i := slices.Index(b.running, name)
			b.running = slices.Delete(b.running, i, i+1)
		}()
		return run(ctx, inputs)
	}}
}

func withTimeout(d time.Duration, job Job) Job {
	job.Timeout = d
	return job
}

func (b *bench) recordStop(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.toldToStop = append(b.toldToStop, name)
}

func (b *bench) startTimer(d time.Duration, fire func()) (stop func() bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	timer := &fakeTimer{fire: fire}
	b.timers[d] = timer
	b.durations = append(b.durations, d)
	return func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		timer.stopped = true
		return true
	}
}

// start begins a run. Each bench has only one.
func (b *bench) start(limit int, jobs ...Job) {
	b.startWith(Options{Limit: limit, StartTimer: b.startTimer}, jobs...)
}

func (b *bench) startWith(opts Options, jobs ...Job) {
	go func() {
		defer close(b.done)
		b.report, b.err = Run(b.ctx, jobs, opts)
	}()
}

// run runs jobs that end by themselves.
func (b *bench) run(limit int, jobs ...Job) *Report {
	b.t.Helper()
	b.start(limit, jobs...)
	return b.finish()
}

// finish waits for the end of the run.
func (b *bench) finish() *Report {
	b.t.Helper()
	select {
	case <-b.done:
	case <-time.After(guard):
		b.t.Fatal("the run does not end")
	}
	if b.err != nil || b.report == nil {
		b.t.Fatalf("Run = %v, %v; want a report", b.report, b.err)
	}
	return b.report
}

func (b *bench) hasEnded() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}

// settle gives what must not happen time to happen.
func settle() {
	time.Sleep(time.Millisecond)
}

// await waits until a condition on the bench's records holds.
func (b *bench) await(what string, condition func() bool) {
	b.t.Helper()
	holds := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return condition()
	}
	for deadline := time.Now().Add(guard); ; time.Sleep(50 * time.Microsecond) {
		ended := b.hasEnded()
		if holds() {
			return
		}
		if ended || time.Now().After(deadline) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.t.Fatalf("waited in vain for %s: called %q, running %q", what, b.called, b.running)
		}
	}
}

// wantRunning waits until exactly these functions are running.
func (b *bench) wantRunning(names ...string) {
	b.t.Helper()
	slices.Sort(names)
	isRunning := func() bool {
		running := slices.Clone(b.running)
		slices.Sort(running)
		return slices.Equal(running, names)
	}
	what := fmt.Sprintf("%q to be running", names)
	b.await(what, isRunning)
	settle()
	b.await(what+" still", isRunning)
}

func (b *bench) wantToldToStop(names ...string) {
	b.t.Helper()
	b.await(fmt.Sprintf("%q to be told to stop", names), func() bool { return slices.Equal(b.toldToStop, names) })
}

func (b *bench) wantStopped(d time.Duration) {
	b.t.Helper()
	b.await(fmt.Sprintf("timer %v to be stopped", d), func() bool { return b.timers[d] != nil && b.timers[d].stopped })
}

func (b *bench) wantNotEnded() {
	b.t.Helper()
	settle()
	if b.hasEnded() {
		b.t.Fatal("the run has ended already")
	}
}

func (b *bench) end(name string, result any) {
	b.gates[name] <- outcome{result: result}
}

func (b *bench) fail(name string, err error) {
	b.gates[name] <- outcome{err: err}
}

// timer waits until a timer has been started and returns it, or nil.
func (b *bench) timer(d time.Duration) *fakeTimer {
	for deadline := time.Now().Add(guard); ; time.Sleep(50 * time.Microsecond) {
		isLast := b.hasEnded() || time.Now().After(deadline)
		b.mu.Lock()
		timer := b.timers[d]
		b.mu.Unlock()
		if timer != nil {
			settle() // no timer fires before the call that starts it has returned
			return timer
		}
		if isLast {
			return nil
		}
	}
}

func (b *bench) fire(d time.Duration) {
	b.t.Helper()
	timer := b.timer(d)
	if timer == nil {
		b.t.Fatalf("no timer of %v was started", d)
	}
	timer.fire()
}

func returns(result any) function {
	return func(context.Context, map[string]any) (any, error) { return result, nil }
}

func fails(err error) function {
	return func(context.Context, map[string]any) (any, error) { return nil, err }
}

func untilStopped(ctx context.Context, _ map[string]any) (any, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func succeeded(name string, result any) JobReport {
	return JobReport{Name: name, Status: Succeeded, Result: result}
}

func failed(name string, err error) JobReport {
	return JobReport{Name: name, Status: Failed, Err: err}
}

func skipped(name, cause string) JobReport {
	return JobReport{Name: name, Status: Skipped, Cause: cause}
}

func cancelled(name string) JobReport {
	return JobReport{Name: name, Status: Cancelled}
}

func timedOut(name string) JobReport {
	return JobReport{Name: name, Status: TimedOut}
}

func wantJobs(t *testing.T, report *Report, want ...JobReport) {
	t.Helper()
	if report.Jobs == nil {
		t.Error("Jobs is nil")
	}
	byName := make(map[string]JobReport)
	for _, entry := range want {
		byName[entry.Name] = entry
		if got := report.Jobs[entry.Name]; !reflect.DeepEqual(got, entry) {
			t.Errorf("report of %q is\n%+v, want\n%+v", entry.Name, got, entry)
		}
	}
	if len(report.Jobs) != len(byName) {
		t.Errorf("%d jobs in the report, want %d", len(report.Jobs), len(byName))
	}
}

func wantNames(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %q, want %q", what, got, want)
	}
}

// wantSequence is wantNames for lists too long to be shown.
func wantSequence(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s is wrong: %d names beginning with %q", what, len(got), got[:min(len(got), 5)])
	}
}

// runPlain runs jobs that end by themselves, with the default timer.
func runPlain(t *testing.T, limit int, jobs ...Job) *Report {
	t.Helper()
	b := newBench(t)
	b.startWith(Options{Limit: limit}, jobs...)
	return b.finish()
}

// --- Order of starting ------------------------------------------------------

func TestStartsReadyJobsInTheOrderOfTheList_R1(t *testing.T) {
	b := newBench(t)
	report := b.run(1, b.jobOf("c", returns(nil)), b.jobOf("a", returns(nil)), b.jobOf("b", returns(nil)))
	wantNames(t, "called", b.called, "c", "a", "b")
	wantNames(t, "Started", report.Started, "c", "a", "b")
}

func TestEarlierJobOvertakesOneThatWasReadyBefore_R1(t *testing.T) {
	b := newBench(t)
	b.start(1, b.job("late", "a"), b.job("a"), b.job("b"))
	b.wantRunning("a")
	b.end("a", nil)
	b.wantRunning("late")
	b.end("late", nil)
	b.wantRunning("b")
	b.end("b", nil)
	wantNames(t, "Started", b.finish().Started, "a", "late", "b")
}

func TestLaterJobWaitsForOneThatWasReadyBefore_R1(t *testing.T) {
	b := newBench(t)
	b.start(1, b.job("a"), b.job("b"), b.job("late", "a"))
	b.end("a", nil)
	b.wantRunning("b")
	b.end("b", nil)
	b.end("late", nil)
	wantNames(t, "Started", b.finish().Started, "a", "b", "late")
}

func TestAlwaysTakesTheEarliestOfManyReadyJobs_R1(t *testing.T) {
	b := newBench(t)
	report := b.run(1,
		b.jobOf("h", returns(nil), "e", "c"),
		b.jobOf("g", returns(nil), "b"),
		b.jobOf("f", returns(nil), "d"),
		b.jobOf("e", returns(nil), "a"),
		b.jobOf("d", returns(nil)),
		b.jobOf("c", returns(nil), "a"),
		b.jobOf("b", returns(nil), "d"),
		b.jobOf("a", returns(nil)),
	)
	want := []string{"d", "f", "b", "g", "a", "e", "c", "h"}
	wantNames(t, "called", b.called, want...)
	wantNames(t, "Started", report.Started, want...)
}

func TestDoesNotWaitForJobsThatItDoesNotDependOn_R1(t *testing.T) {
	b := newBench(t)
	b.start(10, b.job("slow"), b.job("a"), b.job("b", "a"), b.job("c", "b"))
	b.wantRunning("slow", "a")
	b.end("a", nil)
	b.wantRunning("slow", "b")
	b.end("b", nil)
	b.wantRunning("slow", "c")
	b.end("c", nil)
	b.wantRunning("slow")
	b.wantNotEnded()
	b.end("slow", nil)
	wantNames(t, "Started", b.finish().Started, "slow", "a", "b", "c")
}

func TestWaitsForAllDependencies_R1(t *testing.T) {
	b := newBench(t)
	b.start(10, b.job("d", "a", "b", "c"), b.job("a"), b.job("b"), b.job("c"))
	b.wantRunning("a", "b", "c")
	b.end("c", nil)
	b.end("a", nil)
	b.wantRunning("b")
	b.end("b", nil)
	b.wantRunning("d")
	b.end("d", nil)
	wantNames(t, "Started", b.finish().Started, "a", "b", "c", "d")
}

func TestOneEndMayStartSeveralJobs_R1(t *testing.T) {
	b := newBench(t)
	b.start(2, b.job("a"), b.job("d", "a"), b.job("c", "a"), b.job("b", "a"))
	b.end("a", nil)
	b.wantRunning("d", "c")
	b.end("d", nil)
	b.wantRunning("c", "b")
	b.end("b", nil)
	b.end("c", nil)
	wantNames(t, "Started", b.finish().Started, "a", "d", "c", "b")
}

func TestSameJobsCanBeRunAgain_R1(t *testing.T) {
	jobs := []Job{{Name: "b", DependsOn: []string{"a"}, Run: returns(2)}, {Name: "a", Run: returns(1)}}
	for range 2 {
		report := runPlain(t, 2, jobs...)
		wantJobs(t, report, succeeded("a", 1), succeeded("b", 2))
		wantNames(t, "Started", report.Started, "a", "b")
	}
}

// --- Limit ------------------------------------------------------------------

func TestRunsExactlyAsManyAsTheLimit_R2(t *testing.T) {
	names := strings.Split("abcdef", "")
	for _, limit := range []int{1, 2, 3, 6} {
		t.Run(fmt.Sprintf("limit %d", limit), func(t *testing.T) {
			b := newBench(t)
			var jobs []Job
			for _, name := range names {
				jobs = append(jobs, b.job(name))
			}
			b.start(limit, jobs...)
			for i, name := range names {
				b.wantRunning(slices.Clone(names[i:min(i+limit, len(names))])...)
				b.end(name, nil)
			}
			wantNames(t, "Started", b.finish().Started, names...)
		})
	}
}

func TestLimitMayBeGreaterThanTheNumberOfJobs_R2(t *testing.T) {
	for _, limit := range []int{4, 1_000, math.MaxInt} {
		t.Run(fmt.Sprintf("limit %d", limit), func(t *testing.T) {
			b := newBench(t)
			b.start(limit, b.job("a"), b.job("b"), b.job("c"))
			b.wantRunning("a", "b", "c")
			for _, name := range []string{"a", "b", "c"} {
				b.end(name, nil)
			}
			wantNames(t, "Started", b.finish().Started, "a", "b", "c")
		})
	}
}

func TestFailedFunctionGivesItsPlaceToOneJob_R2_R6(t *testing.T) {
	b := newBench(t)
	b.start(2, b.job("a"), b.job("b"), b.job("c"), b.job("d"))
	b.fail("a", errors.New("boom"))
	b.wantRunning("b", "c")
	for _, name := range []string{"b", "c", "d"} {
		b.end(name, nil)
	}
	b.finish()
	wantNames(t, "Started", b.report.Started, "a", "b", "c", "d")
}

func TestLimitHoldsThroughoutAMixedRun_R2(t *testing.T) {
	var mu sync.Mutex
	running, peak := 0, 0
	enter := func() {
		mu.Lock()
		defer mu.Unlock()
		running++
		peak = max(peak, running)
	}
	leave := func() {
		mu.Lock()
		defer mu.Unlock()
		running--
	}
	var jobs []Job
	for i := range 60 {
		job := Job{Name: strconv.Itoa(i)}
		if i%3 == 2 {
			job.DependsOn = []string{strconv.Itoa(i / 2)}
		}
		job.Run = func(context.Context, map[string]any) (any, error) {
			enter()
			defer leave()
			time.Sleep(time.Duration(i%4) * 100 * time.Microsecond)
			if i%17 == 16 {
				return nil, errors.New("boom")
			}
			return nil, nil
		}
		jobs = append(jobs, job)
	}
	if report := runPlain(t, 4, jobs...); len(report.Jobs) != 60 {
		t.Errorf("%d jobs in the report, want 60", len(report.Jobs))
	}
	if peak > 4 {
		t.Errorf("%d functions ran at the same time, want at most 4", peak)
	}
}

// --- Results ----------------------------------------------------------------

func TestFunctionReceivesTheResultsOfDirectDependenciesOnly_R3(t *testing.T) {
	b := newBench(t)
	report := b.run(10,
		b.jobOf("a", returns(1)),
		b.jobOf("b", returns([]int{2}), "a"),
		b.jobOf("other", returns(9)),
		b.jobOf("c", returns("three"), "b"),
		b.jobOf("d", returns(nil), "c", "a"),
	)
	want := map[string]map[string]any{
		"a":     {},
		"b":     {"a": 1},
		"other": {},
		"c":     {"b": []int{2}},
		"d":     {"c": "three", "a": 1},
	}
	if !reflect.DeepEqual(b.inputs, want) {
		t.Errorf("inputs = %v, want %v", b.inputs, want)
	}
	wantJobs(t, report,
		succeeded("a", 1), succeeded("b", []int{2}), succeeded("other", 9), succeeded("c", "three"), succeeded("d", nil))
}

func TestAnyValueIsAResult_R3(t *testing.T) {
	for _, result := range []any{nil, 0, false, "", []int(nil), errors.New("returned as the result")} {
		t.Run(fmt.Sprintf("%#v", result), func(t *testing.T) {
			b := newBench(t)
			report := b.run(1, b.jobOf("a", returns(result)), b.jobOf("b", returns(nil), "a"))
			if want := map[string]any{"a": result}; !reflect.DeepEqual(b.inputs["b"], want) {
				t.Errorf("inputs = %v, want %v", b.inputs["b"], want)
			}
			wantJobs(t, report, succeeded("a", result), succeeded("b", nil))
		})
	}
}

func TestChangedInputsAreNotSeenElsewhere_R3(t *testing.T) {
	tamper := func(_ context.Context, inputs map[string]any) (any, error) {
		inputs["a"] = "changed"
		inputs["added"] = true
		return nil, nil
	}
	b := newBench(t)
	report := b.run(1,
		b.jobOf("first", tamper),
		b.jobOf("a", returns("original")),
		b.jobOf("b", tamper, "a"),
		b.jobOf("c", returns(nil), "a"),
		b.jobOf("d", returns(nil), "a", "b"),
	)
	if want := map[string]any{"a": "original"}; !reflect.DeepEqual(b.inputs["c"], want) {
		t.Errorf("inputs of c = %v, want %v", b.inputs["c"], want)
	}
	if want := map[string]any{"a": "original", "b": nil}; !reflect.DeepEqual(b.inputs["d"], want) {
		t.Errorf("inputs of d = %v, want %v", b.inputs["d"], want)
	}
	wantJobs(t, report, succeeded("first", nil), succeeded("a", "original"), succeeded("b", nil), succeeded("c", nil),
		succeeded("d", nil))
}

func TestContextCarriesTheValuesOfTheRun_R3(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	read := func(ctx context.Context, _ map[string]any) (any, error) { return ctx.Value(key{}), nil }
	report, err := Run(ctx, []Job{{Name: "a", Run: read}}, Options{Limit: 1})
	if err != nil || report == nil {
		t.Fatalf("Run = %v, %v; want a report", report, err)
	}
	wantJobs(t, report, succeeded("a", "value"))
}

// --- Invalid arguments and unknown dependencies -----------------------------

// runInvalid runs jobs that must be refused, and returns the error.
func runInvalid(t *testing.T, ctx context.Context, limit int, jobs ...Job) error {
	t.Helper()
	for i := range jobs {
		jobs[i].Run = func(context.Context, map[string]any) (any, error) {
			t.Errorf("function of job %d was called", i)
			return nil, nil
		}
	}
	report, err := Run(ctx, jobs, Options{Limit: limit})
	if err == nil || report != nil {
		t.Fatalf("Run = %v, %v; want an error only", report, err)
	}
	return err
}

func wantInvalidArgument(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("error is %v, want ErrInvalidArgument", err)
	}
}

func wantUnknownDependency(t *testing.T, err error, job, dependency string) {
	t.Helper()
	var unknown *UnknownDependencyError
	if !errors.As(err, &unknown) {
		t.Fatalf("error is %v, want an UnknownDependencyError", err)
	}
	if want := (UnknownDependencyError{Job: job, Dependency: dependency}); *unknown != want {
		t.Errorf("error is %+v, want %+v", *unknown, want)
	}
	if errors.Is(err, ErrInvalidArgument) {
		t.Error("error is an ErrInvalidArgument too")
	}
	if err.Error() == "" {
		t.Error("error has no message")
	}
}

func dependent(name string, dependsOn ...string) Job {
	return Job{Name: name, DependsOn: dependsOn}
}

func TestInvalidLimit_R4(t *testing.T) {
	for _, limit := range []int{0, -1, math.MinInt} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			wantInvalidArgument(t, runInvalid(t, t.Context(), limit, dependent("a")))
		})
	}
}

func TestInvalidLimitForAnEmptyList_R4_R10(t *testing.T) {
	wantInvalidArgument(t, runInvalid(t, t.Context(), 0))
}

func TestEmptyOrRepeatedName_R4(t *testing.T) {
	for _, names := range [][]string{{"a", ""}, {"a", "a"}, {"a", "b", "c", "b"}} {
		t.Run(fmt.Sprintf("%q", names), func(t *testing.T) {
			var jobs []Job
			for _, name := range names {
				jobs = append(jobs, dependent(name))
			}
			wantInvalidArgument(t, runInvalid(t, t.Context(), 1, jobs...))
		})
	}
}

func TestInvalidTimeout_R4(t *testing.T) {
	for _, d := range []time.Duration{-1, -time.Second, math.MinInt64} {
		t.Run(d.String(), func(t *testing.T) {
			wantInvalidArgument(t, runInvalid(t, t.Context(), 1, dependent("a"), withTimeout(d, dependent("b"))))
		})
	}
}

func TestUnknownDependency_R4(t *testing.T) {
	err := runInvalid(t, t.Context(), 1, dependent("a"), dependent("b", "a", "missing"))
	wantUnknownDependency(t, err, "b", "missing")
}

func TestReportsTheFirstUnknownDependency_R4(t *testing.T) {
	err := runInvalid(t, t.Context(), 1, dependent("c", "a"), dependent("b", "c", "z", "y"), dependent("a", "x"))
	wantUnknownDependency(t, err, "b", "z")
}

func TestDependenciesAreComparedExactly_R4(t *testing.T) {
	for _, dependency := range []string{"A", "a ", " a", "aa"} {
		t.Run(strconv.Quote(dependency), func(t *testing.T) {
			err := runInvalid(t, t.Context(), 1, dependent("a"), dependent("b", dependency))
			wantUnknownDependency(t, err, "b", dependency)
		})
	}
}

func TestInvalidArgumentPrecedesUnknownDependencyAndCycle_R4(t *testing.T) {
	cycle, unknown := dependent("a", "a"), dependent("b", "missing")
	for _, test := range []struct {
		flaw  string
		limit int
		last  Job
	}{
		{"limit", 0, dependent("c")},
		{"repeated name", 1, dependent("a")},
		{"empty name", 1, dependent("")},
		{"timeout", 1, withTimeout(-1, dependent("c"))},
	} {
		t.Run(test.flaw, func(t *testing.T) {
			wantInvalidArgument(t, runInvalid(t, t.Context(), test.limit, cycle, unknown, test.last))
		})
	}
}

func TestUnknownDependencyPrecedesCycle_R4_R5(t *testing.T) {
	err := runInvalid(t, t.Context(), 1, dependent("a", "b"), dependent("b", "a"), dependent("c", "missing"))
	wantUnknownDependency(t, err, "c", "missing")
}

func TestCancelledRunIsCheckedAllTheSame_R4_R5(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantInvalidArgument(t, runInvalid(t, ctx, 0, dependent("a")))
	wantUnknownDependency(t, runInvalid(t, ctx, 1, dependent("a", "missing")), "a", "missing")
	wantNames(t, "Cycle", cycleOf(t, runInvalid(t, ctx, 1, dependent("a", "a"))), "a", "a")
}

// --- Cycles -----------------------------------------------------------------

// cycleOf returns the cycle that an error carries.
func cycleOf(t *testing.T, err error) []string {
	t.Helper()
	var cycle *CycleError
	if !errors.As(err, &cycle) {
		t.Fatalf("error is %v, want a CycleError", err)
	}
	if !strings.Contains(err.Error(), strings.Join(cycle.Cycle, " -> ")) {
		t.Errorf("the message %q does not show the cycle %q", err, cycle.Cycle)
	}
	return cycle.Cycle
}

// lettered makes jobs of strings that begin with the letter of the name and
// continue with those of the dependencies.
func lettered(specs ...string) []Job {
	var jobs []Job
	for _, spec := range specs {
		letters := strings.Split(spec, "")
		jobs = append(jobs, dependent(letters[0], letters[1:]...))
	}
	return jobs
}

func TestCycleBeginsAndEndsWithItsEarliestJob_R5(t *testing.T) {
	for _, test := range []struct {
		name string
		jobs []Job
		want string
	}{
		{"itself", lettered("aa"), "aa"},
		{"itself twice", lettered("aaa"), "aa"},
		{"two", lettered("ab", "ba"), "aba"},
		{"three against the list", lettered("ac", "ba", "cb"), "acba"},
		{"three along the list", lettered("ab", "bc", "ca"), "abca"},
		{"entered in the middle", lettered("xc", "bc", "cd", "db"), "bcdb"},
		{"jobs before and behind", lettered("a", "xab", "bac", "cab", "yc"), "bcb"},
		{"branches without cycle", lettered("a", "bae", "ca", "dbc", "ecd"), "bedb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cycle := cycleOf(t, runInvalid(t, t.Context(), 3, test.jobs...))
			wantNames(t, "Cycle", cycle, strings.Split(test.want, "")...)
		})
	}
}

func TestOneOfSeveralCyclesIsGiven_R5(t *testing.T) {
	cycle := cycleOf(t, runInvalid(t, t.Context(), 3, lettered("ab", "bca", "cdb", "dce", "ee", "fef")...))
	if !slices.Contains([]string{"aba", "bcb", "cdc", "ee", "ff"}, strings.Join(cycle, "")) {
		t.Errorf("Cycle = %q", cycle)
	}
}

func TestSharedDependencyIsNoCycle_R5(t *testing.T) {
	b := newBench(t)
	report := b.run(1,
		b.jobOf("top", returns(nil), "left", "right", "bottom"),
		b.jobOf("left", returns(nil), "bottom"),
		b.jobOf("right", returns(nil), "bottom"),
		b.jobOf("bottom", returns(nil)),
	)
	wantNames(t, "Started", report.Started, "bottom", "left", "right", "top")
}

// --- Failing ----------------------------------------------------------------

func TestFailureSkipsDirectAndIndirectDependantsOnly_R6(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	report := b.run(1,
		b.jobOf("d", returns(nil), "c", "ok"),
		b.jobOf("c", returns(nil), "b"),
		b.jobOf("b", returns(nil), "a"),
		b.jobOf("a", fails(boom)),
		b.jobOf("ok", returns(1)),
		b.jobOf("after", returns(2), "ok"),
	)
	wantJobs(t, report, skipped("d", "a"), skipped("c", "a"), skipped("b", "a"), failed("a", boom), succeeded("ok", 1),
		succeeded("after", 2))
	if report.Jobs["a"].Err != boom {
		t.Errorf("Err = %v, want the very error returned", report.Jobs["a"].Err)
	}
	wantNames(t, "Started", report.Started, "a", "ok", "after")
	wantNames(t, "called", b.called, "a", "ok", "after")
}

func TestResultReturnedWithAnErrorIsDropped_R6(t *testing.T) {
	boom := errors.New("boom")
	both := func(context.Context, map[string]any) (any, error) { return "partial", boom }
	b := newBench(t)
	report := b.run(1, b.jobOf("a", both), b.jobOf("b", returns(nil), "a"))
	wantJobs(t, report, failed("a", boom), skipped("b", "a"))
}

func TestCauseIsTheJobThatFailedFirst_R6(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	b := newBench(t)
	b.start(10, b.job("a"), b.job("b"), b.job("both", "a", "b"), b.job("end", "both"), b.job("only", "a"))
	b.wantRunning("a", "b")
	b.fail("b", first)
	b.wantRunning("a")
	b.fail("a", second)
	wantJobs(t, b.finish(), failed("a", second), failed("b", first), skipped("both", "b"), skipped("end", "b"),
		skipped("only", "a"))
}

func TestLaterFailureDoesNotReachThroughSkippedJobs_R6(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	b := newBench(t)
	b.start(10, b.job("a"), b.job("b"), b.job("c", "a"), b.job("d", "c", "b"))
	b.wantRunning("a", "b")
	b.fail("a", first)
	b.wantRunning("b")
	b.fail("b", second)
	wantJobs(t, b.finish(), failed("a", first), failed("b", second), skipped("c", "a"), skipped("d", "a"))
}

func TestSuccessOfOneDependencyDoesNotReviveASkippedJob_R6(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(10, b.job("a"), b.job("b"), b.jobOf("c", returns(nil), "a", "b"))
	b.wantRunning("a", "b")
	b.fail("a", boom)
	b.wantRunning("b")
	b.end("b", 1)
	report := b.finish()
	wantJobs(t, report, failed("a", boom), succeeded("b", 1), skipped("c", "a"))
	wantNames(t, "Started", report.Started, "a", "b")
}

func TestRunningFunctionsAreNotToldToStopByAFailure_R6(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(10, b.job("a"), b.job("b"), b.job("c", "b"))
	b.wantRunning("a", "b")
	b.fail("a", boom)
	b.wantRunning("b")
	b.wantNotEnded()
	b.end("b", 1)
	b.end("c", 2)
	wantJobs(t, b.finish(), failed("a", boom), succeeded("b", 1), succeeded("c", 2))
	b.wantToldToStop()
}

func TestPanicIsAFailure_R6(t *testing.T) {
	for _, value := range []any{"boom", 0, errors.New("boom")} {
		t.Run(fmt.Sprintf("%T", value), func(t *testing.T) {
			panics := func(context.Context, map[string]any) (any, error) { panic(value) }
			report := runPlain(t, 1,
				Job{Name: "a", Run: panics},
				Job{Name: "b", Run: returns(nil), DependsOn: []string{"a"}},
				Job{Name: "c", Run: returns(3)},
			)
			wantJobs(t, report, failed("a", &PanicError{Value: value}), skipped("b", "a"), succeeded("c", 3))
		})
	}
}

func TestNilPanicIsAFailure_R6(t *testing.T) {
	report := runPlain(t, 1, Job{Name: "a", Run: func(context.Context, map[string]any) (any, error) { panic(nil) }})
	var panicked *PanicError
	if entry := report.Jobs["a"]; entry.Status != Failed || !errors.As(entry.Err, &panicked) {
		t.Errorf("report = %+v, want a failure with a PanicError", entry)
	}
}

// --- Timeouts ---------------------------------------------------------------

// wantDurations takes the durations of all timers, in ascending order.
func (b *bench) wantDurations(want ...time.Duration) {
	b.t.Helper()
	b.await(fmt.Sprintf("timers %v", want), func() bool {
		return slices.Equal(slices.Sorted(slices.Values(b.durations)), want)
	})
}

func TestTimerIsStartedWithTheJob_R7(t *testing.T) {
	b := newBench(t)
	b.start(2, withTimeout(15, b.job("a")), withTimeout(7, b.job("b")), b.job("c"), withTimeout(3, b.job("d", "b")))
	b.wantRunning("a", "b")
	b.wantDurations(7, 15)
	b.end("a", nil)
	b.wantRunning("b", "c")
	b.wantDurations(7, 15)
	b.end("b", nil)
	b.wantRunning("c", "d")
	b.wantDurations(3, 7, 15)
	b.end("c", nil)
	b.end("d", nil)
	wantNames(t, "Started", b.finish().Started, "a", "b", "c", "d")
}

func TestTimedOutFunctionIsToldToStopAndItsDependantsAreSkipped_R7(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")), b.job("b", "a"), b.job("c", "b"), b.job("other"), b.job("d", "other"))
	b.wantRunning("a", "other")
	b.wantToldToStop()
	b.fire(1)
	b.wantToldToStop("a")
	b.wantRunning("other")
	b.end("other", 5)
	b.end("d", 6)
	report := b.finish()
	wantJobs(t, report, timedOut("a"), skipped("b", "a"), skipped("c", "a"), succeeded("other", 5), succeeded("d", 6))
	wantNames(t, "Started", report.Started, "a", "other", "d")
}

func TestOnlyTheJobWhoseTimerFiresIsToldToStop_R7(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")), withTimeout(2, b.job("b")), b.job("c"))
	b.wantRunning("a", "b", "c")
	b.fire(2)
	b.wantRunning("a", "c")
	b.wantToldToStop("b")
	b.end("a", nil)
	b.end("c", nil)
	wantJobs(t, b.finish(), succeeded("a", nil), timedOut("b"), succeeded("c", nil))
}

func TestTimerIsStoppedWhenTheFunctionEndsFirst_R7(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")), withTimeout(2, b.job("b")), withTimeout(3, b.job("c")))
	b.wantRunning("a", "b", "c")
	b.end("a", nil)
	b.wantStopped(1)
	b.fail("b", boom)
	b.wantStopped(2)
	settle()
	b.await("timer 3ns not to be stopped", func() bool { return !b.timers[3].stopped })
	b.end("c", nil)
	wantJobs(t, b.finish(), succeeded("a", nil), failed("b", boom), succeeded("c", nil))
	b.wantStopped(3)
}

func TestDefaultTimerTimesOut_R7(t *testing.T) {
	report := runPlain(t, 1,
		Job{Name: "a", Run: untilStopped, Timeout: 2 * time.Millisecond},
		Job{Name: "b", Run: returns(nil), DependsOn: []string{"a"}},
	)
	wantJobs(t, report, timedOut("a"), skipped("b", "a"))
}

func TestDefaultTimerDoesNotHoldUpTheRun_R7(t *testing.T) {
	report := runPlain(t, 1,
		Job{Name: "a", Run: returns(1), Timeout: time.Hour},
		Job{Name: "b", Run: untilStopped, Timeout: 2 * time.Millisecond, DependsOn: []string{"a"}},
	)
	wantJobs(t, report, succeeded("a", 1), timedOut("b"))
}

func TestStubbornFunctionKeepsItsPlace_R8(t *testing.T) {
	b := newBench(t)
	b.start(1, withTimeout(1, b.stubbornJob("a")), b.job("b"))
	b.fire(1)
	b.wantToldToStop("a")
	b.wantRunning("a")
	b.end("a", "late")
	b.wantRunning("b")
	b.end("b", nil)
	wantJobs(t, b.finish(), timedOut("a"), succeeded("b", nil))
}

func TestRunDoesNotEndBeforeAStubbornFunction_R8(t *testing.T) {
	b := newBench(t)
	b.start(1, withTimeout(1, b.stubbornJob("a")))
	b.fire(1)
	b.wantToldToStop("a")
	b.wantNotEnded()
	b.end("a", nil)
	wantJobs(t, b.finish(), timedOut("a"))
}

func TestErrorAfterTheTimeoutIsDropped_R8(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.stubbornJob("a")), b.job("b", "a"))
	b.fire(1)
	b.fail("a", errors.New("boom"))
	wantJobs(t, b.finish(), timedOut("a"), skipped("b", "a"))
}

func TestPanicAfterTheTimeoutIsDropped_R8(t *testing.T) {
	panics := func(ctx context.Context, _ map[string]any) (any, error) {
		<-ctx.Done()
		panic("boom")
	}
	b := newBench(t)
	b.start(10, withTimeout(1, b.jobOf("a", panics)))
	b.fire(1)
	wantJobs(t, b.finish(), timedOut("a"))
}

func TestResultRightAfterTheTimeoutIsDropped_R8(t *testing.T) {
	for range races {
		b := newBench(t)
		gate := make(chan any, 1)
		wait := func(context.Context, map[string]any) (any, error) { return <-gate, nil }
		b.start(10, withTimeout(1, b.jobOf("a", wait)), b.job("b", "a"))
		b.fire(1)
		gate <- "too late"
		wantJobs(t, b.finish(), timedOut("a"), skipped("b", "a"))
	}
}

func TestTimerThatFiresInsideTheFunctionCounts_R8(t *testing.T) {
	b := newBench(t)
	outlastTimer := func(context.Context, map[string]any) (any, error) {
		if timer := b.timer(1); timer != nil {
			timer.fire()
		}
		return "too late", nil
	}
	report := b.run(10, withTimeout(1, b.jobOf("a", outlastTimer)), b.job("b", "a"))
	wantJobs(t, report, timedOut("a"), skipped("b", "a"))
}

func TestDependantsAreNotSkippedBeforeTheFunctionEnds_R8(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(10, withTimeout(1, b.stubbornJob("a")), b.job("b"), b.job("c", "a", "b"))
	b.wantRunning("a", "b")
	b.fire(1)
	b.wantToldToStop("a")
	b.fail("b", boom)
	b.wantRunning("a")
	b.end("a", nil)
	wantJobs(t, b.finish(), timedOut("a"), failed("b", boom), skipped("c", "b"))
}

func TestTimerThatFiresAfterADependantHasStartedChangesNothing_R8(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")), b.job("b", "a"))
	b.end("a", 1)
	b.wantRunning("b")
	b.fire(1)
	b.wantRunning("b")
	b.end("b", 2)
	wantJobs(t, b.finish(), succeeded("a", 1), succeeded("b", 2))
	b.wantToldToStop()
}

func TestTimerThatFiresAfterTheRunChangesNothing_R8(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")))
	b.end("a", 1)
	report := b.finish()
	b.fire(1)
	wantJobs(t, report, succeeded("a", 1))
	wantNames(t, "Started", report.Started, "a")
}

// --- Cancelling -------------------------------------------------------------

func TestCancelledRunStartsNothingAndWaitsForRunningFunctions_R9(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(2, b.job("a"), b.job("b"), b.job("ready"), b.job("c", "a"), b.job("d", "c"))
	b.wantRunning("a", "b")
	b.cancel()
	b.wantRunning("a", "b")
	b.end("a", 1)
	b.wantRunning("b")
	b.wantNotEnded()
	b.fail("b", boom)
	report := b.finish()
	wantJobs(t, report, succeeded("a", 1), failed("b", boom), cancelled("ready"), cancelled("c"), cancelled("d"))
	wantNames(t, "Started", report.Started, "a", "b")
	b.wantToldToStop()
}

func TestFailureRightAfterCancellingSkipsNothing_R9(t *testing.T) {
	boom := errors.New("boom")
	for range races {
		b := newBench(t)
		cancelRun := func(context.Context, map[string]any) (any, error) {
			b.cancel()
			return nil, boom
		}
		report := b.run(10, b.jobOf("a", cancelRun), b.job("b", "a"), b.job("c", "b"))
		wantJobs(t, report, failed("a", boom), cancelled("b"), cancelled("c"))
	}
}

func TestFailureAfterCancellingSkipsNothingEvenIfSeenTogether_R9(t *testing.T) {
	boom := errors.New("boom")
	for range races {
		b := newBench(t)
		cancelRun := func(context.Context, map[string]any) (any, error) {
			b.cancel()
			return nil, boom
		}
		// a ends while the scheduler is kept busy with starting b.
		slowly := func(time.Duration, func()) (stop func() bool) {
			time.Sleep(100 * time.Microsecond)
			return func() bool { return true }
		}
		jobs := []Job{b.jobOf("a", cancelRun), withTimeout(1, b.jobOf("b", returns(nil))), b.job("c", "a")}
		b.startWith(Options{Limit: 2, StartTimer: slowly}, jobs...)
		if got := b.finish().Jobs["c"]; got != cancelled("c") {
			t.Fatalf("report of c = %+v, want it cancelled", got)
		}
	}
}

func TestSuccessRightAfterCancellingStartsNothing_R9(t *testing.T) {
	for range races {
		b := newBench(t)
		cancelRun := func(context.Context, map[string]any) (any, error) {
			b.cancel()
			return "last", nil
		}
		report := b.run(1, b.jobOf("a", cancelRun), b.jobOf("b", returns(nil), "a"), b.jobOf("c", returns(nil)))
		wantJobs(t, report, succeeded("a", "last"), cancelled("b"), cancelled("c"))
		wantNames(t, "Started", report.Started, "a")
		wantNames(t, "called", b.called, "a")
	}
}

func TestJobsSkippedBeforeCancellingStaySkipped_R9(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	b.start(2, b.job("a"), b.job("d"), b.job("b", "a"), b.job("c", "b"), b.job("e"), b.job("f"))
	b.fail("a", boom)
	b.wantRunning("d", "e")
	b.cancel()
	b.end("d", 4)
	b.end("e", 5)
	wantJobs(t, b.finish(), failed("a", boom), skipped("b", "a"), skipped("c", "a"), succeeded("d", 4), succeeded("e", 5),
		cancelled("f"))
}

func TestTimeoutsStayInForceAfterCancelling_R9(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.job("a")), b.job("b", "a"), withTimeout(2, b.job("c")))
	b.wantRunning("a", "c")
	b.cancel()
	b.wantRunning("a", "c")
	b.fire(1)
	b.wantToldToStop("a")
	b.end("c", 3)
	wantJobs(t, b.finish(), timedOut("a"), cancelled("b"), succeeded("c", 3))
	b.wantStopped(2)
}

func TestCancellingBetweenTheTimeoutAndTheEndOfTheFunction_R8_R9(t *testing.T) {
	b := newBench(t)
	b.start(10, withTimeout(1, b.stubbornJob("a")), b.job("b", "a"))
	b.fire(1)
	b.wantToldToStop("a")
	b.cancel()
	b.wantNotEnded()
	b.end("a", nil)
	wantJobs(t, b.finish(), timedOut("a"), cancelled("b"))
}

func TestCancellingAfterTheLastStartChangesNothing_R9(t *testing.T) {
	b := newBench(t)
	b.start(10, b.job("a"), b.job("b", "a"))
	b.end("a", 1)
	b.wantRunning("b")
	b.cancel()
	b.end("b", 2)
	wantJobs(t, b.finish(), succeeded("a", 1), succeeded("b", 2))
}

// --- Edge cases -------------------------------------------------------------

func TestEmptyList_R10(t *testing.T) {
	for name, jobs := range map[string][]Job{"nil": nil, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			report := runPlain(t, 1, jobs...)
			wantJobs(t, report)
			wantNames(t, "Started", report.Started)
		})
	}
}

func TestEmptyListInACancelledRun_R10(t *testing.T) {
	b := newBench(t)
	b.cancel()
	report := b.run(1)
	wantJobs(t, report)
	wantNames(t, "Started", report.Started)
}

func TestRunCancelledBeforeItBegins_R10(t *testing.T) {
	b := newBench(t)
	b.cancel()
	report := b.run(10, withTimeout(1, b.job("a")), b.job("b", "a"))
	wantJobs(t, report, cancelled("a"), cancelled("b"))
	wantNames(t, "Started", report.Started)
	wantNames(t, "called", b.called)
	b.wantDurations()
}

func TestRunWhoseDeadlineHasPassedBeforeItBegins_R10(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	b := newBench(t)
	b.ctx = ctx
	report := b.run(10, b.job("a"))
	wantJobs(t, report, cancelled("a"))
	wantNames(t, "called", b.called)
}

func TestDependencyNamedTwiceCountsOnce_R10(t *testing.T) {
	b := newBench(t)
	b.start(10, b.job("c", "a", "b", "a", "a"), b.job("a"), b.job("b"))
	b.end("a", 1)
	b.wantRunning("b")
	b.end("b", 2)
	b.wantRunning("c")
	b.end("c", nil)
	wantNames(t, "Started", b.finish().Started, "a", "b", "c")
	if want := map[string]any{"a": 1, "b": 2}; !reflect.DeepEqual(b.inputs["c"], want) {
		t.Errorf("inputs = %v, want %v", b.inputs["c"], want)
	}
}

func TestUnusualNames_R10(t *testing.T) {
	b := newBench(t)
	jobs := []Job{b.jobOf("last", returns(nil), unusualNames...)}
	want := make(map[string]any)
	for _, name := range unusualNames {
		jobs = append(jobs, b.jobOf(name, returns([]byte(name))))
		want[name] = []byte(name)
	}
	report := b.run(10, jobs...)
	wantNames(t, "Started", report.Started, append(slices.Clone(unusualNames), "last")...)
	if !reflect.DeepEqual(b.inputs["last"], want) {
		t.Errorf("inputs = %q, want %q", b.inputs["last"], want)
	}
	for _, name := range unusualNames {
		if got := report.Jobs[name]; !reflect.DeepEqual(got, succeeded(name, want[name])) {
			t.Errorf("report of %q = %+v", name, got)
		}
	}
}

func TestUnusualNameAsCause_R10(t *testing.T) {
	boom := errors.New("boom")
	b := newBench(t)
	report := b.run(1, b.jobOf(" ", fails(boom)), b.job("__proto__", " "))
	wantJobs(t, report, failed(" ", boom), skipped("__proto__", " "))
}

// chain makes jobs 0, 1, 2, ... of which each depends on the one before and
// adds 1 to its result.
func chain(first Job) []Job {
	jobs := []Job{first}
	for i := 1; i < chainLength; i++ {
		before := strconv.Itoa(i - 1)
		jobs = append(jobs, Job{
			Name:      strconv.Itoa(i),
			DependsOn: []string{before},
			Run: func(_ context.Context, inputs map[string]any) (any, error) {
				return inputs[before].(int) + 1, nil
			},
		})
	}
	return jobs
}

// inAnyOrder runs a test for a chain that is listed in several orders.
func inAnyOrder(t *testing.T, first Job, test func(t *testing.T, jobs []Job)) {
	jobs := chain(first)
	backwards := slices.Clone(jobs)
	slices.Reverse(backwards)
	mixed := slices.Clone(jobs)
	for i := range mixed {
		mixed[i] = jobs[i*7919%chainLength]
	}
	t.Run("forwards", func(t *testing.T) { test(t, jobs) })
	t.Run("backwards", func(t *testing.T) { test(t, backwards) })
	t.Run("mixed", func(t *testing.T) { test(t, mixed) })
}

func TestLongChainIsRun_R10(t *testing.T) {
	var names []string
	for i := range chainLength {
		names = append(names, strconv.Itoa(i))
	}
	inAnyOrder(t, Job{Name: "0", Run: returns(0)}, func(t *testing.T, jobs []Job) {
		report := runPlain(t, 3, jobs...)
		wantSequence(t, "Started", report.Started, names)
		last := names[chainLength-1]
		if got, want := report.Jobs[last], succeeded(last, chainLength-1); got != want {
			t.Errorf("report of the last job is %+v, want %+v", got, want)
		}
	})
}

func TestLongChainIsSkipped_R10(t *testing.T) {
	boom := errors.New("boom")
	inAnyOrder(t, Job{Name: "0", Run: fails(boom)}, func(t *testing.T, jobs []Job) {
		report := runPlain(t, 3, jobs...)
		wantNames(t, "Started", report.Started, "0")
		want := []JobReport{failed("0", boom)}
		for i := 1; i < chainLength; i++ {
			want = append(want, skipped(strconv.Itoa(i), "0"))
		}
		wantJobs(t, report, want...)
	})
}

func TestLongChainIsReportedAsACycle_R10(t *testing.T) {
	inAnyOrder(t, dependent("0", strconv.Itoa(chainLength-1)), func(t *testing.T, jobs []Job) {
		first, err := strconv.Atoi(jobs[0].Name)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i := range chainLength + 1 {
			want = append(want, strconv.Itoa((first-i+chainLength)%chainLength))
		}
		wantSequence(t, "Cycle", cycleOf(t, runInvalid(t, t.Context(), 3, jobs...)), want)
	})
}
