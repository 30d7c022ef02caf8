package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options says how an App is made.
type Options struct {
	DatabasePath string // "": a database in memory, of this app alone
}

// App serves the API with a gin.Engine.
type App struct {
	engine *gin.Engine
	store  *store
}

// NewApp opens the database and makes the routes; it reads no environment.
// Apps made one after the other on the same path see the same data.
func NewApp(options Options) (*App, error) {
	store, err := openStore(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	return &App{engine: newEngine(store), store: store}, nil
}

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.store.close()
}

func newEngine(store *store) *gin.Engine {
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	// With decoded paths, the id in /documents/a%2Fversions would become two segments.
	engine.UseEscapedPath = true
	engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { sendProblem(c, errInternal) }))

	h := handlers{store: store}
	engine.GET("/health", h.health)
	engine.PUT("/documents/:id", answer(h.put))
	engine.PATCH("/documents/:id", answer(h.patch))
	engine.DELETE("/documents/:id", answer(h.delete))
	engine.GET("/documents/:id", answer(h.get))
	engine.POST("/documents/:id/restore", answer(h.restore))
	engine.GET("/documents/:id/versions", answer(h.versions))
	engine.GET("/documents/:id/versions/:number", answer(h.version))
	engine.NoRoute(func(c *gin.Context) { sendProblem(c, errNotFound) })
	return engine
}
