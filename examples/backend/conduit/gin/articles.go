package main

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	selectArticles = `
		SELECT articles.id, author_id, slug, title, description, articles.body, created_at, updated_at,
			username, bio, image,
			EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id),
			EXISTS (SELECT 1 FROM favorites WHERE article_id = articles.id AND user_id = :caller),
			(SELECT count(*) FROM favorites WHERE article_id = articles.id),
			(SELECT json_group_array(tag) FROM
				(SELECT tag FROM tags WHERE article_id = articles.id ORDER BY position))
		FROM articles JOIN users ON users.id = author_id WHERE `
	countArticles = "SELECT count(*) FROM articles JOIN users ON users.id = author_id WHERE "
	areFollowed   = "EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id)"
)

// filters says what each parameter of a list asks for.
var filters = map[string]string{
	"tag":    "EXISTS (SELECT 1 FROM tags WHERE article_id = articles.id AND tag = :tag)",
	"author": "username = :author",
	"favorited": `EXISTS (SELECT 1 FROM favorites JOIN users AS fans ON fans.id = user_id
		WHERE article_id = articles.id AND fans.username = :favorited)`,
}

var (
	titleRule       = rule{1, 100, nil}
	descriptionRule = rule{1, 300, nil}
	articleBodyRule = rule{1, 20_000, nil}
	tagRule         = rule{1, 30, nil}
	noSlug          = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

const maxTags = 10

// article is an article as a caller sees it.
type article struct {
	id, authorID   int64
	Slug           string   `json:"slug"`
	Title          string   `json:"title"`
	Description    string   `json:"description"`
	Body           string   `json:"body,omitempty"`
	TagList        []string `json:"tagList"`
	CreatedAt      string   `json:"createdAt"`
	UpdatedAt      string   `json:"updatedAt"`
	Favorited      bool     `json:"favorited"`
	FavoritesCount int64    `json:"favoritesCount"`
	Author         profile  `json:"author"`
}

func scanArticle(scan func(...any) error) (art article, err error) {
	var tags []byte
	err = scan(&art.id, &art.authorID, &art.Slug, &art.Title, &art.Description, &art.Body, &art.CreatedAt, &art.UpdatedAt,
		&art.Author.Username, &art.Author.Bio, &art.Author.Image, &art.Author.Following,
		&art.Favorited, &art.FavoritesCount, &tags)
	if err != nil {
		return art, err
	}
	return art, json.Unmarshal(tags, &art.TagList)
}

// findArticle finds the article with that slug.
func findArticle(tx *sql.Tx, slug string, caller user) (article, error) {
	row := tx.QueryRow(selectArticles+"slug = :slug", sql.Named("slug", slug), sql.Named("caller", caller.id))
	found, err := scanArticle(row.Scan)
	return found, orMissing(err, notFound("article"))
}

func findOwnArticle(tx *sql.Tx, c *gin.Context) (article, error) {
	found, err := findArticle(tx, c.Param("slug"), callerOf(c))
	if err == nil && found.authorID != callerOf(c).id {
		return found, forbidden("article")
	}
	return found, err
}

func sendArticle(tx *sql.Tx, slug string, caller user) (any, error) {
	found, err := findArticle(tx, slug, caller)
	return gin.H{"article": found}, err
}

func (a *App) listArticles(c *gin.Context) (any, error) {
	f := newForm()
	conditions := []string{"TRUE"}
	var values []any
	for name, condition := range filters {
		if value, given := c.GetQuery(name); given {
			f.check(name, anyText, value)
			conditions = append(conditions, condition)
			values = append(values, sql.Named(name, value))
		}
	}
	return a.list(c, f, strings.Join(conditions, " AND "), values)
}

func (a *App) feed(c *gin.Context) (any, error) {
	return a.list(c, newForm(), areFollowed, nil)
}

func (a *App) list(c *gin.Context, f *form, condition string, values []any) (any, error) {
	limit, offset := f.number(c, "limit", 20, 1, 100), f.number(c, "offset", 0, 0, 1_000_000_000)
	if err := f.err(); err != nil {
		return nil, err
	}
	values = append(values, sql.Named("caller", callerOf(c).id), sql.Named("limit", limit), sql.Named("offset", offset))
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		var count int64
		if err := tx.QueryRow(countArticles+condition, values...).Scan(&count); err != nil {
			return nil, err
		}
		rows, err := tx.Query(selectArticles+condition+" ORDER BY articles.id DESC LIMIT :limit OFFSET :offset", values...)
		if err != nil {
			return nil, err
		}
		found, err := collect(rows, scanArticle)
		for i := range found {
			found[i].Body = ""
		}
		return gin.H{"articles": found, "articlesCount": count}, err
	})
}

func (a *App) createArticle(c *gin.Context) (any, error) {
	f, err := readForm(c, "article")
	if err != nil {
		return nil, err
	}
	title := f.text("title", titleRule)
	description, body := f.text("description", descriptionRule), f.text("body", articleBodyRule)
	tags := f.texts("tagList", tagRule, maxTags)
	if err := f.err(); err != nil {
		return nil, err
	}
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		slug, err := freeSlug(tx, title, 0)
		if err != nil {
			return nil, err
		}
		time := now()
		result, err := tx.Exec(`INSERT INTO articles (slug, title, description, body, created_at, updated_at, author_id)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, slug, title, description, body, time, time, callerOf(c).id)
		if err != nil {
			return nil, err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return nil, err
		}
		if err := setTags(tx, id, tags); err != nil {
			return nil, err
		}
		return sendArticle(tx, slug, callerOf(c))
	})
}

func (a *App) readArticle(c *gin.Context) (any, error) {
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		return sendArticle(tx, c.Param("slug"), callerOf(c))
	})
}

func (a *App) changeArticle(c *gin.Context) (any, error) {
	f, err := readForm(c, "article")
	if err != nil {
		return nil, err
	}
	var changes article
	f.change("title", titleRule, &changes.Title)
	f.change("description", descriptionRule, &changes.Description)
	f.change("body", articleBodyRule, &changes.Body)
	tags := f.texts("tagList", tagRule, maxTags)
	if err := f.err(); err != nil {
		return nil, err
	}
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		old, err := findOwnArticle(tx, c)
		if err != nil {
			return nil, err
		}
		// No field can be empty, so an empty one was not given.
		title, slug := cmp.Or(changes.Title, old.Title), old.Slug
		if title != old.Title {
			if slug, err = freeSlug(tx, title, old.id); err != nil {
				return nil, err
			}
		}
		_, err = tx.Exec("UPDATE articles SET slug = ?, title = ?, description = ?, body = ?, updated_at = ? WHERE id = ?",
			slug, title, cmp.Or(changes.Description, old.Description), cmp.Or(changes.Body, old.Body), now(), old.id)
		if err != nil {
			return nil, err
		}
		if tags != nil {
			if err := setTags(tx, old.id, tags); err != nil {
				return nil, err
			}
		}
		return sendArticle(tx, slug, callerOf(c))
	})
}

func (a *App) deleteArticle(c *gin.Context) (any, error) {
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		found, err := findOwnArticle(tx, c)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec("DELETE FROM articles WHERE id = ?", found.id)
		return nil, err
	})
}

func (a *App) favorite(c *gin.Context) (any, error) {
	return a.favor(c, "INSERT OR IGNORE INTO favorites (article_id, user_id) VALUES (?, ?)")
}

func (a *App) unfavorite(c *gin.Context) (any, error) {
	return a.favor(c, "DELETE FROM favorites WHERE article_id = ? AND user_id = ?")
}

func (a *App) favor(c *gin.Context, statement string) (any, error) {
	caller := callerOf(c)
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		found, err := findArticle(tx, c.Param("slug"), caller)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(statement, found.id, caller.id); err != nil {
			return nil, err
		}
		return sendArticle(tx, found.Slug, caller)
	})
}

func (a *App) listTags(*gin.Context) (any, error) {
	rows, err := a.db.Query("SELECT DISTINCT tag FROM tags ORDER BY tag")
	if err != nil {
		return nil, err
	}
	tags, err := collect(rows, func(scan func(...any) error) (tag string, err error) { return tag, scan(&tag) })
	return gin.H{"tags": tags}, err
}

// freeSlug makes a slug from a title, with the first number that makes it free; the article's own counts as free.
func freeSlug(tx *sql.Tx, title string, articleID int64) (string, error) {
	base := cmp.Or(strings.ToLower(strings.Trim(noSlug.ReplaceAllString(title, "-"), "-")), "article")
	slug := base
	for number := 2; ; number++ {
		// An article at "feed" would be hidden by the feed.
		taken := slug == "feed"
		if !taken {
			query := "SELECT EXISTS (SELECT 1 FROM articles WHERE slug = ? AND id <> ?)"
			if err := tx.QueryRow(query, slug, articleID).Scan(&taken); err != nil || !taken {
				return slug, err
			}
		}
		slug = fmt.Sprintf("%s-%d", base, number)
	}
}

func setTags(tx *sql.Tx, articleID int64, tags []string) error {
	if _, err := tx.Exec("DELETE FROM tags WHERE article_id = ?", articleID); err != nil {
		return err
	}
	for position, tag := range tags {
		if _, err := tx.Exec("INSERT INTO tags VALUES (?, ?, ?)", articleID, position, tag); err != nil {
			return err
		}
	}
	return nil
}
