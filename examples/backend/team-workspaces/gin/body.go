package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBody = 16384

// form is how the text of a field has to be, and what is said of another one.
type form struct {
	pattern *regexp.Regexp
	fault   string
}

var (
	anyText     = form{regexp.MustCompile(``), "must be a string"}
	userName    = form{regexp.MustCompile(`^[a-z0-9-]{3,32}$`), "must be a string of 3 to 32 characters from a-z, 0-9 and -"}
	displayName = form{regexp.MustCompile(`^[^\x00-\x1f\x7f]{1,60}$`), "must be a string of 1 to 60 characters without control characters"}
	roleName    = form{regexp.MustCompile(`^(viewer|editor|admin|owner)$`), "must be viewer, editor, admin or owner"}
)

// readBody reads the texts of the fields that a body has to have, and no others.
func readBody(c *gin.Context, forms map[string]form) (map[string]string, error) {
	object, err := readObject(c)
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string)
	faults := make(map[string]string)
	for name, form := range forms {
		text, ok := stringOf(object[name])
		if !ok || !form.pattern.MatchString(text) {
			faults[name] = form.fault
		}
		texts[name] = text
	}
	for name := range object {
		if _, known := forms[name]; !known {
			faults[name] = "is not a known field"
		}
	}
	if len(faults) > 0 {
		return nil, validationFailed(faults)
	}
	return texts, nil
}

// stringOf decodes a JSON string. What is missing is none, and neither is null, of which Unmarshal would make an empty one.
func stringOf(value json.RawMessage) (text string, ok bool) {
	var decoded *string
	if err := json.Unmarshal(value, &decoded); err != nil || decoded == nil {
		return "", false
	}
	return *decoded, true
}

func readObject(c *gin.Context) (map[string]json.RawMessage, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return nil, errUnsupportedMedia
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	// Unmarshal would replace what is no UTF-8, and make a nil map of null.
	if !utf8.Valid(data) || json.Unmarshal(data, &object) != nil || object == nil {
		return nil, errMalformedJSON
	}
	return object, nil
}
