//go:build unix

package treechanges_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	treechanges "example.com/file-tree-changes"
)

const (
	digest         = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	otherDigest    = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
	composed       = "\u00e9"
	decomposed     = "e\u0301"
	fullwidthTilde = "\uff5e"
	emoji          = "\U0001f600"
)

// check fails the test on an error. It does not stop it, because hooks run in
// another goroutine.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func wantEqual[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o777))
	check(t, os.WriteFile(path, []byte(content), 0o666))
}

// fill creates files that contain their own path.
func fill(t *testing.T, root string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		write(t, root+"/"+path, path)
	}
}

func scan(t *testing.T, root string, ignore ...string) treechanges.Snapshot {
	t.Helper()
	return scanWith(t, root, treechanges.Options{Ignore: ignore})
}

func scanWith(t *testing.T, root string, opts treechanges.Options) treechanges.Snapshot {
	t.Helper()
	snapshot, err := scanInTime(t, root, opts, 5*time.Second)
	check(t, err)
	return snapshot
}

// scanInTime fails the test instead of waiting for ever.
func scanInTime(
	t *testing.T, root string, opts treechanges.Options, limit time.Duration,
) (treechanges.Snapshot, error) {
	t.Helper()
	type result struct {
		snapshot treechanges.Snapshot
		err      error
	}
	results := make(chan result, 1)
	go func() {
		snapshot, err := treechanges.Scan(root, opts)
		results <- result{snapshot, err}
	}()
	select {
	case r := <-results:
		return r.snapshot, r.err
	case <-time.After(limit):
		t.Fatalf("not done within %v", limit)
		return treechanges.Snapshot{}, nil
	}
}

// at returns a hook that acts when it is called with the path.
func at(path string, action func()) func(string) {
	return func(called string) {
		if called == path {
			action()
		}
	}
}

func recordCalls(calls *[]string) func(string) {
	return func(path string) { *calls = append(*calls, path) }
}

func newEntry(path string, kind treechanges.Kind, size int64, sum string) treechanges.Entry {
	return treechanges.Entry{Path: path, Kind: kind, Size: size, Digest: sum}
}

func entryOf(path string, kind treechanges.Kind, content string) treechanges.Entry {
	return newEntry(path, kind, int64(len(content)), fmt.Sprintf("%x", sha256.Sum256([]byte(content))))
}

func file(path, content string) treechanges.Entry {
	return entryOf(path, treechanges.KindFile, content)
}

func link(path, target string) treechanges.Entry {
	return entryOf(path, treechanges.KindSymlink, target)
}

func vanished(path string) treechanges.Problem {
	return treechanges.Problem{Path: path, Kind: treechanges.Vanished}
}

func unreadable(path string) treechanges.Problem {
	return treechanges.Problem{Path: path, Kind: treechanges.Unreadable}
}

func special(path string) treechanges.Problem {
	return treechanges.Problem{Path: path, Kind: treechanges.Special}
}

func badName(path string) treechanges.Problem {
	return treechanges.Problem{Path: path, Kind: treechanges.BadName}
}

// filled returns what a scan finds after fill.
func filled(paths ...string) []treechanges.Entry {
	entries := []treechanges.Entry{}
	for _, path := range paths {
		entries = append(entries, file(path, path))
	}
	return entries
}

func snapshotOf(entries []treechanges.Entry, problems ...treechanges.Problem) treechanges.Snapshot {
	return treechanges.Snapshot{
		Entries:  append([]treechanges.Entry{}, entries...),
		Problems: append([]treechanges.Problem{}, problems...),
	}
}

func withEntries(entries ...treechanges.Entry) treechanges.Snapshot {
	return treechanges.Snapshot{Entries: entries}
}

func wantScan(t *testing.T, got treechanges.Snapshot, entries []treechanges.Entry, problems ...treechanges.Problem) {
	t.Helper()
	wantEqual(t, got, snapshotOf(entries, problems...))
}

func wantChanges(t *testing.T, before, after treechanges.Snapshot, want treechanges.Changes) {
	t.Helper()
	for _, list := range []*[]string{&want.Created, &want.Modified, &want.Deleted, &want.Unknown} {
		*list = append([]string{}, *list...)
	}
	want.Moved = append([]treechanges.Move{}, want.Moved...)
	wantEqual(t, treechanges.Compare(before, after), want)
}

// fullPipe makes a named pipe that holds the content, and returns a function
// that takes out what is left of it.
func fullPipe(t *testing.T, path, content string) func() string {
	t.Helper()
	check(t, syscall.Mkfifo(path, 0o666))
	descriptor, err := syscall.Open(path, syscall.O_RDWR|syscall.O_NONBLOCK, 0)
	check(t, err)
	t.Cleanup(func() { syscall.Close(descriptor) })
	_, err = syscall.Write(descriptor, []byte(content))
	check(t, err)
	return func() string {
		buffer := make([]byte, 1000)
		n, _ := syscall.Read(descriptor, buffer)
		return string(buffer[:max(n, 0)])
	}
}

// R1: entries of a scan

func TestRecordsFilesAtAnyDepth_R1(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/top.txt", "one")
	write(t, root+"/a/b/c/deep.bin", "\x00\xff\r\n")
	write(t, root+"/a/empty", "")
	wantScan(t, scan(t, root), []treechanges.Entry{
		file("a/b/c/deep.bin", "\x00\xff\r\n"), file("a/empty", ""), file("top.txt", "one"),
	})
}

func TestDigestIsSHA256InLowerCase_R1(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/abc", "abc")
	sum := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	wantScan(t, scan(t, root), []treechanges.Entry{newEntry("abc", treechanges.KindFile, 3, sum)})
}

func TestReadsFilesToTheirEnd_R1(t *testing.T) {
	root := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	content := make([]byte, 1_500_001)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	write(t, root+"/big", string(content))
	wantScan(t, scan(t, root), []treechanges.Entry{file("big", string(content))})
}

func TestRecordsLinksByTheirTargetText_R1(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/file", "content of the file")
	check(t, os.Symlink("file", root+"/link"))
	check(t, os.Symlink("gone/"+composed, root+"/accent"))
	check(t, os.Symlink("\xff", root+"/raw"))
	wantScan(t, scan(t, root), []treechanges.Entry{
		link("accent", "gone/"+composed), file("file", "content of the file"), link("link", "file"), link("raw", "\xff"),
	})
}

func TestSortsWholePathsOverTheTree_R1(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "ab", "a/c", "a-b", "B", "a/b/z", "a/b.c", "a0", "_")
	wantScan(t, scan(t, root), filled("B", "_", "a-b", "a/b.c", "a/b/z", "a/c", "a0", "ab"))
}

func TestDirectoriesLeaveNoEntry_R1(t *testing.T) {
	root := t.TempDir()
	check(t, os.MkdirAll(root+"/empty/nested", 0o777))
	fill(t, root, "full/file")
	wantScan(t, scan(t, root), filled("full/file"))
}

func TestEmptyRoot_R1(t *testing.T) {
	wantScan(t, scan(t, t.TempDir()), nil)
}

func TestHardLinksAreSeparateEntries_R1(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/a", "same")
	check(t, os.Link(root+"/a", root+"/b"))
	wantScan(t, scan(t, root), []treechanges.Entry{file("a", "same"), file("b", "same")})
}

func TestResultDoesNotDependOnHowTheRootIsWritten_R1(t *testing.T) {
	parent := t.TempDir()
	fill(t, parent+"/root", "sub/file", "top")
	check(t, os.Symlink("root", parent+"/link"))
	t.Chdir(parent)
	for name, root := range map[string]string{
		"relative":          "root",
		"dot":               "./root",
		"slash":             "root/",
		"link":              "link",
		"link and slash":    "link/",
		"parent":            "root/sub/..",
		"absolute":          parent + "/root",
		"absolute and link": parent + "/link/",
	} {
		t.Run(name, func(t *testing.T) {
			wantScan(t, scan(t, root), filled("sub/file", "top"))
		})
	}
}

func TestCurrentDirectoryAsRoot_R1(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "sub/file")
	t.Chdir(root)
	wantScan(t, scan(t, "."), filled("sub/file"))
}

func TestVeryDeepTree_R1(t *testing.T) {
	const depth = 1100
	root := t.TempDir()
	folder := root
	for range depth {
		folder += "/d"
		check(t, os.Mkdir(folder, 0o777))
	}
	t.Cleanup(func() { // what cleans up after the test would run out of descriptors
		os.Remove(folder + "/f")
		for ; folder != root; folder = strings.TrimSuffix(folder, "/d") {
			os.Remove(folder)
		}
	})
	check(t, os.WriteFile(folder+"/f", nil, 0o666))
	wantScan(t, scan(t, root), []treechanges.Entry{file(strings.Repeat("d/", depth)+"f", "")})
}

// R2: created, modified, deleted

func TestCreatedModifiedDeleted_R2(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "stays", "d/gone", "d/changes")
	before := scan(t, root)
	check(t, os.Remove(root+"/d/gone"))
	write(t, root+"/d/changes", "33")
	fill(t, root, "new/b", "new-a")
	wantChanges(t, before, scan(t, root), treechanges.Changes{
		Created: []string{"new-a", "new/b"}, Modified: []string{"d/changes"}, Deleted: []string{"d/gone"},
	})
}

func TestFindsContentChangedWithSizeAndTimeKept_R2(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/file", "before")
	before := scan(t, root)
	info, err := os.Stat(root + "/file")
	if err != nil {
		t.Fatal(err)
	}
	write(t, root+"/file", "after!")
	check(t, os.Chtimes(root+"/file", info.ModTime(), info.ModTime()))
	wantChanges(t, before, scan(t, root), treechanges.Changes{Modified: []string{"file"}})
}

func TestTimesAndPermissionsAreNoChange_R2(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "file")
	before := scan(t, root)
	check(t, os.Chtimes(root+"/file", time.Unix(1, 0), time.Unix(1, 0)))
	check(t, os.Chtimes(root, time.Unix(2, 0), time.Unix(2, 0)))
	check(t, os.Chmod(root+"/file", 0o700))
	after := scan(t, root)
	wantEqual(t, after, before)
	wantChanges(t, before, after, treechanges.Changes{})
}

func TestFileReplacedWithLinkOfTheSameBytesIsModified_R2(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/item", "target")
	before := scan(t, root)
	check(t, os.Remove(root+"/item"))
	check(t, os.Symlink("target", root+"/item"))
	wantChanges(t, before, scan(t, root), treechanges.Changes{Modified: []string{"item"}})
}

func TestLinkWithAnotherTargetIsModified_R2(t *testing.T) {
	root := t.TempDir()
	check(t, os.Symlink("one", root+"/link"))
	before := scan(t, root)
	check(t, os.Remove(root+"/link"))
	check(t, os.Symlink("two", root+"/link"))
	wantChanges(t, before, scan(t, root), treechanges.Changes{Modified: []string{"link"}})
}

func TestDirectoryReplacedWithFile_R2(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a/b")
	before := scan(t, root)
	check(t, os.RemoveAll(root+"/a"))
	fill(t, root, "a")
	wantChanges(t, before, scan(t, root), treechanges.Changes{Created: []string{"a"}, Deleted: []string{"a/b"}})
}

func TestEachDifferenceAloneIsAModification_R2(t *testing.T) {
	original := withEntries(newEntry("a", treechanges.KindFile, 3, digest))
	for _, changed := range []treechanges.Entry{
		newEntry("a", treechanges.KindSymlink, 3, digest),
		newEntry("a", treechanges.KindFile, 4, digest),
		newEntry("a", treechanges.KindFile, 3, otherDigest),
	} {
		wantChanges(t, original, withEntries(changed), treechanges.Changes{Modified: []string{"a"}})
	}
}

func TestSnapshotComparedWithItself_R2(t *testing.T) {
	snapshot := treechanges.Snapshot{
		Entries:  []treechanges.Entry{file("a", "1"), file("b", "1"), link("d/l", "a")},
		Problems: []treechanges.Problem{unreadable("a"), unreadable("d"), special("p")},
	}
	wantChanges(t, snapshot, snapshot, treechanges.Changes{})
	wantChanges(t, treechanges.Snapshot{}, treechanges.Snapshot{}, treechanges.Changes{})
}

func TestListsAreSortedAndArgumentsStayAsTheyAre_R2(t *testing.T) {
	before := withEntries(append(filled("d/x", "d-x", emoji, fullwidthTilde),
		file("m", "old"), file("M", "old"), file("m/1", "old"))...)
	after := withEntries(append(filled("n", "N", "n/1", "n-1"),
		file("m", "new"), file("M", "new"), file("m/1", "new"))...)
	want := treechanges.Changes{
		Created:  []string{"N", "n", "n-1", "n/1"},
		Modified: []string{"M", "m", "m/1"},
		Deleted:  []string{"d-x", "d/x", fullwidthTilde, emoji},
	}
	beforeCopy, afterCopy := slices.Clone(before.Entries), slices.Clone(after.Entries)
	wantChanges(t, before, after, want)
	wantEqual(t, before.Entries, beforeCopy)
	wantEqual(t, after.Entries, afterCopy)
	slices.Reverse(before.Entries)
	slices.Reverse(after.Entries)
	wantChanges(t, before, after, want)
}

// R3: moves

// tree maps paths to contents.
type tree map[string]string

func (files tree) snapshot() treechanges.Snapshot {
	var s treechanges.Snapshot
	for path, content := range files {
		s.Entries = append(s.Entries, file(path, content))
	}
	return s
}

func TestRenamedFileIsMoved_R3(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "old/name")
	before := scan(t, root)
	check(t, os.Rename(root+"/old", root+"/new"))
	wantChanges(t, before, scan(t, root), treechanges.Changes{Moved: []treechanges.Move{{"old/name", "new/name"}}})
}

func TestMoves_R3(t *testing.T) {
	for _, tc := range []struct {
		name          string
		before, after tree
		want          treechanges.Changes
	}{
		{
			"sorted by old path",
			tree{"c": "1", "a": "2", "b": "3"},
			tree{"x": "1", "z": "2", "y": "3"},
			treechanges.Changes{Moved: []treechanges.Move{{"a", "z"}, {"b", "y"}, {"c", "x"}}},
		},
		{
			"equal files are paired in sorted order",
			tree{"a/b": "1", "a-b": "1", "B": "1"},
			tree{"z": "1", emoji: "1", fullwidthTilde: "1"},
			treechanges.Changes{Moved: []treechanges.Move{{"B", "z"}, {"a-b", fullwidthTilde}, {"a/b", emoji}}},
		},
		{
			"left over stay deleted",
			tree{"c": "1", "a": "1", "b": "1"},
			tree{"x": "1"},
			treechanges.Changes{Moved: []treechanges.Move{{"a", "x"}}, Deleted: []string{"b", "c"}},
		},
		{
			"left over stay created",
			tree{"k": "1"},
			tree{"z": "1", "x": "1", "y": "1"},
			treechanges.Changes{Moved: []treechanges.Move{{"k", "x"}}, Created: []string{"y", "z"}},
		},
		{
			"empty files are never moved",
			tree{"a": ""},
			tree{"b": ""},
			treechanges.Changes{Created: []string{"b"}, Deleted: []string{"a"}},
		},
		{
			"file of one byte",
			tree{"a": "\x00"},
			tree{"b": "\x00"},
			treechanges.Changes{Moved: []treechanges.Move{{"a", "b"}}},
		},
		{
			"copy is created",
			tree{"a": "1"},
			tree{"a": "1", "b": "1"},
			treechanges.Changes{Created: []string{"b"}},
		},
		{
			"exchanged contents are modified",
			tree{"a": "1", "b": "2"},
			tree{"a": "2", "b": "1"},
			treechanges.Changes{Modified: []string{"a", "b"}},
		},
		{
			"moved onto an existing file",
			tree{"a": "1", "b": "2"},
			tree{"a": "2"},
			treechanges.Changes{Modified: []string{"a"}, Deleted: []string{"b"}},
		},
		{
			"modified file whose content moved on",
			tree{"a": "1"},
			tree{"a": "2", "b": "1"},
			treechanges.Changes{Modified: []string{"a"}, Created: []string{"b"}},
		},
		{
			"chain",
			tree{"a": "1", "b": "2"},
			tree{"b": "1", "c": "2"},
			treechanges.Changes{Created: []string{"c"}, Modified: []string{"b"}, Deleted: []string{"a"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantChanges(t, tc.before.snapshot(), tc.after.snapshot(), tc.want)
		})
	}
}

func TestNoMoveBetween_R3(t *testing.T) {
	for _, tc := range []struct {
		name     string
		old, new treechanges.Entry
	}{
		{"links", link("a", "target"), link("b", "target")},
		{"file and link", file("a", "target"), link("b", "target")},
		{"link and file", link("a", "target"), file("b", "target")},
		{"other sizes", newEntry("a", treechanges.KindFile, 3, digest), newEntry("b", treechanges.KindFile, 4, digest)},
		{"other digests", newEntry("a", treechanges.KindFile, 3, digest), newEntry("b", treechanges.KindFile, 3, otherDigest)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := treechanges.Changes{Created: []string{"b"}, Deleted: []string{"a"}}
			wantChanges(t, withEntries(tc.old), withEntries(tc.new), want)
		})
	}
}

func TestMovesDoNotDependOnTheOrderOfEntries_R3(t *testing.T) {
	before := withEntries(file("c", "1"), file("a", "1"), file("b", "1"))
	after := withEntries(file("y", "1"), file("x", "1"))
	want := treechanges.Changes{Moved: []treechanges.Move{{"a", "x"}, {"b", "y"}}, Deleted: []string{"c"}}
	wantChanges(t, before, after, want)
	slices.Reverse(before.Entries)
	slices.Reverse(after.Entries)
	wantChanges(t, before, after, want)
}

// R4: links are not followed

func TestLinksAreNotFollowed_R4(t *testing.T) {
	parent := t.TempDir()
	root := parent + "/root"
	write(t, parent+"/outside/secret", "secret")
	check(t, os.MkdirAll(root+"/d", 0o777))
	links := []treechanges.Entry{
		link("d/parent", ".."),
		link("gone", "nowhere"),
		link("loop", "loop"),
		link("outside", parent+"/outside"),
		link("relative", "../outside"),
		link("secret", parent+"/outside/secret"),
	}
	for path, target := range map[string]string{
		"d/parent": "..", "gone": "nowhere", "loop": "loop", "outside": parent + "/outside",
		"relative": "../outside", "secret": parent + "/outside/secret",
	} {
		check(t, os.Symlink(target, root+"/"+path))
	}
	var calls []string
	wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: recordCalls(&calls)}), links)
	wantEqual(t, calls, []string{"d"})
}

func TestLinkToItsOwnDirectoryIsNotFollowed_R4(t *testing.T) {
	root := t.TempDir()
	check(t, os.Symlink(".", root+"/self"))
	wantScan(t, scan(t, root), []treechanges.Entry{link("self", ".")})
}

func TestFileReplacedBeforeItIsOpenedIsUnreadable_R4(t *testing.T) {
	for _, tc := range []struct {
		name    string
		replace func(path string) error
	}{
		{"link", func(path string) error { return os.Symlink("../outside", path) }},
		{"link to a file in the tree", func(path string) error { return os.Symlink("a", path) }},
		{"broken link", func(path string) error { return os.Symlink("nowhere", path) }},
		{"directory", func(path string) error { return os.Mkdir(path, 0o777) }},
		{"pipe", func(path string) error { return syscall.Mkfifo(path, 0o666) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			parent := t.TempDir()
			root := parent + "/root"
			write(t, parent+"/outside", "outside")
			fill(t, root, "a", "item", "z")
			hook := at("item", func() {
				check(t, os.Remove(root+"/item"))
				check(t, tc.replace(root+"/item"))
			})
			snapshot := scanWith(t, root, treechanges.Options{BeforeRead: hook})
			wantScan(t, snapshot, filled("a", "z"), unreadable("item"))
		})
	}
}

func TestFileReplacedWithAPipeThatHoldsDataIsUnreadable_R4(t *testing.T) {
	parent := t.TempDir()
	root := parent + "/root"
	fill(t, root, "item")
	fullPipe(t, parent+"/pipe", "data")
	hook := at("item", func() { check(t, os.Rename(parent+"/pipe", root+"/item")) })
	wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: hook}), nil, unreadable("item"))
}

func TestNothingIsReadThroughALinkPutInPlaceOfAFile_R4(t *testing.T) {
	parent := t.TempDir()
	root := parent + "/root"
	rest := fullPipe(t, parent+"/pipe", "secret")
	fill(t, root, "item")
	snapshot := scanWith(t, root, treechanges.Options{BeforeRead: at("item", func() {
		check(t, os.Remove(root+"/item"))
		check(t, os.Symlink(parent+"/pipe", root+"/item"))
	})})
	wantScan(t, snapshot, nil, unreadable("item"))
	wantEqual(t, rest(), "secret")
}

// R5: ignore patterns

func TestPattern_R5(t *testing.T) {
	for _, tc := range []struct {
		name, pattern, files, kept string
	}{
		{"star", "*.log", "a.log a.log.txt d/b.log d/.log log", "a.log.txt log"},
		{"star within", "a*c", "ac abc abbc abcd xac", "abcd xac"},
		{"star takes more on a retry", "*ab*b", "aab abab abaab bab", "aab bab"},
		{"two stars between letters", "a**b", "ab axxb axxc", "axxc"},
		{"question mark", "?", "a ab dd/x " + emoji + " " + composed + " " + decomposed, "ab " + decomposed},
		{"question mark is not none", "a?", "a ab abc", "a abc"},
		{"star and question marks", "*??", "a ab abc", "a"},
		{"whole name", "ab", "ab abc xab d/ab", "abc xab"},
		{"letter case", "a.TXT", "a.txt A.TXT a.TXT", "A.TXT a.txt"},
		{"composed", composed, composed + " " + decomposed, decomposed},
		{"no slash matches a directory", "d", "d/x/y e/d/x e/dd", "e/dd"},
		{"slash at the beginning", "/a", "a d/a", "d/a"},
		{"slash at the beginning, directory", "/d", "d/x e/d/x", "e/d/x"},
		{"whole path", "a/b", "a/b a/bb x/a/b", "a/bb x/a/b"},
		{"slash at the beginning of a path", "/a/b", "a/b x/a/b", "x/a/b"},
		{"star as last segment", "a/*", "a/b a/c/d b/a/x", "b/a/x"},
		{"star as first segment", "*/x", "x a/x a/b/x", "a/b/x x"},
		{"star does not stand for a slash", "/a*c", "ac abc a/c a/b/c", "a/b/c a/c"},
		{"question mark does not stand for a slash", "/a?c", "abc a/c", "a/c"},
		{"two stars first", "**/x", "x a/x a/b/x a/xx", "a/xx"},
		{"two stars last", "a/**", "a/b a/c/d b/a/x", "b/a/x"},
		{"two stars last need a segment", "a/**", "a b", "a b"},
		{"two stars in the middle", "a/**/b", "a/b a/x/b a/x/y/b a/x/c b x/a/b", "a/x/c b x/a/b"},
		{"two stars twice", "**/a/**", "a/x x/a/y/z b/c", "b/c"},
		{"two stars twice need a segment", "**/a/**", "a b/a", "a b/a"},
		{"two stars, segments retried", "**/a/b/c", "a/b/a/b/c x/a/b/d", "x/a/b/d"},
		{"two stars twice, retried", "a/**/b/**/c", "a/b/c a/x/b/x/c a/c/b a/b/d", "a/b/d a/c/b"},
		{"only two stars", "**", "a b/c", ""},
		{"slash and two stars", "/**", "a b/c", ""},
		{"two stars and two stars", "**/**", "a b/c", ""},
		{"three stars are one", "***/b", "b x/b x/y/b", "b x/y/b"},
		{"two stars in a segment are one", "/a**/x", "a/x ab/x ab/c/x", "ab/c/x"},
		{"directories only", "d/", "d/x e/d e/f/d/x f/dd", "e/d f/dd"},
		{"directories only, at the root", "/d/", "d/x e/d/x", "e/d/x"},
		{"directories only, whole path", "a/b/", "a/b/x b/x c/a/b/x", "b/x c/a/b/x"},
		{"all directories", "**/", "a b/c", "a"},
		{"leading dot", "?a", ".a ba a", "a"},
		{"dot is no wildcard", "a.c", "a.c abc", "abc"},
		{"brackets", "[ab]", "[ab] a b", "a b"},
		{"braces", "{a,b}", "{a,b} a b", "a b"},
		{"parentheses and bar", "(a|b)", "(a|b) a b", "a b"},
		{"plus", "a+", "a+ a aa", "a aa"},
		{"caret and dollar", "^a$", "^a$ a", "a"},
		{"exclamation mark", "!a", "!a a b", "a b"},
		{"backslash", `\*`, `\x * x`, "* x"},
		{"backslash and letter", `\d`, `\d 1 d`, "1 d"},
		{"number sign", "#a", "#a a", "a"},
		{"dot segments", "./a", "a", "a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := t.TempDir()
			fill(t, root, strings.Fields(tc.files)...)
			wantScan(t, scan(t, root, tc.pattern), filled(strings.Fields(tc.kept)...))
		})
	}
}

func TestPatternAndLineBreaks_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "a\n", "a\nb")
	for _, tc := range []struct {
		pattern string
		kept    []string
	}{
		{"a*b", []string{"a", "a\n"}},
		{"a?b", []string{"a", "a\n"}},
		{"a", []string{"a\n", "a\nb"}},
		{"a\n", []string{"a", "a\nb"}},
		{"a?", []string{"a", "a\nb"}},
		{"*", nil},
		{"/**", nil},
	} {
		t.Run(tc.pattern, func(t *testing.T) {
			wantScan(t, scan(t, root, tc.pattern), filled(tc.kept...))
		})
	}
}

func TestSpacesOfAPatternCount_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, " a", "a", "a ")
	wantScan(t, scan(t, root, " a"), filled("a", "a "))
}

func TestAnyOfSeveralPatterns_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "b", "d/x", "e/x")
	wantScan(t, scan(t, root, "a", "d/", "nothing"), filled("b", "e/x"))
}

func TestNoPatternIgnoresNothing_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, ".hidden", "#x")
	wantScan(t, scan(t, root), filled("#x", ".hidden"))
}

func TestLinkIsNotADirectoryForAPattern_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "real/x")
	check(t, os.Symlink("real", root+"/link"))
	wantScan(t, scan(t, root, "link/", "real/"), []treechanges.Entry{link("link", "real")})
	wantScan(t, scan(t, root, "link"), filled("real/x"))
}

func TestIgnoredItemsHaveNoProblemAndNoHook_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "b.tmp", "d/x", "e/x")
	check(t, syscall.Mkfifo(root+"/pipe.tmp", 0o666))
	check(t, syscall.Mkfifo(root+"/d/pipe", 0o666))
	check(t, os.Mkdir(root+"/d/\xff", 0o777))
	var calls []string
	snapshot := scanWith(t, root, treechanges.Options{Ignore: []string{"*.tmp", "d/"}, BeforeRead: recordCalls(&calls)})
	wantScan(t, snapshot, filled("a", "e/x"))
	slices.Sort(calls)
	wantEqual(t, calls, []string{"a", "e", "e/x"})
}

func TestDirectoryIsListedIfOnlyWhatIsBelowIsIgnored_R5(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a/b", "a/c/d")
	var calls []string
	wantScan(t, scanWith(t, root, treechanges.Options{Ignore: []string{"a/**"}, BeforeRead: recordCalls(&calls)}), nil)
	wantEqual(t, calls, []string{"a"})
}

func TestManyStarsAreDecidedQuickly_R5(t *testing.T) {
	root := t.TempDir()
	name := strings.Repeat("a", 200)
	fill(t, root, name)
	for _, prefix := range []string{"", "/", "**/"} {
		stars := prefix + strings.Repeat("*a", 30)
		snapshot, err := scanInTime(t, root, treechanges.Options{Ignore: []string{stars + "b"}}, time.Second)
		check(t, err)
		wantScan(t, snapshot, filled(name))
		wantScan(t, scan(t, root, stars), nil)
	}
}

// R6: items that can't be recorded, and the hook

func TestHookIsCalledOnceForEachFileAndDirectory_R6(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "d/e/f")
	check(t, os.Mkdir(root+"/empty", 0o777))
	check(t, syscall.Mkfifo(root+"/pipe", 0o666))
	check(t, os.Symlink("a", root+"/link"))
	var calls []string
	scanWith(t, root, treechanges.Options{BeforeRead: recordCalls(&calls)})
	slices.Sort(calls)
	wantEqual(t, calls, []string{"a", "d", "d/e", "d/e/f", "empty"})
}

func TestHookIsCalledBeforeAFileIsOpened_R6(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/a", "before")
	hook := at("a", func() { write(t, root+"/a", "after the hook") })
	wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: hook}), []treechanges.Entry{file("a", "after the hook")})
}

func TestHookIsCalledBeforeADirectoryIsListed_R6(t *testing.T) {
	root := t.TempDir()
	check(t, os.Mkdir(root+"/d", 0o777))
	hook := at("d", func() { fill(t, root, "d/new") })
	wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: hook}), []treechanges.Entry{file("d/new", "d/new")})
}

func TestVanishedFile_R6(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "d/item", "z")
	hook := at("d/item", func() { check(t, os.Remove(root+"/d/item")) })
	snapshot := scanWith(t, root, treechanges.Options{BeforeRead: hook})
	wantScan(t, snapshot, filled("a", "z"), vanished("d/item"))
}

func TestVanishedDirectory_R6(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "d/x", "d/y", "z")
	hook := at("d", func() { check(t, os.RemoveAll(root+"/d")) })
	snapshot := scanWith(t, root, treechanges.Options{BeforeRead: hook})
	wantScan(t, snapshot, filled("a", "z"), vanished("d"))
}

func TestUnreadableFileAndDirectory_R6(t *testing.T) {
	// Running out of descriptors is the failure that hits every user, root too.
	root := t.TempDir()
	fill(t, root, "a", "d/x", "item", "z")
	var limit syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	restore := func() { check(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)) }
	defer restore()
	snapshot := scanWith(t, root, treechanges.Options{BeforeRead: func(path string) {
		if path != "d" && path != "item" {
			restore()
			return
		}
		none := limit
		none.Cur = 0
		check(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	}})
	wantScan(t, snapshot, filled("a", "z"), unreadable("d"), unreadable("item"))
}

func TestSpecialItems_R6(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a", "d/x", "z")
	check(t, syscall.Mkfifo(root+"/d/pipe", 0o666))
	t.Chdir(root) // the name of a socket has to be short
	server, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	wantScan(t, scan(t, root), filled("a", "d/x", "z"), special("d/pipe"), special("socket"))
}

func TestPipeIsNotRead_R6(t *testing.T) {
	root := t.TempDir()
	rest := fullPipe(t, root+"/pipe", "data")
	wantScan(t, scan(t, root), nil, special("pipe"))
	wantEqual(t, rest(), "data")
}

func TestProblemsAreSortedByWholePath_R6(t *testing.T) {
	root := t.TempDir()
	check(t, os.Mkdir(root+"/a", 0o777))
	for _, path := range []string{"ab", "a/c", "a-b", emoji, fullwidthTilde} {
		check(t, syscall.Mkfifo(root+"/"+path, 0o666))
	}
	wantScan(t, scan(t, root), nil, special("a-b"), special("a/c"), special("ab"),
		special(fullwidthTilde), special(emoji))
}

// R7: unknown

func TestMissingPathIsUnknownIfUnreadableOnTheOtherSide_R7(t *testing.T) {
	for _, tc := range []struct{ path, unreadable string }{
		{"a", "a"}, {"a/b/c", "a"}, {"a/b/c", "a/b"}, {"a/b/c", "a/b/c"},
	} {
		full := withEntries(link(tc.path, "x"))
		partial := snapshotOf(nil, unreadable(tc.unreadable))
		wantChanges(t, full, partial, treechanges.Changes{Unknown: []string{tc.path}})
		wantChanges(t, partial, full, treechanges.Changes{Unknown: []string{tc.path}})
	}
}

func TestPathNotBelowTheUnreadableOneIsKnown_R7(t *testing.T) {
	for _, tc := range []struct{ path, unreadable string }{
		{"ab", "a"}, {"ab/c", "a"}, {"a/bc", "a/b"}, {"a/b", "b"}, {"a/b", "a/b/c"}, {"a/b", "A"},
	} {
		full := withEntries(file(tc.path, "1"))
		partial := snapshotOf(nil, unreadable(tc.unreadable))
		wantChanges(t, full, partial, treechanges.Changes{Deleted: []string{tc.path}})
		wantChanges(t, partial, full, treechanges.Changes{Created: []string{tc.path}})
	}
}

func TestOtherProblemsHaveNoInfluence_R7(t *testing.T) {
	full := withEntries(file("a/b", "1"))
	for _, kind := range []treechanges.ProblemKind{treechanges.Vanished, treechanges.Special, treechanges.BadName} {
		for _, path := range []string{"a", "a/b"} {
			other := snapshotOf(nil, treechanges.Problem{Path: path, Kind: kind})
			wantChanges(t, full, other, treechanges.Changes{Deleted: []string{"a/b"}})
			wantChanges(t, other, full, treechanges.Changes{Created: []string{"a/b"}})
		}
	}
}

func TestProblemOnTheSameSideHasNoInfluence_R7(t *testing.T) {
	full := snapshotOf(filled("a/b"), unreadable("a"))
	wantChanges(t, full, treechanges.Snapshot{}, treechanges.Changes{Deleted: []string{"a/b"}})
	wantChanges(t, treechanges.Snapshot{}, full, treechanges.Changes{Created: []string{"a/b"}})
}

func TestPathOnBothSidesIsComparedInSpiteOfProblems_R7(t *testing.T) {
	before := snapshotOf([]treechanges.Entry{file("d/a", "1"), file("d/b", "2")}, unreadable("d"))
	after := snapshotOf([]treechanges.Entry{file("d/a", "9"), file("d/b", "2")}, unreadable("d"))
	wantChanges(t, before, after, treechanges.Changes{Modified: []string{"d/a"}})
}

func TestUnknownPathsTakeNoPartInMoves_R7(t *testing.T) {
	one := withEntries(file("d/a", "1"), file("e", "1"))
	other := snapshotOf([]treechanges.Entry{file("x", "1"), file("y", "1")}, unreadable("d"))
	wantChanges(t, one, other, treechanges.Changes{
		Created: []string{"y"}, Moved: []treechanges.Move{{"e", "x"}}, Unknown: []string{"d/a"},
	})
	wantChanges(t, other, one, treechanges.Changes{
		Deleted: []string{"y"}, Moved: []treechanges.Move{{"x", "e"}}, Unknown: []string{"d/a"},
	})
}

func TestUnknownPathsOfBothSidesAreSorted_R7(t *testing.T) {
	before := snapshotOf(filled("o/2", "o-1"), unreadable("n"))
	after := snapshotOf(filled("n/1", "n"), unreadable("o"), unreadable("o-1"))
	wantChanges(t, before, after, treechanges.Changes{Unknown: []string{"n", "n/1", "o-1", "o/2"}})
}

func TestFileThatCouldNotBeReadIsNotDeleted_R7(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "item", "keep")
	before := scan(t, root)
	after := scanWith(t, root, treechanges.Options{BeforeRead: at("item", func() {
		check(t, os.Remove(root+"/item"))
		check(t, os.Mkdir(root+"/item", 0o777))
	})})
	wantChanges(t, before, after, treechanges.Changes{Unknown: []string{"item"}})
}

// R8: names

var names = []string{
	"\x01", " lead", `"quoted"`, "*", "-dash", "...", "<&>", `\xff`, "a\nb", `back\slash`, decomposed, "tab\t",
	"trail ", "~", composed, "line\u2028separator", "中文", "\ufeffmark", fullwidthTilde, "\ufffd", "\uffff", emoji,
	"\U0010ffff",
}

func sortedNames() []string {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return sorted
}

func TestNamesAreRecordedUnchanged_R8(t *testing.T) {
	root := t.TempDir()
	fill(t, root, names...)
	wantScan(t, scan(t, root), filled(sortedNames()...))
}

func TestDirectoryWithAnyNameIsListed_R8(t *testing.T) {
	for _, name := range names {
		t.Run(fmt.Sprintf("%+q", name), func(t *testing.T) {
			root := t.TempDir()
			fill(t, root, name+"/file")
			var calls []string
			wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: recordCalls(&calls)}), filled(name+"/file"))
			wantEqual(t, calls, []string{name, name + "/file"})
		})
	}
}

func TestAstralCharactersSortLast_R8(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "a"+emoji, "a"+fullwidthTilde, "b/"+emoji, "b/"+fullwidthTilde)
	wantScan(t, scan(t, root), filled("a"+fullwidthTilde, "a"+emoji, "b/"+fullwidthTilde, "b/"+emoji))
}

var badNames = []struct{ name, shown string }{
	{"\xff", `\xff`},
	{"a\xfeb", `a\xfeb`},
	{"\x80", `\x80`},
	{"\xc3", `\xc3`},
	{"\xc3(", `\xc3(`},
	{"\xe2\x82", `\xe2\x82`},
	{"\xe2\x82\xac\xff", `€\xff`},
	{"\xf0\x9f\x98", `\xf0\x9f\x98`},
	{emoji + "\xf0\x9f", emoji + `\xf0\x9f`},
	{"\xed\xa0\x80", `\xed\xa0\x80`},
	{"\xc0\xaf", `\xc0\xaf`},
	{"\xe0\x80\xaf", `\xe0\x80\xaf`},
	{"\xf4\x90\x80\x80", `\xf4\x90\x80\x80`},
	{"\xe9t" + composed, `\xe9t` + composed},
	{"\ufffd\xff", "\ufffd" + `\xff`},
	{"\xff\n\xff", `\xff` + "\n" + `\xff`},
}

func TestBadNameIsShownWithEscapes_R8(t *testing.T) {
	for _, tc := range badNames {
		t.Run(fmt.Sprintf("%+q", tc.name), func(t *testing.T) {
			root := t.TempDir()
			fill(t, root, tc.name, "d/"+tc.name)
			shown := []string{tc.shown, "d/" + tc.shown}
			slices.Sort(shown)
			wantScan(t, scan(t, root), nil, badName(shown[0]), badName(shown[1]))
		})
	}
}

func TestBadNameWhateverTheItemIs_R8(t *testing.T) {
	for _, tc := range []struct {
		name   string
		create func(path string) error
	}{
		{"file", func(path string) error { return os.WriteFile(path, nil, 0o666) }},
		{"directory", func(path string) error { return os.Mkdir(path, 0o777) }},
		{"link", func(path string) error { return os.Symlink(".", path) }},
		{"pipe", func(path string) error { return syscall.Mkfifo(path, 0o666) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := t.TempDir()
			fill(t, root, "good")
			check(t, tc.create(root+"/b\xff"))
			var calls []string
			snapshot := scanWith(t, root, treechanges.Options{BeforeRead: recordCalls(&calls)})
			wantScan(t, snapshot, filled("good"), badName(`b\xff`))
			wantEqual(t, calls, []string{"good"})
		})
	}
}

func TestDirectoryWithBadNameIsNotListed_R8(t *testing.T) {
	root := t.TempDir()
	fill(t, root, "\xff/file")
	var calls []string
	wantScan(t, scanWith(t, root, treechanges.Options{BeforeRead: recordCalls(&calls)}), nil, badName(`\xff`))
	wantEqual(t, len(calls), 0)
}

func TestNoPatternMatchesABadName_R8_R5(t *testing.T) {
	root := t.TempDir()
	check(t, os.Mkdir(root+"/\xff", 0o777))
	for _, pattern := range []string{"*", "**", "/**", "?", `\xff`, "????", "*/", "\ufffd"} {
		wantScan(t, scan(t, root, pattern), nil, badName(`\xff`))
	}
}

// R9: JSON

func toJSON(t *testing.T, s treechanges.Snapshot) []byte {
	t.Helper()
	text, err := treechanges.ToJSON(s)
	check(t, err)
	return text
}

func wantRoundTrip(t *testing.T, s treechanges.Snapshot) {
	t.Helper()
	read, err := treechanges.FromJSON(toJSON(t, s))
	check(t, err)
	wantEqual(t, read, s)
}

func TestScannedSnapshotComesBackEqual_R9(t *testing.T) {
	root := t.TempDir()
	fill(t, root, names...)
	fill(t, root, "d/e/f")
	for _, bad := range badNames {
		check(t, os.Mkdir(root+"/"+bad.name, 0o777))
	}
	check(t, os.Symlink("nowhere", root+"/link"))
	check(t, syscall.Mkfifo(root+"/pipe\n", 0o666))
	hook := at("d/e/f", func() { check(t, os.Remove(root+"/d/e/f")) })
	snapshot := scanWith(t, root, treechanges.Options{BeforeRead: hook})
	wantEqual(t, len(snapshot.Entries), len(names)+1)
	wantEqual(t, len(snapshot.Problems), len(badNames)+2)
	wantRoundTrip(t, snapshot)
}

func TestEmptySnapshot_R9(t *testing.T) {
	var document map[string]any
	check(t, json.Unmarshal(toJSON(t, treechanges.Snapshot{}), &document))
	wantEqual(t, document, map[string]any{"version": 1.0, "entries": []any{}, "problems": []any{}})
	wantRoundTrip(t, snapshotOf(nil))
}

func TestStructureOfTheText_R9(t *testing.T) {
	text := toJSON(t, snapshotOf([]treechanges.Entry{newEntry("a/b.txt", treechanges.KindFile, 3, digest)}, unreadable("c")))
	var document map[string]any
	check(t, json.Unmarshal(text, &document))
	wantEqual(t, document, map[string]any{
		"version":  1.0,
		"entries":  []any{map[string]any{"path": "a/b.txt", "kind": "file", "size": 3.0, "digest": digest}},
		"problems": []any{map[string]any{"path": "c", "kind": "unreadable"}},
	})
}

func unsortedSnapshot() treechanges.Snapshot {
	return snapshotOf(filled(emoji, "ab", "a/c", fullwidthTilde, "B", "a-b"),
		special(emoji), vanished("p"), badName("p"), special(fullwidthTilde),
		unreadable("p"), vanished("P"))
}

func sortedSnapshot() treechanges.Snapshot {
	return snapshotOf(filled("B", "a-b", "a/c", "ab", fullwidthTilde, emoji),
		vanished("P"), badName("p"), unreadable("p"), vanished("p"),
		special(fullwidthTilde), special(emoji))
}

func TestTextDoesNotDependOnTheOrderOfTheSlices_R9(t *testing.T) {
	reversed := unsortedSnapshot()
	slices.Reverse(reversed.Entries)
	slices.Reverse(reversed.Problems)
	text := toJSON(t, unsortedSnapshot())
	for _, other := range []treechanges.Snapshot{reversed, sortedSnapshot()} {
		if !bytes.Equal(toJSON(t, other), text) {
			t.Errorf("got  %s\nwant %s", toJSON(t, other), text)
		}
	}
	var document struct {
		Entries  []treechanges.Entry
		Problems []treechanges.Problem
	}
	check(t, json.Unmarshal(text, &document))
	wantEqual(t, treechanges.Snapshot(document), sortedSnapshot())
}

func TestWritingLeavesTheArgumentAsItIs_R9(t *testing.T) {
	snapshot := unsortedSnapshot()
	toJSON(t, snapshot)
	wantEqual(t, snapshot, unsortedSnapshot())
}

type object = map[string]any

func validDocument() object {
	return object{
		"version": 1,
		"entries": []any{
			object{"path": "a/b", "kind": "file", "size": 3, "digest": digest},
			object{"path": "c", "kind": "symlink", "size": 0, "digest": digest},
		},
		"problems": []any{
			object{"path": "p", "kind": "special"},
			object{"path": "q", "kind": "bad-name"},
		},
	}
}

func validSnapshot() treechanges.Snapshot {
	entries := []treechanges.Entry{
		newEntry("a/b", treechanges.KindFile, 3, digest),
		newEntry("c", treechanges.KindSymlink, 0, digest),
	}
	return snapshotOf(entries, special("p"), badName("q"))
}

func marshal(t *testing.T, document object) []byte {
	t.Helper()
	text, err := json.MarshalIndent(document, "", " ")
	check(t, err)
	return text
}

func wantRead(t *testing.T, document object, want treechanges.Snapshot) {
	t.Helper()
	read, err := treechanges.FromJSON(marshal(t, document))
	check(t, err)
	wantEqual(t, read, want)
}

func wantFormatError(t *testing.T, text []byte) {
	t.Helper()
	if _, err := treechanges.FromJSON(text); !errors.Is(err, treechanges.ErrFormat) {
		t.Errorf("error %v for %.200s", err, text)
	}
}

// recordIn returns the document itself or the second item of the list in it.
func recordIn(document object, list string) object {
	if list == "" {
		return document
	}
	return document[list].([]any)[1].(object)
}

func TestReadingSortsTheLists_R9(t *testing.T) {
	entries, problems := []any{}, []any{}
	for _, e := range unsortedSnapshot().Entries {
		entries = append(entries, object{"path": e.Path, "kind": e.Kind, "size": e.Size, "digest": e.Digest})
	}
	for _, p := range unsortedSnapshot().Problems {
		problems = append(problems, object{"path": p.Path, "kind": p.Kind})
	}
	wantRead(t, object{"version": 1, "entries": entries, "problems": problems}, sortedSnapshot())
}

func TestUnknownKeysAreIgnored_R9(t *testing.T) {
	document := validDocument()
	for _, list := range []string{"", "entries", "problems"} {
		r := recordIn(document, list)
		r["extra"] = object{"path": 5}
		r["Path"] = "x"
		r["VERSION"] = 2
		r["size "] = -1
	}
	wantRead(t, document, validSnapshot())
}

func TestSeveralProblemsWithTheSamePath_R9(t *testing.T) {
	root := t.TempDir()
	check(t, os.Mkdir(root+"/\xff\xfe", 0o777))
	check(t, os.Mkdir(root+"/"+`\xff`+"\xfe", 0o777))
	snapshot := scan(t, root)
	wantScan(t, snapshot, nil, badName(`\xff\xfe`), badName(`\xff\xfe`))
	wantRoundTrip(t, snapshot)
}

func TestProblemMayHaveThePathOfAnEntry_R9(t *testing.T) {
	root := t.TempDir()
	fill(t, root, `\xff`, "\xff")
	snapshot := scan(t, root)
	wantScan(t, snapshot, filled(`\xff`), badName(`\xff`))
	wantRoundTrip(t, snapshot)
}

// R10: errors

func wantScanError(t *testing.T, root string, opts treechanges.Options, want error) {
	t.Helper()
	_, err := scanInTime(t, root, opts, 5*time.Second)
	for _, kind := range []error{fs.ErrNotExist, treechanges.ErrNotDirectory, treechanges.ErrInvalidPattern} {
		if errors.Is(err, kind) != (kind == want) {
			t.Errorf("root %q, options %v: error %v, want %v", root, opts, err, want)
		}
	}
}

func TestMissingRoot_R10(t *testing.T) {
	parent := t.TempDir()
	check(t, os.Symlink("gone", parent+"/link"))
	wantScanError(t, parent+"/nowhere", treechanges.Options{}, fs.ErrNotExist)
	wantScanError(t, parent+"/link", treechanges.Options{}, fs.ErrNotExist)
}

func TestRootIsNotADirectory_R10(t *testing.T) {
	parent := t.TempDir()
	write(t, parent+"/file", "content")
	check(t, os.Symlink("file", parent+"/link"))
	check(t, syscall.Mkfifo(parent+"/pipe", 0o666))
	for _, name := range []string{"file", "link", "pipe"} {
		wantScanError(t, parent+"/"+name, treechanges.Options{}, treechanges.ErrNotDirectory)
	}
}

func TestInvalidPattern_R10(t *testing.T) {
	root := t.TempDir()
	for _, pattern := range []string{"", "/", "//", "///", "a//", "//a", "a//b", "//a/", "a///b", "**//"} {
		wantScanError(t, root, treechanges.Options{Ignore: []string{"fine", pattern}}, treechanges.ErrInvalidPattern)
		wantScanError(t, root+"/nowhere", treechanges.Options{Ignore: []string{"fine", pattern, "fine"}}, treechanges.ErrInvalidPattern)
	}
}

func TestTextIsNotAJSONObject_R10(t *testing.T) {
	for _, text := range []string{
		"",
		"nonsense",
		`{"version": 1, "entries": [], "problems": []`,
		`{"version": 1, "entries": [], "problems": []} x`,
		`{"version": 1, "entries": [], "problems": [],}`,
		`{'version': 1, 'entries': [], 'problems': []}`,
		`{"version": 1, "entries": [], "problems": [], "x": NaN}`,
		`{"version": 1, "entries": [], "problems": [], "x": "` + "\n" + `"}`,
		`{"version": 1, "entries": [], "problems": [], "x": "` + "\xff" + `"}`,
		strings.Repeat("[", 100_000),
		"null",
		"1",
		`"version"`,
		"[]",
		`[{"version": 1, "entries": [], "problems": []}]`,
	} {
		wantFormatError(t, []byte(text))
	}
}

func TestAValidTextIsTheBaseOfTheInvalidOnes_R10(t *testing.T) {
	wantRead(t, validDocument(), validSnapshot())
}

var wrongValues = []struct {
	list, key string
	values    []any
}{
	{"", "version", []any{nil, true, false, "1", 0, 2, -1, 1.5, []any{1}}},
	{"", "entries", []any{nil, object{}, "", 0, []any{nil}, []any{[]any{}}, []any{"a"}, []any{object{}}}},
	{"", "problems", []any{nil, object{}, "", 0, []any{nil}, []any{[]any{}}, []any{"a"}, []any{object{}}}},
	{"entries", "path", []any{nil, 1, []any{"a"}}},
	{"entries", "kind", []any{nil, 1, "", "File", "directory", "special", []any{"file"}}},
	{"entries", "size", []any{nil, true, "3", -1, 1.5, -0.5, int64(1) << 53, json.Number("1e30"), []any{3}}},
	{"entries", "digest", []any{
		nil, 1, "", strings.ToUpper(digest), digest[1:], digest + "0", digest + "\n", "g" + digest[1:], " " + digest[1:],
	}},
	{"problems", "path", []any{nil, 1, []any{"a"}}},
	{"problems", "kind", []any{nil, 1, "", "Special", "file", "bad_name", []any{"special"}}},
}

func TestWrongValue_R10(t *testing.T) {
	for _, tc := range wrongValues {
		for _, value := range tc.values {
			t.Run(fmt.Sprintf("%s %s %v", tc.list, tc.key, value), func(t *testing.T) {
				document := validDocument()
				recordIn(document, tc.list)[tc.key] = value
				wantFormatError(t, marshal(t, document))
			})
		}
	}
}

func TestMissingKey_R10(t *testing.T) {
	for _, tc := range wrongValues {
		t.Run(tc.list+" "+tc.key, func(t *testing.T) {
			document := validDocument()
			r := recordIn(document, tc.list)
			r[strings.ToUpper(tc.key)] = r[tc.key]
			delete(r, tc.key)
			wantFormatError(t, marshal(t, document))
		})
	}
}

func TestPathThatIsNotValid_R10(t *testing.T) {
	for _, path := range []string{
		"", "/", "/a", "a/", "a//b", ".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "a\x00b", "\x00",
	} {
		for _, list := range []string{"entries", "problems"} {
			document := validDocument()
			recordIn(document, list)["path"] = path
			wantFormatError(t, marshal(t, document))
		}
	}
}

func TestUnusualButValidPath_R10(t *testing.T) {
	for _, path := range []string{"...", ".a", "a.", "..a/b..", " ", `\`, "a\nb", "\x01", emoji, "~/-"} {
		wantRead(t, object{
			"version":  1,
			"entries":  []any{object{"path": path, "kind": "file", "size": 3, "digest": digest}},
			"problems": []any{object{"path": path, "kind": "vanished"}},
		}, snapshotOf([]treechanges.Entry{newEntry(path, treechanges.KindFile, 3, digest)}, vanished(path)))
	}
}

func TestLargestSize_R10(t *testing.T) {
	document := validDocument()
	recordIn(document, "entries")["size"] = int64(1)<<53 - 1
	want := validSnapshot()
	want.Entries[1].Size = 1<<53 - 1
	wantRead(t, document, want)
}

func TestTwoEntriesWithTheSamePath_R10(t *testing.T) {
	for _, second := range []object{
		{"path": "c", "kind": "symlink", "size": 0, "digest": digest},
		{"path": "c", "kind": "file", "size": 0, "digest": digest},
		{"path": "c", "kind": "symlink", "size": 4, "digest": digest},
		{"path": "c", "kind": "symlink", "size": 0, "digest": otherDigest},
	} {
		document := validDocument()
		document["entries"] = append(document["entries"].([]any), second)
		wantFormatError(t, marshal(t, document))
	}
}
