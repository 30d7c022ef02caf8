package main

import (
	"database/sql"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Options of an App.
type Options struct {
	DatabasePath string           // "": a database in memory, of this app alone
	Now          func() time.Time // nil: the system clock
}

// App serves the API with a gin.Engine.
type App struct {
	engine   *gin.Engine
	database *sql.DB
	now      func() time.Time
}

// NewApp opens the database, creates what is missing in it, and sets up the routes.
func NewApp(options Options) (*App, error) {
	database, err := openDatabase(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	app := &App{engine: gin.New(), database: database, now: options.Now}
	if app.now == nil {
		app.now = time.Now
	}
	app.addRoutes()
	return app, nil
}

// ServeHTTP answers a request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.database.Close()
}

func (a *App) addRoutes() {
	a.engine.RedirectTrailingSlash = false
	a.engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { answerError(c, errInternal) }))
	a.engine.NoRoute(handle(func(*gin.Context) error { return errNotFound }))

	a.engine.GET("/health", health)
	a.engine.POST("/register", handle(a.register))
	a.engine.POST("/login", handle(a.login))

	private := a.engine.Group("/", handle(a.authenticate))
	private.POST("/logout", handle(a.logout))
	private.GET("/notes", handle(a.listNotes))
	private.POST("/notes", handle(a.createNote))
	private.GET("/notes/:id", handle(a.readNote))
	private.PUT("/notes/:id", handle(a.replaceNote))
	private.DELETE("/notes/:id", handle(a.deleteNote))
}

func health(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

// handle makes a gin handler of one that returns its failure.
func handle(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			answerError(c, err)
		}
	}
}
