package appendonlystore

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The log files that these tests expect are built by the helpers here, not by the store.

const (
	testMagic      = "AOSTORE1"
	testMaxKey     = 1024
	testMaxValue   = 1_048_576
	testMaxPayload = 1_049_603
	typePut        = 1
	typeDelete     = 2
)

var kept = logOf(put("kept", "1"))

func header(length, payloadChecksum uint32) string {
	encoded := binary.BigEndian.AppendUint32(nil, length)
	encoded = binary.BigEndian.AppendUint32(encoded, crc32.ChecksumIEEE(encoded))
	return string(binary.BigEndian.AppendUint32(encoded, payloadChecksum))
}

func framed(payload string) string {
	return header(uint32(len(payload)), crc32.ChecksumIEEE([]byte(payload))) + payload
}

func payload(recordType byte, keySize int, rest string) string {
	return string([]byte{recordType, byte(keySize >> 8), byte(keySize)}) + rest
}

func put(key, value string) string {
	return framed(payload(typePut, len(key), key+value))
}

func del(key string) string {
	return framed(payload(typeDelete, len(key), key))
}

func logOf(records ...string) string {
	return testMagic + strings.Join(records, "")
}

func zeros(count int) string {
	return strings.Repeat("\x00", count)
}

// flipBit changes one bit of the byte at index, which counts from the end if it is negative.
func flipBit(data string, index int) string {
	changed := []byte(data)
	if index < 0 {
		index += len(changed)
	}
	changed[index] ^= 1
	return string(changed)
}

func noSync(*os.File) error { return nil }

func yieldSync(*os.File) error {
	runtime.Gosched()
	return nil
}

func newPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "store.log")
}

// open opens a store that is closed at the end of the test and does not wait for the disk unless opts tell otherwise.
func open(t *testing.T, path string, opts Options) *Store {
	t.Helper()
	if opts.Sync == nil {
		opts.Sync = noSync
	}
	store, err := Open(path, opts)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func openError(path string, opts Options) error {
	store, err := Open(path, opts)
	if err == nil {
		store.Close()
	}
	return err
}

func mustPut(t *testing.T, store *Store, key, value string) {
	t.Helper()
	if err := store.Put(key, []byte(value)); err != nil {
		t.Fatalf("Put(%.20q): %v", key, err)
	}
}

func mustDelete(t *testing.T, store *Store, key string, want bool) {
	t.Helper()
	existed, err := store.Delete(key)
	if err != nil || existed != want {
		t.Fatalf("Delete(%.20q) = %v, %v; want %v", key, existed, err, want)
	}
}

func mustSucceed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func wantKeys(t *testing.T, store *Store, want ...string) {
	t.Helper()
	keys, err := store.Keys()
	if err != nil || !slices.Equal(keys, want) {
		t.Fatalf("Keys() = %.200q, %v; want %.200q", keys, err, want)
	}
}

func wantAbsent(t *testing.T, store *Store, key string) {
	t.Helper()
	if value, found, err := store.Get(key); found || err != nil {
		t.Fatalf("Get(%.20q) = %.20q, %v, %v; want none", key, value, found, err)
	}
}

// wantContents compares the contents of the store with keys and values in turn, in the order of the key list.
func wantContents(t *testing.T, store *Store, keysAndValues ...string) {
	t.Helper()
	var keys []string
	for i := 0; i < len(keysAndValues); i += 2 {
		key, want := keysAndValues[i], keysAndValues[i+1]
		value, found, err := store.Get(key)
		if err != nil || !found || string(value) != want {
			t.Fatalf("Get(%.20q) = %.50q, %v, %v; want %.50q", key, value, found, err, want)
		}
		keys = append(keys, key)
	}
	wantKeys(t, store, keys...)
}

// wantStored opens the store again to compare its contents.
func wantStored(t *testing.T, path string, keysAndValues ...string) {
	t.Helper()
	store := open(t, path, Options{})
	if discarded := store.DiscardedBytes(); discarded != 0 {
		t.Fatalf("DiscardedBytes() = %d, want 0", discarded)
	}
	wantContents(t, store, keysAndValues...)
	mustSucceed(t, store.Close())
}

func write(t *testing.T, path, content string) {
	t.Helper()
	mustSucceed(t, os.WriteFile(path, []byte(content), 0o600))
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	mustSucceed(t, err)
	return string(content)
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	if got := read(t, path); got != want {
		t.Fatalf("%s has %d bytes %.200x, want %d bytes %.200x", filepath.Base(path), len(got), got, len(want), want)
	}
}

// filesBeside returns the contents of all files in the directory of path by name.
func filesBeside(t *testing.T, path string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	mustSucceed(t, err)
	files := make(map[string]string)
	for _, entry := range entries {
		files[entry.Name()] = read(t, filepath.Join(filepath.Dir(path), entry.Name()))
	}
	return files
}

func wantFiles(t *testing.T, path string, want map[string]string) {
	t.Helper()
	if got := filesBeside(t, path); !maps.Equal(got, want) {
		t.Fatalf("files %.300q, want %.300q", got, want)
	}
}

func wantNames(t *testing.T, path string, want ...string) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(filesBeside(t, path))); !slices.Equal(got, want) {
		t.Fatalf("files %q, want %q", got, want)
	}
}

// isAt reports whether file is the one that is now at path.
func isAt(file *os.File, path string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(opened, named)
}

// flushedLog is a flush operation that notes what the log contains whenever it is the file to flush.
type flushedLog struct {
	path string
	last string
}

func (f *flushedLog) sync(file *os.File) error {
	if !isAt(file, f.path) {
		return nil
	}
	content, err := os.ReadFile(f.path)
	f.last = string(content)
	return err
}

func (f *flushedLog) want(t *testing.T, want string) {
	t.Helper()
	if f.last != want {
		t.Fatalf("flushed with %x, want %x", f.last, want)
	}
}

// R1: operations and what they append

func TestNewFileIsTheMagic_R1(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	wantFile(t, path, "AOSTORE1")
	wantKeys(t, store)
	if discarded := store.DiscardedBytes(); discarded != 0 {
		t.Fatalf("DiscardedBytes() = %d", discarded)
	}
}

func TestDefaultFlushAndRenameWork_R1_R7(t *testing.T) {
	path := newPath(t)
	store, err := Open(path, Options{})
	mustSucceed(t, err)
	mustPut(t, store, "a", "1")
	mustPut(t, store, "a", "2")
	mustSucceed(t, store.Compact())
	mustPut(t, store, "b", "3")
	mustSucceed(t, store.Close())
	wantFile(t, path, logOf(put("a", "2"), put("b", "3")))
}

func TestPutAndDeleteAppendTheBytesOfTheExample_R1(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	afterPut := hex.EncodeToString([]byte(testMagic)) + "00000007bf204abf6ac098fe010002c3a96869"
	mustPut(t, store, "\u00e9", "hi")
	if got := hex.EncodeToString([]byte(read(t, path))); got != afterPut {
		t.Fatalf("after Put: %s", got)
	}
	mustDelete(t, store, "\u00e9", true)
	if got := hex.EncodeToString([]byte(read(t, path))); got != afterPut+"00000005512e2b93f0bbefd2020002c3a9" {
		t.Fatalf("after Delete: %s", got)
	}
}

func TestEveryPutAppendsOneRecord_R1(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "same")
	mustPut(t, store, "a", "same")
	mustPut(t, store, "a", "other")
	wantContents(t, store, "a", "other")
	wantFile(t, path, logOf(put("a", "same"), put("a", "same"), put("a", "other")))
}

func TestDeleteOfAnAbsentKeyWritesNothing_R1(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "1")
	mustDelete(t, store, "b", false)
	wantFile(t, path, logOf(put("a", "1")))
	mustDelete(t, store, "a", true)
	mustDelete(t, store, "a", false)
	wantFile(t, path, logOf(put("a", "1"), del("a")))
}

func TestGetTellsAnAbsentKeyFromAnEmptyValue_R1(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "empty", "")
	mustSucceed(t, store.Put("nil", nil))
	mustPut(t, store, "gone", "1")
	mustDelete(t, store, "gone", true)
	wantContents(t, store, "empty", "", "nil", "")
	wantAbsent(t, store, "gone")
	wantAbsent(t, store, "never")
	wantFile(t, path, logOf(put("empty", ""), put("nil", ""), put("gone", "1"), del("gone")))
}

func TestKeysAreThosePresentInAscendingOrder_R1(t *testing.T) {
	store := open(t, newPath(t), Options{})
	for _, key := range []string{"b", "ab", "c", "a", "B"} {
		mustPut(t, store, key, "1")
	}
	mustDelete(t, store, "c", true)
	mustPut(t, store, "b", "2")
	wantKeys(t, store, "B", "a", "ab", "b")
}

func TestKeyListBelongsToTheCaller_R1(t *testing.T) {
	store := open(t, newPath(t), Options{})
	mustPut(t, store, "a", "1")
	mustPut(t, store, "b", "1")
	keys, err := store.Keys()
	mustSucceed(t, err)
	clear(keys)
	wantKeys(t, store, "a", "b")
}

func TestRecordIsCompleteWhenFlushedAndFlushedBeforeReturn_R1(t *testing.T) {
	path := newPath(t)
	flushed := &flushedLog{path: path}
	store := open(t, path, Options{Sync: flushed.sync})
	mustPut(t, store, "a", "1")
	flushed.want(t, logOf(put("a", "1")))
	mustDelete(t, store, "a", true)
	flushed.want(t, logOf(put("a", "1"), del("a")))
}

// R2: replay, order, ownership

func TestContentsSurviveReopening_R2(t *testing.T) {
	path := newPath(t)
	var everyByte strings.Builder
	for i := range 768 {
		everyByte.WriteByte(byte(i))
	}
	store := open(t, path, Options{})
	mustPut(t, store, "changed", "old")
	mustPut(t, store, "deleted", "1")
	mustPut(t, store, "back", "1")
	mustPut(t, store, "empty", "")
	mustPut(t, store, "bytes", everyByte.String())
	mustPut(t, store, "changed", "new")
	mustDelete(t, store, "deleted", true)
	mustDelete(t, store, "back", true)
	mustPut(t, store, "back", "2")
	mustSucceed(t, store.Close())
	before := read(t, path)
	wantStored(t, path, "back", "2", "bytes", everyByte.String(), "changed", "new", "empty", "")
	wantFile(t, path, before)
}

func TestRecordsAreReplayedInOrder_R2(t *testing.T) {
	path := newPath(t)
	write(t, path, logOf(
		del("never"),
		put("a", "1"),
		put("b", testMagic+zeros(20)),
		del("a"),
		put("c", "1"),
		put("a", "2"),
		put("c", ""),
		del("b"),
	))
	wantStored(t, path, "a", "2", "c", "")
}

func TestLogOfManyRecordsIsReplayed_R2(t *testing.T) {
	path := newPath(t)
	var records, want []string
	for number := range 300 {
		key := fmt.Sprintf("%03d", number)
		value := strings.Repeat(key, 300)
		records = append(records, put(key, value))
		want = append(want, key, value)
	}
	write(t, path, logOf(records...))
	wantStored(t, path, want...)
}

func TestRecordsPutAfterReopeningFollowTheOldOnes_R2(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "1")
	mustSucceed(t, store.Close())
	store = open(t, path, Options{})
	mustPut(t, store, "b", "2")
	mustDelete(t, store, "a", true)
	mustSucceed(t, store.Close())
	wantFile(t, path, logOf(put("a", "1"), put("b", "2"), del("a")))
	wantStored(t, path, "b", "2")
}

func TestKeysAreOrderedByUTF8Bytes_R2(t *testing.T) {
	path := newPath(t)
	ordered := []string{"\x00", "Z", "a", "a\x00", "aa", "z", "\u00e9", "\ue000", "\uff5e", "\U0001f600"}
	store := open(t, path, Options{})
	var want []string
	for _, key := range slices.Backward(ordered) {
		mustPut(t, store, key, "value of "+key)
	}
	for _, key := range ordered {
		want = append(want, key, "value of "+key)
	}
	wantContents(t, store, want...)
	mustSucceed(t, store.Close())
	wantStored(t, path, want...)
}

func TestKeysWithDifferentBytesAreDifferent_R2(t *testing.T) {
	pairs := [][2]string{{"e\u0301", "\u00e9"}, {"\u00c5", "\u212b"}, {"key", "\ufeffkey"}, {"key", "key "}, {"Key", "key"}}
	for _, pair := range pairs {
		path := newPath(t)
		store := open(t, path, Options{})
		mustPut(t, store, pair[1], "2")
		wantAbsent(t, store, pair[0])
		mustPut(t, store, pair[0], "1")
		mustSucceed(t, store.Close())
		wantStored(t, path, pair[0], "1", pair[1], "2")
	}
}

func TestCallerMayChangeTheBytesItPut_R2(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	value := []byte("abc")
	mustSucceed(t, store.Put("a", value))
	clear(value)
	wantContents(t, store, "a", "abc")
	mustSucceed(t, store.Compact())
	wantFile(t, path, logOf(put("a", "abc")))
}

func TestCallerMayChangeTheBytesItGot_R2(t *testing.T) {
	path := newPath(t)
	write(t, path, logOf(put("old", "abc")))
	store := open(t, path, Options{})
	mustPut(t, store, "new", "def")
	for _, key := range []string{"old", "new"} {
		value, _, err := store.Get(key)
		mustSucceed(t, err)
		clear(value)
	}
	wantContents(t, store, "new", "def", "old", "abc")
	mustSucceed(t, store.Compact())
	wantFile(t, path, logOf(put("new", "def"), put("old", "abc")))
}

// R3: torn tails

func wantTailCut(t *testing.T, before, tail string) {
	t.Helper()
	path := newPath(t)
	write(t, path, before+tail)
	var contents []string
	if before == kept {
		contents = []string{"kept", "1"}
	}
	store := open(t, path, Options{})
	if discarded := store.DiscardedBytes(); discarded != int64(len(tail)) {
		t.Fatalf("DiscardedBytes() = %d, want %d", discarded, len(tail))
	}
	wantFile(t, path, before)
	wantContents(t, store, contents...)
	mustPut(t, store, "n", "")
	mustSucceed(t, store.Close())
	if discarded := store.DiscardedBytes(); discarded != int64(len(tail)) {
		t.Fatalf("DiscardedBytes() after Close = %d, want %d", discarded, len(tail))
	}
	wantFile(t, path, before+put("n", ""))
	wantStored(t, path, append(contents, "n", "")...)
}

func TestIncompleteRecordIsCutWhereverItEnds_R3(t *testing.T) {
	for _, record := range []string{put("last", "value"), del("kept")} {
		for size := 1; size < len(record); size++ {
			wantTailCut(t, kept, record[:size])
		}
	}
}

func TestIncompleteFirstRecordIsCut_R3(t *testing.T) {
	record := put("a", "1")
	wantTailCut(t, testMagic, record[:len(record)-1])
}

func TestFewerThanTwelveBytesAreCutWhateverTheyAre_R3(t *testing.T) {
	wantTailCut(t, kept, strings.Repeat("\xff", 11))
	wantTailCut(t, kept, "\n")
}

func TestZeroBytesAreCut_R3(t *testing.T) {
	for _, size := range []int{1, 11, 12, 13, 4096, 200_001} {
		t.Run(fmt.Sprint(size), func(t *testing.T) { wantTailCut(t, kept, zeros(size)) })
	}
}

func TestLastRecordWithWrongPayloadChecksumIsCut_R3(t *testing.T) {
	for _, index := range []int{8, 11, 12, 13, -1} {
		t.Run(fmt.Sprint(index), func(t *testing.T) { wantTailCut(t, kept, flipBit(put("last", "value"), index)) })
	}
}

func TestLastRecordWithWrongPayloadChecksumIsCutThoughMalformed_R3(t *testing.T) {
	wantTailCut(t, kept, flipBit(framed(payload(9, 1, "ab")), 8))
}

func TestIncompletePayloadOfTheGreatestLengthIsCut_R3(t *testing.T) {
	wantTailCut(t, kept, header(testMaxPayload, 0))
	wantTailCut(t, kept, header(testMaxPayload, 0)+strings.Repeat("x", 100))
}

func TestProperPrefixOfTheMagicBecomesAnEmptyStore_R3(t *testing.T) {
	for size := range len(testMagic) {
		path := newPath(t)
		write(t, path, testMagic[:size])
		store := open(t, path, Options{})
		wantFile(t, path, testMagic)
		if discarded := store.DiscardedBytes(); discarded != int64(size) {
			t.Fatalf("DiscardedBytes() = %d, want %d", discarded, size)
		}
		wantKeys(t, store)
		mustPut(t, store, "a", "1")
		wantFile(t, path, logOf(put("a", "1")))
	}
}

// R4: damage that no torn write explains

func wantCorrupt(t *testing.T, before, rest string) {
	t.Helper()
	path := newPath(t)
	write(t, path, before+rest)
	err := openError(path, Options{Sync: noSync})
	var corrupt *CorruptError
	if !errors.As(err, &corrupt) {
		t.Fatalf("Open: %v, want a *CorruptError", err)
	}
	if corrupt.Offset != int64(len(before)) {
		t.Fatalf("offset %d, want %d", corrupt.Offset, len(before))
	}
	wantFile(t, path, before+rest)
	wantNames(t, path, "store.log")
}

func TestWrongPayloadChecksumBeforeTheEndIsCorruption_R4(t *testing.T) {
	for _, index := range []int{8, 12, -1} {
		bad := flipBit(put("bad", "1"), index)
		wantCorrupt(t, kept, bad+"\x00")
		wantCorrupt(t, kept, bad+"x")
		wantCorrupt(t, kept, bad+put("b", "2"))
		wantCorrupt(t, testMagic, bad+del("bad"))
	}
}

func TestWrongLengthChecksumIsCorruption_R4(t *testing.T) {
	for _, index := range []int{0, 3, 4, 7} {
		bad := flipBit(put("bad", "1"), index)
		wantCorrupt(t, kept, bad)
		wantCorrupt(t, kept, bad[:12])
		wantCorrupt(t, kept, bad+put("b", "2"))
	}
}

func TestZerosBeforeAnotherByteAreCorruption_R4(t *testing.T) {
	for _, count := range []int{11, 12, 70_000, 131_072} {
		wantCorrupt(t, kept, zeros(count)+"\x01")
	}
	wantCorrupt(t, kept, zeros(12)+put("a", "1"))
}

func TestFirstBadRecordIsReported_R4(t *testing.T) {
	bad := flipBit(put("bad", "1"), -1)
	wantCorrupt(t, kept, bad+put("good", "1")+bad+"torn")
}

func TestOtherFileGivesAFormatError_R4(t *testing.T) {
	contents := []string{
		"X",
		"AOSTORE2",
		"aostore1",
		"AOSTOR\x00",
		"\x00AOSTORE1",
		zeros(8),
		"AOSTORE2" + put("a", "1"),
		put("a", "1"),
	}
	for _, content := range contents {
		path := newPath(t)
		write(t, path, content)
		wantError(t, openError(path, Options{Sync: noSync}), ErrFormat)
		wantFiles(t, path, map[string]string{"store.log": content})
	}
}

// R5: right checksums, impossible content

func TestMalformedPayloadIsCorruption_R5(t *testing.T) {
	malformed := map[string]string{
		"type 0":                            payload(0, 1, "k"),
		"type 3":                            payload(3, 1, "kv"),
		"type 255":                          payload(255, 1, "k"),
		"no key in put":                     payload(typePut, 0, "v"),
		"no key in delete":                  payload(typeDelete, 0, "v"),
		"key of 1025 bytes":                 payload(typePut, 1025, strings.Repeat("k", 1025)),
		"key of 65535 bytes":                payload(typeDelete, 65535, strings.Repeat("k", 65535)),
		"key one byte beyond the payload":   payload(typePut, 3, "ke"),
		"key far beyond the payload":        payload(typeDelete, 1024, "k"),
		"bytes after a deleted key":         payload(typeDelete, 1, "kv"),
		"value one byte too long":           payload(typePut, 1, "k"+zeros(testMaxValue+1)),
		"lone byte in the key":              payload(typePut, 2, "a\xff"),
		"overlong form in the key":          payload(typePut, 2, "\xc0\x80"),
		"surrogate in the key":              payload(typeDelete, 3, "\xed\xa0\x80"),
		"cut character in the key":          payload(typePut, 2, "\xe2\x82\xac"),
		"code point beyond Unicode, in key": payload(typePut, 4, "\xf4\x90\x80\x80"),
	}
	for name, content := range malformed {
		t.Run(name, func(t *testing.T) {
			wantCorrupt(t, kept, framed(content))
			wantCorrupt(t, kept, framed(content)+put("b", "2"))
		})
	}
}

func TestLengthOutOfRangeIsCorruptionEvenIfTheFileEndsBefore_R5(t *testing.T) {
	for _, length := range []uint32{0, 1, 3, testMaxPayload + 1, 0x7fffffff, 0xffffffff} {
		wantCorrupt(t, kept, header(length, 0))
		wantCorrupt(t, kept, header(length, 0)+"xyz")
	}
}

func TestLengthsJustOutOfRangeAreCorruptionInWholeRecords_R5(t *testing.T) {
	wantCorrupt(t, kept, framed(payload(typePut, 0, "")))
	wantCorrupt(t, kept, framed(payload(typePut, 1024, strings.Repeat("k", 1024)+zeros(testMaxValue+1))))
}

func TestSmallestAndGreatestRecordsAreValid_R5(t *testing.T) {
	path := newPath(t)
	key, value := strings.Repeat("k", testMaxKey), strings.Repeat("v", testMaxValue)
	greatest := put(key, value)
	if len(greatest) != 12+testMaxPayload {
		t.Fatalf("greatest record has %d bytes", len(greatest))
	}
	write(t, path, logOf(put("k", ""), put("gone", ""), del("gone"), greatest))
	wantStored(t, path, "k", "", key, value)
}

// R6: limits

func TestKeyOutsideTheLimitsIsInvalid_R6(t *testing.T) {
	keys := map[string]string{
		"empty":                        "",
		"1025 bytes":                   strings.Repeat("k", 1025),
		"1025 bytes in 513 characters": strings.Repeat("\u00e9", 512) + "k",
		"1028 bytes in 257 characters": strings.Repeat("\U0001f600", 257),
		"not UTF-8":                    "a\xff",
		"encoded surrogate":            "\xed\xa0\x80",
	}
	for name, key := range keys {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			store := open(t, path, Options{})
			mustPut(t, store, "a", "1")
			wantError(t, store.Put(key, []byte("2")), ErrInvalidArgument)
			_, found, err := store.Get(key)
			wantError(t, err, ErrInvalidArgument)
			existed, err := store.Delete(key)
			wantError(t, err, ErrInvalidArgument)
			if found || existed {
				t.Fatalf("found %v, existed %v", found, existed)
			}
			wantContents(t, store, "a", "1")
			wantFile(t, path, logOf(put("a", "1")))
		})
	}
}

func TestKeyWithinTheLimitsIsAccepted_R6(t *testing.T) {
	keys := []string{"k", strings.Repeat("k", 1024), strings.Repeat("\u00e9", 512), strings.Repeat("\U0001f600", 256), "\ufffd"}
	for _, key := range keys {
		path := newPath(t)
		store := open(t, path, Options{})
		mustPut(t, store, key, "1")
		wantContents(t, store, key, "1")
		mustSucceed(t, store.Close())
		wantStored(t, path, key, "1")
	}
}

func TestValueMayHaveAMebibyteButNoMore_R6(t *testing.T) {
	path := newPath(t)
	greatest := strings.Repeat("v", testMaxValue)
	store := open(t, path, Options{})
	mustPut(t, store, "a", greatest)
	wantError(t, store.Put("a", []byte(greatest+"v")), ErrInvalidArgument)
	wantError(t, store.Put("b", make([]byte, testMaxValue+1)), ErrInvalidArgument)
	wantContents(t, store, "a", greatest)
	wantFile(t, path, logOf(put("a", greatest)))
}

func TestPutMayReachTheLogLimitButNotExceedIt_R6(t *testing.T) {
	path := newPath(t)
	first := logOf(put("a", "12"))
	whole := first + put("b", "123")
	store := open(t, path, Options{MaxLogBytes: int64(len(whole))})
	mustPut(t, store, "a", "12")
	wantError(t, store.Put("b", []byte("1234")), ErrFull)
	wantError(t, store.Put("a", []byte("1234")), ErrFull)
	wantContents(t, store, "a", "12")
	wantFile(t, path, first)
	mustPut(t, store, "b", "123")
	wantError(t, store.Put("a", nil), ErrFull)
	wantFile(t, path, whole)
	mustSucceed(t, store.Close())
	wantStored(t, path, "a", "12", "b", "123")
}

func TestInvalidPutIsInvalidEvenIfTheStoreIsFull_R6(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{MaxLogBytes: 8})
	wantError(t, store.Put("", []byte("1")), ErrInvalidArgument)
	wantError(t, store.Put("a", make([]byte, testMaxValue+1)), ErrInvalidArgument)
	wantError(t, store.Put("a", nil), ErrFull)
	wantFile(t, path, testMagic)
}

func TestLimitDoesNotBindOpenDeleteAndCompaction_R6(t *testing.T) {
	path := newPath(t)
	before := logOf(put("a", "1"), put("b", "2"), put("c", "3"))
	write(t, path, before)
	store := open(t, path, Options{MaxLogBytes: 20})
	wantContents(t, store, "a", "1", "b", "2", "c", "3")
	mustDelete(t, store, "b", true)
	wantFile(t, path, before+del("b"))
	wantError(t, store.Put("a", nil), ErrFull)
	mustSucceed(t, store.Compact())
	wantFile(t, path, logOf(put("a", "1"), put("c", "3")))
	wantError(t, store.Put("a", nil), ErrFull)
}

func TestCompactionMakesRoomBelowTheLimit_R6_R7(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{MaxLogBytes: int64(len(logOf(put("a", "1"), put("a", "2"))))})
	mustPut(t, store, "a", "1")
	mustPut(t, store, "a", "2")
	wantError(t, store.Put("b", []byte("3")), ErrFull)
	mustSucceed(t, store.Compact())
	mustPut(t, store, "b", "3")
	wantError(t, store.Put("b", []byte("4")), ErrFull)
	wantFile(t, path, logOf(put("a", "2"), put("b", "3")))
}

func TestNegativeLimitIsInvalid_R6(t *testing.T) {
	path := newPath(t)
	wantError(t, openError(path, Options{MaxLogBytes: -1}), ErrInvalidArgument)
	wantNames(t, path)
}

// R7: compaction

func TestCompactionLeavesOnePutRecordPerKeyInOrder_R7(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "\U0001f600", "1")
	mustPut(t, store, "b", "old")
	mustPut(t, store, "gone", "3")
	mustPut(t, store, "\uff5e", "4")
	mustPut(t, store, "a", "")
	mustPut(t, store, "b", "new")
	mustDelete(t, store, "gone", true)
	mustSucceed(t, store.Compact())
	compacted := logOf(put("a", ""), put("b", "new"), put("\uff5e", "4"), put("\U0001f600", "1"))
	wantFile(t, path, compacted)
	wantContents(t, store, "a", "", "b", "new", "\uff5e", "4", "\U0001f600", "1")
	mustPut(t, store, "c", "5")
	mustDelete(t, store, "b", true)
	wantFile(t, path, compacted+put("c", "5")+del("b"))
	wantNames(t, path, "store.log", "store.log.lock")
	mustSucceed(t, store.Close())
	wantStored(t, path, "a", "", "c", "5", "\uff5e", "4", "\U0001f600", "1")
}

func TestCompactionOfAnEmptyStoreLeavesTheMagic_R7(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustSucceed(t, store.Compact())
	wantFile(t, path, testMagic)
	mustPut(t, store, "a", "1")
	mustDelete(t, store, "a", true)
	mustSucceed(t, store.Compact())
	wantFile(t, path, testMagic)
}

func TestLogIsReplacedByOneRenameAfterTheNewLogWasFlushed_R7(t *testing.T) {
	path := newPath(t)
	compactPath := path + ".compact"
	type event struct{ operation, compacted, log string }
	var events []event
	note := func(operation string) {
		events = append(events, event{operation, read(t, compactPath), read(t, path)})
	}
	store := open(t, path, Options{
		Sync: func(file *os.File) error {
			if isAt(file, compactPath) {
				note("flush")
			}
			return nil
		},
		Rename: func(source, target string) error {
			note("rename " + source + " " + target)
			return os.Rename(source, target)
		},
	})
	mustPut(t, store, "a", "1")
	mustPut(t, store, "a", "2")
	mustPut(t, store, "b", "3")
	before := read(t, path)
	after := logOf(put("a", "2"), put("b", "3"))
	mustSucceed(t, store.Compact())
	want := []event{{"flush", after, before}, {"rename " + compactPath + " " + path, after, before}}
	if len(events) < 2 || !slices.Equal(events[len(events)-2:], want) {
		t.Fatalf("events %q, want %q at the end", events, want)
	}
	wantFile(t, path, after)
}

func TestRecordsAfterCompactionAreFlushedToTheNewLog_R7(t *testing.T) {
	path := newPath(t)
	flushed := &flushedLog{path: path}
	store := open(t, path, Options{Sync: flushed.sync})
	mustPut(t, store, "a", "1")
	mustPut(t, store, "a", "2")
	mustSucceed(t, store.Compact())
	mustPut(t, store, "b", "3")
	flushed.want(t, logOf(put("a", "2"), put("b", "3")))
}

func TestFailedCompactionChangesNothing_R7(t *testing.T) {
	errNoSpace := errors.New("no space")
	for _, failing := range []string{"flush", "rename"} {
		t.Run(failing, func(t *testing.T) {
			path := newPath(t)
			failure := ""
			store := open(t, path, Options{
				Sync: func(*os.File) error {
					if failure == "flush" {
						return errNoSpace
					}
					return nil
				},
				Rename: func(source, target string) error {
					if failure == "rename" {
						return errNoSpace
					}
					return os.Rename(source, target)
				},
			})
			mustPut(t, store, "a", "1")
			mustPut(t, store, "a", "2")
			mustPut(t, store, "b", "3")
			mustDelete(t, store, "b", true)
			before := filesBeside(t, path)

			failure = failing
			wantError(t, store.Compact(), errNoSpace)
			wantFiles(t, path, before)
			wantContents(t, store, "a", "2")

			failure = ""
			mustPut(t, store, "c", "4")
			wantFile(t, path, before["store.log"]+put("c", "4"))
			mustSucceed(t, store.Compact())
			wantFile(t, path, logOf(put("a", "2"), put("c", "4")))
			mustSucceed(t, store.Close())
			wantStored(t, path, "a", "2", "c", "4")
		})
	}
}

func TestLeftOverCompactFileIsIgnoredAndRemoved_R7(t *testing.T) {
	for _, leftOver := range []string{"", "garbage", logOf(put("wrong", "1"))} {
		path := newPath(t)
		write(t, path, kept)
		write(t, path+".compact", leftOver)
		store := open(t, path, Options{})
		wantContents(t, store, "kept", "1")
		if discarded := store.DiscardedBytes(); discarded != 0 {
			t.Fatalf("DiscardedBytes() = %d", discarded)
		}
		wantNames(t, path, "store.log", "store.log.lock")
		wantFile(t, path, kept)
	}
}

func TestOpenFailsIfALeftOverCompactFileCannotBeRemoved_R7(t *testing.T) {
	path := newPath(t)
	mustSucceed(t, os.MkdirAll(filepath.Join(path+".compact", "inner"), 0o700))
	if err := openError(path, Options{Sync: noSync}); err == nil {
		t.Fatal("Open succeeded")
	}
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Stat of the lock file: %v", err)
	}
}

func TestLeftOverCompactFileDoesNotBecomeTheLog_R7(t *testing.T) {
	path := newPath(t)
	write(t, path+".compact", logOf(put("wrong", "1")))
	wantStored(t, path)
	wantFiles(t, path, map[string]string{"store.log": testMagic})
}

// R8: the lock and closing

func ownLock() string {
	return fmt.Sprintf("%d\n", os.Getpid())
}

func TestLockFileHasTheProcessIDUntilClose_R8(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	wantFile(t, path+".lock", ownLock())
	mustSucceed(t, store.Close())
	wantFiles(t, path, map[string]string{"store.log": testMagic})
}

func TestLockFileOfAnyContentLocksAndNothingIsTouched_R8(t *testing.T) {
	for _, lock := range []string{"", "1\n", "not a process id"} {
		path := newPath(t)
		write(t, path, kept+"torn")
		write(t, path+".compact", "left over")
		write(t, path+".lock", lock)
		before := filesBeside(t, path)
		wantError(t, openError(path, Options{Sync: noSync}), ErrLocked)
		wantFiles(t, path, before)
	}
}

func TestLockedOpenCreatesNoLog_R8(t *testing.T) {
	path := newPath(t)
	write(t, path+".lock", "1\n")
	wantError(t, openError(path, Options{Sync: noSync}), ErrLocked)
	wantFiles(t, path, map[string]string{"store.log.lock": "1\n"})
}

func TestOpenStoreIsLockedAndStaysUsable_R8(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "1")
	wantError(t, openError(path, Options{Sync: noSync}), ErrLocked)
	mustPut(t, store, "b", "2")
	wantFile(t, path+".lock", ownLock())
	mustSucceed(t, store.Close())
	wantStored(t, path, "a", "1", "b", "2")
}

func TestBreakLockReplacesTheLock_R8(t *testing.T) {
	path := newPath(t)
	write(t, path, kept)
	write(t, path+".lock", "1234567890 a longer lock\n")
	store := open(t, path, Options{BreakLock: true})
	wantFile(t, path+".lock", ownLock())
	wantContents(t, store, "kept", "1")
	wantError(t, openError(path, Options{Sync: noSync}), ErrLocked)
	mustSucceed(t, store.Close())
	wantNames(t, path, "store.log")
}

func TestBreakLockNeedsNoLock_R8(t *testing.T) {
	path := newPath(t)
	open(t, path, Options{BreakLock: true})
	wantFile(t, path+".lock", ownLock())
}

func TestFailedOpenLeavesNoLock_R8(t *testing.T) {
	for _, breakLock := range []bool{false, true} {
		for _, content := range []string{"something else", kept + framed(payload(3, 1, "k"))} {
			path := newPath(t)
			write(t, path, content)
			if breakLock {
				write(t, path+".lock", "1\n")
			}
			for range 2 {
				err := openError(path, Options{Sync: noSync, BreakLock: breakLock})
				var corrupt *CorruptError
				if !errors.Is(err, ErrFormat) && !errors.As(err, &corrupt) {
					t.Fatalf("Open: %v", err)
				}
				wantFiles(t, path, map[string]string{"store.log": content})
			}
		}
	}
}

func TestOtherErrorsOfOpenArePassedOn_R8(t *testing.T) {
	path := newPath(t)
	wantError(t, openError(filepath.Join(path, "store.log"), Options{}), fs.ErrNotExist)
	mustSucceed(t, os.Mkdir(path, 0o700))
	if err := openError(path, Options{}); err == nil {
		t.Fatal("a directory was opened as a log")
	}
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("lock file after a failed open: %v", err)
	}
}

func TestOneOfSeveralOpensAtTheSameTimeSucceeds_R8(t *testing.T) {
	const openers = 8
	for range 10 {
		path := newPath(t)
		start := make(chan struct{})
		stores := make(chan *Store, openers)
		var group sync.WaitGroup
		for range openers {
			group.Add(1)
			go func() {
				defer group.Done()
				<-start
				store, err := Open(path, Options{Sync: yieldSync})
				if err == nil {
					stores <- store
				} else if !errors.Is(err, ErrLocked) {
					t.Errorf("Open: %v", err)
				}
			}()
		}
		close(start)
		group.Wait()
		close(stores)
		succeeded := 0
		for store := range stores {
			succeeded++
			mustSucceed(t, store.Close())
		}
		if succeeded != 1 {
			t.Fatalf("%d opens succeeded", succeeded)
		}
	}
}

func TestClosedStoreRefusesEveryOperationWhateverItsArguments_R8(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{MaxLogBytes: 100})
	mustPut(t, store, "a", "1")
	mustSucceed(t, store.Close())
	for _, key := range []string{"a", "absent", "", "\xff"} {
		_, _, err := store.Get(key)
		wantError(t, err, ErrClosed)
		_, err = store.Delete(key)
		wantError(t, err, ErrClosed)
		for _, size := range []int{0, 1000, testMaxValue + 1} {
			wantError(t, store.Put(key, make([]byte, size)), ErrClosed)
		}
	}
	_, err := store.Keys()
	wantError(t, err, ErrClosed)
	wantError(t, store.Compact(), ErrClosed)
	wantFiles(t, path, map[string]string{"store.log": logOf(put("a", "1"))})
}

func TestSecondCloseLeavesTheLockOfAnotherStore_R8(t *testing.T) {
	path := newPath(t)
	first := open(t, path, Options{})
	mustSucceed(t, first.Close())
	mustSucceed(t, first.Close())
	second := open(t, path, Options{})
	mustSucceed(t, first.Close())
	wantFile(t, path+".lock", ownLock())
	mustPut(t, second, "a", "1")
}

// R9: failed writes

var errDisk = errors.New("disk error")

// fallibleSync is a flush operation that fails as long as failing is set.
type fallibleSync struct{ failing bool }

func (f *fallibleSync) sync(*os.File) error {
	if f.failing {
		return errDisk
	}
	return nil
}

func TestFailedFlushChangesNothing_R9(t *testing.T) {
	operations := map[string]func(*Store) error{
		"put":       func(store *Store) error { return store.Put("new", bytes.Repeat([]byte("long value "), 10)) },
		"overwrite": func(store *Store) error { return store.Put("a", []byte("other")) },
		"delete": func(store *Store) error {
			_, err := store.Delete("a")
			return err
		},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			var flush fallibleSync
			store := open(t, path, Options{Sync: flush.sync})
			mustPut(t, store, "a", "1")
			flush.failing = true
			for range 2 {
				wantError(t, operation(store), errDisk)
				wantFile(t, path, logOf(put("a", "1")))
				wantContents(t, store, "a", "1")
				wantAbsent(t, store, "new")
			}
			flush.failing = false
			mustPut(t, store, "b", "2")
			wantFile(t, path, logOf(put("a", "1"), put("b", "2")))
			mustSucceed(t, store.Close())
			wantStored(t, path, "a", "1", "b", "2")
		})
	}
}

func TestFailedPutDoesNotCountTowardsTheLimit_R9_R6(t *testing.T) {
	path := newPath(t)
	var flush fallibleSync
	whole := logOf(put("a", "12345"))
	store := open(t, path, Options{Sync: flush.sync, MaxLogBytes: int64(len(whole))})
	flush.failing = true
	wantError(t, store.Put("a", []byte("12345")), errDisk)
	flush.failing = false
	mustPut(t, store, "a", "12345")
	wantFile(t, path, whole)
}

func TestFailedPutIsNotCompacted_R9_R7(t *testing.T) {
	path := newPath(t)
	var flush fallibleSync
	store := open(t, path, Options{Sync: flush.sync})
	mustPut(t, store, "a", "1")
	mustSucceed(t, store.Compact())
	flush.failing = true
	wantError(t, store.Put("b", []byte("2")), errDisk)
	wantFile(t, path, logOf(put("a", "1")))
	flush.failing = false
	mustSucceed(t, store.Compact())
	wantFile(t, path, logOf(put("a", "1")))
}

// R10: several goroutines

func TestOperationsOfSeveralGoroutinesTakeEffectOneAfterAnother_R10(t *testing.T) {
	const writers, rounds = 4, 25
	path := newPath(t)
	store := open(t, path, Options{Sync: yieldSync})
	var group sync.WaitGroup
	var want []string
	for writer := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			temporary := fmt.Sprintf("temporary %d", writer)
			for number := range rounds {
				key := fmt.Sprintf("%d %02d", writer, number)
				if err := errors.Join(store.Put(key, []byte("of "+key)), store.Put(temporary, nil)); err != nil {
					t.Errorf("Put: %v", err)
				}
				if existed, err := store.Delete(temporary); !existed || err != nil {
					t.Errorf("Delete = %v, %v", existed, err)
				}
			}
		}()
		for number := range rounds {
			key := fmt.Sprintf("%d %02d", writer, number)
			want = append(want, key, "of "+key)
		}
	}
	for range 10 {
		if err := store.Compact(); err != nil {
			t.Errorf("Compact: %v", err)
		}
		runtime.Gosched()
	}
	group.Wait()
	wantContents(t, store, want...)
	mustSucceed(t, store.Close())
	wantStored(t, path, want...)
}

func TestOneOfSeveralDeletesAtTheSameTimeFindsTheKey_R10(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{Sync: yieldSync})
	want := testMagic
	for range 50 {
		mustPut(t, store, "a", "1")
		results := make(chan bool, 4)
		for range cap(results) {
			go func() {
				existed, err := store.Delete("a")
				if err != nil {
					t.Errorf("Delete: %v", err)
				}
				results <- existed
			}()
		}
		found := 0
		for range cap(results) {
			if <-results {
				found++
			}
		}
		if found != 1 {
			t.Fatalf("%d deletes found the key", found)
		}
		want += put("a", "1") + del("a")
	}
	wantFile(t, path, want)
}

func TestPutsAtTheSameTimeDoNotExceedTheLimit_R10_R6(t *testing.T) {
	path := newPath(t)
	limit := int64(len(logOf(put("0", "1"), put("1", "1"), put("2", "1"))))
	store := open(t, path, Options{MaxLogBytes: limit, Sync: yieldSync})
	const writers = 6
	results := make(chan error, writers)
	for writer := range writers {
		go func() { results <- store.Put(fmt.Sprint(writer), []byte("1")) }()
	}
	full := 0
	for range writers {
		if err := <-results; errors.Is(err, ErrFull) {
			full++
		} else if err != nil {
			t.Errorf("Put: %v", err)
		}
	}
	keys, err := store.Keys()
	mustSucceed(t, err)
	if full != 3 || len(keys) != 3 {
		t.Fatalf("%d puts found the store full, keys %q", full, keys)
	}
	if size := len(read(t, path)); int64(size) != limit {
		t.Fatalf("log has %d bytes, want %d", size, limit)
	}
}
