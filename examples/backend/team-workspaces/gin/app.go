package main

import (
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options says how an App is made.
type Options struct {
	DatabasePath string // "": a database in memory, of this app alone
}

// App serves the API.
type App struct {
	engine *gin.Engine
	db     *sql.DB
}

// NewApp opens the database and makes the routes; it reads no environment.
// Apps made one after the other on the same path see the same data.
func NewApp(options Options) (*App, error) {
	db, err := openDatabase(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	return &App{engine: newEngine(api{db: db}), db: db}, nil
}

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.db.Close()
}

// api has the handlers of all endpoints.
type api struct {
	db *sql.DB
}

func newEngine(a api) *gin.Engine {
	engine := gin.New()
	engine.NoRoute(func(c *gin.Context) { sendProblem(c, errNotFound) })
	engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	engine.POST("/users", answer(a.createUser))

	workspaces := engine.Group("/workspaces", a.identify)
	workspaces.GET("", answer(a.listWorkspaces))
	workspaces.POST("", answer(a.createWorkspace))
	workspaces.GET("/:workspace", answer(a.readWorkspace))
	workspaces.DELETE("/:workspace", answer(a.deleteWorkspace))

	members := workspaces.Group("/:workspace/members")
	members.GET("", answer(a.listMembers))
	members.POST("", answer(a.invite))
	members.PATCH("/:user", answer(a.changeRole))
	members.DELETE("/:user", answer(a.removeMember))

	projects := workspaces.Group("/:workspace/projects")
	projects.GET("", answer(a.listProjects))
	projects.POST("", answer(a.createProject))
	projects.GET("/:project", answer(a.readProject))
	projects.PATCH("/:project", answer(a.renameProject))
	projects.DELETE("/:project", answer(a.deleteProject))
	projects.POST("/:project/move", answer(a.moveProject))
	return engine
}

// answer makes a gin handler of one that returns what went wrong.
func answer(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			sendProblem(c, err)
		}
	}
}
