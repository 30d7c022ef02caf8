package main

import (
	"database/sql"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options says how an App is made.
type Options struct {
	DatabasePath string // the SQLite file, created if need be
	JWTSecret    string // signs the tokens, at least 32 bytes; "": a random one of this app alone
}

// App serves the API with a gin.Engine.
type App struct {
	engine *gin.Engine
	db     *sql.DB
	tokens tokenSigner
}

// NewApp opens the database and makes the routes; it reads no environment.
// Several apps may be on one file and see the same data.
func NewApp(options Options) (*App, error) {
	tokens, err := newTokenSigner(options.JWTSecret)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	app := &App{engine: gin.New(), db: db, tokens: tokens}
	app.engine.RedirectTrailingSlash = false
	app.engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { sendError(c, errors.New("panic")) }))
	app.engine.NoRoute(func(c *gin.Context) { sendError(c, notFound("path")) })
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
	a.engine.GET("/health", answer(http.StatusOK, func(*gin.Context) (any, error) { return gin.H{"status": "ok"}, nil }))
	api := a.engine.Group("/api")
	api.POST("/users", answer(http.StatusCreated, a.register))
	api.POST("/users/login", answer(http.StatusOK, a.login))

	anyone := api.Group("", a.identify(false))
	anyone.GET("/profiles/:username", answer(http.StatusOK, a.readProfile))
	anyone.GET("/articles", answer(http.StatusOK, a.listArticles))
	anyone.GET("/articles/:slug", answer(http.StatusOK, a.readArticle))
	anyone.GET("/articles/:slug/comments", answer(http.StatusOK, a.listComments))
	anyone.GET("/tags", answer(http.StatusOK, a.listTags))

	users := api.Group("", a.identify(true))
	users.GET("/user", answer(http.StatusOK, a.readUser))
	users.PUT("/user", answer(http.StatusOK, a.changeUser))
	users.POST("/profiles/:username/follow", answer(http.StatusOK, a.follow))
	users.DELETE("/profiles/:username/follow", answer(http.StatusOK, a.unfollow))
	users.GET("/articles/feed", answer(http.StatusOK, a.feed))
	users.POST("/articles", answer(http.StatusCreated, a.createArticle))
	users.PUT("/articles/:slug", answer(http.StatusOK, a.changeArticle))
	users.DELETE("/articles/:slug", answer(http.StatusNoContent, a.deleteArticle))
	users.POST("/articles/:slug/favorite", answer(http.StatusOK, a.favorite))
	users.DELETE("/articles/:slug/favorite", answer(http.StatusOK, a.unfavorite))
	users.POST("/articles/:slug/comments", answer(http.StatusCreated, a.addComment))
	users.DELETE("/articles/:slug/comments/:id", answer(http.StatusNoContent, a.deleteComment))
}

// answer makes a gin handler of one that returns what is to be sent as JSON, or what went wrong.
func answer(status int, handler func(*gin.Context) (any, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		body, err := handler(c)
		switch {
		case err != nil:
			sendError(c, err)
		case status == http.StatusNoContent:
			c.Status(status)
		default:
			c.JSON(status, body)
		}
	}
}
