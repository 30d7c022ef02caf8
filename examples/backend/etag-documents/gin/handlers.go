package main

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/gin-gonic/gin"
)

var idForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// handlers answer the requests. They read the body before the id, because a faulty body is reported first.
type handlers struct {
	store *store
}

// answer makes a gin handler of one that returns what went wrong instead of answering it.
func answer(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			sendProblem(c, err)
		}
	}
}

func (h handlers) health(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

func (h handlers) put(c *gin.Context) error {
	fields, err := readFields(c, "title", "content")
	if err != nil {
		return err
	}
	id, err := idOf(c)
	if err != nil {
		return err
	}
	ifMatch := header(c, "If-Match")
	ifNoneMatch := header(c, "If-None-Match")
	if ifMatch == nil && ifNoneMatch != nil && *ifNoneMatch == "*" {
		return h.create(c, id, fields)
	}
	doc, err := h.store.replace(id, fields, ifMatch)
	return sendDocument(c, http.StatusOK, doc, err)
}

func (h handlers) create(c *gin.Context, id string, fields fields) error {
	doc, err := h.store.create(id, fields)
	if err != nil {
		return err
	}
	c.Header("Location", "/documents/"+id)
	return sendDocument(c, http.StatusCreated, doc, nil)
}

func (h handlers) patch(c *gin.Context) error {
	changes, err := readFields(c)
	if err != nil {
		return err
	}
	id, err := idOf(c)
	if err != nil {
		return err
	}
	doc, err := h.store.change(id, changes, header(c, "If-Match"))
	return sendDocument(c, http.StatusOK, doc, err)
}

func (h handlers) delete(c *gin.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := h.store.delete(id, header(c, "If-Match")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (h handlers) get(c *gin.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	doc, err := h.store.get(id)
	if err != nil {
		return err
	}
	tag := entityTag(doc.Version)
	if ifNoneMatch := header(c, "If-None-Match"); ifNoneMatch != nil && matchesWeakly(*ifNoneMatch, tag) {
		c.Header("ETag", tag)
		c.Status(http.StatusNotModified)
		return nil
	}
	return sendDocument(c, http.StatusOK, doc, nil)
}

func (h handlers) restore(c *gin.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	doc, err := h.store.restore(id)
	return sendDocument(c, http.StatusOK, doc, err)
}

func (h handlers) versions(c *gin.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	versions, err := h.store.versions(id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": versions})
	return nil
}

func (h handlers) version(c *gin.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	number, err := versionNumberOf(c)
	if err != nil {
		return err
	}
	version, err := h.store.version(id, number)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, version)
	return nil
}

func idOf(c *gin.Context) (string, error) {
	id := c.Param("id")
	if !idForm.MatchString(id) {
		return "", errNotFound
	}
	return id, nil
}

func versionNumberOf(c *gin.Context) (int64, error) {
	text := c.Param("number")
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(number, 10) != text {
		return 0, errNotFound
	}
	return number, nil
}

// header returns the value of a header, which may be empty, or nil when the request does not have it.
func header(c *gin.Context, name string) *string {
	values := c.Request.Header.Values(name)
	if len(values) == 0 {
		return nil
	}
	return &values[0]
}

// sendDocument sends a document with its entity tag, unless there is an error, which it returns.
func sendDocument(c *gin.Context, status int, doc document, err error) error {
	if err != nil {
		return err
	}
	c.Header("ETag", entityTag(doc.Version))
	c.JSON(status, doc)
	return nil
}
