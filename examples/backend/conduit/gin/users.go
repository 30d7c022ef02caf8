package main

import (
	"cmp"
	"database/sql"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

const userColumns = "id, username, email, password_hash, bio, image"

var (
	usernameRule = rule{1, 32, regexp.MustCompile(`^[A-Za-z0-9_-]+$`)}
	emailRule    = rule{1, 254, regexp.MustCompile(`^[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)}
	passwordRule = rule{8, 128, nil}
	bioRule      = rule{1, 500, nil}
	imageRule    = rule{1, 500, regexp.MustCompile(`^https?://`)}
	anyText      = rule{0, maxBodyBytes, nil}
)

// user is a row of a user.
type user struct {
	id                            int64
	username, email, passwordHash string
	bio, image                    *string
}

// account is what users are told about themselves.
type account struct {
	Email    string  `json:"email"`
	Token    string  `json:"token"`
	Username string  `json:"username"`
	Bio      *string `json:"bio"`
	Image    *string `json:"image"`
}

// profile is a user as others see it.
type profile struct {
	Username  string  `json:"username"`
	Bio       *string `json:"bio"`
	Image     *string `json:"image"`
	Following bool    `json:"following"`
}

// identify finds out who calls, by the token, for callerOf; mustBeUser says whether it may be nobody.
func (a *App) identify(mustBeUser bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		headers := c.Request.Header["Authorization"]
		if len(headers) == 0 && !mustBeUser {
			return
		}
		scheme, token, _ := strings.Cut(strings.Join(headers, ","), " ")
		subject, ok := a.tokens.subject(token)
		if !ok || !strings.EqualFold(scheme, "token") {
			sendError(c, unauthorized())
			return
		}
		caller, err := scanUser(a.db.QueryRow("SELECT "+userColumns+" FROM users WHERE id = ?", subject))
		if err != nil {
			sendError(c, orMissing(err, unauthorized()))
			return
		}
		c.Set("caller", caller)
	}
}

// callerOf is the user who sent the request; the zero user, who does not exist, if it is nobody.
func callerOf(c *gin.Context) user {
	caller, _ := c.Get("caller")
	found, _ := caller.(user)
	return found
}

func scanUser(row *sql.Row) (u user, err error) {
	err = row.Scan(&u.id, &u.username, &u.email, &u.passwordHash, &u.bio, &u.image)
	return u, err
}

func (a *App) register(c *gin.Context) (any, error) {
	f, err := readForm(c, "user")
	if err != nil {
		return nil, err
	}
	wanted := user{username: f.text("username", usernameRule), email: f.text("email", emailRule)}
	password := f.text("password", passwordRule)
	if err := f.err(); err != nil {
		return nil, err
	}
	if wanted.passwordHash, err = hashPassword(password); err != nil {
		return nil, err
	}
	return a.save(func(*sql.Tx) (user, error) { return wanted, nil },
		"INSERT INTO users (username, email, password_hash) VALUES (:username, :email, :hash)")
}

func (a *App) login(c *gin.Context) (any, error) {
	f, err := readForm(c, "user")
	if err != nil {
		return nil, err
	}
	email, password := f.text("email", anyText), f.text("password", anyText)
	if err := f.err(); err != nil {
		return nil, err
	}
	found, err := scanUser(a.db.QueryRow("SELECT "+userColumns+" FROM users WHERE email = ?", email))
	if errors.Is(err, sql.ErrNoRows) {
		found.passwordHash, err = unknownHash, nil
	}
	if err != nil {
		return nil, err
	}
	right, err := isPassword(password, found.passwordHash)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, newError(http.StatusUnauthorized, "credentials", "are not valid")
	}
	return a.account(found)
}

func (a *App) readUser(c *gin.Context) (any, error) {
	return a.account(callerOf(c))
}

func (a *App) changeUser(c *gin.Context) (any, error) {
	f, err := readForm(c, "user")
	if err != nil {
		return nil, err
	}
	apply := func(u *user) {
		f.change("username", usernameRule, &u.username)
		f.change("email", emailRule, &u.email)
		f.changeOrNull("bio", bioRule, &u.bio)
		f.changeOrNull("image", imageRule, &u.image)
	}
	caller := callerOf(c)
	apply(&caller)
	var password, hash string
	f.change("password", passwordRule, &password)
	if err := f.err(); err != nil {
		return nil, err
	}
	if f.has("password") {
		if hash, err = hashPassword(password); err != nil {
			return nil, err
		}
	}
	// While the password was hashed another request may have changed the caller, who is read again.
	change := func(tx *sql.Tx) (user, error) {
		fresh, err := scanUser(tx.QueryRow("SELECT "+userColumns+" FROM users WHERE id = ?", caller.id))
		apply(&fresh)
		fresh.passwordHash = cmp.Or(hash, fresh.passwordHash)
		return fresh, err
	}
	return a.save(change, `UPDATE users SET username = :username, email = :email, password_hash = :hash, bio = :bio,
		image = :image WHERE id = :id`)
}

// save runs a statement that stores the user that edit gives, unless another one has the name or the address.
func (a *App) save(edit func(*sql.Tx) (user, error), statement string) (any, error) {
	saved, err := inTx(a.db, func(tx *sql.Tx) (user, error) {
		u, err := edit(tx)
		if err != nil {
			return user{}, err
		}
		taken := map[string][]string{}
		for name, value := range map[string]string{"username": u.username, "email": u.email} {
			var found bool
			query := "SELECT EXISTS (SELECT 1 FROM users WHERE " + name + " = ? AND id <> ?)"
			if err := tx.QueryRow(query, value, u.id).Scan(&found); err != nil {
				return user{}, err
			}
			if found {
				taken[name] = []string{"has already been taken"}
			}
		}
		if len(taken) > 0 {
			return user{}, &apiError{http.StatusConflict, taken}
		}
		return scanUser(tx.QueryRow(statement+" RETURNING "+userColumns, sql.Named("id", u.id),
			sql.Named("username", u.username), sql.Named("email", u.email), sql.Named("hash", u.passwordHash),
			sql.Named("bio", u.bio), sql.Named("image", u.image)))
	})
	if err != nil {
		return nil, err
	}
	return a.account(saved)
}

func (a *App) account(u user) (any, error) {
	token, err := a.tokens.issue(u.id)
	return gin.H{"user": account{u.email, token, u.username, u.bio, u.image}}, err
}

func (a *App) readProfile(c *gin.Context) (any, error) {
	return a.withProfile(c, func(*sql.Tx, int64) error { return nil })
}

func (a *App) follow(c *gin.Context) (any, error) {
	return a.withProfile(c, func(tx *sql.Tx, followed int64) error {
		if followed == callerOf(c).id {
			return newError(http.StatusUnprocessableEntity, "username", "is your own")
		}
		_, err := tx.Exec("INSERT OR IGNORE INTO follows VALUES (?, ?)", callerOf(c).id, followed)
		return err
	})
}

func (a *App) unfollow(c *gin.Context) (any, error) {
	return a.withProfile(c, func(tx *sql.Tx, followed int64) error {
		_, err := tx.Exec("DELETE FROM follows WHERE follower_id = ? AND followed_id = ?", callerOf(c).id, followed)
		return err
	})
}

// withProfile does something with the user in the path and returns the profile as it is then.
func (a *App) withProfile(c *gin.Context, work func(tx *sql.Tx, userID int64) error) (any, error) {
	return inTx(a.db, func(tx *sql.Tx) (any, error) {
		var id int64
		err := tx.QueryRow("SELECT id FROM users WHERE username = ?", c.Param("username")).Scan(&id)
		if err != nil {
			return nil, orMissing(err, notFound("profile"))
		}
		if err := work(tx, id); err != nil {
			return nil, err
		}
		var p profile
		query := `SELECT username, bio, image,
			EXISTS (SELECT 1 FROM follows WHERE follower_id = ? AND followed_id = users.id)
			FROM users WHERE id = ?`
		err = tx.QueryRow(query, callerOf(c).id, id).Scan(&p.Username, &p.Bio, &p.Image, &p.Following)
		return gin.H{"profile": p}, err
	})
}
