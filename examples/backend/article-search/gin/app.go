package main

import (
	"errors"
	"log"
	"net/http"
	"regexp"

	"github.com/gin-gonic/gin"
)

var slugForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// Options says how an App is made.
type Options struct {
	DatabasePath string // "": a database in memory, of this app alone
}

// App serves the API.
type App struct {
	http.Handler
	store *store
}

// NewApp opens the database and makes the routes; it reads no environment.
// Apps made one after the other on the same path see the same data.
func NewApp(options Options) (*App, error) {
	store, err := openStore(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { answerError(c, errInternal) }), answerErrors)
	engine.NoRoute(func(c *gin.Context) { c.Error(errNotFound) })
	engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })

	h := handlers{store}
	articles := engine.Group("/articles/:slug", requireSlug)
	articles.PUT("", h.putArticle)
	articles.GET("", h.getArticle)
	articles.DELETE("", h.deleteArticle)
	engine.GET("/search", h.search)
	return &App{Handler: engine, store: store}, nil
}

// Close closes the database.
func (a *App) Close() error {
	return a.store.db.Close()
}

// requireSlug knows no articles under slugs of wrong form.
func requireSlug(c *gin.Context) {
	if !slugForm.MatchString(c.Param("slug")) {
		c.Error(errNotFound)
		c.Abort()
	}
}

// answerErrors answers with the error that a handler has left in the context.
func answerErrors(c *gin.Context) {
	c.Next()
	if last := c.Errors.Last(); last != nil {
		answerError(c, last.Err)
	}
}

func answerError(c *gin.Context, err error) {
	var p *problem
	if !errors.As(err, &p) {
		log.Print(err)
		p = errInternal
	}
	c.Header("Content-Type", "application/problem+json")
	c.JSON(p.Status, p)
}
