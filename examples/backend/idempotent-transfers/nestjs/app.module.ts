import { Module, RequestMethod } from "@nestjs/common";
import type { DynamicModule, MiddlewareConsumer, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { AccountsController } from "./accounts.controller.ts";
import { Database } from "./database.service.ts";
import { configureExpress } from "./express.ts";
import { HealthController } from "./health.controller.ts";
import { JsonBodyMiddleware } from "./json-body.middleware.ts";
import { Ledger } from "./ledger.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { StoredAnswers } from "./stored-answers.service.ts";
import { TransfersController } from "./transfers.controller.ts";

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
      controllers: [HealthController, AccountsController, TransfersController],
      providers: [
        { provide: Database, useFactory: () => new Database(options.databasePath) },
        Ledger,
        StoredAnswers,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    configureExpress(this.adapterHost.httpAdapter.getInstance());
    consumer
      .apply(JsonBodyMiddleware)
      .forRoutes(
        { path: "accounts", method: RequestMethod.POST },
        { path: "transfers", method: RequestMethod.POST },
      );
  }
}
