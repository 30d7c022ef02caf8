import { Module } from "@nestjs/common";
import type { DynamicModule, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { AccountsController } from "./accounts.controller.ts";
import { AccountsService } from "./accounts.service.ts";
import { CLOCK } from "./clock.ts";
import { Database } from "./database.ts";
import { ErrorFilter } from "./errors.ts";
import { HealthController } from "./health.controller.ts";
import { NotesController } from "./notes.controller.ts";
import { NotesService } from "./notes.service.ts";
import { escapeMalformedPath } from "./paths.ts";

export interface AppOptions {
  /** undefined or "": a database in memory, of this app alone */
  databasePath?: string | undefined;
  /** milliseconds since the epoch; default: the system clock */
  now?: () => number;
}

/** The whole API; create its app with `{ bodyParser: false }`, as bodies are read after the token was checked. */
@Module({})
export class AppModule implements NestModule {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Makes a module with a database of its own, which closing the app closes. */
  static forRoot({ databasePath, now = Date.now }: AppOptions = {}): DynamicModule {
    return {
      module: AppModule,
      controllers: [HealthController, AccountsController, NotesController],
      providers: [
        AccountsService,
        NotesService,
        { provide: Database, useFactory: () => new Database(databasePath) },
        { provide: CLOCK, useValue: now },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }

  /** Sets Express up before Nest adds the routes. */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    const express = httpAdapter.getInstance();
    express.disable("x-powered-by");
    // Express would make an ETag of every body; ours are versions of notes.
    express.disable("etag");
    // Nest has made the router by now, so the application's own setting would come too late.
    express.router.caseSensitive = true;
    httpAdapter.use(escapeMalformedPath);
  }
}
