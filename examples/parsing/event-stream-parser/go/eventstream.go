// Package eventstream is a push parser for text/event-stream.
package eventstream

import (
	"bytes"
	"errors"
	"strconv"
	"time"
)

const maxRetryDigits = 9

var byteOrderMark = []byte("\ufeff")

var (
	// ErrTooLarge says that a line or the data of an event is longer than the limit; the parser is closed.
	ErrTooLarge = errors.New("line or data is longer than the limit")
	// ErrClosed says that there was an error before.
	ErrClosed = errors.New("parser is closed")
	// ErrLimit says that a limit is below 1.
	ErrLimit = errors.New("limit is below 1")
)

// Event is one event of a stream.
type Event struct {
	Type   string
	Data   string
	LastID string
}

// Handlers are called for what a stream tells.
type Handlers struct {
	Event func(Event)
	Retry func(time.Duration)
}

// Parser implements io.Writer. It is made by New.
type Parser struct {
	limit     int
	handlers  Handlers
	err       error
	begun     bool // the first line has ended
	afterCR   bool
	line      []byte
	eventType string
	data      []byte // every line with a line feed behind it
	lastID    string
}

// New makes a parser with a limit in bytes for lines and for the data of an event. The error is ErrLimit.
func New(limit int, handlers Handlers) (*Parser, error) {
	if limit < 1 {
		return nil, ErrLimit
	}
	return &Parser{limit: limit, handlers: handlers}, nil
}

// Write takes the next bytes and calls the handlers for what they complete. The error is ErrTooLarge, with the number
// of bytes before the one that was too much, or ErrClosed.
func (p *Parser) Write(chunk []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	for i, b := range chunk {
		if err := p.take(b); err != nil {
			p.err = ErrClosed
			return i, err
		}
	}
	return len(chunk), nil
}

func (p *Parser) take(b byte) error {
	afterCR := p.afterCR
	p.afterCR = b == '\r'
	switch {
	case b == '\n' && afterCR:
		return nil
	case b == '\n' || b == '\r':
		line := p.line
		p.line = p.line[:0]
		return p.endLine(line)
	case len(p.line) == p.limit:
		return ErrTooLarge
	}
	p.line = append(p.line, b)
	return nil
}

func (p *Parser) endLine(line []byte) error {
	if !p.begun {
		line = bytes.TrimPrefix(line, byteOrderMark)
		p.begun = true
	}
	if len(line) == 0 {
		p.endEvent()
		return nil
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) { // that of a comment is empty
	case "data":
		if len(p.data)+len(value) > p.limit {
			return ErrTooLarge
		}
		p.data = append(append(p.data, value...), '\n')
	case "event":
		p.eventType = string(value)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			p.lastID = string(value)
		}
	case "retry":
		p.tellRetry(string(value))
	}
	return nil
}

func (p *Parser) tellRetry(value string) {
	if len(value) > maxRetryDigits {
		return
	}
	for _, r := range value {
		if r < '0' || r > '9' {
			return
		}
	}
	if milliseconds, err := strconv.Atoi(value); err == nil {
		p.handlers.Retry(time.Duration(milliseconds) * time.Millisecond)
	}
}

func (p *Parser) endEvent() {
	event := Event{p.eventType, "", p.lastID}
	if event.Type == "" {
		event.Type = "message"
	}
	data, hasData := bytes.CutSuffix(p.data, []byte("\n"))
	event.Data = string(data)
	p.eventType, p.data = "", p.data[:0]
	if hasData {
		p.handlers.Event(event)
	}
}
