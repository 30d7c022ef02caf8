package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// App serves the API with a gin.Engine.
type App struct {
	engine *gin.Engine
	store  *store
}

// NewApp opens the database and makes the routes; it reads no environment.
func NewApp(options Options) (*App, error) {
	store, err := openStore(options.DatabasePath, options.History)
	if err != nil {
		return nil, err
	}
	engine := gin.New()
	engine.NoRoute(func(c *gin.Context) { sendProblem(c, errNotFound) })

	h := handlers{
		hub:       newHub(store, options.MaxListeners, options.Queue),
		heartbeat: options.Heartbeat,
		retry:     options.Retry,
	}
	authorized := requireKey(options.PublishKey)
	engine.GET("/health", h.health)
	engine.GET("/channels/:name", answer(h.read))
	engine.PUT("/channels/:name", authorized, answer(h.open))
	engine.DELETE("/channels/:name", authorized, answer(h.delete))
	engine.POST("/channels/:name/messages", authorized, answer(h.publish))
	engine.GET("/channels/:name/stream", answer(h.stream))
	return &App{engine: engine, store: store}, nil
}

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.store.close()
}
