package main

import (
	"crypto/rand"
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

type project struct {
	ID          string `json:"id"`
	WorkspaceID string `json:"workspace_id"`
	Name        string `json:"name"`
}

func (a api) listProjects(c *gin.Context) error {
	var items []project
	err := inTransaction(a.db, func(tx *sql.Tx) error {
		if _, err := roleIn(tx, c, c.Param("workspace")); err != nil {
			return err
		}
		rows, err := tx.Query(
			`SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? ORDER BY position`, c.Param("workspace"))
		items, err = collect(rows, err, func(rows *sql.Rows) (p project, err error) {
			return p, rows.Scan(&p.ID, &p.WorkspaceID, &p.Name)
		})
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": items})
	return nil
}

func (a api) createProject(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"name": displayName})
	if err != nil {
		return err
	}
	created := project{ID: rand.Text(), WorkspaceID: c.Param("workspace"), Name: body["name"]}
	err = inTransaction(a.db, func(tx *sql.Tx) error {
		own, err := roleIn(tx, c, created.WorkspaceID)
		if err != nil {
			return err
		}
		if err := own.require(editor); err != nil {
			return err
		}
		result, err := tx.Exec(`INSERT INTO projects (id, workspace_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			created.ID, created.WorkspaceID, created.Name)
		return changedOrElse(errNameTaken, result, err)
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/workspaces/"+created.WorkspaceID+"/projects/"+created.ID)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a api) readProject(c *gin.Context) error {
	found, err := a.withProject(c, func(*sql.Tx, role, *project) error { return nil })
	return sendProject(c, found, err)
}

func (a api) renameProject(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"name": displayName})
	if err != nil {
		return err
	}
	renamed, err := a.withProject(c, func(tx *sql.Tx, own role, p *project) error {
		if err := own.require(editor); err != nil {
			return err
		}
		p.Name = body["name"]
		return p.save(tx)
	})
	return sendProject(c, renamed, err)
}

func (a api) moveProject(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"workspace_id": anyText})
	if err != nil {
		return err
	}
	moved, err := a.withProject(c, func(tx *sql.Tx, here role, p *project) error {
		// Before any right is judged: a 403 must not tell whether the other workspace exists.
		there, err := roleIn(tx, c, body["workspace_id"])
		if err != nil {
			return err
		}
		if err := here.require(admin); err != nil {
			return err
		}
		if err := there.require(editor); err != nil {
			return err
		}
		p.WorkspaceID = body["workspace_id"]
		return p.save(tx)
	})
	return sendProject(c, moved, err)
}

func (a api) deleteProject(c *gin.Context) error {
	_, err := a.withProject(c, func(tx *sql.Tx, own role, p *project) error {
		if err := own.require(admin); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM projects WHERE id = ?`, p.ID)
		return err
	})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// withProject gives work the project of a path, with the caller's role in its workspace. The project is found by both
// ids, because the role is one in that workspace, wherever the project may be.
func (a api) withProject(c *gin.Context, work func(tx *sql.Tx, own role, p *project) error) (p project, err error) {
	err = inTransaction(a.db, func(tx *sql.Tx) error {
		own, err := roleIn(tx, c, c.Param("workspace"))
		if err != nil {
			return err
		}
		err = tx.QueryRow(
			`SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? AND id = ?`,
			c.Param("workspace"), c.Param("project"),
		).Scan(&p.ID, &p.WorkspaceID, &p.Name)
		if err := unlessNoRows(err, errNotFound); err != nil {
			return err
		}
		return work(tx, own, &p)
	})
	return p, err
}

func (p project) save(tx *sql.Tx) error {
	result, err := tx.Exec(`UPDATE OR IGNORE projects SET workspace_id = ?, name = ? WHERE id = ?`,
		p.WorkspaceID, p.Name, p.ID)
	return changedOrElse(errNameTaken, result, err)
}

// sendProject answers with a project, unless there is an error, which it returns.
func sendProject(c *gin.Context, p project, err error) error {
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}
