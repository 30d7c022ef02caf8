package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"
	"unicode/utf8"
)

const longestSignature = 8

var signatures = []struct{ mediaType, begin string }{
	{"image/png", "\x89PNG\r\n\x1a\n"},
	{"image/jpeg", "\xff\xd8\xff"},
	{"application/pdf", "%PDF-"},
}

// receive writes a body into a new file while it arrives. It reads one byte more than there may be, and not the rest.
func receive(body io.Reader, path string, maxBytes int64) (*inspection, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	seen := &inspection{sha256: sha256.New()}
	_, err = io.Copy(io.MultiWriter(file, seen), io.LimitReader(body, maxBytes+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if seen.size > maxBytes {
		return nil, errTooLarge
	}
	return seen, nil
}

// inspection is an io.Writer that only looks at content.
type inspection struct {
	size   int64
	head   []byte // as many bytes as the longest signature has
	sha256 hash.Hash
	text   textCheck
}

func (i *inspection) Write(p []byte) (int, error) {
	i.size += int64(len(p))
	missing := min(longestSignature-len(i.head), len(p))
	i.head = append(i.head, p[:missing]...)
	i.sha256.Write(p)
	i.text.add(p)
	return len(p), nil
}

// mediaType tells the type of content that has been seen whole.
func (i *inspection) mediaType() (string, error) {
	for _, signature := range signatures {
		if bytes.HasPrefix(i.head, []byte(signature.begin)) {
			return signature.mediaType, nil
		}
	}
	if !i.text.ok() {
		return "", errUnsupportedType
	}
	return "text/plain; charset=utf-8", nil
}

// textCheck finds out whether content is UTF-8 without U+0000, wherever it is cut.
type textCheck struct {
	failed bool
	cut    []byte // the beginning of a character whose rest is to come
}

func (t *textCheck) add(p []byte) {
	if t.failed {
		return
	}
	p = append(t.cut, p...)
	for utf8.FullRune(p) {
		character, size := utf8.DecodeRune(p)
		if character == 0 || character == utf8.RuneError && size == 1 {
			t.failed = true
			return
		}
		p = p[size:]
	}
	t.cut = bytes.Clone(p)
}

func (t *textCheck) ok() bool {
	return !t.failed && len(t.cut) == 0
}
