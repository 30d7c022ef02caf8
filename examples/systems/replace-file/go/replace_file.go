// Package replacefile replaces the content of a file in one step: at every moment the file holds either the old or the
// new content. It is for POSIX systems.
package replacefile

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	maxLinks       = 40
	permissionBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky
)

// Operations are those that can be watched or replaced.
type Operations struct {
	Flush  func(file *os.File) error         // the new file or the folder; nil: file.Sync()
	Rename func(source, target string) error // nil: os.Rename
}

// ReplaceFile replaces the content of the file. Permission bits are kept, symbolic links are followed.
// It returns the system's error, perhaps wrapped. Several goroutines may call it at the same time.
func ReplaceFile(path string, data []byte) error {
	return ReplaceFileWith(path, data, Operations{})
}

// ReplaceFileWith is ReplaceFile with other operations.
func ReplaceFileWith(path string, data []byte, operations Operations) error {
	if operations.Flush == nil {
		operations.Flush = (*os.File).Sync
	}
	if operations.Rename == nil {
		operations.Rename = os.Rename
	}
	target, err := resolve(path)
	if err != nil {
		return err
	}
	// Opened first: a folder may be writable but not readable, and that should fail before anything is changed.
	folder, err := os.Open(beside(target, "."))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := writeAndRename(target, data, operations); err != nil {
		return err
	}
	return operations.Flush(folder)
}

// resolve returns the path of the file that links lead to, which need not exist.
func resolve(path string) (string, error) {
	target := path
	for range maxLinks + 1 {
		link, err := os.Readlink(target)
		if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrNotExist) {
			return target, nil
		}
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(link) {
			target = link
		} else {
			target = beside(target, link)
		}
	}
	return "", &fs.PathError{Op: "readlink", Path: path, Err: syscall.ELOOP}
}

// beside returns the path of a name in the folder of another path.
func beside(path, name string) string {
	folder, _ := filepath.Split(path)
	return folder + name
}

// writeAndRename writes a new file and renames it to the target; on an error there is no new file.
func writeAndRename(target string, data []byte, operations Operations) error {
	info, err := os.Stat(target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	scratch := beside(target, "."+rand.Text()+".new")
	if info == nil {
		err = write(scratch, 0o666, data, operations.Flush)
	} else {
		err = write(scratch, 0o600, data, func(file *os.File) error {
			// After writing, which would clear the set-user-ID and set-group-ID bits.
			if err := file.Chmod(info.Mode() & permissionBits); err != nil {
				return err
			}
			return operations.Flush(file)
		})
	}
	if err == nil {
		err = operations.Rename(scratch, target)
	}
	if err != nil {
		os.Remove(scratch)
	}
	return err
}

// write makes a new file with the data; finish is called before it is closed.
func write(path string, mode fs.FileMode, data []byte, finish func(*os.File) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(data); err != nil {
		return err
	}
	return finish(file)
}
