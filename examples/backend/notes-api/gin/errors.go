package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

// apiError is a failure that the client is told about.
type apiError struct {
	status  int
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Fields  fieldFaults `json:"fields,omitempty"`
}

func (e *apiError) Error() string {
	return e.Message
}

var (
	errMalformedJSON = &apiError{
		status: http.StatusBadRequest, Code: "malformed_json",
		Message: "The request body must be a JSON object in UTF-8.",
	}
	errUnauthorized = &apiError{
		status: http.StatusUnauthorized, Code: "unauthorized",
		Message: "A valid bearer token is required.",
	}
	errInvalidCredentials = &apiError{
		status: http.StatusUnauthorized, Code: "invalid_credentials",
		Message: "The username or the password is wrong.",
	}
	errNotFound = &apiError{
		status: http.StatusNotFound, Code: "not_found",
		Message: "There is nothing here.",
	}
	errUsernameTaken = &apiError{
		status: http.StatusConflict, Code: "username_taken",
		Message: "This username is taken.",
	}
	errPreconditionFailed = &apiError{
		status: http.StatusPreconditionFailed, Code: "precondition_failed",
		Message: "The note does not have the version that If-Match asks for.",
	}
	errPayloadTooLarge = &apiError{
		status: http.StatusRequestEntityTooLarge, Code: "payload_too_large",
		Message: "The request body is too large.",
	}
	errPreconditionRequired = &apiError{
		status: http.StatusPreconditionRequired, Code: "precondition_required",
		Message: "An update needs the header If-Match.",
	}
	errInternal = &apiError{
		status: http.StatusInternalServerError, Code: "internal_error",
		Message: "The server failed to answer this request.",
	}
)

// fieldFaults says what is wrong with each faulty field.
type fieldFaults map[string]string

// add notes a fault, if there is one.
func (f fieldFaults) add(field, fault string) {
	if fault != "" {
		f[field] = fault
	}
}

// err names all faulty fields, and is nil if there are none.
func (f fieldFaults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &apiError{
		status: http.StatusUnprocessableEntity, Code: "validation_failed",
		Message: "Some fields are faulty.", Fields: f,
	}
}

// answerError ends the request with a failure, whose details the client only gets to see if it is an apiError.
func answerError(c *gin.Context, err error) {
	var answer *apiError
	if !errors.As(err, &answer) {
		log.Printf("%s %s: %v", c.Request.Method, c.Request.URL.Path, err)
		answer = errInternal
	}
	if answer.status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	c.AbortWithStatusJSON(answer.status, gin.H{"error": answer})
}
