import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { AccountsController } from "./accounts.controller.ts";
import { AccountsService } from "./accounts.service.ts";
import { AttemptsService } from "./attempts.service.ts";
import { DatabaseService } from "./database.service.ts";
import { HealthController } from "./health.controller.ts";
import type { ExpressApp } from "./http.ts";
import { PasswordsService } from "./passwords.service.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { SessionController } from "./session.controller.ts";
import { SessionsController } from "./sessions.controller.ts";
import { SessionsService } from "./sessions.service.ts";
import { SETTINGS, type Settings, settingsFromEnvironment } from "./settings.ts";

/** The whole API; it needs an app made with `{ bodyParser: false }`. */
@Module({
  controllers: [HealthController, AccountsController, SessionController, SessionsController],
  providers: [
    DatabaseService,
    PasswordsService,
    AttemptsService,
    AccountsService,
    SessionsService,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AppModule implements NestModule {
  /** What is not given has its default, as with an empty environment. */
  static forRoot(settings: Partial<Settings> = {}): DynamicModule {
    const all = { ...settingsFromEnvironment({}), ...settings };
    return { module: AppModule, providers: [{ provide: SETTINGS, useValue: all }] };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Runs before the routes are made, so they too heed what is set here. */
  configure(_consumer: MiddlewareConsumer): void {
    const express: ExpressApp = this.adapterHost.httpAdapter.getInstance();
    express.disable("x-powered-by");
    express.disable("etag");
    express.router.caseSensitive = true;
    express.use((_request, response, next) => {
      response.set({ "Cache-Control": "no-store" });
      next();
    });
  }
}
