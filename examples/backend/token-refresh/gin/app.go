package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// callerKey is where a gin.Context has the caller, behind requireCaller.
const callerKey = "caller"

// App serves the API with a gin.Engine.
type App struct {
	accounts      accounts
	keys          keyRing
	accessSeconds int64
	engine        *gin.Engine
}

// NewApp makes an app that is configured by the environment variables that getenv gives, "" for an unset one. It fails
// when one of them has a value that it must not have.
func NewApp(getenv func(string) string) (*App, error) {
	config, err := readConfig(getenv)
	if err != nil {
		return nil, err
	}
	accounts, err := openAccounts(config.databasePath)
	if err != nil {
		return nil, err
	}
	app := &App{accounts, newKeyRing(config.secret, config.oldSecret), config.accessSeconds, gin.New()}
	app.engine.Use(gin.Recovery(), answerErrors)
	app.addRoutes()
	return app, nil
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.engine.ServeHTTP(w, r)
}

// Close closes the database.
func (a *App) Close() error {
	return a.accounts.db.Close()
}

func (a *App) addRoutes() {
	a.engine.NoRoute(func(c *gin.Context) { c.Error(errNotFound) })
	a.engine.GET("/health", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	a.engine.POST("/users", a.signUp)
	a.engine.POST("/login", a.logIn)
	a.engine.POST("/refresh", a.refresh)
	private := a.engine.Group("/", a.requireCaller)
	private.GET("/me", a.me)
	private.GET("/sessions", a.listSessions)
	private.DELETE("/sessions/:id", a.endSession)
	private.POST("/logout", a.logOut)
	private.PUT("/password", a.changePassword)
}

// requireCaller comes before handlers that need a caller, and so before all faults that these find.
func (a *App) requireCaller(c *gin.Context) {
	scheme, token, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	subject, valid := a.keys.verify(token, time.Now().Unix())
	if !valid || !strings.EqualFold(scheme, "Bearer") {
		c.Error(errUnauthorized)
		c.Abort()
		return
	}
	found, err := a.accounts.caller(subject)
	if err != nil {
		c.Error(err)
		c.Abort()
		return
	}
	c.Set(callerKey, found)
}

func callerOf(c *gin.Context) caller {
	return c.MustGet(callerKey).(caller)
}

func (a *App) signUp(c *gin.Context) {
	fields, err := readFields(c, newUserRules)
	if err != nil {
		c.Error(err)
		return
	}
	added, err := a.accounts.addUser(fields["username"], fields["password"])
	answer(c, http.StatusCreated, added, err)
}

func (a *App) logIn(c *gin.Context) {
	now := time.Now().Unix()
	fields, err := readFields(c, loginRules)
	if err != nil {
		c.Error(err)
		return
	}
	started, err := a.accounts.startSession(fields["username"], fields["password"], fields["device"], now)
	a.answerTokens(c, started, now, err)
}

func (a *App) refresh(c *gin.Context) {
	fields, err := readFields(c, refreshRules)
	if err != nil {
		c.Error(err)
		return
	}
	renewed, err := a.accounts.refresh(fields["refresh_token"])
	a.answerTokens(c, renewed, time.Now().Unix(), err)
}

func (a *App) me(c *gin.Context) {
	answer(c, http.StatusOK, callerOf(c).user, nil)
}

func (a *App) listSessions(c *gin.Context) {
	sessions, err := a.accounts.sessions(callerOf(c))
	answer(c, http.StatusOK, gin.H{"items": sessions}, err)
}

func (a *App) endSession(c *gin.Context) {
	answerDone(c, a.accounts.endSession(callerOf(c), c.Param("id")))
}

func (a *App) logOut(c *gin.Context) {
	caller := callerOf(c)
	answerDone(c, a.accounts.endSession(caller, caller.sessionID))
}

func (a *App) changePassword(c *gin.Context) {
	fields, err := readFields(c, passwordChangeRules)
	if err != nil {
		c.Error(err)
		return
	}
	answerDone(c, a.accounts.changePassword(callerOf(c), fields["current_password"], fields["new_password"]))
}

// answerTokens answers with the tokens of a session, unless there is an error.
func (a *App) answerTokens(c *gin.Context, g grant, now int64, err error) {
	if err != nil {
		c.Error(err)
		return
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, gin.H{
		"access_token":  a.keys.sign(g.subject, now, a.accessSeconds),
		"token_type":    "Bearer",
		"expires_in":    a.accessSeconds,
		"refresh_token": g.refreshToken,
	})
}

// answer answers with a result as JSON, unless there is an error.
func answer(c *gin.Context, status int, result any, err error) {
	if err != nil {
		c.Error(err)
		return
	}
	c.JSON(status, result)
}

// answerDone answers without a body, unless there is an error.
func answerDone(c *gin.Context, err error) {
	if err != nil {
		c.Error(err)
		return
	}
	c.Status(http.StatusNoContent)
}
