package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func (a *App) createAccount(c *gin.Context) error {
	body, err := readJSONObject(c)
	if err != nil {
		return err
	}
	currency, openingBalance, err := decodeAccount(body)
	if err != nil {
		return err
	}
	var created account
	err = a.inLedger(func(l ledger) (err error) {
		created, err = l.openAccount(currency, openingBalance)
		return err
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/accounts/"+created.ID)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a *App) readAccount(c *gin.Context) error {
	return answerFrom(c, a, func(l ledger) (account, error) {
		return l.account(c.Param("id"))
	})
}

func (a *App) readTransfer(c *gin.Context) error {
	return answerFrom(c, a, func(l ledger) (transfer, error) {
		return l.transfer(c.Param("id"))
	})
}

func (a *App) listEntries(c *gin.Context) error {
	id := c.Param("id")
	return answerFrom(c, a, func(l ledger) (entryPage, error) {
		limit, before, err := readPage(c.Request.URL.RawQuery, func(cursor string) (int64, error) {
			return l.positionOf(id, cursor)
		})
		if err != nil {
			return entryPage{}, err
		}
		return l.entries(id, limit, before)
	})
}

// answerFrom answers 200 with what read finds in the ledger.
func answerFrom[T any](c *gin.Context, a *App, read func(ledger) (T, error)) error {
	var found T
	err := a.inLedger(func(l ledger) (err error) {
		found, err = read(l)
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, found)
	return nil
}

func (a *App) createTransfer(c *gin.Context) error {
	body, err := readJSONObject(c)
	if err != nil {
		return err
	}
	key, err := readIdempotencyKey(c)
	if err != nil {
		return err
	}
	wanted, err := decodeOrder(body)
	if err != nil {
		return err
	}
	var given answer
	var replayed bool
	err = a.inLedger(func(l ledger) (err error) {
		given, replayed, err = l.answerOnce(key, wanted)
		return err
	})
	if err != nil {
		return err
	}
	writeAnswer(c, given, replayed)
	return nil
}

func writeAnswer(c *gin.Context, given answer, replayed bool) {
	if given.location != "" {
		c.Header("Location", given.location)
	}
	if replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	mediaType := problemType
	if given.status == http.StatusCreated {
		mediaType = "application/json"
	}
	c.Data(given.status, mediaType, given.body)
}

// inLedger calls work with the ledger in a transaction, which is kept unless work fails.
func (a *App) inLedger(work func(ledger) error) error {
	tx, err := a.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after the commit
	if err := work(ledger{tx}); err != nil {
		return err
	}
	return tx.Commit()
}
