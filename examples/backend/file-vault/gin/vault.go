package main

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const (
	partSuffix = ".part"

	schema = `
	CREATE TABLE IF NOT EXISTS files (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		owner TEXT NOT NULL,
		name TEXT NOT NULL,
		type TEXT NOT NULL,
		size INTEGER NOT NULL,
		sha256 TEXT NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS files_of_owner ON files (owner, position);
	`
)

// storedFile is what is told about a file.
type storedFile struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"type"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"` // in hexadecimal digits
}

// vault has the files of all owners: what is known of them in SQLite, their content in a folder beside it.
type vault struct {
	settings
	db        *sql.DB
	folder    string
	temporary string // a folder to be removed in the end, or ""
}

func openVault(settings settings) (*vault, error) {
	v := &vault{settings: settings}
	if v.databasePath == "" {
		temporary, err := os.MkdirTemp("", "vault-")
		if err != nil {
			return nil, err
		}
		v.temporary = temporary
		v.databasePath = filepath.Join(temporary, "database")
	}
	v.folder = v.databasePath + ".files"
	if err := v.prepareFolder(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: v.databasePath}).EscapedPath())
	if err != nil {
		return nil, err
	}
	v.db = db
	// With one connection transactions come one after the other.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, v.close())
	}
	return v, nil
}

// prepareFolder makes the folder if it is missing, and removes what is left there of uploads that never ended.
func (v *vault) prepareFolder() error {
	if err := os.MkdirAll(v.folder, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(v.folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != partSuffix {
			continue
		}
		if err := os.Remove(filepath.Join(v.folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (v *vault) close() error {
	err := v.db.Close()
	if v.temporary != "" {
		err = errors.Join(err, os.RemoveAll(v.temporary))
	}
	return err
}

// store stores a body while it arrives. The digests are what the client tells of the content, if it does. Nothing stays of a
// body that is not accepted.
func (v *vault) store(body io.Reader, owner, name string, digests []string) (storedFile, error) {
	path := filepath.Join(v.folder, newID()+partSuffix)
	defer os.Remove(path) // without effect when it has got another name
	seen, err := receive(body, path, v.maxFileBytes)
	if err != nil {
		return storedFile{}, err
	}
	mediaType, err := seen.mediaType()
	if err != nil {
		return storedFile{}, err
	}
	digest := seen.sha256.Sum(nil)
	if len(digests) > 0 && digests[0] != "sha-256=:"+base64.StdEncoding.EncodeToString(digest)+":" {
		return storedFile{}, errDigestMismatch
	}
	file := storedFile{newID(), name, mediaType, seen.size, hex.EncodeToString(digest)}
	return file, v.keep(path, owner, file)
}

// keep moves content into place and counts it, if the quota allows it.
func (v *vault) keep(path, owner string, file storedFile) error {
	tx, err := v.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after the commit
	result, err := tx.Exec(`
		INSERT INTO files (id, owner, name, type, size, sha256)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6
		WHERE (SELECT coalesce(sum(size), 0) FROM files WHERE owner = ?2) + ?5 <= ?7`,
		file.ID, owner, file.Name, file.MediaType, file.Size, file.SHA256, v.quotaBytes)
	if err := affected(result, err, errQuotaExceeded); err != nil {
		return err
	}
	target := filepath.Join(v.folder, file.ID)
	if err := os.Rename(path, target); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return errors.Join(err, os.Remove(target))
	}
	return nil
}

// list gives all files of an owner, the oldest first.
func (v *vault) list(owner string) ([]storedFile, error) {
	rows, err := v.db.Query("SELECT id, name, type, size, sha256 FROM files WHERE owner = ? ORDER BY position", owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	files := []storedFile{}
	for rows.Next() {
		file, err := scanFile(rows)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, rows.Err()
}

func (v *vault) find(owner, id string) (storedFile, error) {
	row := v.db.QueryRow("SELECT id, name, type, size, sha256 FROM files WHERE owner = ? AND id = ?", owner, id)
	file, err := scanFile(row)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNotFound
	}
	return file, err
}

// open opens the content of a file, which may have been deleted since it was found.
func (v *vault) open(file storedFile) (*os.File, error) {
	content, err := os.Open(filepath.Join(v.folder, file.ID))
	if errors.Is(err, fs.ErrNotExist) {
		err = errNotFound
	}
	return content, err
}

func (v *vault) delete(owner, id string) error {
	result, err := v.db.Exec("DELETE FROM files WHERE owner = ? AND id = ?", owner, id)
	if err := affected(result, err, errNotFound); err != nil {
		return err
	}
	// An id of the database, so never a path that leads elsewhere.
	return os.Remove(filepath.Join(v.folder, id))
}

// affected gives the error of a statement, or another one if the statement has changed nothing.
func affected(result sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	count, err := result.RowsAffected()
	if err == nil && count == 0 {
		err = none
	}
	return err
}

func scanFile(row interface{ Scan(...any) error }) (file storedFile, err error) {
	err = row.Scan(&file.ID, &file.Name, &file.MediaType, &file.Size, &file.SHA256)
	return file, err
}

func newID() string {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return hex.EncodeToString(id)
}
