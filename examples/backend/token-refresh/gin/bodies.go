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

const maxBodyBytes = 8192

// rule says which texts a field accepts.
type rule struct {
	accepts  func(string) bool
	expected string
}

var (
	username = rule{regexp.MustCompile(`^[a-z0-9_-]{3,32}$`).MatchString, "must be 3 to 32 characters from a-z 0-9 _ -"}
	anyText  = rule{hasLength(0, maxBodyBytes), "must be a text without U+0000"}
	password = rule{hasLength(8, 128), "must be a text of 8 to 128 characters"}
	device   = rule{hasLength(1, 64), "must be a text of 1 to 64 characters"}

	newUserRules        = map[string]rule{"username": username, "password": password}
	loginRules          = map[string]rule{"username": anyText, "password": anyText, "device": device}
	refreshRules        = map[string]rule{"refresh_token": anyText}
	passwordChangeRules = map[string]rule{"current_password": anyText, "new_password": password}
)

// hasLength counts code points, and takes no U+0000: hashes of "secret" and "secret\0" would be the same.
func hasLength(least, most int) func(string) bool {
	return func(text string) bool {
		length := utf8.RuneCountInString(text)
		return least <= length && length <= most && !strings.Contains(text, "\x00")
	}
}

// readFields reads a JSON object that has exactly the fields that there are rules for.
func readFields(c *gin.Context, rules map[string]rule) (map[string]string, error) {
	body, err := readObject(c)
	if err != nil {
		return nil, err
	}
	fields, faults := make(map[string]string), make(map[string]string)
	for name, value := range body {
		text, isText := value.(string)
		rule, known := rules[name]
		switch {
		case !known:
			faults[name] = "is not known"
		case !isText || !rule.accepts(text):
			faults[name] = rule.expected
		}
		fields[name] = text
	}
	for name := range rules {
		if _, there := body[name]; !there {
			faults[name] = "is missing"
		}
	}
	if len(faults) > 0 {
		return nil, validationFailed(faults)
	}
	return fields, nil
}

func readObject(c *gin.Context) (map[string]any, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return nil, errUnsupportedMediaType
	}
	content, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errPayloadTooLarge
	}
	object := parseObject(content)
	if err != nil || object == nil {
		return nil, errMalformedJSON
	}
	return object, nil
}

// parseObject gives nil for what is not a JSON object in UTF-8.
func parseObject(content []byte) map[string]any {
	var object map[string]any
	// Unmarshal would replace bytes that are no UTF-8.
	if !utf8.Valid(content) || json.Unmarshal(content, &object) != nil {
		return nil
	}
	return object
}
