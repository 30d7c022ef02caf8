//go:build unix

// Package treechanges takes snapshots of directory trees, compares them, and
// turns them into JSON and back.
package treechanges

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"
)

const (
	formatVersion = 1
	maxSize       = 1<<53 - 1
)

var digestExpression = regexp.MustCompile(`\A[0-9a-f]{64}\z`)

// Errors of Scan and FromJSON; test for them with errors.Is. A root that does
// not exist gives an error that matches fs.ErrNotExist.
var (
	ErrNotDirectory   = errors.New("not a directory")
	ErrInvalidPattern = errors.New("invalid pattern")
	ErrFormat         = errors.New("not a snapshot")
)

// Kind says what an Entry is.
type Kind string

// The kinds of entries.
const (
	KindFile    Kind = "file"
	KindSymlink Kind = "symlink"
)

// ProblemKind says why an item could not be recorded.
type ProblemKind string

// The kinds of problems.
const (
	Vanished   ProblemKind = "vanished"
	Unreadable ProblemKind = "unreadable"
	Special    ProblemKind = "special"
	BadName    ProblemKind = "bad-name"
)

// Entry is a regular file or a symbolic link. Size and Digest are those of the
// bytes of the file or of the target text of the link.
type Entry struct {
	Path   string `json:"path"`
	Kind   Kind   `json:"kind"`
	Size   int64  `json:"size"`
	Digest string `json:"digest"`
}

// Problem is an item that could not be recorded.
type Problem struct {
	Path string      `json:"path"`
	Kind ProblemKind `json:"kind"`
}

// Snapshot is what a scan found below a root directory.
type Snapshot struct {
	Entries  []Entry   `json:"entries"`
	Problems []Problem `json:"problems"`
}

// Move is a file that is now found under another path.
type Move struct {
	From, To string
}

// Changes are the differences between two snapshots. It is unknown whether the
// paths in Unknown are there on both sides.
type Changes struct {
	Created, Modified, Deleted []string
	Moved                      []Move
	Unknown                    []string
}

// Options are the settings of a scan.
type Options struct {
	// Ignore holds the patterns of paths to leave out.
	Ignore []string
	// BeforeRead, unless nil, is called with the path of each regular file and
	// each directory immediately before it is opened or listed.
	BeforeRead func(path string)
}

// Scan takes a snapshot of the tree below root. It fails with ErrInvalidPattern
// if a pattern is invalid, with an error that matches fs.ErrNotExist if root
// does not exist, and with ErrNotDirectory if root is not a directory.
func Scan(root string, opts Options) (Snapshot, error) {
	s := scanner{root: root, beforeRead: opts.BeforeRead}
	if s.beforeRead == nil {
		s.beforeRead = func(string) {}
	}
	for _, text := range opts.Ignore {
		p, err := parsePattern(text)
		if err != nil {
			return Snapshot{}, err
		}
		s.patterns = append(s.patterns, p)
	}
	return s.run()
}

// Compare returns what has changed from before to after.
func Compare(before, after Snapshot) Changes {
	old, current := entriesByPath(before), entriesByPath(after)
	gone, maybeGone := onlyIn(old, current, after.Problems)
	added, maybeAdded := onlyIn(current, old, before.Problems)
	moves := pairMoves(gone, added)
	sources, targets := make(map[string]bool), make(map[string]bool)
	for _, move := range moves {
		sources[move.From] = true
		targets[move.To] = true
	}
	unknown := append(append([]string{}, maybeGone...), maybeAdded...)
	slices.Sort(unknown)
	return Changes{
		Created:  pathsExcept(added, targets),
		Modified: modified(old, current),
		Deleted:  pathsExcept(gone, sources),
		Moved:    moves,
		Unknown:  unknown,
	}
}

// ToJSON returns the snapshot as JSON. The order of the slices does not matter.
func ToJSON(s Snapshot) ([]byte, error) {
	return json.Marshal(struct {
		Version int `json:"version"`
		Snapshot
	}{formatVersion, ordered(s)})
}

// FromJSON reads a snapshot as ToJSON writes it. It fails with ErrFormat if
// data is not such JSON.
func FromJSON(data []byte) (Snapshot, error) {
	s, err := readSnapshot(data)
	if err != nil {
		return Snapshot{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return ordered(s), nil
}

// ordered returns a sorted copy without nil slices.
func ordered(s Snapshot) Snapshot {
	entries := append([]Entry{}, s.Entries...)
	problems := append([]Problem{}, s.Problems...)
	slices.SortFunc(entries, byPath)
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
	return Snapshot{entries, problems}
}

func byPath(a, b Entry) int {
	return cmp.Compare(a.Path, b.Path)
}

// Scanning

// scanner is one walk over a tree. Its paths are relative to the root and made
// of valid names only.
type scanner struct {
	root       string
	patterns   []pattern
	beforeRead func(string)
	found      Snapshot
	pending    []string // directories to list
}

func (s *scanner) run() (Snapshot, error) {
	if err := checkRoot(s.root); err != nil {
		return Snapshot{}, err
	}
	children, err := os.ReadDir(s.root)
	if err != nil {
		return Snapshot{}, err
	}
	s.visitChildren("", children)
	for len(s.pending) > 0 {
		last := len(s.pending) - 1
		path := s.pending[last]
		s.pending = s.pending[:last]
		s.visitDirectory(path)
	}
	return ordered(s.found), nil
}

// checkRoot comes before opening the root, which could wait if that is a pipe.
func checkRoot(root string) error {
	info, err := os.Stat(root)
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w: %w", ErrNotDirectory, err)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%w: %s", ErrNotDirectory, root)
	}
	return nil
}

func (s *scanner) visitDirectory(path string) {
	s.beforeRead(path)
	children, err := os.ReadDir(s.absolute(path))
	if err != nil {
		s.reportFailure(path, err)
		return
	}
	s.visitChildren(path+"/", children)
}

func (s *scanner) visitChildren(prefix string, children []fs.DirEntry) {
	for _, child := range children {
		if name := child.Name(); utf8.ValidString(name) {
			s.visit(prefix + name)
		} else {
			s.report(prefix+escapeInvalid(name), BadName)
		}
	}
}

func (s *scanner) visit(path string) {
	if s.ignores(path, false) {
		return
	}
	info, err := os.Lstat(s.absolute(path))
	if err != nil {
		s.reportFailure(path, err)
		return
	}
	switch info.Mode().Type() {
	case fs.ModeDir:
		if !s.ignores(path, true) {
			s.pending = append(s.pending, path)
		}
	case 0:
		s.beforeRead(path)
		s.record(path, KindFile, measureFile)
	case fs.ModeSymlink:
		s.record(path, KindSymlink, measureLink)
	default:
		s.report(path, Special)
	}
}

func (s *scanner) ignores(path string, isDirectory bool) bool {
	return slices.ContainsFunc(s.patterns, func(p pattern) bool {
		return p.directoriesOnly == isDirectory && p.expression.MatchString(path)
	})
}

func (s *scanner) record(path string, kind Kind, measure func(string) (int64, string, error)) {
	size, digest, err := measure(s.absolute(path))
	if err != nil {
		s.reportFailure(path, err)
		return
	}
	s.found.Entries = append(s.found.Entries, Entry{path, kind, size, digest})
}

func (s *scanner) reportFailure(path string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		s.report(path, Vanished)
	} else {
		s.report(path, Unreadable)
	}
}

func (s *scanner) report(path string, kind ProblemKind) {
	s.found.Problems = append(s.found.Problems, Problem{path, kind})
}

// absolute does not clean the path as filepath.Join does: "link/.." is not ".".
func (s *scanner) absolute(path string) string {
	return s.root + "/" + path
}

func measureFile(path string) (int64, string, error) {
	// Since it was examined, the file may have been replaced with a link, or
	// with a pipe that nobody writes to.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, "", err
	}
	if !info.Mode().IsRegular() {
		return 0, "", fmt.Errorf("not a regular file any more: %s", path)
	}
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	return size, hex.EncodeToString(hash.Sum(nil)), err
}

func measureLink(path string) (int64, string, error) {
	target, err := os.Readlink(path)
	digest := sha256.Sum256([]byte(target))
	return int64(len(target)), hex.EncodeToString(digest[:]), err
}

// escapeInvalid writes each byte that is not part of valid UTF-8 as \x and two
// hexadecimal digits.
func escapeInvalid(name string) string {
	var shown strings.Builder
	for len(name) > 0 {
		r, width := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && width == 1 {
			fmt.Fprintf(&shown, `\x%02x`, name[0])
		} else {
			shown.WriteString(name[:width])
		}
		name = name[width:]
	}
	return shown.String()
}

// Ignore patterns

type pattern struct {
	expression      *regexp.Regexp // of a whole path
	directoriesOnly bool
}

func parsePattern(text string) (pattern, error) {
	body, directoriesOnly := strings.CutSuffix(text, "/")
	segments := strings.Split(strings.TrimPrefix(body, "/"), "/")
	if slices.Contains(segments, "") {
		return pattern{}, fmt.Errorf("%w: %q is empty or has an empty segment", ErrInvalidPattern, text)
	}
	if !strings.Contains(body, "/") {
		segments = []string{"**", body}
	}
	expression := regexp.MustCompile(`(?s)\A` + pathExpression(segments) + `\z`)
	return pattern{expression, directoriesOnly}, nil
}

func pathExpression(segments []string) string {
	var expression strings.Builder
	last := len(segments) - 1
	for i, segment := range segments {
		switch {
		case segment == "**" && i == last:
			expression.WriteString(`.+`)
		case segment == "**":
			expression.WriteString(`(?:[^/]+/)*`)
		case i == last:
			expression.WriteString(segmentExpression(segment))
		default:
			expression.WriteString(segmentExpression(segment) + "/")
		}
	}
	return expression.String()
}

func segmentExpression(segment string) string {
	var expression strings.Builder
	for _, r := range segment {
		switch r {
		case '*':
			expression.WriteString(`[^/]*`)
		case '?':
			expression.WriteString(`[^/]`)
		default:
			expression.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return expression.String()
}

// Comparing

func entriesByPath(s Snapshot) map[string]Entry {
	entries := make(map[string]Entry, len(s.Entries))
	for _, entry := range s.Entries {
		entries[entry.Path] = entry
	}
	return entries
}

// onlyIn returns the entries that are certainly not on the other side, sorted,
// and the paths of those where that is unknown.
func onlyIn(entries, others map[string]Entry, otherProblems []Problem) (certain []Entry, unknown []string) {
	unreadable := make(map[string]bool)
	for _, problem := range otherProblems {
		if problem.Kind == Unreadable {
			unreadable[problem.Path] = true
		}
	}
	for path, entry := range entries {
		if _, both := others[path]; both {
			continue
		}
		if containsPathOrParent(unreadable, path) {
			unknown = append(unknown, path)
		} else {
			certain = append(certain, entry)
		}
	}
	slices.SortFunc(certain, byPath)
	return certain, unknown
}

func containsPathOrParent(set map[string]bool, path string) bool {
	for {
		if set[path] {
			return true
		}
		slash := strings.LastIndexByte(path, '/')
		if slash < 0 {
			return false
		}
		path = path[:slash]
	}
}

func modified(old, current map[string]Entry) []string {
	paths := []string{}
	for path, entry := range old {
		if now, both := current[path]; both && now != entry {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// pairMoves pairs files of equal content, each time the first ones left. Both
// arguments are sorted by path.
func pairMoves(deleted, created []Entry) []Move {
	type content struct {
		size   int64
		digest string
	}
	waiting := make(map[content][]string)
	for _, entry := range created {
		if canMove(entry) {
			key := content{entry.Size, entry.Digest}
			waiting[key] = append(waiting[key], entry.Path)
		}
	}
	moves := []Move{}
	for _, entry := range deleted {
		key := content{entry.Size, entry.Digest}
		if canMove(entry) && len(waiting[key]) > 0 {
			moves = append(moves, Move{From: entry.Path, To: waiting[key][0]})
			waiting[key] = waiting[key][1:]
		}
	}
	return moves
}

func canMove(entry Entry) bool {
	return entry.Kind == KindFile && entry.Size > 0
}

func pathsExcept(entries []Entry, excluded map[string]bool) []string {
	paths := []string{}
	for _, entry := range entries {
		if !excluded[entry.Path] {
			paths = append(paths, entry.Path)
		}
	}
	return paths
}

// Reading JSON

// record is a JSON object. Decoding into a struct would also take keys in
// another letter case.
type record map[string]json.RawMessage

func readSnapshot(data []byte) (Snapshot, error) {
	if !utf8.Valid(data) {
		return Snapshot{}, errors.New("not UTF-8") // the decoder would replace the bytes
	}
	var document record
	if err := json.Unmarshal(data, &document); err != nil {
		return Snapshot{}, err
	}
	version, err := field[float64](document, "version")
	if err != nil {
		return Snapshot{}, err
	}
	if version != formatVersion {
		return Snapshot{}, fmt.Errorf("version %v is unknown", version)
	}
	entries, err := readList(document, "entries", readEntry)
	if err != nil {
		return Snapshot{}, err
	}
	problems, err := readList(document, "problems", readProblem)
	if err != nil {
		return Snapshot{}, err
	}
	s := Snapshot{entries, problems}
	if len(entriesByPath(s)) < len(entries) {
		return Snapshot{}, errors.New("two entries have the same path")
	}
	return s, nil
}

func readList[T any](document record, key string, read func(record) (T, error)) ([]T, error) {
	records, err := field[[]record](document, key)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(records))
	for i, r := range records {
		if list[i], err = read(r); err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", key, i, err)
		}
	}
	return list, nil
}

func readEntry(r record) (Entry, error) {
	path, pathErr := readPath(r)
	kind, kindErr := readKind(r, KindFile, KindSymlink)
	size, sizeErr := readSize(r)
	digest, digestErr := readDigest(r)
	return Entry{path, kind, size, digest}, errors.Join(pathErr, kindErr, sizeErr, digestErr)
}

func readProblem(r record) (Problem, error) {
	path, pathErr := readPath(r)
	kind, kindErr := readKind(r, Vanished, Unreadable, Special, BadName)
	return Problem{path, kind}, errors.Join(pathErr, kindErr)
}

func readPath(r record) (string, error) {
	path, err := field[string](r, "path")
	if err != nil {
		return "", err
	}
	isInvalid := func(segment string) bool { return segment == "" || segment == "." || segment == ".." }
	if strings.Contains(path, "\x00") || slices.ContainsFunc(strings.Split(path, "/"), isInvalid) {
		return "", fmt.Errorf("path %q is not valid", path)
	}
	return path, nil
}

func readKind[K ~string](r record, known ...K) (K, error) {
	kind, err := field[K](r, "kind")
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, kind) {
		return "", fmt.Errorf("kind %q is unknown", kind)
	}
	return kind, nil
}

func readSize(r record) (int64, error) {
	size, err := field[float64](r, "size")
	if err != nil {
		return 0, err
	}
	if size != math.Trunc(size) || size < 0 || size > maxSize {
		return 0, fmt.Errorf("size %v is not an integer from 0 to %d", size, maxSize)
	}
	return int64(size), nil
}

func readDigest(r record) (string, error) {
	digest, err := field[string](r, "digest")
	if err != nil {
		return "", err
	}
	if !digestExpression.MatchString(digest) {
		return "", fmt.Errorf("digest %q is not 64 lower-case hexadecimal digits", digest)
	}
	return digest, nil
}

func field[T any](r record, key string) (T, error) {
	var zero T
	var value *T // stays nil if the JSON value is null
	raw, found := r[key]
	if !found {
		return zero, fmt.Errorf("key %q is missing", key)
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return zero, fmt.Errorf("key %q: %w", key, err)
	}
	if value == nil {
		return zero, fmt.Errorf("key %q is null", key)
	}
	return *value, nil
}
