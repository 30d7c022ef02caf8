// Package searchquery parses the queries of a document search and matches documents against them.
package searchquery

import (
	"slices"
	"strings"
	"unicode"
)

// A Document maps names of fields to texts.
type Document map[string]string

// Query is a parsed query.
type Query struct {
	text  string // canonical
	match func(Document) bool
}

// Matches reports whether the document matches.
func (q Query) Matches(document Document) bool {
	return q.match(document)
}

// String returns the canonical text.
func (q Query) String() string {
	return q.text
}

func all(parts []Query) Query {
	if len(parts) == 1 {
		return parts[0]
	}
	return Query{nested("and", parts), func(document Document) bool {
		return !slices.ContainsFunc(parts, func(part Query) bool { return !part.match(document) })
	}}
}

func anyOf(parts []Query) Query {
	if len(parts) == 1 {
		return parts[0]
	}
	return Query{nested("or", parts), func(document Document) bool {
		return slices.ContainsFunc(parts, func(part Query) bool { return part.match(document) })
	}}
}

func not(part Query) Query {
	return Query{nested("not", []Query{part}), func(document Document) bool { return !part.match(document) }}
}

func anywhere(wanted []string) Query {
	return Query{quoted(wanted), func(document Document) bool {
		for _, text := range document {
			if hasRun(tokens(text), wanted) {
				return true
			}
		}
		return false
	}}
}

func within(field string, wanted []string) Query {
	return Query{field + ":" + quoted(wanted), func(document Document) bool {
		return hasRun(tokens(document[field]), wanted)
	}}
}

func nested(name string, parts []Query) string {
	words := []string{name}
	for _, part := range parts {
		words = append(words, part.text)
	}
	return "(" + strings.Join(words, " ") + ")"
}

func quoted(words []string) string {
	return `"` + strings.Join(words, " ") + `"`
}

// tokens returns the longest runs of letters and digits, in lower case.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// hasRun reports whether the wanted tokens, at least one, stand one right behind the other.
func hasRun(tokens, wanted []string) bool {
	for len(tokens) >= len(wanted) {
		if slices.Equal(tokens[:len(wanted)], wanted) {
			return true
		}
		tokens = tokens[1:]
	}
	return false
}
