// Package jobscheduler runs a list of jobs that depend on each other, with a
// limit on how many run at the same time.
package jobscheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// ErrInvalidArgument says that the limit, a name or a timeout is invalid, or
// that two jobs have the same name.
var ErrInvalidArgument = errors.New("invalid argument")

var errGoexit = errors.New("job called runtime.Goexit")

// UnknownDependencyError says that a job depends on a name that is not in the
// list of jobs.
type UnknownDependencyError struct {
	Job        string // the job that names the dependency
	Dependency string // the name that is not in the list
}

func (e *UnknownDependencyError) Error() string {
	return fmt.Sprintf("job %q depends on %q, which is not in the list", e.Job, e.Dependency)
}

// CycleError says that jobs depend on each other in a circle.
type CycleError struct {
	Cycle []string // each followed by one it depends on, the first one also at the end
}

func (e *CycleError) Error() string {
	return "the dependencies contain a cycle: " + strings.Join(e.Cycle, " -> ")
}

// PanicError is the error of a job whose function panicked.
type PanicError struct {
	Value any // what the function panicked with
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("job panicked: %v", e.Value)
}

// Status says how a job ended.
type Status string

// The statuses of a job that has ended.
const (
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Skipped   Status = "skipped"
	Cancelled Status = "cancelled"
	TimedOut  Status = "timed_out"
)

// Job is a function to run once all jobs that it depends on have succeeded.
type Job struct {
	Name      string
	DependsOn []string
	Timeout   time.Duration // 0 if there is none

	// Run is called in a goroutine of its own, with the results of the jobs it
	// depends on by name. Its context is done when the timeout has passed and
	// is not cancelled with the run.
	Run func(ctx context.Context, inputs map[string]any) (any, error)
}

// JobReport says how one job ended.
type JobReport struct {
	Name   string
	Status Status
	Result any    // nil unless succeeded
	Err    error  // nil unless failed: the error returned, or a *PanicError
	Cause  string // "" unless skipped: the job that failed or timed out
}

// Report says how every job of a run ended.
type Report struct {
	Jobs    map[string]JobReport // by name
	Started []string             // names in order of start
}

// Options are the settings of a run.
type Options struct {
	// Limit is the greatest number of functions that run at the same time.
	Limit int

	// StartTimer starts a timer that calls fire after d, from any goroutine,
	// and returns the function that stops it. nil means time.AfterFunc.
	StartTimer func(d time.Duration, fire func()) (stop func() bool)
}

// Run runs every job once and reports how each of them ended. Of the jobs that
// could start, the one that comes earliest in the list goes first. Once ctx is
// done, no further job starts; those that run are waited for.
//
// The error is ErrInvalidArgument, an *UnknownDependencyError or a *CycleError,
// found before any job starts. Failed, timed-out and cancelled jobs are no error.
func Run(ctx context.Context, jobs []Job, opts Options) (*Report, error) {
	if err := checkArguments(jobs, opts.Limit); err != nil {
		return nil, err
	}
	nodes, err := newNodes(jobs)
	if err != nil {
		return nil, err
	}
	if cycle := findCycle(nodes); cycle != nil {
		return nil, &CycleError{Cycle: names(cycle)}
	}
	if opts.StartTimer == nil {
		opts.StartTimer = startTimer
	}
	return newScheduler(nodes, opts).run(ctx), nil
}

func startTimer(d time.Duration, fire func()) (stop func() bool) {
	return time.AfterFunc(d, fire).Stop
}

func checkArguments(jobs []Job, limit int) error {
	if limit < 1 {
		return fmt.Errorf("%w: the limit must be at least 1, not %d", ErrInvalidArgument, limit)
	}
	seen := make(map[string]bool, len(jobs))
	for _, job := range jobs {
		switch {
		case job.Name == "":
			return fmt.Errorf("%w: a job has an empty name", ErrInvalidArgument)
		case seen[job.Name]:
			return fmt.Errorf("%w: two jobs have the name %q", ErrInvalidArgument, job.Name)
		case job.Timeout < 0:
			return fmt.Errorf("%w: the timeout of job %q is negative: %v", ErrInvalidArgument, job.Name, job.Timeout)
		}
		seen[job.Name] = true
	}
	return nil
}

// node is a job in the graph of dependencies, and how far it has come.
type node struct {
	Job
	position     int // in the list of jobs
	dependencies []*node
	dependants   []*node
	missing      int       // how many dependencies have not succeeded yet
	report       JobReport // without a status as long as the job has none
}

func byPosition(a, b *node) int {
	return cmp.Compare(a.position, b.position)
}

func names(nodes []*node) []string {
	result := make([]string, len(nodes))
	for i, n := range nodes {
		result[i] = n.Name
	}
	return result
}

// newNodes returns the nodes of the jobs in the order of the list.
func newNodes(jobs []Job) ([]*node, error) {
	nodes := make([]*node, len(jobs))
	byName := make(map[string]*node, len(jobs))
	for i, job := range jobs {
		nodes[i] = &node{Job: job, position: i}
		byName[job.Name] = nodes[i]
	}
	for _, n := range nodes {
		if err := n.link(byName); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// link connects n with its dependencies. One that is named twice is missing
// twice, but also counted off twice when it succeeds.
func (n *node) link(byName map[string]*node) error {
	for _, name := range n.DependsOn {
		dependency, ok := byName[name]
		if !ok {
			return &UnknownDependencyError{Job: n.Name, Dependency: name}
		}
		n.dependencies = append(n.dependencies, dependency)
		dependency.dependants = append(dependency.dependants, n)
		n.missing++
	}
	return nil
}

// findCycle returns a cycle that begins and ends with its earliest job, or nil
// if there is none.
func findCycle(nodes []*node) []*node {
	unmet := countUnmet(nodes)
	isBlocked := func(n *node) bool { return unmet[n.position] > 0 }
	start := slices.IndexFunc(nodes, isBlocked)
	if start < 0 {
		return nil
	}
	visited := make([]bool, len(nodes))
	var walk []*node
	n := nodes[start]
	for !visited[n.position] {
		visited[n.position] = true
		walk = append(walk, n)
		n = n.dependencies[slices.IndexFunc(n.dependencies, isBlocked)]
	}
	cycle := walk[slices.Index(walk, n):]
	first := slices.Index(cycle, slices.MinFunc(cycle, byPosition))
	return slices.Concat(cycle[first:], cycle[:first+1])
}

// countUnmet tells, by position, how many dependencies of a job can never
// succeed because they are in a cycle or depend on one.
func countUnmet(nodes []*node) []int {
	unmet := make([]int, len(nodes))
	var runnable []*node
	for i, n := range nodes {
		unmet[i] = n.missing
		if n.missing == 0 {
			runnable = append(runnable, n)
		}
	}
	for i := 0; i < len(runnable); i++ {
		for _, dependant := range runnable[i].dependants {
			unmet[dependant.position]--
			if unmet[dependant.position] == 0 {
				runnable = append(runnable, dependant)
			}
		}
	}
	return unmet
}

// skipDependants skips all jobs that depend on n directly or through others
// and are not skipped yet.
func (n *node) skipDependants() {
	unavailable := []*node{n}
	for i := 0; i < len(unavailable); i++ {
		for _, dependant := range unavailable[i].dependants {
			if dependant.report.Status == "" {
				dependant.report = JobReport{Name: dependant.Name, Status: Skipped, Cause: n.Name}
				unavailable = append(unavailable, dependant)
			}
		}
	}
}

// scheduler is one run of jobs that have been checked. All of it belongs to the
// goroutine that called Run; the functions report to it through ended.
type scheduler struct {
	nodes   []*node
	opts    Options
	ready   []*node // in the order of the list
	running int
	ended   chan *execution
	started []string
}

func newScheduler(nodes []*node, opts Options) *scheduler {
	s := &scheduler{nodes: nodes, opts: opts, ended: make(chan *execution)}
	for _, n := range nodes {
		if n.missing == 0 {
			s.ready = append(s.ready, n)
		}
	}
	return s
}

func (s *scheduler) run(ctx context.Context) *Report {
	for {
		s.fill(ctx)
		if s.running == 0 {
			return s.report()
		}
		s.settle(ctx, <-s.ended)
	}
}

// fill gives the free places to the earliest ready jobs.
func (s *scheduler) fill(ctx context.Context) {
	for s.running < s.opts.Limit && len(s.ready) > 0 && ctx.Err() == nil {
		n := s.ready[0]
		s.ready = s.ready[1:]
		s.start(ctx, n)
	}
}

func (s *scheduler) start(ctx context.Context, n *node) {
	s.running++
	s.started = append(s.started, n.Name)
	inputs := make(map[string]any, len(n.dependencies))
	for _, dependency := range n.dependencies {
		inputs[dependency.Name] = dependency.report.Result
	}
	e := &execution{node: n}
	ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if n.Timeout > 0 {
		e.stopTimer = s.opts.StartTimer(n.Timeout, e.timeOut)
	}
	go e.call(ctx, inputs, s.ended)
}

// settle draws the consequences of the end of a function.
func (s *scheduler) settle(ctx context.Context, e *execution) {
	s.running--
	e.cancel()
	if e.stopTimer != nil {
		e.stopTimer()
	}
	e.node.report = e.report
	if e.report.Status == Succeeded {
		s.releaseDependants(e.node)
	} else if ctx.Err() == nil {
		e.node.skipDependants()
	}
}

func (s *scheduler) releaseDependants(n *node) {
	for _, dependant := range n.dependants {
		dependant.missing--
		if dependant.missing == 0 {
			i, _ := slices.BinarySearchFunc(s.ready, dependant, byPosition)
			s.ready = slices.Insert(s.ready, i, dependant)
		}
	}
}

func (s *scheduler) report() *Report {
	report := &Report{Jobs: make(map[string]JobReport, len(s.nodes)), Started: s.started}
	for _, n := range s.nodes {
		if n.report.Status == "" {
			n.report = JobReport{Name: n.Name, Status: Cancelled}
		}
		report.Jobs[n.Name] = n.report
	}
	return report
}

// execution is the call of a job's function.
type execution struct {
	node      *node
	cancel    context.CancelFunc
	stopTimer func() bool // nil if the job has no timeout
	decided   atomic.Bool // by the end of the function or by its timer, whichever comes first
	report    JobReport
}

// timeOut is called by the job's timer.
func (e *execution) timeOut() {
	if e.decided.CompareAndSwap(false, true) {
		e.cancel()
	}
}

// call calls the function and sends e to ended, however the function ends.
func (e *execution) call(ctx context.Context, inputs map[string]any, ended chan<- *execution) {
	var result any
	err := errGoexit // which stands if the function neither returns nor panics
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value}
		}
		e.report = e.judge(result, err)
		ended <- e
	}()
	result, err = e.node.Run(ctx, inputs)
}

func (e *execution) judge(result any, err error) JobReport {
	switch timedOut := !e.decided.CompareAndSwap(false, true); {
	case timedOut:
		return JobReport{Name: e.node.Name, Status: TimedOut}
	case err != nil:
		return JobReport{Name: e.node.Name, Status: Failed, Err: err}
	default:
		return JobReport{Name: e.node.Name, Status: Succeeded, Result: result}
	}
}
