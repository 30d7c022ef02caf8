import { Module } from "@nestjs/common";
import type { DynamicModule, NestModule } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost } from "@nestjs/core";

import { AccessTokens } from "./access-tokens.service.ts";
import { Config, readConfig } from "./config.ts";
import type { Environment } from "./config.ts";
import { Database } from "./database.ts";
import { ProblemFilter } from "./problem.filter.ts";
import { SessionsController } from "./sessions.controller.ts";
import { Sessions } from "./sessions.service.ts";
import { UsersController } from "./users.controller.ts";
import { Users } from "./users.service.ts";

/** The whole API; `main.ts` only listens. */
@Module({})
export class AppModule implements NestModule {
  /**
   * @param environment configures the app; a missing variable is unset
   * @throws RangeError when a variable has a value that it must not have
   */
  static forRoot(environment: Environment = {}): DynamicModule {
    return {
      module: AppModule,
      controllers: [UsersController, SessionsController],
      providers: [
        { provide: Config, useValue: readConfig(environment) },
        Database,
        AccessTokens,
        Users,
        Sessions,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Called before the routes are made, which are to tell `/me` from `/ME`. */
  configure(): void {
    // Express's own setting would come too late, because the adapter has made the router already.
    this.adapterHost.httpAdapter.getInstance().router.caseSensitive = true;
  }
}
