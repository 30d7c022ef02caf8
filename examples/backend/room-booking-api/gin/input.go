package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	maxBodyBytes     = 65_536
	maxNameLength    = 100
	maxTitleLength   = 200
	maxCapacity      = 1000
	minMinutes       = 15
	maxMinutes       = 480
	maxWindowSeconds = 31 * 24 * 60 * 60
	keyHeader        = "Idempotency-Key"
)

var (
	keyPattern    = regexp.MustCompile(`^[!-~]{1,64}$`)
	digitsPattern = regexp.MustCompile(`^[0-9]+$`)
)

// newBooking is a booking that somebody wants.
type newBooking struct {
	roomID, title string
	time          interval
	key           string // "" if the request has none
}

// slotSearch says what a free slot must be like.
type slotSearch struct {
	window      interval
	minSeconds  int64
	minCapacity int
}

func readNewRoom(c *gin.Context) (name string, capacity int, err error) {
	body, err := readJSONObject(c)
	if err != nil {
		return "", 0, err
	}
	bad := make(faults)
	name = bad.text("name", body["name"], maxNameLength)
	capacity = bad.capacity("capacity", body["capacity"])
	return name, capacity, validationFailed(bad)
}

func readNewBooking(c *gin.Context) (newBooking, error) {
	body, err := readJSONObject(c)
	if err != nil {
		return newBooking{}, err
	}
	bad := make(faults)
	wanted := newBooking{
		roomID: c.Param("id"),
		title:  bad.text("title", body["title"], maxTitleLength),
		time:   bad.bookingTime(body["start"], body["end"]),
		key:    bad.key(c.Request.Header.Values(keyHeader)),
	}
	return wanted, validationFailed(bad)
}

func readWindow(c *gin.Context) (interval, error) {
	bad := make(faults)
	window := bad.window(parseQuery(c.Request.URL.RawQuery))
	return window, validationFailed(bad)
}

func readSlotSearch(c *gin.Context) (slotSearch, error) {
	query := parseQuery(c.Request.URL.RawQuery)
	if !query.Has("min_capacity") {
		query.Set("min_capacity", "1")
	}
	bad := make(faults)
	search := slotSearch{
		window:      bad.window(query),
		minSeconds:  60 * int64(bad.integer(query, "duration_minutes", minMinutes, maxMinutes)),
		minCapacity: bad.integer(query, "min_capacity", 1, maxCapacity),
	}
	return search, validationFailed(bad)
}

func readJSONObject(c *gin.Context) (map[string]json.RawMessage, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errPayloadTooLarge
	}
	if err != nil {
		return nil, errMalformedJSON
	}
	var fields map[string]json.RawMessage
	// json.Unmarshal replaces bytes that are no UTF-8, and leaves the map nil for null.
	if !utf8.Valid(body) || json.Unmarshal(body, &fields) != nil || fields == nil {
		return nil, errMalformedJSON
	}
	return fields, nil
}

// parseQuery reads all parameters, also those with an invalid percent-encoding, which url.ParseQuery drops.
func parseQuery(rawQuery string) url.Values {
	query := make(url.Values)
	for pair := range strings.SplitSeq(rawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		query.Add(unescape(name), unescape(value))
	}
	return query
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// faults collects what is wrong with each input of a request. Its methods read one input and give a zero value if that
// is faulty.
type faults map[string]string

func (f faults) text(name string, raw json.RawMessage, maxLength int) string {
	text, ok := decodeText(raw)
	if !ok || utf8.RuneCountInString(text) > maxLength || strings.Trim(text, " ") == "" || strings.ContainsFunc(text, isControl) {
		f[name] = fmt.Sprintf("must be 1 to %d characters, no control characters and not only spaces", maxLength)
		return ""
	}
	return text
}

func (f faults) capacity(name string, raw json.RawMessage) int {
	// The value of null stays zero, which is out of range.
	var value float64
	if json.Unmarshal(raw, &value) != nil || value != math.Trunc(value) || value < 1 || value > maxCapacity {
		f[name] = fmt.Sprintf("must be a whole number from 1 to %d", maxCapacity)
		return 0
	}
	return int(value)
}

func (f faults) bookingTime(rawStart, rawEnd json.RawMessage) interval {
	start, _ := decodeText(rawStart)
	end, _ := decodeText(rawEnd)
	return f.interval("start", start, "end", end, minMinutes*60, maxMinutes*60)
}

func (f faults) window(query url.Values) interval {
	return f.interval("from", onlyValue(query, "from"), "to", onlyValue(query, "to"), 1, maxWindowSeconds)
}

// interval reads two times; if both are valid, a wrong distance is a fault of the second.
func (f faults) interval(startName, startText, endName, endText string, minSeconds, maxSeconds int64) interval {
	read := interval{f.instant(startName, startText), f.instant(endName, endText)}
	_, badStart := f[startName]
	_, badEnd := f[endName]
	if !badStart && !badEnd && (read.seconds() < minSeconds || read.seconds() > maxSeconds) {
		f[endName] = fmt.Sprintf("must be %d to %d seconds after %s", minSeconds, maxSeconds, startName)
	}
	return read
}

func (f faults) instant(name, text string) instant {
	read, ok := parseInstant(text)
	if !ok {
		f[name] = "must be one time of the years 2000 to 2099, like 2025-03-01T09:30:00Z or 2025-03-01T09:30:00+02:00"
		return 0
	}
	return read
}

func (f faults) key(values []string) string {
	if len(values) == 0 {
		return ""
	}
	if !keyPattern.MatchString(values[0]) {
		f[keyHeader] = "must be 1 to 64 characters from ! to ~"
		return ""
	}
	return values[0]
}

func (f faults) integer(query url.Values, name string, minimum, maximum int) int {
	text := onlyValue(query, name)
	value, err := strconv.Atoi(text)
	if !digitsPattern.MatchString(text) || err != nil || value < minimum || value > maximum {
		f[name] = fmt.Sprintf("must be one integer from %d to %d, in digits only", minimum, maximum)
		return 0
	}
	return value
}

// onlyValue gives the value of a parameter, or "", which is always faulty, if it is missing or repeated.
func onlyValue(query url.Values, name string) string {
	if values := query[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}

// decodeText decodes a JSON string; ok is false if it is something else or no valid text.
func decodeText(raw json.RawMessage) (text string, ok bool) {
	var decoded *string
	if json.Unmarshal(raw, &decoded) != nil || decoded == nil || hasUnpairedSurrogate(raw) {
		return "", false
	}
	return *decoded, true
}

// hasUnpairedSurrogate looks for what json.Unmarshal replaces without an error.
func hasUnpairedSurrogate(raw json.RawMessage) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++ // to the character after the backslash
		first := escapedUnit(raw[i:])
		if !utf16.IsSurrogate(first) {
			continue
		}
		i += len("uXXXX")
		if raw[i] != '\\' || utf16.DecodeRune(first, escapedUnit(raw[i+1:])) == utf8.RuneError {
			return true
		}
		i += len("uXXXX")
	}
	return false
}

// escapedUnit gives the UTF-16 code unit that uXXXX at the beginning of the text stands for; 0 if there is no such escape.
func escapedUnit(text []byte) rune {
	if text[0] != 'u' {
		return 0
	}
	unit, _ := strconv.ParseUint(string(text[1:5]), 16, 16) // valid, because the JSON is
	return rune(unit)
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f
}
