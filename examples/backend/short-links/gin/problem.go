package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

const problemType = "application/problem+json"

var (
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json", "The request body is not a JSON object in UTF-8")
	errUnauthorized         = newProblem(http.StatusUnauthorized, "unauthorized", "The header X-Api-Key needs the key of a tenant")
	errNotFound             = newProblem(http.StatusNotFound, "not_found", "Nothing was found at this path")
	errCodeTaken            = newProblem(http.StatusConflict, "code_taken", "The code is or was that of a link")
	errExpired              = newProblem(http.StatusGone, "expired", "The link has expired")
	errPayloadTooLarge      = newProblem(http.StatusRequestEntityTooLarge, "payload_too_large", "The request body is too large")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The request body is not of the type application/json")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error", "The server failed to answer this request")
)

// problem is an error that the client is told about; its JSON form is the body of the answer.
type problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Errors map[string]string `json:"errors,omitempty"`
}

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "/problems/" + code, Title: title, Status: status}
}

// validationFailed says what is wrong with each faulty field; without any it is nil.
func validationFailed(faults map[string]string) error {
	if len(faults) == 0 {
		return nil
	}
	failed := newProblem(http.StatusUnprocessableEntity, "validation_failed", "Some values are missing or faulty")
	failed.Errors = faults
	return failed
}

func (p *problem) Error() string {
	return p.Title
}

// asProblem finds the problem in an error; any other error is logged and not shown.
func asProblem(err error) *problem {
	if known, ok := errors.AsType[*problem](err); ok {
		return known
	}
	log.Print(err)
	return errInternal
}

func writeProblem(c *gin.Context, p *problem) {
	c.Header("Content-Type", problemType)
	c.JSON(p.Status, p)
}
