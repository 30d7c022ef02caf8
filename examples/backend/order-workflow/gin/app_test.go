package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	secret = "staff-secret-of-the-tests"
	lamp   = `{"name": "Lamp", "price": 1999, "currency": "EUR", "stock": 5}`
)

// shop is an app under test.
type shop struct {
	*testing.T
	app *App
}

type reply struct {
	*httptest.ResponseRecorder
	json map[string]any
}

func start(t *testing.T, path, staffToken string) shop {
	t.Helper()
	app, err := NewApp(Options{DatabasePath: path, StaffToken: staffToken})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return shop{T: t, app: app}
}

func newPath(t *testing.T) string {
	return filepath.Join(t.TempDir(), "shop.db")
}

// startWithLamps starts an app that sells lamps.
func startWithLamps(t *testing.T, path string) shop {
	t.Helper()
	s := start(t, path, secret)
	want(t, s.send("PUT", "/products/LAMP", secret, lamp).Code, 201)
	return s
}

func (s shop) send(method, path, token, body string) reply {
	s.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	r := reply{ResponseRecorder: httptest.NewRecorder()}
	s.app.ServeHTTP(r, request)
	if err := json.Unmarshal(r.Body.Bytes(), &r.json); err != nil {
		s.Fatalf("%v in %q", err, r.Body)
	}
	return r
}

func (s shop) act(order, action, token string) reply {
	s.Helper()
	return s.send("POST", order+"/transitions", token, fmt.Sprintf(`{"action": %q}`, action))
}

func (s shop) customer() string {
	s.Helper()
	r := s.send("POST", "/customers", "", `{"name": "Alice"}`)
	want(s.T, r.Code, 201)
	return r.json["token"].(string)
}

func (s shop) order(token string, quantity int) string {
	s.Helper()
	r := s.send("POST", "/orders", token, fmt.Sprintf(`{"lines": [{"sku": "LAMP", "quantity": %d}]}`, quantity))
	want(s.T, r.Code, 201)
	return r.Header().Get("Location")
}

func (s shop) stock() any {
	s.Helper()
	return s.send("GET", "/products/LAMP", "", "").json["stock"]
}

// claim returns the staff token of a shop that has none configured.
func (s shop) claim() string {
	s.Helper()
	r := s.send("POST", "/staff/claim", "", "")
	want(s.T, r.Code, 201)
	return r.json["token"].(string)
}

// column returns one field of each item of a list.
func (r reply) column(name string) []any {
	found := []any{}
	for _, item := range r.json["items"].([]any) {
		found = append(found, item.(map[string]any)[name])
	}
	return found
}

func want(t *testing.T, got, wanted any) {
	t.Helper()
	if !reflect.DeepEqual(got, wanted) {
		t.Fatalf("got %v, want %v", got, wanted)
	}
}

func TestConfiguredStaffTokenIsTheOnlyOne_R1(t *testing.T) {
	path := newPath(t)
	claimed := start(t, path, "").claim()
	s := start(t, path, secret)
	want(t, s.send("POST", "/staff/claim", "", "").json["code"], any("already_claimed"))
	for _, token := range []string{"", "x", secret + "2", secret[1:], claimed} {
		r := s.send("GET", "/orders", token, "")
		want(t, r.Code, 401)
		want(t, r.Header().Get("WWW-Authenticate"), "Bearer")
	}
	want(t, s.send("GET", "/orders", secret, "").json, map[string]any{"items": []any{}})
}

func TestNothingIsClaimedWhileATokenIsConfigured_R1(t *testing.T) {
	path := newPath(t)
	want(t, start(t, path, secret).send("POST", "/staff/claim", "", "").Code, 409)
	s := start(t, path, "")
	want(t, s.send("GET", "/orders", s.claim(), "").Code, 200)
	want(t, s.send("POST", "/staff/claim", "", "").Code, 409)
}

func TestTokensAreStoredAsDigests_R1(t *testing.T) {
	path := newPath(t)
	s := start(t, path, "")
	tokens := []string{s.claim(), s.customer()}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want(t, bytes.Contains(content, []byte("Alice")), true)
	for _, token := range tokens {
		want(t, len(token) >= 32, true)
		want(t, bytes.Contains(content, []byte(token)), false)
	}
}

func TestSearchHasNoWildcards_R2(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	s.send("PUT", "/products/SHADE", secret, strings.Replace(lamp, "Lamp", "50% Shade", 1))
	for text, skus := range map[string][]any{
		"%25": {"SHADE"}, "_": {}, "'--": {}, "LA": {"LAMP"}, "a": {"LAMP", "SHADE"}, "": {"LAMP", "SHADE"},
	} {
		want(t, s.send("GET", "/products?q="+text, "", "").column("sku"), skus)
	}
}

func TestPriceIsFixedWhenTheOrderIsMade_R3(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	customer := s.customer()
	path := s.order(customer, 2)
	s.send("PUT", "/products/LAMP", secret, strings.Replace(lamp, "1999", "1", 1))
	found := s.send("GET", path, customer, "").json
	want(t, found["lines"], any([]any{map[string]any{"sku": "LAMP", "quantity": 2.0, "price": 1999.0, "amount": 3998.0}}))
	want(t, found["total"], any(3998.0))
}

func TestClientSentPriceIsRefused_R4(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	r := s.send("POST", "/orders", s.customer(), `{"lines": [{"sku": "LAMP", "quantity": 1, "price": 1}], "total": 1}`)
	want(t, r.Code, 422)
	faulty := slices.Sorted(maps.Keys(r.json["errors"].(map[string]any)))
	want(t, faulty, []string{"lines", "total"})
}

func TestEverythingIsThereAfterARestart_R5(t *testing.T) {
	path := newPath(t)
	s := startWithLamps(t, path)
	customer := s.customer()
	order := s.order(customer, 2)
	want(t, s.act(order, "place", customer).Code, 200)
	want(t, s.app.Close(), nil)

	restarted := start(t, path, "another-secret")
	want(t, restarted.send("GET", order, customer, "").json["status"], any("placed"))
	history := restarted.send("GET", order+"/history", customer, "")
	want(t, history.column("from"), []any{nil, "draft"})
	want(t, history.column("to"), []any{"draft", "placed"})
	want(t, restarted.stock(), any(3.0))
	want(t, restarted.send("GET", "/orders", secret, "").Code, 401)
}

func TestIllegalTransition_R6(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	r := s.act(s.order(s.customer(), 2), "ship", secret)
	want(t, r.Code, 409)
	want(t, r.json["allowed"], any([]any{"cancel"}))
}

func TestStockIsTakenAndGivenBack_R7_R8(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	customer := s.customer()
	order := s.order(customer, 4)
	want(t, s.act(order, "place", customer).Code, 200)
	lacking := s.act(s.order(customer, 2), "place", customer)
	want(t, lacking.Code, 409)
	want(t, lacking.json["skus"], any([]any{"LAMP"}))
	want(t, s.stock(), any(1.0))
	want(t, s.act(order, "cancel", customer).Code, 200)
	want(t, s.act(order, "cancel", customer).Code, 409)
	want(t, s.stock(), any(5.0))
}

func TestOrdersOfOthers_R9(t *testing.T) {
	s := startWithLamps(t, newPath(t))
	order, other := s.order(s.customer(), 2), s.customer()
	want(t, s.send("GET", order, other, "").json["code"], any("not_found"))
	want(t, s.act(order, "cancel", other).Code, 404)
	want(t, s.act(order, "cancel", secret).Code, 200)
}

func TestFailuresOfTheDatabaseAreNotHidden(t *testing.T) {
	const strange = `DROP TABLE products; CREATE TABLE products (sku TEXT PRIMARY KEY, name, price, currency, stock);
		INSERT INTO products VALUES ('LAMP', 'Lamp', 'much', 'EUR', 5)`
	newOrder, place := `{"lines": [{"sku": "LAMP", "quantity": 1}]}`, `{"action": "place"}`
	for _, test := range []struct{ damage, method, path, body string }{
		{`DROP TABLE customers`, "GET", "/orders/1", ""},
		{`DROP TABLE customers`, "POST", "/customers", `{"name": "Bob"}`},
		{`DROP TABLE orders`, "GET", "/orders/1", ""},
		{`DROP TABLE orders`, "GET", "/orders", ""},
		{`DROP TABLE orders`, "POST", "/orders", newOrder},
		{`DROP TABLE order_lines`, "GET", "/orders/1", ""},
		{`DROP TABLE order_lines`, "POST", "/orders", newOrder},
		{`DROP TABLE order_history`, "GET", "/orders/1/history", ""},
		{`DROP TABLE order_history`, "POST", "/orders/1/transitions", place},
		{`DROP TABLE products`, "POST", "/orders/1/transitions", place},
		{strange, "GET", "/products", ""},
		{strange, "GET", "/products/LAMP", ""},
		{strange, "PUT", "/products/LAMP", lamp},
		{strange, "POST", "/orders", newOrder},
	} {
		t.Run(test.damage[:16]+test.method+test.path, func(t *testing.T) {
			path := newPath(t)
			s := startWithLamps(t, path)
			token := s.customer()
			want(t, s.order(token, 1), "/orders/1")
			damage(t, path, test.damage)
			if test.method == "PUT" {
				token = secret
			}
			r := s.send(test.method, test.path, token, test.body)
			want(t, r.Code, 500)
			want(t, r.json["code"], any("internal_error"))
			want(t, len(r.json), 4)
		})
	}
}

// damage changes a database as the app never would.
func damage(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}
