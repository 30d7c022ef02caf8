import {
  Controller,
  type DynamicModule,
  Get,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  RequestMethod,
} from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { ArticlesController } from "./articles.controller.ts";
import { ArticlesRepository } from "./articles.repository.ts";
import { Cursors } from "./cursors.ts";
import { DATABASE, openDatabase } from "./database.ts";
import { ProblemFilter } from "./problem.ts";
import { RawBodyMiddleware } from "./raw-body.middleware.ts";
import { SearchController } from "./search.controller.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string;
}

@Controller("health")
class HealthController {
  @Get()
  check(): { status: string } {
    return { status: "ok" };
  }
}

/** The whole API; it needs an app made with `{ bodyParser: false }`. */
@Module({
  controllers: [HealthController, ArticlesController, SearchController],
  providers: [ArticlesRepository, Cursors, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule implements NestModule {
  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      providers: [{ provide: DATABASE, useFactory: () => openDatabase(options.databasePath || ":memory:") }],
    };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  configure(consumer: MiddlewareConsumer): void {
    const express = this.adapterHost.httpAdapter.getInstance();
    express.disable("x-powered-by");
    // Of a parameter that is sent twice, the last one counts: none is ever an array.
    express.set("query parser", (text: string) => Object.fromEntries(new URLSearchParams(text)));
    // Nest has made the router already, so the setting "case sensitive routing" would come too late.
    express.router.caseSensitive = true;
    consumer.apply(RawBodyMiddleware).forRoutes({ path: "articles/:slug", method: RequestMethod.PUT });
  }
}
