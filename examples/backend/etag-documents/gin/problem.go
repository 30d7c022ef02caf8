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
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json", "The body is not a JSON object")
	errNotFound             = newProblem(http.StatusNotFound, "not_found", "There is nothing here")
	errNotDeleted           = newProblem(http.StatusConflict, "not_deleted", "The document is not deleted")
	errDeleted              = newProblem(http.StatusGone, "deleted", "The document is deleted")
	errPreconditionFailed   = newProblem(http.StatusPreconditionFailed, "precondition_failed", "The precondition does not hold")
	errBodyTooLarge         = newProblem(http.StatusRequestEntityTooLarge, "body_too_large", "The body is too large")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json")
	errPreconditionRequired = newProblem(http.StatusPreconditionRequired, "precondition_required", "The request needs a precondition")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error", "The server failed")
)

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "/problems/" + code, Title: title, Status: status}
}

// validationFailed is the problem of fields that are faulty, each with what is wrong.
func validationFailed(faults map[string]string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation_failed", "Some fields are faulty")
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
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}
