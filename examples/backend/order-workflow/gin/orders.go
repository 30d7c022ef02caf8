package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"
)

type summary struct {
	ID       int64  `json:"id"`
	Status   string `json:"status"`
	Currency string `json:"currency"`
	Total    int64  `json:"total"`
}

type order struct {
	summary
	CustomerID int64  `json:"customer_id"`
	Lines      []line `json:"lines"`
}

type line struct {
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	Price    int64  `json:"price"` // of the product when the order was made, in minor units
	Amount   int64  `json:"amount"`
}

type event struct {
	From  *string `json:"from"` // nil in the first event
	To    string  `json:"to"`
	Actor string  `json:"actor"`
}

type orderHandlers struct {
	store *store
}

func (h orderHandlers) list(c *gin.Context) error {
	orders, err := collect(h.store.db, func(rows *sql.Rows) (o summary, err error) {
		err = rows.Scan(&o.ID, &o.Status, &o.Currency, &o.Total)
		return o, err
	}, `SELECT id, status, currency, total FROM orders
		WHERE ?1 IS NULL OR customer_id = ?1 ORDER BY id DESC LIMIT ?2`, callerOf(c).customerID, listLimit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": orders})
	return nil
}

func (h orderHandlers) get(c *gin.Context) error {
	found, err := visible(h.store.db, callerOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, found)
	return nil
}

func (h orderHandlers) history(c *gin.Context) error {
	found, err := visible(h.store.db, callerOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	events, err := collect(h.store.db, func(rows *sql.Rows) (e event, err error) {
		err = rows.Scan(&e.From, &e.To, &e.Actor)
		return e, err
	}, `SELECT from_status, to_status, actor FROM order_history WHERE order_id = ? ORDER BY id`, found.ID)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": events})
	return nil
}

func (h orderHandlers) create(c *gin.Context) error {
	made := order{summary: summary{Status: "draft"}, CustomerID: *callerOf(c).customerID}
	err := form{"lines": list(&made.Lines, 1, 20, func(l *line) form {
		return form{"sku": text(&l.SKU, 1, 32), "quantity": integer(&l.Quantity, 1, 1000)}
	})}.read(c)
	if err != nil {
		return err
	}
	err = h.store.inTransaction(func(tx *sql.Tx) error {
		if err := made.price(tx); err != nil {
			return err
		}
		if err := made.insert(tx); err != nil {
			return err
		}
		return record(tx, made.ID, event{To: made.Status, Actor: callerOf(c).actor()})
	})
	if err != nil {
		return err
	}
	c.Header("Location", fmt.Sprintf("/orders/%d", made.ID))
	c.JSON(http.StatusCreated, made)
	return nil
}

func (h orderHandlers) act(c *gin.Context) error {
	var step transition
	if err := (form{"action": known(&step, findTransition)}).read(c); err != nil {
		return err
	}
	caller := callerOf(c)
	var changed order
	err := h.store.inTransaction(func(tx *sql.Tx) (err error) {
		changed, err = visible(tx, caller, c.Param("id"))
		if err != nil {
			return err
		}
		if !slices.Contains(step.roles, caller.role) {
			return errForbidden
		}
		from := changed.Status
		if !slices.Contains(step.from, from) {
			return illegalTransition(allowedActions(caller.role, from))
		}
		if err := changed.moveStock(tx, step); err != nil {
			return err
		}
		changed.Status = step.to
		if _, err := tx.Exec(`UPDATE orders SET status = ? WHERE id = ?`, step.to, changed.ID); err != nil {
			return err
		}
		return record(tx, changed.ID, event{From: &from, To: step.to, Actor: caller.actor()})
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, changed)
	return nil
}

// visible returns an order by its id as it stands in the path. Whose it is, is decided here for all handlers:
// nobody else can tell it from one that does not exist.
func visible(q querier, caller caller, pathID string) (order, error) {
	id, err := strconv.ParseInt(pathID, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != pathID { // "+7" and "07" are numbers, but no ids
		return order{}, errNotFound
	}
	o := order{summary: summary{ID: id}}
	err = q.QueryRow(
		`SELECT customer_id, status, currency, total FROM orders WHERE id = ?1 AND (?2 IS NULL OR customer_id = ?2)`,
		id, caller.customerID,
	).Scan(&o.CustomerID, &o.Status, &o.Currency, &o.Total)
	if errors.Is(err, sql.ErrNoRows) {
		return order{}, errNotFound
	}
	if err != nil {
		return order{}, err
	}
	o.Lines, err = collect(q, func(rows *sql.Rows) (l line, err error) {
		err = rows.Scan(&l.SKU, &l.Quantity, &l.Price, &l.Amount)
		return l, err
	}, `SELECT sku, quantity, price, price * quantity FROM order_lines WHERE order_id = ? ORDER BY position`, id)
	return o, err
}

// price gives the lines the prices of this moment, and the order their sum and currency.
func (o *order) price(q querier) error {
	seen := make(map[string]bool)
	for i := range o.Lines {
		l := &o.Lines[i]
		p, err := findProduct(q, l.SKU)
		if err != nil {
			return err
		}
		if p == nil || seen[l.SKU] || (i > 0 && p.Currency != o.Currency) {
			return validationFailed(map[string]string{"lines": "must name existing products of one currency, each once"})
		}
		seen[l.SKU] = true
		l.Price, l.Amount = p.Price, p.Price*l.Quantity
		o.Currency = p.Currency
		o.Total += l.Amount
	}
	return nil
}

func (o *order) insert(tx *sql.Tx) error {
	result, err := tx.Exec(`INSERT INTO orders (customer_id, status, currency, total) VALUES (?, ?, ?, ?)`,
		o.CustomerID, o.Status, o.Currency, o.Total)
	if err != nil {
		return err
	}
	if o.ID, err = result.LastInsertId(); err != nil {
		return err
	}
	for i, l := range o.Lines {
		_, err := tx.Exec(`INSERT INTO order_lines (order_id, position, sku, quantity, price) VALUES (?, ?, ?, ?, ?)`,
			o.ID, i, l.SKU, l.Quantity, l.Price)
		if err != nil {
			return err
		}
	}
	return nil
}

// moveStock takes the lines out of stock or puts them back, where the step does so.
func (o *order) moveStock(tx *sql.Tx, step transition) error {
	var sign int64
	switch {
	case step.action == "place":
		sign = -1
	case givesStockBack(o.Status, step.to):
		sign = 1
	default:
		return nil
	}
	lacking := []string{}
	for _, l := range o.Lines {
		result, err := tx.Exec(`UPDATE products SET stock = stock + ?1 WHERE sku = ?2 AND stock + ?1 >= 0`,
			sign*l.Quantity, l.SKU)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if changed == 0 {
			lacking = append(lacking, l.SKU)
		}
	}
	if len(lacking) > 0 {
		return outOfStock(lacking)
	}
	return nil
}

func record(tx *sql.Tx, orderID int64, e event) error {
	_, err := tx.Exec(`INSERT INTO order_history (order_id, from_status, to_status, actor) VALUES (?, ?, ?, ?)`,
		orderID, e.From, e.To, e.Actor)
	return err
}
