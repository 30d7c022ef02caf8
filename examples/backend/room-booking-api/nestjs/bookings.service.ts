import { randomUUID } from "node:crypto";

import { Injectable } from "@nestjs/common";

import { BookingConflictError, IdempotencyKeyReusedError, NotFoundError } from "./api-error.ts";
import { Database } from "./database.ts";
import type { NewBooking } from "./inputs.ts";
import { RoomsService } from "./rooms.service.ts";
import type { Interval } from "./times.ts";

export interface Booking extends Interval {
  id: string;
  room_id: string;
  title: string;
  status: "confirmed" | "cancelled";
}

const SELECT = 'SELECT id, room_id, title, start, "end", status FROM bookings';

/** Stores the bookings. */
@Injectable()
export class BookingsService {
  private readonly insert;
  private readonly byId;
  private readonly byKey;
  private readonly confirmedByRoom;
  private readonly setCancelled;

  constructor(
    database: Database,
    private readonly rooms: RoomsService,
  ) {
    this.insert = database.prepare(
      'INSERT INTO bookings (id, room_id, title, start, "end", key) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.byId = database.prepare(`${SELECT} WHERE id = ?`);
    this.byKey = database.prepare(`${SELECT} WHERE key = ?`);
    this.confirmedByRoom = database.prepare(
      `${SELECT} WHERE room_id = ? AND status = 'confirmed' AND start < ? AND "end" > ? ORDER BY start`,
    );
    this.setCancelled = database.prepare("UPDATE bookings SET status = 'cancelled' WHERE id = ?");
  }

  /**
   * Books a room, or gives the booking that the key has created, as it was then. Must not wait for anything: no other
   * request may come between its steps.
   *
   * @throws {NotFoundError} there is no such room
   * @throws {IdempotencyKeyReusedError} the key has created another booking
   * @throws {BookingConflictError} the room is taken
   */
  book(roomId: string, wanted: NewBooking): Booking {
    const room = this.rooms.find(roomId);
    const earlier = this.findByKey(wanted.key);
    if (earlier !== undefined) return asFirstAnswered(earlier, room.id, wanted);
    if (this.confirmed(room.id, wanted).length > 0) throw new BookingConflictError();
    const id = randomUUID();
    this.insert.run(id, room.id, wanted.title, wanted.start, wanted.end, wanted.key ?? null);
    return this.find(id);
  }

  /** @throws {NotFoundError} there is no such booking */
  find(id: string): Booking {
    const booking = this.byId.get(id);
    if (booking === undefined) throw new NotFoundError("booking");
    return booking as unknown as Booking;
  }

  /**
   * Gives a booking up; that may have been done before.
   *
   * @throws {NotFoundError} there is no such booking
   */
  cancel(id: string): Booking {
    this.setCancelled.run(id);
    return this.find(id);
  }

  /**
   * The confirmed bookings of a room that overlap the window, by start.
   *
   * @throws {NotFoundError} there is no such room
   */
  list(roomId: string, window: Interval): Booking[] {
    return this.confirmed(this.rooms.find(roomId).id, window);
  }

  /** Like `list`, for a room that is known to exist. */
  confirmed(roomId: string, { start, end }: Interval): Booking[] {
    return this.confirmedByRoom.all(roomId, end, start) as unknown as Booking[];
  }

  private findByKey(key: string | undefined): Booking | undefined {
    return key === undefined ? undefined : (this.byKey.get(key) as Booking | undefined);
  }
}

function asFirstAnswered(earlier: Booking, roomId: string, { title, start, end }: NewBooking): Booking {
  const isSame =
    earlier.room_id === roomId && earlier.title === title && earlier.start === start && earlier.end === end;
  if (!isSame) throw new IdempotencyKeyReusedError();
  return { ...earlier, status: "confirmed" };
}
