package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options configures an App.
type Options struct {
	DatabasePath string // "": a database in memory, of this app alone
}

// App serves the API with a gin.Engine.
type App struct {
	store  *store
	engine *gin.Engine
}

// NewApp opens the database and creates what is missing in it.
func NewApp(options Options) (*App, error) {
	store, err := openStore(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	app := &App{store: store, engine: gin.New()}
	// An escaped slash belongs to an id, and a path has no second spelling.
	app.engine.UseRawPath = true
	app.engine.RedirectTrailingSlash = false
	app.engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { writeError(c, errInternal) }))
	app.addRoutes()
	return app, nil
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.store.close()
}

func (a *App) addRoutes() {
	a.engine.GET("/health", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"status": "ok"})
	})
	a.engine.POST("/rooms", handle(a.createRoom))
	a.engine.GET("/rooms/:id", handle(a.readRoom))
	a.engine.POST("/rooms/:id/bookings", handle(a.createBooking))
	a.engine.GET("/rooms/:id/bookings", handle(a.listBookings))
	a.engine.GET("/bookings/:id", handle(a.readBooking))
	a.engine.POST("/bookings/:id/cancel", handle(a.cancelBooking))
	a.engine.GET("/free-slots", handle(a.findSlots))
	a.engine.NoRoute(func(c *gin.Context) { writeError(c, errUnknownPath) })
}

// handle makes a gin handler of a function that returns an error in place of answering.
func handle(answer func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := answer(c); err != nil {
			writeError(c, asAPIError(err))
		}
	}
}
