package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

// apiError is an error that the client is told about in the form of the RealWorld specification: texts by key.
type apiError struct {
	status int
	Errors map[string][]string `json:"errors"`
}

func (e *apiError) Error() string {
	return fmt.Sprintf("answered with %d: %v", e.status, e.Errors)
}

func newError(status int, key, text string) *apiError {
	return &apiError{status, map[string][]string{key: {text}}}
}

// notFound tells that there is no such profile, article, comment or path.
func notFound(kind string) *apiError {
	return newError(http.StatusNotFound, kind, "not found")
}

// forbidden tells that the article or comment is somebody else's.
func forbidden(kind string) *apiError {
	return newError(http.StatusForbidden, kind, "belongs to another user")
}

func unauthorized() *apiError {
	return newError(http.StatusUnauthorized, "token", "is missing or not valid")
}

// sendError answers with an apiError; any other error is logged and not shown.
func sendError(c *gin.Context, err error) {
	told, ok := errors.AsType[*apiError](err)
	if !ok {
		log.Print(err)
		told = newError(http.StatusInternalServerError, "server", "failed")
	}
	if told.Errors["token"] != nil {
		c.Header("WWW-Authenticate", "Token")
	}
	c.AbortWithStatusJSON(told.status, told)
}
