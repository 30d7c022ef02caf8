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
	// An escaped slash is part of an id, and no path has a second spelling.
	app.engine.UseRawPath = true
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
	a.engine.POST("/accounts", handle(a.createAccount))
	a.engine.GET("/accounts/:id", handle(a.readAccount))
	a.engine.GET("/accounts/:id/entries", handle(a.listEntries))
	a.engine.POST("/transfers", handle(a.createTransfer))
	a.engine.GET("/transfers/:id", handle(a.readTransfer))
	a.engine.NoRoute(func(c *gin.Context) { writeProblem(c, errNotFound) })
}

// handle makes a gin handler of a function that returns an error in place of answering.
func handle(answer func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := answer(c); err != nil {
			writeProblem(c, asProblem(err))
		}
	}
}
