package main

import "net/http"

// problem is an error that clients are told about, as a problem document (RFC 9457).
type problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Code   string            `json:"code"`
	Errors map[string]string `json:"errors,omitempty"`
}

var (
	errMalformedJSON        = newProblem(http.StatusBadRequest, "malformed_json")
	errInvalidCursor        = newProblem(http.StatusBadRequest, "invalid_cursor")
	errNotFound             = newProblem(http.StatusNotFound, "not_found")
	errContentTooLarge      = newProblem(http.StatusRequestEntityTooLarge, "content_too_large")
	errUnsupportedMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type")
	errInternal             = newProblem(http.StatusInternalServerError, "internal_error")
)

func newProblem(status int, code string) *problem {
	return &problem{Type: "/problems/" + code, Title: http.StatusText(status), Status: status, Code: code}
}

// validationFailed tells what is wrong with each faulty input.
func validationFailed(faults map[string]string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation_failed")
	p.Errors = faults
	return p
}

func (p *problem) Error() string {
	return p.Code
}
