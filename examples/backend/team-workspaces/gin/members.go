package main

import (
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

// member is a user in a workspace.
type member struct {
	User string `json:"user"`
	Role role   `json:"role"`
}

func (a api) listMembers(c *gin.Context) error {
	var items []member
	err := inTransaction(a.db, func(tx *sql.Tx) error {
		if _, err := roleIn(tx, c, c.Param("workspace")); err != nil {
			return err
		}
		rows, err := tx.Query(
			`SELECT name, role FROM members JOIN users ON users.id = user_id
			WHERE workspace_id = ? ORDER BY position`, c.Param("workspace"))
		items, err = collect(rows, err, func(rows *sql.Rows) (m member, err error) {
			return m, rows.Scan(&m.User, &m.Role)
		})
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": items})
	return nil
}

func (a api) invite(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"user": userName, "role": roleName})
	if err != nil {
		return err
	}
	invited := member{User: body["user"], Role: parseRole(body["role"])}
	err = inTransaction(a.db, func(tx *sql.Tx) error {
		own, err := roleIn(tx, c, c.Param("workspace"))
		if err != nil {
			return err
		}
		if err := own.require(admin, invited.Role); err != nil {
			return err
		}
		var userID int64
		err = tx.QueryRow(`SELECT id FROM users WHERE name = ?`, invited.User).Scan(&userID)
		if err := unlessNoRows(err, errUnknownUser); err != nil {
			return err
		}
		result, err := tx.Exec(
			`INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			c.Param("workspace"), userID, invited.Role)
		return changedOrElse(errAlreadyMember, result, err)
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, invited)
	return nil
}

func (a api) changeRole(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"role": roleName})
	if err != nil {
		return err
	}
	changed := member{User: c.Param("user"), Role: parseRole(body["role"])}
	err = changeMember(a.db, c, func(tx *sql.Tx, own, present role, position int64) error {
		if err := own.require(admin, present, changed.Role); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE members SET role = ? WHERE position = ?`, changed.Role, position)
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, changed)
	return nil
}

// removeMember removes another member, or lets the caller leave.
func (a api) removeMember(c *gin.Context) error {
	err := changeMember(a.db, c, func(tx *sql.Tx, own, present role, position int64) error {
		if c.Param("user") != callerOf(c).name {
			if err := own.require(admin, present); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`DELETE FROM members WHERE position = ?`, position)
		return err
	})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// changeMember finds the member of a path, lets change do its work, and undoes it if nobody owns the workspace then.
func changeMember(db *sql.DB, c *gin.Context, change func(tx *sql.Tx, own, present role, position int64) error) error {
	return inTransaction(db, func(tx *sql.Tx) error {
		own, err := roleIn(tx, c, c.Param("workspace"))
		if err != nil {
			return err
		}
		var position int64
		var present role
		err = tx.QueryRow(
			`SELECT position, role FROM members JOIN users ON users.id = user_id
			WHERE workspace_id = ? AND name = ?`, c.Param("workspace"), c.Param("user"),
		).Scan(&position, &present)
		if err := unlessNoRows(err, errNotFound); err != nil {
			return err
		}
		if err := change(tx, own, present, position); err != nil {
			return err
		}
		var someOwner int64
		err = tx.QueryRow(
			`SELECT position FROM members WHERE workspace_id = ? AND role = ? LIMIT 1`, c.Param("workspace"), owner,
		).Scan(&someOwner)
		return unlessNoRows(err, errLastOwner)
	})
}
