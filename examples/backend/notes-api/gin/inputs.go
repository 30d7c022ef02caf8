package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBodyBytes = 262_144

// notUTF8 stands for any string with an unpaired surrogate, which Go's strings can't hold: no text equals it.
const notUTF8 = "\xff"

var (
	controlCharacter = regexp.MustCompile(`[\x00-\x1f\x7f]`)
	// The escapes in a JSON string; the group is a surrogate that is no half of a pair.
	escapeSyntax = regexp.MustCompile(
		`\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}|(\\u[dD][89a-fA-F][[:xdigit:]]{2})|\\.`)
)

// object is a JSON object whose values are not decoded yet. Unlike a struct it tells null from missing, and its names
// are case-sensitive.
type object map[string]json.RawMessage

// readObject reads the JSON object in the body of the request.
func readObject(c *gin.Context) (object, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errPayloadTooLarge
	}
	if err != nil {
		return nil, err
	}
	var fields object
	// The decoder replaces what is no UTF-8, and makes nil of null.
	if !utf8.Valid(body) || json.Unmarshal(body, &fields) != nil || fields == nil {
		return nil, errMalformedJSON
	}
	return fields, nil
}

// text takes a required string out of the object; check says what is wrong with it, or "".
func (o object) text(name string, faults fieldFaults, check func(string) string) string {
	raw, found := o[name]
	if !found {
		faults.add(name, "is required")
		return ""
	}
	text, isString := decodeString(raw)
	if !isString {
		faults.add(name, "must be a string")
		return ""
	}
	faults.add(name, check(text))
	return text
}

// decodeString decodes a JSON value if it is a string. One with an unpaired surrogate becomes notUTF8.
func decodeString(raw json.RawMessage) (text string, isString bool) {
	if raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	for _, escape := range escapeSyntax.FindAllSubmatchIndex(raw, -1) {
		if isUnpaired := escape[2] >= 0; isUnpaired {
			return notUTF8, true
		}
	}
	return text, true
}

// queryValues returns the values of each query parameter. Other than url.ParseQuery it leaves none out: those that are
// malformed are taken as they are.
func queryValues(query string) url.Values {
	values := url.Values{}
	for parameter := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		values.Add(unescape(name), unescape(value))
	}
	return values
}

func unescape(text string) string {
	if unescaped, err := url.QueryUnescape(text); err == nil {
		return unescaped
	}
	return text
}

// onlyValue returns the value of a query parameter; check says what is wrong with it, or "". found tells whether there
// is one to check.
func onlyValue(query url.Values, name string, faults fieldFaults, check func(string) string) (value string, found bool) {
	values, found := query[name]
	if !found {
		return "", false
	}
	if len(values) > 1 {
		faults.add(name, "must be given once")
		return "", false
	}
	faults.add(name, check(values[0]))
	return values[0], true
}

// anyText finds no fault.
func anyText(string) string {
	return ""
}

// textFault says what is wrong with a text that must have so many characters, or "".
func textFault(text string, least, most int) string {
	if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return "must not contain U+0000 or unpaired surrogates"
	}
	if length := utf8.RuneCountInString(text); length < least || length > most {
		return fmt.Sprintf("must have %d to %d characters", least, most)
	}
	return ""
}

// lineFault is textFault for texts that must not have control characters either.
func lineFault(text string, least, most int) string {
	if fault := textFault(text, least, most); fault != "" {
		return fault
	}
	if controlCharacter.MatchString(text) {
		return "must not contain control characters"
	}
	return ""
}
