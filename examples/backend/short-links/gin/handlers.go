package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// tenantIDKey is where a gin.Context has the id of the tenant who sent the request.
const tenantIDKey = "tenantID"

// identifyTenant comes before the handlers of links, and so before all faults that these can find.
func (a *App) identifyTenant(c *gin.Context) error {
	id, err := inStore(a, func(s store) (string, error) {
		return s.tenantID(c.GetHeader("X-Api-Key"))
	})
	c.Set(tenantIDKey, id)
	return err
}

func (a *App) signUp(c *gin.Context) error {
	name, err := readTenantName(c)
	if err != nil {
		return err
	}
	return answer(c, a, http.StatusCreated, func(s store) (tenant, error) {
		return s.addTenant(name)
	})
}

func (a *App) createLink(c *gin.Context) error {
	wanted, err := readNewLink(c)
	if err != nil {
		return err
	}
	created, err := inStore(a, func(s store) (link, error) {
		return s.addLink(c.GetString(tenantIDKey), wanted)
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/links/"+created.Code)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a *App) listLinks(c *gin.Context) error {
	return answer(c, a, http.StatusOK, func(s store) (gin.H, error) {
		links, err := s.links(c.GetString(tenantIDKey))
		return gin.H{"items": links}, err
	})
}

func (a *App) readLink(c *gin.Context) error {
	return answer(c, a, http.StatusOK, func(s store) (link, error) {
		return s.link(c.GetString(tenantIDKey), c.Param("code"))
	})
}

func (a *App) changeLink(c *gin.Context) error {
	expiresAt, err := readExpiry(c)
	if err != nil {
		return err
	}
	return answer(c, a, http.StatusOK, func(s store) (link, error) {
		return s.setExpiry(c.GetString(tenantIDKey), c.Param("code"), expiresAt)
	})
}

func (a *App) deleteLink(c *gin.Context) error {
	_, err := inStore(a, func(s store) (struct{}, error) {
		return struct{}{}, s.deleteLink(c.GetString(tenantIDKey), c.Param("code"))
	})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (a *App) redirect(c *gin.Context) error {
	target, err := inStore(a, func(s store) (string, error) {
		return s.follow(c.Param("code"))
	})
	if err != nil {
		return err
	}
	c.Header("Location", target)
	c.Header("Cache-Control", "no-store")
	c.Status(http.StatusFound)
	return nil
}

// answer answers with what work gives as JSON.
func answer[T any](c *gin.Context, a *App, status int, work func(store) (T, error)) error {
	result, err := inStore(a, work)
	if err != nil {
		return err
	}
	c.JSON(status, result)
	return nil
}

// inStore calls work with the store in a transaction, which is kept unless work fails.
func inStore[T any](a *App, work func(store) (T, error)) (result T, err error) {
	tx, err := a.db.Begin()
	if err != nil {
		return result, err
	}
	defer tx.Rollback() // without effect after the commit
	if result, err = work(store{tx}); err != nil {
		return result, err
	}
	return result, tx.Commit()
}
