package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

var (
	errDigestMismatch  = &problem{http.StatusBadRequest, "digest_mismatch", "Content-Digest is not the SHA-256 of the content", nil}
	errUnauthorized    = &problem{http.StatusUnauthorized, "unauthorized", "Authorization does not hold the key of an owner", map[string]string{"WWW-Authenticate": "Bearer"}}
	errNotFound        = &problem{http.StatusNotFound, "not_found", "Nothing was found at this path", nil}
	errQuotaExceeded   = &problem{http.StatusConflict, "quota_exceeded", "The files of this owner would be too large together", nil}
	errUnsupportedType = &problem{http.StatusUnsupportedMediaType, "unsupported_type", "Only PNG, JPEG, PDF and plain text in UTF-8 are stored", nil}
	errInvalidName     = &problem{http.StatusUnprocessableEntity, "invalid_name", "The name is not 1 to 100 characters, or is a path", nil}
	errInternal        = &problem{http.StatusInternalServerError, "internal_error", "The server failed to answer this request", nil}

	// The rest of the body is not read, so the connection is of no more use; net/http would wait for some of it otherwise.
	errTooLarge = &problem{http.StatusRequestEntityTooLarge, "too_large", "The file is too large", map[string]string{"Connection": "close"}}
)

// problem is a fault that the client is told about.
type problem struct {
	status int
	code   string
	title  string
	header map[string]string // more of the answer's header
}

func rangeNotSatisfiable(size int64) error {
	header := map[string]string{"Content-Range": fmt.Sprintf("bytes */%d", size)}
	return &problem{http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "The range begins beyond the end of the file", header}
}

func (p *problem) Error() string {
	return p.title
}

// fail lets answerErrors answer; no further handler runs.
func fail(c *gin.Context, err error) {
	c.Error(err)
	c.Abort()
}

// answerErrors is a middleware that answers with a problem document of RFC 9457 when a handler fails.
func answerErrors(c *gin.Context) {
	c.Next()
	failed := c.Errors.Last()
	if failed == nil {
		return
	}
	known, ok := errors.AsType[*problem](failed.Err)
	if !ok {
		log.Print(failed.Err)
		known = errInternal
	}
	if c.Writer.Written() {
		return // A download has broken off; a document would become part of its content.
	}
	for name, value := range known.header {
		c.Header(name, value)
	}
	c.Header("Content-Type", "application/problem+json")
	c.JSON(known.status, gin.H{"type": "/problems/" + known.code, "title": known.title, "status": known.status})
}
