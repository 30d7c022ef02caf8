import { type DynamicModule, Module, type NestModule } from "@nestjs/common";
import { APP_FILTER, APP_GUARD, HttpAdapterHost } from "@nestjs/core";

import { AccountsController } from "./accounts.controller.ts";
import { AccountsService, STAFF_TOKEN } from "./accounts.service.ts";
import { DATABASE_PATH, DatabaseService } from "./database.service.ts";
import { HealthController } from "./health.controller.ts";
import { OrdersController } from "./orders.controller.ts";
import { OrdersRepository } from "./orders.repository.ts";
import { OrdersService } from "./orders.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { ProductsController } from "./products.controller.ts";
import { ProductsService } from "./products.service.ts";
import { RolesGuard } from "./roles.guard.ts";

export interface AppOptions {
  /** the SQLite file, created if need be */
  databasePath: string;
  /** the only staff token; undefined or "": the first claim makes one */
  staffToken?: string | undefined;
}

/** The whole API of the shop; it needs an app made with `{ bodyParser: false }`. */
@Module({
  controllers: [HealthController, AccountsController, ProductsController, OrdersController],
  providers: [
    DatabaseService,
    AccountsService,
    ProductsService,
    OrdersRepository,
    OrdersService,
    { provide: APP_GUARD, useClass: RolesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AppModule implements NestModule {
  static forRoot({ databasePath, staffToken }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: DATABASE_PATH, useValue: databasePath },
        { provide: STAFF_TOKEN, useValue: staffToken ?? "" },
      ],
    };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Adds no middleware, but is what Nest calls before it makes the routes. */
  configure(): void {
    const express = this.adapterHost.httpAdapter.getInstance();
    express.disable("x-powered-by");
    express.router.caseSensitive = true;
  }
}
