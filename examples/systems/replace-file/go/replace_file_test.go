package replacefile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// enter makes an empty folder the working directory; it has only files of the test.
func enter(t *testing.T) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	check(t, err)
	t.Chdir(folder)
	before := syscall.Umask(0o022)
	t.Cleanup(func() { syscall.Umask(before) })
	return folder
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o644))
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	check(t, err)
	if string(got) != want {
		t.Errorf("%s holds %.50q, want %.50q", path, got, want)
	}
}

func wantEntries(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	check(t, err)
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s has %q, want %q", folder, got, want)
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	check(t, err)
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has permissions %o, want %o", path, got, want)
	}
}

func wantLink(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.Readlink(path); err != nil || got != want {
		t.Errorf("%s leads to %q, %v; want %q", path, got, err, want)
	}
}

func TestContentIsReplaced_R1(t *testing.T) {
	enter(t)
	for _, data := range []string{"", "new", "\x00\r\n\xff", strings.Repeat("long", 500_001)} {
		put(t, "file", "old content")
		check(t, ReplaceFile("file", []byte(data)))
		wantContent(t, "file", data)
		wantEntries(t, ".", "file")
	}
}

func TestDataIsNotChanged_R1(t *testing.T) {
	enter(t)
	data := []byte("alice and bob")
	check(t, ReplaceFile("file", data[:5]))
	wantContent(t, "file", "alice")
	if string(data) != "alice and bob" {
		t.Errorf("data is now %q", data)
	}
}

func TestNilMakesAnEmptyFile_R1_R7(t *testing.T) {
	enter(t)
	put(t, "file", "old")
	check(t, ReplaceFile("file", nil))
	check(t, ReplaceFile("fresh", nil))
	wantContent(t, "file", "")
	wantContent(t, "fresh", "")
}

func TestNewFile_R1(t *testing.T) {
	folder := enter(t)
	check(t, ReplaceFile(filepath.Join(folder, "fresh"), []byte("x")))
	wantContent(t, "fresh", "x")
	wantEntries(t, ".", "fresh")
}

func TestRelativePaths_R1(t *testing.T) {
	enter(t)
	check(t, os.Mkdir("sub", 0o700))
	for _, path := range []string{"file", "./file", "sub/../file", "sub//..//file"} {
		put(t, "file", "old")
		check(t, ReplaceFile(path, []byte("new")))
		wantContent(t, "file", "new")
	}
	check(t, ReplaceFile("sub/inner", []byte("x")))
	wantContent(t, "sub/inner", "x")
	wantEntries(t, ".", "file", "sub")
}

func TestOpenReadersKeepTheOldContent_R2(t *testing.T) {
	enter(t)
	put(t, "file", "old")
	reader, err := os.Open("file")
	check(t, err)
	defer reader.Close()
	check(t, ReplaceFile("file", []byte("longer than before")))
	if got, err := io.ReadAll(reader); string(got) != "old" || err != nil {
		t.Errorf("the reader got %q, %v", got, err)
	}
	wantContent(t, "file", "longer than before")
}

func TestWrittenBesideAndRenamed_R2(t *testing.T) {
	folder := enter(t)
	put(t, "file", "old")
	renames := 0
	check(t, ReplaceFileWith("file", []byte("new"), Operations{Rename: func(source, target string) error {
		renames++
		wantContent(t, source, "new")
		wantContent(t, target, "old")
		source, target = absolute(t, source), absolute(t, target)
		if filepath.Dir(source) != folder || target != filepath.Join(folder, "file") || source == target {
			t.Errorf("rename of %s to %s", source, target)
		}
		return os.Rename(source, target)
	}}))
	if renames != 1 {
		t.Errorf("%d renames", renames)
	}
	wantContent(t, "file", "new")
}

func TestWrittenInTheFolderThatALinkLeadsTo_R2_R5(t *testing.T) {
	folder := enter(t)
	check(t, os.MkdirAll("deep/inner", 0o700))
	check(t, os.Symlink("deep/inner", "short"))
	var got string
	check(t, ReplaceFileWith("short/../fresh", []byte("x"), Operations{Rename: func(source, target string) error {
		got = filepath.Dir(absolute(t, source))
		return os.Rename(source, target)
	}}))
	if want := filepath.Join(folder, "deep"); got != want {
		t.Errorf("written in %s, want %s", got, want)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	// Links first: Abs would drop a link before "..".
	path, err := filepath.EvalSymlinks(path)
	check(t, err)
	path, err = filepath.Abs(path)
	check(t, err)
	return path
}

// watched writes down what is done, and fails with the error given for it.
func watched(t *testing.T, folder string, failures map[string]error) (Operations, *[]string) {
	var events []string
	note := func(event string) error {
		events = append(events, event)
		return failures[event]
	}
	expected, err := os.Stat(folder)
	check(t, err)
	flush := func(file *os.File) error {
		info, err := file.Stat()
		check(t, err)
		switch {
		case os.SameFile(info, expected):
			return note("flush folder")
		case info.Size() == 3:
			return note("flush file")
		default:
			return note("flush something else")
		}
	}
	rename := func(source, target string) error {
		if err := note("rename"); err != nil {
			return err
		}
		return os.Rename(source, target)
	}
	return Operations{Flush: flush, Rename: rename}, &events
}

func wantEvents(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFlushedInTheRightOrder_R3(t *testing.T) {
	folder := enter(t)
	put(t, "file", "old content")
	for _, path := range []string{"file", "./file", filepath.Join(folder, "fresh")} {
		operations, events := watched(t, folder, nil)
		check(t, ReplaceFileWith(path, []byte("new"), operations))
		wantEvents(t, *events, "flush file", "rename", "flush folder")
	}
}

func TestOneOperationMayBeGivenAlone_R3(t *testing.T) {
	folder := enter(t)
	operations, events := watched(t, folder, nil)
	check(t, ReplaceFileWith("file", []byte("new"), Operations{Flush: operations.Flush}))
	wantEvents(t, *events, "flush file", "flush folder")
	wantContent(t, "file", "new")
}

func TestPermissionsAreKept_R4(t *testing.T) {
	enter(t)
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o640, 0o755, 0o400, 0o666} {
		os.Remove("file")
		put(t, "file", "old")
		check(t, os.Chmod("file", mode))
		check(t, ReplaceFile("file", []byte("new")))
		wantMode(t, "file", mode)
		wantContent(t, "file", "new")
	}
}

func TestPermissionsOfANewFile_R4(t *testing.T) {
	enter(t)
	for umask, want := range map[int]fs.FileMode{0o022: 0o644, 0o027: 0o640, 0o077: 0o600, 0: 0o666} {
		os.Remove("fresh")
		syscall.Umask(umask)
		check(t, ReplaceFile("fresh", []byte("x")))
		if after := syscall.Umask(0o022); after != umask {
			t.Errorf("the umask is %o, was %o", after, umask)
		}
		wantMode(t, "fresh", want)
	}
}

func TestLinksStayAndTheirFileIsReplaced_R5(t *testing.T) {
	folder := enter(t)
	put(t, "file", "old")
	check(t, os.Chmod("file", 0o640))
	check(t, os.Mkdir("other", 0o700))
	check(t, os.Symlink("../file", "other/first"))
	check(t, os.Symlink("first", "other/second"))
	check(t, os.Symlink(filepath.Join(folder, "other/second"), "third"))
	check(t, ReplaceFile("third", []byte("new")))
	wantLink(t, "other/first", "../file")
	wantLink(t, "other/second", "first")
	wantLink(t, "third", filepath.Join(folder, "other/second"))
	wantContent(t, "file", "new")
	wantMode(t, "file", 0o640)
	wantEntries(t, "other", "first", "second")
	wantEntries(t, ".", "file", "other", "third")
}

func TestLinksToFoldersOnTheWay_R5(t *testing.T) {
	enter(t)
	check(t, os.MkdirAll("deep/inner", 0o700))
	check(t, os.Symlink("deep/inner", "short"))
	check(t, os.Symlink("../file", "deep/inner/link"))
	put(t, "deep/file", "old")
	check(t, ReplaceFile("short/link", []byte("new")))
	wantContent(t, "deep/file", "new")
	check(t, ReplaceFile("short/../fresh", []byte("x")))
	wantContent(t, "deep/fresh", "x")
	wantEntries(t, ".", "deep", "short")
}

func TestLinkToNothingMakesTheFile_R5(t *testing.T) {
	enter(t)
	check(t, os.Symlink("second", "first"))
	check(t, os.Symlink("target", "second"))
	check(t, ReplaceFile("first", []byte("x")))
	wantLink(t, "first", "second")
	wantLink(t, "second", "target")
	wantContent(t, "target", "x")
	wantMode(t, "target", 0o644)
}

func TestAsManyLinksAsTheSystemFollows_R5(t *testing.T) {
	enter(t)
	put(t, "file", "old")
	target := "file"
	for i := range 40 {
		link := strconv.Itoa(i)
		check(t, os.Symlink(target, link))
		target = link
	}
	wantContent(t, target, "old")
	check(t, ReplaceFile(target, []byte("new")))
	wantContent(t, "file", "new")
	wantLink(t, target, "38")
}

func TestCircleOfLinks_R5_R6(t *testing.T) {
	enter(t)
	check(t, os.Symlink("b", "a"))
	check(t, os.Symlink("a", "b"))
	if err := ReplaceFile("a", []byte("x")); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("got %v, want ELOOP", err)
	}
	wantEntries(t, ".", "a", "b")
}

func TestFailureLeavesTheOldFileAlone_R6(t *testing.T) {
	folder := enter(t)
	for failing, want := range map[string]error{"flush file": syscall.EIO, "rename": syscall.ENOSPC} {
		put(t, "file", "old")
		for _, path := range []string{"file", "fresh"} {
			operations, events := watched(t, folder, map[string]error{failing: want})
			if err := ReplaceFileWith(path, []byte("new"), operations); !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
			if last := len(*events) - 1; last < 0 || (*events)[last] != failing {
				t.Errorf("did %q after %s failed", *events, failing)
			}
		}
		wantContent(t, "file", "old")
		wantEntries(t, ".", "file")
	}
}

func TestFailureOfTheLastFlush_R6(t *testing.T) {
	folder := enter(t)
	put(t, "file", "old")
	operations, _ := watched(t, folder, map[string]error{"flush folder": syscall.EIO})
	if err := ReplaceFileWith("file", []byte("new"), operations); !errors.Is(err, syscall.EIO) {
		t.Errorf("got %v, want EIO", err)
	}
	wantContent(t, "file", "new")
	wantEntries(t, ".", "file")
}

func TestFailureToWrite_R6(t *testing.T) {
	enter(t)
	put(t, "file", "old")
	const limit = 1 << 20
	var before syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: before.Max}))
	err := ReplaceFile("file", make([]byte, limit+1))
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v, want EFBIG", err)
	}
	wantContent(t, "file", "old")
	wantEntries(t, ".", "file")
}

func TestPathsThatCannotBeReplaced_R6(t *testing.T) {
	enter(t)
	check(t, os.Mkdir("folder", 0o700))
	put(t, "file", "old")
	for path, want := range map[string]error{
		"folder": syscall.EISDIR, "missing/file": fs.ErrNotExist, "": fs.ErrNotExist, "file/inner": syscall.ENOTDIR,
	} {
		err := ReplaceFile(path, []byte("x"))
		// os.Rename says "file exists" of a folder.
		if !errors.Is(err, want) && !(want == syscall.EISDIR && errors.Is(err, fs.ErrExist)) {
			t.Errorf("%q: got %v, want %v", path, err, want)
		}
	}
	wantContent(t, "file", "old")
	wantEntries(t, ".", "file", "folder")
	wantEntries(t, "folder")
}

func TestOnlyBytesAreAccepted_R7(t *testing.T) {
	enter(t)
	function := reflect.TypeOf(ReplaceFile)
	if function.In(1) != reflect.TypeOf([]byte(nil)) {
		t.Errorf("data is %v", function.In(1))
	}
	notText := []byte{0xC3, 0x28, 0x00, 0x80}
	check(t, ReplaceFile("file", notText))
	wantContent(t, "file", string(notText))
}

func TestManyWritersAtOnce_R8(t *testing.T) {
	enter(t)
	const writers, rounds, size = 8, 10, 20_000
	isWhole := func() bool {
		got, err := os.ReadFile("file")
		return err == nil && len(got) == size && got[0] < writers && bytes.Count(got, got[:1]) == size
	}
	start := make(chan struct{})
	var group sync.WaitGroup
	for number := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			<-start
			for range rounds {
				if err := ReplaceFile("file", bytes.Repeat([]byte{byte(number)}, size)); err != nil {
					t.Error(err)
				}
				if !isWhole() {
					t.Error("the file holds the data of no writer")
				}
			}
		}()
	}
	close(start)
	group.Wait()
	if !isWhole() {
		t.Error("the file holds the data of no writer")
	}
	wantEntries(t, ".", "file")
}
