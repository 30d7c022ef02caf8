package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	rooms "example.com/room-booking-api"
)

const (
	notFound  = "404 not_found"
	conflict  = "409 booking_conflict"
	keyReused = "422 idempotency_key_reused"
	malformed = "400 malformed_json"
	wholeDay  = "from=2025-03-03T00:00:00Z&to=2025-03-04T00:00:00Z"
	window    = "from=2025-03-03T09:00:00Z&to=2025-03-03T10:00:00Z"
	emoji     = "\U0001f600"
)

var (
	idPattern    = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	clockPattern = regexp.MustCompile(`^(\d\d:\d\d)(:\d\d)?$`)
)

type object = map[string]any

// reply is what the app answered.
type reply struct {
	status   int
	location string
	body     string
}

// client sends requests to an app of its own.
type client struct {
	*testing.T
	app *rooms.App
}

func newClient(t *testing.T, databasePath string) *client {
	t.Helper()
	app, err := rooms.NewApp(rooms.Options{DatabasePath: databasePath})
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return &client{t, app}
}

func (c *client) do(method, path, body string, headers map[string]string) reply {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	c.app.ServeHTTP(recorder, request)
	mediaType, _, _ := strings.Cut(recorder.Header().Get("Content-Type"), ";")
	if mediaType != "application/json" {
		c.Errorf("%s %s: Content-Type %q", method, path, mediaType)
	}
	return reply{recorder.Code, recorder.Header().Get("Location"), recorder.Body.String()}
}

func (c *client) get(path string) reply {
	return c.do(http.MethodGet, path, "", nil)
}

func (c *client) post(path, body string) reply {
	return c.do(http.MethodPost, path, body, map[string]string{"Content-Type": "application/json"})
}

// bookAs books with an idempotency key.
func (c *client) bookAs(key, room, start, end, title string) reply {
	body := encode(object{"title": title, "start": instant(start), "end": instant(end)})
	headers := map[string]string{"Content-Type": "application/json", "Idempotency-Key": key}
	return c.do(http.MethodPost, "/rooms/"+room+"/bookings", body, headers)
}

func (c *client) book(room, start, end string) reply {
	body := encode(object{"title": "Planning", "start": instant(start), "end": instant(end)})
	return c.post("/rooms/"+room+"/bookings", body)
}

func (c *client) room(capacity int, name string) string {
	c.Helper()
	return c.object(c.post("/rooms", encode(object{"name": name, "capacity": capacity})), 201)["id"].(string)
}

func (c *client) booked(room, start, end string) object {
	c.Helper()
	return c.object(c.book(room, start, end), 201)
}

func (c *client) bookedAs(key, room, start, end string) object {
	c.Helper()
	return c.object(c.bookAs(key, room, start, end, "Planning"), 201)
}

func (c *client) booking(id any) object {
	c.Helper()
	return c.object(c.get(fmt.Sprint("/bookings/", id)), 200)
}

func (c *client) cancel(booking object) object {
	c.Helper()
	return c.object(c.post(fmt.Sprintf("/bookings/%s/cancel", booking["id"]), ""), 200)
}

func (c *client) list(room, query string) []object {
	c.Helper()
	return c.items(c.get("/rooms/" + room + "/bookings?" + query))
}

func (c *client) slots(start, end string, minutes int, more string) []object {
	c.Helper()
	path := fmt.Sprintf("/free-slots?from=%s&to=%s&duration_minutes=%d%s", instant(start), instant(end), minutes, more)
	return c.items(c.get(path))
}

// object decodes an answer that must have the status.
func (c *client) object(r reply, status int) object {
	c.Helper()
	var decoded object
	if err := json.Unmarshal([]byte(r.body), &decoded); err != nil || r.status != status {
		c.Fatalf("got %d %s, want %d", r.status, r.body, status)
	}
	return decoded
}

func (c *client) items(r reply) []object {
	c.Helper()
	var decoded map[string][]object
	if err := json.Unmarshal([]byte(r.body), &decoded); err != nil || len(decoded) != 1 || decoded["items"] == nil {
		c.Fatalf("got %d %s, want items", r.status, r.body)
	}
	return decoded["items"]
}

func (c *client) wantError(r reply, want string) {
	c.Helper()
	code, fields := c.fault(r)
	if got := fmt.Sprint(r.status, " ", code); got != want || fields != nil {
		c.Errorf("got %s, want %s", r.body, want)
	}
}

// wantFaulty checks the names of the faulty inputs.
func (c *client) wantFaulty(r reply, want ...string) {
	c.Helper()
	code, fields := c.fault(r)
	names := slices.Sorted(maps.Keys(fields))
	slices.Sort(want)
	if r.status != 422 || code != "validation_failed" || !slices.Equal(names, want) {
		c.Errorf("got %d %s, want %q faulty", r.status, r.body, want)
	}
	for name, text := range fields {
		if text == "" {
			c.Errorf("no text for %s", name)
		}
	}
}

// fault takes an error apart, which must have exactly the parts that the API promises.
func (c *client) fault(r reply) (code string, fields map[string]string) {
	c.Helper()
	var decoded struct {
		Error struct {
			Code, Message string
			Fields        map[string]string
		}
	}
	decoder := json.NewDecoder(strings.NewReader(r.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&decoded); err != nil || decoded.Error.Message == "" {
		c.Fatalf("not an error: %d %s", r.status, r.body)
	}
	return decoded.Error.Code, decoded.Error.Fields
}

func (c *client) wantEqual(got, want any) {
	c.Helper()
	if !reflect.DeepEqual(got, want) {
		c.Errorf("got %v, want %v", got, want)
	}
}

func encode(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// instant takes HH:MM and HH:MM:SS for times of 2025-03-03 in UTC.
func instant(text string) string {
	match := clockPattern.FindStringSubmatch(text)
	if match == nil {
		return text
	}
	if match[2] == "" {
		match[2] = ":00"
	}
	return "2025-03-03T" + match[1] + match[2] + "Z"
}

func slot(room, start, end string) object {
	return object{"room_id": room, "start": instant(start), "end": instant(end)}
}

func with(booking object, name string, value any) object {
	changed := maps.Clone(booking)
	changed[name] = value
	return changed
}

// together calls send in several goroutines that start at the same time.
func together(count int, send func(index int) reply) []reply {
	replies := make([]reply, count)
	start := make(chan struct{})
	var group sync.WaitGroup
	for index := range count {
		group.Go(func() {
			<-start
			replies[index] = send(index)
		})
	}
	close(start)
	group.Wait()
	return replies
}

func TestHealth(t *testing.T) {
	c := newClient(t, "")
	c.wantEqual(c.object(c.get("/health"), 200), object{"status": "ok"})
}

func TestRoomIsCreatedAndRead_R1(t *testing.T) {
	c := newClient(t, "")
	created := c.post("/rooms", `{"name": "Alice's room", "capacity": 12, "id": "own", "Name": "x"}`)
	room := c.object(created, 201)
	id := room["id"].(string)
	c.wantEqual(room, object{"id": id, "name": "Alice's room", "capacity": 12.0})
	if !idPattern.MatchString(id) || id == "own" {
		t.Errorf("id %q", id)
	}
	c.wantEqual(created.location, "/rooms/"+id)
	c.wantEqual(c.object(c.get("/rooms/"+id), 200), room)
}

func TestNamesAreKeptAndMayBeShared_R1(t *testing.T) {
	c := newClient(t, "")
	for _, name := range []string{"Twin", "Twin", "  x ", "\u3000", "\u0085", "\ufffd", strings.Repeat(emoji, 100), "<'; -->"} {
		id := c.room(3, name)
		c.wantEqual(c.object(c.get("/rooms/"+id), 200), object{"id": id, "name": name, "capacity": 3.0})
	}
}

func TestEscapesInNamesAreDecoded_R1(t *testing.T) {
	c := newClient(t, "")
	for written, name := range map[string]string{
		`\ud83d\ude00`:                   emoji,
		`\\ud83d`:                        `\ud83d`,
		`a\uFFFDb`:                       "a\ufffdb",
		`\ud83d\ude00\"\/`:               emoji + `"/`,
		`\u00e9\ud83D\uDE00\ud83d\ude00`: "\u00e9" + emoji + emoji,
	} {
		room := c.object(c.post("/rooms", `{"name": "`+written+`", "capacity": 1}`), 201)
		c.wantEqual(room["name"], name)
	}
}

func TestCapacityIsANumberWithAWholeValue_R1(t *testing.T) {
	c := newClient(t, "")
	for written, capacity := range map[string]float64{"1": 1, "1000": 1000, "10.0": 10, "1e1": 10, "1000e-2": 10} {
		room := c.object(c.post("/rooms", `{"name": "Room", "capacity": `+written+`}`), 201)
		c.wantEqual(c.object(c.get("/rooms/"+room["id"].(string)), 200)["capacity"], capacity)
	}
}

func TestUnknownIDIsNotFound_R1(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	booking := c.booked(room, "09:00", "10:00")
	for _, form := range []string{"none", "1", "%20", "%00", "%FF", "a%2Fb", strings.Repeat("x", 300), "ID%20", "0ID"} {
		roomID := strings.Replace(form, "ID", room, 1)
		bookingID := strings.Replace(form, "ID", booking["id"].(string), 1)
		c.wantError(c.get("/rooms/"+roomID), notFound)
		c.wantError(c.get("/rooms/"+roomID+"/bookings?"+wholeDay), notFound)
		c.wantError(c.book(roomID, "11:00", "12:00"), notFound)
		c.wantError(c.get("/bookings/"+bookingID), notFound)
		c.wantError(c.post("/bookings/"+bookingID+"/cancel", ""), notFound)
	}
	c.wantEqual(c.booking(booking["id"]), booking)
}

func TestUnknownPathIsNotFound_R1(t *testing.T) {
	c := newClient(t, "")
	for _, path := range []string{"/", "/nothing", "/rooms/a/b", "/Health"} {
		c.wantError(c.get(path), notFound)
	}
}

func TestBookingIsCreatedAndRead_R2(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	title := " With Bob " + emoji
	created := c.bookAs("k", room, "09:00", "10:30", title)
	booking := c.object(created, 201)
	id := booking["id"].(string)
	c.wantEqual(booking, object{
		"id": id, "room_id": room, "title": title, "status": "confirmed",
		"start": "2025-03-03T09:00:00Z", "end": "2025-03-03T10:30:00Z",
	})
	if !idPattern.MatchString(id) {
		t.Errorf("id %q", id)
	}
	c.wantEqual(created.location, "/bookings/"+id)
	c.wantEqual(c.booking(id), booking)
	c.wantEqual(c.list(room, wholeDay), []object{booking})
}

func TestTimesComeBackInUTC_R2(t *testing.T) {
	c := newClient(t, "")
	for _, times := range [][4]string{
		{"2025-06-01T11:30:00+02:00", "2025-06-01T09:30:00Z", "2025-06-01T10:00:59Z", "2025-06-01T10:00:59Z"},
		{"2025-06-01T11:30:00-05:45", "2025-06-01T17:15:00Z", "2025-06-01T18:00:00-00:00", "2025-06-01T18:00:00Z"},
		{"2025-06-01T09:30:00-00:30", "2025-06-01T10:00:00Z", "2025-06-01T11:00:00Z", "2025-06-01T11:00:00Z"},
		{"2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"2024-12-31T22:00:00-03:00", "2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z", "2025-01-01T02:00:00Z"},
		{"2025-06-02T23:59:00+23:59", "2025-06-02T00:00:00Z", "2025-06-02T08:00:00Z", "2025-06-02T08:00:00Z"},
		{"1999-12-31T23:00:00-01:00", "2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z", "2000-01-01T00:15:00Z"},
		{"2099-12-31T23:44:59Z", "2099-12-31T23:44:59Z", "2100-01-01T00:59:59+01:00", "2099-12-31T23:59:59Z"},
	} {
		booking := c.booked(c.room(4, "Room"), times[0], times[2])
		c.wantEqual([]any{booking["start"], booking["end"]}, []any{times[1], times[3]})
		c.wantEqual(c.booking(booking["id"]), booking)
	}
}

func TestTimesAreComparedAsInstants_R2_R3(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	c.booked(room, "09:00", "10:00")
	c.wantError(c.book(room, "2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00"), conflict)
	c.booked(room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00")
}

func TestOverlapIsRefusedAndNotStored_R3(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	bookings := []object{c.booked(room, "10:00", "12:00"), c.booked(room, "18:00", "19:00")}
	for _, times := range [][2]string{
		{"10:00", "12:00"},
		{"09:00", "10:00:01"},
		{"11:59:59", "13:00"},
		{"10:30", "11:30"},
		{"09:00", "13:00"},
		{"10:00", "11:00"},
		{"11:00", "12:00"},
	} {
		c.wantError(c.book(room, times[0], times[1]), conflict)
	}
	c.wantEqual(c.list(room, wholeDay), bookings)
}

func TestTouchingBookingsAndOtherRoomsDoNotConflict_R3(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	middle := c.booked(room, "10:00", "12:00")
	before := c.booked(room, "09:00", "10:00")
	after := c.booked(room, "12:00", "13:00")
	c.booked(c.room(4, "Room"), "10:00", "12:00")
	c.wantEqual(c.list(room, wholeDay), []object{before, middle, after})
}

func TestOneOfSeveralConcurrentBookingsWins_R4(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), "rooms.db")} {
		c := newClient(t, path)
		room := c.room(4, "Room")
		var created []object
		for _, r := range together(16, func(index int) reply {
			return c.book(room, fmt.Sprintf("09:0%d", index/2), "10:00")
		}) {
			if r.status == http.StatusCreated {
				created = append(created, c.object(r, 201))
			} else {
				c.wantError(r, conflict)
			}
		}
		c.wantEqual(len(created), 1)
		c.wantEqual(c.list(room, wholeDay), created)
	}
}

func TestUsedKeyRepeatsTheFirstAnswer_R5(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	first := c.bookAs("k", room, "00:30", "01:30", "Planning")
	c.wantEqual(first.status, 201)
	body := `{"note": [1], "title": "Pl\u0061nning", "end": "2025-03-03T03:15:00+01:45", "start": "2025-03-02T22:30:00-02:00"}`
	again := c.do(http.MethodPost, "/rooms/"+room+"/bookings", body, map[string]string{"Idempotency-Key": "k"})
	c.wantEqual(again, first)
	c.wantEqual(c.list(room, wholeDay), []object{c.object(first, 201)})
}

func TestUsedKeyRepeatsTheFirstAnswerAfterCancelling_R5(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	first := c.bookedAs("k", room, "09:00", "10:00")
	cancelled := c.cancel(first)
	other := c.booked(room, "09:30", "10:30")
	c.wantEqual(c.bookedAs("k", room, "09:00", "10:00"), first)
	c.wantEqual(c.booking(first["id"]), cancelled)
	c.wantEqual(c.list(room, wholeDay), []object{other})
}

func TestUsedKeyWithAnotherBookingIsRefused_R5(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	first := c.bookedAs("k", room, "09:00", "10:00")
	other := c.room(4, "Room")
	refuse := func() {
		c.wantError(c.bookAs("k", other, "09:00", "10:00", "Planning"), keyReused)
		c.wantError(c.bookAs("k", room, "09:00", "10:00", "planning"), keyReused)
		c.wantError(c.bookAs("k", room, "09:00:01", "10:00", "Planning"), keyReused)
		c.wantError(c.bookAs("k", room, "09:00", "10:00:01", "Planning"), keyReused)
		c.wantError(c.bookAs("k", room, "11:00", "12:00", "Planning"), keyReused)
	}
	refuse()
	c.wantEqual(c.list(room, wholeDay), []object{first})
	c.cancel(first)
	refuse()
	c.wantEqual(c.list(room, wholeDay), []object{})
}

func TestKeysAreComparedExactly_R5(t *testing.T) {
	c := newClient(t, "")
	keys := []string{"k", "K", "kk", `"k"`, "!", "~", strings.Repeat("k", 63), strings.Repeat("k", 64)}
	first := make(map[string]object)
	for _, key := range keys {
		first[key] = c.bookedAs(key, c.room(4, key), "09:00", "10:00")
	}
	for _, key := range keys {
		c.wantEqual(c.bookedAs(key, first[key]["room_id"].(string), "09:00", "10:00"), first[key])
	}
}

func TestWithoutTheKeyARepeatedRequestConflicts_R5(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	c.bookedAs("k", room, "09:00", "10:00")
	c.booked(room, "10:00", "11:00")
	c.wantError(c.book(room, "09:00", "10:00"), conflict)
	c.wantError(c.bookAs("other", room, "09:00", "10:00", "Planning"), conflict)
	c.wantError(c.book(room, "10:00", "11:00"), conflict)
}

func TestErrorsLeaveTheKeyFree_R6(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	blocker := c.booked(room, "09:30", "10:30")
	c.wantError(c.bookAs("k", room, "09:00", "10:00", "Planning"), conflict)
	c.wantError(c.bookAs("k", "none", "09:00", "10:00", "Planning"), notFound)
	c.wantFaulty(c.bookAs("k", room, "12:00", "11:00", "Planning"), "end")
	c.cancel(blocker)
	booking := c.bookedAs("k", room, "09:00", "10:00")
	c.wantEqual(c.bookedAs("k", room, "09:00", "10:00"), booking)
	c.wantEqual(c.list(room, wholeDay), []object{booking})
}

func TestConcurrentRequestsWithOneKeyCreateOneBooking_R6(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	replies := together(16, func(int) reply { return c.bookAs("k", room, "09:00", "10:00", "Planning") })
	for _, r := range replies {
		c.wantEqual(r, replies[0])
	}
	c.wantEqual(c.list(room, wholeDay), []object{c.object(replies[0], 201)})
}

func TestEverythingIsThereAfterARestart_R6(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rooms 100%?.db")
	before := newClient(t, path)
	room, second := before.room(7, "Kept"), before.room(7, "Room")
	kept := before.bookedAs("kept", room, "09:00", "10:00")
	cancelled := before.cancel(before.bookedAs("cancelled", room, "11:00", "12:00"))
	if err := before.app.Close(); err != nil {
		t.Fatal(err)
	}

	c := newClient(t, path)
	c.wantEqual(c.object(c.get("/rooms/"+room), 200), object{"id": room, "name": "Kept", "capacity": 7.0})
	c.wantEqual(c.booking(cancelled["id"]), cancelled)
	c.wantEqual(c.list(room, wholeDay), []object{kept})
	c.wantEqual(c.bookedAs("kept", room, "09:00", "10:00"), kept)
	c.wantError(c.bookAs("cancelled", room, "13:00", "14:00", "Planning"), keyReused)
	third := c.room(7, "Room")
	c.wantEqual(c.slots("12:00", "13:00", 60, ""), []object{
		slot(room, "12:00", "13:00"), slot(second, "12:00", "13:00"), slot(third, "12:00", "13:00"),
	})
}

func TestAppsInMemoryShareNothing_R6(t *testing.T) {
	room := newClient(t, "").room(4, "Room")
	c := newClient(t, "")
	c.wantError(c.get("/rooms/"+room), notFound)
}

func TestCancelledBookingIsReadAndCancelledAgain_R7(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	booking, other := c.booked(room, "09:00", "10:00"), c.booked(room, "10:00", "11:00")
	cancelled := with(booking, "status", "cancelled")
	for _, body := range []string{"", "{", "\xff", `{"status": "confirmed"}`} {
		c.wantEqual(c.object(c.post(fmt.Sprintf("/bookings/%s/cancel", booking["id"]), body), 200), cancelled)
	}
	c.wantEqual(c.booking(booking["id"]), cancelled)
	c.wantEqual(c.list(room, wholeDay), []object{other})
}

func TestSlotOfACancelledBookingIsFree_R7(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	old := c.booked(room, "09:00", "10:00")
	c.cancel(old)
	booking := c.booked(room, "09:00", "10:00")
	if booking["id"] == old["id"] {
		t.Error("the id is used again")
	}
	c.cancel(old)
	c.wantError(c.book(room, "09:30", "10:30"), conflict)
	c.wantEqual(c.list(room, wholeDay), []object{booking})
}

func TestListHoldsWhatOverlapsTheWindow_R8(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	late, early := c.booked(room, "11:00", "12:00"), c.booked(room, "09:00", "10:00")
	c.booked(c.room(4, "Room"), "10:00", "11:00")
	for _, test := range []struct {
		start, end string
		want       []object
	}{
		{"09:59:59", "11:00:01", []object{early, late}},
		{"10:00", "11:00", []object{}},
		{"08:00", "09:00", []object{}},
		{"12:00", "13:00", []object{}},
		{"09:15", "09:30", []object{early}},
		{"11:59:59", "2025-03-03T15:00:00%2B02:00", []object{late}},
	} {
		query := fmt.Sprintf("from=%s&to=%s&page=1&page=", instant(test.start), instant(test.end))
		c.wantEqual(c.list(room, query), test.want)
	}
}

func TestWindowLastsFromOneSecondTo31Days_R8(t *testing.T) {
	c := newClient(t, "")
	for _, path := range []string{"/rooms/" + c.room(4, "Room") + "/bookings", "/free-slots"} {
		ask := func(end string) reply {
			return c.get(path + "?from=2025-01-01T00:00:00Z&duration_minutes=15&to=" + end)
		}
		for _, end := range []string{"2025-01-01T00:00:01Z", "2025-02-01T00:00:00Z"} {
			c.items(ask(end))
		}
		for _, end := range []string{"2025-02-01T00:00:01Z", "2025-01-01T00:00:00Z", "2024-12-31T23:59:59Z"} {
			c.wantFaulty(ask(end), "to")
		}
	}
}

func TestSlotsLieAroundBookingsInsideTheWindow_R9(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	c.booked(room, "14:00", "15:00")
	c.booked(room, "10:00", "11:00")
	c.booked(room, "15:00", "16:00")
	c.wantEqual(c.slots("09:00", "17:00", 15, ""), []object{
		slot(room, "09:00", "10:00"), slot(room, "11:00", "14:00"), slot(room, "16:00", "17:00"),
	})
	c.wantEqual(c.slots("10:30", "14:30", 15, ""), []object{slot(room, "11:00", "14:00")})
	c.wantEqual(c.slots("11:00", "14:00", 15, ""), []object{slot(room, "11:00", "14:00")})
	c.wantEqual(c.slots("14:15", "15:45", 15, ""), []object{})
	c.wantEqual(c.slots("10:00", "11:00", 15, ""), []object{})
}

func TestSlotLastsAtLeastTheDuration_R9(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	c.booked(room, "09:45", "10:00")
	gaps := []object{slot(room, "09:00", "09:45"), slot(room, "10:00", "10:45")}
	c.wantEqual(c.slots("09:00", "10:45", 45, ""), gaps)
	c.wantEqual(c.slots("09:00", "10:45", 46, ""), []object{})
	c.wantEqual(c.slots("09:00:01", "10:44:59", 45, ""), []object{})
}

func TestRoomsComeByCapacityAndCreation_R9(t *testing.T) {
	c := newClient(t, "")
	var ids []string
	for index, capacity := range []int{10, 2, 9, 2, 1000, 10, 1, 2} {
		ids = append(ids, c.room(capacity, fmt.Sprint("Room ", 9-index)))
	}
	c.cancel(c.booked(ids[0], "10:00", "11:00"))
	for more, want := range map[string][]int{
		"":                   {6, 1, 3, 7, 2, 0, 5, 4},
		"&min_capacity=0009": {2, 0, 5, 4},
		"&min_capacity=11":   {4},
		"&min_capacity=1000": {4},
	} {
		var got []int
		for _, found := range c.slots("09:00", "12:00", 15, more) {
			got = append(got, slices.Index(ids, found["room_id"].(string)))
		}
		c.wantEqual(got, want)
	}
}

func TestBodyThatIsNoJSONObjectIsMalformed_R10(t *testing.T) {
	c := newClient(t, "")
	for _, body := range []string{
		"",
		"{",
		`{"name": "Room", "capacity": 4} {}`,
		`{"name": "Room", "capacity": NaN}`,
		"{\"name\": \"Room\", \"capacity\": 4, \"x\": \"\xff\"}",
		"{\x00\"\x00n\x00\"\x00:\x001\x00}\x00",
		"[]",
		"null",
		`"Room"`,
		strings.Repeat("[", 20000) + strings.Repeat("]", 20000),
	} {
		c.wantError(c.post("/rooms", body), malformed)
		headers := map[string]string{"Idempotency-Key": "two words"}
		c.wantError(c.do(http.MethodPost, "/rooms/none/bookings", body, headers), malformed)
	}
}

func TestFaultyTexts_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	for _, written := range []string{
		`null`, `""`, `"  "`, `"tab\t"`, `"\u0000"`, `"\u001f"`, "\"\x7f\"", `5`, `["x"]`,
		`"\ud800"`, `"\udc00 low"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ud83d\\ude00"`, `"\ud83d\n"`,
	} {
		c.wantFaulty(c.post("/rooms", `{"name": `+written+`, "capacity": 4}`), "name")
		body := fmt.Sprintf(`{"title": %s, "start": %q, "end": %q}`, written, instant("09:00"), instant("10:00"))
		c.wantFaulty(c.post("/rooms/"+room+"/bookings", body), "title")
	}
	for key, character := range map[string]string{"ascii": "n", "emoji": emoji} {
		name := strings.Repeat(character, 101)
		c.wantFaulty(c.post("/rooms", encode(object{"name": name, "capacity": 4})), "name")
		title := strings.Repeat(character, 200)
		c.wantFaulty(c.bookAs(key, room, "09:00", "10:00", title+character), "title")
		c.cancel(c.object(c.bookAs(key, room, "09:00", "10:00", title), 201))
	}
}

func TestFaultyCapacities_R10(t *testing.T) {
	c := newClient(t, "")
	for _, capacity := range []string{"0", "1001", "4.5", "-4", "1e400", `"10"`, "true", "null", "[4]"} {
		c.wantFaulty(c.post("/rooms", `{"name": "Room", "capacity": `+capacity+`}`), "capacity")
	}
}

func TestFaultyTimes_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	for _, time := range []string{
		"",
		"2025-02-29T09:00:00Z",
		"2025-04-31T09:00:00Z",
		"2025-13-01T09:00:00Z",
		"2025-03-03T24:00:00Z",
		"2025-03-03T09:60:00Z",
		"2025-03-03T09:00:60Z",
		"2025-03-03T09:00:00",
		"2025-03-03T09:00:00.0Z",
		"2025-03-03T09:00:00,5Z",
		"2025-03-03t09:00:00Z",
		"2025-03-03T09:00:00z",
		"2025-03-03 09:00:00Z",
		"2025-03-03T09:00:00+24:00",
		"2025-03-03T09:00:00+01:60",
		"2025-03-03T09:00:00+0100",
		"2025-03-03T09:00:00Z\n",
		"2025-03-03T9:00:00Z",
		"1999-12-31T23:59:59Z",
		"2000-01-01T00:59:59+01:00",
		"2099-12-31T23:00:00-01:00",
		"2100-01-01T00:00:00Z",
		"0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59-23:59",
	} {
		c.wantFaulty(c.book(room, time, time), "end", "start")
	}
	for _, value := range []string{"null", "1740992400", `["2025-03-03T09:00:00Z"]`} {
		body := fmt.Sprintf(`{"title": "x", "start": %s, "end": %s}`, value, value)
		c.wantFaulty(c.post("/rooms/"+room+"/bookings", body), "end", "start")
	}
}

func TestBookingLastsFrom15MinutesTo8Hours_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	for _, end := range []string{"09:14:59", "17:00:01", "09:00", "08:45"} {
		c.wantFaulty(c.book(room, "09:00", end), "end")
	}
	for _, end := range []string{"09:15", "17:00"} {
		c.cancel(c.booked(room, "09:00", end))
	}
}

func TestFaultyKeys_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	for _, key := range []string{"", strings.Repeat("k", 65), "two words", "sch\xf6n", "\x7f"} {
		c.wantFaulty(c.bookAs(key, room, "09:00", "10:00", "Planning"), "Idempotency-Key")
		c.wantFaulty(c.bookAs(key, room, "09:00", "09:00", ""), "Idempotency-Key", "end", "title")
	}
	body := object{"title": "x", "start": instant("09:00"), "end": instant("10:00"), "Idempotency-Key": ""}
	c.object(c.post("/rooms/"+room+"/bookings", encode(body)), 201)
}

func TestFaultyWindows_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	for query, names := range map[string][]string{
		"":                                  {"from", "to"},
		"from=&to":                          {"from", "to"},
		window + "&to=2025-03-03T10:00:00Z": {"to"},
		window + "&from=%zz":                {"from"},
		"from=2025-03-03T09:00:00+00:00&to=2025-03-03T08:00:00Z":  {"from"},
		"from=2025-03-03T09:00:00Z&to=2025-02-30T10:00:00Z":       {"to"},
		"from%5B%5D=2025-03-03T09:00:00Z&to=2025-03-03T10:00:00Z": {"from"},
	} {
		c.wantFaulty(c.get("/rooms/"+room+"/bookings?"+query), names...)
		c.wantFaulty(c.get("/free-slots?duration_minutes=15&"+query), names...)
	}
}

func TestFaultyNumbersInAQuery_R10(t *testing.T) {
	c := newClient(t, "")
	for query, names := range map[string][]string{
		"":                                       {"duration_minutes"},
		"duration_minutes=14&min_capacity=1001":  {"duration_minutes", "min_capacity"},
		"duration_minutes=481&min_capacity=1000": {"duration_minutes"},
		"duration_minutes=30&duration_minutes=30":            {"duration_minutes"},
		"duration_minutes=480&min_capacity=4&min_capacity=4": {"min_capacity"},
		"duration_minutes=480&min_capacity=%zz":              {"min_capacity"},
		"duration_minutes=" + strings.Repeat("9", 5000):      {"duration_minutes"},
	} {
		c.wantFaulty(c.get("/free-slots?"+window+"&"+query), names...)
		c.wantFaulty(c.get("/free-slots?"+query), slices.Concat(names, []string{"from", "to"})...)
	}
	for _, number := range []string{"", "0", "%2B30", "-30", "30.0", "3e1", "0x20", "3_0", "%2030", "30%0A", "%D9%A3"} {
		query := fmt.Sprintf("%s&duration_minutes=%s&min_capacity=%s", window, number, number)
		c.wantFaulty(c.get("/free-slots?"+query), "duration_minutes", "min_capacity")
	}
}

func TestRequestToAClosedDatabaseIsAnsweredAsAnError_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	if err := c.app.Close(); err != nil {
		t.Fatal(err)
	}
	got := c.get("/rooms/" + room)
	if _, fields := c.fault(got); got.status != http.StatusInternalServerError || fields != nil {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestFaultsAreAnsweredInTheStatedOrder_R10(t *testing.T) {
	c := newClient(t, "")
	room := c.room(4, "Room")
	c.bookedAs("used", room, "09:00", "10:00")
	c.booked(room, "11:00", "12:00")
	for _, id := range []string{"none", "a%2Fb"} {
		c.wantError(c.post("/rooms/"+id+"/bookings", "[]"), malformed)
		c.wantFaulty(c.bookAs("used", id, "09:00", "09:00", "Planning"), "end")
		c.wantFaulty(c.get("/rooms/"+id+"/bookings"), "from", "to")
		c.wantError(c.bookAs("used", id, "09:00", "10:00", "Planning"), notFound)
	}
	c.wantError(c.bookAs("used", room, "11:00", "12:00", "Planning"), keyReused)
	c.wantError(c.bookAs("new", room, "11:00", "12:00", "Planning"), conflict)
}
