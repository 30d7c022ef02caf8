package processpipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	short     = 300 * time.Millisecond // long enough for a shell to write a line
	long      = 10 * time.Second       // for what must not take that long
	unlimited = math.MaxInt
)

// listOpen tells, a line each, what a process started by the shell holds open.
var listOpen = shell("ls -l /proc/self/fd >&2; cat")

// TestMain lets commands inherit nothing of what the test program was given, and the runtime open what it needs.
func TestMain(m *testing.M) {
	for descriptor := 3; descriptor < 256; descriptor++ {
		syscall.CloseOnExec(descriptor)
	}
	if readEnd, writeEnd, err := os.Pipe(); err == nil {
		readEnd.Close()
		writeEnd.Close()
	}
	exec.Command("true").Run()
	os.Exit(m.Run())
}

func shell(script string) []string {
	return []string{"sh", "-c", script}
}

func mustRun(t *testing.T, options Options, commands ...[]string) *Result {
	t.Helper()
	result, err := Run(commands, options)
	if err != nil {
		t.Fatal(err)
	}
	if result == nil || len(result.Commands) != len(commands) {
		t.Fatalf("got %+v, want %d commands", result, len(commands))
	}
	return result
}

func startError(t *testing.T, commands ...[]string) *StartError {
	t.Helper()
	result, err := Run(commands, Options{CaptureLimit: unlimited})
	var found *StartError
	if !errors.As(err, &found) || found.Err == nil || result != nil {
		t.Fatalf("got %v, %v; want a StartError with a cause", result, err)
	}
	if !errors.Is(err, found.Err) || err.Error() == "" {
		t.Errorf("%v does not tell its cause", err)
	}
	return found
}

// assertStatuses compares exit codes, or signals as negative numbers.
func assertStatuses(t *testing.T, result *Result, want ...int) {
	t.Helper()
	got := make([]int, 0, len(want))
	for _, command := range result.Commands {
		status := command.ExitCode
		if command.Signal != 0 {
			status = -int(command.Signal)
			if command.ExitCode != -1 {
				t.Errorf("exit code %d with signal %d, want -1", command.ExitCode, command.Signal)
			}
		}
		got = append(got, status)
	}
	if !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

func assertText(t *testing.T, name string, got []byte, want string) {
	t.Helper()
	if string(got) != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func assertTimedOut(t *testing.T, result *Result, want bool) {
	t.Helper()
	if result.TimedOut != want {
		t.Errorf("timed out: %v, want %v", result.TimedOut, want)
	}
}

func assertNoChildren(t *testing.T) {
	t.Helper()
	if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != syscall.ECHILD {
		t.Errorf("child %d, %v; want none", pid, err)
	}
}

func assertMissing(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s exists: a command was started", path)
	}
}

func countDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func assertDescriptors(t *testing.T, want int) {
	t.Helper()
	if got := countDescriptors(t); got != want {
		t.Errorf("%d descriptors are open, want %d", got, want)
	}
}

func largeBytes() []byte {
	large := make([]byte, 3<<20)
	for i := range large {
		large[i] = byte(i*31 + i/251)
	}
	return large
}

func writeProgram(t *testing.T, folder, name, text string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func pidOf(t *testing.T, text string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func isRunning(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(rest, []byte("Z")) && !bytes.HasPrefix(rest, []byte("X"))
}

// endsSoon gives a killed process that is not our child a moment to end.
func endsSoon(pid int) bool {
	for start := time.Now(); isRunning(pid) && time.Since(start) < long; {
		time.Sleep(time.Millisecond)
	}
	return !isRunning(pid)
}

func holdsThreePipes(command CommandResult) bool {
	list := string(command.Stderr)
	return strings.Count(list, "-> pipe:") == 3 && !strings.Contains(list, "anon_inode")
}

func TestInputPassesThroughAllCommandsInOrder_R1(t *testing.T) {
	options := Options{Input: []byte("a-x\n"), CaptureLimit: unlimited}
	result := mustRun(t, options, []string{"cat"}, []string{"sed", "s/a/b/"}, []string{"sed", "s/b/c/"})
	assertText(t, "output", result.Output, "c-x\n")
	assertStatuses(t, result, 0, 0, 0)
	if result.OutputTruncated || result.TimedOut {
		t.Errorf("got %+v, want no flags", result)
	}
	for _, command := range result.Commands {
		if len(command.Stderr) != 0 || command.StderrTruncated {
			t.Errorf("got %+v, want no standard error", command)
		}
	}
}

func TestAllByteValuesAreUnchanged_R1(t *testing.T) {
	input := make([]byte, 512)
	for i := range input {
		input[i] = byte(i)
	}
	result := mustRun(t, Options{Input: input, CaptureLimit: unlimited}, []string{"cat"}, []string{"cat"})
	assertText(t, "output", result.Output, string(input))
}

func TestEmptyInputEndsAtOnce_R1(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited}, shell("cat; echo end"))
	assertText(t, "output", result.Output, "end\n")
}

func TestStatusAndStandardErrorOfEachCommand_R1(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited},
		shell("echo first >&2; exit 3"), shell("cat; echo second >&2; kill -TERM $$"),
		shell(`cat; printf 'third\0' >&2; exit 255`), []string{"cat"})
	assertText(t, "output", result.Output, "")
	assertStatuses(t, result, 3, -int(syscall.SIGTERM), 255, 0)
	for i, want := range []string{"first\n", "second\n", "third\x00", ""} {
		assertText(t, fmt.Sprintf("standard error %d", i), result.Commands[i].Stderr, want)
	}
}

func TestWaitsForOutputOfBackgroundProcesses_R1(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited}, shell("(sleep 0.02; echo late; echo trouble >&2) & exit 4"))
	assertText(t, "output", result.Output, "late\n")
	assertText(t, "standard error", result.Commands[0].Stderr, "trouble\n")
	assertStatuses(t, result, 4)
}

func TestWaitsForCommandsThatClosedTheirStreams_R1(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited},
		shell("exec >&- 2>&-; sleep 0.02; exit 7"), shell("exec >&- 2>&-; exit 8"))
	assertStatuses(t, result, 7, 8)
}

func TestEnvironmentFolderAndPathAreThoseOfTheCaller_R1(t *testing.T) {
	folder := t.TempDir()
	writeProgram(t, folder, "program", "#!/bin/sh\necho \"$PIPELINE_TEST\"; cat data\n", 0o755)
	writeProgram(t, folder, "data", "content", 0o644)
	t.Setenv("PIPELINE_TEST", "from the caller")
	t.Chdir(folder)
	for _, first := range []string{folder, "."} {
		t.Setenv("PATH", first+":"+os.Getenv("PATH"))
		result := mustRun(t, Options{CaptureLimit: unlimited}, []string{"program"})
		assertText(t, "output", result.Output, "from the caller\ncontent")
	}
}

func TestArgumentsArePassedAsTheyAre_R2(t *testing.T) {
	arguments := []string{
		"", "two words", `'single' "double"`, "line\nend\n", "*", "$(echo x)", "a;b", "`id`",
		`\n`, "$HOME", "~", "|", ">x", "\xff\xfe", "",
	}
	result := mustRun(t, Options{CaptureLimit: unlimited}, append([]string{"printf", "[%s]"}, arguments...))
	assertText(t, "output", result.Output, "["+strings.Join(arguments, "][")+"]")
}

func TestProgramNameIsNoShellText_R2(t *testing.T) {
	if err := startError(t, []string{"echo hello"}); err.Index != 0 {
		t.Errorf("index %d, want 0", err.Index)
	}
}

func TestTextWithoutInterpreterIsNotRunByAShell_R2(t *testing.T) {
	folder := t.TempDir()
	path := writeProgram(t, folder, "unknown", "echo run by a shell\n", 0o755)
	if err := startError(t, []string{path}); err.Index != 0 || !errors.Is(err, syscall.ENOEXEC) {
		t.Errorf("got %v, want ENOEXEC at 0", err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	if err := startError(t, []string{"cat"}, []string{"unknown"}); err.Index != 1 || !errors.Is(err, syscall.ENOEXEC) {
		t.Errorf("got %v, want ENOEXEC at 1", err)
	}
}

func TestLargeStreamsAllAtOnce_R3(t *testing.T) {
	large := largeBytes()
	tee := []string{"tee", "/dev/stderr"}
	result := mustRun(t, Options{Input: large, CaptureLimit: unlimited}, tee, tee)
	if !bytes.Equal(result.Output, large) || result.OutputTruncated {
		t.Errorf("%d bytes of output, truncated: %v", len(result.Output), result.OutputTruncated)
	}
	for _, command := range result.Commands {
		if !bytes.Equal(command.Stderr, large) || command.StderrTruncated {
			t.Errorf("%d bytes of standard error, truncated: %v", len(command.Stderr), command.StderrTruncated)
		}
	}
}

func TestOneLargeStreamAfterTheOther_R3(t *testing.T) {
	result := mustRun(t, Options{Input: largeBytes(), CaptureLimit: unlimited}, shell(
		"head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; cat >/dev/null; head -c 500000 /dev/zero >&2"))
	if !bytes.Equal(result.Output, make([]byte, 1_000_000)) {
		t.Errorf("%d bytes of output", len(result.Output))
	}
	if !bytes.Equal(result.Commands[0].Stderr, make([]byte, 1_500_000)) {
		t.Errorf("%d bytes of standard error", len(result.Commands[0].Stderr))
	}
}

func TestCaptureLimitIsExact_R3(t *testing.T) {
	for limit := range 9 {
		result := mustRun(t, Options{CaptureLimit: limit}, shell("printf error >&2; printf out; printf put"))
		assertText(t, "output", result.Output, "output"[:min(limit, 6)])
		assertText(t, "standard error", result.Commands[0].Stderr, "error"[:min(limit, 5)])
		if result.OutputTruncated != (limit < 6) {
			t.Errorf("limit %d: output truncated: %v", limit, result.OutputTruncated)
		}
		if result.Commands[0].StderrTruncated != (limit < 5) {
			t.Errorf("limit %d: standard error truncated: %v", limit, result.Commands[0].StderrTruncated)
		}
	}
}

func TestLimitZeroWithoutBytesIsNotTruncated_R3(t *testing.T) {
	result := mustRun(t, Options{Input: []byte("dropped")}, shell("cat >/dev/null"))
	if len(result.Output) != 0 || result.OutputTruncated || result.Commands[0].StderrTruncated {
		t.Errorf("got %+v, want nothing", result)
	}
}

func TestWhatGoesBeyondTheLimitIsRead_R3(t *testing.T) {
	large := largeBytes()
	result := mustRun(t, Options{Input: large, CaptureLimit: 100_000},
		[]string{"tee", "/dev/stderr"}, []string{"cat"}, shell("cat; printf small >&2"))
	first, second, third := result.Commands[0], result.Commands[1], result.Commands[2]
	if !bytes.Equal(result.Output, large[:100_000]) || !result.OutputTruncated {
		t.Errorf("%d bytes of output, truncated: %v", len(result.Output), result.OutputTruncated)
	}
	if !bytes.Equal(first.Stderr, large[:100_000]) || !first.StderrTruncated {
		t.Errorf("%d bytes of standard error, truncated: %v", len(first.Stderr), first.StderrTruncated)
	}
	if second.StderrTruncated || third.StderrTruncated {
		t.Error("short standard errors are truncated")
	}
	assertText(t, "standard error", third.Stderr, "small")
	assertStatuses(t, result, 0, 0, 0)
}

func TestInputThatIsNotReadIsDropped_R4(t *testing.T) {
	options := Options{Input: largeBytes(), CaptureLimit: unlimited}
	result := mustRun(t, options, shell("exec <&-; echo unread; exit 5"))
	assertText(t, "output", result.Output, "unread\n")
	assertStatuses(t, result, 5)
}

func TestBackgroundReaderOfInputDoesNotHoldUpTheEnd_R4(t *testing.T) {
	options := Options{Input: largeBytes(), CaptureLimit: unlimited, Timeout: long}
	result := mustRun(t, options, shell("exec 3<&0; sleep 30 0<&3 >/dev/null 2>&1 & echo $!"))
	syscall.Kill(pidOf(t, string(result.Output)), syscall.SIGKILL)
	assertTimedOut(t, result, false)
	assertStatuses(t, result, 0)
}

func TestWriterToEndedCommandIsEndedBySigpipe_R4(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited}, []string{"yes"}, []string{"head", "-n", "1"})
	assertText(t, "output", result.Output, "y\n")
	assertStatuses(t, result, -int(syscall.SIGPIPE), 0)
}

func TestIgnoredSigpipeOfCallerStaysAndIsNotPassedOn_R4(t *testing.T) {
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			result, err := Run([][]string{{"yes"}, {"true"}}, Options{})
			if err != nil || result == nil || len(result.Commands) != 2 {
				t.Error(result, err)
				return
			}
			assertStatuses(t, result, -int(syscall.SIGPIPE), 0)
		}()
	}
	group.Wait()
	if !signal.Ignored(syscall.SIGPIPE) {
		t.Error("the caller does not ignore SIGPIPE any more")
	}
}

func TestSignalSettingsOfCallerStay_R4(t *testing.T) {
	defer signal.Reset(syscall.SIGPIPE)
	for _, set := range []func(){
		func() { signal.Reset(syscall.SIGPIPE) },
		func() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) },
		func() { signal.Ignore(syscall.SIGPIPE) },
	} {
		set()
		before := signalActions(t)
		options := Options{Input: largeBytes(), CaptureLimit: unlimited}
		assertStatuses(t, mustRun(t, options, []string{"true"}, []string{"cat"}), 0, 0)
		if after := signalActions(t); !slices.Equal(after, before) {
			t.Errorf("ignored and handled signals are %q, want %q", after, before)
		}
	}
}

// signalActions returns the system's lists of ignored and handled signals.
func signalActions(t *testing.T) []string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(status), "\n"), func(line string) bool {
		return !strings.HasPrefix(line, "SigIgn:") && !strings.HasPrefix(line, "SigCgt:")
	})
}

func TestCommandMayHandleSigpipeItself_R4(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited},
		shell("trap '' PIPE; while echo x 2>/dev/null; do :; done; echo handled >&2; exit 6"), []string{"true"})
	assertStatuses(t, result, 6, 0)
	assertText(t, "standard error", result.Commands[0].Stderr, "handled\n")
}

func TestCommandsAreKilledWhenTimeIsUp_R5(t *testing.T) {
	start := time.Now()
	options := Options{Input: largeBytes(), CaptureLimit: unlimited, Timeout: 20 * time.Millisecond}
	result := mustRun(t, options, []string{"sleep", "30"}, []string{"sleep", "30"})
	if elapsed := time.Since(start); elapsed < options.Timeout || elapsed > long {
		t.Errorf("took %v", elapsed)
	}
	assertTimedOut(t, result, true)
	assertText(t, "output", result.Output, "")
	assertStatuses(t, result, -9, -9)
}

func TestWhatWasReceivedAndTrueStatusesAreKept_R5(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited, Timeout: short},
		shell("echo trouble >&2; exit 3"), shell("kill -TERM $$"),
		shell("echo partial; echo more >&2; trap '' TERM; sleep 30; exit 0"))
	assertTimedOut(t, result, true)
	assertStatuses(t, result, 3, -int(syscall.SIGTERM), -int(syscall.SIGKILL))
	assertText(t, "output", result.Output, "partial\n")
	assertText(t, "standard error", result.Commands[0].Stderr, "trouble\n")
	assertText(t, "standard error", result.Commands[2].Stderr, "more\n")
}

func TestProcessesOfEndedCommandsAreKilled_R5(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited, Timeout: short},
		shell("sleep 30 >/dev/null & echo $!; exit 2"), shell("cat; sleep 30 2>/dev/null & echo $!; exit 0"))
	assertTimedOut(t, result, true)
	assertStatuses(t, result, 2, 0)
	pids := strings.Fields(string(result.Output))
	if len(pids) != 2 {
		t.Fatalf("output is %q, want two ids", result.Output)
	}
	for _, pid := range pids {
		if !endsSoon(pidOf(t, pid)) {
			t.Errorf("process %s was not killed", pid)
		}
	}
}

func TestCommandThatClosedItsStreamsIsKilled_R5(t *testing.T) {
	result := mustRun(t, Options{Timeout: 30 * time.Millisecond}, shell("exec >&- 2>&-; exec sleep 30"))
	assertTimedOut(t, result, true)
	assertStatuses(t, result, -9)
}

func TestProcessInAnotherGroupIsNotWaitedFor_R5(t *testing.T) {
	start := time.Now()
	result := mustRun(t, Options{CaptureLimit: unlimited, Timeout: short},
		shell("setsid sh -c 'echo $$; exec sleep 30' & exit 1"))
	if elapsed := time.Since(start); elapsed > long {
		t.Errorf("took %v", elapsed)
	}
	assertTimedOut(t, result, true)
	assertStatuses(t, result, 1)
	pid := pidOf(t, string(result.Output))
	if !isRunning(pid) {
		t.Error("the process was killed")
	}
	syscall.Kill(pid, syscall.SIGKILL)
}

func TestEndlessOutputEndsWithTheTime_R5(t *testing.T) {
	options := Options{CaptureLimit: 10, Timeout: 30 * time.Millisecond}
	result := mustRun(t, options, []string{"yes"})
	assertTimedOut(t, result, true)
	assertStatuses(t, result, -9)
}

func TestEndBeforeTheLimitIsNoTimeout_R5(t *testing.T) {
	for _, timeout := range []time.Duration{0, long, math.MaxInt64} {
		result := mustRun(t, Options{Timeout: timeout}, shell("sleep 0.01; kill -KILL $$"))
		assertTimedOut(t, result, false)
		assertStatuses(t, result, -9)
	}
}

func TestBackgroundProcessWithOtherStreamsIsLeftAlone_R5(t *testing.T) {
	result := mustRun(t, Options{CaptureLimit: unlimited, Timeout: long}, shell("sleep 30 >/dev/null 2>&1 & echo $!"))
	assertTimedOut(t, result, false)
	pid := pidOf(t, string(result.Output))
	time.Sleep(30 * time.Millisecond) // to be killed takes a moment
	if !isRunning(pid) {
		t.Error("the process was killed")
	}
	syscall.Kill(pid, syscall.SIGKILL)
}

func TestGroupOfCallerIsNotKilled_R5(t *testing.T) {
	bystander := exec.Command("sleep", "30")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	assertTimedOut(t, mustRun(t, Options{Timeout: 20 * time.Millisecond}, []string{"sleep", "30"}), true)
	if !isRunning(bystander.Process.Pid) {
		t.Error("the other child was killed")
	}
	bystander.Process.Kill()
	bystander.Wait()
}

func TestFirstCommandThatCanNotBeStarted_R6(t *testing.T) {
	plain := writeProgram(t, t.TempDir(), "plain", "#!/bin/sh\n", 0o644)
	for program, want := range map[string]error{
		"no-such-program-of-example": nil, // looked up, with an error that is no errno
		"./no-such-program":          syscall.ENOENT,
		plain:                        syscall.EACCES,
		"/":                          syscall.EACCES,
	} {
		start := time.Now()
		err := startError(t, []string{"sleep", "30"}, []string{"sleep", "30"}, []string{program}, []string{"missing-too"})
		if elapsed := time.Since(start); elapsed > long {
			t.Errorf("%s: took %v", program, elapsed)
		}
		if err.Index != 2 {
			t.Errorf("%s: index %d, want 2", program, err.Index)
		}
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", program, err, want)
		}
		assertNoChildren(t)
	}
}

func TestGroupsOfStartedCommandsAreKilled_R6(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alive")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	alive, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(alive)
	commands := slices.Repeat([][]string{{"cat"}}, 9)
	commands[0] = shell("exec 3>" + path + "; sleep 30 & sleep 30 & wait")
	commands[8] = []string{"no-such-program"}
	if err := startError(t, commands...); err.Index != 8 {
		t.Errorf("index %d, want 8", err.Index)
	}
	assertNoChildren(t)
	size, err := -1, error(syscall.EAGAIN)
	for start := time.Now(); err == syscall.EAGAIN && time.Since(start) < long; time.Sleep(time.Millisecond) {
		size, err = syscall.Read(alive, make([]byte, 1))
	}
	if size != 0 || err != nil { // the end comes when no process holds the other end
		t.Errorf("got %d, %v; want the end", size, err)
	}
}

func TestLaterCommandsAreNotStarted_R6(t *testing.T) {
	marker := filepath.Join(t.TempDir(), "marker")
	if err := startError(t, []string{"no-such-program"}, []string{"touch", marker}); err.Index != 0 {
		t.Errorf("index %d, want 0", err.Index)
	}
	time.Sleep(20 * time.Millisecond)
	assertMissing(t, marker)
}

func TestRefusedDescriptorsAreAStartError_R6_R8(t *testing.T) {
	before := countDescriptors(t)
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &usual); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for most := uint64(3); most < 100; most++ {
		tight := syscall.Rlimit{Cur: most, Max: usual.Max}
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &tight)
		_, err := Run([][]string{{"/bin/true"}, {"/bin/true"}}, Options{})
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &usual)
		assertNoChildren(t)
		assertDescriptors(t, before)
		if err == nil {
			break
		}
		var found *StartError
		if !errors.As(err, &found) || found.Index < 0 || found.Index > 1 || !errors.Is(err, syscall.EMFILE) {
			t.Fatalf("got %v, want a StartError with EMFILE", err)
		}
		refused++
	}
	if refused < 4 || refused == 97 {
		t.Errorf("refused %d times", refused)
	}
}

func TestInvalidArgumentsStartNothing_R7(t *testing.T) {
	marker := filepath.Join(t.TempDir(), "marker")
	touch := []string{"touch", marker}
	for _, one := range []struct {
		name     string
		commands [][]string
		options  Options
	}{
		{name: "nil commands"},
		{name: "no commands", commands: [][]string{}},
		{name: "empty list at the end", commands: [][]string{touch, {}}},
		{name: "nil at the end", commands: [][]string{touch, nil}},
		{name: "empty list first", commands: [][]string{{}, touch}},
		{name: "empty program", commands: [][]string{touch, {""}}},
		{name: "empty program with argument", commands: [][]string{touch, {"", "x"}}},
		{name: "after a missing program", commands: [][]string{touch, {"no-such-program"}, {""}}},
		{name: "zero byte in argument", commands: [][]string{touch, {"echo", "a\x00b"}}},
		{name: "zero byte alone", commands: [][]string{touch, {"echo", "\x00"}}},
		{name: "zero byte in program", commands: [][]string{touch, {"ec\x00ho"}}},
		{name: "negative limit", commands: [][]string{touch}, options: Options{CaptureLimit: -1}},
		{name: "negative timeout", commands: [][]string{touch}, options: Options{Timeout: -1}},
	} {
		result, err := Run(one.commands, one.options)
		if result != nil || !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: got %v, %v; want ErrInvalidArgument", one.name, result, err)
		}
	}
	assertNoChildren(t)
	assertMissing(t, marker)
}

func TestSmallestValidArguments_R7(t *testing.T) {
	assertTimedOut(t, mustRun(t, Options{Timeout: 1}, []string{"sleep", "30"}), true)
	assertStatuses(t, mustRun(t, Options{}, []string{"printf", "%s", ""}), 0)
}

func TestNothingStaysOpenOrRunning_R8(t *testing.T) {
	before := countDescriptors(t)
	options := Options{Input: largeBytes(), CaptureLimit: unlimited}
	result := mustRun(t, options, []string{"cat"}, []string{"true"}, []string{"cat"})
	if result.Commands[1].ExitCode != 0 {
		t.Errorf("got %+v, want exit code 0", result.Commands[1])
	}
	assertDescriptors(t, before)
	assertNoChildren(t)
	options.Timeout = 10 * time.Millisecond
	assertTimedOut(t, mustRun(t, options, []string{"sleep", "30"}, []string{"sleep", "30"}), true)
	assertDescriptors(t, before)
	assertNoChildren(t)
	startError(t, []string{"cat"}, []string{"no-such-program"})
	assertDescriptors(t, before)
	assertNoChildren(t)
}

func TestOtherChildrenAreNotWaitedFor_R8(t *testing.T) {
	other := exec.Command("sh", "-c", "exit 42")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if !endsSoon(other.Process.Pid) {
		t.Fatal("the other child does not end")
	}
	options := Options{Timeout: 20 * time.Millisecond}
	assertTimedOut(t, mustRun(t, options, []string{"true"}, []string{"sleep", "30"}), true)
	other.Wait()
	if code := other.ProcessState.ExitCode(); code != 42 {
		t.Errorf("exit code %d, want 42", code)
	}
}

func TestCommandsHoldOnlyTheirStandardStreams_R8(t *testing.T) {
	options := Options{Input: []byte("x"), CaptureLimit: unlimited}
	result := mustRun(t, options, listOpen, listOpen, listOpen)
	assertText(t, "output", result.Output, "x")
	for _, command := range result.Commands {
		if !holdsThreePipes(command) {
			t.Errorf("open in a command:\n%s", command.Stderr)
		}
	}
}

func TestRunsOfSeveralThreadsDoNotDisturbEachOther_R8(t *testing.T) {
	before := countDescriptors(t)
	var group sync.WaitGroup
	for number := range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			input := fmt.Sprintf("run %d", number)
			options := Options{Input: []byte(input), CaptureLimit: unlimited, Timeout: long}
			for range 6 {
				result, err := Run([][]string{listOpen, {"cat"}, listOpen}, options)
				if err != nil || result == nil || len(result.Commands) != 3 {
					t.Error(result, err)
					return
				}
				assertText(t, "output", result.Output, input)
				assertTimedOut(t, result, false)
				if !holdsThreePipes(result.Commands[0]) || !holdsThreePipes(result.Commands[2]) {
					t.Errorf("open in a command:\n%s", result.Commands[0].Stderr)
				}
			}
		}()
	}
	group.Wait()
	assertDescriptors(t, before)
	assertNoChildren(t)
}
