package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

var (
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json", "The body is no JSON object in UTF-8")
	errUnauthorized         = newProblem(http.StatusUnauthorized, "unauthorized", "A valid access token is needed")
	errInvalidCredentials   = newProblem(http.StatusUnauthorized, "invalid_credentials", "Username or password is wrong")
	errInvalidRefreshToken  = newProblem(http.StatusUnauthorized, "invalid_refresh_token", "This refresh token is no good")
	errWrongPassword        = newProblem(http.StatusForbidden, "wrong_password", "The current password is wrong")
	errNotFound             = newProblem(http.StatusNotFound, "not_found", "There is nothing here")
	errUsernameTaken        = newProblem(http.StatusConflict, "username_taken", "The username is taken")
	errPayloadTooLarge      = newProblem(http.StatusRequestEntityTooLarge, "payload_too_large", "The body is too large")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "The body is not JSON")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error", "The server failed")
)

// problem is an error that the client is told about.
type problem struct {
	status int
	code   string
	title  string
	faults map[string]string // what is wrong with each faulty field
}

func newProblem(status int, code, title string) *problem {
	return &problem{status: status, code: code, title: title}
}

func validationFailed(faults map[string]string) *problem {
	return &problem{http.StatusUnprocessableEntity, "validation_failed", "Fields are missing, faulty or unknown", faults}
}

func (p *problem) Error() string {
	return p.title
}

// answerErrors is a middleware that answers with a problem document when a later handler has reported an error.
func answerErrors(c *gin.Context) {
	c.Next()
	reported := c.Errors.Last()
	if reported == nil {
		return
	}
	p, ok := errors.AsType[*problem](reported.Err)
	if !ok {
		log.Print(reported.Err)
		p = errInternal
	}
	document := gin.H{"type": "/problems/" + p.code, "title": p.title, "status": p.status, "code": p.code}
	if p.faults != nil {
		document["errors"] = p.faults
	}
	if p.status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	c.Header("Content-Type", "application/problem+json")
	c.JSON(p.status, document)
}
