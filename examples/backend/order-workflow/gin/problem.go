package main

import (
	"errors"
	"log"
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"
)

// problem is an error that is answered as application/problem+json.
type problem struct {
	status      int
	code, title string
	extra       map[string]any // the further fields of the answer
}

var (
	errMalformedJSON   = &problem{status: http.StatusBadRequest, code: "malformed_json", title: "The body is not a JSON object"}
	errUnauthorized    = &problem{status: http.StatusUnauthorized, code: "unauthorized", title: "A valid token is needed"}
	errForbidden       = &problem{status: http.StatusForbidden, code: "forbidden", title: "You may not do this"}
	errNotFound        = &problem{status: http.StatusNotFound, code: "not_found", title: "There is nothing here"}
	errAlreadyClaimed  = &problem{status: http.StatusConflict, code: "already_claimed", title: "The staff token is taken"}
	errBodyTooLarge    = &problem{status: http.StatusRequestEntityTooLarge, code: "body_too_large", title: "The body is too large"}
	errUnsupportedType = &problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", title: "The body must be application/json"}
	errInternal        = &problem{status: http.StatusInternalServerError, code: "internal_error", title: "The server failed"}
)

func validationFailed(faults map[string]string) *problem {
	return &problem{
		http.StatusUnprocessableEntity, "validation_failed", "Some fields are faulty", map[string]any{"errors": faults},
	}
}

func illegalTransition(allowed []string) *problem {
	return &problem{
		http.StatusConflict, "illegal_transition", "The order's state forbids this", map[string]any{"allowed": allowed},
	}
}

func outOfStock(skus []string) *problem {
	return &problem{
		http.StatusConflict, "out_of_stock", "There is not enough of some products", map[string]any{"skus": skus},
	}
}

func (p *problem) Error() string {
	return p.title
}

// sendProblem answers with the problem that err is; any other error is logged and kept from the client.
func sendProblem(c *gin.Context, err error) {
	var p *problem
	if !errors.As(err, &p) {
		log.Print(err)
		p = errInternal
	}
	body := map[string]any{"type": "/problems/" + p.code, "code": p.code, "title": p.title, "status": p.status}
	maps.Copy(body, p.extra)
	if p == errUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.status, body)
}
