package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

// problem is an error that the client is told about, as application/problem+json.
type problem struct {
	Type   string            `json:"type"`
	Code   string            `json:"code"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Errors map[string]string `json:"errors,omitempty"`
}

var (
	errMalformedJSON    = newProblem(http.StatusBadRequest, "malformed_json", "The body must be a JSON object in UTF-8")
	errUnauthorized     = newProblem(http.StatusUnauthorized, "unauthorized", "A valid bearer token is required")
	errForbidden        = newProblem(http.StatusForbidden, "forbidden", "Your role does not allow this")
	errNotFound         = newProblem(http.StatusNotFound, "not_found", "There is nothing here")
	errAlreadyMember    = newProblem(http.StatusConflict, "already_member", "The user is a member already")
	errLastOwner        = newProblem(http.StatusConflict, "last_owner", "A workspace must keep an owner")
	errNameTaken        = newProblem(http.StatusConflict, "name_taken", "The name is taken")
	errBodyTooLarge     = newProblem(http.StatusRequestEntityTooLarge, "body_too_large", "The body is too large")
	errUnsupportedMedia = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json")
	errUnknownUser      = newProblem(http.StatusUnprocessableEntity, "unknown_user", "There is no such user")
	errInternal         = newProblem(http.StatusInternalServerError, "internal_error", "The server failed")
)

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "/problems/" + code, Code: code, Title: title, Status: status}
}

// validationFailed is the problem of faulty fields, each with what is wrong.
func validationFailed(faults map[string]string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation_failed", "Some fields are faulty")
	p.Errors = faults
	return p
}

func (p *problem) Error() string {
	return p.Code
}

// sendProblem answers with the problem that err is; any other error is logged and kept from the client.
func sendProblem(c *gin.Context, err error) {
	var p *problem
	if !errors.As(err, &p) {
		log.Print(err)
		p = errInternal
	}
	if p == errUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}
