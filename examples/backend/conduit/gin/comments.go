package main

import (
	"database/sql"
	"regexp"

	"github.com/gin-gonic/gin"
)

const selectComments = `
	SELECT comments.id, author_id, created_at, body, username, bio, image,
		EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id)
	FROM comments JOIN users ON users.id = author_id WHERE article_id = :article`

var (
	commentRule = rule{1, 2_000, nil}
	// SQLite would also find the comment 7 by "07" or " 7".
	commentID = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
)

// comment is a comment as a caller sees it.
type comment struct {
	authorID  int64
	ID        int64   `json:"id"`
	CreatedAt string  `json:"createdAt"`
	UpdatedAt string  `json:"updatedAt"`
	Body      string  `json:"body"`
	Author    profile `json:"author"`
}

func scanComment(scan func(...any) error) (found comment, err error) {
	author := &found.Author
	err = scan(&found.ID, &found.authorID, &found.CreatedAt, &found.Body,
		&author.Username, &author.Bio, &author.Image, &author.Following)
	found.UpdatedAt = found.CreatedAt
	return found, err
}

func findComment(tx *sql.Tx, articleID int64, id any, caller user) (comment, error) {
	row := tx.QueryRow(selectComments+" AND comments.id = :id",
		sql.Named("article", articleID), sql.Named("id", id), sql.Named("caller", caller.id))
	found, err := scanComment(row.Scan)
	return found, orMissing(err, notFound("comment"))
}

func (a *App) addComment(c *gin.Context) (any, error) {
	f, err := readForm(c, "comment")
	if err != nil {
		return nil, err
	}
	body := f.text("body", commentRule)
	if err := f.err(); err != nil {
		return nil, err
	}
	caller := callerOf(c)
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		about, err := findArticle(tx, c.Param("slug"), caller)
		if err != nil {
			return nil, err
		}
		result, err := tx.Exec("INSERT INTO comments (article_id, author_id, body, created_at) VALUES (?, ?, ?, ?)",
			about.id, caller.id, body, now())
		if err != nil {
			return nil, err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return nil, err
		}
		added, err := findComment(tx, about.id, id, caller)
		return gin.H{"comment": added}, err
	})
}

func (a *App) listComments(c *gin.Context) (any, error) {
	caller := callerOf(c)
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		about, err := findArticle(tx, c.Param("slug"), caller)
		if err != nil {
			return nil, err
		}
		rows, err := tx.Query(selectComments+" ORDER BY comments.id DESC",
			sql.Named("article", about.id), sql.Named("caller", caller.id))
		if err != nil {
			return nil, err
		}
		found, err := collect(rows, scanComment)
		return gin.H{"comments": found}, err
	})
}

func (a *App) deleteComment(c *gin.Context) (any, error) {
	caller := callerOf(c)
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		about, err := findArticle(tx, c.Param("slug"), caller)
		if err != nil {
			return nil, err
		}
		if !commentID.MatchString(c.Param("id")) {
			return nil, notFound("comment")
		}
		found, err := findComment(tx, about.id, c.Param("id"), caller)
		if err != nil {
			return nil, err
		}
		if found.authorID != caller.id {
			return nil, forbidden("comment")
		}
		_, err = tx.Exec("DELETE FROM comments WHERE id = ?", found.ID)
		return nil, err
	})
}
