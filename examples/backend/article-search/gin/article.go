package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	maxBytes = 65536
	maxTitle = 200
	maxBody  = 10000
	maxTags  = 10
)

var (
	tagForm       = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	titleControls = regexp.MustCompile(`[\x00-\x1F\x7F]`)
	bodyControls  = regexp.MustCompile(`[\x00-\x08\x0B-\x1F\x7F]`)
)

type article struct {
	Slug  string   `json:"slug"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"` // sorted, each once
}

// readArticle reads an article from the body of a request.
func readArticle(c *gin.Context) (article, error) {
	fields, err := readObject(c)
	if err != nil {
		return article{}, err
	}
	read := article{Slug: c.Param("slug")}
	faults := make(map[string]string)
	for name := range fields {
		faults[name] = "is not a field"
	}
	for name, readField := range map[string]func(json.RawMessage) error{
		"title": read.readTitle, "body": read.readBody, "tags": read.readTags,
	} {
		delete(faults, name)
		if err := readField(fields[name]); err != nil {
			faults[name] = err.Error()
		}
	}
	if len(faults) > 0 {
		return article{}, validationFailed(faults)
	}
	return read, nil
}

func (a *article) readTitle(value json.RawMessage) error {
	var err error
	a.Title, err = readText(value, 1, maxTitle, titleControls)
	return err
}

func (a *article) readBody(value json.RawMessage) error {
	var err error
	a.Body, err = readText(value, 0, maxBody, bodyControls)
	return err
}

func (a *article) readTags(value json.RawMessage) error {
	// A null leaves tags nil, and one in the array an empty tag; a missing value is no JSON.
	if json.Unmarshal(value, &a.Tags) != nil || a.Tags == nil || len(a.Tags) > maxTags {
		return errors.New("must be an array of at most 10 strings")
	}
	for _, tag := range a.Tags {
		if !tagForm.MatchString(tag) {
			return errors.New("must have tags of 1 to 32 characters from a-z, 0-9 and -")
		}
	}
	slices.Sort(a.Tags)
	a.Tags = slices.Compact(a.Tags)
	return nil
}

func readText(value json.RawMessage, least, most int, forbidden *regexp.Regexp) (string, error) {
	var text *string // nil for null
	if json.Unmarshal(value, &text) != nil || text == nil {
		return "", errors.New("must be a string")
	}
	if length := utf8.RuneCountInString(*text); length < least || length > most {
		return "", errors.New("is too short or too long")
	}
	if forbidden.MatchString(*text) {
		return "", errors.New("must not have control characters")
	}
	return *text, nil
}

func readObject(c *gin.Context) (map[string]json.RawMessage, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return nil, errUnsupportedMediaType
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBytes))
	if err != nil {
		return nil, errContentTooLarge
	}
	var object map[string]json.RawMessage
	// Unmarshal alone would take null, and replace what is not UTF-8.
	if !utf8.Valid(data) || json.Unmarshal(data, &object) != nil || object == nil {
		return nil, errMalformedJSON
	}
	return object, nil
}
