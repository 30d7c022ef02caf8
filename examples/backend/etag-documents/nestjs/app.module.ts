import type { IncomingMessage, ServerResponse } from "node:http";

import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule, RequestMethod } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { DATABASE_PATH, DocumentsRepository } from "./documents.repository.ts";
import { DocumentsController } from "./documents.controller.ts";
import { DocumentsService } from "./documents.service.ts";
import { HealthController } from "./health.controller.ts";
import { HistoryController } from "./history.controller.ts";
import { JsonObjectMiddleware } from "./json-object.middleware.ts";
import { ProblemFilter } from "./problem.filter.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string;
}

/** The part of an Express application that is adjusted here. */
interface ExpressApplication {
  request: object;
  router: { caseSensitive: boolean };
  disable(setting: string): void;
}

/** The whole API; it needs an app made with `{ bodyParser: false }`. */
@Module({
  controllers: [HealthController, DocumentsController, HistoryController],
  providers: [DocumentsRepository, DocumentsService, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule implements NestModule {
  static forRoot(options: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      providers: [{ provide: DATABASE_PATH, useValue: options.databasePath || ":memory:" }],
    };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Runs before the routes are made, so they too heed what is set here. */
  configure(consumer: MiddlewareConsumer): void {
    const express: ExpressApplication = this.adapterHost.httpAdapter.getInstance();
    express.disable("x-powered-by");
    express.router.caseSensitive = true;
    leaveConditionalRequestsToUs(express);
    this.adapterHost.httpAdapter.use(acceptUndecodablePath);
    consumer
      .apply(JsonObjectMiddleware)
      .forRoutes(
        { path: "documents/:id", method: RequestMethod.PUT },
        { path: "documents/:id", method: RequestMethod.PATCH },
      );
  }
}

/** Express would add an ETag to every response and answer 304 by looser rules than ours. */
function leaveConditionalRequestsToUs(express: ExpressApplication): void {
  express.disable("etag");
  Object.defineProperty(express.request, "fresh", { value: false });
}

/**
 * Takes the percent signs of a path that cannot be decoded literally. Express would throw before the route is
 * reached, but an id of wrong form is reported after a faulty body.
 */
function acceptUndecodablePath(request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  const url = request.url ?? "";
  const [path = ""] = url.split("?");
  try {
    decodeURIComponent(path);
  } catch {
    request.url = url.replaceAll("%", "%25");
  }
  next();
}
