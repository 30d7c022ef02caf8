package main

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// The number of a room is its place in the order of creation, which random ids do not have. A booking holds the key
// that created it, so one insert stores both or neither.
const schema = `
	CREATE TABLE IF NOT EXISTS rooms (
		number INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		name TEXT NOT NULL,
		capacity INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS bookings (
		id TEXT PRIMARY KEY,
		room_id TEXT NOT NULL REFERENCES rooms (id),
		title TEXT NOT NULL,
		starts INTEGER NOT NULL,
		ends INTEGER NOT NULL,
		status TEXT NOT NULL,
		idempotency_key TEXT UNIQUE
	) STRICT;
	CREATE INDEX IF NOT EXISTS confirmed_by_room ON bookings (room_id, starts) WHERE status = 'confirmed';
`

const (
	confirmed     = "confirmed"
	cancelled     = "cancelled"
	selectBooking = "SELECT id, room_id, title, starts, ends, status FROM bookings "
)

type room struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Capacity int    `json:"capacity"`
}

type booking struct {
	ID     string  `json:"id"`
	RoomID string  `json:"room_id"`
	Title  string  `json:"title"`
	Start  instant `json:"start"`
	End    instant `json:"end"`
	Status string  `json:"status"`
}

type slot struct {
	RoomID string  `json:"room_id"`
	Start  instant `json:"start"`
	End    instant `json:"end"`
}

// store keeps the rooms and bookings.
type store struct {
	db *sql.DB
}

// openStore opens the database and creates what is missing in it; without a path it is in memory.
func openStore(path string) (*store, error) {
	source := ":memory:"
	if path != "" {
		source = "file:" + (&url.URL{Path: path}).EscapedPath()
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// With one connection transactions come one after the other, and all see the same database in memory.
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &store{db}, nil
}

func (s *store) close() error {
	return s.db.Close()
}

// inTransaction gives the result of work, which gets the database for itself; nothing is kept if it fails.
func inTransaction[T any](s *store, work func(*sql.Tx) (T, error)) (T, error) {
	var none T
	tx, err := s.db.Begin()
	if err != nil {
		return none, err
	}
	defer tx.Rollback() // without effect after the commit
	result, err := work(tx)
	if err != nil {
		return none, err
	}
	return result, tx.Commit()
}

func addRoom(tx *sql.Tx, name string, capacity int) (room, error) {
	added := room{rand.Text(), name, capacity}
	_, err := tx.Exec("INSERT INTO rooms (id, name, capacity) VALUES (?, ?, ?)", added.ID, name, capacity)
	return added, err
}

// findRoom fails with errUnknownRoom if there is no such room.
func findRoom(tx *sql.Tx, id string) (room, error) {
	var found room
	row := tx.QueryRow("SELECT id, name, capacity FROM rooms WHERE id = ?", id)
	err := row.Scan(&found.ID, &found.Name, &found.Capacity)
	if errors.Is(err, sql.ErrNoRows) {
		return room{}, errUnknownRoom
	}
	return found, err
}

// book stores a new booking, or gives the one that the key has created, as it was then. It fails with errUnknownRoom,
// errKeyReused or errConflict, whatever applies first.
func book(tx *sql.Tx, wanted newBooking) (booking, error) {
	if _, err := findRoom(tx, wanted.roomID); err != nil {
		return booking{}, err
	}
	earlier, err := bookingsWhere(tx, "idempotency_key = ?", nullable(wanted.key))
	if err != nil {
		return booking{}, err
	}
	if len(earlier) > 0 {
		return asFirstAnswered(earlier[0], wanted)
	}
	conflicting, err := confirmedBookings(tx, wanted.roomID, wanted.time)
	if err != nil {
		return booking{}, err
	}
	if len(conflicting) > 0 {
		return booking{}, errConflict
	}
	return addBooking(tx, wanted)
}

func addBooking(tx *sql.Tx, wanted newBooking) (booking, error) {
	added := booking{rand.Text(), wanted.roomID, wanted.title, wanted.time.start, wanted.time.end, confirmed}
	_, err := tx.Exec("INSERT INTO bookings VALUES (?, ?, ?, ?, ?, ?, ?)",
		added.ID, added.RoomID, added.Title, added.Start, added.End, added.Status, nullable(wanted.key))
	return added, err
}

// asFirstAnswered gives the earlier booking before it was cancelled, if that has happened, or fails with errKeyReused.
func asFirstAnswered(earlier booking, wanted newBooking) (booking, error) {
	first := booking{earlier.ID, wanted.roomID, wanted.title, wanted.time.start, wanted.time.end, confirmed}
	earlier.Status = confirmed
	if earlier != first {
		return booking{}, errKeyReused
	}
	return first, nil
}

// findBooking fails with errUnknownBooking if there is no such booking.
func findBooking(tx *sql.Tx, id string) (booking, error) {
	found, err := bookingsWhere(tx, "id = ?", id)
	if err != nil {
		return booking{}, err
	}
	if len(found) == 0 {
		return booking{}, errUnknownBooking
	}
	return found[0], nil
}

// cancel gives a booking up, which may have been done before; it fails with errUnknownBooking if there is none.
func cancel(tx *sql.Tx, id string) (booking, error) {
	if _, err := tx.Exec("UPDATE bookings SET status = ? WHERE id = ?", cancelled, id); err != nil {
		return booking{}, err
	}
	return findBooking(tx, id)
}

// listBookings gives the confirmed bookings of a room that overlap the window, by start.
func listBookings(tx *sql.Tx, roomID string, window interval) ([]booking, error) {
	if _, err := findRoom(tx, roomID); err != nil {
		return nil, err
	}
	return confirmedBookings(tx, roomID, window)
}

// findSlots gives the free stretches of all rooms that are large enough, by room and start.
func findSlots(tx *sql.Tx, search slotSearch) ([]slot, error) {
	roomIDs, err := roomsWithCapacity(tx, search.minCapacity)
	if err != nil {
		return nil, err
	}
	slots := []slot{}
	for _, roomID := range roomIDs {
		taken, err := confirmedBookings(tx, roomID, search.window)
		if err != nil {
			return nil, err
		}
		for _, gap := range gaps(search.window, taken) {
			if gap.seconds() >= search.minSeconds {
				slots = append(slots, slot{roomID, gap.start, gap.end})
			}
		}
	}
	return slots, nil
}

// gaps gives what lies before, between and after the bookings; not positive where one reaches over an edge.
func gaps(window interval, taken []booking) []interval {
	var found []interval
	start := window.start
	for _, each := range taken {
		found = append(found, interval{start, each.Start})
		start = each.End
	}
	return append(found, interval{start, window.end})
}

func roomsWithCapacity(tx *sql.Tx, minimum int) ([]string, error) {
	rows, err := tx.Query("SELECT id FROM rooms WHERE capacity >= ? ORDER BY capacity, number", minimum)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func confirmedBookings(tx *sql.Tx, roomID string, time interval) ([]booking, error) {
	return bookingsWhere(tx, "room_id = ? AND status = 'confirmed' AND starts < ? AND ends > ?", roomID, time.end, time.start)
}

// bookingsWhere gives the bookings that fulfil an SQL condition, by start.
func bookingsWhere(tx *sql.Tx, condition string, arguments ...any) ([]booking, error) {
	rows, err := tx.Query(selectBooking+"WHERE "+condition+" ORDER BY starts", arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []booking{} // an empty list in JSON, not null
	for rows.Next() {
		var b booking
		if err := rows.Scan(&b.ID, &b.RoomID, &b.Title, &b.Start, &b.End, &b.Status); err != nil {
			return nil, err
		}
		found = append(found, b)
	}
	return found, rows.Err()
}

// nullable makes no key NULL, which equals nothing, not even another NULL.
func nullable(key string) sql.NullString {
	return sql.NullString{String: key, Valid: key != ""}
}
