package main

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/gin-gonic/gin"
)

var limitForm = regexp.MustCompile(`^([1-9]|[1-4][0-9]|50)$`)

// handlers leave errors in the context, where answerErrors finds them.
type handlers struct {
	store *store
}

// foundItem is an article in the answer to a search.
type foundItem struct {
	Slug        string   `json:"slug"`
	Score       int      `json:"score"`
	TitleHTML   string   `json:"title_html"`
	SnippetHTML string   `json:"snippet_html"`
	Tags        []string `json:"tags"`
}

func (h handlers) putArticle(c *gin.Context) {
	read, err := readArticle(c)
	if err != nil {
		c.Error(err)
		return
	}
	isNew, err := h.store.put(c, read)
	if err != nil {
		c.Error(err)
		return
	}
	status := http.StatusOK
	if isNew {
		status = http.StatusCreated
	}
	c.JSON(status, read)
}

func (h handlers) getArticle(c *gin.Context) {
	found, err := h.store.get(c, c.Param("slug"))
	if err != nil {
		c.Error(err)
		return
	}
	c.JSON(http.StatusOK, found)
}

func (h handlers) deleteArticle(c *gin.Context) {
	if err := h.store.delete(c, c.Param("slug")); err != nil {
		c.Error(err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (h handlers) search(c *gin.Context) {
	text := c.Query("q")
	q, limit, err := searchParameters(text, c.DefaultQuery("limit", "10"))
	if err != nil {
		c.Error(err)
		return
	}
	var after *position
	if cursor, given := c.GetQuery("cursor"); given {
		if after, err = parseCursor(h.store.key, text, cursor); err != nil {
			c.Error(err)
			return
		}
	}
	// One more than is shown tells whether another page follows.
	hits, err := h.store.search(c, q, after, limit+1)
	if err != nil {
		c.Error(err)
		return
	}
	var next *string
	if len(hits) > limit {
		hits = hits[:limit]
		cursor := hits[limit-1].position.cursor(h.store.key, text)
		next = &cursor
	}
	items := make([]foundItem, len(hits))
	for i, hit := range hits {
		items[i] = foundItem{hit.slug, hit.score, markedHTML(hit.title), snippetHTML(hit.body), hit.tags}
	}
	c.JSON(http.StatusOK, gin.H{"items": items, "next_cursor": next})
}

func searchParameters(text, limit string) (query, int, error) {
	faults := make(map[string]string)
	q, err := parseQuery(text)
	if err != nil {
		faults["q"] = err.Error()
	}
	if !limitForm.MatchString(limit) {
		faults["limit"] = "must be a number from 1 to 50"
	}
	if len(faults) > 0 {
		return query{}, 0, validationFailed(faults)
	}
	number, err := strconv.Atoi(limit)
	return q, number, err
}
