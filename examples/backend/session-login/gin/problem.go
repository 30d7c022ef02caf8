package main

import (
	"errors"
	"log"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

// problem is an error that is answered as application/problem+json.
type problem struct {
	Type       string            `json:"type"`
	Title      string            `json:"title"`
	Status     int               `json:"status"`
	Code       string            `json:"code"`
	Errors     map[string]string `json:"errors,omitempty"`
	retryAfter int               // seconds; 0 for no such header
}

var (
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json", "The body must be a JSON object in UTF-8")
	errUnauthenticated      = newProblem(http.StatusUnauthorized, "unauthenticated", "This needs the cookie of a session")
	errInvalidCredentials   = newProblem(http.StatusUnauthorized, "invalid_credentials", "Username or password is wrong")
	errCSRFFailed           = newProblem(http.StatusForbidden, "csrf_failed", "X-CSRF-Token is not that of the session")
	errWrongPassword        = newProblem(http.StatusForbidden, "wrong_password", "The current password is wrong")
	errNotFound             = newProblem(http.StatusNotFound, "not_found", "There is nothing here")
	errUsernameTaken        = newProblem(http.StatusConflict, "username_taken", "The username is taken")
	errBodyTooLarge         = newProblem(http.StatusRequestEntityTooLarge, "body_too_large", "The body is too large")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error", "The server failed")
)

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "/problems/" + code, Title: title, Status: status, Code: code}
}

// validationFailed is the problem of faulty fields, each with what is wrong.
func validationFailed(faults map[string]string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation_failed", "Some fields are faulty")
	p.Errors = faults
	return p
}

// tooManyAttempts is the problem of a username that stays locked for some seconds.
func tooManyAttempts(seconds int) *problem {
	p := newProblem(http.StatusTooManyRequests, "too_many_attempts", "Too many attempts failed; try again later")
	p.retryAfter = seconds
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
	if p.retryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.retryAfter))
	}
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}
