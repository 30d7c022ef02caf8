package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func (a *App) register(c *gin.Context) error {
	body, err := readFields(c, rules{"username": isUsername, "password": isNewPassword})
	if err != nil {
		return err
	}
	created, err := a.store.register(body["username"], body["password"])
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a *App) logIn(c *gin.Context) error {
	body, err := readFields(c, rules{"username": isAttempt, "password": isAttempt})
	if err != nil {
		return err
	}
	begun, token, err := a.store.logIn(body["username"], body["password"], c.GetHeader("User-Agent"), tokenOf(c))
	if err != nil {
		return err
	}
	a.setCookie(c, token, 0)
	c.JSON(http.StatusCreated, begun)
	return nil
}

func (a *App) readSession(c *gin.Context) error {
	c.JSON(http.StatusOK, currentSession(c))
	return nil
}

func (a *App) logOut(c *gin.Context) error {
	current := currentSession(c)
	if err := a.store.endSession(current.Username, current.ID); err != nil {
		return err
	}
	a.setCookie(c, "", -1)
	c.Status(http.StatusNoContent)
	return nil
}

func (a *App) listSessions(c *gin.Context) error {
	items, err := a.store.sessions(currentSession(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": items})
	return nil
}

func (a *App) revoke(c *gin.Context) error {
	if err := a.store.endSession(currentSession(c).Username, c.Param("id")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (a *App) changePassword(c *gin.Context) error {
	body, err := readFields(c, rules{"current_password": isAttempt, "new_password": isNewPassword})
	if err != nil {
		return err
	}
	if err := a.store.changePassword(currentSession(c), body["current_password"], body["new_password"]); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
