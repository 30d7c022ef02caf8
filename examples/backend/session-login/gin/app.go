package main

import (
	"cmp"
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	cookieName = "session"
	// sessionKey is where a gin.Context has the session that the request came with.
	sessionKey = "session"
)

// App serves the API with a gin.Engine.
type App struct {
	store         *store
	engine        *gin.Engine
	secureCookies bool
}

// NewApp opens the database and creates what is missing in it.
func NewApp(options Options) (*App, error) {
	cost := cmp.Or(options.PasswordCost, 600_000)
	lockTime := cmp.Or(options.LockTime, time.Minute)
	s, err := openStore(options.DatabasePath, cost, lockTime)
	if err != nil {
		return nil, err
	}
	app := &App{store: s, engine: gin.New(), secureCookies: !options.InsecureCookie}
	app.engine.RedirectTrailingSlash = false
	app.engine.Use(forbidCaching, gin.CustomRecovery(func(c *gin.Context, _ any) { sendProblem(c, errInternal) }))
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
	a.engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	a.engine.POST("/accounts", handle(a.register))
	a.engine.POST("/session", handle(a.logIn))

	readers := a.engine.Group("", handle(a.requireSession))
	readers.GET("/session", handle(a.readSession))
	readers.GET("/sessions", handle(a.listSessions))

	writers := readers.Group("", handle(requireCSRFToken))
	writers.DELETE("/session", handle(a.logOut))
	writers.DELETE("/sessions/:id", handle(a.revoke))
	writers.PUT("/password", handle(a.changePassword))

	a.engine.NoRoute(func(c *gin.Context) { sendProblem(c, errNotFound) })
}

// handle makes a gin handler of a function that may return an error in place of answering; nothing follows then.
func handle(answer func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := answer(c); err != nil {
			sendProblem(c, err)
		}
	}
}

func forbidCaching(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
}

func (a *App) requireSession(c *gin.Context) error {
	found, err := a.store.session(tokenOf(c))
	c.Set(sessionKey, found)
	return err
}

// requireCSRFToken comes after requireSession.
func requireCSRFToken(c *gin.Context) error {
	sent, expected := c.GetHeader("X-CSRF-Token"), currentSession(c).CSRFToken
	if subtle.ConstantTimeCompare([]byte(sent), []byte(expected)) != 1 {
		return errCSRFFailed
	}
	return nil
}

func currentSession(c *gin.Context) session {
	return c.MustGet(sessionKey).(session)
}

// tokenOf is the token that a request brings in its cookie, "" without one.
func tokenOf(c *gin.Context) string {
	cookie, err := c.Request.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets the session cookie; with a negative maximum age it makes the browser drop it.
func (a *App) setCookie(c *gin.Context, token string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name:     cookieName,
		Value:    token,
		Path:     "/",
		MaxAge:   maxAge,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
		Secure:   a.secureCookies,
	})
}
