package main

import (
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"
)

var channelName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

type handlers struct {
	hub       *hub
	heartbeat time.Duration
	retry     time.Duration
}

// answer makes a handler of a function; an error that it returns is answered as a problem.
func answer(handle func(c *gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handle(c); err != nil {
			sendProblem(c, err)
		}
	}
}

func (h handlers) health(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

func (h handlers) read(c *gin.Context) error {
	found, err := h.hub.read(c.Param("name"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, found)
	return nil
}

func (h handlers) open(c *gin.Context) error {
	name := c.Param("name")
	if !channelName.MatchString(name) {
		return errNotFound
	}
	opened, isNew, err := h.hub.open(name)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if isNew {
		status = http.StatusCreated
	}
	c.JSON(status, opened)
	return nil
}

func (h handlers) delete(c *gin.Context) error {
	if err := h.hub.delete(c.Param("name")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (h handlers) publish(c *gin.Context) error {
	posted, err := readMessage(c)
	if err != nil {
		return err
	}
	added, err := h.hub.publish(c.Param("name"), posted.event, posted.data)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, added)
	return nil
}

func (h handlers) stream(c *gin.Context) error {
	lastID, err := lastEventID(c.Request)
	if err != nil {
		return err
	}
	name := c.Param("name")
	listener, missed, err := h.hub.subscribe(name, lastID)
	if err != nil {
		return err
	}
	defer h.hub.unsubscribe(name, listener)

	c.Header("Content-Type", "text/event-stream; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	h.send(c, retryText(h.retry))
	for _, text := range missed {
		h.send(c, text)
	}
	for {
		select {
		case <-c.Request.Context().Done():
			return nil
		case text, more := <-listener.events:
			if !more {
				return nil
			}
			h.send(c, text)
		case <-time.After(h.heartbeat):
			h.send(c, heartbeatText)
		}
	}
}

// send ignores errors: they mean that the client has gone, which ends the context of the request too.
func (h handlers) send(c *gin.Context, text string) {
	_, _ = c.Writer.WriteString(text)
	c.Writer.Flush()
}
