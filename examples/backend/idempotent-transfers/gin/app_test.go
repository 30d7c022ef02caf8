package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	transfers "example.com/idempotent-transfers"
)

const limit = 1_000_000_000_000_000

var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// client sends requests to an app of its own.
type client struct {
	*testing.T
	app     *transfers.App
	lastKey int
}

// order is the values of a transfer.
type order struct {
	from, to string
	amount   int64
}

// reply is what the app answered.
type reply struct {
	status    int
	mediaType string
	location  string
	replayed  string
	body      string
}

type object = map[string]any

type wireEntry struct {
	TransferID   string `json:"transfer_id"`
	Counterparty string `json:"counterparty"`
	Amount       int64  `json:"amount"`
	BalanceAfter int64  `json:"balance_after"`
}

type wirePage struct {
	Items      []wireEntry `json:"items"`
	NextCursor *string     `json:"next_cursor"`
}

func newClient(t *testing.T, databasePath string) *client {
	t.Helper()
	app, err := transfers.NewApp(transfers.Options{DatabasePath: databasePath})
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return &client{T: t, app: app}
}

func (c *client) do(method, path, body string, headers map[string]string) reply {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	c.app.ServeHTTP(recorder, request)
	mediaType, _, _ := strings.Cut(recorder.Header().Get("Content-Type"), ";")
	return reply{
		recorder.Code,
		mediaType,
		recorder.Header().Get("Location"),
		recorder.Header().Get("Idempotent-Replayed"),
		recorder.Body.String(),
	}
}

func (c *client) get(path string) reply {
	return c.do(http.MethodGet, path, "", nil)
}

// post sends a body as application/json, with a key unless that is empty.
func (c *client) post(path, body, key string) reply {
	headers := map[string]string{"Content-Type": "application/json"}
	if key != "" {
		headers["Idempotency-Key"] = key
	}
	return c.do(http.MethodPost, path, body, headers)
}

func (c *client) openIn(currency string, balance int64) string {
	c.Helper()
	made := c.post("/accounts", encode(object{"currency": currency, "opening_balance": balance}), "")
	if made.status != http.StatusCreated {
		c.Fatalf("opening an account: %+v", made)
	}
	return c.text(made, "id")
}

func (c *client) open(balance int64) string {
	c.Helper()
	return c.openIn("EUR", balance)
}

func (c *client) moveAs(key, from, to string, amount int64) reply {
	return c.post("/transfers", encode(object{"from": from, "to": to, "amount": amount}), key)
}

// move sends a transfer under a new key.
func (c *client) move(from, to string, amount int64) reply {
	c.lastKey++
	return c.moveAs(fmt.Sprintf("key-%d", c.lastKey), from, to, amount)
}

// moved is the id of a transfer under a new key that must succeed.
func (c *client) moved(from, to string, amount int64) string {
	c.Helper()
	made := c.move(from, to, amount)
	if made.status != http.StatusCreated {
		c.Fatalf("transfer of %d: %+v", amount, made)
	}
	return c.text(made, "id")
}

func (c *client) text(r reply, name string) string {
	c.Helper()
	value, ok := c.fields(r)[name].(string)
	if !ok {
		c.Fatalf("no text %q in %s", name, r.body)
	}
	return value
}

// fields decodes an object; its numbers keep their digits.
func (c *client) fields(r reply) object {
	c.Helper()
	var value object
	decoder := json.NewDecoder(strings.NewReader(r.body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		c.Fatalf("%v in %q", err, r.body)
	}
	return value
}

func (c *client) page(path string) wirePage {
	c.Helper()
	answered := c.get(path)
	c.wantBody(answered, http.StatusOK, nil)
	names := slices.Sorted(maps.Keys(c.fields(answered)))
	if !slices.Equal(names, []string{"items", "next_cursor"}) {
		c.Errorf("fields of a page: %v", names)
	}
	var page wirePage
	decoder := json.NewDecoder(strings.NewReader(answered.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&page); err != nil || page.Items == nil {
		c.Fatalf("%v in %q", err, answered.body)
	}
	return page
}

func (c *client) wantBalances(want map[string]int64) {
	c.Helper()
	for id, balance := range want {
		if got := c.fields(c.get("/accounts/" + id))["balance"]; got != number(balance) {
			c.Errorf("balance %v, want %d", got, balance)
		}
	}
}

// wantBody checks a successful answer that is no replay; without a body to compare only its kind.
func (c *client) wantBody(r reply, status int, want object) {
	c.Helper()
	if r.status != status || r.mediaType != "application/json" || r.replayed != "" {
		c.Errorf("got %+v, want status %d", r, status)
	}
	if got := c.fields(r); want != nil && !reflect.DeepEqual(got, want) {
		c.Errorf("body %v, want %v", got, want)
	}
}

// wantProblem checks an error answer, and that exactly the given names are in its errors.
func (c *client) wantProblem(r reply, status int, code string, faulty ...string) {
	c.Helper()
	if r.status != status || r.mediaType != "application/problem+json" || r.location != "" {
		c.Errorf("got %+v, want %d %s", r, status, code)
		return
	}
	body := c.fields(r)
	if title, _ := body["title"].(string); title == "" {
		c.Errorf("no title in %s", r.body)
	}
	faults, _ := body["errors"].(object)
	for _, fault := range faults {
		if text, _ := fault.(string); text == "" {
			c.Errorf("an error without a text in %s", r.body)
		}
	}
	slices.Sort(faulty)
	if got := slices.Sorted(maps.Keys(faults)); !slices.Equal(got, faulty) {
		c.Errorf("errors of %q, want of %q", got, faulty)
	}
	delete(body, "title")
	delete(body, "errors")
	if want := (object{"type": "/problems/" + code, "status": number(int64(status))}); !reflect.DeepEqual(body, want) {
		c.Errorf("problem %v, want %v", body, want)
	}
}

func (c *client) wantFaulty(r reply, names ...string) {
	c.Helper()
	c.wantProblem(r, http.StatusUnprocessableEntity, "validation_failed", names...)
	if r.replayed != "" {
		c.Errorf("marked as a replay: %+v", r)
	}
}

func (c *client) wantReplay(r, first reply) {
	c.Helper()
	first.replayed = "true"
	if r != first {
		c.Errorf("got %+v, want %+v", r, first)
	}
}

func (c *client) wantFirst(r reply, status int) {
	c.Helper()
	if r.status != status || r.replayed != "" {
		c.Errorf("got %+v, want a first answer %d", r, status)
	}
}

// together starts all requests at once.
func together(count int, send func(int) reply) []reply {
	replies := make([]reply, count)
	start := make(chan struct{})
	var group sync.WaitGroup
	for index := range replies {
		group.Go(func() {
			<-start
			replies[index] = send(index)
		})
	}
	close(start)
	group.Wait()
	return replies
}

// count is the number of matching replies.
func count(replies []reply, matches func(reply) bool) int {
	return len(slices.DeleteFunc(slices.Clone(replies), func(r reply) bool { return !matches(r) }))
}

func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func number(value int64) json.Number {
	return json.Number(fmt.Sprint(value))
}

func amounts(page wirePage) []int64 {
	var found []int64
	for _, item := range page.Items {
		found = append(found, item.Amount)
	}
	return found
}

func sum(numbers []int64) (total int64) {
	for _, n := range numbers {
		total += n
	}
	return total
}

func cursorOf(t *testing.T, page wirePage) string {
	t.Helper()
	if page.NextCursor == nil {
		t.Fatal("no cursor after a page that is not the last")
	}
	return url.QueryEscape(*page.NextCursor)
}

func databaseFile(t *testing.T) string {
	return filepath.Join(t.TempDir(), "database.sqlite3")
}

func TestAccountIsCreatedAndRead_R1(t *testing.T) {
	c := newClient(t, "")
	made := c.post("/accounts", `{"currency": "EUR", "opening_balance": 2500}`, "")
	id := c.text(made, "id")
	if !idPattern.MatchString(id) {
		t.Errorf("id %q", id)
	}
	want := object{"id": id, "currency": "EUR", "opening_balance": number(2500), "balance": number(2500)}
	c.wantBody(made, http.StatusCreated, want)
	if made.location != "/accounts/"+id {
		t.Errorf("location %q", made.location)
	}
	c.wantBody(c.get(made.location), http.StatusOK, want)
}

func TestOpeningBalancesReachTheLimits_R1(t *testing.T) {
	c := newClient(t, "")
	poor, rich, other := c.open(0), c.open(limit), c.open(0)
	if poor == other {
		t.Error("two accounts have one id")
	}
	c.wantBalances(map[string]int64{poor: 0, rich: limit})
	negativeZero := c.post("/accounts", `{"currency": "EUR", "opening_balance": -0}`, "")
	if got := c.fields(negativeZero)["balance"]; got != number(0) {
		t.Errorf("balance %v, want 0", got)
	}
}

func TestHealth_R1(t *testing.T) {
	c := newClient(t, "")
	c.wantBody(c.get("/health"), http.StatusOK, object{"status": "ok"})
}

func TestEverythingSurvivesARestart_R1(t *testing.T) {
	path := databaseFile(t)
	before := newClient(t, path)
	alice, bob := before.open(100), before.open(0)
	moved := before.moveAs("moved", alice, bob, 60)
	refused := before.moveAs("refused", alice, bob, 60)
	entries := before.page("/accounts/" + alice + "/entries")
	if err := before.app.Close(); err != nil {
		t.Fatal(err)
	}

	after := newClient(t, path)
	after.wantBody(after.get("/accounts/"+alice), http.StatusOK,
		object{"id": alice, "currency": "EUR", "opening_balance": number(100), "balance": number(40)})
	after.wantBody(after.get(moved.location), http.StatusOK, before.fields(moved))
	if got := after.page("/accounts/" + alice + "/entries"); len(got.Items) != 1 || !reflect.DeepEqual(got, entries) {
		t.Errorf("entries %+v, want %+v", got, entries)
	}
	after.wantReplay(after.moveAs("moved", alice, bob, 60), moved)
	after.wantReplay(after.moveAs("refused", alice, bob, 60), refused)
	after.wantProblem(after.moveAs("moved", alice, bob, 1), 422, "idempotency_key_reused")
	after.wantBalances(map[string]int64{bob: 60})
}

func TestDatabaseInMemoryIsOfOneApp_R1(t *testing.T) {
	one, other := newClient(t, ""), newClient(t, "")
	other.wantProblem(other.get("/accounts/"+one.open(1)), 404, "not_found")
}

func TestTransferMovesTheAmount_R2(t *testing.T) {
	c := newClient(t, "")
	alice, bob, carol := c.open(1000), c.open(50), c.open(7)
	made := c.move(alice, bob, 250)
	id := c.text(made, "id")
	if !idPattern.MatchString(id) || made.location != "/transfers/"+id {
		t.Errorf("id %q, location %q", id, made.location)
	}
	want := object{"id": id, "from": alice, "to": bob, "amount": number(250), "currency": "EUR"}
	c.wantBody(made, http.StatusCreated, want)
	c.wantBody(c.get(made.location), http.StatusOK, want)
	c.wantBalances(map[string]int64{alice: 750, bob: 300, carol: 7})
	if got := c.fields(c.get("/accounts/" + alice))["opening_balance"]; got != number(1000) {
		t.Errorf("opening balance %v, want 1000", got)
	}
}

func TestWholeBalanceIsMovedToTheUnit_R2(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(limit), c.open(0)
	c.moved(alice, bob, limit-1)
	c.wantBalances(map[string]int64{alice: 1, bob: limit - 1})
	c.moved(alice, bob, 1)
	c.wantBalances(map[string]int64{alice: 0, bob: limit})
	c.moved(bob, alice, limit)
	c.wantBalances(map[string]int64{alice: limit, bob: 0})
}

func TestRepeatedRequestGetsTheStoredAnswer_R3(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	first := c.moveAs("k", alice, bob, 30)
	c.wantFirst(first, http.StatusCreated)

	reordered := fmt.Sprintf("\n{ \"amount\":30,\t\"to\": %q, \"from\" :%q }", bob, alice)
	c.wantReplay(c.post("/transfers", reordered, "k"), first)
	c.wantReplay(c.moveAs("k", alice, bob, 30), first)
	c.wantBalances(map[string]int64{alice: 70, bob: 30})
	if got := amounts(c.page("/accounts/" + bob + "/entries")); !slices.Equal(got, []int64{30}) {
		t.Errorf("entries of %v", got)
	}
}

func TestOtherValuesUnderAUsedKeyAreRefused_R3(t *testing.T) {
	c := newClient(t, "")
	alice, bob, carol := c.open(100), c.open(100), c.open(100)
	first := c.moveAs("k", alice, bob, 30)
	for _, other := range []order{
		{carol, bob, 30},
		{alice, carol, 30},
		{alice, bob, 31},
		{bob, alice, 30},
		{alice, alice, 30},
		{"unknown", bob, 30},
	} {
		answered := c.moveAs("k", other.from, other.to, other.amount)
		c.wantProblem(answered, 422, "idempotency_key_reused")
		c.wantFirst(answered, 422)
	}
	c.wantReplay(c.moveAs("k", alice, bob, 30), first)
	c.wantBalances(map[string]int64{alice: 70, bob: 130, carol: 100})
}

func TestKeysAreComparedExactlyAndShared_R3(t *testing.T) {
	c := newClient(t, "")
	alice, bob, carol := c.open(100), c.open(0), c.open(100)
	long := strings.Repeat("~", 63)
	for _, key := range []string{"key", "KEY", "key1", long + "!", long + `"`, "!", "%41", "A"} {
		c.wantFirst(c.moveAs(key, alice, bob, 1), http.StatusCreated)
	}
	c.wantBalances(map[string]int64{bob: 8})
	c.wantProblem(c.moveAs("key", carol, bob, 1), 422, "idempotency_key_reused")
}

func TestValuesThatLookAlikeAreNotTheSame_R3(t *testing.T) {
	c := newClient(t, "")
	first := c.moveAs("k", "a\x00b", "c", 1)
	c.wantProblem(first, 422, "unknown_account")
	for _, from := range []string{"a", "a\x00x", "A\x00b", "a\x00b "} {
		c.wantProblem(c.moveAs("k", from, "c", 1), 422, "idempotency_key_reused")
	}
	c.wantReplay(c.moveAs("k", "a\x00b", "c", 1), first)
}

func TestRefusalIsStoredEvenWhenTheMoneyHasArrived_R4(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(10), c.open(100)
	refused := c.moveAs("early", alice, bob, 50)
	c.wantProblem(refused, 409, "insufficient_funds")
	c.wantFirst(refused, 409)

	c.moved(bob, alice, 40)
	c.wantReplay(c.moveAs("early", alice, bob, 50), refused)
	c.wantProblem(c.moveAs("early", alice, bob, 49), 422, "idempotency_key_reused")
	c.wantBalances(map[string]int64{alice: 50})
	c.wantFirst(c.moveAs("late", alice, bob, 50), http.StatusCreated)
	c.wantBalances(map[string]int64{alice: 0})
}

func TestEveryKindOfRefusalIsStored_R4(t *testing.T) {
	c := newClient(t, "")
	alice, full, dollars := c.open(10), c.open(limit), c.openIn("USD", 10)
	for code, to := range map[string]string{
		"same_account":      alice,
		"unknown_account":   "unknown",
		"currency_mismatch": dollars,
		"balance_limit":     full,
	} {
		refused := c.moveAs(code, alice, to, 1)
		if got := c.text(refused, "type"); got != "/problems/"+code {
			t.Errorf("refused as %s, want %s", got, code)
		}
		c.wantReplay(c.moveAs(code, alice, to, 1), refused)
	}
}

func TestEarlierAnswersLeaveTheKeyNew_R4(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(10), c.open(0)
	plain := map[string]string{"Content-Type": "text/plain", "Idempotency-Key": "k"}
	c.wantProblem(c.do(http.MethodPost, "/transfers", "{}", plain), 415, "unsupported_media_type")
	c.wantProblem(c.post("/transfers", "{", "k"), 400, "malformed_json")
	c.wantFaulty(c.moveAs("k", alice, bob, 0), "amount")
	first := c.moveAs("k", alice, bob, 4)
	c.wantFirst(first, http.StatusCreated)

	c.wantFaulty(c.moveAs("k", alice, bob, 0), "amount")
	c.wantReplay(c.moveAs("k", alice, bob, 4), first)
}

func TestConcurrentRequestsWithOneKeyAreDecidedOnce_R5(t *testing.T) {
	for _, path := range []string{"", databaseFile(t)} {
		c := newClient(t, path)
		alice, bob := c.open(100), c.open(0)
		replies := together(16, func(int) reply { return c.moveAs("same", alice, bob, 10) })
		if got := count(replies, func(r reply) bool { return r.replayed == "" }); got != 1 {
			t.Errorf("%d first answers, want 1", got)
		}
		for _, r := range replies {
			r.replayed, replies[0].replayed = "", ""
			if r != replies[0] || r.status != http.StatusCreated {
				t.Errorf("got %+v and %+v", r, replies[0])
			}
		}
		c.wantBalances(map[string]int64{alice: 90, bob: 10})
	}
}

func TestConcurrentRefusalIsDecidedOnce_R5(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(1), c.open(0)
	replies := together(8, func(int) reply { return c.moveAs("same", alice, bob, 2) })
	if got := count(replies, func(r reply) bool { return r.replayed == "" }); got != 1 {
		t.Errorf("%d first answers, want 1", got)
	}
	for _, r := range replies {
		c.wantProblem(r, 409, "insufficient_funds")
	}
}

func TestAccountPaysForAsManyTransfersAsItCan_R6(t *testing.T) {
	for _, path := range []string{"", databaseFile(t)} {
		c := newClient(t, path)
		alice, bob := c.open(59), c.open(0)
		replies := together(16, func(n int) reply { return c.moveAs(fmt.Sprint(n), alice, bob, 10) })
		if got := count(replies, func(r reply) bool { return r.status == http.StatusCreated }); got != 5 {
			t.Errorf("%d transfers made, want 5", got)
		}
		for _, r := range replies {
			if r.status != http.StatusCreated {
				c.wantProblem(r, 409, "insufficient_funds")
			}
		}
		c.wantBalances(map[string]int64{alice: 9, bob: 50})
	}
}

func TestConcurrentTransfersKeepTheTotal_R6(t *testing.T) {
	c := newClient(t, "")
	ids := []string{c.open(20), c.open(20), c.open(20)}
	replies := together(30, func(n int) reply {
		return c.moveAs(fmt.Sprint(n), ids[n%3], ids[(n+1+n%2)%3], int64(1+n%7))
	})
	answered := func(r reply) bool { return r.status == http.StatusCreated || r.status == http.StatusConflict }
	if got := count(replies, answered); got != 30 {
		t.Errorf("%d transfers answered, want 30", got)
	}
	var total int64
	for _, id := range ids {
		page := c.page("/accounts/" + id + "/entries?limit=100")
		balance := 20 + sum(amounts(page))
		c.wantBalances(map[string]int64{id: balance})
		if len(page.Items) == 0 || page.Items[0].BalanceAfter != balance {
			t.Errorf("latest of %+v, want a balance of %d", page.Items, balance)
		}
		total += balance
	}
	if total != 60 {
		t.Errorf("total %d, want 60", total)
	}
}

func TestFirstRefusalThatAppliesIsAnswered_R7(t *testing.T) {
	c := newClient(t, "")
	euros, full, dollars := c.open(10), c.open(limit), c.openIn("USD", limit)
	for _, refused := range []struct {
		order
		status int
		code   string
	}{
		{order{"unknown", "unknown", 1}, 422, "same_account"},
		{order{euros, euros, 11}, 422, "same_account"},
		{order{"unknown", euros, 11}, 422, "unknown_account"},
		{order{euros, "unknown", 11}, 422, "unknown_account"},
		{order{euros, dollars, 11}, 422, "currency_mismatch"},
		{order{dollars, full, 1}, 422, "currency_mismatch"},
		{order{euros, full, 11}, 409, "insufficient_funds"},
		{order{euros, full, 1}, 409, "balance_limit"},
	} {
		c.wantProblem(c.move(refused.from, refused.to, refused.amount), refused.status, refused.code)
	}
	c.wantBalances(map[string]int64{euros: 10, full: limit, dollars: limit})
	for _, id := range []string{euros, full, dollars} {
		if page := c.page("/accounts/" + id + "/entries"); len(page.Items) != 0 || page.NextCursor != nil {
			t.Errorf("entries %+v, want none", page)
		}
	}
}

func TestBalanceMayReachTheLimit_R7(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(10), c.open(limit-3)
	c.wantProblem(c.move(alice, bob, 4), 409, "balance_limit")
	c.moved(alice, bob, 3)
	c.wantBalances(map[string]int64{alice: 7, bob: limit})
}

func TestEntriesComeLatestFirst_R8(t *testing.T) {
	c := newClient(t, "")
	alice, bob, carol := c.open(100), c.open(5), c.open(0)
	first := c.moved(alice, bob, 30)
	c.wantProblem(c.move(carol, alice, 1), 409, "insufficient_funds")
	second := c.moved(bob, alice, 12)
	third := c.moved(alice, carol, 2)
	for id, want := range map[string][]wireEntry{
		alice: {{third, carol, -2, 80}, {second, bob, 12, 82}, {first, bob, -30, 70}},
		bob:   {{second, alice, -12, 23}, {first, alice, 30, 35}},
		carol: {{third, alice, 2, 2}},
	} {
		if page := c.page("/accounts/" + id + "/entries"); !slices.Equal(page.Items, want) || page.NextCursor != nil {
			t.Errorf("got %+v, want %+v", page, want)
		}
	}
	items := c.fields(c.get("/accounts/" + carol + "/entries"))["items"]
	want := []any{object{"transfer_id": third, "counterparty": alice, "amount": number(2), "balance_after": number(2)}}
	if !reflect.DeepEqual(items, want) {
		t.Errorf("got %v, want %v", items, want)
	}
}

func TestPageHasTwentyEntriesOrAsManyAsAskedFor_R8(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	path := "/accounts/" + bob + "/entries"
	for range 20 {
		c.moved(alice, bob, 1)
	}
	if full := c.page(path); len(full.Items) != 20 || full.NextCursor != nil {
		t.Errorf("%d entries and cursor %v, want 20 and none", len(full.Items), full.NextCursor)
	}
	c.moved(alice, bob, 2)

	standard := c.page(path)
	if len(standard.Items) != 20 {
		t.Errorf("%d entries, want 20", len(standard.Items))
	}
	rest := c.page(path + "?cursor=" + cursorOf(t, standard))
	all := c.page(path + "?limit=100")
	if !slices.Equal(slices.Concat(standard.Items, rest.Items), all.Items) || all.NextCursor != nil {
		t.Errorf("pages %+v and %+v, want %+v", standard, rest, all)
	}
	if got := amounts(c.page(path + "?limit=001&other=1&other=")); !slices.Equal(got, []int64{2}) {
		t.Errorf("got %v, want the latest entry", got)
	}
}

func TestPagesFollowEachOtherToAFullLastOne_R8(t *testing.T) {
	c := newClient(t, "")
	alice, bob, carol := c.open(100), c.open(0), c.open(100)
	for amount := int64(1); amount <= 6; amount++ {
		c.moved(alice, bob, amount)
		c.moved(carol, alice, 1)
	}
	path := "/accounts/" + bob + "/entries"
	page := c.page(path + "?limit=1")
	got := [][]int64{amounts(page)}
	for _, size := range []int{2, 3} {
		c.moved(alice, bob, 10)
		page = c.page(fmt.Sprintf("%s?limit=%d&cursor=%s", path, size, cursorOf(t, page)))
		got = append(got, amounts(page))
	}
	if want := [][]int64{{6}, {5, 4}, {3, 2, 1}}; !reflect.DeepEqual(got, want) || page.NextCursor != nil {
		t.Errorf("pages %v and then %v, want %v", got, page.NextCursor, want)
	}
}

func TestFaultyFieldsOfAnAccountAreNamed_R9(t *testing.T) {
	c := newClient(t, "")
	for _, currency := range []any{"eur", "EU", "EURO", "ÄÖÜ", "EUR\n", "", 978, nil, true, []string{"EUR"}} {
		c.wantFaulty(c.post("/accounts", encode(object{"currency": currency, "opening_balance": 1}), ""), "currency")
	}
	for _, balance := range []string{
		"-1", "10.5", `"10"`, "true", "null", "[1]", "{}", "1000000000000001", "9223372036854775808", "1e400",
	} {
		body := fmt.Sprintf(`{"currency": "EUR", "opening_balance": %s}`, balance)
		c.wantFaulty(c.post("/accounts", body, ""), "opening_balance")
	}
	c.wantFaulty(c.post("/accounts", "{}", ""), "currency", "opening_balance")
	odd := `{"Currency": "EUR", "opening_balance": -1, "balance": 1, "__proto__": {}, "": null}`
	c.wantFaulty(c.post("/accounts", odd, ""), "currency", "opening_balance", "Currency", "balance", "__proto__", "")
}

func TestFaultyFieldsOfATransferAreNamed_R9(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	for _, amount := range []string{
		"0", "-1", "10.5", `"10"`, "true", "null", "[]", "1000000000000001", "0.99999999999999999999",
	} {
		body := fmt.Sprintf(`{"from": %q, "to": %q, "amount": %s}`, alice, bob, amount)
		c.wantFaulty(c.post("/transfers", body, "k"), "amount")
	}
	for _, id := range []any{"", strings.Repeat("x", 65), strings.Repeat("😀", 65), 1, nil, false, []string{alice}} {
		c.wantFaulty(c.post("/transfers", encode(object{"from": id, "to": bob, "amount": 1}), "k"), "from")
		c.wantFaulty(c.post("/transfers", encode(object{"from": alice, "to": id, "amount": 1}), "k"), "to")
	}
	c.wantFaulty(c.post("/transfers", `{"key": 1}`, "k"), "from", "to", "amount", "key")
	c.wantBalances(map[string]int64{alice: 100})
}

func TestIDsOfSixtyFourCharactersAreNoFaultyFields_R9(t *testing.T) {
	c := newClient(t, "")
	c.wantProblem(c.move(strings.Repeat("x", 64), strings.Repeat("😀", 64), 1), 422, "unknown_account")
	c.wantProblem(c.move("a", "b", limit), 422, "unknown_account")
}

func TestFaultyQueryParametersAreNamed_R9(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	c.moved(alice, bob, 1)
	c.moved(alice, bob, 1)
	path := "/accounts/" + alice + "/entries"
	for _, value := range []string{
		"", "0", "101", "-1", "%2B5", "+5", "1.0", "1e1", "%205", "%D9%A3", "x", "99999999999999999999", "%zz", "5;", "5&limit=5",
	} {
		c.wantFaulty(c.get(path+"?limit="+value), "limit")
	}
	c.wantFaulty(c.get(path+"?limit"), "limit")

	cursor := cursorOf(t, c.page(path+"?limit=1"))
	for _, value := range []string{"", "no-cursor", "0", "-1", "null", "%00", "%zz", cursor + "x", cursor + "&cursor=" + cursor} {
		c.wantFaulty(c.get(path+"?cursor="+value), "cursor")
	}
	c.wantFaulty(c.get(path+"?limit=0&cursor="), "limit", "cursor")
	if got := amounts(c.page(path + "?cursor=" + cursor + "&limit=100")); !slices.Equal(got, []int64{-1}) {
		t.Errorf("got %v, want the older entry", got)
	}
}

func TestMissingOrFaultyKeyIsRefused_R9(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	body := encode(object{"from": alice, "to": bob, "amount": 1})
	for _, headers := range []map[string]string{
		{},
		{"Idempotency-Key": ""},
		{"Idempotency-Key": "two words"},
		{"Idempotency-Key": "a\tb"},
		{"Idempotency-Key": strings.Repeat("k", 65)},
	} {
		headers["Content-Type"] = "application/json"
		c.wantProblem(c.do(http.MethodPost, "/transfers", body, headers), 400, "invalid_idempotency_key")
	}
	c.wantBalances(map[string]int64{bob: 0})
	c.wantFirst(c.moveAs(strings.Repeat("k", 64), alice, bob, 1), http.StatusCreated)
}

func TestBodyMustBeAJSONObject_R9(t *testing.T) {
	c := newClient(t, "")
	for _, body := range []string{
		"", " ", "{", "[]", "null", "1", `"{}"`, "{'a': 1}", `{"a": NaN}`, `{"a": 01}`, "{} {}",
		"{\"currency\": \"EUR\", \"opening_balance\": 1, \"\xe9\": 1}",
	} {
		c.wantProblem(c.post("/accounts", body, ""), 400, "malformed_json")
		c.wantProblem(c.post("/transfers", body, "k"), 400, "malformed_json")
	}
}

func TestBodyMustHaveTheTypeJSON_R9(t *testing.T) {
	c := newClient(t, "")
	body := `{"currency": "EUR", "opening_balance": 1}`
	for _, mediaType := range []string{"", "text/plain", "application/jsonp", "application/problem+json", "text/json", "json"} {
		headers := map[string]string{"Content-Type": mediaType}
		c.wantProblem(c.do(http.MethodPost, "/accounts", body, headers), 415, "unsupported_media_type")
	}
	c.wantProblem(c.do(http.MethodPost, "/accounts", body, nil), 415, "unsupported_media_type")
	for _, mediaType := range []string{"Application/JSON", "application/json; charset=utf-8", "application/json ;x=1"} {
		headers := map[string]string{"Content-Type": mediaType}
		c.wantBody(c.do(http.MethodPost, "/accounts", body, headers), http.StatusCreated, nil)
	}
}

func TestUnknownPathsAndIDsAreNotFound_R9(t *testing.T) {
	c := newClient(t, "")
	id := c.open(1)
	paths := []string{
		"/", "/nothing", "/Health", "/Accounts/" + id, "/accounts/" + id + "/nothing", "/transfers/" + id,
		"/accounts/" + id + "%2Fentries",
	}
	for _, odd := range []string{"unknown", "1", "%00", "%ff", "a%2Fb", "%F0%9F%98%80", strings.Repeat("x", 2000), id + "%20"} {
		paths = append(paths, "/accounts/"+odd, "/accounts/"+odd+"/entries", "/transfers/"+odd)
	}
	for _, path := range paths {
		c.wantProblem(c.get(path), 404, "not_found")
	}
}

func TestFirstFaultInTheStatedOrderIsAnswered_R9(t *testing.T) {
	c := newClient(t, "")
	plain := map[string]string{"Content-Type": "text/plain"}
	c.wantProblem(c.do(http.MethodPost, "/transfers", "{", plain), 415, "unsupported_media_type")
	c.wantProblem(c.post("/transfers", "{", ""), 400, "malformed_json")
	c.wantProblem(c.post("/transfers", `{"amount": 0}`, ""), 400, "invalid_idempotency_key")
	c.wantFaulty(c.move("a", "a", 0), "amount")
	c.wantFaulty(c.get("/accounts/unknown/entries?limit=0"), "limit")
	c.wantFaulty(c.get("/accounts/unknown/entries?limit=0&cursor=x"), "limit", "cursor")
}

func TestFaultyRequestUnderAUsedKeyIsRefusedAsSuch_R9(t *testing.T) {
	c := newClient(t, "")
	alice, bob := c.open(100), c.open(0)
	c.moveAs("k", alice, bob, 1)
	c.wantFaulty(c.post("/transfers", encode(object{"from": alice, "to": bob, "amount": 1, "note": ""}), "k"), "note")
}
