package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBody = 8192

// rules are the fields that a body must have, each with a function that says what is wrong with a text.
type rules map[string]func(string) error

var (
	username = regexp.MustCompile(`\A[a-z0-9_-]{3,32}\z`)

	isNewPassword = hasLength(12, 128)
	// isAttempt holds for what may be tried as a username or password, whether or not anybody could have it.
	isAttempt = hasLength(1, 128)
)

func isUsername(text string) error {
	if !username.MatchString(text) {
		return errors.New("must be 3 to 32 characters from a-z 0-9 - _")
	}
	return nil
}

func hasLength(least, most int) func(string) error {
	return func(text string) error {
		if length := utf8.RuneCountInString(text); length < least || length > most {
			return fmt.Errorf("must have %d to %d characters", least, most)
		}
		return nil
	}
}

// readFields reads a body that must have exactly the fields with a rule.
func readFields(c *gin.Context, wanted rules) (map[string]string, error) {
	body, err := readObject(c)
	if err != nil {
		return nil, err
	}
	texts, faults := make(map[string]string), make(map[string]string)
	for name, check := range wanted {
		var text *string // neither a null nor a missing field is an error of Unmarshal, but both leave nil
		if json.Unmarshal(body[name], &text) != nil || text == nil {
			faults[name] = "must be a string"
		} else if err := check(*text); err != nil {
			faults[name] = err.Error()
		} else {
			texts[name] = *text
		}
	}
	for name := range body {
		if wanted[name] == nil {
			faults[name] = "is not a known field"
		}
	}
	if len(faults) > 0 {
		return nil, validationFailed(faults)
	}
	return texts, nil
}

func readObject(c *gin.Context) (map[string]json.RawMessage, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
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
