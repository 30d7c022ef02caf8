package main

import (
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

func (a *App) createRoom(c *gin.Context) error {
	name, capacity, err := readNewRoom(c)
	if err != nil {
		return err
	}
	created, err := inTransaction(a.store, func(tx *sql.Tx) (room, error) {
		return addRoom(tx, name, capacity)
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/rooms/"+created.ID)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a *App) readRoom(c *gin.Context) error {
	return answerWith(c, a.store, func(tx *sql.Tx) (room, error) {
		return findRoom(tx, c.Param("id"))
	})
}

func (a *App) createBooking(c *gin.Context) error {
	wanted, err := readNewBooking(c)
	if err != nil {
		return err
	}
	created, err := inTransaction(a.store, func(tx *sql.Tx) (booking, error) {
		return book(tx, wanted)
	})
	if err != nil {
		return err
	}
	c.Header("Location", "/bookings/"+created.ID)
	c.JSON(http.StatusCreated, created)
	return nil
}

func (a *App) listBookings(c *gin.Context) error {
	window, err := readWindow(c)
	if err != nil {
		return err
	}
	return answerWith(c, a.store, func(tx *sql.Tx) (gin.H, error) {
		found, err := listBookings(tx, c.Param("id"), window)
		return gin.H{"items": found}, err
	})
}

func (a *App) readBooking(c *gin.Context) error {
	return answerWith(c, a.store, func(tx *sql.Tx) (booking, error) {
		return findBooking(tx, c.Param("id"))
	})
}

func (a *App) cancelBooking(c *gin.Context) error {
	return answerWith(c, a.store, func(tx *sql.Tx) (booking, error) {
		return cancel(tx, c.Param("id"))
	})
}

func (a *App) findSlots(c *gin.Context) error {
	search, err := readSlotSearch(c)
	if err != nil {
		return err
	}
	return answerWith(c, a.store, func(tx *sql.Tx) (gin.H, error) {
		found, err := findSlots(tx, search)
		return gin.H{"items": found}, err
	})
}

// answerWith answers 200 with what work finds.
func answerWith[T any](c *gin.Context, s *store, work func(*sql.Tx) (T, error)) error {
	found, err := inTransaction(s, work)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, found)
	return nil
}
