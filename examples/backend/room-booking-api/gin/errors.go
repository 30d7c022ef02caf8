package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

var (
	errMalformedJSON   = newAPIError(http.StatusBadRequest, "malformed_json", "The body is not a JSON object in UTF-8.")
	errUnknownPath     = newAPIError(http.StatusNotFound, "not_found", "There is nothing at this path.")
	errUnknownRoom     = newAPIError(http.StatusNotFound, "not_found", "There is no such room.")
	errUnknownBooking  = newAPIError(http.StatusNotFound, "not_found", "There is no such booking.")
	errConflict        = newAPIError(http.StatusConflict, "booking_conflict", "The room is already booked at that time.")
	errPayloadTooLarge = newAPIError(http.StatusRequestEntityTooLarge, "payload_too_large", "The body is too large.")
	errKeyReused       = newAPIError(http.StatusUnprocessableEntity, "idempotency_key_reused", "The key has been used for another booking.")
	errInternal        = newAPIError(http.StatusInternalServerError, "internal_error", "The server failed.")
)

// apiError is an error that the client is told about; its JSON form stands in the answer.
type apiError struct {
	status  int
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields,omitempty"`
}

func newAPIError(status int, code, message string) *apiError {
	return &apiError{status: status, Code: code, Message: message}
}

// validationFailed says what is wrong with each faulty input; without any it is nil.
func validationFailed(faults map[string]string) error {
	if len(faults) == 0 {
		return nil
	}
	failed := newAPIError(http.StatusUnprocessableEntity, "validation_failed", "Some inputs are faulty.")
	failed.Fields = faults
	return failed
}

// Error gives the message.
func (e *apiError) Error() string {
	return e.Message
}

// asAPIError finds the apiError in an error; any other error is logged and not shown.
func asAPIError(err error) *apiError {
	if known, ok := errors.AsType[*apiError](err); ok {
		return known
	}
	log.Print(err)
	return errInternal
}

func writeError(c *gin.Context, err *apiError) {
	c.JSON(err.status, gin.H{"error": err})
}
