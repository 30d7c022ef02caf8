// Package appendonlystore is a durable key-value store kept in one append-only log file, for POSIX systems.
package appendonlystore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unicode/utf8"
)

// Errors of the store. Those returned may wrap them and the errors of the operations in Options.
var (
	ErrInvalidArgument = errors.New("invalid argument")
	ErrFormat          = errors.New("not a store file")
	ErrLocked          = errors.New("store is locked")
	ErrFull            = errors.New("store is full")
	ErrClosed          = errors.New("store is closed")
)

// CorruptError says that a record is damaged in a way that a crash in the middle of a write cannot explain.
type CorruptError struct {
	Offset int64 // of the first byte of the bad record in the file
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("bad record at offset %d", e.Offset)
}

// Options change how a store is opened; the zero value has no log limit and uses the operating system's operations.
type Options struct {
	MaxLogBytes int64                             // size that no put may make the log exceed; 0: no limit
	BreakLock   bool                              // take over the lock that a crash left behind
	Sync        func(f *os.File) error            // flushes a file; nil: f.Sync()
	Rename      func(source, target string) error // replaces the log by its compacted form; nil: os.Rename
}

// Store is a map from strings to bytes in which every change is a flushed record at the end of a log file.
// It may be used by several goroutines at the same time.
type Store struct {
	path      string
	opts      Options
	discarded int64

	mu        sync.Mutex
	closed    bool
	file      *os.File
	length    int64 // of the log, without what a failed append may have left at its end
	tailDirty bool
	contents  map[string][]byte
}

// Open locks the log at path, creating it if there is none, and replays its records.
//
// The errors are ErrInvalidArgument, ErrLocked, ErrFormat, *CorruptError and those of the operating system.
func Open(path string, opts Options) (*Store, error) {
	if opts.MaxLogBytes < 0 {
		return nil, fmt.Errorf("%w: log limit %d", ErrInvalidArgument, opts.MaxLogBytes)
	}
	if opts.Sync == nil {
		opts.Sync = (*os.File).Sync
	}
	if opts.Rename == nil {
		opts.Rename = os.Rename
	}
	if err := createLock(lockPath(path), opts.BreakLock); err != nil {
		return nil, err
	}
	s := &Store{path: path, opts: opts, contents: make(map[string][]byte)}
	if err := s.openLog(); err != nil {
		return nil, errors.Join(err, os.Remove(lockPath(path)))
	}
	return s, nil
}

// DiscardedBytes returns the number of bytes that Open cut off the log because a crash had left them incomplete.
func (s *Store) DiscardedBytes() int64 {
	return s.discarded
}

// Get returns a copy of the value of key and whether there is one.
func (s *Store) Get(key string) (value []byte, found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(key); err != nil {
		return nil, false, err
	}
	value, found = s.contents[key]
	return bytes.Clone(value), found, nil
}

// Put stores a copy of value under key; it is on the disk when Put returns nil.
//
// The error is ErrInvalidArgument for a key or value outside the limits and ErrFull if the log has no room for it.
func (s *Store) Put(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(key); err != nil {
		return err
	}
	if len(value) > maxValueSize {
		return fmt.Errorf("%w: value of %d bytes", ErrInvalidArgument, len(value))
	}
	record := encodeRecord(putRecord, key, value)
	if limit := s.opts.MaxLogBytes; limit > 0 && s.length+int64(len(record)) > limit {
		return fmt.Errorf("%w: the log may not be longer than %d bytes", ErrFull, limit)
	}
	if err := s.appendRecord(record); err != nil {
		return err
	}
	s.contents[key] = bytes.Clone(value)
	return nil
}

// Delete removes key and reports whether it existed.
func (s *Store) Delete(key string) (existed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(key); err != nil {
		return false, err
	}
	if _, found := s.contents[key]; !found {
		return false, nil
	}
	if err := s.appendRecord(encodeRecord(deleteRecord, key, nil)); err != nil {
		return false, err
	}
	delete(s.contents, key)
	return true, nil
}

// Keys returns all keys in ascending order of their UTF-8 bytes.
func (s *Store) Keys() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	return s.sortedKeys(), nil
}

// Compact replaces the log by one that has exactly one put record for each key.
func (s *Store) Compact() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	file, length, err := s.replaceLog()
	if err != nil {
		return err
	}
	previous := s.file
	s.file, s.length, s.tailDirty = file, length, false
	return errors.Join(previous.Close(), syncDirectoryOf(s.path))
}

// Close closes the log and removes the lock file; closing again does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.file.Close(), removeIfPresent(lockPath(s.path)))
}

// check returns the error of an operation with key, or nil if the operation can go on.
func (s *Store) check(key string) error {
	if s.closed {
		return ErrClosed
	}
	if len(key) < 1 || len(key) > maxKeySize {
		return fmt.Errorf("%w: key of %d bytes", ErrInvalidArgument, len(key))
	}
	if !utf8.ValidString(key) {
		return fmt.Errorf("%w: key is not UTF-8", ErrInvalidArgument)
	}
	return nil
}

func (s *Store) sortedKeys() []string {
	return slices.Sorted(maps.Keys(s.contents))
}

// openLog opens the log, replays it and repairs its end. The lock must be held.
func (s *Store) openLog() error {
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	s.file = file
	if err := s.recoverLog(); err != nil {
		return errors.Join(err, file.Close())
	}
	return nil
}

func (s *Store) recoverLog() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	valid, err := replay(io.NewSectionReader(s.file, 0, info.Size()), s.contents)
	if err != nil {
		return err
	}
	s.discarded = info.Size() - valid
	if err := s.file.Truncate(valid); err != nil {
		return err
	}
	if valid == 0 {
		if _, err := s.file.WriteAt([]byte(magic), 0); err != nil {
			return err
		}
	}
	s.length = max(valid, int64(len(magic)))
	// What was replayed may come from a writer that died before its own flush.
	if err := s.opts.Sync(s.file); err != nil {
		return err
	}
	if err := syncDirectoryOf(s.path); err != nil {
		return err
	}
	return removeIfPresent(compactPath(s.path))
}

// appendRecord writes and flushes record, or leaves the log as it was.
func (s *Store) appendRecord(record []byte) error {
	if s.tailDirty {
		if err := s.cutTail(); err != nil {
			return err
		}
	}
	s.tailDirty = true
	_, err := s.file.WriteAt(record, s.length)
	if err == nil {
		err = s.opts.Sync(s.file)
	}
	if err != nil {
		return errors.Join(err, s.cutTail()) // if cutting fails, the next append tries again
	}
	s.tailDirty = false
	s.length += int64(len(record))
	return nil
}

func (s *Store) cutTail() error {
	if err := s.file.Truncate(s.length); err != nil {
		return err
	}
	s.tailDirty = false
	return nil
}

// replaceLog puts a compacted log in the place of the present one and returns its open file and its length.
func (s *Store) replaceLog() (*os.File, int64, error) {
	source := compactPath(s.path)
	file, err := os.OpenFile(source, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return nil, 0, err
	}
	length, err := s.writeSnapshot(file)
	if err == nil {
		err = s.opts.Sync(file)
	}
	if err == nil {
		err = s.opts.Rename(source, s.path)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close(), removeIfPresent(source))
	}
	return file, length, nil
}

// writeSnapshot writes a log of the present contents and returns its length.
func (s *Store) writeSnapshot(file *os.File) (int64, error) {
	// A bufio.Writer keeps its first error, which Flush returns.
	buffered := bufio.NewWriter(file)
	buffered.WriteString(magic)
	length := int64(len(magic))
	for _, key := range s.sortedKeys() {
		record := encodeRecord(putRecord, key, s.contents[key])
		buffered.Write(record)
		length += int64(len(record))
	}
	return length, buffered.Flush()
}

func lockPath(path string) string {
	return path + ".lock"
}

func compactPath(path string) string {
	return path + ".compact"
}

func createLock(path string, breakLock bool) error {
	if breakLock {
		if err := removeIfPresent(path); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %s exists", ErrLocked, path)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func removeIfPresent(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDirectoryOf makes the directory entry of a new or renamed file durable; flushing the file alone does not.
func syncDirectoryOf(path string) error {
	directory, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}
