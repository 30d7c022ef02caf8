package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// App serves the API with a gin.Engine.
type App struct {
	owners owners
	vault  *vault
	engine *gin.Engine
}

// NewApp makes an App as an environment configures it. Its error names the variable that has a wrong form.
func NewApp(getenv func(name string) string) (*App, error) {
	settings, err := readSettings(getenv)
	if err != nil {
		return nil, err
	}
	vault, err := openVault(settings)
	if err != nil {
		return nil, err
	}
	app := &App{owners: newOwners(settings.keys), vault: vault, engine: gin.New()}
	app.addRoutes()
	return app, nil
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database, and removes what is temporary.
func (a *App) Close() error {
	return a.vault.close()
}

func (a *App) addRoutes() {
	a.engine.Use(answerErrors)
	a.engine.NoRoute(func(c *gin.Context) { fail(c, errNotFound) })
	a.engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	files := a.engine.Group("/files", a.identifyOwner)
	files.POST("", a.upload)
	files.GET("", a.list)
	files.GET("/:id", a.download)
	files.DELETE("/:id", a.delete)
}
