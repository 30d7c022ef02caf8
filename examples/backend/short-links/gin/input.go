package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	maxBodyBytes        = 65_536
	maxTenantNameLength = 100
	timeLayout          = "2006-01-02T15:04:05Z"

	unknownField = "is not a known field"
	nameFault    = "must be a text of 1 to 100 characters without U+0000"
	urlFault     = "must be an http or https URL without user whose host is not internal"
	codeFault    = "must be 3 to 32 characters from A-Z a-z 0-9 - _"
	expiryFault  = "must be null or an existing time like 2030-01-31T23:59:59Z, 2000 to 2099"
)

var codePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{3,32}$`)

// readJSONObject reads the fields of the JSON object that the request carries.
func readJSONObject(c *gin.Context) (map[string]json.RawMessage, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return nil, errUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errPayloadTooLarge
	}
	if err != nil {
		return nil, errMalformedJSON
	}
	return parseObject(body)
}

func parseObject(body []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	// json.Unmarshal replaces bytes that are no UTF-8, and leaves the map nil for null.
	if !utf8.Valid(body) || json.Unmarshal(body, &fields) != nil || fields == nil {
		return nil, errMalformedJSON
	}
	return fields, nil
}

func readTenantName(c *gin.Context) (string, error) {
	body, err := readJSONObject(c)
	if err != nil {
		return "", err
	}
	decoder := newFieldDecoder(body)
	name := decoder.text("name", nameFault, isTenantName)
	return name, decoder.err()
}

func readNewLink(c *gin.Context) (newLink, error) {
	body, err := readJSONObject(c)
	if err != nil {
		return newLink{}, err
	}
	decoder := newFieldDecoder(body)
	wanted := newLink{url: decoder.text("url", urlFault, isAllowedTarget)}
	if decoder.has("code") {
		wanted.code = decoder.text("code", codeFault, codePattern.MatchString)
	}
	if decoder.has("expires_at") {
		wanted.expiresAt = decoder.textOrNull("expires_at", expiryFault, isTime)
	}
	return wanted, decoder.err()
}

func readExpiry(c *gin.Context) (*string, error) {
	body, err := readJSONObject(c)
	if err != nil {
		return nil, err
	}
	decoder := newFieldDecoder(body)
	expiresAt := decoder.textOrNull("expires_at", expiryFault, isTime)
	return expiresAt, decoder.err()
}

func isTenantName(text string) bool {
	return text != "" && utf8.RuneCountInString(text) <= maxTenantNameLength && !strings.Contains(text, "\x00")
}

// isTime accepts the one form of times; time.Parse also takes fractions of seconds.
func isTime(text string) bool {
	parsed, err := time.Parse(timeLayout, text)
	return err == nil && parsed.Format(timeLayout) == text && parsed.Year() >= 2000 && parsed.Year() <= 2099
}

// fieldDecoder takes the fields of a body one by one and collects what is wrong with them.
type fieldDecoder struct {
	body   map[string]json.RawMessage
	faults map[string]string
}

// newFieldDecoder takes every field to be unknown until it is asked for.
func newFieldDecoder(body map[string]json.RawMessage) fieldDecoder {
	faults := make(map[string]string)
	for name := range body {
		faults[name] = unknownField
	}
	return fieldDecoder{body, faults}
}

func (d fieldDecoder) has(name string) bool {
	_, ok := d.body[name]
	return ok
}

// text takes a required field that can't be null.
func (d fieldDecoder) text(name, fault string, valid func(string) bool) string {
	value := d.textOrNull(name, fault, valid)
	if value == nil {
		d.faults[name] = fault
		return ""
	}
	return *value
}

// textOrNull takes a required field; for null it gives nil.
func (d fieldDecoder) textOrNull(name, fault string, valid func(string) bool) *string {
	var value *string
	if json.Unmarshal(d.body[name], &value) != nil || value != nil && !valid(*value) {
		d.faults[name] = fault
		return nil
	}
	delete(d.faults, name)
	return value
}

func (d fieldDecoder) err() error {
	return validationFailed(d.faults)
}
