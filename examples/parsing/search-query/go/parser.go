package searchquery

import (
	"fmt"
	"slices"
	"strings"
)

const (
	mostGroups = 50
	space      = " \t\n\r"
	noWord     = space + `"()`
)

// Code tells what is wrong with a query.
type Code string

const (
	UnclosedPhrase Code = "unclosed_phrase"
	UnclosedGroup  Code = "unclosed_group"
	Unexpected     Code = "unexpected"
	UnknownField   Code = "unknown_field"
	EmptyTerm      Code = "empty_term"
	TooDeep        Code = "too_deep"
)

// Error says that a query can not be parsed.
type Error struct {
	Code     Code
	Position int // in bytes, from 0
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s at %d", e.Code, e.Position)
}

// Parse parses a query, given the names of all fields. The error is an *Error.
func Parse(source string, fields []string) (Query, error) {
	p := &parser{source: source, fields: fields}
	query, _, err := p.alternatives()
	if err != nil {
		return Query{}, err
	}
	if p.position < len(source) { // only a `)` ends a row too early
		return Query{}, &Error{Unexpected, p.position}
	}
	return query, nil
}

// parser descends recursively, one method for each rule.
type parser struct {
	source   string
	fields   []string
	position int
	groups   int
}

// next is the next byte, 0 at the end.
func (p *parser) next() byte {
	if p.atEnd() {
		return 0
	}
	return p.source[p.position]
}

func (p *parser) atEnd() bool {
	return p.position == len(p.source)
}

func (p *parser) atSpace() bool {
	return !p.atEnd() && strings.IndexByte(space, p.next()) >= 0
}

func (p *parser) atOperator() bool {
	rest, found := strings.CutPrefix(p.source[p.position:], "OR")
	return found && (rest == "" || strings.IndexByte(noWord, rest[0]) >= 0)
}

// alternatives also tells whether there are no terms.
func (p *parser) alternatives() (query Query, empty bool, err error) {
	row, err := p.row()
	if err != nil {
		return Query{}, false, err
	}
	rows := []Query{all(row)}
	for p.atOperator() {
		at := p.position
		if len(row) == 0 {
			return Query{}, false, &Error{Unexpected, at}
		}
		p.position += len("OR")
		if row, err = p.row(); err != nil {
			return Query{}, false, err
		}
		if len(row) == 0 {
			return Query{}, false, &Error{Unexpected, at}
		}
		rows = append(rows, all(row))
	}
	return anyOf(rows), len(row) == 0, nil
}

// row returns the terms up to an `OR`, a `)` or the end.
func (p *parser) row() ([]Query, error) {
	var terms []Query
	for {
		for p.atSpace() {
			p.position++
		}
		if p.atEnd() || p.next() == ')' || p.atOperator() {
			return terms, nil
		}
		term, err := p.term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
}

func (p *parser) term() (Query, error) {
	if p.next() != '-' {
		return p.positive()
	}
	p.position++
	if p.atEnd() || p.atSpace() || p.next() == ')' {
		return Query{}, &Error{Unexpected, p.position - 1}
	}
	part, err := p.positive()
	if err != nil {
		return Query{}, err
	}
	return not(part), nil
}

func (p *parser) positive() (Query, error) {
	switch p.next() {
	case '(':
		return p.group()
	case '"':
		return p.phrase("")
	default:
		return p.word()
	}
}

func (p *parser) group() (Query, error) {
	at := p.position
	if p.groups == mostGroups {
		return Query{}, &Error{TooDeep, at}
	}
	p.position++
	p.groups++
	query, empty, err := p.alternatives()
	p.groups--
	switch {
	case err != nil:
		return Query{}, err
	case p.atEnd():
		return Query{}, &Error{UnclosedGroup, at}
	case empty:
		return Query{}, &Error{Unexpected, p.position}
	}
	p.position++
	return query, nil
}

func (p *parser) phrase(field string) (Query, error) {
	at := p.position
	var text strings.Builder
	for p.position++; p.next() != '"'; p.position++ {
		if p.next() == '\\' {
			p.position++
		}
		if p.atEnd() {
			return Query{}, &Error{UnclosedPhrase, at}
		}
		text.WriteByte(p.next())
	}
	p.position++
	return lookFor(field, text.String(), at)
}

func (p *parser) word() (Query, error) {
	at := p.position
	word := p.source[at:]
	if end := strings.IndexAny(word, noWord); end >= 0 {
		word = word[:end]
	}
	p.position += len(word)
	field, rest, found := strings.Cut(word, ":")
	behind := at + len(field)
	switch {
	case !found:
		return lookFor("", word, at)
	case !slices.Contains(p.fields, field):
		return Query{}, &Error{UnknownField, at}
	case rest != "":
		return lookFor(field, rest, behind+1)
	case p.next() != '"':
		return Query{}, &Error{Unexpected, behind}
	}
	return p.phrase(field)
}

// lookFor makes the query for a text in a field, or anywhere if that is empty.
func lookFor(field, text string, at int) (Query, error) {
	wanted := tokens(text)
	switch {
	case len(wanted) == 0:
		return Query{}, &Error{EmptyTerm, at}
	case field == "":
		return anywhere(wanted), nil
	}
	return within(field, wanted), nil
}
