import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

import { BookingConflictError, IdempotencyKeyReusedError, NotFoundError } from "./errors.js";

/**
 * @typedef {import("./slots.js").Interval} Interval
 * @typedef {{ id: string, name: string, capacity: number }} Room
 * @typedef {{ id: string, roomId: string, title: string, start: number, end: number, status: string }} Booking
 */

// rooms.number keeps the order of creation, which random ids do not have.
// A booking holds the key that created it, so one insert stores both or neither.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rooms (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS bookings (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    title TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    idempotency_key TEXT UNIQUE
  );
  CREATE INDEX IF NOT EXISTS confirmed_bookings ON bookings (room_id, start_at) WHERE status = 'confirmed';
`;
const BOOKING = 'SELECT id, room_id AS roomId, title, start_at AS start, end_at AS "end", status FROM bookings';

/**
 * Rooms and bookings in SQLite. All methods are synchronous, so no other request comes between what one of them
 * reads and what it writes.
 */
export class Store {
  #database;
  #statements;

  /** @param {string} path a database file, or `:memory:` */
  constructor(path) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#statements = prepareStatements(this.#database);
  }

  /** Closes the database. */
  close() {
    this.#database.close();
  }

  /**
   * Stores a new room.
   *
   * @returns {Room}
   */
  addRoom({ name, capacity }) {
    const room = { id: randomUUID(), name, capacity };
    this.#statements.addRoom.run(room);
    return room;
  }

  /**
   * @param {string} id
   * @returns {Room}
   * @throws {NotFoundError}
   */
  room(id) {
    const room = this.#statements.room.get(id);
    if (room === undefined) {
      throw new NotFoundError("There is no such room.");
    }
    return room;
  }

  /**
   * Stores a new booking; with a used key, gives the booking as it was when the key created it.
   *
   * @param {string} roomId
   * @param {{ title: string, start: number, end: number, key: string | undefined }} wanted
   * @returns {Booking}
   * @throws {NotFoundError} there is no such room
   * @throws {IdempotencyKeyReusedError} the key has created another booking
   * @throws {BookingConflictError} the room is taken
   */
  book(roomId, { title, start, end, key = null }) {
    this.room(roomId); // throws if there is none
    const booking = { id: randomUUID(), roomId, title, start, end, status: "confirmed" };
    const earlier = this.#statements.bookingByKey.get(key); // null finds none
    if (earlier !== undefined) {
      return firstAnswer(earlier, booking);
    }
    if (this.#statements.confirmed.get({ roomId, start, end }) !== undefined) {
      throw new BookingConflictError("The room is already booked at that time.");
    }
    this.#statements.addBooking.run({ ...booking, key });
    return booking;
  }

  /**
   * The booking as it is now.
   *
   * @param {string} id
   * @returns {Booking}
   * @throws {NotFoundError}
   */
  booking(id) {
    const booking = this.#statements.booking.get(id);
    if (booking === undefined) {
      throw new NotFoundError("There is no such booking.");
    }
    return booking;
  }

  /**
   * Gives up a booking, if that has not been done yet.
   *
   * @param {string} id
   * @returns {Booking}
   * @throws {NotFoundError}
   */
  cancel(id) {
    this.#statements.cancel.run(id);
    return this.booking(id);
  }

  /**
   * The confirmed bookings of a room that overlap the window, by start.
   *
   * @param {string} roomId
   * @param {Interval} window
   * @returns {Booking[]}
   * @throws {NotFoundError}
   */
  confirmedBookings(roomId, { start, end }) {
    this.room(roomId);
    return this.#statements.confirmed.all({ roomId, start, end });
  }

  /**
   * The rooms that are large enough, by capacity and creation, each with its confirmed bookings in the window.
   *
   * @param {number} minCapacity
   * @param {Interval} window
   * @returns {{ roomId: string, taken: Booking[] }[]}
   */
  occupancy(minCapacity, window) {
    const { start, end } = window;
    return this.#statements.roomIds
      .all(minCapacity)
      .map(({ id: roomId }) => ({ roomId, taken: this.#statements.confirmed.all({ roomId, start, end }) }));
  }
}

function prepareStatements(database) {
  return {
    addRoom: database.prepare("INSERT INTO rooms (id, name, capacity) VALUES (:id, :name, :capacity)"),
    room: database.prepare("SELECT id, name, capacity FROM rooms WHERE id = ?"),
    roomIds: database.prepare("SELECT id FROM rooms WHERE capacity >= ? ORDER BY capacity, number"),
    addBooking: database.prepare("INSERT INTO bookings VALUES (:id, :roomId, :title, :start, :end, :status, :key)"),
    booking: database.prepare(`${BOOKING} WHERE id = ?`),
    bookingByKey: database.prepare(`${BOOKING} WHERE idempotency_key = ?`),
    cancel: database.prepare("UPDATE bookings SET status = 'cancelled' WHERE id = ?"),
    confirmed: database.prepare(`
      ${BOOKING} WHERE room_id = :roomId AND status = 'confirmed' AND start_at < :end AND end_at > :start
      ORDER BY start_at
    `),
  };
}

/** The earlier booking as its creator saw it, whatever has become of it, if it is the one that is wanted now. */
function firstAnswer(earlier, wanted) {
  if (["roomId", "title", "start", "end"].some((name) => earlier[name] !== wanted[name])) {
    throw new IdempotencyKeyReusedError("The key has already been used for another booking.");
  }
  return { ...earlier, status: "confirmed" };
}
