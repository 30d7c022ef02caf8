package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBody = 16384

// form maps the fields of a body to what reads them; there may be no other fields, and none may be missing.
type form map[string]func(json.RawMessage) error

// text reads a string of so many code points into target; null is read as an empty one, so least is at least 1.
func text(target *string, least, most int) func(json.RawMessage) error {
	return func(value json.RawMessage) error {
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return errors.New("must be a string")
		}
		if n := utf8.RuneCountInString(s); n < least || n > most {
			return fmt.Errorf("must have %d to %d characters", least, most)
		}
		*target = s
		return nil
	}
}

// known reads a string for which find finds something.
func known[T any](target *T, find func(string) (T, bool)) func(json.RawMessage) error {
	return func(value json.RawMessage) error {
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return errors.New("must be a string")
		}
		found, ok := find(s)
		if !ok {
			return errors.New("is not a known value")
		}
		*target = found
		return nil
	}
}

// integer reads a whole number in a range.
func integer(target *int64, least, most int64) func(json.RawMessage) error {
	return func(value json.RawMessage) error {
		var n *int64
		if json.Unmarshal(value, &n) != nil || n == nil || *n < least || *n > most {
			return fmt.Errorf("must be an integer from %d to %d", least, most)
		}
		*target = *n
		return nil
	}
}

// list reads so many objects; formOf says which form each one has and where it goes.
func list[T any](target *[]T, least, most int, formOf func(*T) form) func(json.RawMessage) error {
	return func(value json.RawMessage) error {
		var objects []map[string]json.RawMessage
		if json.Unmarshal(value, &objects) != nil || len(objects) < least || len(objects) > most {
			return fmt.Errorf("must be a list of %d to %d objects", least, most)
		}
		items := make([]T, len(objects))
		for i, object := range objects {
			if faults := formOf(&items[i]).faults(object); len(faults) > 0 {
				return fmt.Errorf("has a faulty object at %d: %v", i, faults)
			}
		}
		*target = items
		return nil
	}
}

// read reads the body of a request into the targets of a form.
func (f form) read(c *gin.Context) error {
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	if err != nil {
		return err
	}
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return errUnsupportedType
	}
	var object map[string]json.RawMessage
	// encoding/json would replace invalid UTF-8, and take null for a nil map.
	if !utf8.Valid(data) || json.Unmarshal(data, &object) != nil || object == nil {
		return errMalformedJSON
	}
	if faults := f.faults(object); len(faults) > 0 {
		return validationFailed(faults)
	}
	return nil
}

func (f form) faults(object map[string]json.RawMessage) map[string]string {
	faults := make(map[string]string)
	for name := range object {
		if f[name] == nil {
			faults[name] = "is not a field"
		}
	}
	for name, read := range f {
		if value, given := object[name]; !given {
			faults[name] = "is required"
		} else if err := read(value); err != nil {
			faults[name] = err.Error()
		}
	}
	return faults
}
