// Package processpipeline runs pipelines of commands: several processes, each reading what the one before it writes.
package processpipeline

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const chunkSize = 64 * 1024

// ErrInvalidArgument means that nothing was started; it comes wrapped in what is wrong.
var ErrInvalidArgument = errors.New("invalid argument")

// StartError means that a command could not be started; those before it were killed.
type StartError struct {
	Index int   // of the first command that was not started
	Err   error // the cause; never nil
}

func (e *StartError) Error() string {
	return fmt.Sprintf("command %d was not started: %v", e.Index, e.Err)
}

func (e *StartError) Unwrap() error {
	return e.Err
}

// Options are what a run is given besides its commands.
type Options struct {
	Input        []byte
	CaptureLimit int           // bytes kept of the output and of each standard error
	Timeout      time.Duration // 0: no time limit
}

// CommandResult is what one command left.
type CommandResult struct {
	ExitCode        int            // -1 if a signal ended the command
	Signal          syscall.Signal // 0 if it exited
	Stderr          []byte
	StderrTruncated bool
}

// Result is what a run left, its commands in order.
type Result struct {
	Output          []byte
	OutputTruncated bool
	TimedOut        bool
	Commands        []CommandResult
}

// Run runs commands, each connected to the next by a pipe, and waits for their end.
// Its errors are ErrInvalidArgument and *StartError; with an error the result is nil.
func Run(commands [][]string, options Options) (*Result, error) {
	var expired <-chan time.Time
	if options.Timeout > 0 {
		timer := time.NewTimer(options.Timeout)
		defer timer.Stop()
		expired = timer.C
	}
	if err := check(commands, options); err != nil {
		return nil, err
	}
	r := &run{captureLimit: options.CaptureLimit}
	defer r.closeFiles()
	for index, command := range commands {
		if err := r.start(command); err != nil {
			r.kill()
			r.wait()
			return nil, &StartError{Index: index, Err: err}
		}
	}
	timedOut := !r.transfer(options.Input, expired)
	return r.result(timedOut), nil
}

func check(commands [][]string, options Options) error {
	if len(commands) == 0 {
		return fmt.Errorf("%w: no commands", ErrInvalidArgument)
	}
	for index, command := range commands {
		if len(command) == 0 || command[0] == "" {
			return fmt.Errorf("%w: command %d has no program name", ErrInvalidArgument, index)
		}
		for _, argument := range command {
			if strings.ContainsRune(argument, 0) {
				return fmt.Errorf("%w: command %d has a zero byte in %q", ErrInvalidArgument, index, argument)
			}
		}
	}
	if options.CaptureLimit < 0 {
		return fmt.Errorf("%w: capture limit %d", ErrInvalidArgument, options.CaptureLimit)
	}
	if options.Timeout < 0 {
		return fmt.Errorf("%w: time limit %v", ErrInvalidArgument, options.Timeout)
	}
	return nil
}

// capture collects the first bytes of a stream.
type capture struct {
	source    *os.File
	limit     int
	kept      []byte
	truncated bool
}

// receive reads to the end of the stream, or until its source is closed.
func (c *capture) receive() {
	chunk := make([]byte, chunkSize)
	for {
		size, err := c.source.Read(chunk)
		kept := min(size, c.limit-len(c.kept))
		c.kept = append(c.kept, chunk[:kept]...)
		c.truncated = c.truncated || kept < size
		if err != nil {
			return
		}
	}
}

type run struct {
	captureLimit int
	processes    []*os.Process
	stderrs      []*capture
	input        *os.File // write end of the first command's input
	lastOutput   *os.File // read end of the last started command's output
	output       *capture
	files        []*os.File // all ends of pipes, for the end of the run
}

func (r *run) pipe() (readEnd, writeEnd *os.File, err error) {
	readEnd, writeEnd, err = os.Pipe()
	if err == nil {
		r.files = append(r.files, readEnd, writeEnd)
	}
	return readEnd, writeEnd, err
}

func (r *run) closeFiles() {
	for _, file := range r.files {
		file.Close() // may be closed already
	}
}

// start adds a command that reads the output of the one before.
func (r *run) start(command []string) error {
	stdin := r.lastOutput
	var err error
	if stdin == nil {
		if stdin, r.input, err = r.pipe(); err != nil {
			return err
		}
	}
	defer stdin.Close()
	output, stdout, err := r.pipe()
	if err != nil {
		return err
	}
	defer stdout.Close()
	errorOutput, stderr, err := r.pipe()
	if err != nil {
		return err
	}
	defer stderr.Close()
	process, err := startProcess(command, []*os.File{stdin, stdout, stderr})
	if err != nil {
		return err
	}
	r.processes = append(r.processes, process)
	r.stderrs = append(r.stderrs, &capture{source: errorOutput, limit: r.captureLimit})
	r.lastOutput = output
	return nil
}

// transfer moves bytes until the end of the run; false if the time limit came first.
func (r *run) transfer(input []byte, expired <-chan time.Time) bool {
	r.output = &capture{source: r.lastOutput, limit: r.captureLimit}
	var streams, processes, feeding sync.WaitGroup
	spawn(&streams, r.output.receive)
	for _, stderr := range r.stderrs {
		spawn(&streams, stderr.receive)
	}
	for _, process := range r.processes {
		spawn(&processes, func() { awaitEnd(process.Pid) })
	}
	spawn(&feeding, func() {
		r.input.Write(input) // fails when nobody reads it any more
		r.input.Close()
	})
	ended := make(chan struct{})
	go func() {
		streams.Wait()
		processes.Wait()
		close(ended)
	}()
	inTime := true
	select {
	case <-ended:
	case <-expired:
		inTime = isClosed(ended)
		r.kill()
		processes.Wait()
	}
	r.closeFiles() // ends reading and feeding where other processes hold the stream
	<-ended
	feeding.Wait()
	return inTime
}

// kill kills the commands and their groups. All are stopped first: otherwise one might end by itself because its
// neighbour was killed a moment before. None has been waited for, so their ids still belong to them, and so do the groups
// of these ids.
func (r *run) kill() {
	for _, number := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
		for _, process := range r.processes {
			syscall.Kill(-process.Pid, number)
			syscall.Kill(process.Pid, number) // it may have left its group
		}
	}
}

// wait waits for the commands, which have ended or been killed.
func (r *run) wait() []syscall.WaitStatus {
	statuses := make([]syscall.WaitStatus, len(r.processes))
	for i, process := range r.processes {
		if state, err := process.Wait(); err == nil {
			statuses[i] = state.Sys().(syscall.WaitStatus)
		}
	}
	return statuses
}

func (r *run) result(timedOut bool) *Result {
	result := &Result{
		Output:          r.output.kept,
		OutputTruncated: r.output.truncated,
		TimedOut:        timedOut,
		Commands:        make([]CommandResult, len(r.processes)),
	}
	for i, status := range r.wait() {
		command := CommandResult{
			ExitCode:        status.ExitStatus(),
			Stderr:          r.stderrs[i].kept,
			StderrTruncated: r.stderrs[i].truncated,
		}
		if status.Signaled() {
			command.Signal = status.Signal()
		}
		result.Commands[i] = command
	}
	return result
}

// starting is held while a command is started, because that may change the program's action for SIGPIPE.
var starting sync.Mutex

// startProcess starts a command in a group of its own, with the default action for SIGPIPE: the runtime gives that to a
// new process unless the program ignores the signal, so for this moment it does not.
func startProcess(command []string, streams []*os.File) (*os.Process, error) {
	path, err := lookUp(command[0])
	if err != nil {
		return nil, err
	}
	starting.Lock()
	defer starting.Unlock()
	if signal.Ignored(syscall.SIGPIPE) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
		defer signal.Ignore(syscall.SIGPIPE)
	}
	return os.StartProcess(path, command, &os.ProcAttr{
		Files: streams,
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
}

// lookUp returns the path of a program. A match in a relative folder is good: the caller has put that into PATH.
func lookUp(program string) (string, error) {
	if strings.ContainsRune(program, '/') {
		return program, nil
	}
	path, err := exec.LookPath(program)
	if errors.Is(err, exec.ErrDot) {
		return path, nil
	}
	return path, err
}

// awaitEnd blocks until a child has ended, and leaves it to be waited for.
func awaitEnd(pid int) {
	const idIsPid = 1 // P_PID
	for {
		_, _, errno := syscall.Syscall6(
			syscall.SYS_WAITID, idIsPid, uintptr(pid), 0, syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

func spawn(group *sync.WaitGroup, action func()) {
	group.Add(1)
	go func() {
		defer group.Done()
		action()
	}()
}

func isClosed(channel <-chan struct{}) bool {
	select {
	case <-channel:
		return true
	default:
		return false
	}
}
