import { randomUUID } from "node:crypto";

import { Injectable } from "@nestjs/common";

import { NotFoundError } from "./api-error.ts";
import { Database } from "./database.ts";
import type { NewRoom } from "./inputs.ts";

export interface Room {
  id: string;
  name: string;
  capacity: number;
}

/** Stores the rooms. */
@Injectable()
export class RoomsService {
  private readonly insert;
  private readonly byId;
  private readonly byCapacity;

  constructor(database: Database) {
    this.insert = database.prepare("INSERT INTO rooms (id, name, capacity) VALUES (?, ?, ?)");
    this.byId = database.prepare("SELECT id, name, capacity FROM rooms WHERE id = ?");
    this.byCapacity = database.prepare(
      "SELECT id, name, capacity FROM rooms WHERE capacity >= ? ORDER BY capacity, number",
    );
  }

  add({ name, capacity }: NewRoom): Room {
    const room = { id: randomUUID(), name, capacity };
    this.insert.run(room.id, name, capacity);
    return room;
  }

  /** @throws {NotFoundError} there is no such room */
  find(id: string): Room {
    const room = this.byId.get(id);
    if (room === undefined) throw new NotFoundError("room");
    return room as unknown as Room;
  }

  /** The rooms that are large enough, smallest first, then in the order of their creation. */
  withCapacity(min: number): Room[] {
    return this.byCapacity.all(min) as unknown as Room[];
  }
}
