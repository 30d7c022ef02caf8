package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	maxBodyBytes  = 65_536
	maxIDLength   = 64
	defaultLimit  = 20
	maxLimit      = 100
	cursorFault   = "must be one next_cursor of an earlier page"
	unknownField  = "is not a known field"
	currencyFault = "must be three capital letters"
	idFault       = "must be the id of an account"
)

var (
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
	digitsPattern   = regexp.MustCompile(`^[0-9]+$`)
	keyPattern      = regexp.MustCompile(`^[!-~]{1,64}$`)
)

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

func readIdempotencyKey(c *gin.Context) (string, error) {
	key := c.GetHeader("Idempotency-Key")
	if !keyPattern.MatchString(key) {
		return "", errInvalidKey
	}
	return key, nil
}

func decodeAccount(body map[string]json.RawMessage) (currency string, openingBalance int64, err error) {
	decoder := newFieldDecoder(body)
	currency = decoder.text("currency", currencyFault, currencyPattern.MatchString)
	openingBalance = decoder.integer("opening_balance", 0)
	return currency, openingBalance, decoder.err()
}

func decodeOrder(body map[string]json.RawMessage) (order, error) {
	decoder := newFieldDecoder(body)
	wanted := order{
		from:   decoder.text("from", idFault, isID),
		to:     decoder.text("to", idFault, isID),
		amount: decoder.integer("amount", 1),
	}
	return wanted, decoder.err()
}

func isID(text string) bool {
	return text != "" && utf8.RuneCountInString(text) <= maxIDLength
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

func (d fieldDecoder) text(name, fault string, valid func(string) bool) string {
	var value *string
	if json.Unmarshal(d.body[name], &value) != nil || value == nil || !valid(*value) {
		d.faults[name] = fault
		return ""
	}
	delete(d.faults, name)
	return *value
}

func (d fieldDecoder) integer(name string, minimum int64) int64 {
	value, err := strconv.ParseInt(string(d.body[name]), 10, 64)
	if err != nil || value < minimum || value > maxBalance {
		d.faults[name] = fmt.Sprintf("must be an integer from %d to %d", minimum, int64(maxBalance))
		return 0
	}
	delete(d.faults, name)
	return value
}

func (d fieldDecoder) err() error {
	return validationFailed(d.faults)
}

// readPage reads limit and cursor. The page begins below the position that findPosition, which answers 0 for what is
// no cursor, finds; on the first page that is noPosition.
func readPage(rawQuery string, findPosition func(string) (int64, error)) (limit int, before int64, err error) {
	faults := make(map[string]string)
	limit, ok := parseLimit(queryValues(rawQuery, "limit"))
	if !ok {
		faults["limit"] = fmt.Sprintf("must be one integer from 1 to %d", maxLimit)
	}
	before = noPosition
	if cursors := queryValues(rawQuery, "cursor"); len(cursors) > 0 {
		if before, err = findPosition(cursors[0]); err != nil {
			return 0, 0, err
		}
		if before == 0 || len(cursors) > 1 {
			faults["cursor"] = cursorFault
		}
	}
	return limit, before, validationFailed(faults)
}

func parseLimit(values []string) (limit int, ok bool) {
	if len(values) == 0 {
		return defaultLimit, true
	}
	limit, err := strconv.Atoi(values[0])
	ok = len(values) == 1 && digitsPattern.MatchString(values[0]) && err == nil && limit >= 1 && limit <= maxLimit
	return limit, ok
}

// queryValues finds all values of a parameter, also those that are no valid percent-encoding, which url.Values drops.
func queryValues(rawQuery, name string) []string {
	var values []string
	for pair := range strings.SplitSeq(rawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if unescape(key) == name {
			values = append(values, unescape(value))
		}
	}
	return values
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
