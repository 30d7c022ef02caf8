package main

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Options says how an App is made.
type Options struct {
	DatabasePath string // the SQLite file, created if need be
	StaffToken   string // the only staff token; "": the first claim makes one
}

// App serves the API with a gin.Engine.
type App struct {
	engine *gin.Engine
	store  *store
}

// NewApp opens the database and makes the routes; it reads no environment.
// Several apps may be on one file and see the same data.
func NewApp(options Options) (*App, error) {
	store, err := openStore(options.DatabasePath)
	if err != nil {
		return nil, err
	}
	accounts := accounts{store: store}
	if options.StaffToken != "" {
		accounts.configured = digest(options.StaffToken)
	}
	return &App{engine: newEngine(accounts, store), store: store}, nil
}

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.store.db.Close()
}

func newEngine(accounts accounts, store *store) *gin.Engine {
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	// An escaped slash in an id or a SKU is then a part of it, not the end.
	engine.UseEscapedPath = true
	engine.Use(gin.CustomRecovery(func(c *gin.Context, _ any) { sendProblem(c, errors.New("panic")) }))

	engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	engine.POST("/customers", answer(accounts.register))
	engine.POST("/staff/claim", answer(accounts.claim))

	products := productHandlers{store: store}
	engine.GET("/products", answer(products.search))
	engine.GET("/products/:sku", answer(products.get))
	engine.PUT("/products/:sku", accounts.only(staff), answer(products.put))

	orders := orderHandlers{store: store}
	engine.POST("/orders", accounts.only(customer), answer(orders.create))
	group := engine.Group("/orders", accounts.only(customer, staff))
	group.GET("", answer(orders.list))
	group.GET("/:id", answer(orders.get))
	group.GET("/:id/history", answer(orders.history))
	group.POST("/:id/transitions", answer(orders.act))

	engine.NoRoute(func(c *gin.Context) { sendProblem(c, errNotFound) })
	return engine
}

// answer makes a gin handler of one that returns what went wrong instead of answering it.
func answer(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handler(c); err != nil {
			sendProblem(c, err)
		}
	}
}
