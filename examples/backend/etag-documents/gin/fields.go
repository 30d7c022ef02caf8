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

const maxBody = 65536

// fields are the texts that a body gives, nil where it gives none.
type fields struct {
	title, content *string
}

type lengths struct {
	min, max int
}

var fieldLengths = map[string]lengths{
	"title":   {min: 1, max: 100},
	"content": {min: 0, max: 2000},
}

// readFields reads and checks the body of a request.
func readFields(c *gin.Context, required ...string) (fields, error) {
	body, err := readObject(c)
	if err != nil {
		return fields{}, err
	}
	texts := make(map[string]*string)
	faults := make(map[string]string)
	for _, name := range required {
		if _, given := body[name]; !given {
			faults[name] = "is required"
		}
	}
	for name, value := range body {
		text, err := textOf(name, value)
		if err != nil {
			faults[name] = err.Error()
		}
		texts[name] = text
	}
	if len(faults) > 0 {
		return fields{}, validationFailed(faults)
	}
	return fields{title: texts["title"], content: texts["content"]}, nil
}

// textOf returns the text of a field, or as an error what is wrong with it.
func textOf(name string, value json.RawMessage) (*string, error) {
	allowed, known := fieldLengths[name]
	if !known {
		return nil, errors.New("is not a known field")
	}
	var text *string // a null is no error of Unmarshal, but leaves nil
	if err := json.Unmarshal(value, &text); err != nil || text == nil {
		return nil, errors.New("must be a string")
	}
	if strings.ContainsRune(*text, 0) {
		return nil, errors.New("must not contain U+0000")
	}
	if length := utf8.RuneCountInString(*text); length < allowed.min || length > allowed.max {
		return nil, fmt.Errorf("must have %d to %d characters", allowed.min, allowed.max)
	}
	return text, nil
}

func readObject(c *gin.Context) (map[string]json.RawMessage, error) {
	if !isJSON(c.GetHeader("Content-Type")) {
		return nil, errUnsupportedMediaType
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	// encoding/json would replace invalid UTF-8, and take null for a nil map.
	if !utf8.Valid(data) || json.Unmarshal(data, &object) != nil || object == nil {
		return nil, errMalformedJSON
	}
	return object, nil
}

func isJSON(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/json")
}
