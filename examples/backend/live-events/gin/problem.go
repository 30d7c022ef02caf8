package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

// problem is an error that is answered as application/problem+json.
type problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Errors map[string]string `json:"errors,omitempty"`
}

var (
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json", "The body must be a JSON object in UTF-8.")
	errInvalidLastEventID   = newProblem(http.StatusBadRequest, "invalid_last_event_id", "The last event id must be a number.")
	errUnauthorized         = newProblem(http.StatusUnauthorized, "unauthorized", "This needs the key of publishers.")
	errNotFound             = newProblem(http.StatusNotFound, "not_found", "There is nothing here.")
	errBodyTooLarge         = newProblem(http.StatusRequestEntityTooLarge, "body_too_large", "The body has more than 65536 bytes.")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json.")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error", "The server failed.")
	errTooManyListeners     = newProblem(http.StatusServiceUnavailable, "too_many_listeners", "The channel has no place for a listener.")
)

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "/problems/" + code, Title: title, Status: status}
}

// validationFailed is the problem of faulty fields, each with what is wrong.
func validationFailed(faults map[string]string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation_failed", "Some fields are faulty.")
	p.Errors = faults
	return p
}

func (p *problem) Error() string {
	return p.Title
}

// sendProblem answers with the problem that err is; any other error is logged and kept from the client.
func sendProblem(c *gin.Context, err error) {
	var p *problem
	if !errors.As(err, &p) {
		log.Print(err)
		p = errInternal
	}
	switch p {
	case errUnauthorized:
		c.Header("WWW-Authenticate", "Bearer")
	case errTooManyListeners:
		c.Header("Retry-After", "5")
	}
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}
