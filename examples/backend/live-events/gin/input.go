package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxBody = 65_536

var (
	lastIDForm = regexp.MustCompile(`^(?:0|[1-9][0-9]{0,14})$`)
	eventForm  = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
)

// newMessage is what a publisher posts.
type newMessage struct {
	event, data string
}

// requireKey lets pass only requests with the key; with "" as key, none.
func requireKey(key string) gin.HandlerFunc {
	expected := sha256.Sum256([]byte(key))
	return func(c *gin.Context) {
		scheme, given, _ := strings.Cut(c.GetHeader("Authorization"), " ")
		digest := sha256.Sum256([]byte(given)) // of one length, without which the comparison would tell that of the key
		isEqual := subtle.ConstantTimeCompare(digest[:], expected[:]) == 1
		if !isEqual || key == "" || !strings.EqualFold(scheme, "Bearer") {
			sendProblem(c, errUnauthorized)
		}
	}
}

// lastEventID returns the id up to which the client has all messages, nil when it tells none.
func lastEventID(r *http.Request) (*int64, error) {
	text, given := r.Header.Get("Last-Event-ID"), r.Header.Values("Last-Event-ID") != nil
	if !given {
		text, given = queryValue(r.URL.RawQuery, "last_event_id")
	}
	if !given {
		return nil, nil
	}
	if !lastIDForm.MatchString(text) {
		return nil, errInvalidLastEventID
	}
	id, err := strconv.ParseInt(text, 10, 64)
	return &id, err
}

// queryValue returns the first value of a name, "" when it can't be decoded. URL.Query would leave out a value with a semicolon, as if
// the client had told none.
func queryValue(query, wanted string) (value string, given bool) {
	for pair := range strings.SplitSeq(query, "&") {
		name, text, _ := strings.Cut(pair, "=")
		if name, _ = url.QueryUnescape(name); name == wanted {
			text, _ = url.QueryUnescape(text)
			return text, true
		}
	}
	return "", false
}

// readMessage reads and checks the body of a request, in the order in which faults are reported.
func readMessage(c *gin.Context) (newMessage, error) {
	fields, err := readObject(c)
	if err != nil {
		return newMessage{}, err
	}
	posted := newMessage{event: "message"}
	faults := make(map[string]string)
	if value, given := fields["event"]; given && !readText(value, &posted.event) || !isEventName(posted.event) {
		faults["event"] = "must be 1 to 64 of A-Z a-z 0-9 _ . -, but not reset or closed"
	}
	if !readText(fields["data"], &posted.data) || strings.Contains(posted.data, "\x00") {
		faults["data"] = "must be a text without U+0000"
	}
	for name := range fields {
		if name != "event" && name != "data" {
			faults[name] = "is no known field"
		}
	}
	if len(faults) > 0 {
		return newMessage{}, validationFailed(faults)
	}
	return posted, nil
}

func isEventName(text string) bool {
	return eventForm.MatchString(text) && text != "reset" && text != "closed"
}

// readText reads a JSON string, of which there may be none.
func readText(value json.RawMessage, text *string) bool {
	var found *string // stays nil for null, which is no error of Unmarshal
	if json.Unmarshal(value, &found) != nil || found == nil {
		return false
	}
	*text = *found
	return true
}

func readObject(c *gin.Context) (map[string]json.RawMessage, error) {
	mediaType, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return nil, errUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, errMalformedJSON
	}
	var object map[string]json.RawMessage
	// encoding/json would replace invalid UTF-8, and takes null for a nil map.
	if !utf8.Valid(body) || json.Unmarshal(body, &object) != nil || object == nil {
		return nil, errMalformedJSON
	}
	return object, nil
}
