package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBodyBytes = 102_400

var decimal = regexp.MustCompile(`^[0-9]{1,10}$`)

// rule says which texts a field takes; lengths are in code points.
type rule struct {
	least, most int
	pattern     *regexp.Regexp // nil: any
}

// form takes known fields out of an object and collects what is wrong with them. What it is not asked for is ignored,
// so that nobody sets an author or a count.
type form struct {
	given  map[string]json.RawMessage
	faults map[string][]string
}

func newForm() *form {
	return &form{faults: map[string][]string{}}
}

// readForm reads the object that the body has under a name.
func readForm(c *gin.Context, name string) (*form, error) {
	content, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, newError(http.StatusRequestEntityTooLarge, "body", "is too large")
	}
	if err != nil {
		return nil, err
	}
	var body map[string]json.RawMessage
	// Without an error a nil map is null.
	if json.Unmarshal(content, &body) != nil || body == nil {
		return nil, newError(http.StatusBadRequest, "body", "is not a JSON object")
	}
	f := newForm()
	if json.Unmarshal(body[name], &f.given) != nil || f.given == nil {
		return nil, newError(http.StatusUnprocessableEntity, name, "must be an object")
	}
	return f, nil
}

// err is nil if no field was faulty.
func (f *form) err() error {
	if len(f.faults) == 0 {
		return nil
	}
	return &apiError{http.StatusUnprocessableEntity, f.faults}
}

func (f *form) refuse(name, format string, args ...any) {
	f.faults[name] = []string{fmt.Sprintf(format, args...)}
}

func (f *form) has(name string) bool {
	_, ok := f.given[name]
	return ok
}

// text takes a required text.
func (f *form) text(name string, r rule) string {
	var value *string
	if json.Unmarshal(f.given[name], &value) != nil || value == nil {
		f.refuse(name, "must be a string")
		return ""
	}
	f.check(name, r, *value)
	return *value
}

// check refuses a text that breaks a rule.
func (f *form) check(name string, r rule, text string) {
	if fault := r.faultOf(text); fault != "" {
		f.refuse(name, "%s", fault)
	}
}

// change takes a text into target, if there is one.
func (f *form) change(name string, r rule, target *string) {
	if f.has(name) {
		*target = f.text(name, r)
	}
}

// changeOrNull takes a text or null, for which an empty text can be sent, into target, if there is one.
func (f *form) changeOrNull(name string, r rule, target **string) {
	switch string(f.given[name]) {
	case "":
	case "null", `""`:
		*target = nil
	default:
		value := f.text(name, r)
		*target = &value
	}
}

// texts takes an array of at most so many texts, leaving out repeated ones; it is nil if there is none.
func (f *form) texts(name string, r rule, most int) []string {
	if !f.has(name) {
		return nil
	}
	var values []*string
	if json.Unmarshal(f.given[name], &values) != nil || values == nil || len(values) > most {
		f.refuse(name, "must be a list of at most %d strings", most)
	}
	taken := []string{}
	for _, value := range values {
		if value == nil || r.faultOf(*value) != "" {
			f.refuse(name, "must hold strings of %d to %d characters", r.least, r.most)
		} else if !slices.Contains(taken, *value) {
			taken = append(taken, *value)
		}
	}
	return taken
}

func (r rule) faultOf(text string) string {
	if length := utf8.RuneCountInString(text); length < r.least || length > r.most || strings.Contains(text, "\x00") {
		return fmt.Sprintf("must have %d to %d characters without U+0000", r.least, r.most)
	}
	if r.pattern != nil && !r.pattern.MatchString(text) {
		return "must match " + r.pattern.String()
	}
	return ""
}

// number takes a parameter of the query that is a whole number in decimal digits.
func (f *form) number(c *gin.Context, name string, missing, least, most int) int {
	text, given := c.GetQuery(name)
	if !given {
		return missing
	}
	// Atoi would also take a sign.
	number, err := strconv.Atoi(text)
	if err != nil || !decimal.MatchString(text) || number < least || number > most {
		f.refuse(name, "must be a number from %d to %d", least, most)
	}
	return number
}
