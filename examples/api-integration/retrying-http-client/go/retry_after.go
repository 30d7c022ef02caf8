package retryingclient

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

const (
	monthPattern       = `(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`
	clockPattern       = `(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})`
	dayNamePattern     = `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`
	longDayNamePattern = `(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)`

	furthestYearsAhead = 50
)

var (
	secondsForm = regexp.MustCompile(`^[0-9]+$`)

	// The layouts of time.Parse would let pass days and hours of one digit
	// and fractions of a second.
	dateForms = []*regexp.Regexp{
		regexp.MustCompile(`^` + dayNamePattern + `, (?P<day>[0-9]{2}) ` + monthPattern +
			` (?P<year>[0-9]{4}) ` + clockPattern + ` GMT$`),
		regexp.MustCompile(`^` + longDayNamePattern + `, (?P<day>[0-9]{2})-` + monthPattern +
			`-(?P<year>[0-9]{2}) ` + clockPattern + ` GMT$`),
		regexp.MustCompile(`^` + dayNamePattern + ` ` + monthPattern + ` (?P<day>[0-9]{2}| [0-9]) ` +
			clockPattern + ` (?P<year>[0-9]{4})$`),
	}
)

// parseRetryAfter returns the wait, zero or more, that the value of a
// Retry-After header asks for, and whether it is usable. It reads the wall
// clock only if the value has the form of a date.
func parseRetryAfter(value string, now func() time.Time) (time.Duration, bool) {
	if secondsForm.MatchString(value) {
		return secondsOf(value), true
	}
	for _, form := range dateForms {
		if fields := form.FindStringSubmatch(value); fields != nil {
			written := writtenDate{
				day:   fields[form.SubexpIndex("day")],
				month: fields[form.SubexpIndex("month")],
				year:  fields[form.SubexpIndex("year")],
				clock: fields[form.SubexpIndex("clock")],
			}
			return written.waitFrom(now())
		}
	}
	return 0, false
}

// secondsOf returns the longest Duration if it is too short for the number.
func secondsOf(digits string) time.Duration {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > int64(math.MaxInt64/time.Second) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Second
}

type writtenDate struct {
	day, month, year, clock string
}

func (w writtenDate) waitFrom(now time.Time) (time.Duration, bool) {
	date, ok := w.resolve(now)
	if !ok {
		return 0, false
	}
	return max(0, date.Sub(now)), true
}

// resolve returns the date and whether it exists. Two digits mean the latest
// year with these digits that puts the date at most 50 years after now.
func (w writtenDate) resolve(now time.Time) (time.Time, bool) {
	year, err := strconv.Atoi(w.year)
	if err != nil || len(w.year) == 4 {
		return w.in(year)
	}
	furthest := now.UTC().AddDate(furthestYearsAhead, 0, 0)
	latest := furthest.Year() - (furthest.Year()-year)%100
	if date, ok := w.in(latest); ok && !date.After(furthest) {
		return date, true
	}
	return w.in(latest - 100)
}

func (w writtenDate) in(year int) (time.Time, bool) {
	text := fmt.Sprintf("%s %s %04d %s", w.day, w.month, year, w.clock)
	date, err := time.Parse("_2 Jan 2006 15:04:05", text)
	return date, err == nil
}
