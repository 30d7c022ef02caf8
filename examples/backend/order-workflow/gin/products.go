package main

import (
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

const listLimit = 50

var (
	skuForm      = regexp.MustCompile(`^[A-Z0-9-]{1,32}$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
)

// product is what is for sale; the price in minor units, the stock without what orders have reserved.
type product struct {
	SKU      string `json:"sku"`
	Name     string `json:"name"`
	Price    int64  `json:"price"`
	Currency string `json:"currency"`
	Stock    int64  `json:"stock"`
}

type productHandlers struct {
	store *store
}

func (h productHandlers) search(c *gin.Context) error {
	// net/url drops a parameter with a semicolon, which is text like any other; what it can't decode is dropped too.
	query, _ := url.ParseQuery(strings.ReplaceAll(c.Request.URL.RawQuery, ";", "%3B"))
	// Unlike LIKE, instr() knows no wildcards; SQLite's lower() changes ASCII letters only.
	found, err := collect(h.store.db, func(rows *sql.Rows) (p product, err error) {
		err = rows.Scan(&p.SKU, &p.Name, &p.Price, &p.Currency, &p.Stock)
		return p, err
	}, `SELECT sku, name, price, currency, stock FROM products
		WHERE instr(lower(name), lower(?)) > 0 ORDER BY sku LIMIT ?`, query.Get("q"), listLimit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": found})
	return nil
}

func (h productHandlers) get(c *gin.Context) error {
	found, err := findProduct(h.store.db, c.Param("sku"))
	if err != nil {
		return err
	}
	if found == nil {
		return errNotFound
	}
	c.JSON(http.StatusOK, found)
	return nil
}

func (h productHandlers) put(c *gin.Context) error {
	p := product{SKU: c.Param("sku")}
	err := form{
		"name":     text(&p.Name, 1, 100),
		"price":    integer(&p.Price, 0, 100_000_000),
		"currency": known(&p.Currency, currency),
		"stock":    integer(&p.Stock, 0, 1_000_000),
	}.read(c)
	if err != nil {
		return err
	}
	if !skuForm.MatchString(p.SKU) {
		return errNotFound
	}
	status := http.StatusOK
	err = h.store.inTransaction(func(tx *sql.Tx) error {
		known, err := findProduct(tx, p.SKU)
		if err != nil {
			return err
		}
		if known == nil {
			status = http.StatusCreated
		}
		_, err = tx.Exec(`
			INSERT INTO products (sku, name, price, currency, stock) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (sku) DO UPDATE SET
				name = excluded.name, price = excluded.price, currency = excluded.currency, stock = excluded.stock`,
			p.SKU, p.Name, p.Price, p.Currency, p.Stock)
		return err
	})
	if err != nil {
		return err
	}
	c.JSON(status, p)
	return nil
}

func currency(code string) (string, bool) {
	return code, currencyForm.MatchString(code)
}

// findProduct returns nil when there is no such product.
func findProduct(q querier, sku string) (*product, error) {
	p := &product{SKU: sku}
	err := q.QueryRow(`SELECT name, price, currency, stock FROM products WHERE sku = ?`, sku).
		Scan(&p.Name, &p.Price, &p.Currency, &p.Stock)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return p, err
}
