package main

import (
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options configures an App.
type Options struct {
	DatabasePath string // "": a database in memory, of this app alone
}

// App serves the API with a gin.Engine.
type App struct {
	db     *sql.DB
	engine *gin.Engine
}

// NewApp opens the database and creates what is missing in it.
func NewApp(options Options) (*App, error) {
	db, err := openDatabase(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	app := &App{db: db, engine: gin.New()}
	// No path has a second spelling.
	app.engine.RedirectTrailingSlash = false
	app.engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { writeProblem(c, errInternal) }))
	app.addRoutes()
	return app, nil
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.db.Close()
}

func (a *App) addRoutes() {
	a.engine.GET("/health", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"status": "ok"})
	})
	a.engine.POST("/tenants", handle(a.signUp))
	a.engine.GET("/r/:code", handle(a.redirect))
	links := a.engine.Group("/links", handle(a.identifyTenant))
	links.POST("", handle(a.createLink))
	links.GET("", handle(a.listLinks))
	links.GET("/:code", handle(a.readLink))
	links.PATCH("/:code", handle(a.changeLink))
	links.DELETE("/:code", handle(a.deleteLink))
	a.engine.NoRoute(func(c *gin.Context) { writeProblem(c, errNotFound) })
}

// handle makes a gin handler of a function that returns an error in place of answering; no handler follows then.
func handle(answer func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := answer(c); err != nil {
			writeProblem(c, asProblem(err))
			c.Abort()
		}
	}
}
