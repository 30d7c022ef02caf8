package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	maxTags      = 10
	firstPage    = 1 << 52 // as many as 13 hexadecimal digits can tell
	timeFormat   = "2006-01-02T15:04:05.000Z"
	noteColumns  = "serial, id, title, content, tags, version, created_at, updated_at"
)

var (
	limitSyntax  = regexp.MustCompile(`^0*([1-9][0-9]{0,2})$`)
	cursorSyntax = regexp.MustCompile(`^[0-9a-f]{13}$`)
)

// noteInput is what a client says about a note.
type noteInput struct {
	Title   string   `json:"title"`
	Content string   `json:"content"`
	Tags    []string `json:"tags"`
}

// note is a note as clients see it.
type note struct {
	serial int64  // tells the order of creation
	ID     string `json:"id"`
	noteInput
	Version   int64  `json:"version"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

// listQuery tells which notes to list: at most limit, with the tag if there is one, created before a serial number.
type listQuery struct {
	limit  int
	tag    sql.NullString
	before int64
}

// createNote adds a note of the caller.
func (a *App) createNote(c *gin.Context) error {
	input, err := readNoteInput(c)
	if err != nil {
		return err
	}
	now := a.timestamp()
	created, err := scanNote(a.database.QueryRowContext(c,
		`INSERT INTO notes (id, user_id, title, content, tags, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?) RETURNING `+noteColumns,
		rand.Text(), c.GetString(userIDKey), input.Title, input.Content, encodeTags(input.Tags), now, now))
	if err != nil {
		return err
	}
	c.Header("Location", "/notes/"+created.ID)
	answerNote(c, http.StatusCreated, created)
	return nil
}

// listNotes lists the caller's notes, the newest first.
func (a *App) listNotes(c *gin.Context) error {
	query, err := parseListQuery(c.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	notes, err := a.findNotes(c, c.GetString(userIDKey), query)
	if err != nil {
		return err
	}
	var nextCursor *string
	if len(notes) > query.limit {
		notes = notes[:query.limit]
		cursor := fmt.Sprintf("%013x", notes[query.limit-1].serial)
		nextCursor = &cursor
	}
	c.JSON(http.StatusOK, gin.H{"items": notes, "next_cursor": nextCursor})
	return nil
}

// readNote answers a note of the caller.
func (a *App) readNote(c *gin.Context) error {
	found, err := findNote(c, a.database)
	if err == nil {
		answerNote(c, http.StatusOK, found)
	}
	return err
}

// replaceNote replaces the title, content and tags of a note that still has the version the caller knows.
func (a *App) replaceNote(c *gin.Context) error {
	input, err := readNoteInput(c)
	if err != nil {
		return err
	}
	var replaced note
	err = transact(c, a.database, func(tx *sql.Tx) error {
		current, err := findNote(c, tx)
		if err != nil {
			return err
		}
		ifMatch := c.Request.Header.Values("If-Match")
		if len(ifMatch) == 0 {
			return errPreconditionRequired
		}
		if err := requireMatch(ifMatch, current.Version); err != nil {
			return err
		}
		replaced, err = scanNote(tx.QueryRowContext(c,
			`UPDATE notes SET title = ?, content = ?, tags = ?, version = version + 1, updated_at = ?
			WHERE serial = ? RETURNING `+noteColumns,
			input.Title, input.Content, encodeTags(input.Tags), a.timestamp(), current.serial))
		return err
	})
	if err == nil {
		answerNote(c, http.StatusOK, replaced)
	}
	return err
}

// deleteNote deletes a note; with If-Match only if it still has the version the caller knows.
func (a *App) deleteNote(c *gin.Context) error {
	err := transact(c, a.database, func(tx *sql.Tx) error {
		current, err := findNote(c, tx)
		if err != nil {
			return err
		}
		if ifMatch := c.Request.Header.Values("If-Match"); len(ifMatch) > 0 {
			if err := requireMatch(ifMatch, current.Version); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(c, "DELETE FROM notes WHERE serial = ?", current.serial)
		return err
	})
	if err == nil {
		c.Status(http.StatusNoContent)
	}
	return err
}

// findNotes returns one note more than the page holds if another page follows.
func (a *App) findNotes(ctx context.Context, userID string, query listQuery) ([]note, error) {
	rows, err := a.database.QueryContext(ctx,
		`SELECT `+noteColumns+` FROM notes WHERE user_id = ? AND serial < ?
		AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(notes.tags) WHERE value = ?))
		ORDER BY serial DESC LIMIT ?`,
		userID, query.before, query.tag, query.tag, query.limit+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	notes := []note{}
	for rows.Next() {
		found, err := scanNote(rows)
		if err != nil {
			return nil, err
		}
		notes = append(notes, found)
	}
	return notes, rows.Err()
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// findNote returns the note whose id is in the path, if it is the caller's.
func findNote(c *gin.Context, from querier) (note, error) {
	found, err := scanNote(from.QueryRowContext(c,
		"SELECT "+noteColumns+" FROM notes WHERE id = ? AND user_id = ?", c.Param("id"), c.GetString(userIDKey)))
	if errors.Is(err, sql.ErrNoRows) {
		return note{}, errNotFound
	}
	return found, err
}

// scanNote reads noteColumns from a *sql.Row or *sql.Rows.
func scanNote(row interface{ Scan(...any) error }) (note, error) {
	var n note
	var tags []byte
	err := row.Scan(&n.serial, &n.ID, &n.Title, &n.Content, &tags, &n.Version, &n.CreatedAt, &n.UpdatedAt)
	if err != nil {
		return note{}, err
	}
	return n, json.Unmarshal(tags, &n.Tags)
}

func answerNote(c *gin.Context, status int, n note) {
	c.Header("ETag", entityTag(n.Version))
	c.JSON(status, n)
}

func readNoteInput(c *gin.Context) (noteInput, error) {
	body, err := readObject(c)
	if err != nil {
		return noteInput{}, err
	}
	faults := fieldFaults{}
	input := noteInput{Title: body.text("title", faults, titleFault), Tags: []string{}}
	if _, found := body["content"]; found {
		input.Content = body.text("content", faults, contentFault)
	}
	if raw, found := body["tags"]; found {
		tags, fault := parseTags(raw)
		faults.add("tags", fault)
		input.Tags = tags
	}
	return input, faults.err()
}

// parseTags returns the tags in a JSON array, each once, or what is wrong with them.
func parseTags(raw json.RawMessage) (tags []string, fault string) {
	var entries []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &entries) != nil || len(entries) > maxTags {
		return nil, fmt.Sprintf("must be an array of at most %d entries", maxTags)
	}
	tags = []string{}
	for _, entry := range entries {
		tag, isString := decodeString(entry)
		if !isString {
			return nil, "must have strings only"
		}
		if fault := tagFault(tag); fault != "" {
			return nil, "has an entry that " + fault
		}
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags, ""
}

func encodeTags(tags []string) string {
	encoded, _ := json.Marshal(tags) // strings can always be encoded
	return string(encoded)
}

func parseListQuery(rawQuery string) (listQuery, error) {
	values := queryValues(rawQuery)
	faults := fieldFaults{}
	query := listQuery{limit: defaultLimit, before: firstPage}
	if limit, found := onlyValue(values, "limit", faults, limitFault); found {
		query.limit, _ = strconv.Atoi(limit)
	}
	query.tag.String, query.tag.Valid = onlyValue(values, "tag", faults, tagFault)
	if cursor, found := onlyValue(values, "cursor", faults, cursorFault); found {
		query.before, _ = strconv.ParseInt(cursor, 16, 64)
	}
	return query, faults.err()
}

func titleFault(title string) string {
	if fault := lineFault(title, 1, 200); fault != "" {
		return fault
	}
	if strings.Trim(title, " ") == "" {
		return "must have a character other than a space"
	}
	return ""
}

func contentFault(content string) string {
	return textFault(content, 0, 10_000)
}

func tagFault(tag string) string {
	if fault := lineFault(tag, 1, 30); fault != "" {
		return fault
	}
	if strings.Contains(tag, " ") {
		return "must not contain spaces"
	}
	return ""
}

func limitFault(value string) string {
	match := limitSyntax.FindStringSubmatch(value)
	if match != nil {
		if limit, _ := strconv.Atoi(match[1]); limit <= maxLimit {
			return ""
		}
	}
	return fmt.Sprintf("must be an integer from 1 to %d", maxLimit)
}

func cursorFault(value string) string {
	if cursorSyntax.MatchString(value) {
		return ""
	}
	return "is not a cursor"
}

func (a *App) timestamp() string {
	return a.now().UTC().Format(timeFormat)
}
