import { Body, Controller, Get, Param, Post, Query, Res } from "@nestjs/common";

import { BookingsService } from "./bookings.service.ts";
import type { Booking } from "./bookings.service.ts";
import type { HttpResponse } from "./express.ts";
import { KeyedBody, NewBookingPipe, NewRoomPipe, WindowPipe } from "./inputs.ts";
import type { NewBooking, NewRoom } from "./inputs.ts";
import { RoomsService } from "./rooms.service.ts";
import type { Room } from "./rooms.service.ts";
import type { Interval } from "./times.ts";
import { withTimes } from "./views.ts";
import type { Items, WithTimes } from "./views.ts";

@Controller("rooms")
export class RoomsController {
  constructor(
    private readonly rooms: RoomsService,
    private readonly bookings: BookingsService,
  ) {}

  @Post()
  create(@Body(NewRoomPipe) newRoom: NewRoom, @Res({ passthrough: true }) response: HttpResponse): Room {
    const room = this.rooms.add(newRoom);
    response.location(`/rooms/${room.id}`);
    return room;
  }

  @Get(":id")
  read(@Param("id") id: string): Room {
    return this.rooms.find(id);
  }

  @Post(":id/bookings")
  book(
    @Param("id") id: string,
    @KeyedBody(NewBookingPipe) newBooking: NewBooking,
    @Res({ passthrough: true }) response: HttpResponse,
  ): WithTimes<Booking> {
    const booking = this.bookings.book(id, newBooking);
    response.location(`/bookings/${booking.id}`);
    return withTimes(booking);
  }

  @Get(":id/bookings")
  listBookings(@Param("id") id: string, @Query(WindowPipe) window: Interval): Items<WithTimes<Booking>> {
    return { items: this.bookings.list(id, window).map(withTimes) };
  }
}
