package appendonlystore

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

func TestClosedStoreKeepsNoDescriptorOpen_R8(t *testing.T) {
	path := newPath(t)
	before := openDescriptors(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "1")
	mustSucceed(t, store.Compact())
	mustSucceed(t, store.Close())
	write(t, path, "another file")
	wantError(t, openError(path, Options{}), ErrFormat)
	if after := openDescriptors(t); after != before {
		t.Fatalf("%d descriptors are open, before %d", after, before)
	}
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	mustSucceed(t, err)
	return len(entries)
}

func TestRecordThatDoesNotFitOnTheDiskIsCutOff_R9(t *testing.T) {
	path := newPath(t)
	store := open(t, path, Options{})
	mustPut(t, store, "a", "1")
	before := read(t, path)

	// A limit on the size of files stands for a full disk.
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	mustSucceed(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	lower := syscall.Rlimit{Cur: uint64(len(before) + 20), Max: limit.Max}
	mustSucceed(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &lower))
	err := store.Put("b", make([]byte, 100))
	mustSucceed(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))

	wantError(t, err, syscall.EFBIG)
	wantFile(t, path, before)
	wantContents(t, store, "a", "1")
	mustPut(t, store, "c", "3")
	wantFile(t, path, before+put("c", "3"))
}
