import { Controller, type DynamicModule, Get, Module } from "@nestjs/common";
import { APP_FILTER, APP_GUARD } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";

import { ArticlesController, TagsController } from "./articles.controller.ts";
import { ArticlesService } from "./articles.service.ts";
import { CallerGuard, NeedsCaller } from "./caller.guard.ts";
import { CommentsController } from "./comments.controller.ts";
import { CommentsService } from "./comments.service.ts";
import { DATABASE_PATH, DatabaseService } from "./database.service.ts";
import { ErrorFilter } from "./errors.ts";
import { JWT_SECRET, TokensService } from "./tokens.service.ts";
import { ProfilesController, UsersController } from "./users.controller.ts";
import { UsersService } from "./users.service.ts";

const MAX_BODY_BYTES = 102_400;

export interface AppOptions {
  /** the SQLite file, created if need be */
  databasePath: string;
  /** signs the tokens, at least 32 bytes; undefined or "": a random one of this app alone */
  jwtSecret?: string | undefined;
}

@Controller("health")
class HealthController {
  @Get()
  @NeedsCaller("never")
  check(): { status: string } {
    return { status: "ok" };
  }
}

/** The whole API; it needs an app made with `{ bodyParser: false }` and given to `configure`. */
@Module({
  controllers: [
    HealthController,
    UsersController,
    ProfilesController,
    ArticlesController,
    TagsController,
    CommentsController,
  ],
  providers: [
    DatabaseService,
    TokensService,
    UsersService,
    ArticlesService,
    CommentsService,
    { provide: APP_GUARD, useClass: CallerGuard },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class AppModule {
  static forRoot({ databasePath, jwtSecret }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: DATABASE_PATH, useValue: databasePath },
        { provide: JWT_SECRET, useValue: jwtSecret ?? "" },
      ],
    };
  }
}

/** Sets what is not in the module, before the app listens. */
export function configure(app: NestExpressApplication): NestExpressApplication {
  app.disable("x-powered-by");
  app.useBodyParser("json", { limit: MAX_BODY_BYTES });
  return app;
}
