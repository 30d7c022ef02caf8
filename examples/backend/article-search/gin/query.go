package main

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxQuery = 200
	maxItems = 10
)

// query says what an article must have and must not have; phrases are strings of FTS5's query syntax.
type query struct {
	phrases, tags     []string
	noPhrases, noTags []string
}

var queryControls = regexp.MustCompile(`[\x00-\x1F\x7F]`)

func parseQuery(text string) (query, error) {
	var q query
	if length := utf8.RuneCountInString(text); length == 0 || length > maxQuery || queryControls.MatchString(text) {
		return q, errors.New("must have 1 to 200 characters, no control characters")
	}
	items := 0
	for rest := strings.TrimLeft(text, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		var err error
		if rest, err = q.readItem(rest); err != nil {
			return q, err
		}
		items++
	}
	if items > maxItems {
		return q, errors.New("must not have more than 10 items")
	}
	if len(q.phrases)+len(q.tags) == 0 {
		return q, errors.New("must have an item that is not excluded")
	}
	return q, nil
}

// readItem adds the first item of a text and returns what follows it.
func (q *query) readItem(text string) (rest string, err error) {
	phrases, tags := &q.phrases, &q.tags
	if after, excluded := strings.CutPrefix(text, "-"); excluded {
		text, phrases, tags = after, &q.noPhrases, &q.noTags
	}
	if quoted, isQuoted := strings.CutPrefix(text, `"`); isQuoted {
		inner, rest, closed := strings.Cut(quoted, `"`)
		if !closed {
			return "", errors.New("has a quotation mark without its partner")
		}
		return rest, addPhrase(phrases, inner)
	}
	end := strings.IndexAny(text+" ", ` "`)
	if tag, isTag := strings.CutPrefix(text[:end], "tag:"); isTag {
		if !tagForm.MatchString(tag) {
			return "", errors.New("has a tag of wrong form")
		}
		*tags = append(*tags, tag)
		return text[end:], nil
	}
	return text[end:], addPhrase(phrases, text[:end])
}

// addPhrase takes over words and nothing else; within quotation marks FTS5 knows no operators.
func addPhrase(phrases *[]string, text string) error {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N) })
	if len(words) == 0 {
		return errors.New("has an item without a word")
	}
	*phrases = append(*phrases, `"`+strings.Join(words, " ")+`"`)
	return nil
}

// match returns what FTS5 is to look for so that every phrase occurs.
func (q *query) match() string {
	return strings.Join(q.phrases, " AND ")
}
