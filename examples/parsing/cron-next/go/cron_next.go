// Package cronnext reads cron expressions of five fields and finds the minutes of UTC that match them.
package cronnext

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The reasons for which Parse refuses an expression.
var (
	ErrFieldCount = errors.New("not exactly five fields")
	ErrSyntax     = errors.New("no item of a cron field")
	ErrValue      = errors.New("value out of range or unknown name")
	ErrRange      = errors.New("range ends before it begins")
	ErrStep       = errors.New("step out of range")
)

// ParseError says why an expression is not a cron expression, and in which item of which field.
type ParseError struct {
	Reason error  // one of the errors above
	Field  string // such as "day-of-month", or "" if the number of fields is wrong
	Item   string // as given
}

// Error describes the reason and, if there is one, the item.
func (e *ParseError) Error() string {
	if e.Field == "" {
		return "cron: " + e.Reason.Error()
	}
	return fmt.Sprintf("cron: %v: %q in %s", e.Reason, e.Item, e.Field)
}

// Unwrap returns the reason.
func (e *ParseError) Unwrap() error {
	return e.Reason
}

// horizonYears is how far away a 29th of February can be: a century year may not be a leap year.
const horizonYears = 8

// Schedule is the set of minutes of UTC that a cron expression matches. It is safe for concurrent use.
type Schedule struct {
	minutes, hours, days, months, weekdays valueSet

	eitherDay bool // one matching day field is enough
}

// Parse returns the schedule of an expression, or a *ParseError.
func Parse(expression string) (*Schedule, error) {
	texts := strings.FieldsFunc(expression, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(texts) != len(fields) {
		return nil, &ParseError{Reason: ErrFieldCount}
	}
	var sets [len(fields)]valueSet
	for i, f := range fields {
		set, err := f.parse(texts[i])
		if err != nil {
			return nil, err
		}
		sets[i] = set
	}
	return &Schedule{
		minutes:   sets[0],
		hours:     sets[1],
		days:      sets[2],
		months:    sets[3],
		weekdays:  sets[4],
		eitherDay: texts[2] != "*" && texts[4] != "*",
	}, nil
}

// NextAfter returns the first matching minute after t, in UTC, or false if there is none at all.
func (s *Schedule) NextAfter(t time.Time) (time.Time, bool) {
	year, month, dayOfMonth := t.UTC().Date()
	day := time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC)
	for day.Year() <= year+horizonYears {
		if !s.months.has(int(day.Month())) {
			day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if s.matchesDay(day) {
			if next, ok := s.firstOfDayAfter(day, t); ok {
				return next, true
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

func (s *Schedule) matchesDay(day time.Time) bool {
	inMonth := s.days.has(day.Day())
	inWeek := s.weekdays.has(int(day.Weekday())) || day.Weekday() == time.Sunday && s.weekdays.has(7)
	if s.eitherDay {
		return inMonth || inWeek
	}
	return inMonth && inWeek
}

func (s *Schedule) firstOfDayAfter(day, t time.Time) (time.Time, bool) {
	for hour := range 24 {
		if !s.hours.has(hour) {
			continue
		}
		for minute := range 60 {
			candidate := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
			if s.minutes.has(minute) && candidate.After(t) {
				return candidate, true
			}
		}
	}
	return time.Time{}, false
}

// valueSet has bit n set if n is a value of the field.
type valueSet uint64

func (s valueSet) has(n int) bool {
	return s&(1<<n) != 0
}

type field struct {
	name      string
	low, high int
	names     []string // of the values from low on
}

var fields = [...]field{
	{name: "minute", low: 0, high: 59},
	{name: "hour", low: 0, high: 23},
	{name: "day-of-month", low: 1, high: 31},
	{name: "month", low: 1, high: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day-of-week", low: 0, high: 7, names: []string{
		"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT",
	}},
}

// itemShape has the groups first, last and step, and only for a single value; an absent one is empty.
var itemShape = regexp.MustCompile(
	strings.ReplaceAll(`^(?:(?:\*|(V)-(V))(?:/([0-9]+))?|(V))$`, "V", "[0-9]+|[A-Za-z]+"),
)

func (f field) parse(text string) (valueSet, error) {
	var set valueSet
	for item := range strings.SplitSeq(text, ",") {
		values, reason := f.parseItem(item)
		if reason != nil {
			return 0, &ParseError{Reason: reason, Field: f.name, Item: item}
		}
		set |= values
	}
	return set, nil
}

func (f field) parseItem(item string) (valueSet, error) {
	groups := itemShape.FindStringSubmatch(item)
	if groups == nil {
		return 0, ErrSyntax
	}
	first, last, step := f.low, f.high, 1
	if only := groups[4]; only != "" {
		first = f.value(only)
		last = first
	} else if groups[1] != "" {
		first, last = f.value(groups[1]), f.value(groups[2])
	}
	if groups[3] != "" {
		step = number(groups[3])
	}

	switch {
	case !f.allows(first) || !f.allows(last):
		return 0, ErrValue
	case first > last:
		return 0, ErrRange
	case step < 1 || step > f.high:
		return 0, ErrStep
	}
	var set valueSet
	for value := first; value <= last; value += step {
		set |= 1 << value
	}
	return set, nil
}

// value returns a value below the lowest for an unknown name, whose index is -1.
func (f field) value(text string) int {
	if text[0] <= '9' {
		return number(text)
	}
	return f.low + slices.Index(f.names, strings.ToUpper(text))
}

func (f field) allows(value int) bool {
	return f.low <= value && value <= f.high
}

// number returns the greatest int for digits that do not fit one.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) // digits can only be too many, and then n is the nearest int
	return n
}
