package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const maxNameLength = 100

func (a *App) upload(c *gin.Context) {
	name := c.Query("name")
	if !isName(name) {
		fail(c, errInvalidName)
		return
	}
	file, err := a.vault.store(c.Request.Body, c.GetString(ownerKey), name, c.Request.Header.Values("Content-Digest"))
	if err != nil {
		fail(c, err)
		return
	}
	c.Header("Location", "/files/"+file.ID)
	c.JSON(http.StatusCreated, file)
}

func (a *App) list(c *gin.Context) {
	files, err := a.vault.list(c.GetString(ownerKey))
	if err != nil {
		fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"items": files})
}

func (a *App) download(c *gin.Context) {
	file, err := a.vault.find(c.GetString(ownerKey), c.Param("id"))
	if err != nil {
		fail(c, err)
		return
	}
	part, err := selectPart(c.GetHeader("Range"), file.Size)
	if err != nil {
		fail(c, err)
		return
	}
	content, err := a.vault.open(file)
	if err != nil {
		fail(c, err)
		return
	}
	defer content.Close()
	header := map[string]string{
		"ETag":                   `"` + file.SHA256 + `"`,
		"Accept-Ranges":          "bytes",
		"Content-Disposition":    disposition(file.Name),
		"X-Content-Type-Options": "nosniff",
	}
	if part.status == http.StatusPartialContent {
		header["Content-Range"] = fmt.Sprintf("bytes %d-%d/%d", part.start, part.end-1, file.Size)
	}
	length := part.end - part.start
	c.DataFromReader(part.status, length, file.MediaType, io.NewSectionReader(content, part.start, length), header)
}

func (a *App) delete(c *gin.Context) {
	if err := a.vault.delete(c.GetString(ownerKey), c.Param("id")); err != nil {
		fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// isName tells whether a file may have that name: only a label, yet some programs make a path of it.
func isName(name string) bool {
	length := utf8.RuneCountInString(name)
	hasUnsafe := strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || r == '/' || r == '\\' })
	return length >= 1 && length <= maxNameLength && !hasUnsafe && name != "." && name != ".."
}
