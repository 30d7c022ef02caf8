import { Module, RequestMethod } from "@nestjs/common";
import type { DynamicModule, MiddlewareConsumer, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { ApiErrorFilter } from "./api-error.filter.ts";
import { BookingsController } from "./bookings.controller.ts";
import { BookingsService } from "./bookings.service.ts";
import { Database } from "./database.ts";
import { adaptExpress } from "./express.ts";
import { FreeSlotsController } from "./free-slots.controller.ts";
import { FreeSlotsService } from "./free-slots.service.ts";
import { HealthController } from "./health.controller.ts";
import { JsonObjectMiddleware } from "./json-object.middleware.ts";
import { RoomsController } from "./rooms.controller.ts";
import { RoomsService } from "./rooms.service.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string;
}

/** The whole API; `main.ts` only listens. */
@Module({})
export class AppModule implements NestModule {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      controllers: [HealthController, RoomsController, BookingsController, FreeSlotsController],
      providers: [
        { provide: Database, useFactory: () => new Database(options.databasePath || ":memory:") },
        RoomsService,
        BookingsService,
        FreeSlotsService,
        { provide: APP_FILTER, useClass: ApiErrorFilter },
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    adaptExpress(this.adapterHost.httpAdapter.getInstance());
    consumer
      .apply(JsonObjectMiddleware)
      .forRoutes(
        { path: "rooms", method: RequestMethod.POST },
        { path: "rooms/:id/bookings", method: RequestMethod.POST },
      );
  }
}
