import { createParamDecorator } from "@nestjs/common";
import type { ExecutionContext, PipeTransform } from "@nestjs/common";

import type { HttpRequest } from "./express.ts";
import {
  capacity,
  digits,
  idempotencyKey,
  InputReader,
  MAX_CAPACITY,
  MAX_MINUTES,
  MIN_MINUTES,
  single,
  text,
} from "./rules.ts";
import type { Interval } from "./times.ts";

export interface NewRoom {
  name: string;
  capacity: number;
}

export interface NewBooking extends Interval {
  title: string;
  key: string | undefined;
}

export interface SlotSearch {
  window: Interval;
  minutes: number;
  minCapacity: number;
}

/** Body and idempotency key of a request, which are checked together. */
export interface KeyedBody {
  body: Record<string, unknown>;
  key: string | undefined;
}

/** Gives a handler the body and the idempotency key. */
export const KeyedBody = createParamDecorator((_data: unknown, context: ExecutionContext): KeyedBody => {
  const { body, headers } = context.switchToHttp().getRequest<HttpRequest>();
  return { body: body as KeyedBody["body"], key: headers["idempotency-key"] as string | undefined };
});

/** Checks the body of `POST /rooms`. */
export class NewRoomPipe implements PipeTransform<Record<string, unknown>, NewRoom> {
  transform(body: Record<string, unknown>): NewRoom {
    const reader = new InputReader();
    const room = {
      name: reader.read("name", body["name"], text(100)),
      capacity: reader.read("capacity", body["capacity"], capacity),
    };
    reader.finish();
    return room;
  }
}

/** Checks the body and the key of `POST /rooms/:id/bookings`. */
export class NewBookingPipe implements PipeTransform<KeyedBody, NewBooking> {
  transform({ body, key }: KeyedBody): NewBooking {
    const reader = new InputReader();
    const booking = {
      title: reader.read("title", body["title"], text(200)),
      ...reader.readBookingTime(body["start"], body["end"]),
      key: key === undefined ? undefined : reader.read("Idempotency-Key", key, idempotencyKey),
    };
    reader.finish();
    return booking;
  }
}

/** Checks the query of `GET /rooms/:id/bookings`. */
export class WindowPipe implements PipeTransform<URLSearchParams, Interval> {
  transform(query: URLSearchParams): Interval {
    const reader = new InputReader();
    const window = reader.readWindow(query);
    reader.finish();
    return window;
  }
}

/** Checks the query of `GET /free-slots`. */
export class SlotSearchPipe implements PipeTransform<URLSearchParams, SlotSearch> {
  transform(query: URLSearchParams): SlotSearch {
    const reader = new InputReader();
    const minCapacity = query.has("min_capacity") ? single(query, "min_capacity") : "1";
    const search = {
      window: reader.readWindow(query),
      minutes: reader.read("duration_minutes", single(query, "duration_minutes"), digits(MIN_MINUTES, MAX_MINUTES)),
      minCapacity: reader.read("min_capacity", minCapacity, digits(1, MAX_CAPACITY)),
    };
    reader.finish();
    return search;
  }
}
