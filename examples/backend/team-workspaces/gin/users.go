package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"

	"github.com/gin-gonic/gin"
)

const tokenBytes = 32

func (a api) createUser(c *gin.Context) error {
	body, err := readBody(c, map[string]form{"name": userName})
	if err != nil {
		return err
	}
	random := make([]byte, tokenBytes)
	rand.Read(random) // never returns an error
	token := base64.RawURLEncoding.EncodeToString(random)
	result, err := a.db.Exec(`INSERT INTO users (name, token_digest) VALUES (?, ?) ON CONFLICT DO NOTHING`,
		body["name"], tokenDigest(token))
	if err := changedOrElse(errNameTaken, result, err); err != nil {
		return err
	}
	c.JSON(http.StatusCreated, gin.H{"name": body["name"], "token": token})
	return nil
}
