import { Controller, Get, HttpCode, HttpStatus, Param, Post } from "@nestjs/common";

import { BookingsService } from "./bookings.service.ts";
import type { Booking } from "./bookings.service.ts";
import { withTimes } from "./views.ts";
import type { WithTimes } from "./views.ts";

@Controller("bookings")
export class BookingsController {
  constructor(private readonly bookings: BookingsService) {}

  @Get(":id")
  read(@Param("id") id: string): WithTimes<Booking> {
    return withTimes(this.bookings.find(id));
  }

  @Post(":id/cancel")
  @HttpCode(HttpStatus.OK)
  cancel(@Param("id") id: string): WithTimes<Booking> {
    return withTimes(this.bookings.cancel(id));
  }
}
