package main

import (
	"encoding/json"
	"regexp"
	"time"
)

// time.Parse alone also accepts fractions of a second and an offset of 24 hours.
var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)

var (
	earliest = instant(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
	latest   = instant(time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC).Unix())
)

// instant is a point in time in whole seconds since 1970-01-01T00:00:00Z.
type instant int64

// interval holds all instants from start on that come before end.
type interval struct {
	start, end instant
}

func (i interval) seconds() int64 {
	return int64(i.end - i.start)
}

// parseInstant reads a time with an offset; ok is false if it is faulty.
func parseInstant(text string) (parsed instant, ok bool) {
	if !timePattern.MatchString(text) {
		return 0, false
	}
	date, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, false
	}
	parsed = instant(date.Unix())
	return parsed, earliest <= parsed && parsed <= latest
}

// MarshalJSON writes the time in UTC.
func (i instant) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Unix(int64(i), 0).UTC().Format(time.RFC3339))
}
