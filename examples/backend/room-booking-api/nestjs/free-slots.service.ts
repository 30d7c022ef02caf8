import { Injectable } from "@nestjs/common";

import { BookingsService } from "./bookings.service.ts";
import type { SlotSearch } from "./inputs.ts";
import { RoomsService } from "./rooms.service.ts";
import type { Interval } from "./times.ts";

export interface Slot extends Interval {
  room_id: string;
}

/** Finds time in which rooms are free. */
@Injectable()
export class FreeSlotsService {
  constructor(
    private readonly rooms: RoomsService,
    private readonly bookings: BookingsService,
  ) {}

  /** The free stretches of all rooms that are large enough, by room and start. */
  search({ window, minutes, minCapacity }: SlotSearch): Slot[] {
    return this.rooms.withCapacity(minCapacity).flatMap(({ id }) =>
      gaps(window, this.bookings.confirmed(id, window))
        .filter(({ start, end }) => end - start >= minutes * 60)
        .map((gap) => ({ room_id: id, ...gap })),
    );
  }
}

/** What lies before, between and after the intervals taken; not positive where one reaches over an edge. */
function gaps(window: Interval, taken: Interval[]): Interval[] {
  const found: Interval[] = [];
  let start = window.start;
  for (const interval of taken) {
    found.push({ start, end: interval.start });
    start = interval.end;
  }
  found.push({ start, end: window.end });
  return found;
}
