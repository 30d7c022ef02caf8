package main

import (
	"crypto/rand"
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

// workspace is a workspace as one of its members sees it.
type workspace struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role role   `json:"role"`
}

func (a api) listWorkspaces(c *gin.Context) error {
	rows, err := a.db.Query(
		`SELECT id, name, role FROM workspaces JOIN members ON workspace_id = id
		WHERE user_id = ? ORDER BY workspaces.position`, callerOf(c).id)
	items, err := collect(rows, err, func(rows *sql.Rows) (w workspace, err error) {
		return w, rows.Scan(&w.ID, &w.Name, &w.Role)
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": items})
	return nil
}

func (a api) createWorkspace(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"name": displayName})
	if err != nil {
		return err
	}
	created := workspace{ID: rand.Text(), Name: body["name"], Role: owner}
	err = inTransaction(a.db, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO workspaces (id, name) VALUES (?, ?)`, created.ID, created.Name); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?)`,
			created.ID, callerOf(c).id, created.Role)
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/workspaces/"+created.ID)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a api) readWorkspace(c *gin.Context) error {
	found := workspace{ID: c.Param("workspace")}
	err := inTransaction(a.db, func(tx *sql.Tx) (err error) {
		if found.Role, err = roleIn(tx, c, found.ID); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT name FROM workspaces WHERE id = ?`, found.ID).Scan(&found.Name)
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, found)
	return nil
}

func (a api) deleteWorkspace(c *gin.Context) error {
	err := inTransaction(a.db, func(tx *sql.Tx) error {
		own, err := roleIn(tx, c, c.Param("workspace"))
		if err != nil {
			return err
		}
		if err := own.require(owner); err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM workspaces WHERE id = ?`, c.Param("workspace"))
		return err
	})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
